/* SPDX-License-Identifier: Apache-2.0 */
/* trainid: the mask as it is, one grey level for each trainId, 255 ignored. */
#include <volo/impl/dump_class.h>

static VoloStatus write(const VoloDumpInput *input, const char *path, VoloError *err)
{
    return volo_png_write(path,
                          &(VoloPng){ .height = volo_mask_height(input->mask),
                                      .width = volo_mask_width(input->mask),
                                      .kind = VOLO_PIXELS_GREY8,
                                      .pixels = volo_mask_labels(input->mask) },
                          err);
}

VOLO_DUMP(trainid) = {
    .name = "trainid",
    .summary = "trainIds as grey levels, 255 ignored",
    .write = write,
};
