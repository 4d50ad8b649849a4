/* SPDX-License-Identifier: Apache-2.0 */
/* The table of kernel cases: for each kernel how its arrays are laid out and how it is called, and
 * then the sizes: those of the networks, and odd ones. */
#include "kernels/case_kinds.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const float eps = 1e-5F;
static const float mean[3] = { 123.675F, 116.28F, 103.53F }, std[3] = { 58.395F, 57.12F, 57.375F };

/* --- pointwise.c --- */

static void plan_add(VoloCaseArray *a, const size_t *n)
{
    a[0] = array(VOLO_CASE_OUTPUT, n[0]);
    a[1] = a[2] = array(VOLO_CASE_FLOATS, n[0]);
}

static void run_add(const VoloKernels *k, void *const *a, const size_t *n)
{
    k->add(a[0], a[1], a[2], n[0]);
}

/* n: r, c, activation, 1 with a bias, 1 with a residual */
static void plan_epilogue(VoloCaseArray *a, const size_t *n)
{
    a[0] = array(VOLO_CASE_UPDATE, n[0] * (n[1] + GAP));
    a[1] = array(VOLO_CASE_PARAMETERS, n[1]);
    a[2] = array(VOLO_CASE_FLOATS, n[0] * n[1]);
}

static void run_epilogue(const VoloKernels *k, void *const *a, const size_t *n)
{
    k->epilogue(a[0], n[1] + GAP, n[3] ? a[1] : NULL, n[4] ? a[2] : NULL, n[1], (int)n[2], n[0],
                n[1]);
}

/* --- normalize.c, softmax.c --- */

static void plan_layernorm(VoloCaseArray *a, const size_t *n)
{
    a[0] = array(VOLO_CASE_OUTPUT, n[0] * n[1]);
    a[1] = array(VOLO_CASE_FLOATS, n[0] * n[1]);
    a[2] = a[3] = array(VOLO_CASE_PARAMETERS, n[1]);
}

static void run_layernorm(const VoloKernels *k, void *const *a, const size_t *n)
{
    k->layernorm(a[0], a[1], a[2], a[3], eps, n[0], n[1]);
}

static void plan_softmax(VoloCaseArray *a, const size_t *n)
{
    a[0] = array(VOLO_CASE_OUTPUT, n[0] * n[1]);
    a[1] = array(VOLO_CASE_FLOATS, n[0] * n[1]);
}

static void run_softmax(const VoloKernels *k, void *const *a, const size_t *n)
{
    k->softmax(a[0], a[1], 1.75F, n[0], n[1]);
}

/* --- outlook.c, pool.c --- */

/* n: h, w, heads, d, first, count */
static void plan_outlook(VoloCaseArray *a, const size_t *n)
{
    const size_t c = n[2] * n[3];

    a[0] = array(VOLO_CASE_OUTPUT, n[5] * n[1] * c);
    a[1] = array(VOLO_CASE_FLOATS, n[0] * n[1] * c);
    a[2] = array(VOLO_CASE_PARAMETERS, (n[0] + 1) / 2 * ((n[1] + 1) / 2) * n[2] * 81);
}

static void run_outlook(const VoloKernels *k, void *const *a, const size_t *n)
{
    k->outlook(a[0], a[1], a[2], n[0], n[1], n[2], n[3], n[4], n[5]);
}

static double count_outlook(const size_t *n)
{
    return 2 * 9 * 2.25 * (double)(n[5] * n[1] * n[2] * n[3]);
}

/* n: h, w, c, first, count */
static void plan_avg_pool2(VoloCaseArray *a, const size_t *n)
{
    a[0] = array(VOLO_CASE_OUTPUT, n[4] * ((n[1] + 1) / 2) * n[2]);
    a[1] = array(VOLO_CASE_FLOATS, n[0] * n[1] * n[2]);
}

