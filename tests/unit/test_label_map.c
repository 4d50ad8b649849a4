/* SPDX-License-Identifier: Apache-2.0 */
/* Label spaces and the maps into them. */
#include <volo/dataset.h>

#include "support/scratch_dir.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static VoloClassTable *open_table(const char *name)
{
    VoloClassTable *table = NULL;
    VoloError err;

    if (volo_class_table_open(name, &table, &err))
        fail_msg("%s", err.message);
    return table;
}

static VoloLabelSpace *open_space(const char *name, VoloLabelKind kind)
{
    VoloClassTable *table = open_table(name);
    VoloLabelSpace *space = NULL;
    VoloError err;

    if (volo_label_space_new(table, kind, &space, &err))
        fail_msg("%s", err.message);
    volo_class_table_free(table);
    return space;
}

/* --- spaces --- */

static void knows_all_34_ids_of_cityscapes(void **state)
{
    VoloLabelSpace *s = open_space("cityscapes", VOLO_LABELS_IDS);
    const int16_t *index = volo_label_space_index(s);
    size_t known = 0, classes = 0;

    (void)state;
    for (size_t raw = 0; raw < 256; raw++) {
        known += volo_label_space_label(s, raw) != NULL;
        classes += index[raw] >= 0;
        assert_int_equal(index[raw] == VOLO_CLASS_UNKNOWN, !volo_label_space_label(s, raw));
    }
    assert_int_equal(known, 34);
    assert_int_equal(classes, 19);
    assert_int_equal(volo_label_space_class_count(s), 19);
    const VoloLabel *car = volo_label_space_class(s, 13);
    assert_string_equal(car->name, "car");
    assert_int_equal(car->raw, 26);
    assert_int_equal(car->id, 26);
    assert_true(car->has_instances);
    assert_true(car->average_size == 12794.0202738185);
    assert_string_equal(car->category, "vehicle");
    assert_int_equal(volo_label_space_category_count(s), 8);
    assert_string_equal(volo_label_space_category(s, 0), "void");
    assert_string_equal(volo_label_space_category(s, (size_t)car->category_index), "vehicle");
    assert_int_equal(volo_label_space_label(s, 29)->class_index, VOLO_CLASS_IGNORED);
    assert_true(volo_label_space_label(s, 29)->has_instances);
    assert_null(volo_label_space_class(s, 19));
    assert_null(volo_label_space_label(s, 34));
    assert_null(volo_label_space_label(s, 256));
    assert_int_equal(volo_label_space_none(s), 0);
    volo_label_space_free(s);
}

static void reads_train_ids_with_255_as_void(void **state)
{
    VoloLabelSpace *s = open_space("cityscapes", VOLO_LABELS_TRAIN_IDS);

    (void)state;
    assert_int_equal(volo_label_space_kind(s), VOLO_LABELS_TRAIN_IDS);
    assert_int_equal(volo_label_space_class(s, 13)->raw, 13);
    assert_int_equal(volo_label_space_class(s, 13)->id, 26);
    assert_string_equal(volo_label_space_label(s, 255)->name, "void");
    assert_int_equal(volo_label_space_index(s)[255], VOLO_CLASS_IGNORED);
    assert_int_equal(volo_label_space_index(s)[19], VOLO_CLASS_UNKNOWN);
    assert_int_equal(volo_label_space_none(s), 255);
    volo_label_space_free(s);
}

static void has_a_value_for_no_class_in_every_set(void **state)
{
    static const struct {
        const char *name;
        size_t classes;
        uint8_t none;
    } sets[] = { { "ade20k", 150, 0 },    { "bdd100k", 19, 255 }, { "camvid", 11, 11 },
                 { "cityscapes", 19, 0 }, { "iddlite", 7, 255 },  { "kitti", 19, 0 } };

    (void)state;
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        VoloLabelSpace *s = open_space(sets[i].name, VOLO_LABELS_AUTO);

        assert_string_equal(volo_label_space_name(s), sets[i].name);
        assert_int_equal(volo_label_space_class_count(s), sets[i].classes);
        assert_int_equal(volo_label_space_none(s), sets[i].none);
        assert_int_equal(volo_label_space_index(s)[sets[i].none], VOLO_CLASS_IGNORED);
        volo_label_space_free(s);
    }
}

static void refuses_255_as_a_class(void **state)
{
    static const char *const names[] = { "a", "b" };
    static const int ids[] = { 0, 255 };
    VoloClassTable *table = NULL;
    VoloLabelSpace *space = NULL;
    VoloError err;

    (void)state;
    assert_int_equal(volo_class_table_new("x", 2, names, ids, NULL, &table, &err), VOLO_OK);
    assert_int_equal(volo_label_space_new(table, VOLO_LABELS_IDS, &space, &err),
                     VOLO_ERR_UNSUPPORTED);
    assert_string_equal(err.message,
                        "data set 'x': class 'b' has the id 255, which is for ignored pixels");
    assert_null(space);
    volo_class_table_free(table);
}

