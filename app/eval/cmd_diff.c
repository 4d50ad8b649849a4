/* SPDX-License-Identifier: Apache-2.0 */
/* volo-eval diff: what changed between two results, and how sure that is. */
#include <volo/result.h>

#include "app/common/exit_codes.h"
#include "app/common/report.h"
#include "app/common/startup.h"
#include "app/common/utf8.h"
#include "app/eval/result_commands.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct DiffOptions {
    GeneralOptions general;
    bool json;
    uint64_t seed, samples, changed, threads;
} DiffOptions;

static const OptionRow rows[] = {
    { "json", 0, option_set, NULL, "print JSON, in full", offsetof(DiffOptions, json), WORDS_NONE,
      0, 0 },
    { "samples", 0, option_count, "N", "bootstrap samples for the interval (default: 2000)",
      offsetof(DiffOptions, samples), WORDS_NONE, 1, 1000000 },
    { "seed", 0, option_count, "N", "seed of their random numbers (default: 1)",
      offsetof(DiffOptions, seed), WORDS_NONE, 0, UINT64_MAX },
    { "top", 0, option_count, "N",
      "how many of the pictures that changed most to list (default: 20)",
      offsetof(DiffOptions, changed), WORDS_NONE, 0, 100000 },
    { "threads", 0, option_count, "N", "threads to use (default: all cores)",
      offsetof(DiffOptions, threads), WORDS_NONE, 1, 1024 },
};

const OptionGroup cmd_diff_groups[2] = {
    { "Options", rows, sizeof rows / sizeof *rows, 0 },
    { "General", startup_general_rows, STARTUP_GENERAL_ROW_COUNT, offsetof(DiffOptions, general) },
};

/* What the two forms of output are made from. */
typedef struct Comparison {
    const char *path[2];
    VoloResultFile *file[2];
    const DiffOptions *options;
    VoloResultDiff diff;
} Comparison;

/* --- for people --- */

static void put_share(double fraction)
{
    if (isnan(fraction))
        printf("%9s", "-");
    else
        printf("%9.2f", 100 * fraction);
}

static void put_change(double change)
{
    const bool coloured = message_colours(stdout) && fabs(change) >= 0.00005;

    if (isnan(change))
        printf("%9s", "-");
    else
        printf("%s%+9.2f%s", coloured ? change > 0 ? "\033[32m" : "\033[31m" : "", 100 * change,
               coloured ? "\033[0m" : "");
}

static void put_row(const char *name, double a, double b)
{
    enum {
        NAME_WIDTH = 24
    };
    int width = 0;

    report_text(stdout, name);
    for (const char *c = name; *c; width++)
        c += utf8_length(c) ? utf8_length(c) : 1;
    printf("%*s", width < NAME_WIDTH ? NAME_WIDTH - width : 0, "");
    put_share(a);
    put_share(b);
    put_change(b - a);
    putchar('\n');
}

static void put_head(const Comparison *c)
{
    for (size_t i = 0; i < 2; i++) {
        const VoloResultInfo *info = volo_result_file_info(c->file[i]);

        printf("%c  ", 'A' + (int)i);
        report_text(stdout, c->path[i]);
        fputs(": ", stdout);
        report_text(stdout, info->model ? info->model : "ready-made predictions");
        putchar('\n');
    }
    const VoloResultInfo *info = volo_result_file_info(c->file[0]);
    report_text(stdout, info->dataset);
    fputs(*info->split ? " " : "", stdout);
    report_text(stdout, info->split);
    printf(", %" PRIu64 " pictures, convention %s\n\n", c->diff.images,
           volo_convention_name(info->convention));
}

static void put_interval(const VoloResultDiff *d)
{
    if (d->samples == 0) {
        puts("\nno interval: no sample has a score in both");
        return;
    }
    printf("\nmIoU changed by %+.2f, 95 %% interval %+.2f to %+.2f (%" PRIu64
           " bootstrap samples over pictures)\n",
           100 * (d->miou_b - d->miou_a), 100 * d->low, 100 * d->high, d->samples);
    printf("B was better in %.1f %% of them; %s\n", 100 * d->share_above,
           d->low > 0    ? "B is better than A"
           : d->high < 0 ? "A is better than B"
                         : "the difference may be chance");
}

static void put_pictures(const VoloResultDiff *d)
{
    printf("pictures: %" PRIu64 " better, %" PRIu64 " worse, %" PRIu64 " alike\n", d->better,
           d->worse, d->same);
    if (d->change_count == 0)
        return;
    printf("\n%9s%9s%9s  %s\n", "A", "B", "change", "picture (mIoU, %)");
    for (size_t i = 0; i < d->change_count; i++) {
        const VoloImageChange *change = &d->changes[i];

        put_share(change->miou_a);
        put_share(change->miou_b);
        put_change(change->miou_b - change->miou_a);
        fputs("  ", stdout);
        report_text(stdout, change->name);
        putchar('\n');
    }
}

