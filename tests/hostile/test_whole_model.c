/* SPDX-License-Identifier: Apache-2.0 */
/* Opening complete models: every prefix and every changed byte of a header; settings that say
 * something else than the tensors. */
#include <volo/volo.h>

#include "hostile/contradictions.h"
#include "hostile/program_run.h"
#include "hostile/whole_model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    TURNS = 3
};

static ScratchDir dir;

/* Opening a whole model is slow under a sanitizer: then every seventh byte has to do. The sweeps of
 * test_safetensors.c and its like leave none out. */
static size_t step(void)
{
    return program_is_sanitized() ? 7 : 1;
}

static int set_up(void **state)
{
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    return volo_init(&err) != VOLO_OK;
}

static int clear(void **state)
{
    (void)state;
    scratch_dir_clear(&dir);
    return 0;
}

/* Whether the file opens; if not, there must be one line that names it. */
static bool opens(const char *path)
{
    VoloModel *model = NULL;
    VoloError err = { 0 };
    const VoloStatus status = volo_model_open(path, NULL, &model, &err);

    if (status == VOLO_OK) {
        volo_model_unref(model);
        return true;
    }
    assert_null(model);
    assert_int_equal(err.status, status);
    assert_non_null(strstr(err.message, path));
    assert_null(strchr(err.message, '\n'));
    return false;
}

/* The model in a file that is changed in place; config.json is beside it. */
static const char *write_model(WholeModelKind kind, MakerBytes *ret_bytes)
{
    char name[64];

    *ret_bytes = (MakerBytes){ 0 };
    whole_model_build(&dir, kind, ret_bytes);
    scratch_write(&dir, "config.json", whole_model_config, strlen(whole_model_config));
    snprintf(name, sizeof name, "model%s", whole_model_ending[kind]);
    return scratch_write(&dir, name, ret_bytes->data, ret_bytes->bytes);
}

static void refuses_prefixes(FILE *file, const char *path, const MakerBytes *model)
{
    for (size_t bytes = model->bytes - 1; bytes < model->bytes; bytes -= step()) {
        assert_int_equal(ftruncate(fileno(file), (off_t)bytes), 0);
        if (opens(path))
            fail_msg("the first %zu of %zu bytes were opened", bytes, model->bytes);
    }
}

/* Each byte from..to changed, by turns of every third of: one of its bits, 0, 255; returns how many
 * opened. All ten for each byte are what the readers' own tests do
 * (weights_check_prefixes_and_flips in test_safetensors.c and its like): here it matters that a
 * whole model is made of what they let through. */
static size_t survives_changes(FILE *file, const char *path, const MakerBytes *model,
                               const size_t range[2])
{
    size_t opened = 0;

    for (size_t i = range[0]; i < range[1]; i += step()) {
        for (size_t k = i % TURNS; k < 10; k += TURNS) {
            const uint8_t was = model->data[i];
            const uint8_t byte = k < 8 ? was ^ (uint8_t)(1u << k) : k == 8 ? 0 : 255;

            assert_int_equal(pwrite(fileno(file), &byte, 1, (off_t)i), 1);
            opened += opens(path);
        }
        assert_int_equal(pwrite(fileno(file), model->data + i, 1, (off_t)i), 1);
    }
    return opened;
}

/* ranges: of the bytes that are changed, ended by a range without any */
static size_t sweep(const MakerBytes *model, const char *path, const size_t (*ranges)[2])
{
    FILE *file = fopen(path, "r+b");
    size_t opened = 0;

    assert_non_null(file);
    assert_true(opens(path));
    for (; (*ranges)[1] > 0; ranges++)
        opened += survives_changes(file, path, model, *ranges);
    assert_true(opens(path));
    refuses_prefixes(file, path, model);
    fclose(file);
    return opened;
}

static void a_safetensors_model_survives_every_prefix_and_changed_header_byte(void **state)
{
    MakerBytes model;
    const char *path = write_model(WHOLE_SAFETENSORS, &model);
    uint64_t header;

    (void)state;
    memcpy(&header, model.data, sizeof header);
    const size_t ranges[][2] = { { 0, 8 + (size_t)header }, { 0, 0 } };
    const size_t opened = sweep(&model, path, ranges);
    assert_true(opened < header); /* of some 3 changes to each: blanks for blanks, equal bytes */
    free(model.data);
}

/* Adds what stands between the data of two entries: headers and descriptors. */
static size_t add_header(const MakerBytes *model, size_t from, const char *entry,
                         size_t ret_range[2])
{
    const char *const bytes = (const char *)model->data;
    const char *name = memmem(bytes + from, model->bytes - from, entry, strlen(entry));

    assert_non_null(name);
    ret_range[0] = from;
    ret_range[1] = (size_t)(name - bytes) + strlen(entry);
    const char *next = memmem(name, model->bytes - ret_range[1], "PK\3\4", 4);
    assert_non_null(next);
    return (size_t)(next - bytes);
}

/* The headers of a zip file are all but the data of its entries: those are under a checksum, which
 * test_pth_zip.c changes byte for byte. */
static void a_torch_model_survives_every_prefix_and_changed_header_byte(void **state)
{
    MakerBytes model;
    const char *path = write_model(WHOLE_ZIP, &model);
    size_t ranges[4][2] = { { 0 } };

    (void)state;
    size_t next = add_header(&model, 0, "model/data.pkl", ranges[0]);
    next = add_header(&model, next, "model/data/0", ranges[1]);
    ranges[2][0] = next;
    ranges[2][1] = model.bytes;
    sweep(&model, path, (const size_t(*)[2])ranges);
    free(model.data);
}

static void the_model_opens_from_every_container(void **state)
{
    (void)state;
    for (WholeModelKind kind = 0; kind < WHOLE_KINDS; kind++) {
        MakerBytes model;
        const char *path = write_model(kind, &model);

        assert_true(opens(path));
        free(model.data);
    }
}

static void settings_that_contradict_the_tensors_are_named(void **state)
{
    (void)state;
    for (WholeModelKind kind = 0; kind < WHOLE_KINDS; kind++) {
        MakerBytes bytes = { 0 };

        whole_model_build(&dir, kind, &bytes);
        for (size_t i = 0; i < contradiction_count; i++) {
            const char *path = contradiction_write(&dir, &contradictions[i], kind, &bytes);
            VoloModel *model = NULL;
            VoloError err = { 0 };
            const VoloStatus status = volo_model_open(path, NULL, &model, &err);

            if (status != contradictions[i].status ||
                !strstr(err.message, contradictions[i].message))
                fail_msg("%s: got %s: %s", contradictions[i].name, volo_status_name(status),
                         err.message);
            assert_null(model);
        }
        free(bytes.data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_model_opens_from_every_container),
        cmocka_unit_test(settings_that_contradict_the_tensors_are_named),
        cmocka_unit_test(a_safetensors_model_survives_every_prefix_and_changed_header_byte),
        cmocka_unit_test(a_torch_model_survives_every_prefix_and_changed_header_byte),
    };

    return cmocka_run_group_tests(tests, set_up, clear);
}
