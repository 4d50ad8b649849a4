/* SPDX-License-Identifier: Apache-2.0 */
#include "app/viewer/comparison.h"
#include "app/viewer/truth.h"
#include "app/viewer/viewer_error.h"

#include <volo/session.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/viewer/main_loop.h"

static VoloSegmentation *make(const char *table, size_t height, size_t width, const uint8_t *labels)
{
    VoloClassTable *classes;
    VoloMask *mask;
    VoloError err;

    assert_int_equal(volo_mask_new(height, width, labels, &mask, &err), VOLO_OK);
    assert_int_equal(volo_class_table_open(table, &classes, &err), VOLO_OK);
    VoloSegmentation *const made = volo_segmentation_new(
        &(VoloSegmentationParts){ .mask = mask, .classes = classes, .source = table });
    volo_mask_unref(mask);
    return made;
}

static gboolean same(double a, double b)
{
    return (isnan(a) && isnan(b)) || !(a < b || a > b || isnan(a) || isnan(b));
}

static void check_refused(VoloSegmentation *a, VoloSegmentation *b, VoloStatus status,
                          const char *message)
{
    GError *error = NULL;

    assert_null(volo_comparison_new(a, b, &error));
    assert_int_equal(volo_viewer_error_status(error), status);
    assert_string_equal(error->message, message);
    g_error_free(error);
    g_object_unref(a);
    g_object_unref(b);
}

static void counts_as_one_would_by_hand(void **state)
{
    static const uint8_t predicted[] = { 0, 0, 1, 1, 2, 255, 0, 13 };
    static const uint8_t truth[] = { 0, 1, 1, 1, 2, 2, 255, 255 };
    static const uint8_t errors[] = { 0, 1, 0, 0, 0, 1, 255, 255 };
    VoloSegmentation *const a = make("cityscapes", 2, 4, predicted);
    VoloSegmentation *const b = make("cityscapes", 2, 4, truth);
    VoloComparison *const made = volo_comparison_new(a, b, NULL);

    (void)state;
    assert_memory_equal(volo_mask_labels(volo_comparison_errors(made)), errors, 8);
    assert_true(same(volo_comparison_iou(made, 0), 1.0 / 2));
    assert_true(same(volo_comparison_iou(made, 1), 2.0 / 3));
    assert_true(same(volo_comparison_iou(made, 2), 1.0 / 2));
    assert_true(isnan(volo_comparison_iou(made, 3)));
    assert_true(isnan(volo_comparison_iou(made, 13))); /* only where the truth says nothing */
    assert_true(isnan(volo_comparison_iou(made, 19)));
    assert_true(fabs(volo_comparison_mean_iou(made) - (0.5 + 2.0 / 3 + 0.5) / 3) < 1e-15);
    assert_true(same(volo_comparison_accuracy(made), 4.0 / 6));
    g_object_unref(made);
    g_object_unref(a);
    g_object_unref(b);
}

static void folds_classes_into_those_of_the_truth(void **state)
{
    /* Cityscapes' road, sidewalk, building, sky, car, truck and CamVid's. */
    static const uint8_t predicted[] = { 0, 1, 2, 10, 13, 14 };
    static const uint8_t truth[] = { 3, 4, 1, 0, 8, 1 };
    static const uint8_t errors[] = { 0, 0, 0, 0, 0, 1 };
    VoloSegmentation *const a = make("cityscapes", 1, 6, predicted);
    VoloSegmentation *const b = make("camvid", 1, 6, truth);
    GError *error = NULL;
    VoloComparison *const made = volo_comparison_new(a, b, &error);

    (void)state;
    assert_null(error);
    assert_memory_equal(volo_mask_labels(volo_comparison_errors(made)), errors, 6);
    assert_true(same(volo_comparison_iou(made, 0), 1));
    assert_true(
        same(volo_comparison_iou(made, 13), 1.0 / 2)); /* cars, of which one is a building */
    assert_true(same(volo_comparison_iou(made, 14), 1.0 / 2)); /* trucks go where cars go */
    g_object_unref(made);
    g_object_unref(a);
    g_object_unref(b);
}

static void says_why_two_cannot_be_compared(void **state)
{
    static const uint8_t labels[6] = { 0 };

    (void)state;
    check_refused(make("cityscapes", 2, 3, labels), make("cityscapes", 3, 2, labels),
                  VOLO_ERR_SHAPE, "'cityscapes' has 2x3 pixels, 'cityscapes' 3x2 (HxW)");
    check_refused(make("ade20k", 2, 3, labels), make("cityscapes", 2, 3, labels), VOLO_ERR_MISSING,
                  "the 150 classes of 'ade20k' (ade20k) cannot be held against the 19 of "
                  "'cityscapes' (cityscapes)");
}

