/* SPDX-License-Identifier: Apache-2.0 */
/* volo-model init. */
#include <volo/model.h>

#include "app/common/outputs.h"
#include "app/common/startup.h"
#include "app/model/commands.h"

typedef struct InitOptions {
    GeneralOptions general;
    const char *out, *variant, *config;
    uint64_t classes, seed;
    size_t img_size[2];
} InitOptions;

static const OptionRow rows[] = {
    { "out", 'o', option_text, "FILE", "safetensors file to write", offsetof(InitOptions, out),
      WORDS_FILE, 0, 0 },
    { "variant", 0, option_text, "NAME", "network to make: volo_d1 to volo_d5",
      offsetof(InitOptions, variant), WORDS_NONE, 0, 0 },
    { "config", 0, option_text, "FILE", "JSON settings to make it from, instead of --variant",
      offsetof(InitOptions, config), WORDS_FILE, 0, 0 },
    { "classes", 0, option_count, "K", "classes (default: as the settings say)",
      offsetof(InitOptions, classes), WORDS_NONE, 1, 255 },
    { "img-size", 0, option_size, "HxW",
      "size of training (default: as the settings say, else 512)", offsetof(InitOptions, img_size),
      WORDS_NONE, 0, 0 },
    { "seed", 0, option_count, "N", "seed of the random numbers (default: 0)",
      offsetof(InitOptions, seed), WORDS_NONE, 0, UINT64_MAX },
};

const OptionGroup cmd_init_groups[2] = {
    { "Options", rows, sizeof rows / sizeof *rows, 0 },
    { "General", startup_general_rows, STARTUP_GENERAL_ROW_COUNT, offsetof(InitOptions, general) },
};

static int check(const Command *command, const InitOptions *o)
{
    FileId config, out;

    if (!o->out)
        return options_misused(command, "--out FILE is missing");
    if (!o->variant == !o->config)
        return options_misused(command, "one of --variant and --config is wanted");
    if (o->variant && !o->classes)
        return options_misused(command, "--variant needs --classes K");
    if (o->config && file_id(o->config, &config) && file_id(o->out, &out) &&
        file_id_compare(&config, &out) == 0)
        return options_misused(command, "--out '%s' would overwrite the settings", o->out);
    return 0;
}

int cmd_init(const Command *command, int argc, char **argv)
{
    InitOptions o = { .seed = 0 };
    VoloError err;
    int first, code = options_parse(command, argc, argv, &o, &first);

    if (code || program_answer(command, &o.general, &code))
        return code;
    code = check(command, &o);
    if (code)
        return code;
    const VoloModelRecipe recipe = {
        .variant = o.variant,
        .config_path = o.config,
        .classes = o.classes,
        .img_size = { o.img_size[0], o.img_size[1] },
        .seed = o.seed,
    };
    if (output_check_file(o.out, &err))
        return exit_refuse(SUBJECT_OUTPUT, &err);
    if (volo_model_create(&recipe, o.out, &err))
        return exit_refuse(SUBJECT_RECIPE, &err);
    message_note("wrote '%s'", o.out);
    return 0;
}
