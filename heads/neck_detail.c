/* SPDX-License-Identifier: Apache-2.0 */
/* Detail for thin things: the finest map goes to stride 4 by a transposed convolution and is joined
 * by the stem's map, which still knows edges that a patch of 8x8 pixels blurs (low-level features
 * of the decoder of DeepLabv3+, Chen et al. 2018, arXiv 1802.02611). The other maps stay as they
 * are. */
#include <volo/impl/neck.h>

typedef struct Detail {
    VoloConvTranspose2d up; /* 2x2, of the finest map */
    VoloConv2d stem;        /* 3x3, stride 2 */
} Detail;

static void forward(VoloNnContext *ctx, const void *state, const VoloFeatures *in,
                    VoloFeatures *ret_features)
{
    const Detail *p = state;
    const VoloEpilogue relu = { .activation = VOLO_RELU };
    const VoloTensor up = volo_nn_conv_transpose2d(ctx, in->map[0], &p->up, VOLO_RELU);

    volo_nn_stage(ctx, up, "neck.upsample");
    VoloTensor x = volo_nn_conv2d(ctx, in->stem, &p->stem, relu);
    volo_nn_stage(ctx, x, "neck.detail");
    x = volo_nn_add_resized(ctx, x, up, false);
    volo_nn_stage(ctx, x, "neck.0");
    *ret_features = *in;
    ret_features->map[0] = x;
}

static void bind(void *state, const VoloConfig *cfg, const VoloFeatureSpec *in, VoloBinder *b,
                 VoloFeatureSpec *ret_features)
{
    Detail *p = state;
    const size_t channels = cfg->neck_channels[0] ? cfg->neck_channels[0] : 2 * in->stem_channels;

    volo_bind_conv_transpose2d(b, &p->up,
                               &(VoloConvSpec){ .conv = "upsample.conv",
                                                .norm = "upsample.bn",
                                                .out = channels,
                                                .in = in->channels[0],
                                                .kernel = 2,
                                                .stride = 2 });
    volo_bind_conv2d(b, &p->stem,
                     &(VoloConvSpec){ .conv = "detail.conv",
                                      .norm = "detail.bn",
                                      .out = channels,
                                      .in = in->stem_channels,
                                      .kernel = 3,
                                      .stride = 2,
                                      .pad = 1 });
    *ret_features = *in;
    ret_features->channels[0] = channels;
    ret_features->stride[0] = in->stride[0] / 2;
}

static VoloStatus configure(VoloConfig *cfg, VoloCatalogue *tensors, VoloError *err)
{
    const char *name = "neck.detail.conv.weight";

    if (!tensors)
        return VOLO_OK;
    const VoloShape shape = volo_catalogue_shape(tensors, "%s", name);
    if (!shape.found)
        return VOLO_OK; /* a file without a neck, or without this tensor, which binding names */
    if (shape.rank != 4 || shape.dim[0] == 0 || shape.dim[0] > VOLO_MAX_CHANNELS)
        return volo_fail(err, VOLO_ERR_SHAPE, "tensor '%s' has %llu rows, expected 1 to %d", name,
                         (unsigned long long)shape.dim[0], VOLO_MAX_CHANNELS);
    cfg->neck_channels[0] = (size_t)shape.dim[0];
    return VOLO_OK;
}

VOLO_NECK(detail) = {
    .name = "detail",
    .summary = "the finest map at stride 4 with the stem's edges",
    .prefix = "neck",
    .mark = "neck.detail.",
    .state_size = sizeof(Detail),
    .configure = configure,
    .bind = bind,
    .forward = forward,
};
