/* SPDX-License-Identifier: Apache-2.0 */
/* volo-eval: how good the masks of a model are, in the figures of several benchmarks. */
#include "app/common/report.h"
#include "app/common/startup.h"
#include "app/eval/eval_commands.h"
#include "app/eval/result_commands.h"

#include <string.h>

#define GROUPS(of) .groups = of, .group_count = sizeof of / sizeof *of
static const Command commands[] = {
    {
        .program = "volo-eval",
        .name = "run",
        .summary = "run a model over a data set and count what it gets right",
        GROUPS(cmd_run_groups),
        .run = cmd_run,
    },
    {
        .program = "volo-eval",
        .name = "score",
        .summary = "count what ready-made predictions get right",
        GROUPS(cmd_score_groups),
        .run = cmd_score,
    },
    {
        .program = "volo-eval",
        .name = "merge",
        .operands = "DIR...",
        .summary = "put the parts of an evaluation together",
        GROUPS(cmd_merge_groups),
        .operand_words = WORDS_FOLDER,
        .run = cmd_merge,
    },
    {
        .program = "volo-eval",
        .name = "diff",
        .operands = "A.json B.json",
        .summary = "compare two results: classes, pictures, and how sure the difference is",
        GROUPS(cmd_diff_groups),
        .operand_words = WORDS_FILE,
        .run = cmd_diff,
    },
    {
        .program = "volo-eval",
        .name = "confusion",
        .operands = "RESULT.json",
        .summary = "draw the confusion matrix of a result",
        GROUPS(cmd_confusion_groups),
        .operand_words = WORDS_FILE,
        .run = cmd_confusion,
    },
    {
        .program = "volo-eval",
        .name = "datasets",
        .operands = "[NAME]",
        .summary = "list the data sets, or the classes of one",
        GROUPS(cmd_datasets_groups),
        .operand_words = WORDS_DATASETS,
        .run = cmd_datasets,
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
    .program = "volo-eval",
    .summary = "evaluate segmentations",
    .groups = top_groups,
    .group_count = sizeof top_groups / sizeof *top_groups,
};

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
        return options_misused(&top, "a command is missing: run, score, merge, diff, confusion or "
                                     "datasets");
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
