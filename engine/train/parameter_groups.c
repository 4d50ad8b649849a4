/* SPDX-License-Identifier: Apache-2.0 */
/* Groups of parameters. */
#include "train/parameter_groups.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

static const char backbone[] = "backbone.";

/* Where a tensor of the backbone stands: numbers of its name behind the first word. */
typedef struct Layer {
    uint32_t stage, block; /* counted from 1; 0: the name has none */
} Layer;

static bool begins_with(const char *name, const char *prefix)
{
    const size_t length = strlen(prefix);

    return strncmp(name, prefix, length) == 0 && (name[length] == '.' || name[length] == '\0');
}

bool volo_group_is_frozen(const VoloGroupOptions *o, const char *name)
{
    for (size_t i = 0; i < o->frozen_count; i++) {
        if (begins_with(name, o->frozen[i]))
            return true;
    }
    return false;
}

/* The number that the component at *at is, plus 1, moving *at behind it; 0 when it is none. */
static uint32_t read_number(const char **at)
{
    char *end;

    if (**at < '0' || **at > '9')
        return 0;
    const unsigned long value = strtoul(*at, &end, 10);
    if (*end != '.' || value > UINT32_MAX - 1)
        return 0;
    *at = end + 1;
    return (uint32_t)value + 1;
}

static bool is_backbone(const char *name)
{
    return strncmp(name, backbone, strlen(backbone)) == 0;
}

static Layer layer_of(const char *name)
{
    const char *at = strchr(name + strlen(backbone), '.');
    Layer layer = { 0 };

    if (!at)
        return layer;
    at++;
    layer.stage = read_number(&at);
    if (layer.stage > 0)
        layer.block = read_number(&at);
    return layer;
}

static int compare_layers(const void *a, const void *b)
{
    const Layer *x = a, *y = b;

    if (x->stage != y->stage)
        return x->stage < y->stage ? -1 : 1;
    return x->block == y->block ? 0 : x->block < y->block ? -1 : 1;
}

/* Fills layer [count] with the different layers of the backbone, in order; returns how many. */
static size_t list_layers(const VoloNamedSpan *tensor, size_t count, Layer *layer)
{
    size_t found = 0, kept = 0;

    for (size_t i = 0; i < count; i++) {
        if (is_backbone(tensor[i].name))
            layer[found++] = layer_of(tensor[i].name);
    }
    qsort(layer, found, sizeof *layer, compare_layers);
    for (size_t i = 0; i < found; i++) {
        if (kept == 0 || compare_layers(&layer[i], &layer[kept - 1]) != 0)
            layer[kept++] = layer[i];
    }
    return kept;
}

static float rate_of(const VoloGroupOptions *o, const char *name, const Layer *layers, size_t count)
{
    if (volo_group_is_frozen(o, name))
        return 0;
    if (!is_backbone(name))
        return 1;
    const Layer own = layer_of(name);
    const Layer *at = bsearch(&own, layers, count, sizeof own, compare_layers);
    return (float)pow(o->layer_decay, (double)(count - (size_t)(at - layers)));
}

static bool decays(const VoloNamedSpan *tensor)
{
    return tensor->rank > 1 && !strstr(tensor->name, "pos_embed");
}

static VoloStatus check_prefixes(const VoloGroupOptions *o, const VoloNamedSpan *tensor,
                                 size_t count, VoloError *err)
{
    for (size_t i = 0; i < o->frozen_count; i++) {
        bool used = false;

        for (size_t j = 0; j < count && !used; j++)
            used = begins_with(tensor[j].name, o->frozen[i]);
        if (!used)
            return volo_fail(err, VOLO_ERR_MISSING,
                             "nothing to freeze: no parameter's name begins with '%s'",
                             o->frozen[i]);
    }
    return VOLO_OK;
}

VoloStatus volo_group_parameters(const VoloGroupOptions *o, const VoloNamedSpan *tensor,
                                 size_t count, VoloParameterSpan *ret_span, VoloError *err)
{
    VOLO_TRY(check_prefixes(o, tensor, count, err));
    Layer *layer = malloc((count + 1) * sizeof *layer);
    if (!layer)
        return volo_fail(err, VOLO_ERR_MEMORY, "no memory for %zu layers", count);
    const size_t layers = list_layers(tensor, count, layer);
    for (size_t i = 0; i < count; i++) {
        ret_span[i] = (VoloParameterSpan){ .offset = tensor[i].offset,
                                           .count = tensor[i].count,
                                           .rate = rate_of(o, tensor[i].name, layer, layers),
                                           .decay = decays(&tensor[i]) ? 1 : 0 };
    }
    free(layer);
    return VOLO_OK;
}
