/* SPDX-License-Identifier: Apache-2.0 */
/* From picture to sample: pictures whose colours and labels say where they lie show whether both
 * are scaled, cropped and mirrored alike. */
#include "image/resize_opencv.h"
#include "train/augment.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    SIDE = 240, /* of pictures that say where they lie */
    MOST = 64,  /* pixels of a crop's side */
};

typedef struct Made {
    float x[MOST * MOST * 3];
    uint8_t labels[MOST * MOST];
    VoloAugmentTrace trace;
} Made;

/* Nothing but a crop at the picture's own size. */
static VoloAugment plain(size_t h, size_t w)
{
    VoloAugment augment = VOLO_AUGMENT_INIT;

    augment.crop[0] = h;
    augment.crop[1] = w;
    augment.scale[0] = augment.scale[1] = 1;
    augment.cat_max_ratio = 1;
    augment.flip = augment.photometric = augment.blur = augment.erase = 0;
    for (size_t i = 0; i < 3; i++) { /* so that x is levels */
        augment.mean[i] = 0;
        augment.std[i] = 1;
    }
    return augment;
}

static void make(const VoloAugment *augment, const VoloAugmentSource *source, uint64_t position,
                 Made *made)
{
    VoloStream stream = volo_stream_at(11, VOLO_STREAM_AUGMENT, position);
    VoloAugmentScratch *scratch = NULL;

    assert_int_equal(volo_augment_scratch_new(augment, &scratch, NULL), VOLO_OK);
    memset(made, 0xff, sizeof *made);
    volo_augment_run(augment, source, &stream, scratch, made->x, made->labels, &made->trace);
    volo_augment_scratch_free(scratch);
}

/* Red is the column, green the row; labels are rows or columns. */
typedef struct Placed {
    uint8_t rgb[SIDE * SIDE * 3], labels[SIDE * SIDE];
} Placed;

static VoloAugmentSource placed_source(Placed *p, bool by_rows)
{
    for (size_t i = 0; i < SIDE * SIDE; i++) {
        const uint8_t row = (uint8_t)(i / SIDE), column = (uint8_t)(i % SIDE);
        const uint8_t rgb[3] = { column, row, 128 };

        memcpy(p->rgb + 3 * i, rgb, 3);
        p->labels[i] = by_rows ? row : column;
    }
    return (VoloAugmentSource){ p->rgb, p->labels, SIDE, SIDE, SIDE, SIDE, -1 };
}

/* How far labels and colours lie apart, on the mean and at most. */
static void compare_places(const Made *made, const VoloAugment *o, bool by_rows)
{
    const size_t pixels = o->crop[0] * o->crop[1];
    double sum = 0;

    for (size_t i = 0; i < pixels; i++) {
        const double apart = (double)made->x[3 * i + by_rows] - made->labels[i];

        assert_true(fabs(apart) <= 1.5); /* half a pixel, and a level of rounding */
        sum += apart;
    }
    assert_true(fabs(sum / (double)pixels) < 0.3);
}

static void lays_pictures_and_labels_alike(void **state)
{
    static const double scales[] = { 0.53, 0.61, 0.7, 0.87, 1, 1.13, 1.3, 1.7, 1.97 };
    static Placed placed;
    static Made made;

    (void)state;
    for (size_t s = 0; s < sizeof scales / sizeof *scales; s++) {
        for (unsigned i = 0; i < 24; i++) {
            const bool by_rows = i % 2 == 0;
            const VoloAugmentSource source = placed_source(&placed, by_rows);
            VoloAugment augment = plain(48, 60);

            augment.scale[0] = augment.scale[1] = scales[s];
            augment.flip = 0.5;
            make(&augment, &source, i, &made);
            compare_places(&made, &augment, by_rows);
            assert_true(fabs(made.trace.scale - scales[s]) < 1e-12);
        }
    }
}

static void scales_the_base_and_not_the_picture(void **state)
{
    static Placed placed;
    static Made made;
    VoloAugmentSource source = placed_source(&placed, true);
    VoloAugment augment = plain(64, 64);
    const VoloResize sizes[] = { { VOLO_RESIZE_NONE, 0, 0, 0, 0 },
                                 { VOLO_RESIZE_EXACT, 120, 480, 0, 0 },
                                 { VOLO_RESIZE_KEEP_RATIO, 0, 0, 300, 100 } };
    const size_t bases[][2] = { { 100, 50 }, { 120, 480 }, { 200, 100 } };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        size_t base[2];

        assert_int_equal(volo_augment_base(&sizes[i], 100, 50, base, NULL), VOLO_OK);
        assert_memory_equal(base, bases[i], sizeof base);
    }
    source.base_h = source.base_w = SIDE / 2;
    augment.scale[0] = augment.scale[1] = 0.5;
    make(&augment, &source, 0, &made); /* 60x60: all of it, each fourth row */
    assert_int_equal(made.labels[0], 2);
    assert_int_equal(made.labels[59 * 64], 238);
    assert_int_equal(made.labels[60 * 64], VOLO_LABEL_IGNORE);
}

