/* SPDX-License-Identifier: Apache-2.0 */
/* The probes of one level. Twelve chains hide the latency of two units (four to six cycles each)
 * and leave registers for the two constants even where there are sixteen. */
#include "kernels/probe.h"

#include "kernels/level.h"
#include "kernels/vector.h"

enum {
    CHAINS = 12,
    STREAMS = 4, /* sums kept at once */
};

/* Towards the fixed point 1: no number grows, none becomes denormal. */
static void multiply_add(float *y, size_t rounds)
{
    const vf factor = vf_set(0.5F), term = vf_set(0.5F);
    vf chain[CHAINS];

    VOLO_UNROLL
    for (size_t i = 0; i < CHAINS; i++)
        chain[i] = vf_set(y[i]);
    for (size_t round = 0; round < rounds; round++) {
        VOLO_UNROLL
        for (size_t i = 0; i < CHAINS; i++)
            chain[i] = chain[i] * factor + term;
    }
    VOLO_UNROLL
    for (size_t i = 0; i < CHAINS; i++)
        vf_store(y + i * VOLO_LANES, chain[i]);
}

static void read_floats(float *y, const float *x, size_t count)
{
    vf sum[STREAMS] = { { 0 } };

    for (size_t i = 0; i < count; i += STREAMS * VOLO_LANES) {
        VOLO_UNROLL
        for (size_t k = 0; k < STREAMS; k++)
            sum[k] += vf_load(x + i + k * VOLO_LANES);
    }
    for (size_t k = 0; k < STREAMS; k++)
        vf_store(y + k * VOLO_LANES, vf_load(y + k * VOLO_LANES) + sum[k]);
}

static void copy(float *y, const float *x, size_t count)
{
    const vf one = vf_set(1);

    for (size_t i = 0; i < count; i += VOLO_LANES)
        vf_store(y + i, vf_load(x + i) + one);
}

static void triad(float *y, const float *a, const float *b, size_t count)
{
    const vf factor = vf_set(3);

    for (size_t i = 0; i < count; i += VOLO_LANES)
        vf_store(y + i, vf_load(a + i) + factor * vf_load(b + i));
}

void VOLO_KERNEL(volo_fill_probe)(VoloProbe *p)
{
    *p = (VoloProbe){
        .multiply_add = multiply_add,
        .flops_per_round = 2.0 * CHAINS * VOLO_LANES,
        .read = read_floats,
        .copy = copy,
        .triad = triad,
    };
}
