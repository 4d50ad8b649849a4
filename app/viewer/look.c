/* SPDX-License-Identifier: Apache-2.0 */
/* Looks: the colours of a class table by one of the palettes, and hatching. */
#include "app/viewer/look.h"

#include "app/viewer/safe_palette.h"

#include <string.h>
#include <strings.h>

static const char *const names[VOLO_PALETTES] = { "model", "cityscapes", "ade20k", "safe" };
static const uint8_t beyond[3] = { 128, 128, 128 }; /* labels that are no class */

const char *volo_palette_name(VoloPalette palette)
{
    return (unsigned)palette < VOLO_PALETTES ? names[palette] : names[VOLO_PALETTE_MODEL];
}

/* The class of that name; NULL: none. */
static const VoloClass *find(const VoloClassTable *table, const char *name)
{
    for (size_t i = 0; i < volo_class_table_count(table); i++)
        if (!strcasecmp(volo_class_table_get(table, i)->name, name))
            return volo_class_table_get(table, i);
    return NULL;
}

/* The colours of the classes that a built-in table knows by name. */
static void take_colours(VoloLook *look, const VoloClassTable *classes, const char *dataset)
{
    VoloClassTable *table = NULL;

    if (volo_class_table_open(dataset, &table, NULL))
        return; /* a build without that data set: the table's own colours stay */
    for (size_t i = 0; i < volo_class_table_count(classes); i++) {
        const VoloClass *known = find(table, volo_class_table_get(classes, i)->name);

        if (known)
            memcpy(look->colour[i], known->colour, 3);
    }
    volo_class_table_free(table);
}

void volo_look_init(VoloLook *look, const VoloClassTable *classes, VoloPalette palette,
                    bool hatching)
{
    const size_t count = volo_class_table_count(classes);

    for (size_t i = 0; i < 256; i++) {
        memcpy(look->colour[i], i < count ? volo_class_table_get(classes, i)->colour : beyond, 3);
        look->hatch[i] = (uint8_t)(hatching && i < count ? i % VOLO_HATCHES : 0);
        look->hidden[i] = i >= count;
    }
    if (palette == VOLO_PALETTE_SAFE)
        volo_safe_palette(look->colour, count);
    else if (palette == VOLO_PALETTE_CITYSCAPES || palette == VOLO_PALETTE_ADE20K)
        take_colours(look, classes, volo_palette_name(palette));
}
