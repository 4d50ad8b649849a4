/* SPDX-License-Identifier: Apache-2.0 */
/* volo-bench gemm: our own matrix products and OpenBLAS's, for the shapes of networks. */
#include <volo/impl/bench.h>

#include "app/bench/bench_commands.h"
#include "app/bench/level_option.h"
#include "app/bench/machine.h"
#include "app/common/report.h"
#include "app/common/startup.h"

#include <stdio.h>
#include <string.h>

typedef struct GemmOptions {
    GeneralOptions general;
    LevelOptions level;
    const char *filter; /* NULL: all */
    uint64_t threads;   /* 0: all */
    bool json;
} GemmOptions;

static const OptionRow rows[] = {
    { "filter", 'f', option_text, "TEXT", "measure only products with the text in their names",
      offsetof(GemmOptions, filter), WORDS_NONE, 0, 0 },
    { "threads", 't', option_count, "N", "threads to use (default: all cores)",
      offsetof(GemmOptions, threads), WORDS_NONE, 1, 1024 },
    { "json", 0, option_set, NULL, "print JSON", offsetof(GemmOptions, json), WORDS_NONE, 0, 0 },
};

const OptionGroup cmd_gemm_groups[3] = {
    { "Options", rows, sizeof rows / sizeof *rows, 0 },
    { "Level", level_rows, LEVEL_ROW_COUNT, offsetof(GemmOptions, level) },
    { "General", startup_general_rows, STARTUP_GENERAL_ROW_COUNT, offsetof(GemmOptions, general) },
};

static const double product_seconds = 0.15;

/* One product: rates in operations a second. */
typedef struct GemmResult {
    const VoloBenchProduct *what;
    double openblas; /* at whatever level it chose for itself; 0: not opened */
    double own[MACHINE_LEVELS];
    bool takes_openblas[MACHINE_LEVELS]; /* networks do, by the table */
} GemmResult;

typedef struct Gemm {
    const GemmOptions *options;
    Machine machine;
    Json json;
} Gemm;

static VoloStatus measure_one(const VoloBenchProduct *p, bool openblas, int threads,
                              double *ret_rate, VoloError *err)
{
    double seconds;
    const VoloStatus status =
        volo_bench_product_time(p, openblas, threads, product_seconds, &seconds, err);

    if (!status)
        *ret_rate = 2 * (double)p->rows * (double)p->in * (double)p->out / seconds;
    return status;
}

static VoloStatus measure(const Gemm *g, GemmResult *r, VoloError *err)
{
    const Machine *m = &g->machine;
    VoloStatus status = VOLO_OK;

    if (volo_bench_blas_core())
        status = measure_one(r->what, true, m->threads, &r->openblas, err);
    for (size_t i = 0; i < m->level_count && !status; i++) {
        if (!level_is_wanted(&g->options->level, m->peak[i].level))
            continue;
        status = volo_set_cpu_level(m->peak[i].level, err);
        if (status)
            break;
        r->takes_openblas[i] = volo_bench_product_is_openblas(r->what);
        status = measure_one(r->what, false, m->threads, &r->own[i], err);
    }
    return status;
}

/* --- JSON --- */

static void json_level(Json *json, const MachinePeak *peak, const GemmResult *r, size_t level)
{
    json_open(json, NULL, '{');
    json_text(json, "level", peak->level);
    json_real(json, "own_gflops", r->own[level] / 1e9, 1);
    json_real(json, "share_of_peak", r->own[level] / peak->all, 3);
    if (r->openblas > 0)
        json_real(json, "times_openblas", r->own[level] / r->openblas, 3);
    json_text(json, "chosen", r->takes_openblas[level] ? "openblas" : "own");
    json_close(json, '}');
}

static void json_result(Gemm *g, const GemmResult *r)
{
    const size_t shape[3] = { r->what->rows, r->what->in, r->what->out };
    Json *const json = &g->json;

    json_open(json, NULL, '{');
    json_text(json, "name", r->what->name);
    json_counts(json, "rows_in_out", shape, 3);
    if (r->openblas > 0)
        json_real(json, "openblas_gflops", r->openblas / 1e9, 1);
    json_open(json, "levels", '[');
    for (size_t i = 0; i < g->machine.level_count; i++) {
        if (r->own[i] > 0)
            json_level(json, &g->machine.peak[i], r, i);
    }
    json_close(json, ']');
    json_close(json, '}');
}

