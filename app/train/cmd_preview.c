/* SPDX-License-Identifier: Apache-2.0 */
/* volo-train preview: contact sheets of samples, made by the loader that training uses. */
#include <volo/train_data.h>

#include "app/common/exit_codes.h"
#include "app/common/outputs.h"
#include "app/common/report.h"
#include "app/common/startup.h"
#include "app/train/data_options.h"
#include "app/train/train_commands.h"

#include <stdlib.h>

typedef struct PreviewOptions {
    GeneralOptions general;
    DataOptions data;
    AugmentOptions augment;
    struct {
        const char *out;
        uint64_t sheets, samples, columns, position;
    } own;
} PreviewOptions;

#define AT(field) offsetof(PreviewOptions, own.field) - offsetof(PreviewOptions, own)
static const OptionRow own_rows[] = {
    { "out", 'o', option_text, "DIR", "write the sheets there: sheet-POSITION.png", AT(out),
      WORDS_FOLDER, 0, 0 },
    { "sheets", 'n', option_count, "N", "how many sheets (default: 2)", AT(sheets), WORDS_NONE, 1,
      10000 },
    { "samples", 0, option_count, "N", "samples on a sheet (default: 12)", AT(samples), WORDS_NONE,
      1, 256 },
    { "columns", 0, option_count, "N", "of a sheet: samples beside each other (default: 3)",
      AT(columns), WORDS_NONE, 1, 16 },
    { "position", 0, option_count, "N",
      "begin with this sample, counted over the whole training (default: 0)", AT(position),
      WORDS_NONE, 0, UINT64_C(1) << 40 },
};
#undef AT

#define ROWS(rows) rows, sizeof rows / sizeof *rows
const OptionGroup cmd_preview_groups[4] = {
    { "Data", ROWS(data_rows), offsetof(PreviewOptions, data) },
    { "Samples", ROWS(augment_rows), offsetof(PreviewOptions, augment) },
    { "Sheets", ROWS(own_rows), offsetof(PreviewOptions, own) },
    { "General", startup_general_rows, STARTUP_GENERAL_ROW_COUNT,
      offsetof(PreviewOptions, general) },
};
#undef ROWS

typedef struct Preview {
    const Command *command;
    const PreviewOptions *o;
    VoloDataConfig *config;
    VoloDataOptions *data;
    VoloTrainSets *sets;
    VoloLoader *loader;
} Preview;

/* What options and files say together may be wrong too. */
static int refuse(const Preview *p, const VoloError *err)
{
    if (err->status == VOLO_ERR_ARGUMENT)
        return options_misused(p->command, "%s", err->message);
    return exit_refuse(SUBJECT_DATA, err);
}

static int open_data(Preview *p)
{
    VoloError err;
    const int code = data_options_load(p->command, &p->o->data, &p->o->augment, &p->config);

    if (code)
        return code;
    p->data = volo_data_config_options(p->config);
    p->data->loader.batch = p->o->own.samples;
    p->data->loader.position = p->o->own.position;
    p->data->loader.ahead = 1;
    if (volo_train_sets_open(p->data, VOLO_DATA_TRAINING, NULL, NULL, &p->sets, &err))
        return refuse(p, &err);
    if (p->data->sampling.rare > 0 && volo_train_sets_scan(p->sets, 0, NULL, NULL, &err))
        return refuse(p, &err);
    if (volo_loader_new(p->sets, p->data, &p->loader, &err))
        return refuse(p, &err);
    return 0;
}

static int write_sheet(const Preview *p, const VoloBatch *batch)
{
    const unsigned long long position = (unsigned long long)batch->samples->position;
    VoloError err;
    char *path = NULL;
    int code = 0;

    if (asprintf(&path, "%s/sheet-%06llu.png", p->o->own.out, position) < 0)
        return exit_no_memory("a path");
    if (output_make_folders(path, &err) ||
        volo_contact_sheet_write(path, p->sets, &p->data->augment, batch, p->o->own.columns, &err))
        code = exit_refuse(SUBJECT_OUTPUT, &err);
    else {
        report_text(stdout, path);
        putchar('\n');
    }
    free(path);
    return code;
}

static int write_sheets(const Preview *p)
{
    VoloError err;

    for (uint64_t i = 0; i < p->o->own.sheets; i++) {
        const VoloBatch *batch = NULL;

        if (interrupt_signal())
            return EXIT_SIGNAL + interrupt_signal();
        if (volo_loader_next(p->loader, &batch, &err))
            return refuse(p, &err);
        const int code = write_sheet(p, batch);
        if (code)
            return code;
    }
    return report_flush();
}

int cmd_preview(const Command *command, int argc, char **argv)
{
    PreviewOptions o = { .own = { .sheets = 2, .samples = 12, .columns = 3 } };
    Preview preview = { .command = command, .o = &o };
    int first, code = options_parse(command, argc, argv, &o, &first);

    if (code || program_answer(command, &o.general, &code))
        return code;
    if (first < argc)
        return options_misused(command, "unexpected operand '%s'", argv[first]);
    if (!o.own.out)
        return options_misused(command, "where to? give --out DIR");
    interrupt_install();
    code = open_data(&preview);
    if (!code)
        code = write_sheets(&preview);
    volo_loader_free(preview.loader);
    volo_train_sets_free(preview.sets);
    volo_data_config_free(preview.config);
    return code;
}
