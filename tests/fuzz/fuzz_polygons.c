/* SPDX-License-Identifier: Apache-2.0 */
/* The input is a polygon file of Cityscapes. Pictures are kept small: what is searched is the
 * reader and the arithmetic, not how long memory takes to be set. */
#include "fuzz/fuzz_input.h"

#include <volo/dataset.h>

#include <string.h>

static VoloLabelSpace *space;
static VoloRawPicture *picture;

static void open_both(void)
{
    VoloClassTable *table = NULL;

    fuzz_must(!volo_class_table_open("cityscapes", &table, NULL) &&
                  !volo_label_space_new(table, VOLO_LABELS_IDS, &space, NULL) &&
                  !volo_raw_picture_new(&picture, NULL),
              "the built-in table");
    volo_class_table_free(table);
}

/* Five digits in a row may be a side of ten thousands of pixels. */
static bool has_long_numbers(const uint8_t *data, size_t bytes)
{
    size_t digits = 0;

    for (size_t i = 0; i < bytes; i++) {
        digits = data[i] >= '0' && data[i] <= '9' ? digits + 1 : 0;
        if (digits > 4)
            return true;
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    VoloError err = { 0 };

    if (has_long_numbers(data, bytes))
        return 0;
    if (!space)
        open_both();
    const VoloStatus status =
        volo_raw_picture_load_polygons(picture, fuzz_input_path(data, bytes), space, &err);
    const size_t height = volo_raw_picture_height(picture), width = volo_raw_picture_width(picture);
    if (status) {
        fuzz_must(height == 0 && width == 0, "a refused file leaves an empty picture");
        fuzz_must_explain(status, &err);
        return 0;
    }
    fuzz_must(height > 0 && width > 0, "a picture");
    for (size_t i = 0; i < height * width; i++)
        fuzz_must(volo_raw_picture_labels(picture)[i] < 34, "an id of the table");
    return 0;
}
