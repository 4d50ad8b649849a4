/* SPDX-License-Identifier: Apache-2.0 */
/* Timing matrix products as networks compute them: packed weights, row panels dealt to threads. */
#include <volo/impl/bench.h>

#include "base/error.h"
#include "bench/measure.h"
#include "nn/gemm.h"
#include "nn/openblas.h"

#include <stdlib.h>
#include <string.h>

/* Rows are pixels or tokens. The deepest have fewer than the network: what they multiply would not
 * fit into memory, where a convolution gathers its patches piece by piece. */
static const VoloBenchProduct products[] = {
    { "patch_embed.conv.0", 65536, 147, 64 },    { "patch_embed.conv.3 (3x3)", 32768, 576, 64 },
    { "patch_embed.proj", 4096, 1024, 192 },     { "network.0 attn", 1024, 192, 486 },
    { "network.0 v, proj", 4096, 192, 192 },     { "network.0 fc1", 4096, 192, 576 },
    { "network.0 fc2", 4096, 576, 192 },         { "network.1", 1024, 768, 384 },
    { "network.2 qkv, fc1", 1024, 384, 1152 },   { "network.2 proj", 1024, 384, 384 },
    { "network.2 fc2", 1024, 1152, 384 },        { "lateral_convs.0", 4096, 192, 512 },
    { "lateral_convs.1", 1024, 384, 512 },       { "psp_modules.3", 36, 384, 512 },
    { "bottleneck (3x3)", 768, 21888, 512 },     { "fpn_convs.0 (3x3)", 4096, 4608, 512 },
    { "fpn_bottleneck (3x3)", 768, 18432, 512 }, { "conv_seg", 4096, 512, 19 },
    { "D5 network.0 fc1", 4096, 384, 1536 },     { "D5 network.0 fc2", 4096, 1536, 384 },
    { "D5 network.2 qkv", 1024, 768, 2304 },     { "D5 network.2 proj", 1024, 768, 768 },
    { "D5 network.2 fc1", 1024, 768, 3072 },     { "D5 network.2 fc2", 1024, 3072, 768 },
};

const VoloBenchProduct *volo_bench_product(size_t index)
{
    return index < sizeof products / sizeof *products ? &products[index] : NULL;
}

bool volo_bench_product_is_openblas(const VoloBenchProduct *product)
{
    VoloMatrix m = { .data = NULL };

    volo_matrix_plan(&m, product->out, product->in);
    return m.layout == VOLO_LAYOUT_ROWS;
}

typedef struct Product {
    VoloMatrix weight;
    VoloGemmJob job;
    int threads;
    float *x, *y, *bias, *scratch;
} Product;

static void multiply(void *user)
{
    const Product *const p = user;

    volo_gemm_run(&p->job, p->threads, p->scratch);
}

/* weight [out,in] of random numbers, packed some rows at a time */
static VoloStatus make_weight(VoloMatrix *m, VoloError *err)
{
    const size_t floats = volo_matrix_floats(m);
    float *row = volo_measure_floats(m->in);

    m->data = volo_measure_floats(floats);
    if (!m->data || !row) {
        free(row);
        return volo_fail_memory(err, floats * sizeof(float));
    }
    memset(m->data, 0, floats * sizeof(float));
    volo_measure_fill(row, m->in);
    for (size_t i = 0; i < m->out; i++)
        volo_matrix_pack(m, row, i, 1);
    free(row);
    return VOLO_OK;
}

static VoloStatus make_product(Product *p, const VoloBenchProduct *what, VoloError *err)
{
    const size_t x_floats = what->rows * what->in, y_floats = what->rows * what->out;

    VOLO_TRY(make_weight(&p->weight, err));
    p->x = volo_measure_floats(x_floats);
    p->y = volo_measure_floats(y_floats);
    p->bias = volo_measure_floats(what->out);
    p->job = (VoloGemmJob){ .y = p->y,
                            .x = p->x,
                            .weight = &p->weight,
                            .bias = p->bias,
                            .rows = what->rows,
                            .pictures = 1 };
    const size_t scratch_floats = volo_gemm_scratch(&p->job, p->threads);
    p->scratch = volo_measure_floats(scratch_floats);
    if (!p->x || !p->y || !p->bias || !p->scratch)
        return volo_fail_memory(err, (x_floats + y_floats + scratch_floats) * sizeof(float));
    volo_measure_fill(p->x, x_floats);
    volo_measure_fill(p->y, y_floats); /* its pages are there before the clock starts */
    volo_measure_fill(p->bias, what->out);
    return VOLO_OK;
}

VoloStatus volo_bench_product_time(const VoloBenchProduct *product, bool openblas, int threads,
                                   double seconds, double *ret_seconds, VoloError *err)
{
    Product p = { .threads = threads };

    VOLO_TRY(volo_measure_threads(threads, err));
    if (openblas && !volo_bench_blas_core())
        return volo_fail(err, VOLO_ERR_UNSUPPORTED, "OpenBLAS is not opened: VOLO_GEMM is 'own'");
    volo_matrix_plan(&p.weight, product->out, product->in);
    p.weight.layout = openblas ? VOLO_LAYOUT_ROWS : VOLO_LAYOUT_PANELS;
    const VoloStatus status = make_product(&p, product, err);
    if (!status)
        *ret_seconds = volo_measure_median(multiply, &p, seconds);
    free(p.weight.data);
    free(p.x);
    free(p.y);
    free(p.bias);
    free(p.scratch);
    return status;
}
