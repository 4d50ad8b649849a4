/* SPDX-License-Identifier: Apache-2.0 */
/* print_scores DATASET SPLIT ROOT PREDICTIONS [CONVENTION]: matrix and scores as the library counts
 * them, a number a line, under the names of cityscapesScripts' result file. For
 * check_cityscapes.py. */
#include <volo/volo.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void must(VoloStatus status, const VoloError *err)
{
    if (status) {
        fprintf(stderr, "print_scores: %s\n", err->message);
        exit(1);
    }
}

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Returns the seconds that reading files took, of the processor. */
static double count(const VoloDataset *d, VoloEvaluation *evaluation)
{
    const VoloDatasetInfo info = volo_dataset_info(volo_dataset_name(d));
    const VoloMetricOptions options = { true, true, info.boundary_of_cityscapes ? 0.005 : 0.02 };
    VoloRawPicture *picture[3] = { NULL };
    VoloImageCounter *counter = NULL;
    VoloImageRecord *record = NULL;
    VoloPairBuffer buffer;
    double reading = 0;
    VoloError err;

    for (size_t i = 0; i < 3; i++)
        must(volo_raw_picture_new(&picture[i], &err), &err);
    must(volo_image_counter_new(volo_dataset_space(d), &options, &counter, &err), &err);
    must(volo_image_record_new(&record, &err), &err);
    for (size_t i = 0; i < volo_dataset_count(d); i++) {
        const VoloPair pair = volo_dataset_pair(d, i, &buffer);

        reading -= seconds();
        must(volo_dataset_load_labels(d, i, picture[0], &err), &err);
        must(volo_raw_picture_load_labels(picture[1], pair.prediction, &err), &err);
        if (pair.instances)
            must(volo_dataset_load_instances(d, i, picture[2], &err), &err);
        reading += seconds();
        const VoloImagePixels pixels = { .name = pair.name,
                                         .height = volo_raw_picture_height(picture[0]),
                                         .width = volo_raw_picture_width(picture[0]),
                                         .labels = volo_raw_picture_labels(picture[0]),
                                         .predictions = volo_raw_picture_labels(picture[1]),
                                         .instances = pair.instances
                                                          ? volo_raw_picture_instances(picture[2])
                                                          : NULL };
        must(volo_image_counter_count(counter, &pixels, record, &err), &err);
        must(volo_evaluation_add(evaluation, record, &err), &err);
    }
    volo_image_record_free(record);
    volo_image_counter_free(counter);
    for (size_t i = 0; i < 3; i++)
        volo_raw_picture_free(picture[i]);
    return reading;
}

static void print_matrix(const VoloEvaluation *evaluation)
{
    const uint64_t *cells = volo_confusion_cells(volo_evaluation_confusion(evaluation));

    for (size_t i = 0; i < 256 * 256; i++) {
        if (cells[i])
            printf("conf\t%zu\t%zu\t%llu\n", i / 256, i % 256, (unsigned long long)cells[i]);
    }
}

static void print_scores(const VoloEvaluation *evaluation, const VoloScores *s)
{
    const VoloLabelSpace *space = volo_evaluation_space(evaluation);

    for (size_t i = 0; i < s->class_count; i++) {
        const char *name = volo_label_space_class(space, i)->name;

        printf("classScores\t%s\t%.17g\n", name, s->classes[i].iou);
        printf("classInstScores\t%s\t%.17g\n", name, s->classes[i].instance_iou);
    }
    for (size_t i = 0; i < s->category_count; i++) {
        const char *name = volo_label_space_category(space, i);

        printf("categoryScores\t%s\t%.17g\n", name, s->categories[i].iou);
        printf("categoryInstScores\t%s\t%.17g\n", name, s->categories[i].instance_iou);
    }
    printf("averageScoreClasses\t-\t%.17g\n", s->miou);
    printf("averageScoreInstClasses\t-\t%.17g\n", s->instance_miou);
    printf("averageScoreCategories\t-\t%.17g\n", s->category_miou);
    printf("averageScoreInstCategories\t-\t%.17g\n", s->category_instance_miou);
    printf("boundaryIoU\t-\t%.17g\n", s->boundary_miou);
}

int main(int argc, char **argv)
{
    VoloDatasetOptions options = VOLO_DATASET_OPTIONS_INIT;
    VoloEvaluation *evaluation = NULL;
    VoloDataset *dataset = NULL;
    static VoloScores scores;
    VoloError err;

    if (argc < 5 || argc > 6) {
        fprintf(stderr, "usage: print_scores DATASET SPLIT ROOT PREDICTIONS [CONVENTION]\n");
        return 2;
    }
    VoloConvention convention = volo_convention_default(argv[1]);
    options.name = argv[1];
    options.split = argv[2];
    options.root = argv[3];
    options.without_images = true;
    if (argc > 5)
        must(volo_convention_find(argv[5], &convention, &err), &err);
    must(volo_dataset_open(&options, &dataset, &err), &err);
    must(volo_dataset_match_predictions(dataset, argv[4], NULL, NULL, &err), &err);
    must(volo_evaluation_new(volo_dataset_space(dataset), &evaluation, &err), &err);
    const double reading = count(dataset, evaluation);
    const double images = (double)volo_evaluation_images(evaluation);
    fprintf(stderr, "%.2f ms of the processor a pair, %.2f of them for reading\n",
            1e3 * seconds() / images, 1e3 * reading / images);
    volo_evaluation_scores(evaluation, convention, &scores);
    print_matrix(evaluation);
    print_scores(evaluation, &scores);
    volo_evaluation_free(evaluation);
    volo_dataset_free(dataset);
    return 0;
}
