/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON document of an evaluation, written and read back, and two of them compared. */
#include <volo/output.h>
#include <volo/result.h>

#include "support/scratch_dir.h"
#include "support/toy_evaluation.h"

#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static ScratchDir dir;

static const ToyOptions plain = { "cityscapes", VOLO_LABELS_IDS, 5, 3, 7, 0, true };

/* The document as text, the caller's to free. */
static char *document_of(const VoloResult *result)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *stream = open_memstream(&text, &bytes);
    VoloError err;

    assert_non_null(stream);
    if (volo_result_write_json(result, stream, &err))
        fail_msg("%s", err.message);
    fclose(stream);
    return text;
}

static VoloResultFile *read_text(const char *name, const char *text)
{
    VoloResultFile *file = NULL;
    VoloError err;

    if (volo_result_file_open(scratch_write(&dir, name, text, strlen(text)), &file, &err))
        fail_msg("%s", err.message);
    return file;
}

static VoloResultFile *written(const char *name, const VoloResult *result)
{
    char *text = document_of(result);
    VoloResultFile *file = read_text(name, text);

    free(text);
    return file;
}

/* --- what comes back --- */

static void check_info(const VoloResultInfo *got, const VoloResultInfo *want)
{
    assert_string_equal(got->model, want->model);
    assert_string_equal(got->model_sha256, want->model_sha256);
    assert_string_equal(got->dataset, want->dataset);
    assert_string_equal(got->split, want->split);
    assert_string_equal(got->list_sha256, want->list_sha256);
    assert_int_equal(got->label_kind, want->label_kind);
    assert_string_equal(got->map, want->map);
    assert_int_equal(got->map_row_count, want->map_row_count);
    assert_int_equal(got->convention, want->convention);
    assert_int_equal(got->instances, want->instances);
    assert_int_equal(got->boundaries, want->boundaries);
    assert_true(got->boundary_ratio == want->boundary_ratio);
    assert_int_equal(got->option_count, want->option_count);
    for (size_t i = 0; i < got->option_count; i++) {
        assert_string_equal(got->options[i].key, want->options[i].key);
        assert_string_equal(got->options[i].value, want->options[i].value);
    }
    assert_int_equal(got->shard, want->shard);
    assert_int_equal(got->shard_count, want->shard_count);
    assert_int_equal(got->listed, want->listed);
    assert_int_equal(got->failed_count, want->failed_count);
}

static void check_pictures(VoloResultFile *file, const ToyEvaluation *toy)
{
    const size_t bytes = volo_result_file_class_count(file) * sizeof(uint64_t);
    VoloResultImage image;

    for (size_t i = 0; i < toy->count; i++) {
        uint64_t tp[256], pred[256], gt[256];

        assert_int_equal(volo_result_file_next(file, &image, NULL), VOLO_OK);
        assert_string_equal(image.name, toy->pictures[i].name);
        volo_image_record_classes(toy->pictures[i].record, toy->space, tp, pred, gt);
        assert_memory_equal(image.counts.tp, tp, bytes);
        assert_memory_equal(image.counts.pred, pred, bytes);
        assert_memory_equal(image.counts.gt, gt, bytes);
    }
    assert_int_equal(volo_result_file_next(file, &image, NULL), VOLO_OK);
    assert_string_equal(image.name, "");
}

