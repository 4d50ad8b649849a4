/* SPDX-License-Identifier: Apache-2.0 */
#include "pipeline/config_text.h"

#include "support/full_config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static VoloStatus parse(VoloConfig *cfg, VoloConfigSaid *said, const char *text, VoloError *err)
{
    return volo_config_parse(cfg, said, "config.json", text, strlen(text), err);
}

/* A config with the fields of text in it; to be cleared. */
static VoloConfig parsed(const char *text)
{
    VoloConfigSaid said = 0;
    VoloConfig cfg;
    VoloError err;

    volo_config_init(&cfg);
    if (parse(&cfg, &said, text, &err))
        fail_msg("%s", err.message);
    return cfg;
}

static void check_sizes(const size_t *got, size_t a, size_t b, size_t c, size_t d)
{
    assert_int_equal(got[0], a);
    assert_int_equal(got[1], b);
    assert_int_equal(got[2], c);
    assert_int_equal(got[3], d);
}

static void check_equal(const VoloConfig *a, const VoloConfig *b)
{
    VoloConfig x = *a, y = *b;

    for (size_t i = 0; i < VOLO_MAX_CLASSES; i++) {
        assert_int_equal(a->names[i] != NULL, b->names[i] != NULL);
        if (a->names[i])
            assert_string_equal(a->names[i], b->names[i]);
        x.names[i] = y.names[i] = NULL;
    }
    assert_memory_equal(&x, &y, sizeof x);
}

static void reads_every_field(void **state)
{
    VoloConfig cfg = parsed(full_config);

    (void)state;
    assert_string_equal(cfg.backbone, "volo");
    assert_string_equal(cfg.head, "upernet");
    assert_string_equal(cfg.variant, "volo_d4");
    assert_int_equal(cfg.img_size[0], 448);
    assert_int_equal(cfg.img_size[1], 480);
    check_sizes(cfg.layers, 8, 7, 16, 4);
    check_sizes(cfg.embed_dims, 384, 768, 760, 752);
    check_sizes(cfg.num_heads, 12, 16, 8, 4);
    assert_true(cfg.mlp_ratio[0] == 3 && cfg.mlp_ratio[1] == 8 / 3.0);
    assert_true(cfg.mlp_ratio[2] == 0.1 && cfg.mlp_ratio[3] == 4);
    assert_int_equal(cfg.stem_hidden, 96);
    assert_true(cfg.has_out_indices);
    check_sizes(cfg.out_indices, 0, 1, 2, 3);
    assert_int_equal(cfg.hidden_size, 256);
    assert_int_equal(cfg.pool_scale_count, 5);
    check_sizes(cfg.pool_scales + 1, 2, 4, 8, 64);
    assert_true(cfg.use_auxiliary_head);
    assert_int_equal(cfg.auxiliary_channels, 128);
    assert_true(cfg.align_corners);
    assert_string_equal(cfg.neck, "mln");
    assert_int_equal(cfg.classes, 2);
    assert_string_equal(cfg.names[0], "stra\xc3\x9f"
                                      "e");
    assert_string_equal(cfg.names[1], "\"sky\"; \\ ");
    assert_true(cfg.has_palette);
    assert_memory_equal(cfg.palette[0], ((const uint8_t[]){ 0, 128, 255 }), 3);
    assert_memory_equal(cfg.palette[1], ((const uint8_t[]){ 1, 2, 3 }), 3);
    assert_string_equal(cfg.dataset, "my set");
    assert_true(cfg.image_mean[0] == -0.5f && cfg.image_mean[2] == 103.53f);
    assert_true(cfg.image_std[0] == 58.395f && cfg.image_std[1] == 1e-5f);
    volo_config_clear(&cfg);
}

