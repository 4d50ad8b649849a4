/* SPDX-License-Identifier: Apache-2.0 */
/* Matrix products: which kernel takes which matrix, how rows are cut for threads, and what each
 * piece does: gather its rows, multiply, apply the epilogue while the result is in cache. */
#include "nn/gemm.h"

#include "base/parallel.h"
#include "kernels/kernels.h"
#include "nn/openblas.h"

#include <string.h>

enum {
    OWN_ROWS = 48,       /* of a piece: small ones keep all threads busy to the end */
    OWN_DEEP_ROWS = 192, /* where the weights do not stay in cache from one piece to the next */
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

/* panel [in,VOLO_PANEL], lanes first.. = rows [count,in]; in steps of a cache line, so that neither
 * side loses its lines before they are used up */
static void pack_panel(float *panel, const float *rows, size_t in, size_t first, size_t count)
{
    enum {
        STEP = 16,
    };

    for (size_t k = 0; k < in; k += STEP)
        for (size_t i = 0; i < count; i++)
            for (size_t j = k; j < smaller(k + STEP, in); j++)
                panel[j * VOLO_PANEL + first + i] = rows[i * in + j];
}

void volo_matrix_pack(VoloMatrix *m, const float *rows, size_t first, size_t count)
{
    if (m->layout == VOLO_LAYOUT_ROWS) {
        memcpy(m->data + first * m->in, rows, count * m->in * sizeof *rows);
        return;
    }
    while (count > 0) {
        const size_t lane = first % VOLO_PANEL, here = smaller(count, VOLO_PANEL - lane);

        pack_panel(m->data + (first - lane) * m->in, rows, m->in, lane, here);
        rows += here * m->in;
        first += here;
        count -= here;
    }
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
    const size_t rows = piece_rows(s->job);

    for (size_t i = first; i < first + count; i++) {
        const size_t at = i % s->pieces * rows;

        run_piece(s, i / s->pieces * s->part + at, smaller(rows, s->part - at), slot);
    }
}

/* With OpenBLAS the bits of a row depend on its place and on how many come along, so pieces do not
 * reach across pictures; with our own kernel they do not depend on other rows. */
void volo_gemm_run(const VoloGemmJob *job, int threads, float *scratch)
{
    const bool openblas = job->weight->layout == VOLO_LAYOUT_ROWS;
    const size_t parts = openblas && job->pictures ? job->pictures : 1;
    Run run = { job, volo_kernels(), measure(job), scratch, job->rows / parts, 0 };

    if (openblas)
        volo_openblas_single_thread();
    run.pieces = (run.part + piece_rows(job) - 1) / piece_rows(job);
    volo_parallel_rows(threads, parts * run.pieces, 1, run_pieces, &run);
}
