/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine adds to the public error functions of <volo/base.h>. */
#ifndef VOLO_BASE_ERROR_H
#define VOLO_BASE_ERROR_H

#include <volo/base.h>

/* Hands a failure on to the caller; for functions with nothing to release. */
#define VOLO_TRY(call)                                                                             \
    do {                                                                                           \
        const VoloStatus volo_try_status = (call);                                                 \
        if (volo_try_status)                                                                       \
            return volo_try_status;                                                                \
    } while (0)

/* VOLO_ERR_IO (VOLO_ERR_SPACE for ENOSPC, EDQUOT and EFBIG) with the text, ": " and
 * strerror(errno_value). */
VoloStatus volo_fail_errno(VoloError *err, int errno_value, const char *format, ...)
    VOLO_PRINTF(3, 4);

/* volo_fail for a refused allocation of that many bytes. */
VoloStatus volo_fail_memory(VoloError *err, size_t bytes);

/* Replaces each byte of text that is not printable UTF-8 by '?': what would break a line, a
 * terminal or a drawing. */
void volo_make_printable(char *text);

#endif
