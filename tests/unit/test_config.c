/* SPDX-License-Identifier: Apache-2.0 */
#include "pipeline/config_text.h"

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

static void starts_with_what_is_the_same_for_every_model(void **state)
{
    VoloConfig cfg;

    (void)state;
    volo_config_init(&cfg);
    assert_string_equal(cfg.backbone, "volo");
    assert_string_equal(cfg.head, "upernet");
    assert_int_equal(cfg.test_mode, VOLO_MODE_SLIDE);
    assert_int_equal(cfg.test_resize.kind, VOLO_RESIZE_NONE);
    assert_true(cfg.image_mean[0] == 123.675f && cfg.image_mean[1] == 116.28f);
    assert_true(cfg.image_std[1] == 57.12f && cfg.image_std[2] == 57.375f);
    assert_int_equal(cfg.classes, 0);
    assert_false(cfg.has_out_indices || cfg.has_palette || cfg.align_corners);
    volo_config_clear(&cfg);
}

/* --- precedence --- */

static void the_first_source_to_say_a_field_wins(void **state)
{
    VoloConfigSaid said = 0;
    VoloConfig cfg;
    VoloError err;

    (void)state;
    volo_config_init(&cfg);
    assert_int_equal(parse(&cfg, &said, "{\"hidden_size\": 64, \"dataset\": null}", &err), VOLO_OK);
    assert_true(volo_config_has_said(said, "hidden_size"));
    assert_false(volo_config_has_said(said, "dataset"));
    assert_int_equal(parse(&cfg, &said, "{\"hidden_size\": 32, \"dataset\": \"ade20k\"}", &err),
                     VOLO_OK);
    assert_int_equal(cfg.hidden_size, 64);
    assert_string_equal(cfg.dataset, "ade20k");
    assert_true(volo_config_has_said(said, "dataset"));
    assert_false(volo_config_has_said(said, "palette"));
    assert_false(volo_config_has_said(~(VoloConfigSaid)0, "no such field"));
    volo_config_clear(&cfg);
}

static void backbone_config_and_test_count_as_one_field_each(void **state)
{
    VoloConfigSaid said = 0;
    VoloConfig cfg;
    VoloError err;

    (void)state;
    volo_config_init(&cfg);
    assert_int_equal(parse(&cfg, &said,
                           "{\"backbone_config\": {\"stem_hidden_dim\": 64},"
                           " \"test\": {\"mode\": \"whole\"}}",
                           &err),
                     VOLO_OK);
    assert_int_equal(parse(&cfg, &said,
                           "{\"backbone_config\": {\"layers\": [1, 1, 1, 1]},"
                           " \"test\": {\"crop_size\": 64}}",
                           &err),
                     VOLO_OK);
    assert_int_equal(parse(&cfg, &said, "{\"backbone\": \"volo_d1_224\"}", &err), VOLO_OK);
    assert_int_equal(cfg.stem_hidden, 64);
    assert_int_equal(cfg.layers[0], 0);
    assert_string_equal(cfg.variant, "");
    assert_int_equal(cfg.test_mode, VOLO_MODE_WHOLE);
    assert_int_equal(cfg.crop_size[0], 0);
    volo_config_clear(&cfg);
}

static void no_neck_can_be_said(void **state)
{
    VoloConfigSaid said = 0;
    VoloConfig cfg;

    (void)state;
    volo_config_init(&cfg);
    assert_int_equal(parse(&cfg, &said, "{\"neck\": null}", NULL), VOLO_OK);
    assert_int_equal(parse(&cfg, &said, "{\"neck\": \"f2p\"}", NULL), VOLO_OK);
    assert_string_equal(cfg.neck, "");
    assert_true(volo_config_has_said(said, "neck"));
    volo_config_clear(&cfg);
}

/* --- whole texts --- */

