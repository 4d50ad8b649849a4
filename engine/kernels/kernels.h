/* SPDX-License-Identifier: Apache-2.0 */
/* The kernels: plain arithmetic on arrays, one table of functions for each CPU level.
 *
 * Letters: n pictures in the batch, h w height and width, c channels, r rows (n·h·w, or tokens),
 * d head width, k window side or inner dimension, x in, y out; weight and bias are spelt out.
 * Outputs come first, then inputs, parameters, sizes. ld… is the distance between rows in floats.
 * Arrays do not overlap unless a comment says so. A kernel is single-threaded, allocates nothing
 * and cannot fail: callers cut the rows for threads. Every kernel has a naive twin of the same
 * signature in reference.c or reference_products.c, and cases in case_table.c. */
#ifndef VOLO_KERNELS_H
#define VOLO_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cpu.h"

/* Activation codes are those of VoloActivation in <volo/impl/nn.h>: 0 none, 1 ReLU, 2 GELU (erf).
 */

/* Where an upsampled row takes its two sources, and with which weight on the second:
 * y[i] = x[first[i]] + (x[second[i]] - x[first[i]]) * t[i]. */
typedef struct VoloLerp {
    const uint32_t *first, *second;
    const float *t;
} VoloLerp;

/* The same the other way round, for any resampling along an axis: input i is read by outputs
 * first[i], first[i] + 1, ... with weights weight[begin[i]] .. weight[begin[i + 1] - 1]. */
typedef struct VoloReaders {
    const uint32_t *begin, *first;
    const float *weight;
} VoloReaders;
/* Attention of one head backwards. With weights p [r,keys] = e^(scale · q kᵀ - lse), at most 1, and
 * ds = p (dy vᵀ - Σ dy · y), the sum of each row: dq [r,d] = scale · ds k, dk [keys,d] = scale ·
 * dsᵀ q, dv [keys,d] = pᵀ dy; or += when add_query (dq), add_key (dk, dv). */
typedef struct VoloAttentionGradient {
    float *dq;           /* or NULL */
    float *dk, *dv;      /* or both NULL */
    const float *dy, *y; /* [r,d] ldy apart */
    const float *lse;    /* [r] */
    const float *q, *k, *v;
    size_t ld_gradient, ldy, ld;
    float scale;
    bool add_query, add_key;
    size_t r, keys, d;
} VoloAttentionGradient;
/* Batch norm as each row sees it: act((x - mean) · scale + shift), all [c]. */
typedef struct VoloChannelNorm {
    const float *mean, *scale, *shift;
    bool relu;
} VoloChannelNorm;

