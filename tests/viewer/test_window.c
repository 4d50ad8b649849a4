/* SPDX-License-Identifier: Apache-2.0 */
/* The window: its states and actions, every way files come into it, and that nothing of it stays.
 */
#include "tests/viewer/window_driver.h"

#include "app/viewer/actions.h"
#include "app/viewer/preferences.h"
#include "tests/support/scratch_dir.h"
#include "tests/viewer/decoder_stage.h"

#include <volo/image.h>
#include <volo/mask.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define WIDTH 96
#define HEIGHT 64

typedef struct Stage {
    VoloApplication *application;
    ScratchDir dir; /* a.png b.png c.png: pictures; labels/a.png, text.png */
    char labels[256], broken[256], missing[256], crashing[256];
} Stage;

static Stage stage;

/* A picture of one colour, told apart by shade. */
static void write_picture(const char *name, uint8_t shade)
{
    static uint8_t rgb[HEIGHT * WIDTH * 3];
    const VoloPng png = {
        .height = HEIGHT, .width = WIDTH, .kind = VOLO_PIXELS_RGB8, .pixels = rgb
    };
    VoloError err;

    for (size_t i = 0; i < sizeof rgb; i++)
        rgb[i] = (uint8_t)(shade + i % 50);
    assert_int_equal(volo_png_write(scratch_path(&stage.dir, name), &png, &err), VOLO_OK);
}

static void write_labels(void)
{
    static uint8_t labels[HEIGHT * WIDTH];
    const VoloPng png = {
        .height = HEIGHT, .width = WIDTH, .kind = VOLO_PIXELS_GREY8, .pixels = labels
    };
    VoloError err;

    for (size_t i = 0; i < sizeof labels; i++)
        labels[i] = (uint8_t)(i % WIDTH < WIDTH / 2 ? 2 : 10);
    assert_int_equal(volo_png_write(stage.labels, &png, &err), VOLO_OK);
}

/* Whoever reads it crashes. */
static void make_crashing(void)
{
    decoder_stage_use_hooks(0);
    g_snprintf(stage.crashing, sizeof stage.crashing, "%s",
               decoder_stage_hook(&stage.dir, "labels/crashing.png", "fault"));
}

static int set_up(void **state)
{
    (void)state;
    scratch_dir_init(&stage.dir);
    write_picture("a.png", 10);
    write_picture("b.png", 90);
    write_picture("c.png", 170);
    g_snprintf(stage.labels, sizeof stage.labels, "%s", scratch_path(&stage.dir, "labels"));
    assert_int_equal(mkdir(stage.labels, 0700), 0);
    g_snprintf(stage.labels, sizeof stage.labels, "%s",
               scratch_path(&stage.dir, "labels/x_trainIds.png"));
    write_labels();
    g_snprintf(stage.broken, sizeof stage.broken, "%s",
               scratch_path(&stage.dir, "labels/broken.jpg"));
    assert_true(g_file_set_contents(stage.broken, "no picture", -1, NULL));
    make_crashing();
    g_snprintf(stage.missing, sizeof stage.missing, "%s", scratch_path(&stage.dir, "missing.png"));
    stage.application = driver_start(getenv("VOLO_DEFAULT_MODEL"));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    driver_stop(stage.application);
    scratch_dir_clear(&stage.dir);
    return 0;
}

static char *picture(const char *name)
{
    return g_strdup(scratch_path(&stage.dir, name));
}

static void open_ready(VoloWindow *window, const char *name)
{
    g_autofree char *path = picture(name);

    driver_open(window, path);
    driver_wait_state(window, VOLO_DOCUMENT_READY);
}

static int canvas_int(VoloWindow *window, const char *property)
{
    int value;

    g_object_get(volo_window_canvas(window), property, &value, NULL);
    return value;
}

static double canvas_double(VoloWindow *window, const char *property)
{
    double value;

    g_object_get(volo_window_canvas(window), property, &value, NULL);
    return value;
}

