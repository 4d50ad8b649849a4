/* SPDX-License-Identifier: Apache-2.0 */
/* VoloClassChoice: which classes are hidden, by folded name, whatever picture or model comes: all
 * but those that were hidden, or none but those that were shown alone. */
#ifndef VOLO_VIEWER_CLASS_CHOICE_H
#define VOLO_VIEWER_CLASS_CHOICE_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct VoloClassChoice VoloClassChoice;

VoloClassChoice *volo_class_choice_new(void); /* everything is shown */
void volo_class_choice_free(VoloClassChoice *self);

gboolean volo_class_choice_hides(const VoloClassChoice *self, const char *key);
void volo_class_choice_toggle(VoloClassChoice *self, const char *key);
void volo_class_choice_solo(VoloClassChoice *self, const char *key); /* alone already: all */
void volo_class_choice_show_all(VoloClassChoice *self);
void volo_class_choice_hide_all(VoloClassChoice *self);

/* As text that a setting can keep: "-" and the hidden ones or "+" and the shown ones. Reading drops
 * what was chosen before; NULL or an empty list shows all. The caller frees with g_strfreev. */
char **volo_class_choice_write(const VoloClassChoice *self);
void volo_class_choice_read(VoloClassChoice *self, const char *const *text);

G_END_DECLS

#endif
