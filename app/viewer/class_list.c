/* SPDX-License-Identifier: Apache-2.0 */
/* The legend's widget over VoloClassRows: search, order, clicks, keys, totals. */
#include "app/viewer/class_list.h"

#include "app/viewer/class_item.h"
#include "app/viewer/class_row.h"
#include "app/viewer/class_rows.h"
#include "app/viewer/figure_text.h"
#include "app/viewer/list_calm.h"
#include "app/viewer/panel_style.h"
#include "app/viewer/share_bar.h"

#include <glib/gi18n-lib.h>

#include <math.h>

typedef enum Sorting {
    SORT_BY_SHARE,
    SORT_BY_IOU,
    SORT_BY_NAME,
    SORTINGS,
} Sorting;

struct _VoloClassList {
    GtkWidget parent;
    VoloDocument *document;
    GSignalGroup *signals; /* of the document */
    VoloClassRows *rows;
    int palette, sorting;
    gboolean hatching, absent_shown;
    gboolean look_is_new; /* and nobody has been told */
    char *search_text;    /* folded */
    GtkSorter *sorter;
    GtkFilter *filter;
    GtkFilterListModel *filtered;
    GtkWidget *header, *search, *menu_button, *totals, *count, *scores, *captions, *iou_caption;
    GtkWidget *pages, *view, *nothing;
    VoloShareBar *share_bar;
};

G_DEFINE_FINAL_TYPE(VoloClassList, volo_class_list, GTK_TYPE_WIDGET)

enum {
    PROP_DOCUMENT = 1,
    PROP_PALETTE,
    PROP_HATCHING,
    PROP_ABSENT_SHOWN,
    PROP_SORTING,
    PROP_HIDDEN_CLASSES,
    PROPS
};
static GParamSpec *properties[PROPS];
static guint look_changed_signal;

/* --- order and filter --- */

static int compare_numbers(double a, double b)
{
    return a < b ? 1 : a > b ? -1 : 0;
}

static int compare_names(VoloClassItem *a, VoloClassItem *b)
{
    return g_utf8_collate(volo_class_item_name(a), volo_class_item_name(b));
}

/* Classes without an IoU come last. */
static int compare_iou(const VoloClassFigures *a, const VoloClassFigures *b)
{
    if (isnan(a->iou) || isnan(b->iou))
        return isnan(a->iou) - isnan(b->iou);
    return -compare_numbers(a->iou, b->iou);
}

static int compare_items(gconstpointer first, gconstpointer second, gpointer user)
{
    const VoloClassList *self = user;
    VoloClassItem *a = VOLO_CLASS_ITEM((gpointer)first), *b = VOLO_CLASS_ITEM((gpointer)second);
    const VoloClassFigures *fa = volo_class_item_figures(a), *fb = volo_class_item_figures(b);
    int order = 0;

    if (self->sorting == SORT_BY_NAME)
        order = compare_names(a, b);
    else if (self->sorting == SORT_BY_IOU)
        order = compare_iou(fa, fb);
    for (int i = 0; i < 2 && !order; i++)
        order = compare_numbers(fa->share[i], fb->share[i]);
    return order ? order : compare_names(a, b);
}

static gboolean is_wanted(gpointer object, gpointer user)
{
    const VoloClassList *self = user;
    VoloClassItem *item = object;

    return (self->absent_shown || volo_class_item_is_present(item)) &&
           (!self->search_text || volo_class_item_matches(item, self->search_text));
}

/* --- texts --- */

static void show_count(VoloClassList *self)
{
    const guint all = g_list_model_get_n_items(volo_class_rows_items(self->rows));
    const guint present = volo_class_rows_present(self->rows);
    g_autofree char *text = NULL;

    if (present)
        text = g_strdup_printf(ngettext("%u of %u class", "%u of %u classes", all), present, all);
    gtk_label_set_text(GTK_LABEL(self->count), text ? text : "");
}

static void show_scores(VoloClassList *self, VoloComparison *comparison)
{
    g_autofree char *text = NULL;

    if (comparison) {
        g_autofree char *mean = volo_ratio_text(volo_comparison_mean_iou(comparison));
        g_autofree char *accuracy = volo_ratio_text(volo_comparison_accuracy(comparison));

        /* Translators: both are percentages. */
        text = g_strdup_printf(_("mIoU %s · accuracy %s"), mean, accuracy);
    }
    gtk_label_set_text(GTK_LABEL(self->scores), text ? text : "");
    gtk_widget_set_visible(self->iou_caption, comparison != NULL);
}

