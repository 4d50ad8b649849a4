/* SPDX-License-Identifier: Apache-2.0 */
/* From the names other projects give to ours: "backbone.", "neck.", "decode_head.",
 * "auxiliary_head." and behind "backbone." VOLO's own names. The steps are those of
 * docs/formats.md, in that order. */
#include "base/error.h"
#include "weights/container.h"

#include <stdlib.h>
#include <string.h>

static const char *after(const char *name, const char *prefix)
{
    const size_t length = strlen(prefix);

    return strncmp(name, prefix, length) == 0 ? name + length : NULL;
}

/* DistributedDataParallel puts "module." in front, torch.compile "_orig_mod.", in either order. */
static const char *strip_training(const char *name)
{
    static const char *const prefixes[] = { "module.", "_orig_mod.", "module." };
    bool stripped_module = false;

    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        const char *rest = after(name, prefixes[i]);

        if (!rest || (i == 2 && stripped_module))
            continue;
        stripped_module |= i == 0;
        name = rest;
    }
    return name;
}

/* timm's features_only wraps the network once more. */
static const char *strip_model(const char *name)
{
    const char *rest = after(name, "model.");

    return rest ? rest : name;
}

/* Names at the top of a VOLO network as its authors and timm save it. */
static bool is_plain_volo(const char *name)
{
    static const char *const first[] = {
        "patch_embed.", "network.",  "post_network.", "norm.",      "head.",
        "aux_head.",    "pos_embed", "cls_token",     "side_layer",
    };

    for (size_t i = 0; i < sizeof first / sizeof *first; i++) {
        if (after(name, first[i]))
            return true;
    }
    return false;
}

static bool is_head(const char *name)
{
    return after(name, "decode_head.") || after(name, "auxiliary_head.");
}

/* Copies the dotted name, with the parts that Hugging Face renamed put back. */
static void copy_head_name(char *to, const char *name)
{
    static const struct {
        const char *from, *to;
    } parts[] = { { "classifier", "conv_seg" }, { "batch_norm", "bn" } };

    while (*name) {
        const size_t length = strcspn(name, ".");
        const char *part = name;
        size_t bytes = length;

        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
            if (strlen(parts[i].from) == length && memcmp(name, parts[i].from, length) == 0) {
                part = parts[i].to;
                bytes = strlen(part);
            }
        }
        memcpy(to, part, bytes);
        to += bytes;
        name += length;
        if (*name)
            *to++ = *name++;
    }
    *to = '\0';
}

/* BEiT's own code keeps Feature2Pyramid in the backbone, by other names. */
static const char *beit_neck(const char *name, const char **ret_front)
{
    static const struct {
        const char *from, *to;
    } parts[] = { { "backbone.fpn1.", "neck.upsample_4x." },
                  { "backbone.fpn2.", "neck.upsample_2x." } };

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const char *rest = after(name, parts[i].from);

        if (rest) {
            *ret_front = parts[i].to;
            return rest;
        }
    }
    return NULL;
}

static const char *canonical_name(VoloWeights *w, const char *stored, bool has_backbone)
{
    const char *name = strip_training(stored);
    const char *hugging_face = after(name, "backbone._backbone.model.");
    const char *plain = has_backbone ? name : strip_model(name);
    const bool volo = hugging_face || (!has_backbone && is_plain_volo(plain));
    const char *prefix = volo ? "backbone." : "", *beit = beit_neck(name, &prefix);
    const char *rest = hugging_face ? hugging_face : volo ? plain : beit ? beit : name;
    const size_t front = strlen(prefix), bytes = strlen(rest);
    char *to = volo_arena_take(&w->arena, front + bytes + 1);

    if (!to)
        return NULL;
    memcpy(to, prefix, front);
    if (front == 0 && is_head(rest))
        copy_head_name(to, rest); /* never longer */
    else
        memcpy(to + front, rest, bytes + 1);
    return to;
}

static int compare_names(const void *a, const void *b)
{
    const VoloWeightEntry *x = a, *y = b;
    const int order = strcmp(x->name, y->name);

    return order ? order : strcmp(x->stored, y->stored); /* so that messages are always the same */
}

static bool any_has_backbone(const VoloWeights *w)
{
    for (size_t i = 0; i < w->count; i++) {
        if (after(strip_training(w->entry[i].stored), "backbone."))
            return true;
    }
    return false;
}

VoloStatus volo_weights_rename(VoloWeights *w, VoloError *err)
{
    const bool has_backbone = any_has_backbone(w);

    for (size_t i = 0; i < w->count; i++) {
        w->entry[i].name = canonical_name(w, w->entry[i].stored, has_backbone);
        if (!w->entry[i].name)
            return volo_fail_memory(err, strlen(w->entry[i].stored));
    }
    qsort(w->entry, w->count, sizeof *w->entry, compare_names);
    for (size_t i = 1; i < w->count; i++) {
        if (strcmp(w->entry[i - 1].name, w->entry[i].name) == 0)
            return volo_fail(err, VOLO_ERR_FORMAT, "tensors '%s' and '%s' are both named '%s'",
                             w->entry[i - 1].stored, w->entry[i].stored, w->entry[i].name);
    }
    return VOLO_OK;
}
