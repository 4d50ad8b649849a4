/* SPDX-License-Identifier: Apache-2.0 */
/* volo-bench: how fast this machine, the kernels and whole models are. */
#include "app/bench/bench_commands.h"
#include "app/common/report.h"
#include "app/common/startup.h"

#include <string.h>

#define GROUPS(of) .groups = of, .group_count = sizeof of / sizeof *of
static const Command commands[] = {
    {
        .program = "volo-bench",
        .name = "machine",
        .summary = "measure what the machine can do: arithmetic, memory, matrix products",
        GROUPS(cmd_machine_groups),
        .run = cmd_machine,
    },
    {
        .program = "volo-bench",
        .name = "kernels",
        .summary = "time every kernel at every CPU level",
        GROUPS(cmd_kernels_groups),
        .run = cmd_kernels,
    },
    {
        .program = "volo-bench",
        .name = "gemm",
        .summary = "time the matrix products of networks, our own and OpenBLAS's",
        GROUPS(cmd_gemm_groups),
        .run = cmd_gemm,
    },
    {
        .program = "volo-bench",
        .name = "model",
        .summary = "time a model stage by stage",
        GROUPS(cmd_model_groups),
        .run = cmd_model,
    },
    {
        .program = "volo-bench",
        .name = "load",
        .summary = "time how long a model takes to open",
        GROUPS(cmd_load_groups),
        .run = cmd_load,
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
    .program = "volo-bench",
    .summary = "measure the machine, the kernels and whole models",
    .groups = top_groups,
    .group_count = sizeof top_groups / sizeof *top_groups,
};

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
        return options_misused(&top, "a command is missing: machine, kernels, gemm, model or load");
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
