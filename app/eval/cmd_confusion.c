/* SPDX-License-Identifier: Apache-2.0 */
/* volo-eval confusion: the confusion matrix of a result as a picture. */
#include <volo/eval_report.h>

#include "app/common/exit_codes.h"
#include "app/common/outputs.h"
#include "app/common/startup.h"
#include "app/eval/result_commands.h"

#include <stdlib.h>
#include <string.h>

typedef struct ConfusionOptions {
    GeneralOptions general;
    const char *out, *title;
    int share; /* VoloMatrixShare */
    uint64_t top, scale;
} ConfusionOptions;

static const OptionRow rows[] = {
    { "out", 'o', option_text, "FILE", "where to write it, as .svg, .png or .pdf",
      offsetof(ConfusionOptions, out), WORDS_FILE, 0, 0 },
    { "normalise", 0, option_choice, "row|column|none",
      "what a cell is a share of: its class, its prediction, all pixels (default: row)",
      offsetof(ConfusionOptions, share), WORDS_CHOICES, 0, 0 },
    { "top", 0, option_count, "N", "only the classes with the most wrong pixels (default: all)",
      offsetof(ConfusionOptions, top), WORDS_NONE, 1, 255 },
    { "title", 0, option_text, "TEXT", "what stands above (default: model and data set)",
      offsetof(ConfusionOptions, title), WORDS_NONE, 0, 0 },
    { "scale", 0, option_count, "N", "PNG only: pixels for each unit (default: 2)",
      offsetof(ConfusionOptions, scale), WORDS_NONE, 1, 8 },
};

const OptionGroup cmd_confusion_groups[2] = {
    { "Options", rows, sizeof rows / sizeof *rows, 0 },
    { "General", startup_general_rows, STARTUP_GENERAL_ROW_COUNT,
      offsetof(ConfusionOptions, general) },
};

/* cells u64 [count, count + 1]: by class, the last column predictions of no class */
static void fold(const VoloResultFile *file, size_t count, uint64_t *cells)
{
    const uint64_t *raw = volo_result_file_confusion(file);
    const size_t labels = volo_result_file_label_count(file);

    for (size_t i = 0; i < labels; i++) {
        const VoloResultLabel *truth = volo_result_file_label(file, i);

        for (size_t j = 0; truth->class_index >= 0 && j < labels; j++) {
            const VoloResultLabel *guess = volo_result_file_label(file, j);
            const size_t column = guess->class_index >= 0 ? (size_t)guess->class_index : count;

            cells[(size_t)truth->class_index * (count + 1) + column] +=
                raw[truth->raw * VOLO_LABEL_VALUES + guess->raw];
        }
    }
}

static void default_title(const VoloResultFile *file, char *title, size_t size)
{
    const VoloResultInfo *info = volo_result_file_info(file);
    const bool whole = info->shard_count == 1;
    int used = snprintf(title, size, "%.100s on %.60s %.60s",
                        info->model ? info->model : "predictions", info->dataset, info->split);

    if (!whole && used > 0 && (size_t)used < size)
        snprintf(title + used, size - (size_t)used, " (shard %zu of %zu)", info->shard,
                 info->shard_count);
}

static VoloStatus draw(const ConfusionOptions *o, const VoloResultFile *file, VoloError *err)
{
    const size_t count = volo_result_file_class_count(file);
    const char *names[VOLO_LABEL_VALUES];
    uint64_t *cells = calloc(count * (count + 1), sizeof *cells);
    char title[320];
    VoloDrawing *drawing;

    if (!cells)
        return volo_fail(err, VOLO_ERR_MEMORY, "out of memory for the matrix");
    default_title(file, title, sizeof title);
    for (size_t i = 0; i < count; i++)
        names[i] = volo_result_file_class(file, i)->name;
    fold(file, count, cells);
    const VoloMatrixPlot plot = { .title = o->title ? o->title : title,
                                  .count = count,
                                  .names = names,
                                  .cells = cells,
                                  .share = (VoloMatrixShare)o->share,
                                  .top = (size_t)o->top };
    VoloStatus status = volo_matrix_plot(&plot, &drawing, err);
    free(cells);
    if (status)
        return status;
    volo_drawing_set_scale(drawing, (double)o->scale);
    status = volo_drawing_write(drawing, o->out, err);
    volo_drawing_free(drawing);
    return status;
}

static int confusion(const ConfusionOptions *o, const char *path)
{
    VoloResultFile *file;
    VoloError err;

    if (output_check_file(o->out, &err))
        return exit_refuse(SUBJECT_OUTPUT, &err);
    if (volo_result_file_open(path, &file, &err))
        return exit_refuse(SUBJECT_DATA, &err);
    const VoloStatus status = draw(o, file, &err);
    volo_result_file_close(file);
    return status ? exit_refuse(SUBJECT_OUTPUT, &err) : 0;
}

int cmd_confusion(const Command *command, int argc, char **argv)
{
    ConfusionOptions o = { .share = VOLO_SHARE_OF_ROW, .scale = 2 };
    VoloDrawingFormat format;
    VoloError err;
    int first, code = options_parse(command, argc, argv, &o, &first);

    if (code || program_answer(command, &o.general, &code))
        return code;
    if (argc - first != 1)
        return options_misused(command, "one result is wanted, not %d", argc - first);
    if (!o.out)
        return options_misused(command, "--out is missing: where to write the picture");
    if (volo_drawing_format(o.out, &format, &err))
        return options_misused(command, "--out: %s", err.message);
    return confusion(&o, argv[first]);
}
