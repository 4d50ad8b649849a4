/* SPDX-License-Identifier: Apache-2.0 */
/* Somebody who does everything wrong: thousands of real clicks, keys and turns of the wheel (made
 * by the X server's test extension) reach the window while damaged files are dropped on it and
 * chosen in its dialogs. Every warning is fatal here; at the end the window must still open and
 * segment a picture, and go away wholly when it is closed.
 * usage: monkey PICTURE LABELS EVENTS BAD-FILES SEED (under under_xvfb.sh) */
#include "app/viewer/file_dialogs.h"
#include "app/viewer/window.h"

#include <X11/extensions/XTest.h>
#include <gdk/x11/gdkx.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    TIDY_EVERY = 10, /* drops, until what was opened beside the window is closed */
    GOOD_EVERY = 8, /* drops, until one is a picture with its labels: then there is much to press */
    PATIENCE_S = 540, /* for all of it */
    PAUSE_MS = 4,     /* between two events, at most: more when there is something to do */
    WIDTH = 1280,
    HEIGHT = 800,
};

typedef struct Monkey {
    GApplication *application;
    char *picture, *labels;
    char *bytes; /* of the picture */
    gsize size;
    char *folder; /* of bad files */
    GRand *random;
    guint events, bad_files, sent, dropped, made;
    VoloWindow *window; /* weak */
    int code;
} Monkey;

/* --- bad files --- */

/* A PNG's first bytes, of 60,000 x 60,000 pixels. */
static const guint8 enormous[] = { 0x89, 'P',  'N', 'G', '\r', '\n', 0x1a, '\n', 0,    0,    0,
                                   13,   'I',  'H', 'D', 'R',  0,    0,    0xea, 0x60, 0,    0,
                                   0xea, 0x60, 8,   2,   0,    0,    0,    0x2d, 0x1e, 0x9b, 0x4f };

static void write_bytes(const char *path, const void *bytes, gsize size)
{
    if (!g_file_set_contents(path, bytes, (gssize)size, NULL))
        g_error("cannot write '%s'", path);
}

static void write_spoilt(Monkey *self, const char *path, gsize size)
{
    char *const bytes = g_memdup2(self->bytes, self->size);

    for (int i = 0; i < 20; i++)
        bytes[g_rand_int_range(self->random, 0, (gint32)self->size)] =
            (char)g_rand_int_range(self->random, 0, 256);
    write_bytes(path, bytes, size);
    g_free(bytes);
}

/* Makes another bad file, or none at that path: nobody promises that it exists. */
static char *make_bad_file(Monkey *self)
{
    static const char *const ending[] = { "png", "jpg", "ppm", "PNG", "txt" };
    const guint index = self->made++;
    char *const name = g_strdup_printf("bad%03u.%s", index, ending[index % G_N_ELEMENTS(ending)]);
    char *const path = g_build_filename(self->folder, name, NULL);

    switch (index % 9) {
    case 0:
        write_bytes(path, "", 0);
        break;
    case 1:
        write_bytes(path, enormous, sizeof enormous);
        break;
    case 2:
        write_spoilt(self, path, self->size);
        break;
    case 3:
        write_spoilt(self, path, self->size / 3);
        break;
    case 4:
        write_bytes(path, "P6\n9999999999 1\n255\n", 20);
        break;
    case 5:
        write_bytes(path, "\xff\xd8\xff\xe0 is no picture \xff\xfe", 21);
        break;
    case 6:
        g_mkdir(path, 0700);
        break;
    case 7:
        if (mkfifo(path, 0600))
            g_error("cannot make '%s'", path);
        break;
    default:
        break; /* vanished */
    }
    g_free(name);
    return path;
}

/* --- the window --- */

static void open_paths(Monkey *self, const char *const *paths)
{
    GListStore *const files = g_list_store_new(G_TYPE_FILE);

    for (gsize i = 0; paths[i]; i++) {
        GFile *const file = g_file_new_for_path(paths[i]);
        g_list_store_append(files, file);
        g_object_unref(file);
    }
    if (self->window)
        volo_window_open(self->window, G_LIST_MODEL(files));
    g_object_unref(files);
}

/* Dialogs, other windows: as if somebody tidied up. */
static void close_others(const Monkey *self)
{
    GList *const all = gtk_window_list_toplevels();

    for (GList *l = all; l; l = l->next) {
        if (l->data != self->window && gtk_widget_get_visible(l->data))
            gtk_window_close(l->data);
    }
    g_list_free(all);
}

