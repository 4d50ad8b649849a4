/* SPDX-License-Identifier: Apache-2.0 */
/* FCN (Long, Shelhamer & Darrell 2015), as mmsegmentation's FCNHead with one convolution has it:
 * the auxiliary head that trains the backbone's third map directly, and is not used afterwards. */
#include <volo/impl/head.h>

enum {
    MAP = 2 /* of the backbone's maps; the last when there are fewer */
};

typedef struct Fcn {
    VoloConv2d conv;       /* 3x3 */
    VoloConv2d classifier; /* 1x1 */
    size_t map;
    float dropout;
} Fcn;

/* feature maps -> logits [n,h,w,classes] at the stride of the one it takes */
static VoloTensor forward(VoloNnContext *ctx, const void *state, const VoloFeatures *in)
{
    const Fcn *p = state;
    VoloTensor x =
        volo_nn_conv2d(ctx, in->map[p->map], &p->conv, (VoloEpilogue){ .activation = VOLO_RELU });

    x = volo_nn_drop_channels(ctx, x, p->dropout);
    x = volo_nn_conv2d(ctx, x, &p->classifier, (VoloEpilogue){ 0 });
    volo_nn_stage(ctx, x, "auxiliary_head.conv_seg");
    return x;
}

static void bind(void *state, const VoloConfig *cfg, const VoloFeatureSpec *in, VoloBinder *b)
{
    Fcn *p = state;

    p->map = in->count > MAP ? MAP : in->count - 1;
    p->dropout = (float)cfg->dropout;
    volo_bind_conv2d(b, &p->conv,
                     &(VoloConvSpec){ .conv = "convs.0.conv",
                                      .norm = "convs.0.bn",
                                      .out = cfg->auxiliary_channels,
                                      .in = in->channels[p->map],
                                      .kernel = 3,
                                      .stride = 1,
                                      .pad = 1 });
    volo_bind_conv2d(b, &p->classifier,
                     &(VoloConvSpec){ .conv = "conv_seg",
                                      .out = cfg->classes,
                                      .in = cfg->auxiliary_channels,
                                      .kernel = 1,
                                      .stride = 1,
                                      .bias = VOLO_WITH_BIAS });
}

static VoloStatus configure(VoloConfig *cfg, VoloCatalogue *tensors, VoloError *err)
{
    enum {
        USUAL_CHANNELS = 256
    };

    if (tensors) {
        const VoloShape shape = volo_catalogue_shape(tensors, "auxiliary_head.conv_seg.weight");

        if (!shape.found || shape.rank != 4 || shape.dim[1] == 0 ||
            shape.dim[1] > VOLO_MAX_CHANNELS)
            return volo_fail(err, VOLO_ERR_SHAPE,
                             "tensor 'auxiliary_head.conv_seg.weight' is not there or is no 1x1 "
                             "convolution of 1 to %d channels",
                             VOLO_MAX_CHANNELS);
        cfg->auxiliary_channels = (size_t)shape.dim[1];
    }
    if (cfg->auxiliary_channels == 0)
        cfg->auxiliary_channels = USUAL_CHANNELS;
    return VOLO_OK;
}

VOLO_HEAD(fcn) = {
    .name = "fcn",
    .summary = "FCN: one convolution on the third map, beside the main head in training",
    .prefix = "auxiliary_head",
    .state_size = sizeof(Fcn),
    .configure = configure,
    .bind = bind,
    .forward = forward,
};
