/* SPDX-License-Identifier: Apache-2.0 */
/* Whoever has only a keyboard reaches everything: real keys walk through the window in its states,
 * and what can be used but never gets the focus is a failure. */
#include "reader.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* --- what is to be reached --- */

static const char *const controls[] = {
    "check box",    "check menu item", "combo box",   "entry",         "image",
    "link",         "list item",       "menu item",   "slider",        "push button",
    "radio button", "radio menu item", "spin button", "toggle button",
};

/* What is no control of its own, though it may say that it takes the focus. */
static const struct {
    const char *role, *inside;
    const char *why;
} exceptions[] = {
    { "list item", "combo box", "shows what is chosen in the row around it" },
    { "push button", "spin button", "the keys up and down do the same" },
    { "check box", "list item", "Space and Enter on its row, which is reached, do the same" },
};

static gboolean is_inside(Heard *heard, const char *role)
{
    while ((heard = heard->parent))
        if (g_str_equal(heard->role, role))
            return TRUE;
    return FALSE;
}

static gboolean is_below(Heard *heard, Heard *above)
{
    while (heard && heard != above)
        heard = heard->parent;
    return heard != NULL;
}

/* Close, maximize, minimize: the window manager has keys for them. */
static gboolean is_of_the_title(Heard *heard)
{
    static const char *const names[] = { "Minimize", "Maximize", "Restore", "Close", NULL };

    return g_str_equal(heard->role, "push button") && g_strv_contains(names, heard->name);
}

static gboolean is_control(Heard *heard)
{
    gboolean is = FALSE;

    for (gsize i = 0; i < G_N_ELEMENTS(controls); i++)
        is = is || g_str_equal(controls[i], heard->role);
    for (gsize i = 0; i < G_N_ELEMENTS(exceptions); i++)
        is = is && !(g_str_equal(exceptions[i].role, heard->role) &&
                     is_inside(heard, exceptions[i].inside));
    return is && heard->focusable && heard->sensitive && !is_of_the_title(heard);
}

/* --- walking --- */

static void note(GHashTable *reached, GPtrArray *trail)
{
    for (guint i = 0; i < trail->len; i++)
        g_hash_table_add(reached, g_strdup(trail->pdata[i]));
}

/* There and back: both ways lead to the same. */
static GHashTable *go_there_and_back(Reader *reader, const char *there, const char *back)
{
    GHashTable *reached = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    gboolean round;
    g_autoptr(GPtrArray) forward = reader_go_round(reader, there, &round);
    if (!round)
        fail_msg("%s stops after %u", there, forward->len);
    g_autoptr(GPtrArray) backward = reader_go_round(reader, back, &round);
    if (!round)
        fail_msg("%s stops after %u", back, backward->len);
    note(reached, forward);
    note(reached, backward);
    if (g_hash_table_size(reached) != forward->len || forward->len != backward->len)
        fail_msg("%s goes to %u, %s to %u", there, forward->len, back, backward->len);
    return reached;
}

/* Nothing that is below is left out. */
static void check_reached(GHashTable *reached, Heard *below)
{
    guint missed = 0, controls_there = 0;

    for (Heard *heard = below; heard; heard = heard_next(heard)) {
        if (heard != below && !is_below(heard, below))
            break;
        if (!is_control(heard))
            continue;
        controls_there++;
        if (g_hash_table_contains(reached, heard->path))
            continue;
        g_autofree char *place = heard_place(heard);
        print_message("# never reached: %s\n", place);
        missed++;
    }
    print_message("# %u controls\n", controls_there);
    assert_true(controls_there > 0);
    assert_int_equal(missed, 0);
}

/* By Tab, in the window in front. */
static void check_window(Reader *reader)
{
    g_autoptr(GHashTable) reached = go_there_and_back(reader, "Tab", "shift+Tab");
    g_autoptr(Heard) window = reader_hear(reader);

    check_reached(reached, window);
}

/* --- the states --- */

static char *sample(gboolean truth)
{
    return g_build_filename(g_getenv("VOLO_SAMPLES"), truth ? "gtFine" : "leftImg8bit", "val",
                            "scenes",
                            truth ? "scenes_000000_000019_gtFine_labelTrainIds.png"
                                  : "scenes_000000_000019_leftImg8bit.png",
                            NULL);
}

static void an_empty_window(void **state)
{
    Reader *reader = reader_start(NULL);

    (void)state;
    heard_free(reader_wait(reader, "push button", "Open Pictures"));
    check_window(reader);
    reader_quit(reader);
}

static void a_picture_that_cannot_be_opened(void **state)
{
    g_autofree char *folder = g_dir_make_tmp("heard-XXXXXX", NULL);
    g_autofree char *broken = g_build_filename(folder, "broken.png", NULL);

    (void)state;
    assert_true(g_file_set_contents(broken, "broken", -1, NULL));
    Reader *reader = reader_start((const char *const[]){ broken, NULL });
    heard_free(reader_wait(reader, "push button", "Try Again"));
    check_window(reader);
    reader_quit(reader);
    g_remove(broken);
    g_rmdir(folder);
}

/* With labels, so that nothing has to be segmented. */
static int open_sample(void **state)
{
    g_autofree char *picture = sample(FALSE), *labels = sample(TRUE);

    *state = reader_start((const char *const[]){ picture, labels, NULL });
    heard_free(reader_wait(*state, "check box", NULL));
    return 0;
}

