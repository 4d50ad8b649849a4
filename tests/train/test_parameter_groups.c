/* SPDX-License-Identifier: Apache-2.0 */
/* Rates and decay from names. */
#include "train/parameter_groups.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const VoloNamedSpan tensors[] = {
    { "decode_head.conv_seg.weight", 0, 30, 4 },
    { "backbone.network.10.0.attn.qkv.weight", 30, 12, 2 },
    { "backbone.network.2.0.norm1.bias", 42, 4, 1 },
    { "backbone.network.0.1.mlp.fc1.weight", 46, 8, 2 },
    { "backbone.network.0.0.mlp.fc1.weight", 54, 8, 2 },
    { "backbone.network.1.proj.weight", 62, 8, 4 },
    { "backbone.patch_embed.conv.0.weight", 70, 9, 4 },
    { "backbone.pos_embed", 79, 6, 4 },
    { "auxiliary_head.conv_seg.bias", 85, 3, 1 },
};

enum {
    COUNT = sizeof tensors / sizeof *tensors
};

static void keeps_norms_biases_and_positions_from_decaying(void **state)
{
    static const float want[COUNT] = { 1, 1, 0, 1, 1, 1, 1, 0, 0 };
    const VoloGroupOptions o = { .layer_decay = 1 };
    VoloParameterSpan span[COUNT];

    (void)state;
    assert_int_equal(volo_group_parameters(&o, tensors, COUNT, span, NULL), VOLO_OK);
    for (size_t i = 0; i < COUNT; i++) {
        assert_true(span[i].decay == want[i]);
        assert_true(span[i].rate == 1);
        assert_int_equal(span[i].offset, tensors[i].offset);
        assert_int_equal(span[i].count, tensors[i].count);
    }
}

static void lowers_the_rate_towards_the_stem(void **state)
{
    /* Layers: stem, 0.0, 0.1, 1, 2.0, 10.0; the last is one below the heads. */
    static const unsigned want[COUNT] = { 0, 1, 2, 4, 5, 3, 6, 6, 0 };
    const VoloGroupOptions o = { .layer_decay = 0.5 };
    VoloParameterSpan span[COUNT];

    (void)state;
    assert_int_equal(volo_group_parameters(&o, tensors, COUNT, span, NULL), VOLO_OK);
    for (size_t i = 0; i < COUNT; i++)
        assert_true(span[i].rate == ldexpf(1, -(int)want[i]));
}

static void freezes_by_prefix(void **state)
{
    static const char *const frozen[] = { "backbone.patch_embed", "backbone.network.1" };
    const VoloGroupOptions o = { .layer_decay = 1, .frozen = frozen, .frozen_count = 2 };
    VoloParameterSpan span[COUNT];

    (void)state;
    assert_int_equal(volo_group_parameters(&o, tensors, COUNT, span, NULL), VOLO_OK);
    assert_true(span[6].rate == 0 && span[5].rate == 0);
    assert_true(span[1].rate == 1); /* network.10 is not network.1 */
    assert_true(volo_group_is_frozen(&o, "backbone.patch_embed.conv.1.running_mean"));
    assert_false(volo_group_is_frozen(&o, "backbone.patch_embedding"));
}

static void refuses_to_freeze_nothing(void **state)
{
    static const char *const frozen[] = { "backbone.netwrok" };
    const VoloGroupOptions o = { .layer_decay = 1, .frozen = frozen, .frozen_count = 1 };
    VoloParameterSpan span[COUNT];
    VoloError err;

    (void)state;
    assert_int_equal(volo_group_parameters(&o, tensors, COUNT, span, &err), VOLO_ERR_MISSING);
    assert_string_equal(err.message,
                        "nothing to freeze: no parameter's name begins with 'backbone.netwrok'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_norms_biases_and_positions_from_decaying),
        cmocka_unit_test(lowers_the_rate_towards_the_stem),
        cmocka_unit_test(freezes_by_prefix),
        cmocka_unit_test(refuses_to_freeze_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
