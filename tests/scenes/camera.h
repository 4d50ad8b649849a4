/* SPDX-License-Identifier: Apache-2.0 */
/* The camera: where it stands and looks, and what it makes of the light. */
#ifndef VOLO_TESTS_SCENES_CAMERA_H
#define VOLO_TESTS_SCENES_CAMERA_H

#include "scene_raster.h"

/* The development of a picture. */
typedef struct Camera {
    Vec3 gain;      /* exposure times white balance */
    float shoulder; /* how softly highlights end: 0 clips them */
    float contrast; /* slope about middle grey */
    float black;    /* what is taken off the shadows, or glare added (< 0), in display units */
    float saturation;
    float vignette; /* what the corners lose, in 1/256 */
    int side;       /* the neighbours' share in 1/32: a blur, or sharpening when negative */
    int noise;      /* in 1/8 of a display unit at middle grey */
} Camera;

/* Chooses where the camera looks, for a picture of this size. */
void camera_aim(View *view, size_t height, size_t width, Random *random);

/* exposure: what suits the weather */
void camera_choose(Camera *camera, float exposure, Random *random);

/* Scene light to 0..255 display values. */
Vec3 camera_develop(const Camera *camera, Vec3 colour);

#endif