typedef struct VoloKernels {
    VoloCpuLevel level;

    /* --- pointwise.c --- */
    /* y = a + b; y may be a or b. */
    void (*add)(float *y, const float *a, const float *b, size_t count);
    /* y [r,c] = act(y [r,c] + bias [c]) + residual [r,c]; bias and residual may be NULL;
     * residual may be y's own memory only if act and bias are void (it is read before y is
     * written). */
    void (*epilogue)(float *y, size_t ldy, const float *bias, const float *residual,
                     size_t ld_residual, int activation, size_t r, size_t c);

    /* dx = dy · act'(x), or += when add; dx may be dy. */
    void (*activation_gradient)(float *dx, const float *dy, const float *x, int activation,
                                bool add, size_t count);

    /* --- normalize.c --- */
    /* y [r,c] = (x - mean(x)) / sqrt(var(x) + eps) * weight [c] + bias [c] for each row; y may be
     * x. Two passes; mean and variance accumulate so that the error stays below 1e-6 relative. */
    void (*layernorm)(float *y, const float *x, const float *weight, const float *bias, float eps,
                      size_t r, size_t c);
    /* Backwards: dx [r,c] from dy [r,c], or += when add; dweight [c] += Σ over rows of
     * dy · (x - mean) / sqrt(var + eps), dbias [c] += Σ dy. dx may be NULL, or dy. */
    void (*layernorm_gradient)(float *dx, float *dweight, float *dbias, const float *dy,
                               const float *x, const float *weight, float eps, bool add, size_t r,
                               size_t c);

    /* --- channel_norm.c --- */
    /* sums [2,c] = Σ x and Σ x² over the rows of x [r,c], in double. */
    void (*channel_sums)(double *sums, const float *x, size_t r, size_t c);
    /* y [r,c] = act((x [r,c] - mean) · scale + shift); y may be x. */
    void (*channel_norm)(float *y, const float *x, const VoloChannelNorm *n, size_t r, size_t c);
    /* sums [2,c] = Σ dy' and Σ dy'·(x - mean) over the rows; dy' is dy where the activation lets it
     * through, else 0. */
    void (*channel_gradient_sums)(double *sums, const float *dy, const float *x,
                                  const VoloChannelNorm *n, size_t r, size_t c);
    /* dx [r,c] = dy'·scale + (x - mean)·slope [c] + offset [c], or += when add; dx may be dy. */
    void (*channel_gradient)(float *dx, const float *dy, const float *x, const VoloChannelNorm *n,
                             const float *slope, const float *offset, bool add, size_t r, size_t c);

    /* --- softmax.c --- */
    /* y [r,c] = softmax(scale · x [r,c]) for each row, scale > 0; y may be x. A row of -inf gives
     * zeros. */
    void (*softmax)(float *y, const float *x, float scale, size_t r, size_t c);

    /* --- flash_attention.c --- */
    /* One head, some queries: y [r,d] = softmax(scale · q [r,d] · k [keys,d]ᵀ) · v [keys,d], key
     * tile by key tile with a running maximum and sum, never all scores. scratch:
     * flash_attention_scratch floats, 64-byte aligned. The result of a row depends neither on r nor
     * on which rows come along. lse [r], or NULL: ln Σ e^score of each query. */
    void (*flash_attention)(float *y, size_t ldy, float *lse, const float *q, const float *k,
                            const float *v, size_t ld, float scale, size_t r, size_t keys, size_t d,
                            float *scratch);
    size_t (*flash_attention_scratch)(size_t d);

    /* --- flash_attention_gradient.c --- */
    /* One head backwards, see VoloAttentionGradient. scratch: flash_attention_gradient_scratch
     * floats, 64-byte aligned. */
    void (*flash_attention_gradient)(const VoloAttentionGradient *s, float *scratch);
    size_t (*flash_attention_gradient_scratch)(size_t r, size_t d);

    /* --- outlook.c --- */
    /* Rows first..first+count-1 of one picture's outlook output: y [count,w,c], v [h,w,c],
     * a [⌈h/2⌉,⌈w/2⌉,heads,9,9] already softmaxed over the last axis, c = heads·d. Gather form:
     * each output pixel sums the 1, 2 or 4 windows that cover it. */
    void (*outlook)(float *y, const float *v, const float *a, size_t h, size_t w, size_t heads,
                    size_t d, size_t first, size_t count);
    /* Backwards: rows first.. of dv [h,w,c], or += when add, from dy [h,w,c]; dv points at row
     * first. */
    void (*outlook_value_gradient)(float *dv, const float *dy, const float *a, bool add, size_t h,
                                   size_t w, size_t heads, size_t d, size_t first, size_t count);

    /* --- outlook_gradient.c --- */
    /* Rows first.. of cells: ds [count,⌈w/2⌉,heads,9,9] = scale · a (g - Σ a g), or +=, sums over
     * the last axis: the gradient of scores whose softmax, scaled, is a [⌈h/2⌉,⌈w/2⌉,heads,9,9]. g
     * [9,9] = dy [9,d] · v [9,d]ᵀ of the cell's window of dy and v [h,w,c], 0 outside. */
    void (*outlook_score_gradient)(float *ds, const float *dy, const float *v, const float *a,
                                   float scale, bool add, size_t h, size_t w, size_t heads,
                                   size_t d, size_t first, size_t count);

    /* --- pool.c --- */
    /* Rows first.. of y [⌈h/2⌉,⌈w/2⌉,c], the mean of what lies inside of 2x2 of x [h,w,c]; y points
     * at row first. */
    void (*avg_pool2)(float *y, const float *x, size_t h, size_t w, size_t c, size_t first,
                      size_t count);
    /* y [bins,bins,c]: bin i covers rows ⌊i·h/bins⌋ .. ⌈(i+1)·h/bins⌉-1 of x [h,w,c], columns
     * alike. */
    void (*adaptive_pool)(float *y, const float *x, size_t h, size_t w, size_t c, size_t bins);
    /* Rows first.. of y [⌊h/2⌋,⌊w/2⌋,c], the largest of each whole 2x2 of x [h,w,c]; y points at
     * row first. */
    void (*max_pool2)(float *y, const float *x, size_t h, size_t w, size_t c, size_t first,
                      size_t count);
    /* y [c] = y + factor · max over r of x [r,c]; r > 0. */
    void (*add_max)(float *y, const float *x, float factor, size_t r, size_t c);
    /* Rows 2·first.. of dx [h,w,c] = dy [count,⌊w/2⌋,c], which points at row first, where x [h,w,c]
     * is the (first of the) largest of its 2x2, and 0 elsewhere, in an odd last row too when the
     * last cells are among the rows; or += when add. */
    void (*max_pool2_gradient)(float *dx, const float *dy, const float *x, size_t h, size_t w,
                               size_t c, size_t first, size_t count, bool add);
    /* dx [r,c] = factor · dy [c] where x [r,c] is the (first of the) largest, 0 elsewhere; or +=
     * when add. */
    void (*add_max_gradient)(float *dx, const float *dy, const float *x, float factor, size_t r,
                             size_t c, bool add);

    /* --- resample.c --- */
    /* One row: y [w_out,c] (pixels ldy apart) = lerp of row x0 and x1 [w_in,c] with weight t on x1,
     * then along the row by lerp; added to y when accumulate. */
    void (*bilinear_row)(float *y, size_t ldy, const float *x0, const float *x1, float t,
                         const VoloLerp *lerp, size_t w_out, size_t c, bool accumulate);
    /* y [h_out,w_out,c] = bicubic x [h_in,w_in,c]: A = -0.75, half-pixel centres, indices clamped.
     */
    void (*bicubic)(float *y, const float *x, size_t h_in, size_t w_in, size_t c, size_t h_out,
                    size_t w_out);

    /* --- gather.c --- */
    /* Row `row` of dx [h_in,w_in] of a resampling to [h_out,w_out], pixels ldx apart, at each [c]:
     * Σ over the outputs that read the pixel of both axes' weights · dy [h_out,w_out], pixels ldy
     * apart; added to dx when add. dx points at the row. */
    void (*gather_row)(float *dx, size_t ldx, const float *dy, size_t ldy, const VoloReaders *rows,
                       const VoloReaders *columns, size_t row, size_t w_in, size_t w_out, size_t c,
                       bool add);

    /* --- tap_row.c --- */
    /* One row of a 3x3 convolution (padding 1) over a map [h_in,w_in] that is resized to
     * [h_out,w_out] by rows and columns, from products of the small map: z [h_in,w_in] pixels ldz
     * apart, at each [9 taps,VOLO_PANEL]. y [w_out,VOLO_PANEL], pixels ldy apart, = Σ over taps
     * (ky,kx) of their products resized, at (row + ky - 1, i + kx - 1), 0 outside; added to y when
     * accumulate. half: 3·w_in·VOLO_PANEL floats. */
    void (*tap_row)(float *y, size_t ldy, const float *z, size_t ldz, const VoloLerp *rows,
                    const VoloLerp *columns, size_t w_in, size_t h_out, size_t w_out, size_t row,
                    bool accumulate, float *half);

    /* --- argmax.c --- */
    /* label [w] = index of the largest of x [w,c] along c (the first of equals), c <= 255. */
    void (*argmax_row)(uint8_t *label, const float *x, size_t w, size_t c);

    /* --- ranking.c --- */
    /* second, third [w] = index of the largest of x [w,c] along c, and of the one after it (the
     * first of equals), label [w] left out; 255 where no class is left. c <= 255. */
    void (*runners_up_row)(uint8_t *second, uint8_t *third, const uint8_t *label, const float *x,
                           size_t w, size_t c);
    /* y [w] = -Σ p ln p / ln c over p [w,c] along c, 0 with one class; p below 1.2e-38 count as 0.
     */
    void (*entropy_row)(float *y, const float *p, size_t w, size_t c);

    /* --- pixels.c --- */
    /* y [w,3] = (rgb [w,3] - mean [3]) / std [3], each step rounded to float32 as numpy does. */
    void (*normalize_row)(float *y, const uint8_t *rgb, const float *mean, const float *std,
                          size_t w);
    /* The same after bilinear resizing: rows x0 and x1 u8 [w_in,3], weight t on x1. */
    void (*resize_normalize_row)(float *y, const uint8_t *x0, const uint8_t *x1, float t,
                                 const VoloLerp *lerp, const float *mean, const float *std,
                                 size_t w_out);
    /* y [w_out,3] = bilinear mean of rows x0 and x1 u8 [w_in,3] in OpenCV's fixed point: weights
     * rounded to 2048ths, t on x1, products along the row first. */
    void (*fixed_point_row)(uint8_t *y, const uint8_t *x0, const uint8_t *x1, float t,
                            const VoloLerp *lerp, size_t w_out);

    /* --- im2col.c --- */
    /* Patches of output pixels first..first+count-1 (row-major over h_out x w_out) of one picture:
     * y [count, k·k·c] in the order (ky, kx, c), zeros outside x [h,w,c]. */
    void (*im2col)(float *y, const float *x, size_t h, size_t w, size_t c, size_t k, size_t stride,
                   size_t pad, size_t w_out, size_t first, size_t count);

    /* --- gemm_panel.c --- */
    /* y [r,out] = act(x [r,in] · weightᵀ + bias) + residual, weight packed in panels of
     * VOLO_PANEL outputs: [⌈out/panel⌉] ld_packed apart, at each [in][panel], zero padded. y may be
     * residual's memory. scratch: gemm_panel_scratch(in) floats. A row's result depends on that row
     * alone. */
    void (*gemm_panel)(float *y, size_t ldy, const float *x, size_t ldx, const float *packed,
                       size_t ld_packed, const float *bias, const float *residual,
                       size_t ld_residual, int activation, size_t r, size_t in, size_t out,
                       float *scratch);
    size_t (*gemm_panel_scratch)(size_t in);
    /* sum [panels] ld_sum apart, at each [r,VOLO_PANEL] = x [r,k] · panel [panels] ld_panel apart,
     * at each [k,VOLO_PANEL]; or += when accumulate. Rows of x are VOLO_PRODUCT_LD apart, 1 <= k <=
     * VOLO_PRODUCT_K. A row's result depends on that row alone. */
    void (*panel_product)(float *sum, size_t ld_sum, const float *x, const float *panel,
                          size_t ld_panel, size_t panels, size_t r, size_t k, bool accumulate);

    /* --- turn.c --- */
    /* y [c,r] = x [r,c] transposed, rows of y VOLO_PRODUCT_LD apart, r <= VOLO_PRODUCT_K. */
    void (*turn)(float *y, const float *x, size_t ldx, size_t r, size_t c);

    /* --- winograd_tiles.c: F(4x4,3x3), a tile is 6x6 inputs and 4x4 outputs --- */
    /* v [36] points ld_point apart, at each [c]: Bᵀ·tile·B of the 6x6 inputs whose upper left one
     * is (row, column) of x [h,w] pixels, ldx floats apart; zeros outside. c a multiple of
     * VOLO_PANEL. */
    void (*winograd_input)(float *v, size_t ld_point, const float *x, size_t ldx, size_t h,
                           size_t w, ptrdiff_t row, ptrdiff_t column, size_t c);
    /* u [36] points ld_point apart, at each [c,VOLO_PANEL]: G·g·Gᵀ of the 3x3 weights g, which are
     * panel [9] taps ld_tap apart, at each [c,VOLO_PANEL]. */
    void (*winograd_weight)(float *u, size_t ld_point, const float *panel, size_t ld_tap, size_t c);
    /* 4x4 outputs of VOLO_PANEL channels from sums m [36] points ld_point apart:
     * y = act(Aᵀ·m·A + bias + addend) for rows x columns pixels (1..4 each), ld_row and ld_pixel
     * apart in y and addend alike; addend may be NULL, or y. */
    void (*winograd_output)(float *y, const float *addend, size_t ld_row, size_t ld_pixel,
                            const float *m, size_t ld_point, const float *bias, int activation,
                            size_t rows, size_t columns);
    /* Backwards: m [36] points ld_point apart, at each [VOLO_PANEL]: A·dy·Aᵀ of the 4x4 gradients
     * of VOLO_PANEL channels; those beyond rows x columns (1..4 each) count as 0. */
    void (*winograd_output_gradient)(float *m, size_t ld_point, const float *dy, size_t ld_row,
                                     size_t ld_pixel, size_t rows, size_t columns);
    /* dg [9] taps ld_tap apart = Gᵀ·du·G of du [36] points ld_point apart, at each count floats, a
     * multiple of VOLO_PANEL; or += when add. */
    void (*winograd_weight_gradient)(float *dg, size_t ld_tap, const float *du, size_t ld_point,
                                     bool add, size_t count);
} VoloKernels;