static void refuses_sources_that_disagree_on_the_number_of_classes(void **state)
{
    VoloConfigSaid said = 0;
    VoloConfig cfg;
    VoloError err;

    (void)state;
    volo_config_init(&cfg);
    assert_int_equal(parse(&cfg, &said, "{\"palette\": [[1, 2, 3], [1, 2, 3]]}", &err), VOLO_OK);
    assert_int_equal(cfg.classes, 2);
    assert_int_equal(parse(&cfg, &said, "{\"id2label\": {\"0\": \"a\"}}", &err), VOLO_ERR_FORMAT);
    assert_string_equal(
        err.message, "'config.json': field 'id2label' is an object of 1, expected an object of 2");
    volo_config_clear(&cfg);
}

static void names_line_and_column_of_broken_json(void **state)
{
    static const char *const broken[] = {
        "",
        "{",
        "{\"a\": }",
        "{\"hidden_size\": 1,}",
        "{\"a\": 1} x",
        "{\"a\": 1, \"a\": 2}",
        "{\"hidden_size\": 99999999999999999999}",
        "{\"a\": \"\xff\"}",
        "[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(broken); i++) {
        VoloConfigSaid said = 0;
        VoloConfig cfg;
        VoloError err;

        volo_config_init(&cfg);
        assert_int_equal(parse(&cfg, &said, broken[i], &err), VOLO_ERR_FORMAT);
        assert_memory_equal(err.message, "'config.json': line ", 20);
        assert_non_null(strstr(err.message, " column "));
        volo_config_clear(&cfg);
    }
}

static void refuses_more_than_a_mebibyte(void **state)
{
    const size_t limit = 1u << 20;
    char *text = malloc(limit + 1);
    VoloConfigSaid said = 0;
    VoloConfig cfg;
    VoloError err;

    (void)state;
    assert_non_null(text);
    memset(text, ' ', limit + 1);
    memcpy(text, "{}", 2);
    volo_config_init(&cfg);
    assert_int_equal(volo_config_parse(&cfg, &said, "config.json", text, limit, &err), VOLO_OK);
    assert_int_equal(volo_config_parse(&cfg, &said, "config.json", text, limit + 1, &err),
                     VOLO_ERR_LIMIT);
    assert_string_equal(err.message, "'config.json': 1048577 bytes of JSON, limit 1048576");
    volo_config_clear(&cfg);
    free(text);
}

/* --- completing --- */

/* Finishes a config of count classes, 512x512 unless it says otherwise; returns the note. */
static const char *finish(VoloConfig *cfg, size_t count)
{
    const char *note = "untouched";
    VoloError err;

    if (!cfg->classes)
        cfg->classes = count;
    if (!cfg->img_size[0])
        cfg->img_size[0] = cfg->img_size[1] = 512;
    if (volo_config_finish(cfg, &note, &err))
        fail_msg("%s", err.message);
    return note;
}

static void names_19_classes_as_cityscapes(void **state)
{
    VoloConfig cfg = parsed("{}");

    (void)state;
    assert_string_equal(finish(&cfg, 19), "the file does not name its classes: as there are 19, "
                                          "those of Cityscapes");
    assert_string_equal(cfg.names[0], "road");
    assert_string_equal(cfg.names[18], "bicycle");
    assert_memory_equal(cfg.palette[18], ((const uint8_t[]){ 119, 11, 32 }), 3);
    assert_string_equal(cfg.dataset, "cityscapes");
    volo_config_clear(&cfg);
}

static void names_150_classes_as_ade20k(void **state)
{
    VoloConfig cfg = parsed("{}");

    (void)state;
    assert_string_equal(finish(&cfg, 150), "the file does not name its classes: as there are 150, "
                                           "those of ADE20K");
    assert_string_equal(cfg.names[149], "flag");
    assert_memory_equal(cfg.palette[2], ((const uint8_t[]){ 6, 230, 230 }), 3);
    assert_string_equal(cfg.dataset, "ade20k");
    volo_config_clear(&cfg);
}

