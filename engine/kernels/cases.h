/* SPDX-License-Identifier: Apache-2.0 */
/* Kernel cases: a kernel with sizes. Tests run each on ugly inputs and compare with the naive twin,
 * the benchmark runs it on random numbers and takes the time. The caller provides memory: plan,
 * allocate the arrays, fill, run. */
#ifndef VOLO_KERNELS_CASES_H
#define VOLO_KERNELS_CASES_H

#include "kernels/kernels.h"

#define VOLO_CASE_ARRAYS 8
#define VOLO_CASE_SIZES 8

typedef enum VoloCaseInput {
    VOLO_CASE_RANDOM,   /* in -1..1 */
    VOLO_CASE_ZEROS,    /* so everything ties */
    VOLO_CASE_HUGE,     /* up to 1e18 either way: products of two still are floats */
    VOLO_CASE_DENORMAL, /* up to 1e-39 either way */
    VOLO_CASE_INFINITE, /* random, but the first half and every third are -inf */
    VOLO_CASE_INPUTS,
} VoloCaseInput;

typedef enum VoloCaseRole {
    VOLO_CASE_UNUSED,
    VOLO_CASE_OUTPUT,     /* floats, filled with bytes 0xff: what is not written stays equal */
    VOLO_CASE_UPDATE,     /* floats read and written, filled as inputs are */
    VOLO_CASE_LABELS,     /* bytes written */
    VOLO_CASE_FLOATS,     /* filled by the kind of input */
    VOLO_CASE_PARAMETERS, /* floats in -1..1, whatever the input */
    VOLO_CASE_BYTES,      /* any bytes */
    VOLO_CASE_LERP,       /* first, second and t of a VoloLerp, one after the other */
    VOLO_CASE_SCRATCH, /* floats, 64-byte aligned; the others may lie anywhere their type allows */
} VoloCaseRole;

typedef struct VoloCaseArray {
    VoloCaseRole role;
    size_t count; /* elements; of LERP outputs, three elements each */
    size_t in;    /* of LERP: inputs */
} VoloCaseArray;

/* A kernel: how its arrays are laid out and how it is called with sizes n. */
typedef struct VoloCaseKind {
    const char *kernel;
    const char *sizes[VOLO_CASE_SIZES]; /* what each number of VoloKernelCase.size is */
    double limit;                       /* largest volo_case_error that is no mistake; 0: equal */
    int inputs;                         /* 1 << VoloCaseInput each */
    void (*plan)(VoloCaseArray *a, const size_t *n);
    void (*run)(const VoloKernels *k, void *const *a, const size_t *n);
    double (*operations)(const size_t *n); /* of one run; NULL where the time goes into memory */
} VoloCaseKind;

typedef struct VoloKernelCase {
    const VoloCaseKind *kind;
    size_t size[VOLO_CASE_SIZES]; /* meanings are the kind's */
} VoloKernelCase;

/* All cases; those of a kernel stand together. */
const VoloKernelCase *volo_kernel_cases(size_t *ret_count);

/* Writes "layernorm r=197 c=384". */
void volo_case_name(const VoloKernelCase *c, char *name, size_t bytes);
bool volo_case_takes(const VoloKernelCase *c, VoloCaseInput input);
/* Multiplications and additions of one run; 0 where they do not count. */
double volo_case_operations(const VoloKernelCase *c);

/* What each array is; number 0 is the one that is written. */
void volo_case_plan(const VoloKernelCase *c, VoloCaseArray arrays[VOLO_CASE_ARRAYS]);
size_t volo_case_bytes(const VoloCaseArray *array);
void volo_case_fill(const VoloKernelCase *c, void *const data[VOLO_CASE_ARRAYS],
                    VoloCaseInput input);
void volo_case_run(const VoloKernelCase *c, const VoloKernels *k,
                   void *const data[VOLO_CASE_ARRAYS]);

/* NMSE of array 0: Σ(got-want)² / Σwant², the divisor at least count · 1e-74 (denormal results are
 * coarse). Infinite where one is not finite and they differ; for bytes the share that differs. */
double volo_case_error(const VoloKernelCase *c, const void *got, const void *want);

#endif
