/* SPDX-License-Identifier: Apache-2.0 */
#include "grad/grad_check.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/tensor_check.h"

enum {
    LARGEST = 1 << 16, /* floats of any array of a case */
    PROBES = 96,       /* places of each array where a difference is taken */
};

/* Everything a walk reads and writes. */
typedef struct Bench {
    const GradCase *c;
    size_t inputs, parameters;
    size_t input_floats[GRAD_INPUTS], at[GRAD_PARAMETERS]; /* at: places in the block */
    float *x[GRAD_INPUTS];
    float *values, *gradients;
    uint8_t *frozen;
    size_t block_floats;
    float *direction;           /* [y_floats] */
    float *y, *dx[GRAD_INPUTS]; /* results */
    size_t y_floats, y_limit;   /* y_limit: that y must have; 0: any */
} Bench;

static float draw(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (float)(int32_t)(*state >> 32) * 0x1p-31F;
}

static float *new_floats(size_t count)
{
    float *const values = aligned_alloc(64, (count * sizeof *values + 63) & ~(size_t)63);

    assert_non_null(values);
    return values;
}

static float *drawn(size_t count, uint64_t seed, bool away)
{
    float *const values = new_floats(count);
    uint64_t state = seed * 7919 + 17;

    for (size_t i = 0; i < count; i++) {
        values[i] = draw(&state);
        if (away)
            values[i] += values[i] < 0 ? -0.05F : 0.05F;
    }
    return values;
}

static void bench_init(Bench *b, const GradCase *c)
{
    *b = (Bench){ .c = c };
    for (; b->inputs < GRAD_INPUTS && c->shape[b->inputs][0] > 0; b->inputs++) {
        const size_t *const s = c->shape[b->inputs];

        b->input_floats[b->inputs] = s[0] * s[1] * s[2] * s[3];
        assert_true(b->input_floats[b->inputs] <= LARGEST);
        b->x[b->inputs] = drawn(b->input_floats[b->inputs], b->inputs + 1, c->positive);
        b->dx[b->inputs] = new_floats(b->input_floats[b->inputs]);
    }
    for (; b->parameters < GRAD_PARAMETERS && c->parameter[b->parameters] > 0; b->parameters++) {
        b->at[b->parameters] = b->block_floats;
        b->block_floats += (c->parameter[b->parameters] + VOLO_PARAMETER_UNIT - 1) /
                           VOLO_PARAMETER_UNIT * VOLO_PARAMETER_UNIT;
    }
    b->values = drawn(b->block_floats + 1, 11, false);
    b->gradients = new_floats(b->block_floats + 1);
    b->frozen = calloc(b->block_floats / VOLO_PARAMETER_UNIT + 1, 1);
    assert_non_null(b->frozen);
    for (size_t i = 0; i < b->parameters; i++)
        for (size_t k = 0; k < c->parameter[i]; k += VOLO_PARAMETER_UNIT)
            b->frozen[(b->at[i] + k) / VOLO_PARAMETER_UNIT] = c->frozen >> i & 1;
}

static void bench_clear(Bench *b)
{
    for (size_t i = 0; i < b->inputs; i++) {
        free(b->x[i]);
        free(b->dx[i]);
    }
    free(b->values);
    free(b->gradients);
    free(b->frozen);
    free(b->direction);
    free(b->y);
}

static VoloTensor input(VoloNnContext *ctx, const Bench *b, size_t i)
{
    const size_t *const s = b->c->shape[i];

    volo_nn_operation(ctx);
    const VoloTensor x = volo_nn_result(ctx, s[0], s[1], s[2], s[3]);
    volo_nn_want(ctx, x);
    if (!volo_nn_idle(ctx))
        memcpy(x.data, b->x[i], b->input_floats[i] * sizeof *x.data);
    return x;
}

static VoloTensor forward(VoloNnContext *ctx, const Bench *b, VoloTensor *x)
{
    float *parameter[GRAD_PARAMETERS] = { 0 };

    volo_tape_start(ctx->tape);
    for (size_t i = 0; i < b->inputs; i++)
        x[i] = input(ctx, b, i);
    for (size_t i = 0; i < b->parameters; i++)
        parameter[i] = b->values + b->at[i];
    return b->c->run(ctx, x, parameter, b->c);
}

/* The whole walk; what it leaves is copied to b when it ran. */
static void walk(VoloNnContext *ctx, Bench *b)
{
    VoloTensor x[GRAD_INPUTS];
    bool add;
    const VoloTensor y = forward(ctx, b, x);

    volo_nn_operation(ctx);
    volo_nn_use(ctx, y);
    const VoloTensor dy = volo_nn_gradient_into(ctx, y, &add);
    assert_false(add);
    b->y_floats = volo_count(y);
    assert_true(b->y_limit == 0 || b->y_floats == b->y_limit);
    if (!volo_nn_idle(ctx)) {
        memcpy(b->y, y.data, b->y_floats * sizeof *b->y);
        memcpy(dy.data, b->direction, b->y_floats * sizeof *b->y);
    }
    volo_nn_backward(ctx);
    volo_nn_operation(ctx);
    for (size_t i = 0; i < b->inputs; i++) {
        const VoloTensor dx = volo_nn_gradient(ctx, x[i]);

        if (!volo_nn_idle(ctx))
            memcpy(b->dx[i], dx.data, b->input_floats[i] * sizeof *dx.data);
    }
}

