/* SPDX-License-Identifier: Apache-2.0 */
/* Attention without its score matrix (Milakov & Gimelshein 2018; Dao et al. 2022): a running
 * maximum and sum for each query, key tile by key tile. */
#include "kernels/attention_tiles.h"
#include "kernels/level.h"

#include <assert.h>
#include <math.h>

/* What a group of queries carries from one tile of keys to the next; e is d padded to TILE_ROWS. */
typedef struct Group {
    float *query;   /* [d,GROUP], times scale and log2(e) */
    float *sum;     /* [e,GROUP]: of values, weighted */
    float *weight;  /* [GROUP]: sum of the weights */
    float *largest; /* [GROUP]: score so far */
} Group;

/* Everything in scratch. */
typedef struct Work {
    Group group[GROUPS];
    float *key;   /* [KEY_TILE,d] */
    float *value; /* [KEY_TILE,e] */
    float *score; /* [KEY_TILE,GROUP] */
    size_t d, e;
} Work;

static size_t flash_attention_scratch(size_t d)
{
    return GROUPS * GROUP * (d + padded(d) + 2) + KEY_TILE * (d + padded(d) + GROUP);
}

static Work lay_out(float *scratch, size_t d)
{
    Work s = { .d = d, .e = padded(d) };

    for (size_t i = 0; i < GROUPS; i++) {
        s.group[i] = (Group){ scratch, scratch + GROUP * d, scratch + GROUP * (d + s.e),
                              scratch + GROUP * (d + s.e + 1) };
        scratch += GROUP * (d + s.e + 2);
    }
    s.score = scratch;
    s.value = s.score + KEY_TILE * GROUP;
    s.key = s.value + KEY_TILE * s.e;
    return s;
}

/* top [VECTORS] = maximum of itself and of score [count,GROUP] */
static void raise_top(vf top[VECTORS], const float *score, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        VOLO_UNROLL
        for (size_t l = 0; l < VECTORS; l++)
            top[l] = vf_max(vf_load(score + i * GROUP + l * VOLO_LANES), top[l]);
    }
}

/* score [keys,GROUP] = key [keys,d] · query [d,GROUP], for whole tiles of rows; top [VECTORS] =
 * maximum of itself and of the keys' scores */
static __attribute__((noinline)) void multiply_keys(float *score, vf top[VECTORS], const float *key,
                                                    const float *query, size_t keys, size_t d)
{
    for (size_t i = 0; i < keys; i += TILE_ROWS, score += TILE_ROWS * GROUP) {
        vf acc[TILE_ROWS][VECTORS] = { { { 0 } } };

        multiply(acc, key + i * d, d, 1, query, d);
        VOLO_UNROLL
        for (size_t j = 0; j < TILE_ROWS; j++) {
            VOLO_UNROLL
            for (size_t l = 0; l < VECTORS; l++)
                vf_store(score + j * GROUP + l * VOLO_LANES, acc[j][l]);
        }
        if (i + TILE_ROWS > keys) {
            raise_top(top, score, keys - i); /* the other rows are not keys */
            return;
        }
        VOLO_UNROLL
        for (size_t l = 0; l < VECTORS; l++) {
            VOLO_UNROLL
            for (size_t j = 0; j < TILE_ROWS; j++)
                top[l] = vf_max(acc[j][l], top[l]);
        }
    }
}

/* score [keys,GROUP] = 2^(score - top); weight = weight · factor + their sums */
static __attribute__((noinline)) void exponentiate(float *score, float *weight,
                                                   const vf top[VECTORS], const vf factor[VECTORS],
                                                   size_t keys)
{
    vf most[VECTORS], sum[VECTORS];

    VOLO_UNROLL
    for (size_t l = 0; l < VECTORS; l++) {
        most[l] = top[l];
        sum[l] = vf_load(weight + l * VOLO_LANES) * factor[l];
    }
    for (size_t i = 0; i < keys; i++, score += GROUP) {
        VOLO_UNROLL
        for (size_t l = 0; l < VECTORS; l++) {
            const vf e = exp2_below(vf_load(score + l * VOLO_LANES) - most[l]);

            vf_store(score + l * VOLO_LANES, e);
            sum[l] += e;
        }
    }
    VOLO_UNROLL
    for (size_t l = 0; l < VECTORS; l++)
        vf_store(weight + l * VOLO_LANES, sum[l]);
}