static void comes_back_as_it_was_written(void **state)
{
    static const VoloResultOption rows[] = { { "a", "road" }, { "b", "" } };
    static const char *const failed[] = { "bad/1", "bad \"2\"" };
    ToyEvaluation toy;
    VoloScores *scores = malloc(sizeof *scores);

    (void)state;
    assert_non_null(scores);
    toy_evaluation_init(&toy, &plain);
    toy.result.info.map_rows = rows;
    toy.result.info.map_row_count = 2;
    toy.result.info.failed = failed;
    toy.result.info.failed_count = 2;
    toy.result.info.listed = 7;
    VoloResultFile *file = written("a.json", &toy.result);
    check_info(volo_result_file_info(file), &toy.result.info);
    assert_string_equal(volo_result_file_info(file)->map_rows[0].value, "road");
    assert_string_equal(volo_result_file_info(file)->failed[1], "bad \"2\"");
    assert_int_equal(volo_result_file_images(file), 5);
    assert_int_equal(volo_result_file_label_count(file), 34);
    assert_int_equal(volo_result_file_class_count(file), 19);
    assert_string_equal(volo_result_file_class(file, 18)->name, "bicycle");
    assert_memory_equal(volo_result_file_confusion(file),
                        volo_confusion_cells(volo_evaluation_confusion(toy.evaluation)),
                        256 * 256 * sizeof(uint64_t));
    volo_evaluation_scores(toy.evaluation, VOLO_CONVENTION_CITYSCAPES, scores);
    for (size_t i = 0; i < 19; i++) {
        assert_int_equal(volo_result_file_counts(file).tp[i], scores->classes[i].tp);
        assert_int_equal(volo_result_file_counts(file).pred[i], scores->classes[i].pred);
        assert_int_equal(volo_result_file_counts(file).gt[i], scores->classes[i].gt);
    }
    check_pictures(file, &toy);
    check_pictures(file, &toy); /* from the first again */
    volo_result_file_close(file);
    toy_evaluation_clear(&toy);
    free(scores);
}

static void has_the_same_bytes_for_the_same_counts(void **state)
{
    ToyEvaluation one, two;

    (void)state;
    toy_evaluation_init(&one, &plain);
    toy_evaluation_init(&two, &plain);
    char *a = document_of(&one.result), *b = document_of(&two.result);
    assert_string_equal(a, b);
    free(a);
    free(b);
    toy_evaluation_clear(&one);
    toy_evaluation_clear(&two);
}

static void has_no_scores_when_it_is_a_part(void **state)
{
    ToyEvaluation toy;

    (void)state;
    toy_evaluation_init(&toy, &plain);
    char *whole = document_of(&toy.result);
    toy.result.info.shard = 2;
    toy.result.info.shard_count = 7;
    char *part = document_of(&toy.result);
    assert_null(strstr(whole, "\"scores\": null"));
    assert_non_null(strstr(whole, "\"miou\""));
    assert_non_null(strstr(part, "\"scores\": null"));
    assert_null(strstr(part, "\"miou\""));
    assert_non_null(strstr(part, "\"shard\": {\"index\": 2, \"count\": 7}"));
    free(whole);
    free(part);
    toy_evaluation_clear(&toy);
}

/* With ready-made predictions there is no model; without boundaries no ratio. */
static void leaves_out_what_there_was_not(void **state)
{
    ToyEvaluation toy;

    (void)state;
    toy_evaluation_init(&toy, &plain);
    toy.result.info.model = toy.result.info.map = NULL;
    toy.result.info.boundaries = false;
    VoloResultFile *file = written("none.json", &toy.result);
    const VoloResultInfo *info = volo_result_file_info(file);
    assert_null(info->model);
    assert_null(info->map);
    assert_false(info->boundaries);
    volo_result_file_close(file);
    toy_evaluation_clear(&toy);
}

static VoloStatus fail_at_two(void *user, size_t index, VoloImageRecord *record, VoloError *err)
{
    const ToyEvaluation *toy = user;

    if (index == 2) {
        snprintf(err->message, sizeof err->message, "lost");
        err->status = VOLO_ERR_IO;
        return VOLO_ERR_IO;
    }
    return toy->result.read(toy->result.user, index, record, err);
}

static void passes_failures_of_pictures_on(void **state)
{
    ToyEvaluation toy;
    FILE *stream = fopen("/dev/null", "w");
    VoloError err;

    (void)state;
    assert_non_null(stream);
    toy_evaluation_init(&toy, &plain);
    VoloResult result = toy.result;
    result.read = fail_at_two;
    result.user = &toy;
    assert_int_equal(volo_result_write_json(&result, stream, &err), VOLO_ERR_IO);
    assert_string_equal(err.message, "lost");
    fclose(stream);
    toy_evaluation_clear(&toy);
}

/* --- what is refused --- */

