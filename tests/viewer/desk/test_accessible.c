/* SPDX-License-Identifier: Apache-2.0 */
/* Whoever hears the window hears a name and a role of everything that can be used in it. */
#include "reader.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* --- what must have a name --- */

static const char *const named_roles[] = {
    "alert",     "check box",   "check menu item", "combo box",    "dialog",        "entry",
    "frame",     "grouping",    "image",           "link",         "list",          "list box",
    "list item", "menu item",   "page tab",        "progress bar", "push button",   "radio button",
    "slider",    "spin button", "radio menu item", "status bar",   "toggle button", "tool bar",
};

static const char *const meaningless_roles[] = { "invalid", "unknown",  "filler",
                                                 "panel",   "extended", "redundant object" };

/* What GTK 4.8 and libadwaita 1.2 put there themselves and give no name. */
static const struct {
    const char *role, *inside; /* of something around it, NULL: anywhere */
    const char *why;
} exceptions[] = {
    { "scroll pane", NULL, "has the focus only when nothing in it would take it" },
    { "list", "combo box", "a row has its chosen text as a list of one; the row describes itself" },
    { "list item", "combo box", "the same" },
    { "image", "combo box", "its arrow" },
    { "page tab", "page tab list", "preferences have tabs, which are shown when there are pages" },
    { "image", "page tab list", "the same" },
};

static gboolean is_one_of(const char *role, const char *const *roles, gsize count)
{
    for (gsize i = 0; i < count; i++)
        if (g_str_equal(roles[i], role))
            return TRUE;
    return FALSE;
}

static gboolean is_inside(Heard *heard, const char *role)
{
    if (!role)
        return TRUE;
    while ((heard = heard->parent))
        if (g_str_equal(heard->role, role))
            return TRUE;
    return FALSE;
}

static gboolean is_exception(Heard *heard)
{
    for (gsize i = 0; i < G_N_ELEMENTS(exceptions); i++)
        if (g_str_equal(exceptions[i].role, heard->role) && is_inside(heard, exceptions[i].inside))
            return TRUE;
    return FALSE;
}

/* NULL: nothing is wrong. */
static const char *fault_of(Heard *heard)
{
    if (is_exception(heard))
        return NULL;
    if (heard->focusable &&
        is_one_of(heard->role, meaningless_roles, G_N_ELEMENTS(meaningless_roles)))
        return "takes the focus, but has no role";
    if (!heard->named &&
        (heard->focusable || is_one_of(heard->role, named_roles, G_N_ELEMENTS(named_roles))))
        return "has no name";
    if (g_str_equal(heard->role, "push button") && strchr(heard->name, '_'))
        return "has an underscore in its name";
    return NULL;
}

static guint count_faults(Heard *window)
{
    guint faults = 0, all = 0, focusable = 0;

    for (Heard *heard = window; heard; heard = heard_next(heard)) {
        const char *fault = fault_of(heard);

        all++;
        focusable += heard->focusable ? 1 : 0;
        if (!fault)
            continue;
        g_autofree char *place = heard_place(heard);
        print_message("# %s: %s\n", place, fault);
        faults++;
    }
    print_message("# %u accessibles, %u of them for the focus\n", all, focusable);
    assert_true(focusable > 0);
    return faults;
}

/* Once there is such a one. */
static void check_now(Reader *reader, const char *role, const char *name)
{
    g_autoptr(Heard) window = reader_wait(reader, role, name);

    assert_int_equal(count_faults(window), 0);
}

/* --- windows --- */

static char *sample(int number, gboolean truth)
{
    g_autofree char *name = g_strdup_printf("scenes_%06d_000019_%s.png", number,
                                            truth ? "gtFine_labelTrainIds" : "leftImg8bit");

    return g_build_filename(g_getenv("VOLO_SAMPLES"), truth ? "gtFine" : "leftImg8bit", "val",
                            "scenes", name, NULL);
}

static void an_empty_window(void **state)
{
    (void)state;
    Reader *reader = reader_start(NULL);

    check_now(reader, "push button", "Open Pictures");
    reader_quit(reader);
}

static int open_sample(void **state)
{
    g_autofree char *picture = sample(0, FALSE);

    *state = reader_start((const char *const[]){ picture, NULL });
    return 0;
}

static int close_sample(void **state)
{
    reader_quit(*state);
    return 0;
}

static void a_result_with_its_legend(void **state)
{
    g_autoptr(Heard) window = reader_wait(*state, "check box", NULL);

    assert_non_null(heard_find(window, "image", "scenes_000000"));
    assert_non_null(heard_find(window, "slider", "Opacity"));
    assert_non_null(heard_find(window, "radio button", "Entropy"));
    assert_null(heard_find(window, "push button", "Open Folder")); /* it is on the empty page */
    assert_null(heard_find(window, "alert", NULL));
    assert_int_equal(count_faults(window), 0);
}

