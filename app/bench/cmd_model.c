/* SPDX-License-Identifier: Apache-2.0 */
/* volo-bench model: a warm-up, then timed runs of one input, watched stage by stage. */
#include <volo/impl/bench.h>
#include <volo/session.h>

#include "app/bench/bench_commands.h"
#include "app/bench/model_report.h"
#include "app/bench/plot_option.h"
#include "app/bench/subject.h"
#include "app/common/process_memory.h"
#include "app/common/report.h"
#include "app/common/startup.h"
#include "app/common/stopwatch.h"

#include <stdlib.h>

enum {
    USUAL_RUNS = 3, /* at least */
    MAX_RUNS = 100000,
    MAX_BYTES = 300000000, /* of a picture */
};

static const double usual_seconds = 2;  /* of all runs, at least */
static const double peak_seconds = 0.3; /* for the machine's peak */

typedef struct ModelOptions {
    GeneralOptions general;
    InferenceOptions inference;
    SubjectOptions subject;
    size_t input[2]; /* height, width; 0: what the model was trained at */
    uint64_t batch, runs;
    bool picture, json;
    const char *plot; /* file, or NULL */
} ModelOptions;

static const OptionRow rows[] = {
    { "input", 'i', option_size, "HxW",
      "size of the input in pixels (default: what the model was trained at)",
      offsetof(ModelOptions, input), WORDS_NONE, 0, 0 },
    { "batch", 'b', option_count, "N", "pictures in that input (default: 1)",
      offsetof(ModelOptions, batch), WORDS_NONE, 1, 4096 },
    { "picture", 0, option_set, NULL,
      "time pictures from pixels to labels, and not the network alone; so do --mode slide and the "
      "other options below it",
      offsetof(ModelOptions, picture), WORDS_NONE, 0, 0 },
    { "runs", 'n', option_count, "N", "runs to time (default: as many as 2 s take, at least 3)",
      offsetof(ModelOptions, runs), WORDS_NONE, 1, MAX_RUNS },
    { "json", 0, option_set, NULL, "print JSON", offsetof(ModelOptions, json), WORDS_NONE, 0, 0 },
    { "plot", 0, option_plot, "FILE", "draw the shares of the time into an .svg, .png or .pdf file",
      offsetof(ModelOptions, plot), WORDS_FILE, 0, 0 },
};

const OptionGroup cmd_model_groups[4] = {
    { "Options", rows, sizeof rows / sizeof *rows, 0 },
    { "Model", subject_rows, SUBJECT_ROW_COUNT, offsetof(ModelOptions, subject) },
    { "Inference", inference_rows, INFERENCE_ROW_COUNT, offsetof(ModelOptions, inference) },
    { "General", startup_general_rows, STARTUP_GENERAL_ROW_COUNT, offsetof(ModelOptions, general) },
};

/* One model under the watch. */
typedef struct Watch {
    const ModelOptions *options;
    VoloModel *model;
    VoloSession *session;
    size_t batch, input[2];
    bool pictures;
    float *x;                 /* f32 [batch,h,w,3], or NULL */
    VoloImage *image;         /* or NULL */
    VoloImage **batch_images; /* [batch], all the same one */
    VoloMask **masks;         /* [batch] */
    Stages stages;
    uint64_t multiplied; /* multiply-adds of a run that are really made */
    Samples seconds;
} Watch;

static void take_macs(Watch *w, const VoloCost *cost)
{
    w->stages.total_macs = cost->macs;
    w->multiplied = w->options->inference.exact ? cost->macs : cost->multiplied;
}

static bool wants_pictures(const ModelOptions *o)
{
    const InferenceOptions *i = &o->inference;

    return o->picture || i->mode == 1 + VOLO_MODE_SLIDE || i->crop[0] || i->stride[0] ||
           i->resize.given || i->scales.count || i->flip;
}

