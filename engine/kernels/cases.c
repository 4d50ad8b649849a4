/* SPDX-License-Identifier: Apache-2.0 */
/* Running a kernel case: inputs of each kind, and how far a result is from another. */
#include "kernels/cases.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void volo_case_name(const VoloKernelCase *c, char *name, size_t bytes)
{
    size_t length = (size_t)snprintf(name, bytes, "%s", c->kind->kernel);

    for (size_t i = 0; i < VOLO_CASE_SIZES && c->kind->sizes[i] && length < bytes; i++)
        length += (size_t)snprintf(name + length, bytes - length, " %s=%zu", c->kind->sizes[i],
                                   c->size[i]);
}

bool volo_case_takes(const VoloKernelCase *c, VoloCaseInput input)
{
    return c->kind->inputs >> input & 1;
}

double volo_case_operations(const VoloKernelCase *c)
{
    return c->kind->operations ? c->kind->operations(c->size) : 0;
}

void volo_case_plan(const VoloKernelCase *c, VoloCaseArray arrays[VOLO_CASE_ARRAYS])
{
    memset(arrays, 0, VOLO_CASE_ARRAYS * sizeof *arrays);
    c->kind->plan(arrays, c->size);
}

size_t volo_case_bytes(const VoloCaseArray *array)
{
    switch (array->role) {
    case VOLO_CASE_UNUSED:
        return 0;
    case VOLO_CASE_LABELS:
    case VOLO_CASE_BYTES:
        return array->count;
    case VOLO_CASE_LERP:
        return 3 * array->count * sizeof(float);
    default:
        return array->count * sizeof(float);
    }
}

/* SplitMix64 (Steele, Lea & Flood 2014) of a counter. */
static uint64_t mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/* Uniform in -1..1; seed is the array's number. */
static float random_float(size_t seed, size_t i)
{
    return (float)(mix((uint64_t)seed << 40 | i) >> 40) * 0x1p-23F - 1;
}

static float input_float(VoloCaseInput input, size_t seed, size_t i, size_t count)
{
    const float value = random_float(seed, i);

    switch (input) {
    case VOLO_CASE_ZEROS:
        return 0;
    case VOLO_CASE_HUGE:
        return value * 1e18F;
    case VOLO_CASE_DENORMAL:
        return value * 1e-39F;
    case VOLO_CASE_INFINITE:
        return i < count / 2 || i % 3 == 0 ? -INFINITY : value;
    default:
        return value;
    }
}

static void fill_floats(float *x, size_t count, size_t seed, VoloCaseInput input)
{
    for (size_t i = 0; i < count; i++)
        x[i] = input_float(input, seed, i, count);
}

static void fill_bytes(uint8_t *x, size_t count, size_t seed)
{
    for (size_t i = 0; i < count; i++)
        x[i] = (uint8_t)(mix((uint64_t)seed << 40 | i) >> 56);
}

void volo_case_fill(const VoloKernelCase *c, void *const data[VOLO_CASE_ARRAYS],
                    VoloCaseInput input)
{
    VoloCaseArray arrays[VOLO_CASE_ARRAYS];

    volo_case_plan(c, arrays);
    for (size_t i = 0; i < VOLO_CASE_ARRAYS; i++) {
        const size_t count = arrays[i].count;

        switch (arrays[i].role) {
        case VOLO_CASE_UNUSED:
            break;
        case VOLO_CASE_UPDATE:
        case VOLO_CASE_FLOATS:
            fill_floats(data[i], count, i, input);
            break;
        case VOLO_CASE_PARAMETERS:
            fill_floats(data[i], count, i, VOLO_CASE_RANDOM);
            break;
        case VOLO_CASE_BYTES:
            fill_bytes(data[i], count, i);
            break;
        case VOLO_CASE_LERP:
            volo_lerp_table(data[i], (uint32_t *)data[i] + count, (float *)data[i] + 2 * count,
                            arrays[i].in, count, false);
            break;
        default:
            memset(data[i], 0xff, volo_case_bytes(&arrays[i]));
        }
    }
}

void volo_case_run(const VoloKernelCase *c, const VoloKernels *k,
                   void *const data[VOLO_CASE_ARRAYS])
{
    c->kind->run(k, data, c->size);
}

static double byte_error(const uint8_t *got, const uint8_t *want, size_t count)
{
    size_t different = 0;

    for (size_t i = 0; i < count; i++)
        different += got[i] != want[i];
    return (double)different / (double)count;
}

static double float_error(const float *got, const float *want, size_t count)
{
    double error = 0, power = 0;

    for (size_t i = 0; i < count; i++) {
        const double difference = (double)got[i] - (double)want[i];

        if (isfinite(got[i]) && isfinite(want[i])) {
            error += difference * difference;
            power += (double)want[i] * (double)want[i];
        } else if (memcmp(&got[i], &want[i], sizeof(float)) != 0) {
            return (double)INFINITY;
        }
    }
    return error / fmax(power, (double)count * 1e-74);
}

double volo_case_error(const VoloKernelCase *c, const void *got, const void *want)
{
    VoloCaseArray arrays[VOLO_CASE_ARRAYS];

    volo_case_plan(c, arrays);
    if (arrays[0].role == VOLO_CASE_LABELS)
        return byte_error(got, want, arrays[0].count);
    return float_error(got, want, arrays[0].count);
}
