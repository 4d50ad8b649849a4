/* SPDX-License-Identifier: Apache-2.0 */
/* What can be done in a window, as the one table of actions, and how it is done. */
#include "app/viewer/about.h"
#include "app/viewer/actions.h"
#include "app/viewer/file_dialogs.h"
#include "app/viewer/model_page.h"
#include "app/viewer/preferences.h"
#include "app/viewer/sample_picture.h"
#include "app/viewer/window_parts.h"

#include <glib/gi18n.h>

#define ZOOM_STEP 1.25
#define OPACITY_STEP 0.1
#define SWIPE_STEP 0.05
#define HELP_URI "help:volo-viewer"

/* --- files --- */

static void open_chosen(GListModel *files, gpointer user)
{
    volo_window_open(user, files);
}

static void open_pictures(VoloWindow *self)
{
    volo_file_dialog_show(GTK_WINDOW(self), VOLO_DIALOG_PICTURES,
                          volo_document_file(self->document), NULL, open_chosen, self);
}

static void open_folder(VoloWindow *self)
{
    volo_file_dialog_show(GTK_WINDOW(self), VOLO_DIALOG_FOLDER, volo_document_file(self->document),
                          NULL, open_chosen, self);
}

static void open_sample(VoloWindow *self)
{
    const char *path = volo_shipped_picture();

    if (!path)
        return;
    g_autoptr(GFile) file = g_file_new_for_path(path);
    volo_window_open_file(self, file);
}

static void use_prediction(GListModel *files, gpointer user)
{
    g_autoptr(GFile) file = g_list_model_get_item(files, 0);

    volo_document_open_prediction(VOLO_WINDOW(user)->document, file);
}

static void open_prediction(VoloWindow *self)
{
    volo_file_dialog_show(GTK_WINDOW(self), VOLO_DIALOG_PREDICTION,
                          volo_document_file(self->document), NULL, use_prediction, self);
}

static void use_truth(GListModel *files, gpointer user)
{
    g_autoptr(GFile) file = g_list_model_get_item(files, 0);

    volo_document_open_truth(VOLO_WINDOW(user)->document, file);
}

static void open_truth(VoloWindow *self)
{
    GFile *known = volo_document_truth_file(self->document);

    volo_file_dialog_show(GTK_WINDOW(self), VOLO_DIALOG_TRUTH,
                          known ? known : volo_document_file(self->document), NULL, use_truth,
                          self);
}

static void use_model(GListModel *files, gpointer user)
{
    g_autoptr(GFile) file = g_list_model_get_item(files, 0);

    volo_window_use_model(user, file);
}

static void open_model(VoloWindow *self)
{
    volo_file_dialog_show(GTK_WINDOW(self), VOLO_DIALOG_MODEL, NULL, NULL, use_model, self);
}

static void retry(VoloWindow *self)
{
    volo_document_retry(self->document);
}

/* Out of whatever is going on, one thing at a time. */
static void cancel(VoloWindow *self)
{
    if (volo_document_state(self->document) == VOLO_DOCUMENT_SEGMENTING)
        volo_document_cancel(self->document);
    else if (gtk_window_is_fullscreen(GTK_WINDOW(self)))
        gtk_window_unfullscreen(GTK_WINDOW(self));
    else
        volo_message_bar_hide(self->message_bar);
}

static void close_window(VoloWindow *self)
{
    gtk_window_close(GTK_WINDOW(self));
}

static void quit(VoloWindow *self)
{
    g_application_quit(G_APPLICATION(gtk_window_get_application(GTK_WINDOW(self))));
}

static void new_window(VoloWindow *self)
{
    VoloApplication *application = VOLO_APPLICATION(gtk_window_get_application(GTK_WINDOW(self)));

    gtk_window_present(GTK_WINDOW(volo_window_new(application)));
}

/* --- going through a folder --- */

static void next(VoloWindow *self)
{
    volo_window_step(self, 1);
}

static void previous(VoloWindow *self)
{
    volo_window_step(self, -1);
}

static void first(VoloWindow *self)
{
    volo_window_step(self, G_MININT / 2);
}

static void last(VoloWindow *self)
{
    volo_window_step(self, G_MAXINT / 2);
}

/* --- the view --- */