static gboolean action_enabled(VoloWindow *window, const char *name)
{
    return g_action_group_get_action_enabled(G_ACTION_GROUP(window), name);
}

/* --- the table --- */

static void every_row_is_an_action(void **state)
{
    VoloWindow *window = driver_window(stage.application);

    (void)state;
    for (gsize i = 0; i < volo_action_row_count; i++) {
        const VoloActionRow *row = &volo_action_rows[i];
        g_autofree char *name = NULL;
        g_autoptr(GVariant) target = NULL;

        if (!row->action)
            continue;
        assert_true(g_action_parse_detailed_name(row->action, &name, &target, NULL));
        GAction *action = g_action_map_lookup_action(G_ACTION_MAP(window), name + strlen("win."));
        if (!action)
            fail_msg("%s is no action", row->action);
        const GVariantType *type = g_action_get_parameter_type(action);
        assert_true(target ? type && g_variant_is_of_type(target, type) : !type);
    }
    driver_close(window);
}

static void every_key_has_one_meaning(void **state)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    (void)state;
    for (gsize i = 0; i < volo_action_row_count; i++) {
        const VoloActionRow *row = &volo_action_rows[i];

        if (!row->keys)
            continue;
        assert_non_null(row->title);
        g_auto(GStrv) keys = g_strsplit(row->keys, "|", -1);
        for (char **key = keys; *key; key++) {
            g_autoptr(GtkShortcutTrigger) trigger = gtk_shortcut_trigger_parse_string(*key);

            assert_non_null(trigger);
            if (!g_hash_table_add(seen, gtk_shortcut_trigger_to_string(trigger)))
                fail_msg("%s is there twice", *key);
        }
    }
    assert_true(g_hash_table_size(seen) > 30);
}

/* --- states --- */

static void starts_empty(void **state)
{
    VoloWindow *window = driver_window(stage.application);

    (void)state;
    assert_true(volo_window_is_empty(window));
    assert_true(action_enabled(window, "open"));
    assert_false(action_enabled(window, "zoom-in"));
    assert_false(action_enabled(window, "next"));
    driver_close(window);
}

static void opens_and_segments(void **state)
{
    VoloWindow *window = driver_window(stage.application);

    (void)state;
    open_ready(window, "a.png");
    assert_non_null(volo_document_result(volo_window_document(window)));
    assert_string_equal(gtk_window_get_title(GTK_WINDOW(window)), "a.png");
    assert_true(action_enabled(window, "zoom-in"));
    assert_false(volo_window_is_empty(window));
    driver_close(window);
}

static void tells_of_files_that_fail_and_lives_on(void **state)
{
    const char *const bad[] = { stage.broken, stage.missing, stage.crashing, stage.crashing };
    VoloWindow *window = driver_window(stage.application);

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autofree char *name = g_path_get_basename(bad[i]);

        driver_open(window, bad[i]);
        driver_wait_state(window, VOLO_DOCUMENT_FAILED);
        assert_non_null(strstr(volo_document_message(volo_window_document(window)), name));
        assert_true(action_enabled(window, "retry"));
        /* The listing of its folder does not bring another picture. */
        driver_run(300);
        assert_int_equal(volo_document_state(volo_window_document(window)), VOLO_DOCUMENT_FAILED);
        open_ready(window, "a.png");
        assert_non_null(volo_document_picture(volo_window_document(window)));
    }
    driver_close(window);
}

/* --- ways in --- */

static gboolean has_folder(gpointer window)
{
    VoloFolder *folder = volo_window_folder(window);

    return g_list_model_get_n_items(G_LIST_MODEL(folder)) >= 3 &&
           volo_folder_current(folder) != GTK_INVALID_LIST_POSITION;
}

static void assert_title(VoloWindow *window, const char *title)
{
    driver_run(30);
    driver_wait_state(window, VOLO_DOCUMENT_READY);
    assert_string_equal(volo_document_title(volo_window_document(window)), title);
}

