/* SPDX-License-Identifier: Apache-2.0 */
/* The menu of models, and a model's page against what volo-model says. */
#include "app/viewer/model_menu.h"
#include "app/viewer/model_page.h"
#include "app/viewer/model_row.h"

#include "fake_document.h"
#include "panel_stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char *default_model(void)
{
    return g_getenv("VOLO_DEFAULT_MODEL");
}

/* The text below the widget once it holds a piece; the test fails after a minute. */
static char *wait_for_text(GtkWidget *below, const char *piece)
{
    const gint64 end = g_get_monotonic_time() + 60 * G_USEC_PER_SEC;

    for (;;) {
        char *const text = stage_text(below);

        if (strstr(text, piece))
            return text;
        if (g_get_monotonic_time() > end)
            fail_msg("no %s in %s", piece, text);
        g_free(text);
        stage_settle();
    }
}

/* --- the page --- */

static char *info_json(void)
{
    const char *const arguments[] = { g_getenv("VOLO_MODEL_PROGRAM"), "info", "--json",
                                      default_model(), NULL };
    char *json = NULL;
    int status = -1;

    assert_true(g_spawn_sync(NULL, (char **)arguments, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                             &json, NULL, &status, NULL));
    assert_int_equal(status, 0);
    return json;
}

/* A value of the top level of volo-model's JSON, without quotes; of a list what is between the
 * brackets, with one space after each comma. */
static char *json_value(const char *json, const char *key)
{
    g_autofree char *pattern =
        g_strdup_printf("\"%s\": *(\"([^\"]*)\"|\\[([^\\]]*)\\]|[^,\n]*)", key);
    g_autoptr(GRegex) regex = g_regex_new(pattern, 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;

    assert_true(g_regex_match(regex, json, 0, &match));
    for (int i = 3; i > 1; i--) {
        g_autofree char *inner = g_match_info_fetch(match, i);

        if (inner && *inner) {
            g_auto(GStrv) words = g_strsplit_set(inner, " \n", -1);
            g_autofree char *joined = g_strjoinv("", words);
            g_auto(GStrv) parts = g_strsplit(joined, ",", -1);

            return g_strjoinv(", ", parts);
        }
    }
    return g_match_info_fetch(match, 1);
}

static void assert_fact(const char *page, const char *title, const char *value)
{
    g_autofree char *wanted = g_strdup_printf("[%s][%s]", title, value);

    if (!strstr(page, wanted))
        fail_msg("no %s in %s", wanted, page);
}

/* Without the narrow spaces between thousands. */
static char *plain(const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, "\u202f", -1);

    return g_strjoinv("", parts);
}

static void says_what_volo_model_says(void **state)
{
    static const struct {
        const char *title, *key;
    } facts[] = {
        { "Variant", "variant" },
        { "Backbone", "backbone" },
        { "Head", "head" },
        { "Classes", "classes" },
        { "Parameters", "parameters" },
        { "Layers", "layers" },
        { "Channels", "embed_dims" },
        { "Attention heads", "num_heads" },
        { "MLP channels", "mlp_hidden" },
        { "Stem channels", "stem_hidden_dim" },
        { "Pooling grids", "pool_scales" },
        { "Stages the head uses", "out_indices" },
        { "Format", "format" },
        { "SHA-256", "sha256" },
    };
    VoloModelStore *const store = volo_model_store_new(default_model());
    VoloModelEntry *const entry = volo_model_store_default(store);
    g_autofree char *json = info_json();

    (void)state;
    VoloModelPage *page = volo_model_page_new(entry);
    gtk_window_present(GTK_WINDOW(page));
    g_autofree char *sum = json_value(json, "sha256");
    g_autofree char *text = wait_for_text(GTK_WIDGET(page), sum);
    g_autofree char *shown = plain(text);
    for (size_t i = 0; i < G_N_ELEMENTS(facts); i++) {
        g_autofree char *value = json_value(json, facts[i].key);

        if (!g_str_equal(value, "null"))
            assert_fact(shown, facts[i].title, value);
    }
    const VoloClassTable *const classes = volo_model_classes(volo_model_entry_model(entry));
    for (size_t i = 0; i < volo_class_table_count(classes); i++) {
        g_autofree char *name = g_strdup_printf("[%s]", volo_class_table_get(classes, i)->name);

        assert_non_null(strstr(shown, name));
    }
    stage_picture(GTK_WINDOW(page), "model_page");
    stage_dark(TRUE);
    stage_picture(GTK_WINDOW(page), "model_page_dark");
    stage_dark(FALSE);
    g_object_add_weak_pointer(G_OBJECT(page), (gpointer *)&page);
    gtk_window_destroy(GTK_WINDOW(page));
    stage_settle();
    assert_null(page);
    assert_true(stage_is_last(store));
}

