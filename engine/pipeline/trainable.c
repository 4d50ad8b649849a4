/* SPDX-License-Identifier: Apache-2.0 */
/* A network is bound twice: to learn which parameters it has, then to the block that holds them. */
#include "pipeline/trainable.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "pipeline/config_text.h"
#include "pipeline/recipe.h"

static const char head_prefix[] = "decode_head.", auxiliary_prefix[] = "auxiliary_head.";
static const char *const behind_backbone[] = { "neck.", "backbone.side_layer", head_prefix,
                                               auxiliary_prefix, NULL };

/* --- the config --- */

static VoloStatus set_classes(VoloConfig *cfg, const VoloTrainStart *start, VoloError *err)
{
    const char *name[VOLO_MAX_CLASSES];
    uint8_t palette[VOLO_MAX_CLASSES][3];
    const size_t count = volo_class_table_count(start->classes);

    for (size_t i = 0; i < count; i++) {
        const VoloClass *const c = volo_class_table_get(start->classes, i);

        name[i] = c->name;
        memcpy(palette[i], c->colour, sizeof palette[i]);
    }
    snprintf(cfg->dataset, sizeof cfg->dataset, "%s", start->dataset ? start->dataset : "");
    return volo_config_set_classes(cfg, count, name, (const uint8_t(*)[3])palette, err);
}

/* The number of classes may change; what belonged to the old ones goes. */
static void forget_classes(VoloConfig *cfg)
{
    for (size_t i = 0; i < VOLO_MAX_CLASSES; i++) {
        free(cfg->names[i]);
        cfg->names[i] = NULL;
    }
    cfg->classes = 0;
    cfg->has_palette = false;
}

static bool has_fresh_heads(const VoloTrainStart *start)
{
    return start->neck && start->neck[0];
}

/* The neck that is asked for, with maps of the backbone that suit it. */
static VoloStatus choose_neck(VoloConfig *cfg, const VoloTrainStart *start, VoloError *err)
{
    if (has_fresh_heads(start)) {
        const bool none = strcmp(start->neck, "none") == 0;

        snprintf(cfg->neck, sizeof cfg->neck, "%s", none ? "" : start->neck);
        memset(cfg->neck_channels, 0, sizeof cfg->neck_channels);
        cfg->has_out_indices = cfg->taps_alike = false;
    }
    return volo_model_choose_neck(cfg, true, NULL, err);
}

/* What a file says of the network, with the recipe's classes and size. */
static void adopt_config(VoloConfig *cfg, const VoloTrainStart *start)
{
    const VoloModelRecipe *const recipe = start->recipe;

    if (start->classes)
        forget_classes(cfg);
    for (size_t i = 0; recipe && i < 2; i++)
        cfg->img_size[i] = recipe->img_size[i] ? recipe->img_size[i] : cfg->img_size[i];
    if (cfg->head[0] == '\0' || has_fresh_heads(start)) {
        snprintf(cfg->head, sizeof cfg->head, "upernet");
        cfg->hidden_size = start->hidden_size ? start->hidden_size : cfg->hidden_size;
    }
}

static VoloStatus complete(VoloConfig *cfg, const VoloTrainStart *start, VoloError *err)
{
    const char *note;

    if (start->classes)
        VOLO_TRY(set_classes(cfg, start, err));
    VOLO_TRY(volo_backbone_find(cfg->backbone)->configure(cfg, NULL, err));
    VOLO_TRY(volo_head_find(cfg->head)->configure(cfg, NULL, err));
    cfg->use_auxiliary_head = start->auxiliary;
    if (start->auxiliary_channels)
        cfg->auxiliary_channels = start->auxiliary_channels;
    if (start->auxiliary)
        VOLO_TRY(volo_head_find("fcn")->configure(cfg, NULL, err));
    cfg->drop_path = start->drop_path;
    cfg->dropout = start->dropout;
    return volo_config_finish(cfg, &note, err);
}

/* *ret_weights stays NULL without a file. */
static VoloStatus make_config(VoloConfig *cfg, const VoloTrainStart *start,
                              VoloWeights **ret_weights, VoloError *err)
{
    static const VoloModelOptions options = { .strict = false };

    if (start->weights) {
        VOLO_TRY(volo_model_read(start->weights, &options, ret_weights, cfg, err));
        adopt_config(cfg, start);
        if (has_fresh_heads(start))
            VOLO_TRY(choose_neck(cfg, start, err));
    } else {
        volo_config_init(cfg);
        VOLO_TRY(volo_recipe_config(start->recipe, cfg, err));
        if (start->classes)
            forget_classes(cfg);
        cfg->hidden_size = start->hidden_size ? start->hidden_size : cfg->hidden_size;
        VOLO_TRY(choose_neck(cfg, start, err));
    }
    return complete(cfg, start, err);
}

/* --- the block --- */