static void ensure_window(Monkey *self)
{
    if (self->window)
        return;
    self->window = volo_window_new(VOLO_APPLICATION(self->application));
    g_object_add_weak_pointer(G_OBJECT(self->window), (gpointer *)&self->window);
    gtk_window_set_default_size(GTK_WINDOW(self->window), WIDTH, HEIGHT);
    gtk_window_present(GTK_WINDOW(self->window));
}

static void finish(Monkey *self, int code, const char *text)
{
    self->code = code;
    g_print("%s\n", text);
    g_application_quit(self->application);
}

/* --- the end: the window is as good as new --- */

static gboolean look_at_result(gpointer user)
{
    Monkey *const self = user;
    VoloDocument *const document = volo_window_document(self->window);

    if (volo_document_state(document) == VOLO_DOCUMENT_FAILED) {
        finish(self, 1, volo_document_message(document));
        return G_SOURCE_REMOVE;
    }
    if (volo_document_state(document) != VOLO_DOCUMENT_READY || !volo_document_result(document))
        return G_SOURCE_CONTINUE;
    gtk_window_destroy(GTK_WINDOW(self->window));
    while (g_main_context_iteration(NULL, FALSE))
        ;
    finish(self, self->window != NULL, self->window ? "the window stays" : "alive");
    return G_SOURCE_REMOVE;
}

static gboolean calm_down(gpointer user)
{
    Monkey *const self = user;
    VoloModelEntry *const model =
        volo_model_store_default(volo_application_models(VOLO_APPLICATION(self->application)));

    if (!model) {
        finish(self, 1, "there is no default model");
        return G_SOURCE_REMOVE;
    }
    close_others(self);
    ensure_window(self);
    volo_document_set_model(volo_window_document(self->window), model);
    open_paths(self, (const char *const[]){ self->picture, NULL });
    g_timeout_add(50, look_at_result, self);
    return G_SOURCE_REMOVE;
}

/* --- files --- */

static void drop_something(Monkey *self)
{
    ensure_window(self);
    if (self->dropped % GOOD_EVERY == 0)
        open_paths(self, (const char *const[]){ self->picture, self->labels, NULL });
    char *const path = make_bad_file(self);
    open_paths(self, (const char *const[]){ path, NULL });
    g_free(path);
    self->dropped++;
    if (self->dropped % TIDY_EVERY == 0)
        close_others(self);
}

static Monkey *the_monkey; /* for the stand-in, which is told nothing */

/* GTK's own dialog is not what is tested here. Half of the time something bad is chosen. */
static void choose_file(VoloFileDialog which, VoloFilesFn chosen, gpointer user)
{
    const gboolean folder = which == VOLO_DIALOG_EXPORT_FOLDER || which == VOLO_DIALOG_FOLDER;
    GListStore *const files = g_list_store_new(G_TYPE_FILE);
    char *const path = folder ? g_strdup(the_monkey->folder) : make_bad_file(the_monkey);
    GFile *const file = g_file_new_for_path(path);

    g_list_store_append(files, file);
    if (g_rand_boolean(the_monkey->random))
        chosen(G_LIST_MODEL(files), user);
    g_object_unref(file);
    g_object_unref(files);
    g_free(path);
}

/* --- real events --- */

static Display *display(void)
{
    return gdk_x11_display_get_xdisplay(gdk_display_get_default());
}

static void press_key(KeySym symbol, Bool down)
{
    XTestFakeKeyEvent(display(), XKeysymToKeycode(display(), symbol), down, CurrentTime);
}

static const KeySym keys[] = { XK_bracketleft, XK_bracketright,
                               XK_space,       XK_o,
                               XK_m,           XK_p,
                               XK_c,           XK_e,
                               XK_n,           XK_v,
                               XK_h,           XK_t,
                               XK_s,           XK_b,
                               XK_0,           XK_1,
                               XK_7,           XK_x,
                               XK_minus,       XK_comma,
                               XK_period,      XK_Left,
                               XK_Right,       XK_Up,
                               XK_Down,        XK_Home,
                               XK_End,         XK_Page_Down,
                               XK_Escape,      XK_Delete,
                               XK_Tab,         XK_Return,
                               XK_F8,          XK_F9,
                               XK_F10,         XK_F11 };

