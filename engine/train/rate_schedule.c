/* SPDX-License-Identifier: Apache-2.0 */
/* Learning rates. */
#include "train/rate_schedule.h"

#include <math.h>

static const double pi = 3.14159265358979323846;

double volo_rate_at(const VoloRateSchedule *s, uint64_t step)
{
    if (step < s->warmup) {
        const double t = (double)step / (double)s->warmup;

        return s->rate * (s->warmup_factor + (1 - s->warmup_factor) * t);
    }
    if (s->kind == VOLO_RATE_CONSTANT)
        return s->rate;
    if (step >= s->steps)
        return s->lowest;
    const double t = (double)(step - s->warmup) / (double)(s->steps - s->warmup);
    const double left = s->kind == VOLO_RATE_POLY ? pow(1 - t, s->power) : (1 + cos(pi * t)) / 2;
    return s->lowest + (s->rate - s->lowest) * left;
}