/* A list of what the network asks for, and the block made of it. */
static VoloStatus make_block(VoloTrainable *t, uint64_t seed, VoloError *err)
{
    VoloModel list = { .task = VOLO_SEGMENT, .cfg = t->model.cfg, .auxiliary = t->model.auxiliary };
    VoloStatus status = volo_model_bind(&list, err);

    if (!status)
        status = volo_parameter_block_make(&t->block, list.binder.parameter,
                                           list.binder.parameter_count, seed, err);
    volo_binder_clear(&list.binder);
    volo_arena_clear(&list.arena);
    return status;
}

static bool has_same_head(const VoloWeights *w, const VoloTrainable *t, const char *prefix)
{
    char name[64];

    snprintf(name, sizeof name, "%sconv_seg.weight", prefix);
    const VoloWeightEntry *const have = volo_weights_find(w, name);
    const VoloBlockTensor *const want = volo_parameter_block_find(&t->block, name);
    return have && want && have->rank == 4 && have->shape[0] == want->parameter.shape[0];
}

static VoloStatus check_backbone(const VoloTrainable *t, const VoloWeights *w, VoloError *err)
{
    for (size_t i = 0; i < t->block.count; i++) {
        const char *const name = t->block.tensor[i].parameter.name;

        if (strncmp(name, "backbone.", 9) == 0 && strncmp(name, "backbone.side_layer", 19) != 0 &&
            !volo_weights_find(w, name))
            return volo_fail(err, VOLO_ERR_MISSING, "'%s': tensor '%s' is missing", w->path, name);
    }
    return VOLO_OK;
}

/* A head of other classes is fresh as a whole but for its classifier: what comes before fits. With
 * fresh, neck and heads are. */
static VoloStatus read_start(VoloTrainable *t, const VoloWeights *w, bool fresh, VoloError *err)
{
    const char *skip[3] = { NULL };
    size_t count = 0;

    if (!has_same_head(w, t, head_prefix))
        skip[count++] = "decode_head.conv_seg.";
    if (!has_same_head(w, t, auxiliary_prefix))
        skip[count++] = "auxiliary_head.conv_seg.";
    VOLO_TRY(check_backbone(t, w, err));
    return volo_parameter_block_read(&t->block, w, fresh ? behind_backbone : skip, &t->read, err);
}

VoloStatus volo_trainable_init(VoloTrainable *t, const VoloTrainStart *start, VoloError *err)
{
    VoloModel *const m = &t->model;
    VoloWeights *w = NULL;

    *t = (VoloTrainable){ .model = { .task = VOLO_SEGMENT } };
    VoloStatus status = make_config(&m->cfg, start, &w, err);
    if (!status) {
        m->auxiliary = start->auxiliary ? volo_head_find("fcn") : NULL;
        status = make_block(t, start->recipe ? start->recipe->seed : 0, err);
    }
    if (!status && w)
        status = read_start(t, w, has_fresh_heads(start), err);
    if (!status) {
        m->block = &t->block;
        status = volo_model_bind(m, err);
    }
    volo_weights_close(w);
    if (status)
        volo_trainable_clear(t);
    return status;
}

void volo_trainable_clear(VoloTrainable *t)
{
    volo_binder_clear(&t->model.binder);
    volo_arena_clear(&t->model.arena);
    volo_config_clear(&t->model.cfg);
    volo_parameter_block_clear(&t->block);
    *t = (VoloTrainable){ 0 };
}

/* --- saving --- */

typedef struct Saving {
    const VoloBlockTensor **tensor; /* by name */
    const float *values;
} Saving;

static VoloStatus save_tensor(size_t i, uint64_t first, size_t count, void *dst, void *user,
                              VoloError *err)
{
    const Saving *const s = user;

    (void)err;
    memcpy(dst, s->values + s->tensor[i]->at + first, count * sizeof(float));
    return VOLO_OK;
}

static int by_name(const void *a, const void *b)
{
    const VoloBlockTensor *const *x = a, *const *y = b;

    return strcmp((*x)->parameter.name, (*y)->parameter.name);
}

VoloStatus volo_trainable_save(const VoloTrainable *t, const float *values, VoloDtype dtype,
                               const char *path, VoloError *err)
{
    const size_t count = t->block.count;
    VoloSaveTensor *const save = calloc(count + 1, sizeof *save);
    Saving saving = { calloc(count + 1, sizeof *saving.tensor), values };
    char *const config = volo_config_to_json(&t->model.cfg);
    VoloStatus status = VOLO_OK;

    if (save && saving.tensor && config) {
        for (size_t i = 0; i < count; i++)
            saving.tensor[i] = &t->block.tensor[i];
        qsort(saving.tensor, count, sizeof *saving.tensor, by_name);
        for (size_t i = 0; i < count; i++) {
            const VoloParameter *const p = &saving.tensor[i]->parameter;

            save[i] = (VoloSaveTensor){ .name = p->name, .dtype = dtype, .rank = p->rank };
            memcpy(save[i].shape, p->shape, sizeof p->shape);
        }
        status = volo_safetensors_write(path, save, count, config, save_tensor, &saving, err);
    } else {
        status = volo_fail_memory(err, count * sizeof *save);
    }
    free(config);
    free(saving.tensor);
    free(save);
    return status;
}
