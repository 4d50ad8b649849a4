/* SPDX-License-Identifier: Apache-2.0 */
/* Answers of volo-decode, which are taken for lies until they are proved. Any thread. */
#ifndef VOLO_VIEWER_DECODED_PIXELS_H
#define VOLO_VIEWER_DECODED_PIXELS_H

#include <glib.h>

#include "app/viewer/decode/decode.h"

G_BEGIN_DECLS

/* What an answer to a request of that kind says of the file at path. pixels: the descriptor that
 * came with it, -1 none; stays the caller's. The pixels are not copied. Errors: the answer's own;
 * FORMAT when it cannot be true or the reader has ended; LIMIT when that took too long; MEMORY. */
VoloStatus decoded_pixels_check(DecodeKind kind, const char *path, const DecodeAnswer *answer,
                                int pixels, Decoded *ret_decoded, VoloError *err);

G_END_DECLS

#endif
