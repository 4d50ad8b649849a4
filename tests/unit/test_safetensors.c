/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "support/scratch_dir.h"
#include "support/weights_check.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define SMALL                                                                                      \
    "{\"__metadata__\":{\"format\":\"pt\",\"config\":\"{\\\"a\\\": 1}\"},"                         \
    "\"decode_head.w\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[8,32]},"               \
    "\"decode_head.num_batches_tracked\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]}," \
    "\"decode_head.h\":{\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[32,40]},"                \
    "\"decode_head.b\":{\"dtype\":\"BF16\",\"shape\":[2,2],\"data_offsets\":[40,48]}}"

static const float small_w[6] = { 0, 1.5f, -2, 3e38f, 1e-45f, 5 };
static const uint16_t small_h[4] = { 0x3c00, 0xc000, 0x0001, 0x7c00 };
static const uint16_t small_b[4] = { 0x3f80, 0xc000, 0x0001, 0x7f80 };

/* The file of SMALL; its tensors hold the numbers above. */
static MakerBytes make_small(void)
{
    MakerBytes bytes = { 0 };

    maker_safetensors(&bytes, SMALL, 48);
    uint8_t *data = bytes.data + bytes.bytes - 48;
    memcpy(data + 8, small_w, sizeof small_w);
    memcpy(data + 32, small_h, sizeof small_h);
    memcpy(data + 40, small_b, sizeof small_b);
    return bytes;
}

static VoloWeights *open_small(void)
{
    MakerBytes bytes = make_small();

    return weights_must_open(&bytes);
}

static void opens_a_file_of_every_dtype(void **state)
{
    VoloWeights *w = open_small();
    const VoloWeightEntry *e = volo_weights_find(w, "decode_head.w");

    (void)state;
    assert_string_equal(w->format, "safetensors");
    assert_string_equal(w->config, "{\"a\": 1}");
    assert_int_equal(w->count, 4);
    assert_int_equal(w->class_count, 0);
    assert_null(w->note);
    assert_non_null(e);
    assert_string_equal(e->stored, "decode_head.w");
    assert_int_equal(e->dtype, VOLO_F32);
    assert_int_equal(e->rank, 2);
    assert_int_equal(e->shape[0], 2);
    assert_int_equal(e->shape[1], 3);
    assert_int_equal(e->stride[0], 3);
    assert_int_equal(e->stride[1], 1);
    assert_int_equal(e->count, 6);
    volo_weights_close(w);
}

static void sorts_by_name(void **state)
{
    VoloWeights *w = open_small();

    (void)state;
    for (size_t i = 1; i < w->count; i++)
        assert_true(strcmp(w->entry[i - 1].name, w->entry[i].name) < 0);
    volo_weights_close(w);
}

static void finds_no_tensor_of_another_name(void **state)
{
    VoloWeights *w = open_small();

    (void)state;
    assert_null(volo_weights_find(w, "decode_head"));
    assert_null(volo_weights_find(w, ""));
    assert_null(volo_weights_find(w, "decode_head.w.x"));
    volo_weights_close(w);
}

static void reads_every_float_dtype_exactly(void **state)
{
    VoloWeights *w = open_small();

    (void)state;
    weights_check_tensor(w, "decode_head.w", small_w, 6);
    weights_check_tensor(w, "decode_head.h", (float[]){ 1, -2, 0x1p-24f, INFINITY }, 4);
    weights_check_tensor(w, "decode_head.b", (float[]){ 1, -2, 0x1p-133f, INFINITY }, 4);
    volo_weights_close(w);
}

static void reads_part_of_a_tensor(void **state)
{
    VoloWeights *w = open_small();
    float x[3] = { 7, 7, 7 };
    VoloError err;

    (void)state;
    assert_int_equal(volo_weights_read(w, volo_weights_find(w, "decode_head.w"), 1, 2, x, &err), 0);
    assert_true(x[0] == 1.5f && x[1] == -2 && x[2] == 7);
    assert_int_equal(volo_weights_read(w, volo_weights_find(w, "decode_head.h"), 1, 1, x, &err), 0);
    assert_true(x[0] == -2);
    assert_int_equal(volo_weights_read(w, volo_weights_find(w, "decode_head.h"), 4, 0, x, &err), 0);
    volo_weights_close(w);
}

