/* SPDX-License-Identifier: Apache-2.0 */
/* Attention backwards without its score matrix (Dao et al. 2022): weights are made again from the
 * forward's log-sum-exp, tile by tile. For each tile of keys all groups of queries pass by; dk and
 * dv grow in the tile, dq in the groups. */
#include "kernels/attention_tiles.h"
#include "kernels/level.h"

#include <assert.h>

/* Of GROUP queries; those that are not there are zeros. */
typedef struct Group {
    float *query;                      /* [d,GROUP], times scale and log2(e) */
    float *gradient;                   /* [d,GROUP]: dy */
    float *sum;                        /* [e,GROUP]: dq */
    float *lse;                        /* [GROUP], times log2(e) */
    float *delta;                      /* [GROUP]: Σ dy · y */
    float *query_rows, *gradient_rows; /* [GROUP,f] */
    size_t count;
} Group;

/* Everything else in scratch; e is d padded to TILE_ROWS, f is d padded to whole vectors. */
typedef struct Work {
    float *key, *value;         /* [KEY_TILE,e] */
    float *score, *product;     /* [KEY_TILE,GROUP]: then p and ds */
    float *key_sum, *value_sum; /* [KEY_TILE,f]: dk, dv */
    size_t d, e, f;
} Work;

static size_t whole_vectors(size_t d)
{
    return (d + VOLO_LANES - 1) / VOLO_LANES * VOLO_LANES;
}

static size_t group_floats(size_t d)
{
    return GROUP * (2 * d + padded(d) + 2 + 2 * whole_vectors(d));
}

static size_t flash_attention_gradient_scratch(size_t r, size_t d)
{
    return (r + GROUP - 1) / GROUP * group_floats(d) +
           KEY_TILE * 2 * (padded(d) + GROUP + whole_vectors(d));
}

static Work lay_out(float *scratch, size_t d)
{
    Work s = { .d = d, .e = padded(d), .f = whole_vectors(d) };

    s.score = scratch;
    s.product = s.score + KEY_TILE * GROUP;
    s.key_sum = s.product + KEY_TILE * GROUP;
    s.value_sum = s.key_sum + KEY_TILE * s.f;
    s.key = s.value_sum + KEY_TILE * s.f;
    s.value = s.key + KEY_TILE * s.e;
    return s;
}

/* The place of group i, its queries or not yet in it. */
static Group group_at(const Work *s, size_t i, size_t r)
{
    float *const at = s->value + KEY_TILE * s->e + i * group_floats(s->d);
    Group g = { .query = at, .count = smaller(GROUP, r - i * GROUP) };

    g.gradient = g.query + GROUP * s->d;
    g.sum = g.gradient + GROUP * s->d;
    g.lse = g.sum + GROUP * s->e;
    g.delta = g.lse + GROUP;
    g.query_rows = g.delta + GROUP;
    g.gradient_rows = g.query_rows + GROUP * s->f;
    return g;
}

static float dot(const float *a, const float *b, size_t d)
{
    vf sum = { 0 };
    size_t i = 0;

    for (; i + VOLO_LANES <= d; i += VOLO_LANES)
        sum = vf_fma(vf_load(a + i), vf_load(b + i), sum);
    if (i < d)
        sum = vf_fma(vf_load_some(a + i, d - i), vf_load_some(b + i, d - i), sum);
    return vf_sum(sum);
}

static void start_group(const Group *g, const VoloAttentionGradient *job, size_t first,
                        const Work *s)
{
    const float *const q = job->q + first * job->ld, *const dy = job->dy + first * job->ldy;

    if (g->count < GROUP)
        memset(g->query, 0, (size_t)(g->query_rows - g->query) * sizeof *g->query);
    memset(g->sum, 0, GROUP * s->e * sizeof *g->sum);
    copy_tile(g->query_rows, s->f, q, job->ld, g->count, s->d);
    copy_tile(g->gradient_rows, s->f, dy, job->ldy, g->count, s->d);
    transpose(g->query, GROUP, g->query_rows, s->f, job->scale * LOG2_E, g->count, s->d);
    transpose(g->gradient, GROUP, g->gradient_rows, s->f, 1.0F, g->count, s->d);
    for (size_t i = 0; i < g->count; i++) {
        g->lse[i] = job->lse[first + i] * LOG2_E;
        g->delta[i] = dot(dy + i * job->ldy, job->y + (first + i) * job->ldy, s->d);
    }
}

