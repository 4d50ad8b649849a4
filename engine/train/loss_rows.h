/* SPDX-License-Identifier: Apache-2.0 */
/* What the terms of the loss share: rows of logits and probabilities at the labels' size, and the
 * transpose of the upsampling. */
#ifndef VOLO_TRAIN_LOSS_ROWS_H
#define VOLO_TRAIN_LOSS_ROWS_H

#include "kernels/kernels.h"
#include "train/loss.h"

enum {
    VOLO_LOSS_LABELS = 256,
};

/* Probabilities below it have lost digits: the logits say them better. */
#define VOLO_LOSS_FAINT 1e-30F

/* The labels of one picture. */
typedef struct VoloLossLabels {
    float weight[VOLO_LOSS_LABELS]; /* 0: not counted */
    const uint8_t *group;           /* [classes], or NULL */
} VoloLossLabels;

typedef struct VoloLossRows {
    const VoloLossOptions *options;
    const VoloLossBatch *batch;
    VoloLerp rows, columns; /* logits to labels */
} VoloLossRows;

/* A row of full size, in the memory of a thread. */
typedef struct VoloLossRow {
    float *logits;         /* [label_w,classes] */
    float *p;              /* [label_w,classes] */
    uint8_t *best;         /* [label_w] the most likely class */
    const uint8_t *labels; /* [label_w] */
} VoloLossRow;

VoloLossLabels volo_loss_labels(const VoloLossOptions *o, const uint8_t *group);
const uint8_t *volo_loss_group(const VoloLossBatch *b, size_t picture);

/* Floats of the lerp tables and of one row. */
size_t volo_loss_table_floats(const VoloLossBatch *b);
size_t volo_loss_row_floats(const VoloLossOptions *o, const VoloLossBatch *b);

VoloLossRows volo_loss_rows(const VoloLossOptions *o, const VoloLossBatch *b, float *table);
VoloLossRow volo_loss_row_in(const VoloLossRows *r, float *memory);

/* Fills logits, p and best of row y of a picture. */
void volo_loss_row_fill(const VoloLossRows *r, VoloLossRow *row, size_t picture, size_t y);

/* -log of the softmax at class or coarse label (ret_p: the probability) of pixel x; finite whatever
 * the logits are. */
double volo_loss_pixel(const VoloLossRow *row, const VoloLossLabels *labels, size_t classes,
                       size_t x, float *ret_p);

/* small [w,c] += factor · transposed columns of g [label_w,c] */
void volo_loss_transpose_row(float *small, const float *g, const VoloLerp *columns, size_t label_w,
                             size_t c);

#endif