static void refuses_to_read_beyond_a_tensor(void **state)
{
    VoloWeights *w = open_small();
    const VoloWeightEntry *e = volo_weights_find(w, "decode_head.w");
    float x[8];
    VoloError err;

    (void)state;
    assert_int_equal(volo_weights_read(w, e, 0, 7, x, &err), VOLO_ERR_ARGUMENT);
    assert_int_equal(volo_weights_read(w, e, 7, 0, x, &err), VOLO_ERR_ARGUMENT);
    assert_int_equal(volo_weights_read(w, e, UINT64_MAX, 2, x, &err), VOLO_ERR_ARGUMENT);
    assert_int_equal(volo_weights_read(w, e, 2, SIZE_MAX, x, &err), VOLO_ERR_ARGUMENT);
    volo_weights_close(w);
}

static void refuses_to_read_a_counter_as_numbers(void **state)
{
    VoloWeights *w = open_small();
    float x = 7;
    VoloError err;

    (void)state;
    assert_int_equal(volo_weights_read(w, volo_weights_find(w, "decode_head.num_batches_tracked"),
                                       0, 1, &x, &err),
                     VOLO_ERR_UNSUPPORTED);
    assert_non_null(strstr(err.message, "'decode_head.num_batches_tracked' is I64"));
    volo_weights_close(w);
}

/* A file that is cut after it was opened is an error, not a signal. */
static void m11_notices_a_file_that_shrinks(void **state)
{
    MakerBytes bytes = make_small();
    ScratchDir dir;
    VoloWeights *w;
    VoloError err;
    float x[6];

    (void)state;
    scratch_dir_init(&dir);
    const char *path = scratch_write(&dir, "a.safetensors", bytes.data, bytes.bytes);
    assert_int_equal(volo_weights_open(path, false, &w, &err), VOLO_OK);
    assert_int_equal(truncate(path, (off_t)bytes.bytes - 30), 0);
    assert_int_equal(volo_weights_read(w, volo_weights_find(w, "decode_head.w"), 0, 6, x, &err),
                     VOLO_ERR_FORMAT);
    assert_non_null(strstr(err.message, path));
    volo_weights_close(w);
    scratch_dir_clear(&dir);
    free(bytes.data);
}

static void reads_large_tensors_in_pieces(void **state)
{
    const size_t count = 200001;
    char header[200];
    float *x = calloc(count, sizeof *x);

    (void)state;
    assert_non_null(x);
    snprintf(header, sizeof header,
             "{\"decode_head.w\":{\"dtype\":\"BF16\",\"shape\":[%zu],\"data_offsets\":[0,%zu]}}",
             count, 2 * count);
    VoloWeights *w = weights_of_header(header, 2 * count);
    for (size_t i = 0; i < count; i++) { /* bytes are 0 1 2 ... */
        const uint32_t bits = (uint32_t)(2 * i % 256) << 16 | (uint32_t)((2 * i + 1) % 256) << 24;

        memcpy(&x[i], &bits, sizeof bits);
    }
    weights_check_tensor(w, "decode_head.w", x, count);
    volo_weights_close(w);
    free(x);
}

static void opens_a_file_without_tensors(void **state)
{
    VoloWeights *w = weights_of_header("{}   ", 0);

    (void)state;
    assert_int_equal(w->count, 0);
    assert_null(volo_weights_find(w, "x"));
    volo_weights_close(w);
}

static void names_a_file_that_is_missing(void **state)
{
    VoloWeights *w;
    VoloError err;

    (void)state;
    assert_int_equal(volo_weights_open("/nowhere/a.pth", false, &w, &err), VOLO_ERR_IO);
    assert_string_equal(err.message, "cannot open '/nowhere/a.pth': No such file or directory");
    volo_weights_close(NULL);
}

/* --- limits: just below, at, above --- */

/* A header of that many bytes: an empty object, padded. */
static void open_header_of(size_t bytes, VoloStatus status, const char *message)
{
    MakerBytes file = { 0 };
    char *header = malloc(bytes + 1);

    assert_non_null(header);
    memset(header, ' ', bytes);
    memcpy(header, "{}", 2);
    header[bytes] = '\0';
    maker_safetensors(&file, header, 0);
    free(header);
    if (status)
        weights_must_refuse("header", &file, status, message);
    else
        volo_weights_close(weights_must_open(&file));
}