static void check_values(const char *set, VoloLabelKind kind, const uint8_t *values, size_t count,
                         const char *message)
{
    VoloLabelSpace *s = open_space(set, kind);
    uint64_t counts[256] = { 0 };
    VoloError err = { VOLO_OK, "" };

    for (size_t i = 0; i < count; i++)
        counts[values[i]] += 3;
    const VoloStatus status = volo_label_space_check(s, "a.png", counts, &err);
    assert_int_equal(status, message ? VOLO_ERR_FORMAT : VOLO_OK);
    if (message)
        assert_string_equal(err.message, message);
    volo_label_space_free(s);
}

static void names_the_likely_cause_of_unknown_values(void **state)
{
    (void)state;
    check_values("cityscapes", VOLO_LABELS_IDS, (const uint8_t[]){ 0, 7, 33 }, 3, NULL);
    check_values("cityscapes", VOLO_LABELS_IDS, (const uint8_t[]){ 0, 13, 18, 255 }, 4,
                 "'a.png': value 255 (3 pixels) is none of the 34 ids of cityscapes, perhaps "
                 "trainIds where ids are expected");
    check_values("cityscapes", VOLO_LABELS_TRAIN_IDS, (const uint8_t[]){ 7, 26, 33 }, 3,
                 "'a.png': value 26 (3 pixels) is none of the 20 trainIds of cityscapes, perhaps "
                 "ids where trainIds are expected");
    check_values("ade20k", VOLO_LABELS_IDS, (const uint8_t[]){ 0, 149, 255 }, 3,
                 "'a.png': value 255 (3 pixels) is none of the 151 ids of ade20k, perhaps labels "
                 "that were reduced by one already, as trainIds");
    check_values("ade20k", VOLO_LABELS_TRAIN_IDS, (const uint8_t[]){ 0, 150 }, 2,
                 "'a.png': value 150 (3 pixels) is none of the 151 trainIds of ade20k, perhaps "
                 "labels that were not reduced by one");
    check_values("camvid", VOLO_LABELS_IDS, (const uint8_t[]){ 0, 33 }, 2,
                 "'a.png': value 33 (3 pixels) is none of the 12 ids of camvid, perhaps labels of "
                 "another data set");
}

/* --- maps --- */

static void folds_19_classes_into_11_and_7(void **state)
{
    static const struct {
        const char *set, *map;
        int target[19];
    } cases[] = { { "camvid",
                    "cityscapes19-camvid11",
                    { 3, 4, 1, 1, 7, 2, 6, 6, 5, 5, 0, 9, 10, 8, 8, 8, 8, 10, 10 } },
                  { "iddlite",
                    "cityscapes19-iddlite7",
                    { 0, 1, 5, 4, 4, 4, 4, 4, 5, 1, 6, 2, 2, 3, 3, 3, 3, 3, 3 } } };
    VoloClassTable *model = open_table("cityscapes");

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        VoloLabelSpace *s = open_space(cases[i / 2].set, VOLO_LABELS_IDS);
        VoloLabelMap *map = NULL;
        VoloError err;

        if (i & 1 ? volo_label_map_open(cases[i / 2].map, model, s, &map, &err)
                  : volo_label_map_choose(model, s, &map, &err))
            fail_msg("%s", err.message);
        assert_string_equal(volo_label_map_name(map), cases[i / 2].map);
        assert_false(volo_label_map_is_identity(map));
        assert_int_equal(volo_label_map_count(map), 19);
        for (size_t k = 0; k < 19; k++)
            assert_int_equal(volo_label_map_target(map, k), cases[i / 2].target[k]);
        assert_int_equal(volo_label_map_target(map, 19), -1);
        volo_label_map_free(map);
        volo_label_space_free(s);
    }
    volo_class_table_free(model);
}

static void needs_no_map_for_the_same_classes(void **state)
{
    static const char *const sets[] = { "cityscapes", "kitti", "bdd100k" };
    VoloClassTable *model = open_table("cityscapes");

    (void)state;
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        VoloLabelSpace *s = open_space(sets[i], VOLO_LABELS_IDS);
        const uint8_t predicted[] = { 0, 13, 18, 255, 19 };
        VoloLabelMap *map = NULL;
        uint8_t raw[5];

        assert_int_equal(volo_label_map_choose(model, s, &map, NULL), VOLO_OK);
        assert_string_equal(volo_label_map_name(map), "identity");
        assert_true(volo_label_map_is_identity(map));
        volo_label_map_apply(map, 5, predicted, raw);
        assert_int_equal(raw[0], volo_label_space_class(s, 0)->raw);
        assert_int_equal(raw[1], volo_label_space_class(s, 13)->raw);
        assert_int_equal(raw[2], volo_label_space_class(s, 18)->raw);
        assert_int_equal(raw[3], volo_label_space_none(s));
        assert_int_equal(raw[4], volo_label_space_none(s));
        volo_label_map_free(map);
        volo_label_space_free(s);
    }
    volo_class_table_free(model);
}

