/* SPDX-License-Identifier: Apache-2.0 */
/* The help's page of keys is the table of actions, and no page speaks of keys that are not there.
 */
#include "app/viewer/actions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *read_page(const char *name)
{
    g_autofree char *path = g_build_filename(getenv("VOLO_HELP"), name, NULL);
    char *text = NULL;

    if (!g_file_get_contents(path, &text, NULL, NULL))
        fail_msg("cannot read %s", path);
    return text;
}

/* As it stands on the key. */
static char *key_name(guint key)
{
    const char *name = gdk_keyval_name(key);
    const gunichar letter = gdk_keyval_to_unicode(key);
    char text[8] = { 0 };

    if (key == GDK_KEY_space)
        return g_strdup("Space");
    if (key == GDK_KEY_Return)
        return g_strdup("Enter");
    if (!g_unichar_isprint(letter))
        return g_strdelimit(g_strdup(name), "_", ' ');
    g_unichar_to_utf8(g_unichar_toupper(letter), text);
    return g_strconcat(g_str_has_prefix(name, "KP_") ? "Keypad " : "", text, NULL);
}

static char *key_markup(const char *accelerator)
{
    static const struct {
        GdkModifierType modifier;
        const char *name;
    } held[] = { { GDK_CONTROL_MASK, "Ctrl" },
                 { GDK_SHIFT_MASK, "Shift" },
                 { GDK_ALT_MASK, "Alt" } };
    GString *markup = g_string_new(NULL);
    GdkModifierType modifiers;
    guint key;

    assert_true(gtk_accelerator_parse(accelerator, &key, &modifiers));
    for (gsize i = 0; i < G_N_ELEMENTS(held); i++) {
        if (modifiers & held[i].modifier)
            g_string_append_printf(markup, "<key>%s</key>", held[i].name);
    }
    g_autofree char *name = key_name(key), *escaped = g_markup_escape_text(name, -1);
    g_string_append_printf(markup, "<key>%s</key>", escaped);
    if (modifiers) {
        g_string_prepend(markup, "<keyseq>");
        g_string_append(markup, "</keyseq>");
    }
    return g_string_free(markup, FALSE);
}

/* With two keys at most, as in the window of shortcuts. */
static char *row_markup(const VoloActionRow *row)
{
    g_auto(GStrv) keys = g_strsplit(row->keys, "|", -1);
    g_autofree char *first = key_markup(keys[0]), *second = keys[1] ? key_markup(keys[1]) : NULL;

    return g_strdup_printf("<tr><td><p>%s</p></td><td><p>%s%s%s</p></td></tr>", row->title, first,
                           second ? " or " : "", second ? second : "");
}

static guint count_of(const char *text, const char *part)
{
    guint count = 0;

    for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
        count++;
    return count;
}

static void lists_every_key_of_the_table(void **state)
{
    g_autofree char *page = read_page("keys.page");
    guint rows = 0;

    (void)state;
    for (gsize i = 0; i < volo_action_row_count; i++) {
        const VoloActionRow *row = &volo_action_rows[i];

        if (!row->keys || !row->title)
            continue;
        g_autofree char *markup = row_markup(row);
        if (count_of(page, markup) != 1)
            fail_msg("keys.page lacks: %s", markup);
        rows++;
    }
    assert_int_equal(count_of(page, "<tr>"), rows); /* and no other */
}

static void speaks_of_no_other_keys(void **state)
{
    static const char *const names[] = { "comparing.page", "exporting.page", "layers.page",
                                         "legend.page", "opening.page" };
    g_autofree char *keys = read_page("keys.page");
    guint found = 0;

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *page = read_page(names[i]);
        g_auto(GStrv) parts = g_strsplit(page, "<keyseq>", -1);

        for (char **part = parts + 1; *part; part++, found++) {
            g_autofree char *inside = g_strndup(*part, (gsize)(strstr(*part, "</keyseq>") - *part));
            g_autofree char *wanted = g_strconcat("<keyseq>", inside, "</keyseq>", NULL);

            if (!strstr(keys, wanted))
                fail_msg("%s: %s is no key of the program", names[i], wanted);
        }
    }
    assert_in_range(found, 8, 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_every_key_of_the_table),
        cmocka_unit_test(speaks_of_no_other_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
