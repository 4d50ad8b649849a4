/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/limits.h"
#include "base/read_file.h"
#include "support/scratch_dir.h"
#include "weights/weights.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Values of one tensor of the lot: i64 7, or element + offset[i]. */
typedef struct Values {
    const VoloSaveTensor *tensor;
    float offset;
    size_t calls;
    size_t fail_at; /* of the calls; SIZE_MAX: never */
} Values;

static VoloStatus give(size_t i, uint64_t first, size_t count, void *dst, void *user,
                       VoloError *err)
{
    Values *v = user;

    if (v->calls++ == v->fail_at)
        return volo_fail(err, VOLO_ERR_IO, "no more");
    for (size_t k = 0; k < count; k++) {
        if (v->tensor[i].dtype == VOLO_I64)
            ((int64_t *)dst)[k] = 7;
        else
            ((float *)dst)[k] = (float)(first + k) + v->offset;
    }
    return VOLO_OK;
}

static const VoloSaveTensor three[] = {
    { "decode_head.w", VOLO_F32, 2, { 2, 3 } },
    { "decode_head.h\"\\", VOLO_F16, 1, { 3 } },
    { "decode_head.num_batches_tracked", VOLO_I64, 0, { 0 } },
};

static VoloStatus write_three(const char *path, VoloError *err)
{
    Values v = { .tensor = three, .fail_at = SIZE_MAX };

    return volo_safetensors_write(path, three, 3, "{\"a\":\n\"\\\"ä\"}", give, &v, err);
}

static void writes_exactly_these_bytes(void **state)
{
    static const char header[] =
        "{\"__metadata__\":{\"config\":\"{\\\"a\\\":\\u000a\\\"\\\\\\\"ä\\\"}\",\"format\":\"pt\"},"
        "\"decode_head.w\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
        "\"decode_head.h\\\"\\\\\":{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[24,30]},"
        "\"decode_head.num_batches_tracked\":{\"dtype\":\"I64\",\"shape\":[],"
        "\"data_offsets\":[30,38]}}";
    static const float w[6] = { 0, 1, 2, 3, 4, 5 };
    static const uint16_t h[3] = { 0, 0x3c00, 0x4000 };
    const char *path = scratch_path(*state, "a");
    const size_t padded = (sizeof header - 1 + 7) / 8 * 8;
    VoloError err;
    size_t bytes;
    char *data;

    assert_int_equal(write_three(path, &err), VOLO_OK);
    assert_int_equal(volo_file_read(path, 4096, &data, &bytes, &err), VOLO_OK);
    assert_int_equal(bytes, 8 + padded + 38);
    assert_int_equal((uint8_t)data[0] | (uint8_t)data[1] << 8, padded);
    assert_memory_equal(data + 2, "\0\0\0\0\0\0", 6);
    assert_memory_equal(data + 8, header, sizeof header - 1);
    for (size_t i = sizeof header - 1; i < padded; i++)
        assert_int_equal(data[8 + i], ' ');
    assert_memory_equal(data + 8 + padded, w, 24);
    assert_memory_equal(data + 8 + padded + 24, h, 6);
    assert_memory_equal(data + 8 + padded + 30, "\7\0\0\0\0\0\0\0", 8);
    free(data);
}

static void reads_back_what_was_written(void **state)
{
    const char *path = scratch_path(*state, "a");
    VoloWeights *w;
    VoloError err;
    float x[6];

    assert_int_equal(write_three(path, &err), VOLO_OK);
    assert_int_equal(volo_weights_open(path, true, &w, &err), VOLO_OK);
    assert_string_equal(w->config, "{\"a\":\n\"\\\"ä\"}");
    assert_int_equal(w->count, 3);
    const VoloWeightEntry *e = volo_weights_find(w, "decode_head.h\"\\");
    assert_non_null(e);
    assert_int_equal(e->dtype, VOLO_F16);
    assert_int_equal(volo_weights_read(w, e, 0, 3, x, &err), VOLO_OK);
    assert_true(x[0] == 0 && x[1] == 1 && x[2] == 2);
    volo_weights_close(w);
}

static void writes_the_same_bytes_again(void **state)
{
    const char *a = scratch_path(*state, "a"), *b = scratch_path(*state, "b");
    size_t a_bytes, b_bytes;
    char *a_data, *b_data;
    VoloError err;

    assert_int_equal(write_three(a, &err), VOLO_OK);
    assert_int_equal(write_three(b, &err), VOLO_OK);
    assert_int_equal(volo_file_read(a, 4096, &a_data, &a_bytes, &err), VOLO_OK);
    assert_int_equal(volo_file_read(b, 4096, &b_data, &b_bytes, &err), VOLO_OK);
    assert_int_equal(a_bytes, b_bytes);
    assert_memory_equal(a_data, b_data, a_bytes);
    free(a_data);
    free(b_data);
}

static void writes_no_config_where_there_is_none(void **state)
{
    const char *path = scratch_path(*state, "a");
    VoloWeights *w;
    VoloError err;

    assert_int_equal(volo_safetensors_write(path, NULL, 0, NULL, give, NULL, &err), VOLO_OK);
    assert_int_equal(volo_weights_open(path, true, &w, &err), VOLO_OK);
    assert_null(w->config);
    assert_int_equal(w->count, 0);
    volo_weights_close(w);
}

