/* SPDX-License-Identifier: Apache-2.0 */
#include "app/viewer/folder.h"
#include "app/viewer/folder_item.h"
#include "app/viewer/thumbnail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/viewer/main_loop.h"

/* A folder that is being watched: its changes are replayed on a copy. */
typedef struct Stage {
    VoloFolder *folder;
    GPtrArray *copy; /* of VoloFolderItem */
    ScratchDir dir;
    int changes;   /* times that items-changed came */
    guint touched; /* items that were added or removed by the last of them */
} Stage;

static void on_items(GListModel *list, guint position, guint removed, guint added, gpointer user)
{
    Stage *const stage = user;

    if (removed)
        g_ptr_array_remove_range(stage->copy, position, removed);
    for (guint i = 0; i < added; i++)
        g_ptr_array_insert(stage->copy, (int)(position + i),
                           g_list_model_get_item(list, position + i));
    stage->changes++;
    stage->touched = removed + added;
}

static int set_up(void **state)
{
    static Stage stage;

    stage = (Stage){ .folder = volo_folder_new(),
                     .copy = g_ptr_array_new_with_free_func(g_object_unref) };
    scratch_dir_init(&stage.dir);
    g_signal_connect(stage.folder, "items-changed", G_CALLBACK(on_items), &stage);
    *state = &stage;
    return 0;
}

static int tear_down(void **state)
{
    Stage *const stage = *state;

    g_ptr_array_unref(stage->copy);
    loop_until_gone(stage->folder);
    scratch_dir_clear(&stage->dir);
    return 0;
}

static void touch(const Stage *stage, const char *name)
{
    scratch_write(&stage->dir, name, "", 0);
}

static void show_beside(Stage *stage, const char *name)
{
    GFile *const file = g_file_new_for_path(scratch_path(&stage->dir, name));

    volo_folder_show_beside(stage->folder, file);
    g_object_unref(file);
}

static gboolean is_listed(gpointer folder)
{
    return !volo_folder_listing(folder);
}

static void wait_listed(const Stage *stage)
{
    loop_until("the folder to be listed", is_listed, stage->folder);
}

/* The names, each followed by a blank, the current one in front of which stands '>'; the copy made
 * by notifications agrees. */
static void assert_names(const Stage *stage, const char *want)
{
    GListModel *const list = G_LIST_MODEL(stage->folder);
    const guint count = g_list_model_get_n_items(list);
    GString *const names = g_string_new(NULL);

    assert_int_equal(stage->copy->len, count);
    for (guint i = 0; i < count; i++) {
        VoloFolderItem *const item = g_list_model_get_item(list, i);

        assert_ptr_equal(item, g_ptr_array_index(stage->copy, i));
        g_string_append_printf(names, "%s%s ", i == volo_folder_current(stage->folder) ? ">" : "",
                               volo_folder_item_title(item));
        g_object_unref(item);
    }
    assert_string_equal(names->str, want);
    g_string_free(names, TRUE);
}

static void assert_neighbour(const Stage *stage, int step, const char *want)
{
    GFile *const file = volo_folder_neighbour(stage->folder, step);

    if (!want) {
        assert_null(file);
        return;
    }
    char *const name = g_file_get_basename(file);
    assert_string_equal(name, want);
    g_free(name);
}

/* --- listing ---------------------------------------------------------------------------------- */

static void is_empty_at_first(void **state)
{
    const Stage *const stage = *state;

    assert_int_equal(g_list_model_get_n_items(G_LIST_MODEL(stage->folder)), 0);
    assert_null(g_list_model_get_item(G_LIST_MODEL(stage->folder), 0));
    assert_true(g_list_model_get_item_type(G_LIST_MODEL(stage->folder)) == VOLO_TYPE_FOLDER_ITEM);
    assert_int_equal(volo_folder_current(stage->folder), VOLO_FOLDER_NOWHERE);
    assert_neighbour(stage, 0, NULL);
    assert_neighbour(stage, 1, NULL);
    volo_folder_clear(stage->folder);
    volo_folder_set_current(stage->folder, 3);
    assert_int_equal(volo_folder_current(stage->folder), VOLO_FOLDER_NOWHERE);
}

