/* SPDX-License-Identifier: Apache-2.0 */
/* VOLO: Vision Outlooker (Yuan, Hou, Jiang, Feng & Yan, 2021, arXiv 2106.13112), up to `network`.
 *
 * A convolutional stem brings the picture to 1/8; Outlookers mix 3x3 neighbourhoods there with
 * weights read off each cell; a 2x2 convolution halves the grid; transformers finish at 1/16. The
 * stages are numbered as in the reference model: network.0 Outlookers, .1 Downsample, .2 .3 .4
 * Transformers. */
#include <volo/impl/backbone.h>

#include <stdio.h>
#include <string.h>

enum {
    NETWORK = 5,         /* stages of `network` */
    OUTLOOK_SCORES = 81, /* a 9x9 matrix per head */
    PATCH = 16,          /* input pixels per cell of the transformers' grid */
};

typedef struct Mlp {
    VoloLayerNorm norm;
    VoloLinear fc1, fc2;
    float drop; /* stochastic depth, of the block's other branch too */
} Mlp;

typedef struct Outlooker {
    VoloLayerNorm norm1;
    VoloLinear v, attn, proj;
    Mlp mlp;
    size_t heads;
} Outlooker;

typedef struct Transformer {
    VoloLayerNorm norm1;
    VoloLinear qkv, proj;
    Mlp mlp;
    size_t heads;
} Transformer;

typedef struct Volo {
    VoloConv2d stem[3], proj, downsample;
    VoloGrid pos_embed; /* [h/16,w/16,c] */
    Outlooker *outlooker;
    Transformer *transformer[3];
    size_t layers[VOLO_STAGES];
    size_t out_index[VOLO_STAGES];
} Volo;

/* --- forward --- */

/* x + MLP(norm(x)), x [n,h,w,c] */
static VoloTensor mlp(VoloNnContext *ctx, VoloTensor x, const Mlp *p)
{
    VoloTensor t = volo_nn_layernorm(ctx, x, &p->norm);

    t = volo_nn_linear(ctx, t, &p->fc1, (VoloEpilogue){ .activation = VOLO_GELU });
    return volo_nn_linear(ctx, t, &p->fc2, (VoloEpilogue){ .drop = p->drop, .residual = &x });
}

/* x [n,h,w,c] -> [n,h,w,c] (section 3.1) */
static VoloTensor outlooker(VoloNnContext *ctx, VoloTensor x, const void *block)
{
    const Outlooker *p = block;
    VoloTensor t = volo_nn_layernorm(ctx, x, &p->norm1);
    const VoloTensor v = volo_nn_linear(ctx, t, &p->v, (VoloEpilogue){ 0 });

    t = volo_nn_avg_pool2(ctx, t);
    t = volo_nn_linear(ctx, t, &p->attn, (VoloEpilogue){ 0 });
    t = volo_nn_outlook_attention(ctx, v, t, p->heads);
    x = volo_nn_linear(ctx, t, &p->proj, (VoloEpilogue){ .residual = &x });
    return mlp(ctx, x, &p->mlp);
}

/* x [n,h,w,c] -> [n,h,w,c] */
static VoloTensor transformer(VoloNnContext *ctx, VoloTensor x, const void *block)
{
    const Transformer *p = block;
    VoloTensor t = volo_nn_layernorm(ctx, x, &p->norm1);

    t = volo_nn_linear(ctx, t, &p->qkv, (VoloEpilogue){ 0 });
    t = volo_nn_attention(ctx, t, p->heads);
    x = volo_nn_linear(ctx, t, &p->proj, (VoloEpilogue){ .drop = p->mlp.drop, .residual = &x });
    return mlp(ctx, x, &p->mlp);
}

/* x [n,h,w,3] -> [n,h/8,w/8,c0]; *ret_stem [n,h/2,w/2,stem] */
static VoloTensor patch_embed(VoloNnContext *ctx, VoloTensor x, const Volo *p, VoloTensor *ret_stem)
{
    for (size_t i = 0; i < 3; i++)
        x = volo_nn_conv2d(ctx, x, &p->stem[i], (VoloEpilogue){ .activation = VOLO_RELU });
    *ret_stem = x;
    x = volo_nn_conv2d(ctx, x, &p->proj, (VoloEpilogue){ 0 });
    volo_nn_stage(ctx, x, "patch_embed");
    return x;
}

