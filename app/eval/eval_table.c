/* SPDX-License-Identifier: Apache-2.0 */
/* The table on a terminal. */
#include "app/eval/eval_table.h"

#include "app/common/messages.h"
#include "app/common/report.h"
#include "app/common/utf8.h"
#include "app/eval/score_columns.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

typedef struct Table {
    FILE *stream;
    const VoloResult *result;
    const VoloScores *scores;
    int name_width; /* columns on the screen */
    bool colours;
} Table;

enum {
    MOST_NAME_WIDTH = 40,
    COLUMN_WIDTH = 8
};

/* Characters, of which nearly all take one place each. */
static int width_of(const char *text)
{
    int width = 0;

    while (*text) {
        const size_t length = utf8_length(text);

        text += length ? length : 1;
        width++;
    }
    return width;
}

static void put_name(const Table *t, const char *name)
{
    const int width = width_of(name);

    report_text(t->stream, name);
    fprintf(t->stream, "%*s", width < t->name_width ? t->name_width - width : 0, "");
}

/* As cityscapesScripts colours them: red, yellow, blue, cyan, green. */
static const char *colour_of(double fraction)
{
    static const char *const colours[] = { "\033[31m", "\033[33m", "\033[34m", "\033[36m",
                                           "\033[32m" };
    const size_t step = (size_t)(fraction * 5);

    return colours[step < 5 ? step : 4];
}

static void put_share(const Table *t, double fraction)
{
    const bool coloured = t->colours && !isnan(fraction);
    char text[SCORE_TEXT_SIZE];

    score_text(fraction, text);
    fprintf(t->stream, "%s%*s%s", coloured ? colour_of(fraction) : "", COLUMN_WIDTH, text,
            coloured ? "\033[0m" : "");
}

static bool is_shown(const Table *t, size_t column)
{
    return !score_columns[column].only_in_files &&
           (column == 0 || score_is_there(&score_columns[column], t->scores));
}

static void put_bold(const Table *t, const char *text)
{
    fprintf(t->stream, "%s%s%s", t->colours ? "\033[1m" : "", text, t->colours ? "\033[0m" : "");
}

/* --- parts --- */

static void put_head(const Table *t)
{
    const VoloResultInfo *info = &t->result->info;

    report_text(t->stream, info->dataset);
    fputs(*info->split ? " " : "", t->stream);
    report_text(t->stream, info->split);
    fprintf(t->stream, ", %" PRIu64 " of %" PRIu64 " pictures, ", t->scores->images, info->listed);
    report_text(t->stream, info->model ? info->model : "ready-made predictions");
    if (info->map) {
        fputs(", class map ", t->stream);
        report_text(t->stream, info->map);
    }
    fprintf(t->stream, "\nconvention %s: %s\n", volo_convention_name(info->convention),
            volo_convention_summary(info->convention));
    if (info->shard_count > 1)
        fprintf(t->stream, "shard %zu of %zu: a part, without averages\n", info->shard,
                info->shard_count);
    putc('\n', t->stream);
}

static void put_heads(const Table *t, const char *first)
{
    fprintf(t->stream, "%s%-*s", t->colours ? "\033[1m" : "", t->name_width, first);
    for (size_t i = 0; i < SCORE_COLUMN_COUNT; i++) {
        if (is_shown(t, i))
            fprintf(t->stream, "%*s", COLUMN_WIDTH, score_columns[i].title);
    }
    fprintf(t->stream, "%s\n", t->colours ? "\033[0m" : "");
}

static void put_classes(const Table *t)
{
    const VoloLabelSpace *space = volo_evaluation_space(t->result->evaluation);

    put_heads(t, "class, %");
    for (size_t i = 0; i < t->scores->class_count; i++) {
        put_name(t, volo_label_space_class(space, i)->name);
        for (size_t j = 0; j < SCORE_COLUMN_COUNT; j++) {
            if (is_shown(t, j))
                put_share(t, score_of_class(&score_columns[j], &t->scores->classes[i]));
        }
        putc('\n', t->stream);
    }
    if (t->result->info.shard_count > 1)
        return;
    put_name(t, "mean");
    for (size_t j = 0; j < SCORE_COLUMN_COUNT; j++) {
        if (is_shown(t, j))
            put_share(t, score_average(&score_columns[j], t->scores));
    }
    putc('\n', t->stream);
}

static void put_categories(const Table *t)
{
    const VoloLabelSpace *space = volo_evaluation_space(t->result->evaluation);
    const VoloScores *s = t->scores;

    if (isnan(s->category_miou))
        return;
    fprintf(t->stream, "\n%s%-*s%*s%*s%s\n", t->colours ? "\033[1m" : "", t->name_width,
            "category, %", COLUMN_WIDTH, "IoU", COLUMN_WIDTH, "iIoU", t->colours ? "\033[0m" : "");
    for (size_t i = 0; i < s->category_count; i++) {
        if (isnan(s->categories[i].iou) && isnan(s->categories[i].instance_iou))
            continue;
        put_name(t, volo_label_space_category(space, i));
        put_share(t, s->categories[i].iou);
        put_share(t, s->categories[i].instance_iou);
        putc('\n', t->stream);
    }
}

static void put_totals(const Table *t)
{
    const VoloResultInfo *info = &t->result->info;
    char text[SCORE_TEXT_SIZE], number[VOLO_RESULT_NUMBER_SIZE];
    ScoreTotal total;

    score_text(t->scores->miou, text);
    putc('\n', t->stream);
    put_bold(t, "mIoU ");
    put_bold(t, text);
    for (size_t i = 0; (total = score_total(t->result, t->scores, i)).title; i++) {
        if (isnan(total.value))
            continue;
        score_text(total.value, text);
        fprintf(t->stream, "  %s %s", total.title, text);
    }
    volo_result_number(volo_convention_report(info->convention, t->scores->miou), number);
    fprintf(t->stream, "\nreported by %s as %s\n", volo_convention_name(info->convention), number);
}

static int widest_name(const VoloResult *result, const VoloScores *scores)
{
    const VoloLabelSpace *space = volo_evaluation_space(result->evaluation);
    int widest = width_of("category, %");

    for (size_t i = 0; i < scores->class_count; i++) {
        const int width = width_of(volo_label_space_class(space, i)->name);

        if (width > widest)
            widest = width;
    }
    return widest < MOST_NAME_WIDTH ? widest : MOST_NAME_WIDTH;
}

void eval_put_table(FILE *stream, const VoloResult *result, const VoloScores *scores)
{
    const Table t = { stream, result, scores, widest_name(result, scores),
                      stream == stdout && message_colours(stdout) };

    put_head(&t);
    put_classes(&t);
    if (result->info.shard_count > 1)
        return;
    put_categories(&t);
    put_totals(&t);
}
