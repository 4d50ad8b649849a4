/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures of the viewer in all its states, for people to look at.
 * usage: screenshot FOLDER MODEL BIG-MODEL PICTURES... */
#include "tests/viewer/window_driver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

typedef struct Shot {
    const char *name;
    const char *actions[4];
    const char *search;
    int hover[2]; /* 0: not */
    int picture;  /* its place on the command line, -1: none */
    VoloDocumentState state;
    gboolean dark, big_model;
} Shot;

static const Shot shots[] = {
    { .name = "empty", .picture = -1, .state = VOLO_DOCUMENT_EMPTY },
    { .name = "segmenting", .state = VOLO_DOCUMENT_SEGMENTING },
    { .name = "result", .state = VOLO_DOCUMENT_READY },
    { .name = "outline", .actions = { "win.layer::outline" }, .state = VOLO_DOCUMENT_READY },
    { .name = "hover",
      .hover = { 420, 300 },
      .picture = 1,
      .state = VOLO_DOCUMENT_READY,
      .actions = { "win.layer::confidence" } },
    { .name = "swipe",
      .picture = 1,
      .actions = { "win.swipe" },
      .hover = { 300, 330 },
      .state = VOLO_DOCUMENT_READY },
    { .name = "beside", .picture = 2, .actions = { "win.beside" }, .state = VOLO_DOCUMENT_READY },
    { .name = "errors",
      .picture = 1,
      .actions = { "win.layer::errors" },
      .state = VOLO_DOCUMENT_READY },
    { .name = "dark", .picture = 2, .dark = TRUE, .state = VOLO_DOCUMENT_READY },
    { .name = "dark_empty", .picture = -1, .dark = TRUE, .state = VOLO_DOCUMENT_EMPTY },
    { .name = "search",
      .picture = 4,
      .big_model = TRUE,
      .search = "wa",
      .state = VOLO_DOCUMENT_READY },
    { .name = "failed", .picture = 3, .state = VOLO_DOCUMENT_FAILED },
};

static void dress(VoloWindow *window, const Shot *shot)
{
    for (gsize i = 0; i < G_N_ELEMENTS(shot->actions) && shot->actions[i]; i++)
        driver_activate(window, shot->actions[i]);
    if (shot->search) {
        GtkWidget *entry = driver_find(GTK_WIDGET(window), GTK_TYPE_SEARCH_ENTRY);

        driver_activate(window, "win.search-legend");
        gtk_editable_set_text(GTK_EDITABLE(entry), shot->search);
    }
    driver_run(700);
    if (shot->hover[0])
        g_signal_emit_by_name(volo_window_canvas(window), "hovered", shot->hover[0], shot->hover[1],
                              0);
    driver_run(300);
}

static gboolean has_comparison(gpointer window)
{
    VoloDocument *document = volo_window_document(window);

    return volo_document_comparison(document) || volo_document_message(document);
}

static gboolean has_progress(gpointer window)
{
    VoloDocument *document = volo_window_document(window);

    return volo_document_state(document) != VOLO_DOCUMENT_SEGMENTING ||
           volo_document_progress(document) > 0.3;
}

static void shoot(VoloApplication *application, const Shot *shot, char **arguments, int count)
{
    VoloWindow *window;
    g_autofree char *path = g_strdup_printf("%s/%s.png", arguments[1], shot->name);

    g_settings_set_string(volo_application_settings(application), "appearance",
                          shot->dark ? "dark" : "light");
    g_settings_set_string(volo_application_settings(application), "layer", "overlay");
    window = driver_window(application);
    if (shot->big_model)
        volo_document_set_model(
            volo_window_document(window),
            volo_model_store_add(volo_application_models(application), arguments[3]));
    if (shot->picture >= 0 && 4 + shot->picture < count)
        driver_open(window, arguments[4 + shot->picture]);
    driver_wait_state(window, shot->state);
    if (shot->state == VOLO_DOCUMENT_SEGMENTING)
        driver_wait(has_progress, window);
    else if (shot->state == VOLO_DOCUMENT_READY)
        driver_wait(has_comparison, window);
    if (shot->state != VOLO_DOCUMENT_SEGMENTING)
        dress(window, shot);
    driver_save(window, path);
    driver_close(window);
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        g_printerr("usage: %s FOLDER MODEL BIG-MODEL PICTURES...\n", argv[0]);
        return 2;
    }
    VoloApplication *application = driver_start(argv[2]);

    g_object_set(gtk_settings_get_default(), "gtk-enable-animations", FALSE, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(shots); i++)
        shoot(application, &shots[i], argv, argc);
    driver_stop(application);
    return 0;
}
