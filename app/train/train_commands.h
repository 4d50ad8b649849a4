/* SPDX-License-Identifier: Apache-2.0 */
/* The subcommands of volo-train: option groups and what each does (exit code returned). */
#ifndef VOLO_APP_TRAIN_TRAIN_COMMANDS_H
#define VOLO_APP_TRAIN_TRAIN_COMMANDS_H

#include "app/common/options.h"

extern const OptionGroup cmd_check_groups[3], cmd_preview_groups[4], cmd_train_run_groups[8];

int cmd_check(const Command *command, int argc, char **argv);
int cmd_preview(const Command *command, int argc, char **argv);
int cmd_train_run(const Command *command, int argc, char **argv);

#endif
