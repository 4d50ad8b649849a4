/* SPDX-License-Identifier: Apache-2.0 */
/* Feature2Pyramid of BEiT (Bao, Dong, Piao & Wei 2022) and mmsegmentation: four maps at 1/16 become
 * a pyramid by two transposed convolutions, one, none, and a 2x2 maximum. */
#include <volo/impl/neck.h>

enum {
    LEVELS = VOLO_MAX_FEATURES
};

typedef struct Pyramid {
    VoloConvTranspose2d first, second; /* to 1/8 with batch norm and GELU, to 1/4 */
    VoloConvTranspose2d single;        /* to 1/8 */
} Pyramid;

static void forward(VoloNnContext *ctx, const void *state, const VoloFeatures *in,
                    VoloFeatures *ret_features)
{
    const Pyramid *p = state;
    VoloTensor *map = ret_features->map;

    ret_features->count = LEVELS;
    map[0] = volo_nn_conv_transpose2d(ctx, in->map[0], &p->first, VOLO_GELU);
    map[0] = volo_nn_conv_transpose2d(ctx, map[0], &p->second, VOLO_LINEAR);
    volo_nn_stage(ctx, map[0], "neck.upsample_4x");
    volo_nn_stage(ctx, map[0], "neck.0");
    map[1] = volo_nn_conv_transpose2d(ctx, in->map[1], &p->single, VOLO_LINEAR);
    volo_nn_stage(ctx, map[1], "neck.upsample_2x");
    volo_nn_stage(ctx, map[1], "neck.1");
    map[2] = in->map[2];
    volo_nn_stage(ctx, map[2], "neck.2");
    map[3] = volo_nn_max_pool2(ctx, in->map[3]);
    volo_nn_stage(ctx, map[3], "neck.3");
}

static void bind(void *state, const VoloConfig *cfg, const VoloFeatureSpec *in, VoloBinder *b,
                 VoloFeatureSpec *ret_features)
{
    Pyramid *p = state;
    const size_t channels = in->channels[0];
    VoloConvSpec spec = { .conv = "upsample_4x.0",
                          .norm = "upsample_4x.1",
                          .out = channels,
                          .in = channels,
                          .kernel = 2,
                          .stride = 2,
                          .bias = VOLO_WITH_BIAS };

    (void)cfg;
    volo_bind_conv_transpose2d(b, &p->first, &spec);
    spec.norm = NULL;
    spec.conv = "upsample_4x.3";
    volo_bind_conv_transpose2d(b, &p->second, &spec);
    spec.conv = "upsample_2x.0";
    volo_bind_conv_transpose2d(b, &p->single, &spec);
    ret_features->count = LEVELS;
    for (size_t i = 0; i < LEVELS; i++) {
        ret_features->channels[i] = channels;
        ret_features->stride[i] = (size_t)4 << i;
    }
}

static VoloStatus configure(VoloConfig *cfg, VoloCatalogue *tensors, VoloError *err)
{
    (void)tensors;
    (void)err;
    cfg->taps_alike = true;
    return VOLO_OK;
}

VOLO_NECK(f2p) = {
    .name = "f2p",
    .summary = "Feature2Pyramid: transposed convolutions up, maximum down",
    .prefix = "neck",
    .mark = "neck.upsample_4x.",
    .state_size = sizeof(Pyramid),
    .configure = configure,
    .bind = bind,
    .forward = forward,
};
