/* SPDX-License-Identifier: Apache-2.0 */
/* The page of a model. Opening it and the sum over its file are work for threads; the window may be
 * gone before they are done, so that they know of it by a weak reference. */
#include "app/viewer/model_page.h"

#include "app/viewer/accessible.h"
#include "app/viewer/figure_text.h"
#include "app/viewer/model_facts.h"
#include "app/viewer/panel_style.h"
#include "app/viewer/swatch.h"

#include <glib/gi18n-lib.h>

enum {
    CLASS_COLUMNS = 3
};

struct _VoloModelPage {
    AdwWindow parent;
    VoloModelEntry *entry;
    GCancellable *cancellable;
    char *sum;
    GtkWidget *heading, *pages, *spinner, *failure, *facts;
    GtkWidget *sum_label, *copy; /* made with the facts */
};

G_DEFINE_FINAL_TYPE(VoloModelPage, volo_model_page, ADW_TYPE_WINDOW)

static GWeakRef *weak_ref_to(VoloModelPage *self)
{
    GWeakRef *weak = g_new0(GWeakRef, 1);

    g_weak_ref_init(weak, self);
    return weak;
}

/* Frees it; a reference, or NULL when the window is gone. */
static VoloModelPage *take_weak_ref(gpointer weak)
{
    VoloModelPage *self = g_weak_ref_get(weak);

    g_weak_ref_clear(weak);
    g_free(weak);
    return self;
}

/* --- rows --- */

static GtkWidget *value_label(const char *value)
{
    GtkWidget *label = gtk_label_new(value);

    gtk_label_set_selectable(GTK_LABEL(label), TRUE);
    gtk_label_set_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
    gtk_label_set_natural_wrap_mode(GTK_LABEL(label), GTK_NATURAL_WRAP_NONE);
    gtk_label_set_xalign(GTK_LABEL(label), 1);
    gtk_label_set_justify(GTK_LABEL(label), GTK_JUSTIFY_RIGHT);
    gtk_widget_add_css_class(label, "dim-label");
    gtk_widget_add_css_class(label, "numeric");
    return label;
}

static GtkWidget *fact_row(const char *title, GtkWidget *value)
{
    GtkWidget *row = adw_action_row_new();

    adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), title);
    adw_action_row_set_title_lines(ADW_ACTION_ROW(row), 1);
    gtk_widget_add_css_class(row, "fact");
    gtk_accessible_update_property(GTK_ACCESSIBLE(value), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                   title, -1);
    adw_action_row_add_suffix(ADW_ACTION_ROW(row), value);
    return row;
}

static AdwPreferencesGroup *add_group(VoloModelPage *self, const char *title)
{
    GtkWidget *group = adw_preferences_group_new();

    adw_preferences_group_set_title(ADW_PREFERENCES_GROUP(group), title);
    adw_preferences_page_add(ADW_PREFERENCES_PAGE(self->facts), ADW_PREFERENCES_GROUP(group));
    return ADW_PREFERENCES_GROUP(group);
}

static void add_facts(AdwPreferencesGroup *widget, const GPtrArray *facts, VoloFactGroup group)
{
    for (guint i = 0; i < facts->len; i++) {
        const VoloFact *fact = g_ptr_array_index(facts, i);

        if (fact->group == group)
            adw_preferences_group_add(widget, fact_row(fact->title, value_label(fact->value)));
    }
}

/* --- classes and notes --- */

static GtkWidget *class_chip(const VoloClass *class)
{
    GtkWidget *chip = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
    GtkWidget *swatch = volo_swatch_new();
    g_autofree char *name = volo_shown_text(class->name);
    g_autofree char *hint = g_strdup_printf(_("%s (id %d)"), name, class->id);
    GtkWidget *label = gtk_label_new(name);

    volo_swatch_set(VOLO_SWATCH(swatch), class->colour, 0, FALSE);
    gtk_widget_set_valign(swatch, GTK_ALIGN_CENTER);
    gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_widget_set_tooltip_text(chip, hint);
    gtk_box_append(GTK_BOX(chip), swatch);
    gtk_box_append(GTK_BOX(chip), label);
    return chip;
}

