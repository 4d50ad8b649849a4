/* SPDX-License-Identifier: Apache-2.0 */
#include "app/viewer/class_rows.h"

#include "fake_document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Of Cityscapes: road 0, building 2, sky 10, person 11, car 13. */
static const uint8_t street[20] = { 0,  0,  0,  0,  0,  0,  0,  0, 0,   0,
                                    13, 13, 13, 13, 10, 10, 10, 2, 255, 255 };
/* Of CamVid: sky 0, building 1, road 3, car 8, pedestrian 9. */
static const uint8_t camvid[20] = { 3, 3, 3, 3, 3, 3, 3, 3, 8, 8, 8, 8, 8, 8, 0, 0, 9, 9, 1, 1 };

static gboolean set(VoloClassRows *rows, VoloSegmentation *result, VoloSegmentation *reference)
{
    return volo_class_rows_set_sources(rows, &(VoloClassSources){ .sides = { result, reference } });
}

/* Borrowed; NULL: there is no such row. */
static VoloClassItem *row(VoloClassRows *rows, const char *name)
{
    GListModel *const items = volo_class_rows_items(rows);

    for (guint i = 0; i < g_list_model_get_n_items(items); i++) {
        VoloClassItem *const item = g_list_model_get_item(items, i);

        g_object_unref(item); /* the list has it, too */
        if (g_str_equal(volo_class_item_name(item), name))
            return item;
    }
    return NULL;
}

static gboolean hidden(VoloClassRows *rows, const char *name)
{
    return volo_class_item_figures(row(rows, name))->hidden;
}

static guint count(VoloClassRows *rows)
{
    return g_list_model_get_n_items(volo_class_rows_items(rows));
}

static void knows_pixels_and_shares(void **state)
{
    VoloClassRows *const rows = volo_class_rows_new();
    g_autoptr(VoloSegmentation) result = fake_segmentation("cityscapes", "m", 4, 5, street);

    (void)state;
    assert_true(set(rows, result, NULL));
    assert_int_equal(count(rows), 19);
    assert_int_equal(volo_class_rows_present(rows), 4);
    const VoloClassFigures *const road = volo_class_item_figures(row(rows, "road"));
    assert_int_equal(road->pixels[0], 10);
    assert_float_equal(road->share[0], 0.5, 1e-9);
    assert_int_equal(road->id, 7);
    assert_int_equal(road->label[0], 0);
    assert_int_equal(road->label[1], -1);
    assert_int_equal(volo_class_item_figures(row(rows, "car"))->pixels[0], 4);
    assert_true(volo_class_item_is_present(row(rows, "sky")));
    assert_false(volo_class_item_is_present(row(rows, "person")));
    assert_false(set(rows, result, NULL)); /* no look is new */
    volo_class_rows_free(rows);
}

static void keeps_rows_from_picture_to_picture(void **state)
{
    VoloClassRows *const rows = volo_class_rows_new();
    g_autoptr(VoloSegmentation) first = fake_segmentation("cityscapes", "m", 4, 5, street);
    g_autoptr(VoloSegmentation) second = fake_segmentation("cityscapes", "m", 2, 2, street);

    (void)state;
    set(rows, first, NULL);
    VoloClassItem *const road = row(rows, "road");
    /* While the next picture is worked on, the rows wait. */
    volo_class_rows_set_sources(rows, &(VoloClassSources){ .pending = TRUE });
    assert_ptr_equal(row(rows, "road"), road);
    assert_true(volo_class_item_figures(road)->pending);
    assert_int_equal(volo_class_item_figures(road)->pixels[0], 10);
    assert_false(volo_class_rows_toggle(rows, "road")); /* no result, no look */
    assert_true(volo_class_item_figures(road)->hidden);
    assert_true(set(rows, second, NULL));
    assert_ptr_equal(row(rows, "road"), road);
    assert_false(volo_class_item_figures(road)->pending);
    assert_int_equal(volo_class_item_figures(road)->pixels[0], 4);
    assert_true(volo_class_item_figures(road)->hidden);
    set(rows, NULL, NULL);
    assert_int_equal(count(rows), 0);
    volo_class_rows_free(rows);
}

