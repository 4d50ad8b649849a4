/* SPDX-License-Identifier: Apache-2.0 */
/* volo-train check: what is wrong with the data, before a training finds out. */
#include <volo/train_data.h>

#include "app/common/exit_codes.h"
#include "app/common/progress.h"
#include "app/common/report.h"
#include "app/common/startup.h"
#include "app/train/check_report.h"
#include "app/train/data_options.h"
#include "app/train/train_commands.h"

typedef struct CheckOptions {
    GeneralOptions general;
    DataOptions data;
    struct {
        bool json, all, strict, no_likeness;
        uint64_t min_side, likeness, threads;
        int progress; /* ProgressStyle */
    } own;
} CheckOptions;

#define AT(field) offsetof(CheckOptions, own.field) - offsetof(CheckOptions, own)
static const OptionRow own_rows[] = {
    { "json", 0, option_set, NULL, "print JSON", AT(json), WORDS_NONE, 0, 0 },
    { "all", 0, option_set, NULL, "list all findings, not the first 10 of each kind", AT(all),
      WORDS_NONE, 0, 0 },
    { "strict", 0, option_set, NULL, "remarks (tiny, empty, duplicate, alike) are failures too",
      AT(strict), WORDS_NONE, 0, 0 },
    { "min-side", 0, option_count, "N",
      "pictures with fewer pixels on a side are tiny (default: 64)", AT(min_side), WORDS_NONE, 1,
      65500 },
    { "likeness", 0, option_count, "N",
      "pictures are alike whose hashes differ in at most N of 256 bits (default: 12)", AT(likeness),
      WORDS_NONE, 0, 255 },
    { "no-likeness", 0, option_set, NULL, "look for equal pictures only", AT(no_likeness),
      WORDS_NONE, 0, 0 },
    { "threads", 't', option_count, "N", "threads to use (default: all cores)", AT(threads),
      WORDS_NONE, 1, 1024 },
    { "progress", 0, option_choice, PROGRESS_STYLES,
      "how to show progress: a bar (on a terminal only), a line every 10 seconds, JSON Lines, or "
      "not (default: auto)",
      AT(progress), WORDS_CHOICES, 0, 0 },
};
#undef AT

#define ROWS(rows) rows, sizeof rows / sizeof *rows
const OptionGroup cmd_check_groups[3] = {
    { "Data", ROWS(data_rows), offsetof(CheckOptions, data) },
    { "Check", ROWS(own_rows), offsetof(CheckOptions, own) },
    { "General", startup_general_rows, STARTUP_GENERAL_ROW_COUNT, offsetof(CheckOptions, general) },
};
#undef ROWS

static bool show(size_t done, size_t total, void *user)
{
    Progress *const progress = user;

    progress->total = total;
    progress->done = done;
    progress_update(progress, 0);
    return interrupt_signal() == 0;
}

static int run(const Command *command, const CheckOptions *o, const VoloDataOptions *data,
               VoloDataCheck **ret_check)
{
    VoloDataCheckOptions options = VOLO_DATA_CHECK_OPTIONS_INIT;
    Progress progress;
    VoloError err;

    options.threads = (int)o->own.threads;
    options.min_side = (size_t)o->own.min_side;
    options.likeness = (unsigned)o->own.likeness;
    options.no_likeness = o->own.no_likeness;
    interrupt_install();
    progress_init(&progress,
                  o->general.style.quiet && !o->own.progress ? PROGRESS_NONE
                                                             : (ProgressStyle)o->own.progress,
                  0);
    message_set_clear(progress_clear, &progress);
    const VoloStatus status = volo_data_check_run(data, &options, show, &progress, ret_check, &err);
    progress_clear(&progress);
    message_set_clear(NULL, NULL);
    if (status == VOLO_ERR_CANCELLED)
        return EXIT_SIGNAL + interrupt_signal();
    if (status == VOLO_ERR_ARGUMENT)
        return options_misused(command, "%s", err.message);
    return status ? exit_refuse(SUBJECT_DATA, &err) : 0;
}

/* 4 when a set has no good pair at all, 1 when some pairs are wrong. */
static int judge(const VoloDataCheck *check, bool strict)
{
    const VoloFinding *f;
    size_t good = 0;
    bool wrong = false;

    for (size_t i = 0; (f = volo_data_check_finding(check, i)); i++)
        wrong = wrong || strict || volo_finding_is_fault(f->kind);
    for (int role = 0; role < 2; role++) {
        const VoloTrainSets *sets = volo_data_check_sets(check, (VoloDataRole)role);

        for (size_t i = 0; sets && i < volo_train_sets_count(sets); i++)
            good += volo_data_check_good(check, (VoloDataRole)role, i);
    }
    if (good == 0)
        return EXIT_DATA;
    return wrong ? EXIT_SOME_FAILED : EXIT_ALL_DONE;
}

int cmd_check(const Command *command, int argc, char **argv)
{
    CheckOptions o = { .own = { .min_side = 64, .likeness = 12 } };
    VoloDataConfig *config = NULL;
    VoloDataCheck *check = NULL;
    int first, code = options_parse(command, argc, argv, &o, &first);

    if (code || program_answer(command, &o.general, &code))
        return code;
    if (first < argc)
        return options_misused(command, "unexpected operand '%s'", argv[first]);
    code = data_options_load(command, &o.data, NULL, &config);
    if (!code)
        code = run(command, &o, volo_data_config_options(config), &check);
    if (!code) {
        if (o.own.json)
            check_report_json(check);
        else if (!o.general.style.quiet)
            check_report_text(check, o.own.all ? SIZE_MAX : CHECK_REPORT_FIRST);
        code = report_flush();
        if (!code)
            code = judge(check, o.own.strict);
    }
    volo_data_check_free(check);
    volo_data_config_free(config);
    return code;
}
