/* SPDX-License-Identifier: Apache-2.0 */
/* Kernel cases of products: attention, matrices, convolutions. */
#include "kernels/case_kinds.h"

/* --- flash_attention.c, gemm_panel.c, im2col.c --- */

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* The largest of what the levels and the twin want. */
static size_t flash_attention_scratch(size_t d)
{
    size_t most = volo_kernels_reference()->flash_attention_scratch(d);

    for (int level = 0; level <= (int)volo_cpu_best(); level++)
        most = larger(most, volo_kernels_at((VoloCpuLevel)level)->flash_attention_scratch(d));
    return most;
}

static size_t gemm_panel_scratch(size_t in)
{
    size_t most = volo_kernels_reference()->gemm_panel_scratch(in);

    for (int level = 0; level <= (int)volo_cpu_best(); level++)
        most = larger(most, volo_kernels_at((VoloCpuLevel)level)->gemm_panel_scratch(in));
    return most;
}

/* Floats of rows that lie ld apart; the last ends where its columns end. */
static size_t spread(size_t rows, size_t ld, size_t columns)
{
    return (rows - 1) * ld + columns;
}

/* n: r, keys, d */
static void plan_flash_attention(VoloCaseArray *a, const size_t *n)
{
    const size_t d = n[2], ld = d + GAP;

    a[0] = array(VOLO_CASE_OUTPUT, spread(n[0], ld, d));
    a[1] = array(VOLO_CASE_FLOATS, spread(n[0], ld, d));
    a[2] = a[3] = array(VOLO_CASE_FLOATS, spread(n[1], ld, d));
    a[4] = array(VOLO_CASE_SCRATCH, flash_attention_scratch(d));
}

static void run_flash_attention(const VoloKernels *k, void *const *a, const size_t *n)
{
    const size_t ld = n[2] + GAP;

    k->flash_attention(a[0], ld, NULL, a[1], a[2], a[3], ld, 0.5F, n[0], n[1], n[2], a[4]);
}

static double count_flash_attention(const size_t *n)
{
    return 4 * (double)(n[0] * n[1] * n[2]);
}

/* n: r, in, out, activation, 1 with a bias, 1 with a residual */
static void plan_gemm_panel(VoloCaseArray *a, const size_t *n)
{
    const size_t panels = (n[2] + VOLO_PANEL - 1) / VOLO_PANEL;

    a[0] = array(VOLO_CASE_OUTPUT, spread(n[0], n[2] + GAP, n[2]));
    a[1] = array(VOLO_CASE_FLOATS, spread(n[0], n[1] + GAP, n[1]));
    a[2] = array(VOLO_CASE_PARAMETERS, spread(panels, n[1] * VOLO_PANEL + GAP, n[1] * VOLO_PANEL));
    a[3] = array(VOLO_CASE_PARAMETERS, n[2]);
    a[4] = array(VOLO_CASE_FLOATS, n[0] * n[2]);
    a[5] = array(VOLO_CASE_SCRATCH, gemm_panel_scratch(n[1]));
}

static void run_gemm_panel(const VoloKernels *k, void *const *a, const size_t *n)
{
    k->gemm_panel(a[0], n[2] + GAP, a[1], n[1] + GAP, a[2], n[1] * VOLO_PANEL + GAP,
                  n[4] ? a[3] : NULL, n[5] ? a[4] : NULL, n[2], (int)n[3], n[0], n[1], n[2], a[5]);
}

static double count_gemm_panel(const size_t *n)
{
    return 2 * (double)(n[0] * n[1] * n[2]);
}

/* n: panels, r, k, 1 to accumulate */
static void plan_panel_product(VoloCaseArray *a, const size_t *n)
{
    a[0] = array(VOLO_CASE_UPDATE, spread(n[0], n[1] * VOLO_PANEL + GAP, n[1] * VOLO_PANEL));
    a[1] = array(VOLO_CASE_FLOATS, spread(n[1], VOLO_PRODUCT_LD, n[2]));
    a[2] = array(VOLO_CASE_PARAMETERS, spread(n[0], n[2] * VOLO_PANEL + GAP, n[2] * VOLO_PANEL));
}

static void run_panel_product(const VoloKernels *k, void *const *a, const size_t *n)
{
    k->panel_product(a[0], n[1] * VOLO_PANEL + GAP, a[1], a[2], n[2] * VOLO_PANEL + GAP, n[0], n[1],
                     n[2], n[3] != 0);
}

static double count_panel_product(const size_t *n)
{
    return 2 * (double)(n[0] * n[1] * n[2] * VOLO_PANEL);
}

