/* SPDX-License-Identifier: Apache-2.0 */
/* The process volo-decode of this viewer: started when it is needed, and again when it has gone.
 * Any thread. */
#ifndef VOLO_VIEWER_DECODER_PROCESS_H
#define VOLO_VIEWER_DECODER_PROCESS_H

#include <glib.h>

#include "app/viewer/decode/protocol.h"

G_BEGIN_DECLS

typedef enum DecoderAsked {
    DECODER_ASKED,
    DECODER_NONE,   /* there is none, and never will be: nothing can be confined here */
    DECODER_FAILED, /* there was one, but it cannot be started again */
} DecoderAsked;

void decoder_process_start(void);                   /* without waiting for it */
void decoder_process_set_program(const char *path); /* NULL: none */

/* Passes on a request with its two descriptors, which stay the caller's. *ret_process is for
 * decoder_process_lost. */
DecoderAsked decoder_process_ask(const DecodeRequest *request, const int descriptors[2],
                                 guint *ret_process);

/* That process does not answer any more. */
void decoder_process_lost(guint process);

G_END_DECLS

#endif
