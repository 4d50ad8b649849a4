/* SPDX-License-Identifier: Apache-2.0 */
/* The window that says what the viewer is and under which terms. Main thread only. */
#ifndef VOLO_VIEWER_ABOUT_H
#define VOLO_VIEWER_ABOUT_H

#include <gtk/gtk.h>

void volo_about_show(GtkWindow *parent);

#endif
