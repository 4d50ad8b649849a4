/* SPDX-License-Identifier: Apache-2.0 */
#include "weights/catalogue.h"

#include <volo/impl/backbone.h>

#include <stdio.h>
#include <string.h>

#include "base/limits.h"

VoloShape volo_catalogue_shape(const VoloCatalogue *c, const char *format, ...)
{
    char name[VOLO_LIMIT_TENSOR_NAME];
    VoloShape shape = { 0 };
    va_list args;

    va_start(args, format);
    vsnprintf(name, sizeof name, format, args);
    va_end(args);
    const VoloWeightEntry *entry = volo_weights_find(c->weights, name);
    if (entry) {
        shape.found = true;
        shape.rank = entry->rank;
        memcpy(shape.dim, entry->shape, sizeof shape.dim);
    }
    return shape;
}

bool volo_catalogue_has(const VoloCatalogue *c, const char *prefix)
{
    const size_t length = strlen(prefix);

    for (size_t i = 0; i < c->weights->count; i++) {
        if (strncmp(c->weights->entry[i].name, prefix, length) == 0)
            return true;
    }
    return false;
}

void volo_catalogue_note(VoloCatalogue *c, const char *format, ...)
{
    char line[240];
    va_list args;

    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    volo_weights_note(c->weights, "%s", line);
}
