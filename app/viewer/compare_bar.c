/* SPDX-License-Identifier: Apache-2.0 */
/* The bar of a comparison. Its menu is made anew whenever the models change. */
#include "app/viewer/compare_bar.h"

#include "app/viewer/accessible.h"
#include "app/viewer/figure_text.h"
#include "app/viewer/panel_style.h"

#include <glib/gi18n-lib.h>

enum {
    ARRANGEMENTS = VOLO_ARRANGE_BESIDE + 1
};

struct _VoloCompareBar {
    GtkWidget parent;
    VoloDocument *document;
    VoloCanvas *canvas;
    VoloModelStore *store;
    VoloModelEntry *second_model;
    GSignalGroup *document_signals, *canvas_signals, *store_signals;
    GSimpleActionGroup *actions;
    GSimpleAction *choice; /* state: the path of the second model, "" for the truth */
    gboolean following;
    GtkWidget *arrangements, *sides, *first, *second, *scores, *choose;
    GtkWidget *buttons[ARRANGEMENTS];
};

G_DEFINE_FINAL_TYPE(VoloCompareBar, volo_compare_bar, GTK_TYPE_WIDGET)

enum {
    PROP_DOCUMENT = 1,
    PROP_CANVAS,
    PROP_STORE,
    PROP_SECOND_MODEL,
    PROPS
};
static GParamSpec *properties[PROPS];

static const struct {
    const char *title, *hint, *icon;
} arrangement_rows[ARRANGEMENTS] = {
    [VOLO_ARRANGE_SINGLE] = { N_("Result alone"), N_("The result alone"),
                              "volo-arrange-single-symbolic" },
    [VOLO_ARRANGE_SWIPE] = { N_("Swipe"), N_("Left and right of a line to drag (S)"),
                             "volo-arrange-swipe-symbolic" },
    [VOLO_ARRANGE_BESIDE] = { N_("Side by side"), N_("Side by side (B)"),
                              "volo-arrange-beside-symbolic" },
};

/* --- what is compared --- */

/* Only networks are confident: the others are files, whose long names are for the tooltip. */
static void show_side(GtkWidget *label, VoloSegmentation *side, const char *file_title)
{
    g_autofree char *source = side ? volo_shown_text(volo_segmentation_source(side)) : NULL;
    const gboolean is_model = side && volo_segmentation_confidence(side);

    gtk_label_set_text(GTK_LABEL(label), !side ? _("Nothing") : is_model ? source : file_title);
    gtk_widget_set_tooltip_text(label, source);
}

static void show_scores(VoloCompareBar *self, VoloSegmentation *reference)
{
    VoloComparison *comparison = self->document ? volo_document_comparison(self->document) : NULL;
    g_autofree char *text = NULL;

    if (comparison) {
        g_autofree char *mean = volo_ratio_text(volo_comparison_mean_iou(comparison));
        g_autofree char *accuracy = volo_ratio_text(volo_comparison_accuracy(comparison));

        text = g_strdup_printf(_("mIoU %s · accuracy %s"), mean, accuracy);
    }
    gtk_label_set_text(GTK_LABEL(self->scores), text        ? text
                                                : reference ? _("Not comparable")
                                                            : _("Nothing to compare with"));
    gtk_widget_set_has_tooltip(self->scores, comparison != NULL);
}

static void update(VoloCompareBar *self)
{
    VoloSegmentation *result = self->document ? volo_document_result(self->document) : NULL;
    VoloSegmentation *reference = self->document ? volo_document_reference(self->document) : NULL;

    show_side(self->first, result, _("Labels"));
    show_side(self->second, reference, _("Ground Truth"));
    gtk_widget_set_visible(self->sides, reference != NULL);
    show_scores(self, reference);
    for (int i = VOLO_ARRANGE_SWIPE; i < ARRANGEMENTS; i++)
        gtk_widget_set_sensitive(self->buttons[i], self->canvas && reference);
}

/* --- how it is arranged --- */

static void follow_canvas(VoloCompareBar *self)
{
    int arrangement = VOLO_ARRANGE_SINGLE;

    if (self->canvas)
        g_object_get(self->canvas, "arrangement", &arrangement, NULL);
    self->following = TRUE;
    gtk_toggle_button_set_active(
        GTK_TOGGLE_BUTTON(self->buttons[CLAMP(arrangement, 0, ARRANGEMENTS - 1)]), TRUE);
    self->following = FALSE;
    gtk_widget_set_sensitive(self->buttons[VOLO_ARRANGE_SINGLE], self->canvas != NULL);
}

static void on_toggled(VoloCompareBar *self, GtkToggleButton *button)
{
    if (self->following || !self->canvas || !gtk_toggle_button_get_active(button))
        return;
    for (int i = 0; i < ARRANGEMENTS; i++)
        if (GTK_WIDGET(button) == self->buttons[i])
            g_object_set(self->canvas, "arrangement", i, NULL);
}

/* --- the menu --- */

