/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers from counters, so that a tensor's do not depend on its neighbours. */
#include "weights/initialise.h"

/* SplitMix64's finaliser: a random number for every counter value (Steele, Lea & Flood 2014). */
static uint64_t mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/* FNV-1a, so that a tensor's numbers depend on its name and not on its neighbours. */
static uint64_t name_hash(const char *name)
{
    uint64_t hash = 0xcbf29ce484222325u;

    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 0x100000001b3u;
    return hash;
}

/* Half the width of the uniform distribution with the wanted standard deviation. */
static double spread(const VoloParameter *p)
{
    double fan_in = 1;

    if (p->init == VOLO_INIT_SPREAD)
        return 0.02 * 1.7320508075688772;
    for (unsigned i = 1; i < p->rank; i++)
        fan_in *= (double)p->shape[i];
    return __builtin_sqrt(6.0 / fan_in);
}

void volo_parameter_initialise(const VoloParameter *p, uint64_t seed, uint64_t first, size_t count,
                               float *ret_values)
{
    if (p->init == VOLO_INIT_ZERO || p->init == VOLO_INIT_ONE) {
        for (size_t k = 0; k < count; k++)
            ret_values[k] = p->init == VOLO_INIT_ONE ? 1.0f : 0.0f;
        return;
    }
    const uint64_t stream = mix(seed ^ name_hash(p->name));
    const double width = spread(p);
    for (size_t k = 0; k < count; k++) {
        const double unit = (double)(mix(stream + first + k) >> 11) * 0x1p-53; /* 0..1 */

        ret_values[k] = (float)(width * (2 * unit - 1));
    }
}
