/* SPDX-License-Identifier: Apache-2.0 */
/* Figures as people read them. Callers free what these return. */
#ifndef VOLO_VIEWER_FIGURE_TEXT_H
#define VOLO_VIEWER_FIGURE_TEXT_H

#include <glib.h>

G_BEGIN_DECLS

char *volo_share_text(double share);   /* "12.3 %"; "< 0.1 %" for a pixel or two */
char *volo_ratio_text(double ratio);   /* "63.2 %"; "–" for NaN */
char *volo_count_text(guint64 number); /* "1 048 576", with narrow spaces */

/* A text from a file or the file system, which may be no UTF-8; NULL stays NULL. */
char *volo_shown_text(const char *text);

G_END_DECLS

#endif
