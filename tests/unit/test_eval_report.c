/* SPDX-License-Identifier: Apache-2.0 */
/* Reports: the same bytes each time, nothing fetched, nothing that names could break; and the
 * confusion matrix as a picture. */
#include <volo/eval_report.h>

#include "support/scratch_dir.h"
#include "support/toy_evaluation.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

static ScratchDir dir;

static const ToyOptions plain = { "cityscapes", VOLO_LABELS_IDS, 6, 3, 7, 0, true };

/* A file's bytes with a NUL, the caller's to free. */
static char *load(const char *name, size_t *ret_bytes)
{
    FILE *file = fopen(scratch_path(&dir, name), "rb");

    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    const size_t bytes = (size_t)ftell(file);
    rewind(file);
    char *data = calloc(bytes + 1, 1);
    assert_non_null(data);
    assert_int_equal(fread(data, 1, bytes, file), bytes);
    fclose(file);
    *ret_bytes = bytes;
    return data;
}

static size_t count(const char *text, const char *part)
{
    size_t found = 0;

    while ((text = strstr(text, part))) {
        found++;
        text += strlen(part);
    }
    return found;
}

static void write_report(ToyEvaluation *toy, VoloReportPictureFn picture, size_t worst)
{
    const VoloReportOptions options = { worst, picture, toy };
    VoloError err;

    if (volo_report_write(dir.path, &toy->result, &options, &err))
        fail_msg("%s", err.message);
}

static void shows_the_worst_pictures(void **state)
{
    ToyEvaluation toy;
    size_t bytes;

    (void)state;
    toy_evaluation_init(&toy, &plain);
    write_report(&toy, toy_evaluation_picture, 4);
    char *html = load("report.html", &bytes), *pdf = load("report.pdf", &bytes);
    assert_int_equal(count(html, "class=\"panel\""), 4);
    assert_int_equal(count(html, "<figcaption>truth</figcaption>"), 4);
    assert_int_equal(count(html, "<figcaption>errors</figcaption>"), 4);
    assert_int_equal(count(html, "<figcaption>image</figcaption>"), 0); /* toys have none */
    assert_int_equal(count(html, "data:image/png;base64,"), 12);
    assert_int_equal(count(html, "data:image/svg+xml;base64,"), 1);
    assert_memory_equal(pdf, "%PDF-1.", 7);
    free(html);
    free(pdf);
    toy_evaluation_clear(&toy);
}

/* The lowest first: a report that is to show one picture shows the one that is first of all. */
static void sorts_pictures_by_their_score(void **state)
{
    ToyEvaluation toy;
    size_t bytes;
    char first[80];

    (void)state;
    toy_evaluation_init(&toy, &plain);
    write_report(&toy, NULL, 6);
    char *all = load("report.html", &bytes);
    const char *at = strstr(all, "<h3>1. ");
    assert_non_null(at);
    snprintf(first, sizeof first, "%.*s", (int)strcspn(at + 4, "<"), at + 4);
    double last = 0;
    for (const char *line = all; (line = strstr(line, "mIoU ")); line++) {
        double score;

        if (sscanf(line, "mIoU %lf %%, %*u of", &score) != 1)
            continue;
        assert_true(score >= last);
        last = score;
    }
    assert_true(last > 0);
    write_report(&toy, NULL, 1);
    char *one = load("report.html", &bytes);
    assert_int_equal(count(one, "class=\"panel\""), 1);
    assert_non_null(strstr(one, first));
    free(all);
    free(one);
    toy_evaluation_clear(&toy);
}

static void has_the_same_bytes_each_time(void **state)
{
    ToyEvaluation toy;
    size_t bytes[2][2];
    char *data[2][2];

    (void)state;
    toy_evaluation_init(&toy, &plain);
    for (int i = 0; i < 2; i++) {
        write_report(&toy, toy_evaluation_picture, 20);
        data[i][0] = load("report.html", &bytes[i][0]);
        data[i][1] = load("report.pdf", &bytes[i][1]);
    }
    for (int k = 0; k < 2; k++) {
        assert_int_equal(bytes[0][k], bytes[1][k]);
        assert_memory_equal(data[0][k], data[1][k], bytes[0][k]);
        free(data[0][k]);
        free(data[1][k]);
    }
    toy_evaluation_clear(&toy);
}

static void fetches_nothing(void **state)
{
    ToyEvaluation toy;
    size_t bytes;

    (void)state;
    toy_evaluation_init(&toy, &plain);
    write_report(&toy, toy_evaluation_picture, 2);
    char *html = load("report.html", &bytes);
    assert_non_null(strstr(html, "default-src 'none'"));
    assert_null(strstr(html, "http:"));
    assert_null(strstr(html, "https:"));
    assert_null(strstr(html, "<link"));
    assert_null(strstr(html, "@import"));
    assert_int_equal(count(html, "src=\""), count(html, "src=\"data:image/"));
    free(html);
    toy_evaluation_clear(&toy);
}