/* n: h, w, c, k, stride, pad, first, count */
static void plan_im2col(VoloCaseArray *a, const size_t *n)
{
    a[0] = array(VOLO_CASE_OUTPUT, n[7] * n[3] * n[3] * n[2]);
    a[1] = array(VOLO_CASE_FLOATS, n[0] * n[1] * n[2]);
}

static void run_im2col(const VoloKernels *k, void *const *a, const size_t *n)
{
    const size_t w_out = (n[1] + 2 * n[5] - n[3]) / n[4] + 1;

    k->im2col(a[0], a[1], n[0], n[1], n[2], n[3], n[4], n[5], w_out, n[6], n[7]);
}

/* --- winograd_tiles.c --- */

/* n: h, w, c, row + 1, column + 1 */
static void plan_winograd_input(VoloCaseArray *a, const size_t *n)
{
    const size_t ld = n[2] + GAP;

    a[0] = array(VOLO_CASE_OUTPUT, spread(VOLO_WINOGRAD_POINTS, ld, n[2]));
    a[1] = array(VOLO_CASE_FLOATS, spread(n[0] * n[1], ld, n[2]));
}

static void run_winograd_input(const VoloKernels *k, void *const *a, const size_t *n)
{
    const size_t ld = n[2] + GAP;

    k->winograd_input(a[0], ld, a[1], ld, n[0], n[1], (ptrdiff_t)n[3] - 1, (ptrdiff_t)n[4] - 1,
                      n[2]);
}

/* n: c */
static void plan_winograd_weight(VoloCaseArray *a, const size_t *n)
{
    const size_t floats = n[0] * VOLO_PANEL;

    a[0] = array(VOLO_CASE_OUTPUT, spread(VOLO_WINOGRAD_POINTS, floats + GAP, floats));
    a[1] = array(VOLO_CASE_FLOATS, spread(9, floats + VOLO_PANEL, floats));
}

static void run_winograd_weight(const VoloKernels *k, void *const *a, const size_t *n)
{
    const size_t floats = n[0] * VOLO_PANEL;

    k->winograd_weight(a[0], floats + GAP, a[1], floats + VOLO_PANEL, n[0]);
}

enum {
    LD_PIXEL = VOLO_PANEL + GAP,
    LD_ROW = 4 * LD_PIXEL + GAP
};

/* n: activation, 1 with a residual, rows, columns */
static void plan_winograd_output(VoloCaseArray *a, const size_t *n)
{
    const size_t floats = spread(n[2], LD_ROW, spread(n[3], LD_PIXEL, VOLO_PANEL));

    a[0] = array(VOLO_CASE_OUTPUT, floats);
    a[1] = array(VOLO_CASE_FLOATS, floats);
    a[2] = array(VOLO_CASE_FLOATS, spread(VOLO_WINOGRAD_POINTS, LD_PIXEL, VOLO_PANEL));
    a[3] = array(VOLO_CASE_PARAMETERS, VOLO_PANEL);
}

static void run_winograd_output(const VoloKernels *k, void *const *a, const size_t *n)
{
    k->winograd_output(a[0], n[1] ? a[1] : NULL, LD_ROW, LD_PIXEL, a[2], LD_PIXEL, a[3], (int)n[0],
                       n[2], n[3]);
}

/* n: rows, columns */
static void plan_winograd_output_gradient(VoloCaseArray *a, const size_t *n)
{
    a[0] = array(VOLO_CASE_OUTPUT, spread(VOLO_WINOGRAD_POINTS, LD_PIXEL, VOLO_PANEL));
    a[1] = array(VOLO_CASE_FLOATS, spread(n[0], LD_ROW, spread(n[1], LD_PIXEL, VOLO_PANEL)));
}

static void run_winograd_output_gradient(const VoloKernels *k, void *const *a, const size_t *n)
{
    k->winograd_output_gradient(a[0], LD_PIXEL, a[1], LD_ROW, LD_PIXEL, n[0], n[1]);
}

/* n: count, 1 to add */
static void plan_winograd_weight_gradient(VoloCaseArray *a, const size_t *n)
{
    a[0] = array(VOLO_CASE_UPDATE, spread(9, n[0] + GAP, n[0]));
    a[1] = array(VOLO_CASE_FLOATS, spread(VOLO_WINOGRAD_POINTS, n[0] + GAP, n[0]));
}

static void run_winograd_weight_gradient(const VoloKernels *k, void *const *a, const size_t *n)
{
    k->winograd_weight_gradient(a[0], n[0] + GAP, a[1], n[0] + GAP, n[1] != 0, n[0]);
}

/* --- turn.c --- */

/* n: r, c */
static void plan_turn(VoloCaseArray *a, const size_t *n)
{
    a[0] = array(VOLO_CASE_OUTPUT, spread(n[1], VOLO_PRODUCT_LD, n[0]));
    a[1] = array(VOLO_CASE_FLOATS, spread(n[0], n[1] + GAP, n[1]));
}

