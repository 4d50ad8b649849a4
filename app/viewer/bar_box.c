/* SPDX-License-Identifier: Apache-2.0 */
/* BarBox: see the header. */
#include "app/viewer/bar_box.h"

#define SPACING 8

struct _VoloBarBox {
    GtkWidget parent;
};

static void volo_bar_box_buildable_init(GtkBuildableIface *interface);
G_DEFINE_FINAL_TYPE_WITH_CODE(VoloBarBox, volo_bar_box, GTK_TYPE_WIDGET,
                              G_IMPLEMENT_INTERFACE(GTK_TYPE_BUILDABLE,
                                                    volo_bar_box_buildable_init))

static GtkBuildableIface *parent_buildable;

static void add_child(GtkBuildable *buildable, GtkBuilder *builder, GObject *child,
                      const char *type)
{
    if (GTK_IS_WIDGET(child))
        gtk_widget_set_parent(GTK_WIDGET(child), GTK_WIDGET(buildable));
    else
        parent_buildable->add_child(buildable, builder, child, type);
}

static void volo_bar_box_buildable_init(GtkBuildableIface *interface)
{
    parent_buildable = g_type_interface_peek_parent(interface);
    interface->add_child = add_child;
}

/* What the shown children take along a line, and across it. */
typedef struct Extent {
    int sum, most, count;
} Extent;

static Extent extent(GtkWidget *box, GtkOrientation orientation, gboolean natural)
{
    Extent e = { 0, 0, 0 };

    for (GtkWidget *child = gtk_widget_get_first_child(box); child;
         child = gtk_widget_get_next_sibling(child)) {
        int minimum, wanted;

        if (!gtk_widget_should_layout(child))
            continue;
        gtk_widget_measure(child, orientation, -1, &minimum, &wanted, NULL, NULL);
        const int size = natural ? wanted : minimum;
        e.sum += size + (e.count ? SPACING : 0);
        e.most = MAX(e.most, size);
        e.count++;
    }
    return e;
}

static gboolean fits_in_row(GtkWidget *box, int width)
{
    return width < 0 || extent(box, GTK_ORIENTATION_HORIZONTAL, TRUE).sum <= width;
}

static GtkSizeRequestMode volo_bar_box_request_mode(GtkWidget *box)
{
    (void)box;
    return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void volo_bar_box_measure(GtkWidget *box, GtkOrientation orientation, int for_size,
                                 int *minimum, int *natural, int *minimum_baseline,
                                 int *natural_baseline)
{
    *minimum_baseline = *natural_baseline = -1;
    if (orientation == GTK_ORIENTATION_HORIZONTAL) {
        *minimum = extent(box, orientation, FALSE).most;
        *natural = extent(box, orientation, TRUE).sum;
    } else {
        const Extent e = extent(box, orientation, TRUE);

        *minimum = *natural = fits_in_row(box, for_size) ? e.most : e.sum;
    }
}

static void volo_bar_box_allocate(GtkWidget *box, int width, int height, int baseline)
{
    const gboolean row = fits_in_row(box, width);
    const gboolean right_to_left = gtk_widget_get_direction(box) == GTK_TEXT_DIR_RTL;
    int x = (width - extent(box, GTK_ORIENTATION_HORIZONTAL, TRUE).sum) / 2, y = 0;

    (void)baseline;
    for (GtkWidget *child = gtk_widget_get_first_child(box); child;
         child = gtk_widget_get_next_sibling(child)) {
        GtkRequisition wanted;

        if (!gtk_widget_should_layout(child))
            continue;
        gtk_widget_get_preferred_size(child, NULL, &wanted);
        GtkAllocation place = { (width - MIN(wanted.width, width)) / 2, y, MIN(wanted.width, width),
                                wanted.height };
        if (row)
            place = (GtkAllocation){ right_to_left ? width - x - wanted.width : x,
                                     (height - wanted.height) / 2, wanted.width, wanted.height };
        gtk_widget_size_allocate(child, &place, -1);
        x += wanted.width + SPACING;
        y += wanted.height + SPACING;
    }
}

static void volo_bar_box_dispose(GObject *object)
{
    GtkWidget *child;

    while ((child = gtk_widget_get_first_child(GTK_WIDGET(object))))
        gtk_widget_unparent(child);
    G_OBJECT_CLASS(volo_bar_box_parent_class)->dispose(object);
}

static void volo_bar_box_class_init(VoloBarBoxClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = volo_bar_box_dispose;
    widget_class->get_request_mode = volo_bar_box_request_mode;
    widget_class->measure = volo_bar_box_measure;
    widget_class->size_allocate = volo_bar_box_allocate;
}

static void volo_bar_box_init(VoloBarBox *self)
{
    (void)self;
}