static void run_avg_pool2(const VoloKernels *k, void *const *a, const size_t *n)
{
    k->avg_pool2(a[0], a[1], n[0], n[1], n[2], n[3], n[4]);
}

/* n: h, w, c, bins */
static void plan_adaptive_pool(VoloCaseArray *a, const size_t *n)
{
    a[0] = array(VOLO_CASE_OUTPUT, n[3] * n[3] * n[2]);
    a[1] = array(VOLO_CASE_FLOATS, n[0] * n[1] * n[2]);
}

static void run_adaptive_pool(const VoloKernels *k, void *const *a, const size_t *n)
{
    k->adaptive_pool(a[0], a[1], n[0], n[1], n[2], n[3]);
}

/* n: h, w, c, first, count */
static void plan_max_pool2(VoloCaseArray *a, const size_t *n)
{
    a[0] = array(VOLO_CASE_OUTPUT, n[4] * (n[1] / 2) * n[2]);
    a[1] = array(VOLO_CASE_FLOATS, n[0] * n[1] * n[2]);
}

static void run_max_pool2(const VoloKernels *k, void *const *a, const size_t *n)
{
    k->max_pool2(a[0], a[1], n[0], n[1], n[2], n[3], n[4]);
}

/* n: r, c */
static void plan_add_max(VoloCaseArray *a, const size_t *n)
{
    a[0] = array(VOLO_CASE_UPDATE, n[1]);
    a[1] = array(VOLO_CASE_FLOATS, n[0] * n[1]);
}

static void run_add_max(const VoloKernels *k, void *const *a, const size_t *n)
{
    k->add_max(a[0], a[1], 0.5F, n[0], n[1]);
}

/* --- resample.c, argmax.c, ranking.c, pixels.c --- */

/* n: w_in, w_out, c, 1 to accumulate */
static void plan_bilinear_row(VoloCaseArray *a, const size_t *n)
{
    a[0] = array(VOLO_CASE_UPDATE, n[1] * (n[2] + GAP));
    a[1] = a[2] = array(VOLO_CASE_FLOATS, n[0] * n[2]);
    a[3] = lerp_array(n[0], n[1]);
}

static void run_bilinear_row(const VoloKernels *k, void *const *a, const size_t *n)
{
    const VoloLerp lerp = lerp_of(a[3], n[1]);

    k->bilinear_row(a[0], n[2] + GAP, a[1], a[2], 0.3F, &lerp, n[1], n[2], n[3] != 0);
}

/* n: h_in, w_in, c, h_out, w_out */
static void plan_bicubic(VoloCaseArray *a, const size_t *n)
{
    a[0] = array(VOLO_CASE_OUTPUT, n[3] * n[4] * n[2]);
    a[1] = array(VOLO_CASE_FLOATS, n[0] * n[1] * n[2]);
}

static void run_bicubic(const VoloKernels *k, void *const *a, const size_t *n)
{
    k->bicubic(a[0], a[1], n[0], n[1], n[2], n[3], n[4]);
}

/* n: w, c */
static void plan_argmax_row(VoloCaseArray *a, const size_t *n)
{
    a[0] = array(VOLO_CASE_LABELS, n[0]);
    a[1] = array(VOLO_CASE_FLOATS, n[0] * n[1]);
}

static void run_argmax_row(const VoloKernels *k, void *const *a, const size_t *n)
{
    k->argmax_row(a[0], a[1], n[0], n[1]);
}

static void plan_runners_up_row(VoloCaseArray *a, const size_t *n)
{
    a[0] = array(VOLO_CASE_LABELS, 2 * n[0]);
    a[1] = array(VOLO_CASE_FLOATS, n[0] * n[1]);
    a[2] = array(VOLO_CASE_BYTES, n[0]);
}

static void run_runners_up_row(const VoloKernels *k, void *const *a, const size_t *n)
{
    k->runners_up_row(a[0], (uint8_t *)a[0] + n[0], a[2], a[1], n[0], n[1]);
}

