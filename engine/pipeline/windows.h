/* SPDX-License-Identifier: Apache-2.0 */
/* The views of a picture and the windows a view is cut into (sections D.2, D.4 and D.5 of the
 * reference). */
#ifndef VOLO_PIPELINE_WINDOWS_H
#define VOLO_PIPELINE_WINDOWS_H

#include <volo/session.h>

/* Overlapping windows, all of one size; the last of a row or column slides back to stay inside. */
typedef struct VoloWindows {
    size_t view_h, view_w; /* what is cut */
    size_t h, w;           /* of each window: crop, or the view where that is smaller */
    size_t stride[2];
    size_t rows, columns; /* how many, down and across */
} VoloWindows;

/* What the network is to see of a picture. */
typedef struct VoloView {
    VoloWindows windows;
    bool flip; /* mirrored left to right, after resizing */
} VoloView;

#define VOLO_MAX_VIEWS (2 * VOLO_MAX_SCALES)

/* Windows of crop at every stride; crop NULL: the view is the only window. */
VoloWindows volo_windows_cut(size_t view_h, size_t view_w, const size_t *crop,
                             const size_t *stride);

static inline size_t volo_windows_count(const VoloWindows *s)
{
    return s->rows * s->columns;
}

/* Where windows of row or column i begin. */
static inline size_t volo_windows_top(const VoloWindows *s, size_t i)
{
    const size_t top = i * s->stride[0], last = s->view_h - s->h;

    return top < last ? top : last;
}

static inline size_t volo_windows_left(const VoloWindows *s, size_t i)
{
    const size_t left = i * s->stride[1], last = s->view_w - s->w;

    return left < last ? left : last;
}

/* Crop and stride filled in from the model's config where they are 0, then checked.
 * Errors: ARGUMENT. */
VoloStatus volo_options_complete(const VoloModel *model, VoloSessionOptions *options,
                                 VoloError *err);

/* The views of an h x w picture, scale by scale, each followed by its mirror image if there are
 * any. Errors: LIMIT. */
VoloStatus volo_views_list(const VoloSessionOptions *options, size_t h, size_t w,
                           VoloView ret_views[VOLO_MAX_VIEWS], size_t *ret_count, VoloError *err);

#endif
