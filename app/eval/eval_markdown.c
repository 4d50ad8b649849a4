/* SPDX-License-Identifier: Apache-2.0 */
/* Tables as GitHub and others read them. */
#include "app/common/utf8.h"
#include "app/eval/eval_table.h"
#include "app/eval/score_columns.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* What Markdown would read, escaped; control characters and what is not UTF-8 become '?'. */
static void put_text(FILE *stream, const char *text)
{
    while (*text) {
        const size_t length = utf8_length(text);
        char character[5] = "?";

        memcpy(character, text, length);
        utf8_make_printable(character);
        if (strchr("\\`*_{}[]<>#|~&", *character))
            putc('\\', stream);
        fputs(character, stream);
        text += length ? length : 1;
    }
}

static void put_cell(FILE *stream, double fraction)
{
    char text[SCORE_TEXT_SIZE];

    score_text(fraction, text);
    fprintf(stream, " %s |", text);
}

static void put_head(FILE *stream, const VoloResult *result, const VoloScores *scores)
{
    const VoloResultInfo *info = &result->info;

    fputs("# ", stream);
    put_text(stream, info->dataset);
    fputs(*info->split ? " " : "", stream);
    put_text(stream, info->split);
    fputs("\n\n* model: ", stream);
    put_text(stream, info->model ? info->model : "none, ready-made predictions");
    if (info->model_sha256)
        fprintf(stream, "\n* SHA-256: %s", info->model_sha256);
    fprintf(stream, "\n* pictures: %" PRIu64 " of %" PRIu64 "\n* convention: ", scores->images,
            info->listed);
    put_text(stream, volo_convention_name(info->convention));
    if (info->map) {
        fputs("\n* class map: ", stream);
        put_text(stream, info->map);
    }
    for (size_t i = 0; i < info->option_count; i++) {
        fputs("\n* ", stream);
        put_text(stream, info->options[i].key);
        fputs(": ", stream);
        put_text(stream, info->options[i].value);
    }
    if (info->shard_count > 1)
        fprintf(stream, "\n* shard %zu of %zu: a part, without averages", info->shard,
                info->shard_count);
    fputs("\n\n", stream);
}

static bool is_shown(const VoloScores *scores, size_t column)
{
    return !score_columns[column].only_in_files &&
           (column == 0 || score_is_there(&score_columns[column], scores));
}

static void put_classes(FILE *stream, const VoloResult *result, const VoloScores *scores)
{
    const VoloLabelSpace *space = volo_evaluation_space(result->evaluation);

    fputs("| Class |", stream);
    for (size_t i = 0; i < SCORE_COLUMN_COUNT; i++) {
        if (is_shown(scores, i))
            fprintf(stream, " %s |", score_columns[i].title);
    }
    fputs("\n|---|", stream);
    for (size_t i = 0; i < SCORE_COLUMN_COUNT; i++)
        fputs(is_shown(scores, i) ? "---:|" : "", stream);
    putc('\n', stream);
    for (size_t i = 0; i < scores->class_count; i++) {
        fputs("| ", stream);
        put_text(stream, volo_label_space_class(space, i)->name);
        fputs(" |", stream);
        for (size_t j = 0; j < SCORE_COLUMN_COUNT; j++) {
            if (is_shown(scores, j))
                put_cell(stream, score_of_class(&score_columns[j], &scores->classes[i]));
        }
        putc('\n', stream);
    }
}

static void put_averages(FILE *stream, const VoloResult *result, const VoloScores *scores)
{
    ScoreTotal total;

    fputs("| **mean** |", stream);
    for (size_t j = 0; j < SCORE_COLUMN_COUNT; j++) {
        if (is_shown(scores, j))
            put_cell(stream, score_average(&score_columns[j], scores));
    }
    putc('\n', stream);
    if (isnan(scores->aacc)) /* nothing to score */
        return;
    fputs("\n| Total | % |\n|---|---:|\n", stream);
    for (size_t i = 0; (total = score_total(result, scores, i)).title; i++) {
        if (isnan(total.value))
            continue;
        fprintf(stream, "| %s |", total.title);
        put_cell(stream, total.value);
        putc('\n', stream);
    }
}

static void put_categories(FILE *stream, const VoloResult *result, const VoloScores *scores)
{
    const VoloLabelSpace *space = volo_evaluation_space(result->evaluation);

    if (isnan(scores->category_miou))
        return;
    fputs("\n| Category | IoU | iIoU |\n|---|---:|---:|\n", stream);
    for (size_t i = 0; i < scores->category_count; i++) {
        if (isnan(scores->categories[i].iou) && isnan(scores->categories[i].instance_iou))
            continue;
        fputs("| ", stream);
        put_text(stream, volo_label_space_category(space, i));
        fputs(" |", stream);
        put_cell(stream, scores->categories[i].iou);
        put_cell(stream, scores->categories[i].instance_iou);
        putc('\n', stream);
    }
}

void eval_put_markdown(FILE *stream, const VoloResult *result, const VoloScores *scores)
{
    put_head(stream, result, scores);
    put_classes(stream, result, scores);
    if (result->info.shard_count > 1)
        return;
    put_averages(stream, result, scores);
    put_categories(stream, result, scores);
}
