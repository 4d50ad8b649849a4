/* SPDX-License-Identifier: Apache-2.0 */
/* Hearing and typing: see the header. Everything is asked for at once rather than one after the
 * other, as libatspi would: a window of 200 accessibles is heard in a few milliseconds. */
#include "reader.h"

#include <atspi/atspi.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define ACCESSIBLE "org.a11y.atspi.Accessible"
#define ROOT "/org/a11y/atspi/accessible/root"

enum {
    PATIENCE_S = 120,
    PAUSE_MS = 30,        /* between two tries to hear something */
    STANDSTILL_MS = 3000, /* of the focus, until nothing is expected any more */
    MOST_KEYS = 8,        /* at once */
    MOST_STOPS = 120,     /* of the focus in a window */
};

struct Reader {
    GSubprocess *viewer;
    GDBusConnection *bus;
    char *address; /* of the viewer on the bus */
    guint following;
    GPtrArray *trail; /* paths of what got the focus, in order */
    guint pending;    /* answers that are waited for */
    int middle_x, middle_y;
};

/* --- waiting --- */

static gboolean set_flag(gpointer flag)
{
    *(gboolean *)flag = TRUE;
    return G_SOURCE_REMOVE;
}

/* Lets events come in. */
static void pause_ms(guint milliseconds)
{
    gboolean over = FALSE;

    g_timeout_add(milliseconds, set_flag, &over);
    while (!over)
        g_main_context_iteration(NULL, TRUE);
}

static gint64 deadline_in(guint milliseconds)
{
    return g_get_monotonic_time() + (gint64)milliseconds * 1000;
}

static void check_alive(Reader *self)
{
    if (!g_subprocess_get_identifier(self->viewer))
        fail_msg("the viewer has ended");
}

/* --- xdotool --- */

static gboolean try_xdotool(const char *const *arguments)
{
    g_autoptr(GPtrArray) command = g_ptr_array_new();
    g_autoptr(GError) error = NULL;

    g_ptr_array_add(command, (gpointer) "xdotool");
    for (; *arguments; arguments++)
        g_ptr_array_add(command, (gpointer)*arguments);
    g_ptr_array_add(command, NULL);
    g_autoptr(GSubprocess) process = g_subprocess_newv(
        (const char *const *)command->pdata,
        G_SUBPROCESS_FLAGS_STDERR_SILENCE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error);
    if (!process)
        fail_msg("xdotool: %s", error->message);
    return g_subprocess_wait_check(process, NULL, NULL);
}

/* Without a window manager nobody gives windows the keyboard. kind: "--pid" or "--name". */
static void give_keyboard(Reader *self, const char *kind, const char *value)
{
    const gint64 deadline = deadline_in(PATIENCE_S * 1000);

    while (!try_xdotool(
        (const char *const[]){ "search", "--onlyvisible", kind, value, "windowfocus", NULL })) {
        check_alive(self);
        if (g_get_monotonic_time() > deadline)
            fail_msg("no window of %s %s", kind, value);
        pause_ms(PAUSE_MS);
    }
}

/* --- what is heard --- */

void heard_free(Heard *heard)
{
    g_ptr_array_unref(heard->children);
    g_free(heard->path);
    g_free(heard->role);
    g_free(heard->name);
    g_free(heard->description);
    g_free(heard);
}

static Heard *heard_new(Heard *parent, const char *path)
{
    Heard *heard = g_new0(Heard, 1);

    heard->parent = parent;
    heard->children = g_ptr_array_new_with_free_func((GDestroyNotify)heard_free);
    heard->path = g_strdup(path);
    return heard;
}

Heard *heard_next(Heard *heard)
{
    if (heard->children->len)
        return heard->children->pdata[0];
    for (; heard->parent; heard = heard->parent)
        if (heard->index + 1 < heard->parent->children->len)
            return heard->parent->children->pdata[heard->index + 1];
    return NULL;
}

Heard *heard_find(Heard *window, const char *role, const char *name)
{
    Heard *heard = window;

    while (heard &&
           !(g_str_equal(heard->role, role) && (!name || g_str_has_prefix(heard->name, name))))
        heard = heard_next(heard);
    return heard;
}

