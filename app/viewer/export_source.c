/* SPDX-License-Identifier: Apache-2.0 */
/* ExportSource: see the header. */
#include "app/viewer/export_source.h"

void export_source_init(ExportSource *source, const VoloExportSource *from)
{
    *source = (ExportSource){ .image = volo_image_ref(from->image),
                              .result = g_object_ref(from->result),
                              .recoloured = from->classes != NULL,
                              .opacity = from->opacity };
    if (from->classes)
        source->classes = volo_segmentation_copy_classes(from->classes, NULL);
}

void export_source_clear(ExportSource *source)
{
    volo_image_unref(source->image);
    g_object_unref(source->result);
    volo_class_table_free(source->classes);
}

gboolean export_source_input(const ExportSource *source, VoloDumpInput *ret_input, GError **error)
{
    VoloError err;

    *ret_input =
        (VoloDumpInput){ .image = source->image,
                         .mask = volo_segmentation_mask(source->result),
                         .table = source->recoloured ? source->classes
                                                     : volo_segmentation_classes(source->result),
                         .opacity = source->opacity,
                         .confidence = volo_segmentation_confidence(source->result) };
    if (ret_input->table)
        return TRUE;
    volo_fail(&err, VOLO_ERR_MEMORY, "out of memory for the classes' colours");
    volo_viewer_error_set(error, &err);
    return FALSE;
}
