/* SPDX-License-Identifier: Apache-2.0 */
/* Running single operations as a network would: measure, lay out, run. */
#ifndef VOLO_TESTS_WALK_H
#define VOLO_TESTS_WALK_H

#include "nn/context.h"

/* A forward of some operations on one input; user carries parameters. */
typedef VoloTensor (*WalkFn)(VoloNnContext *ctx, VoloTensor x, const void *user);

/* Runs fn on x f32 [n,h,w,c] with that many threads; returns the result's values, the caller's to
 * free, and its shape in *ret_y. A failure ends the test. */
float *walk_run(WalkFn fn, const void *user, const float *x, size_t n, size_t h, size_t w, size_t c,
                int threads, bool exact, VoloTensor *ret_y);

/* Parameters from plain arrays; memory lives until the test program ends. */
VoloLinear walk_linear(const float *weight, const float *bias, size_t out, size_t in);
/* weight [out,in,k,k] */
VoloConv2d walk_conv2d(const float *weight, const float *bias, size_t out, size_t in, size_t k,
                       size_t stride, size_t pad);

#endif