static void limits_the_header_to_16_mib(void **state)
{
    (void)state;
    open_header_of(VOLO_LIMIT_SAFETENSORS_HEADER - 1, VOLO_OK, "");
    open_header_of(VOLO_LIMIT_SAFETENSORS_HEADER, VOLO_OK, "");
    open_header_of(VOLO_LIMIT_SAFETENSORS_HEADER + 1, VOLO_ERR_LIMIT,
                   "the header has 16777217 bytes, limit 16777216");
}

static VoloWeights *open_tensors(size_t count, size_t name_bytes)
{
    MakerBytes header = { 0 };
    char tensor[1024], name[600];

    memset(name, 'n', sizeof name);
    name[name_bytes] = '\0';
    for (size_t i = 0; i < count; i++) {
        const int bytes =
            snprintf(tensor, sizeof tensor,
                     "%s\"%s%zu\":{\"dtype\":\"F16\",\"shape\":[],\"data_offsets\":[%zu,%zu]}",
                     i ? "," : "{", name, i, 2 * i, 2 * i + 2);

        maker_put(&header, tensor, (size_t)bytes);
    }
    maker_put(&header, "}", 2);
    VoloWeights *w = weights_of_header((const char *)header.data, 2 * count);
    free(header.data);
    return w;
}

static void limits_the_number_of_tensors(void **state)
{
    (void)state;
    for (size_t count = VOLO_LIMIT_TENSORS - 1; count <= VOLO_LIMIT_TENSORS; count++) {
        VoloWeights *w = open_tensors(count, 1);

        assert_int_equal(w->count, count);
        volo_weights_close(w);
    }
    weights_check_nasty("tensors_65537.safetensors");
}

static void limits_the_length_of_names(void **state)
{
    (void)state;
    volo_weights_close(open_tensors(1, VOLO_LIMIT_TENSOR_NAME - 2)); /* and the digit 0 */
    volo_weights_close(open_tensors(1, VOLO_LIMIT_TENSOR_NAME - 1));
    weights_check_nasty("name_of_513_bytes.safetensors");
}

static void limits_the_number_of_dimensions(void **state)
{
    VoloWeights *w = weights_of_header(
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,2],\"data_offsets\":[0,8]}}", 8);

    (void)state;
    assert_int_equal(w->entry[0].rank, 8);
    volo_weights_close(w);
    weights_check_nasty("m10_shape_of_nine_numbers.safetensors");
}

static void limits_the_depth_of_the_header(void **state)
{
    MakerBytes bytes = { 0 };

    (void)state;
    maker_safetensors(&bytes, "{\"x\":{\"dtype\":\"F32\",\"shape\":[[2]],\"data_offsets\":[0,8]}}",
                      8);
    weights_must_refuse("depth 4", &bytes, VOLO_ERR_FORMAT,
                        "tensor 'x': shape is not a whole number from 0 up");
    weights_check_nasty("json_nested_five_deep.safetensors");
}

/* --- malformed files --- */

static void refuses_every_malformed_file(void **state)
{
    (void)state;
    weights_check_kind(NASTY_SAFETENSORS);
}

static void refuses_every_prefix_and_survives_every_flip(void **state)
{
    MakerBytes bytes = make_small();

    (void)state;
    assert_true(weights_check_prefixes_and_flips(&bytes) > 8 * 48); /* any data are good */
}

/* Product of the shape, 4 modulo 2^64; the sum of such sizes likewise. */
static void m1_refuses_a_count_that_wraps_before_it_allocates(void **state)
{
    (void)state;
    weights_check_nasty("shape_of_two_to_the_64.safetensors");
    weights_check_nasty("shape_times_dtype_wraps_to_four.safetensors");
}

static void m2_refuses_sizes_that_wrap_at_every_step(void **state)
{
    (void)state;
    weights_check_nasty("header_of_two_to_the_64.safetensors");
    weights_check_nasty("offsets_at_the_last_number.safetensors");
    weights_check_nasty("offsets_too_large_to_read.safetensors");
    weights_check_nasty("shape_number_of_two_to_the_63.safetensors");
}

static void m3_refuses_dimensions_larger_than_the_data(void **state)
{
    (void)state;
    weights_check_nasty("m6_shape_larger_than_data.safetensors");
    weights_check_nasty("header_ends_with_the_file.safetensors");
    weights_check_nasty("layout_byte_too_few.safetensors");
}

static void m4_refuses_shapes_that_are_not_numbers(void **state)
{
    (void)state;
    weights_check_nasty("m4_shape_of_text.safetensors");
    weights_check_nasty("m4_shape_of_truth.safetensors");
    weights_check_nasty("m4_shape_of_null.safetensors");
    weights_check_nasty("m4_shape_of_objects.safetensors");
    weights_check_nasty("m4_shape_of_fractions.safetensors");
    weights_check_nasty("m4_shape_negative.safetensors");
}

