/* SPDX-License-Identifier: Apache-2.0 */
/* Scores against those of other programs (tests/oracle/make_eval_goldens.py): every number of
 * cityscapesScripts' result file to 1e-12 and its matrix to the pixel; the corner cases of five
 * conventions. usage: test_golden_eval FOLDER (tests/golden/eval) */
#include <volo/metrics.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *root;

static void ok(VoloStatus status, const VoloError *err)
{
    if (status)
        fail_msg("%s: %s", volo_status_name(status), err->message);
}

/* A data set that was counted, and its figures. */
typedef struct Scored {
    VoloDataset *dataset;
    const VoloLabelSpace *space;
    VoloEvaluation *evaluation;
    VoloScores scores;
} Scored;

/* backwards: pictures in the other order, each record written and read again on the way. */
static void count_pictures(Scored *s, const VoloMetricOptions *options, bool backwards)
{
    VoloRawPicture *labels = NULL, *predictions = NULL, *instances = NULL;
    VoloImageCounter *counter = NULL;
    VoloImageRecord *record = NULL, *copy = NULL;
    static uint8_t bytes[1 << 20];
    VoloPairBuffer buffer;
    VoloError err;

    ok(volo_raw_picture_new(&labels, &err), &err);
    ok(volo_raw_picture_new(&predictions, &err), &err);
    ok(volo_raw_picture_new(&instances, &err), &err);
    ok(volo_image_record_new(&record, &err), &err);
    ok(volo_image_record_new(&copy, &err), &err);
    ok(volo_image_counter_new(s->space, options, &counter, &err), &err);
    for (size_t i = 0; i < volo_dataset_count(s->dataset); i++) {
        const size_t index = backwards ? volo_dataset_count(s->dataset) - 1 - i : i;
        const VoloPair pair = volo_dataset_pair(s->dataset, index, &buffer);

        ok(volo_dataset_load_labels(s->dataset, index, labels, &err), &err);
        ok(volo_raw_picture_load_labels(predictions, pair.prediction, &err), &err);
        if (pair.instances)
            ok(volo_dataset_load_instances(s->dataset, index, instances, &err), &err);
        const VoloImagePixels pixels = { .name = pair.name,
                                         .height = volo_raw_picture_height(labels),
                                         .width = volo_raw_picture_width(labels),
                                         .labels = volo_raw_picture_labels(labels),
                                         .predictions = volo_raw_picture_labels(predictions),
                                         .instances = volo_raw_picture_instances(instances) };
        ok(volo_image_counter_count(counter, &pixels, record, &err), &err);
        const size_t length = volo_image_record_write(record, bytes, sizeof bytes);
        size_t used = 0;
        assert_true(length <= sizeof bytes);
        ok(volo_image_record_parse(copy, bytes, length, &used, &err), &err);
        assert_int_equal(used, length);
        ok(volo_evaluation_add(s->evaluation, backwards ? copy : record, &err), &err);
    }
    volo_image_counter_free(counter);
    volo_image_record_free(record);
    volo_image_record_free(copy);
    volo_raw_picture_free(labels);
    volo_raw_picture_free(predictions);
    volo_raw_picture_free(instances);
}

static void score(Scored *s, const VoloDatasetOptions *tree, const char *predictions,
                  const VoloMetricOptions *options, VoloConvention convention, bool backwards)
{
    VoloError err;

    ok(volo_dataset_open(tree, &s->dataset, &err), &err);
    s->space = volo_dataset_space(s->dataset);
    ok(volo_dataset_match_predictions(s->dataset, predictions, NULL, NULL, &err), &err);
    ok(volo_evaluation_new(s->space, &s->evaluation, &err), &err);
    count_pictures(s, options, backwards);
    volo_evaluation_scores(s->evaluation, convention, &s->scores);
}

static void free_scored(Scored *s)
{
    volo_evaluation_free(s->evaluation);
    volo_dataset_free(s->dataset);
}

static void expect_number(double got, double want, const char *field, const char *name)
{
    if (isnan(want) ? !isnan(got) : !(fabs(got - want) <= 1e-12 * fmax(1, fabs(want))))
        fail_msg("%s %s: got %.17g, wanted %.17g", field, name, got, want);
}

/* Calls fn for each line of four cells; the last is a number, or "nan". */
static size_t each_row(const char *path, void (*fn)(const Scored *s, char *cells[4], double number),
                       const Scored *s)
{
    FILE *file = fopen(path, "r");
    char line[256];
    size_t rows = 0;

    if (!file)
        fail_msg("cannot open '%s'", path);
    for (; file && fgets(line, sizeof line, file); rows++) {
        char *cells[4] = { NULL }, *rest = line;

        line[strcspn(line, "\n")] = '\0';
        for (size_t i = 0; i < 4 && rest; i++)
            cells[i] = strsep(&rest, "\t");
        char *last = cells[3] ? cells[3] : cells[2];
        fn(s, cells, strtod(last, NULL));
    }
    if (file)
        fclose(file);
    return rows;
}

