/* SPDX-License-Identifier: Apache-2.0 */
/* The option rows of volo-segment. */
#include "app/segment/segment_options.h"

#include <volo/registry.h>

#include "app/common/exit_codes.h"

#include <string.h>

#define FIELD(name) offsetof(SegmentOptions, name)

/* The registered dump format whose name is text[0..length-1], or NULL. */
static const char *find_kind(const char *text, size_t length)
{
    for (size_t i = 0; i < volo_registry_count(VOLO_DUMPS); i++) {
        const char *name = volo_registry_entry(VOLO_DUMPS, i).name;

        if (strlen(name) == length && memcmp(name, text, length) == 0)
            return name;
    }
    return NULL;
}

static VoloStatus refuse_kind(const char *text, size_t length, VoloError *err)
{
    char known[160] = "";

    for (size_t i = 0; i < volo_registry_count(VOLO_DUMPS); i++) {
        if (i)
            strncat(known, " ", sizeof known - strlen(known) - 1);
        strncat(known, volo_registry_entry(VOLO_DUMPS, i).name, sizeof known - strlen(known) - 1);
    }
    return volo_fail(err, VOLO_ERR_ARGUMENT, "'%.*s' is not one of %s", (int)length, text, known);
}

/* color,trainid,... replaces what was asked for before. */
static VoloStatus parse_kinds(const OptionRow *row, const char *text, void *field, VoloError *err)
{
    SegmentOptions *const o = (SegmentOptions *)((char *)field - row->offset);

    o->write.count = 0;
    for (;; text++) {
        const size_t length = strcspn(text, ",");
        const char *kind = find_kind(text, length);
        size_t i = 0;

        if (!kind)
            return refuse_kind(text, length, err);
        while (i < o->write.count && o->write.kind[i] != kind)
            i++;
        if (i == o->write.count && i < SEGMENT_MAX_KINDS)
            o->write.kind[o->write.count++] = kind;
        text += length;
        if (!*text)
            return VOLO_OK;
    }
}

static const OptionRow output_rows[] = {
    { "out", 'o', option_text, "DIR", "folder to write to (default: volo-out)", FIELD(out),
      WORDS_FOLDER, 0, 0 },
    { "write", 'w', parse_kinds, "KIND,...",
      "pictures to write, as DIR/KIND/...png (default: color)", FIELD(write), WORDS_KINDS, 0, 0 },
    { "opacity", 0, option_share, "A", "weight of the colours in overlays, 0 to 1 (default: 0.5)",
      FIELD(opacity), WORDS_NONE, 0, 0 },
    { "dataset", 'd', option_text, "NAME|FILE",
      "names, colours and ids of the classes: a built-in table or a TSV file (default: those of "
      "the "
      "model)",
      FIELD(dataset), WORDS_DATASETS, 0, 0 },
    { "dump-tensors", 0, option_text, "FILE",
      "write the tensor of every stage to a safetensors file; takes exactly one picture",
      FIELD(dump_tensors), WORDS_FILE, 0, 0 },
};

static const OptionRow input_rows[] = {
    { "files-from", 0, option_text, "FILE",
      "read further pictures and folders from a file, one a line; - is standard input",
      FIELD(files_from), WORDS_FILE, 0, 0 },
    { "null", '0', option_set, NULL, "names read by --files-from end with NUL, not with a line",
      FIELD(nul), WORDS_NONE, 0, 0 },
    { "no-exif", 0, option_set, NULL, "keep the stored orientation of photographs",
      FIELD(raw_orientation), WORDS_NONE, 0, 0 },
    { "max-pixels", 0, option_count, "N", "refuse larger pictures (default and maximum: 100000000)",
      FIELD(max_pixels), WORDS_NONE, 1, 100000000 },
};

static const OptionRow run_rows[] = {
    { "batch", 'b', option_count, "N",
      "run up to N pictures of one size that follow each other at once (default: 1)", FIELD(batch),
      WORDS_NONE, 1, 4096 },
    { "no-overlap", 0, option_set, NULL,
      "read, run and write one picture after the other, not the next and the last one beside; the "
      "results are the same",
      FIELD(no_overlap), WORDS_NONE, 0, 0 },
    { "keep-going", 0, option_unset, NULL, "go on after a picture that failed (default)",
      FIELD(fail_fast), WORDS_NONE, 0, 0 },
    { "fail-fast", 0, option_set, NULL, "stop at the first picture that fails", FIELD(fail_fast),
      WORDS_NONE, 0, 0 },
    { "dry-run", 'n', option_set, NULL, "check the model and every picture, but write nothing",
      FIELD(dry_run), WORDS_NONE, 0, 0 },
    { "list", 'l', option_set, NULL, "print each picture and its output files, and do nothing else",
      FIELD(list), WORDS_NONE, 0, 0 },
};

static const OptionRow text_rows[] = {
    { "json", 0, option_set, NULL, "print JSON Lines, one object for each picture", FIELD(json),
      WORDS_NONE, 0, 0 },
    { "csv", 0, option_set, NULL, "print CSV, one row for each class in each picture", FIELD(csv),
      WORDS_NONE, 0, 0 },
    { "progress", 0, option_choice, PROGRESS_STYLES,
      "how to show progress: a bar (on a terminal only), a line every 10 seconds, JSON Lines, or "
      "not "
      "(default: auto)",
      FIELD(progress), WORDS_CHOICES, 0, 0 },
};

#define ROWS(rows) rows, sizeof rows / sizeof *rows
const OptionGroup segment_groups[] = {
    { "Output", ROWS(output_rows), 0 },
    { "Input", ROWS(input_rows), 0 },
    { "Run", ROWS(run_rows), 0 },
    { "Inference", inference_rows, INFERENCE_ROW_COUNT, FIELD(inference) },
    { "Text on standard output", ROWS(text_rows), 0 },
    { "General", startup_general_rows, STARTUP_GENERAL_ROW_COUNT, FIELD(general) },
    { NULL, startup_export_rows, 1, FIELD(export) },
};
const size_t segment_group_count = sizeof segment_groups / sizeof *segment_groups;
#undef ROWS
#undef FIELD

int segment_options_check(const Command *command, const SegmentOptions *o, int operand_count)
{
    if (operand_count == 0 && !o->files_from)
        return options_misused(command, "no picture and no folder given");
    if (o->nul && !o->files_from)
        return options_misused(command, "--null goes with --files-from");
    if (o->json && o->csv)
        return options_misused(command, "--json and --csv exclude each other");
    if (o->list && o->dry_run)
        return options_misused(command, "--list and --dry-run exclude each other");
    if (o->general.style.quiet && o->general.style.verbose)
        return options_misused(command, "--quiet and --verbose exclude each other");
    return 0;
}
