/* SPDX-License-Identifier: Apache-2.0 */
/* volo-bench machine: the limits that everything else is held against. */
#include "app/bench/bench_commands.h"
#include "app/bench/machine.h"
#include "app/bench/plot_option.h"
#include "app/bench/roofline.h"
#include "app/common/chart.h"
#include "app/common/report.h"
#include "app/common/startup.h"

#include <stdio.h>
#include <string.h>

typedef struct MachineOptions {
    GeneralOptions general;
    uint64_t threads; /* 0: all */
    bool json;
    const char *plot; /* file, or NULL */
} MachineOptions;

static const OptionRow rows[] = {
    { "threads", 't', option_count, "N", "threads to measure beside one (default: all cores)",
      offsetof(MachineOptions, threads), WORDS_NONE, 1, 1024 },
    { "json", 0, option_set, NULL, "print JSON", offsetof(MachineOptions, json), WORDS_NONE, 0, 0 },
    { "plot", 0, option_plot, "FILE", "draw the roofline into an .svg, .png or .pdf file",
      offsetof(MachineOptions, plot), WORDS_FILE, 0, 0 },
};

const OptionGroup cmd_machine_groups[2] = {
    { "Options", rows, sizeof rows / sizeof *rows, 0 },
    { "General", startup_general_rows, STARTUP_GENERAL_ROW_COUNT,
      offsetof(MachineOptions, general) },
};

/* Products that are measured: common shapes, from shallow to deep. */
static const char *const product_names[] = {
    "network.0 fc1", "network.2 qkv, fc1", "network.2 fc2", "patch_embed.proj", "fpn_convs.0 (3x3)",
};

#define PRODUCT_COUNT (sizeof product_names / sizeof *product_names)

static const double product_seconds = 0.2;

typedef struct Product {
    const VoloBenchProduct *what;
    double own, openblas; /* operations a second of all threads; 0: not opened */
} Product;

static double product_rate(const VoloBenchProduct *p, double seconds)
{
    return 2 * (double)p->rows * (double)p->in * (double)p->out / seconds;
}

static const VoloBenchProduct *find_product(const char *name)
{
    const VoloBenchProduct *p = volo_bench_product(0);

    for (size_t i = 0; p && strcmp(p->name, name) != 0; i++)
        p = volo_bench_product(i);
    return p;
}

static VoloStatus measure_products(Product products[PRODUCT_COUNT], int threads, VoloError *err)
{
    for (size_t i = 0; i < PRODUCT_COUNT; i++) {
        Product *const p = &products[i];
        double seconds;

        *p = (Product){ .what = find_product(product_names[i]) };
        VoloStatus status =
            volo_bench_product_time(p->what, false, threads, product_seconds, &seconds, err);
        if (status)
            return status;
        p->own = product_rate(p->what, seconds);
        if (!volo_bench_blas_core())
            continue;
        status = volo_bench_product_time(p->what, true, threads, product_seconds, &seconds, err);
        if (status)
            return status;
        p->openblas = product_rate(p->what, seconds);
    }
    return VOLO_OK;
}

/* --- JSON --- */

