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

/* n: r, c, 1 to add; array 0 is dx, then dweight and dbias */
static void plan_layernorm_gradient(VoloCaseArray *a, const size_t *n)
{
    a[0] = array(VOLO_CASE_UPDATE, (n[0] + 2) * n[1]);
    a[1] = a[2] = array(VOLO_CASE_FLOATS, n[0] * n[1]);
    a[3] = array(VOLO_CASE_PARAMETERS, n[1]);
}

static void run_layernorm_gradient(const VoloKernels *k, void *const *a, const size_t *n)
{
    float *const dweight = (float *)a[0] + n[0] * n[1];

    k->layernorm_gradient(a[0], dweight, dweight + n[1], a[1], a[2], a[3], 1e-5F, n[2] != 0, n[0],
                          n[1]);
}

const VoloCaseKind volo_case_layernorm_gradient = {
    .kernel = "layernorm_gradient",
    .sizes = { "r", "c", "add" },
    .limit = 1e-11, /* denormal differences are multiplied by 1 / sqrt(eps) */
    .inputs = ALL_FINITE,
    .plan = plan_layernorm_gradient,
    .run = run_layernorm_gradient,
};
