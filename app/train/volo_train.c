/* SPDX-License-Identifier: Apache-2.0 */
/* volo-train: trains models, and looks at the data they are trained on. */
#include "app/common/program.h"
#include "app/train/train_commands.h"

#define GROUPS(of) of, sizeof of / sizeof *of
static const Command commands[] = {
    { "check", NULL, WORDS_NONE, "look for what is wrong with the data of a training",
      GROUPS(cmd_check_groups), cmd_check, NULL },
    { "preview", NULL, WORDS_NONE, "draw samples as the network gets them, beside their labels",
      GROUPS(cmd_preview_groups), cmd_preview, NULL },
    { "run", NULL, WORDS_NONE, "train a network", GROUPS(cmd_train_run_groups), cmd_train_run,
      NULL },
};
#undef GROUPS

int main(int argc, char **argv)
{
    const Program program = { "volo-train", "train models", commands,
                              sizeof commands / sizeof *commands };

    return program_run(&program, argc, argv);
}