static void append_choice(GMenu *menu, const char *title, const char *path)
{
    g_autoptr(GMenuItem) item = g_menu_item_new(NULL, NULL);
    g_autofree char *shown = volo_shown_text(title);
    g_auto(GStrv) parts = g_strsplit(shown, "_", -1);
    g_autofree char *label = g_strjoinv("__", parts); /* an underscore is no mnemonic here */

    g_menu_item_set_label(item, label);
    g_menu_item_set_action_and_target_value(item, "compare.second", g_variant_new_bytestring(path));
    g_menu_append_item(menu, item);
}

static void make_menu(VoloCompareBar *self)
{
    g_autoptr(GMenu) menu = g_menu_new(), truth = g_menu_new(), models = g_menu_new();
    const guint count = self->store ? g_list_model_get_n_items(G_LIST_MODEL(self->store)) : 0;

    append_choice(truth, _("Ground Truth"), "");
    g_menu_append(truth, _("Open _Ground Truth…"), "win.open-truth");
    for (guint i = 0; i < count; i++) {
        g_autoptr(VoloModelEntry) entry = g_list_model_get_item(G_LIST_MODEL(self->store), i);

        append_choice(models, volo_model_entry_title(entry), volo_model_entry_path(entry));
    }
    g_menu_append_section(menu, NULL, G_MENU_MODEL(truth));
    g_menu_append_section(menu, _("Second Model"), G_MENU_MODEL(models));
    gtk_menu_button_set_menu_model(GTK_MENU_BUTTON(self->choose), G_MENU_MODEL(menu));
}

static VoloModelEntry *find_model(VoloCompareBar *self, const char *path)
{
    const guint count = self->store ? g_list_model_get_n_items(G_LIST_MODEL(self->store)) : 0;

    for (guint i = 0; i < count; i++) {
        g_autoptr(VoloModelEntry) entry = g_list_model_get_item(G_LIST_MODEL(self->store), i);

        if (g_str_equal(volo_model_entry_path(entry), path))
            return g_steal_pointer(&entry);
    }
    return NULL;
}

static void set_second_model(VoloCompareBar *self, VoloModelEntry *entry)
{
    const char *path = entry ? volo_model_entry_path(entry) : "";

    g_simple_action_set_state(self->choice, g_variant_new_bytestring(path));
    if (g_set_object(&self->second_model, entry))
        g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_SECOND_MODEL]);
}

static void follow_model(VoloCompareBar *self)
{
    set_second_model(self, volo_document_second_model(self->document));
}

static void on_choice(VoloCompareBar *self, GVariant *path)
{
    g_autoptr(VoloModelEntry) entry = find_model(self, g_variant_get_bytestring(path));

    set_second_model(self, entry);
    if (self->document)
        volo_document_set_second_model(self->document, entry);
}

/* --- the object --- */

static void set_document(VoloCompareBar *self, VoloDocument *document)
{
    if (!g_set_object(&self->document, document))
        return;
    g_signal_group_set_target(self->document_signals, document);
    if (document)
        follow_model(self);
    update(self);
}

static void set_canvas(VoloCompareBar *self, VoloCanvas *canvas)
{
    if (!g_set_object(&self->canvas, canvas))
        return;
    g_signal_group_set_target(self->canvas_signals, canvas);
    follow_canvas(self);
    update(self);
}

static void set_store(VoloCompareBar *self, VoloModelStore *store)
{
    if (!g_set_object(&self->store, store))
        return;
    g_signal_group_set_target(self->store_signals, store);
    make_menu(self);
}

static void volo_compare_bar_get_property(GObject *object, guint id, GValue *value,
                                          GParamSpec *spec)
{
    VoloCompareBar *self = VOLO_COMPARE_BAR(object);

    switch (id) {
    case PROP_DOCUMENT:
        g_value_set_object(value, self->document);
        break;
    case PROP_CANVAS:
        g_value_set_object(value, self->canvas);
        break;
    case PROP_STORE:
        g_value_set_object(value, self->store);
        break;
    case PROP_SECOND_MODEL:
        g_value_set_object(value, self->second_model);
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
    }
}

static void volo_compare_bar_set_property(GObject *object, guint id, const GValue *value,
                                          GParamSpec *spec)
{
    VoloCompareBar *self = VOLO_COMPARE_BAR(object);

    switch (id) {
    case PROP_DOCUMENT:
        set_document(self, g_value_get_object(value));
        break;
    case PROP_CANVAS:
        set_canvas(self, g_value_get_object(value));
        break;
    case PROP_STORE:
        set_store(self, g_value_get_object(value));
        break;
    case PROP_SECOND_MODEL:
        set_second_model(self, g_value_get_object(value));
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
    }
}

static void volo_compare_bar_dispose(GObject *object)
{
    VoloCompareBar *self = VOLO_COMPARE_BAR(object);

    g_clear_object(&self->document_signals);
    g_clear_object(&self->canvas_signals);
    g_clear_object(&self->store_signals);
    volo_panel_dispose(GTK_WIDGET(self), VOLO_TYPE_COMPARE_BAR);
    g_clear_object(&self->choice);
    g_clear_object(&self->actions);
    g_clear_object(&self->second_model);
    g_clear_object(&self->store);
    g_clear_object(&self->canvas);
    g_clear_object(&self->document);
    G_OBJECT_CLASS(volo_compare_bar_parent_class)->dispose(object);
}

