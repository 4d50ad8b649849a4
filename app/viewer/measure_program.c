/* SPDX-License-Identifier: Apache-2.0 */
#include "app/viewer/measure_program.h"

#include "app/common/exit_codes.h"
#include "app/common/messages.h"
#include "app/common/report.h"
#include "app/viewer/viewer_measure.h"
#include "app/viewer/window.h"

#include <stdio.h>

enum {
    WIDTH = 1280,
    HEIGHT = 800,
    SETTLE_MS = 500, /* a new window has painted itself, and rests */
};

typedef struct Program {
    VoloApplication *application;
    GListModel *files;
    VoloWindow *window;
    VoloMeasure *measure;
    int code;
} Program;

/* Frees what is still in the midst of a callback of its own. */
static gboolean leave(gpointer user)
{
    Program *const self = user;

    volo_measure_free(self->measure);
    self->measure = NULL;
    gtk_window_destroy(GTK_WINDOW(self->window));
    return G_SOURCE_REMOVE;
}

static void measured(const char *failure, gpointer user)
{
    Program *const self = user;

    if (failure) {
        message_error("%s", failure);
        self->code = EXIT_DATA;
    } else {
        g_autofree char *report = volo_measure_report(self->measure);

        printf("%s\n", report);
        self->code = report_flush();
    }
    g_idle_add(leave, self);
}

static gboolean start(gpointer user)
{
    Program *const self = user;

    self->measure =
        volo_measure_start(volo_window_document(self->window), volo_window_canvas(self->window),
                           self->files, measured, self);
    return G_SOURCE_REMOVE;
}

/* Without a window manager the frame that GTK draws is a part of the default size. */
static gboolean fit(gpointer user)
{
    Program *const self = user;
    GtkWidget *const widget = GTK_WIDGET(self->window);

    gtk_window_set_default_size(GTK_WINDOW(self->window), 2 * WIDTH - gtk_widget_get_width(widget),
                                2 * HEIGHT - gtk_widget_get_height(widget));
    g_timeout_add(SETTLE_MS, start, self);
    return G_SOURCE_REMOVE;
}

static void activated(GApplication *application, gpointer user)
{
    Program *const self = user;

    self->window = volo_window_new(self->application);
    gtk_window_unmaximize(GTK_WINDOW(self->window));
    gtk_window_set_default_size(GTK_WINDOW(self->window), WIDTH, HEIGHT);
    gtk_window_present(GTK_WINDOW(self->window));
    g_timeout_add(SETTLE_MS, fit, self);
    g_signal_stop_emission_by_name(application, "activate"); /* one window is enough */
}

int volo_measure_program(VoloApplication *application, int count, char **paths)
{
    g_autoptr(GListStore) files = g_list_store_new(G_TYPE_FILE);
    char name[] = "volo-viewer";
    Program self = { .application = application, .files = G_LIST_MODEL(files), .code = EXIT_DATA };

    for (int i = 0; i < count; i++) {
        g_autoptr(GFile) file = g_file_new_for_commandline_arg(paths[i]);

        g_list_store_append(files, file);
    }
    g_signal_connect(application, "activate", G_CALLBACK(activated), &self);
    const int code = g_application_run(G_APPLICATION(application), 1, (char *[]){ name, NULL });
    return code ? code : self.code;
}