/* --- cityscapesScripts ------------------------------------------------------------------------ */

static size_t matrix_pixels; /* of the rows seen, to find cells that should be empty */

static const VoloClassScore *class_named(const Scored *s, const char *name)
{
    for (size_t i = 0; i < s->scores.class_count; i++) {
        if (strcmp(volo_label_space_class(s->space, i)->name, name) == 0)
            return &s->scores.classes[i];
    }
    return NULL;
}

static const VoloCategoryScore *category_named(const Scored *s, const char *name)
{
    for (size_t i = 0; i < s->scores.category_count; i++) {
        if (strcmp(volo_label_space_category(s->space, i), name) == 0)
            return &s->scores.categories[i];
    }
    return NULL;
}

static double prior_of(const Scored *s, const char *name)
{
    const uint64_t *cells = volo_confusion_cells(volo_evaluation_confusion(s->evaluation));
    uint64_t row = 0;

    for (size_t raw = 0; raw < 256; raw++) {
        const VoloLabel *label = volo_label_space_label(s->space, raw);

        for (size_t i = 0; label && strcmp(label->name, name) == 0 && i < 256; i++)
            row += cells[raw * 256 + i];
    }
    return (double)row / (double)s->scores.pixels;
}

/* What the library says for a field of the result file. */
static double cityscapes_number(const Scored *s, const char *field, const char *name)
{
    const VoloClassScore *class = class_named(s, name);
    const VoloCategoryScore *category = category_named(s, name);
    const VoloScores *all = &s->scores;

    if (strcmp(field, "priors") == 0)
        return prior_of(s, name);
    if (strcmp(field, "classScores") == 0)
        return class ? class->iou : (double)NAN;
    if (strcmp(field, "classInstScores") == 0)
        return class ? class->instance_iou : (double)NAN;
    if (strcmp(field, "categoryScores") == 0)
        return category->iou;
    if (strcmp(field, "categoryInstScores") == 0)
        return category->instance_iou;
    if (strcmp(field, "averageScoreClasses") == 0)
        return all->miou;
    if (strcmp(field, "averageScoreInstClasses") == 0)
        return all->instance_miou;
    if (strcmp(field, "averageScoreCategories") == 0)
        return all->category_miou;
    assert_string_equal(field, "averageScoreInstCategories");
    return all->category_instance_miou;
}

static void compare_cityscapes(const Scored *s, char *cells[4], double number)
{
    if (strcmp(cells[0], "conf") == 0) {
        const uint64_t count = volo_confusion_get(volo_evaluation_confusion(s->evaluation),
                                                  (uint8_t)strtoul(cells[1], NULL, 10),
                                                  (uint8_t)strtoul(cells[2], NULL, 10));

        assert_int_equal(count, strtoull(cells[3], NULL, 10));
        matrix_pixels += count;
        return;
    }
    expect_number(cityscapes_number(s, cells[0], cells[1]), number, cells[0], cells[1]);
}

static void check_case(const char *name, bool backwards)
{
    const VoloMetricOptions options = { .instances = true, .boundary_ratio = 0.005 };
    VoloDatasetOptions tree = VOLO_DATASET_OPTIONS_INIT;
    Scored s = { .dataset = NULL };
    char folder[4096], path[4200];

    snprintf(folder, sizeof folder, "%s/cityscapes/%s", root, name);
    tree.name = "cityscapes";
    tree.root = folder;
    tree.without_images = true;
    snprintf(path, sizeof path, "%s/pred", folder);
    score(&s, &tree, path, &options, VOLO_CONVENTION_CITYSCAPES, backwards);
    snprintf(path, sizeof path, "%s/expected.tsv", folder);
    matrix_pixels = 0;
    assert_true(each_row(path, compare_cityscapes, &s) > 100);
    assert_int_equal(matrix_pixels, s.scores.pixels);
    assert_int_equal(volo_evaluation_instance_images(s.evaluation), s.scores.images);
    free_scored(&s);
}

static void equals_cityscapes_scripts_in_every_field(void **state)
{
    static const char *const cases[] = { "every_class", "absent", "predicted_only",
                                         "void",        "groups", "ignored_predictions" };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check_case(cases[i], false);
        check_case(cases[i], true);
    }
}

/* --- the conventions -------------------------------------------------------------------------- */

static void score_conventions(Scored *s, VoloConvention convention, double ratio)
{
    const VoloMetricOptions options = { .boundaries = true, .boundary_ratio = ratio };
    VoloDatasetOptions pairs = VOLO_DATASET_OPTIONS_INIT;
    char labels[4096], table[4096], predictions[4096];

    snprintf(labels, sizeof labels, "%s/conventions/gt", root);
    snprintf(table, sizeof table, "%s/conventions/table.tsv", root);
    snprintf(predictions, sizeof predictions, "%s/conventions/pred", root);
    pairs.labels = labels;
    pairs.table = table;
    pairs.without_images = true;
    score(s, &pairs, predictions, &options, convention, false);
}

