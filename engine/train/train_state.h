/* SPDX-License-Identifier: Apache-2.0 */
/* The state of a training as a file, which appears whole or not at all:
 *
 *     8 bytes   "VOLOTRN1"
 *     u64       bytes of settings
 *     u64       floats of each array
 *     u64       arrays
 *     u64 x 3   steps done, position in the samples, step of the best validation
 *     f64       mIoU of that, or NaN
 *     u64       last step that was validated
 *     settings  lines key<TAB>value that the training was made under
 *     arrays    f32
 *     32 bytes  SHA-256 of all of the above
 *
 * little-endian. Nothing in it depends on time or place. */
#ifndef VOLO_TRAIN_TRAIN_STATE_H
#define VOLO_TRAIN_TRAIN_STATE_H

#include <volo/train.h>

#define VOLO_STATE_ARRAYS 4

typedef struct VoloTrainState {
    const char *settings;
    float *array[VOLO_STATE_ARRAYS]; /* [arrays], each [floats] */
    size_t arrays, floats;
    uint64_t step, position;
    VoloTrainRecord record;
} VoloTrainState;

/* Errors: IO, SPACE, MEMORY. */
VoloStatus volo_train_state_write(const VoloTrainState *state, const char *path, VoloError *err);

/* Fills state, whose settings, arrays and floats say what is expected; the arrays are filled only
 * when everything else is right, but may be spoilt when the checksum is not.
 * Errors: IO, FORMAT (damaged), UNSUPPORTED (other settings: the first that differs is named),
 * MEMORY. */
VoloStatus volo_train_state_read(VoloTrainState *state, const char *path, VoloError *err);

#endif
