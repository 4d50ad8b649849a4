/* SPDX-License-Identifier: Apache-2.0 */
/* A contact sheet shows samples as they are: levels before they were normalised, labels in their
 * colours, grey squares where there is none. */
#include <volo/volo.h>

#include "support/train_tree.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    SIDE = 64,
    TOP = 12 + 34, /* of the first picture on the sheet, below its caption */
    LEFT = 12,
    BESIDE = SIDE + 4, /* from a picture to its labels */
};

typedef struct Scene {
    ScratchDir dir;
    VoloDataConfig *config;
    VoloDataOptions *options;
    VoloTrainSets *sets;
    VoloLoader *loader;
    const VoloBatch *batch;
} Scene;

static int setup(void **state)
{
    static Scene scene;
    VoloError err;

    scratch_dir_init(&scene.dir);
    tree_add_camvid(&scene.dir, "train", "a", 50, 90, 1);
    tree_add_camvid(&scene.dir, "train", "b", 70, 60, 5);
    scene.config = tree_config(VOLO_DATA_TRAINING, "camvid", scene.dir.path);
    scene.options = volo_data_config_options(scene.config);
    scene.options->augment.crop[0] = scene.options->augment.crop[1] = SIDE;
    scene.options->loader.batch = 3;
    scene.sets = tree_open(scene.config);
    if (volo_loader_new(scene.sets, scene.options, &scene.loader, &err) ||
        volo_loader_next(scene.loader, &scene.batch, &err))
        fail_msg("%s", err.message);
    *state = &scene;
    return 0;
}

static int teardown(void **state)
{
    Scene *s = *state;

    volo_loader_free(s->loader);
    volo_train_sets_free(s->sets);
    volo_data_config_free(s->config);
    scratch_dir_clear(&s->dir);
    return 0;
}

static VoloImage *draw(const Scene *s, size_t columns)
{
    const char *path = scratch_path(&s->dir, "sheet.png");
    VoloImage *image = NULL;
    VoloError err;

    if (volo_contact_sheet_write(path, s->sets, &s->options->augment, s->batch, columns, &err) ||
        volo_image_load(path, NULL, &image, &err))
        fail_msg("%s", err.message);
    return image;
}

static const uint8_t *pixel(const VoloImage *sheet, size_t row, size_t column)
{
    return volo_image_pixels(sheet) + 3 * (row * volo_image_width(sheet) + column);
}

/* Inside of the frame. */
static void compare_sample(const Scene *s, const VoloImage *sheet, size_t sample, size_t top,
                           size_t left)
{
    const VoloAugment *o = &s->options->augment;
    const VoloClassTable *classes = volo_train_sets_classes(s->sets);

    for (size_t i = 1; i + 1 < SIDE; i++) {
        for (size_t j = 1; j + 1 < SIDE; j++) {
            const size_t at = (sample * SIDE + i) * SIDE + j;
            const uint8_t *shown = pixel(sheet, top + i, left + j);
            const uint8_t *label = pixel(sheet, top + i, left + BESIDE + j);

            for (size_t k = 0; k < 3; k++)
                assert_int_equal(shown[k],
                                 lrintf(s->batch->x[3 * at + k] * o->std[k] + o->mean[k]));
            if (s->batch->labels[at] == VOLO_LABEL_IGNORE)
                assert_true(label[0] == label[1] && (label[0] == 200 || label[0] == 232));
            else
                assert_memory_equal(label,
                                    volo_class_table_get(classes, s->batch->labels[at])->colour, 3);
        }
    }
}

static void shows_pictures_and_labels(void **state)
{
    const size_t across = 2 * SIDE + 4 + 12, down = SIDE + 34 + 12;
    Scene *s = *state;
    VoloImage *sheet = draw(s, 2);

    assert_int_equal(volo_image_width(sheet), 12 + 2 * across);
    compare_sample(s, sheet, 0, TOP, LEFT);
    compare_sample(s, sheet, 1, TOP, LEFT + across);
    compare_sample(s, sheet, 2, TOP + down, LEFT);
    volo_image_unref(sheet);
}

static void has_no_more_columns_than_samples(void **state)
{
    Scene *s = *state;
    VoloImage *sheet = draw(s, 64);

    assert_int_equal(volo_image_width(sheet), 12 + 3 * (2 * SIDE + 4 + 12));
    volo_image_unref(sheet);
}

static void refuses_no_columns(void **state)
{
    Scene *s = *state;
    VoloError err;

    assert_int_equal(volo_contact_sheet_write(scratch_path(&s->dir, "sheet.png"), s->sets,
                                              &s->options->augment, s->batch, 0, &err),
                     VOLO_ERR_ARGUMENT);
    assert_string_equal(err.message, "0 columns, expected 1..64");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(shows_pictures_and_labels),
        TEST(has_no_more_columns_than_samples),
        TEST(refuses_no_columns),
    };
    VoloError err;

    if (volo_init(&err))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
