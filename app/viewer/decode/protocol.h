/* SPDX-License-Identifier: Apache-2.0 */
/* What volo-viewer and volo-decode tell each other over sockets of packets: a greeting, then
 * requests, each with two descriptors: the picture, open for reading, and where to answer. The
 * answer comes with the pixels in sealed memory. Both programs are of the same build. */
#ifndef VOLO_VIEWER_DECODE_PROTOCOL_H
#define VOLO_VIEWER_DECODE_PROTOCOL_H

#include <stdint.h>

enum {
    DECODE_CONTROL = 3, /* the descriptor at which volo-decode finds its socket */
    DECODE_PATH_BYTES = 512,
    DECODE_MESSAGE_BYTES = 240,
};

typedef enum DecodeKind {
    DECODE_PICTURE,   /* u8 [height,width,3] */
    DECODE_THUMBNAIL, /* the same, scaled down */
    DECODE_LABELS,    /* u8 [height,width]: a PNG's values as they are stored */
    DECODE_POLYGONS,  /* the same: ids drawn from a Cityscapes polygon file */
    DECODE_KINDS,
} DecodeKind;

/* How far volo-decode has got with confining itself. */
typedef struct DecodeGreeting {
    int32_t calls;    /* 0: system calls are confined; else the errno that says why not */
    int32_t landlock; /* its version; 0: the system has none */
} DecodeGreeting;

typedef struct DecodeRequest {
    uint32_t kind;
    int32_t nice;
    uint64_t bytes;               /* of the file */
    char path[DECODE_PATH_BYTES]; /* for messages, of which it would fill more than one */
} DecodeRequest;

typedef struct DecodeAnswer {
    uint32_t died;     /* 0: it is the decoder's own answer; 1: the decoder is gone */
    uint32_t signal;   /* that ended it, or 0 */
    uint32_t status;   /* VoloStatus */
    uint32_t channels; /* from here on: OK alone */
    uint64_t height, width;
    char message[DECODE_MESSAGE_BYTES]; /* not OK alone */
} DecodeAnswer;

#endif