static void m5_refuses_a_shape_that_wraps_to_four(void **state)
{
    (void)state;
    weights_check_nasty("m5_shape_wraps_to_four.safetensors");
}

static void m6_refuses_a_file_of_75_bytes_with_a_million_elements(void **state)
{
    (void)state;
    weights_check_nasty("m6_shape_larger_than_data.safetensors");
}

static void m7_refuses_sixteen_bytes_with_a_message(void **state)
{
    (void)state;
    weights_check_nasty("m7_four_bytes_that_are_no_header.safetensors");
}

static void m8_takes_offsets_in_bytes_whatever_the_dtype(void **state)
{
    (void)state;
    weights_check_nasty("m8_bytes_of_another_dtype.safetensors");
    weights_check_nasty("layout_overlap_by_one_byte.safetensors");
    reads_every_float_dtype_exactly(state); /* four dtypes behind each other */
}

static void m9_refuses_dimensions_of_zero(void **state)
{
    (void)state;
    weights_check_nasty("m9_shape_of_zero.safetensors");
    weights_check_nasty("m9_shape_of_zero_among_others.safetensors");
}

static void m10_has_no_table_that_a_file_could_overrun(void **state)
{
    (void)state;
    weights_check_nasty("m10_shape_of_nine_numbers.safetensors");
    weights_check_nasty("m10_shape_of_a_thousand_numbers.safetensors");
    VoloWeights *w = open_tensors(1000, 300);
    assert_int_equal(w->count, 1000);
    volo_weights_close(w);
}

static void m14_trusts_the_content_and_not_the_ending(void **state)
{
    static const char *const endings[] = { "a.pth", "a.bin", "a.png", "a" };
    MakerBytes bytes = make_small();
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        VoloWeights *w;
        const char *path = scratch_write(&dir, endings[i], bytes.data, bytes.bytes);

        assert_int_equal(volo_weights_open(path, true, &w, &err), VOLO_OK);
        assert_string_equal(w->format, "safetensors");
        volo_weights_close(w);
    }
    scratch_dir_clear(&dir);
    free(bytes.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_a_file_of_every_dtype),
        cmocka_unit_test(sorts_by_name),
        cmocka_unit_test(finds_no_tensor_of_another_name),
        cmocka_unit_test(reads_every_float_dtype_exactly),
        cmocka_unit_test(reads_part_of_a_tensor),
        cmocka_unit_test(refuses_to_read_beyond_a_tensor),
        cmocka_unit_test(refuses_to_read_a_counter_as_numbers),
        cmocka_unit_test(reads_large_tensors_in_pieces),
        cmocka_unit_test(opens_a_file_without_tensors),
        cmocka_unit_test(names_a_file_that_is_missing),
        cmocka_unit_test(limits_the_header_to_16_mib),
        cmocka_unit_test(limits_the_number_of_tensors),
        cmocka_unit_test(limits_the_length_of_names),
        cmocka_unit_test(limits_the_number_of_dimensions),
        cmocka_unit_test(limits_the_depth_of_the_header),
        cmocka_unit_test(refuses_every_malformed_file),
        cmocka_unit_test(refuses_every_prefix_and_survives_every_flip),
        cmocka_unit_test(m1_refuses_a_count_that_wraps_before_it_allocates),
        cmocka_unit_test(m2_refuses_sizes_that_wrap_at_every_step),
        cmocka_unit_test(m3_refuses_dimensions_larger_than_the_data),
        cmocka_unit_test(m4_refuses_shapes_that_are_not_numbers),
        cmocka_unit_test(m5_refuses_a_shape_that_wraps_to_four),
        cmocka_unit_test(m6_refuses_a_file_of_75_bytes_with_a_million_elements),
        cmocka_unit_test(m7_refuses_sixteen_bytes_with_a_message),
        cmocka_unit_test(m8_takes_offsets_in_bytes_whatever_the_dtype),
        cmocka_unit_test(m9_refuses_dimensions_of_zero),
        cmocka_unit_test(m10_has_no_table_that_a_file_could_overrun),
        cmocka_unit_test(m11_notices_a_file_that_shrinks),
        cmocka_unit_test(m14_trusts_the_content_and_not_the_ending),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