/* The text with the first `from` replaced; the caller's to free. */
static char *replaced(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    const size_t bytes = strlen(text) + strlen(to) + 1;
    char *result = malloc(bytes);

    assert_non_null(at);
    assert_non_null(result);
    snprintf(result, bytes, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    return result;
}

/* Opens and reads all pictures. */
static VoloStatus read_whole(const char *path, VoloError *err)
{
    VoloResultFile *file;
    VoloResultImage image = { .name = "?" };
    VoloStatus status = volo_result_file_open(path, &file, err);

    if (status)
        return status;
    while (!status && *image.name)
        status = volo_result_file_next(file, &image, err);
    volo_result_file_close(file);
    return status;
}

static const struct {
    const char *from, *to;
    VoloStatus status;
    const char *message; /* after the file's name */
} refusals[] = {
    { "\"volo-eval-result\"", "\"other\"", VOLO_ERR_UNSUPPORTED, "is not a result of volo-eval" },
    { "\"schema_version\": 1", "\"schema_version\": 2", VOLO_ERR_UNSUPPORTED,
      "is a result of version 2, not 1" },
    { "\"schema_version\": 1,", "", VOLO_ERR_FORMAT,
      "has no 'schema_version', expected an integer" },
    { "\"sha256\": \"0", "\"sha255\": \"0", VOLO_ERR_FORMAT,
      "field 'model' has no 'sha256', expected a string" },
    { "\"mode\": \"slide\"", "\"mode\": 1", VOLO_ERR_FORMAT,
      "field 'model.options' is an object of 2, expected an object of strings" },
    { "\"labels\": \"ids\"", "\"labels\": \"odd\"", VOLO_ERR_FORMAT,
      "field 'dataset.labels' is 'odd', expected a kind of labels" },
    { "\"evaluated\": 5", "\"evaluated\": 6", VOLO_ERR_FORMAT,
      "field 'images.evaluated' is 6, expected an integer 0..5" },
    { "\"index\": 1,", "\"index\": 2,", VOLO_ERR_FORMAT,
      "field 'shard.index' is 2, expected an integer 1..1" },
    { "\"convention\": \"cityscapes\"", "\"convention\": \"x\"", VOLO_ERR_FORMAT,
      "field 'convention' is 'x', expected a convention" },
    { "\"convention\": ", "\"instances\": true, \"convention\": ", VOLO_ERR_FORMAT,
      "field 'instances' is there twice" },
    { "\"boundary_ratio\": 0.02", "\"boundary_ratio\": 0", VOLO_ERR_FORMAT,
      "field 'boundary_ratio' is 0, expected a number above 0 and at most 1" },
    { "{\"value\": 1,", "{\"value\": 0,", VOLO_ERR_FORMAT,
      "field 'labels[1].value' is 0, expected an integer 1..255" },
    { "\"class\": 18", "\"class\": 19", VOLO_ERR_FORMAT,
      "field 'labels' is a list of 34, expected a label of class 18 among them" },
    { "\"color\": [0, 0, 0]", "\"color\": [0, 0, 256]", VOLO_ERR_FORMAT,
      "field 'labels[0].color[2]' is 256, expected an integer 0..255" },
    { "\"confusion\": [", "\"confusion\": [[0], ", VOLO_ERR_FORMAT,
      "field 'confusion' is a list of 35, expected a list of 34 rows" },
    { "\"per_image\": [", "\"per_picture\": [", VOLO_ERR_FORMAT,
      "has no 'per_image', expected a list" },
    { "\"per_image\": [", "\"per_image\": [7, ", VOLO_ERR_FORMAT,
      "field 'per_image' is 7, expected an object" },
    { "\"name\": \"toys/00\"", "\"name\": \"\"", VOLO_ERR_FORMAT, "a picture without a name" },
    { "\"name\": \"toys/01\", \"tp\": [", "\"name\": \"toys/01\", \"tp\": [1, ", VOLO_ERR_FORMAT,
      "field 'per_image.tp' is a list of 20, expected a list of 19 counts" },
    { "\"name\": \"toys/01\", \"tp\": [", "\"name\": \"toys/01\", \"tp\": [9", VOLO_ERR_FORMAT,
      "picture 'toys/01' has more pixels of class 0 right than there are" },
    { "\"gt\": [", "\"gt\": [1", VOLO_ERR_FORMAT,
      "the pictures do not add up to the confusion matrix" },
    { "\"evaluated\": 5", "\"evaluated\": 4", VOLO_ERR_FORMAT, "has 5 pictures, expected 4" },
};

static void refuses_what_is_wrong(void **state)
{
    ToyEvaluation toy;

    (void)state;
    toy_evaluation_init(&toy, &plain);
    char *text = document_of(&toy.result);
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        char *bad = replaced(text, refusals[i].from, refusals[i].to);
        const char *path = scratch_write(&dir, "bad.json", bad, strlen(bad));
        VoloError err = { .message = "" };

        assert_int_equal(read_whole(path, &err), refusals[i].status);
        if (!strstr(err.message, refusals[i].message))
            fail_msg("'%s' has no '%s'", err.message, refusals[i].message);
        free(bad);
    }
    free(text);
    toy_evaluation_clear(&toy);
}

