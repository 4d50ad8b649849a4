/* SPDX-License-Identifier: Apache-2.0 */
/* The stream is splitmix64 (Steele, Lea, Flood 2014); the hash is its 32-bit cousin, lowbias32. */
#include "scene_noise.h"

static uint32_t scramble(uint32_t x)
{
    x ^= x >> 16;
    x *= 0x7feb352dU;
    x ^= x >> 15;
    x *= 0x846ca68bU;
    return x ^ (x >> 16);
}

static uint64_t finish(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

/* Seeds are hashed: splitmix64 only adds, so near seeds would give one stream, shifted. */
void random_init(Random *random, uint64_t seed, uint64_t stream)
{
    random->state = finish(finish(seed + 0x9e3779b97f4a7c15U) + stream);
}

uint32_t random_bits(Random *random)
{
    random->state += 0x9e3779b97f4a7c15U;
    return (uint32_t)(finish(random->state) >> 32);
}

/* 24 bits fill a float exactly */
static float unit(uint32_t bits)
{
    return (float)(bits >> 8) * (1.0f / 16777216.0f);
}

float random_between(Random *random, float low, float high)
{
    return mix(low, high, unit(random_bits(random)));
}

int random_below(Random *random, int count)
{
    return (int)(((uint64_t)random_bits(random) * (uint64_t)count) >> 32);
}

bool random_chance(Random *random, float probability)
{
    return unit(random_bits(random)) < probability;
}

Vec3 random_point(Random *random, Vec3 low, Vec3 high)
{
    const float x = random_between(random, low.x, high.x);
    const float y = random_between(random, low.y, high.y);
    const float z = random_between(random, low.z, high.z);

    return vec3(x, y, z);
}

uint32_t noise_hash(uint32_t seed, int x, int y)
{
    return scramble(scramble(scramble(seed) ^ (uint32_t)x) ^ (uint32_t)y);
}

float noise_cell(uint32_t seed, int x, int y)
{
    return unit(noise_hash(seed, x, y));
}

static int whole(float x)
{
    const int truncated = (int)x;

    return (float)truncated > x ? truncated - 1 : truncated;
}

float noise_value(uint32_t seed, float x, float y)
{
    const int column = whole(x), row = whole(y);
    const float u = ramp(0.0f, 1.0f, x - (float)column), v = ramp(0.0f, 1.0f, y - (float)row);
    const uint32_t base = scramble(seed);
    const uint32_t here = scramble(base ^ (uint32_t)column);
    const uint32_t next = scramble(base ^ (uint32_t)(column + 1));
    const uint32_t upper = (uint32_t)row, lower = (uint32_t)(row + 1);
    const float top = mix(unit(scramble(here ^ upper)), unit(scramble(next ^ upper)), u);
    const float bottom = mix(unit(scramble(here ^ lower)), unit(scramble(next ^ lower)), u);

    return mix(top, bottom, v);
}

float noise_fractal(uint32_t seed, float x, float y, int octaves, float footprint)
{
    float sum = 0.5f, weight = 0.5f;

    for (int i = 0; i < octaves && footprint < 1.0f; ++i) {
        sum += weight * (noise_value(seed + (uint32_t)i * 0x9e3779b9U, x, y) - 0.5f);
        x = 2.0f * x + 17.3f;
        y = 2.0f * y + 5.9f;
        footprint *= 2.0f;
        weight *= 0.6f;
    }
    return clamp(sum + 0.25f * (sum - 0.5f), 0.0f, 1.0f);
}

static float power_above(float size, uint32_t *ret_level)
{
    float power = 1.0f / 1024.0f;

    for (*ret_level = 0; power < size && *ret_level < 20; ++*ret_level)
        power *= 2.0f;
    return power;
}

float noise_grain(uint32_t seed, float x, float y, float cell_x, float cell_y)
{
    uint32_t across, along;
    const float wide = power_above(cell_x, &across), high = power_above(cell_y, &along);

    return noise_cell(seed + 64U * across + along, whole(x / wide), whole(y / high));
}

float noise_ridge(uint32_t seed, float x, float y)
{
    const float off = noise_value(seed, x, y) - 0.5f;

    return off < 0.0f ? -off : off;
}