static void add_classes(VoloModelPage *self, const VoloClassTable *classes)
{
    const size_t count = classes ? volo_class_table_count(classes) : 0;
    AdwPreferencesGroup *group = NULL;
    GtkWidget *grid = gtk_grid_new();
    /* Down the columns, as one reads a list. */
    const size_t rows = (count + CLASS_COLUMNS - 1) / CLASS_COLUMNS;

    gtk_grid_set_column_homogeneous(GTK_GRID(grid), TRUE);
    gtk_widget_add_css_class(grid, "card");
    gtk_widget_add_css_class(grid, "chips");
    for (size_t i = 0; i < count; i++)
        gtk_grid_attach(GTK_GRID(grid), class_chip(volo_class_table_get(classes, i)),
                        (int)(i / rows), (int)(i % rows), 1, 1);
    group = add_group(self, _("Classes"));
    gtk_widget_set_visible(GTK_WIDGET(group), count > 0);
    adw_preferences_group_add(group, grid);
}

static void add_notes(VoloModelPage *self, const VoloModel *model)
{
    AdwPreferencesGroup *group = NULL;
    const char *note = NULL;

    for (size_t i = 0; (note = volo_model_note(model, i)); i++) {
        GtkWidget *row = adw_action_row_new();
        g_autofree char *text = volo_shown_text(note);

        if (!group)
            group = add_group(self, _("Notes"));
        adw_preferences_row_set_use_markup(ADW_PREFERENCES_ROW(row), FALSE);
        adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), text);
        adw_action_row_set_title_lines(ADW_ACTION_ROW(row), 0);
        adw_preferences_group_add(group, row);
    }
}

/* --- the sum over the file --- */

static void compute_sum(GTask *task, gpointer source, gpointer path, GCancellable *cancellable)
{
    char hex[65];
    VoloError err;

    (void)source, (void)cancellable;
    if (volo_file_sha256(path, hex, &err) == VOLO_OK)
        g_task_return_pointer(task, g_strdup(hex), g_free);
    else
        g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_FAILED, "%s", err.message);
}

static void show_sum(GObject *source, GAsyncResult *result, gpointer weak)
{
    g_autoptr(VoloModelPage) self = take_weak_ref(weak);
    g_autoptr(GError) error = NULL;
    g_autofree char *sum = g_task_propagate_pointer(G_TASK(result), &error);
    g_autofree char *text = volo_shown_text(sum ? sum : error->message);

    (void)source;
    if (!self || !self->sum_label)
        return;
    gtk_label_set_text(GTK_LABEL(self->sum_label), text);
    gtk_widget_set_sensitive(self->copy, sum != NULL);
    self->sum = g_steal_pointer(&sum);
}

static void start_sum(VoloModelPage *self, const char *path)
{
    GTask *task = g_task_new(NULL, self->cancellable, show_sum, weak_ref_to(self));

    g_task_set_task_data(task, g_strdup(path), g_free);
    g_task_run_in_thread(task, compute_sum);
    g_object_unref(task);
}

static void on_copy(VoloModelPage *self)
{
    if (self->sum)
        gdk_clipboard_set_text(gtk_widget_get_clipboard(GTK_WIDGET(self)), self->sum);
}

static void add_sum(VoloModelPage *self, AdwPreferencesGroup *group)
{
    GtkWidget *row = NULL;

    self->sum_label = value_label(_("Computing…"));
    gtk_widget_add_css_class(self->sum_label, "sum");
    self->copy = gtk_button_new_from_icon_name("edit-copy-symbolic");
    gtk_widget_set_tooltip_text(self->copy, _("Copy the Sum"));
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->copy), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Copy the SHA-256 sum"), -1);
    gtk_widget_set_valign(self->copy, GTK_ALIGN_CENTER);
    gtk_widget_set_sensitive(self->copy, FALSE);
    gtk_widget_add_css_class(self->copy, "flat");
    g_signal_connect_object(self->copy, "clicked", G_CALLBACK(on_copy), self, G_CONNECT_SWAPPED);
    row = fact_row(_("SHA-256"), self->sum_label);
    adw_action_row_add_suffix(ADW_ACTION_ROW(row), self->copy);
    adw_preferences_group_add(group, row);
}

/* --- opening --- */

