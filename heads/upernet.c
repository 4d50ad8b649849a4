/* SPDX-License-Identifier: Apache-2.0 */
/* UPerNet (Xiao, Liu, Zhou, Jiang & Sun 2018), as mmsegmentation's UPerHead has it: pyramid pooling
 * on the coarsest map, a top-down path over all of them, and one fused map at the finest. Every
 * convolution is followed by batch norm (folded) and ReLU; every resize is bilinear. */
#include <volo/impl/head.h>

#include <string.h>

enum {
    LEVELS = VOLO_MAX_FEATURES
};

typedef struct UperNet {
    size_t levels, scales;
    size_t pool_scale[VOLO_MAX_POOL_SCALES];
    VoloConv2d psp[VOLO_MAX_POOL_SCALES]; /* 1x1 */
    VoloConv2d bottleneck;                /* 3x3 over the pooled pyramid */
    VoloConv2d lateral[LEVELS - 1];       /* 1x1 */
    VoloConv2d fpn[LEVELS - 1];           /* 3x3 */
    VoloConv2d fpn_bottleneck;            /* 3x3 over all levels */
    VoloConv2d classifier;                /* 1x1 */
    bool align_corners;
    float dropout;
} UperNet;

static const VoloEpilogue relu = { .activation = VOLO_RELU };

/* Maps are fused at the size of x. */
static VoloResizedConv fused(VoloTensor x, const UperNet *p)
{
    return (VoloResizedConv){ x.h, x.w, p->align_corners, VOLO_RELU };
}

/* x [n,h,w,c] -> [n,h,w,channels]: what the neighbourhood holds at several scales */
static VoloTensor pyramid_pooling(VoloNnContext *ctx, VoloTensor x, const UperNet *p)
{
    VoloTensor maps[1 + VOLO_MAX_POOL_SCALES] = { x };

    for (size_t i = 0; i < p->scales; i++) {
        const VoloTensor pooled = volo_nn_adaptive_pool(ctx, x, p->pool_scale[i]);

        maps[1 + i] = volo_nn_conv2d(ctx, pooled, &p->psp[i], relu);
        volo_nn_stage(ctx, maps[1 + i], "decode_head.psp_modules.%zu", i);
    }
    x = volo_nn_conv2d_resized(ctx, maps, 1 + p->scales, fused(x, p), &p->bottleneck);
    volo_nn_stage(ctx, x, "decode_head.bottleneck");
    return x;
}

/* feature maps, finest first -> logits [n,h,w,classes] at the finest */
static VoloTensor forward(VoloNnContext *ctx, const void *state, const VoloFeatures *in)
{
    const UperNet *p = state;
    const size_t top = p->levels - 1;
    VoloTensor level[LEVELS];

    for (size_t i = 0; i < top; i++) {
        level[i] = volo_nn_conv2d(ctx, in->map[i], &p->lateral[i], relu);
        volo_nn_stage(ctx, level[i], "decode_head.lateral_convs.%zu", i);
    }
    level[top] = pyramid_pooling(ctx, in->map[top], p);
    for (size_t i = top; i > 0; i--)
        level[i - 1] = volo_nn_add_resized(ctx, level[i - 1], level[i], p->align_corners);
    for (size_t i = 0; i < top; i++) {
        level[i] = volo_nn_conv2d(ctx, level[i], &p->fpn[i], relu);
        volo_nn_stage(ctx, level[i], "decode_head.fpn_convs.%zu", i);
    }
    VoloTensor y =
        volo_nn_conv2d_resized(ctx, level, p->levels, fused(level[0], p), &p->fpn_bottleneck);
    volo_nn_stage(ctx, y, "decode_head.fpn_bottleneck");
    y = volo_nn_drop_channels(ctx, y, p->dropout);
    y = volo_nn_conv2d(ctx, y, &p->classifier, (VoloEpilogue){ 0 });
    volo_nn_stage(ctx, y, "decode_head.conv_seg");
    return y;
}

/* k x k convolution with batch norm, names "conv" and "bn" below the current prefix */
static void bind_conv_module(VoloBinder *b, VoloConv2d *ret, size_t out, size_t in, size_t kernel)
{
    volo_bind_conv2d(b, ret,
                     &(VoloConvSpec){ .conv = "conv",
                                      .norm = "bn",
                                      .out = out,
                                      .in = in,
                                      .kernel = kernel,
                                      .stride = 1,
                                      .pad = kernel / 2 });
    volo_bind_leave(b);
}

