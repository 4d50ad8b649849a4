/* SPDX-License-Identifier: Apache-2.0 */
/* The subcommands of volo-bench: option groups and what each does (exit code returned). */
#ifndef VOLO_APP_BENCH_COMMANDS_H
#define VOLO_APP_BENCH_COMMANDS_H

#include "app/common/exit_codes.h"
#include "app/common/options.h"

extern const OptionGroup cmd_model_groups[4];

int cmd_model(const Command *command, int argc, char **argv);

/* Prints the message and returns the exit code. */
int cmd_refuse(ExitSubject subject, const VoloError *err);

#endif
