/* SPDX-License-Identifier: Apache-2.0 */
/* The subcommands of volo-eval: option groups and what each does (exit code returned). */
#ifndef VOLO_APP_EVAL_EVAL_COMMANDS_H
#define VOLO_APP_EVAL_EVAL_COMMANDS_H

#include "app/common/options.h"

extern const OptionGroup cmd_run_groups[7], cmd_score_groups[6], cmd_merge_groups[4],
    cmd_datasets_groups[2];

int cmd_run(const Command *command, int argc, char **argv);
int cmd_score(const Command *command, int argc, char **argv);
int cmd_merge(const Command *command, int argc, char **argv);
int cmd_datasets(const Command *command, int argc, char **argv);

#endif
