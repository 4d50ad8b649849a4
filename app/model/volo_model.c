/* SPDX-License-Identifier: Apache-2.0 */
/* volo-model: what is in a model file, whether it is sound, making new ones, and classifying. */
#include "app/common/program.h"
#include "app/model/commands.h"

#define GROUPS(of) of, sizeof of / sizeof *of
static const Command commands[] = {
    { "info", "[FILE|DIR]", WORDS_FILE,
      "describe a model and what running it takes; without one, all that is built in",
      GROUPS(cmd_info_groups), cmd_info, NULL },
    { "verify", "FILE|DIR", WORDS_FILE,
      "bind every tensor of a model, run it once and check the numbers", GROUPS(cmd_verify_groups),
      cmd_verify, NULL },
    { "convert", "FILE|DIR", WORDS_FILE,
      "write a model as one safetensors file with its settings inside", GROUPS(cmd_convert_groups),
      cmd_convert, NULL },
    { "init", NULL, WORDS_NONE, "write a randomly initialised model", GROUPS(cmd_init_groups),
      cmd_init, NULL },
    { "classify", "IMAGE", WORDS_FILE, "say what a picture shows, by a model's classification tail",
      GROUPS(cmd_classify_groups), cmd_classify, NULL },
};
#undef GROUPS

VoloStatus cmd_open(const char *path, bool strict, VoloModel **ret_model, VoloError *err)
{
    const VoloModelOptions segment = { .strict = strict, .task = VOLO_SEGMENT };
    const VoloModelOptions classify = { .strict = strict, .task = VOLO_CLASSIFY };
    VoloModel *model, *classifier;
    const VoloStatus status = volo_model_open(path, &segment, &model, err);

    if (status)
        return status;
    if (!volo_model_info(model)->head && !volo_model_open(path, &classify, &classifier, NULL)) {
        volo_model_unref(model);
        model = classifier;
    }
    *ret_model = model;
    return VOLO_OK;
}

int main(int argc, char **argv)
{
    const Program program = { "volo-model", "look into, check, convert and make model files",
                              commands, sizeof commands / sizeof *commands };

    return program_run(&program, argc, argv);
}
