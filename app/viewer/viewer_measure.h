/* SPDX-License-Identifier: Apache-2.0 */
/* volo-viewer --measure: opens pictures in the window as a user would, waits for their results,
 * moves opacity and zoom, and says how long a user would have waited. Main thread only. */
#ifndef VOLO_VIEWER_VIEWER_MEASURE_H
#define VOLO_VIEWER_VIEWER_MEASURE_H

#include "app/viewer/canvas.h"
#include "app/viewer/document.h"

G_BEGIN_DECLS

typedef struct VoloMeasure VoloMeasure;

/* Called once, from the main loop, when all is measured or a step did not come to its end in time:
 * failure then names it, else it is NULL. */
typedef void (*VoloMeasureDoneFn)(const char *failure, gpointer user);

/* Measures a window that is shown. Files are opened one after another through document; canvas is
 * the one that paints it. References are taken; the measurement is the caller's to free, not before
 * done was called. */
VoloMeasure *volo_measure_start(VoloDocument *document, VoloCanvas *canvas, GListModel *files,
                                VoloMeasureDoneFn done, gpointer user);
void volo_measure_free(VoloMeasure *self);

/* One line of JSON, the caller's to free:
 *
 *     first_paint_ms  from opening a picture to the end of the paint that shows it; median
 *     segment_s       from the network's start to its result; median
 *     stall_p99_ms    how late a timer of 4 ms came while networks ran: its 99th percentile
 *     stall_max_ms    and its maximum
 *     opacity_ms      from a step of opacity to the end of its paint; median
 *     zoom_ms         the same for a step of zoom
 *     renderer        GSK's, "GskCairoRenderer"
 *     window          its size in the application's pixels, "1280x800" */
char *volo_measure_report(const VoloMeasure *self);

/* The share-th part of sorted values: 0.5 is the median; NaN of none. */
double volo_measure_quantile(const double *sorted, gsize count, double share);

G_END_DECLS

#endif
