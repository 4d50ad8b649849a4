/* SPDX-License-Identifier: Apache-2.0 */
/* Reading golden tensors: a safetensors file of F32 and U8, trusted, since it is the tests' own. */
#ifndef VOLO_TESTS_GOLDEN_FILE_H
#define VOLO_TESTS_GOLDEN_FILE_H

#include <stddef.h>
#include <stdint.h>

typedef struct GoldenTensor {
    const float *f32;  /* or NULL */
    const uint8_t *u8; /* or NULL */
    size_t shape[8], rank, count;
} GoldenTensor;

typedef struct GoldenFile GoldenFile;

/* Ends the test when the file cannot be read. */
GoldenFile *golden_open(const char *path);
void golden_close(GoldenFile *file);

/* 1 and *ret filled, or 0 when there is no tensor of that name. */
int golden_find(const GoldenFile *file, const char *name, GoldenTensor *ret);
/* The same, but a missing tensor ends the test. */
GoldenTensor golden_get(const GoldenFile *file, const char *name);
/* Names in the file's order; NULL beyond the end. */
const char *golden_name(const GoldenFile *file, size_t index);

/* y [n,h,w,c] = x [n,c,h,w]; y is the caller's (free). */
float *golden_channels_last(const GoldenTensor *x);

#endif
