/* SPDX-License-Identifier: Apache-2.0 */
/* Somebody who does everything wrong: thousands of real clicks, keys and turns of the wheel (made
 * by xdotool) reach the window while damaged files are dropped on it. Every warning is fatal here;
 * at the end the window must still open and segment a picture, and go away wholly when it is
 * closed. usage: monkey SAMPLE-PICTURE EVENTS BAD-FILES SEED (under under_xvfb.sh) */
#include "app/viewer/window.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    DROP_MS = 40,     /* between two bad files */
    TIDY_EVERY = 10,  /* drops, until what was opened beside the window is closed */
    PATIENCE_S = 540, /* for all of it */
    EVENT_US = 1500,  /* between two events */
    WIDTH = 1280,
    HEIGHT = 800,
    HEADER = 60, /* height of a header bar, at least */
};

typedef struct Monkey {
    GApplication *application;
    GFile *sample;
    char *sample_bytes;
    gsize sample_size;
    char *folder; /* of bad files */
    GRand *random;
    guint events, bad_files, dropped;
    gboolean typing;    /* xdotool is at work */
    gboolean calm;      /* the last picture was asked for */
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
    char *const bytes = g_memdup2(self->sample_bytes, self->sample_size);

    for (int i = 0; i < 20; i++)
        bytes[g_rand_int_range(self->random, 0, (gint32)self->sample_size)] =
            (char)g_rand_int_range(self->random, 0, 256);
    write_bytes(path, bytes, size);
    g_free(bytes);
}