static void asks_for_large_tensors_in_pieces(void **state)
{
    const VoloSaveTensor big = { "decode_head.w", VOLO_F32, 2, { 500, 401 } };
    const char *path = scratch_path(*state, "a");
    Values v = { .tensor = &big, .fail_at = SIZE_MAX };
    VoloWeights *w;
    VoloError err;
    float x;

    assert_int_equal(volo_safetensors_write(path, &big, 1, NULL, give, &v, &err), VOLO_OK);
    assert_true(v.calls > 1);
    assert_int_equal(volo_weights_open(path, true, &w, &err), VOLO_OK);
    for (uint64_t i = 0; i < 200500; i += 17) {
        assert_int_equal(volo_weights_read(w, w->entry, i, 1, &x, &err), VOLO_OK);
        assert_true(x == (float)i);
    }
    volo_weights_close(w);
}

/* A write that fails leaves nothing, not even a temporary file. */
static void must_not_write(ScratchDir *dir, const VoloSaveTensor *tensor, size_t count, Values *v,
                           VoloStatus status, const char *message)
{
    const char *path = scratch_path(dir, "a");
    VoloError err;

    assert_int_equal(volo_safetensors_write(path, tensor, count, NULL, give, v, &err), status);
    assert_string_equal(err.message, message);
    assert_int_not_equal(access(path, F_OK), 0);
    assert_int_equal(rmdir(dir->path), 0); /* empty */
    scratch_dir_init(dir);
}

static void refuses_values_beyond_f16_naming_the_tensor(void **state)
{
    const VoloSaveTensor tensors[] = { { "a", VOLO_F32, 1, { 2 } }, { "b", VOLO_F16, 1, { 40 } } };
    Values v = { .tensor = tensors, .offset = 65500, .fail_at = SIZE_MAX };

    must_not_write(*state, tensors, 2, &v, VOLO_ERR_LIMIT,
                   "tensor 'b' has the value 65520, beyond F16's 65504");
}

static void hands_on_the_error_of_the_callback(void **state)
{
    for (size_t i = 0; i < 3; i++) {
        Values v = { .tensor = three, .fail_at = i };

        must_not_write(*state, three, 3, &v, VOLO_ERR_IO, "no more");
    }
}

static void refuses_names_that_could_not_be_read_again(void **state)
{
    char name[VOLO_LIMIT_TENSOR_NAME + 2];
    const char *const bad[] = { "", "__metadata__", "a\n", "a\xff", name };

    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    for (size_t i = 0; i < 4; i++) {
        const VoloSaveTensor tensor = { bad[i], VOLO_F32, 0, { 0 } };
        char message[240];

        snprintf(message, sizeof message, "'%s' cannot be the name of a tensor",
                 i == 2   ? "a?"
                 : i == 3 ? "a?"
                          : bad[i]);
        must_not_write(*state, &tensor, 1, NULL, VOLO_ERR_ARGUMENT, message);
    }
    const VoloSaveTensor longest = { name, VOLO_F32, 0, { 0 } };
    assert_int_equal(volo_safetensors_write("a", &longest, 1, NULL, give, NULL, NULL),
                     VOLO_ERR_ARGUMENT);
}

static void refuses_two_tensors_of_one_name(void **state)
{
    const VoloSaveTensor tensors[] = { { "b", VOLO_F32, 0, { 0 } },
                                       { "a", VOLO_F32, 0, { 0 } },
                                       { "b", VOLO_F32, 0, { 0 } } };

    must_not_write(*state, tensors, 3, NULL, VOLO_ERR_ARGUMENT,
                   "'b' cannot be the name of a tensor");
}

static void refuses_sizes_beyond_64_bits(void **state)
{
    const VoloSaveTensor one = { "a", VOLO_F32, 2, { (uint64_t)1 << 62, 2 } };
    const VoloSaveTensor sum[] = { { "a", VOLO_I64, 1, { (uint64_t)1 << 60 } },
                                   { "b", VOLO_I64, 1, { (uint64_t)1 << 60 } } };

    must_not_write(*state, &one, 1, NULL, VOLO_ERR_LIMIT,
                   "tensor 'a': the size of its shape overflows 64 bits");
    must_not_write(*state, sum, 2, NULL, VOLO_ERR_LIMIT, "the tensors have more than 2^64 bytes");
}

static void refuses_ranks_and_dtypes_it_does_not_write(void **state)
{
    const VoloSaveTensor rank = { "a", VOLO_F32, 9, { 1 } };
    const VoloSaveTensor bfloat = { "a", VOLO_BF16, 1, { 1 } };

    must_not_write(*state, &rank, 1, NULL, VOLO_ERR_LIMIT, "tensor 'a' has 9 dimensions, limit 8");
    must_not_write(*state, &bfloat, 1, NULL, VOLO_ERR_ARGUMENT, "tensor 'a': BF16 is not written");
}

static void names_a_folder_that_is_missing(void **state)
{
    const char *path = scratch_path(*state, "none/a");
    VoloError err;

    assert_int_equal(write_three(path, &err), VOLO_ERR_IO);
    assert_non_null(strstr(err.message, path));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(writes_exactly_these_bytes, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(reads_back_what_was_written, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(writes_the_same_bytes_again, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(writes_no_config_where_there_is_none, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(asks_for_large_tensors_in_pieces, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(refuses_values_beyond_f16_naming_the_tensor, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(hands_on_the_error_of_the_callback, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(refuses_names_that_could_not_be_read_again, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(refuses_two_tensors_of_one_name, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(refuses_sizes_beyond_64_bits, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(refuses_ranks_and_dtypes_it_does_not_write, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(names_a_folder_that_is_missing, scratch_setup,
                                        scratch_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
