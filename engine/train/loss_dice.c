/* SPDX-License-Identifier: Apache-2.0 */
/* Dice loss of each picture: the mean over the classes c that its labels hold of
 * 1 - (2 Σ p y + 1) / (Σ p + Σ y + 1), sums over counted pixels, y = 1 where the label is c. */
#include "train/loss_terms.h"

#include <string.h>

#include "base/parallel.h"

enum {
    ROWS_PER_PIECE = 32,
    SUMS = 3 /* a class: Σ p y, Σ p, Σ y */
};

static const double smooth = 1;

typedef struct DicePass {
    const VoloLossRows *rows;
    double *sums; /* [n,pieces,classes,SUMS] */
    float *row_memory;
    size_t pieces; /* a picture */
} DicePass;

static size_t pieces_of(const VoloLossBatch *b)
{
    return (b->label_h + ROWS_PER_PIECE - 1) / ROWS_PER_PIECE;
}

size_t volo_loss_dice_doubles(const VoloLossOptions *o, const VoloLossBatch *b)
{
    return b->n * pieces_of(b) * o->classes * SUMS;
}

/* Adds the row; sums [classes,SUMS]. */
static void add_row(double *sums, const VoloLossRow *row, const VoloLossLabels *labels, size_t w,
                    size_t classes)
{
    for (size_t x = 0; x < w; x++) {
        const float *p = row->p + x * classes;
        const uint8_t label = row->labels[x];

        if (labels->weight[label] <= 0)
            continue;
        for (size_t c = 0; c < classes; c++)
            sums[c * SUMS + 1] += (double)p[c];
        sums[label * SUMS] += (double)p[label];
        sums[label * SUMS + 2] += 1;
    }
}

static void sum_pieces(size_t first, size_t count, int slot, void *user)
{
    const DicePass *pass = user;
    const VoloLossBatch *b = pass->rows->batch;
    const VoloLossOptions *o = pass->rows->options;
    VoloLossRow row =
        volo_loss_row_in(pass->rows, pass->row_memory + (size_t)slot * volo_loss_row_floats(o, b));

    for (size_t i = first; i < first + count; i++) {
        const size_t picture = i / pass->pieces, begin = i % pass->pieces * ROWS_PER_PIECE;
        const VoloLossLabels labels = volo_loss_labels(o, volo_loss_group(b, picture));
        double *sums = pass->sums + i * o->classes * SUMS;

        memset(sums, 0, o->classes * SUMS * sizeof *sums);
        for (size_t y = begin; y < begin + ROWS_PER_PIECE && y < b->label_h && !labels.group; y++) {
            volo_loss_row_fill(pass->rows, &row, picture, y);
            add_row(sums, &row, &labels, b->label_w, o->classes);
        }
    }
}

/* From sums [pieces,classes,SUMS] of one picture. */
static void finish(VoloDice *dice, double *sums, size_t pieces, size_t classes, double factor)
{
    size_t present = 0;

    memset(dice, 0, sizeof *dice);
    for (size_t i = classes * SUMS; i < pieces * classes * SUMS; i++)
        sums[i % (classes * SUMS)] += sums[i];
    for (size_t c = 0; c < classes; c++)
        present += sums[c * SUMS + 2] > 0;
    for (size_t c = 0; c < classes; c++) {
        const double above = 2 * sums[c * SUMS] + smooth;
        const double below = sums[c * SUMS + 1] + sums[c * SUMS + 2] + smooth;

        if (sums[c * SUMS + 2] <= 0)
            continue;
        dice->loss += (1 - above / below) / (double)present;
        dice->slope[c] = (float)(factor * above / (below * below) / (double)present);
        dice->hit[c] = (float)(factor * 2 / below / (double)present);
    }
}

void volo_loss_dice(const VoloLossRows *r, VoloDice *dice, double factor, double *sums,
                    float *row_memory, int threads)
{
    const size_t pieces = pieces_of(r->batch), classes = r->options->classes;
    DicePass pass = { r, sums, row_memory, pieces };

    volo_parallel_rows(threads, r->batch->n * pieces, 1, sum_pieces, &pass);
    for (size_t i = 0; i < r->batch->n; i++)
        finish(&dice[i], sums + i * pieces * classes * SUMS, pieces, classes, factor);
}
