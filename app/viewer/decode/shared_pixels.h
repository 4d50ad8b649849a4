/* SPDX-License-Identifier: Apache-2.0 */
/* Pixels in memory that can be handed to another process, which can rely on it that nobody changes
 * them any more. One thread. */
#ifndef VOLO_VIEWER_DECODE_SHARED_PIXELS_H
#define VOLO_VIEWER_DECODE_SHARED_PIXELS_H

#include <volo/pixel_memory.h>

enum {
    SHARED_PIXELS = 2, /* at a time: a picture, and the same turned */
};

typedef struct SharedPixels {
    struct SharedBlock {
        void *at; /* NULL: not in use */
        size_t bytes;
        int descriptor;
    } block[SHARED_PIXELS];
} SharedPixels;

/* Memory in all-zero shared, which must outlive it. */
VoloPixelMemory shared_pixels_memory(SharedPixels *shared);

/* Seals the block that begins with pixels, which is not mapped afterwards, and gives its
 * descriptor. -1: the system refuses. */
int shared_pixels_seal(SharedPixels *shared, const void *pixels);

#endif