static const struct {
    KeySym key, held[2];
} chords[] = { { XK_equal, { XK_Shift_L, 0 } },        { XK_Tab, { XK_Shift_L, 0 } },
               { XK_equal, { XK_Control_L, 0 } },      { XK_f, { XK_Control_L, 0 } },
               { XK_c, { XK_Control_L, 0 } },          { XK_v, { XK_Control_L, 0 } },
               { XK_t, { XK_Control_L, 0 } },          { XK_o, { XK_Control_L, 0 } },
               { XK_comma, { XK_Control_L, 0 } },      { XK_slash, { XK_Control_L, XK_Shift_L } },
               { XK_s, { XK_Control_L, XK_Shift_L } }, { XK_e, { XK_Control_L, XK_Shift_L } },
               { XK_m, { XK_Control_L, XK_Shift_L } }, { XK_Left, { XK_Control_L, XK_Alt_L } },
               { XK_Return, { XK_Alt_L, 0 } } };

static void type_key(const Monkey *self)
{
    const gsize which = (gsize)g_rand_int_range(self->random, 0, G_N_ELEMENTS(keys));

    press_key(keys[which], True);
    press_key(keys[which], False);
}

static void type_chord(const Monkey *self)
{
    const gsize which = (gsize)g_rand_int_range(self->random, 0, G_N_ELEMENTS(chords));
    const KeySym *const held = chords[which].held;

    for (int i = 0; i < 2 && held[i]; i++)
        press_key(held[i], True);
    press_key(chords[which].key, True);
    press_key(chords[which].key, False);
    for (int i = 0; i < 2 && held[i]; i++)
        press_key(held[i], False);
}

/* Where a window can be seized and dragged away. Nobody manages windows here, and without one who
 * does GTK moves them itself, also to where there is no monitor, which it does not expect. */
static gboolean is_handle_under_pointer(void)
{
    GdkDevice *const pointer =
        gdk_seat_get_pointer(gdk_display_get_default_seat(gdk_display_get_default()));
    double x, y, shift_x, shift_y;
    GdkSurface *const surface = gdk_device_get_surface_at_position(pointer, &x, &y);
    GtkNative *const native = surface ? gtk_native_get_for_surface(surface) : NULL;

    if (!native)
        return FALSE;
    gtk_native_get_surface_transform(native, &shift_x, &shift_y);
    GtkWidget *const widget =
        gtk_widget_pick(GTK_WIDGET(native), x - shift_x, y - shift_y, GTK_PICK_DEFAULT);
    return !widget || GTK_IS_NATIVE(widget) ||
           gtk_widget_get_ancestor(widget, GTK_TYPE_WINDOW_HANDLE);
}

static void send_event(const Monkey *self)
{
    const int kind = g_rand_int_range(self->random, 0, 10);
    const guint button = (guint)g_rand_int_range(self->random, 1, 6);

    if (kind < 4) {
        XTestFakeMotionEvent(display(), -1, g_rand_int_range(self->random, 0, WIDTH),
                             g_rand_int_range(self->random, 0, HEIGHT), CurrentTime);
    } else if (kind < 6) {
        XTestFakeButtonEvent(display(), button, True, CurrentTime);
        XTestFakeButtonEvent(display(), button, False, CurrentTime);
    } else if (kind < 7) {
        const Bool down = g_rand_boolean(self->random);
        if (!down || !is_handle_under_pointer())
            XTestFakeButtonEvent(display(), 1, down, CurrentTime);
    } else if (kind < 9) {
        type_key(self);
    } else {
        type_chord(self);
    }
    XSync(display(), False);
}

static gboolean go_on(gpointer user)
{
    Monkey *const self = user;

    if (self->sent * self->bad_files >= self->dropped * self->events &&
        self->dropped < self->bad_files)
        drop_something(self);
    if (self->sent++ < self->events) {
        send_event(self);
        g_timeout_add_full(G_PRIORITY_LOW, (guint)g_rand_int_range(self->random, 0, PAUSE_MS + 1),
                           go_on, self, NULL);
    } else {
        XTestFakeButtonEvent(display(), 1, False, CurrentTime);
        XSync(display(), False);
        g_timeout_add_full(G_PRIORITY_LOW, PAUSE_MS, calm_down, self, NULL);
    }
    return G_SOURCE_REMOVE;
}

/* --- warnings --- */

/* GTK counts for each widget how many buttons are pressed in it. Up to 4.18 at least, it gives a
 * press back twice, and says so, when another button goes down before the first one comes up and
 * the widget of either is hidden meanwhile (gtk_window_update_pointer_focus_on_state_change clears
 * the grab, but not the count), or when a menu or another window seizes the pointer while a button
 * is down (GDK_LEAVE_NOTIFY or GDK_GRAB_BROKEN and the release each subtract in gtkmain.c). Nothing
 * but a look comes of it, and no program can keep people from pressing two buttons. From a press
 * for which neither is true the warning is fatal as all others are. */
