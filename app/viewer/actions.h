/* SPDX-License-Identifier: Apache-2.0 */
/* The one table of what can be done in a window: actions, their keys, and what the shortcuts window
 * says of them. Main thread only. */
#ifndef VOLO_VIEWER_ACTIONS_H
#define VOLO_VIEWER_ACTIONS_H

#include "app/viewer/window.h"

G_BEGIN_DECLS

/* What has to be there for an action. */
typedef enum VoloNeeds {
    VOLO_NEEDS_NOTHING = 0,
    VOLO_NEEDS_PICTURE = 1 << 0,
    VOLO_NEEDS_RESULT = 1 << 1,
    VOLO_NEEDS_FOLDER = 1 << 2, /* more than one picture */
    VOLO_NEEDS_RETRY = 1 << 3,  /* something that failed or was cancelled */
} VoloNeeds;

typedef struct VoloActionRow {
    const char *action; /* with its target: "win.layer::mask"; NULL: a key that is held */
    const char *keys;   /* for gtk_shortcut_trigger_parse_string, NULL: none */
    const char *title;  /* untranslated; NULL: not listed */
    const char *group;  /* untranslated, context "shortcuts"; in the order of the table */
    void (*run)(VoloWindow *self); /* NULL: the action has a state and is made elsewhere */
    VoloNeeds needs;
} VoloActionRow;

extern const VoloActionRow volo_action_rows[];
extern const gsize volo_action_row_count;

/* Binds the keys of all rows. They come after the widget that has the focus: keys that edit text or
 * move a slider do that. */
void volo_actions_bind_keys(GtkWidget *window);
GtkWidget *volo_shortcuts_window_new(void);

G_END_DECLS

#endif
