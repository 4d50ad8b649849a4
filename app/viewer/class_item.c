/* SPDX-License-Identifier: Apache-2.0 */
/* A row of the legend: names, figures and what they read like. */
#include "app/viewer/class_item.h"

#include "app/viewer/figure_text.h"

#include <glib/gi18n-lib.h>

#include <math.h>
#include <string.h>

struct _VoloClassItem {
    GObject parent;
    char *key, *name, *folded;
    VoloClassFigures figures;
};

G_DEFINE_FINAL_TYPE(VoloClassItem, volo_class_item, G_TYPE_OBJECT)

static guint changed_signal;

static void volo_class_item_finalize(GObject *object)
{
    VoloClassItem *self = VOLO_CLASS_ITEM(object);

    g_free(self->key);
    g_free(self->name);
    g_free(self->folded);
    G_OBJECT_CLASS(volo_class_item_parent_class)->finalize(object);
}

static void volo_class_item_class_init(VoloClassItemClass *class)
{
    G_OBJECT_CLASS(class)->finalize = volo_class_item_finalize;
    changed_signal = g_signal_new("changed", VOLO_TYPE_CLASS_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);
}

static void volo_class_item_init(VoloClassItem *self)
{
    self->figures.label[0] = self->figures.label[1] = -1;
    self->figures.iou = (double)NAN;
}

VoloClassItem *volo_class_item_new(const char *key, const char *name)
{
    VoloClassItem *self = g_object_new(VOLO_TYPE_CLASS_ITEM, NULL);

    self->key = g_strdup(key);
    self->name = g_strdup(name);
    self->folded = g_utf8_casefold(name, -1);
    return self;
}

const char *volo_class_item_key(VoloClassItem *self)
{
    return self->key;
}

const char *volo_class_item_name(VoloClassItem *self)
{
    return self->name;
}

const VoloClassFigures *volo_class_item_figures(VoloClassItem *self)
{
    return &self->figures;
}

static gboolean same_number(double a, double b)
{
    return (isnan(a) && isnan(b)) || !(a < b || a > b);
}

static gboolean same_figures(const VoloClassFigures *a, const VoloClassFigures *b)
{
    for (int i = 0; i < 2; i++)
        if (a->label[i] != b->label[i] || a->pixels[i] != b->pixels[i] ||
            !same_number(a->share[i], b->share[i]))
            return FALSE;
    return a->id == b->id && isnan(a->iou) == isnan(b->iou) && same_number(a->iou, b->iou) &&
           a->compared == b->compared && a->pending == b->pending && a->hidden == b->hidden &&
           a->hatch == b->hatch && !memcmp(a->colour, b->colour, sizeof a->colour);
}

void volo_class_item_set_figures(VoloClassItem *self, const VoloClassFigures *figures)
{
    if (same_figures(&self->figures, figures))
        return;
    self->figures = *figures;
    g_signal_emit(self, changed_signal, 0);
}

gboolean volo_class_item_is_present(VoloClassItem *self)
{
    return self->figures.pixels[0] > 0 || self->figures.pixels[1] > 0;
}

gboolean volo_class_item_matches(VoloClassItem *self, const char *folded_text)
{
    return strstr(self->folded, folded_text) != NULL;
}

/* --- words --- */

static void describe_side(GString *text, const VoloClassFigures *figures, int side)
{
    g_autofree char *share = volo_share_text(figures->share[side]);
    g_autofree char *pixels = volo_count_text(figures->pixels[side]);

    if (figures->label[side] < 0)
        return;
    g_string_append_c(text, '\n');
    /* Translators: a share like "12.3 %", then a number of pixels. */
    g_string_append_printf(text, side ? _("Reference: %s, %s pixels") : _("Picture: %s, %s pixels"),
                           share, pixels);
}

char *volo_class_item_describe(VoloClassItem *self)
{
    const VoloClassFigures *figures = &self->figures;
    GString *text = g_string_new(self->name);

    g_string_append_c(text, '\n');
    g_string_append_printf(text, _("Id %d"), figures->id);
    if (!figures->pending) {
        describe_side(text, figures, 0);
        describe_side(text, figures, 1);
    }
    if (figures->compared && !figures->pending) {
        g_autofree char *iou = volo_ratio_text(figures->iou);

        g_string_append_c(text, '\n');
        g_string_append_printf(text, _("IoU: %s"), iou);
    }
    if (figures->hidden) {
        g_string_append_c(text, '\n');
        g_string_append(text, _("Hidden"));
    }
    return g_string_free(text, FALSE);
}