static void forward(VoloNnContext *ctx, const void *state, VoloTensor x, VoloFeatures *ret_features)
{
    const Volo *p = state;
    VoloTensor network[NETWORK];

    x = patch_embed(ctx, x, p, &ret_features->stem);
    for (size_t i = 0; i < p->layers[0]; i++) {
        x = volo_nn_block(ctx, outlooker, x, &p->outlooker[i]);
        volo_nn_stage(ctx, x, "network.0.%zu", i);
    }
    volo_nn_stage(ctx, x, "network.0");
    network[0] = x;
    x = volo_nn_conv2d(ctx, x, &p->downsample, (VoloEpilogue){ 0 });
    volo_nn_stage(ctx, x, "network.1");
    network[1] = x;
    x = volo_nn_add_grid(ctx, x, &p->pos_embed);
    volo_nn_stage(ctx, x, "pos_embed");
    for (size_t s = 0; s < 3; s++) {
        for (size_t i = 0; i < p->layers[s + 1]; i++) {
            x = volo_nn_block(ctx, transformer, x, &p->transformer[s][i]);
            volo_nn_stage(ctx, x, "network.%zu.%zu", s + 2, i);
        }
        volo_nn_stage(ctx, x, "network.%zu", s + 2);
        network[s + 2] = x;
    }
    ret_features->count = VOLO_STAGES;
    for (size_t i = 0; i < VOLO_STAGES; i++)
        ret_features->map[i] = network[p->out_index[i]];
    ret_features->last = x;
}

/* --- parameters --- */

static void bind_mlp(VoloBinder *b, Mlp *p, size_t dim, size_t hidden)
{
    volo_bind_layernorm(b, &p->norm, "norm2", dim);
    volo_bind_linear(b, &p->fc1, "mlp.fc1", hidden, dim, VOLO_WITH_BIAS);
    volo_bind_linear(b, &p->fc2, "mlp.fc2", dim, hidden, VOLO_WITH_BIAS);
}

static void bind_outlooker(VoloBinder *b, Outlooker *p, const VoloConfig *cfg)
{
    const size_t dim = cfg->embed_dims[0];

    p->heads = cfg->num_heads[0];
    volo_bind_layernorm(b, &p->norm1, "norm1", dim);
    volo_bind_linear(b, &p->v, "attn.v", dim, dim, VOLO_NO_BIAS);
    volo_bind_linear(b, &p->attn, "attn.attn", OUTLOOK_SCORES * p->heads, dim, VOLO_WITH_BIAS);
    volo_bind_linear(b, &p->proj, "attn.proj", dim, dim, VOLO_WITH_BIAS);
    bind_mlp(b, &p->mlp, dim, cfg->mlp_hidden[0]);
}

static void bind_transformer(VoloBinder *b, Transformer *p, const VoloConfig *cfg, size_t stage)
{
    const size_t dim = cfg->embed_dims[stage];

    p->heads = cfg->num_heads[stage];
    volo_bind_layernorm(b, &p->norm1, "norm1", dim);
    volo_bind_linear(b, &p->qkv, "attn.qkv", 3 * dim, dim, VOLO_NO_BIAS);
    volo_bind_linear(b, &p->proj, "attn.proj", dim, dim, VOLO_WITH_BIAS);
    bind_mlp(b, &p->mlp, dim, cfg->mlp_hidden[stage]);
}

static void bind_patch_embed(VoloBinder *b, Volo *p, const VoloConfig *cfg)
{
    static const struct {
        const char *conv, *norm;
        size_t kernel, stride, pad;
    } stem[3] = { { "patch_embed.conv.0", "patch_embed.conv.1", 7, 2, 3 },
                  { "patch_embed.conv.3", "patch_embed.conv.4", 3, 1, 1 },
                  { "patch_embed.conv.6", "patch_embed.conv.7", 3, 1, 1 } };

    for (size_t i = 0; i < 3; i++)
        volo_bind_conv2d(b, &p->stem[i],
                         &(VoloConvSpec){ .conv = stem[i].conv,
                                          .norm = stem[i].norm,
                                          .out = cfg->stem_hidden,
                                          .in = i == 0 ? 3 : cfg->stem_hidden,
                                          .kernel = stem[i].kernel,
                                          .stride = stem[i].stride,
                                          .pad = stem[i].pad });
    volo_bind_conv2d(b, &p->proj,
                     &(VoloConvSpec){ .conv = "patch_embed.proj",
                                      .out = cfg->embed_dims[0],
                                      .in = cfg->stem_hidden,
                                      .kernel = 4,
                                      .stride = 4,
                                      .bias = VOLO_WITH_BIAS });
}

