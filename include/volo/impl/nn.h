/* SPDX-License-Identifier: Apache-2.0 */
/* The operations networks are written in.
 *
 * A forward function is walked twice: once to measure (no memory; shapes are checked and lifetimes
 * noted), then to run (every tensor finds its planned place). In training both walks go on
 * backwards over what the operations recorded on the tape. So the sequence of operations may
 * depend on shapes, never on values, and operations return no status: the context keeps the first
 * error with the stage's name, and later operations do nothing. A context belongs to one thread. */
#ifndef VOLO_IMPL_NN_H
#define VOLO_IMPL_NN_H

#include <volo/impl/bind.h>
#include <volo/impl/tensor.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct VoloNnContext VoloNnContext;

typedef enum VoloActivation {
    VOLO_LINEAR, /* none */
    VOLO_RELU,
    VOLO_GELU, /* x/2 · (1 + erf(x/√2)) */
} VoloActivation;

/* What happens to a product before it is stored: drop(act(product + bias)) + residual. */
typedef struct VoloEpilogue {
    VoloActivation activation;
    float drop;                 /* training: how often a picture's branch is left out, 0 to < 1 */
    const VoloTensor *residual; /* same shape as the result, or NULL */
} VoloEpilogue;

/* y [n,h,w,out] = act(x [n,h,w,in] · weightᵀ + bias) + residual */
VoloTensor volo_nn_linear(VoloNnContext *ctx, VoloTensor x, const VoloLinear *p, VoloEpilogue e);

/* y [n,ho,wo,out] = act(conv(x [n,h,w,in]) + bias) + residual; ho = (h + 2 pad - kh) / stride + 1
 */
VoloTensor volo_nn_conv2d(VoloNnContext *ctx, VoloTensor x, const VoloConv2d *p, VoloEpilogue e);

/* y [n,h·k,w·k,out]: each pixel of x [n,h,w,in] becomes a k x k block of its own,
 * y[k·i + ky, k·j + kx] = act(x[i,j] · weight[ky,kx] + bias) */
VoloTensor volo_nn_conv_transpose2d(VoloNnContext *ctx, VoloTensor x, const VoloConvTranspose2d *p,
                                    VoloActivation activation);

/* y = act(x); in inference activations are part of products */
VoloTensor volo_nn_activate(VoloNnContext *ctx, VoloTensor x, VoloActivation activation);

/* y [n,h,w,c] = act((x - mean) / sqrt(var + eps) · weight + bias), mean and variance of each
 * channel over all rows. Training only: running statistics take a tenth of the batch's (unbiased)
 * ones. */
VoloTensor volo_nn_batchnorm(VoloNnContext *ctx, VoloTensor x, const VoloBatchNorm *p,
                             VoloActivation activation);

/* Each picture of x with probability rate times 0, else times 1 / (1 - rate) (Huang et al., Deep
 * Networks with Stochastic Depth 2016); x itself in inference. */
VoloTensor volo_nn_drop_path(VoloNnContext *ctx, VoloTensor x, float rate);

/* The same for each channel of each picture (Tompson et al. 2015: spatial dropout). */
VoloTensor volo_nn_drop_channels(VoloNnContext *ctx, VoloTensor x, float rate);

/* y = fn(x): a part of a network of which training may keep x alone and make the rest again when it
 * is needed (Chen et al., Training Deep Nets with Sublinear Memory Cost 2016). y is all that fn
 * hands out, and it names no stages. */
typedef VoloTensor (*VoloBlockFn)(VoloNnContext *ctx, VoloTensor x, const void *p);
VoloTensor volo_nn_block(VoloNnContext *ctx, VoloBlockFn fn, VoloTensor x, const void *p);

/* y [n,h,w,c] = (x - mean) / sqrt(var + eps) · weight + bias, over each row's c values */
VoloTensor volo_nn_layernorm(VoloNnContext *ctx, VoloTensor x, const VoloLayerNorm *p);

/* Multi-head self-attention of each picture over all its tokens: qkv [n,h,w,3c] -> [n,h,w,c],
 * c = heads·d, layout [q|k|v], head-major; scores scaled by d^-1/2 (VOLO section 3.3) */
VoloTensor volo_nn_attention(VoloNnContext *ctx, VoloTensor qkv, size_t heads);

