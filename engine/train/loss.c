/* SPDX-License-Identifier: Apache-2.0 */
/* The pass over all rows that sums the loss and makes the gradient. Pieces are some rows of logits
 * and the rows of full size that begin in them; what a piece adds to the row behind it is kept
 * apart and added at the end, so that every sum has one order. */
#include "train/loss.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/checked.h"
#include "base/parallel.h"
#include "train/loss_terms.h"

enum {
    PIECE = 4, /* rows of logits */
    ROUND = 16 /* floats; what begins in scratch is aligned to it */
};

typedef struct Pass {
    VoloLossRows rows;
    const VoloLossCount *whole;
    float factor; /* of the gradient */
    float *dlogits;
    size_t pieces;            /* a picture */
    float *spill;             /* [n,pieces,w,classes] for the row behind each piece */
    VoloLossSums *sums;       /* [n,pieces] */
    float *row_memory, *line; /* [threads] a row; [threads,w,classes] */
    float *mined, threshold;  /* [n,label_h,label_w] or NULL: keep all */
    VoloDice *dice;           /* [n] or NULL */
    double *dice_sums;
    float *push, *small;            /* of Lovász: [n,label_h,label_w], [n,h,w,classes]; or NULL */
    float *lovasz_memory;           /* [threads] */
    double *lovasz_loss;            /* [n] */
    size_t row_floats, line_floats; /* a thread */
} Pass;

/* --- memory --- */

/* A run of the scratch memory; at NULL it only measures. */
typedef struct Cutter {
    float *at;
    size_t floats;
    bool fits;
} Cutter;

static void *cut(Cutter *c, bool wanted, size_t count, size_t size, size_t times)
{
    size_t bytes, floats;
    float *at = c->at ? c->at + c->floats : NULL;

    if (!wanted)
        return NULL;
    if (!volo_mul(count, size, &bytes) || !volo_mul(bytes, times, &bytes) ||
        !volo_align(bytes, ROUND * sizeof(float), &bytes)) {
        c->fits = false;
        return NULL;
    }
    floats = bytes / sizeof(float);
    c->fits = c->fits && volo_add(c->floats, floats, &c->floats);
    return at;
}

/* Places all arrays of the pass. Floats they take, 0 when that overflows. */
static size_t place(Pass *pass, const VoloLossOptions *o, const VoloLossBatch *b, int threads,
                    float *scratch)
{
    const size_t slots = (size_t)threads, full = b->label_h * b->label_w;
    Cutter c = { scratch, 0, true };

    pass->pieces = (b->h + PIECE - 1) / PIECE;
    pass->row_floats = volo_loss_row_floats(o, b);
    pass->line_floats = (b->w * o->classes + ROUND - 1) / ROUND * ROUND;
    float *table = cut(&c, true, volo_loss_table_floats(b), sizeof *table, 1);
    pass->sums = cut(&c, true, b->n * pass->pieces, sizeof *pass->sums, 1);
    pass->spill = cut(&c, true, b->n * pass->pieces, b->w * o->classes, sizeof *pass->spill);
    pass->row_memory = cut(&c, true, slots, pass->row_floats, sizeof *pass->row_memory);
    pass->line = cut(&c, true, slots, pass->line_floats, sizeof *pass->line);
    pass->mined = cut(&c, o->ohem_threshold > 0, b->n, full, sizeof *pass->mined);
    pass->dice = cut(&c, o->dice > 0, b->n, sizeof *pass->dice, 1);
    pass->dice_sums =
        cut(&c, o->dice > 0, volo_loss_dice_doubles(o, b), sizeof *pass->dice_sums, 1);
    pass->push = cut(&c, o->lovasz > 0, b->n, full, sizeof *pass->push);
    pass->small = cut(&c, o->lovasz > 0, b->n * b->h, b->w * o->classes, sizeof *pass->small);
    pass->lovasz_loss = cut(&c, o->lovasz > 0, b->n, sizeof *pass->lovasz_loss, 1);
    pass->lovasz_memory =
        cut(&c, o->lovasz > 0, slots, volo_loss_lovasz_floats(o, b), sizeof *pass->lovasz_memory);
    if (scratch)
        pass->rows = volo_loss_rows(o, b, table);
    return c.fits ? c.floats : 0;
}

