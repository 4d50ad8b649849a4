/* SPDX-License-Identifier: Apache-2.0 */
/* volo-model info. */
#include "app/common/report.h"
#include "app/common/startup.h"
#include "app/model/commands.h"
#include "app/model/info_report.h"

#include <stdlib.h>

typedef struct InfoOptions {
    GeneralOptions general;
    size_t input[2]; /* height, width; 0: what the model was trained at */
    uint64_t batch, threads;
    bool json, tensors;
} InfoOptions;

static const OptionRow rows[] = {
    { "input", 'i', option_size, "HxW",
      "size of the input that stages and memory are told for (default: what the model was trained "
      "at)",
      offsetof(InfoOptions, input), WORDS_NONE, 0, 0 },
    { "batch", 'b', option_count, "N", "pictures in that input (default: 1)",
      offsetof(InfoOptions, batch), WORDS_NONE, 1, 4096 },
    { "threads", 't', option_count, "N", "threads to plan for (default: all cores)",
      offsetof(InfoOptions, threads), WORDS_NONE, 1, 1024 },
    { "tensors", 0, option_set, NULL, "list the tensors of the file too",
      offsetof(InfoOptions, tensors), WORDS_NONE, 0, 0 },
    { "json", 0, option_set, NULL, "print JSON", offsetof(InfoOptions, json), WORDS_NONE, 0, 0 },
};

const OptionGroup cmd_info_groups[2] = {
    { "Options", rows, sizeof rows / sizeof *rows, 0 },
    { "General", startup_general_rows, STARTUP_GENERAL_ROW_COUNT, offsetof(InfoOptions, general) },
};

static int report_model(const InfoOptions *o, VoloModel *model)
{
    const VoloModelInfo *info = volo_model_info(model);
    const size_t *size = o->input[0] ? o->input : info->img_size;
    InfoReport report = { .model = model,
                          .info = info,
                          .tensors = o->tensors,
                          .n = o->batch ? o->batch : 1,
                          .height = size[0],
                          .width = size[1] };
    VoloStage *stage = NULL;
    char sha256[65];
    VoloError err;

    if (volo_file_sha256(info->weights_path, sha256, &err))
        return exit_refuse(SUBJECT_MODEL, &err);
    if (info->head && volo_model_cost(model, report.n, report.height, report.width, (int)o->threads,
                                      &report.cost, &stage, &report.stage_count, &err))
        return exit_refuse(SUBJECT_DATA, &err);
    report.sha256 = sha256;
    report.stage = stage;
    if (o->json)
        info_report_json(&report);
    else
        info_report_text(&report);
    free(stage);
    return report_flush();
}

int cmd_info(const Command *command, int argc, char **argv)
{
    InfoOptions o = { .batch = 0 };
    VoloModel *model;
    VoloError err;
    int first, code = options_parse(command, argc, argv, &o, &first);

    if (code || program_answer(command, &o.general, &code))
        return code;
    if (argc - first > 1)
        return options_misused(command, "one model at a time, not %d", argc - first);
    if (first == argc && (o.input[0] || o.batch || o.threads || o.tensors))
        return options_misused(command, "--input, --batch, --threads and --tensors need a model");
    if (first == argc) {
        if (o.json)
            info_registries_json();
        else
            info_registries_text();
        return report_flush();
    }
    if (cmd_open(argv[first], false, &model, &err))
        return exit_refuse(SUBJECT_MODEL, &err);
    code = report_model(&o, model);
    volo_model_unref(model);
    return code;
}
