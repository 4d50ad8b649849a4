/* SPDX-License-Identifier: Apache-2.0 */
/* What screen readers are told beyond GTK's own words: see the header. */
#include "app/viewer/accessible.h"

/* --- what is not shown --- */

static void set_hidden(GtkWidget *widget, gboolean hidden)
{
    gtk_accessible_update_state(GTK_ACCESSIBLE(widget), GTK_ACCESSIBLE_STATE_HIDDEN, hidden, -1);
}

static void follow_revealer(GtkRevealer *revealer)
{
    const gboolean shown =
        gtk_revealer_get_reveal_child(revealer) || gtk_revealer_get_child_revealed(revealer);
    GtkWidget *child = gtk_revealer_get_child(revealer);

    if (child)
        set_hidden(child, !shown);
}

static void follow_stack(GtkStack *stack)
{
    GtkWidget *shown = gtk_stack_get_visible_child(stack);

    for (GtkWidget *child = gtk_widget_get_first_child(GTK_WIDGET(stack)); child;
         child = gtk_widget_get_next_sibling(child))
        set_hidden(child, child != shown);
}

/* --- buttons --- */

/* GTK names a button by its text with the underscore, and by the label in it without. */
static void name_by_label(GtkWidget *button)
{
    if (gtk_button_get_label(GTK_BUTTON(button)) &&
        gtk_button_get_use_underline(GTK_BUTTON(button)))
        gtk_accessible_reset_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL);
}

void volo_accessible_finish(GtkWidget *below)
{
    if (GTK_IS_REVEALER(below)) {
        g_signal_connect(below, "notify::reveal-child", G_CALLBACK(follow_revealer), NULL);
        g_signal_connect(below, "notify::child-revealed", G_CALLBACK(follow_revealer), NULL);
        follow_revealer(GTK_REVEALER(below));
    } else if (GTK_IS_STACK(below)) {
        g_signal_connect(below, "notify::visible-child", G_CALLBACK(follow_stack), NULL);
        follow_stack(GTK_STACK(below));
    } else if (GTK_IS_BUTTON(below)) {
        name_by_label(below);
    }
    for (GtkWidget *child = gtk_widget_get_first_child(below); child;
         child = gtk_widget_get_next_sibling(child))
        volo_accessible_finish(child);
}

static void follow_choice(GtkToggleButton *button)
{
    gtk_accessible_update_state(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_STATE_CHECKED,
                                gtk_toggle_button_get_active(button)
                                    ? GTK_ACCESSIBLE_TRISTATE_TRUE
                                    : GTK_ACCESSIBLE_TRISTATE_FALSE,
                                -1);
}

GtkWidget *volo_choice_button_new(const char *icon, const char *title, const char *hint,
                                  GtkWidget *group)
{
    GtkWidget *button = g_object_new(GTK_TYPE_TOGGLE_BUTTON, "icon-name", icon, "tooltip-text",
                                     hint, "accessible-role", GTK_ACCESSIBLE_ROLE_RADIO, NULL);

    gtk_widget_add_css_class(button, "flat");
    gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                   -1);
    if (group)
        gtk_toggle_button_set_group(GTK_TOGGLE_BUTTON(button), GTK_TOGGLE_BUTTON(group));
    g_signal_connect(button, "toggled", G_CALLBACK(follow_choice), NULL);
    follow_choice(GTK_TOGGLE_BUTTON(button));
    return button;
}

/* --- names --- */

static GtkWidget *find_first(GtkWidget *below, GType type)
{
    GtkWidget *found = NULL;

    if (G_TYPE_CHECK_INSTANCE_TYPE(below, type))
        return below;
    for (GtkWidget *child = gtk_widget_get_first_child(below); child && !found;
         child = gtk_widget_get_next_sibling(child))
        if (gtk_widget_get_visible(child))
            found = find_first(child, type);
    return found;
}

static void set_name(GtkWidget *widget, const char *name)
{
    if (widget)
        gtk_accessible_update_property(GTK_ACCESSIBLE(widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                       -1);
}

void volo_accessible_name_first(GtkWidget *below, GType type, const char *name)
{
    set_name(find_first(below, type), name);
}

void volo_accessible_name_row(GtkWidget *inside, const char *name)
{
    set_name(gtk_widget_get_parent(inside), name);
}