/* y [rows,GROUP] = a [rows,d] · b [d,GROUP], a's rows e apart, for whole tiles of rows */
static __attribute__((noinline)) void multiply_tile(float *y, const float *a, const float *b,
                                                    size_t rows, size_t d, size_t e)
{
    for (size_t i = 0; i < rows; i += TILE_ROWS, y += TILE_ROWS * GROUP) {
        vf acc[TILE_ROWS][VECTORS] = { { { 0 } } };

        multiply(acc, a + i * e, e, 1, b, d);
        VOLO_UNROLL
        for (size_t j = 0; j < TILE_ROWS; j++) {
            VOLO_UNROLL
            for (size_t l = 0; l < VECTORS; l++)
                vf_store(y + j * GROUP + l * VOLO_LANES, acc[j][l]);
        }
    }
}

/* p [keys,GROUP] = 2^(score - lse); ds [keys,GROUP] = p · (product - delta), in their places.
 * Weights below 2^-60 are that: it is nothing, and ds stays clear of denormal numbers. */
static __attribute__((noinline)) void weigh(float *score, float *product, const Group *g,
                                            size_t keys)
{
    vf lse[VECTORS], delta[VECTORS];

    VOLO_UNROLL
    for (size_t l = 0; l < VECTORS; l++) {
        lse[l] = vf_load(g->lse + l * VOLO_LANES);
        delta[l] = vf_load(g->delta + l * VOLO_LANES);
    }
    for (size_t i = 0; i < keys * GROUP; i += GROUP) {
        VOLO_UNROLL
        for (size_t l = 0; l < VECTORS; l++) {
            float *const at = score + i + l * VOLO_LANES, *const to = product + i + l * VOLO_LANES;
            const vf x = vf_min(vf_load(at) - lse[l], (vf){ 0 });
            const vf p = exp2_in_range(vf_max(x, vf_set(-60.0F)));

            vf_store(at, p);
            vf_store(to, p * (vf_load(to) - delta[l]));
        }
    }
}

/* sum [e,GROUP] += key [keys,e]ᵀ · ds [keys,GROUP] */
static __attribute__((noinline)) void add_to_queries(float *sum, const float *key, const float *ds,
                                                     size_t keys, size_t e)
{
    for (size_t i = 0; i < e; i += TILE_ROWS, sum += TILE_ROWS * GROUP) {
        vf acc[TILE_ROWS][VECTORS];

        VOLO_UNROLL
        for (size_t j = 0; j < TILE_ROWS; j++) {
            VOLO_UNROLL
            for (size_t l = 0; l < VECTORS; l++)
                acc[j][l] = vf_load(sum + j * GROUP + l * VOLO_LANES);
        }
        multiply(acc, key + i, 1, e, ds, keys);
        VOLO_UNROLL
        for (size_t j = 0; j < TILE_ROWS; j++) {
            VOLO_UNROLL
            for (size_t l = 0; l < VECTORS; l++)
                vf_store(sum + j * GROUP + l * VOLO_LANES, acc[j][l]);
        }
    }
}

/* sum [TILE_ROWS,vectors] += a [TILE_ROWS,count] · b [count,vectors], sum's and b's rows f apart,
 * a's GROUP */
VOLO_INLINE void add_rows_tile(float *sum, const float *a, const float *b, size_t count, size_t f,
                               size_t vectors)
{
    vf acc[TILE_ROWS][VECTORS];

    VOLO_UNROLL
    for (size_t j = 0; j < TILE_ROWS; j++) {
        VOLO_UNROLL
        for (size_t l = 0; l < vectors; l++)
            acc[j][l] = vf_load(sum + j * f + l * VOLO_LANES);
    }
    for (const float *const end = a + count; a < end; a++, b += f) {
        vf x[VECTORS];

        VOLO_UNROLL
        for (size_t l = 0; l < vectors; l++)
            x[l] = vf_keep(vf_load(b + l * VOLO_LANES));
        VOLO_UNROLL
        for (size_t j = 0; j < TILE_ROWS; j++) {
            const vf factor = vf_keep(vf_set(a[j * GROUP]));

            VOLO_UNROLL
            for (size_t l = 0; l < vectors; l++)
                acc[j][l] = vf_fma(factor, x[l], acc[j][l]);
        }
    }
    VOLO_UNROLL
    for (size_t j = 0; j < TILE_ROWS; j++) {
        VOLO_UNROLL
        for (size_t l = 0; l < vectors; l++)
            vf_store(sum + j * f + l * VOLO_LANES, acc[j][l]);
    }
}