static const char *reason_for_nothing(VoloClassList *self, gboolean pending)
{
    if (g_list_model_get_n_items(volo_class_rows_items(self->rows)))
        return self->search_text ? _("No class has such a name")
                                 : _("None of the classes is in this picture");
    return pending ? _("The picture is being segmented")
                   : _("Classes appear here when a picture has been segmented");
}

static void show_page(VoloClassList *self, gboolean pending)
{
    const gboolean any = g_list_model_get_n_items(G_LIST_MODEL(self->filtered)) > 0;
    const gboolean known = g_list_model_get_n_items(volo_class_rows_items(self->rows)) > 0;

    gtk_label_set_text(GTK_LABEL(self->nothing), reason_for_nothing(self, pending));
    gtk_stack_set_visible_child_name(GTK_STACK(self->pages), any ? "list" : "nothing");
    gtk_widget_set_visible(self->captions, any);
    gtk_widget_set_visible(GTK_WIDGET(self->share_bar), known);
    gtk_widget_set_visible(self->totals, known);
}

/* --- following the document --- */

static VoloClassSources sources_of(VoloDocument *document)
{
    VoloClassSources sources = { 0 };

    if (document) {
        const VoloDocumentState state = volo_document_state(document);

        sources.sides[0] = volo_document_result(document);
        sources.sides[1] = volo_document_reference(document);
        sources.comparison = volo_document_comparison(document);
        sources.pending = state == VOLO_DOCUMENT_LOADING || state == VOLO_DOCUMENT_SEGMENTING;
    }
    return sources;
}

static void announce(VoloClassList *self)
{
    if (!self->look_is_new)
        return;
    self->look_is_new = FALSE;
    g_signal_emit(self, look_changed_signal, 0);
}

/* A list that shows its beginning goes on doing so: by itself it would stay with the row at its
 * top, wherever that one goes. */
static void scroll_to_top(VoloClassList *self)
{
    if (gtk_widget_get_mapped(self->view) && g_list_model_get_n_items(G_LIST_MODEL(self->filtered)))
        gtk_widget_activate_action(self->view, "list.scroll-to-item", "u", 0);
}

/* Rows have new figures: order and filter them anew. */
static void show_rows(VoloClassList *self)
{
    const VoloClassSources sources = sources_of(self->document);
    const gboolean at_top =
        gtk_adjustment_get_value(gtk_scrollable_get_vadjustment(GTK_SCROLLABLE(self->view))) <= 0;

    gtk_sorter_changed(self->sorter, GTK_SORTER_CHANGE_DIFFERENT);
    gtk_filter_changed(self->filter, GTK_FILTER_CHANGE_DIFFERENT);
    show_count(self);
    show_scores(self, sources.comparison);
    show_page(self, sources.pending);
    volo_share_bar_update(self->share_bar);
    if (at_top)
        scroll_to_top(self);
}

/* Several notifications may tell of one change. */
static void refresh(VoloClassList *self)
{
    const VoloClassSources sources = sources_of(self->document);

    if (volo_class_rows_are_of(self->rows, &sources))
        return;
    self->look_is_new |= volo_class_rows_set_sources(self->rows, &sources);
    show_rows(self);
}

static void update(VoloClassList *self)
{
    refresh(self);
    announce(self);
}

/* The rows have changed by a choice, which leaves their order as it is. */
static void chosen(VoloClassList *self, gboolean look_is_new)
{
    self->look_is_new |= look_is_new;
    volo_share_bar_update(self->share_bar);
    g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_HIDDEN_CLASSES]);
    announce(self);
}

const VoloLook *volo_class_list_look(VoloClassList *self, VoloSide side)
{
    refresh(self); /* whoever asks may have heard the news first */
    return volo_class_rows_look(self->rows, side == VOLO_SIDE_SECOND);
}

/* --- choosing --- */

void volo_class_list_toggle(VoloClassList *self, const char *class_name)
{
    chosen(self, volo_class_rows_toggle(self->rows, class_name));
}

void volo_class_list_solo(VoloClassList *self, const char *class_name)
{
    chosen(self, volo_class_rows_solo(self->rows, class_name));
}

void volo_class_list_show_all(VoloClassList *self)
{
    chosen(self, volo_class_rows_show_all(self->rows));
}

void volo_class_list_hide_all(VoloClassList *self)
{
    chosen(self, volo_class_rows_hide_all(self->rows));
}

void volo_class_list_search(VoloClassList *self)
{
    gtk_widget_grab_focus(self->search);
}

