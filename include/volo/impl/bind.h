/* SPDX-License-Identifier: Apache-2.0 */
/* VoloBinder: parameters by name.
 *
 * A backbone or head asks for each parameter once, in any order, giving the shape it needs; the
 * binder reads it from the model file into its packed form, or, for a new model, only notes name,
 * shape and initialiser. It is sticky: the first error is kept and later calls do nothing, so bind
 * functions need no checks. At the end every tensor of the file must have been asked for, or be on
 * the list of ignored names. One thread at a time. */
#ifndef VOLO_IMPL_BIND_H
#define VOLO_IMPL_BIND_H

#include <volo/impl/config.h>
#include <volo/impl/tensor.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct VoloBinder VoloBinder;

/* A matrix [out,in]: for inference in the layout that nn/gemm.c chose for it, for training as the
 * file has it (it is packed anew in every step). */
typedef struct VoloMatrix {
    float *data; /* NULL in training */
    size_t out, in;
    int layout;
    const float *raw; /* [out,in/taps,taps] in the parameter block; NULL in inference */
} VoloMatrix;

/* Batch norm over [r,c] (Ioffe & Szegedy 2015). Only training keeps it apart from the convolution
 * before it. */
typedef struct VoloBatchNorm {
    const float *weight, *bias;        /* [c] */
    float *running_mean, *running_var; /* [c] */
    size_t c;
    float eps;
} VoloBatchNorm;

/* y [r,out] = x [r,in] · weightᵀ + bias */
typedef struct VoloLinear {
    VoloMatrix weight;
    const float *bias; /* [out], or NULL */
} VoloLinear;

/* Convolution with batch norm folded in, kernel order [out, kh, kw, in]. */
typedef struct VoloConv2d {
    VoloMatrix weight; /* [out, kh*kw*in] */
    const float *bias; /* [out]: own bias, or what the folded norm adds; or NULL */
    size_t in, out, kh, kw, stride, pad;
    const VoloBatchNorm *norm; /* training: what follows, not folded; else NULL */
} VoloConv2d;

/* Transposed convolution whose stride is its kernel k, batch norm folded in. */
typedef struct VoloConvTranspose2d {
    VoloMatrix weight; /* [k*k*out, in], rows in the order (ky, kx, out) */
    const float *bias; /* [k*k*out], the same for each (ky, kx); in training [out]; or NULL */
    size_t in, out, k;
    const VoloBatchNorm *norm; /* training: what follows, not folded; else NULL */
} VoloConvTranspose2d;

typedef struct VoloLayerNorm {
    const float *weight, *bias; /* [c] */
    size_t c;
    float eps;
} VoloLayerNorm;

/* A parameter used as it is: [h,w,c]. */
typedef struct VoloGrid {
    const float *data;
    size_t h, w, c;
} VoloGrid;

/* Names between enter and leave get the formatted text and a dot in front. Pairs nest. */
void volo_bind_enter(VoloBinder *b, const char *format, ...) VOLO_PRINTF(2, 3);
void volo_bind_leave(VoloBinder *b);

/* Memory that lives as long as the model: count zeroed elements; NULL after an error. */
void *volo_bind_array(VoloBinder *b, size_t count, size_t size);

typedef enum VoloHasBias {
    VOLO_NO_BIAS,
    VOLO_WITH_BIAS,
} VoloHasBias;

/* NAME.weight [out,in], NAME.bias [out] */
void volo_bind_linear(VoloBinder *b, VoloLinear *ret, const char *name, size_t out, size_t in,
                      VoloHasBias bias);

/* How a convolution is found in the file and applied. */
typedef struct VoloConvSpec {
    const char *conv; /* CONV.weight [out,in,k,k], CONV.bias when with_bias */
    const char *norm; /* NORM.{weight,bias,running_mean,running_var} [out], folded; or NULL */
    size_t out, in, kernel, stride, pad;
    VoloHasBias bias;
} VoloConvSpec;
void volo_bind_conv2d(VoloBinder *b, VoloConv2d *ret, const VoloConvSpec *spec);
/* The same for CONV.weight [in,out,k,k]; stride is the kernel, pad is 0. */
void volo_bind_conv_transpose2d(VoloBinder *b, VoloConvTranspose2d *ret, const VoloConvSpec *spec);

/* NAME.weight [c], NAME.bias [c]; eps 1e-5 */
void volo_bind_layernorm(VoloBinder *b, VoloLayerNorm *ret, const char *name, size_t c);

/* NAME (1,h,w,c), or legacy (1,h*w,c) or (1,1+h*w,c), whose first row is a class token, dropped. */
void volo_bind_grid(VoloBinder *b, VoloGrid *ret, const char *name, size_t h, size_t w, size_t c);

/* A tensor of the file as its config functions see it, before binding. */
typedef struct VoloShape {
    unsigned rank; /* 0 with found: a scalar */
    uint64_t dim[8];
    bool found;
} VoloShape;

/* The tensors of a file, for configure functions. */
typedef struct VoloCatalogue VoloCatalogue;
VoloShape volo_catalogue_shape(const VoloCatalogue *c, const char *format, ...) VOLO_PRINTF(2, 3);
/* Whether the name of any tensor begins with prefix. */
bool volo_catalogue_has(const VoloCatalogue *c, const char *prefix);

#ifdef __cplusplus
}
#endif
#endif
