/* SPDX-License-Identifier: Apache-2.0 */
/* VoloSwatch: a small square in the colour and hatching of a class; hollow when it is hidden, so
 * that colour is not all that tells. Main thread only. */
#ifndef VOLO_VIEWER_SWATCH_H
#define VOLO_VIEWER_SWATCH_H

#include <gtk/gtk.h>

#include <stdint.h>

G_BEGIN_DECLS

#define VOLO_TYPE_SWATCH (volo_swatch_get_type())
G_DECLARE_FINAL_TYPE(VoloSwatch, volo_swatch, VOLO, SWATCH, GtkWidget)

GtkWidget *volo_swatch_new(void);

/* colour: R, G, B. hatch: as in VoloLook. */
void volo_swatch_set(VoloSwatch *self, const uint8_t colour[3], int hatch, gboolean hollow);

G_END_DECLS

#endif
