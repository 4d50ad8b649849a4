/* SPDX-License-Identifier: Apache-2.0 */
/* Pillow's resampling (Resample.c), from its definition: two passes, along the rows and down the
 * columns, each a weighted sum in 22-bit fixed point that is rounded and clipped to a byte. */
#include "image/resize.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/parallel.h"

enum {
    FRACTION_BITS = 22, /* 32 less 8 of a byte and 2 for sums beyond it */
    ROWS_PER_PIECE = 16,
};

/* Output i of a window is the sum of weight [i·width ..] over inputs first[i] .. + count[i] - 1. */
typedef struct Taps {
    size_t width; /* the most inputs that one output takes */
    size_t *first, *count;
    int32_t *weight;
} Taps;

static void clear_taps(Taps *t)
{
    free(t->first);
    free(t->count);
    free(t->weight);
}

/* Keys' cubic convolution with A = -1/2, support 2. */
static double cubic(double x)
{
    const double a = -0.5;

    x = fabs(x);
    if (x < 1)
        return ((a + 2) * x - (a + 3)) * x * x + 1;
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

static int32_t to_fixed(double weight)
{
    const double scaled = weight * (1 << FRACTION_BITS);

    return (int32_t)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
}

/* Weights [count] of an output whose centre lies at that input; their sum is 1. */
static void fill_weights(int32_t *weight, size_t first, size_t count, double centre, double stretch,
                         double *exact)
{
    double sum = 0;

    for (size_t i = 0; i < count; i++) {
        exact[i] = cubic(((double)(i + first) - centre + 0.5) * (1.0 / stretch));
        sum += exact[i];
    }
    for (size_t i = 0; i < count; i++)
        weight[i] = to_fixed(sum < 0 || sum > 0 ? exact[i] / sum : exact[i]);
}

static void fill_taps(Taps *t, const VoloResizeAxis *axis, double *exact)
{
    const double scale = (double)axis->in / (double)axis->out;
    const double stretch = scale < 1 ? 1 : scale, support = 2 * stretch;

    for (size_t i = 0; i < axis->count; i++) {
        const double centre = ((double)(axis->first + i) + 0.5) * scale;
        const double from = centre - support + 0.5, to = centre + support + 0.5;
        const size_t first = from > 0 ? (size_t)from : 0;
        const size_t end = to < (double)axis->in ? (size_t)to : axis->in;

        t->first[i] = first;
        t->count[i] = end - first;
        fill_weights(t->weight + i * t->width, first, end - first, centre, stretch, exact);
    }
}

static VoloStatus make_taps(Taps *t, const VoloResizeAxis *axis, VoloError *err)
{
    const double scale = (double)axis->in / (double)axis->out;

    t->width = (size_t)ceil(2 * (scale < 1 ? 1 : scale)) * 2 + 1;
    t->first = malloc(axis->count * sizeof *t->first);
    t->count = malloc(axis->count * sizeof *t->count);
    t->weight = malloc(axis->count * t->width * sizeof *t->weight);
    double *exact = malloc(t->width * sizeof *exact);
    const bool ok = t->first && t->count && t->weight && exact;
    if (ok)
        fill_taps(t, axis, exact);
    free(exact);
    return ok ? VOLO_OK : volo_fail_memory(err, axis->count * t->width * sizeof *t->weight);
}

static uint8_t to_byte(int32_t sum)
{
    const int32_t value = sum >> FRACTION_BITS;

    return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

/* One of the two passes: y [.,columns,3] from x. */
typedef struct Pass {
    uint8_t *y;
    const uint8_t *x;
    size_t ldy, ldx; /* bytes between lines */
    size_t columns;  /* of y */
    const Taps *taps;
} Pass;

/* Each line of y from the same line of x. */
static void run_along(size_t first, size_t count, int slot, void *user)
{
    const Pass *s = user;

    (void)slot;
    for (size_t at = first * s->columns; at < (first + count) * s->columns; at++) {
        const size_t row = at / s->columns, column = at % s->columns;
        const int32_t *weight = s->taps->weight + column * s->taps->width;
        const uint8_t *x = s->x + row * s->ldx + 3 * s->taps->first[column];
        int32_t sum[3] = { 1 << (FRACTION_BITS - 1), 1 << (FRACTION_BITS - 1),
                           1 << (FRACTION_BITS - 1) };

        for (size_t i = 0; i < s->taps->count[column]; i++, x += 3)
            for (size_t k = 0; k < 3; k++)
                sum[k] += weight[i] * x[k];
        for (size_t k = 0; k < 3; k++)
            s->y[row * s->ldy + 3 * column + k] = to_byte(sum[k]);
    }
}

/* Each line of y from several lines of x. */
static void run_down(size_t first, size_t count, int slot, void *user)
{
    const Pass *s = user;
    const size_t bytes = 3 * s->columns;

    (void)slot;
    for (size_t row = first; row < first + count; row++) {
        const int32_t *weight = s->taps->weight + row * s->taps->width;
        const uint8_t *x = s->x + s->taps->first[row] * s->ldx;

        for (size_t at = 0; at < bytes; at++) {
            int32_t sum = 1 << (FRACTION_BITS - 1);

            for (size_t i = 0; i < s->taps->count[row]; i++)
                sum += weight[i] * x[i * s->ldx + at];
            s->y[row * s->ldy + at] = to_byte(sum);
        }
    }
}

/* Whether the pass down comes first, as in Pillow since version 13 where the height shrinks by more
 * than twice what the width does (earlier versions never do so); rounding in between makes that a
 * difference. */
static bool is_down_first(const VoloResizeAxis *rows, const VoloResizeAxis *columns)
{
    const double height_loss = (double)rows->in - (double)rows->out;
    const double width_loss = (double)columns->in - (double)columns->out;

    return height_loss > 0 && height_loss > 2 * width_loss;
}

/* What the outputs of a window take: inputs first .. first+count-1, from which taps count then. */
static size_t shift_taps(Taps *t, size_t outputs, size_t *ret_count)
{
    const size_t first = t->first[0];

    *ret_count = t->first[outputs - 1] + t->count[outputs - 1] - first;
    for (size_t i = 0; i < outputs; i++)
        t->first[i] -= first;
    return first;
}

/* A picture to make or to take from. */
typedef struct Lines {
    uint8_t *y;
    size_t ldy;
    const uint8_t *x;
    size_t ldx;
} Lines;

/* The first pass makes only those lines, or columns, that the second takes. */
static VoloStatus run_passes(const Lines *p, Taps *rows, size_t row_count, Taps *columns,
                             size_t column_count, bool down_first, int threads, VoloError *err)
{
    size_t inner;
    const size_t skip = down_first ? shift_taps(columns, column_count, &inner)
                                   : shift_taps(rows, row_count, &inner);
    const size_t bytes = 3 * inner * (down_first ? row_count : column_count);
    uint8_t *between = malloc(bytes);

    if (!between)
        return volo_fail_memory(err, bytes);
    if (down_first) {
        Pass down = { between, p->x + 3 * skip, 3 * inner, p->ldx, inner, rows };
        Pass along = { p->y, between, p->ldy, 3 * inner, column_count, columns };

        volo_parallel_rows(threads, row_count, ROWS_PER_PIECE, run_down, &down);
        volo_parallel_rows(threads, row_count, ROWS_PER_PIECE, run_along, &along);
    } else {
        Pass along = { between, p->x + skip * p->ldx, 3 * column_count,
                       p->ldx,  column_count,         columns };
        Pass down = { p->y, between, p->ldy, 3 * column_count, column_count, rows };

        volo_parallel_rows(threads, inner, ROWS_PER_PIECE, run_along, &along);
        volo_parallel_rows(threads, row_count, ROWS_PER_PIECE, run_down, &down);
    }
    free(between);
    return VOLO_OK;
}

VoloStatus volo_resize_bicubic(uint8_t *y, size_t ldy, const uint8_t *x, const VoloResizeAxis *rows,
                               const VoloResizeAxis *columns, int threads, VoloError *err)
{
    const Lines lines = { y, ldy, x, 3 * columns->in };
    Taps down = { 0 }, along = { 0 };
    VoloStatus status = make_taps(&down, rows, err);

    if (!status)
        status = make_taps(&along, columns, err);
    if (!status)
        status = run_passes(&lines, &down, rows->count, &along, columns->count,
                            is_down_first(rows, columns), threads, err);
    clear_taps(&down);
    clear_taps(&along);
    return status;
}
