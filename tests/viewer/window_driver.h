/* SPDX-License-Identifier: Apache-2.0 */
/* A viewer that a test drives: application, windows, waiting. Failures end the test. */
#ifndef VOLO_TESTS_WINDOW_DRIVER_H
#define VOLO_TESTS_WINDOW_DRIVER_H

#include "app/viewer/window.h"

typedef gboolean (*Condition)(gpointer user);

/* The library started, the application registered; model: path, NULL for none. */
VoloApplication *driver_start(const char *model);
void driver_stop(VoloApplication *application);

VoloWindow *driver_window(VoloApplication *application); /* presented, mapped */
/* Destroys a window and waits until nothing of it is left. */
void driver_close(VoloWindow *window);

/* Runs the main loop until the condition holds; fails after some minutes. */
void driver_wait(Condition condition, gpointer user);
void driver_run(guint milliseconds);
void driver_wait_state(VoloWindow *window, VoloDocumentState state);

/* Files named by path (ended by NULL) as a list of GFile; the caller's. */
GListModel *driver_files(const char *const *paths);
void driver_open(VoloWindow *window, const char *path);
/* An action as in the table, "win.layer::mask". */
void driver_activate(VoloWindow *window, const char *action);
/* The first widget of that type below another one, depth first. */
GtkWidget *driver_find(GtkWidget *below, GType type);
/* What the window looks like. */
void driver_save(VoloWindow *window, const char *path);

#endif
