/* SPDX-License-Identifier: Apache-2.0 */
/* VoloModel: binding weights to a backbone and a head, once, for any number of sessions. */
#include "pipeline/open_model.h"

#include <volo/impl/dataset_class.h>

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "pipeline/config_text.h"

static void fill_info(VoloModel *m, const char *path)
{
    const VoloConfig *c = &m->cfg;
    VoloModelInfo *i = &m->info;

    *i = (VoloModelInfo){ .path = path,
                          .weights_path = m->weights->path,
                          .format = m->weights->format,
                          .backbone = m->backbone->name,
                          .neck = m->neck ? m->neck->name : NULL,
                          .head = m->head ? m->head->name : NULL,
                          .variant = c->variant[0] ? c->variant : NULL,
                          .dataset = c->dataset[0] ? c->dataset : NULL,
                          .file_bytes = m->weights->file_bytes,
                          .weight_bytes = m->arena.bytes,
                          .classes = m->task == VOLO_CLASSIFY ? c->tail_classes : c->classes,
                          .stem_hidden = c->stem_hidden,
                          .hidden_size = c->hidden_size,
                          .pool_scale_count = c->pool_scale_count,
                          .align_corners = c->align_corners,
                          .test_mode = c->test_mode,
                          .test_resize = c->test_resize };
    memcpy(i->img_size, c->img_size, sizeof i->img_size);
    memcpy(i->layers, c->layers, sizeof i->layers);
    memcpy(i->embed_dims, c->embed_dims, sizeof i->embed_dims);
    memcpy(i->num_heads, c->num_heads, sizeof i->num_heads);
    memcpy(i->mlp_hidden, c->mlp_hidden, sizeof i->mlp_hidden);
    memcpy(i->pos_grid, c->pos_grid, sizeof i->pos_grid);
    memcpy(i->pool_scales, c->pool_scales, sizeof i->pool_scales);
    memcpy(i->out_indices, c->out_indices, sizeof i->out_indices);
    memcpy(i->image_mean, c->image_mean, sizeof i->image_mean);
    memcpy(i->image_std, c->image_std, sizeof i->image_std);
    memcpy(i->crop_size, c->crop_size, sizeof i->crop_size);
    memcpy(i->stride, c->stride, sizeof i->stride);
    for (size_t k = 0; k < m->binder.parameter_count; k++) {
        const VoloParameter *p = &m->binder.parameter[k];
        uint64_t count = p->trainable ? 1 : 0;

        for (unsigned d = 0; d < p->rank; d++)
            count *= p->shape[d];
        i->parameters += count;
    }
}

static void bind_backbone(VoloModel *m, VoloFeatureSpec *ret_features)
{
    VoloBinder *b = &m->binder;

    m->backbone_state = volo_bind_array(b, 1, m->backbone->state_size);
    volo_bind_enter(b, "backbone");
    if (m->backbone_state)
        m->backbone->bind(m->backbone_state, &m->cfg, b, ret_features);
    volo_bind_leave(b);
}

static void bind_neck(VoloModel *m, VoloFeatureSpec *features)
{
    VoloBinder *b = &m->binder;
    const VoloFeatureSpec taps = *features;

    m->neck_state = volo_bind_array(b, 1, m->neck->state_size);
    volo_bind_enter(b, "%s", m->neck->prefix);
    if (m->neck_state)
        m->neck->bind(m->neck_state, &m->cfg, &taps, b, features);
    volo_bind_leave(b);
}

static void bind_head(VoloModel *m, const VoloFeatureSpec *features)
{
    VoloBinder *b = &m->binder;
    const bool bare = m->task == VOLO_CLASSIFY && m->cfg.tail_is_bare;

    m->head_state = volo_bind_array(b, 1, m->head->state_size);
    if (!bare)
        volo_bind_enter(b, "%s", m->head->prefix);
    if (m->head_state)
        m->head->bind(m->head_state, &m->cfg, features, b);
    if (!bare)
        volo_bind_leave(b);
}

/* The auxiliary head takes the backbone's maps. */
static void bind_auxiliary(VoloModel *m, const VoloFeatureSpec *taps)
{
    VoloBinder *b = &m->binder;

    m->auxiliary_state = volo_bind_array(b, 1, m->auxiliary->state_size);
    volo_bind_enter(b, "%s", m->auxiliary->prefix);
    if (m->auxiliary_state)
        m->auxiliary->bind(m->auxiliary_state, &m->cfg, taps, b);
    volo_bind_leave(b);
}

