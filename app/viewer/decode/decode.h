/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a file from its descriptor, as it is done in volo-decode, and in the viewer itself where
 * a system cannot confine anything. Any thread. */
#ifndef VOLO_VIEWER_DECODE_DECODE_H
#define VOLO_VIEWER_DECODE_DECODE_H

#include <volo/image.h>
#include <volo/mask.h>

#include "app/viewer/decode/protocol.h"

/* What came of a file: one of the two, the caller's reference. */
typedef struct Decoded {
    VoloImage *image; /* PICTURE, THUMBNAIL */
    VoloMask *mask;   /* LABELS, POLYGONS */
} Decoded;

/* memory: for the pixels; NULL: the library's. On failure *ret_decoded is untouched. Errors: those
 * of volo_image_load, volo_raw_picture_load_labels and _polygons. */
VoloStatus decode_input(DecodeKind kind, const VoloInput *input, const VoloPixelMemory *memory,
                        Decoded *ret_decoded, VoloError *err);

#endif
