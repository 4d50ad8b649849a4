/* SPDX-License-Identifier: Apache-2.0 */
/* labelid: the ids of the data set's own label files as grey levels (Cityscapes labelIds, ADE20K
 * index + 1), 255 ignored: what the data sets' scripts expect. */
#include <volo/impl/dump_class.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ids[trainId], 255 for whatever is not in the table */
static void make_ids(uint8_t ids[256], const VoloClassTable *table)
{
    memset(ids, VOLO_LABEL_IGNORE, 256);
    for (size_t i = 0; i < volo_class_table_count(table); i++) {
        const int id = volo_class_table_get(table, i)->id;

        assert(id >= 0 && id <= 255); /* every table is checked when it is made */
        ids[i] = (uint8_t)id;
    }
}

static VoloStatus write(const VoloDumpInput *input, const char *path, VoloError *err)
{
    const size_t height = volo_mask_height(input->mask), width = volo_mask_width(input->mask);
    const uint8_t *labels = volo_mask_labels(input->mask);
    uint8_t ids[256], *pixels = malloc(height * width);

    if (!pixels)
        return volo_fail(err, VOLO_ERR_MEMORY, "'%s': out of memory", path);
    make_ids(ids, input->table);
    for (size_t i = 0; i < height * width; i++)
        pixels[i] = ids[labels[i]];
    const VoloStatus status = volo_png_write(
        path,
        &(VoloPng){ .height = height, .width = width, .kind = VOLO_PIXELS_GREY8, .pixels = pixels },
        err);
    free(pixels);
    return status;
}

VOLO_DUMP(labelid) = {
    .name = "labelid",
    .summary = "the data set's own label ids as grey levels, 255 ignored",
    .write = write,
};
