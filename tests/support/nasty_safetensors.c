/* SPDX-License-Identifier: Apache-2.0 */
/* Malformed safetensors files. */
#include "support/nasty_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void build_header(const NastyRow *row, MakerBytes *out)
{
    maker_safetensors(out, row->text, row->number);
}

/* With another length in front than the header has. */
static void build_length(const NastyRow *row, MakerBytes *out)
{
    build_header(row, out);
    maker_set_number(out, 0, row->value, 8);
}

/* text: the whole file as hexadecimal digits. */
static void build_raw(const NastyRow *row, MakerBytes *out)
{
    for (const char *digits = row->text; *digits; digits += 2) {
        const char pair[3] = { digits[0], digits[1], '\0' };

        maker_put_number(out, strtoul(pair, NULL, 16), 1);
    }
}

/* text: the whole file. */
static void build_words(const NastyRow *row, MakerBytes *out)
{
    maker_put(out, row->text, strlen(row->text));
}

/* before, number times between, after, as a header. */
static void repeat(const NastyRow *row, MakerBytes *out, const char *before, const char *between,
                   const char *after)
{
    MakerBytes header = { 0 };

    maker_put(&header, before, strlen(before));
    for (size_t i = 0; i < row->number; i++)
        maker_put(&header, between, strlen(between));
    maker_put(&header, after, strlen(after) + 1);
    maker_safetensors(out, (const char *)header.data, 8);
    free(header.data);
}

static void build_deep(const NastyRow *row, MakerBytes *out)
{
    repeat(row, out, "{\"x\":", "[", "");
}

static void build_config(const NastyRow *row, MakerBytes *out)
{
    repeat(row, out, "{\"__metadata__\":{\"config\":\"", " ", "\"}}");
}

static void build_rank(const NastyRow *row, MakerBytes *out)
{
    repeat(row, out, "{\"x\":{\"dtype\":\"F32\",\"shape\":[2", ",1", "],\"data_offsets\":[0,8]}}");
}

static void build_name(const NastyRow *row, MakerBytes *out)
{
    repeat(row, out, "{\"", "n", "\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}");
}

static void build_floods(const NastyRow *row, MakerBytes *out)
{
    repeat(row, out, "{\"x\":{\"dtype\":\"F32\",\"shape\":[2", ",1", "],\"data_offsets\":[0,8]}}");
}

/* That many tensors of one element. */
static void build_many(const NastyRow *row, MakerBytes *out)
{
    MakerBytes header = { 0 };

    for (size_t i = 0; i < row->number; i++) {
        char tensor[120];
        const int bytes =
            snprintf(tensor, sizeof tensor,
                     "%s\"t%zu\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[%zu,%zu]}",
                     i ? "," : "{", i, 4 * i, 4 * i + 4);

        maker_put(&header, tensor, (size_t)bytes);
    }
    maker_put(&header, "}", 2);
    maker_safetensors(out, (const char *)header.data, 4 * row->number);
    free(header.data);
}

