/* SPDX-License-Identifier: Apache-2.0 */
/* Colours of a sample: mmsegmentation's PhotoMetricDistortion, and a Gaussian blur. */
#ifndef VOLO_TRAIN_AUGMENT_COLOUR_H
#define VOLO_TRAIN_AUGMENT_COLOUR_H

#include <volo/train_data.h>

#include "train/random_stream.h"

/* A photometric distortion that has been drawn, as tables: each of the steps is a function of one
 * byte. */
typedef struct VoloColours {
    bool before, in_hsv, after; /* which of the three steps there are, in this order */
    uint8_t level_before[256], level_after[256]; /* of R, G and B */
    uint8_t hue[256], saturation[256];           /* of OpenCV's 8-bit H (0..179) and S */
} VoloColours;

/* Brightness, contrast (before or after the next two), saturation, hue: each by its chance. */
VoloColours volo_colours_draw(const VoloAugment *augment, VoloStream *stream);
void volo_colours_apply(const VoloColours *colours, uint8_t *rgb, size_t pixels);

/* OpenCV's COLOR_RGB2HSV on bytes: H 0..179, S, V; and COLOR_HSV2RGB. In place: x [pixels,3]. */
void volo_rgb_to_hsv(uint8_t *x, size_t pixels);
void volo_hsv_to_rgb(uint8_t *x, size_t pixels);

/* y [h,w,3] = x [h,w,3] blurred with that sigma, 0 < sigma <= VOLO_LIMIT_BLUR_SIGMA; edges are
 * continued. row: volo_blur_scratch(w) floats. */
void volo_blur(uint8_t *y, const uint8_t *x, size_t h, size_t w, double sigma, float *row);
size_t volo_blur_scratch(size_t w);

#endif
