/* SPDX-License-Identifier: Apache-2.0 */
/* The command line up to the subcommand; what follows is the subcommand's. */
#include "app/common/program.h"

#include "app/common/report.h"
#include "app/common/startup.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

typedef struct TopOptions {
    GeneralOptions general;
    ExportOptions export;
} TopOptions;

static const OptionGroup top_groups[] = {
    { "General", startup_general_rows + STARTUP_GENERAL_ROW_COUNT - STARTUP_TOP_ROW_COUNT,
      STARTUP_TOP_ROW_COUNT, offsetof(TopOptions, general) },
    { NULL, startup_export_rows, 1, offsetof(TopOptions, export) },
};

/* "run, score or merge" */
static int refuse_missing(const Command *top, const Program *program)
{
    char names[256] = "";
    size_t length = 0;

    for (size_t i = 0; i < program->count && length < sizeof names; i++) {
        const char *before = i == 0 ? "" : i + 1 < program->count ? ", " : " or ";

        length += (size_t)snprintf(names + length, sizeof names - length, "%s%s", before,
                                   program->commands[i].name);
    }
    return options_misused(top, "a command is missing: %s", names);
}

static int run_command(const Command *top, const Program *program, int argc, char **argv)
{
    for (size_t i = 0; i < program->count; i++) {
        if (strcmp(program->commands[i].name, argv[0]) == 0) {
            Command command = program->commands[i];

            command.program = program->name;
            return command.run(&command, argc, argv);
        }
    }
    return options_misused(top, "unknown command '%s'", argv[0]);
}

static void export_tables(OptionForm form, const Command *top, const Program *program)
{
    Command commands[PROGRAM_MAX_COMMANDS];

    assert(program->count <= PROGRAM_MAX_COMMANDS);
    for (size_t i = 0; i < program->count; i++) {
        commands[i] = program->commands[i];
        commands[i].program = program->name;
    }
    options_export(form, top, commands, program->count);
}

int program_run(const Program *program, int argc, char **argv)
{
    const Command top = {
        .program = program->name,
        .summary = program->summary,
        .groups = top_groups,
        .group_count = sizeof top_groups / sizeof *top_groups,
    };
    TopOptions o = { .export.form = 0 };
    int first, code = program_start();

    if (!code)
        code = options_parse(&top, argc, argv, &o, &first);
    if (code)
        return code;
    message_style(o.general.style);
    if (o.export.form)
        export_tables((OptionForm)(o.export.form - 1), &top, program);
    else if (o.general.help)
        options_print_program_help(&top, program->commands, program->count);
    else if (o.general.version)
        program_print_version(program->name, o.general.style.verbose);
    else if (first == argc)
        return refuse_missing(&top, program);
    else
        return run_command(&top, program, argc - first, argv + first);
    return report_flush();
}