static void goes_through_a_folder(void **state)
{
    static const struct {
        const char *action, *title;
    } steps[] = { { "win.next", "b.png" },  { "win.next", "c.png" },
                  { "win.next", "c.png" },  { "win.previous", "b.png" },
                  { "win.first", "a.png" }, { "win.previous", "a.png" },
                  { "win.last", "c.png" } };
    VoloWindow *window = driver_window(stage.application);

    (void)state;
    open_ready(window, "a.png");
    driver_wait(has_folder, window);
    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
        driver_activate(window, steps[i].action);
        assert_title(window, steps[i].title);
    }
    driver_close(window);
}

static void opens_a_folder(void **state)
{
    VoloWindow *window = driver_window(stage.application);

    (void)state;
    driver_open(window, stage.dir.path);
    driver_wait(has_folder, window);
    driver_wait_state(window, VOLO_DOCUMENT_READY);
    assert_non_null(volo_document_picture(volo_window_document(window)));
    driver_close(window);
}

static gboolean is_listed(gpointer window)
{
    return !volo_folder_listing(volo_window_folder(window));
}

static void an_empty_folder_is_told_of(void **state)
{
    VoloWindow *window = driver_window(stage.application);
    g_autofree char *path = picture("empty");

    (void)state;
    assert_int_equal(mkdir(path, 0700), 0);
    driver_open(window, path);
    driver_run(100);
    driver_wait(is_listed, window);
    assert_int_equal(volo_document_state(volo_window_document(window)), VOLO_DOCUMENT_EMPTY);
    assert_string_equal(volo_window_told(window), "There are no pictures there");
    driver_close(window);
    assert_int_equal(rmdir(path), 0);
}

static gboolean has_labels(gpointer window)
{
    VoloSegmentation *result = volo_document_result(volo_window_document(window));

    return result && volo_segmentation_counts(result)[2] == HEIGHT * WIDTH / 2 &&
           volo_segmentation_counts(result)[10] == HEIGHT * WIDTH / 2;
}

static GtkEventController *find_controller(GtkWidget *below, GType type)
{
    g_autoptr(GListModel) controllers = gtk_widget_observe_controllers(below);
    GtkEventController *found = NULL;

    for (guint i = 0; i < g_list_model_get_n_items(controllers) && !found; i++) {
        g_autoptr(GtkEventController) controller = g_list_model_get_item(controllers, i);

        if (g_type_is_a(G_OBJECT_TYPE(controller), type))
            found = controller;
    }
    for (GtkWidget *child = gtk_widget_get_first_child(below); child && !found;
         child = gtk_widget_get_next_sibling(child))
        found = find_controller(child, type);
    return found;
}

static void takes_a_dropped_pair(void **state)
{
    VoloWindow *window = driver_window(stage.application);
    GtkEventController *target = find_controller(GTK_WIDGET(window), GTK_TYPE_DROP_TARGET);
    g_autofree char *path = picture("b.png");
    g_autoptr(GFile) colour = g_file_new_for_path(path);
    g_autoptr(GFile) labels = g_file_new_for_path(stage.labels);
    GSList second = { colour, NULL }, first = { labels, &second };
    GValue value = G_VALUE_INIT;
    gboolean taken = FALSE;

    (void)state;
    assert_non_null(target);
    volo_document_set_model(volo_window_document(window), NULL);
    g_value_init(&value, GDK_TYPE_FILE_LIST);
    g_value_set_boxed(&value, &first);
    g_signal_emit_by_name(target, "drop", &value, 10.0, 10.0, &taken);
    assert_true(taken);
    driver_wait(has_labels, window);
    assert_string_equal(volo_document_title(volo_window_document(window)), "b.png");
    g_value_unset(&value);
    driver_close(window);
}

static gboolean has_pasted(gpointer window)
{
    VoloDocument *document = volo_window_document(window);
    VoloImage *image = volo_document_picture(document);

    return image && volo_image_width(image) == 40 && !volo_document_file(document);
}

