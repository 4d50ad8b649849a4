/* SPDX-License-Identifier: Apache-2.0 */
/* Matrix products: which kernel takes which matrix, how rows are cut for threads, and what each
 * piece does: gather its rows, multiply, apply the epilogue while the result is in cache. */
#include "nn/gemm.h"

#include "base/parallel.h"
#include "kernels/kernels.h"
#include "nn/openblas.h"

#include <string.h>

enum {
    OWN_ROWS = 96,       /* of a piece: weights come from the last cache once for each */
    OWN_DEEP_ROWS = 192, /* where they come from memory */
    OWN_LAST_ROWS = 48,  /* of the last pieces: small ones keep all threads busy to the end */
    DEEP = 2048,         /* inputs that make a product deep */
    OPENBLAS_ROWS = 256, /* more, because it packs the weights again for each piece */
};

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t round_up(size_t count, size_t unit)
{
    return (count + unit - 1) / unit * unit;
}

/* Measured with all products of VOLO-D1 and UPerNet on Zen 3: with AVX2 ours reach 75 to 92 % of
 * the peak, OpenBLAS 59 to 85 %, and only where products are deep it is as fast; on the base level
 * it is three times as fast. Multiples of 9 may belong to a 3x3 convolution, for which
 * nn/winograd.c, the fastest of all, reads the weights from panels. */
static bool openblas_takes(size_t in)
{
    if (volo_gemm_choice() != VOLO_GEMM_BY_TABLE)
        return volo_gemm_choice() == VOLO_GEMM_OPENBLAS;
    return (in > DEEP || volo_cpu_current() == VOLO_CPU_BASE) && in % 9 != 0;
}

void volo_matrix_plan(VoloMatrix *m, size_t out, size_t in)
{
    m->out = out;
    m->in = in;
    m->layout = openblas_takes(in) ? VOLO_LAYOUT_ROWS : VOLO_LAYOUT_PANELS;
}

size_t volo_matrix_floats(const VoloMatrix *m)
{
    if (m->layout == VOLO_LAYOUT_ROWS)
        return m->out * m->in;
    return round_up(m->out, VOLO_PANEL) * m->in;
}

enum {
    STEP = 64 / sizeof(float), /* columns at a time: a cache line of each row */
};

typedef float Four __attribute__((vector_size(16), aligned(4), may_alias));

/* to[j] [4] = column j of from[4] */
static void transpose_four(float *const to[4], const float *const from[4], const float scale[4])
{
    const Four a = *(const Four *)from[0] * scale[0], b = *(const Four *)from[1] * scale[1];
    const Four c = *(const Four *)from[2] * scale[2], d = *(const Four *)from[3] * scale[3];
    const Four ab = __builtin_shufflevector(a, b, 0, 4, 1, 5);
    const Four cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
    const Four ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
    const Four cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);

    *(Four *)to[0] = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
    *(Four *)to[1] = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
    *(Four *)to[2] = __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5);
    *(Four *)to[3] = __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7);
}

/* Where column k of a stored row goes: [in/taps,taps] -> [taps,in/taps]. */
static size_t place_of(size_t k, size_t in, size_t taps)
{
    return k % taps * (in / taps) + k / taps;
}

/* Columns of rows [4,in], at lanes of a panel. */
static void pack_four(float *const to[STEP], const float *rows, size_t in, size_t columns,
                      const float scale[4])
{
    size_t k = 0;

    for (; k + 4 <= columns; k += 4) {
        const float *const from[4] = { rows + k, rows + in + k, rows + 2 * in + k,
                                       rows + 3 * in + k };

        transpose_four(to + k, from, scale);
    }
    for (; k < columns; k++)
        for (size_t i = 0; i < 4; i++)
            to[k][i] = scale[i] * rows[i * in + k];
}

/* panel [in,VOLO_PANEL], lanes first.. = rows [count,in]; in steps of a cache line, so that neither
 * side loses its lines before they are used up */
static void pack_panel(float *panel, const float *rows, size_t in, size_t taps, const float *scale,
                       size_t first, size_t count)
{
    for (size_t k = 0; k < in; k += STEP) {
        const size_t columns = smaller(STEP, in - k);
        float *to[STEP];
        size_t i = 0;

        for (size_t j = 0; j < columns; j++)
            to[j] = panel + place_of(k + j, in, taps) * VOLO_PANEL + first;
        for (; i + 4 <= count; i += 4) {
            pack_four(to, rows + i * in + k, in, columns, scale + i);
            for (size_t j = 0; j < columns; j++)
                to[j] += 4;
        }
        for (; i < count; i++)
            for (size_t j = 0; j < columns; j++)
                *to[j]++ = scale[i] * rows[i * in + k + j];
    }
}

/* rows [count,in] of the matrix as they lie for OpenBLAS */
static void pack_rows(float *to, const float *stored, size_t in, size_t taps, const float *scale,
                      size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < in; k++)
            to[i * in + place_of(k, in, taps)] = scale[i] * stored[i * in + k];
}

void volo_matrix_pack_taps(VoloMatrix *m, const float *stored, size_t taps, const float *scale,
                           size_t first, size_t count)
{
    while (count > 0) {
        const size_t lane = first % VOLO_PANEL, here = smaller(count, VOLO_PANEL - lane);
        float factor[VOLO_PANEL];

        for (size_t i = 0; i < here; i++)
            factor[i] = scale ? scale[i] : 1.0F;
        if (m->layout == VOLO_LAYOUT_PANELS)
            pack_panel(m->data + (first - lane) * m->in, stored, m->in, taps, factor, lane, here);
        else if (scale || taps > 1)
            pack_rows(m->data + first * m->in, stored, m->in, taps, factor, here);
        else
            memcpy(m->data + first * m->in, stored, here * m->in * sizeof *stored);
        stored += here * m->in;
        scale = scale ? scale + here : NULL;
        first += here;
        count -= here;
    }
}

