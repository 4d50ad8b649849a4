/* SPDX-License-Identifier: Apache-2.0 */
/* State files: what is written reads back, and nothing else does. */
#include "train/train_state.h"

#include "support/scratch_dir.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    FLOATS = 48,
    ARRAYS = 3,
    HEAD_BYTES = 72,
};

static const char settings[] = "steps\t100\nlr\t0.01\ndata[0]\tcamvid/train\n";

static float stored[ARRAYS][FLOATS], loaded[ARRAYS][FLOATS];

static VoloTrainState state_in(float array[ARRAYS][FLOATS])
{
    VoloTrainState state = { .settings = settings, .arrays = ARRAYS, .floats = FLOATS };

    for (size_t i = 0; i < ARRAYS; i++)
        state.array[i] = array[i];
    return state;
}

static ScratchDir scratch;

static int make_scratch(void **state)
{
    (void)state;
    scratch_dir_init(&scratch);
    return 0;
}

static int remove_scratch(void **state)
{
    (void)state;
    scratch_dir_clear(&scratch);
    return 0;
}

/* The path of a written state. */
static const char *write_state(void)
{
    const char *path = scratch_path(&scratch, "training.state");
    VoloTrainState state = state_in(stored);

    for (size_t i = 0; i < ARRAYS * FLOATS; i++)
        stored[i / FLOATS][i % FLOATS] = (float)i / 7 - 3;
    state.step = 12345;
    state.position = 98760;
    state.record = (VoloTrainRecord){ 0.625, 12000, 12300 };
    assert_int_equal(volo_train_state_write(&state, path, NULL), VOLO_OK);
    return path;
}

static VoloStatus read_state(const char *path, VoloTrainState *state, VoloError *err)
{
    *state = state_in(loaded);
    memset(loaded, 0, sizeof loaded);
    return volo_train_state_read(state, path, err);
}

static void reads_back_what_was_written(void **state)
{
    VoloTrainState got;
    const char *path = write_state();

    (void)state;
    assert_int_equal(read_state(path, &got, NULL), VOLO_OK);
    assert_memory_equal(loaded, stored, sizeof stored);
    assert_int_equal(got.step, 12345);
    assert_int_equal(got.position, 98760);
    assert_true(got.record.best == 0.625);
    assert_int_equal(got.record.best_step, 12000);
    assert_int_equal(got.record.validated, 12300);
}

static size_t read_bytes(const char *path, unsigned char *bytes, size_t room)
{
    FILE *file = fopen(path, "rb");
    const size_t count = file ? fread(bytes, 1, room, file) : 0;

    assert_true(file && count < room);
    fclose(file);
    return count;
}

static void write_bytes(const char *path, const unsigned char *bytes, size_t count)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
}

static void refuses_a_file_with_any_byte_changed(void **state)
{
    const char *path = write_state();
    unsigned char bytes[4096];
    const size_t count = read_bytes(path, bytes, sizeof bytes);
    VoloTrainState got;

    (void)state;
    for (size_t i = 0; i < count; i++) {
        const bool in_settings = i >= HEAD_BYTES && i < HEAD_BYTES + sizeof settings - 1;

        bytes[i] ^= 0x11;
        write_bytes(path, bytes, count);
        const VoloStatus status = read_state(path, &got, NULL);
        if (!(status == VOLO_ERR_FORMAT || (status == VOLO_ERR_UNSUPPORTED && in_settings)))
            fail_msg("byte %zu changed: %s", i, volo_status_name(status));
        bytes[i] ^= 0x11;
    }
}

static void refuses_a_file_cut_anywhere(void **state)
{
    const char *path = write_state();
    unsigned char bytes[4096];
    const size_t count = read_bytes(path, bytes, sizeof bytes);
    VoloTrainState got;

    (void)state;
    for (size_t i = 0; i < count; i++) {
        write_bytes(path, bytes, i);
        assert_int_equal(read_state(path, &got, NULL), VOLO_ERR_FORMAT);
    }
    bytes[count] = 0;
    write_bytes(path, bytes, count + 1);
    assert_int_equal(read_state(path, &got, NULL), VOLO_ERR_FORMAT);
}

static void names_the_setting_that_changed(void **state)
{
    const char *path = write_state();
    VoloTrainState got = state_in(loaded);
    char want[512];
    VoloError err;

    (void)state;
    got.settings = "steps\t100\nlr\t0.02\ndata[0]\tcamvid/train\n";
    assert_int_equal(volo_train_state_read(&got, path, &err), VOLO_ERR_UNSUPPORTED);
    snprintf(want, sizeof want,
             "'%s' was made with lr 0.01, not 0.02: this cannot change on the way", path);
    assert_string_equal(err.message, want);
    got.settings = "steps\t100\nlr\t0.01\ndata[0]\tcamvid/train\ndata[1]\tkitti/train\n";
    assert_int_equal(volo_train_state_read(&got, path, &err), VOLO_ERR_UNSUPPORTED);
    snprintf(want, sizeof want, "'%s' was made by a training of another kind", path);
    assert_string_equal(err.message, want);
}

static void refuses_other_sizes_and_files(void **state)
{
    const char *path = write_state();
    VoloTrainState got = state_in(loaded);

    (void)state;
    got.floats = FLOATS - 16;
    assert_int_equal(volo_train_state_read(&got, path, NULL), VOLO_ERR_UNSUPPORTED);
    got = state_in(loaded);
    got.arrays = ARRAYS - 1;
    assert_int_equal(volo_train_state_read(&got, path, NULL), VOLO_ERR_UNSUPPORTED);
    assert_int_equal(read_state("/nonexistent/state", &got, NULL), VOLO_ERR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_back_what_was_written, make_scratch, remove_scratch),
        cmocka_unit_test_setup_teardown(refuses_a_file_with_any_byte_changed, make_scratch,
                                        remove_scratch),
        cmocka_unit_test_setup_teardown(refuses_a_file_cut_anywhere, make_scratch, remove_scratch),
        cmocka_unit_test_setup_teardown(names_the_setting_that_changed, make_scratch,
                                        remove_scratch),
        cmocka_unit_test_setup_teardown(refuses_other_sizes_and_files, make_scratch,
                                        remove_scratch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