/* One query for each picture: q [n,1,1,c], kv [n,h,w,2c] of layout [k|v], head-major -> [n,1,1,c],
 * scores scaled by d^-1/2 (class attention of CaiT, Touvron et al. 2021) */
VoloTensor volo_nn_class_attention(VoloNnContext *ctx, VoloTensor q, VoloTensor kv, size_t heads);

/* Outlook attention (VOLO section 3.1): v [n,h,w,c], a [n,⌈h/2⌉,⌈w/2⌉,81·heads] raw scores ->
 * [n,h,w,c]: softmax of a·d^-1/2 over 9 sources, weighted sums of 3x3 windows at stride 2, folded
 */
VoloTensor volo_nn_outlook_attention(VoloNnContext *ctx, VoloTensor v, VoloTensor a, size_t heads);

/* 2x2 average pooling, stride 2, ceil mode: [n,h,w,c] -> [n,⌈h/2⌉,⌈w/2⌉,c]; edges divide by what is
 * inside */
VoloTensor volo_nn_avg_pool2(VoloNnContext *ctx, VoloTensor x);

/* Adaptive average pooling to [n,bins,bins,c]: rows ⌊i·h/bins⌋ .. ⌈(i+1)·h/bins⌉-1 */
VoloTensor volo_nn_adaptive_pool(VoloNnContext *ctx, VoloTensor x, size_t bins);

/* 2x2 maximum, stride 2: [n,h,w,c] -> [n,⌊h/2⌋,⌊w/2⌋,c]; an odd last row or column is left out */
VoloTensor volo_nn_max_pool2(VoloNnContext *ctx, VoloTensor x);

/* y [n,1,1,c] = a + factor · the largest of x [n,h,w,c] over h and w, channel by channel */
VoloTensor volo_nn_add_max(VoloNnContext *ctx, VoloTensor a, VoloTensor x, float factor);

/* y [n,h,w,c] = grid [h,w,c] for each of n pictures */
VoloTensor volo_nn_repeat_grid(VoloNnContext *ctx, const VoloGrid *grid, size_t n);

/* y [n,1,a.h·a.w + b.h·b.w,c]: the tokens of a, then those of b */
VoloTensor volo_nn_join_tokens(VoloNnContext *ctx, VoloTensor a, VoloTensor b);

/* y = a + b, same shapes */
VoloTensor volo_nn_add(VoloNnContext *ctx, VoloTensor a, VoloTensor b);

/* y [n,h,w,c] = x + grid, which is resized bicubically to h x w (A = -0.75, half-pixel centres) */
VoloTensor volo_nn_add_grid(VoloNnContext *ctx, VoloTensor x, const VoloGrid *grid);

/* y = x + bilinear(small to x's size), same channels */
VoloTensor volo_nn_add_resized(VoloNnContext *ctx, VoloTensor x, VoloTensor small,
                               bool align_corners);

/* [n,⌊h·up/down⌋,⌊w·up/down⌋,c]: x resized bilinearly, half-pixel centres, outputs down/up inputs
 * apart even where the size was rounded (PyTorch's scale_factor) */
VoloTensor volo_nn_rescale(VoloNnContext *ctx, VoloTensor x, size_t up, size_t down);

/* [n,h,w,Σc]: each tensor resized bilinearly to h x w, side by side in the channels */
VoloTensor volo_nn_concat_resized(VoloNnContext *ctx, const VoloTensor *x, size_t count, size_t h,
                                  size_t w, bool align_corners);

/* A map size to convolve at, and how maps get there. */
typedef struct VoloResizedConv {
    size_t h, w;
    bool align_corners;
    VoloActivation activation;
} VoloResizedConv;

#define VOLO_MAX_RESIZED_MAPS 16

/* y [n,h,w,out] = act(conv(volo_nn_concat_resized of the maps) + bias), p 3x3 with padding 1 and
 * stride 1 or any convolution; where maps are small the wide map is never made */
VoloTensor volo_nn_conv2d_resized(VoloNnContext *ctx, const VoloTensor *x, size_t count,
                                  VoloResizedConv spec, const VoloConv2d *p);

/* Names the stage whose result is x, as the reference model names its module: hands x to the tap,
 * reports progress, takes note of a cancellation, and closes a row of the stage table. */
void volo_nn_stage(VoloNnContext *ctx, VoloTensor x, const char *format, ...) VOLO_PRINTF(3, 4);

#ifdef __cplusplus
}
#endif
#endif