static void print_text(const Comparison *c)
{
    const VoloResultDiff *d = &c->diff;

    put_head(c);
    printf("%-24s%9s%9s%9s\n", "IoU, %", "A", "B", "change");
    for (size_t i = 0; i < d->class_count; i++)
        put_row(volo_result_file_class(c->file[0], i)->name, d->iou_a[i], d->iou_b[i]);
    put_row("mIoU", d->miou_a, d->miou_b);
    put_interval(d);
    put_pictures(d);
}

/* --- JSON --- */

static void json_pair(Json *json, double a, double b)
{
    json_full(json, "a", a);
    json_full(json, "b", b);
    json_full(json, "change", b - a);
}

static void json_documents(Json *json, const Comparison *c)
{
    static const char *const keys[2] = { "a", "b" };

    for (size_t i = 0; i < 2; i++) {
        const VoloResultInfo *info = volo_result_file_info(c->file[i]);

        json_open(json, keys[i], '{');
        json_text(json, "path", c->path[i]);
        json_text(json, "model", info->model);
        json_text(json, "sha256", info->model_sha256);
        json_close(json, '}');
    }
}

static void json_classes(Json *json, const Comparison *c)
{
    const VoloResultDiff *d = &c->diff;

    json_open(json, "classes", '[');
    for (size_t i = 0; i < d->class_count; i++) {
        json_open(json, NULL, '{');
        json_text(json, "name", volo_result_file_class(c->file[0], i)->name);
        json_pair(json, d->iou_a[i], d->iou_b[i]);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void json_interval(Json *json, const Comparison *c)
{
    const VoloResultDiff *d = &c->diff;

    json_open(json, "interval", '{');
    json_full(json, "low", d->low);
    json_full(json, "high", d->high);
    json_real(json, "level", 0.95, 2);
    json_full(json, "share_better", d->share_above);
    json_count(json, "samples", d->samples);
    json_count(json, "seed", c->options->seed);
    json_close(json, '}');
}

static void json_pictures(Json *json, const VoloResultDiff *d)
{
    json_open(json, "images", '{');
    json_count(json, "count", d->images);
    json_count(json, "better", d->better);
    json_count(json, "worse", d->worse);
    json_count(json, "same", d->same);
    json_close(json, '}');
    json_open(json, "changed_most", '[');
    for (size_t i = 0; i < d->change_count; i++) {
        const VoloImageChange *change = &d->changes[i];

        json_open(json, NULL, '{');
        json_text(json, "name", change->name);
        json_pair(json, change->miou_a, change->miou_b);
        json_count(json, "pixels", change->pixels);
        json_count(json, "wrong_a", change->wrong_a);
        json_count(json, "wrong_b", change->wrong_b);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void print_json(const Comparison *c)
{
    const VoloResultInfo *info = volo_result_file_info(c->file[0]);
    Json json = { .file = stdout, .pretty = true };

    json_open(&json, NULL, '{');
    json_documents(&json, c);
    json_text(&json, "dataset", info->dataset);
    json_text(&json, "split", info->split);
    json_text(&json, "convention", volo_convention_name(info->convention));
    json_open(&json, "miou", '{');
    json_pair(&json, c->diff.miou_a, c->diff.miou_b);
    json_close(&json, '}');
    json_interval(&json, c);
    json_classes(&json, c);
    json_pictures(&json, &c->diff);
    json_close(&json, '}');
}

/* --- the command --- */

static int compare(Comparison *c)
{
    const DiffOptions *o = c->options;
    const VoloResultDiffOptions options = { o->seed, o->samples, (size_t)o->changed,
                                            (int)o->threads };
    VoloError err;

    for (size_t i = 0; i < 2; i++) {
        if (volo_result_file_open(c->path[i], &c->file[i], &err))
            return exit_refuse(SUBJECT_DATA, &err);
    }
    if (volo_result_diff(c->file[0], c->file[1], &options, &c->diff, &err)) {
        if (err.status == VOLO_ERR_UNSUPPORTED)
            volo_error_prefix(&err, "these results cannot be compared");
        return exit_refuse(SUBJECT_DATA, &err);
    }
    if (o->json)
        print_json(c);
    else
        print_text(c);
    return report_flush();
}

int cmd_diff(const Command *command, int argc, char **argv)
{
    DiffOptions o = { .seed = 1, .samples = 2000, .changed = 20 };
    int first, code = options_parse(command, argc, argv, &o, &first);

    if (code || program_answer(command, &o.general, &code))
        return code;
    if (argc - first != 2)
        return options_misused(command, "two results are wanted, not %d", argc - first);
    Comparison c = { .path = { argv[first], argv[first + 1] }, .options = &o };
    code = compare(&c);
    volo_result_diff_clear(&c.diff);
    volo_result_file_close(c.file[0]);
    volo_result_file_close(c.file[1]);
    return code;
}