/* Makes bad file number index, or none at that path: nobody promises that it exists. */
static char *make_bad_file(Monkey *self, guint index)
{
    static const char *const ending[] = { "png", "jpg", "ppm", "PNG", "txt" };
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
        write_spoilt(self, path, self->sample_size);
        break;
    case 3:
        write_spoilt(self, path, self->sample_size / 3);
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

static void calm_down(Monkey *self)
{
    char *const path = g_file_get_path(self->sample);

    if (self->typing || self->dropped < self->bad_files || self->calm)
        return;
    self->calm = TRUE;
    close_others(self);
    ensure_window(self);
    open_paths(self, (const char *const[]){ path, NULL });
    g_free(path);
    g_timeout_add(50, look_at_result, self);
}

static gboolean drop_bad_file(gpointer user)
{
    Monkey *const self = user;

    ensure_window(self);
    if (self->dropped < self->bad_files) {
        char *const path = make_bad_file(self, self->dropped++);

        open_paths(self, (const char *const[]){ path, NULL });
        g_free(path);
    }
    if (self->dropped % TIDY_EVERY == 0)
        close_others(self);
    calm_down(self);
    return self->calm ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

/* --- real events --- */

static void add_event(Monkey *self, GString *script)
{
    static const char *const keys[] = {
        "bracketleft",
        "bracketright",
        "space",
        "o",
        "m",
        "p",
        "c",
        "e",
        "t",
        "s",
        "b",
        "0",
        "1",
        "plus",
        "minus",
        "Left",
        "Right",
        "Up",
        "Down",
        "Home",
        "End",
        "Escape",
        "F9",
        "F11",
        "Tab",
        "shift+Tab",
        "Return",
        "ctrl+plus",
        "ctrl+f",
        "ctrl+c",
        "ctrl+v",
        "ctrl+question",
        "Delete",
        "Page_Down",
        "F10",
        "alt+Return",
        "ctrl+shift+s",
        "ctrl+o",
        "ctrl+alt+Left",
        "x",
        "7",
    };
    const guint kind = (guint)g_rand_int_range(self->random, 0, 10);

    if (kind < 4)
        g_string_append_printf(script, "mousemove %d %d\n",
                               g_rand_int_range(self->random, 0, WIDTH),
                               g_rand_int_range(self->random, 0, HEIGHT));
    else if (kind < 6)
        g_string_append_printf(script, "click %d\n", g_rand_int_range(self->random, 1, 6));
    else if (kind < 7) /* but not to drag the window away: GTK wants to know a window's monitor */
        g_string_append_printf(script, "mousemove %d %d\nmouse%s 1\n",
                               g_rand_int_range(self->random, 0, WIDTH),
                               g_rand_int_range(self->random, HEADER, HEIGHT),
                               g_rand_boolean(self->random) ? "down" : "up");
    else
        g_string_append_printf(script, "key %s\n",
                               keys[g_rand_int_range(self->random, 0, G_N_ELEMENTS(keys))]);
}

static void typing_ended(GObject *process, GAsyncResult *result, gpointer user)
{
    Monkey *const self = user;
    GError *error = NULL;

    if (!g_subprocess_wait_check_finish(G_SUBPROCESS(process), result, &error))
        g_error("xdotool: %s", error->message);
    self->typing = FALSE;
    calm_down(self);
}

static void start_typing(Monkey *self)
{
    GString *const script = g_string_new(NULL);
    char *const path = g_build_filename(self->folder, "events.xdotool", NULL);
    GError *error = NULL;

    for (guint i = 0; i < self->events; i++) {
        add_event(self, script);
        g_string_append_printf(script, "sleep %.4f\n", EVENT_US / 1e6);
    }
    g_string_append(script, "mouseup 1\n");
    write_bytes(path, script->str, script->len);
    GSubprocess *const process =
        g_subprocess_new(G_SUBPROCESS_FLAGS_NONE, &error, "xdotool", path, NULL);
    if (!process)
        g_error("xdotool: %s", error->message);
    self->typing = TRUE;
    g_subprocess_wait_check_async(process, NULL, typing_ended, self);
    g_object_unref(process);
    g_free(path);
    g_string_free(script, TRUE);
}

/* What GTK 4.8 says of itself: it miscounts pressed buttons when the row that is pressed leaves its
 * list, gives up scrolling to a row while rows change, and its file dialog pops up a menu for a row
 * that has gone. */
static bool is_of_gtk(const char *text)
{
    return g_str_has_prefix(text, "Broken accounting of active state") ||
           g_str_has_prefix(text, "GtkListView failed to scroll to given position") ||
           g_str_has_prefix(text, "gtk_widget_compute_bounds: assertion 'GTK_IS_WIDGET (widget)'");
}

/* Any other warning ends the program. */
static GLogWriterOutput write_log(GLogLevelFlags level, const GLogField *fields, gsize count,
                                  gpointer user)
{
    for (gsize i = 0; i < count; i++) {
        if (strcmp(fields[i].key, "MESSAGE") == 0 && is_of_gtk(fields[i].value))
            return G_LOG_WRITER_HANDLED;
    }
    g_log_writer_standard_streams(level, fields, count, user);
    if (level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING))
        abort();
    return G_LOG_WRITER_HANDLED;
}

static gboolean give_up(gpointer user)
{
    Monkey *const self = user;
    char *const text = g_strdup_printf(
        "after %d s: %u files dropped, typing: %d, document: %d", PATIENCE_S, self->dropped,
        self->typing,
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
    start_typing(self);
    g_timeout_add(DROP_MS, drop_bad_file, self);
    g_timeout_add_seconds(PATIENCE_S, give_up, self);
}

int main(int argc, char **argv)
{
    VoloError err;
    Monkey self = { .code = 1 };

    if (argc != 5 || volo_init(&err))
        return 2;
    g_log_set_always_fatal(G_LOG_LEVEL_ERROR); /* write_log decides */
    g_log_set_writer_func(write_log, NULL, NULL);
    self.sample = g_file_new_for_path(argv[1]);
    self.events = (guint)strtoul(argv[2], NULL, 10);
    self.bad_files = (guint)strtoul(argv[3], NULL, 10);
    self.random = g_rand_new_with_seed((guint32)strtoul(argv[4], NULL, 10));
    self.folder = g_dir_make_tmp("monkey-XXXXXX", NULL);
    if (!self.folder || !g_file_get_contents(argv[1], &self.sample_bytes, &self.sample_size, NULL))
        return 2;
    self.application = G_APPLICATION(volo_application_new(
        &(InferenceOptions){ .task = VOLO_SEGMENT }, G_APPLICATION_NON_UNIQUE));
    g_signal_connect(self.application, "activate", G_CALLBACK(activated), &self);
    g_application_run(self.application, 1, argv);
    g_object_unref(self.application);
    g_object_unref(self.sample);
    g_rand_free(self.random);
    g_free(self.sample_bytes);
    g_free(self.folder);
    return self.code;
}
