/* SPDX-License-Identifier: Apache-2.0 */
/* MessageBar: see the header. */
#include "app/viewer/message_bar.h"

struct _VoloMessageBar {
    GtkWidget parent;
    GtkRevealer *revealer;
    GtkLabel *message, *advice;
};

G_DEFINE_FINAL_TYPE(VoloMessageBar, volo_message_bar, GTK_TYPE_WIDGET)

void volo_message_bar_show(VoloMessageBar *self, const char *message, const char *advice)
{
    gtk_label_set_label(self->message, message);
    gtk_label_set_label(self->advice, advice ? advice : "");
    gtk_widget_set_visible(GTK_WIDGET(self->advice), advice && *advice);
    gtk_accessible_update_property(GTK_ACCESSIBLE(gtk_revealer_get_child(self->revealer)),
                                   GTK_ACCESSIBLE_PROPERTY_LABEL, message, -1);
    gtk_revealer_set_reveal_child(self->revealer, TRUE);
}

void volo_message_bar_hide(VoloMessageBar *self)
{
    gtk_revealer_set_reveal_child(self->revealer, FALSE);
}

gboolean volo_message_bar_is_shown(VoloMessageBar *self)
{
    return gtk_revealer_get_reveal_child(self->revealer);
}

static void hide(GtkWidget *widget, const char *action, GVariant *parameter)
{
    (void)action;
    (void)parameter;
    volo_message_bar_hide(VOLO_MESSAGE_BAR(widget));
}

static void volo_message_bar_dispose(GObject *object)
{
    gtk_widget_dispose_template(GTK_WIDGET(object), VOLO_TYPE_MESSAGE_BAR);
    G_OBJECT_CLASS(volo_message_bar_parent_class)->dispose(object);
}

static void volo_message_bar_class_init(VoloMessageBarClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = volo_message_bar_dispose;
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/io/github/volo_suite/Viewer/ui/message_bar.ui");
    gtk_widget_class_bind_template_child(widget_class, VoloMessageBar, revealer);
    gtk_widget_class_bind_template_child(widget_class, VoloMessageBar, message);
    gtk_widget_class_bind_template_child(widget_class, VoloMessageBar, advice);
    gtk_widget_class_install_action(widget_class, "message-bar.hide", NULL, hide);
}

static void volo_message_bar_init(VoloMessageBar *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
}