/* Sums never overflow: cells together stay below 2^63. */
static void refuses_counts_beyond_all_pixels(void **state)
{
    ToyEvaluation toy;
    VoloError err = { .message = "" };

    (void)state;
    toy_evaluation_init(&toy, &plain);
    char *text = document_of(&toy.result);
    char first[64];

    snprintf(first, sizeof first, "\"confusion\": [\n    [%" PRIu64 ", ",
             volo_confusion_get(volo_evaluation_confusion(toy.evaluation), 0, 0));
    char *bad = replaced(text, first, "\"confusion\": [\n    [9223372036854775807, ");
    assert_int_equal(read_whole(scratch_write(&dir, "bad.json", bad, strlen(bad)), &err),
                     VOLO_ERR_FORMAT);
    assert_non_null(strstr(err.message, "confusion[0]"));
    free(bad);
    free(text);
    toy_evaluation_clear(&toy);
}

/* Wherever the file ends, it is refused. */
static void refuses_every_truncation(void **state)
{
    const ToyOptions small = { "camvid", VOLO_LABELS_IDS, 2, 3, 7, 0, false };
    ToyEvaluation toy;

    (void)state;
    toy_evaluation_init(&toy, &small);
    char *text = document_of(&toy.result);
    const size_t bytes = strlen(text) - 1; /* without the line's end */
    for (size_t i = 0; i < bytes; i++) {
        VoloError err;

        if (!read_whole(scratch_write(&dir, "cut.json", text, i), &err))
            fail_msg("%zu of %zu bytes are enough", i, bytes);
    }
    free(text);
    toy_evaluation_clear(&toy);
}

/* --- comparing --- */

typedef struct Two {
    ToyEvaluation toy[2];
    VoloResultFile *file[2];
} Two;

static void two_init(Two *two, const ToyOptions *a, const ToyOptions *b)
{
    toy_evaluation_init(&two->toy[0], a);
    toy_evaluation_init(&two->toy[1], b);
    two->file[0] = written("a.json", &two->toy[0].result);
    two->file[1] = written("b.json", &two->toy[1].result);
}

static void two_clear(Two *two)
{
    for (size_t i = 0; i < 2; i++) {
        volo_result_file_close(two->file[i]);
        toy_evaluation_clear(&two->toy[i]);
    }
}

static const ToyOptions changed = { "cityscapes", VOLO_LABELS_IDS, 5, 3, 4, 99, true };

static void compares_classes_and_pictures(void **state)
{
    VoloResultDiffOptions options = VOLO_RESULT_DIFF_OPTIONS_INIT;
    VoloScores *a = malloc(sizeof *a), *b = malloc(sizeof *b);
    VoloResultDiff diff;
    VoloError err;
    Two two;

    (void)state;
    assert_true(a && b);
    two_init(&two, &plain, &changed);
    options.changed = 3;
    if (volo_result_diff(two.file[0], two.file[1], &options, &diff, &err))
        fail_msg("%s", err.message);
    volo_evaluation_scores(two.toy[0].evaluation, VOLO_CONVENTION_CITYSCAPES, a);
    volo_evaluation_scores(two.toy[1].evaluation, VOLO_CONVENTION_CITYSCAPES, b);
    assert_true(diff.miou_a == a->miou && diff.miou_b == b->miou);
    for (size_t i = 0; i < 19; i++)
        assert_true(diff.iou_a[i] == a->classes[i].iou && diff.iou_b[i] == b->classes[i].iou);
    assert_int_equal(diff.images, 5);
    assert_int_equal(diff.better + diff.worse + diff.same, 5);
    assert_int_equal(diff.change_count, 3);
    for (size_t i = 1; i < 3; i++)
        assert_true(fabs(diff.changes[i].miou_b - diff.changes[i].miou_a) <=
                    fabs(diff.changes[i - 1].miou_b - diff.changes[i - 1].miou_a));
    assert_true(diff.low < b->miou - a->miou && b->miou - a->miou < diff.high);
    volo_result_diff_clear(&diff);
    two_clear(&two);
    free(a);
    free(b);
}

