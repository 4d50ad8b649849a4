/* SPDX-License-Identifier: Apache-2.0 */
/* A new model with random weights: backbone, neck and head are asked which parameters they
 * want. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/read_file.h"
#include "pipeline/config_text.h"
#include "pipeline/open_model.h"

typedef struct NewModel {
    const VoloParameter *parameter;
    uint64_t seed;
} NewModel;

/* SplitMix64's finaliser: a random number for every counter value (Steele, Lea & Flood 2014). */
static uint64_t mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/* FNV-1a, so that a tensor's numbers depend on its name and not on its neighbours. */
static uint64_t name_hash(const char *name)
{
    uint64_t hash = 0xcbf29ce484222325u;

    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 0x100000001b3u;
    return hash;
}

/* Half the width of the uniform distribution with the wanted standard deviation. */
static double spread(const VoloParameter *p)
{
    double fan_in = 1;

    if (p->init == VOLO_INIT_SPREAD)
        return 0.02 * 1.7320508075688772;
    for (unsigned i = 1; i < p->rank; i++)
        fan_in *= (double)p->shape[i];
    return __builtin_sqrt(6.0 / fan_in);
}

static VoloStatus save_new(size_t i, uint64_t first, size_t count, void *dst, void *user,
                           VoloError *err)
{
    const NewModel *s = user;
    const VoloParameter *p = &s->parameter[i];
    float *values = dst;

    (void)err;
    if (p->init == VOLO_INIT_ZERO || p->init == VOLO_INIT_ONE) {
        for (size_t k = 0; k < count; k++)
            values[k] = p->init == VOLO_INIT_ONE ? 1.0f : 0.0f;
        return VOLO_OK;
    }
    const uint64_t stream = mix(s->seed ^ name_hash(p->name));
    const double width = spread(p);
    for (size_t k = 0; k < count; k++) {
        const double unit = (double)(mix(stream + first + k) >> 11) * 0x1p-53; /* 0..1 */

        values[k] = (float)(width * (2 * unit - 1));
    }
    return VOLO_OK;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const VoloParameter *)a)->name, ((const VoloParameter *)b)->name);
}

static VoloStatus write_new(VoloBinder *b, const VoloConfig *cfg, uint64_t seed, const char *out,
                            VoloError *err)
{
    const NewModel source = { b->parameter, seed };
    VoloSaveTensor *tensor = calloc(b->parameter_count + 1, sizeof *tensor);
    char *config = volo_config_to_json(cfg);
    VoloStatus status;

    qsort(b->parameter, b->parameter_count, sizeof *b->parameter, by_name);
    if (tensor && config) {
        for (size_t i = 0; i < b->parameter_count; i++) {
            tensor[i] = (VoloSaveTensor){ .name = b->parameter[i].name,
                                          .dtype = VOLO_F32,
                                          .rank = b->parameter[i].rank };
            memcpy(tensor[i].shape, b->parameter[i].shape, sizeof b->parameter[i].shape);
        }
        status = volo_safetensors_write(out, tensor, b->parameter_count, config, save_new,
                                        (void *)(uintptr_t)&source, err);
    } else {
        status = volo_fail_memory(err, b->parameter_count * sizeof *tensor);
    }
    free(config);
    free(tensor);
    return status;
}

static VoloStatus read_recipe_config(const VoloModelRecipe *recipe, VoloConfig *cfg, VoloError *err)
{
    VoloConfigSaid said = 0;
    char *text = NULL;
    size_t bytes = 0;

    if (!recipe->config_path)
        return VOLO_OK;
    VOLO_TRY(volo_file_read(recipe->config_path, VOLO_LIMIT_CONFIG_BYTES, &text, &bytes, err));
    const VoloStatus status = volo_config_parse(cfg, &said, recipe->config_path, text, bytes, err);
    free(text);
    return status;
}

/* The recipe's own words win over its config file. */
static VoloStatus apply_recipe(const VoloModelRecipe *recipe, VoloConfig *cfg, VoloError *err)
{
    enum {
        USUAL_SIDE = 512
    };

    if (recipe->variant) {
        if (strlen(recipe->variant) >= sizeof cfg->variant)
            return volo_fail(err, VOLO_ERR_ARGUMENT, "variant '%s' is unknown", recipe->variant);
        snprintf(cfg->variant, sizeof cfg->variant, "%s", recipe->variant);
    }
    if (recipe->classes > VOLO_MAX_CLASSES)
        return volo_fail(err, VOLO_ERR_LIMIT, "%zu classes, expected 1 to %d", recipe->classes,
                         VOLO_MAX_CLASSES);
    if (recipe->classes && cfg->classes && recipe->classes != cfg->classes)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "%zu classes are asked for, but '%s' names %zu",
                         recipe->classes, recipe->config_path, cfg->classes);
    if (recipe->classes)
        cfg->classes = recipe->classes;
    for (size_t i = 0; i < 2; i++) {
        if (recipe->img_size[i])
            cfg->img_size[i] = recipe->img_size[i];
        else if (!cfg->img_size[i])
            cfg->img_size[i] = USUAL_SIDE;
    }
    return VOLO_OK;
}

static VoloStatus configure_new(const VoloModelRecipe *recipe, VoloConfig *cfg, VoloError *err)
{
    const char *note;

    VOLO_TRY(read_recipe_config(recipe, cfg, err));
    VOLO_TRY(apply_recipe(recipe, cfg, err));
    VOLO_TRY(volo_model_choose_neck(cfg, true, NULL, err));
    VOLO_TRY(volo_backbone_find(cfg->backbone)->configure(cfg, NULL, err));
    VOLO_TRY(volo_head_find(cfg->head)->configure(cfg, NULL, err));
    cfg->use_auxiliary_head = false;
    return volo_config_finish(cfg, &note, err);
}

VoloStatus volo_model_create(const VoloModelRecipe *recipe, const char *out, VoloError *err)
{
    VoloModel m = { .task = VOLO_SEGMENT }; /* without weights */

    volo_config_init(&m.cfg);
    VoloStatus status = configure_new(recipe, &m.cfg, err);
    if (!status)
        status = volo_model_bind(&m, err);
    if (!status)
        status = write_new(&m.binder, &m.cfg, recipe->seed, out, err);
    volo_binder_clear(&m.binder);
    volo_arena_clear(&m.arena);
    volo_config_clear(&m.cfg);
    return status;
}
