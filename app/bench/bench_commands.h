/* SPDX-License-Identifier: Apache-2.0 */
/* The subcommands of volo-bench: option groups and what each does (exit code returned). */
#ifndef VOLO_APP_BENCH_COMMANDS_H
#define VOLO_APP_BENCH_COMMANDS_H

#include "app/common/exit_codes.h"
#include "app/common/options.h"

extern const OptionGroup cmd_machine_groups[2], cmd_kernels_groups[3], cmd_gemm_groups[3],
    cmd_model_groups[4], cmd_load_groups[4];

int cmd_machine(const Command *command, int argc, char **argv);
int cmd_kernels(const Command *command, int argc, char **argv);
int cmd_gemm(const Command *command, int argc, char **argv);
int cmd_load(const Command *command, int argc, char **argv);
int cmd_model(const Command *command, int argc, char **argv);

#endif
