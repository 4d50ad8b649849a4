/* SPDX-License-Identifier: Apache-2.0 */
/* The vtable of a backbone: one file in engine/backbones and one word in its meson.build. */
#ifndef VOLO_IMPL_BACKBONE_H
#define VOLO_IMPL_BACKBONE_H

#include <volo/impl/nn.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A published size of the architecture: a row of numbers. */
typedef struct VoloVariant {
    const char *name; /* "volo_d1" */
    size_t layers[VOLO_STAGES], embed_dims[VOLO_STAGES], num_heads[VOLO_STAGES];
    double mlp_ratio;
    size_t stem_hidden;
} VoloVariant;

typedef struct VoloBackboneClass {
    const char *name;            /* "volo": in files, on the command line, in test names */
    const char *summary;         /* one line for volo-model info */
    size_t state_size;           /* zeroed for you, freed for you */
    const VoloVariant *variants; /* ends with a NULL name */

    /* Completes what the config leaves open from the shapes of the tensors, and checks what it says
     * against them; tensors is NULL for a new model. Notes for people go to volo_catalogue_note. */
    VoloStatus (*configure)(VoloConfig *cfg, VoloCatalogue *tensors, VoloError *err);
    /* Binds all parameters; names are relative to "backbone.". */
    void (*bind)(void *state, const VoloConfig *cfg, VoloBinder *b, VoloFeatureSpec *ret_features);
    /* x [n,h,w,3] -> feature maps, finest first */
    void (*forward)(VoloNnContext *ctx, const void *state, VoloTensor x,
                    VoloFeatures *ret_features);
} VoloBackboneClass;

void volo_catalogue_note(VoloCatalogue *c, const char *format, ...) VOLO_PRINTF(2, 3);

#define VOLO_BACKBONE(id) const VoloBackboneClass volo_backbone_##id

/* NULL when none has that name. */
const VoloBackboneClass *volo_backbone_find(const char *name);

#ifdef __cplusplus
}
#endif
#endif