static void reads_the_test_protocol(void **state)
{
    VoloConfig cfg = parsed(full_config);

    (void)state;
    assert_int_equal(cfg.test_mode, VOLO_MODE_WHOLE);
    assert_int_equal(cfg.crop_size[0], 400);
    assert_int_equal(cfg.crop_size[1], 500);
    assert_int_equal(cfg.stride[0], 300);
    assert_int_equal(cfg.stride[1], 310);
    assert_int_equal(cfg.test_resize.kind, VOLO_RESIZE_KEEP_RATIO);
    assert_int_equal(cfg.test_resize.long_side, 2048);
    assert_int_equal(cfg.test_resize.short_side, 512);
    volo_config_clear(&cfg);
    cfg = parsed("{\"test\": {\"resize\": {\"scale\": [512, 2048], \"keep_ratio\": true}}}");
    assert_int_equal(cfg.test_mode, VOLO_MODE_SLIDE);
    assert_int_equal(cfg.test_resize.long_side, 2048);
    assert_int_equal(cfg.test_resize.short_side, 512);
    volo_config_clear(&cfg);
    cfg = parsed("{\"test\": {\"resize\": {\"scale\": [640, 480], \"keep_ratio\": false}}}");
    assert_int_equal(cfg.test_resize.kind, VOLO_RESIZE_EXACT);
    assert_int_equal(cfg.test_resize.width, 640);
    assert_int_equal(cfg.test_resize.height, 480);
    volo_config_clear(&cfg);
}

static void ignores_unknown_fields_and_takes_null_for_absent(void **state)
{
    VoloConfig fresh;

    (void)state;
    volo_config_init(&fresh);
    VoloConfig cfg =
        parsed("{\"label2id\": 5, \"torch_dtype\": [{}], \"hidden_size\": null, \"id2label\": null,"
               " \"backbone\": null, \"use_timm_backbone\": false, \"neck\": null, \"test\": null,"
               " \"backbone_config\": {\"variant\": null, \"layers\": null, \"drop\": \"x\"}}");
    check_equal(&cfg, &fresh);
    volo_config_clear(&cfg);
}

static void takes_one_number_for_a_square_and_for_all_ratios(void **state)
{
    VoloConfig cfg = parsed("{\"backbone_config\": {\"img_size\": 512, \"mlp_ratio\": 3},"
                            " \"test\": {\"crop_size\": 65500, \"stride\": 1}}");

    (void)state;
    assert_int_equal(cfg.img_size[0], 512);
    assert_int_equal(cfg.img_size[1], 512);
    for (size_t i = 0; i < 4; i++)
        assert_true(cfg.mlp_ratio[i] == 3);
    assert_int_equal(cfg.crop_size[0], 65500);
    assert_int_equal(cfg.crop_size[1], 65500);
    assert_int_equal(cfg.stride[1], 1);
    volo_config_clear(&cfg);
}

static void takes_the_variant_from_a_timm_backbone(void **state)
{
    VoloConfig cfg = parsed("{\"backbone_config\": {\"model_type\": \"timm_backbone\","
                            " \"backbone\": \"volo_d3_448.sail_in1k\","
                            " \"out_indices\": [0, 1, 2, 3], \"layers\": \"not ours\"}}");

    (void)state;
    assert_string_equal(cfg.backbone, "volo");
    assert_string_equal(cfg.variant, "volo_d3");
    check_sizes(cfg.out_indices, 0, 2, 3, 4);
    volo_config_clear(&cfg);
    cfg = parsed("{\"backbone_config\": {\"model_type\": \"timm_backbone\","
                 " \"backbone\": \"volo_d1_224\"}}");
    assert_string_equal(cfg.variant, "volo_d1");
    assert_false(cfg.has_out_indices);
    volo_config_clear(&cfg);
}

