/* SPDX-License-Identifier: Apache-2.0 */
/* VoloPixelMemory: memory of the caller's for pixels, in the place of malloc's; memory that is
 * shared with another process, say. */
#ifndef VOLO_PIXEL_MEMORY_H
#define VOLO_PIXEL_MEMORY_H

#include <volo/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Both functions may be called from any thread that uses what was made with it. */
typedef struct VoloPixelMemory {
    void *(*take)(size_t bytes, void *user);   /* NULL: refused */
    void (*release)(void *pixels, void *user); /* what take gave; never NULL */
    void *user;                                /* outlives all that was taken */
} VoloPixelMemory;

#ifdef __cplusplus
}
#endif
#endif