static void resizes_to_the_bytes_of_opencv(void **state)
{
    static uint8_t rgb[23 * 31 * 3], labels[23 * 31], wanted[MOST * MOST * 3];
    static Made made;
    static float table[6 * MOST];
    static const size_t sizes[][2] = { { 17, 29 }, { 46, 62 }, { 23, 31 }, { 64, 33 } };

    (void)state;
    for (size_t i = 0; i < sizeof rgb; i++)
        rgb[i] = (uint8_t)(i * i * 7 % 251);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        const size_t h = sizes[s][0], w = sizes[s][1];
        const VoloAugment augment = plain(h, w);
        const VoloAugmentSource source = { rgb, labels, 23, 31, h, w, -1 };

        volo_resize_opencv(wanted, h, w, rgb, 23, 31, table, 1);
        make(&augment, &source, 0, &made);
        for (size_t i = 0; i < 3 * h * w; i++)
            assert_int_equal((int)made.x[i], wanted[i]);
    }
}

static void mirrors_picture_and_labels(void **state)
{
    static Placed placed;
    static Made straight, mirrored;
    const VoloAugmentSource source = placed_source(&placed, false);
    VoloAugment augment = plain(40, 30);

    (void)state;
    augment.scale[0] = augment.scale[1] = 1.3;
    make(&augment, &source, 5, &straight);
    augment.flip = 1;
    make(&augment, &source, 5, &mirrored);
    assert_true(mirrored.trace.flipped && !straight.trace.flipped);
    for (size_t i = 0; i < 40; i++) {
        for (size_t j = 0; j < 30; j++) {
            const size_t here = i * 30 + j, there = i * 30 + 29 - j;

            assert_int_equal(straight.labels[here], mirrored.labels[there]);
            assert_memory_equal(straight.x + 3 * here, mirrored.x + 3 * there, 3 * sizeof(float));
        }
    }
}

static void pads_with_the_mean_and_no_label(void **state)
{
    static uint8_t rgb[20 * 25 * 3], labels[20 * 25];
    static Made made;
    const VoloAugmentSource source = { rgb, labels, 20, 25, 20, 25, -1 };
    VoloAugment augment = VOLO_AUGMENT_INIT;

    (void)state;
    memset(rgb, 200, sizeof rgb);
    memset(labels, 3, sizeof labels);
    augment.crop[0] = 32;
    augment.crop[1] = 40;
    augment.scale[0] = augment.scale[1] = 1;
    augment.photometric = augment.erase = augment.blur = 0;
    make(&augment, &source, 0, &made);
    for (size_t i = 0; i < 32 * 40; i++) {
        const bool inside = i / 40 < 20 && i % 40 < 25;

        assert_int_equal(made.labels[i], inside ? 3 : VOLO_LABEL_IGNORE);
        for (size_t k = 0; k < 3; k++) {
            const float wanted = inside ? (200 - augment.mean[k]) / augment.std[k] : 0;

            assert_true(made.x[3 * i + k] == wanted);
        }
    }
}

static void erases_a_box(void **state)
{
    static Placed placed;
    static Made whole, erased;
    const VoloAugmentSource source = placed_source(&placed, true);
    VoloAugment augment = plain(64, 64);

    (void)state;
    augment.erase_area[0] = 0.05;
    augment.erase_area[1] = 0.2;
    for (uint64_t position = 0; position < 60; position++) {
        size_t top = 64, bottom = 0, left = 64, right = 0, count = 0;

        augment.erase = 0;
        make(&augment, &source, position, &whole);
        augment.erase = 1;
        make(&augment, &source, position, &erased);
        for (size_t i = 0; i < 64 * 64; i++) {
            const size_t row = i / 64, column = i % 64;

            if (erased.labels[i] != VOLO_LABEL_IGNORE) {
                assert_int_equal(erased.labels[i], whole.labels[i]);
                assert_memory_equal(erased.x + 3 * i, whole.x + 3 * i, 3 * sizeof(float));
                continue;
            }
            assert_true(erased.x[3 * i] == 0 && erased.x[3 * i + 2] == 0);
            top = row < top ? row : top;
            bottom = row > bottom ? row : bottom;
            left = column < left ? column : left;
            right = column > right ? column : right;
            count++;
        }
        assert_int_equal(count, (bottom - top + 1) * (right - left + 1));
        assert_in_range(count, 0.04 * 64 * 64, 0.21 * 64 * 64);
    }
}

