/* SPDX-License-Identifier: Apache-2.0 */
/* Convolutions: a product over patches that are gathered panel by panel (implicit im2col), or
 * Winograd's algorithm for large 3x3 ones. conv2d_backward.c has the way back. */
#include "nn/conv2d.h"

#include "kernels/kernels.h"
#include "nn/epilogue.h"
#include "nn/tape.h"
#include "nn/training_product.h"
#include "nn/winograd.h"

/* What filling patches needs to know. */
typedef struct Patches {
    VoloTensor x;
    const VoloConv2d *p;
    size_t h_out, w_out;
} Patches;

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* columns [count, kh·kw·in]: patches of output pixels first.. of the whole batch */
static void fill_patches(float *columns, size_t first, size_t count, const void *user)
{
    const Patches *s = user;
    const size_t pixels = s->h_out * s->w_out;
    const size_t picture = s->x.h * s->x.w * s->x.c;

    while (count > 0) {
        const size_t n = first / pixels, at = first % pixels;
        const size_t here = smaller(count, pixels - at);

        volo_kernels()->im2col(columns, s->x.data + n * picture, s->x.h, s->x.w, s->x.c, s->p->kh,
                               s->p->stride, s->p->pad, s->w_out, at, here);
        columns += here * s->p->weight.in;
        first += here;
        count -= here;
    }
}

/* y [n,h,w,out] = act(conv(x [n,h,w,in]) + bias + residual) */
static void run_winograd(VoloNnContext *ctx, VoloTensor y, VoloTensor x, const VoloConv2d *p,
                         VoloEpilogue e)
{
    const VoloWinogradJob job = { .y = y.data,
                                  .x = x.data,
                                  .addend = e.residual ? e.residual->data : NULL,
                                  .p = p,
                                  .bias = p->bias,
                                  .in = p->in,
                                  .activation = e.activation,
                                  .n = x.n,
                                  .h = x.h,
                                  .w = x.w };
    float *scratch = volo_nn_scratch(ctx, volo_winograd_scratch(&job, ctx->threads));

    volo_nn_macs_by(ctx, (uint64_t)volo_rows(y) * p->weight.out * p->weight.in,
                    volo_winograd_macs(&job));
    if (!volo_nn_idle(ctx))
        volo_winograd_run(&job, ctx->threads, scratch);
}

/* Winograd's way adds the residual before the activation, which is all the same in training. */
static bool takes_winograd(const VoloNnContext *ctx, VoloTensor x, const VoloConv2d *p,
                           VoloEpilogue e)
{
    return !ctx->exact && (!e.residual || volo_nn_training(ctx)) &&
           volo_winograd_suits(p, p->in, x.h, x.w);
}

void volo_nn_run_conv2d(VoloNnContext *ctx, VoloTensor y, VoloTensor x, const VoloConv2d *p,
                        VoloEpilogue e)
{
    const bool pointwise = p->kh == 1 && p->kw == 1 && p->stride == 1 && p->pad == 0;
    const Patches patches = { x, p, y.h, y.w };
    const VoloGemmJob job = { .y = y.data,
                              .x = pointwise ? x.data : NULL,
                              .fill = pointwise ? NULL : fill_patches,
                              .fill_user = &patches,
                              .weight = &p->weight,
                              .bias = p->bias,
                              .residual = e.residual ? e.residual->data : NULL,
                              .activation = e.activation,
                              .rows = volo_rows(y),
                              .pictures = y.n };

    if (takes_winograd(ctx, x, p, e))
        run_winograd(ctx, y, x, p, e);
    else
        volo_nn_run_gemm(ctx, &job);
}

/* y [n,ho,wo,out] = act(conv(x [n,h,w,in]) + bias) + residual */
static VoloTensor convolve(VoloNnContext *ctx, VoloTensor x, const VoloConv2d *p, VoloEpilogue e)
{
    volo_nn_operation(ctx);
    volo_nn_use(ctx, x);
    volo_nn_expect(ctx, x.c == p->in, "a convolution of %zu channels was given %zu", p->in, x.c);
    const bool fits = x.h + 2 * p->pad >= p->kh && x.w + 2 * p->pad >= p->kw;
    volo_nn_expect(ctx, fits, "%zux%zu is smaller than a %zux%zu kernel", x.h, x.w, p->kh, p->kw);
    const size_t h_out = fits ? (x.h + 2 * p->pad - p->kh) / p->stride + 1 : 1;
    const size_t w_out = fits ? (x.w + 2 * p->pad - p->kw) / p->stride + 1 : 1;
    const VoloTensor y = volo_nn_product(ctx, x.n, h_out, w_out, p->out, e);
    VoloConv2d conv = *p;

    if (volo_nn_training(ctx))
        conv.weight = volo_nn_packed(ctx, &p->weight, p->kh * p->kw);
    volo_nn_run_conv2d(ctx, y, x, &conv, e);
    return y;
}

/* The steps of training; the residual goes into the product when nothing stands between. */
static VoloTensor steps(VoloNnContext *ctx, VoloTensor x, const VoloConv2d *p, VoloEpilogue e)
{
    const bool direct = e.residual && !p->norm && e.activation == VOLO_LINEAR && e.drop <= 0;
    const VoloEpilogue fused = { .residual = direct ? e.residual : NULL };
    VoloTensor y = convolve(ctx, x, p, fused);

    volo_nn_record(ctx,
                   (VoloRecord){ .backward = volo_nn_conv2d_backward,
                                 .y = y,
                                 .x = x,
                                 .other = direct ? *e.residual : (VoloTensor){ 0 },
                                 .p = p },
                   volo_nn_parameter_gradient(ctx, p->weight.raw) ||
                       volo_nn_parameter_gradient(ctx, p->bias));
    if (p->norm)
        y = volo_nn_batchnorm(ctx, y, p->norm, e.activation);
    else if (e.activation != VOLO_LINEAR)
        y = volo_nn_activate(ctx, y, e.activation);
    if (e.drop > 0)
        y = volo_nn_drop_path(ctx, y, e.drop);
    return e.residual && !direct ? volo_nn_add(ctx, *e.residual, y) : y;
}

VoloTensor volo_nn_conv2d(VoloNnContext *ctx, VoloTensor x, const VoloConv2d *p, VoloEpilogue e)
{
    return volo_nn_training(ctx) ? steps(ctx, x, p, e) : convolve(ctx, x, p, e);
}