size_t volo_loss_scratch(const VoloLossOptions *o, const VoloLossBatch *b, int threads)
{
    Pass pass = { 0 };

    return place(&pass, o, b, threads, NULL);
}

/* --- pixels --- */

/* What is the same for all pixels of a piece. */
typedef struct Mix {
    VoloLossLabels labels;
    float cross_entropy;            /* factor of a pixel of weight 1 */
    float spread[VOLO_LOSS_LABELS]; /* of smoothing: factor · smoothing / classes · weight [classes]
                                     */
    float spread_sum;
    float slope[VOLO_LOSS_LABELS]; /* of Dice */
    const VoloDice *dice;          /* or NULL */
} Mix;

static Mix mix_of(const Pass *pass, size_t picture)
{
    const VoloLossOptions *o = pass->rows.options;
    Mix mix = { .labels = volo_loss_labels(o, volo_loss_group(pass->rows.batch, picture)) };

    if (pass->whole->weight > 0)
        mix.cross_entropy =
            (float)((double)pass->factor * (double)o->cross_entropy / pass->whole->weight);
    for (size_t c = 0; c < o->classes && o->smoothing > 0; c++) {
        const float weight = o->class_weight ? o->class_weight[c] : 1;

        mix.spread[c] = mix.cross_entropy * o->smoothing / (float)o->classes * weight;
        mix.spread_sum += mix.spread[c];
    }
    if (pass->dice && !mix.labels.group) {
        mix.dice = &pass->dice[picture];
        memcpy(mix.slope, mix.dice->slope, sizeof mix.slope);
    }
    return mix;
}

/* g [classes], which holds p, becomes p · (a + slope) - spread. */
static void scale_pixel(float *restrict g, float a, const float *restrict slope,
                        const float *restrict spread, size_t classes)
{
    for (size_t c = 0; c < classes; c++)
        g[c] = g[c] * (a + slope[c]) - spread[c];
}

/* The same where classes that share the label are pulled up together, by pull · p / p_label. */
static void scale_members(float *restrict g, float a, float pull, const uint8_t *restrict group,
                          uint8_t label, const float *restrict spread, size_t classes)
{
    for (size_t c = 0; c < classes; c++)
        g[c] = g[c] * (group[c] == label ? a - pull : a) - spread[c];
}

/* g [classes] -= pull · p / p_label for classes of the label, from the logits, since p_label is as
 * good as 0. */
static void pull_faint(float *g, const VoloLossRow *row, const uint8_t *group, size_t x,
                       size_t classes, float pull)
{
    const float *z = row->logits + x * classes;
    const uint8_t label = row->labels[x];
    double highest = -(double)INFINITY, sum = 0;

    for (size_t c = 0; c < classes; c++)
        highest = group[c] == label ? fmax(highest, (double)z[c]) : highest;
    for (size_t c = 0; c < classes; c++)
        sum += group[c] == label ? exp((double)z[c] - highest) : 0;
    for (size_t c = 0; c < classes; c++) {
        if (group[c] == label)
            g[c] -= pull * (float)(exp((double)z[c] - highest) / sum);
    }
}

/* The loss of the smoothed part: Σ weight · -log p / classes. */
static double spread_loss(const VoloLossOptions *o, const VoloLossRow *row, size_t x)
{
    const float *z = row->logits + x * o->classes, *p = row->p + x * o->classes;
    const uint8_t best = row->best[x];
    const double all = (double)z[best] - (double)logf(p[best]);
    double sum = 0;

    for (size_t c = 0; c < o->classes; c++)
        sum += (o->class_weight ? (double)o->class_weight[c] : 1) * (all - (double)z[c]);
    return sum / (double)o->classes;
}

/* Σ p · slope of Dice */
static float sloped(const Mix *mix, const float *p, size_t classes)
{
    float sum = 0;

    for (size_t c = 0; c < classes && mix->dice; c++)
        sum += p[c] * mix->slope[c];
    return sum;
}