static void zoom_about_middle(VoloWindow *self, double factor)
{
    GtkWidget *canvas = GTK_WIDGET(self->canvas);

    volo_canvas_zoom_by(self->canvas, factor, gtk_widget_get_width(canvas) / 2.0,
                        gtk_widget_get_height(canvas) / 2.0);
}

static void zoom_in(VoloWindow *self)
{
    zoom_about_middle(self, ZOOM_STEP);
}

static void zoom_out(VoloWindow *self)
{
    zoom_about_middle(self, 1 / ZOOM_STEP);
}

static void zoom_fit(VoloWindow *self)
{
    volo_canvas_zoom_to_fit(self->canvas);
}

static void zoom_original(VoloWindow *self)
{
    volo_canvas_zoom_to(self->canvas, 1);
}

static void zoom_double(VoloWindow *self)
{
    volo_canvas_zoom_to(self->canvas, 2);
}

/* A property of the canvas that goes from 0 to 1. */
static void move_share(VoloWindow *self, const char *property, double by)
{
    double share;

    g_object_get(self->canvas, property, &share, NULL);
    g_object_set(self->canvas, property, CLAMP(share + by, 0, 1), NULL);
}

static void fainter(VoloWindow *self)
{
    move_share(self, "opacity-of-mask", -OPACITY_STEP);
}

static void stronger(VoloWindow *self)
{
    move_share(self, "opacity-of-mask", OPACITY_STEP);
}

static void swipe_left(VoloWindow *self)
{
    move_share(self, "swipe", -SWIPE_STEP);
}

static void swipe_right(VoloWindow *self)
{
    move_share(self, "swipe", SWIPE_STEP);
}

static void search_legend(VoloWindow *self)
{
    g_settings_set_boolean(self->settings, "show-legend", TRUE);
    volo_class_list_search(self->class_list);
}

/* --- comparing: a second wish for the same goes back to one picture --- */

static void arrange(VoloWindow *self, VoloArrangement wanted)
{
    int arrangement;

    if (!volo_document_reference(self->document)) {
        volo_window_toast(self, _("There is nothing to compare with: open the ground truth, or "
                                  "choose a second model"));
        return;
    }
    g_object_get(self->canvas, "arrangement", &arrangement, NULL);
    g_object_set(self->canvas, "arrangement",
                 arrangement == (int)wanted ? VOLO_ARRANGE_SINGLE : wanted, NULL);
}

static void swipe(VoloWindow *self)
{
    arrange(self, VOLO_ARRANGE_SWIPE);
}

static void beside(VoloWindow *self)
{
    arrange(self, VOLO_ARRANGE_BESIDE);
}

/* With what is known; else asks for it. */
static void compare(VoloWindow *self)
{
    int arrangement;

    g_object_get(self->canvas, "arrangement", &arrangement, NULL);
    if (!volo_document_reference(self->document))
        open_truth(self);
    else
        arrange(self, arrangement == VOLO_ARRANGE_SINGLE ? VOLO_ARRANGE_SWIPE
                                                         : (VoloArrangement)arrangement);
}

/* --- windows --- */

/* In full screen there are no buttons. */
static void pop_up(GtkMenuButton *button)
{
    if (gtk_widget_get_mapped(GTK_WIDGET(button)))
        gtk_menu_button_popup(button);
}

static void show_models(VoloWindow *self)
{
    pop_up(self->model_button);
}

static void show_menu(VoloWindow *self)
{
    pop_up(self->menu_button);
}

static void show_model_page(VoloWindow *self)
{
    VoloModelEntry *model = volo_document_model(self->document);

    if (!model) {
        volo_window_toast(self, _("There is no model: open one from the models menu"));
        return;
    }
    VoloModelPage *page = volo_model_page_new(model);
    gtk_window_set_transient_for(GTK_WINDOW(page), GTK_WINDOW(self));
    gtk_window_present(GTK_WINDOW(page));
}

static void show_shortcuts(VoloWindow *self)
{
    GtkWidget *shortcuts = volo_shortcuts_window_new();

    gtk_window_set_transient_for(GTK_WINDOW(shortcuts), GTK_WINDOW(self));
    gtk_window_present(GTK_WINDOW(shortcuts));
}

