/* SPDX-License-Identifier: Apache-2.0 */
/* One row for each kind of weather; a cheap physically flavoured model above it: a sun, an ambient
 * that depends on the normal, mirrors that see the sky, and haze that grows with distance. */
#include "light.h"

#include <stddef.h>

typedef struct Weather {
    int chance;          /* relative */
    float sun_height[2]; /* the vertical part of the sun's direction before it is made unit */
    Vec3 sun, ambient, zenith, horizon;
    float haze_density, clouds[2], exposure;
    float wet;    /* chance that the road is wet */
    float lit[2]; /* share of lamps that burn, of vehicles and in houses */
} Weather;

static const Weather weathers[] = {
    { /* a clear noon, hard shadows */
      .chance = 18,
      .sun_height = { 0.8f, 1.8f },
      .sun = { 2.7f, 2.5f, 2.2f },
      .ambient = { 0.30f, 0.38f, 0.52f },
      .zenith = { 0.20f, 0.42f, 0.90f },
      .horizon = { 0.95f, 1.15f, 1.35f },
      .haze_density = 0.0008f,
      .clouds = { 0.0f, 0.4f },
      .exposure = 0.95f,
      .wet = 0.04f,
      .lit = { 0.0f, 0.1f } },
    { /* a bright afternoon with many clouds */
      .chance = 14,
      .sun_height = { 0.5f, 1.0f },
      .sun = { 2.2f, 2.0f, 1.7f },
      .ambient = { 0.48f, 0.54f, 0.64f },
      .zenith = { 0.30f, 0.52f, 0.92f },
      .horizon = { 1.1f, 1.2f, 1.3f },
      .haze_density = 0.0012f,
      .clouds = { 0.35f, 0.7f },
      .exposure = 1.0f,
      .wet = 0.1f,
      .lit = { 0.0f, 0.2f } },
    { /* a low sun, morning or evening */
      .chance = 12,
      .sun_height = { 0.22f, 0.42f },
      .sun = { 2.3f, 1.7f, 1.05f },
      .ambient = { 0.32f, 0.36f, 0.48f },
      .zenith = { 0.34f, 0.52f, 0.88f },
      .horizon = { 1.6f, 1.35f, 1.1f },
      .haze_density = 0.0014f,
      .clouds = { 0.1f, 0.5f },
      .exposure = 1.1f,
      .wet = 0.1f,
      .lit = { 0.1f, 0.4f } },
    { /* overcast: the sky is the lamp */
      .chance = 22,
      .sun_height = { 0.8f, 1.2f },
      .sun = { 0.12f, 0.12f, 0.12f },
      .ambient = { 1.15f, 1.2f, 1.25f },
      .zenith = { 1.3f, 1.38f, 1.46f },
      .horizon = { 1.9f, 1.95f, 2.0f },
      .haze_density = 0.0014f,
      .clouds = { 0.85f, 1.0f },
      .exposure = 1.05f,
      .wet = 0.13f,
      .lit = { 0.1f, 0.5f } },
    { /* dark clouds: a dim street below a sky that is not */
      .chance = 14,
      .sun_height = { 0.8f, 1.2f },
      .sun = { 0.05f, 0.05f, 0.05f },
      .ambient = { 0.36f, 0.39f, 0.42f },
      .zenith = { 0.42f, 0.50f, 0.60f },
      .horizon = { 1.05f, 1.08f, 1.08f },
      .haze_density = 0.0016f,
      .clouds = { 0.6f, 0.95f },
      .exposure = 1.2f,
      .wet = 0.16f,
      .lit = { 0.3f, 0.9f } },
    { /* rain */
      .chance = 5,
      .sun_height = { 0.8f, 1.2f },
      .sun = { 0.04f, 0.04f, 0.04f },
      .ambient = { 0.66f, 0.70f, 0.76f },
      .zenith = { 0.85f, 0.90f, 0.96f },
      .horizon = { 1.2f, 1.24f, 1.28f },
      .haze_density = 0.005f,
      .clouds = { 0.9f, 1.0f },
      .exposure = 1.2f,
      .wet = 1.0f,
      .lit = { 0.5f, 1.0f } },
    { /* mist in the morning, or fog */
      .chance = 8,
      .sun_height = { 0.4f, 0.7f },
      .sun = { 0.9f, 0.84f, 0.75f },
      .ambient = { 0.85f, 0.88f, 0.94f },
      .zenith = { 0.95f, 1.05f, 1.15f },
      .horizon = { 1.6f, 1.6f, 1.55f },
      .haze_density = 0.006f,
      .clouds = { 0.2f, 0.6f },
      .exposure = 1.0f,
      .wet = 0.3f,
      .lit = { 0.3f, 0.8f } },
    { /* dusk: the last light, and lamps */
      .chance = 6,
      .sun_height = { 0.8f, 1.2f },
      .sun = { 0.02f, 0.02f, 0.02f },
      .ambient = { 0.17f, 0.21f, 0.34f },
      .zenith = { 0.09f, 0.15f, 0.34f },
      .horizon = { 0.62f, 0.46f, 0.42f },
      .haze_density = 0.0016f,
      .clouds = { 0.1f, 0.6f },
      .exposure = 2.0f,
      .wet = 0.25f,
      .lit = { 0.96f, 1.0f } },
};