static void pastes_a_texture(void **state)
{
    VoloWindow *window = driver_window(stage.application);
    static guint8 rgba[30 * 40 * 4];

    (void)state;
    memset(rgba, 0, sizeof rgba);
    for (gsize i = 0; i < 30 * 40; i++)
        rgba[4 * i + 3] = i % 40 < 20 ? 255 : 0;
    g_autoptr(GBytes) bytes = g_bytes_new_static(rgba, sizeof rgba);
    g_autoptr(GdkTexture) texture =
        gdk_memory_texture_new(40, 30, GDK_MEMORY_R8G8B8A8, bytes, 40 * 4);

    gdk_clipboard_set_texture(gtk_widget_get_clipboard(GTK_WIDGET(window)), texture);
    driver_activate(window, "win.paste");
    driver_wait(has_pasted, window);
    const uint8_t *pixels = volo_image_pixels(volo_document_picture(volo_window_document(window)));
    assert_int_equal(pixels[0], 0);
    assert_int_equal(pixels[3 * 39], 255);
    driver_close(window);
}

static gboolean shows_c(gpointer window)
{
    return g_str_equal(volo_document_title(volo_window_document(window)), "c.png");
}

static void pastes_files(void **state)
{
    VoloWindow *window = driver_window(stage.application);
    g_autofree char *path = picture("c.png");
    g_autoptr(GFile) file = g_file_new_for_path(path);
    GSList list = { file, NULL };

    (void)state;
    gdk_clipboard_set(gtk_widget_get_clipboard(GTK_WIDGET(window)), GDK_TYPE_FILE_LIST, &list);
    driver_activate(window, "win.paste");
    driver_wait(shows_c, window);
    driver_close(window);
}

static void opens_recent_files(void **state)
{
    VoloWindow *window = driver_window(stage.application);
    g_autofree char *path = picture("c.png");
    g_autoptr(GFile) file = g_file_new_for_path(path);
    g_autofree char *uri = g_file_get_uri(file);

    (void)state;
    gtk_widget_activate_action(GTK_WIDGET(window), "win.open-recent", "s", uri);
    driver_wait(shows_c, window);
    driver_close(window);
}

/* --- what is on the picture --- */

static void layers_follow_their_action(void **state)
{
    VoloWindow *window = driver_window(stage.application);

    (void)state;
    open_ready(window, "a.png");
    driver_activate(window, "win.layer::outline");
    assert_int_equal(canvas_int(window, "layer"), VOLO_LAYER_OUTLINE);
    /* There is no truth beside the picture. */
    driver_activate(window, "win.layer::errors");
    assert_int_equal(canvas_int(window, "layer"), VOLO_LAYER_OUTLINE);
    g_object_set(volo_window_canvas(window), "layer", VOLO_LAYER_MASK, NULL);
    g_autoptr(GVariant) now = g_action_group_get_action_state(G_ACTION_GROUP(window), "layer");
    assert_string_equal(g_variant_get_string(now, NULL), "mask");
    g_autofree char *kept = g_settings_get_string(volo_window_settings(window), "layer");
    assert_string_equal(kept, "mask");
    driver_activate(window, "win.layer::overlay");
    driver_close(window);
}

static void truth_is_compared(void **state)
{
    VoloWindow *window = driver_window(stage.application);
    g_autoptr(GFile) truth = g_file_new_for_path(stage.labels);

    (void)state;
    open_ready(window, "a.png");
    driver_activate(window, "win.swipe");
    assert_int_equal(canvas_int(window, "arrangement"), VOLO_ARRANGE_SINGLE);
    volo_document_open_truth(volo_window_document(window), truth);
    while (!volo_document_comparison(volo_window_document(window)))
        driver_run(10);
    driver_activate(window, "win.swipe");
    assert_int_equal(canvas_int(window, "arrangement"), VOLO_ARRANGE_SWIPE);
    const double before = canvas_double(window, "swipe");
    driver_activate(window, "win.swipe-right");
    assert_true(canvas_double(window, "swipe") > before);
    driver_activate(window, "win.beside");
    assert_int_equal(canvas_int(window, "arrangement"), VOLO_ARRANGE_BESIDE);
    driver_activate(window, "win.compare");
    assert_int_equal(canvas_int(window, "arrangement"), VOLO_ARRANGE_SINGLE);
    driver_activate(window, "win.layer::errors");
    assert_int_equal(canvas_int(window, "layer"), VOLO_LAYER_ERRORS);
    driver_close(window);
}

