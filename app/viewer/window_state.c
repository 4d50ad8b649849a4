/* SPDX-License-Identifier: Apache-2.0 */
/* The face of a window: everything in it that follows the document, the folder and full screen. */
#include "app/viewer/actions.h"
#include "app/viewer/window_parts.h"

#include <glib/gi18n.h>

#define BARS_STAY_MS 2500 /* in full screen, after the pointer came to rest */
#define REVEAL_MS 250

/* --- which actions make sense --- */

static VoloNeeds there_is(VoloWindow *self)
{
    const VoloDocumentState state = volo_document_state(self->document);
    const gboolean pictures = g_list_model_get_n_items(G_LIST_MODEL(self->folder)) > 1;
    VoloNeeds there = VOLO_NEEDS_NOTHING;

    if (volo_document_picture(self->document))
        there |= VOLO_NEEDS_PICTURE;
    if (volo_document_result(self->document))
        there |= VOLO_NEEDS_RESULT;
    if (pictures)
        there |= VOLO_NEEDS_FOLDER;
    if (state == VOLO_DOCUMENT_FAILED ||
        (state == VOLO_DOCUMENT_READY && !volo_document_result(self->document)))
        there |= VOLO_NEEDS_RETRY;
    return there;
}

static void follow_abilities(VoloWindow *self)
{
    const VoloNeeds there = there_is(self);

    for (gsize i = 0; i < volo_action_row_count; i++) {
        const VoloActionRow *row = &volo_action_rows[i];
        GAction *action =
            row->run ? g_action_map_lookup_action(G_ACTION_MAP(self), row->action + strlen("win."))
                     : NULL;

        if (action)
            g_simple_action_set_enabled(G_SIMPLE_ACTION(action), (row->needs & ~there) == 0);
    }
}

/* --- what is written on it --- */

static void add_part(GString *text, const char *part)
{
    if (text->len)
        g_string_append(text, " · ");
    g_string_append(text, part);
}

static char *describe_document(VoloWindow *self)
{
    VoloSegmentation *result = volo_document_result(self->document);
    const guint count = g_list_model_get_n_items(G_LIST_MODEL(self->folder));
    const guint current = volo_folder_current(self->folder);
    GString *text = g_string_new("");

    if (result) {
        add_part(text, volo_segmentation_source(result));
        if (volo_segmentation_seconds(result) > 0) {
            g_autofree char *seconds =
                g_strdup_printf(_("%.2f s"), volo_segmentation_seconds(result));
            add_part(text, seconds);
        }
    }
    if (count > 1 && current < count && volo_document_file(self->document)) {
        g_autofree char *place = g_strdup_printf(_("%u of %u"), current + 1, count);
        add_part(text, place);
    }
    return g_string_free(text, FALSE);
}

static void follow_title(VoloWindow *self)
{
    const char *title = volo_document_title(self->document);
    g_autofree char *subtitle = describe_document(self);

    if (!title || !*title)
        title = _("VOLO Viewer");
    gtk_window_set_title(GTK_WINDOW(self), title);
    adw_window_title_set_title(self->title, title);
    adw_window_title_set_subtitle(self->title, subtitle);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self->canvas), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   title, -1);
}

/* --- which page is up --- */

static const char *choose_page(VoloWindow *self)
{
    const VoloDocumentState state = volo_document_state(self->document);

    if (volo_document_picture(self->document))
        return "picture";
    if (state == VOLO_DOCUMENT_FAILED)
        return "failed";
    return state == VOLO_DOCUMENT_EMPTY ? "empty" : "loading";
}

/* Without a picture the page tells of it, else the bar above the picture. */
static void follow_failure(VoloWindow *self)
{
    const char *message = volo_document_message(self->document);
    const char *advice = volo_document_advice(self->document);

    if (!message || !*message) {
        if (self->tells_of_document)
            volo_message_bar_hide(self->message_bar);
    } else if (!volo_document_picture(self->document)) {
        g_autofree char *text = g_strdup_printf("%s\n\n%s", message, advice ? advice : "");
        g_autofree char *markup = g_markup_escape_text(text, -1);

        adw_status_page_set_description(self->failed_page, markup);
        volo_message_bar_hide(self->message_bar);
    } else {
        self->tells_of_document = TRUE;
        volo_message_bar_show(self->message_bar, message, advice);
    }
}

