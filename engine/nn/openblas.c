/* SPDX-License-Identifier: Apache-2.0 */
/* OpenBLAS chooses its kernels while it is being loaded, and Debian's 0.3.21 knows no newer AMD
 * CPU. So it is opened here, late, after OPENBLAS_CORETYPE has been set where that is needed. */
#include "nn/openblas.h"

#include "base/cpu.h"
#include "base/error.h"
#include "base/log.h"
#include "build_config.h"
#include "nn/gemm.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

/* Of cblas.h. */
enum {
    ROW_MAJOR = 101,
    NO_TRANSPOSE = 111,
    TRANSPOSE = 112,
};

/* What openblas_get_parallel returns in the OpenMP flavour. */
enum {
    FLAVOUR_OPENMP = 2,
};

typedef struct Library {
    void *handle; /* NULL: not opened */
    void (*sgemm)(int order, int transpose_a, int transpose_b, int m, int n, int k, float alpha,
                  const float *a, int lda, const float *b, int ldb, float beta, float *c, int ldc);
    int (*get_parallel)(void);
    char *(*get_corename)(void);
    void (*set_num_threads)(int threads);
} Library;

/* Written by volo_openblas_open at the start of main, then only read. */
static Library library;
static VoloGemmChoice choice = VOLO_GEMM_OWN;

static VoloStatus read_choice(VoloGemmChoice *ret_choice, VoloError *err)
{
    const char *const text = getenv("VOLO_GEMM");

    if (!text || !*text)
        *ret_choice = VOLO_GEMM_BY_TABLE;
    else if (strcmp(text, "openblas") == 0)
        *ret_choice = VOLO_GEMM_OPENBLAS;
    else if (strcmp(text, "own") == 0)
        *ret_choice = VOLO_GEMM_OWN;
    else
        return volo_fail(err, VOLO_ERR_ARGUMENT, "VOLO_GEMM is '%s', expected openblas or own",
                         text);
    return VOLO_OK;
}

/* The user's own value wins; kernels for AVX-512 must not be forced on a CPU without it. */
static void choose_kernels(void)
{
    if (volo_cpu_is_newer_amd())
        setenv("OPENBLAS_CORETYPE", "SkylakeX", 0);
}

static void *find(void *handle, const char *name, VoloStatus *status, VoloError *err)
{
    void *const symbol = dlsym(handle, name);

    if (!symbol && !*status)
        *status = volo_fail(err, VOLO_ERR_MISSING, "OpenBLAS has no function '%s'", name);
    return symbol;
}

static VoloStatus find_functions(Library *ret, VoloError *err)
{
    VoloStatus status = VOLO_OK;

    *(void **)&ret->sgemm = find(ret->handle, "cblas_sgemm", &status, err);
    *(void **)&ret->get_parallel = find(ret->handle, "openblas_get_parallel", &status, err);
    *(void **)&ret->get_corename = find(ret->handle, "openblas_get_corename", &status, err);
    *(void **)&ret->set_num_threads = find(ret->handle, "openblas_set_num_threads", &status, err);
    VOLO_TRY(status);
    if (ret->get_parallel() != FLAVOUR_OPENMP)
        return volo_fail(err, VOLO_ERR_UNSUPPORTED,
                         "this OpenBLAS is not the OpenMP flavour: install libopenblas0-openmp");
    return VOLO_OK;
}

static VoloStatus open_library(VoloError *err)
{
    Library fresh = { 0 };

    choose_kernels();
    fresh.handle = dlopen(VOLO_OPENBLAS_LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!fresh.handle)
        fresh.handle = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
    if (!fresh.handle)
        return volo_fail(err, VOLO_ERR_MISSING, "OpenBLAS cannot be opened: %s", dlerror());
    const VoloStatus status = find_functions(&fresh, err);
    if (status) {
        dlclose(fresh.handle);
        return status;
    }
    library = fresh;
    volo_openblas_single_thread();
    volo_log(VOLO_LOG_DEBUG, "OpenBLAS uses its kernels for %s", volo_openblas_core());
    return VOLO_OK;
}

VoloStatus volo_openblas_open(VoloError *err)
{
    VoloGemmChoice wanted;

    VOLO_TRY(read_choice(&wanted, err));
    if (wanted != VOLO_GEMM_OWN && !library.handle)
        VOLO_TRY(open_library(err));
    choice = wanted;
    return VOLO_OK;
}

const char *volo_openblas_core(void)
{
    return library.handle ? library.get_corename() : "none";
}

VoloGemmChoice volo_gemm_choice(void)
{
    return choice;
}

void volo_openblas_single_thread(void)
{
    library.set_num_threads(1);
}

void volo_openblas_sgemm(float *y, const float *x, const float *weight, size_t r, size_t in,
                         size_t out)
{
    const int m = (int)r, n = (int)out, k = (int)in;

    library.sgemm(ROW_MAJOR, NO_TRANSPOSE, TRANSPOSE, m, n, k, 1.0F, x, k, weight, k, 0.0F, y, n);
}
