/* SPDX-License-Identifier: Apache-2.0 */
/* Gradients of weights in every way they are computed, against their sums in double; shapes are too
 * large here for differences. */
#include "nn/weight_gradient.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "nn/winograd_gradient.h"

static float *drawn(size_t count, uint64_t state)
{
    float *const values = malloc(count * sizeof *values);

    assert_non_null(values);
    for (size_t i = 0; i < count; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        values[i] = (float)(int32_t)(state >> 32) * 0x1p-31F;
    }
    return values;
}

static size_t weights(const VoloWeightGradientJob *job)
{
    return job->out * job->in * job->k * job->k;
}

/* The tap (o, i, ky, kx) by its definition. */
static double naive(const VoloWeightGradientJob *job, size_t at)
{
    const size_t kx = at % job->k, ky = at / job->k % job->k;
    const size_t i = at / job->k / job->k % job->in, o = at / job->k / job->k / job->in;
    double sum = 0;

    for (size_t pixel = 0; pixel < job->n * job->h * job->w; pixel++) {
        const size_t n = pixel / job->w / job->h;
        const size_t y = pixel / job->w % job->h * job->stride + ky - job->pad;
        const size_t x = pixel % job->w * job->stride + kx - job->pad;

        if (y < job->h_in && x < job->w_in)
            sum += (double)job->dy[pixel * job->out + o] *
                   (double)job->x[((n * job->h_in + y) * job->w_in + x) * job->in + i];
    }
    return sum;
}

/* gradient and bias begin as 1: what is there must stay. */
static void run(const VoloWeightGradientJob *job, int threads)
{
    float *scratch = NULL;

    for (size_t i = 0; i < weights(job); i++)
        job->gradient[i] = 1;
    for (size_t o = 0; o < job->out; o++)
        job->bias[o] = 1;
    assert_int_equal(posix_memalign((void **)&scratch, 64,
                                    volo_weight_gradient_scratch(job, threads) * sizeof *scratch),
                     0);
    memset(scratch, 0x7f, volo_weight_gradient_scratch(job, threads) * sizeof *scratch);
    volo_weight_gradient_run(job, threads, scratch);
    free(scratch);
}

/* Every 97th, and all of the bias. */
static void judge(const VoloWeightGradientJob *job)
{
    double worst = 0, largest = 0, worst_bias = 0;

    for (size_t at = 0; at<weights(job); at += weights(job)> 4000 ? 97 : 1) {
        const double want = naive(job, at);

        largest = fmax(largest, fabs(want));
        worst = fmax(worst, fabs((double)job->gradient[at] - 1 - want));
    }
    for (size_t o = 0; o < job->out; o++) {
        double want = 1;

        for (size_t pixel = 0; pixel < job->n * job->h * job->w; pixel++)
            want += (double)job->dy[pixel * job->out + o];
        worst_bias = fmax(worst_bias, fabs((double)job->bias[o] - want));
    }
    if (!(worst <= 1e-5 * largest) || !(worst_bias < 1e-4))
        fail_msg("%zu->%zu, kernel %zu: off by %g of %g, bias by %g", job->in, job->out, job->k,
                 worst, largest, worst_bias);
}

static void check(VoloWeightGradientJob job)
{
    const size_t bytes = weights(&job) * sizeof(float);
    float *const gradient = malloc(bytes), *const first = malloc(bytes);
    float *const bias = malloc(job.out * sizeof *bias);
    float *const x = drawn(job.n * job.h_in * job.w_in * job.in, 3);
    float *const dy = drawn(job.n * job.h * job.w * job.out, 5);

    assert_true(gradient && first && bias);
    job.gradient = gradient;
    job.bias = bias;
    job.x = x;
    job.dy = dy;
    run(&job, 1);
    judge(&job);
    memcpy(first, gradient, bytes);
    for (int threads = 2; threads <= 8; threads += threads == 3 ? 5 : 1) {
        run(&job, threads);
        assert_memory_equal(gradient, first, bytes);
    }
    free(gradient);
    free(first);
    free(bias);
    free(x);
    free(dy);
}

static VoloWeightGradientJob same_size(size_t n, size_t h, size_t w, size_t in, size_t out,
                                       size_t k)
{
    return (VoloWeightGradientJob){ .n = n,
                                    .h = h,
                                    .w = w,
                                    .h_in = h,
                                    .w_in = w,
                                    .in = in,
                                    .out = out,
                                    .k = k,
                                    .stride = 1,
                                    .pad = k / 2 };
}

static void matrices(void **state)
{
    (void)state;
    check(same_size(1, 1, 1, 1, 1, 1));
    check(same_size(1, 1, 5000, 37, 19, 1));
    check(same_size(1, 1, 1200, 272, 300, 1));
}

static void patches(void **state)
{
    (void)state;
    check(same_size(2, 9, 7, 5, 3, 3));
    check(same_size(2, 23, 29, 16, 20, 3));
    check(same_size(3, 31, 27, 32, 17, 5));
}

static void patches_with_a_stride(void **state)
{
    const VoloWeightGradientJob stem = { .n = 2,
                                         .h = 24,
                                         .w = 21,
                                         .h_in = 47,
                                         .w_in = 42,
                                         .in = 3,
                                         .out = 32,
                                         .k = 7,
                                         .stride = 2,
                                         .pad = 3 };
    const VoloWeightGradientJob blocks = {
        .n = 2, .h = 11, .w = 13, .h_in = 47, .w_in = 52, .in = 16, .out = 24, .k = 4, .stride = 4
    };
    const VoloWeightGradientJob sparse = {
        .n = 2, .h = 5, .w = 7, .h_in = 9, .w_in = 14, .in = 5, .out = 6, .k = 1, .stride = 2
    };

    (void)state;
    check(stem);
    check(blocks);
    check(sparse);
}

/* Some chunks of tiles, the last not full, tiles over the edges, inputs in a last block of fewer
 * panels, outputs in a last block of fewer. */
static void tiles(void **state)
{
    VoloWeightGradientJob job = same_size(3, 37, 30, 80, 96, 3);

    (void)state;
    assert_true(volo_winograd_gradient_suits(&job));
    check(job);
    job = same_size(2, 61, 67, 32, 48, 3);
    assert_true(volo_winograd_gradient_suits(&job));
    check(job);
    job.exact = true;
    check(job);
    job = same_size(1, 106, 105, 256, 512, 3); /* more chunks than groups, and than a block holds */
    assert_int_equal(volo_winograd_gradient_groups(&job), 4);
    check(job);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matrices),
        cmocka_unit_test(patches),
        cmocka_unit_test(patches_with_a_stride),
        cmocka_unit_test(tiles),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
