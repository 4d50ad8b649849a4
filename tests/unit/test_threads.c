/* SPDX-License-Identifier: Apache-2.0 */
/* Two jobs on one model from two threads, at two sizes: the same bytes as one after the other;
 * pairs of one data set counted by three. Also built with ThreadSanitizer. */
#include <volo/volo.h>

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct Work {
    VoloModel *model;
    size_t h, w;
    int rounds;
    VoloMask *mask; /* of the last round */
    VoloError err;
} Work;

static VoloImage *striped_image(size_t h, size_t w)
{
    uint8_t *rgb = malloc(3 * h * w);
    VoloImage *image = NULL;

    for (size_t i = 0; i < 3 * h * w; i++)
        rgb[i] = (uint8_t)(i * i % 253);
    if (volo_image_new(h, w, rgb, &image, NULL))
        abort();
    free(rgb);
    return image;
}

static void *segment(void *user)
{
    Work *work = user;
    VoloSession *session = NULL;
    VoloImage *image = striped_image(work->h, work->w);
    VoloStatus status = volo_session_new(work->model, NULL, &session, &work->err);

    for (int i = 0; i < work->rounds && !status; i++) {
        volo_mask_unref(work->mask);
        work->mask = NULL;
        status = volo_session_segment(session, image, &work->mask, &work->err);
    }
    volo_session_free(session);
    volo_image_unref(image);
    return NULL;
}

static void two_threads_equal_two_serial_runs(void **state)
{
    char path[512];
    VoloModel *model = NULL;
    VoloError err;
    pthread_t thread[2];

    (void)state;
    snprintf(path, sizeof path, "%s/tiny/model.safetensors", getenv("VOLO_GOLDEN_DIR"));
    if (volo_init(&err) || volo_model_open(path, NULL, &model, &err))
        fail_msg("%s", err.message);
    Work serial[2] = { { model, 97, 131, 1, NULL, { 0 } }, { model, 64, 80, 1, NULL, { 0 } } };
    Work parallel[2] = { { model, 97, 131, 5, NULL, { 0 } }, { model, 64, 80, 5, NULL, { 0 } } };
    for (int i = 0; i < 2; i++)
        segment(&serial[i]);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, segment, &parallel[i]), 0);
    for (int i = 0; i < 2; i++)
        pthread_join(thread[i], NULL);
    for (int i = 0; i < 2; i++) {
        assert_non_null(serial[i].mask);
        assert_non_null(parallel[i].mask);
        assert_memory_equal(volo_mask_labels(parallel[i].mask), volo_mask_labels(serial[i].mask),
                            serial[i].h * serial[i].w);
        volo_mask_unref(serial[i].mask);
        volo_mask_unref(parallel[i].mask);
    }
    volo_model_unref(model);
}

/* One data set for all; each thread counts its share of the pairs with what is its own. */
typedef struct Count {
    const VoloDataset *dataset;
    size_t first, step;
    VoloEvaluation *evaluation;
} Count;

static void must(VoloStatus status)
{
    if (status)
        abort();
}

static void *count(void *user)
{
    Count *work = user;
    const VoloMetricOptions options = { true, true, 0.02 };
    const VoloLabelSpace *space = volo_dataset_space(work->dataset);
    VoloRawPicture *labels = NULL, *prediction = NULL, *instances = NULL;
    VoloImageCounter *counter = NULL;
    VoloImageRecord *record = NULL;
    VoloPairBuffer buffer;

    must(volo_raw_picture_new(&labels, NULL));
    must(volo_raw_picture_new(&prediction, NULL));
    must(volo_raw_picture_new(&instances, NULL));
    must(volo_image_counter_new(space, &options, &counter, NULL));
    must(volo_image_record_new(&record, NULL));
    must(volo_evaluation_new(space, &work->evaluation, NULL));
    for (size_t i = work->first; i < volo_dataset_count(work->dataset); i += work->step) {
        const VoloPair pair = volo_dataset_pair(work->dataset, i, &buffer);

        must(volo_dataset_load_labels(work->dataset, i, labels, NULL));
        must(volo_raw_picture_load_labels(prediction, pair.prediction, NULL));
        must(volo_dataset_load_instances(work->dataset, i, instances, NULL));
        const VoloImagePixels pixels = { .name = pair.name,
                                         .height = volo_raw_picture_height(labels),
                                         .width = volo_raw_picture_width(labels),
                                         .labels = volo_raw_picture_labels(labels),
                                         .predictions = volo_raw_picture_labels(prediction),
                                         .instances = volo_raw_picture_instances(instances) };
        must(volo_image_counter_count(counter, &pixels, record, NULL));
        must(volo_evaluation_add(work->evaluation, record, NULL));
    }
    volo_image_record_free(record);
    volo_image_counter_free(counter);
    volo_raw_picture_free(labels);
    volo_raw_picture_free(prediction);
    volo_raw_picture_free(instances);
    return NULL;
}

static void three_threads_count_as_one(void **state)
{
    static VoloScores one, three;
    VoloDatasetOptions options = VOLO_DATASET_OPTIONS_INIT;
    VoloDataset *dataset = NULL;
    char root[512], predictions[600];
    pthread_t thread[3];

    (void)state;
    snprintf(root, sizeof root, "%s/eval/cityscapes/every_class", getenv("VOLO_GOLDEN_DIR"));
    snprintf(predictions, sizeof predictions, "%s/pred", root);
    options.name = "cityscapes";
    options.root = root;
    options.without_images = true;
    assert_int_equal(volo_dataset_open(&options, &dataset, NULL), VOLO_OK);
    assert_int_equal(volo_dataset_match_predictions(dataset, predictions, NULL, NULL, NULL),
                     VOLO_OK);
    Count alone = { .dataset = dataset, .step = 1 };
    Count share[3] = { { dataset, 0, 3, NULL }, { dataset, 1, 3, NULL }, { dataset, 2, 3, NULL } };
    count(&alone);
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, count, &share[i]), 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_join(thread[i], NULL), 0);
    for (int i = 1; i < 3; i++)
        volo_evaluation_merge(share[0].evaluation, share[i].evaluation);
    volo_evaluation_scores(alone.evaluation, VOLO_CONVENTION_CITYSCAPES, &one);
    volo_evaluation_scores(share[0].evaluation, VOLO_CONVENTION_CITYSCAPES, &three);
    assert_memory_equal(&one, &three, sizeof one);
    for (int i = 0; i < 3; i++)
        volo_evaluation_free(share[i].evaluation);
    volo_evaluation_free(alone.evaluation);
    volo_dataset_free(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_threads_equal_two_serial_runs),
        cmocka_unit_test(three_threads_count_as_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
