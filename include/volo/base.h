/* SPDX-License-Identifier: Apache-2.0 */
/* What every part of the library shares: status codes, error messages, start-up, log, version.
 *
 * Threads: all functions here may be called from any thread, but volo_init, volo_set_cpu_level and
 * volo_set_log, which belong at the start of main, before any other call and any thread. */
#ifndef VOLO_BASE_H
#define VOLO_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VOLO_API __attribute__((visibility("default")))
#define VOLO_NODISCARD __attribute__((warn_unused_result))
#define VOLO_PRINTF(text, first) __attribute__((format(printf, text, first)))

typedef enum VoloStatus {
    VOLO_OK = 0,
    VOLO_ERR_ARGUMENT,    /* the caller broke the function's contract */
    VOLO_ERR_IO,          /* the system refused; the message ends with strerror */
    VOLO_ERR_FORMAT,      /* the file is damaged or not what it says */
    VOLO_ERR_UNSUPPORTED, /* well-formed, but not something we do */
    VOLO_ERR_SHAPE,       /* tensors disagree */
    VOLO_ERR_MISSING,     /* a name that must exist does not */
    VOLO_ERR_LIMIT,       /* refused for size: 12000x9000 pixels, limit 8192 */
    VOLO_ERR_MEMORY,      /* an allocation was refused, or is above max_memory */
    VOLO_ERR_DIVERGED,    /* training: the loss is no longer a number */
    VOLO_ERR_CANCELLED,   /* the progress callback said stop */
    VOLO_ERR_SPACE,       /* no room left on the device or in the quota */
} VoloStatus;

typedef struct VoloError {
    VoloStatus status;
    char message[240]; /* one line, no full stop, the user's strings in 'single quotes' */
} VoloError;

/* Fills *err (which may be NULL) and returns status. Control characters and bytes that are not
 * UTF-8 in the formatted text are replaced by '?', so that a hostile name cannot break the line. */
VOLO_API VoloStatus volo_fail(VoloError *err, VoloStatus status, const char *format, ...)
    VOLO_PRINTF(3, 4);

/* Puts "text: " before the message of *err (which may be NULL); keeps the status. */
VOLO_API void volo_error_prefix(VoloError *err, const char *format, ...) VOLO_PRINTF(2, 3);

/* "ok", "io", "format" ...; never NULL. */
VOLO_API const char *volo_status_name(VoloStatus status);

/* Chooses the CPU level (the environment's VOLO_CPU=base|v3|v4, else the best the machine has) and
 * opens OpenBLAS (VOLO_GEMM=openblas|own forces one GEMM). The first call of every main.
 * Errors: ARGUMENT when VOLO_CPU or VOLO_GEMM names something unknown or not available here. */
VOLO_API VOLO_NODISCARD VoloStatus volo_init(VoloError *err);

/* Forces a CPU level: "base" (x86-64), "v3" (AVX2, FMA) or "v4" (AVX-512). After volo_init, before
 * anything else. Errors: ARGUMENT for an unknown name or a level the machine lacks. */
VOLO_API VOLO_NODISCARD VoloStatus volo_set_cpu_level(const char *name, VoloError *err);

VOLO_API const char *volo_cpu_level(void); /* "base", "v3" or "v4" */
VOLO_API int volo_cpu_count(void);         /* threads this process may run on, at least 1 */
VOLO_API const char *volo_version(void);   /* "0.1.0" */

/* What the libraries underneath are: "libpng 1.6.39, ...", one line; never NULL. */
VOLO_API const char *volo_linked_libraries(void);

typedef enum VoloLogLevel {
    VOLO_LOG_DEBUG,
    VOLO_LOG_NOTE,
    VOLO_LOG_WARNING,
} VoloLogLevel;

/* Receives single lines without newline. May be called from any thread. */
typedef void (*VoloLogFn)(VoloLogLevel level, const char *line, void *user);

/* Sends log lines to fn (NULL, the default: nowhere). user must outlive every later call. */
VOLO_API void volo_set_log(VoloLogFn fn, void *user);

#ifdef __cplusplus
}
#endif
#endif
