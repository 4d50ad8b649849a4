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

/* n: h, w, heads, d, first, count, 1 to add */
static void plan_outlook_value_gradient(VoloCaseArray *a, const size_t *n)
{
    const size_t c = n[2] * n[3];

    a[0] = array(VOLO_CASE_UPDATE, n[5] * n[1] * c);
    a[1] = array(VOLO_CASE_FLOATS, n[0] * n[1] * c);
    a[2] = array(VOLO_CASE_PARAMETERS, (n[0] + 1) / 2 * ((n[1] + 1) / 2) * n[2] * 81);
}

static void run_outlook_value_gradient(const VoloKernels *k, void *const *a, const size_t *n)
{
    k->outlook_value_gradient(a[0], a[1], a[2], n[6] != 0, n[0], n[1], n[2], n[3], n[4], n[5]);
}

static double count_outlook_value_gradient(const size_t *n)
{
    return 2 * 9 * 2.25 * (double)(n[5] * n[1] * n[2] * n[3]);
}

const VoloCaseKind volo_case_outlook_value_gradient = {
    .kernel = "outlook_value_gradient",
    .sizes = { "h", "w", "heads", "d", "first", "count", "add" },
    .limit = 1e-12,
    .inputs = ALL_FINITE,
    .plan = plan_outlook_value_gradient,
    .run = run_outlook_value_gradient,
    .operations = count_outlook_value_gradient,
};

/* n: h, w, heads, d, first, count (of cells), 1 to add */
static void plan_outlook_score_gradient(VoloCaseArray *a, const size_t *n)
{
    const size_t cells = (n[1] + 1) / 2 * n[2] * 81;

    a[0] = array(VOLO_CASE_UPDATE, n[5] * cells);
    a[1] = a[2] = array(VOLO_CASE_FLOATS, n[0] * n[1] * n[2] * n[3]);
    a[3] = array(VOLO_CASE_PARAMETERS, (n[0] + 1) / 2 * cells);
}

static void run_outlook_score_gradient(const VoloKernels *k, void *const *a, const size_t *n)
{
    k->outlook_score_gradient(a[0], a[1], a[2], a[3], 0.5F, n[6] != 0, n[0], n[1], n[2], n[3], n[4],
                              n[5]);
}

static double count_outlook_score_gradient(const size_t *n)
{
    return 2 * 81 * (double)(n[5] * ((n[1] + 1) / 2) * n[2] * n[3]);
}

const VoloCaseKind volo_case_outlook_score_gradient = {
    .kernel = "outlook_score_gradient",
    .sizes = { "h", "w", "heads", "d", "first", "count", "add" },
    .limit = 1e-12,
    .inputs = ALL_FINITE,
    .plan = plan_outlook_score_gradient,
    .run = run_outlook_score_gradient,
    .operations = count_outlook_score_gradient,
};

/* The largest of what the levels and the twin want. */
static size_t gradient_scratch(size_t r, size_t d)
{
    size_t most = volo_kernels_reference()->flash_attention_gradient_scratch(r, d);

    for (int level = 0; level <= (int)volo_cpu_best(); level++) {
        const VoloKernels *const k = volo_kernels_at((VoloCpuLevel)level);
        const size_t floats = k->flash_attention_gradient_scratch(r, d);

        most = floats > most ? floats : most;
    }
    return most;
}

/* n: r, keys, d, 1 to add to dq, 1 to add to dk and dv; array 0 is all three */
static void plan_flash_attention_gradient(VoloCaseArray *a, const size_t *n)
{
    const size_t ld = n[2] + GAP;

    a[0] = array(VOLO_CASE_UPDATE, (n[0] + 2 * n[1]) * ld);
    a[1] = a[4] = a[5] = array(VOLO_CASE_FLOATS, (n[0] - 1) * ld + n[2]);
    a[2] = a[3] = array(VOLO_CASE_FLOATS, (n[1] - 1) * ld + n[2]);
    a[6] = array(VOLO_CASE_PARAMETERS, n[0]);
    a[7] = array(VOLO_CASE_SCRATCH, gradient_scratch(n[0], n[2]));
}

static void run_flash_attention_gradient(const VoloKernels *k, void *const *a, const size_t *n)
{
    const size_t ld = n[2] + GAP;
    float *const dq = a[0], *const dk = dq + n[0] * ld;

    k->flash_attention_gradient(&(VoloAttentionGradient){ .dq = dq,
                                                          .dk = dk,
                                                          .dv = dk + n[1] * ld,
                                                          .dy = a[4],
                                                          .y = a[5],
                                                          .lse = a[6],
                                                          .q = a[1],
                                                          .k = a[2],
                                                          .v = a[3],
                                                          .ld_gradient = ld,
                                                          .ldy = ld,
                                                          .ld = ld,
                                                          .scale = 0.5F,
                                                          .add_query = n[3] != 0,
                                                          .add_key = n[4] != 0,
                                                          .r = n[0],
                                                          .keys = n[1],
                                                          .d = n[2] },
                                a[7]);
}

static double count_flash_attention_gradient(const size_t *n)
{
    return 10 * (double)(n[0] * n[1] * n[2]);
}

/* Products of four huge numbers are no floats. */
const VoloCaseKind volo_case_flash_attention_gradient = {
    .kernel = "flash_attention_gradient",
    .sizes = { "r", "keys", "d", "add_query", "add_key" },
    .limit = 1e-12,
    .inputs = ALL_FINITE & ~(1 << VOLO_CASE_HUGE),
    .plan = plan_flash_attention_gradient,
    .run = run_flash_attention_gradient,
    .operations = count_flash_attention_gradient,
};
