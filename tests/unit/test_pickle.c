/* SPDX-License-Identifier: Apache-2.0 */
#include "weights/pickle.h"

#include "base/limits.h"
#include "support/weights_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#define W "tensor:0:FloatStorage:6:0:2,3:3,1"

static const float numbers[6] = { 0, 1, 2, 3, 4, 5 };

/* Reads the pickle of that source, offset bytes into a file that goes on behind it. */
static VoloStatus read_source(const char *source, size_t offset, VoloPickle *p, size_t *ret_bytes,
                              VoloError *err)
{
    const int fd = memfd_create("pickle", MFD_CLOEXEC);
    MakerBytes bytes = { 0 };

    maker_pickle(&bytes, source);
    *ret_bytes = bytes.bytes;
    maker_put(&bytes, "behind", 6);
    assert_int_equal(pwrite(fd, bytes.data, bytes.bytes, (off_t)offset), bytes.bytes);
    const VoloPickleInput input = {
        .fd = fd, .path = "pickle", .offset = offset, .bytes = bytes.bytes
    };
    const VoloStatus status = volo_pickle_read(p, &input, err);
    close(fd);
    free(bytes.data);
    return status;
}

static VoloPickle must_read(const char *source)
{
    VoloPickle p = { 0 };
    VoloError err;
    size_t bytes;

    if (read_source(source, 3, &p, &bytes, &err))
        fail_msg("%s: %s", source, err.message);
    assert_int_equal(p.used, bytes);
    return p;
}

static void must_be_integer(const char *source, int64_t want)
{
    VoloPickle p = must_read(source);
    const VoloPickleValue *top = volo_pickle_value(&p, p.top);

    assert_int_equal(top->kind, VOLO_PICKLE_INT);
    assert_true(top->integer == want);
    volo_pickle_clear(&p);
}

static void must_be(const char *source, VoloPickleKind kind, uint32_t count)
{
    VoloPickle p = must_read(source);
    const VoloPickleValue *top = volo_pickle_value(&p, p.top);

    assert_int_equal(top->kind, kind);
    assert_int_equal(top->count, count);
    volo_pickle_clear(&p);
}

static void reads_integers_of_every_width(void **state)
{
    (void)state;
    must_be_integer("#4bff .", 255);
    must_be_integer("#4dffff .", 65535);
    must_be_integer("#4affffff7f .", INT32_MAX);
    must_be_integer("#4a00000080 .", INT32_MIN);
    must_be_integer("#8a00 .", 0);
    must_be_integer("#8a01ff .", -1);
    must_be_integer("#8a0200ff .", -256);
    must_be_integer("#8a02ff00 .", 255);
    must_be_integer("#8a08ffffffffffffff7f .", INT64_MAX);
    must_be_integer("#8a080000000000000080 .", INT64_MIN);
    must_be_integer("#8b0200000000ff .", -256);
    must_be("#8a09ffffffffffffffff00 .", VOLO_PICKLE_NUMBER, 0);
    must_be("#473ff0000000000000 .", VOLO_PICKLE_NUMBER, 0);
}

static void reads_text_and_bytes_of_every_width(void **state)
{
    static const char *const texts[] = { "#58020000006162 .", "#8c026162 .",
                                         "#8d02000000000000006162 .", "#54020000006162 .",
                                         "#55026162 ." };
    static const char *const bytes[] = { "#42020000006162 .", "#43026162 .",
                                         "#8e02000000000000006162 .", "#9602000000000000006162 ." };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        VoloPickle p = must_read(texts[i]);

        assert_true(volo_pickle_is_text(&p, volo_pickle_value(&p, p.top), "ab"));
        assert_false(volo_pickle_is_text(&p, volo_pickle_value(&p, p.top), "abc"));
        volo_pickle_clear(&p);
    }
    for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++)
        must_be(bytes[i], VOLO_PICKLE_BYTES, 2);
}

static void reads_containers(void **state)
{
    (void)state;
    must_be(") .", VOLO_PICKLE_TUPLE, 0);
    must_be("( 1 2 3 4 t .", VOLO_PICKLE_TUPLE, 4);
    must_be("1 #85 .", VOLO_PICKLE_TUPLE, 1);
    must_be("1 2 #86 .", VOLO_PICKLE_TUPLE, 2);
    must_be("1 2 3 #87 .", VOLO_PICKLE_TUPLE, 3);
    must_be("] 1 a ( 2 3 e .", VOLO_PICKLE_LIST, 3);
    must_be("} 'a' 1 s ( 'b' 2 'c' 3 u .", VOLO_PICKLE_DICT, 3);
    must_be("#8f ( 1 2 #90 .", VOLO_PICKLE_SET, 2);
    must_be("( 1 2 3 #91 .", VOLO_PICKLE_SET, 3);
    must_be("odict 'a' 1 s .", VOLO_PICKLE_DICT, 1);
}