/* Stochastic depth grows from 0 at the first block to the config's rate at the last; as in both
 * published builders Outlookers have none, though they count. */
static float drop_rate(const VoloConfig *cfg, size_t stage, size_t block)
{
    size_t before = block, all = 0;

    for (size_t i = 0; i < VOLO_STAGES; i++) {
        before += i < stage ? cfg->layers[i] : 0;
        all += cfg->layers[i];
    }
    return all > 1 ? (float)(cfg->drop_path * (double)before / (double)(all - 1)) : 0;
}

static void bind_blocks(VoloBinder *b, Volo *p, const VoloConfig *cfg)
{
    p->outlooker = volo_bind_array(b, cfg->layers[0], sizeof *p->outlooker);
    for (size_t i = 0; p->outlooker && i < cfg->layers[0]; i++) {
        volo_bind_enter(b, "network.0.%zu", i);
        bind_outlooker(b, &p->outlooker[i], cfg);
        volo_bind_leave(b);
    }
    for (size_t s = 0; s < 3; s++) {
        p->transformer[s] = volo_bind_array(b, cfg->layers[s + 1], sizeof **p->transformer);
        for (size_t i = 0; p->transformer[s] && i < cfg->layers[s + 1]; i++) {
            volo_bind_enter(b, "network.%zu.%zu", s + 2, i);
            bind_transformer(b, &p->transformer[s][i], cfg, s + 1);
            p->transformer[s][i].mlp.drop = drop_rate(cfg, s + 1, i);
            volo_bind_leave(b);
        }
    }
}

static void bind(void *state, const VoloConfig *cfg, VoloBinder *b, VoloFeatureSpec *ret_features)
{
    /* channels of network.0 .. network.4 */
    const size_t channels[NETWORK] = { cfg->embed_dims[0], cfg->embed_dims[1], cfg->embed_dims[1],
                                       cfg->embed_dims[2], cfg->embed_dims[3] };
    Volo *p = state;

    memcpy(p->layers, cfg->layers, sizeof p->layers);
    memcpy(p->out_index, cfg->out_indices, sizeof p->out_index);
    bind_patch_embed(b, p, cfg);
    bind_blocks(b, p, cfg);
    volo_bind_conv2d(b, &p->downsample,
                     &(VoloConvSpec){ .conv = "network.1.proj",
                                      .out = cfg->embed_dims[1],
                                      .in = cfg->embed_dims[0],
                                      .kernel = 2,
                                      .stride = 2,
                                      .bias = VOLO_WITH_BIAS });
    volo_bind_grid(b, &p->pos_embed, "pos_embed", cfg->pos_grid[0], cfg->pos_grid[1],
                   cfg->embed_dims[1]);
    ret_features->count = VOLO_STAGES;
    ret_features->stem_channels = cfg->stem_hidden;
    for (size_t i = 0; i < VOLO_STAGES; i++) {
        ret_features->channels[i] = channels[p->out_index[i]];
        ret_features->stride[i] = p->out_index[i] == 0 ? PATCH / 2 : PATCH;
    }
}

/* --- settings --- */

static const VoloVariant variants[] = {
    { "volo_d1", { 4, 4, 8, 2 }, { 192, 384, 384, 384 }, { 6, 12, 12, 12 }, 3, 64 },
    { "volo_d2", { 6, 4, 10, 4 }, { 256, 512, 512, 512 }, { 8, 16, 16, 16 }, 3, 64 },
    { "volo_d3", { 8, 8, 16, 4 }, { 256, 512, 512, 512 }, { 8, 16, 16, 16 }, 3, 64 },
    { "volo_d4", { 8, 8, 16, 4 }, { 384, 768, 768, 768 }, { 12, 16, 16, 16 }, 3, 64 },
    { "volo_d5", { 12, 12, 20, 4 }, { 384, 768, 768, 768 }, { 12, 16, 16, 16 }, 4, 128 },
    { 0 },
};

static bool same_four(const size_t *a, const size_t *b)
{
    return memcmp(a, b, VOLO_STAGES * sizeof *a) == 0;
}

