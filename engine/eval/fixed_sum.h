/* SPDX-License-Identifier: Apache-2.0 */
/* Adding to VoloFixedSum: 64 bits before and 64 behind the point. */
#ifndef VOLO_EVAL_FIXED_SUM_H
#define VOLO_EVAL_FIXED_SUM_H

#include <volo/metrics.h>

static inline void volo_fixed_sum_merge(VoloFixedSum *sum, VoloFixedSum more)
{
    sum->fraction += more.fraction;
    sum->whole += more.whole + (sum->fraction < more.fraction);
}

/* value is finite, 0 or more, below 2^63; what is below 2^-64 is cut off. */
static inline void volo_fixed_sum_add(VoloFixedSum *sum, double value)
{
    const uint64_t whole = (uint64_t)value;
    const uint64_t fraction = (uint64_t)((value - (double)whole) * 0x1p64);

    volo_fixed_sum_merge(sum, (VoloFixedSum){ whole, fraction });
}

#endif