static gboolean tangled;

static gboolean watch_presses(GSignalInvocationHint *hint, guint count, const GValue *values,
                              gpointer user)
{
    const GdkModifierType any_button = GDK_BUTTON1_MASK | GDK_BUTTON2_MASK | GDK_BUTTON3_MASK |
                                       GDK_BUTTON4_MASK | GDK_BUTTON5_MASK;
    GdkEvent *const event = g_value_get_pointer(&values[1]);
    const gboolean held = (gdk_event_get_modifier_state(event) & any_button) != 0;
    const GdkEventType type = gdk_event_get_event_type(event);

    (void)hint, (void)count, (void)user;
    if (type == GDK_BUTTON_PRESS)
        tangled = held;
    else if (type == GDK_GRAB_BROKEN || (type == GDK_LEAVE_NOTIFY && held))
        tangled = TRUE;
    return TRUE;
}

static gboolean is_of_tangle(const GLogField *field)
{
    return tangled && strcmp(field->key, "MESSAGE") == 0 &&
           g_str_has_prefix(field->value, "Broken accounting of active state");
}

/* GTK 4.8's lists look for a row at their position before new rows or sizes are laid out. The
 * window's own lists are guarded (list_calm.h, with a test); those inside of GTK's and libadwaita's
 * widgets are not. */
static gboolean is_of_lists(const GLogField *field)
{
    return strcmp(field->key, "MESSAGE") == 0 &&
           g_str_has_prefix(field->value, "GtkListView failed to scroll to given position");
}

/* Any other warning ends the program. */
static GLogWriterOutput write_log(GLogLevelFlags level, const GLogField *fields, gsize count,
                                  gpointer user)
{
    for (gsize i = 0; i < count; i++) {
        if (is_of_tangle(&fields[i]) || is_of_lists(&fields[i]))
            return G_LOG_WRITER_HANDLED;
    }
    g_log_writer_standard_streams(level, fields, count, user);
    if (level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING))
        abort();
    return G_LOG_WRITER_HANDLED;
}

/* --- */

static gboolean give_up(gpointer user)
{
    Monkey *const self = user;
    char *const text = g_strdup_printf(
        "after %d s: %u events, %u files dropped, document: %d", PATIENCE_S, self->sent,
        self->dropped,
        self->window ? (int)volo_document_state(volo_window_document(self->window)) : -1);

    finish(self, 1, text);
    g_free(text);
    return G_SOURCE_REMOVE;
}

static void activated(GApplication *application, gpointer user)
{
    Monkey *const self = user;

    g_signal_stop_emission_by_name(application, "activate");
    g_application_hold(application); /* also while there is no window */
    ensure_window(self);
    g_signal_add_emission_hook(g_signal_lookup("event", GDK_TYPE_SURFACE), 0, watch_presses, NULL,
                               NULL);
    g_timeout_add(PAUSE_MS, go_on, self);
    g_timeout_add_seconds(PATIENCE_S, give_up, self);
}

int main(int argc, char **argv)
{
    VoloError err;
    Monkey self = { .code = 1 };

    if (argc != 6 || volo_init(&err))
        return 2;
    g_log_set_always_fatal(G_LOG_LEVEL_ERROR); /* write_log decides */
    g_log_set_writer_func(write_log, NULL, NULL);
    self.picture = argv[1];
    self.labels = argv[2];
    self.events = (guint)strtoul(argv[3], NULL, 10);
    self.bad_files = (guint)strtoul(argv[4], NULL, 10);
    self.random = g_rand_new_with_seed((guint32)strtoul(argv[5], NULL, 10));
    self.folder = g_dir_make_tmp("monkey-XXXXXX", NULL);
    if (!self.folder || !g_file_get_contents(self.picture, &self.bytes, &self.size, NULL))
        return 2;
    the_monkey = &self;
    volo_file_dialog_set_stand_in(choose_file);
    self.application = G_APPLICATION(volo_application_new(
        &(InferenceOptions){ .task = VOLO_SEGMENT }, G_APPLICATION_NON_UNIQUE));
    g_signal_connect(self.application, "activate", G_CALLBACK(activated), &self);
    g_application_run(self.application, 1, argv);
    g_object_unref(self.application);
    g_rand_free(self.random);
    g_free(self.bytes);
    g_free(self.folder);
    return self.code;
}
