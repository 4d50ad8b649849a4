/* SPDX-License-Identifier: Apache-2.0 */
/* A square of a class's colour: a texture of as many pixels as the screen has, made when it
 * changes. Its hatch is as wide as that on the picture.
 */
#include "app/viewer/swatch.h"

#include "app/viewer/paint_style.h"

#include <string.h>

enum {
    SIDE = 16, /* pixels of the application */
    CORNER = 4,
};

struct _VoloSwatch {
    GtkWidget parent;
    uint8_t colour[3];
    int hatch;
    gboolean hollow;
    GdkTexture *texture; /* NULL: to be made */
    int scale;           /* that it was made for */
};

G_DEFINE_FINAL_TYPE(VoloSwatch, volo_swatch, GTK_TYPE_WIDGET)

static GdkTexture *make_texture(const VoloSwatch *self, int scale)
{
    const int side = SIDE * scale;
    uint8_t line[3];
    uint8_t *pixels = g_malloc_n((gsize)side * (gsize)side, 3);
    g_autoptr(GBytes) bytes = g_bytes_new_take(pixels, (gsize)side * (gsize)side * 3);

    volo_line_colour(self->colour, line);
    for (int y = 0; y < side; y++) {
        const unsigned row = volo_pattern_row(self->hatch, y / scale % VOLO_PATTERN_SIDE);

        for (int x = 0; x < side; x++, pixels += 3)
            memcpy(pixels, row >> (x / scale % VOLO_PATTERN_SIDE) & 1 ? line : self->colour, 3);
    }
    return gdk_memory_texture_new(side, side, GDK_MEMORY_R8G8B8, bytes, (gsize)side * 3);
}

static GdkTexture *texture_for(VoloSwatch *self)
{
    const int scale = gtk_widget_get_scale_factor(GTK_WIDGET(self));

    if (!self->texture || self->scale != scale) {
        g_clear_object(&self->texture);
        self->texture = make_texture(self, scale);
        self->scale = scale;
    }
    return self->texture;
}

static void fill(VoloSwatch *self, GtkSnapshot *snapshot, const GskRoundedRect *shape)
{
    gtk_snapshot_push_rounded_clip(snapshot, shape);
    gtk_snapshot_append_texture(snapshot, texture_for(self), &shape->bounds);
    gtk_snapshot_pop(snapshot);
}

static void volo_swatch_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    VoloSwatch *self = VOLO_SWATCH(widget);
    const graphene_rect_t bounds =
        GRAPHENE_RECT_INIT((float)(gtk_widget_get_width(widget) - SIDE) / 2,
                           (float)(gtk_widget_get_height(widget) - SIDE) / 2, SIDE, SIDE);
    GdkRGBA edge = { 0 };
    GskRoundedRect shape;

    gsk_rounded_rect_init_from_rect(&shape, &bounds, CORNER);
    if (!self->hollow)
        fill(self, snapshot, &shape);
    gtk_style_context_get_color(gtk_widget_get_style_context(widget), &edge);
    edge.alpha *= self->hollow ? 0.6F : 0.25F;
    gtk_snapshot_append_border(snapshot, &shape, (const float[4]){ 1, 1, 1, 1 },
                               (const GdkRGBA[4]){ edge, edge, edge, edge });
}

static void volo_swatch_measure(GtkWidget *widget, GtkOrientation orientation, int for_size,
                                int *minimum, int *natural, int *minimum_baseline,
                                int *natural_baseline)
{
    (void)widget, (void)orientation, (void)for_size;
    *minimum = *natural = SIDE;
    *minimum_baseline = *natural_baseline = -1;
}

static void volo_swatch_finalize(GObject *object)
{
    g_clear_object(&VOLO_SWATCH(object)->texture);
    G_OBJECT_CLASS(volo_swatch_parent_class)->finalize(object);
}

static void volo_swatch_class_init(VoloSwatchClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->finalize = volo_swatch_finalize;
    widget_class->snapshot = volo_swatch_snapshot;
    widget_class->measure = volo_swatch_measure;
    gtk_widget_class_set_css_name(widget_class, "swatch");
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void volo_swatch_init(VoloSwatch *self)
{
    gtk_widget_set_can_target(GTK_WIDGET(self), FALSE);
}

GtkWidget *volo_swatch_new(void)
{
    return g_object_new(VOLO_TYPE_SWATCH, NULL);
}

void volo_swatch_set(VoloSwatch *self, const uint8_t colour[3], int hatch, gboolean hollow)
{
    if (!memcmp(self->colour, colour, 3) && self->hatch == hatch && self->hollow == hollow)
        return;
    memcpy(self->colour, colour, 3);
    self->hatch = hatch;
    self->hollow = hollow;
    g_clear_object(&self->texture);
    gtk_widget_queue_draw(GTK_WIDGET(self));
}
