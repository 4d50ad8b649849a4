/* SPDX-License-Identifier: Apache-2.0 */
/* Lovász-softmax of each picture (Berman et al., CVPR 2018): the mean over the classes that its
 * labels hold of the Lovász extension of 1 - IoU at the errors |y - p|. The errors of a class must
 * be sorted, so they exist at full size, but for one class of one picture a thread. */
#include "train/loss_terms.h"

#include <math.h>
#include <string.h>

#include "base/parallel.h"

enum {
    DIGIT_BITS = 11,
    DIGITS = 3,
    BUCKETS = 1 << DIGIT_BITS
};

typedef struct LovaszPass {
    const VoloLossRows *rows;
    float *small, *push;
    double *loss, factor;
    float *memory;
    size_t slot_floats;
} LovaszPass;

/* What a thread works in; pixels are those of one picture. */
typedef struct LovaszBench {
    float *row_memory;
    float *level;       /* [pixels] log of the sum of e^z */
    float *p, *slope;   /* [pixels] of the class; slope: d loss / dp */
    uint32_t *key[2];   /* [pixels] errors, as bits that rise as errors fall */
    uint32_t *index[2]; /* [pixels] which pixels they are of */
    float *channel;     /* [h,w] logits of the class */
    float *back;        /* [h,w] the gradient brought back */
    float *line;        /* [label_w] */
} LovaszBench;

size_t volo_loss_lovasz_floats(const VoloLossOptions *o, const VoloLossBatch *b)
{
    const size_t floats =
        volo_loss_row_floats(o, b) + 7 * b->label_h * b->label_w + 2 * b->h * b->w + b->label_w;

    return (floats + 15) & ~(size_t)15;
}

static LovaszBench bench_in(const VoloLossRows *r, float *memory)
{
    const VoloLossBatch *b = r->batch;
    const size_t pixels = b->label_h * b->label_w;
    float *at = memory + volo_loss_row_floats(r->options, b);

    return (LovaszBench){
        .row_memory = memory,
        .level = at,
        .p = at + pixels,
        .slope = at + 2 * pixels,
        .key = { (uint32_t *)(at + 3 * pixels), (uint32_t *)(at + 4 * pixels) },
        .index = { (uint32_t *)(at + 5 * pixels), (uint32_t *)(at + 6 * pixels) },
        .channel = at + 7 * pixels,
        .back = at + 7 * pixels + b->h * b->w,
        .line = at + 7 * pixels + 2 * b->h * b->w,
    };
}

/* --- the errors of one class --- */

static void fill_level(const VoloLossRows *r, LovaszBench *bench, size_t picture)
{
    const VoloLossBatch *b = r->batch;
    const size_t classes = r->options->classes;
    VoloLossRow row = volo_loss_row_in(r, bench->row_memory);

    for (size_t y = 0; y < b->label_h; y++) {
        volo_loss_row_fill(r, &row, picture, y);
        for (size_t x = 0; x < b->label_w; x++) {
            const size_t best = x * classes + row.best[x];

            bench->level[y * b->label_w + x] = row.logits[best] - logf(row.p[best]);
        }
    }
}

/* bench->p = probabilities of class c */
static void fill_class(const VoloLossRows *r, LovaszBench *bench, size_t picture, size_t c)
{
    const VoloLossBatch *b = r->batch;
    const size_t cells = b->h * b->w, classes = r->options->classes;
    const float *x = b->logits + picture * cells * classes;

    for (size_t i = 0; i < cells; i++)
        bench->channel[i] = x[i * classes + c];
    for (size_t y = 0; y < b->label_h; y++) {
        float *p = bench->p + y * b->label_w;
        const float *level = bench->level + y * b->label_w;

        volo_kernels()->bilinear_row(p, 1, bench->channel + r->rows.first[y] * b->w,
                                     bench->channel + r->rows.second[y] * b->w, r->rows.t[y],
                                     &r->columns, b->label_w, 1, false);
        for (size_t i = 0; i < b->label_w; i++)
            p[i] = expf(p[i] - level[i]);
    }
}

/* Fills key and index [0] with the counted pixels; returns how many. */
static size_t fill_keys(LovaszBench *bench, const VoloLossLabels *labels, const uint8_t *label,
                        size_t pixels, size_t c)
{
    size_t count = 0;

    for (size_t i = 0; i < pixels; i++) {
        const float error = label[i] == c ? 1 - bench->p[i] : bench->p[i];
        const float positive = error > 0 ? error : 0;
        uint32_t bits;

        if (labels->weight[label[i]] <= 0)
            continue;
        memcpy(&bits, &positive, sizeof bits);
        bench->key[0][count] = ~bits;
        bench->index[0][count++] = (uint32_t)i;
    }
    return count;
}

