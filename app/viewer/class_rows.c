/* SPDX-License-Identifier: Apache-2.0 */
/* The classes of both sides as one list. Items are kept by their key for as long as the legend
 * lives: a row that comes again is the row it was. */
#include "app/viewer/class_rows.h"

#include "app/viewer/figure_text.h"

#include <math.h>
#include <string.h>

typedef struct Side {
    VoloSegmentation *segmentation; /* NULL: none */
    GPtrArray *keys;                /* by label */
    GHashTable *labels;             /* label + 1 by key, which keys owns */
    VoloLook look;
} Side;

struct VoloClassRows {
    Side side[2];
    VoloComparison *comparison;
    gboolean pending;
    VoloPalette palette;
    gboolean hatching;
    VoloClassChoice *choice;
    GHashTable *items; /* VoloClassItem by key */
    GListStore *store; /* those that are shown */
};

/* --- sides --- */

/* A table that has a name twice has two rows for it. */
static char *key_of(const Side *side, const char *name)
{
    g_autofree char *shown = volo_shown_text(name);
    g_autofree char *folded = g_utf8_casefold(shown, -1);
    char *key = g_strdup(folded);

    for (int again = 2; g_hash_table_contains(side->labels, key); again++) {
        g_free(key);
        key = g_strdup_printf("%s (%d)", folded, again);
    }
    return key;
}

static void clear_side(Side *side)
{
    g_clear_object(&side->segmentation);
    g_clear_pointer(&side->labels, g_hash_table_unref);
    g_clear_pointer(&side->keys, g_ptr_array_unref);
}

static void set_side(Side *side, VoloSegmentation *segmentation)
{
    const VoloClassTable *table = NULL;

    if (side->segmentation == segmentation && side->keys)
        return;
    clear_side(side);
    side->keys = g_ptr_array_new_with_free_func(g_free);
    side->labels = g_hash_table_new(g_str_hash, g_str_equal);
    if (!segmentation)
        return;
    side->segmentation = g_object_ref(segmentation);
    table = volo_segmentation_classes(segmentation);
    for (size_t i = 0; i < volo_class_table_count(table); i++) {
        char *key = key_of(side, volo_class_table_get(table, i)->name);

        g_ptr_array_add(side->keys, key);
        g_hash_table_insert(side->labels, key, GUINT_TO_POINTER(i + 1));
    }
}

static int label_of(const Side *side, const char *key)
{
    return (int)GPOINTER_TO_UINT(g_hash_table_lookup(side->labels, key)) - 1;
}

/* --- looks --- */

static void make_look(const VoloClassRows *self, int index, VoloLook *look)
{
    const Side *side = &self->side[index];

    memset(look, 0, sizeof *look);
    if (!side->segmentation) {
        memset(look->hidden, TRUE, sizeof look->hidden);
        return;
    }
    volo_look_init(look, volo_segmentation_classes(side->segmentation), self->palette,
                   self->hatching);
    for (guint i = 0; i < side->keys->len; i++) {
        const char *key = g_ptr_array_index(side->keys, i);
        const int first = index ? label_of(&self->side[0], key) : -1;

        if (first >= 0) { /* one class, one look */
            memcpy(look->colour[i], self->side[0].look.colour[first], 3);
            look->hatch[i] = self->side[0].look.hatch[first];
        }
        look->hidden[i] |= volo_class_choice_hides(self->choice, key);
    }
}

static gboolean update_looks(VoloClassRows *self)
{
    gboolean changed = FALSE;

    for (int i = 0; i < 2; i++) {
        VoloLook look;

        make_look(self, i, &look);
        changed |= memcmp(&look, &self->side[i].look, sizeof look) != 0;
        self->side[i].look = look;
    }
    return changed;
}

/* --- items --- */

static double share_of(VoloSegmentation *segmentation, guint64 pixels)
{
    VoloMask *mask = volo_segmentation_mask(segmentation);

    return (double)pixels / ((double)volo_mask_width(mask) * (double)volo_mask_height(mask));
}

static void read_side(const Side *side, int index, const char *key, VoloClassFigures *figures)
{
    const int label = label_of(side, key);

    figures->label[index] = label;
    if (label < 0)
        return;
    figures->pixels[index] = volo_segmentation_counts(side->segmentation)[label];
    figures->share[index] = share_of(side->segmentation, figures->pixels[index]);
}

static VoloClassFigures read_figures(const VoloClassRows *self, const char *key)
{
    VoloClassFigures figures = { .iou = (double)NAN, .compared = self->comparison != NULL };
    const Side *side = NULL;
    int label = 0;

    read_side(&self->side[0], 0, key, &figures);
    read_side(&self->side[1], 1, key, &figures);
    side = &self->side[figures.label[0] < 0 ? 1 : 0];
    label = figures.label[figures.label[0] < 0 ? 1 : 0];
    figures.id =
        volo_class_table_get(volo_segmentation_classes(side->segmentation), (size_t)label)->id;
    figures.hidden = volo_class_choice_hides(self->choice, key);
    figures.hatch = side->look.hatch[label];
    memcpy(figures.colour, side->look.colour[label], 3);
    if (self->comparison && figures.label[0] >= 0)
        figures.iou = volo_comparison_iou(self->comparison, (guint)figures.label[0]);
    return figures;
}

static VoloClassItem *item_of(VoloClassRows *self, int index, guint label)
{
    const Side *side = &self->side[index];
    const char *key = g_ptr_array_index(side->keys, label);
    const VoloClassTable *table = volo_segmentation_classes(side->segmentation);
    VoloClassItem *item = g_hash_table_lookup(self->items, key);

    if (!item) {
        g_autofree char *name = volo_shown_text(volo_class_table_get(table, label)->name);

        item = volo_class_item_new(key, name);
        g_hash_table_insert(self->items, (char *)volo_class_item_key(item), item);
    }
    return item;
}

