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