static void refuses_strange_classes_without_a_map(void **state)
{
    VoloClassTable *model = open_table("camvid");
    VoloLabelSpace *s = open_space("cityscapes", VOLO_LABELS_IDS);
    VoloLabelMap *map = NULL;
    VoloError err;

    (void)state;
    assert_int_equal(volo_label_map_choose(model, s, &map, &err), VOLO_ERR_MISSING);
    assert_string_equal(err.message, "the model's 11 classes (camvid) are not the 19 of "
                                     "cityscapes; a map file is needed (lines of 'from<TAB>to')");
    assert_int_equal(volo_label_map_open("cityscapes19-camvid11", model, s, &map, &err),
                     VOLO_ERR_FORMAT);
    assert_int_equal(volo_label_map_open("no such map", model, s, &map, &err), VOLO_ERR_MISSING);
    assert_string_equal(err.message, "'no such map': neither a built-in map nor a file");
    assert_null(map);
    volo_label_space_free(s);
    volo_class_table_free(model);
}

static VoloStatus read_map(const char *text, VoloLabelMap **ret_map, VoloError *err)
{
    static const char *const names[] = { "tree", "lamp", "7" };
    VoloLabelSpace *space = open_space("camvid", VOLO_LABELS_IDS);
    VoloClassTable *model = NULL;
    ScratchDir dir;

    scratch_dir_init(&dir);
    assert_int_equal(volo_class_table_new("m", 3, names, NULL, NULL, &model, err), VOLO_OK);
    const VoloStatus status = volo_label_map_open(scratch_write(&dir, "m.tsv", text, strlen(text)),
                                                  model, space, ret_map, err);
    volo_class_table_free(model);
    volo_label_space_free(space);
    scratch_dir_clear(&dir);
    return status;
}

static void reads_names_and_numbers(void **state)
{
    const uint8_t predicted[] = { 0, 1, 2, 3 };
    VoloLabelMap *map = NULL;
    uint8_t raw[4];
    VoloError err;

    (void)state;
    if (read_map("\xef\xbb\xbf# mine\r\nfrom\tto\r\n\r\n0\ttree\r\nlamp\t255\r\n7\t10\r\n", &map,
                 &err))
        fail_msg("%s", err.message);
    assert_string_equal(volo_label_map_name(map), "m.tsv");
    assert_int_equal(volo_label_map_target(map, 0), 5);
    assert_int_equal(volo_label_map_target(map, 1), -1);
    assert_int_equal(volo_label_map_target(map, 2), 10);
    volo_label_map_apply(map, 4, predicted, raw);
    assert_memory_equal(raw, ((const uint8_t[]){ 5, 11, 10, 11 }), 4);
    volo_label_map_free(map);
}

static void refuses_bad_lines_with_file_and_line(void **state)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        { "0 1\n", "m.tsv' line 1: expected 'from<TAB>to'" },
        { "0\t1\t2\n", "m.tsv' line 1: expected 'from<TAB>to'" },
        { "0\t1\n3\t1\n", "line 2: '3' is no class of the model, expected a name or 0..2" },
        { "bush\t1\n", "line 1: 'bush' is no class of the model" },
        { "255\t1\n", "line 1: '255' is no class of the model" },
        { "0\t11\n", "line 1: '11' is no class of camvid, expected a name, 0..10 or 255" },
        { "0\t-1\n", "line 1: '-1' is no class of camvid" },
        { "0\t1\ntree\t2\n", "line 2: class 'tree' was mapped on line 1 already" },
        { "0\t1\n1\t2\n", "m.tsv': no line for class 2 '7' of the model" },
        { "", "m.tsv': no line for class 0 'tree' of the model" },
    };
    VoloLabelMap *map = NULL;
    VoloError err;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(read_map(cases[i].text, &map, &err), VOLO_ERR_FORMAT);
        if (!strstr(err.message, cases[i].message))
            fail_msg("'%s', wanted '%s'", err.message, cases[i].message);
        assert_null(map);
    }
}

static void lists_the_built_in_maps(void **state)
{
    size_t count = 0;

    (void)state;
    for (; volo_label_map_entry(count).name; count++) {
        const VoloLabelMapEntry entry = volo_label_map_entry(count);
        VoloClassTable *model = open_table(entry.from);
        VoloLabelSpace *space = open_space(entry.to, VOLO_LABELS_IDS);
        VoloLabelMap *map = NULL;

        assert_int_equal(volo_label_map_open(entry.name, model, space, &map, NULL), VOLO_OK);
        volo_label_map_free(map);
        volo_label_space_free(space);
        volo_class_table_free(model);
    }
    assert_int_equal(count, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_all_34_ids_of_cityscapes),
        cmocka_unit_test(reads_train_ids_with_255_as_void),
        cmocka_unit_test(has_a_value_for_no_class_in_every_set),
        cmocka_unit_test(refuses_255_as_a_class),
        cmocka_unit_test(names_the_likely_cause_of_unknown_values),
        cmocka_unit_test(folds_19_classes_into_11_and_7),
        cmocka_unit_test(needs_no_map_for_the_same_classes),
        cmocka_unit_test(refuses_strange_classes_without_a_map),
        cmocka_unit_test(reads_names_and_numbers),
        cmocka_unit_test(refuses_bad_lines_with_file_and_line),
        cmocka_unit_test(lists_the_built_in_maps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
