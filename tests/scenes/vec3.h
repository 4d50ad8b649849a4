/* SPDX-License-Identifier: Apache-2.0 */
/* Three floats: a point in metres (x right, y up, z ahead) or a colour in linear light (x y z = R G
 * B).
 *
 * The generator promises the same bytes everywhere, so it uses only operations that IEEE 754 rounds
 * correctly: + - * / and sqrtf, in single precision and never contracted (-ffp-contract=off). */
#ifndef VOLO_TESTS_SCENES_VEC3_H
#define VOLO_TESTS_SCENES_VEC3_H

#include <float.h>
#include <math.h>

_Static_assert(FLT_EVAL_METHOD == 0, "single precision is computed in single precision");

typedef struct Vec3 {
    float x, y, z;
} Vec3;

static inline Vec3 vec3(float x, float y, float z)
{
    return (Vec3){ x, y, z };
}

static inline Vec3 vec3_add(Vec3 a, Vec3 b)
{
    return vec3(a.x + b.x, a.y + b.y, a.z + b.z);
}

static inline Vec3 vec3_sub(Vec3 a, Vec3 b)
{
    return vec3(a.x - b.x, a.y - b.y, a.z - b.z);
}

static inline Vec3 vec3_mul(Vec3 a, Vec3 b)
{
    return vec3(a.x * b.x, a.y * b.y, a.z * b.z);
}

static inline Vec3 vec3_scale(Vec3 a, float k)
{
    return vec3(a.x * k, a.y * k, a.z * k);
}

static inline Vec3 vec3_mix(Vec3 a, Vec3 b, float t)
{
    return vec3_add(a, vec3_scale(vec3_sub(b, a), t));
}

static inline float vec3_dot(Vec3 a, Vec3 b)
{
    return a.x * b.x + a.y * b.y + a.z * b.z;
}

static inline Vec3 vec3_cross(Vec3 a, Vec3 b)
{
    return vec3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x);
}

/* a / |a|; straight up for the zero vector */
static inline Vec3 vec3_unit(Vec3 a)
{
    const float length = sqrtf(vec3_dot(a, a));

    return length > 0.0f ? vec3_scale(a, 1.0f / length) : vec3(0.0f, 1.0f, 0.0f);
}

static inline float clamp(float x, float low, float high)
{
    return x < low ? low : x > high ? high : x;
}

static inline float mix(float a, float b, float t)
{
    return a + (b - a) * t;
}

/* 0 below low, 1 above high, smooth between. */
static inline float ramp(float low, float high, float x)
{
    const float t = clamp((x - low) / (high - low), 0.0f, 1.0f);

    return t * t * (3.0f - 2.0f * t);
}

/* x - floor(x), by way of an integer; |x| < 2^31 */
static inline float fraction(float x)
{
    const float rest = x - (float)(int)x;

    return rest < 0.0f ? rest + 1.0f : rest;
}

/* A colour as people write it: 8-bit display values, decoded with a gamma of 2. */
static inline Vec3 rgb(int r, int g, int b)
{
    const Vec3 c = vec3((float)r / 255.0f, (float)g / 255.0f, (float)b / 255.0f);

    return vec3_mul(c, c);
}

#endif
