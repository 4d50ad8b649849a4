/* SPDX-License-Identifier: Apache-2.0 */
/* VoloCanvas on the screen: each pane painted at the pixels of the screen, so that nothing is
 * scaled again; above them titles, the keyboard's cursor, the swipe line, the focus. */
#include "app/viewer/canvas_parts.h"

enum {
    TITLE_MARGIN = 12,
    TITLE_PADDING = 10
};

static gboolean has_size(VoloCanvas *self, gsize width, gsize height)
{
    return width == volo_image_width(self->image) && height == volo_image_height(self->image);
}

static VoloScene scene_of(VoloCanvas *self)
{
    VoloScene scene = { .levels = self->levels,
                        .errors = self->errors,
                        .layer = self->peeking ? VOLO_LAYER_PICTURE : self->layer,
                        .opacity = self->opacity,
                        .scale = volo_canvas_scale(self) };

    for (int i = 0; i < VOLO_SIDES; i++) {
        const VoloConfidence *confidence = self->side[i].confidence;

        scene.side[i].mask = self->side[i].mask;
        scene.side[i].look = &self->side[i].look;
        if (confidence &&
            has_size(self, volo_confidence_width(confidence), volo_confidence_height(confidence))) {
            scene.side[i].shares = volo_confidence_shares(confidence, 0);
            scene.side[i].entropy = volo_confidence_entropy(confidence);
        }
    }
    return scene;
}

/* The pixels of a pane's patch, u32 [height,width]: 0xffRRGGBB. NULL: no memory. */
static GBytes *paint(VoloCanvas *self, VoloSide side, const VoloPatch *patch, int x)
{
    const VoloScene scene = scene_of(self);
    const gsize bytes = sizeof(guint32) * (gsize)patch->width * (gsize)patch->height;
    const int split =
        self->arrangement == VOLO_ARRANGE_SWIPE ? volo_canvas_split(self) - x : patch->width;
    guint8 *buffer = volo_pixel_pool_take(self->pool, bytes);
    guint32 *pixels = (guint32 *)(void *)buffer;

    if (pixels && volo_painter_paint(self->painter, &scene, side, patch, 0, split, pixels) &&
        volo_painter_paint(self->painter, &scene, VOLO_SIDE_SECOND, patch, split, patch->width,
                           pixels))
        return volo_pixel_pool_wrap(self->pool, buffer, bytes);
    volo_pixel_pool_give_back(self->pool, buffer);
    return NULL;
}

static graphene_rect_t rectangle(VoloCanvas *self, int x, int y, int width, int height)
{
    const float scale = (float)volo_canvas_scale(self);

    return GRAPHENE_RECT_INIT((float)x / scale, (float)y / scale, (float)width / scale,
                              (float)height / scale);
}

static void drop_surface(void *surface)
{
    cairo_surface_destroy(surface);
}

static void drop_bytes(void *bytes)
{
    g_bytes_unref(bytes);
}

/* For cairo, which GTK 4.8 gives a texture's pixels as a copy with an alpha channel to blend. The
 * surface lives as long as what is recorded: cairo would copy it, were it to go before. */
static GskRenderNode *surface_node(GBytes *pixels, const VoloPatch *patch, int scale,
                                   const graphene_rect_t *place)
{
    static const cairo_user_data_key_t key;
    GskRenderNode *const node = gsk_cairo_node_new(place);
    cairo_t *const cairo = gsk_cairo_node_get_draw_context(node);
    guint8 *const data = (guint8 *)g_bytes_get_data(pixels, NULL);
    cairo_surface_t *const surface = cairo_image_surface_create_for_data(
        data, CAIRO_FORMAT_RGB24, patch->width, patch->height, 4 * patch->width);

    cairo_surface_set_device_scale(surface, scale, scale);
    cairo_set_operator(cairo, CAIRO_OPERATOR_SOURCE);
    cairo_set_source_surface(cairo, surface, (double)place->origin.x, (double)place->origin.y);
    cairo_paint(cairo);
    cairo_surface_set_user_data(surface, &key, g_bytes_ref(pixels), drop_bytes);
    cairo_surface_set_user_data(cairo_get_target(cairo), &key, surface, drop_surface);
    cairo_destroy(cairo);
    return node;
}

