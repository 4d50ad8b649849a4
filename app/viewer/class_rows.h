/* SPDX-License-Identifier: Apache-2.0 */
/* VoloClassRows: what the legend knows, without a widget: the classes of a result and its reference
 * as one list, in which classes of one name are one row, how each is painted and which are hidden.
 * Main thread only. */
#ifndef VOLO_VIEWER_CLASS_ROWS_H
#define VOLO_VIEWER_CLASS_ROWS_H

#include <gio/gio.h>

#include "app/viewer/class_choice.h"
#include "app/viewer/class_item.h"
#include "app/viewer/comparison.h"
#include "app/viewer/look.h"
#include "app/viewer/segmentation.h"

G_BEGIN_DECLS

/* What rows are made from; all borrowed, NULL: none. */
typedef struct VoloClassSources {
    VoloSegmentation *sides[2]; /* result, reference */
    VoloComparison *comparison;
    gboolean pending; /* a result is on its way: the rows stay as they are until it is there */
} VoloClassSources;

typedef struct VoloClassRows VoloClassRows;

VoloClassRows *volo_class_rows_new(void);
void volo_class_rows_free(VoloClassRows *self);

/* After each of these the items are up to date. TRUE: a look has changed. */
gboolean volo_class_rows_set_sources(VoloClassRows *self, const VoloClassSources *sources);
gboolean volo_class_rows_set_style(VoloClassRows *self, VoloPalette palette, gboolean hatching);
gboolean volo_class_rows_toggle(VoloClassRows *self, const char *class_name);
gboolean volo_class_rows_solo(VoloClassRows *self, const char *class_name);
gboolean volo_class_rows_show_all(VoloClassRows *self);
gboolean volo_class_rows_hide_all(VoloClassRows *self);
/* As VoloClassChoice writes and reads it. */
gboolean volo_class_rows_set_hidden(VoloClassRows *self, const char *const *text);
char **volo_class_rows_dup_hidden(VoloClassRows *self);

/* Both borrowed. */
GListModel *volo_class_rows_items(VoloClassRows *self); /* VoloClassItem, in the tables' order */
const VoloLook *volo_class_rows_look(VoloClassRows *self, int side);
/* Whether they are what was set last. */
gboolean volo_class_rows_are_of(VoloClassRows *self, const VoloClassSources *sources);
guint volo_class_rows_present(VoloClassRows *self); /* classes with a pixel in the result */

G_END_DECLS

#endif