static void reads_items_in_order(void **state)
{
    VoloPickle p = must_read("] 5 a ( 6 7 e .");
    const VoloPickleValue *list = volo_pickle_value(&p, p.top);

    (void)state;
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(volo_pickle_item(&p, list, i)->integer, 5 + (int)i);
    volo_pickle_clear(&p);
}

static void looks_up_the_last_value_of_a_key(void **state)
{
    VoloPickle p = must_read("} ( 'a' 1 'b' 2 'a' 3 1 4 u .");
    const VoloPickleValue *dict = volo_pickle_value(&p, p.top);
    size_t count;

    (void)state;
    assert_int_equal(volo_pickle_lookup(&p, dict, "a", &count)->integer, 3);
    assert_int_equal(count, 2);
    assert_int_equal(volo_pickle_lookup(&p, dict, "b", NULL)->integer, 2);
    assert_null(volo_pickle_lookup(&p, dict, "c", &count));
    assert_int_equal(count, 0);
    volo_pickle_clear(&p);
}

static void moves_values_about_the_stack(void **state)
{
    (void)state;
    must_be_integer("1 2 #30 .", 1);
    must_be_integer("1 ( 2 3 #31 .", 1);
    must_be_integer("1 ( #30 .", 1); /* POP takes a mark with nothing above it */
    must_be("1 #32 #86 .", VOLO_PICKLE_TUPLE, 2);
}

static void remembers_values_in_the_memo(void **state)
{
    (void)state;
    must_be_integer("7 =3 #30 ?3 .", 7);
    must_be_integer("7 #7200010000 #30 #6a00010000 .", 7);
    must_be_integer("!#8004 7 #94 #30 8 #94 #30 ?0 .", 7);
    must_be_integer("!#8004 7 #94 #30 8 #94 #30 ?1 .", 8);
    must_be_integer("7 #723f420f00 .", 7); /* the last number allowed */
}

static void reads_protocols_2_to_5(void **state)
{
    (void)state;
    must_be_integer("!#8002 7 .", 7);
    must_be_integer("!#8003 7 .", 7);
    must_be_integer("!#8004 #950600000000000000 7 .", 7);
    must_be_integer("!#8005 #950600000000000000 7 .", 7);
}

static void takes_pairs_for_an_ordered_dict(void **state)
{
    (void)state;
    must_be("@collections.OrderedDict ( ] ( ( 'a' 1 t ] ( 'b' 2 e e t R .", VOLO_PICKLE_DICT, 2);
    must_be("@collections.OrderedDict ) #81 .", VOLO_PICKLE_DICT, 0);
    must_be("@collections.OrderedDict ) } #92 .", VOLO_PICKLE_DICT, 0);
}

static void unknown_globals_become_opaque_and_so_does_what_they_build(void **state)
{
    static const char *const sources[] = {
        "@os.system .",
        "@os.system ( 'true' t R .",
        "@os.system ( 'true' t #81 .",
        "@os.system ) } #92 .",
        "@os.system ) R } ( 'a' 1 u b .",
        "@os.system ) R 'a' 1 s ( 'b' 2 u 3 a ( 4 e .",
        "@os.system ) R ) R ) R .",
        "'os' 'system' #93 .",
        "@torch._utils._rebuild_tensor_v2 @os.system R .",
        "( 'storage' @os.system '0' 'cpu' 1 t Q .",
    };

    (void)state;
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        VoloPickle p = must_read(sources[i]);
        const VoloPickleValue *top = volo_pickle_value(&p, p.top);
        char name[160];

        assert_int_equal(top->kind, VOLO_PICKLE_OPAQUE);
        assert_int_equal(p.opaque_count, 1);
        assert_string_equal(volo_pickle_opaque_name(&p, top->opaque, name), "os.system");
        volo_pickle_clear(&p);
    }
}

static void containers_depend_on_what_they_hold(void **state)
{
    static const char *const sources[] = {
        "( 1 @os.system t .",     "] @os.system a .",        "] ( 1 @os.system e .",
        "} 'a' @os.system s .",   "} @os.system 'a' s .",    "} ( 'a' ( @os.system t u .",
        "#8f ( @os.system #90 .", "odict @os.system b .",    "odict } 'a' @os.system s b .",
        "( @os.system #91 .",     "@os.system #85 #85 #85 ."
    };

    (void)state;
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        VoloPickle p = must_read(sources[i]);

        assert_int_equal(volo_pickle_value(&p, p.top)->opaque, 1);
        volo_pickle_clear(&p);
    }
}

