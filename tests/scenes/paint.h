/* SPDX-License-Identifier: Apache-2.0 */
/* From a scene to pixels: the photograph and its labels. */
#ifndef VOLO_TESTS_SCENES_PAINT_H
#define VOLO_TESTS_SCENES_PAINT_H

#include "scene.h"

typedef struct Picture {
    size_t height, width;
    uint8_t *rgb;        /* u8 [height,width,3] */
    uint8_t *label_ids;  /* u8 [height,width]: Cityscapes labelIds */
    uint16_t *instances; /* u16 [height,width]: labelId, or labelId * 1000 + number */
} Picture;

/* Paints the scene. On success *ret_picture is cleared with picture_clear; on failure (memory was
 * refused) it is untouched and false is returned. */
bool paint_scene(const Scene *scene, Picture *ret_picture);

void picture_clear(Picture *picture); /* a zeroed picture is allowed */

#endif
