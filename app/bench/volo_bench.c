/* SPDX-License-Identifier: Apache-2.0 */
/* volo-bench: how fast this machine, the kernels and whole models are. */
#include "app/bench/bench_commands.h"
#include "app/common/program.h"

#define GROUPS(of) of, sizeof of / sizeof *of
static const Command commands[] = {
    { "machine", NULL, WORDS_NONE,
      "measure what the machine can do: arithmetic, memory, matrix products",
      GROUPS(cmd_machine_groups), cmd_machine, NULL },
    { "kernels", NULL, WORDS_NONE, "time every kernel at every CPU level",
      GROUPS(cmd_kernels_groups), cmd_kernels, NULL },
    { "gemm", NULL, WORDS_NONE, "time the matrix products of networks, our own and OpenBLAS's",
      GROUPS(cmd_gemm_groups), cmd_gemm, NULL },
    { "model", NULL, WORDS_NONE, "time a model stage by stage", GROUPS(cmd_model_groups), cmd_model,
      NULL },
    { "load", NULL, WORDS_NONE, "time how long a model takes to open", GROUPS(cmd_load_groups),
      cmd_load, NULL },
};
#undef GROUPS

int main(int argc, char **argv)
{
    const Program program = { "volo-bench", "measure the machine, the kernels and whole models",
                              commands, sizeof commands / sizeof *commands };

    return program_run(&program, argc, argv);
}