static void takes_the_older_spelling_of_a_timm_backbone(void **state)
{
    VoloConfig cfg = parsed("{\"backbone\": \"volo_d2_384\", \"use_timm_backbone\": true,"
                            " \"backbone_kwargs\": {\"out_indices\": [3, 2, 1, 0]}}");

    (void)state;
    assert_string_equal(cfg.variant, "volo_d2");
    check_sizes(cfg.out_indices, 4, 3, 2, 0);
    volo_config_clear(&cfg);
    cfg =
        parsed("{\"backbone\": \"volo_d5_512\", \"backbone_config\": {\"variant\": \"volo_d1\"}}");
    assert_string_equal(cfg.variant, "volo_d1");
    volo_config_clear(&cfg);
}

/* --- refusals --- */

typedef struct Refusal {
    const char *text, *message;
} Refusal;

static void check_refusals(const Refusal *cases, size_t count, VoloStatus status)
{
    for (size_t i = 0; i < count; i++) {
        VoloConfigSaid said = 0;
        VoloConfig cfg;
        VoloError err = { .message = "none" };

        volo_config_init(&cfg);
        const VoloStatus got = parse(&cfg, &said, cases[i].text, &err);
        assert_string_equal(err.message, cases[i].message);
        assert_int_equal(got, status);
        volo_config_clear(&cfg);
    }
}

static void refuses_other_models_by_name(void **state)
{
    static const Refusal cases[] = {
        { "{\"model_type\": \"segformer\"}",
          "'config.json': field 'model_type' is 'segformer', expected 'upernet'" },
        { "{\"architectures\": [\"SegformerForSemanticSegmentation\"]}",
          "'config.json': field 'architectures[0]' is 'SegformerForSemanticSegmentation', "
          "expected 'UperNetForSemanticSegmentation'" },
        { "{\"backbone_config\": {\"model_type\": \"swin\"}}",
          "'config.json': field 'backbone_config.model_type' is 'swin', expected 'volo' or "
          "'timm_backbone'" },
        { "{\"backbone_config\": {\"model_type\": \"timm_backbone\", \"backbone\": \"resnet50\"}}",
          "'config.json': field 'backbone_config.backbone' is 'resnet50', expected a VOLO such as "
          "'volo_d1_224'" },
        { "{\"backbone\": \"microsoft/resnet-50\"}",
          "'config.json': field 'backbone' is 'microsoft/resnet-50', expected a VOLO such as "
          "'volo_d1_224'" },
        { "{\"backbone\": \"volo_\"}", "'config.json': field 'backbone' is 'volo_', expected a "
                                       "VOLO such as 'volo_d1_224'" },
        { "{\"neck\": \"fpn\"}", "'config.json': field 'neck' is 'fpn', expected null, 'mln', "
                                 "'f2p', 'sidelayer' or 'detail'" },
    };

    (void)state;
    check_refusals(cases, COUNT(cases), VOLO_ERR_UNSUPPORTED);
}