char *heard_place(Heard *heard)
{
    GString *text = g_string_new(NULL);

    for (; heard; heard = heard->parent) {
        g_autofree char *step =
            g_strdup_printf("%s%s '%s'", heard->parent ? " > " : "", heard->role, heard->name);

        if (!heard->parent || !g_str_equal(heard->role, "panel") || *heard->name)
            g_string_prepend(text, step);
    }
    return g_string_free(text, FALSE);
}

/* --- asking --- */

typedef struct Question {
    Reader *reader;
    Heard *heard;
    void (*take)(Reader *self, Heard *heard, GVariant *answer);
} Question;

static void answered(GObject *bus, GAsyncResult *result, gpointer user)
{
    g_autofree Question *question = user;
    g_autoptr(GVariant) answer =
        g_dbus_connection_call_finish(G_DBUS_CONNECTION(bus), result, NULL);

    question->reader->pending--;
    if (answer) /* else it has gone meanwhile */
        question->take(question->reader, question->heard, answer);
}

static void ask(Reader *self, Heard *heard, const char *interface, const char *method,
                GVariant *parameters, void (*take)(Reader *, Heard *, GVariant *))
{
    Question *question = g_new(Question, 1);

    *question = (Question){ self, heard, take };
    self->pending++;
    g_dbus_connection_call(self->bus, self->address, heard->path, interface, method, parameters,
                           NULL, G_DBUS_CALL_FLAGS_NONE, PATIENCE_S * 1000, NULL, answered,
                           question);
}

static void take_role(Reader *self, Heard *heard, GVariant *answer)
{
    guint32 role;

    (void)self;
    g_variant_get(answer, "(u)", &role);
    heard->role = atspi_role_get_name((AtspiRole)role);
}

static void take_words(Reader *self, Heard *heard, GVariant *answer)
{
    g_autoptr(GVariant) words = g_variant_get_child_value(answer, 0);

    (void)self;
    g_variant_lookup(words, "Name", "s", &heard->name);
    g_variant_lookup(words, "Description", "s", &heard->description);
}

static void take_states(Reader *self, Heard *heard, GVariant *answer)
{
    g_autoptr(GVariant) array = g_variant_get_child_value(answer, 0);
    gsize count;
    const guint32 *words = g_variant_get_fixed_array(array, &count, sizeof *words);
    const guint64 states = count == 2 ? (guint64)words[1] << 32 | words[0] : 0;

    (void)self;
    heard->sensitive = states >> ATSPI_STATE_SENSITIVE & 1;
    heard->focusable = states >> ATSPI_STATE_FOCUSABLE & 1;
    heard->focused = states >> ATSPI_STATE_FOCUSED & 1;
    heard->checked = (states >> ATSPI_STATE_CHECKED | states >> ATSPI_STATE_PRESSED) & 1;
}

static void take_windows(Reader *self, Heard *heard, GVariant *answer)
{
    g_autoptr(GVariantIter) children = NULL;
    const char *path;

    (void)self;
    g_variant_get(answer, "(a(so))", &children);
    while (g_variant_iter_next(children, "(&s&o)", NULL, &path)) {
        Heard *child = heard_new(heard, path);

        child->index = heard->children->len;
        g_ptr_array_add(heard->children, child);
    }
}

static void ask_all(Reader *self, Heard *heard);

static void take_children(Reader *self, Heard *heard, GVariant *answer)
{
    take_windows(self, heard, answer);
    for (guint i = 0; i < heard->children->len; i++)
        ask_all(self, heard->children->pdata[i]);
}

static void ask_all(Reader *self, Heard *heard)
{
    ask(self, heard, ACCESSIBLE, "GetRole", NULL, take_role);
    ask(self, heard, ACCESSIBLE, "GetState", NULL, take_states);
    ask(self, heard, "org.freedesktop.DBus.Properties", "GetAll", g_variant_new("(s)", ACCESSIBLE),
        take_words);
    ask(self, heard, ACCESSIBLE, "GetChildren", NULL, take_children);
}