static void install_properties(GObjectClass *class)
{
    const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

    properties[PROP_DOCUMENT] =
        g_param_spec_object("document", NULL, NULL, VOLO_TYPE_DOCUMENT, flags);
    properties[PROP_CANVAS] = g_param_spec_object("canvas", NULL, NULL, VOLO_TYPE_CANVAS, flags);
    properties[PROP_STORE] = g_param_spec_object("store", NULL, NULL, VOLO_TYPE_MODEL_STORE, flags);
    properties[PROP_SECOND_MODEL] = g_param_spec_object(
        "second-model", NULL, NULL, VOLO_TYPE_MODEL_ENTRY, flags | G_PARAM_EXPLICIT_NOTIFY);
    g_object_class_install_properties(class, PROPS, properties);
}

static void bind_children(GtkWidgetClass *class)
{
    gtk_widget_class_set_template_from_resource(class, VOLO_RESOURCES "/ui/compare_bar.ui");
    gtk_widget_class_bind_template_child(class, VoloCompareBar, arrangements);
    gtk_widget_class_bind_template_child(class, VoloCompareBar, sides);
    gtk_widget_class_bind_template_child(class, VoloCompareBar, first);
    gtk_widget_class_bind_template_child(class, VoloCompareBar, second);
    gtk_widget_class_bind_template_child(class, VoloCompareBar, scores);
    gtk_widget_class_bind_template_child(class, VoloCompareBar, choose);
}

static void volo_compare_bar_class_init(VoloCompareBarClass *class)
{
    GObjectClass *object_class = G_OBJECT_CLASS(class);
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    volo_panel_style_load();
    object_class->get_property = volo_compare_bar_get_property;
    object_class->set_property = volo_compare_bar_set_property;
    object_class->dispose = volo_compare_bar_dispose;
    install_properties(object_class);
    gtk_widget_class_set_css_name(widget_class, "comparebar");
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_TOOLBAR);
    gtk_widget_class_set_layout_manager_type(widget_class, GTK_TYPE_BIN_LAYOUT);
    bind_children(widget_class);
}

static void add_button(VoloCompareBar *self, int arrangement)
{
    GtkWidget *button = volo_choice_button_new(
        arrangement_rows[arrangement].icon, _(arrangement_rows[arrangement].title),
        _(arrangement_rows[arrangement].hint), self->buttons[0]);

    g_signal_connect_object(button, "toggled", G_CALLBACK(on_toggled), self, G_CONNECT_SWAPPED);
    gtk_box_append(GTK_BOX(self->arrangements), button);
    self->buttons[arrangement] = button;
}

static void add_action(VoloCompareBar *self)
{
    self->actions = g_simple_action_group_new();
    self->choice = g_simple_action_new_stateful("second", G_VARIANT_TYPE_BYTESTRING,
                                                g_variant_new_bytestring(""));
    g_signal_connect_object(self->choice, "change-state", G_CALLBACK(on_choice), self,
                            G_CONNECT_SWAPPED);
    g_action_map_add_action(G_ACTION_MAP(self->actions), G_ACTION(self->choice));
    gtk_widget_insert_action_group(GTK_WIDGET(self), "compare", G_ACTION_GROUP(self->actions));
}

static void follow_others(VoloCompareBar *self)
{
    self->document_signals = g_signal_group_new(VOLO_TYPE_DOCUMENT);
    g_signal_group_connect_swapped(self->document_signals, "notify::result", G_CALLBACK(update),
                                   self);
    g_signal_group_connect_swapped(self->document_signals, "notify::reference", G_CALLBACK(update),
                                   self);
    g_signal_group_connect_swapped(self->document_signals, "notify::comparison", G_CALLBACK(update),
                                   self);
    g_signal_group_connect_swapped(self->document_signals, "notify::second-model",
                                   G_CALLBACK(follow_model), self);
    self->canvas_signals = g_signal_group_new(VOLO_TYPE_CANVAS);
    g_signal_group_connect_swapped(self->canvas_signals, "notify::arrangement",
                                   G_CALLBACK(follow_canvas), self);
    self->store_signals = g_signal_group_new(VOLO_TYPE_MODEL_STORE);
    g_signal_group_connect_swapped(self->store_signals, "items-changed", G_CALLBACK(make_menu),
                                   self);
}

static void volo_compare_bar_init(VoloCompareBar *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    gtk_widget_add_css_class(GTK_WIDGET(self), "osd");
    for (int i = 0; i < ARRANGEMENTS; i++)
        add_button(self, i);
    add_action(self);
    follow_others(self);
    make_menu(self);
    follow_canvas(self);
    update(self);
}

GtkWidget *volo_compare_bar_new(void)
{
    return g_object_new(VOLO_TYPE_COMPARE_BAR, NULL);
}