static void plan_entropy_row(VoloCaseArray *a, const size_t *n)
{
    a[0] = array(VOLO_CASE_OUTPUT, n[0]);
    a[1] = array(VOLO_CASE_FLOATS, n[0] * n[1]);
}

static void run_entropy_row(const VoloKernels *k, void *const *a, const size_t *n)
{
    k->entropy_row(a[0], a[1], n[0], n[1]);
}

static void plan_normalize_row(VoloCaseArray *a, const size_t *n)
{
    a[0] = array(VOLO_CASE_OUTPUT, 3 * n[0]);
    a[1] = array(VOLO_CASE_BYTES, 3 * n[0]);
}

static void run_normalize_row(const VoloKernels *k, void *const *a, const size_t *n)
{
    k->normalize_row(a[0], a[1], mean, std, n[0]);
}

/* n: w_in, w_out */
static void plan_resize_normalize_row(VoloCaseArray *a, const size_t *n)
{
    a[0] = array(VOLO_CASE_OUTPUT, 3 * n[1]);
    a[1] = a[2] = array(VOLO_CASE_BYTES, 3 * n[0]);
    a[3] = lerp_array(n[0], n[1]);
}

static void run_resize_normalize_row(const VoloKernels *k, void *const *a, const size_t *n)
{
    const VoloLerp lerp = lerp_of(a[3], n[1]);

    k->resize_normalize_row(a[0], a[1], a[2], 0.6F, &lerp, mean, std, n[1]);
}

/* n: w_in, w_out */
static void plan_fixed_point_row(VoloCaseArray *a, const size_t *n)
{
    a[0] = array(VOLO_CASE_LABELS, 3 * n[1]);
    a[1] = a[2] = array(VOLO_CASE_BYTES, 3 * n[0]);
    a[3] = lerp_array(n[0], n[1]);
}

static void run_fixed_point_row(const VoloKernels *k, void *const *a, const size_t *n)
{
    const VoloLerp lerp = lerp_of(a[3], n[1]);

    k->fixed_point_row(a[0], a[1], a[2], 0.6F, &lerp, n[1]);
}

/* --- the table --- */

