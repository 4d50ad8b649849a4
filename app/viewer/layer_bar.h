/* SPDX-License-Identifier: Apache-2.0 */
/* VoloLayerBar: a floating bar to choose what lies over the picture and how strong it is. What the
 * document has nothing for is insensitive.
 *
 * Properties: "canvas" (VoloCanvas), whose "layer" and "opacity-of-mask" are bound both ways, and
 * "document" (VoloDocument). References are taken. Main thread only. */
#ifndef VOLO_VIEWER_LAYER_BAR_H
#define VOLO_VIEWER_LAYER_BAR_H

#include <gtk/gtk.h>

#include "app/viewer/canvas.h"
#include "app/viewer/document.h"

G_BEGIN_DECLS

#define VOLO_TYPE_LAYER_BAR (volo_layer_bar_get_type())
G_DECLARE_FINAL_TYPE(VoloLayerBar, volo_layer_bar, VOLO, LAYER_BAR, GtkWidget)

GtkWidget *volo_layer_bar_new(void);

/* Whether a document has what a layer shows. */
gboolean volo_layer_is_possible(VoloLayer layer, VoloDocument *document);
const char *volo_layer_title(VoloLayer layer); /* translated: "Overlay" */
const char *volo_layer_icon(VoloLayer layer);  /* "volo-layer-overlay-symbolic" */

G_END_DECLS

#endif
