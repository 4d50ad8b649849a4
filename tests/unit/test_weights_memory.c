/* SPDX-License-Identifier: Apache-2.0 */
/* Every allocation on the way in and out of model files is refused in turn, once or from then on:
 * the answer is "out of memory", nothing leaks (LeakSanitizer) and no file appears. Those
 * of jansson are refused in test_json.c. */
#include "base/error.h"
#include "support/refuse.h"
#include "support/scratch_dir.h"
#include "support/weights_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Opens the file of that name and reads its tensors. */
static VoloStatus open_and_read(const char *path, VoloError *err)
{
    VoloWeights *w = NULL;
    VoloStatus status = volo_weights_open(path, false, &w, err);
    float x[6];

    for (size_t i = 0; status == VOLO_OK && i < w->count; i++) {
        if (w->entry[i].dtype != VOLO_I64)
            status = volo_weights_read(w, &w->entry[i], 0, (size_t)w->entry[i].count, x, err);
    }
    volo_weights_close(w);
    return status;
}

static VoloStatus give(size_t i, uint64_t first, size_t count, void *dst, void *user,
                       VoloError *err)
{
    (void)i;
    (void)first;
    (void)user;
    (void)err;
    memset(dst, 0, count * sizeof(float));
    return VOLO_OK;
}

static VoloStatus write_new(const char *path, VoloError *err)
{
    const VoloSaveTensor tensors[] = { { "a", VOLO_F32, 1, { 3 } }, { "b", VOLO_F16, 1, { 3 } } };

    unlink(path);
    return volo_safetensors_write(path, tensors, 2, "{}", give, NULL, err);
}

/* Runs the job with allocation 0, 1, 2 ... refused until none is; returns how many were. */
static size_t refuse_each(VoloStatus (*job)(const char *path, VoloError *err), const char *path,
                          bool from_then_on)
{
    size_t count = 0;

    for (;; count++) {
        VoloError err = { 0 };

        refuse_after((long)count, from_then_on);
        const VoloStatus status = job(path, &err);
        if (!refuse_stop()) {
            assert_int_equal(status, VOLO_OK);
            return count;
        }
        if (status == VOLO_OK) /* a note was lost, or a class name */
            continue;
        assert_int_equal(status, VOLO_ERR_MEMORY);
        assert_non_null(strstr(err.message, "out of memory"));
        if (job == write_new)
            assert_int_not_equal(access(path, F_OK), 0);
    }
}

static void refuse_reading(MakerBytes *bytes, size_t at_least)
{
    ScratchDir dir;

    scratch_dir_init(&dir);
    const char *path = scratch_write(&dir, "model", bytes->data, bytes->bytes);
    assert_true(refuse_each(open_and_read, path, false) >= at_least);
    assert_true(refuse_each(open_and_read, path, true) >= at_least);
    free(bytes->data);
    scratch_dir_clear(&dir);
}

static void survives_refused_memory_in_safetensors(void **state)
{
    MakerBytes bytes = { 0 };

    (void)state;
    maker_safetensors(&bytes,
                      "{\"__metadata__\":{\"config\":\"{}\"},\"decode_head.w\":{\"dtype\":\"F32\","
                      "\"shape\":[6],\"data_offsets\":[0,24]}}",
                      24);
    refuse_reading(&bytes, 3);
}

#define OBJECT                                                                                     \
    "} ( 'args' @a.B ) R 'meta' } ( 'CLASSES' ( 'x' 'y' t 'PALETTE' ] ( ] ( 1 2 3 e ] ( 4 5 6 e "  \
    "e "                                                                                           \
    "u 'state_dict' odict ( 'decode_head.w' tensor:0:FloatStorage:6:0:3,2:1,3 "                    \
    "'module.decode_head.num_batches_tracked' tensor:1:LongStorage:2:0:: u u ."

static void survives_refused_memory_in_a_torch_zip(void **state)
{
    MakerZip zip = { 0 };

    (void)state;
    maker_torch(&zip, MAKER_TORCH, OBJECT);
    refuse_reading(&zip.out, 15);
}

static void survives_refused_memory_in_a_legacy_file(void **state)
{
    MakerLegacy legacy = { 0 };

    (void)state;
    maker_legacy(&legacy, &(MakerLegacySource){ .object = OBJECT });
    refuse_reading(&legacy.out, 15);
}

static void survives_refused_memory_while_writing(void **state)
{
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    const char *path = scratch_path(&dir, "model");
    assert_true(refuse_each(write_new, path, false) >= 4);
    assert_true(refuse_each(write_new, path, true) >= 4);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(dir.path), 0); /* nothing else is left */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(survives_refused_memory_in_safetensors),
        cmocka_unit_test(survives_refused_memory_in_a_torch_zip),
        cmocka_unit_test(survives_refused_memory_in_a_legacy_file),
        cmocka_unit_test(survives_refused_memory_while_writing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
