/* SPDX-License-Identifier: Apache-2.0 */
/* The gradients of a whole small network in training against an independent implementation's, made
 * in float64: test_golden_train FOLDER, which holds tiny/config.json and train/train.safetensors.
 */
#include "pipeline/trainable.h"

#include "support/golden_file.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *folder;

/* Everything of the walk. */
typedef struct Training {
    GoldenFile *golden;
    VoloTrainable t;
    VoloTape tape;
    VoloPlan plan;
    float *arena;
    int threads;
    bool recompute;
    double loss[3]; /* total, main, auxiliary */
} Training;

/* --- the loss, naively: bilinear to the labels' size, softmax, mean over what is labelled --- */

typedef struct Lerp {
    size_t first, second;
    double t;
} Lerp;

static Lerp lerp(size_t i, size_t in, size_t out)
{
    const double at = fmax(0, ((double)i + 0.5) * (double)in / (double)out - 0.5);
    const size_t first = (size_t)at;

    return (Lerp){ first, first + 1 < in ? first + 1 : in - 1, at - (double)first };
}

/* Adds factor · d loss / d logits to dy; returns the loss. */
static double cross_entropy(float *dy, VoloTensor x, const GoldenTensor *labels, double factor)
{
    const size_t h = labels->shape[1], w = labels->shape[2];
    double sum = 0, count = 0;

    for (size_t i = 0; i < labels->count; i++)
        count += labels->u8[i] != 255;
    for (size_t i = 0; i < labels->count; i++) {
        const Lerp row = lerp(i / w % h, x.h, h), column = lerp(i % w, x.w, w);
        const double weight[4] = { (1 - row.t) * (1 - column.t), (1 - row.t) * column.t,
                                   row.t * (1 - column.t), row.t * column.t };
        const size_t corner[4] = { row.first * x.w + column.first, row.first * x.w + column.second,
                                   row.second * x.w + column.first,
                                   row.second * x.w + column.second };
        const size_t picture = i / (h * w) * x.h * x.w;
        double logit[16] = { 0 }, highest = -INFINITY, total = 0;

        if (labels->u8[i] == 255)
            continue;
        for (size_t k = 0; k < x.c; k++) {
            for (size_t j = 0; j < 4; j++)
                logit[k] += weight[j] * (double)x.data[(picture + corner[j]) * x.c + k];
            highest = fmax(highest, logit[k]);
        }
        for (size_t k = 0; k < x.c; k++)
            total += exp(logit[k] - highest);
        sum -= logit[labels->u8[i]] - highest - log(total);
        for (size_t k = 0; k < x.c; k++) {
            const double p = exp(logit[k] - highest) / total - (k == labels->u8[i] ? 1 : 0);

            for (size_t j = 0; j < 4; j++)
                dy[(picture + corner[j]) * x.c + k] += (float)(factor * weight[j] * p / count);
        }
    }
    return sum / count;
}

/* --- the walk --- */

static void seed(VoloNnContext *ctx, Training *s, VoloTensor logits, double factor, double *loss)
{
    const GoldenTensor y = golden_get(s->golden, "y");
    bool add;

    volo_nn_operation(ctx);
    volo_nn_use(ctx, logits);
    const VoloTensor dy = volo_nn_gradient_into(ctx, logits, &add);
    assert_false(add);
    if (volo_nn_idle(ctx))
        return;
    memset(dy.data, 0, volo_count(dy) * sizeof *dy.data);
    *loss = cross_entropy(dy.data, logits, &y, factor);
}

static void walk(VoloNnContext *ctx, Training *s)
{
    const GoldenTensor want = golden_get(s->golden, "x");
    VoloTensor auxiliary;

    volo_tape_start(ctx->tape);
    volo_nn_operation(ctx);
    const VoloTensor x =
        volo_nn_result(ctx, want.shape[0], want.shape[2], want.shape[3], want.shape[1]);
    if (!volo_nn_idle(ctx)) {
        float *const values = golden_channels_last(&want);

        memcpy(x.data, values, volo_count(x) * sizeof *values);
        free(values);
    }
    const VoloTensor logits = volo_network_forward(ctx, &s->t.model, x, &auxiliary);
    seed(ctx, s, logits, 1, &s->loss[1]);
    seed(ctx, s, auxiliary, 0.4, &s->loss[2]);
    s->loss[0] = s->loss[1] + 0.4 * s->loss[2];
    volo_nn_backward(ctx);
}

static void load(Training *s)
{
    char name[160];

    for (size_t i = 0; i < s->t.block.count; i++) {
        const VoloBlockTensor *const t = &s->t.block.tensor[i];

        snprintf(name, sizeof name, "before.%s", t->parameter.name);
        const GoldenTensor value = golden_get(s->golden, name);
        assert_int_equal(value.count, t->count);
        memcpy(s->t.block.values + t->at, value.f32, t->count * sizeof(float));
    }
}

