/* SPDX-License-Identifier: Apache-2.0 */
/* The ways by which files come into a window: given, dropped, pasted, recent, next in the folder.
 */
#include "app/viewer/opening.h"
#include "app/viewer/pasted_picture.h"
#include "app/viewer/window_parts.h"

#include <glib/gi18n.h>

#define RECENT_FILES 10
#define REGISTRAR "volo-viewer" /* of recent files, in every language */

/* What was being opened is no longer wanted. */
static GCancellable *start_opening(VoloWindow *self)
{
    if (self->opening)
        g_cancellable_cancel(self->opening);
    self->awaiting_list = FALSE;
    g_clear_object(&self->labels);
    g_clear_object(&self->opening);
    self->opening = g_cancellable_new();
    return self->opening;
}

/* --- files --- */

static void show_opening(VoloWindow *self, const VoloOpening *opening)
{
    if (opening->kind == VOLO_OPENING_LIST) {
        volo_folder_show_files(self->folder, opening->files);
        self->awaiting_list = TRUE;
        return;
    }
    g_set_object(&self->labels, opening->labels);
    volo_document_open(self->document, opening->picture);
    volo_folder_show_beside(self->folder, opening->picture);
}

static void looked(GObject *source, GAsyncResult *result, gpointer user)
{
    g_autoptr(VoloWindow) self = user;
    g_autoptr(VoloOpening) opening = volo_opening_look_finish(result, NULL);

    (void)source;
    if (opening && self->document)
        show_opening(self, opening);
}

void volo_window_open(VoloWindow *self, GListModel *files)
{
    if (g_list_model_get_n_items(files))
        volo_opening_look_async(files, start_opening(self), looked, g_object_ref(self));
}

void volo_window_open_file(VoloWindow *self, GFile *file)
{
    g_autoptr(GListStore) files = g_list_store_new(G_TYPE_FILE);

    g_list_store_append(files, file);
    volo_window_open(self, G_LIST_MODEL(files));
}

gboolean volo_window_is_empty(VoloWindow *self)
{
    return volo_document_state(self->document) == VOLO_DOCUMENT_EMPTY && !self->opening;
}

void volo_window_use_model(VoloWindow *self, GFile *file)
{
    g_autofree char *path = g_file_get_path(file);

    if (path)
        volo_document_set_model(self->document, volo_model_store_add(self->models, path));
    else
        volo_window_toast(self, _("Models can only be opened from this computer"));
}

/* --- pictures without a file --- */

static void converted(GObject *source, GAsyncResult *result, gpointer user)
{
    g_autoptr(VoloWindow) self = user;
    g_autoptr(GError) error = NULL;
    VoloImage *image = volo_pasted_picture_finish(result, &error);

    (void)source;
    if (image && self->document) {
        volo_folder_clear(self->folder);
        volo_document_open_image(self->document, image, _("Pasted Picture"));
    } else if (!image && !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
        volo_window_toast(self, error->message);
    }
    volo_image_unref(image);
}

static void open_texture(VoloWindow *self, GdkTexture *texture)
{
    volo_pasted_picture_async(texture, start_opening(self), converted, g_object_ref(self));
}

/* A GdkFileList or a texture. */
static gboolean open_value(VoloWindow *self, const GValue *value)
{
    if (G_VALUE_HOLDS(value, GDK_TYPE_TEXTURE)) {
        open_texture(self, g_value_get_object(value));
        return TRUE;
    }
    if (!G_VALUE_HOLDS(value, GDK_TYPE_FILE_LIST))
        return FALSE;
    g_autoptr(GListStore) files = g_list_store_new(G_TYPE_FILE);
    g_autoptr(GSList) list = gdk_file_list_get_files(g_value_get_boxed(value));

    for (GSList *file = list; file; file = file->next)
        g_list_store_append(files, file->data);
    volo_window_open(self, G_LIST_MODEL(files));
    return list != NULL;
}

static gboolean dropped(VoloWindow *self, const GValue *value)
{
    return open_value(self, value);
}

void volo_window_accept_drops(VoloWindow *self)
{
    GType types[] = { GDK_TYPE_FILE_LIST, GDK_TYPE_TEXTURE };
    GtkDropTarget *target = gtk_drop_target_new(G_TYPE_INVALID, GDK_ACTION_COPY);

    gtk_drop_target_set_gtypes(target, types, G_N_ELEMENTS(types));
    g_signal_connect_swapped(target, "drop", G_CALLBACK(dropped), self);
    gtk_widget_add_controller(self->place, GTK_EVENT_CONTROLLER(target));
}

static void pasted(GObject *source, GAsyncResult *result, gpointer user)
{
    g_autoptr(VoloWindow) self = user;
    g_autoptr(GError) error = NULL;
    const GValue *value = gdk_clipboard_read_value_finish(GDK_CLIPBOARD(source), result, &error);

    if (!self->document)
        return;
    if (!value || !open_value(self, value))
        volo_window_toast(self, error ? error->message : _("The clipboard holds no picture"));
}

