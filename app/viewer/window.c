/* SPDX-License-Identifier: Apache-2.0 */
/* Window: see the header. How it comes to life, and what is kept from one time to the next. */
#include "app/viewer/window.h"

#include "app/viewer/accessible.h"
#include "app/viewer/actions.h"
#include "app/viewer/bar_box.h"
#include "app/viewer/sample_picture.h"
#include "app/viewer/window_parts.h"

#include <glib/gi18n.h>

G_DEFINE_FINAL_TYPE(VoloWindow, volo_window, ADW_TYPE_APPLICATION_WINDOW)

/* --- what is kept --- */

static gboolean palette_from_setting(GValue *value, GVariant *variant, gpointer user)
{
    const char *name = g_variant_get_string(variant, NULL);
    int palette = 0;

    (void)user;
    while (palette < VOLO_PALETTES - 1 &&
           !g_str_equal(volo_palette_name((VoloPalette)palette), name))
        palette++;
    g_value_set_int(value, palette);
    return TRUE;
}

static void keep_settings(VoloWindow *self)
{
    static const struct {
        const char *key, *property;
        GSettingsBindFlags flags;
    } kept[] = {
        { "window-width", "default-width", G_SETTINGS_BIND_DEFAULT },
        { "window-height", "default-height", G_SETTINGS_BIND_DEFAULT },
        { "window-maximized", "maximized", G_SETTINGS_BIND_DEFAULT },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(kept); i++)
        g_settings_bind(self->settings, kept[i].key, self, kept[i].property, kept[i].flags);
    g_settings_bind(self->settings, "opacity", self->canvas, "opacity-of-mask",
                    G_SETTINGS_BIND_DEFAULT);
    g_settings_bind(self->settings, "hatching", self->class_list, "hatching", G_SETTINGS_BIND_GET);
    g_settings_bind(self->settings, "hidden-classes", self->class_list, "hidden-classes",
                    G_SETTINGS_BIND_DEFAULT);
    g_settings_bind_with_mapping(self->settings, "palette", self->class_list, "palette",
                                 G_SETTINGS_BIND_GET, palette_from_setting, NULL, NULL, NULL);
    g_object_set(self->canvas, "layer", g_settings_get_enum(self->settings, "layer"), NULL);
}

/* --- holding Space shows the picture without colours --- */

static gboolean press_key(VoloWindow *self, guint key, guint code, GdkModifierType modifiers)
{
    (void)code;
    if (key != GDK_KEY_space || (modifiers & gtk_accelerator_get_default_mod_mask()))
        return GDK_EVENT_PROPAGATE;
    g_object_set(self->canvas, "peeking", TRUE, NULL);
    return GDK_EVENT_STOP;
}

static void stop_peeking(VoloWindow *self)
{
    g_object_set(self->canvas, "peeking", FALSE, NULL);
}

static void release_key(VoloWindow *self, guint key)
{
    if (key == GDK_KEY_space)
        stop_peeking(self);
}

static void follow_keys(VoloWindow *self)
{
    GtkEventController *keys = gtk_event_controller_key_new();

    g_signal_connect_swapped(keys, "key-pressed", G_CALLBACK(press_key), self);
    g_signal_connect_swapped(keys, "key-released", G_CALLBACK(release_key), self);
    gtk_widget_add_controller(GTK_WIDGET(self), keys);
    g_signal_connect(self, "notify::is-active", G_CALLBACK(stop_peeking), NULL);
    volo_actions_bind_keys(GTK_WIDGET(self));
}

/* --- life --- */

static void connect_parts(VoloWindow *self)
{
    GObject *const panels[] = { G_OBJECT(self->class_list), G_OBJECT(self->layer_bar),
                                G_OBJECT(self->compare_bar), G_OBJECT(self->model_menu) };

    for (gsize i = 0; i < G_N_ELEMENTS(panels); i++)
        g_object_set(panels[i], "document", self->document, NULL);
    g_object_set(self->layer_bar, "canvas", self->canvas, NULL);
    g_object_set(self->compare_bar, "canvas", self->canvas, "store", self->models, NULL);
    g_object_set(self->model_menu, "store", self->models, NULL);
    g_object_bind_property(self->document, "model", self->model_menu, "model",
                           G_BINDING_SYNC_CREATE);
    g_object_bind_property(self->document, "second-model", self->model_menu, "second-model",
                           G_BINDING_SYNC_CREATE);
    g_signal_connect_object(self->model_menu, "chosen", G_CALLBACK(gtk_menu_button_popdown),
                            self->model_button, G_CONNECT_SWAPPED);
    volo_filmstrip_set_folder(self->filmstrip, self->folder);
    gtk_widget_set_visible(GTK_WIDGET(self->sample_button), volo_shipped_picture() != NULL);
}