/* Numbers like those of a normalised picture, -2..2, or bytes. */
static uint32_t next_number(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Zeros, of which no page is touched before the session has found that there is enough memory. */
static VoloStatus make_tensor(Watch *w, VoloError *err)
{
    const size_t count = w->batch * w->input[0] * w->input[1] * 3;

    w->x = calloc(count, sizeof *w->x);
    if (!w->x)
        return volo_fail(err, VOLO_ERR_MEMORY, "out of memory: %zu bytes refused",
                         count * sizeof *w->x);
    return VOLO_OK;
}

static void fill_tensor(Watch *w)
{
    const size_t count = w->batch * w->input[0] * w->input[1] * 3;
    uint32_t state = 1;

    for (size_t i = 0; w->x && i < count; i++)
        w->x[i] = (float)next_number(&state) / (float)(1 << 24) * 4 - 2;
}

static VoloStatus make_pictures(Watch *w, VoloError *err)
{
    const size_t bytes = w->input[0] * w->input[1] * 3;
    uint8_t *rgb = calloc(bytes, 1);
    uint32_t state = 1;

    w->batch_images = calloc(w->batch, sizeof(VoloImage *));
    w->masks = calloc(w->batch, sizeof(VoloMask *));
    if (!rgb || !w->batch_images || !w->masks) {
        free(rgb);
        return volo_fail(err, VOLO_ERR_MEMORY, "out of memory: %zu bytes refused", bytes);
    }
    for (size_t i = 0; bytes <= MAX_BYTES && i < bytes; i++) /* more is refused below */
        rgb[i] = (uint8_t)next_number(&state);
    const VoloStatus status = volo_image_new(w->input[0], w->input[1], rgb, &w->image, err);
    free(rgb);
    for (size_t i = 0; i < w->batch; i++)
        w->batch_images[i] = w->image;
    return status;
}

/* Multiply-adds of a run; names of stages where the session will not tell them. */
static VoloStatus plan(Watch *w, VoloError *err)
{
    enum {
        ANY_SIDE = 64, /* stages have the same names for all sizes */
    };
    VoloStage *stage = NULL;
    size_t count = 0;
    VoloCost cost;

    if (!w->pictures) {
        VoloStatus status =
            volo_model_cost(w->model, w->batch, w->input[0], w->input[1],
                            (int)w->options->inference.threads, &cost, NULL, NULL, err);
        take_macs(w, status ? &(VoloCost){ 0 } : &cost);
        return status;
    }
    VoloStatus status =
        volo_session_cost(w->session, w->batch, w->input[0], w->input[1], &cost, err);
    if (status)
        return status;
    take_macs(w, &cost);
    if (volo_session_is_whole(w->session))
        return VOLO_OK;
    status = volo_model_cost(w->model, 1, ANY_SIDE, ANY_SIDE, 1, &cost, &stage, &count, err);
    if (!status && !stages_from_plan(&w->stages, stage, count))
        status = volo_fail(err, VOLO_ERR_MEMORY, "out of memory");
    free(stage);
    return status;
}

static VoloStatus run_once(Watch *w, VoloError *err)
{
    VoloTap logits;

    if (!w->pictures)
        return volo_session_forward(w->session, w->x, w->batch, w->input[0], w->input[1], &logits,
                                    err);
    const VoloStatus status =
        volo_session_segment_batch(w->session, w->batch_images, w->batch, w->masks, err);
    for (size_t i = 0; !status && i < w->batch; i++)
        volo_mask_unref(w->masks[i]);
    return status;
}

/* The first run plans, takes memory and warms up; it is not counted. */
static VoloStatus run_all(Watch *w, VoloError *err)
{
    const uint64_t wanted = w->options->runs;
    double sum = 0;

    for (uint64_t i = 0;; i++) {
        const double start = stopwatch_now();

        stages_begin(&w->stages);
        const VoloStatus status = run_once(w, err);
        const double took = stopwatch_now() - start;
        if (status && !w->stages.failed)
            return status;
        if (!stages_end(&w->stages, w->pictures ? "labels" : NULL) ||
            (i > 0 && !samples_add(&w->seconds, took)))
            return volo_fail(err, VOLO_ERR_MEMORY, "out of memory");
        if (i == 0)
            fill_tensor(w);
        sum += i > 0 ? took : 0;
        if (wanted ? i == wanted : i >= USUAL_RUNS && sum >= usual_seconds)
            return VOLO_OK;
    }
}

static VoloStatus measure(Watch *w, VoloError *err)
{
    VoloStatus status = w->pictures ? make_pictures(w, err) : make_tensor(w, err);

    if (!status)
        status = plan(w, err);
    if (status)
        return status;
    stages_watch(&w->stages, w->session);
    status = run_all(w, err);
    stages_summarise(&w->stages);
    return status;
}

/* Prints and draws; the outputs of stages are not told where windows would give many. */
static int show(const Watch *w, ModelReport *report)
{
    const ModelOptions *o = w->options;
    Stages modules;
    VoloError err;
    int code = 0;

    if (!model_modules(&w->stages, &modules)) {
        message_error("out of memory");
        return EXIT_RESOURCES;
    }
    report->modules = &modules;
    if (o->plot && model_report_draw(o->plot, report, &err))
        code = exit_refuse(SUBJECT_OUTPUT, &err);
    else if (o->json)
        model_report_json(report);
    else
        model_report_text(report);
    stages_clear(&modules);
    return code ? code : report_flush();
}

static int report(Watch *w)
{
    const ModelOptions *o = w->options;
    const VoloModelInfo *info = volo_model_info(w->model);
    VoloError err;
    ModelReport report = {
        .model = o->subject.variant ? o->subject.variant : info->path,
        .info = info,
        .batch = w->batch,
        .input = { w->input[0], w->input[1] },
        .threads = o->inference.threads ? (int)o->inference.threads : volo_cpu_count(),
        .exact = o->inference.exact,
        .pictures = w->pictures,
        .runs = w->seconds.count,
        .seconds = samples_summary(&w->seconds),
        .macs = w->stages.total_macs,
        .multiplied = w->multiplied,
        .peak_rss = process_memory_peak(),
        .stages = &w->stages,
    };

    if (volo_bench_peak(volo_cpu_level(), report.threads, peak_seconds, &report.peak, &err))
        return exit_refuse(SUBJECT_START, &err);
    return show(w, &report);
}

static int watch_session(Watch *w)
{
    VoloError err;
    const int code = inference_session(&w->options->inference, w->model, &w->session);

    if (code)
        return code;
    const VoloStatus status = measure(w, &err);
    if (status == VOLO_ERR_CANCELLED && interrupt_signal())
        return EXIT_SIGNAL + interrupt_signal();
    return status ? exit_refuse(SUBJECT_DATA, &err) : report(w);
}

static int watch_model(const ModelOptions *o, VoloModel *model)
{
    const VoloModelInfo *info = volo_model_info(model);
    const size_t *size = o->input[0] ? o->input : info->img_size;
    Watch w = { .options = o,
                .model = model,
                .batch = o->batch ? o->batch : 1,
                .input = { size[0], size[1] },
                .pictures = wants_pictures(o) };
    const int code = watch_session(&w);

    stages_clear(&w.stages);
    samples_clear(&w.seconds);
    volo_image_unref(w.image);
    free(w.batch_images);
    free(w.masks);
    free(w.x);
    volo_session_free(w.session);
    return code;
}

int cmd_model(const Command *command, int argc, char **argv)
{
    ModelOptions o = { .batch = 0 };
    Subject subject;
    VoloModel *model = NULL;
    int first, code = options_parse(command, argc, argv, &o, &first);

    if (code || program_answer(command, &o.general, &code))
        return code;
    if (!plot_is_writable(o.plot))
        return EXIT_DATA;
    interrupt_install();
    code = inference_start(&o.inference);
    if (!code)
        code = subject_prepare(command, &o.subject, &o.inference, &subject);
    if (code)
        return code;
    code = inference_open(&o.inference, &model);
    subject_clear(&subject);
    if (!code)
        code = watch_model(&o, model);
    volo_model_unref(model);
    return code;
}
