/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels that training alone needs, for the table of cases. */
#include "kernels/case_kinds.h"

/* n: count, activation, 1 to add */
static void plan_activation_gradient(VoloCaseArray *a, const size_t *n)
{
    a[0] = array(VOLO_CASE_UPDATE, n[0]);
    a[1] = a[2] = array(VOLO_CASE_FLOATS, n[0]);
}

static void run_activation_gradient(const VoloKernels *k, void *const *a, const size_t *n)
{
    k->activation_gradient(a[0], a[1], a[2], (int)n[1], n[2] != 0, n[0]);
}

const VoloCaseKind volo_case_activation_gradient = {
    .kernel = "activation_gradient",
    .sizes = { "count", "activation", "add" },
    .limit = 1e-12,
    .inputs = ALL_FINITE,
    .plan = plan_activation_gradient,
    .run = run_activation_gradient,
};

/* --- channel_norm.c --- */

enum {
    MOST_CHANNELS = 512
};

static void narrow(float *y, const double *x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y[i] = (float)x[i];
}

/* n: r, c */
static void plan_channel_sums(VoloCaseArray *a, const size_t *n)
{
    a[0] = array(VOLO_CASE_OUTPUT, 2 * n[1]);
    a[1] = array(VOLO_CASE_FLOATS, n[0] * n[1]);
}

static void run_channel_sums(const VoloKernels *k, void *const *a, const size_t *n)
{
    double sums[2 * MOST_CHANNELS];

    k->channel_sums(sums, a[1], n[0], n[1]);
    narrow(a[0], sums, 2 * n[1]);
}

static VoloChannelNorm norm_of(void *const *a, size_t relu)
{
    return (VoloChannelNorm){ a[0], a[1], a[2], relu != 0 };
}

/* n: r, c, 1 for ReLU */
static void plan_channel_norm(VoloCaseArray *a, const size_t *n)
{
    a[0] = array(VOLO_CASE_OUTPUT, n[0] * n[1]);
    a[1] = array(VOLO_CASE_FLOATS, n[0] * n[1]);
    a[2] = a[3] = a[4] = array(VOLO_CASE_PARAMETERS, n[1]);
}

static void run_channel_norm(const VoloKernels *k, void *const *a, const size_t *n)
{
    const VoloChannelNorm norm = norm_of(a + 2, n[2]);

    k->channel_norm(a[0], a[1], &norm, n[0], n[1]);
}

/* n: r, c, 1 for ReLU */
static void plan_channel_gradient_sums(VoloCaseArray *a, const size_t *n)
{
    a[0] = array(VOLO_CASE_OUTPUT, 2 * n[1]);
    a[1] = a[2] = array(VOLO_CASE_FLOATS, n[0] * n[1]);
    a[3] = a[4] = a[5] = array(VOLO_CASE_PARAMETERS, n[1]);
}

static void run_channel_gradient_sums(const VoloKernels *k, void *const *a, const size_t *n)
{
    const VoloChannelNorm norm = norm_of(a + 3, n[2]);
    double sums[2 * MOST_CHANNELS];

    k->channel_gradient_sums(sums, a[1], a[2], &norm, n[0], n[1]);
    narrow(a[0], sums, 2 * n[1]);
}

/* n: r, c, 1 for ReLU, 1 to add */
static void plan_channel_gradient(VoloCaseArray *a, const size_t *n)
{
    a[0] = array(VOLO_CASE_UPDATE, n[0] * n[1]);
    a[1] = a[2] = array(VOLO_CASE_FLOATS, n[0] * n[1]);
    a[3] = a[4] = a[5] = a[6] = a[7] = array(VOLO_CASE_PARAMETERS, n[1]);
}

static void run_channel_gradient(const VoloKernels *k, void *const *a, const size_t *n)
{
    const VoloChannelNorm norm = norm_of(a + 3, n[2]);

    k->channel_gradient(a[0], a[1], a[2], &norm, a[6], a[7], n[3] != 0, n[0], n[1]);
}

const VoloCaseKind volo_case_channel_sums = {
    .kernel = "channel_sums",
    .sizes = { "r", "c" },
    .limit = 1e-12,
    .inputs = ALL_FINITE,
    .plan = plan_channel_sums,
    .run = run_channel_sums,
};
const VoloCaseKind volo_case_channel_norm = {
    .kernel = "channel_norm",
    .sizes = { "r", "c", "relu" },
    .limit = 1e-12,
    .inputs = ALL_FINITE,
    .plan = plan_channel_norm,
    .run = run_channel_norm,
};
const VoloCaseKind volo_case_channel_gradient_sums = {
    .kernel = "channel_gradient_sums",
    .sizes = { "r", "c", "relu" },
    .limit = 1e-12,
    .inputs = ALL_FINITE,
    .plan = plan_channel_gradient_sums,
    .run = run_channel_gradient_sums,
};
const VoloCaseKind volo_case_channel_gradient = {
    .kernel = "channel_gradient",
    .sizes = { "r", "c", "relu", "add" },
    .limit = 1e-12,
    .inputs = ALL_FINITE,
    .plan = plan_channel_gradient,
    .run = run_channel_gradient,
};
