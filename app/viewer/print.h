/* SPDX-License-Identifier: Apache-2.0 */
/* A result on paper and on the clipboard. Main thread only; pictures are made by the worker.
 * Errors: VOLO_VIEWER_ERROR, G_IO_ERROR_CANCELLED, GTK_PRINT_ERROR. */
#ifndef VOLO_VIEWER_PRINT_H
#define VOLO_VIEWER_PRINT_H

#include <gtk/gtk.h>

#include "app/viewer/export.h"

G_BEGIN_DECLS

/* The overlay as a texture. finish: the caller's reference, or NULL and *error. */
void volo_overlay_texture_async(VoloWorker *worker, const VoloExportSource *source,
                                GCancellable *cancellable, GAsyncReadyCallback done, gpointer user);
GdkTexture *volo_overlay_texture_finish(VoloWorker *worker, GAsyncResult *result, GError **error);

/* A print of the overlay with its legend on one page, as large as fits, the page turned as the
 * picture is. title names the job. finish: the caller's reference, ready for
 * gtk_print_operation_run (which shows the dialog), or NULL and *error. */
void volo_print_prepare_async(VoloWorker *worker, const VoloExportSource *source, const char *title,
                              GCancellable *cancellable, GAsyncReadyCallback done, gpointer user);
GtkPrintOperation *volo_print_prepare_finish(VoloWorker *worker, GAsyncResult *result,
                                             GError **error);

/* Draws a picture in the middle of a page of that size, as large as fits. */
void volo_print_draw(cairo_t *cr, cairo_surface_t *picture, double width, double height);

G_END_DECLS

#endif
