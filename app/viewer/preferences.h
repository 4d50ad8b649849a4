/* SPDX-License-Identifier: Apache-2.0 */
/* VoloPreferences: the window of settings. Main thread only. */
#ifndef VOLO_VIEWER_PREFERENCES_H
#define VOLO_VIEWER_PREFERENCES_H

#include "app/viewer/application.h"

G_BEGIN_DECLS

#define VOLO_TYPE_PREFERENCES (volo_preferences_get_type())
G_DECLARE_FINAL_TYPE(VoloPreferences, volo_preferences, VOLO, PREFERENCES, AdwPreferencesWindow)

VoloPreferences *volo_preferences_new(VoloApplication *application);

G_END_DECLS

#endif