/* All pictures of the folder are there by name. */
static void thumbnails(void **state)
{
    check_now(*state, "list item", "scenes_000002");
}

static gboolean mask_is_checked(Reader *reader)
{
    g_autoptr(Heard) window = reader_wait(reader, "radio button", "Mask");

    return heard_find(window, "radio button", "Mask")->checked;
}

static void which_layer_is_chosen(void **state)
{
    assert_false(mask_is_checked(*state));
    reader_press(*state, "m");
    while (!mask_is_checked(*state))
        ;
    reader_press(*state, "v");
    while (mask_is_checked(*state))
        ;
}

static void a_comparison(void **state)
{
    reader_press(*state, "s");
    check_now(*state, "slider", "Line between");
    reader_press(*state, "s");
    reader_wait_gone(*state, "slider", "Line between");
}

/* A menu that a key opens, with one of its items. */
static void check_menu(Reader *reader, const char *keys, const char *role, const char *item)
{
    reader_press(reader, keys);
    g_autoptr(Heard) window = reader_wait(reader, role, item);
    reader_press(reader, "Escape");
    reader_wait_gone(reader, role, item);
    assert_int_equal(count_faults(window), 0);
}

static void the_menu_of_models(void **state)
{
    check_menu(*state, "ctrl+m", "list item", "default, in use");
}

static void the_primary_menu(void **state)
{
    check_menu(*state, "F10", "menu item", "Preferences");
}

/* A window that a key opens and Escape closes, with something that it has. */
static void check_window(Reader *reader, const char *keys, const char *title, const char *role,
                         const char *name)
{
    reader_press(reader, keys);
    reader_wait_window(reader, title);
    g_autoptr(Heard) window = reader_wait(reader, role, name);
    reader_press(reader, "Escape");
    reader_wait_window(reader, "scenes_");
    assert_int_equal(count_faults(window), 0);
}

static void preferences(void **state)
{
    check_window(*state, "ctrl+comma", "Preferences", "slider", "Strength of colors");
}

static void the_shortcuts(void **state)
{
    check_window(*state, "ctrl+question", "Keyboard shortcuts", "label", "Open pictures");
}

static void the_page_of_a_model(void **state)
{
    check_window(*state, "alt+Return", "About the Model", "push button", "Copy the SHA");
}

static void exporting(void **state)
{
    check_window(*state, "ctrl+shift+s", "Export", "push button", "Continue");
}

/* --- failures --- */

/* The first bytes of a file that is whole. */
static char *break_file(const char *path, const char *folder)
{
    char *broken = g_build_filename(folder, "broken.png", NULL);
    g_autofree char *bytes = NULL;
    gsize size;

    assert_true(g_file_get_contents(path, &bytes, &size, NULL) && size > 200);
    assert_true(g_file_set_contents(broken, bytes, 200, NULL));
    return broken;
}

/* The button's words: on the page without a picture, in the bar above one. */
static void check_failure(gboolean with_picture, const char *role, const char *name)
{
    g_autofree char *folder = g_dir_make_tmp("heard-XXXXXX", NULL);
    g_autofree char *picture = sample(0, FALSE), *whole = sample(0, with_picture);
    g_autofree char *broken = break_file(whole, folder);
    Reader *reader =
        reader_start((const char *const[]){ broken, with_picture ? picture : NULL, NULL });

    check_now(reader, role, name);
    reader_quit(reader);
    g_remove(broken);
    g_rmdir(folder);
}

static void a_picture_that_cannot_be_opened(void **state)
{
    (void)state;
    check_failure(FALSE, "push button", "Try Again");
}

static void labels_that_cannot_be_opened(void **state)
{
    (void)state;
    check_failure(TRUE, "alert", NULL);
}

/* usage: test_accessible alone|sample */
int main(int argc, char **argv)
{
    const struct CMUnitTest alone[] = {
        cmocka_unit_test(an_empty_window),
        cmocka_unit_test(a_picture_that_cannot_be_opened),
        cmocka_unit_test(labels_that_cannot_be_opened),
    };
    const struct CMUnitTest with_a_sample[] = {
        cmocka_unit_test(a_result_with_its_legend),
        cmocka_unit_test(thumbnails),
        cmocka_unit_test(which_layer_is_chosen),
        cmocka_unit_test(a_comparison),
        cmocka_unit_test(the_menu_of_models),
        cmocka_unit_test(the_primary_menu),
        cmocka_unit_test(preferences),
        cmocka_unit_test(the_shortcuts),
        cmocka_unit_test(the_page_of_a_model),
        cmocka_unit_test(exporting),
    };

    return argc > 1 && !strcmp(argv[1], "alone")
               ? cmocka_run_group_tests(alone, NULL, NULL)
               : cmocka_run_group_tests(with_a_sample, open_sample, close_sample);
}