/* Queries that one call of flash_attention is given: they share the packing of keys and values. */
#define VOLO_ATTENTION_ROWS 384

/* Outputs per panel of a packed weight, the same at every level so that packing is too. */
#define VOLO_PANEL 16

/* What panel_product takes at most, and how far its rows lie apart: a constant, so that the
 * addresses of all rows of a tile are one register and constants; not a power of two, so that they
 * do not share cache sets. */
#define VOLO_PRODUCT_K 128
#define VOLO_PRODUCT_LD (VOLO_PRODUCT_K + 16)

/* Winograd's transforms interpolate at 0, ±A, ±B and infinity: of the exact pairs the one with the
 * least error, NMSE 2e-12 with 256 channels (the usual ±1, ±2 have 1e-11). */
#define VOLO_WINOGRAD_A 0.625
#define VOLO_WINOGRAD_B 1.5
#define VOLO_WINOGRAD_POINTS 36

/* The table of the current CPU level; never NULL. */
const VoloKernels *volo_kernels(void);
/* The table of one level the machine has; NULL for others. */
const VoloKernels *volo_kernels_at(VoloCpuLevel level);
/* The naive twins. */
const VoloKernels *volo_kernels_reference(void);

/* Fills first, second and t [out] for bilinear resizing from in to out (section C.1 of the
 * reference: half-pixel centres clamped at 0, or align_corners). */
