/* SPDX-License-Identifier: Apache-2.0 */
/* Every allocation of an evaluation is refused in turn, once or from then on: the answer is "out of
 * memory", or right all the same where another way was left (libpng instead of the plain reader),
 * and nothing leaks (LeakSanitizer). */
#include <volo/metrics.h>

#include "support/refuse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char tree[4096], predictions[4096], polygons[4096];

static VoloStatus open_set(VoloError *err)
{
    VoloDatasetOptions options = VOLO_DATASET_OPTIONS_INIT;
    VoloDataset *dataset = NULL;

    options.name = "cityscapes";
    options.root = tree;
    options.without_images = true;
    VoloStatus status = volo_dataset_open(&options, &dataset, err);
    if (!status)
        status = volo_dataset_match_predictions(dataset, predictions, NULL, NULL, err);
    volo_dataset_free(dataset);
    return status;
}

static void listing_a_data_set(void **state)
{
    (void)state;
    refuse_in_turn(open_set, 10);
}

static VoloStatus open_map(VoloError *err)
{
    VoloClassTable *model = NULL, *table = NULL;
    VoloLabelSpace *space = NULL;
    VoloLabelMap *map = NULL;

    VoloStatus status = volo_class_table_open("cityscapes", &model, err);
    if (!status)
        status = volo_class_table_open("iddlite", &table, err);
    if (!status)
        status = volo_label_space_new(table, VOLO_LABELS_IDS, &space, err);
    if (!status)
        status = volo_label_map_open("cityscapes19-iddlite7", model, space, &map, err);
    volo_label_map_free(map);
    volo_label_space_free(space);
    volo_class_table_free(table);
    volo_class_table_free(model);
    return status;
}

static void opening_a_map(void **state)
{
    (void)state;
    refuse_in_turn(open_map, 6);
}

/* Opened once; what is refused is in counting. */
static VoloDataset *dataset;

static VoloStatus load_pair(VoloRawPicture *const picture[3], VoloError *err)
{
    VoloPairBuffer buffer;
    const VoloPair pair = volo_dataset_pair(dataset, 0, &buffer);
    VoloStatus status = volo_dataset_load_labels(dataset, 0, picture[0], err);

    if (!status)
        status = volo_raw_picture_load_labels(picture[1], pair.prediction, err);
    if (!status)
        status = volo_dataset_load_instances(dataset, 0, picture[2], err);
    return status;
}

static VoloStatus count_pair(VoloRawPicture *const picture[3], VoloImageCounter *counter,
                             VoloImageRecord *record, VoloError *err)
{
    const VoloImagePixels pixels = { .name = "a",
                                     .height = volo_raw_picture_height(picture[0]),
                                     .width = volo_raw_picture_width(picture[0]),
                                     .labels = volo_raw_picture_labels(picture[0]),
                                     .predictions = volo_raw_picture_labels(picture[1]),
                                     .instances = volo_raw_picture_instances(picture[2]) };
    static uint8_t bytes[1 << 16];
    size_t used;

    VoloStatus status = volo_image_counter_count(counter, &pixels, record, err);
    if (!status) {
        const size_t length = volo_image_record_write(record, bytes, sizeof bytes);
        status = volo_image_record_parse(record, bytes, length, &used, err);
    }
    return status;
}

static VoloStatus evaluate(VoloError *err)
{
    const VoloMetricOptions options = { true, true, 0.05 };
    VoloRawPicture *picture[3] = { NULL };
    VoloImageCounter *counter = NULL;
    VoloImageRecord *record = NULL;
    VoloEvaluation *evaluation = NULL;
    VoloStatus status = VOLO_OK;

    for (size_t i = 0; i < 3 && !status; i++)
        status = volo_raw_picture_new(&picture[i], err);
    if (!status)
        status = volo_image_counter_new(volo_dataset_space(dataset), &options, &counter, err);
    if (!status)
        status = volo_image_record_new(&record, err);
    if (!status)
        status = volo_evaluation_new(volo_dataset_space(dataset), &evaluation, err);
    if (!status)
        status = load_pair(picture, err);
    if (!status)
        status = count_pair(picture, counter, record, err);
    if (!status)
        status = volo_evaluation_add(evaluation, record, err);
    volo_evaluation_free(evaluation);
    volo_image_record_free(record);
    volo_image_counter_free(counter);
    for (size_t i = 0; i < 3; i++)
        volo_raw_picture_free(picture[i]);
    return status;
}

static void counting_a_picture(void **state)
{
    VoloDatasetOptions options = VOLO_DATASET_OPTIONS_INIT;

    (void)state;
    options.name = "cityscapes";
    options.root = tree;
    options.without_images = true;
    assert_int_equal(volo_dataset_open(&options, &dataset, NULL), VOLO_OK);
    assert_int_equal(volo_dataset_match_predictions(dataset, predictions, NULL, NULL, NULL),
                     VOLO_OK);
    refuse_in_turn(evaluate, 15);
    volo_dataset_free(dataset);
}

static VoloLabelSpace *space;

static VoloStatus draw(VoloError *err)
{
    VoloRawPicture *picture = NULL;
    VoloStatus status = volo_raw_picture_new(&picture, err);

    if (!status)
        status = volo_raw_picture_load_polygons(picture, polygons, space, err);
    volo_raw_picture_free(picture);
    return status;
}

static void drawing_polygons(void **state)
{
    VoloClassTable *table = NULL;

    (void)state;
    assert_int_equal(volo_class_table_open("cityscapes", &table, NULL), VOLO_OK);
    assert_int_equal(volo_label_space_new(table, VOLO_LABELS_IDS, &space, NULL), VOLO_OK);
    volo_class_table_free(table);
    refuse_in_turn(draw, 5);
    volo_label_space_free(space);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(listing_a_data_set),
        cmocka_unit_test(opening_a_map),
        cmocka_unit_test(counting_a_picture),
        cmocka_unit_test(drawing_polygons),
    };
    const char *golden = getenv("VOLO_GOLDEN_DIR");

    snprintf(tree, sizeof tree, "%s/eval/cityscapes/groups", golden);
    snprintf(predictions, sizeof predictions, "%s/eval/cityscapes/groups/pred", golden);
    snprintf(polygons, sizeof polygons, "%s/polygons/shape00.json", golden);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
