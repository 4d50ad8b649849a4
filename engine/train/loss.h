/* SPDX-License-Identifier: Apache-2.0 */
/* The loss of a batch and its gradient, from logits at the head's stride and labels of full size:
 * logits are upsampled bilinearly, softmaxed, compared and the gradient brought back (the transpose
 * of the upsampling) row by row, so that nothing of [n,label_h,label_w,classes] is ever held.
 *
 * Cross entropy is a sum over pixels, divided by the sum of their weights (PyTorch's rule); Dice
 * and Lovász-softmax (Berman et al., CVPR 2018) are means over pictures and, in each, over the
 * classes that its labels hold. Both divisors depend on labels alone: add up the counts of all
 * batches of a step, on all ranks, then run each batch with the total, and the gradients add up to
 * that of the whole.
 *
 * A picture may have coarse labels: with a group table, the coarse label of each class, its cross
 * entropy is -log of the summed probability of the label's classes; Dice and Lovász leave it out.
 *
 * Results have the same bits for any number of threads. */
#ifndef VOLO_TRAIN_LOSS_H
#define VOLO_TRAIN_LOSS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VOLO_LOSS_IGNORED 255

typedef struct VoloLossOptions {
    size_t classes; /* at most 255 */
    bool align_corners;
    const float *class_weight; /* [classes], each 0 or more; or NULL: 1. A coarse label has the mean
                                * of its classes */
    float smoothing;           /* 0..1: so much of each target is spread over all classes */
    /* Online hard example mining, by the rule of mmsegmentation's OHEMPixelSampler: of n pictures'
     * counted pixels those are kept whose probability of the right label is below ohem_threshold or
     * the (n · ohem_kept)-th smallest, counted from 0, whichever is larger. The others have no
     * loss, but the divisor counts them. 0: off. */
    float ohem_threshold;
    size_t ohem_kept;                  /* pixels a picture */
    float cross_entropy, dice, lovasz; /* factors; 0: left out */
} VoloLossOptions;

typedef struct VoloLossBatch {
    const float *logits;         /* [n,h,w,classes] */
    const uint8_t *labels;       /* [n,label_h,label_w]; what is neither a class nor a coarse label
                                  * is not counted */
    const uint8_t *const *group; /* [n], each [classes] or NULL; or NULL. 255: no coarse label */
    size_t n, h, w, label_h, label_w;
} VoloLossBatch;

/* What a loss is divided by, from labels alone. */
typedef struct VoloLossCount {
    double weight;     /* of the counted pixels, summed */
    uint64_t pixels;   /* counted */
    uint64_t pictures; /* that have no group table */
} VoloLossCount;

typedef struct VoloLossSums {
    double cross_entropy, dice, lovasz; /* before division and factors */
    uint64_t correct;                   /* counted pixels whose most likely class is right */
} VoloLossSums;

/* logits are not read. */
VoloLossCount volo_loss_count(const VoloLossOptions *o, const VoloLossBatch *b);

/* Floats that volo_loss_run works in; 0 when their number overflows. */
size_t volo_loss_scratch(const VoloLossOptions *o, const VoloLossBatch *b, int threads);

/* dlogits [n,h,w,classes] = factor · the gradient of the loss of this batch as a part of the whole
 * that was counted. scratch: 64-byte aligned. */
VoloLossSums volo_loss_run(const VoloLossOptions *o, const VoloLossBatch *b,
                           const VoloLossCount *whole, float factor, float *dlogits, float *scratch,
                           int threads);

/* The loss itself, from the sums of all parts. */
double volo_loss_value(const VoloLossOptions *o, const VoloLossSums *sums,
                       const VoloLossCount *whole);

#endif
