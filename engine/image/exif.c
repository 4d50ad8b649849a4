/* SPDX-License-Identifier: Apache-2.0 */
/* One number out of an Exif block: the orientation, tag 0x0112 of the first directory of the TIFF
 * structure (EXIF 2.3, section 4.6). Every offset is checked; anything odd means "no orientation".
 */
#include "image/codec.h"

#include <string.h>

enum {
    TAG_ORIENTATION = 0x0112,
    TYPE_SHORT = 3,
    ENTRY_BYTES = 12,
};

typedef struct Tiff {
    const uint8_t *data;
    bool big_endian;
} Tiff;

static unsigned get16(const Tiff *t, size_t at)
{
    const unsigned first = t->data[at], second = t->data[at + 1];

    return t->big_endian ? first << 8 | second : second << 8 | first;
}

static uint32_t get32(const Tiff *t, size_t at)
{
    const uint32_t first = get16(t, at), second = get16(t, at + 2);

    return t->big_endian ? first << 16 | second : second << 16 | first;
}

int volo_exif_orientation(const uint8_t *data, size_t bytes)
{
    if (bytes < 8 || (memcmp(data, "II*\0", 4) != 0 && memcmp(data, "MM\0*", 4) != 0))
        return 0;
    const Tiff t = { data, data[0] == 'M' };
    const uint32_t directory = get32(&t, 4);
    if (directory > bytes - 2)
        return 0;

    const size_t entries = get16(&t, directory);
    for (size_t i = 0; i < entries; i++) {
        const size_t at = (size_t)directory + 2 + i * ENTRY_BYTES;

        if (at + ENTRY_BYTES > bytes)
            return 0;
        if (get16(&t, at) != TAG_ORIENTATION)
            continue;
        const unsigned value = get16(&t, at + 8);
        const bool fits = get16(&t, at + 2) == TYPE_SHORT && get32(&t, at + 4) == 1;
        return fits && value >= 1 && value <= 8 ? (int)value : 0;
    }
    return 0;
}
