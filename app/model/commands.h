/* SPDX-License-Identifier: Apache-2.0 */
/* The subcommands of volo-model: option groups and what each does (exit code returned). */
#ifndef VOLO_APP_MODEL_COMMANDS_H
#define VOLO_APP_MODEL_COMMANDS_H

#include <volo/model.h>

#include "app/common/exit_codes.h"
#include "app/common/options.h"

extern const OptionGroup cmd_info_groups[2], cmd_verify_groups[2], cmd_convert_groups[2],
    cmd_init_groups[2], cmd_classify_groups[3];

int cmd_info(const Command *command, int argc, char **argv);
int cmd_verify(const Command *command, int argc, char **argv);
int cmd_convert(const Command *command, int argc, char **argv);
int cmd_init(const Command *command, int argc, char **argv);
int cmd_classify(const Command *command, int argc, char **argv);

/* Opens a model for what it can do: without a decode head, but with a classification tail, for
 * classifying. */
VoloStatus cmd_open(const char *path, bool strict, VoloModel **ret_model, VoloError *err);

#endif
