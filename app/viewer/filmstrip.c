/* SPDX-License-Identifier: Apache-2.0 */
/* Filmstrip: see the header. */
#include "app/viewer/filmstrip.h"

#include "app/viewer/accessible.h"
#include "app/viewer/list_calm.h"

#define THUMBNAIL_WIDTH 108
#define THUMBNAIL_HEIGHT 68

struct _VoloFilmstrip {
    GtkWidget parent;
    GtkWidget *scroller;
    GtkListView *list;
    VoloFolder *folder;
    GtkSingleSelection *selection;
};

static guint chosen_signal;

G_DEFINE_FINAL_TYPE(VoloFilmstrip, volo_filmstrip, GTK_TYPE_WIDGET)

/* --- one thumbnail --- */

/* The picture lies over a box that gives it its size. */
static void set_up(GtkSignalListItemFactory *factory, GtkListItem *item)
{
    GtkWidget *overlay = gtk_overlay_new();
    GtkWidget *room = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
    GtkWidget *picture =
        g_object_new(GTK_TYPE_PICTURE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

    (void)factory;
    gtk_widget_set_size_request(room, THUMBNAIL_WIDTH, THUMBNAIL_HEIGHT);
    gtk_overlay_set_child(GTK_OVERLAY(overlay), room);
    gtk_picture_set_content_fit(GTK_PICTURE(picture), GTK_CONTENT_FIT_COVER);
    gtk_overlay_add_overlay(GTK_OVERLAY(overlay), picture);
    gtk_widget_set_valign(overlay, GTK_ALIGN_CENTER);
    gtk_widget_set_overflow(overlay, GTK_OVERFLOW_HIDDEN);
    gtk_widget_add_css_class(overlay, "thumbnail");
    g_object_set_data(G_OBJECT(item), "volo-picture", picture);
    gtk_list_item_set_child(item, overlay);
}

static void bind(GtkSignalListItemFactory *factory, GtkListItem *item)
{
    VoloFolderItem *entry = gtk_list_item_get_item(item);
    GtkWidget *picture = g_object_get_data(G_OBJECT(item), "volo-picture");
    const char *title = volo_folder_item_title(entry);

    (void)factory;
    gtk_widget_set_tooltip_text(picture, title);
    volo_accessible_name_row(gtk_list_item_get_child(item), title);
    GBinding *binding =
        g_object_bind_property(entry, "thumbnail", picture, "paintable", G_BINDING_SYNC_CREATE);
    g_object_set_data_full(G_OBJECT(item), "volo-thumbnail", g_object_ref(binding), g_object_unref);
    volo_folder_item_want_thumbnail(entry);
}

static void unbind(GtkSignalListItemFactory *factory, GtkListItem *item)
{
    GBinding *binding = g_object_get_data(G_OBJECT(item), "volo-thumbnail");

    (void)factory;
    g_binding_unbind(binding);
    g_object_set_data(G_OBJECT(item), "volo-thumbnail", NULL);
}

/* --- the current picture --- */

static void activated(VoloFilmstrip *self, guint position)
{
    g_signal_emit(self, chosen_signal, 0, position);
}

static void follow_current(VoloFilmstrip *self)
{
    const guint current = volo_folder_current(self->folder);

    gtk_single_selection_set_selected(self->selection, current);
    if (current != GTK_INVALID_LIST_POSITION && gtk_widget_get_mapped(GTK_WIDGET(self->list)))
        gtk_widget_activate_action(GTK_WIDGET(self->list), "list.scroll-to-item", "u", current);
}

void volo_filmstrip_set_folder(VoloFilmstrip *self, VoloFolder *folder)
{
    g_return_if_fail(self->folder == NULL);
    self->folder = g_object_ref(folder);
    self->selection = gtk_single_selection_new(g_object_ref(G_LIST_MODEL(folder)));
    gtk_single_selection_set_autoselect(self->selection, FALSE);
    gtk_single_selection_set_can_unselect(self->selection, TRUE);
    gtk_list_view_set_model(self->list, GTK_SELECTION_MODEL(self->selection));
    g_signal_connect_object(folder, "notify::current", G_CALLBACK(follow_current), self,
                            G_CONNECT_SWAPPED);
    follow_current(self);
}

/* --- life --- */

static void volo_filmstrip_dispose(GObject *object)
{
    VoloFilmstrip *self = VOLO_FILMSTRIP(object);

    if (self->list)
        gtk_list_view_set_model(self->list, NULL);
    gtk_widget_dispose_template(GTK_WIDGET(object), VOLO_TYPE_FILMSTRIP);
    g_clear_object(&self->selection);
    g_clear_object(&self->folder);
    G_OBJECT_CLASS(volo_filmstrip_parent_class)->dispose(object);
}

static void volo_filmstrip_class_init(VoloFilmstripClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = volo_filmstrip_dispose;
    chosen_signal = g_signal_new("chosen", VOLO_TYPE_FILMSTRIP, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/io/github/volo_suite/Viewer/ui/filmstrip.ui");
    gtk_widget_class_bind_template_child(widget_class, VoloFilmstrip, scroller);
    gtk_widget_class_bind_template_child(widget_class, VoloFilmstrip, list);
}

static void volo_filmstrip_init(VoloFilmstrip *self)
{
    g_autoptr(GtkListItemFactory) factory = gtk_signal_list_item_factory_new();

    gtk_widget_init_template(GTK_WIDGET(self));
    g_signal_connect(factory, "setup", G_CALLBACK(set_up), NULL);
    g_signal_connect(factory, "bind", G_CALLBACK(bind), NULL);
    g_signal_connect(factory, "unbind", G_CALLBACK(unbind), NULL);
    gtk_list_view_set_factory(self->list, factory);
    volo_list_calm(self->list);
    g_signal_connect_object(self->list, "activate", G_CALLBACK(activated), self, G_CONNECT_SWAPPED);
}