/* Sorts by key, stably, digit by digit; the result is in key and index [DIGITS % 2]. */
static void sort_keys(LovaszBench *bench, size_t count)
{
    for (int digit = 0; digit < DIGITS; digit++) {
        const uint32_t *key = bench->key[digit % 2], *index = bench->index[digit % 2];
        uint32_t *to_key = bench->key[1 - digit % 2], *to_index = bench->index[1 - digit % 2];
        size_t place[BUCKETS + 1] = { 0 };

        for (size_t i = 0; i < count; i++)
            place[(key[i] >> (digit * DIGIT_BITS) & (BUCKETS - 1)) + 1]++;
        for (size_t i = 1; i < BUCKETS; i++)
            place[i] += place[i - 1];
        for (size_t i = 0; i < count; i++) {
            const size_t to = place[key[i] >> (digit * DIGIT_BITS) & (BUCKETS - 1)]++;

            to_key[to] = key[i];
            to_index[to] = index[i];
        }
    }
}

/* The loss of class c, and in slope its derivative by p; area: pixels of the class. */
static double extend(LovaszBench *bench, const uint8_t *label, size_t count, size_t c, size_t area)
{
    const uint32_t *key = bench->key[DIGITS % 2], *index = bench->index[DIGITS % 2];
    double left = (double)area, both = (double)area, before = 0, loss = 0;

    for (size_t i = 0; i < count; i++) {
        const bool hit = label[index[i]] == c;
        const uint32_t bits = ~key[i];
        float error;

        memcpy(&error, &bits, sizeof error);
        left -= hit;
        both += !hit;
        const double jaccard = 1 - left / both, step = jaccard - before;
        before = jaccard;
        loss += (double)error * step;
        bench->slope[index[i]] = (float)(hit ? -step : step);
    }
    return loss;
}

/* --- the gradient --- */

/* Adds p · slope to push and brings it back to channel c of small [h,w,classes]. */
static void bring_back(const VoloLossRows *r, LovaszBench *bench, float *small, float *push,
                       size_t c, float factor)
{
    const VoloLossBatch *b = r->batch;
    const size_t classes = r->options->classes;

    memset(bench->back, 0, b->h * b->w * sizeof *bench->back);
    for (size_t y = 0; y < b->label_h; y++) {
        const size_t at = y * b->label_w, first = r->rows.first[y], second = r->rows.second[y];
        float *line = bench->line;

        for (size_t x = 0; x < b->label_w; x++) {
            const float value = factor * bench->p[at + x] * bench->slope[at + x];

            push[at + x] += value;
            line[x] = value * (first == second ? 1 : 1 - r->rows.t[y]);
        }
        volo_loss_transpose_row(bench->back + first * b->w, line, &r->columns, b->label_w, 1);
        if (first == second)
            continue;
        for (size_t x = 0; x < b->label_w; x++)
            line[x] = factor * bench->p[at + x] * bench->slope[at + x] * r->rows.t[y];
        volo_loss_transpose_row(bench->back + second * b->w, line, &r->columns, b->label_w, 1);
    }
    for (size_t i = 0; i < b->h * b->w; i++)
        small[i * classes + c] = bench->back[i];
}

static size_t area_of(const uint8_t *label, size_t pixels, size_t c)
{
    size_t area = 0;

    for (size_t i = 0; i < pixels; i++)
        area += label[i] == c;
    return area;
}

static void run_picture(const LovaszPass *pass, LovaszBench *bench, size_t picture)
{
    const VoloLossRows *r = pass->rows;
    const VoloLossBatch *b = r->batch;
    const size_t classes = r->options->classes, pixels = b->label_h * b->label_w;
    const uint8_t *label = b->labels + picture * pixels;
    const VoloLossLabels labels = volo_loss_labels(r->options, volo_loss_group(b, picture));
    size_t area[VOLO_LOSS_LABELS], present = 0;

    pass->loss[picture] = 0;
    if (labels.group)
        return;
    for (size_t c = 0; c < classes; c++) {
        area[c] = labels.weight[c] > 0 ? area_of(label, pixels, c) : 0;
        present += area[c] > 0;
    }
    fill_level(r, bench, picture);
    for (size_t c = 0; c < classes; c++) {
        if (area[c] == 0)
            continue;
        fill_class(r, bench, picture, c);
        const size_t count = fill_keys(bench, &labels, label, pixels, c);
        sort_keys(bench, count);
        memset(bench->slope, 0, pixels * sizeof *bench->slope);
        pass->loss[picture] += extend(bench, label, count, c, area[c]) / (double)present;
        bring_back(r, bench, pass->small + picture * b->h * b->w * classes,
                   pass->push + picture * pixels, c, (float)(pass->factor / (double)present));
    }
}

static void run_pictures(size_t first, size_t count, int slot, void *user)
{
    const LovaszPass *pass = user;
    LovaszBench bench = bench_in(pass->rows, pass->memory + (size_t)slot * pass->slot_floats);

    for (size_t i = first; i < first + count; i++)
        run_picture(pass, &bench, i);
}

void volo_loss_lovasz(const VoloLossRows *r, float *small, float *push, double *loss, double factor,
                      float *memory, size_t slot_floats, int threads)
{
    const VoloLossBatch *b = r->batch;
    LovaszPass pass = { r, small, push, loss, factor, memory, slot_floats };

    memset(small, 0, b->n * b->h * b->w * r->options->classes * sizeof *small);
    memset(push, 0, b->n * b->label_h * b->label_w * sizeof *push);
    volo_parallel_rows(threads, b->n, 1, run_pictures, &pass);
}