/* Names of classes, pictures, models and failures come from files. */
static void escapes_every_name(void **state)
{
    static const char table[] = "name\tid\ttrainId\tR\tG\tB\n"
                                "<b onclick=\"evil()\">\t1\t0\t1\t2\t3\n"
                                "'&amp;\t2\t1\t4\t5\t6\n";
    static const char *const failed[] = { "<i>failed</i>" };
    static const VoloResultOption options[] = { { "<u>", "</u><script>" } };
    const char *path = scratch_write(&dir, "evil.tsv", table, sizeof table - 1);
    const ToyOptions evil = { path, VOLO_LABELS_IDS, 3, 3, 5, 0, false };
    ToyEvaluation toy;
    size_t bytes;

    (void)state;
    toy_evaluation_init(&toy, &evil);
    toy.result.info.model = "<img src=x>";
    toy.result.info.split = "<s>";
    toy.result.info.failed = failed;
    toy.result.info.failed_count = 1;
    toy.result.info.options = options;
    toy.result.info.option_count = 1;
    write_report(&toy, toy_evaluation_picture, 3);
    char *html = load("report.html", &bytes);
    assert_non_null(strstr(html, "&lt;b onclick=&quot;evil()&quot;&gt;"));
    assert_non_null(strstr(html, "&lt;img src=x&gt;"));
    assert_non_null(strstr(html, "&lt;i&gt;failed&lt;/i&gt;"));
    assert_null(strstr(html, "<b onclick"));
    assert_null(strstr(html, "<img src=x"));
    assert_null(strstr(html, "<i>failed"));
    assert_null(strstr(html, "<s>"));
    assert_null(strstr(html, "<u>"));
    assert_int_equal(count(html, "<script>"), 1); /* the report's own */
    free(html);
    toy_evaluation_clear(&toy);
}

static VoloStatus lost_picture(void *user, size_t index, const char *name,
                               VoloReportPicture *ret_picture, VoloError *err)
{
    (void)user, (void)index, (void)name, (void)ret_picture;
    return volo_fail(err, VOLO_ERR_IO, "'x.png': No such <file>");
}

static void says_why_a_picture_is_missing(void **state)
{
    ToyEvaluation toy;
    size_t bytes;

    (void)state;
    toy_evaluation_init(&toy, &plain);
    write_report(&toy, lost_picture, 2);
    char *html = load("report.html", &bytes);
    assert_int_equal(count(html, "&#39;x.png&#39;: No such &lt;file&gt;"), 2);
    assert_int_equal(count(html, "<figure>"), 0);
    free(html);
    toy_evaluation_clear(&toy);
}

static VoloStatus cancelled_picture(void *user, size_t index, const char *name,
                                    VoloReportPicture *ret_picture, VoloError *err)
{
    (void)user, (void)index, (void)name, (void)ret_picture;
    return volo_fail(err, VOLO_ERR_CANCELLED, "stopped");
}

static void ends_when_it_is_cancelled(void **state)
{
    const VoloReportOptions options = { 3, cancelled_picture, NULL };
    ToyEvaluation toy;
    VoloError err;

    (void)state;
    toy_evaluation_init(&toy, &plain);
    assert_int_equal(volo_report_write(dir.path, &toy.result, &options, &err), VOLO_ERR_CANCELLED);
    assert_string_equal(err.message, "stopped");
    toy_evaluation_clear(&toy);
}

static void has_no_headline_when_it_is_a_part(void **state)
{
    ToyEvaluation toy;
    size_t bytes;

    (void)state;
    toy_evaluation_init(&toy, &plain);
    toy.result.info.shard = 2;
    toy.result.info.shard_count = 3;
    write_report(&toy, NULL, 0);
    char *html = load("report.html", &bytes);
    assert_non_null(strstr(html, "Shard 2 of 3"));
    assert_null(strstr(html, "class=\"figure\""));
    free(html);
    toy_evaluation_clear(&toy);
}

/* No pictures, no predictions, no classes found: every score is no number. */
static void survives_an_empty_evaluation(void **state)
{
    const ToyOptions empty = { "ade20k", VOLO_LABELS_IDS, 0, 3, 7, 0, false };
    ToyEvaluation toy;
    size_t bytes;

    (void)state;
    toy_evaluation_init(&toy, &empty);
    write_report(&toy, toy_evaluation_picture, 20);
    char *html = load("report.html", &bytes);
    assert_null(strstr(html, "nan"));
    assert_null(strstr(html, "inf"));
    free(html);
    toy_evaluation_clear(&toy);
}