static void begin_json(Gemm *g)
{
    g->json = (Json){ .file = stdout, .pretty = true };
    json_open(&g->json, NULL, '{');
    json_text(&g->json, "cpu", g->machine.cpu);
    json_count(&g->json, "threads", (uint64_t)g->machine.threads);
    json_text(&g->json, "openblas_core", volo_bench_blas_core());
    json_open(&g->json, "peaks_gflops", '{');
    for (size_t i = 0; i < g->machine.level_count; i++)
        json_real(&g->json, g->machine.peak[i].level, g->machine.peak[i].all / 1e9, 1);
    json_close(&g->json, '}');
    json_open(&g->json, "products", '[');
}

static void end_json(Gemm *g)
{
    json_close(&g->json, ']');
    json_close(&g->json, '}');
}

/* --- text --- */

static void begin_text(const Gemm *g)
{
    const Machine *m = &g->machine;

    report_text(stdout, m->cpu);
    printf(", %d thread%s, GFLOP/s of OpenBLAS (%s) and of our own, of which * is chosen\n",
           m->threads, m->threads > 1 ? "s" : "",
           volo_bench_blas_core() ? volo_bench_blas_core() : "not opened");
    printf("%-28s %16s %10s", "product", "rows x in x out", "OpenBLAS");
    for (size_t i = 0; i < m->level_count; i++) {
        if (level_is_wanted(&g->options->level, m->peak[i].level))
            printf(" %8s  %6s", m->peak[i].level, "peak %");
    }
    putchar('\n');
}

static void text_result(const Gemm *g, const GemmResult *r)
{
    char shape[64];

    snprintf(shape, sizeof shape, "%zux%zux%zu", r->what->rows, r->what->in, r->what->out);
    printf("%-28s %16s %10.1f", r->what->name, shape, r->openblas / 1e9);
    for (size_t i = 0; i < g->machine.level_count; i++) {
        if (r->own[i] > 0)
            printf(" %8.1f%c %6.0f", r->own[i] / 1e9, r->takes_openblas[i] ? ' ' : '*',
                   100 * r->own[i] / g->machine.peak[i].all);
    }
    putchar('\n');
}

static VoloStatus run(Gemm *g, VoloError *err)
{
    VoloStatus status = machine_measure_peaks(&g->machine, true, err);
    const VoloBenchProduct *p;

    if (status)
        return status;
    if (g->options->json)
        begin_json(g);
    else
        begin_text(g);
    for (size_t i = 0; (p = volo_bench_product(i)) && !interrupt_signal(); i++) {
        GemmResult result = { .what = p };

        if (g->options->filter && !strstr(p->name, g->options->filter))
            continue;
        status = measure(g, &result, err);
        if (status)
            return status;
        if (g->options->json)
            json_result(g, &result);
        else
            text_result(g, &result);
    }
    if (g->options->json)
        end_json(g);
    return VOLO_OK;
}

static bool any_wanted(const char *filter)
{
    const VoloBenchProduct *p;

    for (size_t i = 0; (p = volo_bench_product(i)); i++) {
        if (!filter || strstr(p->name, filter))
            return true;
    }
    return false;
}

int cmd_gemm(const Command *command, int argc, char **argv)
{
    GemmOptions o = { .json = false };
    Gemm g = { .options = &o };
    VoloError err;
    int first, code = options_parse(command, argc, argv, &o, &first);

    if (code || program_answer(command, &o.general, &code))
        return code;
    if (!any_wanted(o.filter))
        return options_misused(command, "--filter: no product has '%s' in its name", o.filter);
    code = level_check(&o.level);
    if (code)
        return code;
    interrupt_install();
    machine_describe(&g.machine, (int)o.threads);
    if (run(&g, &err))
        return exit_refuse(SUBJECT_START, &err);
    return interrupt_signal() ? EXIT_SIGNAL + interrupt_signal() : report_flush();
}
