/* SPDX-License-Identifier: Apache-2.0 */
/* Tensor dumps: the bytes of the file, and what is refused. */
#include <volo/tensor_dump.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "support/scratch_dir.h"

static int setup(void **state)
{
    VoloTensorDump *dump;

    if (volo_tensor_dump_new(&dump, NULL))
        return -1;
    *state = dump;
    return 0;
}

static int teardown(void **state)
{
    volo_tensor_dump_free(*state);
    return 0;
}

/* Reads up to size bytes of a file and returns their number. */
static size_t read_all(const char *path, uint8_t *data, size_t size)
{
    FILE *const file = fopen(path, "rb");

    assert_non_null(file);
    const size_t length = fread(data, 1, size, file);
    fclose(file);
    return length;
}

static void writes_f32_then_labels_without_gaps(void **state)
{
    static const char header[] =
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[1,1,2,1],\"data_offsets\":[0,8]},"
        "\"y.0\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1],\"data_offsets\":[8,12]},"
        "\"labels\":{\"dtype\":\"U8\",\"shape\":[1,1,3],\"data_offsets\":[12,15]}}";
    const size_t padded = (sizeof header - 1 + 7) / 8 * 8;
    float x[2] = { 1, -2 };
    const float y = 0.5f;
    const uint8_t labels[3] = { 7, 255, 0 };
    uint8_t file[1024];
    VoloError err;
    ScratchDir dir;

    assert_int_equal(volo_tensor_dump_add(*state, "x", 1, 1, 2, 1, x, &err), VOLO_OK);
    x[0] = 9; /* a copy was taken */
    assert_int_equal(volo_tensor_dump_add_labels(*state, "labels", 1, 1, 3, labels, &err), VOLO_OK);
    assert_int_equal(volo_tensor_dump_add(*state, "y.0", 1, 1, 1, 1, &y, &err), VOLO_OK);
    scratch_dir_init(&dir);
    const char *path = scratch_path(&dir, "dump.safetensors");
    assert_int_equal(volo_tensor_dump_write(*state, path, &err), VOLO_OK);

    x[0] = 1;
    assert_int_equal(read_all(path, file, sizeof file), 8 + padded + 15);
    const uint8_t length[8] = { (uint8_t)padded, (uint8_t)(padded >> 8) };
    assert_memory_equal(file, length, 8);
    assert_memory_equal(file + 8, header, sizeof header - 1);
    for (size_t i = sizeof header - 1; i < padded; i++)
        assert_int_equal(file[8 + i], ' ');
    assert_memory_equal(file + 8 + padded, x, 8);
    assert_memory_equal(file + 8 + padded + 8, &y, 4);
    assert_memory_equal(file + 8 + padded + 12, labels, 3);
    scratch_dir_clear(&dir);
}

static void refuses_a_name_twice(void **state)
{
    const float x = 1;
    VoloError err;

    assert_int_equal(volo_tensor_dump_add(*state, "x", 1, 1, 1, 1, &x, &err), VOLO_OK);
    assert_int_equal(volo_tensor_dump_add(*state, "x", 1, 1, 1, 1, &x, &err), VOLO_ERR_ARGUMENT);
    assert_string_equal(err.message, "tensor 'x' is added twice");
}

static void refuses_names_that_json_would_have_to_escape(void **state)
{
    static const char *const names[] = { "", "a b", "a\"", "a\\", "a\n", "\xc3\xa4", "\x7f" };
    const float x = 1;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(volo_tensor_dump_add(*state, names[i], 1, 1, 1, 1, &x, NULL),
                         VOLO_ERR_ARGUMENT);
}

static void refuses_tensors_that_are_empty_or_too_large(void **state)
{
    const float x = 1;
    VoloError err;

    assert_int_equal(volo_tensor_dump_add(*state, "x", 1, 0, 1, 1, &x, &err), VOLO_ERR_ARGUMENT);
    assert_string_equal(err.message, "tensor 'x' is empty");
    assert_int_equal(volo_tensor_dump_add(*state, "x", 1, 1, 1, 1, NULL, &err), VOLO_ERR_ARGUMENT);
    assert_int_equal(volo_tensor_dump_add(*state, "x", SIZE_MAX / 2, 3, 1, 1, &x, &err),
                     VOLO_ERR_LIMIT);
    assert_string_equal(err.message, "tensor 'x' is too large");
}

static void names_the_path_that_cannot_be_written(void **state)
{
    VoloError err;

    assert_int_equal(volo_tensor_dump_write(*state, "/nonexistent/dump", &err), VOLO_ERR_IO);
    assert_non_null(strstr(err.message, "/nonexistent"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(writes_f32_then_labels_without_gaps, setup, teardown),
        cmocka_unit_test_setup_teardown(refuses_a_name_twice, setup, teardown),
        cmocka_unit_test_setup_teardown(refuses_names_that_json_would_have_to_escape, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(refuses_tensors_that_are_empty_or_too_large, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(names_the_path_that_cannot_be_written, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
