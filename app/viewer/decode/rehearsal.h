/* SPDX-License-Identifier: Apache-2.0 */
/* A picture of one pixel, to try out with. */
#ifndef VOLO_VIEWER_DECODE_REHEARSAL_H
#define VOLO_VIEWER_DECODE_REHEARSAL_H

#include "app/viewer/decode/protocol.h"

/* A file in memory that holds a PNG, and the request to read it. Returns its descriptor, or -1 and
 * errno. */
int rehearsal_file(DecodeRequest *ret_request);

/* Reads such files, so that whatever is done once in the life of a process is done before it is
 * forked and confined: finding functions of libraries, and the seed of jansson's tables, which
 * comes from a device. */
void rehearse(void);

#endif