static void says_why_a_model_cannot_be_opened(void **state)
{
    VoloModelStore *const store = volo_model_store_new(NULL);
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "volo <no> model.safetensors", NULL);

    (void)state;
    assert_true(g_file_set_contents(path, "nothing", -1, NULL));
    VoloModelPage *page = volo_model_page_new(volo_model_store_add(store, path));
    gtk_window_present(GTK_WINDOW(page));
    g_autofree char *text = wait_for_text(GTK_WIDGET(page), "This Model Cannot Be Opened");
    assert_non_null(strstr(text, "volo <no> model.safetensors"));
    for (int i = 0; i < 5; i++) /* one page fades into the other */
        stage_settle();
    stage_picture(GTK_WINDOW(page), "model_page_failed");
    g_object_add_weak_pointer(G_OBJECT(page), (gpointer *)&page);
    gtk_window_destroy(GTK_WINDOW(page));
    stage_settle();
    assert_null(page);
    g_object_unref(store);
    unlink(path);
}

/* Closed at once, while threads are at work for it. */
static void may_be_closed_early(void **state)
{
    VoloModelStore *const store = volo_model_store_new(default_model());
    VoloModelPage *page = volo_model_page_new(volo_model_store_default(store));

    (void)state;
    g_object_add_weak_pointer(G_OBJECT(page), (gpointer *)&page);
    gtk_window_destroy(GTK_WINDOW(page));
    stage_settle();
    assert_null(page);
    const gint64 end = g_get_monotonic_time() + 60 * G_USEC_PER_SEC;
    while (volo_model_entry_state(volo_model_store_default(store)) == VOLO_MODEL_OPENING &&
           g_get_monotonic_time() < end)
        stage_settle();
    g_object_unref(store);
}

/* --- the menu --- */

typedef struct Menu {
    VoloDocument *document;
    VoloModelStore *store;
    VoloModelEntry *first, *broken;
    VoloModelMenu *menu;
    GtkWindow *window;
    char *path; /* of the broken model */
    guint chosen;
} Menu;

static void count_choice(Menu *menu)
{
    menu->chosen++;
}

static void set_up(Menu *menu)
{
    *menu =
        (Menu){ .document = fake_document_new(), .store = volo_model_store_new(default_model()) };
    menu->path = g_build_filename(g_get_tmp_dir(), "broken_model.safetensors", NULL);
    assert_true(g_file_set_contents(menu->path, "nothing", -1, NULL));
    menu->first = volo_model_store_default(menu->store);
    menu->broken = volo_model_store_add(menu->store, menu->path);
    menu->menu = g_object_ref_sink(VOLO_MODEL_MENU(volo_model_menu_new()));
    g_object_set(menu->menu, "store", menu->store, "document", menu->document, NULL);
    g_signal_connect_swapped(menu->menu, "chosen", G_CALLBACK(count_choice), menu);
    menu->window = stage_show(GTK_WIDGET(menu->menu), 360, 260);
}

static void tear_down(Menu *menu)
{
    stage_close(menu->window);
    assert_true(stage_is_last(menu->menu));
    assert_true(stage_is_last(menu->document));
    assert_true(stage_is_last(menu->store));
    unlink(menu->path);
    g_free(menu->path);
}

static GtkWidget *row_of(Menu *menu, VoloModelEntry *entry)
{
    GtkWidget *row;

    for (guint i = 0; (row = stage_find(GTK_WIDGET(menu->menu), VOLO_TYPE_MODEL_ROW, i)); i++)
        if (volo_model_row_entry(VOLO_MODEL_ROW(row)) == entry)
            return row;
    fail();
    return NULL;
}