static GPtrArray *wanted_items(VoloClassRows *self)
{
    GPtrArray *wanted = g_ptr_array_new();

    for (int i = 0; i < 2; i++)
        for (guint j = 0; j < self->side[i].keys->len; j++) {
            const char *key = g_ptr_array_index(self->side[i].keys, j);

            if (i == 0 || label_of(&self->side[0], key) < 0)
                g_ptr_array_add(wanted, item_of(self, i, j));
        }
    return wanted;
}

static gboolean has_items(VoloClassRows *self, const GPtrArray *wanted)
{
    GListModel *model = G_LIST_MODEL(self->store);

    if (g_list_model_get_n_items(model) != wanted->len)
        return FALSE;
    for (guint i = 0; i < wanted->len; i++) {
        g_autoptr(VoloClassItem) item = g_list_model_get_item(model, i);

        if (item != g_ptr_array_index(wanted, i))
            return FALSE;
    }
    return TRUE;
}

static void refresh_items(VoloClassRows *self)
{
    g_autoptr(GPtrArray) wanted = wanted_items(self);

    for (guint i = 0; i < wanted->len; i++) {
        VoloClassItem *item = g_ptr_array_index(wanted, i);
        const VoloClassFigures figures = read_figures(self, volo_class_item_key(item));

        volo_class_item_set_figures(item, &figures);
    }
    if (!has_items(self, wanted))
        g_list_store_splice(self->store, 0, g_list_model_get_n_items(G_LIST_MODEL(self->store)),
                            wanted->pdata, wanted->len);
}

/* The rows that are there, while there is nothing new to say: only what was chosen. */
static void keep_items(VoloClassRows *self)
{
    for (guint i = 0; i < g_list_model_get_n_items(G_LIST_MODEL(self->store)); i++) {
        g_autoptr(VoloClassItem) item = g_list_model_get_item(G_LIST_MODEL(self->store), i);
        VoloClassFigures figures = *volo_class_item_figures(item);

        figures.pending = TRUE;
        figures.hidden = volo_class_choice_hides(self->choice, volo_class_item_key(item));
        volo_class_item_set_figures(item, &figures);
    }
}

static gboolean refresh(VoloClassRows *self)
{
    const gboolean changed = update_looks(self);

    if (self->pending && !self->side[0].segmentation)
        keep_items(self);
    else
        refresh_items(self);
    return changed;
}

/* --- public --- */

VoloClassRows *volo_class_rows_new(void)
{
    VoloClassRows *self = g_new0(VoloClassRows, 1);

    self->choice = volo_class_choice_new();
    self->items = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_object_unref);
    self->store = g_list_store_new(VOLO_TYPE_CLASS_ITEM);
    set_side(&self->side[0], NULL);
    set_side(&self->side[1], NULL);
    update_looks(self);
    return self;
}

void volo_class_rows_free(VoloClassRows *self)
{
    if (!self)
        return;
    clear_side(&self->side[0]);
    clear_side(&self->side[1]);
    g_clear_object(&self->comparison);
    g_object_unref(self->store);
    g_hash_table_unref(self->items);
    volo_class_choice_free(self->choice);
    g_free(self);
}

gboolean volo_class_rows_set_sources(VoloClassRows *self, const VoloClassSources *sources)
{
    for (int i = 0; i < 2; i++)
        set_side(&self->side[i], sources->sides[i]);
    g_set_object(&self->comparison, sources->comparison);
    self->pending = sources->pending;
    return refresh(self);
}

gboolean volo_class_rows_are_of(VoloClassRows *self, const VoloClassSources *sources)
{
    return self->side[0].segmentation == sources->sides[0] &&
           self->side[1].segmentation == sources->sides[1] &&
           self->comparison == sources->comparison && self->pending == sources->pending;
}

gboolean volo_class_rows_set_style(VoloClassRows *self, VoloPalette palette, gboolean hatching)
{
    self->palette = palette;
    self->hatching = hatching;
    return refresh(self);
}

gboolean volo_class_rows_toggle(VoloClassRows *self, const char *class_name)
{
    g_autofree char *key = g_utf8_casefold(class_name, -1);

    volo_class_choice_toggle(self->choice, key);
    return refresh(self);
}

gboolean volo_class_rows_solo(VoloClassRows *self, const char *class_name)
{
    g_autofree char *key = g_utf8_casefold(class_name, -1);

    volo_class_choice_solo(self->choice, key);
    return refresh(self);
}

gboolean volo_class_rows_show_all(VoloClassRows *self)
{
    volo_class_choice_show_all(self->choice);
    return refresh(self);
}

gboolean volo_class_rows_hide_all(VoloClassRows *self)
{
    volo_class_choice_hide_all(self->choice);
    return refresh(self);
}

gboolean volo_class_rows_set_hidden(VoloClassRows *self, const char *const *text)
{
    volo_class_choice_read(self->choice, text);
    return refresh(self);
}

char **volo_class_rows_dup_hidden(VoloClassRows *self)
{
    return volo_class_choice_write(self->choice);
}

GListModel *volo_class_rows_items(VoloClassRows *self)
{
    return G_LIST_MODEL(self->store);
}

const VoloLook *volo_class_rows_look(VoloClassRows *self, int side)
{
    return &self->side[side].look;
}

guint volo_class_rows_present(VoloClassRows *self)
{
    const guint64 *counts = NULL;
    guint present = 0;

    if (!self->side[0].segmentation)
        return 0;
    counts = volo_segmentation_counts(self->side[0].segmentation);
    for (guint i = 0; i < self->side[0].keys->len; i++)
        present += counts[i] > 0;
    return present;
}