static void hides_by_name_whatever_the_model(void **state)
{
    VoloClassRows *const rows = volo_class_rows_new();
    g_autoptr(VoloSegmentation) street_19 = fake_segmentation("cityscapes", "m", 4, 5, street);
    g_autoptr(VoloSegmentation) scene_150 = fake_segmentation("ade20k", "n", 4, 5, street);

    (void)state;
    set(rows, street_19, NULL);
    assert_true(volo_class_rows_toggle(rows, "Sky"));
    assert_true(volo_class_rows_look(rows, 0)->hidden[10]);
    assert_false(volo_class_rows_look(rows, 0)->hidden[0]);
    set(rows, scene_150, NULL);
    assert_int_equal(count(rows), 150);
    assert_true(hidden(rows, "sky"));
    assert_true(volo_class_rows_look(rows, 0)->hidden[2]); /* the sky of ADE20K */
    assert_false(volo_class_rows_look(rows, 0)->hidden[10]);
    assert_true(volo_class_rows_look(rows, 0)->hidden[150]); /* no class */
    assert_true(volo_class_rows_show_all(rows));
    assert_false(hidden(rows, "sky"));
    volo_class_rows_free(rows);
}

static void shows_one_class_alone_and_then_all(void **state)
{
    VoloClassRows *const rows = volo_class_rows_new();
    g_autoptr(VoloSegmentation) result = fake_segmentation("cityscapes", "m", 4, 5, street);

    (void)state;
    set(rows, result, NULL);
    assert_true(volo_class_rows_solo(rows, "car"));
    assert_false(hidden(rows, "car"));
    assert_true(hidden(rows, "road"));
    assert_true(volo_class_rows_toggle(rows, "road")); /* beside it */
    assert_false(hidden(rows, "road"));
    assert_true(hidden(rows, "sky"));
    assert_true(volo_class_rows_solo(rows, "road"));
    assert_true(hidden(rows, "car"));
    assert_true(volo_class_rows_solo(rows, "road"));
    for (size_t i = 0; i < 19; i++)
        assert_false(volo_class_rows_look(rows, 0)->hidden[i]);
    assert_true(volo_class_rows_hide_all(rows));
    assert_true(hidden(rows, "car"));
    volo_class_rows_free(rows);
}

static void makes_one_row_of_classes_of_one_name(void **state)
{
    VoloClassRows *const rows = volo_class_rows_new();
    g_autoptr(VoloSegmentation) result = fake_segmentation("cityscapes", "m", 4, 5, street);
    g_autoptr(VoloSegmentation) truth = fake_segmentation("camvid", "t", 4, 5, camvid);

    (void)state;
    set(rows, result, truth);
    const VoloClassFigures *const sky = volo_class_item_figures(row(rows, "sky"));
    assert_int_equal(sky->label[0], 10);
    assert_int_equal(sky->label[1], 0);
    assert_int_equal(sky->pixels[0], 3);
    assert_int_equal(sky->pixels[1], 2);
    assert_float_equal(sky->share[1], 0.1, 1e-9);
    const VoloClassFigures *const pedestrian = volo_class_item_figures(row(rows, "pedestrian"));
    assert_int_equal(pedestrian->label[0], -1);
    assert_int_equal(pedestrian->pixels[1], 2);
    /* One look on both sides, hidden together. */
    const VoloLook *const first = volo_class_rows_look(rows, 0);
    const VoloLook *const second = volo_class_rows_look(rows, 1);
    assert_memory_equal(first->colour[10], second->colour[0], 3);
    assert_memory_equal(sky->colour, second->colour[0], 3);
    assert_true(volo_class_rows_toggle(rows, "sky"));
    assert_true(first->hidden[10]);
    assert_true(second->hidden[0]);
    assert_false(second->hidden[1]);
    volo_class_rows_free(rows);
}