static void lists_each_unknown_global_once(void **state)
{
    VoloPickle p = must_read("( @a.b @c.d @a.b 'a' 'b' #93 @a.bc @ab.c t .");
    static const char *const wanted[] = { "a.b", "c.d", "a.bc", "ab.c" };
    char name[160];

    (void)state;
    assert_int_equal(p.opaque_count, 4);
    for (uint32_t i = 0; i < 4; i++)
        assert_string_equal(volo_pickle_opaque_name(&p, i + 1, name), wanted[i]);
    volo_pickle_clear(&p);
}

static void knows_globals_by_module_and_name(void **state)
{
    static const char *const unknown[] = { "@torch.OrderedDict .",
                                           "@collections.Size .",
                                           "@torch.cpu.FloatStorage .",
                                           "@torch.storage.FloatStorage .",
                                           "@torch.Storage .",
                                           "@torch.FloatStorage2 .",
                                           "@torch.floatstorage .",
                                           "@Collections.OrderedDict .",
                                           "@torch._utils._rebuild_tensor .",
                                           "@numpy.core.multiarray.scalar ." };

    (void)state;
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        must_be(unknown[i], VOLO_PICKLE_OPAQUE, 0);
    must_be("@torch.cuda.HalfStorage .", VOLO_PICKLE_GLOBAL, 0);
    must_be("@torch.QInt32Storage .", VOLO_PICKLE_GLOBAL, 0);
    must_be("@torch.Size .", VOLO_PICKLE_GLOBAL, 0);
}

static void cycles_end(void **state)
{
    (void)state;
    must_be("] =0 ?0 a .", VOLO_PICKLE_LIST, 1);
    must_be("} =0 'a' ?0 s .", VOLO_PICKLE_DICT, 1);
    must_be("] =0 ( ?0 t #30 ?0 a .", VOLO_PICKLE_LIST, 1);
    must_be("@os.system ) R =0 ?0 b .", VOLO_PICKLE_OPAQUE, 0);
}

/* --- limits --- */

static void limits_nesting(void **state)
{
    (void)state;
    must_be_integer("7 64:( 64:#30 .", 7);
    weights_check_nasty("pickle_nested_65_deep.pth");
    must_be("N 900000:#85 .", VOLO_PICKLE_TUPLE, 1); /* deep values are just numbers */
}

static void limits_opcodes(void **state)
{
    (void)state;
    must_be("499998:#4e30 N .", VOLO_PICKLE_NONE, 0); /* 999 999 with PROTO, NONE and STOP */
    must_be("499998:#4e30 N #94 .", VOLO_PICKLE_NONE, 0);
    weights_check_nasty("pickle_opcodes_beyond_the_limit.pth");
}

static void limits_the_memo(void **state)
{
    (void)state;
    weights_check_nasty("pickle_memo_beyond_the_limit.pth");
    weights_check_nasty("pickle_memo_at_2_to_the_32.pth");
}

static void limits_items(void **state)
{
    (void)state;
    weights_check_nasty("pickle_items_beyond_the_limit.pth");
}

static void limits_globals(void **state)
{
    char *source = calloc(1024, 16);
    size_t at = 0;

    (void)state;
    assert_non_null(source);
    for (int i = 0; i < 1024; i++)
        at += (size_t)snprintf(source + at, 16, "@a.g%d #30 ", i);
    snprintf(source + at, 8, "N .");
    VoloPickle p = must_read(source);
    assert_int_equal(p.opaque_count, VOLO_LIMIT_PICKLE_GLOBALS);
    volo_pickle_clear(&p);
    free(source);
    weights_check_nasty("pickle_globals_1025.pth");
}

static void limits_bytes(void **state)
{
    const int fd = memfd_create("pickle", MFD_CLOEXEC);
    const uint32_t text = VOLO_LIMIT_PICKLE_BYTES - 2 - 5 - 1;
    VoloPickleInput input = { .fd = fd, .path = "pickle", .bytes = 1u << 30 };
    VoloPickle p = { 0 };
    VoloError err;

    (void)state;
    assert_int_equal(ftruncate(fd, (off_t)input.bytes), 0); /* sparse, as is what is read of it */
    uint8_t head[7] = { 0x80, 2, 'X', text & 255, text >> 8 & 255, text >> 16 & 255, text >> 24 };
    assert_int_equal(pwrite(fd, head, 7, 0), 7);
    assert_int_equal(pwrite(fd, ".", 1, VOLO_LIMIT_PICKLE_BYTES - 1), 1);
    assert_int_equal(volo_pickle_read(&p, &input, &err), VOLO_OK);
    volo_pickle_clear(&p);
    head[3]++;
    assert_int_equal(pwrite(fd, head, 7, 0), 7);
    assert_int_equal(volo_pickle_read(&p, &input, &err), VOLO_ERR_LIMIT);
    assert_string_equal(err.message, "the pickle has more than 67108864 bytes");
    volo_pickle_clear(&p);
    close(fd);
}