static VoloStatus apply_variant(VoloConfig *cfg, VoloError *err)
{
    const VoloVariant *v = variants;

    if (cfg->variant[0] == '\0')
        return VOLO_OK;
    while (v->name && strcmp(v->name, cfg->variant) != 0)
        v++;
    if (!v->name)
        return volo_fail(err, VOLO_ERR_UNSUPPORTED,
                         "variant '%s' is unknown, expected volo_d1 to volo_d5", cfg->variant);
    for (size_t i = 0; i < VOLO_STAGES; i++) {
        cfg->layers[i] = cfg->layers[i] ? cfg->layers[i] : v->layers[i];
        cfg->embed_dims[i] = cfg->embed_dims[i] ? cfg->embed_dims[i] : v->embed_dims[i];
        cfg->num_heads[i] = cfg->num_heads[i] ? cfg->num_heads[i] : v->num_heads[i];
        cfg->mlp_ratio[i] = cfg->mlp_ratio[i] > 0 ? cfg->mlp_ratio[i] : v->mlp_ratio;
    }
    cfg->stem_hidden = cfg->stem_hidden ? cfg->stem_hidden : v->stem_hidden;
    return VOLO_OK;
}

/* Takes what the tensor says into *field, or compares. */
static VoloStatus settle(size_t *field, size_t found, const char *name, const char *tensor,
                         VoloError *err)
{
    if (*field && *field != found)
        return volo_fail(err, VOLO_ERR_SHAPE, "field '%s' is %zu, but tensor '%s' says %zu", name,
                         *field, tensor, found);
    *field = found;
    return VOLO_OK;
}

/* The first dimension of a tensor of that rank, into *field. */
static VoloStatus settle_rows(VoloCatalogue *tensors, size_t *field, const char *name,
                              const char *tensor, unsigned rank, VoloError *err)
{
    const VoloShape shape = volo_catalogue_shape(tensors, "%s", tensor);

    if (!shape.found)
        return volo_fail(err, VOLO_ERR_MISSING, "tensor '%s' is missing", tensor);
    if (shape.rank != rank)
        return volo_fail(err, VOLO_ERR_SHAPE, "tensor '%s' has %u dimensions, expected %u", tensor,
                         shape.rank, rank);
    if (shape.dim[0] == 0 || shape.dim[0] > VOLO_MAX_CHANNELS)
        return volo_fail(err, VOLO_ERR_LIMIT, "tensor '%s' has %llu rows, expected 1 to %d", tensor,
                         (unsigned long long)shape.dim[0], VOLO_MAX_CHANNELS);
    return settle(field, (size_t)shape.dim[0], name, tensor, err);
}

/* network index of a stage: the Downsample between them has none */
static size_t network_index(size_t stage)
{
    return stage == 0 ? 0 : stage + 1;
}

static VoloStatus count_blocks(VoloConfig *cfg, VoloCatalogue *tensors, size_t stage,
                               VoloError *err)
{
    const size_t index = network_index(stage);
    char tensor[64];
    size_t count = 0;

    while (
        count < VOLO_MAX_BLOCKS &&
        volo_catalogue_shape(tensors, "backbone.network.%zu.%zu.norm1.weight", index, count).found)
        count++;
    snprintf(tensor, sizeof tensor, "backbone.network.%zu.%zu.norm1.weight", index, count);
    for (size_t i = count + 1; i < VOLO_MAX_BLOCKS; i++) {
        if (volo_catalogue_shape(tensors, "backbone.network.%zu.%zu.norm1.weight", index, i).found)
            return volo_fail(err, VOLO_ERR_MISSING,
                             "tensor '%s' is missing, but block %zu is there", tensor, i);
    }
    if (count == 0)
        return volo_fail(err, VOLO_ERR_MISSING, "tensor '%s' is missing", tensor);
    if (cfg->layers[stage] && cfg->layers[stage] != count)
        return volo_fail(
            err, VOLO_ERR_SHAPE,
            "field 'layers[%zu]' is %zu, but tensors 'backbone.network.%zu.*' have %zu "
            "blocks",
            stage, cfg->layers[stage], index, count);
    cfg->layers[stage] = count;
    return VOLO_OK;
}

static VoloStatus settle_dims(VoloConfig *cfg, VoloCatalogue *tensors, VoloError *err)
{
    static const struct {
        const char *field, *tensor;
        unsigned rank;
    } source[VOLO_STAGES] = { { "embed_dims[0]", "backbone.patch_embed.proj.weight", 4 },
                              { "embed_dims[1]", "backbone.network.1.proj.weight", 4 },
                              { "embed_dims[2]", "backbone.network.3.0.norm1.weight", 1 },
                              { "embed_dims[3]", "backbone.network.4.0.norm1.weight", 1 } };
    VoloStatus status = settle_rows(tensors, &cfg->stem_hidden, "stem_hidden_dim",
                                    "backbone.patch_embed.conv.0.weight", 4, err);

    for (size_t i = 0; i < VOLO_STAGES && !status; i++)
        status = settle_rows(tensors, &cfg->embed_dims[i], source[i].field, source[i].tensor,
                             source[i].rank, err);
    return status;
}

