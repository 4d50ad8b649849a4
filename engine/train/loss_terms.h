/* SPDX-License-Identifier: Apache-2.0 */
/* The terms of the loss that need a look at the whole picture or batch before any gradient. */
#ifndef VOLO_TRAIN_LOSS_TERMS_H
#define VOLO_TRAIN_LOSS_TERMS_H

#include "train/loss_rows.h"

/* --- loss_mining.c --- */

/* p [n,label_h,label_w] = the probability of each counted pixel's label, others 2; returns the
 * threshold below which a pixel is kept. row_memory: a row for each thread. */
float volo_loss_mine(const VoloLossRows *r, float *p, float *row_memory, int threads);

/* The k-th smallest, counted from 0, of count > k numbers that are 0 or more. */
float volo_loss_select(const float *x, size_t count, size_t k);

/* --- loss_dice.c --- */

/* What the gradient of the Dice loss of one picture is made of: with respect to the probability of
 * class c it is slope[c], less hit[c] where the label is c. */
typedef struct VoloDice {
    float slope[VOLO_LOSS_LABELS], hit[VOLO_LOSS_LABELS];
    double loss;
} VoloDice;

/* dice [n]; factor: of the gradient. sums: volo_loss_dice_doubles. */
void volo_loss_dice(const VoloLossRows *r, VoloDice *dice, double factor, double *sums,
                    float *row_memory, int threads);
size_t volo_loss_dice_doubles(const VoloLossOptions *o, const VoloLossBatch *b);

/* --- loss_lovasz.c --- */

/* small [n,h,w,classes] = the part p · dp of the gradient, brought back; push [n,label_h,label_w] =
 * Σ p · dp, which is to be taken off, times p; loss [n]. */
void volo_loss_lovasz(const VoloLossRows *r, float *small, float *push, double *loss, double factor,
                      float *memory, size_t slot_floats, int threads);
/* Floats a thread needs in memory. */
size_t volo_loss_lovasz_floats(const VoloLossOptions *o, const VoloLossBatch *b);

#endif