static void tells_two_classes_of_one_name_apart(void **state)
{
    static const char *const names[] = { "thing", "Thing", "other" };
    static const uint8_t labels[4] = { 0, 1, 1, 2 };
    VoloClassRows *const rows = volo_class_rows_new();
    VoloClassTable *classes;
    VoloMask *mask;

    (void)state;
    assert_int_equal(volo_class_table_new("t", 3, names, NULL, NULL, &classes, NULL), VOLO_OK);
    assert_int_equal(volo_mask_new(2, 2, labels, &mask, NULL), VOLO_OK);
    g_autoptr(VoloSegmentation) result = volo_segmentation_new(
        &(VoloSegmentationParts){ .mask = mask, .classes = classes, .source = "m" });
    volo_mask_unref(mask);
    set(rows, result, NULL);
    assert_int_equal(count(rows), 3);
    assert_int_equal(volo_class_item_figures(row(rows, "thing"))->pixels[0], 1);
    assert_int_equal(volo_class_item_figures(row(rows, "Thing"))->pixels[0], 2);
    volo_class_rows_toggle(rows, volo_class_item_key(row(rows, "Thing")));
    assert_false(hidden(rows, "thing"));
    assert_true(hidden(rows, "Thing"));
    volo_class_rows_free(rows);
}

static void styles_all_rows(void **state)
{
    static const uint8_t purple[3] = { 128, 64, 128 };
    VoloClassRows *const rows = volo_class_rows_new();
    g_autoptr(VoloSegmentation) result = fake_segmentation("cityscapes", "m", 4, 5, street);

    (void)state;
    set(rows, result, NULL);
    assert_memory_equal(volo_class_item_figures(row(rows, "road"))->colour, purple, 3);
    assert_int_equal(volo_class_item_figures(row(rows, "car"))->hatch, 0);
    assert_true(volo_class_rows_set_style(rows, VOLO_PALETTE_SAFE, TRUE));
    assert_memory_not_equal(volo_class_item_figures(row(rows, "road"))->colour, purple, 3);
    assert_int_equal(volo_class_item_figures(row(rows, "car"))->hatch,
                     volo_class_rows_look(rows, 0)->hatch[13]);
    assert_false(volo_class_rows_set_style(rows, VOLO_PALETTE_SAFE, TRUE));
    volo_class_rows_free(rows);
}

static void writes_and_reads_what_is_hidden(void **state)
{
    VoloClassChoice *const choice = volo_class_choice_new();
    VoloClassChoice *const other = volo_class_choice_new();

    (void)state;
    volo_class_choice_toggle(choice, "sky");
    volo_class_choice_toggle(choice, "car");
    g_auto(GStrv) hiding = volo_class_choice_write(choice);
    g_autofree char *text = g_strjoinv("|", hiding);
    assert_string_equal(text, "-|car|sky");
    volo_class_choice_read(other, (const char *const *)hiding);
    assert_true(volo_class_choice_hides(other, "car"));
    assert_false(volo_class_choice_hides(other, "road"));
    volo_class_choice_solo(choice, "sky");
    g_auto(GStrv) alone = volo_class_choice_write(choice);
    volo_class_choice_read(other, (const char *const *)alone);
    assert_false(volo_class_choice_hides(other, "sky"));
    assert_true(volo_class_choice_hides(other, "road"));
    volo_class_choice_read(other, NULL);
    assert_false(volo_class_choice_hides(other, "road"));
    volo_class_choice_free(choice);
    volo_class_choice_free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_pixels_and_shares),
        cmocka_unit_test(keeps_rows_from_picture_to_picture),
        cmocka_unit_test(hides_by_name_whatever_the_model),
        cmocka_unit_test(shows_one_class_alone_and_then_all),
        cmocka_unit_test(makes_one_row_of_classes_of_one_name),
        cmocka_unit_test(tells_two_classes_of_one_name_apart),
        cmocka_unit_test(styles_all_rows),
        cmocka_unit_test(writes_and_reads_what_is_hidden),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