/* sum [e,GROUP] = sum · factor + value [keys,e]ᵀ · score [keys,GROUP] */
static __attribute__((noinline)) void add_values(float *sum, const vf factor[VECTORS],
                                                 const float *value, const float *score,
                                                 size_t keys, size_t e)
{
    for (size_t i = 0; i < e; i += TILE_ROWS, sum += TILE_ROWS * GROUP) {
        vf acc[TILE_ROWS][VECTORS];

        VOLO_UNROLL
        for (size_t j = 0; j < TILE_ROWS; j++) {
            VOLO_UNROLL
            for (size_t l = 0; l < VECTORS; l++)
                acc[j][l] = vf_load(sum + j * GROUP + l * VOLO_LANES) * factor[l];
        }
        multiply(acc, value + i, 1, e, score, keys);
        VOLO_UNROLL
        for (size_t j = 0; j < TILE_ROWS; j++) {
            VOLO_UNROLL
            for (size_t l = 0; l < VECTORS; l++)
                vf_store(sum + j * GROUP + l * VOLO_LANES, acc[j][l]);
        }
    }
}

/* The group's queries q [count,d] as columns, zeros for those that are not there. */
static void start_group(const Group *g, const float *q, size_t ld, float scale, size_t count,
                        size_t d, size_t e)
{
    if (count < GROUP)
        memset(g->query, 0, GROUP * d * sizeof *g->query);
    transpose(g->query, GROUP, q, ld, scale, count, d);
    memset(g->sum, 0, GROUP * e * sizeof *g->sum);
    memset(g->weight, 0, GROUP * sizeof *g->weight);
    for (size_t i = 0; i < GROUP; i++)
        g->largest[i] = -INFINITY;
}

static void add_tile(const Work *s, const Group *g, size_t keys)
{
    vf top[VECTORS], factor[VECTORS]; /* by what a higher top shrinks all earlier weights */

    VOLO_UNROLL
    for (size_t l = 0; l < VECTORS; l++)
        top[l] = vf_load(g->largest + l * VOLO_LANES);
    multiply_keys(s->score, top, s->key, g->query, keys, s->d);
    VOLO_UNROLL
    for (size_t l = 0; l < VECTORS; l++) {
        factor[l] = exp2_below(vf_load(g->largest + l * VOLO_LANES) - top[l]);
        vf_store(g->largest + l * VOLO_LANES, top[l]);
    }
    exponentiate(s->score, g->weight, top, factor, keys);
    add_values(g->sum, factor, s->value, s->score, keys, s->e);
}

/* y [count,d] = sum / weight; lse [count], if any, is the logarithm of all weights */
static void finish_group(float *y, size_t ldy, float *lse, const Group *g, size_t count, size_t d)
{
    for (size_t i = 0; i < count && lse; i++)
        lse[i] = (g->largest[i] + log2f(g->weight[i])) * LN_2;
    for (size_t j = 0; j < d; j++) {
        VOLO_UNROLL
        for (size_t l = 0; l < GROUP; l += VOLO_LANES) {
            float *const sum = g->sum + j * GROUP + l;

            vf_store(sum, vf_load(sum) * (1.0F / vf_load(g->weight + l)));
        }
    }
    transpose(y, ldy, g->sum, GROUP, 1.0F, d, count);
}

/* At most VOLO_ATTENTION_ROWS queries */
static void attend(float *y, size_t ldy, float *lse, const float *q, const float *k, const float *v,
                   size_t ld, float scale, size_t r, size_t keys, const Work *s)
{
    const size_t groups = (r + GROUP - 1) / GROUP;

    for (size_t i = 0; i < groups; i++)
        start_group(&s->group[i], q + i * GROUP * ld, ld, scale, smaller(GROUP, r - i * GROUP),
                    s->d, s->e);
    for (size_t i = 0; i < keys; i += KEY_TILE) {
        const size_t count = smaller(KEY_TILE, keys - i);

        copy_tile(s->key, s->d, k + i * ld, ld, count, s->d);
        copy_tile(s->value, s->e, v + i * ld, ld, count, s->d);
        memset(s->key + count * s->d, 0, (KEY_TILE - count) * s->d * sizeof *s->key);
        for (size_t j = 0; j < groups; j++)
            add_tile(s, &s->group[j], count);
    }
    for (size_t i = 0; i < groups; i++)
        finish_group(y + i * GROUP * ldy, ldy, lse ? lse + i * GROUP : NULL, &s->group[i],
                     smaller(GROUP, r - i * GROUP), s->d);
}

static void flash_attention(float *y, size_t ldy, float *lse, const float *q, const float *k,
                            const float *v, size_t ld, float scale, size_t r, size_t keys, size_t d,
                            float *scratch)
{
    const Work s = lay_out(scratch, d);

    assert(keys > 0 && d > 0);
    for (size_t i = 0; i < r; i += VOLO_ATTENTION_ROWS)
        attend(y + i * ldy, ldy, lse ? lse + i : NULL, q + i * ld, k, v, ld, scale * LOG2_E,
               smaller(VOLO_ATTENTION_ROWS, r - i), keys, &s);
}

void VOLO_KERNEL(volo_fill_flash_attention)(VoloKernels *k)
{
    k->flash_attention = flash_attention;
    k->flash_attention_scratch = flash_attention_scratch;
}
