/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of the table of actions, and the window that lists them. */
#include "app/viewer/accessible.h"
#include "app/viewer/actions.h"

#include <glib/gi18n.h>

#include <string.h>

void volo_actions_bind_keys(GtkWidget *window)
{
    GtkEventController *controller = gtk_shortcut_controller_new();

    for (gsize i = 0; i < volo_action_row_count; i++) {
        const VoloActionRow *row = &volo_action_rows[i];
        g_autofree char *name = NULL;
        g_autoptr(GVariant) target = NULL;

        if (!row->action || !row->keys ||
            !g_action_parse_detailed_name(row->action, &name, &target, NULL))
            continue;
        GtkShortcut *shortcut = gtk_shortcut_new(gtk_shortcut_trigger_parse_string(row->keys),
                                                 gtk_named_action_new(name));
        gtk_shortcut_set_arguments(shortcut, target);
        gtk_shortcut_controller_add_shortcut(GTK_SHORTCUT_CONTROLLER(controller), shortcut);
    }
    gtk_widget_add_controller(window, controller);
}

/* --- the window, in the only words that GtkShortcutsWindow takes: those of GtkBuilder --- */

/* With two of its keys at most: the others are for other keyboards. */
static void add_shortcut(GString *ui, const VoloActionRow *row)
{
    g_autofree char *title = g_markup_escape_text(_(row->title), -1);
    const gsize first = strcspn(row->keys, "|");
    const gsize two = row->keys[first] ? first + 1 + strcspn(row->keys + first + 1, "|") : first;
    g_autofree char *keys = g_markup_escape_text(row->keys, (gssize)two);

    g_string_append_printf(ui,
                           "<child><object class='GtkShortcutsShortcut'>"
                           "<property name='title'>%s</property>"
                           "<property name='accelerator'>%s</property></object></child>",
                           title, g_strdelimit(keys, "|", ' '));
}

static void open_group(GString *ui, const char *name)
{
    g_autofree char *title = g_markup_escape_text(g_dpgettext2(NULL, "shortcuts", name), -1);

    g_string_append_printf(
        ui, "<child><object class='GtkShortcutsGroup'><property name='title'>%s</property>", title);
}

static char *describe_shortcuts(void)
{
    GString *ui = g_string_new("<interface><object class='GtkShortcutsWindow' id='shortcuts'>"
                               "<property name='modal'>1</property><child>"
                               "<object class='GtkShortcutsSection'>"
                               "<property name='section-name'>all</property>"
                               /* One page: the switch between pages has a label that GTK 4.8
                                * measures below nothing, with a warning. */
                               "<property name='max-height'>32</property>");
    const char *group = NULL;

    for (gsize i = 0; i < volo_action_row_count; i++) {
        const VoloActionRow *row = &volo_action_rows[i];

        if (!row->keys || !row->title)
            continue;
        if (!group || strcmp(group, row->group) != 0) {
            g_string_append(ui, group ? "</object></child>" : "");
            open_group(ui, row->group);
            group = row->group;
        }
        add_shortcut(ui, row);
    }
    g_string_append(ui, "</object></child></object></child></object></interface>");
    return g_string_free(ui, FALSE);
}

GtkWidget *volo_shortcuts_window_new(void)
{
    g_autofree char *ui = describe_shortcuts();
    g_autoptr(GtkBuilder) builder = gtk_builder_new_from_string(ui, -1);

    GtkWidget *window = GTK_WIDGET(gtk_builder_get_object(builder, "shortcuts"));

    gtk_window_set_title(GTK_WINDOW(window), _("Keyboard shortcuts"));
    volo_accessible_name_first(window, GTK_TYPE_TOGGLE_BUTTON, _("Search shortcuts"));
    volo_accessible_finish(window);
    return window;
}