static void numbers_the_classes_of_unknown_sets(void **state)
{
    VoloConfig cfg = parsed("{\"dataset\": \"mine\"}");

    (void)state;
    assert_string_equal(finish(&cfg, 255), "the file does not name its classes: class_0, class_1 "
                                           "...");
    assert_string_equal(cfg.names[0], "class_0");
    assert_string_equal(cfg.names[254], "class_254");
    assert_memory_equal(cfg.palette[0], ((const uint8_t[]){ 128, 0, 0 }), 3);
    assert_string_equal(cfg.dataset, "mine");
    volo_config_clear(&cfg);
}

static void takes_names_and_colours_of_the_data_set_without_a_note(void **state)
{
    VoloConfig cfg = parsed("{\"dataset\": \"cityscapes\"}");

    (void)state;
    assert_null(finish(&cfg, 19));
    assert_string_equal(cfg.names[13], "car");
    assert_memory_equal(cfg.palette[13], ((const uint8_t[]){ 0, 0, 142 }), 3);
    volo_config_clear(&cfg);
}

static void takes_no_colours_from_a_set_of_another_size(void **state)
{
    VoloConfig cfg = parsed("{\"dataset\": \"cityscapes\"}");

    (void)state;
    assert_non_null(finish(&cfg, 7));
    assert_string_equal(cfg.names[0], "class_0");
    assert_memory_equal(cfg.palette[0], ((const uint8_t[]){ 128, 0, 0 }), 3);
    volo_config_clear(&cfg);
}

static void keeps_what_is_said_of_classes(void **state)
{
    VoloConfig cfg = parsed("{\"id2label\": {\"0\": \"a\", \"1\": \"b\"},"
                            " \"palette\": [[1, 2, 3], [4, 5, 6]], \"dataset\": \"ade20k\"}");

    (void)state;
    assert_null(finish(&cfg, 0));
    assert_string_equal(cfg.names[1], "b");
    assert_memory_equal(cfg.palette[1], ((const uint8_t[]){ 4, 5, 6 }), 3);
    volo_config_clear(&cfg);
}

static void sets_classes_of_other_sources(void **state)
{
    static const char *const names[] = { "a", "b", "c\n" };
    static const uint8_t colours[][3] = { { 1, 2, 3 }, { 4, 5, 6 } };
    VoloConfig cfg = parsed("{\"palette\": [[9, 9, 9], [8, 8, 8]]}");
    VoloError err;

    (void)state;
    assert_int_equal(volo_config_set_classes(&cfg, 3, names, NULL, &err), VOLO_ERR_FORMAT);
    assert_string_equal(err.message, "3 class names, expected 2");
    assert_int_equal(volo_config_set_classes(&cfg, 2, names, NULL, &err), VOLO_OK);
    assert_string_equal(cfg.names[1], "b");
    assert_memory_equal(cfg.palette[1], ((const uint8_t[]){ 8, 8, 8 }), 3);
    assert_int_equal(volo_config_set_classes(&cfg, 2, names, colours, &err), VOLO_OK);
    assert_memory_equal(cfg.palette[1], ((const uint8_t[]){ 4, 5, 6 }), 3);
    cfg.classes = 0;
    assert_int_equal(volo_config_set_classes(&cfg, 3, names, NULL, &err), VOLO_ERR_FORMAT);
    assert_string_equal(err.message, "class 2: name 'c?' is empty, too long or not printable");
    assert_string_equal(cfg.names[1], "b");
    assert_int_equal(volo_config_set_classes(&cfg, 256, names, NULL, &err), VOLO_ERR_LIMIT);
    assert_string_equal(err.message, "256 classes, limit 255");
    volo_config_clear(&cfg);
}

static void derives_crop_and_stride_from_the_input_size(void **state)
{
    static const struct {
        size_t side, stride;
    } cases[] = { { 1024, 768 }, { 512, 341 }, { 769, 512 }, { 640, 426 }, { 64, 42 }, { 1, 1 } };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        VoloConfig cfg = parsed("{}");

        cfg.img_size[0] = cases[i].side;
        cfg.img_size[1] = 512;
        finish(&cfg, 3);
        assert_int_equal(cfg.crop_size[0], cases[i].side);
        assert_int_equal(cfg.crop_size[1], 512);
        assert_int_equal(cfg.stride[0], cases[i].stride);
        assert_int_equal(cfg.stride[1], 341);
        volo_config_clear(&cfg);
    }
}

