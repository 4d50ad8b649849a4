/* SPDX-License-Identifier: Apache-2.0 */
/* palette: trainIds as an indexed PNG that looks like the coloured picture. The palette always has
 * 256 entries, so that 255 (ignored) has a colour: black, as all indices beyond the table. */
#include <volo/impl/dump_class.h>

#include <string.h>

static VoloStatus write(const VoloDumpInput *input, const char *path, VoloError *err)
{
    uint8_t palette[256][3] = { { 0 } };

    for (size_t i = 0; i < volo_class_table_count(input->table); i++)
        memcpy(palette[i], volo_class_table_get(input->table, i)->colour, 3);
    return volo_png_write(path,
                          &(VoloPng){ .height = volo_mask_height(input->mask),
                                      .width = volo_mask_width(input->mask),
                                      .kind = VOLO_PIXELS_PALETTE8,
                                      .pixels = volo_mask_labels(input->mask),
                                      .palette = (const uint8_t(*)[3])palette,
                                      .palette_count = 256 },
                          err);
}

VOLO_DUMP(palette) = {
    .name = "palette",
    .summary = "trainIds as an indexed PNG in the class colours",
    .write = write,
};