static const Weather *choose_weather(Random *random)
{
    static const size_t count = sizeof weathers / sizeof weathers[0];
    int sum = 0;

    for (size_t i = 0; i < count; ++i)
        sum += weathers[i].chance;
    int dice = random_below(random, sum);
    for (size_t i = 0; i + 1 < count; ++i) {
        if ((dice -= weathers[i].chance) < 0)
            return &weathers[i];
    }
    return &weathers[count - 1];
}

void light_choose(Light *light, Random *random)
{
    const Weather *w = choose_weather(random);
    const float height = random_between(random, w->sun_height[0], w->sun_height[1]);
    const float side = random_between(random, 0.25f, 1.0f);
    const float ahead = random_between(random, -0.9f, 0.9f);
    const bool is_right = random_chance(random, 0.5f);

    light->to_sun = vec3_unit(vec3(is_right ? side : -side, height, ahead));
    light->sun = w->sun;
    light->ambient = w->ambient;
    light->zenith = w->zenith;
    light->horizon = w->horizon;
    light->haze_density = w->haze_density * random_between(random, 0.5f, 2.0f);
    light->haze = vec3_scale(w->horizon, clamp(0.5f + 60.0f * light->haze_density, 0.0f, 0.95f));
    light->clouds = random_between(random, w->clouds[0], w->clouds[1]);
    light->exposure = w->exposure;
    light->clouds *= 1.0f - clamp(100.0f * light->haze_density - 0.1f, 0.0f, 0.9f);
    light->wet = random_chance(random, w->wet) ? random_between(random, 0.4f, 1.0f) : 0.0f;
    light->lit = random_between(random, w->lit[0], w->lit[1]);
    light->seed = random_bits(random);
}

bool light_is_dusk(const Light *light)
{
    return light->lit > 0.95f && light->ambient.x < 0.2f;
}

void light_add_lamp(Light *light, Vec3 place)
{
    if (light->lamp_count < MAX_LAMPS)
        light->lamps[light->lamp_count++] = place;
}

/* What street lamps and the camera's own head lamps give. */
static Vec3 lamp_light(const Light *light, Vec3 place, Vec3 normal)
{
    static const Vec3 sodium = { 26.0f, 17.0f, 8.0f }, halogen = { 20.0f, 18.5f, 15.0f };
    Vec3 sum = vec3(0.0f, 0.0f, 0.0f);

    for (int i = 0; i < light->lamp_count; ++i) {
        const Vec3 way = vec3_sub(light->lamps[i], place);
        const float square = vec3_dot(way, way), facing = vec3_dot(way, normal);

        if (square < 900.0f && facing > 0.0f && way.y > 0.0f)
            sum = vec3_add(
                sum, vec3_scale(sodium, facing * way.y / ((square + 1.0f) * (square + 1.0f))));
    }
    const Vec3 own = vec3_sub(vec3(0.0f, 0.7f, -1.0f), place);
    const float square = vec3_dot(own, own), facing = vec3_dot(own, normal);
    const float ahead = own.z * own.z / square, cone = ahead * ahead * ahead * ahead;
    if (facing > 0.0f)
        sum = vec3_add(sum, vec3_scale(halogen, facing * cone * cone / (square * sqrtf(square))));
    return sum;
}

