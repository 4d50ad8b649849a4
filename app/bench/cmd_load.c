/* SPDX-License-Identifier: Apache-2.0 */
/* volo-bench load: how long it takes to open a model whose file the system has in memory. */
#include "app/bench/bench_commands.h"
#include "app/bench/samples.h"
#include "app/bench/subject.h"
#include "app/common/process_memory.h"
#include "app/common/report.h"
#include "app/common/startup.h"
#include "app/common/stopwatch.h"

enum {
    USUAL_RUNS = 7,
};

typedef struct LoadOptions {
    GeneralOptions general;
    InferenceOptions inference;
    SubjectOptions subject;
    uint64_t runs; /* 0: USUAL_RUNS */
    bool json;
} LoadOptions;

static const OptionRow rows[] = {
    { "runs", 'n', option_count, "N", "times to open it (default: 7)", offsetof(LoadOptions, runs),
      WORDS_NONE, 1, 100000 },
    { "json", 0, option_set, NULL, "print JSON", offsetof(LoadOptions, json), WORDS_NONE, 0, 0 },
};

const OptionGroup cmd_load_groups[4] = {
    { "Options", rows, sizeof rows / sizeof *rows, 0 },
    { "Model", inference_rows, 1, offsetof(LoadOptions, inference) }, /* --model alone */
    { "Random model", subject_rows, SUBJECT_ROW_COUNT, offsetof(LoadOptions, subject) },
    { "General", startup_general_rows, STARTUP_GENERAL_ROW_COUNT, offsetof(LoadOptions, general) },
};

typedef struct LoadReport {
    const char *model;
    uint64_t file_bytes, weight_bytes; /* of the file; in memory, packed */
    Summary seconds;
    size_t runs;
    uint64_t peak_rss;
} LoadReport;

static void report_json(const LoadReport *r)
{
    Json json = { .file = stdout, .pretty = true };

    json_open(&json, NULL, '{');
    json_text(&json, "model", r->model);
    json_real(&json, "seconds", r->seconds.median, 6);
    json_real(&json, "min", r->seconds.min, 6);
    json_real(&json, "max", r->seconds.max, 6);
    json_real(&json, "spread", r->seconds.spread, 4);
    json_count(&json, "runs", r->runs);
    json_count(&json, "file_bytes", r->file_bytes);
    json_count(&json, "weight_bytes", r->weight_bytes);
    json_real(&json, "gbs", (double)r->file_bytes / r->seconds.median / 1e9, 3);
    json_count(&json, "peak_rss", r->peak_rss);
    json_close(&json, '}');
}

static void report_as_text(const LoadReport *r)
{
    const double mib = 1 << 20;

    report_text(stdout, r->model);
    printf(":\n  seconds      %.4f (median of %zu times, %.4f to %.4f)\n", r->seconds.median,
           r->runs, r->seconds.min, r->seconds.max);
    printf("  file         %.1f MiB, %.2f GB/s\n", (double)r->file_bytes / mib,
           (double)r->file_bytes / r->seconds.median / 1e9);
    printf("  in memory    %.1f MiB of packed weights, %.1f MiB at the peak\n",
           (double)r->weight_bytes / mib, (double)r->peak_rss / mib);
}

/* The first time brings the file into memory and is not counted. */
static int open_repeatedly(const LoadOptions *o, Samples *samples, LoadReport *report)
{
    const uint64_t runs = o->runs ? o->runs : USUAL_RUNS;

    for (uint64_t i = 0; i <= runs; i++) {
        VoloModel *model;
        const double start = stopwatch_now();
        const int code = inference_open(&o->inference, &model);
        const double took = stopwatch_now() - start;

        if (code)
            return code;
        report->file_bytes = volo_model_info(model)->file_bytes;
        report->weight_bytes = volo_model_info(model)->weight_bytes;
        volo_model_unref(model);
        if (i > 0 && !samples_add(samples, took)) {
            message_error("out of memory");
            return EXIT_RESOURCES;
        }
        if (interrupt_signal())
            return EXIT_SIGNAL + interrupt_signal();
    }
    report->runs = samples->count;
    report->seconds = samples_summary(samples);
    report->peak_rss = process_memory_peak();
    return 0;
}

static int measure(const LoadOptions *o, const char *path)
{
    LoadReport report = { .model = o->subject.variant ? o->subject.variant : path };
    Samples samples = { NULL, 0, 0 };
    const int code = open_repeatedly(o, &samples, &report);

    samples_clear(&samples);
    if (code)
        return code;
    if (o->json)
        report_json(&report);
    else
        report_as_text(&report);
    return report_flush();
}

int cmd_load(const Command *command, int argc, char **argv)
{
    LoadOptions o = { .runs = 0 };
    Subject subject;
    int first, code = options_parse(command, argc, argv, &o, &first);

    if (code || program_answer(command, &o.general, &code))
        return code;
    interrupt_install();
    code = subject_prepare(command, &o.subject, &o.inference, &subject);
    if (code)
        return code;
    code = measure(&o, subject.path);
    subject_clear(&subject);
    return code;
}
