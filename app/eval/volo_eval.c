/* SPDX-License-Identifier: Apache-2.0 */
/* volo-eval: how good the masks of a model are, in the figures of several benchmarks. */
#include "app/common/program.h"
#include "app/eval/eval_commands.h"
#include "app/eval/result_commands.h"

#define GROUPS(of) of, sizeof of / sizeof *of
static const Command commands[] = {
    { "run", NULL, WORDS_NONE, "run a model over a data set and count what it gets right",
      GROUPS(cmd_run_groups), cmd_run, NULL },
    { "score", "[GT PREDICTION]...", WORDS_FILE, "count what ready-made predictions get right",
      GROUPS(cmd_score_groups), cmd_score, NULL },
    { "merge", "DIR...", WORDS_FOLDER, "put the parts of an evaluation together",
      GROUPS(cmd_merge_groups), cmd_merge, NULL },
    { "diff", "A.json B.json", WORDS_FILE,
      "compare two results: classes, pictures, and how sure the difference is",
      GROUPS(cmd_diff_groups), cmd_diff, NULL },
    { "confusion", "RESULT.json", WORDS_FILE, "draw the confusion matrix of a result",
      GROUPS(cmd_confusion_groups), cmd_confusion, NULL },
    { "datasets", "[NAME]", WORDS_DATASETS, "list the data sets, or the classes of one",
      GROUPS(cmd_datasets_groups), cmd_datasets, NULL },
};
#undef GROUPS

int main(int argc, char **argv)
{
    const Program program = { "volo-eval", "evaluate segmentations", commands,
                              sizeof commands / sizeof *commands };

    return program_run(&program, argc, argv);
}