static int close_sample(void **state)
{
    reader_quit(*state);
    return 0;
}

static void a_comparison(void **state)
{
    reader_press(*state, "s");
    heard_free(reader_wait(*state, "slider", "Line between"));
    check_window(*state);
}

static gboolean is_checked(Reader *reader)
{
    g_autoptr(Heard) window = reader_wait(reader, "check box", NULL);

    return heard_find(window, "check box", NULL)->checked;
}

static void wait_for_check(Reader *reader, gboolean wanted)
{
    for (int i = 0; is_checked(reader) != wanted; i++)
        assert_true(i < 1000);
}

static void a_class_is_hidden_by_space(void **state)
{
    reader_press(*state, "ctrl+f");
    reader_go_to(*state, "Tab", "list item", "bu");
    assert_true(is_checked(*state));
    reader_press(*state, "space");
    wait_for_check(*state, FALSE);
    reader_press(*state, "space");
    wait_for_check(*state, TRUE);
}

/* --- popovers: keys stay in them until Escape --- */

static Heard *popover_around(Heard *heard)
{
    while (heard && !g_str_equal(heard->role, "menu") && !g_str_equal(heard->name, "GtkPopover"))
        heard = heard->parent;
    assert_non_null(heard);
    return heard;
}

static void check_popover(Reader *reader, const char *there, const char *back, const char *role,
                          const char *item)
{
    g_autoptr(Heard) window = reader_wait(reader, role, item);
    g_autoptr(GHashTable) reached = go_there_and_back(reader, there, back);

    check_reached(reached, popover_around(heard_find(window, role, item)));
    reader_press(reader, "Escape");
    reader_wait_gone(reader, role, item);
    reader_wait_gone(reader, "menu", NULL);
    reader_wait_window(reader, "scenes_"); /* a window manager gives it the keyboard, too */
}

static void the_menu_of_models(void **state)
{
    reader_press(*state, "ctrl+m");
    check_popover(*state, "Tab", "shift+Tab", "list item", "default");
}

static void the_menu_of_the_legend(void **state)
{
    reader_press(*state, "ctrl+f");
    reader_go_to(*state, "Tab", "push button", "Colors, order");
    reader_press(*state, "space");
    check_popover(*state, "Down", "Up", "menu item", "Show All");
}

static void the_menu_of_comparing(void **state)
{
    reader_press(*state, "ctrl+f");
    reader_go_to(*state, "shift+Tab", "push button", "Compare with");
    reader_press(*state, "space");
    check_popover(*state, "Down", "Up", "menu item", "Open Ground");
}

/* --- the primary menu --- */

static void open_primary_menu(Reader *reader, const char *keys)
{
    reader_press(reader, keys);
    heard_free(reader_wait(reader, "menu item", "Preferences"));
}

static void the_primary_menu(void **state)
{
    open_primary_menu(*state, "Menu");
    reader_press(*state, "Escape");
    reader_wait_gone(*state, "menu item", "Preferences");
    reader_press(*state, "ctrl+f"); /* F10 works while text is entered, too */
    open_primary_menu(*state, "F10");
    check_popover(*state, "Down", "Up", "menu item", "Preferences");
}

/* --- windows: Escape closes them --- */

static void check_other_window(Reader *reader, const char *keys, const char *title,
                               const char *role, const char *name)
{
    reader_press(reader, keys);
    reader_wait_window(reader, title);
    heard_free(reader_wait(reader, role, name));
    check_window(reader);
    reader_press(reader, "Escape");
    reader_wait_window(reader, "scenes_");
}

static void preferences(void **state)
{
    check_other_window(*state, "ctrl+comma", "Preferences", "slider", "Strength of colors");
}

static void the_page_of_a_model(void **state)
{
    check_other_window(*state, "alt+Return", "About the Model", "push button", "Copy the SHA");
}

static void exporting(void **state)
{
    check_other_window(*state, "ctrl+shift+s", "Export", "push button", "Continue");
}

static void the_shortcuts(void **state)
{
    reader_press(*state, "ctrl+question");
    reader_wait_window(*state, "Keyboard shortcuts");
    reader_press(*state, "Escape");
    reader_wait_window(*state, "scenes_");
}

/* usage: test_keyboard alone|sample */
int main(int argc, char **argv)
{
    const struct CMUnitTest alone[] = {
        cmocka_unit_test(an_empty_window),
        cmocka_unit_test(a_picture_that_cannot_be_opened),
    };
    const struct CMUnitTest with_a_sample[] = {
        cmocka_unit_test(a_comparison),
        cmocka_unit_test(a_class_is_hidden_by_space),
        cmocka_unit_test(the_menu_of_models),
        cmocka_unit_test(the_menu_of_the_legend),
        cmocka_unit_test(the_menu_of_comparing),
        cmocka_unit_test(the_primary_menu),
        cmocka_unit_test(preferences),
        cmocka_unit_test(the_page_of_a_model),
        cmocka_unit_test(exporting),
        cmocka_unit_test(the_shortcuts),
    };
    setvbuf(stdout, NULL, _IOLBF, 0);

    return argc > 1 && !strcmp(argv[1], "alone")
               ? cmocka_run_group_tests(alone, NULL, NULL)
               : cmocka_run_group_tests(with_a_sample, open_sample, close_sample);
}
