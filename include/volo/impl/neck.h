/* SPDX-License-Identifier: Apache-2.0 */
/* The vtable of a neck, which brings a backbone's maps to strides 4, 8, 16, 32, or to finer ones,
 * before the head: one file heads/neck_NAME.c and one word in heads/meson.build. */
#ifndef VOLO_IMPL_NECK_H
#define VOLO_IMPL_NECK_H

#include <volo/impl/nn.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct VoloNeckClass {
    const char *name;    /* "mln": in files, in test names */
    const char *summary; /* one line for volo-model info */
    const char *prefix;  /* of its tensors: "neck" */
    const char *mark;  /* a file with tensors of these names has this neck: "neck.lateral_convs." */
    size_t state_size; /* zeroed for you, freed for you */

    /* As VoloBackboneClass.configure, for the neck's own settings; called before the backbone's, to
     * which it may say by cfg->taps_alike which maps it takes. */
    VoloStatus (*configure)(VoloConfig *cfg, VoloCatalogue *tensors, VoloError *err);
    /* Binds all parameters; names are relative to the prefix. */
    void (*bind)(void *state, const VoloConfig *cfg, const VoloFeatureSpec *in, VoloBinder *b,
                 VoloFeatureSpec *ret_features);
    /* The backbone's maps -> maps for the head, finest first; ret_features is not in. */
    void (*forward)(VoloNnContext *ctx, const void *state, const VoloFeatures *in,
                    VoloFeatures *ret_features);
} VoloNeckClass;

#define VOLO_NECK(id) const VoloNeckClass volo_neck_##id

/* NULL when none has that name. */
const VoloNeckClass *volo_neck_find(const char *name);

#ifdef __cplusplus
}
#endif
#endif
