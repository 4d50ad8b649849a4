/* SPDX-License-Identifier: Apache-2.0 */
/* Boundaries of all classes at once. A pixel is inside its class's eroded mask when the square of
 * 2d+1 pixels around it lies in the picture and is all of one value, that is, when no two
 * neighbours in the square differ. So differences between neighbours are noted as bits, 64 pixels a
 * word, and spread over the square by OR in log2(2d) steps; the cost does not depend on the number
 * of classes, and hardly on d. */
#include "base/error.h"
#include "eval/record.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct Shape {
    size_t height, width, d;
    size_t words; /* of a row, d bits before it and a spare word included */
} Shape;

size_t volo_boundary_distance(size_t height, size_t width, double ratio)
{
    const double diagonal = sqrt((double)(height * height + width * width));
    const double d = rint(ratio * diagonal);

    return d < 1 ? 1 : (size_t)d;
}

/* Bit i: whether bytes i of a and b differ, i 0..7. */
static uint64_t differing(const uint8_t *a, const uint8_t *b)
{
    uint64_t x, y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    uint64_t bits = x ^ y;
    if (bits == 0)
        return 0;
    bits |= bits >> 4;
    bits |= bits >> 2;
    bits |= bits >> 1; /* bit 0 of each byte: any of its eight */
    return (bits & 0x0101010101010101u) * 0x0102040810204080u >> 56;
}

/* bits, from bit offset on, |= where a and b [count] differ. */
static void note_differences(const uint8_t *a, const uint8_t *b, size_t count, size_t offset,
                             uint64_t *bits)
{
    size_t i = 0;

    for (; i + 8 <= count; i += 8) {
        const uint64_t eight = differing(a + i, b + i);
        const size_t at = offset + i;

        if (eight == 0)
            continue;
        bits[at / 64] |= eight << at % 64;
        if (at % 64 > 56)
            bits[at / 64 + 1] |= eight >> (64 - at % 64);
    }
    for (; i < count; i++)
        bits[(offset + i) / 64] |= (uint64_t)(a[i] != b[i]) << (offset + i) % 64;
}

/* bits(x) |= bits(x + shift), for bits [words]. */
static void merge_shifted(uint64_t *bits, size_t words, size_t shift)
{
    const size_t whole = shift / 64, part = shift % 64;

    for (size_t i = 0; i + whole < words; i++) {
        uint64_t more = bits[i + whole] >> part;

        if (part && i + whole + 1 < words)
            more |= bits[i + whole + 1] << (64 - part);
        bits[i] |= more;
    }
}

/* bits(x) = OR of bits(x .. x + length - 1). */
static void spread_right(uint64_t *bits, size_t words, size_t length)
{
    size_t covered = 1;

    while (covered < length) {
        const size_t step = covered < length - covered ? covered : length - covered;

        merge_shifted(bits, words, step);
        covered += step;
    }
}

/* rows(y) = OR of rows(y .. y + length - 1), for bits [rows,words]. */
static void spread_down(uint64_t *bits, size_t rows, size_t words, size_t length)
{
    size_t covered = 1;

    while (covered < length) {
        const size_t step = covered < length - covered ? covered : length - covered;

        for (size_t i = 0; i + step * words < rows * words; i++)
            bits[i] |= bits[i + step * words];
        covered += step;
    }
}

/* All bits first .. end-1 of a row. */
static void set_bits(uint64_t *bits, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++)
        bits[i / 64] |= (uint64_t)1 << i % 64;
}

/* plane [height + d, words]: bit x of row y is set for boundary pixels. rows [height, words] is
 * scratch. Row y of the plane begins as the differences seen from row y - d. */
static void find_boundaries(const Shape *s, const uint8_t *values, uint64_t *rows, uint64_t *plane)
{
    memset(plane, 0, (s->height + s->d) * s->words * sizeof *plane);
    memset(rows, 0, s->height * s->words * sizeof *rows);
    for (size_t y = 0; y < s->height; y++) {
        const uint8_t *row = values + y * s->width;
        uint64_t *across = rows + y * s->words, *both = plane + (y + s->d) * s->words;

        note_differences(row, row + 1, s->width - 1, s->d, across);
        spread_right(across, s->words, 2 * s->d);
        if (y + 1 < s->height)
            note_differences(row, row + s->width, s->width, 0, both);
        for (size_t i = 0; i < s->words; i++)
            both[i] |= across[i];
    }
    spread_down(plane, s->height + s->d, s->words, 2 * s->d);
    for (size_t y = 0; y < s->height; y++) {
        uint64_t *row = plane + y * s->words;

        if (y < s->d || y + s->d >= s->height) {
            set_bits(row, 0, s->width);
            continue;
        }
        for (size_t i = 0; i < s->words; i++)
            row[i] |= rows[(y + s->d) * s->words + i];
        set_bits(row, 0, s->d);
        set_bits(row, s->width - s->d, s->width);
    }
}

/* A picture no larger than the square is boundary alone. */
static void fill_plane(const Shape *s, uint64_t *plane)
{
    memset(plane, 0xff, s->height * s->words * sizeof *plane);
}

typedef struct Tally {
    const int16_t *index;
    uint64_t both[256], truth[256], prediction[256]; /* by raw value */
} Tally;

static unsigned ones(unsigned eight)
{
    return (unsigned)__builtin_popcount(eight);
}

static void tally_pixel(Tally *t, uint8_t label, uint8_t prediction, unsigned truth_bit,
                        unsigned prediction_bit)
{
    if (t->index[label] < 0)
        return;
    t->truth[label] += truth_bit;
    t->prediction[prediction] += prediction_bit;
    if (t->index[label] == t->index[prediction])
        t->both[label] += truth_bit & prediction_bit;
}