static void follow_progress(VoloWindow *self)
{
    const gboolean busy = volo_document_state(self->document) == VOLO_DOCUMENT_SEGMENTING;
    const double done = volo_document_progress(self->document);
    g_autofree char *text = g_strdup_printf(_("Segmenting… %d %%"), (int)(done * 100));

    gtk_widget_set_visible(GTK_WIDGET(self->progress), busy);
    gtk_revealer_set_reveal_child(self->busy, busy);
    if (!busy)
        return;
    gtk_progress_bar_set_fraction(self->progress, CLAMP(done, 0, 1));
    if (!g_str_equal(gtk_label_get_label(self->busy_label), text))
        gtk_label_set_label(self->busy_label, text);
}

static void prefetch_next(VoloWindow *self)
{
    if (volo_document_state(self->document) != VOLO_DOCUMENT_READY)
        return;
    volo_document_prefetch(self->document,
                           volo_folder_neighbour(self->folder, self->advancing_back ? -1 : 1));
}

/* What slides in moves the picture, which is painted anew in each frame. */
static void reveal(GtkRevealer *revealer, gboolean shown, gboolean slowly)
{
    gtk_revealer_set_transition_duration(revealer, slowly ? REVEAL_MS : 0);
    gtk_revealer_set_reveal_child(revealer, shown);
}

/* With the first picture everything is there at once; what the user calls for comes slowly. */
static void follow_room(VoloWindow *self)
{
    const gboolean fullscreen = gtk_window_is_fullscreen(GTK_WINDOW(self));
    const gboolean picture = volo_document_picture(self->document) != NULL;
    const gboolean several = g_list_model_get_n_items(G_LIST_MODEL(self->folder)) > 1;
    const gboolean slowly = picture == self->has_picture;

    self->has_picture = picture;
    gtk_widget_set_visible(GTK_WIDGET(self->header), !fullscreen);
    gtk_widget_set_visible(self->places, several);
    gtk_widget_set_visible(self->legend_button, picture);
    reveal(self->strip,
           several && !fullscreen && g_settings_get_boolean(self->settings, "show-filmstrip"),
           slowly);
    reveal(self->legend,
           picture && !fullscreen && g_settings_get_boolean(self->settings, "show-legend"), slowly);
    if (!fullscreen)
        reveal(self->bars, picture, slowly);
}

static void follow_state(VoloWindow *self)
{
    const char *page = choose_page(self);

    gtk_stack_set_visible_child_name(self->pages, page);
    /* It would turn, and keep the window painting, on a hidden page, too. */
    gtk_spinner_set_spinning(self->loading_spinner, g_str_equal(page, "loading"));
    follow_failure(self);
    follow_progress(self);
    follow_room(self);
    follow_title(self);
    follow_abilities(self);
    prefetch_next(self);
}

/* --- what the canvas paints --- */

static void show_side(VoloWindow *self, VoloSide side, VoloSegmentation *segmentation)
{
    volo_canvas_set_mask(self->canvas, side,
                         segmentation ? volo_segmentation_mask(segmentation) : NULL,
                         segmentation ? volo_segmentation_confidence(segmentation) : NULL,
                         segmentation ? volo_class_list_look(self->class_list, side) : NULL);
    volo_canvas_set_side_title(self->canvas, side,
                               segmentation ? volo_segmentation_source(segmentation) : NULL);
}

static void follow_result(VoloWindow *self)
{
    show_side(self, VOLO_SIDE_FIRST, volo_document_result(self->document));
    follow_state(self);
}

static void follow_reference(VoloWindow *self)
{
    show_side(self, VOLO_SIDE_SECOND, volo_document_reference(self->document));
    follow_state(self);
}

