/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine adds to VoloRawPicture of <volo/dataset.h>: pictures that it draws itself. */
#ifndef VOLO_IMAGE_RAW_PICTURE_H
#define VOLO_IMAGE_RAW_PICTURE_H

#include <volo/dataset.h>

/* Makes it a label picture of that size, whose pixels are not set; path only names it.
 * Errors: FORMAT (no pixels), LIMIT, MEMORY; then it is empty. */
VoloStatus volo_raw_picture_begin(VoloRawPicture *picture, const char *path, uint64_t height,
                                  uint64_t width, uint8_t **ret_labels, VoloError *err);

/* Makes it empty; the memory is kept. */
void volo_raw_picture_clear(VoloRawPicture *picture);

/* u16 [height,width] of an instance picture, to change in place; else NULL. */
uint16_t *volo_raw_picture_edit_instances(VoloRawPicture *picture);

#endif
