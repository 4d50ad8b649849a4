/* SPDX-License-Identifier: Apache-2.0 */
/* A picture on its way: read from its file, given a mask by the network, written in every kind. */
#ifndef VOLO_APP_SEGMENT_PICTURE_H
#define VOLO_APP_SEGMENT_PICTURE_H

#include <volo/confidence.h>
#include <volo/dataset.h>
#include <volo/image.h>
#include <volo/mask.h>

#include "app/common/exit_codes.h"
#include "app/common/outputs.h"
#include "app/segment/segment_options.h"
#include "app/segment/segment_tensors.h"

/* Bytes that a picture in memory takes at most for each of its pixels: while a JPEG is decoded, its
 * coefficients, rows and a turned copy; later picture, mask and what is written. */
#define SEGMENT_PIXEL_BYTES 12u
#define SEGMENT_CONFIDENCE_BYTES 10u /* and what its confidence takes, if it is wanted */

typedef struct Picture {
    const Input *input;
    VoloImage *image;
    VoloMask *mask;
    VoloConfidence *confidence; /* if an output is made of it */
    VoloError error;            /* what ended its way; status VOLO_OK: nothing did */
    ExitSubject subject;        /* what is worked on: it decides the exit code of a failure */
    double seconds;             /* of work so far; of a batch's the same share each */
    MessagesKept log;           /* what the library said meanwhile */
} Picture;

/* What pictures have in common; any thread. */
typedef struct PictureContext {
    const SegmentOptions *o;
    const Outputs *outputs;
    const VoloClassTable *table;
    SegmentTensors tensors;
    bool confidence; /* an output is made of it */
} PictureContext;

/* Reads the file. Failures are kept in p->error. False: with more than room bytes it would have
 * fitted into memory perhaps; p is as it was. */
bool picture_load(Picture *p, const PictureContext *context, const Input *input, uint64_t room);
uint64_t picture_bytes(const Picture *p, const PictureContext *context);

/* Writes the mask and all that was asked for, unless the picture failed before. */
void picture_write(Picture *p, const PictureContext *context);

void picture_clear(Picture *p);

#endif