static void chooses_models(void **state)
{
    Menu menu;

    (void)state;
    set_up(&menu);
    /* Enter on a row is its activation. */
    g_signal_emit_by_name(row_of(&menu, menu.first), "activate");
    assert_ptr_equal(volo_document_model(menu.document), menu.first);
    assert_int_equal(menu.chosen, 1);
    GtkWidget *const own = stage_find(row_of(&menu, menu.first), GTK_TYPE_TOGGLE_BUTTON, 0);
    GtkWidget *const other = stage_find(row_of(&menu, menu.broken), GTK_TYPE_TOGGLE_BUTTON, 0);
    assert_false(gtk_widget_is_sensitive(own)); /* with itself? */
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(other), TRUE);
    assert_ptr_equal(volo_document_second_model(menu.document), menu.broken);
    stage_picture(menu.window, "model_menu");
    /* What the document is told elsewhere shows here. */
    volo_document_set_second_model(menu.document, NULL);
    assert_false(gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(other)));
    assert_int_equal(menu.chosen, 2);
    stage_dark(TRUE);
    stage_picture(menu.window, "model_menu_dark");
    stage_dark(FALSE);
    tear_down(&menu);
}

static void on_failed(GObject *entry, GAsyncResult *result, gpointer done)
{
    assert_false(volo_model_entry_open_finish(VOLO_MODEL_ENTRY(entry), result, NULL));
    *(gboolean *)done = TRUE;
}

static void shows_why_a_model_failed(void **state)
{
    Menu menu;
    gboolean done = FALSE;

    (void)state;
    set_up(&menu);
    volo_model_entry_open_async(menu.broken, NULL, on_failed, &done);
    while (!done)
        stage_settle();
    stage_settle();
    g_autofree char *text = stage_text(row_of(&menu, menu.broken));
    assert_non_null(strstr(text, volo_model_entry_message(menu.broken)));
    stage_picture(menu.window, "model_menu_failed");
    tear_down(&menu);
}

static void open_model(GSimpleAction *action, GVariant *parameter, gpointer opened)
{
    (void)action, (void)parameter;
    ++*(int *)opened;
}

static void has_buttons_for_more(void **state)
{
    Menu menu;
    int opened = 0;
    const GActionEntry entries[] = { { .name = "open-model", .activate = open_model },
                                     { .name = "model-page", .activate = open_model } };
    GSimpleActionGroup *const actions = g_simple_action_group_new();

    (void)state;
    set_up(&menu);
    g_action_map_add_action_entries(G_ACTION_MAP(actions), entries, 2, &opened);
    gtk_widget_insert_action_group(GTK_WIDGET(menu.window), "win", G_ACTION_GROUP(actions));
    GtkWidget *open = NULL, *about = NULL;
    for (guint i = 0; (about = stage_find(GTK_WIDGET(menu.menu), GTK_TYPE_BUTTON, i)); i++)
        if (gtk_button_get_label(GTK_BUTTON(about))) {
            if (open)
                break;
            open = about;
        }
    assert_false(gtk_widget_is_sensitive(about)); /* which model? */
    g_signal_emit_by_name(open, "clicked");
    assert_int_equal(opened, 1);
    volo_document_set_model(menu.document, menu.first);
    assert_true(gtk_widget_is_sensitive(about));
    g_signal_emit_by_name(about, "clicked");
    assert_int_equal(opened, 2);
    assert_int_equal(menu.chosen, 2);
    /* A row's own button opens the page of its model over the window. */
    g_signal_emit_by_name(stage_find(row_of(&menu, menu.broken), GTK_TYPE_BUTTON, 1), "clicked");
    GListModel *const windows = gtk_window_get_toplevels();
    GtkWindow *page = NULL;
    for (guint i = 0; i < g_list_model_get_n_items(windows); i++) {
        g_autoptr(GtkWindow) window = g_list_model_get_item(windows, i);

        if (VOLO_IS_MODEL_PAGE(window))
            page = window;
    }
    assert_non_null(page);
    assert_ptr_equal(gtk_window_get_transient_for(page), menu.window);
    g_free(wait_for_text(GTK_WIDGET(page), "This Model Cannot Be Opened"));
    gtk_window_destroy(page);
    tear_down(&menu);
    g_object_unref(actions);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_volo_model_says),
        cmocka_unit_test(says_why_a_model_cannot_be_opened),
        cmocka_unit_test(may_be_closed_early),
        cmocka_unit_test(chooses_models),
        cmocka_unit_test(shows_why_a_model_failed),
        cmocka_unit_test(has_buttons_for_more),
    };

    adw_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