static void refuses_wrong_types(void **state)
{
    static const Refusal cases[] = {
        { "[]", "'config.json' is a list of 0, expected an object" },
        { "3", "'config.json' is 3, expected an object" },
        { "{\"model_type\": 5}", "'config.json': field 'model_type' is 5, expected a string" },
        { "{\"architectures\": \"UperNet\"}",
          "'config.json': field 'architectures' is a string, expected a list of names" },
        { "{\"architectures\": [null]}",
          "'config.json': field 'architectures[0]' is null, expected a string" },
        { "{\"backbone_config\": \"volo\"}",
          "'config.json': field 'backbone_config' is a string, expected an object" },
        { "{\"backbone\": []}", "'config.json': field 'backbone' is a list of 0, expected a "
                                "string" },
        { "{\"backbone_config\": {\"model_type\": true}}",
          "'config.json': field 'backbone_config.model_type' is true, expected a string" },
        { "{\"backbone_config\": {\"model_type\": \"timm_backbone\"}}",
          "'config.json': field 'backbone_config' has no 'backbone', expected a name such as "
          "'volo_d1_224'" },
        { "{\"backbone_config\": {\"variant\": 1}}",
          "'config.json': field 'backbone_config.variant' is 1, expected a string" },
        { "{\"backbone_config\": {\"num_heads\": \"3\"}}",
          "'config.json': field 'backbone_config.num_heads' is a string, expected a list of 4 "
          "integers" },
        { "{\"backbone_config\": {\"layers\": [1, 2, 3]}}",
          "'config.json': field 'backbone_config.layers' is a list of 3, expected a list of 4 "
          "integers" },
        { "{\"backbone_config\": {\"embed_dims\": [1, 2, 3, 4.0]}}",
          "'config.json': field 'backbone_config.embed_dims[3]' is 4.0, expected an integer "
          "1..65536" },
        { "{\"backbone_config\": {\"mlp_ratio\": [3, 3]}}",
          "'config.json': field 'backbone_config.mlp_ratio' is a list of 2, expected a list of 4 "
          "numbers" },
        { "{\"backbone_config\": {\"img_size\": \"512x512\"}}",
          "'config.json': field 'backbone_config.img_size' is a string, expected a list of 2 "
          "integers" },
        { "{\"use_auxiliary_head\": 1}",
          "'config.json': field 'use_auxiliary_head' is 1, expected true or false" },
        { "{\"align_corners\": \"no\"}",
          "'config.json': field 'align_corners' is a string, expected true or false" },
        { "{\"pool_scales\": 4}",
          "'config.json': field 'pool_scales' is 4, expected a list of 1..8 integers" },
        { "{\"neck\": 1}", "'config.json': field 'neck' is 1, expected a string" },
        { "{\"dataset\": 1}", "'config.json': field 'dataset' is 1, expected a string" },
        { "{\"image_mean\": 0.5}",
          "'config.json': field 'image_mean' is 0.5, expected a list of 3 numbers" },
        { "{\"test\": \"whole\"}", "'config.json': field 'test' is a string, expected an object" },
        { "{\"test\": {\"mode\": 1}}", "'config.json': field 'test.mode' is 1, expected a string" },
        { "{\"test\": {\"resize\": [2048, 512]}}",
          "'config.json': field 'test.resize' is a list of 2, expected an object" },
        { "{\"test\": {\"resize\": {\"keep_ratio\": true}}}",
          "'config.json': field 'test.resize' has no 'scale', expected a list of 2 integers" },
        { "{\"test\": {\"resize\": {\"scale\": [1, 1]}}}",
          "'config.json': field 'test.resize' has no 'keep_ratio', expected true or false" },
        { "{\"test\": {\"resize\": {\"scale\": 512, \"keep_ratio\": true}}}",
          "'config.json': field 'test.resize.scale' is 512, expected a list of 2 integers" },
        { "{\"test\": {\"resize\": {\"scale\": [1, 1], \"keep_ratio\": 1}}}",
          "'config.json': field 'test.resize.keep_ratio' is 1, expected true or false" },
    };

    (void)state;
    check_refusals(cases, COUNT(cases), VOLO_ERR_FORMAT);
}