/* --- the same as volo-eval -------------------------------------------------------------------- */

/* What the default model says of a sample. */
static VoloSegmentation *segment(int index)
{
    VoloModel *const model = sample_model();
    VoloImage *const image = sample_image(index);
    VoloSession *session = NULL;
    VoloMask *mask = NULL;
    VoloError err;

    if (volo_session_new(model, NULL, &session, &err) ||
        volo_session_segment(session, image, &mask, &err))
        fail_msg("%s", err.message);
    VoloSegmentation *const made = volo_segmentation_new(&(VoloSegmentationParts){
        .mask = mask,
        .classes = volo_segmentation_copy_classes(volo_model_classes(model), NULL),
        .source = "model" });
    volo_mask_unref(mask);
    volo_session_free(session);
    volo_image_unref(image);
    volo_model_unref(model);
    return made;
}

/* Written with the ids of label files. */
static const char *write_ids(const ScratchDir *dir, const char *name, VoloSegmentation *made)
{
    const VoloMask *const mask = volo_segmentation_mask(made);
    const size_t height = volo_mask_height(mask), width = volo_mask_width(mask);
    uint8_t *const ids = g_malloc(height * width);

    for (size_t i = 0; i < height * width; i++)
        ids[i] = (uint8_t)volo_class_table_get(volo_segmentation_classes(made),
                                               volo_mask_labels(mask)[i])
                     ->id;
    const char *const path = write_grey(dir, name, height, width, ids);
    g_free(ids);
    return path;
}

/* The table that volo-eval prints for one pair. */
static char **score(const char *truth, const char *prediction)
{
    const char *const arguments[] = { getenv("VOLO_EVAL"),
                                      "score",
                                      "-d",
                                      "cityscapes",
                                      "--no-instances",
                                      "--no-boundaries",
                                      "--convention",
                                      "cityscapes",
                                      "--csv",
                                      "-q",
                                      truth,
                                      prediction,
                                      NULL };
    char *out = NULL;
    GError *error = NULL;
    int status;

    if (!g_spawn_sync(NULL, (char **)(uintptr_t)arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out,
                      NULL, &status, &error))
        fail_msg("%s", error->message);
    assert_int_equal(status, 0);
    char **const lines = g_strsplit(out, "\n", -1);
    g_free(out);
    return lines;
}

static double number(char *const *fields, size_t column)
{
    return fields[column][0] ? g_ascii_strtod(fields[column], NULL) : (double)NAN;
}

static void check_scores(VoloComparison *made, char *const *lines)
{
    guint class_index = 0;
    gboolean mean = FALSE;

    for (size_t i = 0; lines[i] && lines[i][0]; i++) {
        char **const fields = g_strsplit(lines[i], ",", -1);

        if (strcmp(fields[0], "class") == 0) {
            if (!same(number(fields, 5), volo_comparison_iou(made, class_index++)))
                fail_msg("%s", lines[i]);
        } else if (strcmp(fields[0], "mean") == 0) {
            assert_true(same(number(fields, 5), volo_comparison_mean_iou(made)));
            assert_true(same(number(fields, 12), volo_comparison_accuracy(made)));
            mean = TRUE;
        }
        g_strfreev(fields);
    }
    assert_int_equal(class_index, 19);
    assert_true(mean);
}

static void figures_are_those_of_volo_eval(void **state)
{
    const char *dataset = NULL;
    GError *error = NULL;
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    for (int i = 0; i < 3; i++) {
        char *const path = volo_truth_find(sample_picture(i), &dataset);
        VoloSegmentation *const truth = volo_truth_load(path, dataset, NULL, NULL, &error);
        VoloSegmentation *const prediction = segment(i);
        VoloComparison *const made = volo_comparison_new(prediction, truth, &error);
        char *const name = g_strdup_printf("pred/scenes_%06d_000019.png", i);

        assert_null(error);
        assert_true(volo_comparison_mean_iou(made) > 0.2);
        char **const lines = score(path, write_ids(&dir, name, prediction));
        check_scores(made, lines);
        g_strfreev(lines);
        g_free(name);
        g_object_unref(made);
        g_object_unref(prediction);
        g_object_unref(truth);
        g_free(path);
    }
    scratch_dir_clear(&dir);
}

static int start_library(void **state)
{
    VoloError err;

    (void)state;
    return (int)volo_init(&err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_as_one_would_by_hand),
        cmocka_unit_test(folds_classes_into_those_of_the_truth),
        cmocka_unit_test(says_why_two_cannot_be_compared),
        cmocka_unit_test(figures_are_those_of_volo_eval),
    };
    return cmocka_run_group_tests(tests, start_library, NULL);
}