static const VoloCaseKind add = {
    .kernel = "add",
    .sizes = { "count" },
    .inputs = ALL_FINITE,
    .plan = plan_add,
    .run = run_add,
};
static const VoloCaseKind epilogue = {
    .kernel = "epilogue",
    .sizes = { "r", "c", "activation", "bias", "residual" },
    .limit = 1e-12,
    .inputs = ALL_FINITE,
    .plan = plan_epilogue,
    .run = run_epilogue,
};
static const VoloCaseKind layernorm = {
    .kernel = "layernorm",
    .sizes = { "r", "c" },
    .limit = 1e-12,
    .inputs = ALL_FINITE,
    .plan = plan_layernorm,
    .run = run_layernorm,
};
static const VoloCaseKind softmax = {
    .kernel = "softmax",
    .sizes = { "r", "c" },
    .limit = 1e-12,
    .inputs = WITH_INFINITE,
    .plan = plan_softmax,
    .run = run_softmax,
};
static const VoloCaseKind outlook = {
    .kernel = "outlook",
    .sizes = { "h", "w", "heads", "d", "first", "count" },
    .limit = 1e-12,
    .inputs = ALL_FINITE,
    .plan = plan_outlook,
    .run = run_outlook,
    .operations = count_outlook,
};
static const VoloCaseKind avg_pool2 = {
    .kernel = "avg_pool2",
    .sizes = { "h", "w", "c", "first", "count" },
    .limit = 1e-12,
    .inputs = ALL_FINITE,
    .plan = plan_avg_pool2,
    .run = run_avg_pool2,
};
static const VoloCaseKind adaptive_pool = {
    .kernel = "adaptive_pool",
    .sizes = { "h", "w", "c", "bins" },
    .limit = 1e-12,
    .inputs = ALL_FINITE,
    .plan = plan_adaptive_pool,
    .run = run_adaptive_pool,
};
static const VoloCaseKind max_pool2 = {
    .kernel = "max_pool2",
    .sizes = { "h", "w", "c", "first", "count" },
    .inputs = WITH_INFINITE,
    .plan = plan_max_pool2,
    .run = run_max_pool2,
};
static const VoloCaseKind add_max = {
    .kernel = "add_max",
    .sizes = { "r", "c" },
    .limit = 1e-12,
    .inputs = ALL_FINITE,
    .plan = plan_add_max,
    .run = run_add_max,
};
static const VoloCaseKind bilinear_row = {
    .kernel = "bilinear_row",
    .sizes = { "w_in", "w_out", "c", "accumulate" },
    .limit = 1e-12,
    .inputs = ALL_FINITE,
    .plan = plan_bilinear_row,
    .run = run_bilinear_row,
};
static const VoloCaseKind bicubic = {
    .kernel = "bicubic",
    .sizes = { "h_in", "w_in", "c", "h_out", "w_out" },
    .limit = 1e-12,
    .inputs = ALL_FINITE,
    .plan = plan_bicubic,
    .run = run_bicubic,
};
static const VoloCaseKind argmax_row = {
    .kernel = "argmax_row",
    .sizes = { "w", "c" },
    .inputs = WITH_INFINITE,
    .plan = plan_argmax_row,
    .run = run_argmax_row,
};
static const VoloCaseKind runners_up_row = {
    .kernel = "runners_up_row",
    .sizes = { "w", "c" },
    .inputs = WITH_INFINITE,
    .plan = plan_runners_up_row,
    .run = run_runners_up_row,
};
static const VoloCaseKind entropy_row = {
    .kernel = "entropy_row",
    .sizes = { "w", "c" },
    .limit = 1e-12,
    .inputs = WITH_INFINITE,
    .plan = plan_entropy_row,
    .run = run_entropy_row,
};
static const VoloCaseKind normalize_row = {
    .kernel = "normalize_row",
    .sizes = { "w" },
    .inputs = ANY_ONCE,
    .plan = plan_normalize_row,
    .run = run_normalize_row,
};
static const VoloCaseKind resize_normalize_row = {
    .kernel = "resize_normalize_row",
    .sizes = { "w_in", "w_out" },
    .limit = 1e-12,
    .inputs = ANY_ONCE,
    .plan = plan_resize_normalize_row,
    .run = run_resize_normalize_row,
};
static const VoloCaseKind fixed_point_row = {
    .kernel = "fixed_point_row",
    .sizes = { "w_in", "w_out" },
    .inputs = ANY_ONCE,
    .plan = plan_fixed_point_row,
    .run = run_fixed_point_row,
};
static const VoloKernelCase cases[] = {
    { &add, { 1 } },
    { &add, { 37 } },
    { &add, { 393216 } },
    { &epilogue, { 1, 1, 0, 0, 0 } },
    { &epilogue, { 5, 19, 0, 1, 1 } },
    { &epilogue, { 5, 37, 1, 1, 0 } },
    { &epilogue, { 5, 37, 2, 0, 1 } },
    { &epilogue, { 3, 33, 2, 0, 0 } },
    { &epilogue, { 256, 1152, 1, 1, 1 } },
    { &epilogue, { 256, 1152, 2, 1, 1 } },
    { &layernorm, { 1, 1 } },
    { &layernorm, { 3, 7 } },
    { &layernorm, { 5, 197 } },
    { &layernorm, { 1024, 192 } },
    { &layernorm, { 1024, 384 } },
    { &layernorm, { 256, 768 } },
    { &softmax, { 1, 1 } },
    { &softmax, { 37, 9 } },
    { &softmax, { 6, 16 } },
    { &softmax, { 6, 17 } },
    { &softmax, { 7, 197 } },
    { &softmax, { 55296, 9 } },
    { &softmax, { 64, 1024 } },
    { &outlook, { 1, 1, 1, 1, 0, 1 } },
    { &outlook, { 5, 7, 3, 5, 0, 5 } },
    { &outlook, { 6, 5, 2, 13, 1, 3 } },
    { &outlook, { 7, 6, 2, 71, 4, 3 } },
    { &outlook, { 28, 28, 6, 32, 0, 28 } },
    { &outlook, { 64, 64, 6, 32, 24, 8 } },
    { &outlook, { 64, 64, 12, 32, 24, 8 } },
    { &avg_pool2, { 1, 1, 3, 0, 1 } },
    { &avg_pool2, { 5, 7, 13, 1, 2 } },
    { &avg_pool2, { 64, 64, 192, 0, 32 } },
    { &adaptive_pool, { 1, 1, 3, 6 } },
    { &adaptive_pool, { 5, 7, 37, 3 } },
    { &adaptive_pool, { 7, 11, 65, 6 } },
    { &adaptive_pool, { 32, 32, 384, 1 } },
    { &adaptive_pool, { 32, 32, 384, 6 } },
    { &max_pool2, { 2, 2, 3, 0, 1 } },
    { &max_pool2, { 7, 5, 13, 1, 2 } },
    { &max_pool2, { 32, 32, 384, 0, 16 } },
    { &add_max, { 1, 1 } },
    { &add_max, { 5, 37 } },
    { &add_max, { 196, 1000 } },
    { &bilinear_row, { 1, 5, 3, 0 } },
    { &bilinear_row, { 7, 13, 19, 1 } },
    { &bilinear_row, { 13, 7, 37, 0 } },
    { &bilinear_row, { 64, 512, 19, 0 } },
    { &bilinear_row, { 64, 512, 150, 0 } },
    { &bilinear_row, { 32, 64, 512, 0 } },
    { &bilinear_row, { 32, 64, 512, 1 } },
    { &volo_case_tap_row, { 1, 1, 1, 1, 0, 0 } },
    { &volo_case_tap_row, { 3, 2, 5, 7, 4, 1 } },
    { &volo_case_tap_row, { 4, 5, 8, 10, 0, 0 } },
    { &volo_case_tap_row, { 32, 32, 64, 64, 31, 1 } },
    { &bicubic, { 1, 1, 3, 4, 5 } },
    { &bicubic, { 7, 5, 13, 3, 11 } },
    { &bicubic, { 14, 14, 384, 32, 32 } },
    { &argmax_row, { 5, 1 } },
    { &argmax_row, { 37, 2 } },
    { &argmax_row, { 37, 7 } },
    { &argmax_row, { 37, 16 } },
    { &argmax_row, { 37, 255 } },
    { &argmax_row, { 512, 19 } },
    { &argmax_row, { 512, 150 } },
    { &runners_up_row, { 5, 1 } },
    { &runners_up_row, { 37, 2 } },
    { &runners_up_row, { 37, 3 } },
    { &runners_up_row, { 37, 7 } },
    { &runners_up_row, { 37, 33 } },
    { &runners_up_row, { 37, 255 } },
    { &runners_up_row, { 512, 19 } },
    { &runners_up_row, { 512, 150 } },
    { &entropy_row, { 5, 1 } },
    { &entropy_row, { 37, 2 } },
    { &entropy_row, { 37, 16 } },
    { &entropy_row, { 37, 255 } },
    { &entropy_row, { 512, 19 } },
    { &entropy_row, { 512, 150 } },
    { &normalize_row, { 1 } },
    { &normalize_row, { 37 } },
    { &normalize_row, { 512 } },
    { &resize_normalize_row, { 1, 3 } },
    { &resize_normalize_row, { 53, 37 } },
    { &resize_normalize_row, { 683, 512 } },
    { &fixed_point_row, { 1, 3 } },
    { &fixed_point_row, { 53, 37 } },
    { &fixed_point_row, { 683, 1024 } },
    { &volo_case_flash_attention, { 1, 1, 1 } },
    { &volo_case_flash_attention, { 3, 7, 5 } },
    { &volo_case_flash_attention, { 25, 129, 33 } },
    { &volo_case_flash_attention, { 97, 197, 32 } },
    { &volo_case_flash_attention, { 96, 784, 32 } },
    { &volo_case_gemm_panel, { 1, 1, 1, 0, 0, 0 } },
    { &volo_case_gemm_panel, { 5, 7, 3, 0, 1, 1 } },
    { &volo_case_gemm_panel, { 7, 300, 37, 2, 1, 0 } },
    { &volo_case_gemm_panel, { 13, 513, 33, 1, 0, 1 } },
    { &volo_case_gemm_panel, { 64, 384, 1152, 0, 1, 1 } },
    { &volo_case_gemm_panel, { 64, 768, 384, 2, 1, 1 } },
    { &volo_case_panel_product, { 1, 1, 1, 0 } },
    { &volo_case_panel_product, { 3, 37, 19, 1 } },
    { &volo_case_panel_product, { 2, 48, VOLO_PRODUCT_K, 0 } },
    { &volo_case_im2col, { 1, 1, 1, 3, 1, 1, 0, 1 } },
    { &volo_case_im2col, { 5, 7, 3, 3, 2, 1, 2, 9 } },
    { &volo_case_im2col, { 9, 8, 5, 4, 4, 0, 1, 3 } },
    { &volo_case_im2col, { 32, 32, 64, 3, 1, 1, 0, 96 } },
    { &volo_case_im2col, { 64, 64, 3, 7, 2, 3, 0, 96 } },
    { &volo_case_winograd_input, { 1, 1, 16, 0, 0 } },
    { &volo_case_winograd_input, { 7, 5, 48, 4, 0 } },
    { &volo_case_winograd_input, { 9, 8, 256, 2, 1 } },
    { &volo_case_winograd_weight, { 1 } },
    { &volo_case_winograd_weight, { 37 } },
    { &volo_case_winograd_weight, { 256 } },
    { &volo_case_winograd_output, { 0, 0, 4, 4 } },
    { &volo_case_winograd_output, { 1, 1, 3, 1 } },
    { &volo_case_winograd_output, { 2, 1, 1, 4 } },
    { &volo_case_winograd_output_gradient, { 4, 4 } },
    { &volo_case_winograd_output_gradient, { 3, 1 } },
    { &volo_case_winograd_weight_gradient, { 16, 0 } },
    { &volo_case_winograd_weight_gradient, { 48, 1 } },
    { &volo_case_turn, { 1, 1 } },
    { &volo_case_turn, { 37, 19 } },
    { &volo_case_turn, { VOLO_PRODUCT_K, 64 } },
    { &volo_case_activation_gradient, { 1, 1, 0 } },
    { &volo_case_activation_gradient, { 37, 2, 0 } },
    { &volo_case_activation_gradient, { 37, 2, 1 } },
    { &volo_case_activation_gradient, { 4096, 2, 0 } },
    { &volo_case_gather_row, { 1, 1, 1, 1, 1, 0, 0 } },
    { &volo_case_gather_row, { 3, 5, 7, 11, 3, 1, 1 } },
    { &volo_case_gather_row, { 9, 13, 4, 5, 37, 2, 0 } },
    { &volo_case_gather_row, { 2, 3, 5, 4, 212, 1, 1 } },
    { &volo_case_gather_row, { 1, 1, 32, 32, 512, 0, 0 } },
    { &volo_case_gather_row, { 32, 32, 64, 64, 512, 16, 0 } },
    { &volo_case_gather_row, { 64, 64, 512, 512, 19, 31, 0 } },
    { &volo_case_max_pool2_gradient, { 2, 2, 3, 0, 1, 0 } },
    { &volo_case_max_pool2_gradient, { 7, 5, 37, 1, 2, 0 } },
    { &volo_case_max_pool2_gradient, { 9, 6, 16, 1, 2, 1 } },
    { &volo_case_max_pool2_gradient, { 32, 32, 384, 0, 16, 0 } },
    { &volo_case_add_max_gradient, { 1, 1, 0 } },
    { &volo_case_add_max_gradient, { 5, 37, 1 } },
    { &volo_case_add_max_gradient, { 196, 1000, 0 } },
    { &volo_case_flash_attention_gradient, { 1, 1, 1, 0, 0 } },
    { &volo_case_flash_attention_gradient, { 3, 7, 5, 1, 0 } },
    { &volo_case_flash_attention_gradient, { 1, 131, 16, 0, 1 } },
    { &volo_case_flash_attention_gradient, { 50, 129, 33, 1, 1 } },
    { &volo_case_flash_attention_gradient, { 97, 150, 32, 0, 0 } },
    { &volo_case_flash_attention_gradient, { 29, 31, 48, 0, 0 } },
    { &volo_case_flash_attention_gradient, { 13, 9, 70, 0, 0 } },
    { &volo_case_layernorm_gradient, { 1, 1, 0 } },
    { &volo_case_layernorm_gradient, { 3, 7, 1 } },
    { &volo_case_layernorm_gradient, { 5, 197, 0 } },
    { &volo_case_layernorm_gradient, { 64, 192, 0 } },
    { &volo_case_layernorm_gradient, { 64, 384, 1 } },
    { &volo_case_outlook_value_gradient, { 1, 1, 1, 1, 0, 1, 0 } },
    { &volo_case_outlook_value_gradient, { 5, 7, 3, 5, 0, 5, 1 } },
    { &volo_case_outlook_value_gradient, { 6, 5, 2, 13, 1, 3, 0 } },
    { &volo_case_outlook_value_gradient, { 7, 6, 1, 71, 4, 3, 0 } },
    { &volo_case_outlook_value_gradient, { 6, 7, 2, 32, 2, 4, 1 } },
    { &volo_case_outlook_score_gradient, { 1, 1, 1, 1, 0, 1, 0 } },
    { &volo_case_outlook_score_gradient, { 5, 7, 3, 5, 0, 3, 1 } },
    { &volo_case_outlook_score_gradient, { 6, 5, 2, 13, 1, 2, 0 } },
    { &volo_case_outlook_score_gradient, { 7, 6, 2, 71, 2, 1, 0 } },
    { &volo_case_outlook_score_gradient, { 9, 8, 3, 32, 0, 5, 1 } },
    { &volo_case_channel_sums, { 1, 1 } },
    { &volo_case_channel_sums, { 37, 45 } },
    { &volo_case_channel_sums, { 64, 64 } },
    { &volo_case_channel_norm, { 1, 1, 1 } },
    { &volo_case_channel_norm, { 37, 45, 0 } },
    { &volo_case_channel_norm, { 64, 64, 1 } },
    { &volo_case_channel_gradient_sums, { 1, 1, 0 } },
    { &volo_case_channel_gradient_sums, { 37, 45, 1 } },
    { &volo_case_channel_gradient_sums, { 37, 27, 0 } },
    { &volo_case_channel_gradient_sums, { 64, 64, 1 } },
    { &volo_case_channel_gradient, { 2, 3, 0, 0 } },
    { &volo_case_channel_gradient, { 37, 45, 1, 1 } },
    { &volo_case_channel_gradient, { 37, 45, 0, 0 } },
    { &volo_case_channel_gradient, { 64, 64, 1, 0 } },
};

const VoloKernelCase *volo_kernel_cases(size_t *ret_count)
{
    *ret_count = COUNT(cases);
    return cases;
}