VoloWindow *volo_window_new(VoloApplication *application)
{
    VoloWindow *self = g_object_new(VOLO_TYPE_WINDOW, "application", application, NULL);

    self->settings = g_object_ref(volo_application_settings(application));
    self->models = g_object_ref(volo_application_models(application));
    self->document = volo_document_new(volo_application_worker(application));
    self->folder = volo_folder_new();
    keep_settings(self);
    connect_parts(self);
    volo_window_add_actions(self);
    volo_window_follow(self);
    volo_window_follow_folder(self);
    volo_window_follow_recent(self);
    volo_window_accept_drops(self);
    follow_keys(self);
    volo_accessible_finish(GTK_WIDGET(self));
    volo_document_set_model(self->document, volo_model_store_default(self->models));
    return self;
}

static void volo_window_dispose(GObject *object)
{
    VoloWindow *self = VOLO_WINDOW(object);

    if (self->opening)
        g_cancellable_cancel(self->opening);
    if (self->exporting)
        g_cancellable_cancel(self->exporting);
    if (self->document)
        volo_document_close(self->document);
    g_clear_handle_id(&self->bars_timer, g_source_remove);
    g_clear_handle_id(&self->toast_timer, g_source_remove);
    gtk_widget_dispose_template(GTK_WIDGET(object), VOLO_TYPE_WINDOW);
    g_clear_object(&self->opening);
    g_clear_pointer(&self->export_kinds, g_ptr_array_unref);
    g_clear_object(&self->labels);
    g_clear_object(&self->remembered);
    g_clear_object(&self->document);
    g_clear_object(&self->folder);
    g_clear_object(&self->models);
    g_clear_object(&self->settings);
    G_OBJECT_CLASS(volo_window_parent_class)->dispose(object);
}

#define CHILD(name) gtk_widget_class_bind_template_child(widget_class, VoloWindow, name)

static void volo_window_class_init(VoloWindowClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);
    const GType parts[] = { VOLO_TYPE_BAR_BOX,     VOLO_TYPE_CANVAS,     VOLO_TYPE_CLASS_LIST,
                            VOLO_TYPE_COMPARE_BAR, VOLO_TYPE_EXPORT_BAR, VOLO_TYPE_FILMSTRIP,
                            VOLO_TYPE_HOVER_BAR,   VOLO_TYPE_LAYER_BAR,  VOLO_TYPE_MESSAGE_BAR,
                            VOLO_TYPE_MODEL_MENU };

    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
        g_type_ensure(parts[i]);
    G_OBJECT_CLASS(class)->dispose = volo_window_dispose;
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/io/github/volo_suite/Viewer/ui/window.ui");
    CHILD(toast);
    CHILD(toast_label);
    CHILD(header);
    CHILD(title);
    CHILD(places);
    CHILD(model_button);
    CHILD(menu_button);
    CHILD(legend_button);
    CHILD(model_menu);
    CHILD(recent_menu);
    CHILD(sample_button);
    CHILD(message_bar);
    CHILD(export_bar);
    CHILD(legend);
    CHILD(place);
    CHILD(pages);
    CHILD(failed_page);
    CHILD(canvas);
    CHILD(bars);
    CHILD(layer_bar);
    CHILD(compare_bar);
    CHILD(hover_bar);
    CHILD(busy);
    CHILD(busy_label);
    CHILD(loading_spinner);
    CHILD(progress);
    CHILD(class_list);
    CHILD(strip);
    CHILD(filmstrip);
}

#undef CHILD

static void volo_window_init(VoloWindow *self)
{
    self->export_kinds = g_ptr_array_new();
    gtk_widget_init_template(GTK_WIDGET(self));
}

enum {
    TOAST_S = 5, /* how long it is there to be read */
};

static gboolean hide_toast(gpointer user)
{
    VoloWindow *self = user;

    self->toast_timer = 0;
    gtk_revealer_set_reveal_child(self->toast, FALSE);
    return G_SOURCE_REMOVE;
}

/* Not AdwToastOverlay: that of libadwaita 1.2 now and then frees an animation that is still ending.
 */
void volo_window_toast(VoloWindow *self, const char *text)
{
    gtk_label_set_label(self->toast_label, text);
    gtk_revealer_set_reveal_child(self->toast, TRUE);
    g_clear_handle_id(&self->toast_timer, g_source_remove);
    self->toast_timer = g_timeout_add_seconds(TOAST_S, hide_toast, self);
}

const char *volo_window_told(VoloWindow *self)
{
    return gtk_revealer_get_reveal_child(self->toast) ? gtk_label_get_label(self->toast_label)
                                                      : NULL;
}

VoloDocument *volo_window_document(VoloWindow *self)
{
    return self->document;
}

VoloCanvas *volo_window_canvas(VoloWindow *self)
{
    return self->canvas;
}

VoloFolder *volo_window_folder(VoloWindow *self)
{
    return self->folder;
}

GSettings *volo_window_settings(VoloWindow *self)
{
    return self->settings;
}