static bool is_uniform(const uint8_t *eight)
{
    uint64_t all;

    memcpy(&all, eight, sizeof all);
    return all == *eight * 0x0101010101010101u;
}

/* Eight pixels whose boundary bits are given. */
static void tally_eight(Tally *t, const uint8_t *labels, const uint8_t *predictions, unsigned truth,
                        unsigned prediction)
{
    if (!is_uniform(labels) || !is_uniform(predictions)) {
        for (unsigned i = 0; i < 8; i++)
            tally_pixel(t, labels[i], predictions[i], truth >> i & 1, prediction >> i & 1);
        return;
    }
    if (t->index[*labels] < 0)
        return;
    t->truth[*labels] += ones(truth);
    t->prediction[*predictions] += ones(prediction);
    if (t->index[*labels] == t->index[*predictions])
        t->both[*labels] += ones(truth & prediction);
}

static void tally_row(Tally *t, size_t width, const uint8_t *labels, const uint8_t *predictions,
                      const uint64_t *truth, const uint64_t *prediction)
{
    size_t i = 0;

    for (; i + 8 <= width; i += 8) {
        const unsigned a = truth[i / 64] >> i % 64 & 0xff;
        const unsigned b = prediction[i / 64] >> i % 64 & 0xff;

        if (a | b)
            tally_eight(t, labels + i, predictions + i, a, b);
    }
    for (; i < width; i++)
        tally_pixel(t, labels[i], predictions[i], truth[i / 64] >> i % 64 & 1,
                    prediction[i / 64] >> i % 64 & 1);
}

void volo_boundary_planes_clear(VoloBoundaryPlanes *planes)
{
    free(planes->truth);
    free(planes->prediction);
    free(planes->rows);
    free(planes->classes);
    *planes = (VoloBoundaryPlanes){ 0 };
}

static bool make_room(VoloBoundaryPlanes *p, size_t words)
{
    if (words <= p->words)
        return true;
    volo_boundary_planes_clear(p);
    p->truth = malloc(words * sizeof *p->truth);
    p->prediction = malloc(words * sizeof *p->prediction);
    p->rows = malloc(words * sizeof *p->rows);
    if (!p->truth || !p->prediction || !p->rows)
        return false;
    p->words = words;
    return true;
}

/* Two values of one class are no boundary: then values are folded first. */
static bool has_shared_classes(const VoloLabelSpace *space)
{
    for (size_t raw = 0; raw < 256; raw++) {
        if (space->index[raw] >= 0 && space->class_raw[space->index[raw]] != raw)
            return true;
    }
    return false;
}

static const uint8_t *fold(const VoloLabelSpace *space, const uint8_t *values, size_t count,
                           uint8_t *folded)
{
    for (size_t i = 0; i < count; i++) {
        const int class = space->index[values[i]];
        folded[i] = class >= 0 ? space->class_raw[class] : values[i];
    }
    return folded;
}

static VoloStatus find_both(VoloBoundaryPlanes *p, const Shape *s, const VoloLabelSpace *space,
                            const VoloImagePixels *pixels, VoloError *err)
{
    const size_t count = s->height * s->width;
    const uint8_t *values[2] = { pixels->labels, pixels->predictions };
    uint64_t *const planes[2] = { p->truth, p->prediction };
    const bool folds = has_shared_classes(space);

    if (folds && count > p->pixels) {
        free(p->classes);
        p->classes = malloc(count);
        p->pixels = p->classes ? count : 0;
        if (!p->classes)
            return volo_fail_memory(err, count);
    }
    for (size_t i = 0; i < 2; i++) {
        if (folds)
            values[i] = fold(space, values[i], count, p->classes);
        find_boundaries(s, values[i], p->rows, planes[i]);
    }
    return VOLO_OK;
}

static void add_counts(const VoloLabelSpace *space, const Tally *t, VoloBoundaryCounts *counts)
{
    for (size_t raw = 0; raw < 256; raw++) {
        const int class = space->index[raw];

        if (class < 0)
            continue;
        counts[class].both += t->both[raw];
        counts[class].truth += t->truth[raw];
        counts[class].prediction += t->prediction[raw];
    }
}

VoloStatus volo_boundary_count(VoloBoundaryPlanes *planes, const VoloLabelSpace *space,
                               const VoloImagePixels *pixels, double ratio,
                               VoloBoundaryCounts *counts, VoloError *err)
{
    Shape s = { .height = pixels->height,
                .width = pixels->width,
                .d = volo_boundary_distance(pixels->height, pixels->width, ratio) };
    const bool all = 2 * s.d >= s.height || 2 * s.d >= s.width;
    Tally tally = { .index = space->index };

    s.d = all ? 0 : s.d;
    s.words = (s.width + s.d) / 64 + 2;
    if (!make_room(planes, (s.height + s.d) * s.words))
        return volo_fail_memory(err, 3 * (s.height + s.d) * s.words * sizeof(uint64_t));
    if (all) {
        fill_plane(&s, planes->truth);
        fill_plane(&s, planes->prediction);
    } else {
        VOLO_TRY(find_both(planes, &s, space, pixels, err));
    }
    for (size_t y = 0; y < s.height; y++)
        tally_row(&tally, s.width, pixels->labels + y * s.width, pixels->predictions + y * s.width,
                  planes->truth + y * s.words, planes->prediction + y * s.words);
    add_counts(space, &tally, counts);
    return VOLO_OK;
}