static void show_preferences(VoloWindow *self)
{
    VoloApplication *application = VOLO_APPLICATION(gtk_window_get_application(GTK_WINDOW(self)));
    VoloPreferences *preferences = volo_preferences_new(application);

    gtk_window_set_transient_for(GTK_WINDOW(preferences), GTK_WINDOW(self));
    gtk_window_present(GTK_WINDOW(preferences));
}

static void help_shown(GObject *window, GAsyncResult *result, gpointer user)
{
    g_autoptr(VoloWindow) self = user;

    if (!gtk_show_uri_full_finish(GTK_WINDOW(window), result, NULL) && self->document)
        volo_window_toast(self, _("Help cannot be shown: Yelp, the help viewer of GNOME, is not "
                                  "installed"));
}

static void show_help(VoloWindow *self)
{
    gtk_show_uri_full(GTK_WINDOW(self), HELP_URI, GDK_CURRENT_TIME, NULL, help_shown,
                      g_object_ref(self));
}

static void show_about(VoloWindow *self)
{
    volo_about_show(GTK_WINDOW(self));
}

/* --- the table --- */

#define PICTURE VOLO_NEEDS_PICTURE
#define FOLDER VOLO_NEEDS_FOLDER
#define RESULT VOLO_NEEDS_RESULT
#define FILES NC_("shortcuts", "Files")
#define VIEW NC_("shortcuts", "View")
#define LAYERS NC_("shortcuts", "Layers")
#define COMPARING NC_("shortcuts", "Comparing")
#define GENERAL NC_("shortcuts", "General")

const VoloActionRow volo_action_rows[] = {
    { "win.open", "<Control>o", N_("Open pictures"), FILES, open_pictures, 0 },
    { "win.open-folder", "<Control><Shift>o", N_("Open a folder"), FILES, open_folder, 0 },
    { "win.open-sample", NULL, NULL, FILES, open_sample, 0 },
    { "win.open-prediction", NULL, NULL, FILES, open_prediction, PICTURE },
    { "win.open-truth", "<Control>t", N_("Open the ground truth"), FILES, open_truth, PICTURE },
    { "win.paste", "<Control>v", N_("Paste a picture"), FILES, volo_window_paste, 0 },
    { "win.export", "<Control><Shift>s", N_("Export"), FILES, volo_window_export, RESULT },
    { "win.export-folder", "<Control><Shift>e", N_("Export all pictures"), FILES,
      volo_window_export_folder, FOLDER },
    { "win.copy", "<Control>c", N_("Copy the overlay"), FILES, volo_window_copy, RESULT },
    { "win.print", "<Control>p", N_("Print"), FILES, volo_window_print, RESULT },
    { "win.next", "Right|Page_Down", N_("Next picture"), FILES, next, FOLDER },
    { "win.previous", "Left|Page_Up", N_("Previous picture"), FILES, previous, FOLDER },
    { "win.first", "Home", N_("First picture"), FILES, first, FOLDER },
    { "win.last", "End", N_("Last picture"), FILES, last, FOLDER },
    { "win.retry", "F5", N_("Try again"), FILES, retry, VOLO_NEEDS_RETRY },
    { "win.cancel", "Escape", N_("Cancel"), FILES, cancel, 0 },

    { "win.zoom-in", "plus|equal|KP_Add|<Control>plus|<Control>equal|<Control>KP_Add",
      N_("Zoom in"), VIEW, zoom_in, PICTURE },
    { "win.zoom-out", "minus|KP_Subtract|<Control>minus|<Control>KP_Subtract", N_("Zoom out"), VIEW,
      zoom_out, PICTURE },
    { "win.zoom-fit", "0|<Control>0", N_("Fit the window"), VIEW, zoom_fit, PICTURE },
    { "win.zoom-original", "1|<Control>1", N_("Original size"), VIEW, zoom_original, PICTURE },
    { "win.zoom-double", "2|<Control>2", N_("Twice the size"), VIEW, zoom_double, PICTURE },
    { "win.fullscreen", "F11", N_("Full screen"), VIEW, NULL, 0 },
    { "win.show-legend", "F9", N_("Legend"), VIEW, NULL, 0 },
    { "win.show-filmstrip", "F8", N_("Thumbnails"), VIEW, NULL, 0 },
    { "win.search-legend", "<Control>f", N_("Search the legend"), VIEW, search_legend, PICTURE },

    { NULL, "space", N_("Hide the colors while held"), LAYERS, NULL, 0 },
    { "win.fainter", "bracketleft", N_("Fainter colors"), LAYERS, fainter, PICTURE },
    { "win.stronger", "bracketright", N_("Stronger colors"), LAYERS, stronger, PICTURE },
    { "win.layer::overlay", "v", N_("Overlay"), LAYERS, NULL, 0 },
    { "win.layer::outline", "o", N_("Outlines"), LAYERS, NULL, 0 },
    { "win.layer::mask", "m", N_("Mask"), LAYERS, NULL, 0 },
    { "win.layer::picture", "p", N_("Picture"), LAYERS, NULL, 0 },
    { "win.layer::confidence", "c", N_("Confidence"), LAYERS, NULL, 0 },
    { "win.layer::entropy", "n", N_("Entropy"), LAYERS, NULL, 0 },
    { "win.layer::errors", "e", N_("Errors"), LAYERS, NULL, 0 },
    { "win.hatching", "h", N_("Hatching"), LAYERS, NULL, 0 },

    { "win.compare", "t", N_("Compare with the ground truth"), COMPARING, compare, PICTURE },
    { "win.swipe", "s", N_("Swipe"), COMPARING, swipe, PICTURE },
    { "win.beside", "b", N_("Side by side"), COMPARING, beside, PICTURE },
    { "win.swipe-left", "comma", N_("Move the line to the left"), COMPARING, swipe_left, PICTURE },
    { "win.swipe-right", "period", N_("Move the line to the right"), COMPARING, swipe_right,
      PICTURE },

    { "win.menu", "F10|Menu", N_("Main menu"), GENERAL, show_menu, 0 },
    { "win.models", "<Control>m", N_("Models"), GENERAL, show_models, 0 },
    { "win.open-model", "<Control><Shift>m", N_("Open a model"), GENERAL, open_model, 0 },
    { "win.model-page", "<Alt>Return", N_("About the model"), GENERAL, show_model_page, 0 },
    { "win.new-window", "<Control>n", N_("New window"), GENERAL, new_window, 0 },
    { "win.preferences", "<Control>comma", N_("Preferences"), GENERAL, show_preferences, 0 },
    { "win.shortcuts", "<Control>question", N_("Keyboard shortcuts"), GENERAL, show_shortcuts, 0 },
    { "win.help", "F1", N_("Help"), GENERAL, show_help, 0 },
    { "win.about", NULL, NULL, GENERAL, show_about, 0 },
    { "win.close", "<Control>w", N_("Close the window"), GENERAL, close_window, 0 },
    { "win.quit", "<Control>q", N_("Quit"), GENERAL, quit, 0 },
};
const gsize volo_action_row_count = G_N_ELEMENTS(volo_action_rows);

