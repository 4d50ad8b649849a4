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
