/* SPDX-License-Identifier: Apache-2.0 */
/* Legacy torch files that are malformed. */
#include "support/nasty_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TENSOR "tensor:0:FloatStorage:6:0:2,3:3,1"
#define DICT(value) "odict ( 'decode_head.w' " value " u ."
#define OS_SYSTEM "@os.system ( 'true' t R"

enum {
    LEGACY_START = 1,
    LEGACY_PROTOCOL,
    LEGACY_STORAGES,
};

static void build_damage(const NastyRow *row, MakerBytes *out)
{
    MakerLegacy l = { 0 };

    maker_legacy(&l, &row->source);
    if (row->size) {
        const size_t part = row->part == LEGACY_START      ? 0
                            : row->part == LEGACY_PROTOCOL ? l.protocol
                                                           : l.storages;

        maker_set_number(&l.out, part + row->at, row->value, row->size);
    }
    *out = l.out;
}

/* The first number bytes of a sound file. */
static void build_cut(const NastyRow *row, MakerBytes *out)
{
    build_damage(row, out);
    out->bytes = row->number;
}

static void build_cut_end(const NastyRow *row, MakerBytes *out)
{
    build_damage(row, out);
    out->bytes -= row->number;
}

static void build_append(const NastyRow *row, MakerBytes *out)
{
    build_damage(row, out);
    maker_put_number(out, 0, 1);
}

static void build_cut_object(const NastyRow *row, MakerBytes *out)
{
    MakerLegacy l = { 0 };

    maker_legacy(&l, &row->source);
    l.out.bytes = l.keys - 20;
    *out = l.out;
}

static void build_cut_keys(const NastyRow *row, MakerBytes *out)
{
    MakerLegacy l = { 0 };

    maker_legacy(&l, &row->source);
    l.out.bytes = l.storages - 1;
    *out = l.out;
}

static void build_cut_storages(const NastyRow *row, MakerBytes *out)
{
    MakerLegacy l = { 0 };

    maker_legacy(&l, &row->source);
    l.out.bytes = l.storages + row->number;
    *out = l.out;
}

/* A list of that many keys. */
static void build_many_keys(const NastyRow *row, MakerBytes *out)
{
    MakerLegacy l = { 0 };
    char keys[64];

    snprintf(keys, sizeof keys, "] ( %zu:N e .", row->number);
    maker_legacy(&l, &(MakerLegacySource){ .keys = keys });
    *out = l.out;
}

