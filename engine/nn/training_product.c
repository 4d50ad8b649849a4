/* SPDX-License-Identifier: Apache-2.0 */
/* Packing from the parameter block, and the gradient of weights as a part of a walk. */
#include "nn/training_product.h"

#include <string.h>

#include "base/parallel.h"
#include "kernels/kernels.h"
#include "nn/context.h"

typedef struct Packing {
    VoloMatrix *m;
    const float *raw;
    size_t taps;
    size_t out, in; /* of the packed matrix's source, for the transposed one */
} Packing;

static void pack_panels(size_t first, size_t count, int slot, void *user)
{
    const Packing *const s = user;

    (void)slot;
    for (size_t o = first * VOLO_PANEL; o < (first + count) * VOLO_PANEL && o < s->m->out;
         o += VOLO_PANEL) {
        const size_t left = s->m->out - o, rows = left < VOLO_PANEL ? left : VOLO_PANEL;

        if (rows < VOLO_PANEL)
            memset(s->m->data + o * s->m->in, 0, VOLO_PANEL * s->m->in * sizeof(float));
        volo_matrix_pack_taps(s->m, s->raw + o * s->m->in, s->taps, NULL, o, rows);
    }
}

/* A matrix [out,in] in panels, with its place. */
static VoloMatrix scratch_matrix(VoloNnContext *ctx, size_t out, size_t in)
{
    VoloMatrix m = { .out = out, .in = in, .layout = VOLO_LAYOUT_PANELS };

    m.data = volo_nn_scratch(ctx, volo_matrix_floats(&m));
    return m;
}

static size_t panel_count(const VoloMatrix *m)
{
    return (m->out + VOLO_PANEL - 1) / VOLO_PANEL;
}

VoloMatrix volo_nn_packed(VoloNnContext *ctx, const VoloMatrix *m, size_t taps)
{
    VoloMatrix packed = scratch_matrix(ctx, m->out, m->in);
    Packing packing = { &packed, m->raw, taps, 0, 0 };

    if (!volo_nn_idle(ctx))
        volo_parallel_rows(ctx->threads, panel_count(&packed), 4, pack_panels, &packing);
    return packed;
}

/* panel [taps reversed,out,VOLO_PANEL] = raw [out,in from i,taps] */
static void turn_panel(float *panel, const Packing *s, size_t i, size_t lanes)
{
    for (size_t o = 0; o < s->out; o++) {
        const float *const raw = s->raw + (o * s->in + i) * s->taps;

        for (size_t tap = 0; tap < s->taps; tap++) {
            float *const to = panel + ((s->taps - 1 - tap) * s->out + o) * VOLO_PANEL;

            for (size_t lane = 0; lane < VOLO_PANEL; lane++)
                to[lane] = lane < lanes ? raw[lane * s->taps + tap] : 0;
        }
    }
}

static void turn_panels(size_t first, size_t count, int slot, void *user)
{
    const Packing *const s = user;

    (void)slot;
    for (size_t panel = first; panel < first + count; panel++) {
        const size_t i = panel * VOLO_PANEL, left = s->in - i;

        turn_panel(s->m->data + i * s->m->in, s, i, left < VOLO_PANEL ? left : VOLO_PANEL);
    }
}

VoloMatrix volo_nn_packed_transposed(VoloNnContext *ctx, const float *raw, size_t out, size_t in,
                                     size_t taps)
{
    VoloMatrix packed = scratch_matrix(ctx, in, out * taps);
    Packing packing = { &packed, raw, taps, out, in };

    if (!volo_nn_idle(ctx))
        volo_parallel_rows(ctx->threads, panel_count(&packed), 1, turn_panels, &packing);
    return packed;
}

void volo_nn_weight_gradient(VoloNnContext *ctx, const VoloWeightGradientJob *job)
{
    if (!job->gradient && !job->bias)
        return;
    float *scratch = volo_nn_scratch(ctx, volo_weight_gradient_scratch(job, ctx->threads));

    volo_nn_macs_by(ctx, (uint64_t)job->n * job->h * job->w * job->out * job->in * job->k * job->k,
                    volo_weight_gradient_macs(job));
    if (!volo_nn_idle(ctx))
        volo_weight_gradient_run(job, ctx->threads, scratch);
}