static void start(Training *s)
{
    char path[512];
    VoloError err = { 0 };

    snprintf(path, sizeof path, "%s/train/train.safetensors", folder);
    s->golden = golden_open(path);
    snprintf(path, sizeof path, "%s/tiny/config.json", folder);
    const VoloModelRecipe recipe = { .config_path = path, .seed = 1 };
    const VoloTrainStart from = { .recipe = &recipe, .auxiliary = true };
    if (volo_trainable_init(&s->t, &from, &err))
        fail_msg("%s", err.message);
    load(s);
    s->tape = (VoloTape){ .values = s->t.block.values,
                          .gradients = s->t.block.gradients,
                          .recompute = s->recompute };
}

static void run(Training *s)
{
    VoloNnContext ctx = { .plan = &s->plan, .tape = &s->tape, .threads = s->threads };
    VoloError err = { 0 };

    volo_plan_init(&s->plan);
    walk(&ctx, s);
    if (ctx.error.status || volo_plan_layout(&s->plan, &err))
        fail_msg("%s", ctx.error.status ? ctx.error.message : err.message);
    s->arena = aligned_alloc(64, s->plan.floats * sizeof *s->arena);
    memset(s->arena, 0x7f, s->plan.floats * sizeof *s->arena);
    ctx = (VoloNnContext){
        .plan = &s->plan, .base = s->arena, .tape = &s->tape, .threads = s->threads
    };
    walk(&ctx, s);
    if (ctx.error.status)
        fail_msg("%s", ctx.error.message);
}

static void stop(Training *s)
{
    free(s->arena);
    volo_tape_clear(&s->tape);
    volo_plan_clear(&s->plan);
    volo_trainable_clear(&s->t);
    golden_close(s->golden);
}

/* max |got - want| <= 1e-4 max |want| + 1e-7 */
static void compare(const char *name, const float *got, const GoldenTensor *want)
{
    double largest = 0, worst = 0;
    size_t where = 0;

    for (size_t i = 0; i < want->count; i++) {
        const double off = fabs((double)got[i] - (double)want->f32[i]);

        largest = fmax(largest, fabs((double)want->f32[i]));
        if (!(off <= worst)) {
            worst = off;
            where = i;
        }
    }
    if (!(worst <= 1e-4 * largest + 1e-7))
        fail_msg("%s [%zu] is %.9g, expected %.9g (largest %.3g)", name, where, (double)got[where],
                 (double)want->f32[where], largest);
}

static void compare_losses(const Training *s)
{
    const GoldenTensor want = golden_get(s->golden, "loss.step1");

    for (size_t i = 0; i < 3; i++) {
        const double w = (double)want.f32[i];

        if (!(fabs(s->loss[i] - w) <= 1e-5 * w))
            fail_msg("loss %zu is %.9g, expected %.9g", i, s->loss[i], w);
    }
}

static void compare_gradients(const Training *s)
{
    char name[160];
    size_t seen = 0;

    for (size_t i = 0; i < s->t.block.count; i++) {
        const VoloBlockTensor *const t = &s->t.block.tensor[i];
        GoldenTensor want;

        snprintf(name, sizeof name, "grad.%s", t->parameter.name);
        if (!t->parameter.trainable)
            continue;
        if (!golden_find(s->golden, name, &want))
            fail_msg("there is no '%s'", name);
        compare(name, s->t.block.gradients + t->at, &want);
        seen++;
    }
    for (size_t i = 0; golden_name(s->golden, i); i++)
        seen -= strncmp(golden_name(s->golden, i), "grad.", 5) == 0;
    assert_int_equal(seen, 0);
}

static void compare_statistics(const Training *s)
{
    char name[160];

    for (size_t i = 0; i < s->t.block.count; i++) {
        const VoloBlockTensor *const t = &s->t.block.tensor[i];

        if (t->parameter.trainable)
            continue;
        snprintf(name, sizeof name, "after1.%s", t->parameter.name);
        const GoldenTensor want = golden_get(s->golden, name);
        compare(name, s->t.block.values + t->at, &want);
    }
}

static void check(bool recompute)
{
    Training s = { .threads = 2, .recompute = recompute };

    start(&s);
    run(&s);
    compare_losses(&s);
    compare_gradients(&s);
    compare_statistics(&s);
    stop(&s);
}

static void a_step_has_the_reference_gradients(void **state)
{
    (void)state;
    check(false);
}

static void so_it_has_with_blocks_made_again(void **state)
{
    (void)state;
    check(true);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_has_the_reference_gradients),
        cmocka_unit_test(so_it_has_with_blocks_made_again),
    };

    if (argc != 2)
        return 2;
    folder = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