/* --- malformed pickles --- */

static void refuses_every_malformed_pickle(void **state)
{
    (void)state;
    weights_check_kind(NASTY_PICKLE);
}

/* The command would leave a file behind. */
static void m12_never_runs_a_command(void **state)
{
    char path[64], source[400];

    (void)state;
    snprintf(path, sizeof path, "/tmp/volo-test-ran-%d", (int)getpid());
    snprintf(source, sizeof source,
             "} ( 'x' @os.system ( 'touch %s' t R 'y' @posix.system ( 'touch %s' t R "
             "'z' @builtins.eval ( 'open(\"%s\",\"w\")' t R 'state_dict' odict ( "
             "'decode_head.w' " W " u u .",
             path, path, path);
    VoloWeights *w = weights_of_pickle(source);
    assert_int_not_equal(access(path, F_OK), 0);
    weights_check_tensor(w, "decode_head.w", numbers, 6);
    assert_true(weights_has_note(w, "'os.system'"));
    assert_true(weights_has_note(w, "'posix.system'"));
    assert_true(weights_has_note(w, "'builtins.eval'"));
    volo_weights_close(w);
}

static void m12_refuses_a_state_dict_a_key_or_a_tensor_of_os_system(void **state)
{
    (void)state;
    weights_check_nasty("pickle_m12_state_dict_of_os_system.pth");
    weights_check_nasty("pickle_m12_key_of_os_system.pth");
    weights_check_nasty("pickle_m12_tensor_of_os_system.pth");
    weights_check_nasty("pickle_m12_storage_key_of_os_system.pth");
    weights_check_nasty("pickle_m12_size_of_os_system.pth");
}

static void m13_bounds_storages_offsets_and_strides(void **state)
{
    (void)state;
    weights_check_nasty("pickle_m13_tensor_strides_wrap.pth");
    weights_check_nasty("pickle_m13_tensor_offset_and_strides_wrap.pth");
    weights_check_nasty("pickle_m13_tensor_stride_beyond.pth");
    weights_check_nasty("pickle_m13_tensor_stride_negative.pth");
    weights_check_nasty("pickle_m13_tensor_size_negative.pth");
    weights_check_nasty("pickle_m13_tensor_expanded.pth");
    weights_check_nasty("pickle_m3_tensor_offset_beyond.pth");
    weights_check_nasty("pickle_m1_storage_bytes_wrap.pth");
}

/* An allowlist has no gaps: whatever picklescan forgot is as unknown as the rest. */
static void m14_has_an_allowlist_and_no_blocklist(void **state)
{
    static const char *const forgotten[] = {
        "@pip.main .",
        "@numpy.testing._private.utils.runstring .",
        "@idlelib.run.Executive .",
        "@torch.jit.load .",
        "@_operator.attrgetter .",
        "'asyncio.unix_events' '_UnixSubprocessTransport._start' #93 .",
    };

    (void)state;
    for (size_t i = 0; i < sizeof forgotten / sizeof *forgotten; i++)
        must_be(forgotten[i], VOLO_PICKLE_OPAQUE, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_integers_of_every_width),
        cmocka_unit_test(reads_text_and_bytes_of_every_width),
        cmocka_unit_test(reads_containers),
        cmocka_unit_test(reads_items_in_order),
        cmocka_unit_test(looks_up_the_last_value_of_a_key),
        cmocka_unit_test(moves_values_about_the_stack),
        cmocka_unit_test(remembers_values_in_the_memo),
        cmocka_unit_test(reads_protocols_2_to_5),
        cmocka_unit_test(takes_pairs_for_an_ordered_dict),
        cmocka_unit_test(unknown_globals_become_opaque_and_so_does_what_they_build),
        cmocka_unit_test(containers_depend_on_what_they_hold),
        cmocka_unit_test(lists_each_unknown_global_once),
        cmocka_unit_test(knows_globals_by_module_and_name),
        cmocka_unit_test(cycles_end),
        cmocka_unit_test(limits_nesting),
        cmocka_unit_test(limits_opcodes),
        cmocka_unit_test(limits_the_memo),
        cmocka_unit_test(limits_items),
        cmocka_unit_test(limits_globals),
        cmocka_unit_test(limits_bytes),
        cmocka_unit_test(refuses_every_malformed_pickle),
        cmocka_unit_test(m12_never_runs_a_command),
        cmocka_unit_test(m12_refuses_a_state_dict_a_key_or_a_tensor_of_os_system),
        cmocka_unit_test(m13_bounds_storages_offsets_and_strides),
        cmocka_unit_test(m14_has_an_allowlist_and_no_blocklist),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
