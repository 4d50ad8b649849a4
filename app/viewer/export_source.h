/* SPDX-License-Identifier: Apache-2.0 */
/* A VoloExportSource that a job takes along to its thread. */
#ifndef VOLO_VIEWER_EXPORT_SOURCE_H
#define VOLO_VIEWER_EXPORT_SOURCE_H

#include <volo/dump.h>

#include "app/viewer/export.h"

G_BEGIN_DECLS

typedef struct ExportSource {
    VoloImage *image;
    VoloSegmentation *result;
    VoloClassTable *classes; /* a copy; NULL: the result's, or memory was refused */
    gboolean recoloured;     /* classes should be there */
    double opacity;
} ExportSource;

void export_source_init(ExportSource *source, const VoloExportSource *from);
void export_source_clear(ExportSource *source);

/* As volo_dump_write wants it; borrowed. FALSE and *error: memory was refused. */
gboolean export_source_input(const ExportSource *source, VoloDumpInput *ret_input, GError **error);

G_END_DECLS

#endif
