/* SPDX-License-Identifier: Apache-2.0 */
/* Where the viewer's settings are found. */
#ifndef VOLO_VIEWER_SETTINGS_H
#define VOLO_VIEWER_SETTINGS_H

#include <gio/gio.h>

G_BEGIN_DECLS

#define VOLO_APPLICATION_ID "io.github.volo_suite.Viewer"

/* Whether the schema is there: installed, or in the build tree that the program runs from. */
gboolean volo_settings_exist(void);

/* Only when they exist. Keys: data/io.github.volo_suite.Viewer.gschema.xml. */
GSettings *volo_settings_new(void);

G_END_DECLS

#endif
