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
#include "pipeline/recipe.h"

typedef struct NewModel {
    const VoloParameter *parameter;
    uint64_t seed;
} NewModel;

static VoloStatus save_new(size_t i, uint64_t first, size_t count, void *dst, void *user,
                           VoloError *err)
{
    const NewModel *s = user;

    (void)err;
    volo_parameter_initialise(&s->parameter[i], s->seed, first, count, dst);
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

VoloStatus volo_recipe_config(const VoloModelRecipe *recipe, VoloConfig *cfg, VoloError *err)
{
    VOLO_TRY(read_recipe_config(recipe, cfg, err));
    return apply_recipe(recipe, cfg, err);
}

static VoloStatus configure_new(const VoloModelRecipe *recipe, VoloConfig *cfg, VoloError *err)
{
    const char *note;

    VOLO_TRY(volo_recipe_config(recipe, cfg, err));
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
