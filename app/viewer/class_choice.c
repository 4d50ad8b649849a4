/* SPDX-License-Identifier: Apache-2.0 */
/* Hidden classes by name: a set, and whether it holds the hidden or the shown ones. */
#include "app/viewer/class_choice.h"

struct VoloClassChoice {
    gboolean inverted; /* the set holds the shown ones */
    GHashTable *keys;
};

VoloClassChoice *volo_class_choice_new(void)
{
    VoloClassChoice *self = g_new0(VoloClassChoice, 1);

    self->keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return self;
}

void volo_class_choice_free(VoloClassChoice *self)
{
    if (!self)
        return;
    g_hash_table_unref(self->keys);
    g_free(self);
}

gboolean volo_class_choice_hides(const VoloClassChoice *self, const char *key)
{
    return g_hash_table_contains(self->keys, key) != self->inverted;
}

void volo_class_choice_toggle(VoloClassChoice *self, const char *key)
{
    if (!g_hash_table_remove(self->keys, key))
        g_hash_table_add(self->keys, g_strdup(key));
}

static void choose(VoloClassChoice *self, gboolean inverted)
{
    g_hash_table_remove_all(self->keys);
    self->inverted = inverted;
}

void volo_class_choice_solo(VoloClassChoice *self, const char *key)
{
    const gboolean alone = self->inverted && g_hash_table_size(self->keys) == 1 &&
                           g_hash_table_contains(self->keys, key);

    choose(self, !alone);
    if (!alone)
        g_hash_table_add(self->keys, g_strdup(key));
}

void volo_class_choice_show_all(VoloClassChoice *self)
{
    choose(self, FALSE);
}

void volo_class_choice_hide_all(VoloClassChoice *self)
{
    choose(self, TRUE);
}

static int compare_keys(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

char **volo_class_choice_write(const VoloClassChoice *self)
{
    GPtrArray *text = g_ptr_array_new();
    GHashTableIter iter;
    gpointer key = NULL;

    g_hash_table_iter_init(&iter, self->keys);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        g_ptr_array_add(text, g_strdup(key));
    g_ptr_array_sort(text, compare_keys);
    g_ptr_array_insert(text, 0, g_strdup(self->inverted ? "+" : "-"));
    g_ptr_array_add(text, NULL);
    return (char **)g_ptr_array_free(text, FALSE);
}

void volo_class_choice_read(VoloClassChoice *self, const char *const *text)
{
    choose(self, text && text[0] && g_str_equal(text[0], "+"));
    for (size_t i = 1; text && text[0] && text[i]; i++)
        g_hash_table_add(self->keys, g_strdup(text[i]));
}