static void hear_answers(Reader *self)
{
    while (self->pending)
        g_main_context_iteration(NULL, TRUE);
}

/* --- hearing --- */

/* What has no name is called by its type in GTK 4.8. */
static gboolean is_name(const char *name)
{
    return *name && !g_regex_match_simple("^(Gtk|Adw|Gdk|Volo)[A-Z]\\w+$", name, 0, 0);
}

/* Of what has gone meanwhile nothing is known. */
static void complete(Heard *window)
{
    for (Heard *heard = window; heard; heard = heard_next(heard)) {
        if (!heard->role)
            heard->role = g_strdup("gone");
        if (!heard->name)
            heard->name = g_strdup("");
        if (!heard->description)
            heard->description = g_strdup("");
        heard->named = is_name(heard->name);
        heard->sensitive = heard->sensitive && (!heard->parent || heard->parent->sensitive);
    }
}

/* The newest one. */
static Heard *window_in_front(Reader *self)
{
    g_autoptr(Heard) application = heard_new(NULL, ROOT);
    Heard *window = NULL;

    check_alive(self);
    ask(self, application, ACCESSIBLE, "GetChildren", NULL, take_windows);
    hear_answers(self);
    if (application->children->len) {
        window = g_ptr_array_steal_index(application->children, application->children->len - 1);
        window->parent = NULL;
        window->index = 0;
    }
    return window;
}

Heard *reader_hear(Reader *self)
{
    Heard *window = window_in_front(self);

    if (!window)
        return NULL;
    ask_all(self, window);
    hear_answers(self);
    complete(window);
    return window;
}

static void print_controls(Heard *window)
{
    for (Heard *heard = window; heard; heard = heard_next(heard))
        if (heard->named && (heard->focusable || !heard->parent))
            print_message("# %s '%.40s'\n", heard->role, heard->name);
}

/* Hears until there is such a one or, unless wanted, none. */
static Heard *hear_until(Reader *self, const char *role, const char *name, gboolean wanted)
{
    const gint64 deadline = deadline_in(PATIENCE_S * 1000);

    for (;;) {
        Heard *window = reader_hear(self);

        if (window && (heard_find(window, role, name) != NULL) == wanted)
            return window;
        if (g_get_monotonic_time() > deadline) {
            print_controls(window);
            fail_msg("%s '%s': there is %s", role, name ? name : "", wanted ? "none" : "one");
        }
        g_clear_pointer(&window, heard_free);
        pause_ms(PAUSE_MS);
    }
}

Heard *reader_wait(Reader *self, const char *role, const char *name)
{
    return hear_until(self, role, name, TRUE);
}

void reader_wait_gone(Reader *self, const char *role, const char *name)
{
    heard_free(hear_until(self, role, name, FALSE));
}

void reader_wait_window(Reader *self, const char *name)
{
    g_autofree char *pattern = g_strconcat("^", name, NULL);

    heard_free(hear_until(self, "frame", name, TRUE));
    give_keyboard(self, "--name", pattern);
}

/* --- typing --- */

void reader_act(Reader *self, const char *const *arguments)
{
    check_alive(self);
    if (!try_xdotool(arguments))
        fail_msg("xdotool cannot %s", arguments[0]);
}

void reader_press_often(Reader *self, const char *keys, int times)
{
    const char *arguments[MOST_KEYS + 2] = { "key" };

    assert_in_range(times, 1, MOST_KEYS);
    for (int i = 0; i < times; i++)
        arguments[1 + i] = keys;
    reader_act(self, arguments);
}

void reader_press(Reader *self, const char *keys)
{
    reader_press_often(self, keys, 1);
}

/* --- the focus --- */

static void focus_moved(GDBusConnection *bus, const char *sender, const char *path,
                        const char *interface, const char *signal, GVariant *parameters,
                        gpointer user)
{
    Reader *self = user;
    gint32 has_it;

    (void)bus, (void)sender, (void)interface, (void)signal;
    g_variant_get_child(parameters, 1, "i", &has_it);
    if (has_it)
        g_ptr_array_add(self->trail, g_strdup(path));
}

