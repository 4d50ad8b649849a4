/* SPDX-License-Identifier: Apache-2.0 */
/* Scrolling a list whose rows have just changed. Warnings end the test. */
#include "panel_stage.h"

#include "app/viewer/list_calm.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum {
    ROWS = 300
};

static void make_row(GtkSignalListItemFactory *factory, GtkListItem *item)
{
    (void)factory;
    gtk_list_item_set_child(item, gtk_label_new("row"));
}

static void fill(GtkStringList *rows, int count)
{
    for (int i = 0; i < count; i++)
        gtk_string_list_append(rows, "row");
}

static void stays_silent_and_scrolls_on(void **state)
{
    GtkStringList *rows = gtk_string_list_new(NULL);
    GtkListItemFactory *factory = gtk_signal_list_item_factory_new();
    GtkWidget *scroller = gtk_scrolled_window_new();

    (void)state;
    g_signal_connect(factory, "setup", G_CALLBACK(make_row), NULL);
    fill(rows, ROWS);
    GtkWidget *list = gtk_list_view_new(
        GTK_SELECTION_MODEL(gtk_no_selection_new(G_LIST_MODEL(g_object_ref(rows)))), factory);
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), list);
    volo_list_calm(GTK_LIST_VIEW(list));
    GtkWindow *window = stage_show(scroller, 200, 150);
    GtkAdjustment *place = gtk_scrolled_window_get_vadjustment(GTK_SCROLLED_WINDOW(scroller));

    gtk_adjustment_set_value(place, 900);
    stage_settle();
    assert_true(gtk_adjustment_get_value(place) > 800);
    gtk_string_list_splice(rows, 0, ROWS, NULL); /* as when a picture without classes comes */
    gtk_adjustment_set_value(place, 300);
    fill(rows, 2 * ROWS);
    gtk_adjustment_set_value(place, 500);
    gtk_adjustment_set_value(place, 0);
    stage_settle();
    assert_true(gtk_adjustment_get_upper(place) > 2 * ROWS);
    gtk_adjustment_set_value(place, 700);
    stage_settle();
    assert_true(gtk_adjustment_get_value(place) > 600 && gtk_adjustment_get_value(place) < 800);
    g_object_unref(rows);
    stage_close(window);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stays_silent_and_scrolls_on),
    };

    gtk_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