static void finds_nothing_between_equals(void **state)
{
    VoloResultDiff diff;
    Two two;

    (void)state;
    two_init(&two, &plain, &plain);
    assert_int_equal(volo_result_diff(two.file[0], two.file[1], NULL, &diff, NULL), VOLO_OK);
    assert_int_equal(diff.same, 5);
    assert_int_equal(diff.change_count, 0);
    assert_true(diff.low == 0 && diff.high == 0);
    volo_result_diff_clear(&diff);
    two_clear(&two);
}

/* What differs but may not, by a change of the second's document. */
static void refuses_to_compare_what_differs(void **state)
{
    static const struct {
        const char *from, *to, *message;
    } cases[] = {
        { "\"split\": \"val\"", "\"split\": \"test\"", "the split differs: 'val' and 'test'" },
        { "\"name\": \"cityscapes\"", "\"name\": \"kitti\"",
          "the data set differs: 'cityscapes' and 'kitti'" },
        { "\"convention\": \"cityscapes\"", "\"convention\": \"hf\"",
          "the convention differs: 'cityscapes' and 'hf'" },
        { "\"name\": \"sidewalk\"", "\"name\": \"pavement\"",
          "the name of class 1 differs: 'sidewalk' and 'pavement'" },
        { "\"index\": 1, \"count\": 1", "\"index\": 1, \"count\": 2",
          "the second is only shard 1 of 2" },
        { "\"name\": \"toys/03\"", "\"name\": \"toys/x\"",
          "the lists of pictures differ: number 4 is 'toys/03' and 'toys/x'" },
    };
    ToyEvaluation toy;

    (void)state;
    toy_evaluation_init(&toy, &plain);
    char *text = document_of(&toy.result);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *other = replaced(text, cases[i].from, cases[i].to);
        VoloResultFile *a = read_text("a.json", text), *b = read_text("b.json", other);
        VoloResultDiff diff;
        VoloError err;

        assert_int_equal(volo_result_diff(a, b, NULL, &diff, &err), VOLO_ERR_UNSUPPORTED);
        assert_string_equal(err.message, cases[i].message);
        volo_result_file_close(a);
        volo_result_file_close(b);
        free(other);
    }
    free(text);
    toy_evaluation_clear(&toy);
}

static void refuses_another_truth_or_number(void **state)
{
    ToyOptions truth = changed, number = plain;
    VoloResultDiff diff;
    VoloError err;
    Two two;

    (void)state;
    truth.seed++;
    number.pictures = 4;
    two_init(&two, &plain, &truth);
    assert_int_equal(volo_result_diff(two.file[0], two.file[1], NULL, &diff, &err),
                     VOLO_ERR_UNSUPPORTED);
    assert_non_null(strstr(err.message, "the truth of 'toys/00' differs: "));
    two_clear(&two);
    two_init(&two, &plain, &number);
    assert_int_equal(volo_result_diff(two.file[0], two.file[1], NULL, &diff, &err),
                     VOLO_ERR_UNSUPPORTED);
    assert_string_equal(err.message, "the number of pictures differs: 5 and 4");
    two_clear(&two);
}

static int make_dir(void **state)
{
    (void)state;
    scratch_dir_init(&dir);
    return 0;
}

static int remove_dir(void **state)
{
    (void)state;
    scratch_dir_clear(&dir);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_back_as_it_was_written),
        cmocka_unit_test(has_the_same_bytes_for_the_same_counts),
        cmocka_unit_test(has_no_scores_when_it_is_a_part),
        cmocka_unit_test(leaves_out_what_there_was_not),
        cmocka_unit_test(passes_failures_of_pictures_on),
        cmocka_unit_test(refuses_what_is_wrong),
        cmocka_unit_test(refuses_counts_beyond_all_pixels),
        cmocka_unit_test(refuses_every_truncation),
        cmocka_unit_test(compares_classes_and_pictures),
        cmocka_unit_test(finds_nothing_between_equals),
        cmocka_unit_test(refuses_to_compare_what_differs),
        cmocka_unit_test(refuses_another_truth_or_number),
    };

    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