static GskRenderNode *texture_node(GBytes *pixels, const VoloPatch *patch,
                                   const graphene_rect_t *place)
{
    g_autoptr(GdkTexture) texture =
        gdk_memory_texture_new(patch->width, patch->height, GDK_MEMORY_B8G8R8A8_PREMULTIPLIED,
                               pixels, 4 * (gsize)patch->width);

    return gsk_texture_node_new(texture, place);
}

/* A patch whose corner is at (x, y) of the canvas. */
static GskRenderNode *patch_node(VoloCanvas *self, GBytes *pixels, const VoloPatch *patch, int x,
                                 int y)
{
    const graphene_rect_t place = rectangle(self, x, y, patch->width, patch->height);
    GtkNative *const native = gtk_widget_get_native(GTK_WIDGET(self));

    return native && GSK_IS_CAIRO_RENDERER(gtk_native_get_renderer(native))
               ? surface_node(pixels, patch, volo_canvas_scale(self), &place)
               : texture_node(pixels, patch, &place);
}

static void snapshot_pane(VoloCanvas *self, GtkSnapshot *snapshot, VoloSide side)
{
    const VoloPane pane = volo_canvas_pane(self, side);
    int x, y;
    const VoloPatch patch = volo_view_patch(&self->view, &x, &y);

    if (!self->levels || patch.width < 1 || patch.height < 1)
        return;
    if (!self->node[side]) {
        g_autoptr(GBytes) pixels = paint(self, side, &patch, x);

        if (!pixels)
            return;
        self->node[side] = patch_node(self, pixels, &patch, pane.x + x, y);
    }
    gtk_snapshot_append_node(snapshot, self->node[side]);
}

/* --- titles ----------------------------------------------------------------------------------- */

static PangoLayout *layout_of(VoloCanvas *self, VoloSide side)
{
    VoloCanvasSide *its = &self->side[side];

    if (!its->layout && its->title && *its->title) {
        g_autoptr(PangoAttrList) attributes = pango_attr_list_new();

        pango_attr_list_insert(attributes, pango_attr_weight_new(PANGO_WEIGHT_SEMIBOLD));
        pango_attr_list_insert(attributes, pango_attr_scale_new(0.9));
        its->layout = gtk_widget_create_pango_layout(GTK_WIDGET(self), its->title);
        pango_layout_set_attributes(its->layout, attributes);
        pango_layout_set_ellipsize(its->layout, PANGO_ELLIPSIZE_MIDDLE);
        pango_layout_set_single_paragraph_mode(its->layout, TRUE);
    }
    return its->layout;
}

/* In the upper corner of its side: from..to in the widget's pixels. The second is at the right end
 * of a swipe, where the line leaves it room longest. */
static void snapshot_title(VoloCanvas *self, GtkSnapshot *snapshot, VoloSide side, float from,
                           float to, gboolean at_end)
{
    const float room = to - from - 2 * (TITLE_MARGIN + TITLE_PADDING);
    const GdkRGBA back = { 0, 0, 0, 0.65f }, front = { 1, 1, 1, 1 };
    PangoLayout *layout = layout_of(self, side);
    int width, height;
    GskRoundedRect frame;
    float left;

    if (!layout || room < 24)
        return;
    pango_layout_set_width(layout, -1);
    pango_layout_get_pixel_size(layout, &width, &height);
    if ((float)width > room) {
        pango_layout_set_width(layout, (int)room * PANGO_SCALE);
        pango_layout_get_pixel_size(layout, &width, &height);
    }
    left = at_end ? to - TITLE_MARGIN - 2 * TITLE_PADDING - (float)width : from + TITLE_MARGIN;
    gsk_rounded_rect_init_from_rect(&frame,
                                    &GRAPHENE_RECT_INIT(left, TITLE_MARGIN,
                                                        (float)width + 2 * TITLE_PADDING,
                                                        (float)height + TITLE_PADDING),
                                    (float)(height + TITLE_PADDING) / 2);
    gtk_snapshot_push_rounded_clip(snapshot, &frame);
    gtk_snapshot_append_color(snapshot, &back, &frame.bounds);
    gtk_snapshot_pop(snapshot);
    gtk_snapshot_save(snapshot);
    gtk_snapshot_translate(
        snapshot, &GRAPHENE_POINT_INIT(left + TITLE_PADDING, TITLE_MARGIN + TITLE_PADDING / 2.0f));
    gtk_snapshot_append_layout(snapshot, layout, &front);
    gtk_snapshot_restore(snapshot);
}

