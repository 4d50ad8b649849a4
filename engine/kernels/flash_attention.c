/* SPDX-License-Identifier: Apache-2.0 */
/* Attention without its score matrix (Milakov & Gimelshein 2018; Dao et al. 2022). Queries stand in
 * the lanes of vectors: scores come as [key,query], so maximum, exponential and sum need nothing
 * across lanes, keys and values are only ever broadcast, and a query never meets its neighbours. */
#include "kernels/level.h"
#include "kernels/vector.h"

#include <assert.h>
#include <math.h>

enum {
    VECTORS = 3,
    GROUP = VECTORS * VOLO_LANES, /* queries side by side */
    GROUPS = VOLO_ATTENTION_ROWS / GROUP,
    KEY_TILE = 128, /* keys whose scores with a group stay in L1 */
#if VOLO_VECTOR_BYTES == 64
    TILE_ROWS = 8, /* 24 accumulators of 32 registers */
#elif VOLO_VECTOR_BYTES == 32
    TILE_ROWS = 4,                     /* 12 of 16 */
#else
    TILE_ROWS = 2, /* 6 of 16; products need registers of their own */
#endif
};
_Static_assert(VOLO_ATTENTION_ROWS % GROUP == 0, "queries come in whole groups");

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

static size_t padded(size_t d)
{
    return (d + TILE_ROWS - 1) / TILE_ROWS * TILE_ROWS;
}

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

/* 2^x for x <= 0 within 2e-7 relative, but 2^-125 where it is less: beside the 1 of the largest
 * score that is nothing, and it keeps denormal numbers out. Exactly 1 at 0. */
static inline vf exp2_below(vf x)
{
    x = vf_max(x, vf_set(-125.0F));
#if VOLO_VECTOR_BYTES == 64
    enum {
        DOWN_TO_INTEGER = 1
    };
    const vf r = (vf)_mm512_reduce_ps((__m512)x, DOWN_TO_INTEGER); /* x - floor(x) */

    vf p = r * 0.0018671298F + 0.009017031F;
    p = p * r + 0.055799913F;
    p = p * r + 0.24016444F;
    p = p * r + 0.6931513F;
    p = p * r + 1.0F;
    return (vf)_mm512_scalef_ps((__m512)p, (__m512)x); /* p · 2^floor(x) */
#else
    const float rounder = 12582912.0F; /* 1.5 * 2^23: what is added to it becomes an integer */
    const vf shifted = x + rounder;
    const vf r = x - (shifted - rounder);

    vf p = r * 0.00132647203F + 0.00967151299F;
    p = p * r + 0.0555073395F;
    p = p * r + 0.240222424F;
    p = p * r + 0.693147004F;
    p = p * r + 1.0F;
    return (vf)((vu)p + ((vu)shifted << 23));
#endif
}

/* acc [TILE_ROWS,GROUP] += a · b [count,GROUP], a's rows a_row apart and its columns a_column */
VOLO_INLINE void multiply(vf acc[TILE_ROWS][VECTORS], const float *a, size_t a_row, size_t a_column,
                          const float *b, size_t count)
{
    const float *const end = b + count * GROUP;

    do {
        const vf b0 = vf_keep(vf_load(b)), b1 = vf_keep(vf_load(b + VOLO_LANES));
        const vf b2 = vf_keep(vf_load(b + 2 * VOLO_LANES));

        VOLO_UNROLL
        for (size_t i = 0; i < TILE_ROWS; i++) {
            const vf factor = vf_set(a[i * a_row]);

            acc[i][0] = vf_fma(factor, b0, acc[i][0]);
            acc[i][1] = vf_fma(factor, b1, acc[i][1]);
            acc[i][2] = vf_fma(factor, b2, acc[i][2]);
        }
        a += a_column;
        b += GROUP;
    } while (b < end);
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

/* y [keys,e] = x [keys,d], zeros beside; rows are too short for memcpy */
static __attribute__((noinline)) void copy_tile(float *y, size_t e, const float *x, size_t ld,
                                                size_t keys, size_t d)
{
    for (size_t i = 0; i < keys; i++, y += e, x += ld) {
        size_t j = 0;

        for (; j + VOLO_LANES <= d; j += VOLO_LANES)
            vf_store(y + j, vf_load(x + j));
        for (; j < e; j++)
            y[j] = j < d ? x[j] : 0.0F;
    }
}

/* y [columns,rows] = x [rows,columns] times factor */
static void transpose(float *y, size_t ldy, const float *x, size_t ldx, float factor, size_t rows,
                      size_t columns)
{
    size_t i = 0;

    for (; i + VOLO_LANES <= rows; i += VOLO_LANES)
        for (size_t j = 0; j < columns; j++)
            vf_store(y + j * ldy + i, vf_gather(x + i * ldx + j, ldx) * factor);
    for (; i < rows; i++)
        for (size_t j = 0; j < columns; j++)
            y[j * ldy + i] = x[i * ldx + j] * factor;
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

/* y [count,d] = sum / weight */
static void finish_group(float *y, size_t ldy, const Group *g, size_t count, size_t d)
{
    for (size_t j = 0; j < d; j++) {
        VOLO_UNROLL
        for (size_t l = 0; l < GROUP; l += VOLO_LANES) {
            float *const sum = g->sum + j * GROUP + l;

            vf_store(sum, vf_load(sum) * (1.0F / vf_load(g->weight + l)));
        }
    }
    transpose(y, ldy, g->sum, GROUP, 1.0F, d, count);
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* At most VOLO_ATTENTION_ROWS queries */
static void attend(float *y, size_t ldy, const float *q, const float *k, const float *v, size_t ld,
                   float scale, size_t r, size_t keys, const Work *s)
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
        finish_group(y + i * GROUP * ldy, ldy, &s->group[i], smaller(GROUP, r - i * GROUP), s->d);
}

static void flash_attention(float *y, size_t ldy, const float *q, const float *k, const float *v,
                            size_t ld, float scale, size_t r, size_t keys, size_t d, float *scratch)
{
    const float log2_e = 1.44269504F;
    const Work s = lay_out(scratch, d);

    assert(keys > 0 && d > 0);
    for (size_t i = 0; i < r; i += VOLO_ATTENTION_ROWS)
        attend(y + i * ldy, ldy, q + i * ld, k, v, ld, scale * log2_e,
               smaller(VOLO_ATTENTION_ROWS, r - i), keys, &s);
}

void VOLO_KERNEL(volo_fill_flash_attention)(VoloKernels *k)
{
    k->flash_attention = flash_attention;
    k->flash_attention_scratch = flash_attention_scratch;
}
