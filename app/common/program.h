/* SPDX-License-Identifier: Apache-2.0 */
/* A program of subcommands: one table of commands is its main. */
#ifndef VOLO_APP_PROGRAM_H
#define VOLO_APP_PROGRAM_H

#include "app/common/options.h"

typedef struct Program {
    const char *name;    /* "volo-eval" */
    const char *summary; /* one line, lower case, no full stop */
    const Command *commands;
    size_t count; /* at most PROGRAM_MAX_COMMANDS */
} Program;

#define PROGRAM_MAX_COMMANDS 16

/* All of main: starts the library, answers what stands before the subcommand's name (help, version,
 * the texts made from the tables), and gives the rest of the line to that subcommand. Returns the
 * exit code. */
int program_run(const Program *program, int argc, char **argv);

#endif