static VoloStatus settle_mlp(VoloConfig *cfg, VoloCatalogue *tensors, size_t stage, VoloError *err)
{
    char tensor[64], field[32];

    snprintf(tensor, sizeof tensor, "backbone.network.%zu.0.mlp.fc1.weight", network_index(stage));
    snprintf(field, sizeof field, "mlp_ratio[%zu]·dim", stage);
    if (cfg->mlp_ratio[stage] > 0)
        cfg->mlp_hidden[stage] = (size_t)((double)cfg->embed_dims[stage] * cfg->mlp_ratio[stage]);
    const VoloStatus status = settle_rows(tensors, &cfg->mlp_hidden[stage], field, tensor, 2, err);
    if (!status && cfg->embed_dims[stage])
        cfg->mlp_ratio[stage] = (double)cfg->mlp_hidden[stage] / (double)cfg->embed_dims[stage];
    return status;
}

static size_t integer_root(uint64_t value)
{
    size_t root = 0;

    while ((root + 1) * (root + 1) <= value)
        root++;
    return root;
}

/* (1,h,w,D), or the legacy (1,N,D) of a square grid with or without a class token in front */
static VoloStatus settle_grid(VoloConfig *cfg, VoloCatalogue *tensors, VoloError *err)
{
    const VoloShape shape = volo_catalogue_shape(tensors, "backbone.pos_embed");

    if (!shape.found)
        return volo_fail(err, VOLO_ERR_MISSING, "tensor 'backbone.pos_embed' is missing");
    if (shape.rank == 4 && shape.dim[1] > 0 && shape.dim[2] > 0) {
        cfg->pos_grid[0] = (size_t)shape.dim[1];
        cfg->pos_grid[1] = (size_t)shape.dim[2];
        return VOLO_OK;
    }
    const uint64_t cells = shape.rank == 3 && shape.dim[1] <= UINT32_MAX ? shape.dim[1] : 0;
    const size_t root = integer_root(cells);
    if (root == 0 || (root * root != cells && root * root != cells - 1))
        return volo_fail(err, VOLO_ERR_SHAPE,
                         "tensor 'backbone.pos_embed' is no grid: expected (1, h, w, %zu)",
                         cfg->embed_dims[1]);
    cfg->pos_grid[0] = cfg->pos_grid[1] = root;
    return VOLO_OK;
}

/* Outlook heads follow from the scores' rows; those of transformers from nothing but the config. */
static VoloStatus settle_outlook_heads(VoloConfig *cfg, VoloCatalogue *tensors, VoloError *err)
{
    const char *tensor = "backbone.network.0.0.attn.attn.weight";
    size_t rows = 0;
    const VoloStatus status = settle_rows(tensors, &rows, "num_heads[0]", tensor, 2, err);

    if (status)
        return status;
    if (rows % OUTLOOK_SCORES != 0)
        return volo_fail(err, VOLO_ERR_SHAPE, "tensor '%s' has %zu rows, expected a multiple of %d",
                         tensor, rows, OUTLOOK_SCORES);
    return settle(&cfg->num_heads[0], rows / OUTLOOK_SCORES, "num_heads[0]", tensor, err);
}

/* A published variant of these dimensions has its own head width (D4 and D5: 48); else 32. */
static void choose_heads(VoloConfig *cfg, VoloCatalogue *tensors)
{
    const VoloVariant *v = variants;

    if (cfg->num_heads[1] && cfg->num_heads[2] && cfg->num_heads[3])
        return;
    while (v->name &&
           !(same_four(v->layers, cfg->layers) && same_four(v->embed_dims, cfg->embed_dims)))
        v++;
    for (size_t i = 1; i < VOLO_STAGES; i++) {
        if (!cfg->num_heads[i])
            cfg->num_heads[i] = v->name ? v->num_heads[i] : cfg->embed_dims[i] / 32;
    }
    if (tensors && v->name)
        volo_catalogue_note(tensors, "attention heads %zu, as in %s of these dimensions",
                            cfg->num_heads[1], v->name);
    else if (tensors)
        volo_catalogue_note(tensors,
                            "attention heads %zu, %zu, %zu: 32 channels each, as the "
                            "config does not say",
                            cfg->num_heads[1], cfg->num_heads[2], cfg->num_heads[3]);
}

