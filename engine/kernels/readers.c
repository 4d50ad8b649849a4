/* SPDX-License-Identifier: Apache-2.0 */
/* Who reads an input of a resampling: its table turned round, so that gradients can be gathered
 * input by input. */
#include "kernels/kernels.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* One axis of a resampling: output o takes count of inputs, the k-th with a weight. */
typedef struct Axis Axis;
struct Axis {
    size_t in, out;
    const VoloLerp *lerp;
    size_t (*count)(const Axis *axis, size_t o);
    float (*tap)(const Axis *axis, size_t o, size_t k, size_t *ret_input);
};

size_t volo_readers_floats(size_t in, size_t out)
{
    return 3 * in + 1 + 4 * out; /* cubic has four weights for an output, bins in + 2 out in all */
}

/* The outputs that read an input follow each other, because outputs go along with inputs. */
static void find_readers(uint32_t *first, uint32_t *end, const Axis *axis)
{
    memset(first, 0, axis->in * sizeof *first);
    memset(end, 0, axis->in * sizeof *end);
    for (size_t o = 0; o < axis->out; o++) {
        const size_t count = axis->count(axis, o);

        for (size_t k = 0; k < count; k++) {
            size_t i;

            if (axis->tap(axis, o, k, &i) == 0)
                continue;
            if (end[i] == 0)
                first[i] = (uint32_t)o;
            end[i] = (uint32_t)o + 1;
        }
    }
}

static void add_weights(float *weight, const uint32_t *begin, const uint32_t *first,
                        const Axis *axis)
{
    memset(weight, 0, begin[axis->in] * sizeof *weight);
    for (size_t o = 0; o < axis->out; o++) {
        const size_t count = axis->count(axis, o);

        for (size_t k = 0; k < count; k++) {
            size_t i;
            const float share = axis->tap(axis, o, k, &i);

            if (share != 0)
                weight[begin[i] + o - first[i]] += share;
        }
    }
}

static VoloReaders turn(float *memory, const Axis *axis)
{
    const size_t in = axis->in;
    uint32_t *const begin = (uint32_t *)memory, *const first = begin + in + 1;
    float *const weight = memory + 2 * in + 1;

    find_readers(first, begin + 1, axis);
    begin[0] = 0;
    for (size_t i = 0; i < in; i++)
        begin[i + 1] = begin[i] + (begin[i + 1] - first[i]);
    assert(begin[in] <= in + 4 * axis->out);
    add_weights(weight, begin, first, axis);
    return (VoloReaders){ begin, first, weight };
}

static size_t two(const Axis *axis, size_t o)
{
    (void)axis;
    (void)o;
    return 2;
}

static float lerp_tap(const Axis *axis, size_t o, size_t k, size_t *ret_input)
{
    const VoloLerp *const lerp = axis->lerp;

    *ret_input = k ? lerp->second[o] : lerp->first[o];
    if (lerp->first[o] == lerp->second[o])
        return k ? 0 : 1;
    return k ? lerp->t[o] : 1 - lerp->t[o];
}

VoloReaders volo_readers_of_lerp(float *memory, const VoloLerp *lerp, size_t in, size_t out)
{
    return turn(memory, &(Axis){ in, out, lerp, two, lerp_tap });
}

static size_t four(const Axis *axis, size_t o)
{
    (void)axis;
    (void)o;
    return 4;
}

/* Keys' cubic convolution with A = -0.75 at half-pixel centres, indices clamped: resample.c. */
static float cubic_tap(const Axis *axis, size_t o, size_t k, size_t *ret_input)
{
    const float a = -0.75F;
    const float source = (float)axis->in / (float)axis->out * ((float)o + 0.5F) - 0.5F;
    const float at = floorf(source) + (float)k - 1, u = fabsf(source - at);

    *ret_input = at < 0 ? 0 : (size_t)at < axis->in ? (size_t)at : axis->in - 1;
    return u <= 1 ? ((a + 2) * u - (a + 3)) * u * u + 1 : ((a * u - 5 * a) * u + 8 * a) * u - 4 * a;
}

VoloReaders volo_readers_of_cubic(float *memory, size_t in, size_t out)
{
    return turn(memory, &(Axis){ in, out, NULL, four, cubic_tap });
}

static size_t bin_size(const Axis *axis, size_t o)
{
    return ((o + 1) * axis->in + axis->out - 1) / axis->out - o * axis->in / axis->out;
}

static float bin_tap(const Axis *axis, size_t o, size_t k, size_t *ret_input)
{
    *ret_input = o * axis->in / axis->out + k;
    return 1 / (float)bin_size(axis, o);
}

VoloReaders volo_readers_of_bins(float *memory, size_t in, size_t bins)
{
    return turn(memory, &(Axis){ in, bins, NULL, bin_size, bin_tap });
}

static size_t pair_size(const Axis *axis, size_t o)
{
    return 2 * o + 1 < axis->in ? 2 : 1;
}

static float pair_tap(const Axis *axis, size_t o, size_t k, size_t *ret_input)
{
    *ret_input = 2 * o + k;
    return 1 / (float)pair_size(axis, o);
}

VoloReaders volo_readers_of_pairs(float *memory, size_t in)
{
    return turn(memory, &(Axis){ in, (in + 1) / 2, NULL, pair_size, pair_tap });
}
