/* SPDX-License-Identifier: Apache-2.0 */
/* Every allocation of what writes and reads results is refused in turn, once or from then on: the
 * answer is "out of memory", no file is left half written, and nothing leaks (LeakSanitizer). */
#include <volo/eval_report.h>
#include <volo/result.h>

#include "support/refuse.h"
#include "support/scratch_dir.h"
#include "support/toy_evaluation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static ScratchDir dir;
static ToyEvaluation toy;
static const char *document;

static VoloStatus write_document(VoloError *err)
{
    FILE *const stream = fopen("/dev/null", "w");

    assert_non_null(stream);
    const VoloStatus status = volo_result_write_json(&toy.result, stream, err);
    fclose(stream);
    return status;
}

static VoloStatus write_cityscapes(VoloError *err)
{
    FILE *const stream = fopen("/dev/null", "w");

    assert_non_null(stream);
    const VoloStatus status = volo_result_write_cityscapes(&toy.result, stream, err);
    fclose(stream);
    return status;
}

/* The last file that is written, the PDF, is not there after a failure. */
static VoloStatus write_report(VoloError *err)
{
    const VoloReportOptions options = { 1, toy_evaluation_picture, &toy };
    const char *last = scratch_path(&dir, "report.pdf");

    unlink(last);
    const VoloStatus status = volo_report_write(dir.path, &toy.result, &options, err);
    assert_int_equal(access(last, F_OK) == 0, status == VOLO_OK);
    return status;
}

static VoloStatus read_document(VoloError *err)
{
    VoloResultImage image = { .name = "?" };
    VoloResultFile *file = NULL;
    VoloStatus status = volo_result_file_open(document, &file, err);

    while (!status && *image.name)
        status = volo_result_file_next(file, &image, err);
    volo_result_file_close(file);
    return status;
}

static VoloStatus compare_documents(VoloError *err)
{
    const VoloResultDiffOptions options = { 1, 20, 3, 1 };
    VoloResultFile *a = NULL, *b = NULL;
    VoloResultDiff diff;
    VoloStatus status = volo_result_file_open(document, &a, err);

    if (!status)
        status = volo_result_file_open(document, &b, err);
    if (!status) {
        status = volo_result_diff(a, b, &options, &diff, err);
        if (!status)
            volo_result_diff_clear(&diff);
    }
    volo_result_file_close(a);
    volo_result_file_close(b);
    return status;
}

static void writing_a_document(void **state)
{
    (void)state;
    refuse_in_turn(write_document, 1);
    refuse_in_turn(write_cityscapes, 0);
}

static void reading_a_document(void **state)
{
    (void)state;
    refuse_in_turn(read_document, 3);
}

static void comparing_documents(void **state)
{
    (void)state;
    refuse_in_turn(compare_documents, 20);
}

static void writing_a_report(void **state)
{
    (void)state;
    refuse_in_turn(write_report, 10);
}

static int setup(void **state)
{
    static const ToyOptions options = { "cityscapes", VOLO_LABELS_IDS, 2, 3, 7, 0, true };
    char *text = NULL;
    size_t bytes = 0;
    FILE *stream = open_memstream(&text, &bytes);

    (void)state;
    assert_non_null(stream);
    scratch_dir_init(&dir);
    toy_evaluation_init(&toy, &options);
    assert_int_equal(volo_result_write_json(&toy.result, stream, NULL), VOLO_OK);
    fclose(stream);
    document = scratch_write(&dir, "result.json", text, bytes);
    free(text);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    toy_evaluation_clear(&toy);
    scratch_dir_clear(&dir);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writing_a_document),
        cmocka_unit_test(reading_a_document),
        cmocka_unit_test(comparing_documents),
        cmocka_unit_test(writing_a_report),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
