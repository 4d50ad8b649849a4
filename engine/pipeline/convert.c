/* SPDX-License-Identifier: Apache-2.0 */
/* Writing an existing model under canonical names, with its whole config embedded. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/read_file.h"
#include "pipeline/config_text.h"
#include "pipeline/open_model.h"

/* Counters are scalars, so their strides do not matter. */
static VoloStatus save_counter(const VoloWeights *w, const VoloWeightEntry *e, uint64_t first,
                               size_t count, void *dst, VoloError *err)
{
    return volo_file_read_at(w->fd, w->path, dst, count * sizeof(int64_t),
                             e->offset + first * sizeof(int64_t), err);
}

static VoloStatus save_stored(size_t i, uint64_t first, size_t count, void *dst, void *user,
                              VoloError *err)
{
    const VoloWeights *w = user;
    const VoloWeightEntry *e = &w->entry[i];

    if (e->dtype == VOLO_I64)
        return save_counter(w, e, first, count, dst, err);
    return volo_weights_read(w, e, first, count, dst, err);
}

static VoloStatus refuse_same_file(const char *in, const char *out, VoloError *err)
{
    struct stat a, b;

    if (stat(in, &a) == 0 && stat(out, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "'%s' is the input itself", out);
    return VOLO_OK;
}

static VoloStatus write_stored(const VoloModel *m, const char *out, VoloDtype dtype, VoloError *err)
{
    const VoloWeights *w = m->weights;
    VoloSaveTensor *tensor = calloc(w->count + 1, sizeof *tensor);
    char *config = volo_config_to_json(&m->cfg);
    VoloStatus status;

    if (tensor && config) {
        for (size_t i = 0; i < w->count; i++) {
            const VoloWeightEntry *e = &w->entry[i];

            tensor[i] = (VoloSaveTensor){ .name = e->name,
                                          .dtype = e->dtype == VOLO_I64 ? VOLO_I64 : dtype,
                                          .rank = e->rank };
            memcpy(tensor[i].shape, e->shape, sizeof tensor[i].shape);
        }
        status = volo_safetensors_write(out, tensor, w->count, config, save_stored,
                                        (void *)(uintptr_t)w, err);
    } else {
        status = volo_fail_memory(err, w->count * sizeof *tensor);
    }
    free(config);
    free(tensor);
    return status;
}

VoloStatus volo_model_convert(const char *in, const char *out, VoloDtype dtype, VoloError *err)
{
    VoloModel *model = NULL;

    if (dtype != VOLO_F32 && dtype != VOLO_F16)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "models are written as f32 or f16");
    VOLO_TRY(volo_model_open(in, NULL, &model, err));
    VoloStatus status = refuse_same_file(model->weights->path, out, err);
    if (!status)
        status = write_stored(model, out, dtype, err);
    volo_model_unref(model);
    return status;
}