static void on_row_toggle(VoloClassRow *row, VoloClassList *self)
{
    volo_class_list_toggle(self, volo_class_item_key(volo_class_row_item(row)));
}

static void on_row_solo(VoloClassRow *row, VoloClassList *self)
{
    volo_class_list_solo(self, volo_class_item_key(volo_class_row_item(row)));
}

static void on_part_toggle(VoloClassList *self, VoloClassItem *item)
{
    volo_class_list_toggle(self, volo_class_item_key(item));
}

/* The row that has the keyboard's focus, or NULL: the focus is with the list's widget around it. */
static VoloClassRow *focused_row(VoloClassList *self)
{
    GtkRoot *root = gtk_widget_get_root(GTK_WIDGET(self));
    GtkWidget *focus = root ? gtk_root_get_focus(root) : NULL;
    GtkWidget *child = NULL;

    if (!focus || !gtk_widget_is_ancestor(focus, self->view))
        return NULL;
    child = gtk_widget_get_first_child(focus);
    return VOLO_IS_CLASS_ROW(child) ? VOLO_CLASS_ROW(child) : NULL;
}

static gboolean on_key(VoloClassList *self, guint key, guint code, GdkModifierType state)
{
    const GdkModifierType held = state & gtk_accelerator_get_default_mod_mask();
    VoloClassRow *row = held ? NULL : focused_row(self);

    (void)code;
    if (!row)
        return GDK_EVENT_PROPAGATE;
    if (key == GDK_KEY_space || key == GDK_KEY_KP_Space)
        on_row_toggle(row, self);
    else if (key == GDK_KEY_Return || key == GDK_KEY_KP_Enter || key == GDK_KEY_ISO_Enter)
        on_row_solo(row, self);
    else
        return GDK_EVENT_PROPAGATE;
    return GDK_EVENT_STOP;
}

static void on_search(VoloClassList *self)
{
    const char *text = gtk_editable_get_text(GTK_EDITABLE(self->search));

    g_clear_pointer(&self->search_text, g_free);
    if (*text)
        self->search_text = g_utf8_casefold(text, -1);
    gtk_filter_changed(self->filter, GTK_FILTER_CHANGE_DIFFERENT);
    show_page(self, sources_of(self->document).pending);
}

static void on_stop_search(VoloClassList *self)
{
    gtk_editable_set_text(GTK_EDITABLE(self->search), "");
    gtk_widget_grab_focus(self->view);
}

/* --- rows --- */

static void on_setup(GtkListItemFactory *factory, GtkListItem *list_item, VoloClassList *self)
{
    GtkWidget *row = volo_class_row_new();

    (void)factory;
    g_signal_connect_object(row, "toggle", G_CALLBACK(on_row_toggle), self, 0);
    g_signal_connect_object(row, "solo", G_CALLBACK(on_row_solo), self, 0);
    gtk_list_item_set_activatable(list_item, FALSE);
    gtk_list_item_set_child(list_item, row);
}

static void on_bind(GtkListItemFactory *factory, GtkListItem *list_item, gpointer user)
{
    (void)factory, (void)user;
    volo_class_row_set_item(VOLO_CLASS_ROW(gtk_list_item_get_child(list_item)),
                            gtk_list_item_get_item(list_item));
}

static void on_unbind(GtkListItemFactory *factory, GtkListItem *list_item, gpointer user)
{
    (void)factory, (void)user;
    volo_class_row_set_item(VOLO_CLASS_ROW(gtk_list_item_get_child(list_item)), NULL);
}

static void set_up_list(VoloClassList *self)
{
    GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
    GListModel *items = g_object_ref(volo_class_rows_items(self->rows));
    GtkSortListModel *sorted = NULL;
    GtkNoSelection *selection = NULL;

    self->sorter = GTK_SORTER(gtk_custom_sorter_new(compare_items, self, NULL));
    self->filter = GTK_FILTER(gtk_custom_filter_new(is_wanted, self, NULL));
    sorted = gtk_sort_list_model_new(items, g_object_ref(self->sorter));
    volo_share_bar_set_items(self->share_bar, G_LIST_MODEL(sorted));
    self->filtered = gtk_filter_list_model_new(G_LIST_MODEL(sorted), g_object_ref(self->filter));
    selection = gtk_no_selection_new(g_object_ref(G_LIST_MODEL(self->filtered)));
    g_signal_connect_object(factory, "setup", G_CALLBACK(on_setup), self, 0);
    g_signal_connect_object(factory, "bind", G_CALLBACK(on_bind), self, 0);
    g_signal_connect_object(factory, "unbind", G_CALLBACK(on_unbind), self, 0);
    gtk_list_view_set_model(GTK_LIST_VIEW(self->view), GTK_SELECTION_MODEL(selection));
    gtk_list_view_set_factory(GTK_LIST_VIEW(self->view), factory);
    volo_list_calm(GTK_LIST_VIEW(self->view));
    g_object_unref(selection);
    g_object_unref(factory);
}