static void refuses_values_out_of_range(void **state)
{
    static const Refusal cases[] = {
        { "{\"backbone_config\": {\"layers\": [1, 257, 1, 1]}}",
          "'config.json': field 'backbone_config.layers[1]' is 257, expected an integer 1..256" },
        { "{\"backbone_config\": {\"layers\": [0, 1, 1, 1]}}",
          "'config.json': field 'backbone_config.layers[0]' is 0, expected an integer 1..256" },
        { "{\"backbone_config\": {\"embed_dims\": [65537, 1, 1, 1]}}",
          "'config.json': field 'backbone_config.embed_dims[0]' is 65537, expected an integer "
          "1..65536" },
        { "{\"backbone_config\": {\"num_heads\": [1, 1, -1, 1]}}",
          "'config.json': field 'backbone_config.num_heads[2]' is -1, expected an integer "
          "1..65536" },
        { "{\"backbone_config\": {\"mlp_ratio\": 0}}",
          "'config.json': field 'backbone_config.mlp_ratio' is 0, expected a number above 0 and at "
          "most 64" },
        { "{\"backbone_config\": {\"mlp_ratio\": [1, 1, 1, 65]}}",
          "'config.json': field 'backbone_config.mlp_ratio[3]' is 65, expected a number above 0 "
          "and at most 64" },
        { "{\"backbone_config\": {\"stem_hidden_dim\": 0}}",
          "'config.json': field 'backbone_config.stem_hidden_dim' is 0, expected an integer "
          "1..65536" },
        { "{\"backbone_config\": {\"img_size\": [512, 65501]}}",
          "'config.json': field 'backbone_config.img_size[1]' is 65501, expected an integer "
          "1..65500" },
        { "{\"backbone_config\": {\"img_size\": 0}}",
          "'config.json': field 'backbone_config.img_size' is 0, expected an integer 1..65500" },
        { "{\"backbone_config\": {\"out_indices\": [0, 2, 3, 5]}}",
          "'config.json': field 'backbone_config.out_indices[3]' is 5, expected an integer 0..4" },
        { "{\"backbone\": \"volo_d1_224\", \"backbone_kwargs\": {\"out_indices\": [0, 2, 3, 4]}}",
          "'config.json': field 'backbone_kwargs.out_indices[3]' is 4, expected an integer 0..3" },
        { "{\"backbone_config\": {\"variant\": \"volo_with_a_name_of_more_than_31_bytes\"}}",
          "'config.json': field 'backbone_config.variant' is "
          "'volo_with_a_name_of_more_than_31_bytes', expected a short, printable name" },
        { "{\"hidden_size\": 65537}",
          "'config.json': field 'hidden_size' is 65537, expected an integer 1..65536" },
        { "{\"auxiliary_channels\": 65537}",
          "'config.json': field 'auxiliary_channels' is 65537, expected an integer 0..65536" },
        { "{\"pool_scales\": []}",
          "'config.json': field 'pool_scales' is a list of 0, expected a list of 1..8 integers" },
        { "{\"pool_scales\": [1, 1, 1, 1, 1, 1, 1, 1, 1]}",
          "'config.json': field 'pool_scales' is a list of 9, expected a list of 1..8 integers" },
        { "{\"pool_scales\": [1, 65]}",
          "'config.json': field 'pool_scales[1]' is 65, expected an integer 1..64" },
        { "{\"dataset\": \"\"}",
          "'config.json': field 'dataset' is '', expected a short, printable name" },
        { "{\"image_mean\": [0, 0, 1e300]}",
          "'config.json': field 'image_mean[2]' is 1e+300, expected a number above -1e+06 and at "
          "most 1e+06" },
        { "{\"image_std\": [0, 1, 1]}",
          "'config.json': field 'image_std[0]' is 0, expected a number above 1e-06 and at most "
          "1e+06" },
        { "{\"test\": {\"mode\": \"tiles\"}}",
          "'config.json': field 'test.mode' is 'tiles', expected 'whole' or 'slide'" },
        { "{\"test\": {\"crop_size\": [0, 1]}}",
          "'config.json': field 'test.crop_size[0]' is 0, expected an integer 1..65500" },
        { "{\"test\": {\"stride\": [1, 65501]}}",
          "'config.json': field 'test.stride[1]' is 65501, expected an integer 1..65500" },
        { "{\"test\": {\"resize\": {\"scale\": [1, 0], \"keep_ratio\": true}}}",
          "'config.json': field 'test.resize.scale[1]' is 0, expected an integer 1..65500" },
    };

    (void)state;
    check_refusals(cases, COUNT(cases), VOLO_ERR_FORMAT);
}

