/* SPDX-License-Identifier: Apache-2.0 */
/* Somebody who does not see: starts the viewer, hears its windows over the accessibility bus as a
 * screen reader does (AT-SPI's D-Bus interfaces), and types on a real keyboard. Failures end the
 * test. Under under_xvfb.sh --heard; the viewer's program is in VOLO_VIEWER. */
#ifndef VOLO_TESTS_VIEWER_READER_H
#define VOLO_TESTS_VIEWER_READER_H

#include <gio/gio.h>

typedef struct Reader Reader;

/* What is heard of one accessible. */
typedef struct Heard {
    struct Heard *parent; /* borrowed; NULL: it is the window */
    GPtrArray *children;  /* in order; owns them */
    guint index;          /* among its siblings */
    char *path;           /* the same for as long as it lives */
    char *role;           /* as AT-SPI calls it: "push button" */
    char *name, *description;
    gboolean named;     /* the name is more than the name of a type */
    gboolean sensitive; /* and so is all around it */
    gboolean focusable, focused, checked;
} Heard;

void heard_free(Heard *heard);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Heard, heard_free)

/* arguments: of the viewer, ended by NULL, or NULL. */
Reader *reader_start(const char *const *arguments);
/* Closes it by its key; it must end well. */
void reader_quit(Reader *self);

/* The window in front and all that is in it, without what is hidden. NULL: there is no window. */
Heard *reader_hear(Reader *self);
/* The next one in order after a Heard, or NULL. */
Heard *heard_next(Heard *heard);
/* The first one of a role whose name begins with name (NULL: any), or NULL. Borrowed. */
Heard *heard_find(Heard *window, const char *role, const char *name);
/* "frame 'x' > tool bar 'Layers' > slider ''". The caller frees. */
char *heard_place(Heard *heard);

/* Hear until there is such a one; until there is none; until the window in front is called so,
 * which then gets the keyboard. */
Heard *reader_wait(Reader *self, const char *role, const char *name);
void reader_wait_gone(Reader *self, const char *role, const char *name);
void reader_wait_window(Reader *self, const char *name);

void reader_press(Reader *self, const char *keys); /* as xdotool calls them */
void reader_press_often(Reader *self, const char *keys, int times);
/* The path of what has the focus; NULL: that is not known yet. Borrowed until the next call. */
const char *reader_focus(Reader *self);
/* Presses a key as long as something new gets the focus: the paths of all that had it, each once.
 * ret_round: the focus moved to the end, to where it had been. The caller unrefs. */
GPtrArray *reader_go_round(Reader *self, const char *keys, gboolean *ret_round);
/* Presses a key until that one has the focus. */
void reader_go_to(Reader *self, const char *keys, const char *role, const char *name);

/* Where something is on the screen: its middle. */
void reader_middle(Reader *self, Heard *heard, int *ret_x, int *ret_y);
/* Runs xdotool with these arguments, ended by NULL. */
void reader_act(Reader *self, const char *const *arguments);

#endif
