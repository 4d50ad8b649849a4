/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of the loss. */
#include "train/loss_rows.h"

#include <math.h>

/* --- labels --- */

static float class_weight(const VoloLossOptions *o, size_t c)
{
    return o->class_weight ? o->class_weight[c] : 1;
}

VoloLossLabels volo_loss_labels(const VoloLossOptions *o, const uint8_t *group)
{
    VoloLossLabels labels = { .group = group };
    size_t members[VOLO_LOSS_LABELS] = { 0 };

    for (size_t c = 0; c < o->classes; c++) {
        const size_t label = group ? group[c] : c;

        labels.weight[label] += class_weight(o, c);
        members[label]++;
    }
    for (size_t label = 0; label < VOLO_LOSS_LABELS; label++) {
        if (members[label] > 1)
            labels.weight[label] /= (float)members[label];
    }
    labels.weight[VOLO_LOSS_IGNORED] = 0;
    return labels;
}

const uint8_t *volo_loss_group(const VoloLossBatch *b, size_t picture)
{
    return b->group ? b->group[picture] : NULL;
}

VoloLossCount volo_loss_count(const VoloLossOptions *o, const VoloLossBatch *b)
{
    const size_t pixels = b->label_h * b->label_w;
    VoloLossCount count = { 0 };

    for (size_t i = 0; i < b->n; i++) {
        const VoloLossLabels labels = volo_loss_labels(o, volo_loss_group(b, i));
        uint64_t found[VOLO_LOSS_LABELS] = { 0 };

        for (size_t j = 0; j < pixels; j++)
            found[b->labels[i * pixels + j]]++;
        for (size_t label = 0; label < VOLO_LOSS_LABELS; label++) {
            count.weight += (double)found[label] * (double)labels.weight[label];
            count.pixels += labels.weight[label] > 0 ? found[label] : 0;
        }
        count.pictures += labels.group == NULL;
    }
    return count;
}

/* --- rows --- */

size_t volo_loss_table_floats(const VoloLossBatch *b)
{
    return 3 * (b->label_h + b->label_w);
}

size_t volo_loss_row_floats(const VoloLossOptions *o, const VoloLossBatch *b)
{
    return (b->label_w * (2 * o->classes + 1) + 15) & ~(size_t)15;
}

static VoloLerp lerp_in(float **table, size_t in, size_t out, bool align_corners)
{
    uint32_t *first = (uint32_t *)*table, *second = first + out;
    float *t = *table + 2 * out;

    volo_lerp_table(first, second, t, in, out, align_corners);
    *table += 3 * out;
    return (VoloLerp){ first, second, t };
}

VoloLossRows volo_loss_rows(const VoloLossOptions *o, const VoloLossBatch *b, float *table)
{
    VoloLossRows r = { .options = o, .batch = b };

    r.rows = lerp_in(&table, b->h, b->label_h, o->align_corners);
    r.columns = lerp_in(&table, b->w, b->label_w, o->align_corners);
    return r;
}

VoloLossRow volo_loss_row_in(const VoloLossRows *r, float *memory)
{
    const size_t floats = r->batch->label_w * r->options->classes;

    return (VoloLossRow){ .logits = memory,
                          .p = memory + floats,
                          .best = (uint8_t *)(memory + 2 * floats) };
}

void volo_loss_row_fill(const VoloLossRows *r, VoloLossRow *row, size_t picture, size_t y)
{
    const VoloLossBatch *b = r->batch;
    const size_t c = r->options->classes, line = b->w * c;
    const float *x = b->logits + picture * b->h * line;

    row->labels = b->labels + (picture * b->label_h + y) * b->label_w;
    volo_kernels()->bilinear_row(row->logits, c, x + r->rows.first[y] * line,
                                 x + r->rows.second[y] * line, r->rows.t[y], &r->columns,
                                 b->label_w, c, false);
    volo_kernels()->softmax(row->p, row->logits, 1, b->label_w, c);
    volo_kernels()->argmax_row(row->best, row->logits, b->label_w, c);
}

/* --- one pixel --- */

static bool is_member(const VoloLossLabels *labels, size_t c, uint8_t label)
{
    return labels->group ? labels->group[c] == label : c == label;
}

/* The same where p is too small: from z [classes] and the most likely class, of probability p_best.
 */
static double faint_pixel(const float *z, const VoloLossLabels *labels, uint8_t label,
                          size_t classes, size_t best, float p_best)
{
    double highest = -(double)INFINITY, sum = 0;

    for (size_t c = 0; c < classes; c++) {
        if (is_member(labels, c, label) && (double)z[c] > highest)
            highest = (double)z[c];
    }
    for (size_t c = 0; c < classes; c++) {
        if (is_member(labels, c, label))
            sum += exp((double)z[c] - highest);
    }
    return (double)z[best] - (double)logf(p_best) - highest - log(sum);
}

double volo_loss_pixel(const VoloLossRow *row, const VoloLossLabels *labels, size_t classes,
                       size_t x, float *ret_p)
{
    const float *p = row->p + x * classes, *z = row->logits + x * classes;
    const uint8_t label = row->labels[x];
    float sum = 0;

    if (labels->group) {
        for (size_t c = 0; c < classes; c++)
            sum += labels->group[c] == label ? p[c] : 0;
    } else {
        sum = p[label];
    }
    *ret_p = sum;
    if (sum >= VOLO_LOSS_FAINT || isnan(sum))
        return -(double)logf(sum);
    return faint_pixel(z, labels, label, classes, row->best[x], p[row->best[x]]);
}

void volo_loss_transpose_row(float *small, const float *g, const VoloLerp *columns, size_t label_w,
                             size_t c)
{
    for (size_t x = 0; x < label_w; x++, g += c) {
        float *restrict a = small + columns->first[x] * c;
        float *restrict b = small + columns->second[x] * c;
        const float t = columns->t[x], rest = 1 - t;

        for (size_t k = 0; k < c && a == b; k++)
            a[k] += g[k];
        for (size_t k = 0; k < c && a != b; k++) {
            a[k] += rest * g[k];
            b[k] += t * g[k];
        }
    }
}