static const NastyRow rows[] = {
    { "m5_shape_wraps_to_four.safetensors", VOLO_ERR_FORMAT,
      "tensor 'x': the size of its shape overflows 64 bits",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[4194305,4194305,211106198978564],\"data_"
              "offsets\":[0,16]}}",
      .number = 16 },
    { "m6_shape_larger_than_data.safetensors", VOLO_ERR_FORMAT,
      "tensor 'data' has 4 bytes, but its shape needs 4000000",
      .text = "{\"data\":{\"dtype\":\"F32\",\"shape\":[1000000],\"data_offsets\":[0,4]}}",
      .number = 4 },
    { "m7_four_bytes_that_are_no_header.safetensors", VOLO_ERR_FORMAT,
      "not a model file: neither safetensors, nor torch zip, nor torch legacy",
      .text = "04000000000000005858585800000000", .build = build_raw },
    { "m8_bytes_of_another_dtype.safetensors", VOLO_ERR_FORMAT,
      "tensor 'x' has 16 bytes, but its shape needs 8",
      .text = "{\"x\":{\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[0,16]}}", .number = 16 },
    { "shape_times_dtype_wraps_to_four.safetensors", VOLO_ERR_FORMAT,
      "tensor 'x': the size of its shape overflows 64 bits",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[4611686018427387905],\"data_offsets\":[0,4]}}",
      .number = 4 },
    { "shape_of_two_to_the_64.safetensors", VOLO_ERR_FORMAT,
      "tensor 'x': the size of its shape overflows 64 bits",
      .text =
          "{\"x\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}" },
    { "shape_number_of_two_to_the_63.safetensors", VOLO_ERR_FORMAT, "header: line 1 column 48: *",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[9223372036854775808],\"data_offsets\":[0,4]}}",
      .number = 4 },
    { "file_empty.safetensors", VOLO_ERR_FORMAT,
      "not a model file: neither safetensors, nor torch zip, nor torch legacy", .text = "",
      .build = build_raw },
    { "file_one_byte.safetensors", VOLO_ERR_FORMAT,
      "not a model file: neither safetensors, nor torch zip, nor torch legacy", .text = "01",
      .build = build_raw },
    { "file_only_a_length.safetensors", VOLO_ERR_FORMAT,
      "not a model file: neither safetensors, nor torch zip, nor torch legacy",
      .text = "0200000000000000", .build = build_raw },
    { "file_only_a_brace.safetensors", VOLO_ERR_FORMAT, "header: line 1 column 1: *",
      .text = "01000000000000007b", .build = build_raw },
    { "file_of_zeros.safetensors", VOLO_ERR_FORMAT,
      "not a model file: neither safetensors, nor torch zip, nor torch legacy",
      .text = "000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
              "00000000000000000000000000000000000000000000",
      .build = build_raw },
    { "file_html.safetensors", VOLO_ERR_FORMAT,
      "not a model file: neither safetensors, nor torch zip, nor torch legacy",
      .text = "<!DOCTYPE html><html><body>Not found</body></html>", .build = build_words },
    { "file_git_lfs_pointer.safetensors", VOLO_ERR_FORMAT,
      "a Git LFS pointer, not the model itself (git lfs pull)",
      .text = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
      .build = build_words },
    { "file_gzip.safetensors", VOLO_ERR_FORMAT,
      "not a model file: neither safetensors, nor torch zip, nor torch legacy",
      .text = "1f8b08000000000000034b4c4a06000000000000", .build = build_raw },
    { "file_tar.safetensors", VOLO_ERR_FORMAT,
      "not a model file: neither safetensors, nor torch zip, nor torch legacy",
      .text = "storages/0000000000000000000000000000000000000000000000000000000000000000000000000",
      .build = build_words },
    { "file_hdf5.safetensors", VOLO_ERR_FORMAT,
      "not a model file: neither safetensors, nor torch zip, nor torch legacy",
      .text = "894844460d0a1a0a0000000000080800", .build = build_raw },
    { "header_longer_than_the_file.safetensors", VOLO_ERR_FORMAT,
      "the header claims 10000 bytes, but the file has 62 after its length",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", .number = 8,
      .build = build_length, .value = 10000 },
    { "header_of_two_to_the_64.safetensors", VOLO_ERR_FORMAT,
      "the header claims 18446744073709551615 bytes, but the file has 62 after its length",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", .number = 8,
      .build = build_length, .value = UINT64_MAX },
    { "header_one_byte_too_short.safetensors", VOLO_ERR_FORMAT, "header: line 1 column 53: *",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", .number = 8,
      .build = build_length, .value = 53 },
    { "header_one_byte_too_long.safetensors", VOLO_ERR_FORMAT, "header: line 1 column 55: *",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", .number = 8,
      .build = build_length, .value = 55 },
    { "header_of_no_bytes.safetensors", VOLO_ERR_FORMAT, "header: line 1 column 0: *",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", .number = 8,
      .build = build_length },
    { "header_ends_with_the_file.safetensors", VOLO_ERR_FORMAT,
      "tensor 'x' ends at byte 8 of the data, which have 0",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}" },
    { "header_begins_with_a_blank.safetensors", VOLO_ERR_FORMAT,
      "not a model file: neither safetensors, nor torch zip, nor torch legacy",
      .text = " {\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", .number = 8 },
    { "header_begins_with_a_byte_order_mark.safetensors", VOLO_ERR_FORMAT,
      "not a model file: neither safetensors, nor torch zip, nor torch legacy",
      .text = "\357\273\277{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
      .number = 8 },
    { "header_is_a_list.safetensors", VOLO_ERR_FORMAT,
      "not a model file: neither safetensors, nor torch zip, nor torch legacy",
      .text = "[{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}]", .number = 8 },
    { "json_not_closed.safetensors", VOLO_ERR_FORMAT, "header: line 1 column 53: *",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}", .number = 8 },
    { "json_ends_in_a_string.safetensors", VOLO_ERR_FORMAT, "header: line 1 column 17: *",
      .text = "{\"x\":{\"dtype\":\"F3", .number = 8 },
    { "json_followed_by_text.safetensors", VOLO_ERR_FORMAT, "header: line 1 column 56: *",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} x", .number = 8 },
    { "json_followed_by_another.safetensors", VOLO_ERR_FORMAT, "header: line 1 column 55: *",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}{\"y\":{\"dtype\":"
              "\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
      .number = 8 },
    { "json_trailing_comma.safetensors", VOLO_ERR_FORMAT, "header: line 1 column 55: *",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},}", .number = 8 },
    { "json_single_quotes.safetensors", VOLO_ERR_FORMAT, "header: line 1 column 2: *",
      .text = "{'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}", .number = 8 },
    { "json_comment.safetensors", VOLO_ERR_FORMAT, "header: line 1 column 2: *",
      .text = "{/**/\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", .number = 8 },
    { "json_nan.safetensors", VOLO_ERR_FORMAT, "header: line 1 column 32: *",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[NaN],\"data_offsets\":[0,8]}}", .number = 8 },
    { "json_hexadecimal.safetensors", VOLO_ERR_FORMAT, "header: line 1 column 31: *",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[0x2],\"data_offsets\":[0,8]}}", .number = 8 },
    { "json_leading_zero.safetensors", VOLO_ERR_FORMAT, "header: line 1 column 30: *",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[02],\"data_offsets\":[0,8]}}", .number = 8 },
    { "json_newline_in_a_name.safetensors", VOLO_ERR_FORMAT, "header: line 1 column 3: *",
      .text = "{\"x\n\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", .number = 8 },
    { "json_bad_escape.safetensors", VOLO_ERR_FORMAT, "header: line 1 column 5: *",
      .text = "{\"x\\q\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", .number = 8 },
    { "json_nul_in_a_name.safetensors", VOLO_ERR_FORMAT, "header: line 1 column 11: *",
      .text = "{\"x\\u0000y\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
      .number = 8 },
    { "json_lone_surrogate_in_a_name.safetensors", VOLO_ERR_FORMAT, "header: line 1 column 10: *",
      .text = "{\"x\\ud800\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
      .number = 8 },
    { "json_bad_utf8.safetensors", VOLO_ERR_FORMAT, "header: line 1 column 3: *",
      .text = "{\"x\377\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", .number = 8 },
    { "json_overlong_utf8.safetensors", VOLO_ERR_FORMAT, "header: line 1 column 3: *",
      .text = "{\"x\300\257\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
      .number = 8 },
    { "json_nested_five_deep.safetensors", VOLO_ERR_FORMAT,
      "header: line 1 column 31: nested deeper than 4",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[[[2]]],\"data_offsets\":[0,8]}}", .number = 8 },
    { "json_nested_five_deep_in_metadata.safetensors", VOLO_ERR_FORMAT,
      "header: line 1 column 24: nested deeper than 4",
      .text = "{\"__metadata__\":{\"a\":[[[]]]},\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_"
              "offsets\":[0,8]}}",
      .number = 8 },
    { "json_nested_hundred_thousand_deep.safetensors", VOLO_ERR_FORMAT,
      "header: line 1 column 9: nested deeper than 4", .number = 100000, .build = build_deep },
    { "json_nested_in_the_tensor.safetensors", VOLO_ERR_FORMAT,
      "tensor 'x' needs exactly dtype, shape and data_offsets",
      .text =
          "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"more\":{\"a\":{}}}}",
      .number = 8 },
    { "key_tensor_twice.safetensors", VOLO_ERR_FORMAT, "header: line 1 column 57: *",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"x\":{\"dtype\":"
              "\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
      .number = 8 },
    { "key_tensor_twice_by_escape.safetensors", VOLO_ERR_FORMAT, "header: line 1 column 62: *",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"\\u0078\":{"
              "\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
      .number = 8 },
    { "key_dtype_twice.safetensors", VOLO_ERR_FORMAT, "header: line 1 column 27: *",
      .text = "{\"x\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
      .number = 8 },
    { "key_metadata_twice.safetensors", VOLO_ERR_FORMAT, "header: line 1 column 33: *",
      .text = "{\"__metadata__\":{},\"__metadata__\":{},\"x\":{\"dtype\":\"F32\",\"shape\":[2],"
              "\"data_offsets\":[0,8]}}",
      .number = 8 },
    { "key_in_metadata_twice.safetensors", VOLO_ERR_FORMAT, "header: line 1 column 28: *",
      .text = "{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"},\"x\":{\"dtype\":\"F32\",\"shape\":[2],"
              "\"data_offsets\":[0,8]}}",
      .number = 8 },
    { "key_dtype_missing.safetensors", VOLO_ERR_FORMAT,
      "tensor 'x' needs exactly dtype, shape and data_offsets",
      .text = "{\"x\":{\"shape\":[2],\"data_offsets\":[0,8]}}", .number = 8 },
    { "key_shape_missing.safetensors", VOLO_ERR_FORMAT,
      "tensor 'x' needs exactly dtype, shape and data_offsets",
      .text = "{\"x\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}", .number = 8 },
    { "key_offsets_missing.safetensors", VOLO_ERR_FORMAT,
      "tensor 'x' needs exactly dtype, shape and data_offsets",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2]}}", .number = 8 },
    { "key_unknown.safetensors", VOLO_ERR_FORMAT,
      "tensor 'x' needs exactly dtype, shape and data_offsets",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"strides\":[1]}}",
      .number = 8 },
    { "key_unknown_instead.safetensors", VOLO_ERR_FORMAT,
      "tensor 'x' needs exactly dtype, shape and data_offsets",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"offsets\":[0,8]}}", .number = 8 },
    { "tensor_is_a_list.safetensors", VOLO_ERR_FORMAT, "tensor 'x' is not described by an object",
      .text = "{\"x\":[]}", .number = 8 },
    { "tensor_is_text.safetensors", VOLO_ERR_FORMAT, "tensor 'x' is not described by an object",
      .text = "{\"x\":\"F32\"}", .number = 8 },
    { "tensor_is_null.safetensors", VOLO_ERR_FORMAT, "tensor 'x' is not described by an object",
      .text = "{\"x\":null}", .number = 8 },
    { "metadata_is_a_list.safetensors", VOLO_ERR_FORMAT, "__metadata__ is not an object",
      .text =
          "{\"__metadata__\":[],\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
      .number = 8 },
    { "metadata_is_text.safetensors", VOLO_ERR_FORMAT, "__metadata__ is not an object",
      .text = "{\"__metadata__\":\"pt\",\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,"
              "8]}}",
      .number = 8 },
    { "metadata_holds_a_number.safetensors", VOLO_ERR_FORMAT,
      "__metadata__: 'epoch' is not a string",
      .text = "{\"__metadata__\":{\"epoch\":3},\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_"
              "offsets\":[0,8]}}",
      .number = 8 },
    { "metadata_holds_an_object.safetensors", VOLO_ERR_FORMAT,
      "__metadata__: 'config' is not a string",
      .text = "{\"__metadata__\":{\"config\":{}},\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_"
              "offsets\":[0,8]}}",
      .number = 8 },
    { "metadata_config_too_long.safetensors", VOLO_ERR_LIMIT,
      "__metadata__: 'config' has 1048577 bytes, limit 1048576", .number = 1048577,
      .build = build_config },
    { "dtype_is_a_number.safetensors", VOLO_ERR_FORMAT, "tensor 'x': dtype is not a string",
      .text = "{\"x\":{\"dtype\":32,\"shape\":[2],\"data_offsets\":[0,8]}}", .number = 8 },
    { "dtype_in_lower_case.safetensors", VOLO_ERR_UNSUPPORTED,
      "tensor 'x' is of dtype 'f32': only F32, F16, BF16 and I64 counters are read",
      .text = "{\"x\":{\"dtype\":\"f32\",\"shape\":[2],\"data_offsets\":[0,8]}}", .number = 8 },
    { "dtype_empty.safetensors", VOLO_ERR_UNSUPPORTED,
      "tensor 'x' is of dtype '': only F32, F16, BF16 and I64 counters are read",
      .text = "{\"x\":{\"dtype\":\"\",\"shape\":[2],\"data_offsets\":[0,8]}}", .number = 8 },
    { "dtype_f64.safetensors", VOLO_ERR_UNSUPPORTED,
      "tensor 'x' is of dtype 'F64': only F32, F16, BF16 and I64 counters are read",
      .text = "{\"x\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,16]}}", .number = 16 },
    { "dtype_u8.safetensors", VOLO_ERR_UNSUPPORTED,
      "tensor 'x' is of dtype 'U8': only F32, F16, BF16 and I64 counters are read",
      .text = "{\"x\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}", .number = 2 },
    { "dtype_i32.safetensors", VOLO_ERR_UNSUPPORTED,
      "tensor 'x' is of dtype 'I32': only F32, F16, BF16 and I64 counters are read",
      .text = "{\"x\":{\"dtype\":\"I32\",\"shape\":[2],\"data_offsets\":[0,8]}}", .number = 8 },
    { "dtype_bool.safetensors", VOLO_ERR_UNSUPPORTED,
      "tensor 'x' is of dtype 'BOOL': only F32, F16, BF16 and I64 counters are read",
      .text = "{\"x\":{\"dtype\":\"BOOL\",\"shape\":[2],\"data_offsets\":[0,2]}}", .number = 2 },
    { "dtype_f8_e4m3.safetensors", VOLO_ERR_UNSUPPORTED,
      "tensor 'x' is of dtype 'F8_E4M3': only F32, F16, BF16 and I64 counters are read",
      .text = "{\"x\":{\"dtype\":\"F8_E4M3\",\"shape\":[2],\"data_offsets\":[0,2]}}", .number = 2 },
    { "dtype_c64.safetensors", VOLO_ERR_UNSUPPORTED,
      "tensor 'x' is of dtype 'C64': only F32, F16, BF16 and I64 counters are read",
      .text = "{\"x\":{\"dtype\":\"C64\",\"shape\":[2],\"data_offsets\":[0,16]}}", .number = 16 },
    { "dtype_i64_of_a_weight.safetensors", VOLO_ERR_UNSUPPORTED,
      "tensor 'x.weight' is I64, which only num_batches_tracked may be",
      .text = "{\"x.weight\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}}",
      .number = 8 },
    { "dtype_i64_of_a_similar_name.safetensors", VOLO_ERR_UNSUPPORTED,
      "tensor 'xnum_batches_tracked' is I64, which only num_batches_tracked may be",
      .text = "{\"xnum_batches_tracked\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]}}",
      .number = 8 },
    { "dtype_i64_not_at_the_end.safetensors", VOLO_ERR_UNSUPPORTED,
      "tensor 'num_batches_tracked.weight' is I64, which only num_batches_tracked may be",
      .text = "{\"num_batches_tracked.weight\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,"
              "8]}}",
      .number = 8 },
    { "shape_is_a_number.safetensors", VOLO_ERR_FORMAT, "tensor 'x': shape is not a list",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":2,\"data_offsets\":[0,8]}}", .number = 8 },
    { "shape_is_text.safetensors", VOLO_ERR_FORMAT, "tensor 'x': shape is not a list",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":\"2\",\"data_offsets\":[0,8]}}", .number = 8 },
    { "shape_is_null.safetensors", VOLO_ERR_FORMAT, "tensor 'x': shape is not a list",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":null,\"data_offsets\":[0,8]}}", .number = 8 },
    { "m4_shape_of_text.safetensors", VOLO_ERR_FORMAT,
      "tensor 'x': shape is not a whole number from 0 up",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[\"2\"],\"data_offsets\":[0,8]}}", .number = 8 },
    { "m4_shape_of_truth.safetensors", VOLO_ERR_FORMAT,
      "tensor 'x': shape is not a whole number from 0 up",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[true],\"data_offsets\":[0,8]}}", .number = 8 },
    { "m4_shape_of_null.safetensors", VOLO_ERR_FORMAT,
      "tensor 'x': shape is not a whole number from 0 up",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[null],\"data_offsets\":[0,8]}}", .number = 8 },
    { "m4_shape_of_lists.safetensors", VOLO_ERR_FORMAT,
      "tensor 'x': shape is not a whole number from 0 up",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[[2]],\"data_offsets\":[0,8]}}", .number = 8 },
    { "m4_shape_of_objects.safetensors", VOLO_ERR_FORMAT,
      "tensor 'x': shape is not a whole number from 0 up",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[{}],\"data_offsets\":[0,8]}}", .number = 8 },
    { "m4_shape_of_fractions.safetensors", VOLO_ERR_FORMAT,
      "tensor 'x': shape is not a whole number from 0 up",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}}", .number = 8 },
    { "m4_shape_of_powers.safetensors", VOLO_ERR_FORMAT,
      "tensor 'x': shape is not a whole number from 0 up",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2e0],\"data_offsets\":[0,8]}}", .number = 8 },
    { "m4_shape_negative.safetensors", VOLO_ERR_FORMAT,
      "tensor 'x': shape is not a whole number from 0 up",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}", .number = 8 },
    { "m9_shape_of_zero.safetensors", VOLO_ERR_UNSUPPORTED, "tensor 'x' is empty: dimension 0 is 0",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}" },
    { "m9_shape_of_zero_among_others.safetensors", VOLO_ERR_UNSUPPORTED,
      "tensor 'x' is empty: dimension 1 is 0",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[4,0,2],\"data_offsets\":[0,0]}}" },
    { "m10_shape_of_nine_numbers.safetensors", VOLO_ERR_LIMIT,
      "tensor 'x' has 9 dimensions, limit 8",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,2],\"data_offsets\":[0,8]}}",
      .number = 8 },
    { "m10_shape_of_a_thousand_numbers.safetensors", VOLO_ERR_LIMIT,
      "tensor 'x' has 1001 dimensions, limit 8", .number = 1000, .build = build_rank },
    { "offsets_are_a_number.safetensors", VOLO_ERR_FORMAT,
      "tensor 'x': data_offsets is not a list of two",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":8}}", .number = 8 },
    { "offsets_of_one.safetensors", VOLO_ERR_FORMAT,
      "tensor 'x': data_offsets is not a list of two",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8]}}", .number = 8 },
    { "offsets_of_three.safetensors", VOLO_ERR_FORMAT,
      "tensor 'x': data_offsets is not a list of two",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,8]}}", .number = 8 },
    { "offsets_of_none.safetensors", VOLO_ERR_FORMAT,
      "tensor 'x': data_offsets is not a list of two",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[]}}", .number = 8 },
    { "offsets_of_text.safetensors", VOLO_ERR_FORMAT,
      "tensor 'x': data_offsets is not a whole number from 0 up",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[\"0\",\"8\"]}}",
      .number = 8 },
    { "offsets_of_fractions.safetensors", VOLO_ERR_FORMAT,
      "tensor 'x': data_offsets is not a whole number from 0 up",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0.0,8.0]}}", .number = 8 },
    { "offsets_negative.safetensors", VOLO_ERR_FORMAT,
      "tensor 'x': data_offsets is not a whole number from 0 up",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}", .number = 8 },
    { "offsets_reversed.safetensors", VOLO_ERR_FORMAT,
      "tensor 'x' ends at byte 0, before it begins at 8",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}", .number = 8 },
    { "offsets_beyond_the_data.safetensors", VOLO_ERR_FORMAT,
      "tensor 'x' ends at byte 16 of the data, which have 8",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]}}", .number = 8 },
    { "offsets_at_the_last_number.safetensors", VOLO_ERR_FORMAT,
      "tensor 'x' ends at byte 9223372036854775807 of the data, which have 8",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[9223372036854775799,"
              "9223372036854775807]}}",
      .number = 8 },
    { "offsets_too_large_to_read.safetensors", VOLO_ERR_FORMAT, "header: line 1 column 70: *",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,18446744073709551616]}}",
      .number = 8 },
    { "offsets_too_short_for_the_shape.safetensors", VOLO_ERR_FORMAT,
      "tensor 'x' has 8 bytes, but its shape needs 12",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}", .number = 8 },
    { "offsets_too_long_for_the_shape.safetensors", VOLO_ERR_FORMAT,
      "tensor 'x' has 8 bytes, but its shape needs 4",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]}}", .number = 8 },
    { "layout_same_bytes_twice.safetensors", VOLO_ERR_FORMAT, "tensors 'x' and 'y' overlap",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"y\":{\"dtype\":"
              "\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
      .number = 8 },
    { "layout_overlap_by_one_byte.safetensors", VOLO_ERR_FORMAT, "tensors 'x' and 'y' overlap",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"y\":{\"dtype\":"
              "\"F32\",\"shape\":[2],\"data_offsets\":[7,15]}}",
      .number = 15 },
    { "layout_one_inside_the_other.safetensors", VOLO_ERR_FORMAT, "tensors 'x' and 'y' overlap",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]},\"y\":{\"dtype\":"
              "\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
      .number = 16 },
    { "layout_hole_at_the_beginning.safetensors", VOLO_ERR_FORMAT,
      "4 bytes before tensor 'x' belong to no tensor",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}", .number = 12 },
    { "layout_hole_in_the_middle.safetensors", VOLO_ERR_FORMAT,
      "1 bytes before tensor 'y' belong to no tensor",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"y\":{\"dtype\":"
              "\"F32\",\"shape\":[2],\"data_offsets\":[9,17]}}",
      .number = 17 },
    { "layout_overlap_in_all_but_one_byte.safetensors", VOLO_ERR_FORMAT,
      "tensors 'x' and 'y' overlap",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"y\":{\"dtype\":"
              "\"F32\",\"shape\":[2],\"data_offsets\":[1,9]}}",
      .number = 9 },
    { "layout_overlap_of_two_types.safetensors", VOLO_ERR_FORMAT, "tensors 'x' and 'y' overlap",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"y\":{\"dtype\":"
              "\"F16\",\"shape\":[4],\"data_offsets\":[4,12]}}",
      .number = 12 },
    { "layout_overlap_of_the_last_two.safetensors", VOLO_ERR_FORMAT, "tensors 'y' and 'z' overlap",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"y\":{\"dtype\":"
              "\"F32\",\"shape\":[2],\"data_offsets\":[8,16]},\"z\":{\"dtype\":\"F32\",\"shape\":["
              "2],\"data_offsets\":[12,20]}}",
      .number = 20 },
    { "layout_overlap_against_the_order_of_names.safetensors", VOLO_ERR_FORMAT,
      "tensors 'y' and 'x' overlap",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]},\"y\":{\"dtype\":"
              "\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
      .number = 12 },
    { "layout_overlap_at_the_common_end.safetensors", VOLO_ERR_FORMAT,
      "tensors 'x' and 'y' overlap",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"y\":{\"dtype\":"
              "\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
      .number = 8 },
    { "layout_hole_of_one_byte_at_the_beginning.safetensors", VOLO_ERR_FORMAT,
      "1 bytes before tensor 'x' belong to no tensor",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[1,9]}}", .number = 9 },
    { "layout_hole_before_the_third.safetensors", VOLO_ERR_FORMAT,
      "4 bytes before tensor 'z' belong to no tensor",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"y\":{\"dtype\":"
              "\"F32\",\"shape\":[2],\"data_offsets\":[8,16]},\"z\":{\"dtype\":\"F32\",\"shape\":["
              "2],\"data_offsets\":[20,28]}}",
      .number = 28 },
    { "layout_holes_before_both.safetensors", VOLO_ERR_FORMAT,
      "4 bytes before tensor 'x' belong to no tensor",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]},\"y\":{\"dtype\":"
              "\"F32\",\"shape\":[2],\"data_offsets\":[16,24]}}",
      .number = 24 },
    { "layout_hole_of_a_megabyte.safetensors", VOLO_ERR_FORMAT,
      "1048576 bytes before tensor 'x' belong to no tensor",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[1048576,1048584]}}",
      .number = 1048584 },
    { "layout_hole_against_the_order_of_names.safetensors", VOLO_ERR_FORMAT,
      "1 bytes before tensor 'x' belong to no tensor",
      .text = "{\"y\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"x\":{\"dtype\":"
              "\"F32\",\"shape\":[2],\"data_offsets\":[9,17]}}",
      .number = 17 },
    { "layout_hole_as_large_as_a_tensor.safetensors", VOLO_ERR_FORMAT,
      "8 bytes before tensor 'y' belong to no tensor",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"y\":{\"dtype\":"
              "\"F32\",\"shape\":[2],\"data_offsets\":[16,24]}}",
      .number = 24 },
    { "json_nested_in_the_offsets.safetensors", VOLO_ERR_FORMAT,
      "header: line 1 column 50: nested deeper than 4",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[[[0]],8]}}", .number = 8 },
    { "json_nested_in_the_dtype.safetensors", VOLO_ERR_FORMAT,
      "header: line 1 column 17: nested deeper than 4",
      .text = "{\"x\":{\"dtype\":[[[\"F32\"]]],\"shape\":[2],\"data_offsets\":[0,8]}}",
      .number = 8 },
    { "json_nested_in_the_second_tensor.safetensors", VOLO_ERR_FORMAT,
      "header: line 1 column 84: nested deeper than 4",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"y\":{\"dtype\":"
              "\"F32\",\"shape\":[[[2]]],\"data_offsets\":[8,16]}}",
      .number = 16 },
    { "json_nested_in_a_strange_key.safetensors", VOLO_ERR_FORMAT,
      "header: line 1 column 71: nested deeper than 4",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"more\":{\"a\":{"
              "\"b\":{}}}}}",
      .number = 8 },
    { "json_nested_lists.safetensors", VOLO_ERR_FORMAT,
      "header: line 1 column 9: nested deeper than 4", .text = "{\"a\":[[[[]]]]}", .number = 0 },
    { "json_nested_after_a_text_with_brackets.safetensors", VOLO_ERR_FORMAT,
      "header: line 1 column 64: nested deeper than 4",
      .text = "{\"[[[[[\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"b\":[[[]]]}}",
      .number = 8 },
    { "layout_byte_too_many.safetensors", VOLO_ERR_FORMAT,
      "1 bytes at the end of the file belong to no tensor",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", .number = 9 },
    { "layout_byte_too_few.safetensors", VOLO_ERR_FORMAT,
      "tensor 'x' ends at byte 8 of the data, which have 7",
      .text = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", .number = 7 },
    { "layout_data_but_no_tensor.safetensors", VOLO_ERR_FORMAT,
      "8 bytes at the end of the file belong to no tensor", .text = "{}", .number = 8 },
    { "layout_data_but_only_metadata.safetensors", VOLO_ERR_FORMAT,
      "8 bytes at the end of the file belong to no tensor", .text = "{\"__metadata__\":{}}",
      .number = 8 },
    { "name_empty.safetensors", VOLO_ERR_FORMAT, "a tensor has an empty name",
      .text = "{\"\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", .number = 8 },
    { "name_of_513_bytes.safetensors", VOLO_ERR_LIMIT,
      "tensor name 'nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn...' has 513 bytes, limit 512",
      .number = 513, .build = build_name },
    { "name_with_a_control_character.safetensors", VOLO_ERR_FORMAT,
      "tensor name 'x?' is not plain UTF-8 text",
      .text = "{\"x\\u0007\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
      .number = 8 },
    { "name_with_delete.safetensors", VOLO_ERR_FORMAT, "tensor name 'x?' is not plain UTF-8 text",
      .text = "{\"x\\u007f\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
      .number = 8 },
    { "name_with_a_c1_control_character.safetensors", VOLO_ERR_FORMAT,
      "tensor name 'x?\?' is not plain UTF-8 text",
      .text = "{\"x\\u0085\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
      .number = 8 },
    { "name_clash_of_module.safetensors", VOLO_ERR_FORMAT,
      "tensors 'decode_head.x' and 'module.decode_head.x' are both named 'decode_head.x'",
      .text = "{\"module.decode_head.x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
              "\"decode_head.x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]}}",
      .number = 16 },
    { "name_clash_of_hugging_face.safetensors", VOLO_ERR_FORMAT,
      "tensors 'backbone._backbone.model.norm.bias' and 'backbone.norm.bias' are both named "
      "'backbone.norm.bias'",
      .text = "{\"backbone._backbone.model.norm.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_"
              "offsets\":[0,8]},\"backbone.norm.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_"
              "offsets\":[8,16]}}",
      .number = 16 },
    { "name_clash_of_conv_seg.safetensors", VOLO_ERR_FORMAT,
      "tensors 'decode_head.classifier.bias' and 'decode_head.conv_seg.bias' are both named "
      "'decode_head.conv_seg.bias'",
      .text = "{\"decode_head.classifier.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":["
              "0,8]},\"decode_head.conv_seg.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_"
              "offsets\":[8,16]}}",
      .number = 16 },
    { "name_clash_of_timm.safetensors", VOLO_ERR_FORMAT,
      "tensors 'model.norm.bias' and 'norm.bias' are both named 'backbone.norm.bias'",
      .text = "{\"model.norm.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
              "\"norm.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]}}",
      .number = 16 },
    { "tensors_65537.safetensors", VOLO_ERR_LIMIT, "more than 65536 tensors", .number = 65537,
      .build = build_many },
    { "values_a_million.safetensors", VOLO_ERR_LIMIT,
      "header: line 1 column 2000023: more than 1000000 values", .number = 1000000,
      .build = build_floods },
};

const NastyTable nasty_safetensors = {
    .row = rows,
    .count = sizeof rows / sizeof *rows,
    .build = build_header,
};
