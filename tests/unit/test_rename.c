/* SPDX-License-Identifier: Apache-2.0 */
#include "support/weights_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A file of two tensors; the first is the one in question, the second decides whether there is a
 * "backbone." in the file. */
static void must_become(const char *stored, const char *beside, const char *wanted)
{
    char header[600];

    snprintf(header, sizeof header,
             "{\"%s\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
             "\"%s\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
             stored, beside);
    VoloWeights *w = weights_of_header(header, 8);
    const VoloWeightEntry *e = volo_weights_find(w, wanted);

    if (!e) {
        const char *got =
            strcmp(w->entry[0].stored, stored) == 0 ? w->entry[0].name : w->entry[1].name;

        fail_msg("'%s' became '%s', not '%s'", stored, got, wanted);
    }
    assert_string_equal(e->stored, stored);
    volo_weights_close(w);
}

#define NONE "decode_head.zzz"      /* in a file without "backbone." */
#define SOME "backbone.norm.weight" /* in a file with it */

static void keeps_canonical_names(void **state)
{
    static const char *const names[] = {
        "backbone.pos_embed",
        "backbone.patch_embed.conv.0.weight",
        "backbone.network.0.0.attn.v.weight",
        "decode_head.conv_seg.weight",
        "decode_head.psp_modules.0.1.bn.running_mean",
        "auxiliary_head.convs.0.conv.weight",
        "neck.lateral_convs.0.conv.weight",
        "backbone.side_layer1.weight",
        "unknown.thing",
    };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        must_become(names[i], SOME, names[i]);
}

static void strips_the_prefixes_of_training(void **state)
{
    static const char *const prefixes[] = { "module.", "_orig_mod.", "module._orig_mod.",
                                            "_orig_mod.module." };

    (void)state;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        char stored[100];

        snprintf(stored, sizeof stored, "%sbackbone.pos_embed", prefixes[i]);
        must_become(stored, NONE, "backbone.pos_embed");
        snprintf(stored, sizeof stored, "%sdecode_head.conv_seg.bias", prefixes[i]);
        must_become(stored, SOME, "decode_head.conv_seg.bias");
        snprintf(stored, sizeof stored, "%snetwork.1.proj.bias", prefixes[i]);
        must_become(stored, NONE, "backbone.network.1.proj.bias");
    }
}

static void strips_each_prefix_once(void **state)
{
    (void)state;
    must_become("module.module.x", SOME, "module.x");
    must_become("module._orig_mod.module.x", SOME, "module.x");
    must_become("_orig_mod._orig_mod.x", SOME, "_orig_mod.x");
    must_become("modules.x", SOME, "modules.x");
}

static void maps_the_names_of_hugging_face(void **state)
{
    (void)state;
    must_become("backbone._backbone.model.pos_embed", SOME, "backbone.pos_embed");
    must_become("backbone._backbone.model.network.0.0.norm1.bias", NONE,
                "backbone.network.0.0.norm1.bias");
    must_become("decode_head.classifier.weight", SOME, "decode_head.conv_seg.weight");
    must_become("decode_head.psp_modules.3.1.batch_norm.running_var", SOME,
                "decode_head.psp_modules.3.1.bn.running_var");
    must_become("auxiliary_head.convs.0.batch_norm.num", SOME, "auxiliary_head.convs.0.bn.num");
    must_become("auxiliary_head.classifier.bias", SOME, "auxiliary_head.conv_seg.bias");
    must_become("module.decode_head.classifier.bias", SOME, "decode_head.conv_seg.bias");
}

static void maps_whole_parts_of_names_only(void **state)
{
    (void)state;
    must_become("decode_head.classifiers.weight", SOME, "decode_head.classifiers.weight");
    must_become("decode_head.my_batch_norm.weight", SOME, "decode_head.my_batch_norm.weight");
    must_become("backbone.batch_norm.classifier", SOME, "backbone.batch_norm.classifier");
    must_become("neck.batch_norm.classifier", SOME, "neck.batch_norm.classifier");
    must_become("decode_head..classifier.", SOME, "decode_head..conv_seg.");
}

static void puts_backbone_before_plain_volo_names(void **state)
{
    static const char *const names[] = {
        "pos_embed",
        "cls_token",
        "patch_embed.conv.0.weight",
        "network.0.0.norm1.weight",
        "post_network.0.q",
        "norm.weight",
        "head.weight",
        "aux_head.bias",
    };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char wanted[100], timm[100];

        snprintf(wanted, sizeof wanted, "backbone.%s", names[i]);
        snprintf(timm, sizeof timm, "model.%s", names[i]);
        must_become(names[i], NONE, wanted);
        must_become(timm, NONE, wanted);
    }
}

static void leaves_plain_names_alone_beside_a_backbone(void **state)
{
    (void)state;
    must_become("norm.bias", SOME, "norm.bias");
    must_become("model.norm.bias", SOME, "model.norm.bias");
}

static void leaves_names_alone_that_volo_does_not_have(void **state)
{
    (void)state;
    must_become("conv1.weight", NONE, "conv1.weight");
    must_become("model.conv1.weight", NONE, "model.conv1.weight");
    must_become("normal.weight", NONE, "normal.weight");
}

static void names_both_tensors_that_get_one_name(void **state)
{
    (void)state;
    weights_check_nasty("name_clash_of_module.safetensors");
    weights_check_nasty("name_clash_of_hugging_face.safetensors");
    weights_check_nasty("name_clash_of_conv_seg.safetensors");
    weights_check_nasty("name_clash_of_timm.safetensors");
    weights_check_nasty("pickle_key_twice_after_module.pth");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_canonical_names),
        cmocka_unit_test(strips_the_prefixes_of_training),
        cmocka_unit_test(strips_each_prefix_once),
        cmocka_unit_test(maps_the_names_of_hugging_face),
        cmocka_unit_test(maps_whole_parts_of_names_only),
        cmocka_unit_test(puts_backbone_before_plain_volo_names),
        cmocka_unit_test(leaves_plain_names_alone_beside_a_backbone),
        cmocka_unit_test(leaves_names_alone_that_volo_does_not_have),
        cmocka_unit_test(names_both_tensors_that_get_one_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
