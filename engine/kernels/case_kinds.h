/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that describe kernels for the table of cases share. */
#ifndef VOLO_KERNELS_CASE_KINDS_H
#define VOLO_KERNELS_CASE_KINDS_H

#include "kernels/cases.h"

enum {
    ALL_FINITE = 1 << VOLO_CASE_RANDOM | 1 << VOLO_CASE_ZEROS | 1 << VOLO_CASE_HUGE |
                 1 << VOLO_CASE_DENORMAL,
    WITH_INFINITE = ALL_FINITE | 1 << VOLO_CASE_INFINITE,
    ANY_ONCE = 1 << VOLO_CASE_RANDOM, /* bytes have no kinds */
    GAP = 16,                         /* floats between rows, where rows may lie apart */
};

static inline VoloCaseArray array(VoloCaseRole role, size_t count)
{
    return (VoloCaseArray){ .role = role, .count = count };
}

static inline VoloCaseArray lerp_array(size_t in, size_t out)
{
    return (VoloCaseArray){ .role = VOLO_CASE_LERP, .count = out, .in = in };
}

static inline VoloLerp lerp_of(const void *data, size_t out)
{
    const uint32_t *first = data;

    return (VoloLerp){ first, first + out, (const float *)data + 2 * out };
}

/* case_products.c */
extern const VoloCaseKind volo_case_flash_attention;
extern const VoloCaseKind volo_case_gemm_panel;
extern const VoloCaseKind volo_case_panel_product;
extern const VoloCaseKind volo_case_im2col;
extern const VoloCaseKind volo_case_winograd_input;
extern const VoloCaseKind volo_case_winograd_weight;
extern const VoloCaseKind volo_case_winograd_output;
extern const VoloCaseKind volo_case_winograd_output_gradient;
extern const VoloCaseKind volo_case_winograd_weight_gradient;
extern const VoloCaseKind volo_case_turn;
extern const VoloCaseKind volo_case_tap_row;

/* case_gradients.c */
extern const VoloCaseKind volo_case_activation_gradient;
extern const VoloCaseKind volo_case_gather_row;
extern const VoloCaseKind volo_case_max_pool2_gradient;
extern const VoloCaseKind volo_case_add_max_gradient;
extern const VoloCaseKind volo_case_flash_attention_gradient;
extern const VoloCaseKind volo_case_layernorm_gradient;
extern const VoloCaseKind volo_case_outlook_value_gradient;
extern const VoloCaseKind volo_case_outlook_score_gradient;
extern const VoloCaseKind volo_case_channel_sums;
extern const VoloCaseKind volo_case_channel_norm;
extern const VoloCaseKind volo_case_channel_gradient_sums;
extern const VoloCaseKind volo_case_channel_gradient;

#endif
