/* SPDX-License-Identifier: Apache-2.0 */
/* The vtable of a head: one file in heads/ and one word in its meson.build. */
#ifndef VOLO_IMPL_HEAD_H
#define VOLO_IMPL_HEAD_H

#include <volo/impl/nn.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct VoloHeadClass {
    const char *name;    /* "upernet": in files, on the command line, in test names */
    const char *summary; /* one line for volo-model info */
    const char *prefix;  /* of its tensors: "decode_head" */
    size_t state_size;   /* zeroed for you, freed for you */

    /* As VoloBackboneClass.configure, for the head's own settings. */
    VoloStatus (*configure)(VoloConfig *cfg, VoloCatalogue *tensors, VoloError *err);
    /* Binds all parameters; names are relative to the prefix. */
    void (*bind)(void *state, const VoloConfig *cfg, const VoloFeatureSpec *in, VoloBinder *b);
    /* feature maps -> logits [n,h,w,classes] at the head's own stride */
    VoloTensor (*forward)(VoloNnContext *ctx, const void *state, const VoloFeatures *in);
} VoloHeadClass;

#define VOLO_HEAD(id) const VoloHeadClass volo_head_##id

/* NULL when none has that name. */
const VoloHeadClass *volo_head_find(const char *name);

#ifdef __cplusplus
}
#endif
#endif