static void set_up_keys(VoloClassList *self)
{
    GtkEventController *keys = gtk_event_controller_key_new();

    gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
    g_signal_connect_swapped(keys, "key-pressed", G_CALLBACK(on_key), self);
    gtk_widget_add_controller(self->view, keys);
}

/* --- the object --- */

static void set_style(VoloClassList *self, int palette, gboolean hatching)
{
    self->palette = palette;
    self->hatching = hatching;
    self->look_is_new |=
        volo_class_rows_set_style(self->rows, (VoloPalette)palette, self->hatching);
    volo_share_bar_update(self->share_bar);
    announce(self);
}

static void set_document(VoloClassList *self, VoloDocument *document)
{
    if (!g_set_object(&self->document, document))
        return;
    g_signal_group_set_target(self->signals, document);
    update(self);
}

static void volo_class_list_get_property(GObject *object, guint id, GValue *value, GParamSpec *spec)
{
    VoloClassList *self = VOLO_CLASS_LIST(object);

    switch (id) {
    case PROP_DOCUMENT:
        g_value_set_object(value, self->document);
        break;
    case PROP_PALETTE:
        g_value_set_int(value, self->palette);
        break;
    case PROP_HATCHING:
        g_value_set_boolean(value, self->hatching);
        break;
    case PROP_ABSENT_SHOWN:
        g_value_set_boolean(value, self->absent_shown);
        break;
    case PROP_SORTING:
        g_value_set_int(value, self->sorting);
        break;
    case PROP_HIDDEN_CLASSES:
        g_value_take_boxed(value, volo_class_rows_dup_hidden(self->rows));
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
    }
}

static void volo_class_list_set_property(GObject *object, guint id, const GValue *value,
                                         GParamSpec *spec)
{
    VoloClassList *self = VOLO_CLASS_LIST(object);

    switch (id) {
    case PROP_DOCUMENT:
        set_document(self, g_value_get_object(value));
        break;
    case PROP_PALETTE:
        set_style(self, g_value_get_int(value), self->hatching);
        break;
    case PROP_HATCHING:
        set_style(self, self->palette, g_value_get_boolean(value));
        break;
    case PROP_ABSENT_SHOWN:
        self->absent_shown = g_value_get_boolean(value);
        show_rows(self);
        break;
    case PROP_SORTING:
        self->sorting = g_value_get_int(value);
        show_rows(self);
        scroll_to_top(self);
        break;
    case PROP_HIDDEN_CLASSES:
        chosen(self, volo_class_rows_set_hidden(self->rows, g_value_get_boxed(value)));
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
    }
}

static void volo_class_list_dispose(GObject *object)
{
    VoloClassList *self = VOLO_CLASS_LIST(object);

    g_clear_object(&self->signals);
    volo_panel_dispose(GTK_WIDGET(self), VOLO_TYPE_CLASS_LIST);
    g_clear_object(&self->document);
    G_OBJECT_CLASS(volo_class_list_parent_class)->dispose(object);
}

static void volo_class_list_finalize(GObject *object)
{
    VoloClassList *self = VOLO_CLASS_LIST(object);

    g_clear_object(&self->filtered);
    g_clear_object(&self->filter);
    g_clear_object(&self->sorter);
    volo_class_rows_free(self->rows);
    g_free(self->search_text);
    G_OBJECT_CLASS(volo_class_list_parent_class)->finalize(object);
}

static void bind_children(GtkWidgetClass *class)
{
    gtk_widget_class_set_template_from_resource(class, VOLO_RESOURCES "/ui/class_list.ui");
    gtk_widget_class_bind_template_child(class, VoloClassList, header);
    gtk_widget_class_bind_template_child(class, VoloClassList, search);
    gtk_widget_class_bind_template_child(class, VoloClassList, menu_button);
    gtk_widget_class_bind_template_child(class, VoloClassList, share_bar);
    gtk_widget_class_bind_template_child(class, VoloClassList, totals);
    gtk_widget_class_bind_template_child(class, VoloClassList, count);
    gtk_widget_class_bind_template_child(class, VoloClassList, scores);
    gtk_widget_class_bind_template_child(class, VoloClassList, captions);
    gtk_widget_class_bind_template_child(class, VoloClassList, iou_caption);
    gtk_widget_class_bind_template_child(class, VoloClassList, pages);
    gtk_widget_class_bind_template_child(class, VoloClassList, view);
    gtk_widget_class_bind_template_child(class, VoloClassList, nothing);
    gtk_widget_class_bind_template_callback(class, on_search);
    gtk_widget_class_bind_template_callback(class, on_stop_search);
}