static void lists_the_pictures_beside_one(void **state)
{
    static const char *const names[] = { "b10.png",   "b9.JPG", "a.ppm",  "c.jpeg", "d.pgm",
                                         "notes.txt", ".e.png", "f.png~", "png" };
    Stage *const stage = *state;

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        touch(stage, names[i]);
    show_beside(stage, "b10.png");
    assert_true(volo_folder_listing(stage->folder));
    assert_names(stage, ">b10.png "); /* there at once */
    wait_listed(stage);
    assert_names(stage, "a.ppm b9.JPG >b10.png c.jpeg d.pgm ");
    assert_neighbour(stage, 0, "b10.png");
    assert_neighbour(stage, 1, "c.jpeg");
    assert_neighbour(stage, -2, "a.ppm");
    assert_neighbour(stage, -3, NULL);
    assert_neighbour(stage, 3, NULL);
    assert_neighbour(stage, G_MININT, NULL);
    assert_neighbour(stage, G_MAXINT, NULL);
    volo_folder_set_current(stage->folder, 4);
    assert_neighbour(stage, -1, "c.jpeg");
    /* Another picture of the folder: the items stay. */
    const int changes = stage->changes;
    show_beside(stage, "a.ppm");
    wait_listed(stage);
    assert_names(stage, ">a.ppm b9.JPG b10.png c.jpeg d.pgm ");
    assert_int_equal(stage->changes, changes);
    volo_folder_clear(stage->folder);
    assert_names(stage, "");
    assert_int_equal(volo_folder_current(stage->folder), VOLO_FOLDER_NOWHERE);
}

static void an_opened_file_is_there_whatever_it_is_called(void **state)
{
    Stage *const stage = *state;

    touch(stage, "a.png");
    touch(stage, "b.txt");
    show_beside(stage, "b.txt");
    wait_listed(stage);
    assert_names(stage, "a.png >b.txt ");
    show_beside(stage, "nowhere/c.png");
    wait_listed(stage);
    assert_names(stage, ">c.png ");
}

static GListModel *files_of(const Stage *stage, const char *const *names)
{
    GListStore *const files = g_list_store_new(G_TYPE_FILE);

    for (size_t i = 0; names[i]; i++) {
        GFile *const file = g_file_new_for_path(scratch_path(&stage->dir, names[i]));

        g_list_store_append(files, file);
        g_object_unref(file);
    }
    return G_LIST_MODEL(files);
}

static void lists_what_was_given_in_order_and_folders_to_the_bottom(void **state)
{
    static const char *const given[] = { "z.png", "tree", "a.txt", "z.png", "tree/2.png", NULL };
    Stage *const stage = *state;
    GListModel *const files = files_of(stage, given);

    make_folder(&stage->dir, "tree/10");
    touch(stage, "z.png");
    touch(stage, "a.txt");
    touch(stage, "tree/11.png");
    touch(stage, "tree/2.png");
    touch(stage, "tree/10/b.png");
    touch(stage, "tree/10/x.txt");
    assert_int_equal(
        symlink(scratch_path(&stage->dir, "tree"), scratch_path(&stage->dir, "tree/round")), 0);
    volo_folder_show_files(stage->folder, files);
    wait_listed(stage);
    assert_names(stage, ">z.png 2.png b.png 11.png a.txt ");
    g_object_unref(files);
}

static void the_last_wish_wins(void **state)
{
    Stage *const stage = *state;

    make_folder(&stage->dir, "one");
    make_folder(&stage->dir, "two");
    touch(stage, "one/a.png");
    touch(stage, "two/b.png");
    touch(stage, "two/c.png");
    show_beside(stage, "one/a.png");
    show_beside(stage, "two/b.png");
    wait_listed(stage);
    loop_for(30);
    assert_names(stage, ">b.png c.png ");
}

