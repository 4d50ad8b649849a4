/* SPDX-License-Identifier: Apache-2.0 */
/* Palettes and hatching. */
#include "app/viewer/look.h"
#include "app/viewer/safe_palette.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static VoloClassTable *open_table(const char *name)
{
    VoloClassTable *table = NULL;

    assert_int_equal(volo_class_table_open(name, &table, NULL), VOLO_OK);
    return table;
}

static size_t find(const VoloClassTable *table, const char *name)
{
    for (size_t i = 0; i < volo_class_table_count(table); i++)
        if (!strcmp(volo_class_table_get(table, i)->name, name))
            return i;
    fail_msg("no class '%s'", name);
    return 0;
}

static void has_the_colours_of_the_table(void **state)
{
    VoloClassTable *table = open_table("cityscapes");
    VoloLook look;

    (void)state;
    volo_look_init(&look, table, VOLO_PALETTE_MODEL, false);
    for (size_t i = 0; i < 19; i++) {
        assert_memory_equal(look.colour[i], volo_class_table_get(table, i)->colour, 3);
        assert_int_equal(look.hatch[i], 0);
        assert_false(look.hidden[i]);
    }
    for (size_t i = 19; i < 256; i++)
        assert_true(look.hidden[i]);
    volo_class_table_free(table);
}

static void borrows_colours_by_name(void **state)
{
    VoloClassTable *ade = open_table("ade20k"), *cityscapes = open_table("cityscapes");
    const size_t car = find(ade, "car"), bed = find(ade, "bed");
    VoloLook look;

    (void)state;
    volo_look_init(&look, ade, VOLO_PALETTE_CITYSCAPES, false);
    assert_memory_equal(look.colour[car],
                        volo_class_table_get(cityscapes, find(cityscapes, "car"))->colour, 3);
    assert_memory_equal(look.colour[bed], volo_class_table_get(ade, bed)->colour, 3);
    volo_look_init(&look, cityscapes, VOLO_PALETTE_ADE20K, false);
    assert_memory_equal(look.colour[find(cityscapes, "car")],
                        volo_class_table_get(ade, car)->colour, 3);
    volo_class_table_free(ade);
    volo_class_table_free(cityscapes);
}

static void hatches_neighbours_differently(void **state)
{
    VoloClassTable *table = open_table("ade20k");
    VoloLook look;

    (void)state;
    volo_look_init(&look, table, VOLO_PALETTE_SAFE, true);
    for (size_t i = 0; i < 150; i++) {
        assert_true(look.hatch[i] < VOLO_HATCHES);
        assert_true(!i || look.hatch[i] != look.hatch[i - 1]);
    }
    assert_int_equal(look.hatch[255], 0);
    volo_class_table_free(table);
}

static double least_difference(uint8_t (*colours)[3], int count)
{
    double least = (double)INFINITY;

    for (int i = 0; i < count; i++)
        for (int j = 0; j < i; j++)
            least = fmin(least, volo_colour_difference(colours[i], colours[j]));
    return least;
}

/* To the eye that tells them apart worst, with black and white 1 apart. */
static void tells_classes_apart_with_any_eye(void **state)
{
    VoloClassTable *table = open_table("cityscapes");
    VoloLook official, safe;

    (void)state;
    volo_look_init(&official, table, VOLO_PALETTE_MODEL, false);
    volo_look_init(&safe, table, VOLO_PALETTE_SAFE, false);
    print_message("# least difference: official %.3f, safe %.3f\n",
                  least_difference(official.colour, 19), least_difference(safe.colour, 19));
    assert_true(least_difference(safe.colour, 8) > 0.12);
    assert_true(least_difference(safe.colour, 19) > 0.075);
    assert_true(least_difference(safe.colour, 19) > 4 * least_difference(official.colour, 19));
    volo_class_table_free(table);
}

static void never_repeats_a_safe_colour(void **state)
{
    uint8_t colours[255][3], few[8][3];

    (void)state;
    volo_safe_palette(colours, 255);
    volo_safe_palette(few, 8);
    assert_memory_equal(colours, few, sizeof few);
    for (int i = 0; i < 255; i++)
        for (int j = 0; j < i; j++)
            assert_true(memcmp(colours[i], colours[j], 3));
}

/* Red and olive of about one lightness are hard to tell apart without middle cones. */
static void simulates_colour_vision(void **state)
{
    static const uint8_t black[3] = { 0, 0, 0 }, white[3] = { 255, 255, 255 };
    static const uint8_t red[3] = { 163, 0, 0 }, olive[3] = { 93, 93, 0 };

    (void)state;
    assert_true(fabs(volo_colour_difference(black, white) - 1) < 1e-3);
    assert_true(volo_colour_difference(red, red) == 0);
    assert_true(volo_colour_difference(red, olive) < 0.12); /* 0.2 to the common eye */
}

static void names_palettes(void **state)
{
    (void)state;
    assert_string_equal(volo_palette_name(VOLO_PALETTE_MODEL), "model");
    assert_string_equal(volo_palette_name(VOLO_PALETTE_CITYSCAPES), "cityscapes");
    assert_string_equal(volo_palette_name(VOLO_PALETTE_ADE20K), "ade20k");
    assert_string_equal(volo_palette_name(VOLO_PALETTE_SAFE), "safe");
    assert_string_equal(volo_palette_name(VOLO_PALETTES), "model");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_the_colours_of_the_table),
        cmocka_unit_test(borrows_colours_by_name),
        cmocka_unit_test(hatches_neighbours_differently),
        cmocka_unit_test(tells_classes_apart_with_any_eye),
        cmocka_unit_test(never_repeats_a_safe_colour),
        cmocka_unit_test(simulates_colour_vision),
        cmocka_unit_test(names_palettes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
