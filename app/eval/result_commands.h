/* SPDX-License-Identifier: Apache-2.0 */
/* The subcommands of volo-eval that work on result documents alone. */
#ifndef VOLO_APP_EVAL_RESULT_COMMANDS_H
#define VOLO_APP_EVAL_RESULT_COMMANDS_H

#include "app/common/options.h"

extern const OptionGroup cmd_diff_groups[2], cmd_confusion_groups[2];

int cmd_diff(const Command *command, int argc, char **argv);
int cmd_confusion(const Command *command, int argc, char **argv);

#endif