/* --- changes ---------------------------------------------------------------------------------- */

typedef struct Count {
    const Stage *stage;
    guint count;
} Count;

static gboolean has_count(gpointer user)
{
    const Count *const wanted = user;

    return g_list_model_get_n_items(G_LIST_MODEL(wanted->stage->folder)) == wanted->count &&
           is_listed(wanted->stage->folder);
}

static void wait_count(const Stage *stage, guint count)
{
    loop_until("the folder to change", has_count, &(Count){ stage, count });
}

static void a_folder_that_changes_is_listed_anew(void **state)
{
    Stage *const stage = *state;

    for (char c = 'a'; c < 'f'; c++)
        touch(stage, (char[]){ c, '.', 'p', 'n', 'g', '\0' });
    show_beside(stage, "c.png");
    wait_listed(stage);
    touch(stage, "b2.png");
    wait_count(stage, 6);
    assert_names(stage, "a.png b.png b2.png >c.png d.png e.png ");
    assert_int_equal(stage->touched, 1); /* the others stay what they were */
    unlink(scratch_path(&stage->dir, "c.png"));
    wait_count(stage, 5);
    assert_names(stage, "a.png b.png b2.png >d.png e.png ");
    unlink(scratch_path(&stage->dir, "d.png"));
    unlink(scratch_path(&stage->dir, "e.png"));
    wait_count(stage, 3);
    assert_names(stage, "a.png b.png >b2.png ");
    assert_int_equal(rename(scratch_path(&stage->dir, "a.png"), scratch_path(&stage->dir, "x.png")),
                     0);
    loop_for(600);
    wait_count(stage, 3);
    assert_names(stage, "b.png >b2.png x.png ");
}

static void ten_thousand_files_are_no_burden(void **state)
{
    Stage *const stage = *state;
    char name[32];

    touch(stage, "0.png");
    for (int i = 1; i < 10000; i++) {
        snprintf(name, sizeof name, "%d.png", i);
        if (link(scratch_path(&stage->dir, "0.png"), scratch_path(&stage->dir, name)))
            touch(stage, name);
    }
    show_beside(stage, "5000.png");
    const gint64 start = g_get_monotonic_time();
    gint64 longest = 0;
    while (volo_folder_listing(stage->folder)) {
        const gint64 before = g_get_monotonic_time();

        g_main_context_iteration(NULL, FALSE);
        longest = MAX(longest, g_get_monotonic_time() - before);
        g_usleep(500);
    }
    print_message("# listed after %d ms, the main loop was held for %d ms\n",
                  (int)((g_get_monotonic_time() - start) / 1000), (int)(longest / 1000));
    assert_int_equal(g_list_model_get_n_items(G_LIST_MODEL(stage->folder)), 10000);
    assert_int_equal(volo_folder_current(stage->folder), 5000);
    assert_neighbour(stage, 1, "5001.png");
    assert_neighbour(stage, -4000, "1000.png");
    assert_int_equal(stage->changes, 2); /* the one, then all */
}

/* --- thumbnails ------------------------------------------------------------------------------- */

static gboolean has_thumbnail(gpointer item)
{
    return volo_folder_item_thumbnail(item) != NULL;
}

static void count_notifications(GObject *object, GParamSpec *pspec, gpointer user)
{
    (void)object;
    (void)pspec;
    ++*(int *)user;
}