/* Adds the loss of pixel x, whose weight is positive, and turns its p into the gradient. */
static void take_pixel(const Pass *pass, const Mix *mix, const VoloLossRow *row, size_t x,
                       size_t place, VoloLossSums *sums)
{
    const VoloLossOptions *o = pass->rows.options;
    const size_t classes = o->classes;
    const uint8_t label = row->labels[x], best = row->best[x];
    const float weight = mix->labels.weight[label];
    const bool kept = !pass->mined || pass->mined[place] < pass->threshold;
    static const float none[VOLO_LOSS_LABELS];
    const float *spread;
    float *g = row->p + x * classes, p_label;
    const double loss = volo_loss_pixel(row, &mix->labels, classes, x, &p_label);
    const float pull = kept ? mix->cross_entropy * weight * (1 - o->smoothing) : 0;

    sums->correct += (mix->labels.group ? mix->labels.group[best] : best) == label;
    if (kept) {
        sums->cross_entropy += (double)weight * (double)(1 - o->smoothing) * loss;
        if (o->smoothing > 0)
            sums->cross_entropy += (double)o->smoothing * spread_loss(o, row, x);
    }
    spread = kept ? mix->spread : none;
    const float level = pull + (kept ? mix->spread_sum : 0);
    if (mix->labels.group && p_label >= VOLO_LOSS_FAINT) {
        scale_members(g, level, pull / p_label, mix->labels.group, label, spread, classes);
    } else if (mix->labels.group) {
        scale_pixel(g, level, mix->slope, spread, classes);
        pull_faint(g, row, mix->labels.group, x, classes, pull);
    } else {
        const float hit = mix->dice ? mix->dice->hit[label] * p_label : 0;
        const float push = pass->push ? pass->push[place] : 0;

        scale_pixel(g, level + hit - push - sloped(mix, g, classes), mix->slope, spread, classes);
        g[label] -= pull + hit;
    }
}

/* row->p becomes the gradient of row y. */
static void take_row(const Pass *pass, const Mix *mix, const VoloLossRow *row, size_t first,
                     VoloLossSums *sums)
{
    const size_t w = pass->rows.batch->label_w, classes = pass->rows.options->classes;

    for (size_t x = 0; x < w; x++) {
        if (mix->labels.weight[row->labels[x]] > 0)
            take_pixel(pass, mix, row, x, first + x, sums);
        else
            memset(row->p + x * classes, 0, classes * sizeof *row->p);
    }
}

/* --- pieces --- */

/* y [count] += t · x */
static void add_scaled(float *restrict y, const float *restrict x, float t, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y[i] += t * x[i];
}

/* dlogits += line, the gradient of row y of a picture after the transpose of its columns. */
static void add_line(const Pass *pass, size_t picture, size_t piece, size_t y, const float *line)
{
    const VoloLossBatch *b = pass->rows.batch;
    const VoloLerp *rows = &pass->rows.rows;
    const size_t floats = b->w * pass->rows.options->classes;
    const size_t first = rows->first[y], second = rows->second[y];
    float *at = pass->dlogits + (picture * b->h + first) * floats, *next = at + floats;

    if (first == second) {
        add_scaled(at, line, 1, floats);
        return;
    }
    if (second == (piece + 1) * PIECE)
        next = pass->spill + (picture * pass->pieces + piece) * floats;
    add_scaled(at, line, 1 - rows->t[y], floats);
    add_scaled(next, line, rows->t[y], floats);
}

