/* SPDX-License-Identifier: Apache-2.0 */
/* What is chosen and kept: classes in the legend, the folder of models. */
#include "tests/viewer/window_driver.h"

#include "app/viewer/class_list.h"
#include "app/viewer/file_dialogs.h"
#include "app/viewer/preferences.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static VoloApplication *application;

static int set_up(void **state)
{
    (void)state;
    application = driver_start(getenv("VOLO_DEFAULT_MODEL"));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    driver_stop(application);
    return 0;
}

/* A picture with its labels, for which no network is needed. */
static void open_labels(VoloWindow *window)
{
    static const char *const names[] = {
        "leftImg8bit/val/scenes/scenes_000000_000019_leftImg8bit.png",
        "gtFine/val/scenes/scenes_000000_000019_gtFine_labelTrainIds.png"
    };
    g_autofree char *picture = g_build_filename(getenv("VOLO_SAMPLES"), names[0], NULL);
    g_autofree char *labels = g_build_filename(getenv("VOLO_SAMPLES"), names[1], NULL);
    const char *const paths[] = { picture, labels, NULL };
    g_autoptr(GListModel) files = driver_files(paths);

    volo_window_open(window, files);
    driver_wait_state(window, VOLO_DOCUMENT_READY);
}

static VoloClassList *class_list(VoloWindow *window)
{
    return VOLO_CLASS_LIST(driver_find(GTK_WIDGET(window), VOLO_TYPE_CLASS_LIST));
}

static char *hidden_classes(VoloWindow *window)
{
    g_auto(GStrv) kept = NULL;

    g_object_get(class_list(window), "hidden-classes", &kept, NULL);
    return g_strjoinv(" ", kept);
}

/* A later window knows them from the settings alone. */
static void hidden_classes_are_kept(void **state)
{
    VoloWindow *window = driver_window(application);
    g_autofree char *before = NULL, *after = NULL, *shown = NULL;

    (void)state;
    volo_class_list_toggle(class_list(window), "sky");
    volo_class_list_toggle(class_list(window), "Traffic Light");
    before = hidden_classes(window);
    assert_string_equal(before, "- sky traffic light");
    driver_close(window);
    window = driver_window(application);
    after = hidden_classes(window);
    assert_string_equal(after, before);
    open_labels(window);
    assert_true(volo_class_list_look(class_list(window), VOLO_SIDE_FIRST)->hidden[10]); /* sky */
    volo_class_list_show_all(class_list(window));
    shown = hidden_classes(window);
    assert_string_equal(shown, "-");
    driver_close(window);
}

static GtkWidget *find_error(GtkWidget *below)
{
    GtkWidget *found = NULL;

    if (ADW_IS_ACTION_ROW(below) && gtk_widget_has_css_class(below, "error"))
        return below;
    for (GtkWidget *child = gtk_widget_get_first_child(below); child && !found;
         child = gtk_widget_get_next_sibling(child))
        found = find_error(child);
    return found;
}

static void choose_what_is_no_folder(VoloFileDialog which, VoloFilesFn chosen, gpointer user)
{
    g_autoptr(GListStore) files = g_list_store_new(G_TYPE_FILE);
    g_autoptr(GFile) file = g_file_new_for_uri("nowhere://far/away");

    assert_int_equal(which, VOLO_DIALOG_MODEL_FOLDER);
    g_list_store_append(files, file);
    chosen(G_LIST_MODEL(files), user);
}

static void a_folder_that_is_none_is_told_of_in_its_row(void **state)
{
    GtkWidget *preferences = GTK_WIDGET(volo_preferences_new(application));

    (void)state;
    gtk_window_present(GTK_WINDOW(preferences));
    driver_run(100);
    assert_null(find_error(preferences));
    volo_file_dialog_set_stand_in(choose_what_is_no_folder);
    assert_true(gtk_widget_activate_action(preferences, "preferences.choose-folder", NULL));
    volo_file_dialog_set_stand_in(NULL);
    assert_non_null(find_error(preferences));
    driver_run(100);
    gtk_window_destroy(GTK_WINDOW(preferences));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hidden_classes_are_kept),
        cmocka_unit_test(a_folder_that_is_none_is_told_of_in_its_row),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