#undef PICTURE
#undef FOLDER
#undef RESULT
#undef FILES
#undef VIEW
#undef LAYERS
#undef COMPARING
#undef GENERAL

/* --- actions with a state --- */

/* A property of the canvas as a choice among names. */
typedef struct Choice {
    const char *action, *property;
    const char *names[VOLO_LAYERS];
} Choice;

static const Choice choices[] = {
    { "layer",
      "layer",
      { "overlay", "outline", "mask", "picture", "confidence", "entropy", "errors" } },
    { "arrangement", "arrangement", { "single", "swipe", "beside" } },
};

static void choose(GSimpleAction *action, GVariant *name, gpointer user)
{
    VoloWindow *self = user;
    const char *action_name = g_action_get_name(G_ACTION(action));
    const Choice *choice = &choices[g_str_equal(action_name, choices[0].action) ? 0 : 1];

    for (int i = 0; i < VOLO_LAYERS && choice->names[i]; i++) {
        if (!g_str_equal(choice->names[i], g_variant_get_string(name, NULL)))
            continue;
        if (choice == choices && !volo_layer_is_possible((VoloLayer)i, self->document))
            volo_window_toast(self, _("There is nothing to show for this picture"));
        else
            g_object_set(self->canvas, choice->property, i, NULL);
    }
}