static void opacity_is_kept(void **state)
{
    VoloWindow *window = driver_window(stage.application);

    (void)state;
    open_ready(window, "a.png");
    const double before = canvas_double(window, "opacity-of-mask");
    driver_activate(window, "win.stronger");
    const double after = canvas_double(window, "opacity-of-mask");
    assert_true(after > before);
    driver_close(window);
    window = driver_window(stage.application);
    assert_true(canvas_double(window, "opacity-of-mask") == after);
    driver_activate(window, "win.fainter");
    driver_close(window);
}

static gboolean is_peeking(VoloWindow *window)
{
    gboolean peeking;

    g_object_get(volo_window_canvas(window), "peeking", &peeking, NULL);
    return peeking;
}

static void space_hides_while_held(void **state)
{
    VoloWindow *window = driver_window(stage.application);
    g_autoptr(GListModel) controllers = gtk_widget_observe_controllers(GTK_WIDGET(window));
    guint listeners = 0;

    (void)state;
    open_ready(window, "a.png");
    for (guint i = 0; i < g_list_model_get_n_items(controllers); i++) {
        g_autoptr(GtkEventController) keys = g_list_model_get_item(controllers, i);
        gboolean handled = FALSE;

        if (!GTK_IS_EVENT_CONTROLLER_KEY(keys))
            continue;
        g_signal_emit_by_name(keys, "key-pressed", GDK_KEY_space, 0, 0, &handled);
        if (!handled)
            continue;
        listeners++;
        assert_true(is_peeking(window));
        g_signal_emit_by_name(keys, "key-released", GDK_KEY_space, 0, 0);
        assert_false(is_peeking(window));
        g_signal_emit_by_name(keys, "key-pressed", GDK_KEY_space, 0, 0, &handled);
        g_object_notify(G_OBJECT(window), "is-active");
        assert_false(is_peeking(window));
    }
    assert_int_equal(listeners, 1);
    driver_close(window);
}

/* --- ways out --- */

static gboolean is_there(gpointer path)
{
    return g_file_test(path, G_FILE_TEST_EXISTS);
}

static void exports_a_picture(void **state)
{
    VoloWindow *window = driver_window(stage.application);
    g_autofree char *path = picture("labels/exported.png");
    g_autoptr(GFile) target = g_file_new_for_path(path);
    VoloMask *mask;
    VoloError err;

    (void)state;
    open_ready(window, "a.png");
    volo_window_export_to(window, "trainid", target);
    driver_wait(is_there, path);
    assert_int_equal(volo_mask_load(path, &mask, &err), VOLO_OK);
    VoloMask *shown = volo_segmentation_mask(volo_document_result(volo_window_document(window)));
    assert_memory_equal(volo_mask_labels(mask), volo_mask_labels(shown), WIDTH * HEIGHT);
    volo_mask_unref(mask);
    driver_close(window);
    assert_int_equal(remove(path), 0);
}

static void never_writes_over_the_picture(void **state)
{
    VoloWindow *window = driver_window(stage.application);
    g_autofree char *path = picture("a.png");
    g_autoptr(GFile) target = g_file_new_for_path(path);
    g_autofree char *before = NULL, *after = NULL;
    gsize size = 0, size_after = 0;

    (void)state;
    assert_true(g_file_get_contents(path, &before, &size, NULL));
    open_ready(window, "a.png");
    volo_window_export_to(window, "overlay", target);
    driver_run(500);
    assert_true(g_file_get_contents(path, &after, &size_after, NULL));
    assert_int_equal(size, size_after);
    assert_memory_equal(before, after, size);
    driver_close(window);
}

