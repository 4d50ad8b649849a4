/* SPDX-License-Identifier: Apache-2.0 */
/* The side layers of LV-ViT's segmentation backbone (Jiang et al. 2021): four maps at 1/16 go to
 * strides 4 and 8 by a transposed convolution each, and through a 1x1 convolution at all levels;
 * batch norm and ReLU follow every one of them. The coarsest stays at 1/16 and is the widest. */
#include <volo/impl/neck.h>

#include <stdio.h>

enum {
    LEVELS = VOLO_MAX_FEATURES,
    UP_LEVELS = 2,     /* those with a transposed convolution in front */
    USUAL_LAST = 2048, /* channels of the last level in a new model */
    STRIDE = 16,
};

typedef struct SideLayers {
    VoloConvTranspose2d up[UP_LEVELS];
    VoloConv2d conv[LEVELS]; /* 1x1 */
} SideLayers;

static void forward(VoloNnContext *ctx, const void *state, const VoloFeatures *in,
                    VoloFeatures *ret_features)
{
    const SideLayers *p = state;

    ret_features->count = LEVELS;
    for (size_t i = 0; i < LEVELS; i++) {
        VoloTensor x = in->map[i];

        if (i < UP_LEVELS)
            x = volo_nn_conv_transpose2d(ctx, x, &p->up[i], VOLO_RELU);
        x = volo_nn_conv2d(ctx, x, &p->conv[i], (VoloEpilogue){ .activation = VOLO_RELU });
        volo_nn_stage(ctx, x, "side_layer%zu", i + 1);
        volo_nn_stage(ctx, x, "neck.%zu", i);
        ret_features->map[i] = x;
    }
}

/* The transposed convolution of a level; returns its channels. */
static size_t bind_up(VoloBinder *b, VoloConvTranspose2d *ret, size_t level, size_t out, size_t in)
{
    volo_bind_conv_transpose2d(b, ret,
                               &(VoloConvSpec){ .conv = "0",
                                                .norm = "1",
                                                .out = out,
                                                .in = in,
                                                .kernel = (size_t)4 >> level,
                                                .stride = (size_t)4 >> level });
    return out;
}

static void bind(void *state, const VoloConfig *cfg, const VoloFeatureSpec *in, VoloBinder *b,
                 VoloFeatureSpec *ret_features)
{
    SideLayers *p = state;

    ret_features->count = LEVELS;
    for (size_t i = 0; i < LEVELS; i++) {
        const size_t usual = i < LEVELS - 1 ? in->channels[i] : USUAL_LAST;
        const size_t out = cfg->neck_channels[i] ? cfg->neck_channels[i] : usual;
        size_t width = in->channels[i];

        volo_bind_enter(b, "side_layer%zu", i + 1);
        if (i < UP_LEVELS)
            width =
                bind_up(b, &p->up[i], i, cfg->neck_hidden[i] ? cfg->neck_hidden[i] : width, width);
        volo_bind_conv2d(b, &p->conv[i],
                         &(VoloConvSpec){ .conv = i < UP_LEVELS ? "3" : "0",
                                          .norm = i < UP_LEVELS ? "4" : "1",
                                          .out = out,
                                          .in = width,
                                          .kernel = 1,
                                          .stride = 1 });
        volo_bind_leave(b);
        ret_features->channels[i] = out;
        ret_features->stride[i] = i < UP_LEVELS ? (size_t)4 << i : STRIDE;
    }
}

/* Dimension 0 or 1 of a convolution's weight. */
static VoloStatus settle(VoloCatalogue *tensors, size_t level, size_t module, size_t dimension,
                         size_t *ret, VoloError *err)
{
    char name[64];

    snprintf(name, sizeof name, "backbone.side_layer%zu.%zu.weight", level + 1, module);
    const VoloShape shape = volo_catalogue_shape(tensors, "%s", name);
    if (!shape.found)
        return volo_fail(err, VOLO_ERR_MISSING, "tensor '%s' is missing", name);
    const uint64_t count = shape.rank == 4 ? shape.dim[dimension] : 0;
    if (count == 0 || count > VOLO_MAX_CHANNELS)
        return volo_fail(err, VOLO_ERR_SHAPE, "tensor '%s' is no convolution of 1 to %d channels",
                         name, VOLO_MAX_CHANNELS);
    *ret = (size_t)count;
    return VOLO_OK;
}

static VoloStatus configure(VoloConfig *cfg, VoloCatalogue *tensors, VoloError *err)
{
    VoloStatus status = VOLO_OK;

    cfg->taps_alike = true;
    for (size_t i = 0; i < LEVELS && tensors && !status; i++) {
        if (i < UP_LEVELS) /* stored [in,out,k,k] */
            status = settle(tensors, i, 0, 1, &cfg->neck_hidden[i], err);
        if (!status)
            status = settle(tensors, i, i < UP_LEVELS ? 3 : 0, 0, &cfg->neck_channels[i], err);
    }
    return status;
}

VOLO_NECK(sidelayer) = {
    .name = "sidelayer",
    .summary = "LV-ViT's side layers: transposed and 1x1 convolutions with batch norm",
    .prefix = "backbone",
    .mark = "backbone.side_layer1.",
    .state_size = sizeof(SideLayers),
    .configure = configure,
    .bind = bind,
    .forward = forward,
};
