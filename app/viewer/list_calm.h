/* SPDX-License-Identifier: Apache-2.0 */
/* Lists that may be scrolled while their rows come and go.
 *
 * GTK 4.8 looks for the row at a list's scroll position as soon as that changes; when rows have
 * changed and were not laid out yet it finds none, and warns ("failed to scroll to given position",
 * gtklistbase.c; later versions expect it of an empty list). So a list hears of its scroll position
 * only when it knows where its rows are: at most two frames later, by its own layout. */
#ifndef VOLO_VIEWER_LIST_CALM_H
#define VOLO_VIEWER_LIST_CALM_H

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Once for a list, which stands in a GtkScrolledWindow; whatever model it has or gets. */
void volo_list_calm(GtkListView *list);

G_END_DECLS

#endif