void volo_matrix_pack(VoloMatrix *m, const float *rows, size_t first, size_t count)
{
    volo_matrix_pack_taps(m, rows, 1, NULL, first, count);
}

/* Scratch of one thread: gathered rows, then what the product needs. */
typedef struct Scratch {
    size_t rows, product; /* floats */
} Scratch;

static size_t piece_rows(const VoloGemmJob *job)
{
    if (job->weight->layout == VOLO_LAYOUT_ROWS)
        return OPENBLAS_ROWS;
    return job->weight->in > DEEP ? OWN_DEEP_ROWS : OWN_ROWS;
}

static Scratch measure(const VoloGemmJob *job)
{
    const size_t rows = smaller(job->rows, piece_rows(job)), line = 64 / sizeof(float);
    const VoloMatrix *const m = job->weight;
    const size_t product =
        m->layout == VOLO_LAYOUT_ROWS ? rows * m->out : volo_kernels()->gemm_panel_scratch(m->in);

    return (Scratch){ job->fill ? round_up(rows * m->in, line) : 0, round_up(product, line) };
}

size_t volo_gemm_scratch(const VoloGemmJob *job, int threads)
{
    const Scratch s = measure(job);

    return (s.rows + s.product) * (size_t)threads;
}

typedef struct Run {
    const VoloGemmJob *job;
    const VoloKernels *kernels;
    Scratch floats;
    float *scratch; /* [threads, floats.rows + floats.product] */
    size_t part;    /* rows that pieces are cut from */
    size_t rows;    /* of a piece */
    size_t large;   /* pieces of that many rows in a part; the others are smaller */
    size_t last;    /* rows of these */
    size_t pieces;  /* of a part */
} Run;

/* The epilogue kernel works in place, so a residual that is y itself must not be overwritten by the
 * product: that goes to scratch [count,out] first. */
static void multiply_openblas(const Run *s, const float *x, size_t first, size_t count,
                              float *scratch)
{
    const VoloGemmJob *const job = s->job;
    const size_t in = job->weight->in, out = job->weight->out;
    float *const y = job->y + first * out;
    const float *const residual = job->residual ? job->residual + first * out : NULL;
    float *const product = residual ? scratch : y;

    volo_openblas_sgemm(product, x, job->weight->data, count, in, out);
    s->kernels->epilogue(product, out, job->bias, residual, out, (int)job->activation, count, out);
    if (product != y)
        memcpy(y, product, count * out * sizeof *y);
}

static void multiply_own(const Run *s, const float *x, size_t first, size_t count, float *scratch)
{
    const VoloGemmJob *const job = s->job;
    const size_t in = job->weight->in, out = job->weight->out;

    s->kernels->gemm_panel(job->y + first * out, out, x, in, job->weight->data, in * VOLO_PANEL,
                           job->bias, job->residual ? job->residual + first * out : NULL, out,
                           (int)job->activation, count, in, out, scratch);
}

static void run_piece(const Run *s, size_t first, size_t count, int slot)
{
    float *const rows = s->scratch + (size_t)slot * (s->floats.rows + s->floats.product);
    const float *x = rows;

    if (s->job->fill)
        s->job->fill(rows, first, count, s->job->fill_user);
    else
        x = s->job->x + first * s->job->weight->in;
    if (s->job->weight->layout == VOLO_LAYOUT_ROWS)
        multiply_openblas(s, x, first, count, rows + s->floats.rows);
    else
        multiply_own(s, x, first, count, rows + s->floats.rows);
}

static void run_pieces(size_t first, size_t count, int slot, void *user)
{
    const Run *const s = user;

    for (size_t i = first; i < first + count; i++) {
        const size_t piece = i % s->pieces, rows = piece < s->large ? s->rows : s->last;
        const size_t at =
            piece < s->large ? piece * rows : s->large * s->rows + (piece - s->large) * rows;

        run_piece(s, i / s->pieces * s->part + at, smaller(rows, s->part - at), slot);
    }
}

/* The last of about a piece for each thread are cut smaller. A row of ours has the same bits
 * however it is cut; with OpenBLAS they depend on its place and on how many come along, so there
 * all pieces have one size and do not reach across pictures. */
static void cut(Run *s, int threads)
{
    const bool openblas = s->job->weight->layout == VOLO_LAYOUT_ROWS;
    const size_t most = piece_rows(s->job);

    s->part = s->job->rows / (openblas && s->job->pictures ? s->job->pictures : 1);
    s->rows = most;
    s->last = openblas ? most : OWN_LAST_ROWS;
    s->large = s->part > (size_t)threads * most ? s->part / most - (size_t)threads : 0;
    s->large = openblas ? s->part / most : s->large;
    s->pieces = s->large + (s->part - s->large * most + s->last - 1) / s->last;
}

void volo_gemm_run(const VoloGemmJob *job, int threads, float *scratch)
{
    Run run = { .job = job, .kernels = volo_kernels(), .floats = measure(job), .scratch = scratch };

    if (job->weight->layout == VOLO_LAYOUT_ROWS)
        volo_openblas_single_thread();
    cut(&run, threads);
    volo_parallel_rows(threads, job->rows / run.part * run.pieces, 1, run_pieces, &run);
}