static const NastyRow rows[] = {
    { "legacy_magic_cut_at_4.pth", VOLO_ERR_FORMAT, "the magic number is cut off", .number = 4,
      .build = build_cut },
    { "legacy_magic_cut_at_9.pth", VOLO_ERR_FORMAT, "the magic number is cut off", .number = 9,
      .build = build_cut },
    { "legacy_magic_cut_at_14.pth", VOLO_ERR_FORMAT, "the magic number is cut off", .number = 14,
      .build = build_cut },
    { "legacy_magic_of_another.pth", VOLO_ERR_FORMAT, "the magic number is not torch's",
      .part = LEGACY_START, .at = 5, .size = 1 },
    { "legacy_magic_not_ended.pth", VOLO_ERR_FORMAT, "the magic number is not torch's",
      .part = LEGACY_START, .at = 14, .size = 1, .value = 78 },
    { "legacy_cut_after_the_magic.pth", VOLO_ERR_FORMAT,
      "protocol: pickle, byte 0: the pickle ends in the middle of an opcode", .number = 15,
      .build = build_cut },
    { "legacy_protocol_1000.pth", VOLO_ERR_UNSUPPORTED, "the protocol is not 1001",
      .source = { .protocol = "1000 ." } },
    { "legacy_protocol_is_text.pth", VOLO_ERR_UNSUPPORTED, "the protocol is not 1001",
      .source = { .protocol = "'1001' ." } },
    { "legacy_protocol_is_a_dict.pth", VOLO_ERR_UNSUPPORTED, "the protocol is not 1001",
      .source = { .protocol = "} ." } },
    { "legacy_protocol_of_opcode_i.pth", VOLO_ERR_UNSUPPORTED,
      "protocol: pickle, byte 2: opcode 0x49 is none that a state dict needs",
      .part = LEGACY_PROTOCOL, .at = 2, .size = 1, .value = 73 },
    { "legacy_protocol_too_large.pth", VOLO_ERR_UNSUPPORTED, "the protocol is not 1001",
      .source = { .protocol = "#8a10000102030405060708090a0b0c0d0e0f ." } },
    { "legacy_system_is_a_list.pth", VOLO_ERR_FORMAT, "sys_info does not say little_endian",
      .source = { .system = "] ." } },
    { "legacy_system_empty.pth", VOLO_ERR_FORMAT, "sys_info does not say little_endian",
      .source = { .system = "} ." } },
    { "legacy_system_big_endian.pth", VOLO_ERR_UNSUPPORTED, "the file is big-endian",
      .source = { .system = "} ( 'little_endian' false u ." } },
    { "legacy_system_little_endian_is_a_number.pth", VOLO_ERR_FORMAT,
      "sys_info does not say little_endian", .source = { .system = "} ( 'little_endian' 1 u ." } },
    { "legacy_system_stack_left.pth", VOLO_ERR_FORMAT,
      "sys_info: pickle, byte 25: values are left on the stack at the end",
      .source = { .system = "N } ( 'little_endian' true u ." } },
    { "legacy_object_is_a_number.pth", VOLO_ERR_FORMAT, "the state dict is a number, not a dict",
      .source = { .object = "1 .", .keys = "] .", .storages = "" } },
    { "legacy_object_of_os_system.pth", VOLO_ERR_UNSUPPORTED,
      "the state dict depends on 'os.system', which is never built",
      .source = { .object = OS_SYSTEM " .", .keys = "] .", .storages = "" } },
    { "legacy_object_tensor_of_os_system.pth", VOLO_ERR_UNSUPPORTED,
      "tensor 'decode_head.w' depends on 'os.system', which is never built",
      .source = { .object = DICT(OS_SYSTEM), .keys = "] .", .storages = "" } },
    { "legacy_object_underflow.pth", VOLO_ERR_FORMAT,
      "object: pickle, byte 3: nothing is left on the stack", .source = { .object = "} s ." } },
    { "legacy_object_cut.pth", VOLO_ERR_FORMAT,
      "object: pickle, byte 328: the pickle ends in the middle of an opcode",
      .build = build_cut_object },
    { "legacy_object_storage_in_two_ways.pth", VOLO_ERR_FORMAT,
      "storage '0' is described in two ways",
      .source = { .object = DICT(TENSOR " 'decode_head.v' tensor:0:FloatStorage:5:0:2,2:2,1") } },
    { "legacy_object_storage_of_two_dtypes.pth", VOLO_ERR_FORMAT,
      "storage '0' is described in two ways",
      .source = { .object = DICT(TENSOR " 'decode_head.v' tensor:0:HalfStorage:6:0:2,2:2,1") } },
    { "legacy_object_of_doubles.pth", VOLO_ERR_UNSUPPORTED,
      "tensor 'decode_head.w' is of dtype 'F64' (DoubleStorage): only F32, F16, BF16 and I64 "
      "counters are read",
      .part = LEGACY_STORAGES, .size = 8, .value = 3,
      .source = { .object = DICT("tensor:0:DoubleStorage:3:0:3:1"),
                  .keys = "] ( '0' e .",
                  .storages = "0" } },
    { "legacy_object_storage_view.pth", VOLO_ERR_UNSUPPORTED,
      "object: pickle, byte 119: a storage is a view of another",
      .source = { .object = DICT("( 'storage' @torch.FloatStorage '0' 'cpu' 6 ( '1' 0 3 t t Q") } },
    { "legacy_object_beyond_its_storage.pth", VOLO_ERR_FORMAT,
      "tensor 'decode_head.w' needs element 6 of a storage that has 6",
      .source = { .object =
                      DICT("tensor:0:FloatStorage:6:1:2,3:3,1 'decode_head.num_batches_tracked' "
                           "tensor:1:LongStorage:2:0::") } },
    { "legacy_keys_are_a_tuple.pth", VOLO_ERR_FORMAT, "the storage keys are not a list",
      .source = { .keys = "( '0' '1' t ." } },
    { "legacy_keys_are_numbers.pth", VOLO_ERR_FORMAT, "a storage key is not text",
      .source = { .keys = "] ( 0 1 e ." } },
    { "legacy_keys_unknown.pth", VOLO_ERR_FORMAT, "storage '2' belongs to nothing in the object",
      .source = { .keys = "] ( '0' '1' '2' e ." } },
    { "legacy_keys_twice.pth", VOLO_ERR_FORMAT, "storage '0' is listed twice",
      .source = { .keys = "] ( '0' '0' e ." } },
    { "legacy_object_without_its_data.pth", VOLO_ERR_FORMAT,
      "tensor 'decode_head.w': the file has no storage '0'",
      .source = { .object = DICT(TENSOR), .keys = "] .", .storages = "" } },
    { "legacy_keys_one_missing.pth", VOLO_ERR_FORMAT,
      "tensor 'decode_head.num_batches_tracked': the file has no storage '1'",
      .source = { .keys = "] ( '0' e .", .storages = "0" } },
    { "legacy_keys_none.pth", VOLO_ERR_FORMAT,
      "tensor 'decode_head.w': the file has no storage '0'",
      .source = { .keys = "] .", .storages = "" } },
    { "legacy_keys_65537.pth", VOLO_ERR_LIMIT, "65537 storages, limit 65536", .number = 65537,
      .build = build_many_keys },
    { "legacy_keys_in_another_order.pth", VOLO_ERR_FORMAT,
      "storage '1' has 6 elements, but the object says 2",
      .source = { .keys = "] ( '1' '0' e ." } },
    { "legacy_keys_cut.pth", VOLO_ERR_FORMAT,
      "storage keys: pickle, byte 17: the pickle ends in the middle of an opcode",
      .build = build_cut_keys },
    { "legacy_storage_count_smaller.pth", VOLO_ERR_FORMAT,
      "storage '0' has 5 elements, but the object says 6", .part = LEGACY_STORAGES, .size = 8,
      .value = 5 },
    { "legacy_storage_count_huge.pth", VOLO_ERR_FORMAT,
      "storage '0' has 18446744073709551615 elements, but the object says 6",
      .part = LEGACY_STORAGES, .size = 8, .value = UINT64_MAX },
    { "legacy_storage_count_cut.pth", VOLO_ERR_FORMAT, "storage '0' is cut off", .number = 4,
      .build = build_cut_storages },
    { "legacy_storage_data_cut.pth", VOLO_ERR_FORMAT, "storage '0' is cut off", .number = 31,
      .build = build_cut_storages },
    { "legacy_second_storage_cut.pth", VOLO_ERR_FORMAT, "storage '1' is cut off", .number = 1,
      .build = build_cut_end },
    { "legacy_storage_size_wraps.pth", VOLO_ERR_FORMAT, "storage '0' is cut off",
      .part = LEGACY_STORAGES, .size = 8, .value = 0x4000000000000006u,
      .source = { .object = DICT("tensor:0:FloatStorage:4611686018427387910:0:2,3:3,1"),
                  .keys = "] ( '0' e .",
                  .storages = "0" } },
    { "legacy_byte_at_the_end.pth", VOLO_ERR_FORMAT, "1 bytes follow the last storage",
      .build = build_append },
    { "legacy_storage_at_the_end.pth", VOLO_ERR_FORMAT, "32 bytes follow the last storage",
      .source = { .keys = "] ( '0' '1' e .", .storages = "010" } },
};

const NastyTable nasty_legacy = {
    .row = rows,
    .count = sizeof rows / sizeof *rows,
    .build = build_damage,
};

#undef TENSOR
#undef DICT
#undef OS_SYSTEM