/* What all processes have, where each has the same. */
static void reduce(double *sums, size_t count, void *user)
{
    const GradCase *const c = user;

    for (size_t i = 0; i < count; i++)
        sums[i] *= (double)c->twins;
}

static void run(Bench *b, int threads)
{
    VoloPlan plan;
    VoloError err;
    VoloTape tape = { .values = b->values,
                      .gradients = b->gradients,
                      .frozen = b->c->frozen ? b->frozen : NULL,
                      .recompute = b->c->recompute,
                      .reduce = b->c->twins ? reduce : NULL,
                      .reduce_user = (void *)(uintptr_t)b->c,
                      .processes = b->c->twins,
                      .key = { 5, 6 } };

    volo_plan_init(&plan);
    VoloNnContext ctx = { .plan = &plan, .tape = &tape, .threads = threads };
    walk(&ctx, b);
    if (ctx.error.status || volo_plan_layout(&plan, &err))
        fail_msg("%s: %s", b->c->name, ctx.error.status ? ctx.error.message : err.message);
    if (!b->y)
        b->y = new_floats(b->y_floats);
    if (!b->direction)
        b->direction = drawn(b->y_floats, 23, false);
    float *const arena = new_floats(plan.floats);
    memset(arena, 0x7f, plan.floats * sizeof *arena); /* large numbers where nothing was written */
    memset(b->gradients, 0, b->block_floats * sizeof *b->gradients);
    ctx = (VoloNnContext){ .plan = &plan, .base = arena, .tape = &tape, .threads = threads };
    walk(&ctx, b);
    if (ctx.error.status)
        fail_msg("%s: %s", b->c->name, ctx.error.message);
    free(arena);
    volo_tape_clear(&tape);
    volo_plan_clear(&plan);
}

/* --- the formula's own --- */

typedef struct Wide {
    double *x[GRAD_INPUTS], *parameter[GRAD_PARAMETERS], *y;
} Wide;

static double *widened(const float *values, size_t count)
{
    double *const wide = malloc((count + 1) * sizeof *wide);

    assert_non_null(wide);
    for (size_t i = 0; i < count; i++)
        wide[i] = (double)values[i];
    return wide;
}

static double loss(const Bench *b, Wide *w)
{
    double sum = 0;

    b->c->formula(w->y, (const double *const *)w->x, (const double *const *)w->parameter, b->c);
    for (size_t i = 0; i < b->y_floats; i++)
        sum += w->y[i] * (double)b->direction[i];
    return sum;
}

/* values belongs to w; got is what the tape says of their gradients. */
static void compare(const Bench *b, Wide *w, double *values, const float *got, size_t count,
                    const char *what, size_t index)
{
    const double step = 1e-5, limit = b->c->limit > 0 ? b->c->limit : 2e-5;
    const size_t stride = count > PROBES ? count / PROBES : 1;
    double largest = 1e-3, worst = 0, want_there = 0;
    size_t where = 0;

    for (size_t i = 0; i < count; i += stride) {
        const double before = values[i];

        values[i] = before + step;
        const double up = loss(b, w);
        values[i] = before - step;
        const double want = (up - loss(b, w)) / (2 * step);
        values[i] = before;
        largest = fmax(largest, fabs(want));
        if (!(fabs((double)got[i] - want) <= worst)) {
            worst = fabs((double)got[i] - want);
            where = i;
            want_there = want;
        }
    }
    if (!(worst <= limit * largest))
        fail_msg("%s: gradient of %s %zu at %zu is %.9g, expected %.9g (largest %.3g)", b->c->name,
                 what, index, where, (double)got[where], want_there, largest);
}

static void compare_result(const Bench *b, Wide *w)
{
    double largest = 1e-3;

    loss(b, w);
    for (size_t i = 0; i < b->y_floats; i++)
        largest = fmax(largest, fabs(w->y[i]));
    for (size_t i = 0; i < b->y_floats; i++) {
        if (!(fabs(w->y[i] - (double)b->y[i]) <= 1e-5 * largest))
            fail_msg("%s: y at %zu is %.9g, expected %.9g", b->c->name, i, (double)b->y[i],
                     w->y[i]);
    }
}