static void run_turn(const VoloKernels *k, void *const *a, const size_t *n)
{
    k->turn(a[0], a[1], n[1] + GAP, n[0], n[1]);
}

/* --- tap_row.c --- */

enum {
    TAP_FLOATS = 9 * VOLO_PANEL + GAP, /* between pixels */
};

/* n: h_in, w_in, h_out, w_out, row, 1 to accumulate */
static void plan_tap_row(VoloCaseArray *a, const size_t *n)
{
    a[0] = array(VOLO_CASE_UPDATE, spread(n[3], VOLO_PANEL + GAP, VOLO_PANEL));
    a[1] = array(VOLO_CASE_FLOATS, n[0] * n[1] * TAP_FLOATS);
    a[2] = lerp_array(n[0], n[2]);
    a[3] = lerp_array(n[1], n[3]);
    a[4] = array(VOLO_CASE_SCRATCH, 3 * n[1] * VOLO_PANEL);
}

static void run_tap_row(const VoloKernels *k, void *const *a, const size_t *n)
{
    const VoloLerp rows = lerp_of(a[2], n[2]), columns = lerp_of(a[3], n[3]);

    k->tap_row(a[0], VOLO_PANEL + GAP, a[1], TAP_FLOATS, &rows, &columns, n[1], n[2], n[3], n[4],
               n[5] != 0, a[4]);
}

/* --- the kinds --- */

const VoloCaseKind volo_case_flash_attention = {
    .kernel = "flash_attention",
    .sizes = { "r", "keys", "d" },
    .limit = 1e-12,
    .inputs = ALL_FINITE,
    .plan = plan_flash_attention,
    .run = run_flash_attention,
    .operations = count_flash_attention,
};
const VoloCaseKind volo_case_gemm_panel = {
    .kernel = "gemm_panel",
    .sizes = { "r", "in", "out", "activation", "bias", "residual" },
    .limit = 1e-12,
    .inputs = ALL_FINITE,
    .plan = plan_gemm_panel,
    .run = run_gemm_panel,
    .operations = count_gemm_panel,
};
const VoloCaseKind volo_case_panel_product = {
    .kernel = "panel_product",
    .sizes = { "panels", "r", "k", "accumulate" },
    .limit = 1e-12,
    .inputs = ALL_FINITE,
    .plan = plan_panel_product,
    .run = run_panel_product,
    .operations = count_panel_product,
};
const VoloCaseKind volo_case_im2col = {
    .kernel = "im2col",
    .sizes = { "h", "w", "c", "k", "stride", "pad", "first", "count" },
    .inputs = ALL_FINITE,
    .plan = plan_im2col,
    .run = run_im2col,
};
const VoloCaseKind volo_case_winograd_input = {
    .kernel = "winograd_input",
    .sizes = { "h", "w", "c", "row", "column" },
    .limit = 1e-12,
    .inputs = ALL_FINITE,
    .plan = plan_winograd_input,
    .run = run_winograd_input,
};
const VoloCaseKind volo_case_winograd_weight = {
    .kernel = "winograd_weight",
    .sizes = { "c" },
    .limit = 1e-12,
    .inputs = ALL_FINITE,
    .plan = plan_winograd_weight,
    .run = run_winograd_weight,
};
const VoloCaseKind volo_case_winograd_output = {
    .kernel = "winograd_output",
    .sizes = { "activation", "residual", "rows", "columns" },
    .limit = 1e-12,
    .inputs = ALL_FINITE,
    .plan = plan_winograd_output,
    .run = run_winograd_output,
};
const VoloCaseKind volo_case_winograd_output_gradient = {
    .kernel = "winograd_output_gradient",
    .sizes = { "rows", "columns" },
    .limit = 1e-12,
    .inputs = ALL_FINITE,
    .plan = plan_winograd_output_gradient,
    .run = run_winograd_output_gradient,
};
const VoloCaseKind volo_case_winograd_weight_gradient = {
    .kernel = "winograd_weight_gradient",
    .sizes = { "count", "add" },
    .limit = 1e-12,
    .inputs = ALL_FINITE,
    .plan = plan_winograd_weight_gradient,
    .run = run_winograd_weight_gradient,
};
const VoloCaseKind volo_case_turn = {
    .kernel = "turn",
    .sizes = { "r", "c" },
    .inputs = WITH_INFINITE,
    .plan = plan_turn,
    .run = run_turn,
};
const VoloCaseKind volo_case_tap_row = {
    .kernel = "tap_row",
    .sizes = { "h_in", "w_in", "h_out", "w_out", "row", "accumulate" },
    .limit = 1e-12,
    .inputs = ALL_FINITE,
    .plan = plan_tap_row,
    .run = run_tap_row,
};