static void refuses_bad_class_lists(void **state)
{
    static const Refusal cases[] = {
        { "{\"id2label\": [\"road\"]}",
          "'config.json': field 'id2label' is a list of 1, expected an object" },
        { "{\"id2label\": {}}",
          "'config.json': field 'id2label' is an object of 0, expected an object of 1..255" },
        { "{\"id2label\": {\"0\": \"a\", \"2\": \"c\"}}",
          "'config.json': field 'id2label' has no '1', expected all numbers from 0 without gaps" },
        { "{\"id2label\": {\"00\": \"a\"}}",
          "'config.json': field 'id2label' has no '0', expected all numbers from 0 without gaps" },
        { "{\"id2label\": {\"0\": 5}}",
          "'config.json': field 'id2label.0' is 5, expected a string" },
        { "{\"id2label\": {\"0\": \"\"}}",
          "'config.json': field 'id2label.0' is '', expected a short, printable name" },
        { "{\"id2label\": {\"0\": \"a\\nb\"}}",
          "'config.json': field 'id2label.0' is 'a?b', expected a short, printable name" },
        { "{\"palette\": {}}",
          "'config.json': field 'palette' is an object of 0, expected a list of 1..255" },
        { "{\"palette\": []}",
          "'config.json': field 'palette' is a list of 0, expected a list of 1..255" },
        { "{\"palette\": [[1, 2]]}",
          "'config.json': field 'palette[0]' is a list of 2, expected a list of 3 integers" },
        { "{\"palette\": [[1, 2, 3], [0, 256, 0]]}",
          "'config.json': field 'palette[1][1]' is 256, expected an integer 0..255" },
        { "{\"id2label\": {\"0\": \"a\"}, \"palette\": [[1, 2, 3], [1, 2, 3]]}",
          "'config.json': field 'palette' is a list of 2, expected a list of 1" },
    };

    (void)state;
    check_refusals(cases, COUNT(cases), VOLO_ERR_FORMAT);
}

static void refuses_more_than_255_classes(void **state)
{
    char text[8192] = "{\"id2label\": {";
    VoloConfigSaid said = 0;
    VoloConfig cfg;
    VoloError err;

    (void)state;
    for (int i = 0; i < 256; i++)
        sprintf(text + strlen(text), "%s\"%d\": \"x\"", i ? ", " : "", i);
    strcat(text, "}}");
    volo_config_init(&cfg);
    assert_int_equal(parse(&cfg, &said, text, &err), VOLO_ERR_FORMAT);
    assert_string_equal(
        err.message,
        "'config.json': field 'id2label' is an object of 256, expected an object of 1..255");
    volo_config_clear(&cfg);
}

static void survives_every_truncation_and_many_changes_of_a_config(void **state)
{
    (void)state;
    for (size_t i = 0; i + 1 < sizeof full_config; i++) {
        for (int change = 0; change < 8; change++) {
            const size_t bytes = change ? sizeof full_config - 1 : i;
            char *text = malloc(bytes + 1); /* exactly as long, for the address sanitizer */
            VoloConfigSaid said = 0;
            VoloConfig cfg;

            assert_non_null(text);
            memcpy(text, full_config, bytes);
            if (change)
                text[i] = "9x\"[{,-"[change - 1];
            volo_config_init(&cfg);
            (void)!volo_config_parse(&cfg, &said, "x", text, bytes, NULL);
            volo_config_clear(&cfg);
            free(text);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_field),
        cmocka_unit_test(reads_the_test_protocol),
        cmocka_unit_test(ignores_unknown_fields_and_takes_null_for_absent),
        cmocka_unit_test(takes_one_number_for_a_square_and_for_all_ratios),
        cmocka_unit_test(takes_the_variant_from_a_timm_backbone),
        cmocka_unit_test(takes_the_older_spelling_of_a_timm_backbone),
        cmocka_unit_test(refuses_other_models_by_name),
        cmocka_unit_test(refuses_wrong_types),
        cmocka_unit_test(refuses_values_out_of_range),
        cmocka_unit_test(refuses_bad_class_lists),
        cmocka_unit_test(refuses_more_than_255_classes),
        cmocka_unit_test(survives_every_truncation_and_many_changes_of_a_config),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