void volo_window_paste(VoloWindow *self)
{
    const GType types[] = { GDK_TYPE_FILE_LIST, GDK_TYPE_TEXTURE };
    GdkClipboard *clipboard = gtk_widget_get_clipboard(GTK_WIDGET(self));
    g_autoptr(GdkContentFormats) formats = gdk_content_formats_union_deserialize_gtypes(
        gdk_content_formats_ref(gdk_clipboard_get_formats(clipboard)));

    for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
        if (gdk_content_formats_contain_gtype(formats, types[i])) {
            gdk_clipboard_read_value_async(clipboard, types[i], G_PRIORITY_DEFAULT, NULL, pasted,
                                           g_object_ref(self));
            return;
        }
    }
    volo_window_toast(self, _("The clipboard holds no picture"));
}

/* --- the folder --- */

static void show_current(VoloWindow *self)
{
    GFile *file = volo_folder_neighbour(self->folder, 0);
    GFile *shown = volo_document_file(self->document);

    if (file && !(shown && g_file_equal(file, shown)))
        volo_document_open(self->document, file);
}

/* The first picture of a list that was opened. Later a listing moves the mark for reasons of its
 * own, such as a file that is gone: what is shown stays. */
static void follow_list(VoloWindow *self)
{
    if (!self->awaiting_list)
        return;
    if (volo_folder_neighbour(self->folder, 0)) {
        self->awaiting_list = FALSE;
        show_current(self);
    } else if (!volo_folder_listing(self->folder)) {
        self->awaiting_list = FALSE;
        volo_window_toast(self, _("There are no pictures there"));
    }
}

static void go_to(VoloWindow *self, guint position)
{
    volo_folder_set_current(self->folder, position);
    show_current(self);
}

void volo_window_follow_folder(VoloWindow *self)
{
    g_signal_connect_object(self->folder, "notify::current", G_CALLBACK(follow_list), self,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(self->folder, "notify::listing", G_CALLBACK(follow_list), self,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(self->filmstrip, "chosen", G_CALLBACK(go_to), self, G_CONNECT_SWAPPED);
}

void volo_window_step(VoloWindow *self, int step)
{
    const gint64 count = g_list_model_get_n_items(G_LIST_MODEL(self->folder));
    const gint64 current = volo_folder_current(self->folder);

    if (count == 0)
        return;
    self->advancing_back = step < 0;
    const gint64 wanted = CLAMP((current < count ? current : 0) + step, 0, count - 1);
    go_to(self, (guint)wanted);
}

/* --- recent files --- */

void volo_window_remember(VoloWindow *self, GFile *file)
{
    g_autofree char *uri = g_file_get_uri(file);
    g_autofree char *type = g_content_type_guess(uri, NULL, 0, NULL);
    g_autofree char *mime = g_content_type_get_mime_type(type);
    char name[] = REGISTRAR, command[] = "volo-viewer %u";
    const GtkRecentData data = { .mime_type = mime, .app_name = name, .app_exec = command };

    if (self->remembered && g_file_equal(self->remembered, file))
        return;
    g_set_object(&self->remembered, file);
    gtk_recent_manager_add_full(gtk_recent_manager_get_default(), uri, &data);
}

static int compare_visits(gconstpointer a, gconstpointer b)
{
    GDateTime *first = gtk_recent_info_get_visited((GtkRecentInfo *)a);
    GDateTime *second = gtk_recent_info_get_visited((GtkRecentInfo *)b);

    return g_date_time_compare(second, first);
}

static void add_recent(GMenu *menu, GtkRecentInfo *info)
{
    /* An underscore in a menu marks a letter. */
    g_auto(GStrv) parts = g_strsplit(gtk_recent_info_get_display_name(info), "_", -1);
    g_autofree char *label = g_strjoinv("__", parts);
    g_autoptr(GMenuItem) item = g_menu_item_new(label, NULL);

    g_menu_item_set_action_and_target(item, "win.open-recent", "s", gtk_recent_info_get_uri(info));
    g_menu_append_item(menu, item);
}

static void fill_recent(VoloWindow *self)
{
    GList *all = gtk_recent_manager_get_items(gtk_recent_manager_get_default());

    g_menu_remove_all(self->recent_menu);
    all = g_list_sort(all, compare_visits);
    for (GList *at = all; at; at = at->next) {
        if (g_menu_model_get_n_items(G_MENU_MODEL(self->recent_menu)) == RECENT_FILES)
            break;
        if (gtk_recent_info_has_application(at->data, REGISTRAR))
            add_recent(self->recent_menu, at->data);
    }
    g_list_free_full(all, (GDestroyNotify)gtk_recent_info_unref);
}

void volo_window_follow_recent(VoloWindow *self)
{
    g_signal_connect_object(gtk_recent_manager_get_default(), "changed", G_CALLBACK(fill_recent),
                            self, G_CONNECT_SWAPPED);
    fill_recent(self);
}
