/* SPDX-License-Identifier: Apache-2.0 */
/* Cells are means of whole pixels. One is brighter only by more than a level, so that noise in even
 * areas (a white sky) does not count. */
#include "train/likeness.h"

#include <stdbool.h>

enum {
    ROWS = 16,
    COLUMNS = 17,
};

/* Luma of BT.601 in 1024ths. */
static uint64_t luma(const uint8_t *rgb)
{
    return 306u * rgb[0] + 601u * rgb[1] + 117u * rgb[2];
}

/* Mean luma of rows top.. and columns left.., in 1024ths of a level. */
static double mean_cell(const uint8_t *rgb, size_t w, const size_t rows[2], const size_t columns[2])
{
    uint64_t sum = 0;

    for (size_t i = rows[0]; i < rows[1]; i++) {
        for (size_t j = columns[0]; j < columns[1]; j++)
            sum += luma(rgb + 3 * (i * w + j));
    }
    return (double)sum / (double)((rows[1] - rows[0]) * (columns[1] - columns[0]));
}

/* Part i of count of a side, at least a pixel. */
static void cut_side(size_t side, size_t i, size_t count, size_t ret[2])
{
    ret[0] = i * side / count;
    ret[1] = (i + 1) * side / count;
    if (ret[1] == ret[0])
        ret[1]++;
}

VoloLikeness volo_likeness_of(const uint8_t *rgb, size_t h, size_t w)
{
    VoloLikeness l = { { 0 } };

    for (size_t i = 0; i < ROWS; i++) {
        size_t rows[2], columns[2];
        double before = 0;

        cut_side(h, i, ROWS, rows);
        for (size_t j = 0; j < COLUMNS; j++) {
            cut_side(w, j, COLUMNS, columns);
            const double cell = mean_cell(rgb, w, rows, columns);
            const size_t bit = i * ROWS + j - 1;

            if (j > 0 && cell > before + 1024)
                l.bits[bit / 64] |= UINT64_C(1) << bit % 64;
            before = cell;
        }
    }
    return l;
}

unsigned volo_likeness_distance(const VoloLikeness *a, const VoloLikeness *b)
{
    unsigned sum = 0;

    for (size_t i = 0; i < 4; i++)
        sum += (unsigned)__builtin_popcountll(a->bits[i] ^ b->bits[i]);
    return sum;
}