static void bind(void *state, const VoloConfig *cfg, const VoloFeatureSpec *in, VoloBinder *b)
{
    UperNet *p = state;
    const size_t channels = cfg->hidden_size, top = in->count - 1;

    p->levels = in->count;
    p->scales = cfg->pool_scale_count;
    p->align_corners = cfg->align_corners;
    p->dropout = (float)cfg->dropout;
    memcpy(p->pool_scale, cfg->pool_scales, sizeof p->pool_scale);
    for (size_t i = 0; i < p->scales; i++) {
        volo_bind_enter(b, "psp_modules.%zu.1", i); /* .0 is the pooling, without parameters */
        bind_conv_module(b, &p->psp[i], channels, in->channels[top], 1);
    }
    volo_bind_enter(b, "bottleneck");
    bind_conv_module(b, &p->bottleneck, channels, in->channels[top] + p->scales * channels, 3);
    for (size_t i = 0; i < top; i++) {
        volo_bind_enter(b, "lateral_convs.%zu", i);
        bind_conv_module(b, &p->lateral[i], channels, in->channels[i], 1);
        volo_bind_enter(b, "fpn_convs.%zu", i);
        bind_conv_module(b, &p->fpn[i], channels, channels, 3);
    }
    volo_bind_enter(b, "fpn_bottleneck");
    bind_conv_module(b, &p->fpn_bottleneck, channels, in->count * channels, 3);
    volo_bind_conv2d(b, &p->classifier,
                     &(VoloConvSpec){ .conv = "conv_seg",
                                      .out = cfg->classes,
                                      .in = channels,
                                      .kernel = 1,
                                      .stride = 1,
                                      .bias = VOLO_WITH_BIAS });
}

static VoloStatus settle(size_t *field, uint64_t found, const char *name, VoloError *err)
{
    if (*field && *field != found)
        return volo_fail(err, VOLO_ERR_SHAPE,
                         "field '%s' says %zu, but tensor 'decode_head.conv_seg.weight' has %llu",
                         name, *field, (unsigned long long)found);
    *field = (size_t)found;
    return VOLO_OK;
}

/* The pooling scales have no shapes: only their number shows. */
static VoloStatus settle_scales(VoloConfig *cfg, const VoloCatalogue *tensors, VoloError *err)
{
    static const size_t usual[] = { 1, 2, 3, 6 };
    size_t count = tensors ? 0 : cfg->pool_scale_count;

    while (tensors && count < VOLO_MAX_POOL_SCALES &&
           volo_catalogue_shape(tensors, "decode_head.psp_modules.%zu.1.conv.weight", count).found)
        count++;
    if (cfg->pool_scale_count == 0 && (!tensors || count == 4)) {
        memcpy(cfg->pool_scales, usual, sizeof usual);
        cfg->pool_scale_count = count = 4;
    }
    if (cfg->pool_scale_count == 0)
        return volo_fail(err, VOLO_ERR_MISSING,
                         "the file has %zu modules 'decode_head.psp_modules.*', not four: field "
                         "'pool_scales' must say which scales they are",
                         count);
    if (cfg->pool_scale_count != count)
        return volo_fail(err, VOLO_ERR_SHAPE,
                         "field 'pool_scales' has %zu entries, but there are %zu tensors "
                         "'decode_head.psp_modules.*.1.conv.weight'",
                         cfg->pool_scale_count, count);
    return VOLO_OK;
}

static VoloStatus configure(VoloConfig *cfg, VoloCatalogue *tensors, VoloError *err)
{
    enum {
        USUAL_CHANNELS = 512
    };

    if (tensors) {
        const VoloShape shape = volo_catalogue_shape(tensors, "decode_head.conv_seg.weight");
        VoloStatus status = VOLO_OK;

        if (!shape.found)
            return volo_fail(err, VOLO_ERR_MISSING,
                             "tensor 'decode_head.conv_seg.weight' is missing");
        if (shape.rank != 4 || shape.dim[0] == 0 || shape.dim[0] > VOLO_MAX_CLASSES)
            return volo_fail(err, VOLO_ERR_SHAPE,
                             "tensor 'decode_head.conv_seg.weight' has %llu rows, expected 1 to %d",
                             (unsigned long long)shape.dim[0], VOLO_MAX_CLASSES);
        status = settle(&cfg->classes, shape.dim[0], "id2label", err);
        if (!status)
            status = settle(&cfg->hidden_size, shape.dim[1], "hidden_size", err);
        if (status)
            return status;
    }
    if (cfg->hidden_size == 0)
        cfg->hidden_size = USUAL_CHANNELS;
    if (cfg->classes == 0)
        return volo_fail(err, VOLO_ERR_MISSING, "the config says nothing about the classes");
    return settle_scales(cfg, tensors, err);
}

VOLO_HEAD(upernet) = {
    .name = "upernet",
    .summary = "UPerNet: pyramid pooling and a feature pyramid, fused at the finest level",
    .prefix = "decode_head",
    .state_size = sizeof(UperNet),
    .configure = configure,
    .bind = bind,
    .forward = forward,
};