static void show_model(VoloModelPage *self, const VoloModel *model)
{
    g_autoptr(GPtrArray) facts = volo_model_facts(model);

    for (VoloFactGroup i = 0; i < VOLO_FACT_GROUPS; i++) {
        AdwPreferencesGroup *group = add_group(self, volo_fact_group_title(i));

        add_facts(group, facts, i);
        if (i == VOLO_FACTS_FILE)
            add_sum(self, group);
        if (i == VOLO_FACTS_MODEL)
            add_classes(self, volo_model_classes(model));
    }
    add_notes(self, model);
    gtk_spinner_stop(GTK_SPINNER(self->spinner));
    gtk_stack_set_visible_child_name(GTK_STACK(self->pages), "facts");
    start_sum(self, volo_model_info(model)->weights_path);
}

static void show_failure(VoloModelPage *self, const char *message)
{
    g_autofree char *text = volo_shown_text(message);
    g_autofree char *markup = g_markup_escape_text(text, -1);

    gtk_spinner_stop(GTK_SPINNER(self->spinner));
    adw_status_page_set_description(ADW_STATUS_PAGE(self->failure), markup);
    gtk_stack_set_visible_child_name(GTK_STACK(self->pages), "failed");
}

static void on_opened(GObject *entry, GAsyncResult *result, gpointer weak)
{
    g_autoptr(VoloModelPage) self = take_weak_ref(weak);
    g_autoptr(GError) error = NULL;
    const gboolean open = volo_model_entry_open_finish(VOLO_MODEL_ENTRY(entry), result, &error);

    if (!self || !self->entry || g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
    if (open && volo_model_entry_model(self->entry))
        show_model(self, volo_model_entry_model(self->entry));
    else
        show_failure(self, error ? error->message : volo_model_entry_message(self->entry));
}

/* --- the object --- */

static void volo_model_page_dispose(GObject *object)
{
    VoloModelPage *self = VOLO_MODEL_PAGE(object);

    g_cancellable_cancel(self->cancellable);
    self->sum_label = self->copy = NULL;
    gtk_widget_dispose_template(GTK_WIDGET(self), VOLO_TYPE_MODEL_PAGE);
    g_clear_object(&self->entry);
    G_OBJECT_CLASS(volo_model_page_parent_class)->dispose(object);
}

static void volo_model_page_finalize(GObject *object)
{
    VoloModelPage *self = VOLO_MODEL_PAGE(object);

    g_clear_object(&self->cancellable);
    g_free(self->sum);
    G_OBJECT_CLASS(volo_model_page_parent_class)->finalize(object);
}

static void volo_model_page_class_init(VoloModelPageClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    volo_panel_style_load();
    G_OBJECT_CLASS(class)->dispose = volo_model_page_dispose;
    G_OBJECT_CLASS(class)->finalize = volo_model_page_finalize;
    gtk_widget_class_set_template_from_resource(widget_class, VOLO_RESOURCES "/ui/model_page.ui");
    gtk_widget_class_bind_template_child(widget_class, VoloModelPage, heading);
    gtk_widget_class_bind_template_child(widget_class, VoloModelPage, pages);
    gtk_widget_class_bind_template_child(widget_class, VoloModelPage, spinner);
    gtk_widget_class_bind_template_child(widget_class, VoloModelPage, failure);
    gtk_widget_class_bind_template_child(widget_class, VoloModelPage, facts);
}

static void volo_model_page_init(VoloModelPage *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    gtk_widget_add_css_class(GTK_WIDGET(self), "modelpage");
    self->cancellable = g_cancellable_new();
}

VoloModelPage *volo_model_page_new(VoloModelEntry *entry)
{
    VoloModelPage *self = g_object_new(VOLO_TYPE_MODEL_PAGE, NULL);
    g_autofree char *title = volo_shown_text(volo_model_entry_title(entry));

    self->entry = g_object_ref(entry);
    adw_window_title_set_title(ADW_WINDOW_TITLE(self->heading), title);
    gtk_spinner_start(GTK_SPINNER(self->spinner));
    volo_accessible_finish(GTK_WIDGET(self));
    volo_model_entry_open_async(entry, self->cancellable, on_opened, weak_ref_to(self));
    return self;
}
