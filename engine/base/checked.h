/* SPDX-License-Identifier: Apache-2.0 */
/* Checked size arithmetic: the only place where numbers from a file are multiplied or added.
 * Each returns false, and leaves *ret alone, when the result does not fit. */
#ifndef VOLO_BASE_CHECKED_H
#define VOLO_BASE_CHECKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline bool volo_mul(size_t a, size_t b, size_t *ret)
{
    size_t product;

    if (__builtin_mul_overflow(a, b, &product))
        return false;
    *ret = product;
    return true;
}

static inline bool volo_add(size_t a, size_t b, size_t *ret)
{
    size_t sum;

    if (__builtin_add_overflow(a, b, &sum))
        return false;
    *ret = sum;
    return true;
}

/* *ret = a rounded up to a multiple of the power of two */
static inline bool volo_align(size_t a, size_t power_of_two, size_t *ret)
{
    size_t sum;

    if (!volo_add(a, power_of_two - 1, &sum))
        return false;
    *ret = sum & ~(power_of_two - 1);
    return true;
}

/* *ret = product of count numbers (1 for none) */
static inline bool volo_product(const uint64_t *factor, size_t count, size_t *ret)
{
    size_t product = 1;

    for (size_t i = 0; i < count; i++) {
        if (!volo_mul(product, factor[i], &product))
            return false;
    }
    *ret = product;
    return true;
}

#endif