/* How much cloud there is (0..1) in a direction that points up. */
static float cloud_cover(const Light *light, Vec3 direction, float *ret_thickness)
{
    const float scale = 2.2f / (direction.y + 0.12f);
    const float x = direction.x * scale, z = direction.z * scale;
    const float warp = noise_value(light->seed + 7U, x * 0.7f, z * 0.7f);
    const float shape = noise_fractal(light->seed, x + warp, z - warp, 5, 0.0f);
    const float limit = 0.92f - 0.75f * light->clouds;

    *ret_thickness = ramp(limit, limit + 0.35f, shape);
    return ramp(limit - 0.05f, limit + 0.12f, shape);
}

Vec3 light_sky(const Light *light, Vec3 direction)
{
    const float height = clamp(direction.y, 0.0f, 1.0f);
    const float facing = clamp(vec3_dot(direction, light->to_sun), 0.0f, 1.0f);
    const float glow = facing * facing * facing * facing;
    Vec3 sky = vec3_mix(light->horizon, light->zenith, 1.0f - (1.0f - height) * (1.0f - height));

    sky = vec3_add(sky, vec3_scale(light->sun, 0.05f * glow + 0.25f * glow * glow * glow * glow));
    if (direction.y > 0.0f && light->clouds > 0.0f) {
        float thickness;
        const float cover = cloud_cover(light, direction, &thickness);
        const Vec3 lit = vec3_add(vec3_scale(light->ambient, 0.75f), vec3_scale(light->sun, 0.26f));
        const Vec3 cloud = vec3_scale(lit, 1.75f - 0.45f * thickness);

        sky = vec3_mix(sky, cloud, cover * 0.9f * ramp(0.0f, 0.08f, direction.y));
    }
    return sky;
}

/* What a mirror sees: the street below, roofs and trees of the other side, the sky above them. */
static Vec3 reflection(const Light *light, const Fragment *at)
{
    const Vec3 mirrored =
        vec3_sub(at->view, vec3_scale(at->normal, 2.0f * vec3_dot(at->view, at->normal)));
    const float around =
        mirrored.x * mirrored.x < mirrored.z * mirrored.z ? mirrored.x : mirrored.z;
    const float roofs = 0.05f + 0.4f * noise_value(light->seed + 21U, around * 7.0f, 0.0f);
    const float leaves = 0.12f * noise_value(light->seed + 22U, around * 40.0f, mirrored.y * 40.0f);

    if (mirrored.y < 0.0f)
        return vec3_scale(light->ambient, 0.14f);
    return vec3_mix(vec3_scale(light->ambient, 0.2f), light_sky(light, mirrored),
                    ramp(-0.03f, 0.03f, mirrored.y - roofs - leaves));
}

Vec3 light_apply(const Light *light, const Material *material, const Fragment *at, Vec3 place)
{
    const float facing = clamp(vec3_dot(at->normal, light->to_sun), 0.0f, 1.0f);
    const float up = 0.62f + 0.38f * at->normal.y; /* the lower half of what it sees is street */
    Vec3 incoming = vec3_add(vec3_scale(light->sun, facing * material->sun),
                             vec3_scale(light->ambient, up * material->sky));
    if (light_is_dusk(light))
        incoming = vec3_add(incoming, lamp_light(light, place, at->normal));
    Vec3 colour = vec3_mul(material->albedo, incoming);

    if (material->mirror > 0.0f) {
        const float grazing = 1.0f - clamp(-vec3_dot(at->view, at->normal), 0.0f, 1.0f);
        const float share = material->mirror * (0.35f + 0.65f * grazing * grazing);

        colour = vec3_mix(colour, reflection(light, at), clamp(share, 0.0f, 0.9f));
    }
    colour = vec3_add(colour, material->glow);

    const float optical = light->haze_density * at->depth;
    return vec3_mix(colour, light->haze, 1.0f - 1.0f / (1.0f + optical + 0.5f * optical * optical));
}