static void snapshot_titles(VoloCanvas *self, GtkSnapshot *snapshot)
{
    const float scale = (float)volo_canvas_scale(self);
    const float width = (float)gtk_widget_get_width(GTK_WIDGET(self));

    if (self->arrangement == VOLO_ARRANGE_SWIPE) {
        const float line = (float)volo_canvas_split(self) / scale;

        snapshot_title(self, snapshot, VOLO_SIDE_FIRST, 0, line, FALSE);
        snapshot_title(self, snapshot, VOLO_SIDE_SECOND, line, width, TRUE);
    } else if (self->arrangement == VOLO_ARRANGE_BESIDE) {
        for (VoloSide side = VOLO_SIDE_FIRST; side < VOLO_SIDES; side++) {
            const VoloPane pane = volo_canvas_pane(self, side);
            const float from = (float)pane.x / scale;

            snapshot_title(self, snapshot, side, from, from + (float)pane.width / scale, FALSE);
        }
    }
}

/* --- the keyboard's cursor, the focus --------------------------------------------------------- */

static void append_frame(GtkSnapshot *snapshot, graphene_rect_t place, float grow, float line,
                         GdkRGBA colour)
{
    const float widths[4] = { line, line, line, line };
    const GdkRGBA colours[4] = { colour, colour, colour, colour };
    GskRoundedRect frame;

    graphene_rect_inset(&place, -grow, -grow);
    gsk_rounded_rect_init_from_rect(&frame, &place, 0);
    gtk_snapshot_append_border(snapshot, &frame, widths, colours);
}

/* A frame around the pixel, white between black ones; never smaller than can be seen. */
static void snapshot_cursor(VoloCanvas *self, GtkSnapshot *snapshot, VoloSide side)
{
    const VoloPane pane = volo_canvas_pane(self, side);
    const VoloCell cell = volo_view_cell(&self->view, self->inspected_x, self->inspected_y);
    const GdkRGBA dark = { 0, 0, 0, 0.8f }, light = { 1, 1, 1, 1 };
    graphene_rect_t place = rectangle(self, pane.x + cell.left, cell.top, cell.right - cell.left,
                                      cell.bottom - cell.top);
    const float less = 5 - place.size.width;

    if (less > 0)
        graphene_rect_inset(&place, -less / 2, -less / 2);
    append_frame(snapshot, place, 1, 1, dark);
    append_frame(snapshot, place, 3, 2, light);
    append_frame(snapshot, place, 4, 1, dark);
}

static void snapshot_focus(VoloCanvas *self, GtkSnapshot *snapshot)
{
    GtkWidget *widget = GTK_WIDGET(self);
    const graphene_rect_t all = GRAPHENE_RECT_INIT(0, 0, (float)gtk_widget_get_width(widget),
                                                   (float)gtk_widget_get_height(widget));
    GdkRGBA accent = { 0.21f, 0.52f, 0.89f, 1 };

    gtk_style_context_lookup_color(gtk_widget_get_style_context(widget), "accent_color", &accent);
    append_frame(snapshot, all, 0, 2, accent);
}

void volo_canvas_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    VoloCanvas *self = VOLO_CANVAS(widget);
    const VoloSide last =
        self->arrangement == VOLO_ARRANGE_BESIDE ? VOLO_SIDE_SECOND : VOLO_SIDE_FIRST;

    for (VoloSide side = VOLO_SIDE_FIRST; side <= last; side++) {
        snapshot_pane(self, snapshot, side);
        if (self->inspecting && self->image)
            snapshot_cursor(self, snapshot, side);
    }
    snapshot_titles(self, snapshot);
    gtk_widget_snapshot_child(widget, self->handle, snapshot);
    if (gtk_widget_has_visible_focus(widget))
        snapshot_focus(self, snapshot);
    self->drawn = TRUE;
}
