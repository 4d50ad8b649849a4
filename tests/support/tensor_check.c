/* SPDX-License-Identifier: Apache-2.0 */
#include "support/tensor_check.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

double tensor_nmse(const float *got, const float *want, size_t count)
{
    double error = 0, power = 0;

    for (size_t i = 0; i < count; i++) {
        const double difference = (double)got[i] - (double)want[i];

        if (!isfinite(got[i]) || !isfinite(want[i]))
            return (double)INFINITY;
        error += difference * difference;
        power += (double)want[i] * (double)want[i];
    }
    if (error <= 0)
        return 0;
    return power > 0 ? error / power : (double)INFINITY;
}

void tensor_check(const char *name, const float *got, const float *want, size_t count, double limit)
{
    const double nmse = tensor_nmse(got, want, count);
    size_t first = count, worst = 0;
    double largest = -1;

    if (nmse <= limit)
        return;
    for (size_t i = 0; i < count; i++) {
        const double difference = fabs((double)got[i] - (double)want[i]);

        if (first == count && !(difference <= 1e-3 * fabs((double)want[i]) + 1e-5))
            first = i;
        if (!(difference <= largest)) {
            largest = difference;
            worst = i;
        }
    }
    if (first == count)
        first = worst;
    fail_msg(
        "%s: first bad [%zu] got %g wanted %g; NMSE %g, limit %g; worst [%zu] got %g wanted %g",
        name, first, (double)got[first], (double)want[first], nmse, limit, worst,
        (double)got[worst], (double)want[worst]);
}

/* SplitMix64 (Steele, Lea & Flood 2014) of seed and index. */
static uint64_t mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

void tensor_fill(float *x, size_t count, unsigned seed)
{
    for (size_t i = 0; i < count; i++)
        x[i] = (float)(mix(((uint64_t)seed << 40) + i) >> 40) / 8388608.0f - 1.0f;
}
