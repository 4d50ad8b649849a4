/* SPDX-License-Identifier: Apache-2.0 */
/* Conversions between f32 and the two 16-bit float formats. */
#ifndef VOLO_WEIGHTS_HALF_H
#define VOLO_WEIGHTS_HALF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* y [count] = x [count], exactly; infinities and NaN payloads are kept. */
void volo_half_to_float(float *restrict y, const uint16_t *restrict x, size_t count);
void volo_bfloat_to_float(float *restrict y, const uint16_t *restrict x, size_t count);

/* y [count] = x [count] rounded to nearest, ties to even. Returns count, or the first index whose
 * finite value has no finite half. */
size_t volo_float_to_half(uint16_t *restrict y, const float *restrict x, size_t count);

#endif