VoloStatus volo_model_bind(VoloModel *m, VoloError *err)
{
    VoloFeatureSpec features = { 0 }, taps;

    m->backbone = volo_backbone_find(m->cfg.backbone);
    m->neck = m->cfg.neck[0] ? volo_neck_find(m->cfg.neck) : NULL;
    m->head = m->cfg.head[0] ? volo_head_find(m->cfg.head) : NULL;
    VOLO_TRY(volo_binder_init(&m->binder, m->weights, &m->arena, err));
    m->binder.block = m->block;
    m->binder.task = m->task;
    m->binder.threads = m->threads > 0 ? m->threads : volo_cpu_count();
    bind_backbone(m, &features);
    taps = features;
    if (m->neck)
        bind_neck(m, &features);
    if (m->head)
        bind_head(m, &features);
    if (m->auxiliary)
        bind_auxiliary(m, &taps);
    return volo_binder_finish(&m->binder, err);
}

/* Label ids of a built-in data set of that name and size, else the class indices. */
static VoloStatus find_label_ids(const VoloConfig *cfg, int *ids, VoloError *err)
{
    VoloClassTable *table = NULL;

    for (size_t i = 0; i < cfg->classes; i++)
        ids[i] = (int)i;
    if (!volo_dataset_find(cfg->dataset))
        return VOLO_OK;
    VOLO_TRY(volo_class_table_open(cfg->dataset, &table, err));
    for (size_t i = 0; volo_class_table_count(table) == cfg->classes && i < cfg->classes; i++)
        ids[i] = volo_class_table_get(table, i)->id;
    volo_class_table_free(table);
    return VOLO_OK;
}

static VoloStatus make_class_table(VoloModel *m, VoloError *err)
{
    const char *name = m->cfg.dataset[0] ? m->cfg.dataset : "model";
    int ids[VOLO_MAX_CLASSES];

    if (m->cfg.classes == 0 || m->task == VOLO_CLASSIFY)
        return VOLO_OK;
    VOLO_TRY(find_label_ids(&m->cfg, ids, err));
    return volo_class_table_new(name, m->cfg.classes, (const char *const *)m->cfg.names, ids,
                                (const uint8_t(*)[3])m->cfg.palette, &m->classes, err);
}

VoloStatus volo_model_open(const char *path, const VoloModelOptions *options, VoloModel **ret_model,
                           VoloError *err)
{
    static const VoloModelOptions usual = { .strict = false };
    VoloModel *m = calloc(1, sizeof *m);

    if (!m)
        return volo_fail_memory(err, sizeof *m);
    options = options ? options : &usual;
    m->task = options->task;
    m->threads = options->threads;
    atomic_init(&m->references, 1);
    VoloStatus status = volo_model_read(path, options, &m->weights, &m->cfg, err);
    if (!status)
        status = volo_model_bind(m, err);
    if (!status)
        status = make_class_table(m, err);
    const char *kept_path = status ? NULL : volo_arena_strdup(&m->arena, path);
    if (!status && !kept_path)
        status = volo_fail_memory(err, strlen(path));
    if (status) {
        volo_model_unref(m);
        return status;
    }
    fill_info(m, kept_path);
    *ret_model = m;
    return VOLO_OK;
}

VoloModel *volo_model_ref(VoloModel *model)
{
    atomic_fetch_add_explicit(&model->references, 1, memory_order_relaxed);
    return model;
}

void volo_model_unref(VoloModel *model)
{
    if (!model || atomic_fetch_sub_explicit(&model->references, 1, memory_order_acq_rel) > 1)
        return;
    volo_class_table_free(model->classes);
    volo_binder_clear(&model->binder);
    volo_weights_close(model->weights);
    volo_config_clear(&model->cfg);
    volo_arena_clear(&model->arena);
    free(model);
}

VoloStatus volo_model_require_head(const VoloModel *model, VoloError *err)
{
    if (model->head)
        return VOLO_OK;
    return volo_fail(
        err, VOLO_ERR_UNSUPPORTED,
        "'%s' has no decode_head tensors: it holds a classifier or a bare backbone and "
        "cannot produce a mask",
        model->info.path);
}

const VoloModelInfo *volo_model_info(const VoloModel *model)
{
    return &model->info;
}

const VoloClassTable *volo_model_classes(const VoloModel *model)
{
    return model->classes;
}

const char *volo_model_note(const VoloModel *model, size_t index)
{
    char **note = model->weights->note;

    for (size_t i = 0; note && note[i]; i++) {
        if (i == index)
            return note[i];
    }
    return NULL;
}

bool volo_model_tensor(const VoloModel *model, size_t index, VoloTensorInfo *ret_info)
{
    if (index >= model->weights->count)
        return false;
    const VoloWeightEntry *e = &model->weights->entry[index];
    *ret_info = (VoloTensorInfo){
        .name = e->name, .dtype = e->dtype, .rank = e->rank, .used = model->binder.used[index]
    };
    memcpy(ret_info->shape, e->shape, sizeof ret_info->shape);
    return true;
}