static void run_piece(const Pass *pass, size_t picture, size_t piece, int slot)
{
    const VoloLossBatch *b = pass->rows.batch;
    const size_t classes = pass->rows.options->classes, floats = b->w * classes;
    const size_t begin = piece * PIECE, end = begin + PIECE < b->h ? begin + PIECE : b->h;
    const size_t index = picture * pass->pieces + piece;
    float *line = pass->line + (size_t)slot * pass->line_floats;
    VoloLossRow row =
        volo_loss_row_in(&pass->rows, pass->row_memory + (size_t)slot * pass->row_floats);
    const Mix mix = mix_of(pass, picture);
    VoloLossSums sums = { 0 };

    memset(pass->dlogits + (picture * b->h + begin) * floats, 0,
           (end - begin) * floats * sizeof *pass->dlogits);
    memset(pass->spill + index * floats, 0, floats * sizeof *pass->spill);
    for (size_t y = 0; y < b->label_h; y++) {
        if (pass->rows.rows.first[y] < begin || pass->rows.rows.first[y] >= end)
            continue;
        volo_loss_row_fill(&pass->rows, &row, picture, y);
        take_row(pass, &mix, &row, (picture * b->label_h + y) * b->label_w, &sums);
        memset(line, 0, floats * sizeof *line);
        volo_loss_transpose_row(line, row.p, &pass->rows.columns, b->label_w, classes);
        add_line(pass, picture, piece, y, line);
    }
    pass->sums[index] = sums;
}

static void run_pieces(size_t first, size_t count, int slot, void *user)
{
    const Pass *pass = user;

    for (size_t i = first; i < first + count; i++)
        run_piece(pass, i / pass->pieces, i % pass->pieces, slot);
}

/* Adds up what the pieces kept apart. */
static VoloLossSums join_pieces(const Pass *pass)
{
    const VoloLossBatch *b = pass->rows.batch;
    const size_t floats = b->w * pass->rows.options->classes;
    VoloLossSums sums = { 0 };

    for (size_t i = 0; i < b->n * pass->pieces; i++) {
        const size_t row = i % pass->pieces * PIECE + PIECE;

        sums.cross_entropy += pass->sums[i].cross_entropy;
        sums.correct += pass->sums[i].correct;
        if (row < b->h)
            add_scaled(pass->dlogits + (i / pass->pieces * b->h + row) * floats,
                       pass->spill + i * floats, 1, floats);
    }
    if (pass->small)
        add_scaled(pass->dlogits, pass->small, 1, b->n * b->h * floats);
    for (size_t i = 0; i < b->n; i++) {
        sums.dice += pass->dice ? pass->dice[i].loss : 0;
        sums.lovasz += pass->push ? pass->lovasz_loss[i] : 0;
    }
    return sums;
}

/* The factor of the gradient of a term that is a mean over pictures. */
static double picture_factor(const Pass *pass, float term)
{
    const uint64_t pictures = pass->whole->pictures;

    return pictures > 0 ? (double)pass->factor * (double)term / (double)pictures : 0;
}

VoloLossSums volo_loss_run(const VoloLossOptions *o, const VoloLossBatch *b,
                           const VoloLossCount *whole, float factor, float *dlogits, float *scratch,
                           int threads)
{
    Pass pass = { .whole = whole, .factor = factor, .dlogits = dlogits };
    const size_t floats = place(&pass, o, b, threads, scratch);

    assert(floats > 0);
    (void)floats;
    if (pass.mined)
        pass.threshold = volo_loss_mine(&pass.rows, pass.mined, pass.row_memory, threads);
    if (pass.dice)
        volo_loss_dice(&pass.rows, pass.dice, picture_factor(&pass, o->dice), pass.dice_sums,
                       pass.row_memory, threads);
    if (pass.push)
        volo_loss_lovasz(&pass.rows, pass.small, pass.push, pass.lovasz_loss,
                         picture_factor(&pass, o->lovasz), pass.lovasz_memory,
                         volo_loss_lovasz_floats(o, b), threads);
    volo_parallel_rows(threads, b->n * pass.pieces, 1, run_pieces, &pass);
    return join_pieces(&pass);
}

double volo_loss_value(const VoloLossOptions *o, const VoloLossSums *sums,
                       const VoloLossCount *whole)
{
    double loss = 0;

    if (whole->weight > 0)
        loss += (double)o->cross_entropy * sums->cross_entropy / whole->weight;
    if (whole->pictures > 0)
        loss += ((double)o->dice * sums->dice + (double)o->lovasz * sums->lovasz) /
                (double)whole->pictures;
    return loss;
}