static void judge(const Bench *b)
{
    Wide w = { .y = malloc((b->y_floats + 1) * sizeof(double)) };

    assert_non_null(w.y);
    for (size_t i = 0; i < b->inputs; i++)
        w.x[i] = widened(b->x[i], b->input_floats[i]);
    for (size_t i = 0; i < b->parameters; i++)
        w.parameter[i] = widened(b->values + b->at[i], b->c->parameter[i]);
    compare_result(b, &w);
    for (size_t i = 0; i < b->inputs; i++)
        compare(b, &w, w.x[i], b->dx[i], b->input_floats[i], "input", i);
    for (size_t i = 0; i < b->parameters; i++) {
        const float *const got = b->gradients + b->at[i];

        for (size_t k = 0; b->c->frozen >> i & 1 && k < b->c->parameter[i]; k++)
            assert_true(got[k] == 0);
        if (!(b->c->frozen >> i & 1))
            compare(b, &w, w.parameter[i], got, b->c->parameter[i], "parameter", i);
    }
    for (size_t i = 0; i < b->inputs; i++)
        free(w.x[i]);
    for (size_t i = 0; i < b->parameters; i++)
        free(w.parameter[i]);
    free(w.y);
}

/* The bits of everything a run leaves. */
static uint64_t fingerprint(const Bench *b)
{
    uint64_t hash = 0xcbf29ce484222325u;

    for (size_t part = 0; part < 2 + b->inputs; part++) {
        const float *const from = part == 0 ? b->y : part == 1 ? b->gradients : b->dx[part - 2];
        const size_t count = part == 0   ? b->y_floats
                             : part == 1 ? b->block_floats
                                         : b->input_floats[part - 2];

        for (size_t i = 0; i < count; i++) {
            uint32_t bits;

            memcpy(&bits, &from[i], sizeof bits);
            hash = (hash ^ bits) * 0x100000001b3u;
        }
    }
    return hash;
}

void grad_check(const GradCase *c)
{
    Bench b;

    bench_init(&b, c);
    run(&b, 1);
    judge(&b);
    const uint64_t bits = fingerprint(&b);
    for (int threads = 2; threads <= 3; threads++) {
        run(&b, threads);
        if (fingerprint(&b) != bits)
            fail_msg("%s: other bits with %d threads", c->name, threads);
    }
    bench_clear(&b);
}

/* --- against a file --- */

/* NAME.WHAT, or NAME.WHATi */
static GoldenTensor tensor_of(const GradCase *c, const GoldenFile *file, const char *what, size_t i)
{
    char name[96];

    snprintf(name, sizeof name, "%s.%s%zu", c->name, what, i);
    return golden_get(file, name);
}

static GoldenTensor result_of(const GradCase *c, const GoldenFile *file, const char *what)
{
    char name[96];

    snprintf(name, sizeof name, "%s.%s", c->name, what);
    return golden_get(file, name);
}

static bool has(const GradCase *c, const GoldenFile *file, const char *what, size_t i)
{
    char name[96];
    GoldenTensor t;

    snprintf(name, sizeof name, "%s.%s%zu", c->name, what, i);
    return golden_find(file, name, &t) != 0;
}

/* Shapes as the file has them. */
static GradCase shaped(const GradCase *c, const GoldenFile *file)
{
    GradCase sized = *c;

    for (size_t i = 0; i < GRAD_INPUTS && has(c, file, "x", i); i++) {
        const GoldenTensor x = tensor_of(c, file, "x", i);

        assert_int_equal(x.rank, 4);
        memcpy(sized.shape[i], x.shape, sizeof sized.shape[i]);
    }
    for (size_t i = 0; i < GRAD_PARAMETERS && has(c, file, "p", i); i++)
        sized.parameter[i] = tensor_of(c, file, "p", i).count;
    return sized;
}

static void compare_golden(const GradCase *c, const char *what, const float *got,
                           const GoldenTensor *want)
{
    char name[96];

    snprintf(name, sizeof name, "%s %s", c->name, what);
    tensor_check(name, got, want->f32, want->count, c->limit > 0 ? c->limit : 1e-11);
}

void grad_check_golden(const GradCase *c, const GoldenFile *file)
{
    const GradCase sized = shaped(c, file);
    const GoldenTensor y = result_of(c, file, "y"), dy = result_of(c, file, "dy");
    Bench b;

    bench_init(&b, &sized);
    for (size_t i = 0; i < b.inputs; i++)
        memcpy(b.x[i], tensor_of(c, file, "x", i).f32, b.input_floats[i] * sizeof *b.x[i]);
    for (size_t i = 0; i < b.parameters; i++)
        memcpy(b.values + b.at[i], tensor_of(c, file, "p", i).f32,
               sized.parameter[i] * sizeof *b.values);
    b.direction = new_floats(dy.count);
    memcpy(b.direction, dy.f32, dy.count * sizeof *b.direction);
    b.y = new_floats(y.count);
    b.y_limit = y.count;
    run(&b, 2);
    compare_golden(c, "y", b.y, &y);
    for (size_t i = 0; i < b.inputs; i++) {
        const GoldenTensor want = tensor_of(c, file, "dx", i);

        compare_golden(c, "dx", b.dx[i], &want);
    }
    for (size_t i = 0; i < b.parameters; i++) {
        const GoldenTensor want = tensor_of(c, file, "dp", i);

        compare_golden(c, "dp", b.gradients + b.at[i], &want);
    }
    bench_clear(&b);
}