static void says_what_cannot_be_written(void **state)
{
    struct rlimit before;
    ToyEvaluation toy;
    VoloError err;

    (void)state;
    toy_evaluation_init(&toy, &plain);
    assert_int_equal(volo_report_write("/no/such", &toy.result, NULL, &err), VOLO_ERR_IO);
    assert_string_equal(err.message, "'/no/such/report.html': No such file or directory");
    signal(SIGXFSZ, SIG_IGN);
    unlink(scratch_path(&dir, "report.html"));
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &(struct rlimit){ 5000, before.rlim_max }), 0);
    const VoloStatus status = volo_report_write(dir.path, &toy.result, NULL, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(status, VOLO_ERR_SPACE);
    assert_non_null(strstr(err.message, "report.html': File too large"));
    assert_int_equal(access(scratch_path(&dir, "report.html"), F_OK), -1);
    toy_evaluation_clear(&toy);
}

/* --- the matrix --- */

static const char *const names[] = { "a", "b", "c", "d" };
static const uint64_t cells[] = {
    90, 5, 5,  0,  0, /* a */
    0,  0, 0,  0,  0, /* b: nowhere in the truth */
    40, 0, 50, 0,  10 /* c: ten times no class */,
    0,  0, 1,  99, 0, /* d */
};

static size_t drawn_bytes(const VoloMatrixPlot *plot, VoloDrawingFormat format, char **ret_data)
{
    VoloDrawing *drawing;
    uint8_t *data = NULL;
    size_t bytes = 0;
    VoloError err;

    if (volo_matrix_plot(plot, &drawing, &err) ||
        volo_drawing_encode(drawing, format, &data, &bytes, &err))
        fail_msg("%s", err.message);
    volo_drawing_free(drawing);
    *ret_data = (char *)data;
    return bytes;
}

static void draws_a_matrix_in_every_way(void **state)
{
    (void)state;
    for (int share = VOLO_SHARE_OF_ROW; share <= VOLO_SHARE_OF_ALL; share++) {
        for (size_t top = 0; top <= 5; top++) {
            const VoloMatrixPlot plot = { "t", 4, names, cells, (VoloMatrixShare)share, top };
            char *one, *two;
            const size_t bytes = drawn_bytes(&plot, VOLO_DRAWING_SVG, &one);

            assert_int_equal(drawn_bytes(&plot, VOLO_DRAWING_SVG, &two), bytes);
            assert_memory_equal(one, two, bytes);
            free(one);
            free(two);
        }
    }
}

/* Every cell that is not empty is a filled square; orange only off the diagonal. */
static void shades_right_and_wrong_apart(void **state)
{
    static const uint64_t right[] = { 7, 0, 0, 0, 7, 0 }, wrong[] = { 0, 7, 0, 7, 0, 0 };
    const VoloMatrixPlot good = { NULL, 2, names, right, VOLO_SHARE_OF_ROW, 0 };
    const VoloMatrixPlot bad = { NULL, 2, names, wrong, VOLO_SHARE_OF_ROW, 0 };
    char *svg;

    (void)state;
    /* The darkest blue, 8 48 107, and orange, 127 39 4, which the scales just do not reach. */
    drawn_bytes(&good, VOLO_DRAWING_SVG, &svg);
    assert_int_equal(count(svg, "rgb(3.137255%,18.823529%,41.960784%)"), 2);
    assert_int_equal(count(svg, "rgb(49.803922%,15.294118%,1.568627%)"), 0);
    free(svg);
    drawn_bytes(&bad, VOLO_DRAWING_SVG, &svg);
    assert_int_equal(count(svg, "rgb(49.803922%,15.294118%,1.568627%)"), 2);
    assert_int_equal(count(svg, "rgb(3.137255%,18.823529%,41.960784%)"), 0);
    free(svg);
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
        cmocka_unit_test(shows_the_worst_pictures),
        cmocka_unit_test(sorts_pictures_by_their_score),
        cmocka_unit_test(has_the_same_bytes_each_time),
        cmocka_unit_test(fetches_nothing),
        cmocka_unit_test(escapes_every_name),
        cmocka_unit_test(says_why_a_picture_is_missing),
        cmocka_unit_test(ends_when_it_is_cancelled),
        cmocka_unit_test(has_no_headline_when_it_is_a_part),
        cmocka_unit_test(survives_an_empty_evaluation),
        cmocka_unit_test(says_what_cannot_be_written),
        cmocka_unit_test(draws_a_matrix_in_every_way),
        cmocka_unit_test(shades_right_and_wrong_apart),
    };

    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