static void derives_the_stride_from_a_crop_that_is_said(void **state)
{
    VoloConfig cfg = parsed("{\"test\": {\"crop_size\": [1024, 96]}}");

    (void)state;
    finish(&cfg, 3);
    assert_int_equal(cfg.crop_size[1], 96);
    assert_int_equal(cfg.stride[0], 768);
    assert_int_equal(cfg.stride[1], 64);
    volo_config_clear(&cfg);
}

static void refuses_to_finish_what_cannot_be_complete(void **state)
{
    VoloConfig cfg = parsed("{\"test\": {\"crop_size\": 512, \"stride\": [512, 513]}}");
    const char *note;
    VoloError err;

    (void)state;
    assert_int_equal(volo_config_finish(&cfg, &note, &err), VOLO_ERR_MISSING);
    assert_string_equal(err.message, "no field 'id2label' says the number of classes");
    cfg.classes = 256;
    assert_int_equal(volo_config_finish(&cfg, &note, &err), VOLO_ERR_LIMIT);
    assert_string_equal(err.message, "256 classes, limit 255");
    cfg.classes = 2;
    assert_int_equal(volo_config_finish(&cfg, &note, &err), VOLO_ERR_MISSING);
    assert_string_equal(err.message, "no field 'img_size' says the input size");
    cfg.img_size[0] = cfg.img_size[1] = 64;
    assert_int_equal(volo_config_finish(&cfg, &note, &err), VOLO_ERR_FORMAT);
    assert_string_equal(err.message,
                        "field 'test.stride' is 512x513, expected at most the crop, 512x512");
    volo_config_clear(&cfg);
}

static void ratios_give_back_the_hidden_sizes_of_the_shapes(void **state)
{
    (void)state;
    for (size_t dim = 1; dim < 300; dim++) {
        for (size_t hidden = dim; hidden < 5 * dim; hidden += 7) {
            VoloConfig cfg = { .classes = 1, .img_size = { 64, 64 } };

            cfg.embed_dims[2] = dim;
            cfg.mlp_hidden[2] = hidden;
            cfg.mlp_ratio[2] = (double)hidden / (double)dim;
            cfg.names[0] = strdup("x");
            finish(&cfg, 1);
            assert_int_equal((size_t)((double)dim * cfg.mlp_ratio[2]), hidden);
            volo_config_clear(&cfg);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_with_what_is_the_same_for_every_model),
        cmocka_unit_test(the_first_source_to_say_a_field_wins),
        cmocka_unit_test(backbone_config_and_test_count_as_one_field_each),
        cmocka_unit_test(no_neck_can_be_said),
        cmocka_unit_test(refuses_sources_that_disagree_on_the_number_of_classes),
        cmocka_unit_test(names_line_and_column_of_broken_json),
        cmocka_unit_test(refuses_more_than_a_mebibyte),
        cmocka_unit_test(names_19_classes_as_cityscapes),
        cmocka_unit_test(names_150_classes_as_ade20k),
        cmocka_unit_test(numbers_the_classes_of_unknown_sets),
        cmocka_unit_test(takes_names_and_colours_of_the_data_set_without_a_note),
        cmocka_unit_test(takes_no_colours_from_a_set_of_another_size),
        cmocka_unit_test(keeps_what_is_said_of_classes),
        cmocka_unit_test(sets_classes_of_other_sources),
        cmocka_unit_test(derives_crop_and_stride_from_the_input_size),
        cmocka_unit_test(derives_the_stride_from_a_crop_that_is_said),
        cmocka_unit_test(refuses_to_finish_what_cannot_be_complete),
        cmocka_unit_test(ratios_give_back_the_hidden_sizes_of_the_shapes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
