/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures are loaded as they are stored, for labels are never turned. */
#include "app/eval/panel.h"

VoloStatus panel_load(Panel *panel, const EvalList *list, size_t position, bool image_wanted,
                      VoloError *err)
{
    const VoloImageOptions options = { .raw_orientation = true };
    VoloPairBuffer buffer;
    const VoloPair pair = eval_list_pair(list, position, &buffer);

    volo_image_unref(panel->image);
    panel->image = NULL;
    VoloStatus status = VOLO_OK;
    if (pair.image)
        status = volo_image_load(pair.image, &options, &panel->image, err);
    if (!image_wanted)
        status = VOLO_OK;
    if (!status && !panel->labels)
        status = volo_raw_picture_new(&panel->labels, err);
    return status
               ? status
               : volo_dataset_load_labels(list->dataset, list->pair[position], panel->labels, err);
}

void panel_clear(Panel *panel)
{
    volo_image_unref(panel->image);
    volo_raw_picture_free(panel->labels);
    *panel = (Panel){ NULL, NULL };
}
