/* SPDX-License-Identifier: Apache-2.0 */
/* Growing lists of times. */
#include "app/bench/samples.h"

#include <stdlib.h>

bool samples_add(Samples *s, double value)
{
    if (s->count == s->room) {
        const size_t room = 2 * s->room + 16;
        double *larger = realloc(s->value, room * sizeof *larger);

        if (!larger)
            return false;
        s->value = larger;
        s->room = room;
    }
    s->value[s->count++] = value;
    return true;
}

void samples_clear(Samples *s)
{
    free(s->value);
    *s = (Samples){ NULL, 0, 0 };
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

Summary samples_summary(Samples *s)
{
    Summary summary = { 0, 0, 0, 0 };

    if (s->count == 0)
        return summary;
    qsort(s->value, s->count, sizeof *s->value, compare);
    summary.median = (s->value[(s->count - 1) / 2] + s->value[s->count / 2]) / 2;
    summary.min = s->value[0];
    summary.max = s->value[s->count - 1];
    if (summary.median > 0)
        summary.spread = (summary.max - summary.min) / summary.median;
    return summary;
}