static VoloStatus check(const VoloConfig *cfg, VoloError *err)
{
    for (size_t i = 0; i < VOLO_STAGES; i++) {
        if (!cfg->layers[i] || !cfg->embed_dims[i] || !cfg->mlp_hidden[i] || !cfg->stem_hidden)
            return volo_fail(err, VOLO_ERR_MISSING,
                             "the config gives neither a variant nor layers, embed_dims, mlp_ratio "
                             "and stem_hidden_dim");
        if (!cfg->num_heads[i])
            return volo_fail(err, VOLO_ERR_MISSING,
                             "the config does not give num_heads, and embed_dims[%zu] %zu is below "
                             "the usual 32 a head",
                             i, cfg->embed_dims[i]);
        if (cfg->embed_dims[i] % cfg->num_heads[i] != 0)
            return volo_fail(err, VOLO_ERR_SHAPE,
                             "embed_dims[%zu] %zu does not divide into %zu heads", i,
                             cfg->embed_dims[i], cfg->num_heads[i]);
        if (i > 1 && cfg->embed_dims[i] != cfg->embed_dims[1])
            return volo_fail(
                err, VOLO_ERR_UNSUPPORTED,
                "embed_dims[%zu] is %zu, expected %zu: nothing between the transformer "
                "stages changes the width",
                i, cfg->embed_dims[i], cfg->embed_dims[1]);
        if (cfg->out_indices[i] >= NETWORK)
            return volo_fail(err, VOLO_ERR_SHAPE, "out_indices[%zu] is %zu, expected 0 to 4", i,
                             cfg->out_indices[i]);
        if (cfg->out_indices[i] == 0 && cfg->taps_alike)
            return volo_fail(err, VOLO_ERR_SHAPE,
                             "out_indices[%zu] is 0, but neck '%s' takes maps of one width: "
                             "expected 1 to 4",
                             i, cfg->neck);
    }
    return VOLO_OK;
}

static VoloStatus configure_from_tensors(VoloConfig *cfg, VoloCatalogue *tensors, VoloError *err)
{
    VoloStatus status = settle_dims(cfg, tensors, err);

    for (size_t i = 0; i < VOLO_STAGES && !status; i++) {
        status = count_blocks(cfg, tensors, i, err);
        if (!status)
            status = settle_mlp(cfg, tensors, i, err);
    }
    if (!status)
        status = settle_outlook_heads(cfg, tensors, err);
    if (!status)
        status = settle_grid(cfg, tensors, err);
    return status;
}

static void configure_new(VoloConfig *cfg)
{
    for (size_t i = 0; i < VOLO_STAGES; i++)
        cfg->mlp_hidden[i] = (size_t)((double)cfg->embed_dims[i] * cfg->mlp_ratio[i]);
    for (size_t i = 0; i < 2; i++)
        cfg->pos_grid[i] = cfg->img_size[i] >= PATCH ? cfg->img_size[i] / PATCH : 1;
    if (!cfg->num_heads[0])
        cfg->num_heads[0] = cfg->embed_dims[0] / 32;
}

static VoloStatus configure(VoloConfig *cfg, VoloCatalogue *tensors, VoloError *err)
{
    static const size_t direct[VOLO_STAGES] = { 0, 2, 3, 4 }, alike[VOLO_STAGES] = { 1, 2, 3, 4 };
    VoloStatus status = apply_variant(cfg, err);

    if (!status && tensors)
        status = configure_from_tensors(cfg, tensors, err);
    if (status)
        return status;
    if (!tensors)
        configure_new(cfg);
    choose_heads(cfg, tensors);
    if (!cfg->has_out_indices) {
        memcpy(cfg->out_indices, cfg->taps_alike ? alike : direct, sizeof direct);
        cfg->has_out_indices = true;
    }
    for (size_t i = 0; i < 2 && tensors; i++) {
        if (!cfg->img_size[i])
            cfg->img_size[i] = PATCH * cfg->pos_grid[i];
    }
    return check(cfg, err);
}

VOLO_BACKBONE(volo) = {
    .name = "volo",
    .summary = "Vision Outlooker: outlook attention at 1/8, then transformers at 1/16",
    .state_size = sizeof(Volo),
    .variants = variants,
    .configure = configure,
    .bind = bind,
    .forward = forward,
};