static void json_peaks(Json *json, const Machine *m)
{
    json_open(json, "peaks", '[');
    for (size_t i = 0; i < m->level_count; i++) {
        const MachinePeak *peak = &m->peak[i];

        json_open(json, NULL, '{');
        json_text(json, "level", peak->level);
        json_real(json, "gflops_one", peak->one / 1e9, 1);
        json_real(json, "gflops_all", peak->all / 1e9, 1);
        json_real(json, "scaling", peak->all / peak->one, 3);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void json_streams(Json *json, const char *key, double read, double copy, double triad)
{
    json_open(json, key, '{');
    json_real(json, "read", read / 1e9, 2);
    json_real(json, "copy", copy / 1e9, 2);
    json_real(json, "triad", triad / 1e9, 2);
    json_close(json, '}');
}

static void json_places(Json *json, const Machine *m)
{
    json_open(json, "bandwidth", '[');
    for (size_t i = 0; i < m->place_count; i++) {
        const MachinePlace *p = &m->place[i];

        json_open(json, NULL, '{');
        json_text(json, "place", p->name);
        json_count(json, "array_bytes", p->measured);
        json_streams(json, "gbs_one", p->read, p->copy, p->triad);
        if (p->bytes == SIZE_MAX)
            json_streams(json, "gbs_all", m->all_read, m->all_copy, m->all_triad);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void json_products(Json *json, const Product *products)
{
    json_open(json, "gemm", '[');
    for (size_t i = 0; i < PRODUCT_COUNT; i++) {
        const VoloBenchProduct *p = products[i].what;
        const size_t shape[3] = { p->rows, p->in, p->out };

        json_open(json, NULL, '{');
        json_text(json, "name", p->name);
        json_counts(json, "rows_in_out", shape, 3);
        json_real(json, "own_gflops", products[i].own / 1e9, 1);
        if (products[i].openblas > 0)
            json_real(json, "openblas_gflops", products[i].openblas / 1e9, 1);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void report_json(const Machine *m, const Product *products)
{
    Json json = { .file = stdout, .pretty = true };

    json_open(&json, NULL, '{');
    json_text(&json, "cpu", m->cpu);
    json_text(&json, "level", volo_cpu_level());
    json_count(&json, "threads", (uint64_t)m->threads);
    json_text(&json, "openblas_flavour", volo_bench_blas_core() ? "OpenMP" : NULL);
    json_text(&json, "openblas_core", volo_bench_blas_core());
    json_open(&json, "caches", '{');
    for (size_t i = 0; i + 1 < m->place_count; i++)
        json_count(&json, m->place[i].name, m->place[i].bytes);
    json_close(&json, '}');
    json_peaks(&json, m);
    json_places(&json, m);
    json_products(&json, products);
    json_close(&json, '}');
}

/* --- text --- */

static void text_places(const Machine *m)
{
    printf("\n%-8s %10s %10s %10s %10s\n", "GB/s", "arrays", "read", "copy", "triad");
    for (size_t i = 0; i < m->place_count; i++) {
        const MachinePlace *p = &m->place[i];

        printf("%-8s %6zu KiB %10.1f %10.1f %10.1f\n", p->name, p->measured >> 10, p->read / 1e9,
               p->copy / 1e9, p->triad / 1e9);
    }
    printf("%-8s %10s %10.1f %10.1f %10.1f   (%d threads)\n", "memory", "", m->all_read / 1e9,
           m->all_copy / 1e9, m->all_triad / 1e9, m->threads);
}

static void report_text_all(const Machine *m, const Product *products)
{
    report_text(stdout, m->cpu);
    printf("\nCPU level %s, %d thread%s, OpenBLAS %s\n", volo_cpu_level(), m->threads,
           m->threads > 1 ? "s" : "",
           volo_bench_blas_core() ? volo_bench_blas_core() : "not opened");
    for (size_t i = 0; i + 1 < m->place_count; i++)
        printf("%s%s %zu KiB", i ? ", " : "caches: ", m->place[i].name, m->place[i].bytes >> 10);
    printf("\n\n%-8s %12s %12s %8s\n", "GFLOP/s", "one thread", "all threads", "scaling");
    for (size_t i = 0; i < m->level_count; i++)
        printf("%-8s %12.1f %12.1f %8.2f\n", m->peak[i].level, m->peak[i].one / 1e9,
               m->peak[i].all / 1e9, m->peak[i].all / m->peak[i].one);
    text_places(m);
    printf("\n%-24s %18s %10s %10s\n", "GEMM, GFLOP/s", "rows x in x out", "own", "OpenBLAS");
    for (size_t i = 0; i < PRODUCT_COUNT; i++) {
        const VoloBenchProduct *p = products[i].what;
        char shape[64];

        snprintf(shape, sizeof shape, "%zux%zux%zu", p->rows, p->in, p->out);
        printf("%-24s %18s %10.1f %10.1f\n", p->name, shape, products[i].own / 1e9,
               products[i].openblas / 1e9);
    }
}

/* --- picture --- */

static size_t mark_products(RooflineMark *mark, const Product *products)
{
    size_t count = 0;

    for (size_t i = 0; i < PRODUCT_COUNT; i++) {
        const VoloBenchProduct *p = products[i].what;
        const double r = (double)p->rows, in = (double)p->in, out = (double)p->out;
        const double intensity = 2 * r * in * out / (sizeof(float) * (r * in + in * out + r * out));

        mark[count] = (RooflineMark){ .intensity = intensity,
                                      .rate = products[i].own,
                                      .kind = VOLO_MARKER_CIRCLE,
                                      .colour = chart_colours[0] };
        snprintf(mark[count].label, sizeof mark[count].label, "%s", p->name);
        count++;
        if (products[i].openblas > 0)
            mark[count++] = (RooflineMark){ .intensity = intensity,
                                            .rate = products[i].openblas,
                                            .kind = VOLO_MARKER_DIAMOND,
                                            .colour = chart_colours[3] };
    }
    return count;
}

static VoloStatus draw(const char *path, const Machine *m, const Product *products, VoloError *err)
{
    const RooflineKey keys[] = {
        { "matrix products, own", VOLO_MARKER_CIRCLE, chart_colours[0] },
        { "OpenBLAS", VOLO_MARKER_DIAMOND, chart_colours[3] },
    };
    Roof roof[MACHINE_LEVELS + 1], slope[MACHINE_PLACES + 1];
    RooflineMark mark[2 * PRODUCT_COUNT];
    char title[200];
    Roofline r = { .title = title,
                   .roof = roof,
                   .slope = slope,
                   .mark = mark,
                   .mark_count = mark_products(mark, products),
                   .key = keys,
                   .key_count = volo_bench_blas_core() ? 2 : 1 };
    VoloDrawing *drawing;
    VoloStatus status = volo_drawing_new(820, 560, &drawing, err);

    if (status)
        return status;
    snprintf(title, sizeof title, "Roofline: %s", m->cpu);
    machine_roofs(m, true, roof, &r.roof_count, slope, &r.slope_count);
    roofline_draw(drawing, (VoloBox){ 16, 16, 788, 528 }, &r);
    volo_drawing_set_scale(drawing, 2);
    status = volo_drawing_write(drawing, path, err);
    volo_drawing_free(drawing);
    return status;
}

static int measure(const MachineOptions *o)
{
    Product products[PRODUCT_COUNT];
    Machine m;
    VoloError err;

    machine_describe(&m, (int)o->threads);
    VoloStatus status = machine_measure_peaks(&m, true, &err);
    if (!status)
        status = machine_measure_streams(&m, true, &err);
    if (!status)
        status = measure_products(products, m.threads, &err);
    if (status)
        return exit_refuse(SUBJECT_START, &err);
    if (o->plot && draw(o->plot, &m, products, &err))
        return exit_refuse(SUBJECT_OUTPUT, &err);
    if (o->json)
        report_json(&m, products);
    else
        report_text_all(&m, products);
    return report_flush();
}

int cmd_machine(const Command *command, int argc, char **argv)
{
    MachineOptions o = { .json = false };
    int first, code = options_parse(command, argc, argv, &o, &first);

    if (code || program_answer(command, &o.general, &code))
        return code;
    return plot_is_writable(o.plot) ? measure(&o) : EXIT_DATA;
}
