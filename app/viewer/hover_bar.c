/* SPDX-License-Identifier: Apache-2.0 */
/* HoverBar: see the header. */
#include "app/viewer/hover_bar.h"

struct _VoloHoverBar {
    GtkWidget parent;
};

G_DEFINE_FINAL_TYPE(VoloHoverBar, volo_hover_bar, GTK_TYPE_WIDGET)

static void volo_hover_bar_dispose(GObject *object)
{
    VoloHoverBar *self = VOLO_HOVER_BAR(object);

    (void)self;

    G_OBJECT_CLASS(volo_hover_bar_parent_class)->dispose(object);
}

static void volo_hover_bar_class_init(VoloHoverBarClass *class)
{
    GObjectClass *object_class = G_OBJECT_CLASS(class);

    object_class->dispose = volo_hover_bar_dispose;
    gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
}

static void volo_hover_bar_init(VoloHoverBar *self)
{
    (void)self;
}

GtkWidget *volo_hover_bar_new(void)
{
    return g_object_new(VOLO_TYPE_HOVER_BAR, NULL);
}

void volo_hover_bar_show(VoloHoverBar *self, VoloDocument *document, int x, int y, VoloSide side)
{
    (void)self, (void)document, (void)x, (void)y, (void)side;
}
