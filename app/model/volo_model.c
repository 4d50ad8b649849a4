/* SPDX-License-Identifier: Apache-2.0 */
/* volo-model: what is in a model file, whether it is sound, making new ones, and classifying. */
#include "app/common/report.h"
#include "app/common/startup.h"
#include "app/model/commands.h"

#include <string.h>

#define GROUPS(of) .groups = of, .group_count = sizeof of / sizeof *of
static const Command commands[] = {
    {
        .program = "volo-model",
        .name = "info",
        .operands = "[FILE|DIR]",
        .summary = "describe a model and what running it takes; without one, all that is built in",
        GROUPS(cmd_info_groups),
        .operand_words = WORDS_FILE,
        .run = cmd_info,
    },
    {
        .program = "volo-model",
        .name = "verify",
        .operands = "FILE|DIR",
        .summary = "bind every tensor of a model, run it once and check the numbers",
        GROUPS(cmd_verify_groups),
        .operand_words = WORDS_FILE,
        .run = cmd_verify,
    },
    {
        .program = "volo-model",
        .name = "convert",
        .operands = "FILE|DIR",
        .summary = "write a model as one safetensors file with its settings inside",
        GROUPS(cmd_convert_groups),
        .operand_words = WORDS_FILE,
        .run = cmd_convert,
    },
    {
        .program = "volo-model",
        .name = "init",
        .summary = "write a randomly initialised model",
        GROUPS(cmd_init_groups),
        .run = cmd_init,
    },
    {
        .program = "volo-model",
        .name = "classify",
        .operands = "IMAGE",
        .summary = "say what a picture shows, by a model's classification tail",
        GROUPS(cmd_classify_groups),
        .operand_words = WORDS_FILE,
        .run = cmd_classify,
    },
};
#undef GROUPS
static const size_t command_count = sizeof commands / sizeof *commands;

typedef struct TopOptions {
    GeneralOptions general;
    ExportOptions export;
} TopOptions;

static const OptionGroup top_groups[] = {
    { "General", startup_general_rows + STARTUP_GENERAL_ROW_COUNT - STARTUP_TOP_ROW_COUNT,
      STARTUP_TOP_ROW_COUNT, offsetof(TopOptions, general) },
    { NULL, startup_export_rows, 1, offsetof(TopOptions, export) },
};

static const Command top = {
    .program = "volo-model",
    .summary = "look into, check, convert and make model files",
    .groups = top_groups,
    .group_count = sizeof top_groups / sizeof *top_groups,
};

VoloStatus cmd_open(const char *path, bool strict, VoloModel **ret_model, VoloError *err)
{
    const VoloModelOptions segment = { .strict = strict, .task = VOLO_SEGMENT };
    const VoloModelOptions classify = { .strict = strict, .task = VOLO_CLASSIFY };
    VoloModel *model, *classifier;
    const VoloStatus status = volo_model_open(path, &segment, &model, err);

    if (status)
        return status;
    if (!volo_model_info(model)->head && !volo_model_open(path, &classify, &classifier, NULL)) {
        volo_model_unref(model);
        model = classifier;
    }
    *ret_model = model;
    return VOLO_OK;
}

int cmd_refuse(ExitSubject subject, const VoloError *err)
{
    message_error("%s", err->message);
    return exit_code(subject, err->status);
}

/* The command line up to the subcommand; what follows is the subcommand's. */
static int dispatch(int argc, char **argv)
{
    TopOptions o = { .export.form = 0 };
    int first, code = options_parse(&top, argc, argv, &o, &first);

    if (code)
        return code;
    message_style(o.general.style);
    if (o.export.form)
        options_export((OptionForm)(o.export.form - 1), &top, commands, command_count);
    else if (o.general.help)
        options_print_program_help(&top, commands, command_count);
    else if (o.general.version)
        program_print_version(top.program, o.general.style.verbose);
    else if (first == argc)
        return options_misused(&top,
                               "a command is missing: info, verify, convert, init or classify");
    else {
        for (size_t i = 0; i < command_count; i++) {
            if (strcmp(commands[i].name, argv[first]) == 0)
                return commands[i].run(&commands[i], argc - first, argv + first);
        }
        return options_misused(&top, "unknown command '%s'", argv[first]);
    }
    return report_flush();
}

int main(int argc, char **argv)
{
    const int code = program_start();

    return code ? code : dispatch(argc, argv);
}