static void makes_the_thumbnails_that_are_wanted(void **state)
{
    Stage *const stage = *state;
    int notified = 0;

    write_flat(&stage->dir, "a.png", 320, 640, 90);
    touch(stage, "b.png");
    show_beside(stage, "a.png");
    wait_listed(stage);
    VoloFolderItem *const good = g_ptr_array_index(stage->copy, 0);
    VoloFolderItem *const bad = g_ptr_array_index(stage->copy, 1);
    g_signal_connect(good, "notify::thumbnail", G_CALLBACK(count_notifications), &notified);
    assert_null(volo_folder_item_thumbnail(good));
    volo_folder_item_want_thumbnail(good);
    volo_folder_item_want_thumbnail(bad);
    volo_folder_item_want_thumbnail(good);
    loop_until("the thumbnail", has_thumbnail, good);
    GdkTexture *const texture = volo_folder_item_thumbnail(good);
    assert_int_equal(gdk_texture_get_width(texture), 320);
    assert_int_equal(gdk_texture_get_height(texture), 160);
    guint32 *const pixels = g_new(guint32, 320 * 160);
    gdk_texture_download(texture, (guchar *)pixels, 4 * 320);
    assert_int_equal(pixels[320 * 159 + 319], 0xff5a5a5a);
    g_free(pixels);
    loop_for(50);
    assert_null(volo_folder_item_thumbnail(bad));
    volo_folder_item_want_thumbnail(good); /* again: it is there */
    assert_int_equal(notified, 1);
}

static void keeps_the_thumbnails_of_the_last_500(void **state)
{
    Stage *const stage = *state;
    Thumbnails *const thumbnails = thumbnails_new();
    GFile *const file = g_file_new_for_path(write_flat(&stage->dir, "a.png", 4, 4, 1));
    GPtrArray *const items = g_ptr_array_new_with_free_func(g_object_unref);

    for (guint i = 0; i < 520; i++) {
        g_ptr_array_add(items, volo_folder_item_new(file, thumbnails));
        volo_folder_item_want_thumbnail(items->pdata[i]);
    }
    assert_int_equal(thumbnails_kept(thumbnails), 500);
    for (guint i = 20; i < 520; i++)
        loop_until("the thumbnail", has_thumbnail, items->pdata[i]);
    loop_for(20);
    for (guint i = 0; i < 20; i++)
        assert_null(volo_folder_item_thumbnail(items->pdata[i]));
    volo_folder_item_want_thumbnail(items->pdata[20]); /* is the youngest now */
    volo_folder_item_want_thumbnail(items->pdata[0]);
    assert_non_null(volo_folder_item_thumbnail(items->pdata[20]));
    assert_null(volo_folder_item_thumbnail(items->pdata[21]));
    loop_until("the thumbnail", has_thumbnail, items->pdata[0]);
    g_ptr_array_unref(items);
    assert_int_equal(thumbnails_kept(thumbnails), 0);
    thumbnails_unref(thumbnails);
    g_object_unref(file);
}

static void can_be_let_go_while_thumbnails_are_made(void **state)
{
    Stage *const stage = *state;
    GFile *const file = g_file_new_for_path(sample_picture(0));

    for (guint i = 0; i < 20; i++) {
        Thumbnails *const thumbnails = thumbnails_new();
        VoloFolderItem *const first = volo_folder_item_new(file, thumbnails);
        VoloFolderItem *const second = volo_folder_item_new(file, thumbnails);

        thumbnails_unref(thumbnails);
        volo_folder_item_want_thumbnail(first);
        volo_folder_item_want_thumbnail(second);
        loop_for(i);
        g_object_unref(first);
        g_object_unref(second);
    }
    g_object_unref(file);
    show_beside(stage, "x.png");
    loop_for(100);
}

static int start_library(void **state)
{
    VoloError err;

    (void)state;
    return (int)volo_init(&err);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(is_empty_at_first),
        TEST(lists_the_pictures_beside_one),
        TEST(an_opened_file_is_there_whatever_it_is_called),
        TEST(lists_what_was_given_in_order_and_folders_to_the_bottom),
        TEST(the_last_wish_wins),
        TEST(a_folder_that_changes_is_listed_anew),
        TEST(ten_thousand_files_are_no_burden),
        TEST(makes_the_thumbnails_that_are_wanted),
        TEST(keeps_the_thumbnails_of_the_last_500),
        TEST(can_be_let_go_while_thumbnails_are_made),
    };
    return cmocka_run_group_tests(tests, start_library, NULL);
}
