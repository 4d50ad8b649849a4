/* SPDX-License-Identifier: Apache-2.0 */
/* The report on a model, on standard output. */
#include "app/bench/model_report.h"

#include "app/common/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

double model_rate(uint64_t macs, double seconds)
{
    return seconds > 0 ? 2 * (double)macs / seconds : 0;
}

/* Length of a name without a last ".NUMBER". */
static size_t module_length(const char *name)
{
    const char *dot = strrchr(name, '.');

    if (dot && dot[1] && strspn(dot + 1, "0123456789") == strlen(dot + 1) &&
        strchr(name, '.') != dot)
        return (size_t)(dot - name);
    return strlen(name);
}

static Stage *find_module(Stages *modules, const char *name)
{
    const size_t length = module_length(name);

    for (size_t i = 0; i < modules->count; i++) {
        const char *have = modules->stage[i].name;

        if (strlen(have) == length && memcmp(have, name, length) == 0)
            return &modules->stage[i];
    }
    return NULL;
}

bool model_modules(const Stages *stages, Stages *ret_modules)
{
    Stages modules = { .count = 0 };

    for (size_t i = 0; i < stages->count; i++) {
        const Stage *from = &stages->stage[i];
        Stage *to = find_module(&modules, from->name);

        if (!to) {
            to = stages_add(&modules, from->name);
            if (!to) {
                stages_clear(&modules);
                return false;
            }
            to->name[module_length(from->name)] = '\0';
        }
        to->macs += from->macs;
        to->median += from->median;
    }
    *ret_modules = modules;
    return true;
}

static double share(const ModelReport *report, double seconds)
{
    return report->seconds.median > 0 ? seconds / report->seconds.median : 0;
}

static double peak_share(const ModelReport *report, uint64_t macs, double seconds)
{
    return report->peak > 0 ? model_rate(macs, seconds) / report->peak : 0;
}

static uint64_t output_bytes(const Stage *stage)
{
    return (uint64_t)stage->n * stage->h * stage->w * stage->c * sizeof(float);
}

/* --- JSON --- */

static void json_stage(Json *json, const ModelReport *report, const Stage *stage)
{
    const size_t shape[4] = { stage->n, stage->h, stage->w, stage->c };

    json_open(json, NULL, '{');
    json_text(json, "name", stage->name);
    json_real(json, "seconds", stage->median, 7);
    json_real(json, "share", share(report, stage->median), 4);
    json_count(json, "macs", stage->macs);
    json_real(json, "gflops", model_rate(stage->macs, stage->median) / 1e9, 1);
    json_real(json, "share_of_peak", peak_share(report, stage->macs, stage->median), 3);
    if (stage->c) {
        json_counts(json, "shape", shape, 4);
        json_count(json, "bytes", output_bytes(stage));
    }
    json_close(json, '}');
}

static void json_stages(Json *json, const char *key, const ModelReport *report,
                        const Stages *stages)
{
    json_open(json, key, '[');
    for (size_t i = 0; i < stages->count; i++)
        json_stage(json, report, &stages->stage[i]);
    json_close(json, ']');
}

void model_report_json(const ModelReport *report)
{
    Json json = { .file = stdout, .pretty = true };

    json_open(&json, NULL, '{');
    json_text(&json, "model", report->model);
    json_text(&json, "variant", report->info->variant);
    json_text(&json, "measured", report->pictures ? "pictures" : "network");
    json_counts(&json, "input", report->input, 2);
    json_count(&json, "batch", report->batch);
    json_count(&json, "threads", (uint64_t)report->threads);
    json_text(&json, "cpu", volo_cpu_level());
    json_bool(&json, "exact", report->exact);
    json_real(&json, "seconds", report->seconds.median, 6);
    json_real(&json, "min", report->seconds.min, 6);
    json_real(&json, "max", report->seconds.max, 6);
    json_real(&json, "spread", report->seconds.spread, 4);
    json_count(&json, "runs", report->runs);
    json_count(&json, "macs", report->macs);
    json_real(&json, "gflops", model_rate(report->macs, report->seconds.median) / 1e9, 1);
    json_real(&json, "peak_gflops", report->peak / 1e9, 1);
    json_real(&json, "share_of_peak", peak_share(report, report->macs, report->seconds.median), 3);
    json_count(&json, "peak_rss", report->peak_rss);
    json_stages(&json, "stages", report, report->stages);
    json_stages(&json, "modules", report, report->modules);
    json_close(&json, '}');
}

/* --- text --- */

static void text_row(const ModelReport *report, const char *name, const char *shape, uint64_t macs,
                     double seconds)
{
    printf("%-32s %16s %9.2f %7.1f %10.1f %9.1f %7.1f\n", name, shape, 1e3 * seconds,
           100 * share(report, seconds), 1e-6 * (double)macs, 1e-9 * model_rate(macs, seconds),
           100 * peak_share(report, macs, seconds));
}

static void text_stages(const ModelReport *report)
{
    printf("%-32s %16s %9s %7s %10s %9s %7s\n", "stage", "output NxHxWxC", "ms", "time %", "MMACs",
           "GFLOP/s", "peak %");
    for (size_t i = 0; i < report->stages->count; i++) {
        const Stage *stage = &report->stages->stage[i];
        char shape[64] = "";

        if (stage->c)
            snprintf(shape, sizeof shape, "%zux%zux%zux%zu", stage->n, stage->h, stage->w,
                     stage->c);
        text_row(report, stage->name, shape, stage->macs, stage->median);
    }
    text_row(report, "all", "", report->macs, report->seconds.median);
}

void model_report_text(const ModelReport *report)
{
    const Summary *s = &report->seconds;

    report_text(stdout, report->model);
    printf(": %s of %zu x %zux%zu, %d thread%s, CPU level %s%s\n",
           report->pictures ? "pictures" : "network", report->batch, report->input[0],
           report->input[1], report->threads, report->threads > 1 ? "s" : "", volo_cpu_level(),
           report->exact ? ", exact" : "");
    printf("  seconds      %.4f (median of %zu runs, %.4f to %.4f)\n", s->median, report->runs,
           s->min, s->max);
    printf("  rate         %.1f GFLOP/s for %.1f GMAC, %.0f %% of the peak of %.1f\n",
           1e-9 * model_rate(report->macs, s->median), 1e-9 * (double)report->macs,
           100 * peak_share(report, report->macs, s->median), 1e-9 * report->peak);
    printf("  peak memory  %.1f MiB\n\n", (double)report->peak_rss / (1 << 20));
    text_stages(report);
}
