/* SPDX-License-Identifier: Apache-2.0 */
/* volo-bench kernels: each kernel at each CPU level, beside its naive twin and the machine's limit.
 */
#include "app/bench/bench_commands.h"
#include "app/bench/kernel_report.h"
#include "app/bench/level_option.h"
#include "app/bench/plot_option.h"
#include "app/common/report.h"
#include "app/common/startup.h"

#include <stdlib.h>
#include <string.h>

typedef struct KernelOptions {
    GeneralOptions general;
    LevelOptions level;
    const char *filter; /* NULL: all */
    bool json;
    const char *plot;
} KernelOptions;

static const OptionRow rows[] = {
    { "filter", 'f', option_text, "TEXT",
      "measure only what has the text in its name and sizes (default: all)",
      offsetof(KernelOptions, filter), WORDS_NONE, 0, 0 },
    { "json", 0, option_set, NULL, "print JSON", offsetof(KernelOptions, json), WORDS_NONE, 0, 0 },
    { "plot", 0, option_plot, "FILE",
      "draw the roofline and the rates into an .svg, .png or .pdf file",
      offsetof(KernelOptions, plot), WORDS_FILE, 0, 0 },
};

const OptionGroup cmd_kernels_groups[3] = {
    { "Options", rows, sizeof rows / sizeof *rows, 0 },
    { "Level", level_rows, LEVEL_ROW_COUNT, offsetof(KernelOptions, level) },
    { "General", startup_general_rows, STARTUP_GENERAL_ROW_COUNT,
      offsetof(KernelOptions, general) },
};

static const double case_seconds = 0.06, twin_seconds = 0.02;

typedef struct Results {
    KernelResult *item; /* [count], room for all cases at all levels */
    size_t count;
} Results;

static bool is_wanted(const KernelOptions *o, const VoloBenchCase *c)
{
    return !o->filter || strstr(c->name, o->filter);
}

static size_t count_wanted(const KernelOptions *o)
{
    VoloBenchCase c;
    size_t count = 0;

    for (size_t i = 0; volo_bench_case(i, &c); i++)
        count += is_wanted(o, &c);
    return count;
}

static VoloStatus measure_case(const KernelOptions *o, const Machine *m, size_t index,
                               Results *results, VoloError *err)
{
    KernelResult result = { .level = 0 };

    volo_bench_case(index, &result.what);
    VoloStatus status = volo_bench_case_time(index, NULL, twin_seconds, &result.twin, err);
    for (size_t i = 0; i < m->level_count && !status; i++) {
        if (!level_is_wanted(&o->level, m->peak[i].level))
            continue;
        result.level = i;
        status = volo_bench_case_time(index, m->peak[i].level, case_seconds, &result.seconds, err);
        kernel_find_limit(&result, m);
        results->item[results->count++] = result;
    }
    return status;
}

static VoloStatus measure_all(const KernelOptions *o, Machine *m, Results *results, VoloError *err)
{
    VoloBenchCase c;
    VoloStatus status = machine_measure_peaks(m, false, err);

    if (!status)
        status = machine_measure_streams(m, false, err);
    for (size_t i = 0; !status && volo_bench_case(i, &c); i++) {
        if (is_wanted(o, &c) && !interrupt_signal())
            status = measure_case(o, m, i, results, err);
    }
    return status;
}

static int report(const KernelOptions *o, const Machine *m, const Results *results)
{
    VoloError err;

    if (o->plot && kernel_report_draw(o->plot, m, results->item, results->count, &err))
        return exit_refuse(SUBJECT_OUTPUT, &err);
    if (o->json)
        kernel_report_json(m, results->item, results->count);
    else
        kernel_report_text(m, results->item, results->count);
    return report_flush();
}

static int measure(const Command *command, const KernelOptions *o)
{
    const size_t wanted = count_wanted(o);
    Results results = { .count = 0 };
    Machine m;
    VoloError err;

    if (wanted == 0)
        return options_misused(command, "--filter: no kernel has '%s' in its name", o->filter);
    machine_describe(&m, 1);
    results.item = calloc(wanted * MACHINE_LEVELS, sizeof *results.item);
    VoloStatus status = results.item ? measure_all(o, &m, &results, &err)
                                     : volo_fail(&err, VOLO_ERR_MEMORY, "out of memory");
    int code = status ? exit_refuse(SUBJECT_START, &err) : 0;
    if (!code && interrupt_signal())
        code = EXIT_SIGNAL + interrupt_signal();
    if (!code)
        code = report(o, &m, &results);
    free(results.item);
    return code;
}

int cmd_kernels(const Command *command, int argc, char **argv)
{
    KernelOptions o = { .json = false };
    int first, code = options_parse(command, argc, argv, &o, &first);

    if (code || program_answer(command, &o.general, &code))
        return code;
    code = level_check(&o.level);
    if (code)
        return code;
    interrupt_install();
    return plot_is_writable(o.plot) ? measure(command, &o) : EXIT_DATA;
}