const char *reader_focus(Reader *self)
{
    while (g_main_context_iteration(NULL, FALSE))
        ;
    return self->trail->len ? self->trail->pdata[self->trail->len - 1] : NULL;
}

/* FALSE: it did not, as often as wanted. */
static gboolean wait_for_steps(Reader *self, guint wanted)
{
    gint64 deadline = deadline_in(STANDSTILL_MS);

    while (self->trail->len < wanted && g_get_monotonic_time() < deadline) {
        const guint steps = self->trail->len;

        pause_ms(5);
        if (self->trail->len > steps)
            deadline = deadline_in(STANDSTILL_MS);
    }
    return self->trail->len >= wanted;
}

/* Adds what is new in a trail. FALSE: nothing is. */
static gboolean add_new(GPtrArray *all, GPtrArray *trail)
{
    const guint before = all->len;

    for (guint i = 0; i < trail->len; i++)
        if (!g_ptr_array_find_with_equal_func(all, trail->pdata[i], g_str_equal, NULL))
            g_ptr_array_add(all, g_strdup(trail->pdata[i]));
    return all->len > before;
}

GPtrArray *reader_go_round(Reader *self, const char *keys, gboolean *ret_round)
{
    GPtrArray *all = g_ptr_array_new_with_free_func(g_free);
    gboolean moves = TRUE, goes_on = TRUE;

    reader_focus(self); /* what came late */
    g_ptr_array_set_size(self->trail, 0);
    while (moves && goes_on && all->len < MOST_STOPS) {
        const guint steps = self->trail->len;

        reader_press_often(self, keys, MOST_KEYS);
        moves = wait_for_steps(self, steps + MOST_KEYS);
        goes_on = add_new(all, self->trail);
    }
    *ret_round = moves && !goes_on;
    return all;
}

void reader_go_to(Reader *self, const char *keys, const char *role, const char *name)
{
    g_autoptr(Heard) window = reader_wait(self, role, name);
    Heard *wanted = heard_find(window, role, name);

    while (!wanted->focusable && (wanted = heard_next(wanted)))
        ;
    for (int i = 0; i < MOST_STOPS; i++) {
        const guint steps = self->trail->len;

        if (wanted && !g_strcmp0(reader_focus(self), wanted->path))
            return;
        reader_press(self, keys);
        wait_for_steps(self, steps + 1);
    }
    fail_msg("%s does not come to %s '%s'", keys, role, name);
}

/* --- pointing --- */

static void take_extents(Reader *self, Heard *heard, GVariant *answer)
{
    gint32 x, y, width, height;

    (void)heard;
    g_variant_get(answer, "((iiii))", &x, &y, &width, &height);
    self->middle_x = x + width / 2;
    self->middle_y = y + height / 2;
}

void reader_middle(Reader *self, Heard *heard, int *ret_x, int *ret_y)
{
    self->middle_x = self->middle_y = -1;
    ask(self, heard, "org.a11y.atspi.Component", "GetExtents",
        g_variant_new("(u)", (guint32)ATSPI_COORD_TYPE_WINDOW), take_extents);
    hear_answers(self);
    assert_true(self->middle_x >= 0 && self->middle_y >= 0);
    *ret_x = self->middle_x; /* the window is in the corner of the screen */
    *ret_y = self->middle_y;
}

/* --- life --- */

static GDBusConnection *connect_to_bus(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GDBusConnection) session = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, &error);
    g_autoptr(GVariant) answer = NULL;
    GDBusConnection *bus = NULL;
    const char *address;

    if (session)
        answer = g_dbus_connection_call_sync(
            session, "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", NULL, NULL,
            G_DBUS_CALL_FLAGS_NONE, PATIENCE_S * 1000, NULL, &error);
    if (answer) {
        g_variant_get(answer, "(&s)", &address);
        bus = g_dbus_connection_new_for_address_sync(
            address,
            G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
            NULL, NULL, &error);
    }
    if (!bus)
        fail_msg("the accessibility bus: %s", error->message);
    return bus;
}

