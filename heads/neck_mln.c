/* SPDX-License-Identifier: Apache-2.0 */
/* MultiLevelNeck of mmsegmentation, as its ViT models have it: for each level a 1x1 convolution, a
 * bilinear resize by the factor that its stride lacks, a 3x3 convolution; nothing normalises or
 * activates. The resize never aligns corners, whatever the head does. */
#include <volo/impl/neck.h>

enum {
    LEVELS = VOLO_MAX_FEATURES
};

typedef struct Level {
    VoloConv2d lateral, conv; /* 1x1, 3x3 */
    size_t up, down;          /* the factor of the resize: up / down */
} Level;

typedef struct MultiLevel {
    Level level[LEVELS];
} MultiLevel;

static void forward(VoloNnContext *ctx, const void *state, const VoloFeatures *in,
                    VoloFeatures *ret_features)
{
    const MultiLevel *p = state;

    ret_features->count = LEVELS;
    for (size_t i = 0; i < LEVELS; i++) {
        const Level *level = &p->level[i];
        VoloTensor x = volo_nn_conv2d(ctx, in->map[i], &level->lateral, (VoloEpilogue){ 0 });

        volo_nn_stage(ctx, x, "neck.lateral_convs.%zu", i);
        if (level->up != level->down)
            x = volo_nn_rescale(ctx, x, level->up, level->down);
        x = volo_nn_conv2d(ctx, x, &level->conv, (VoloEpilogue){ 0 });
        volo_nn_stage(ctx, x, "neck.convs.%zu", i);
        volo_nn_stage(ctx, x, "neck.%zu", i);
        ret_features->map[i] = x;
    }
}

static void bind_conv(VoloBinder *b, VoloConv2d *ret, size_t out, size_t in, size_t kernel)
{
    volo_bind_conv2d(b, ret,
                     &(VoloConvSpec){ .conv = "conv",
                                      .out = out,
                                      .in = in,
                                      .kernel = kernel,
                                      .stride = 1,
                                      .pad = kernel / 2,
                                      .bias = VOLO_WITH_BIAS });
    volo_bind_leave(b);
}

static void bind(void *state, const VoloConfig *cfg, const VoloFeatureSpec *in, VoloBinder *b,
                 VoloFeatureSpec *ret_features)
{
    MultiLevel *p = state;
    const size_t channels = cfg->neck_channels[0] ? cfg->neck_channels[0] : in->channels[1];

    ret_features->count = LEVELS;
    for (size_t i = 0; i < LEVELS; i++) {
        Level *level = &p->level[i];

        level->up = in->stride[i];
        level->down = (size_t)4 << i; /* the stride that is wanted */
        volo_bind_enter(b, "lateral_convs.%zu", i);
        bind_conv(b, &level->lateral, channels, in->channels[i], 1);
        volo_bind_enter(b, "convs.%zu", i);
        bind_conv(b, &level->conv, channels, channels, 3);
        ret_features->channels[i] = channels;
        ret_features->stride[i] = level->down;
    }
}

static VoloStatus configure(VoloConfig *cfg, VoloCatalogue *tensors, VoloError *err)
{
    const char *name = "neck.lateral_convs.0.conv.weight";

    if (!tensors)
        return VOLO_OK;
    const VoloShape shape = volo_catalogue_shape(tensors, "%s", name);
    if (!shape.found)
        return volo_fail(err, VOLO_ERR_MISSING, "tensor '%s' is missing", name);
    if (shape.rank != 4 || shape.dim[0] == 0 || shape.dim[0] > VOLO_MAX_CHANNELS)
        return volo_fail(err, VOLO_ERR_SHAPE, "tensor '%s' has %llu rows, expected 1 to %d", name,
                         (unsigned long long)shape.dim[0], VOLO_MAX_CHANNELS);
    cfg->neck_channels[0] = (size_t)shape.dim[0];
    return VOLO_OK;
}

VOLO_NECK(mln) = {
    .name = "mln",
    .summary = "MultiLevelNeck: 1x1 convolution, bilinear resize, 3x3 convolution",
    .prefix = "neck",
    .mark = "neck.lateral_convs.",
    .state_size = sizeof(MultiLevel),
    .configure = configure,
    .bind = bind,
    .forward = forward,
};
