/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes and places alone: how large each view is and where its windows lie. */
#include "pipeline/windows.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "pipeline/config_text.h"
#include "pipeline/open_model.h"

/* --- windows --- */

/* max(side - crop + stride - 1, 0) / stride + 1 */
static size_t count_windows(size_t side, size_t crop, size_t stride)
{
    return side > crop ? (side - crop + stride - 1) / stride + 1 : 1;
}

static size_t smaller_side(size_t a, size_t b)
{
    return a < b ? a : b;
}

VoloWindows volo_windows_cut(size_t view_h, size_t view_w, const size_t *crop, const size_t *stride)
{
    if (!crop)
        return (VoloWindows){ view_h, view_w, view_h, view_w, { view_h, view_w }, 1, 1 };
    return (VoloWindows){ .view_h = view_h,
                          .view_w = view_w,
                          .h = smaller_side(crop[0], view_h),
                          .w = smaller_side(crop[1], view_w),
                          .stride = { stride[0], stride[1] },
                          .rows = count_windows(view_h, crop[0], stride[0]),
                          .columns = count_windows(view_w, crop[1], stride[1]) };
}

/* --- options --- */

static void fill_crop(const VoloModel *model, VoloSessionOptions *o)
{
    const bool own = o->crop[0] == 0 && o->crop[1] == 0;

    if (own)
        memcpy(o->crop, model->cfg.crop_size, sizeof o->crop);
    if (o->stride[0] || o->stride[1])
        return;
    for (size_t i = 0; i < 2; i++)
        o->stride[i] = own ? model->cfg.stride[i] : volo_default_stride(o->crop[i]);
}

static VoloStatus check_scales(const VoloSessionOptions *o, VoloError *err)
{
    if (o->scale_count > VOLO_MAX_SCALES)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "%zu scales, expected at most %d", o->scale_count,
                         VOLO_MAX_SCALES);
    for (size_t i = 0; i < o->scale_count; i++) {
        if (!isfinite(o->scales[i]) || o->scales[i] <= 0)
            return volo_fail(err, VOLO_ERR_ARGUMENT, "a scale of %g, expected a number above 0",
                             o->scales[i]);
    }
    return VOLO_OK;
}

VoloStatus volo_options_complete(const VoloModel *model, VoloSessionOptions *o, VoloError *err)
{
    VOLO_TRY(check_scales(o, err));
    if (o->mode == VOLO_MODE_WHOLE)
        return VOLO_OK;
    fill_crop(model, o);
    for (size_t i = 0; i < 2; i++) {
        if (o->crop[i] < VOLO_LIMIT_INPUT_MIN_SIDE)
            return volo_fail(err, VOLO_ERR_ARGUMENT, "a crop of %zux%zu, expected at least %ux%u",
                             o->crop[0], o->crop[1], VOLO_LIMIT_INPUT_MIN_SIDE,
                             VOLO_LIMIT_INPUT_MIN_SIDE);
    }
    for (size_t i = 0; i < 2; i++) {
        if (o->stride[i] == 0 || o->stride[i] > o->crop[i])
            return volo_fail(err, VOLO_ERR_ARGUMENT,
                             "a stride of %zux%zu, expected at least 1x1 and at most the crop, "
                             "%zux%zu",
                             o->stride[0], o->stride[1], o->crop[0], o->crop[1]);
    }
    return VOLO_OK;
}

/* --- views --- */

/* A side times a scale, cut to whole pixels: int(side · scale). */
static double cut(size_t side, double scale)
{
    return floor((double)side * scale);
}

/* int(side · factor + 0.5), as mmcv's geometry has it */
static double rounded(size_t side, double factor)
{
    return floor((double)side * factor + 0.5);
}

typedef struct Size {
    double h, w;
} Size;

/* The largest of h x w's proportions inside long_side x short_side, whichever way round. */
static Size fit(size_t h, size_t w, double long_side, double short_side)
{
    const size_t longer = h > w ? h : w, shorter = h > w ? w : h;
    const double factor = fmin(long_side / (double)longer, short_side / (double)shorter);

    return (Size){ rounded(h, factor), rounded(w, factor) };
}

/* mmsegmentation 0.x: the scale belongs to the size that is asked for. */
static Size scaled_size(const VoloResize *resize, double scale, size_t h, size_t w)
{
    if (resize->kind == VOLO_RESIZE_EXACT)
        return (Size){ cut(resize->height, scale), cut(resize->width, scale) };
    if (resize->kind == VOLO_RESIZE_KEEP_RATIO)
        return fit(h, w, cut(resize->long_side, scale), cut(resize->short_side, scale));
    return fit(h, w, cut(h > w ? h : w, scale), cut(h > w ? w : h, scale));
}

static VoloStatus check_view(Size size, size_t h, size_t w, VoloError *err)
{
    const double least = VOLO_LIMIT_INPUT_MIN_SIDE, most = VOLO_LIMIT_IMAGE_SIDE;

    if (size.h < least || size.w < least)
        return volo_fail(err, VOLO_ERR_LIMIT,
                         "the network would see %.0fx%.0f pixels of a %zux%zu picture; at least "
                         "%ux%u are needed",
                         size.h, size.w, h, w, VOLO_LIMIT_INPUT_MIN_SIDE,
                         VOLO_LIMIT_INPUT_MIN_SIDE);
    if (size.h > most || size.w > most || size.h * size.w > 4.0 * VOLO_LIMIT_IMAGE_PIXELS)
        return volo_fail(err, VOLO_ERR_LIMIT,
                         "a %zux%zu picture would be resized to %.0fx%.0f pixels, above the limit",
                         h, w, size.h, size.w);
    return VOLO_OK;
}

VoloStatus volo_views_list(const VoloSessionOptions *o, size_t h, size_t w,
                           VoloView ret_views[VOLO_MAX_VIEWS], size_t *ret_count, VoloError *err)
{
    const bool several = o->scale_count > 0 || o->flip, slide = o->mode == VOLO_MODE_SLIDE;
    const size_t scales = o->scale_count ? o->scale_count : 1;
    size_t count = 0;

    for (size_t i = 0; i < scales; i++) {
        const double scale = o->scale_count ? o->scales[i] : 1;
        const Size size = several && o->tta == VOLO_TTA_MMSEG1
                              ? (Size){ rounded(h, scale), rounded(w, scale) }
                              : scaled_size(&o->resize, scale, h, w);

        VOLO_TRY(check_view(size, h, w, err));
        const VoloWindows windows = volo_windows_cut(
            (size_t)size.h, (size_t)size.w, slide ? o->crop : NULL, slide ? o->stride : NULL);
        ret_views[count++] = (VoloView){ windows, false };
        if (o->flip)
            ret_views[count++] = (VoloView){ windows, true };
    }
    *ret_count = count;
    return VOLO_OK;
}