static void follow_comparison(VoloWindow *self)
{
    VoloComparison *comparison = volo_document_comparison(self->document);

    volo_canvas_set_errors(self->canvas, comparison ? volo_comparison_errors(comparison) : NULL);
}

static void follow_look(VoloWindow *self)
{
    for (VoloSide side = VOLO_SIDE_FIRST; side <= VOLO_SIDE_SECOND; side++) {
        const VoloLook *look = volo_class_list_look(self->class_list, side);

        if (!look)
            continue;
        volo_canvas_set_look(self->canvas, side, look);
        volo_hover_bar_set_look(self->hover_bar, side, look);
    }
}

static void follow_picture(VoloWindow *self)
{
    GFile *file = volo_document_file(self->document);

    volo_canvas_set_picture(self->canvas, volo_document_picture(self->document), FALSE);
    volo_hover_bar_show(self->hover_bar, NULL, -1, -1, VOLO_SIDE_FIRST);
    follow_state(self);
    if (!volo_document_picture(self->document))
        return;
    if (file)
        volo_window_remember(self, file);
    if (self->labels) {
        g_autoptr(GFile) labels = g_steal_pointer(&self->labels);

        volo_document_open_prediction(self->document, labels);
    }
}

static void follow_pointer(VoloWindow *self, int x, int y, VoloSide side)
{
    volo_hover_bar_show(self->hover_bar, self->document, x, y, side);
}

/* --- full screen: the bars are there while the pointer moves --- */

static gboolean hide_bars(gpointer data)
{
    VoloWindow *self = data;

    self->bars_timer = 0;
    if (gtk_window_is_fullscreen(GTK_WINDOW(self)))
        gtk_revealer_set_reveal_child(self->bars, FALSE);
    return G_SOURCE_REMOVE;
}

static void wake_bars(VoloWindow *self)
{
    if (!gtk_window_is_fullscreen(GTK_WINDOW(self)))
        return;
    g_clear_handle_id(&self->bars_timer, g_source_remove);
    gtk_revealer_set_reveal_child(self->bars, volo_document_picture(self->document) != NULL);
    self->bars_timer = g_timeout_add(BARS_STAY_MS, hide_bars, self);
}

static void follow_fullscreen(VoloWindow *self)
{
    follow_room(self);
    wake_bars(self);
}

static void follow_motion(VoloWindow *self)
{
    GtkEventController *motion = gtk_event_controller_motion_new();

    gtk_event_controller_set_propagation_phase(motion, GTK_PHASE_CAPTURE);
    g_signal_connect_swapped(motion, "motion", G_CALLBACK(wake_bars), self);
    gtk_widget_add_controller(GTK_WIDGET(self), motion);
}

void volo_window_follow(VoloWindow *self)
{
    const struct {
        gpointer source;
        const char *signal;
        void (*follow)(VoloWindow *self);
    } wires[] = {
        { self->document, "notify::state", follow_state },
        { self->document, "notify::progress", follow_progress },
        { self->document, "notify::title", follow_title },
        { self->document, "notify::message", follow_failure },
        { self->document, "notify::picture", follow_picture },
        { self->document, "notify::result", follow_result },
        { self->document, "notify::reference", follow_reference },
        { self->document, "notify::comparison", follow_comparison },
        { self->folder, "items-changed", follow_state },
        { self->folder, "notify::current", follow_title },
        { self->class_list, "look-changed", follow_look },
        { self->settings, "changed::show-legend", follow_room },
        { self->settings, "changed::show-filmstrip", follow_room },
        { self, "notify::fullscreened", follow_fullscreen },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(wires); i++)
        g_signal_connect_object(wires[i].source, wires[i].signal, G_CALLBACK(wires[i].follow), self,
                                G_CONNECT_SWAPPED);
    g_signal_connect_object(self->canvas, "hovered", G_CALLBACK(follow_pointer), self,
                            G_CONNECT_SWAPPED);
    follow_motion(self);
    follow_look(self);
    follow_state(self);
}
