/* SPDX-License-Identifier: Apache-2.0 */
/* The legend under a real pointer: what is clicked is found over the accessibility bus, and so is
 * what came of it. */
#include "reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

/* Bit i: the i-th class is shown. */
static guint32 shown_classes(Reader *reader)
{
    g_autoptr(Heard) window = reader_wait(reader, "check box", NULL);
    guint32 shown = 0;
    int count = 0;

    for (Heard *heard = window; heard && count < 32; heard = heard_next(heard))
        if (g_str_equal(heard->role, "check box"))
            shown |= (guint32)(heard->checked ? 1 : 0) << count++;
    return shown;
}

static void wait_for_classes(Reader *reader, guint32 wanted)
{
    for (int i = 0; shown_classes(reader) != wanted; i++)
        if (i > 200)
            fail_msg("classes %x are shown, not %x", shown_classes(reader), wanted);
}

static void point_at_class(Reader *reader, int index)
{
    g_autoptr(Heard) window = reader_wait(reader, "check box", NULL);
    Heard *row = heard_find(window, "check box", NULL);
    int x, y;

    for (; index > 0; index--)
        while (!g_str_equal((row = heard_next(row))->role, "check box"))
            ;
    reader_middle(reader, row, &x, &y);
    g_autofree char *left = g_strdup_printf("%d", x), *top = g_strdup_printf("%d", y);
    reader_act(reader, (const char *const[]){ "mousemove", left, top, NULL });
}

static int open_sample(void **state)
{
    g_autofree char *folder = g_build_filename(g_getenv("VOLO_SAMPLES"), NULL);
    g_autofree char *picture = g_build_filename(
        folder, "leftImg8bit/val/scenes/scenes_000000_000019_leftImg8bit.png", NULL);
    g_autofree char *labels = g_build_filename(
        folder, "gtFine/val/scenes/scenes_000000_000019_gtFine_labelTrainIds.png", NULL);

    *state = reader_start((const char *const[]){ picture, labels, NULL });
    return 0;
}

static int close_sample(void **state)
{
    reader_quit(*state);
    return 0;
}

static void a_click_hides_a_class_and_shows_it(void **state)
{
    const guint32 all = shown_classes(*state);

    assert_true(all > 3 && (all & (all + 1)) == 0);
    point_at_class(*state, 1);
    reader_act(*state, (const char *const[]){ "click", "1", NULL });
    wait_for_classes(*state, all & ~2u);
    g_usleep(600000); /* or it would be a double click */
    reader_act(*state, (const char *const[]){ "click", "1", NULL });
    wait_for_classes(*state, all);
}

static void a_click_with_alt_leaves_one_class_and_takes_it_back(void **state)
{
    const guint32 all = shown_classes(*state);
    const char *const with_alt[] = { "keydown", "alt", "click", "1", "keyup", "alt", NULL };

    point_at_class(*state, 2);
    reader_act(*state, with_alt);
    wait_for_classes(*state, 4);
    g_usleep(600000);
    reader_act(*state, with_alt);
    wait_for_classes(*state, all);
}

static void a_double_click_leaves_one_class(void **state)
{
    const guint32 all = shown_classes(*state);
    const char *const twice[] = { "click", "--repeat", "2", "--delay", "60", "1", NULL };

    point_at_class(*state, 0);
    reader_act(*state, twice);
    wait_for_classes(*state, 1);
    g_usleep(600000);
    reader_act(*state, twice);
    wait_for_classes(*state, all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_click_hides_a_class_and_shows_it),
        cmocka_unit_test(a_click_with_alt_leaves_one_class_and_takes_it_back),
        cmocka_unit_test(a_double_click_leaves_one_class),
    };

    return cmocka_run_group_tests(tests, open_sample, close_sample);
}