void volo_lerp_table(uint32_t *first, uint32_t *second, float *t, size_t in, size_t out,
                     bool align_corners);
/* The same with half-pixel centres and an output every step inputs, whatever in/out may be. */
void volo_lerp_table_step(uint32_t *first, uint32_t *second, float *t, size_t in, size_t out,
                          float step);
/* The same by OpenCV's rule for INTER_LINEAR, whose rows and columns differ outside the picture:
 * columns (clamp) take the edge alone, rows take it twice with both weights. */
void volo_lerp_table_opencv(uint32_t *first, uint32_t *second, float *t, size_t in, size_t out,
                            bool clamp);

/* Floats of memory that the readers of in inputs and out outputs take at most. */
size_t volo_readers_floats(size_t in, size_t out);
/* Of a lerp table; of what the kernel bicubic does along an axis; of adaptive_pool's bins; of
 * avg_pool2's pairs, the last of which may be one alone. memory must live as long as the result. */
VoloReaders volo_readers_of_lerp(float *memory, const VoloLerp *lerp, size_t in, size_t out);
VoloReaders volo_readers_of_cubic(float *memory, size_t in, size_t out);
VoloReaders volo_readers_of_bins(float *memory, size_t in, size_t bins);
VoloReaders volo_readers_of_pairs(float *memory, size_t in);

#endif
