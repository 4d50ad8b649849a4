/* SPDX-License-Identifier: Apache-2.0 */
/* VOLO's classification tail: a class token looks at the tokens of the last stage through class
 * attention (CaiT: Touvron, Cord, Sablayrolles, Synnaeve & Jegou 2021). The token's logits get half
 * of the largest that any patch gives for a class. Patch tokens never change here, so they are not
 * copied from block to block. */
#include <volo/impl/head.h>

typedef struct ClassBlock {
    VoloLayerNorm norm1, norm2;
    VoloLinear q, kv, proj, fc1, fc2;
} ClassBlock;

typedef struct Classifier {
    VoloGrid token; /* [1,1,c] */
    ClassBlock *block;
    size_t layers, heads;
    VoloLayerNorm norm;
    VoloLinear head, aux_head;
} Classifier;

static const VoloEpilogue plain = { .activation = VOLO_LINEAR };

/* token [n,1,1,c], x [n,h,w,c] -> token [n,1,1,c] */
static VoloTensor class_block(VoloNnContext *ctx, VoloTensor token, VoloTensor x,
                              const ClassBlock *p, size_t heads)
{
    const VoloTensor normed = volo_nn_layernorm(ctx, token, &p->norm1);
    const VoloTensor q = volo_nn_linear(ctx, normed, &p->q, plain);
    const VoloTensor tokens =
        volo_nn_join_tokens(ctx, normed, volo_nn_layernorm(ctx, x, &p->norm1));
    const VoloTensor kv = volo_nn_linear(ctx, tokens, &p->kv, plain);
    VoloTensor t = volo_nn_class_attention(ctx, q, kv, heads);

    token = volo_nn_linear(ctx, t, &p->proj, (VoloEpilogue){ .residual = &token });
    t = volo_nn_layernorm(ctx, token, &p->norm2);
    t = volo_nn_linear(ctx, t, &p->fc1, (VoloEpilogue){ .activation = VOLO_GELU });
    return volo_nn_linear(ctx, t, &p->fc2, (VoloEpilogue){ .residual = &token });
}

/* the last stage -> logits [n,1,1,classes] */
static VoloTensor forward(VoloNnContext *ctx, const void *state, const VoloFeatures *in)
{
    const Classifier *p = state;
    VoloTensor x = in->last, token = volo_nn_repeat_grid(ctx, &p->token, x.n);

    volo_nn_stage(ctx, token, "cls_token");
    for (size_t i = 0; i < p->layers; i++) {
        token = class_block(ctx, token, x, &p->block[i], p->heads);
        volo_nn_stage(ctx, token, "post_network.%zu", i);
    }
    token = volo_nn_layernorm(ctx, token, &p->norm);
    volo_nn_stage(ctx, token, "norm");
    token = volo_nn_linear(ctx, token, &p->head, plain);
    volo_nn_stage(ctx, token, "head");
    x = volo_nn_layernorm(ctx, x, &p->norm);
    x = volo_nn_linear(ctx, x, &p->aux_head, plain);
    volo_nn_stage(ctx, x, "aux_head");
    return volo_nn_add_max(ctx, token, x, 0.5f);
}

static void bind_block(VoloBinder *b, ClassBlock *p, size_t dim, size_t hidden)
{
    volo_bind_layernorm(b, &p->norm1, "norm1", dim);
    volo_bind_linear(b, &p->q, "attn.q", dim, dim, VOLO_NO_BIAS);
    volo_bind_linear(b, &p->kv, "attn.kv", 2 * dim, dim, VOLO_NO_BIAS);
    volo_bind_linear(b, &p->proj, "attn.proj", dim, dim, VOLO_WITH_BIAS);
    volo_bind_layernorm(b, &p->norm2, "norm2", dim);
    volo_bind_linear(b, &p->fc1, "mlp.fc1", hidden, dim, VOLO_WITH_BIAS);
    volo_bind_linear(b, &p->fc2, "mlp.fc2", dim, hidden, VOLO_WITH_BIAS);
}

static void bind(void *state, const VoloConfig *cfg, const VoloFeatureSpec *in, VoloBinder *b)
{
    Classifier *p = state;
    const size_t dim = cfg->embed_dims[VOLO_STAGES - 1];

    (void)in; /* it takes the last stage, not the maps */
    p->layers = cfg->tail_layers;
    p->heads = cfg->num_heads[VOLO_STAGES - 1];
    volo_bind_grid(b, &p->token, "cls_token", 1, 1, dim);
    p->block = volo_bind_array(b, p->layers, sizeof *p->block);
    for (size_t i = 0; p->block && i < p->layers; i++) {
        volo_bind_enter(b, "post_network.%zu", i);
        bind_block(b, &p->block[i], dim, cfg->tail_hidden);
        volo_bind_leave(b);
    }
    volo_bind_layernorm(b, &p->norm, "norm", dim);
    volo_bind_linear(b, &p->head, "head", cfg->tail_classes, dim, VOLO_WITH_BIAS);
    volo_bind_linear(b, &p->aux_head, "aux_head", cfg->tail_classes, dim, VOLO_WITH_BIAS);
}

/* The rows of a matrix. */
static VoloStatus settle_rows(const VoloCatalogue *tensors, const char *prefix, const char *name,
                              size_t *ret_rows, VoloError *err)
{
    const VoloShape shape = volo_catalogue_shape(tensors, "%s%s", prefix, name);

    if (!shape.found)
        return volo_fail(err, VOLO_ERR_MISSING, "tensor '%s%s' is missing", prefix, name);
    if (shape.rank != 2 || shape.dim[0] == 0 || shape.dim[0] > VOLO_MAX_CHANNELS)
        return volo_fail(err, VOLO_ERR_SHAPE, "tensor '%s%s' is no matrix of 1 to %d rows", prefix,
                         name, VOLO_MAX_CHANNELS);
    *ret_rows = (size_t)shape.dim[0];
    return VOLO_OK;
}

static VoloStatus configure(VoloConfig *cfg, VoloCatalogue *tensors, VoloError *err)
{
    const char *prefix = "backbone.";

    if (!tensors)
        return volo_fail(err, VOLO_ERR_UNSUPPORTED, "new models have no classification tail");
    cfg->tail_is_bare = !volo_catalogue_shape(tensors, "backbone.head.weight").found &&
                        volo_catalogue_shape(tensors, "head.weight").found;
    if (cfg->tail_is_bare)
        prefix = "";
    else if (!volo_catalogue_shape(tensors, "backbone.head.weight").found)
        return volo_fail(
            err, VOLO_ERR_UNSUPPORTED,
            "there is no tensor 'backbone.head.weight': the file has no classification "
            "tail and cannot say what a picture shows");
    VoloStatus status = settle_rows(tensors, prefix, "head.weight", &cfg->tail_classes, err);
    if (!status)
        status =
            settle_rows(tensors, prefix, "post_network.0.mlp.fc1.weight", &cfg->tail_hidden, err);
    if (status)
        return status;
    cfg->tail_layers = 1;
    while (
        cfg->tail_layers < VOLO_MAX_BLOCKS &&
        volo_catalogue_shape(tensors, "%spost_network.%zu.norm1.weight", prefix, cfg->tail_layers)
            .found)
        cfg->tail_layers++;
    return VOLO_OK;
}

VOLO_HEAD(classifier) = {
    .name = "classifier",
    .summary = "VOLO's own: class attention over the last stage, one answer for a picture",
    .prefix = "backbone",
    .state_size = sizeof(Classifier),
    .configure = configure,
    .bind = bind,
    .forward = forward,
};
