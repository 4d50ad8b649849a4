/* SPDX-License-Identifier: Apache-2.0 */
/* What volo-bench measures below the level of models: the machine's limits, single kernels, matrix
 * products. For that program alone: nothing here is needed to run a model.
 *
 * Every measurement takes about as long as it is told to, at least once what it measures.
 * Threads: one at a time, and no session may run meanwhile. Levels are "base", "v3" and "v4"; one
 * that is unknown or that the machine lacks is ARGUMENT; so are fewer threads than one. */
#ifndef VOLO_IMPL_BENCH_H
#define VOLO_IMPL_BENCH_H

#include <volo/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- the machine --- */

/* Whether the machine has the level. */
VOLO_API bool volo_bench_has_level(const char *level);

/* Floating-point operations a second, a multiply-add being two, of independent multiply-adds in
 * registers: the best that 20 ms reached. */
VOLO_API VOLO_NODISCARD VoloStatus volo_bench_peak(const char *level, int threads, double seconds,
                                                   double *ret_rate, VoloError *err);

typedef enum VoloBenchStream {
    VOLO_BENCH_READ,  /* sums of x */
    VOLO_BENCH_COPY,  /* y = x + 1 */
    VOLO_BENCH_TRIAD, /* y = a + 3 b */
} VoloBenchStream;

/* Bytes a second that streams through arrays of that many bytes together move at the current level:
 * each array counts once, as it is asked for. The best of the passes.
 * Errors: ARGUMENT (fewer than 4096 bytes a thread), MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_bench_bandwidth(VoloBenchStream stream, size_t bytes,
                                                        int threads, double seconds,
                                                        double *ret_rate, VoloError *err);

/* The core that OpenBLAS took its kernels for ("SkylakeX"; it is the OpenMP flavour), or NULL:
 * VOLO_GEMM=own keeps it closed. */
VOLO_API const char *volo_bench_blas_core(void);

/* --- kernels --- */

/* A kernel with sizes as they appear in networks. */
typedef struct VoloBenchCase {
    const char *kernel; /* "softmax" */
    char name[120];     /* "softmax r=64 c=1024" */
    double operations;  /* multiplications and additions of a run; 0: the time goes into memory */
    double bytes;       /* read and written by a run, scratch not counted */
    double footprint;   /* bytes of the arrays: what is read and written counts once */
} VoloBenchCase;

/* False beyond the end. */
VOLO_API bool volo_bench_case(size_t index, VoloBenchCase *ret_case);

/* Seconds of a run (median) on one thread, on random numbers; level NULL: the naive twin.
 * Errors: ARGUMENT, MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_bench_case_time(size_t index, const char *level,
                                                        double seconds, double *ret_seconds,
                                                        VoloError *err);

/* --- matrix products --- */

/* y [rows,out] = x [rows,in] · weight [out,in]ᵀ */
typedef struct VoloBenchProduct {
    const char *name; /* "network.3 qkv" */
    size_t rows, in, out;
} VoloBenchProduct;

/* The products of VOLO-D1 and UPerNet at 512x512 (3x3 convolutions as products over patches), and
 * some of VOLO-D5; NULL beyond the end. */
VOLO_API const VoloBenchProduct *volo_bench_product(size_t index);

/* Whether the table that networks go by gives it to OpenBLAS, at the current level. */
VOLO_API bool volo_bench_product_is_openblas(const VoloBenchProduct *product);

/* Seconds of a product (median) as networks compute it at the current level, with a bias.
 * Errors: UNSUPPORTED (OpenBLAS is wanted, but not opened), MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_bench_product_time(const VoloBenchProduct *product,
                                                           bool openblas, int threads,
                                                           double seconds, double *ret_seconds,
                                                           VoloError *err);

#ifdef __cplusplus
}
#endif
#endif