/* Left three quarters are of one class. */
static unsigned count_even_crops(double cat_max_ratio)
{
    static uint8_t rgb[100 * 100 * 3], labels[100 * 100];
    static Made made;
    const VoloAugmentSource source = { rgb, labels, 100, 100, 100, 100, -1 };
    VoloAugment augment = plain(32, 32);
    unsigned even = 0;

    for (size_t i = 0; i < sizeof labels; i++)
        labels[i] = (uint8_t)(i % 100 < 75 ? 1 : i % 100 < 76 ? VOLO_LABEL_IGNORE : 2);
    augment.cat_max_ratio = cat_max_ratio;
    for (uint64_t position = 0; position < 300; position++) {
        size_t count[3] = { 0 };

        make(&augment, &source, position, &made);
        for (size_t i = 0; i < 32 * 32; i++) {
            if (made.labels[i] < 3)
                count[made.labels[i]]++;
        }
        even += (double)count[1] >= 0.75 * (double)(count[1] + count[2]);
    }
    return even;
}

/* Of places for the crop 19/69 have enough of both classes: (50/69)^10 is 4 %. */
static void draws_crops_anew_until_no_class_has_too_much(void **state)
{
    (void)state;
    assert_true(count_even_crops(1) > 170);
    assert_true(count_even_crops(0.75) < 40);
}

static void crops_around_a_pixel_of_the_class(void **state)
{
    static uint8_t rgb[200 * 150 * 3], labels[200 * 150];
    static Made made;
    const VoloAugmentSource source = { rgb, labels, 200, 150, 200, 150, 7 };
    VoloAugment augment = plain(32, 48);
    bool left_half = false, right_half = false;

    (void)state;
    memset(labels, 1, sizeof labels);
    labels[199 * 150 + 149] = 7; /* the last corner */
    labels[100 * 150 + 75] = 7;
    augment.scale[0] = 1;
    augment.scale[1] = 2;
    augment.flip = 0.5;
    for (uint64_t position = 0; position < 200; position++) {
        size_t at = 0;

        make(&augment, &source, position, &made);
        while (at < 32 * 48 && made.labels[at] != 7)
            at++;
        assert_true(at < 32 * 48);
        left_half = left_half || at % 48 < 12;
        right_half = right_half || at % 48 >= 36;
    }
    assert_true(left_half && right_half); /* not in the middle of the crop */
}

static void a_class_that_is_not_there_does_no_harm(void **state)
{
    static Placed placed;
    static Made made;
    VoloAugmentSource source = placed_source(&placed, true);
    const VoloAugment augment = plain(32, 32);

    (void)state;
    source.focus = 250;
    make(&augment, &source, 0, &made);
    assert_true(made.labels[0] < SIDE);
}

static void is_a_function_of_the_position(void **state)
{
    static Placed placed;
    static Made first, again, other;
    const VoloAugmentSource source = placed_source(&placed, true);
    VoloAugment augment = VOLO_AUGMENT_INIT;

    (void)state;
    augment.crop[0] = augment.crop[1] = MOST;
    augment.blur = augment.erase = 1;
    make(&augment, &source, 17, &first);
    make(&augment, &source, 18, &other);
    make(&augment, &source, 17, &again);
    assert_memory_equal(first.x, again.x, sizeof first.x);
    assert_memory_equal(first.labels, again.labels, sizeof first.labels);
    assert_memory_not_equal(first.x, other.x, sizeof first.x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lays_pictures_and_labels_alike),
        cmocka_unit_test(scales_the_base_and_not_the_picture),
        cmocka_unit_test(resizes_to_the_bytes_of_opencv),
        cmocka_unit_test(mirrors_picture_and_labels),
        cmocka_unit_test(pads_with_the_mean_and_no_label),
        cmocka_unit_test(erases_a_box),
        cmocka_unit_test(draws_crops_anew_until_no_class_has_too_much),
        cmocka_unit_test(crops_around_a_pixel_of_the_class),
        cmocka_unit_test(a_class_that_is_not_there_does_no_harm),
        cmocka_unit_test(is_a_function_of_the_position),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
