/* SPDX-License-Identifier: Apache-2.0 */
/* A model in the menu: what state it is in is an icon and a text. */
#include "app/viewer/model_row.h"

#include "app/viewer/figure_text.h"
#include "app/viewer/panel_style.h"

#include <glib/gi18n-lib.h>

struct _VoloModelRow {
    GtkListBoxRow parent;
    VoloModelEntry *entry;
    gboolean is_first;
    gboolean following; /* roles that were set from outside */
    GtkWidget *state, *spinner, *title, *subtitle, *second, *about;
};

G_DEFINE_FINAL_TYPE(VoloModelRow, volo_model_row, GTK_TYPE_LIST_BOX_ROW)

enum {
    SECOND,
    ABOUT,
    SIGNALS
};
static guint signals[SIGNALS];

static const char *page_of(VoloModelRow *self, VoloModelState state)
{
    if (state == VOLO_MODEL_OPENING)
        return "opening";
    if (state == VOLO_MODEL_FAILED)
        return "failed";
    return self->is_first ? "current" : "closed";
}

static const char *text_of(VoloModelRow *self, VoloModelState state)
{
    const char *text = volo_model_entry_subtitle(self->entry);

    if (state == VOLO_MODEL_FAILED && volo_model_entry_message(self->entry))
        return volo_model_entry_message(self->entry);
    if (state == VOLO_MODEL_OPENING)
        return _("Opening…");
    return text ? text : "";
}

static void update(VoloModelRow *self)
{
    const VoloModelState state = volo_model_entry_state(self->entry);
    g_autofree char *title = volo_shown_text(volo_model_entry_title(self->entry));
    g_autofree char *text = volo_shown_text(text_of(self, state));
    g_autofree char *path = volo_shown_text(volo_model_entry_path(self->entry));
    g_autofree char *spoken =
        g_strdup_printf(self->is_first ? _("%s, in use, %s") : "%s, %s", title, text);

    gtk_stack_set_visible_child_name(GTK_STACK(self->state), page_of(self, state));
    gtk_spinner_set_spinning(GTK_SPINNER(self->spinner), state == VOLO_MODEL_OPENING);
    gtk_label_set_text(GTK_LABEL(self->title), title);
    gtk_label_set_text(GTK_LABEL(self->subtitle), text);
    gtk_widget_set_visible(self->subtitle, *text != '\0');
    gtk_widget_set_tooltip_text(GTK_WIDGET(self), path);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static void on_second(VoloModelRow *self)
{
    if (!self->following)
        g_signal_emit(self, signals[SECOND], 0,
                      gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(self->second)));
}

static void on_about(VoloModelRow *self)
{
    g_signal_emit(self, signals[ABOUT], 0);
}

static void volo_model_row_dispose(GObject *object)
{
    VoloModelRow *self = VOLO_MODEL_ROW(object);

    gtk_widget_dispose_template(GTK_WIDGET(self), VOLO_TYPE_MODEL_ROW);
    g_clear_object(&self->entry);
    G_OBJECT_CLASS(volo_model_row_parent_class)->dispose(object);
}

static void volo_model_row_class_init(VoloModelRowClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    volo_panel_style_load();
    G_OBJECT_CLASS(class)->dispose = volo_model_row_dispose;
    signals[SECOND] = g_signal_new("second", VOLO_TYPE_MODEL_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
    signals[ABOUT] = g_signal_new("about", VOLO_TYPE_MODEL_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);
    gtk_widget_class_set_template_from_resource(widget_class, VOLO_RESOURCES "/ui/model_row.ui");
    gtk_widget_class_bind_template_child(widget_class, VoloModelRow, state);
    gtk_widget_class_bind_template_child(widget_class, VoloModelRow, spinner);
    gtk_widget_class_bind_template_child(widget_class, VoloModelRow, title);
    gtk_widget_class_bind_template_child(widget_class, VoloModelRow, subtitle);
    gtk_widget_class_bind_template_child(widget_class, VoloModelRow, second);
    gtk_widget_class_bind_template_child(widget_class, VoloModelRow, about);
    gtk_widget_class_bind_template_callback(widget_class, on_second);
    gtk_widget_class_bind_template_callback(widget_class, on_about);
}

static void volo_model_row_init(VoloModelRow *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->second), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Compare with this model"), -1);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->about), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("About this model"), -1);
}

GtkWidget *volo_model_row_new(VoloModelEntry *entry)
{
    VoloModelRow *self = g_object_new(VOLO_TYPE_MODEL_ROW, NULL);

    self->entry = g_object_ref(entry);
    g_signal_connect_object(entry, "notify", G_CALLBACK(update), self, G_CONNECT_SWAPPED);
    update(self);
    return GTK_WIDGET(self);
}

VoloModelEntry *volo_model_row_entry(VoloModelRow *self)
{
    return self->entry;
}

void volo_model_row_set_roles(VoloModelRow *self, gboolean first, gboolean second)
{
    self->is_first = first;
    self->following = TRUE;
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(self->second), second);
    self->following = FALSE;
    gtk_widget_set_sensitive(self->second, !first || second);
    update(self);
}