static void follow_choice(VoloWindow *self, GParamSpec *property)
{
    const Choice *choice = &choices[g_str_equal(property->name, choices[0].property) ? 0 : 1];
    GAction *action = g_action_map_lookup_action(G_ACTION_MAP(self), choice->action);
    int value;

    g_object_get(self->canvas, choice->property, &value, NULL);
    g_simple_action_set_state(G_SIMPLE_ACTION(action), g_variant_new_string(choice->names[value]));
    if (choice == choices && value != VOLO_LAYER_ERRORS)
        g_settings_set_enum(self->settings, "layer", value);
}

static void add_choice(VoloWindow *self, const Choice *choice)
{
    g_autofree char *signal = g_strconcat("notify::", choice->property, NULL);
    int value;

    g_object_get(self->canvas, choice->property, &value, NULL);
    g_autoptr(GSimpleAction) action = g_simple_action_new_stateful(
        choice->action, G_VARIANT_TYPE_STRING, g_variant_new_string(choice->names[value]));
    g_signal_connect_object(action, "change-state", G_CALLBACK(choose), self, G_CONNECT_DEFAULT);
    g_signal_connect_object(self->canvas, signal, G_CALLBACK(follow_choice), self,
                            G_CONNECT_SWAPPED);
    g_action_map_add_action(G_ACTION_MAP(self), G_ACTION(action));
}

static void add_settings(VoloWindow *self)
{
    static const char *const keys[] = { "show-legend", "show-filmstrip", "palette", "hatching" };

    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        g_autoptr(GAction) action = g_settings_create_action(self->settings, keys[i]);

        g_action_map_add_action(G_ACTION_MAP(self), action);
    }
}

/* --- all of them --- */

static void run_row(GSimpleAction *action, GVariant *parameter, gpointer row)
{
    VoloWindow *self = g_object_get_data(G_OBJECT(action), "volo-window");

    (void)parameter;
    ((const VoloActionRow *)row)->run(self);
}

static void open_recent(VoloWindow *self, GVariant *uri)
{
    g_autoptr(GFile) file = g_file_new_for_uri(g_variant_get_string(uri, NULL));

    volo_window_open_file(self, file);
}

static void set_fullscreen(VoloWindow *self, GVariant *state)
{
    if (g_variant_get_boolean(state))
        gtk_window_fullscreen(GTK_WINDOW(self));
    else
        gtk_window_unfullscreen(GTK_WINDOW(self));
}

static void follow_fullscreen(VoloWindow *self, GParamSpec *property, GSimpleAction *action)
{
    (void)property;
    (void)action;
    GAction *state = g_action_map_lookup_action(G_ACTION_MAP(self), "fullscreen");

    g_simple_action_set_state(G_SIMPLE_ACTION(state),
                              g_variant_new_boolean(gtk_window_is_fullscreen(GTK_WINDOW(self))));
}

static void add_others(VoloWindow *self)
{
    g_autoptr(GSimpleAction) recent = g_simple_action_new("open-recent", G_VARIANT_TYPE_STRING);
    g_autoptr(GSimpleAction) fullscreen =
        g_simple_action_new_stateful("fullscreen", NULL, g_variant_new_boolean(FALSE));

    g_signal_connect_object(recent, "activate", G_CALLBACK(open_recent), self, G_CONNECT_SWAPPED);
    g_signal_connect_object(fullscreen, "change-state", G_CALLBACK(set_fullscreen), self,
                            G_CONNECT_SWAPPED);
    g_signal_connect(self, "notify::fullscreened", G_CALLBACK(follow_fullscreen), NULL);
    g_action_map_add_action(G_ACTION_MAP(self), G_ACTION(recent));
    g_action_map_add_action(G_ACTION_MAP(self), G_ACTION(fullscreen));
}

void volo_window_add_actions(VoloWindow *self)
{
    for (gsize i = 0; i < volo_action_row_count; i++) {
        const VoloActionRow *row = &volo_action_rows[i];

        if (!row->run)
            continue;
        g_autoptr(GSimpleAction) action = g_simple_action_new(row->action + strlen("win."), NULL);
        g_object_set_data(G_OBJECT(action), "volo-window", self);
        g_signal_connect(action, "activate", G_CALLBACK(run_row), (gpointer)row);
        g_action_map_add_action(G_ACTION_MAP(self), G_ACTION(action));
    }
    for (gsize i = 0; i < G_N_ELEMENTS(choices); i++)
        add_choice(self, &choices[i]);
    add_settings(self);
    add_others(self);
}
