/* SPDX-License-Identifier: Apache-2.0 */
/* Classifying a picture: the evaluation transform of timm and torchvision (resize the shorter side,
 * crop the middle), the network, softmax, the likeliest classes. */
#include <volo/session.h>

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/limits.h"
#include "image/resize.h"
#include "kernels/kernels.h"
#include "pipeline/network.h"

/* What the published models were measured with (timm's default configurations): 0.96 up to 224
 * pixels; above, nothing is cut off, and D4 and D5, whose transformers have 768 channels, see the
 * whole picture inside a black frame. */
static double usual_crop(const VoloConfig *cfg, const size_t size[2])
{
    enum {
        SMALL = 224,
        WIDE = 768,
    };

    if (size[0] <= SMALL && size[1] <= SMALL)
        return 0.96;
    return cfg->embed_dims[VOLO_STAGES - 1] >= WIDE ? 1.15 : 1.0;
}

static VoloStatus complete(VoloClassifyOptions *o, const VoloModel *model, VoloError *err)
{
    for (size_t i = 0; i < 2; i++) {
        o->size[i] = o->size[i] ? o->size[i] : model->cfg.img_size[i];
        if (o->size[i] < VOLO_LIMIT_INPUT_MIN_SIDE || o->size[i] > VOLO_LIMIT_IMAGE_SIDE)
            return volo_fail(err, VOLO_ERR_LIMIT,
                             "an input of %zux%zu, expected %u to %u on a side", o->size[0],
                             o->size[1], VOLO_LIMIT_INPUT_MIN_SIDE, VOLO_LIMIT_IMAGE_SIDE);
    }
    if (o->size[0] * o->size[1] > VOLO_LIMIT_IMAGE_PIXELS)
        return volo_fail(err, VOLO_ERR_LIMIT, "an input of %zux%zu is above the limit", o->size[0],
                         o->size[1]);
    o->crop_pct = o->crop_pct > 0 ? o->crop_pct : usual_crop(&model->cfg, o->size);
    if (!(o->crop_pct >= 0.1 && o->crop_pct <= 10))
        return volo_fail(err, VOLO_ERR_ARGUMENT, "crop_pct is %g, expected 0.1 to 10", o->crop_pct);
    return VOLO_OK;
}

static size_t at_least_one(double value)
{
    return value < 1 ? 1 : (size_t)value;
}

/* The picture's size after resizing. For a square the shorter side becomes ⌊size / crop_pct⌋ and
 * the longer is rounded down (torchvision's Resize); otherwise the tighter side decides and both
 * are rounded to nearest (timm's ResizeKeepRatio). */
static void resized_size(const VoloClassifyOptions *o, const size_t in[2], size_t ret[2])
{
    const double target[2] = { floor((double)o->size[0] / o->crop_pct),
                               floor((double)o->size[1] / o->crop_pct) };
    const size_t shorter = in[0] <= in[1] ? 0 : 1;

    if (o->size[0] == o->size[1]) {
        const size_t wanted = at_least_one(target[0]);

        ret[shorter] = wanted;
        ret[1 - shorter] = (size_t)((double)(wanted * in[1 - shorter]) / (double)in[shorter]);
        return;
    }
    const double ratio = fmin((double)in[0] / target[0], (double)in[1] / target[1]);
    for (size_t i = 0; i < 2; i++)
        ret[i] = at_least_one(nearbyint((double)in[i] / ratio));
}

/* Which part of a side of the resized picture lies where in the crop. */
typedef struct Placing {
    VoloResizeAxis axis;
    size_t before; /* black pixels in front of it */
} Placing;

/* The middle. What is cut off in front is half the surplus, halves to even, as Python rounds. */
static Placing place(size_t in, size_t resized, size_t crop)
{
    if (resized < crop)
        return (Placing){ { in, resized, 0, resized }, (crop - resized) / 2 };
    const size_t surplus = resized - crop, half = surplus / 2;
    return (Placing){ { in, resized, half + (surplus % 2 && half % 2), crop }, 0 };
}

/* x f32 [h,w,3] and rgb u8 [h,w,3], which is zero = the picture as the network is to see it */
static VoloStatus prepare(float *x, uint8_t *rgb, const VoloSession *session,
                          const VoloImage *image, const VoloClassifyOptions *o, VoloError *err)
{
    const size_t in[2] = { volo_image_height(image), volo_image_width(image) };
    const VoloConfig *cfg = &volo_session_model(session)->cfg;
    const size_t h = o->size[0], w = o->size[1];
    size_t resized[2];

    resized_size(o, in, resized);
    const Placing rows = place(in[0], resized[0], h), columns = place(in[1], resized[1], w);
    VOLO_TRY(volo_resize_bicubic(rgb + 3 * (rows.before * w + columns.before), 3 * w,
                                 volo_image_pixels(image), &rows.axis, &columns.axis,
                                 volo_session_threads(session), err));
    for (size_t i = 0; i < h; i++)
        volo_kernels()->normalize_row(x + 3 * i * w, rgb + 3 * i * w, cfg->image_mean,
                                      cfg->image_std, w);
    return VOLO_OK;
}

/* The likeliest of logits [classes], best first. */
static size_t find_best(const float *logits, size_t classes, VoloGuess *ret_guess, size_t count)
{
    double sum = 0, largest = -(double)INFINITY;
    size_t found = 0;

    for (size_t i = 0; i < classes; i++)
        largest = fmax(largest, (double)logits[i]);
    for (size_t i = 0; i < classes; i++)
        sum += exp((double)logits[i] - largest);
    for (size_t i = 0; i < classes; i++) {
        const VoloGuess guess = { i, exp((double)logits[i] - largest) / sum };
        size_t at = found;

        while (at > 0 && logits[ret_guess[at - 1].id] < logits[i])
            at--;
        if (at == count)
            continue;
        found += found < count;
        for (size_t k = found - 1; k > at; k--)
            ret_guess[k] = ret_guess[k - 1];
        ret_guess[at] = guess;
    }
    return found;
}

VoloStatus volo_session_classify(VoloSession *session, const VoloImage *image,
                                 const VoloClassifyOptions *options, VoloGuess *ret_guess,
                                 size_t count, size_t *ret_count, VoloError *err)
{
    const VoloModel *model = volo_session_model(session);
    VoloClassifyOptions o = options ? *options : (VoloClassifyOptions){ .crop_pct = 0 };
    VoloTap logits;

    if (model->task != VOLO_CLASSIFY)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "the model was opened for segmenting");
    VOLO_TRY(complete(&o, model, err));
    const size_t pixels = o.size[0] * o.size[1];
    float *x = malloc(3 * pixels * sizeof *x);
    uint8_t *rgb = calloc(3, pixels);
    VoloStatus status = x && rgb ? prepare(x, rgb, session, image, &o, err)
                                 : volo_fail_memory(err, 3 * pixels * (1 + sizeof *x));
    free(rgb);
    if (!status)
        status = volo_session_forward(session, x, 1, o.size[0], o.size[1], &logits, err);
    free(x);
    if (status)
        return status;
    *ret_count = find_best(logits.data, logits.c, ret_guess, count);
    return VOLO_OK;
}