static GSubprocess *start_viewer(const char *const *arguments)
{
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_NONE);
    g_autoptr(GPtrArray) command = g_ptr_array_new();
    g_autoptr(GError) error = NULL;

    g_ptr_array_add(command, (gpointer)g_getenv("VOLO_VIEWER"));
    assert_non_null(command->pdata[0]);
    for (; arguments && *arguments; arguments++)
        g_ptr_array_add(command, (gpointer)*arguments);
    g_ptr_array_add(command, NULL);
    g_subprocess_launcher_setenv(launcher, "G_DEBUG", "fatal-warnings", TRUE);
    g_subprocess_launcher_setenv(launcher, "LC_ALL", "C.UTF-8", TRUE);
    GSubprocess *viewer =
        g_subprocess_launcher_spawnv(launcher, (const char *const *)command->pdata, &error);
    if (!viewer)
        fail_msg("%s", error->message);
    return viewer;
}

static gboolean is_of_process(GDBusConnection *bus, const char *name, const char *pid)
{
    g_autoptr(GVariant) answer = g_dbus_connection_call_sync(
        bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
        "GetConnectionUnixProcessID", g_variant_new("(s)", name), NULL, G_DBUS_CALL_FLAGS_NONE,
        PATIENCE_S * 1000, NULL, NULL);
    guint32 its = 0;

    if (answer)
        g_variant_get(answer, "(u)", &its);
    return its == g_ascii_strtoull(pid, NULL, 10);
}

/* Among the applications that the registry knows. NULL: it has not come yet. */
static char *find_address(Reader *self)
{
    const char *pid = g_subprocess_get_identifier(self->viewer);
    g_autoptr(GVariant) answer = g_dbus_connection_call_sync(
        self->bus, "org.a11y.atspi.Registry", ROOT, ACCESSIBLE, "GetChildren", NULL, NULL,
        G_DBUS_CALL_FLAGS_NONE, PATIENCE_S * 1000, NULL, NULL);
    g_autoptr(GVariantIter) applications = NULL;
    const char *name;

    if (!answer)
        return NULL;
    g_variant_get(answer, "(a(so))", &applications);
    while (g_variant_iter_next(applications, "(&s&o)", &name, NULL))
        if (is_of_process(self->bus, name, pid))
            return g_strdup(name);
    return NULL;
}

/* Ends the one before: a test that failed leaves its viewer behind, which the next would talk to.
 */
static void remember(GSubprocess *viewer)
{
    static GSubprocess *last;

    if (last) {
        g_subprocess_force_exit(last);
        g_subprocess_wait(last, NULL, NULL);
    }
    g_set_object(&last, viewer);
}

static void find_viewer(Reader *self)
{
    const gint64 deadline = deadline_in(PATIENCE_S * 1000);

    while (!(self->address = find_address(self))) {
        check_alive(self);
        if (g_get_monotonic_time() > deadline)
            fail_msg("nothing is heard of the viewer");
        pause_ms(PAUSE_MS);
    }
}

Reader *reader_start(const char *const *arguments)
{
    Reader *self = g_new0(Reader, 1);

    self->trail = g_ptr_array_new_with_free_func(g_free);
    self->bus = connect_to_bus();
    self->following = g_dbus_connection_signal_subscribe(
        self->bus, NULL, "org.a11y.atspi.Event.Object", "StateChanged", NULL, "focused",
        G_DBUS_SIGNAL_FLAGS_NONE, focus_moved, self, NULL);
    remember(NULL);
    self->viewer = start_viewer(arguments);
    remember(self->viewer);
    find_viewer(self);
    give_keyboard(self, "--pid", g_subprocess_get_identifier(self->viewer));
    return self;
}

void reader_quit(Reader *self)
{
    g_autoptr(GError) error = NULL;

    reader_press(self, "ctrl+q");
    if (!g_subprocess_wait_check(self->viewer, NULL, &error))
        fail_msg("the viewer: %s", error->message);
    remember(NULL);
    g_dbus_connection_signal_unsubscribe(self->bus, self->following);
    g_object_unref(self->bus);
    g_object_unref(self->viewer);
    g_free(self->address);
    g_ptr_array_unref(self->trail);
    g_free(self);
}
