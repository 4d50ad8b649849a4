/* SPDX-License-Identifier: Apache-2.0 */
/* Online hard example mining: which pixels are kept (VoloLossOptions.ohem_threshold). */
#include "train/loss_terms.h"

#include <string.h>

#include "base/parallel.h"

enum {
    ROWS_PER_PIECE = 32,
    HALF_BITS = 16
};

static const float not_counted = 2;

typedef struct Mining {
    const VoloLossRows *rows;
    float *p, *row_memory;
} Mining;

static void mine_rows(size_t first, size_t count, int slot, void *user)
{
    const Mining *m = user;
    const VoloLossBatch *b = m->rows->batch;
    const size_t classes = m->rows->options->classes;
    VoloLossRow row = volo_loss_row_in(
        m->rows, m->row_memory + (size_t)slot * volo_loss_row_floats(m->rows->options, b));

    for (size_t i = first; i < first + count; i++) {
        const size_t picture = i / b->label_h;
        const VoloLossLabels labels =
            volo_loss_labels(m->rows->options, volo_loss_group(b, picture));

        volo_loss_row_fill(m->rows, &row, picture, i % b->label_h);
        for (size_t x = 0; x < b->label_w; x++) {
            float *p = &m->p[i * b->label_w + x];

            if (labels.weight[row.labels[x]] > 0)
                (void)volo_loss_pixel(&row, &labels, classes, x, p);
            else
                *p = not_counted;
        }
    }
}

/* The half of a float's bits; floats that are 0 or more are in the order of their bits. */
static uint32_t bits_of(float x)
{
    uint32_t bits;

    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* The bucket that holds the *k-th; *k becomes its place within. */
static uint32_t bucket_of(const uint32_t *counts, size_t *k)
{
    uint32_t i = 0;

    for (; *k >= counts[i]; i++)
        *k -= counts[i];
    return i;
}

float volo_loss_select(const float *x, size_t count, size_t k)
{
    static const uint32_t low = (1U << HALF_BITS) - 1;
    uint32_t counts[1U << HALF_BITS];
    uint32_t bits;
    float value;

    memset(counts, 0, sizeof counts);
    for (size_t i = 0; i < count; i++)
        counts[bits_of(x[i]) >> HALF_BITS]++;
    const uint32_t high = bucket_of(counts, &k);
    memset(counts, 0, sizeof counts);
    for (size_t i = 0; i < count; i++) {
        if (bits_of(x[i]) >> HALF_BITS == high)
            counts[bits_of(x[i]) & low]++;
    }
    bits = high << HALF_BITS | bucket_of(counts, &k);
    memcpy(&value, &bits, sizeof value);
    return value;
}

float volo_loss_mine(const VoloLossRows *r, float *p, float *row_memory, int threads)
{
    const VoloLossBatch *b = r->batch;
    const size_t pixels = b->n * b->label_h * b->label_w, wanted = b->n * r->options->ohem_kept;
    Mining m = { r, p, row_memory };
    size_t counted = 0;

    volo_parallel_rows(threads, b->n * b->label_h, ROWS_PER_PIECE, mine_rows, &m);
    for (size_t i = 0; i < pixels; i++)
        counted += p[i] < not_counted;
    if (counted == 0)
        return 0;
    const float smallest = volo_loss_select(p, pixels, wanted < counted ? wanted : counted - 1);
    return smallest > r->options->ohem_threshold ? smallest : r->options->ohem_threshold;
}