/* sum [keys,f] += a [keys,GROUP] · rows [count,f], for whole tiles of keys */
static __attribute__((noinline)) void add_to_keys(float *sum, const float *a, const float *rows,
                                                  size_t keys, size_t count, size_t f)
{
    for (size_t i = 0; i < keys; i += TILE_ROWS, sum += TILE_ROWS * f, a += TILE_ROWS * GROUP) {
        size_t j = 0;

        for (; j + 4 * VOLO_LANES < f || j + 3 * VOLO_LANES == f; j += 3 * VOLO_LANES)
            add_rows_tile(sum + j, a, rows + j, count, f, 3);
        for (; j + 2 * VOLO_LANES <= f; j += 2 * VOLO_LANES)
            add_rows_tile(sum + j, a, rows + j, count, f, 2);
        if (j < f)
            add_rows_tile(sum + j, a, rows + j, count, f, 1);
    }
}

static void add_tile(const Work *s, const Group *g, size_t keys)
{
    multiply_tile(s->score, s->key, g->query, keys, s->d, s->e);
    multiply_tile(s->product, s->value, g->gradient, keys, s->d, s->e);
    weigh(s->score, s->product, g, keys);
    add_to_queries(g->sum, s->key, s->product, keys, s->e);
    add_to_keys(s->value_sum, s->score, g->gradient_rows, keys, g->count, s->f);
    add_to_keys(s->key_sum, s->product, g->query_rows, keys, g->count, s->f);
}

/* y [rows,d] (+)= factor · x [rows,d], ldx apart */
static void put_rows(float *y, size_t ldy, const float *x, size_t ldx, float factor, bool add,
                     size_t rows, size_t d)
{
    for (size_t i = 0; i < rows; i++, y += ldy, x += ldx)
        for (size_t j = 0; j < d; j++)
            y[j] = (add ? y[j] : 0) + x[j] * factor;
}

/* Keys first..first+count-1 against all queries. */
static void run_keys(const VoloAttentionGradient *job, const Work *s, size_t first, size_t count)
{
    const size_t missing = KEY_TILE - count, to = first * job->ld_gradient;

    copy_tile(s->key, s->e, job->k + first * job->ld, job->ld, count, s->d);
    copy_tile(s->value, s->e, job->v + first * job->ld, job->ld, count, s->d);
    memset(s->key + count * s->e, 0, missing * s->e * sizeof *s->key);
    memset(s->value + count * s->e, 0, missing * s->e * sizeof *s->value);
    memset(s->key_sum, 0, KEY_TILE * s->f * sizeof *s->key_sum);
    memset(s->value_sum, 0, KEY_TILE * s->f * sizeof *s->value_sum);
    for (size_t i = 0; i * GROUP < job->r; i++) {
        const Group g = group_at(s, i, job->r);

        add_tile(s, &g, count);
    }
    if (!job->dk)
        return;
    put_rows(job->dk + to, job->ld_gradient, s->key_sum, s->f, job->scale, job->add_key, count,
             s->d);
    put_rows(job->dv + to, job->ld_gradient, s->value_sum, s->f, 1.0F, job->add_key, count, s->d);
}

static void flash_attention_gradient(const VoloAttentionGradient *job, float *scratch)
{
    const Work s = lay_out(scratch, job->d);

    assert(job->r > 0 && job->keys > 0 && job->d > 0);
    for (size_t i = 0; i * GROUP < job->r; i++) {
        const Group g = group_at(&s, i, job->r);

        start_group(&g, job, i * GROUP, &s);
    }
    for (size_t i = 0; i < job->keys; i += KEY_TILE)
        run_keys(job, &s, i, smaller(KEY_TILE, job->keys - i));
    for (size_t i = 0; i * GROUP < job->r && job->dq; i++) {
        const Group g = group_at(&s, i, job->r);

        transpose(g.query_rows, s.f, g.sum, GROUP, job->scale, s.d, g.count);
        put_rows(job->dq + i * GROUP * job->ld_gradient, job->ld_gradient, g.query_rows, s.f, 1.0F,
                 job->add_query, g.count, s.d);
    }
}

void VOLO_KERNEL(volo_fill_flash_attention_gradient)(VoloKernels *k)
{
    k->flash_attention_gradient = flash_attention_gradient;
    k->flash_attention_gradient_scratch = flash_attention_gradient_scratch;
}
