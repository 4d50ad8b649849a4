/* SPDX-License-Identifier: Apache-2.0 */
/* Writing a result in any registered format (VOLO_DUMPS): color, palette, trainid, labelid,
 * overlay, legend, contour, confidence, entropy. Any thread. */
#ifndef VOLO_DUMP_H
#define VOLO_DUMP_H

#include <volo/confidence.h>
#include <volo/dataset.h>
#include <volo/image.h>
#include <volo/mask.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct VoloDumpInput {
    const VoloImage *image;           /* the picture, at the mask's size */
    const VoloMask *mask;             /* trainIds, 255 ignored */
    const VoloClassTable *table;      /* names, ids, colours */
    double opacity;                   /* of overlays, 0..1 */
    const VoloConfidence *confidence; /* of the mask, or NULL: see volo_dump_needs_confidence */
} VoloDumpInput;

/* Writes input in the format of that name to path, atomically (see volo_png_write).
 * Errors: MISSING (no such format), ARGUMENT, SHAPE, IO, SPACE, MEMORY. On failure path is as it
 * was. */
VOLO_API VOLO_NODISCARD VoloStatus volo_dump_write(const char *format, const VoloDumpInput *input,
                                                   const char *path, VoloError *err);

/* Whether the format of that name is made of VoloDumpInput.confidence; false for unknown names. */
VOLO_API bool volo_dump_needs_confidence(const char *format);

#ifdef __cplusplus
}
#endif
#endif
