/* SPDX-License-Identifier: Apache-2.0 */
#include "support/weights_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const float numbers[6] = { 0, 1, 2, 3, 4, 5 };

static VoloWeights *open_legacy(MakerLegacySource source)
{
    MakerLegacy legacy = { 0 };

    maker_legacy(&legacy, &source);
    return weights_must_open(&legacy.out);
}

static void opens_what_torch_wrote(void **state)
{
    VoloWeights *w = open_legacy((MakerLegacySource){ 0 });

    (void)state;
    assert_string_equal(w->format, "torch legacy");
    assert_int_equal(w->count, 2);
    assert_int_equal(w->storage_count, 0);
    weights_check_tensor(w, "decode_head.w", numbers, 6);
    volo_weights_close(w);
}

static void finds_storages_in_any_order(void **state)
{
    VoloWeights *w =
        open_legacy((MakerLegacySource){ .keys = "] ( '1' '0' e .", .storages = "10" });

    (void)state;
    weights_check_tensor(w, "decode_head.w", numbers, 6);
    volo_weights_close(w);
}

static void steps_over_storages_of_other_things(void **state)
{
    VoloWeights *w = open_legacy((MakerLegacySource){
        .object = "} ( 'optimizer' tensor:1:DoubleStorage:2:0:2:1 'state_dict' "
                  "odict ( 'decode_head.w' tensor:0:FloatStorage:6:0:2,3:3,1 u u .",
        .keys = "] ( '1' '0' e .",
        .storages = "10",
    });

    (void)state;
    assert_int_equal(w->count, 1);
    weights_check_tensor(w, "decode_head.w", numbers, 6);
    assert_true(weights_has_note(w, "'state_dict'"));
    volo_weights_close(w);
}

static void takes_persistent_ids_of_six_values(void **state)
{
    VoloWeights *w = open_legacy((MakerLegacySource){
        .object = "odict ( 'decode_head.w' @torch._utils._rebuild_tensor_v2 ( ( 'storage' "
                  "@torch.FloatStorage '0' 'cpu' 6 N t Q 0 ( 6 t ( 1 t false odict t R u .",
        .keys = "] ( '0' e .",
        .storages = "0",
    });

    (void)state;
    weights_check_tensor(w, "decode_head.w", numbers, 6);
    volo_weights_close(w);
}

static void reads_two_tensors_of_one_storage(void **state)
{
    VoloWeights *w = open_legacy((MakerLegacySource){
        .object = "odict ( 'decode_head.a' tensor:0:FloatStorage:6:0:2:1 "
                  "'decode_head.b' tensor:0:FloatStorage:6:2:4:1 u .",
        .keys = "] ( '0' e .",
        .storages = "0",
    });

    (void)state;
    weights_check_tensor(w, "decode_head.a", numbers, 2);
    weights_check_tensor(w, "decode_head.b", numbers + 2, 4);
    volo_weights_close(w);
}

static void refuses_every_malformed_file(void **state)
{
    (void)state;
    weights_check_kind(NASTY_LEGACY);
}

static void refuses_every_prefix_and_survives_every_flip(void **state)
{
    MakerLegacy legacy = { 0 };

    (void)state;
    maker_legacy(&legacy, &(MakerLegacySource){ 0 });
    weights_check_prefixes_and_flips(&legacy.out);
}

static void m1_refuses_counts_that_wrap(void **state)
{
    (void)state;
    weights_check_nasty("legacy_storage_size_wraps.pth");
    weights_check_nasty("legacy_storage_count_huge.pth");
}

static void m3_refuses_storages_larger_than_the_file(void **state)
{
    (void)state;
    weights_check_nasty("legacy_storage_data_cut.pth");
    weights_check_nasty("legacy_second_storage_cut.pth");
}

static void m12_calls_nothing(void **state)
{
    (void)state;
    weights_check_nasty("legacy_object_of_os_system.pth");
    weights_check_nasty("legacy_object_tensor_of_os_system.pth");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_what_torch_wrote),
        cmocka_unit_test(finds_storages_in_any_order),
        cmocka_unit_test(steps_over_storages_of_other_things),
        cmocka_unit_test(takes_persistent_ids_of_six_values),
        cmocka_unit_test(reads_two_tensors_of_one_storage),
        cmocka_unit_test(refuses_every_malformed_file),
        cmocka_unit_test(refuses_every_prefix_and_survives_every_flip),
        cmocka_unit_test(m1_refuses_counts_that_wrap),
        cmocka_unit_test(m3_refuses_storages_larger_than_the_file),
        cmocka_unit_test(m12_calls_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
