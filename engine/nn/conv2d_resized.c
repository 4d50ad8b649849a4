/* SPDX-License-Identifier: Apache-2.0 */
/* A 3x3 convolution over maps that are resized to one size and set side by side, as pyramids are
 * fused, without that large map. A convolution is a sum over channels, so each map is convolved by
 * itself. One that has the size already is convolved as usual. A smaller one is multiplied by the
 * nine taps at its own size, with a quarter of the work or less, and its products are resized.
 * Training makes the large map: its weights' gradients need it. */
#include "base/parallel.h"
#include "kernels/kernels.h"
#include "nn/gemm.h"
#include "nn/tape.h"
#include "nn/winograd.h"

enum {
    TAPS = 9,
    GROUP = 2, /* panels of a piece */
    PIECE_FLOATS = GROUP * TAPS * VOLO_PANEL,
    SMALLER = 4, /* times fewer pixels, for nine products a pixel to be no more than Winograd's */
};

/* All but what is being worked on. */
typedef struct Run {
    const VoloTensor *x;
    size_t count;
    size_t *first_in; /* [count] channels before each map */
    const VoloConv2d *p;
    float *y; /* [n,h,w,out] */
    size_t n, h, w;
    bool align_corners;
    VoloLerp rows, columns;             /* of the maps that are being resized */
    size_t first, end;                  /* these maps: neighbours of one size */
    bool accumulate;                    /* y holds earlier ones */
    float *scratch;                     /* [threads, slot_floats] */
    size_t slot_floats, product_floats; /* product_floats: of them z [pixels,PIECE_FLOATS] */
} Run;

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t round_up(size_t floats)
{
    return (floats + 15) & ~(size_t)15;
}

static bool has_size(VoloTensor x, size_t h, size_t w)
{
    return x.h == h && x.w == w;
}

/* Every map must be of the size or small enough, and one must be of the size, to end with. */
static bool suits(const VoloTensor *x, size_t count, size_t h, size_t w, const VoloConv2d *p)
{
    bool any = false;

    if (p->kh != 3 || p->kw != 3 || p->stride != 1 || p->pad != 1 || p->out % VOLO_PANEL != 0)
        return false;
    for (size_t i = 0; i < count; i++) {
        const bool same = has_size(x[i], h, w);

        if (same ? !volo_winograd_suits(p, x[i].c, h, w) : x[i].h * x[i].w * SMALLER > h * w)
            return false;
        any = any || same;
    }
    return any && p->weight.layout == VOLO_LAYOUT_PANELS;
}

/* --- small maps --- */

/* z [h·w,panels,TAPS,VOLO_PANEL] (+)= x of one picture · the taps of some panels */
static void multiply_map(const Run *s, float *z, size_t map, size_t picture, size_t panel,
                         size_t panels, float *scratch)
{
    const VoloTensor x = s->x[map];
    const size_t pixels = x.h * x.w, ld = s->p->in * VOLO_PANEL;
    const size_t columns = panels * TAPS * VOLO_PANEL;

    volo_kernels()->gemm_panel(
        z, columns, x.data + picture * pixels * x.c, x.c,
        s->p->weight.data + (panel * TAPS * s->p->in + s->first_in[map]) * VOLO_PANEL, ld, NULL,
        map > s->first ? z : NULL, columns, VOLO_LINEAR, pixels, x.c, columns, scratch);
}

/* Rows of y from products z, panel by panel. */
static void resize_products(const Run *s, const float *z, size_t picture, size_t panel,
                            size_t panels, float *half)
{
    const size_t out = s->p->out, columns = panels * TAPS * VOLO_PANEL;
    float *y = s->y + picture * s->h * s->w * out + panel * VOLO_PANEL;

    for (size_t row = 0; row < s->h; row++, y += s->w * out)
        for (size_t j = 0; j < panels; j++)
            volo_kernels()->tap_row(y + j * VOLO_PANEL, out, z + j * TAPS * VOLO_PANEL, columns,
                                    &s->rows, &s->columns, s->x[s->first].w, s->h, s->w, row,
                                    s->accumulate, half);
}

/* Piece = (picture, group of panels). */
static void run_pieces(size_t first, size_t count, int slot, void *user)
{
    const Run *const s = user;
    const size_t all = s->p->out / VOLO_PANEL, groups = (all + GROUP - 1) / GROUP;
    float *const z = s->scratch + (size_t)slot * s->slot_floats;
    float *const rest = z + s->product_floats;

    for (size_t i = first; i < first + count; i++) {
        const size_t panel = i % groups * GROUP, panels = smaller(GROUP, all - panel);

        for (size_t map = s->first; map < s->end; map++)
            multiply_map(s, z, map, i / groups, panel, panels, rest);
        resize_products(s, z, i / groups, panel, panels, rest);
    }
}

/* Scratch of a thread for the largest of the small maps. */
static void measure(Run *s)
{
    size_t pixels = 0, rest = 0;

    for (size_t i = 0; i < s->count; i++) {
        if (has_size(s->x[i], s->h, s->w))
            continue;
        pixels = larger(pixels, s->x[i].h * s->x[i].w);
        rest = larger(rest, volo_kernels()->gemm_panel_scratch(s->x[i].c));
        rest = larger(rest, 3 * s->x[i].w * VOLO_PANEL);
    }
    s->product_floats = pixels * PIECE_FLOATS;
    s->slot_floats = s->product_floats + round_up(rest);
}

