/* SPDX-License-Identifier: Apache-2.0 */
#include "hostile/whole_model.h"

#include <volo/volo.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "weights/weights.h"

#define MOST_TENSORS 256
#define MOST_TEXT 240 /* of one tensor in the source of a pickle */

const char *const whole_model_ending[WHOLE_KINDS] = { ".safetensors", ".pth", ".pth" };

const char whole_model_config[] =
    "{\"backbone_config\": {\"layers\": [1, 1, 1, 1], \"embed_dims\": [4, 4, 4, 4],"
    " \"num_heads\": [1, 1, 1, 1], \"mlp_ratio\": 1, \"stem_hidden_dim\": 1,"
    " \"img_size\": [32, 32]}, \"hidden_size\": 1, \"pool_scales\": [1],"
    " \"use_auxiliary_head\": false, \"id2label\": {\"0\": \"a\", \"1\": \"b\"},"
    " \"test\": {\"mode\": \"whole\"}}";

static VoloWeights *make_weights(const ScratchDir *dir)
{
    const char *config =
        scratch_write(dir, "whole.json", whole_model_config, strlen(whole_model_config));
    const VoloModelRecipe recipe = { .config_path = config, .seed = 1 };
    const char *path = scratch_path(dir, "whole.st");
    VoloWeights *w = NULL;
    VoloError err;

    if (volo_model_create(&recipe, path, &err) || volo_weights_open(path, false, &w, &err))
        fail_msg("%s", err.message);
    assert_in_range(w->count, 1, MOST_TENSORS);
    return w;
}

static VoloStatus copy_values(size_t i, uint64_t first, size_t count, void *dst, void *user,
                              VoloError *err)
{
    const VoloWeights *w = user;

    if (w->entry[i].dtype == VOLO_F32)
        return volo_weights_read(w, &w->entry[i], first, count, dst, err);
    memset(dst, 0, count * sizeof(int64_t)); /* a counter */
    return VOLO_OK;
}

static void build_safetensors(const ScratchDir *dir, VoloWeights *w, MakerBytes *out)
{
    VoloSaveTensor tensor[MOST_TENSORS];
    const char *path = scratch_path(dir, "whole_bare.st");
    VoloError err;
    char chunk[4096];

    for (size_t i = 0; i < w->count; i++) {
        tensor[i] =
            (VoloSaveTensor){ w->entry[i].name, w->entry[i].dtype, w->entry[i].rank, { 0 } };
        memcpy(tensor[i].shape, w->entry[i].shape, sizeof tensor[i].shape);
    }
    if (volo_safetensors_write(path, tensor, w->count, NULL, copy_values, w, &err))
        fail_msg("%s", err.message);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    for (size_t bytes; (bytes = fread(chunk, 1, sizeof chunk, file)) > 0;)
        maker_put(out, chunk, bytes);
    fclose(file);
}

/* "odict ( 'NAME' tensor:0:FloatStorage:COUNT:0:SIZES:STRIDES ... u ." */
static char *pickle_source(const VoloWeights *w, uint64_t values)
{
    const size_t room = (w->count + 1) * MOST_TEXT;
    char *text = malloc(room), *to = text;

    assert_non_null(text);
    to += sprintf(to, "odict (");
    for (size_t i = 0; i < w->count; i++) {
        const VoloWeightEntry *e = &w->entry[i];

        if (e->dtype != VOLO_F32)
            continue;
        to +=
            sprintf(to, " '%s' tensor:0:FloatStorage:%llu:0:", e->name, (unsigned long long)values);
        for (unsigned d = 0; d < e->rank; d++)
            to += sprintf(to, "%s%llu", d ? "," : "", (unsigned long long)e->shape[d]);
        for (unsigned d = 0; d < e->rank; d++)
            to += sprintf(to, "%c%llu", d ? ',' : ':', (unsigned long long)e->stride[d]);
        assert_in_range(to - text, 0, (i + 2) * MOST_TEXT);
    }
    sprintf(to, " u .");
    return text;
}

static void put_zip(MakerBytes *out, const char *pickle, const float *storage, size_t values)
{
    MakerZip zip = { 0 };
    MakerBytes object = { 0 };

    maker_pickle(&object, pickle);
    maker_zip_add(&zip, MAKER_PLAIN, "model/data.pkl", object.data, object.bytes);
    maker_zip_add(&zip, MAKER_PLAIN, "model/data/0", storage, values * sizeof *storage);
    maker_zip_add(&zip, MAKER_PLAIN, "model/version", "3\n", 2);
    maker_zip_end(&zip, MAKER_PLAIN);
    free(object.data);
    *out = zip.out;
}

static void put_legacy(MakerBytes *out, const char *pickle, const float *storage, size_t values)
{
    MakerLegacy legacy = { 0 };

    maker_legacy(&legacy,
                 &(MakerLegacySource){ .object = pickle, .keys = "] ( '0' e .", .storages = "" });
    *out = legacy.out;
    maker_put_number(out, values, 8);
    maker_put(out, storage, values * sizeof *storage);
}

static void build_torch(WholeModelKind kind, const VoloWeights *w, MakerBytes *out)
{
    uint64_t values = 1;

    for (size_t i = 0; i < w->count; i++)
        values = w->entry[i].count > values ? w->entry[i].count : values;
    float *storage = malloc((size_t)values * sizeof *storage);
    assert_non_null(storage);
    for (size_t i = 0; i < values; i++)
        storage[i] = 1;
    char *pickle = pickle_source(w, values);
    (kind == WHOLE_ZIP ? put_zip : put_legacy)(out, pickle, storage, (size_t)values);
    free(pickle);
    free(storage);
}

void whole_model_build(const ScratchDir *dir, WholeModelKind kind, MakerBytes *out)
{
    VoloWeights *w = make_weights(dir);

    if (kind == WHOLE_SAFETENSORS)
        build_safetensors(dir, w, out);
    else
        build_torch(kind, w, out);
    volo_weights_close(w);
}