static void show_all_action(GtkWidget *widget, const char *name, GVariant *parameter)
{
    (void)name, (void)parameter;
    volo_class_list_show_all(VOLO_CLASS_LIST(widget));
}

static void hide_all_action(GtkWidget *widget, const char *name, GVariant *parameter)
{
    (void)name, (void)parameter;
    volo_class_list_hide_all(VOLO_CLASS_LIST(widget));
}

static void install_actions(GtkWidgetClass *class)
{
    gtk_widget_class_install_action(class, "legend.show-all", NULL, show_all_action);
    gtk_widget_class_install_action(class, "legend.hide-all", NULL, hide_all_action);
    gtk_widget_class_install_property_action(class, "legend.absent-shown", "absent-shown");
    gtk_widget_class_install_property_action(class, "legend.palette", "palette");
    gtk_widget_class_install_property_action(class, "legend.hatching", "hatching");
    gtk_widget_class_install_property_action(class, "legend.sorting", "sorting");
}

static void install_properties(GObjectClass *class)
{
    const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

    properties[PROP_DOCUMENT] =
        g_param_spec_object("document", NULL, NULL, VOLO_TYPE_DOCUMENT, flags);
    properties[PROP_PALETTE] =
        g_param_spec_int("palette", NULL, NULL, 0, VOLO_PALETTES - 1, VOLO_PALETTE_MODEL, flags);
    properties[PROP_HATCHING] = g_param_spec_boolean("hatching", NULL, NULL, FALSE, flags);
    properties[PROP_ABSENT_SHOWN] = g_param_spec_boolean("absent-shown", NULL, NULL, FALSE, flags);
    properties[PROP_SORTING] =
        g_param_spec_int("sorting", NULL, NULL, 0, SORTINGS - 1, SORT_BY_SHARE, flags);
    properties[PROP_HIDDEN_CLASSES] =
        g_param_spec_boxed("hidden-classes", NULL, NULL, G_TYPE_STRV, flags);
    g_object_class_install_properties(class, PROPS, properties);
}

static void volo_class_list_class_init(VoloClassListClass *class)
{
    GObjectClass *object_class = G_OBJECT_CLASS(class);
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    volo_panel_style_load();
    g_type_ensure(VOLO_TYPE_SHARE_BAR);
    object_class->get_property = volo_class_list_get_property;
    object_class->set_property = volo_class_list_set_property;
    object_class->dispose = volo_class_list_dispose;
    object_class->finalize = volo_class_list_finalize;
    install_properties(object_class);
    look_changed_signal = g_signal_new("look-changed", VOLO_TYPE_CLASS_LIST, G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 0);
    gtk_widget_class_set_css_name(widget_class, "classlist");
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
    gtk_widget_class_set_layout_manager_type(widget_class, GTK_TYPE_BOX_LAYOUT);
    bind_children(widget_class);
    install_actions(widget_class);
}

static void volo_class_list_init(VoloClassList *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    gtk_orientable_set_orientation(GTK_ORIENTABLE(gtk_widget_get_layout_manager(GTK_WIDGET(self))),
                                   GTK_ORIENTATION_VERTICAL);
    self->rows = volo_class_rows_new();
    self->signals = g_signal_group_new(VOLO_TYPE_DOCUMENT);
    g_signal_group_connect_swapped(self->signals, "notify::result", G_CALLBACK(update), self);
    g_signal_group_connect_swapped(self->signals, "notify::reference", G_CALLBACK(update), self);
    g_signal_group_connect_swapped(self->signals, "notify::comparison", G_CALLBACK(update), self);
    g_signal_group_connect_swapped(self->signals, "notify::state", G_CALLBACK(update), self);
    g_signal_connect_object(self->share_bar, "toggle", G_CALLBACK(on_part_toggle), self,
                            G_CONNECT_SWAPPED);
    set_up_list(self);
    set_up_keys(self);
    show_page(self, FALSE);
}

GtkWidget *volo_class_list_new(void)
{
    return g_object_new(VOLO_TYPE_CLASS_LIST, NULL);
}