/* The tables of rows and columns for maps of that size. */
static void fill_tables(Run *s, VoloTensor x, float *table)
{
    uint32_t *const rows = (uint32_t *)table, *const columns = rows + 3 * s->h;

    s->rows = (VoloLerp){ rows, rows + s->h, table + 2 * s->h };
    s->columns = (VoloLerp){ columns, columns + s->w, table + 3 * s->h + 2 * s->w };
    volo_lerp_table(rows, rows + s->h, table + 2 * s->h, x.h, s->h, s->align_corners);
    volo_lerp_table(columns, columns + s->w, table + 3 * s->h + 2 * s->w, x.w, s->w,
                    s->align_corners);
}

/* Neighbours of one size share their products' resizing. */
static void run_small_maps(Run *s, int threads, float *table)
{
    const size_t groups = (s->p->out / VOLO_PANEL + GROUP - 1) / GROUP;

    for (size_t i = 0; i < s->count; i = s->end) {
        s->first = i;
        s->end = i + 1;
        if (has_size(s->x[i], s->h, s->w))
            continue;
        while (s->end < s->count && has_size(s->x[s->end], s->x[i].h, s->x[i].w))
            s->end++;
        fill_tables(s, s->x[i], table);
        volo_parallel_rows(threads, s->n * groups, 1, run_pieces, s);
        s->accumulate = true;
    }
}

/* --- maps of the size --- */

static VoloWinogradJob winograd_job(const Run *s, size_t map)
{
    return (VoloWinogradJob){ .y = s->y,
                              .x = s->x[map].data,
                              .addend = s->accumulate ? s->y : NULL,
                              .p = s->p,
                              .first_in = s->first_in[map],
                              .in = s->x[map].c,
                              .n = s->n,
                              .h = s->h,
                              .w = s->w };
}

static size_t winograd_scratch(const Run *s, int threads)
{
    size_t most = 0;

    for (size_t i = 0; i < s->count; i++) {
        const VoloWinogradJob job = winograd_job(s, i);

        if (has_size(s->x[i], s->h, s->w))
            most = larger(most, volo_winograd_scratch(&job, threads));
    }
    return most;
}

/* The last of them adds the bias and applies the activation. */
static void run_full_maps(Run *s, VoloActivation activation, int threads, float *scratch)
{
    size_t last = 0;

    for (size_t i = 0; i < s->count; i++)
        last = has_size(s->x[i], s->h, s->w) ? i : last;
    for (size_t i = 0; i <= last; i++) {
        VoloWinogradJob job = winograd_job(s, i);

        if (!has_size(s->x[i], s->h, s->w))
            continue;
        job.bias = i == last ? s->p->bias : NULL;
        job.activation = i == last ? activation : VOLO_LINEAR;
        volo_winograd_run(&job, threads, scratch);
        s->accumulate = true;
    }
}

/* --- the operation --- */

/* Multiply-adds of all maps, resizing not counted. */
static uint64_t multiplied(const Run *s)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < s->count; i++) {
        const VoloWinogradJob job = winograd_job(s, i);
        const VoloTensor x = s->x[i];

        sum += has_size(x, s->h, s->w) ? volo_winograd_macs(&job)
                                       : (uint64_t)TAPS * volo_rows(x) * x.c * s->p->out;
    }
    return sum;
}

/* y [n,h,w,out] = act(Σ over maps of conv(map resized to [h,w]) + bias) */
static VoloTensor convolve_apart(VoloNnContext *ctx, const VoloTensor *x, size_t count,
                                 VoloResizedConv spec, const VoloConv2d *p)
{
    size_t first_in[VOLO_MAX_RESIZED_MAPS] = { 0 };
    Run run = { .x = x,
                .count = count,
                .first_in = first_in,
                .p = p,
                .n = x[0].n,
                .h = spec.h,
                .w = spec.w,
                .align_corners = spec.align_corners };

    volo_nn_operation(ctx);
    for (size_t i = 0; i < count; i++) {
        volo_nn_use(ctx, x[i]);
        if (i + 1 < count)
            first_in[i + 1] = first_in[i] + x[i].c;
    }
    const VoloTensor y = volo_nn_result(ctx, run.n, run.h, run.w, p->out);
    run.y = y.data;
    measure(&run);
    float *table = volo_nn_scratch(ctx, round_up(3 * (run.h + run.w)));
    run.scratch = volo_nn_scratch(
        ctx, larger(run.slot_floats * (size_t)ctx->threads, winograd_scratch(&run, ctx->threads)));
    volo_nn_macs_by(ctx, (uint64_t)volo_rows(y) * p->weight.out * p->weight.in, multiplied(&run));
    if (volo_nn_idle(ctx))
        return y;
    run_small_maps(&run, ctx->threads, table);
    run_full_maps(&run, spec.activation, ctx->threads, run.scratch);
    return y;
}

VoloTensor volo_nn_conv2d_resized(VoloNnContext *ctx, const VoloTensor *x, size_t count,
                                  VoloResizedConv spec, const VoloConv2d *p)
{
    size_t channels = 0;
    bool alike = count <= VOLO_MAX_RESIZED_MAPS;

    for (size_t i = 0; i < count; i++) {
        channels += x[i].c;
        alike = alike && x[i].n == x[0].n;
    }
    if (!ctx->exact && !volo_nn_training(ctx) && alike && channels == p->in &&
        suits(x, count, spec.h, spec.w, p))
        return convolve_apart(ctx, x, count, spec, p);
    const VoloTensor wide =
        volo_nn_concat_resized(ctx, x, count, spec.h, spec.w, spec.align_corners);
    return volo_nn_conv2d(ctx, wide, p, (VoloEpilogue){ .activation = spec.activation });
}
