/* SPDX-License-Identifier: Apache-2.0 */
/* --dump-tensors: what a session shows of its stages, kept and written to one file. */
#ifndef VOLO_APP_SEGMENT_TENSORS_H
#define VOLO_APP_SEGMENT_TENSORS_H

#include <volo/session.h>
#include <volo/tensor_dump.h>

typedef struct SegmentTensors {
    VoloTensorDump *dump; /* NULL: not wanted */
    VoloError error;      /* the first while collecting */
} SegmentTensors;

/* Lets the session's taps be collected. Errors: MEMORY. */
VoloStatus segment_tensors_init(SegmentTensors *tensors, VoloSession *session, VoloError *err);
void segment_tensors_clear(SegmentTensors *tensors);

/* Adds the labels and writes the file. Errors: what collecting met; IO, SPACE, MEMORY. */
VoloStatus segment_tensors_write(const SegmentTensors *tensors, const VoloMask *mask,
                                 const char *path, VoloError *err);

#endif
