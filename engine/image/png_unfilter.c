/* SPDX-License-Identifier: Apache-2.0 */
/* PNG's filters undone. A byte depends on the one before it, so three of them cannot be vectorised;
 * but label pictures are areas of one value, where a filtered row is a run of zeros: such runs are
 * filled eight bytes at a time. */
#include "image/codec.h"
#include "image/png_plain.h"

#include <string.h>

/* Of a row: x filtered, y the result, up the result of the row above; u8 [bytes] each. */
typedef struct Row {
    const uint8_t *x, *up;
    uint8_t *y;
    size_t bytes;
    size_t step; /* bytes of a pixel */
} Row;

static uint64_t eight_at(const uint8_t *data)
{
    uint64_t eight;

    memcpy(&eight, data, sizeof eight);
    return eight;
}

/* The pixel of step bytes at data, as often as eight bytes hold. */
static uint64_t repeated(const uint8_t *data, size_t step)
{
    uint16_t pair;

    if (step == 1)
        return *data * 0x0101010101010101u;
    memcpy(&pair, data, sizeof pair);
    return pair * 0x0001000100010001u;
}

/* How many bytes from i on, in eights, are zeros in x. */
static size_t zeros_at(const Row *r, size_t i)
{
    const size_t first = i;

    while (i + 8 <= r->bytes && eight_at(r->x + i) == 0)
        i += 8;
    return i - first;
}

static void undo_sub(const Row *r)
{
    memcpy(r->y, r->x, r->step);
    for (size_t i = r->step; i < r->bytes;) {
        const size_t run = zeros_at(r, i);
        const uint64_t left = repeated(r->y + i - r->step, r->step);

        for (const size_t end = i + run; i < end; i += 8)
            memcpy(r->y + i, &left, sizeof left);
        for (const size_t end = i + 8; i < end && i < r->bytes; i++)
            r->y[i] = (uint8_t)(r->x[i] + r->y[i - r->step]);
    }
}

static void undo_up(const Row *r)
{
    for (size_t i = 0; i < r->bytes; i++)
        r->y[i] = (uint8_t)(r->x[i] + r->up[i]);
}

/* Whether the 32 bytes at i are zeros in x and left, again and again, in the row above. */
static bool are_still(const Row *r, size_t i, uint64_t left)
{
    uint64_t x = 0, up = 0;

    for (size_t j = 0; j < 32; j += 8) {
        x |= eight_at(r->x + i + j);
        up |= eight_at(r->up + i + j) ^ left;
    }
    return (x | up) == 0;
}

/* How many bytes from i on, in eights, are zeros in x under a row that is, from the pixel before
 * on, as the pixel to the left: there Average and Paeth give that pixel again. */
static size_t still_at(const Row *r, size_t i, uint64_t left)
{
    const size_t first = i;

    if (eight_at(r->up + i - r->step) != left)
        return 0;
    while (i + 32 <= r->bytes && are_still(r, i, left))
        i += 32;
    while (i + 8 <= r->bytes && eight_at(r->x + i) == 0 && eight_at(r->up + i) == left)
        i += 8;
    return i - first;
}

static uint8_t average(uint8_t left, uint8_t up, uint8_t corner)
{
    (void)corner;
    return (uint8_t)((left + up) / 2);
}

/* left + up - corner's nearest neighbour; ties in the order left, up, corner. */
static uint8_t paeth(uint8_t left, uint8_t up, uint8_t corner)
{
    const int to_left = up - corner, to_up = left - corner, to_corner = to_left + to_up;
    const int a = to_left < 0 ? -to_left : to_left, b = to_up < 0 ? -to_up : to_up;
    const int c = to_corner < 0 ? -to_corner : to_corner;
    const uint8_t nearer = b <= c ? up : corner;

    return a <= b && a <= c ? left : nearer;
}

/* Inlined for each predictor. */
static inline void undo_mixed(const Row *r, uint8_t (*predict)(uint8_t, uint8_t, uint8_t))
{
    for (size_t i = 0; i < r->step; i++)
        r->y[i] = (uint8_t)(r->x[i] + predict(0, r->up[i], 0));
    for (size_t i = r->step; i < r->bytes;) {
        if (i + 8 <= r->bytes) {
            const uint64_t left = repeated(r->y + i - r->step, r->step);

            const size_t run = still_at(r, i, left);

            memcpy(r->y + i, r->up + i, run);
            i += run;
        }
        for (const size_t end = i + 8; i < end && i < r->bytes; i++)
            r->y[i] = (uint8_t)(r->x[i] + predict(r->y[i - r->step], r->up[i], r->up[i - r->step]));
    }
}

static bool undo(const Row *r, uint8_t filter)
{
    switch (filter) {
    case 0:
        memcpy(r->y, r->x, r->bytes);
        return true;
    case 1:
        undo_sub(r);
        return true;
    case 2:
        undo_up(r);
        return true;
    case 3:
        undo_mixed(r, average);
        return true;
    case 4:
        undo_mixed(r, paeth);
        return true;
    default:
        return false;
    }
}

/* Without a row above, which counts as zeros, Up changes nothing and Paeth is Sub. */
static bool undo_first(const Row *r, uint8_t filter)
{
    if (filter != 3)
        return undo(r, filter == 2 ? 0 : filter == 4 ? 1 : filter);
    memcpy(r->y, r->x, r->step);
    for (size_t i = r->step; i < r->bytes; i++)
        r->y[i] = (uint8_t)(r->x[i] + r->y[i - r->step] / 2);
    return true;
}

bool volo_png_unfilter(const uint8_t *rows, size_t height, size_t width, size_t bytes_per_pixel,
                       uint8_t *pixels)
{
    Row row = { .bytes = width * bytes_per_pixel, .step = bytes_per_pixel };

    for (size_t i = 0; i < height; i++) {
        const uint8_t *x = rows + i * (row.bytes + 1);

        row.x = x + 1;
        row.y = pixels + i * row.bytes;
        row.up = i > 0 ? row.y - row.bytes : NULL;
        if (!(i == 0 ? undo_first(&row, *x) : undo(&row, *x)))
            return false;
    }
    return true;
}

void volo_png_from_big_endian(uint8_t *pixels, size_t count)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    uint16_t *values = (uint16_t *)(void *)pixels; /* from malloc */

    for (size_t i = 0; i < count; i++)
        values[i] = (uint16_t)(values[i] << 8 | values[i] >> 8);
#else
    (void)pixels;
    (void)count;
#endif
}
