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

/* n: h_in, w_in, h_out, w_out, c, row, 1 to add */
static void plan_gather_row(VoloCaseArray *a, const size_t *n)
{
    a[0] = array(VOLO_CASE_UPDATE, n[1] * (n[4] + GAP));
    a[1] = array(VOLO_CASE_FLOATS, n[2] * n[3] * (n[4] + GAP));
    a[2] = lerp_array(n[0], n[2]);
    a[3] = lerp_array(n[1], n[3]);
    a[4] = array(VOLO_CASE_SCRATCH, volo_readers_floats(n[0], n[2]));
    a[5] = array(VOLO_CASE_SCRATCH, volo_readers_floats(n[1], n[3]));
}

static void run_gather_row(const VoloKernels *k, void *const *a, const size_t *n)
{
    const VoloLerp down = lerp_of(a[2], n[2]), along = lerp_of(a[3], n[3]);
    const VoloReaders rows = volo_readers_of_lerp(a[4], &down, n[0], n[2]);
    const VoloReaders columns = volo_readers_of_lerp(a[5], &along, n[1], n[3]);

    k->gather_row(a[0], n[4] + GAP, a[1], n[4] + GAP, &rows, &columns, n[5], n[1], n[3], n[4],
                  n[6] != 0);
}

const VoloCaseKind volo_case_gather_row = {
    .kernel = "gather_row",
    .sizes = { "h_in", "w_in", "h_out", "w_out", "c", "row", "add" },
    .limit = 1e-12,
    .inputs = ALL_FINITE,
    .plan = plan_gather_row,
    .run = run_gather_row,
};

/* n: h, w, c, first, count, 1 to add */
static void plan_max_pool2_gradient(VoloCaseArray *a, const size_t *n)
{
    a[0] = array(VOLO_CASE_UPDATE, n[0] * n[1] * n[2]);
    a[1] = array(VOLO_CASE_FLOATS, n[4] * (n[1] / 2) * n[2]);
    a[2] = array(VOLO_CASE_FLOATS, n[0] * n[1] * n[2]);
}

static void run_max_pool2_gradient(const VoloKernels *k, void *const *a, const size_t *n)
{
    k->max_pool2_gradient(a[0], a[1], a[2], n[0], n[1], n[2], n[3], n[4], n[5] != 0);
}

/* n: r, c, 1 to add */
static void plan_add_max_gradient(VoloCaseArray *a, const size_t *n)
{
    a[0] = array(VOLO_CASE_UPDATE, n[0] * n[1]);
    a[1] = array(VOLO_CASE_FLOATS, n[1]);
    a[2] = array(VOLO_CASE_FLOATS, n[0] * n[1]);
}

static void run_add_max_gradient(const VoloKernels *k, void *const *a, const size_t *n)
{
    k->add_max_gradient(a[0], a[1], a[2], 0.5F, n[0], n[1], n[2] != 0);
}

const VoloCaseKind volo_case_max_pool2_gradient = {
    .kernel = "max_pool2_gradient",
    .sizes = { "h", "w", "c", "first", "count", "add" },
    .inputs = WITH_INFINITE,
    .plan = plan_max_pool2_gradient,
    .run = run_max_pool2_gradient,
};
const VoloCaseKind volo_case_add_max_gradient = {
    .kernel = "add_max_gradient",
    .sizes = { "r", "c", "add" },
    .limit = 1e-12,
    .inputs = ALL_FINITE,
    .plan = plan_add_max_gradient,
    .run = run_add_max_gradient,
};
