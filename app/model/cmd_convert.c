/* SPDX-License-Identifier: Apache-2.0 */
/* volo-model convert. */
#include <volo/model.h>

#include "app/common/outputs.h"
#include "app/common/startup.h"
#include "app/model/commands.h"

typedef struct ConvertOptions {
    GeneralOptions general;
    const char *out;
    int dtype; /* 0: f32, 1: f16 */
} ConvertOptions;

static const OptionRow rows[] = {
    { "out", 'o', option_text, "FILE", "safetensors file to write", offsetof(ConvertOptions, out),
      WORDS_FILE, 0, 0 },
    { "dtype", 0, option_choice, "f32|f16", "how numbers are stored (default: f32)",
      offsetof(ConvertOptions, dtype), WORDS_CHOICES, 0, 0 },
};

const OptionGroup cmd_convert_groups[2] = {
    { "Options", rows, sizeof rows / sizeof *rows, 0 },
    { "General", startup_general_rows, STARTUP_GENERAL_ROW_COUNT,
      offsetof(ConvertOptions, general) },
};

int cmd_convert(const Command *command, int argc, char **argv)
{
    static const VoloDtype dtypes[] = { VOLO_F32, VOLO_F16 };
    ConvertOptions o = { .dtype = 0 };
    FileId in, out;
    VoloError err;
    int first, code = options_parse(command, argc, argv, &o, &first);

    if (code || program_answer(command, &o.general, &code))
        return code;
    if (argc - first != 1)
        return options_misused(command, "exactly one model is wanted, not %d", argc - first);
    if (!o.out)
        return options_misused(command, "--out FILE is missing");
    if (file_id(argv[first], &in) && file_id(o.out, &out) && file_id_compare(&in, &out) == 0)
        return options_misused(command, "--out '%s' would overwrite the input", o.out);
    if (output_check_file(o.out, &err))
        return exit_refuse(SUBJECT_OUTPUT, &err);
    if (volo_model_convert(argv[first], o.out, dtypes[o.dtype], &err))
        return exit_refuse(SUBJECT_MODEL, &err);
    message_note("wrote '%s'", o.out);
    return 0;
}