static void exports_a_folder(void **state)
{
    static const char *const kinds[] = { "color", "palette", NULL };
    VoloWindow *window = driver_window(stage.application);
    g_autofree char *out = g_dir_make_tmp("volo-export-XXXXXX", NULL);
    g_autofree char *last = g_build_filename(out, "palette", "c.png", NULL);
    g_autofree char *remove_all = g_strdup_printf("rm -r '%s'", out);
    g_autoptr(GFile) folder = g_file_new_for_path(out);

    (void)state;
    open_ready(window, "a.png");
    driver_wait(has_folder, window);
    volo_window_export_all_to(window, kinds, folder);
    driver_wait(is_there, last);
    driver_close(window);
    assert_true(g_spawn_command_line_sync(remove_all, NULL, NULL, NULL, NULL));
}

static gboolean clipboard_has_texture(gpointer clipboard)
{
    return gdk_content_formats_contain_gtype(gdk_clipboard_get_formats(clipboard),
                                             GDK_TYPE_TEXTURE);
}

static void copies_the_overlay(void **state)
{
    VoloWindow *window = driver_window(stage.application);
    GdkClipboard *clipboard = gtk_widget_get_clipboard(GTK_WIDGET(window));

    (void)state;
    gdk_clipboard_set_text(clipboard, "nothing");
    open_ready(window, "a.png");
    driver_activate(window, "win.copy");
    driver_wait(clipboard_has_texture, clipboard);
    driver_close(window);
}

/* --- other windows --- */

static void other_windows_open_and_close(void **state)
{
    static const char *const actions[] = {
        "win.preferences", "win.shortcuts", "win.about",
        "win.model-page",  "win.export",    "win.export-folder"
    };
    VoloWindow *window = driver_window(stage.application);

    (void)state;
    open_ready(window, "a.png");
    driver_wait(has_folder, window);
    for (gsize i = 0; i < G_N_ELEMENTS(actions); i++) {
        GListModel *all = gtk_window_get_toplevels();
        const guint before = g_list_model_get_n_items(all);

        driver_activate(window, actions[i]);
        driver_run(100);
        assert_int_equal(g_list_model_get_n_items(all), before + 1);
        for (guint w = g_list_model_get_n_items(all); w > 0; w--) {
            g_autoptr(GtkWindow) other = g_list_model_get_item(all, w - 1);

            if (gtk_window_get_transient_for(other) == GTK_WINDOW(window))
                gtk_window_destroy(other);
        }
        driver_run(50);
        assert_int_equal(g_list_model_get_n_items(all), before);
    }
    driver_close(window);
}

static void closes_while_busy(void **state)
{
    g_autofree char *path = picture("a.png");

    (void)state;
    for (guint wait = 0; wait < 60; wait += 12) {
        VoloWindow *window = driver_window(stage.application);

        driver_open(window, path);
        driver_run(wait + 1);
        driver_close(window);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_an_action),
        cmocka_unit_test(every_key_has_one_meaning),
        cmocka_unit_test(starts_empty),
        cmocka_unit_test(opens_and_segments),
        cmocka_unit_test(tells_of_files_that_fail_and_lives_on),
        cmocka_unit_test(goes_through_a_folder),
        cmocka_unit_test(opens_a_folder),
        cmocka_unit_test(an_empty_folder_is_told_of),
        cmocka_unit_test(takes_a_dropped_pair),
        cmocka_unit_test(pastes_a_texture),
        cmocka_unit_test(pastes_files),
        cmocka_unit_test(opens_recent_files),
        cmocka_unit_test(layers_follow_their_action),
        cmocka_unit_test(truth_is_compared),
        cmocka_unit_test(opacity_is_kept),
        cmocka_unit_test(space_hides_while_held),
        cmocka_unit_test(exports_a_picture),
        cmocka_unit_test(never_writes_over_the_picture),
        cmocka_unit_test(exports_a_folder),
        cmocka_unit_test(copies_the_overlay),
        cmocka_unit_test(other_windows_open_and_close),
        cmocka_unit_test(closes_while_busy),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