static double class_number(const VoloClassScore *c, const char *field)
{
    if (strcmp(field, "IoU") == 0)
        return c->iou;
    if (strcmp(field, "Acc") == 0)
        return c->accuracy;
    if (strcmp(field, "Dice") == 0)
        return c->dice;
    if (strcmp(field, "Fscore") == 0)
        return c->f_score;
    if (strcmp(field, "Precision") == 0)
        return c->precision;
    assert_string_equal(field, "Recall");
    return c->recall;
}

static double mean_number(const VoloScores *s, const char *field)
{
    static const char *const names[] = { "mIoU",  "mAcc",    "aAcc",       "fwIoU",
                                         "mDice", "mFscore", "mPrecision", "mRecall" };
    const double values[] = { s->miou,      s->macc,         s->aacc,           s->fwiou,
                              s->mean_dice, s->mean_f_score, s->mean_precision, s->mean_recall };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], field) == 0)
            return values[i];
    }
    fail_msg("an unknown field '%s'", field);
    return 0;
}

static void compare_convention(const Scored *s, char *cells[4], double number)
{
    const VoloConvention convention = s->scores.convention;
    const bool torchmetrics = convention == VOLO_CONVENTION_HF && !strcmp(cells[0], "torchmetrics");

    if (!torchmetrics && strcmp(cells[0], volo_convention_name(convention)) != 0)
        return;
    if (strcmp(cells[2], "-") != 0) {
        expect_number(class_number(class_named(s, cells[2]), cells[1]), number, cells[1], cells[2]);
        return;
    }
    double got = mean_number(&s->scores, cells[1]);
    if (convention != VOLO_CONVENTION_CSAIL || strcmp(cells[1], "mIoU") == 0)
        got = volo_convention_report(convention, got);
    expect_number(got, number, cells[1], cells[0]);
}

static void equals_the_formula_of_every_tool(void **state)
{
    static const VoloConvention all[] = { VOLO_CONVENTION_MMSEG, VOLO_CONVENTION_DETECTRON2,
                                          VOLO_CONVENTION_CSAIL, VOLO_CONVENTION_HF };
    char path[4200];

    (void)state;
    snprintf(path, sizeof path, "%s/conventions/expected.tsv", root);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        Scored s = { .dataset = NULL };

        score_conventions(&s, all[i], 0.02);
        assert_true(each_row(path, compare_convention, &s) > 150);
        free_scored(&s);
    }
}

static void has_four_different_means_for_five_conventions(void **state)
{
    double means[VOLO_CONVENTIONS];
    size_t different = 0;
    Scored s = { .dataset = NULL };

    (void)state;
    score_conventions(&s, VOLO_CONVENTION_HF, 0.02);
    for (VoloConvention i = 0; i < VOLO_CONVENTIONS; i++) {
        bool seen = false;

        volo_evaluation_scores(s.evaluation, i, &s.scores);
        means[i] = volo_convention_report(i, s.scores.miou) / volo_convention_scale(i);
        for (VoloConvention j = 0; j < i; j++)
            seen |= fabs(means[i] - means[j]) < 1e-9;
        different += !seen;
    }
    assert_true(different >= 4);
    free_scored(&s);
}

static double boundary_ratio;

static void compare_boundary(const Scored *s, char *cells[4], double number)
{
    char field[32];

    for (size_t i = 0; i < s->scores.class_count && strcmp(cells[0], "boundary") == 0; i++) {
        const VoloBoundaryCounts b = volo_evaluation_boundaries(s->evaluation, i);
        const uint64_t counts[] = { b.both, b.truth, b.prediction };
        static const char *const names[] = { "both", "truth", "prediction" };

        if (strcmp(volo_label_space_class(s->space, i)->name, cells[2]) != 0)
            continue;
        for (size_t j = 0; j < 3; j++) {
            snprintf(field, sizeof field, "%s@%g", names[j], boundary_ratio);
            if (strcmp(field, cells[1]) == 0)
                expect_number((double)counts[j], number, cells[1], cells[2]);
        }
    }
}

static void counts_boundaries_by_their_definition(void **state)
{
    static const double ratios[] = { 0.02, 0.05, 0.1, 0.3 };
    char path[4200];

    (void)state;
    snprintf(path, sizeof path, "%s/conventions/expected.tsv", root);
    for (size_t i = 0; i < sizeof ratios / sizeof *ratios; i++) {
        Scored s = { .dataset = NULL };

        boundary_ratio = ratios[i];
        score_conventions(&s, VOLO_CONVENTION_HF, boundary_ratio);
        each_row(path, compare_boundary, &s);
        free_scored(&s);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_cityscapes_scripts_in_every_field),
        cmocka_unit_test(equals_the_formula_of_every_tool),
        cmocka_unit_test(has_four_different_means_for_five_conventions),
        cmocka_unit_test(counts_boundaries_by_their_definition),
    };

    if (argc != 2)
        return 2;
    root = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
