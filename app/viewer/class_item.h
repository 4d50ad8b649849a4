/* SPDX-License-Identifier: Apache-2.0 */
/* VoloClassItem: a row of the legend without a widget. It lives as long as the legend, so that rows
 * stay where they are when figures change. Main thread only. */
#ifndef VOLO_VIEWER_CLASS_ITEM_H
#define VOLO_VIEWER_CLASS_ITEM_H

#include <glib-object.h>

#include <stdint.h>

G_BEGIN_DECLS

/* Index 0 is the document's result, 1 its reference. */
typedef struct VoloClassFigures {
    int label[2];      /* class index there; -1: that table has no such class */
    int id;            /* of the first table that has it */
    guint64 pixels[2]; /* of that label */
    double share[2];   /* of the picture, 0..1 */
    double iou;        /* 0..1; NaN: none */
    gboolean compared; /* there is a comparison: iou has a meaning */
    gboolean pending;  /* a new picture is on its way: figures are those of the one before */
    gboolean hidden;
    int hatch;
    uint8_t colour[3];
} VoloClassFigures;

#define VOLO_TYPE_CLASS_ITEM (volo_class_item_get_type())
G_DECLARE_FINAL_TYPE(VoloClassItem, volo_class_item, VOLO, CLASS_ITEM, GObject)

/* key tells classes apart: folded name, and a count where a table has the name twice. */
VoloClassItem *volo_class_item_new(const char *key, const char *name);

const char *volo_class_item_key(VoloClassItem *self);
const char *volo_class_item_name(VoloClassItem *self);
const VoloClassFigures *volo_class_item_figures(VoloClassItem *self);
/* Emits "changed" when anything did. */
void volo_class_item_set_figures(VoloClassItem *self, const VoloClassFigures *figures);

gboolean volo_class_item_is_present(VoloClassItem *self); /* a pixel on either side */
gboolean volo_class_item_matches(VoloClassItem *self, const char *folded_text);

/* All that a row says, for a screen reader or as a tooltip, a fact a line. The caller frees. */
char *volo_class_item_describe(VoloClassItem *self);

G_END_DECLS

#endif
