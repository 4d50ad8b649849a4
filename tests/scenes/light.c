/* SPDX-License-Identifier: Apache-2.0 */
/* One row for each kind of weather; a cheap physically flavoured model above it: a sun, an ambient
 * that depends on the normal, mirrors that see the sky, and haze that grows with distance. */
#include "light.h"

typedef struct Weather {
    float sun_height[2]; /* the vertical part of the sun's direction before it is made unit */
    Vec3 sun, ambient, zenith, horizon;
    float haze_density, clouds[2], exposure;
} Weather;

static const Weather weathers[] = {
    /* a clear noon */
    { { 0.9f, 1.8f },
      { 2.6f, 2.45f, 2.2f },
      { 0.50f, 0.60f, 0.78f },
      { 0.22f, 0.46f, 0.95f },
      { 0.95f, 1.15f, 1.35f },
      0.0008f,
      { 0.05f, 0.45f },
      1.0f },
    /* a bright afternoon with many clouds */
    { { 0.55f, 1.0f },
      { 2.1f, 1.95f, 1.7f },
      { 0.62f, 0.68f, 0.78f },
      { 0.30f, 0.52f, 0.92f },
      { 1.1f, 1.2f, 1.3f },
      0.0012f,
      { 0.4f, 0.7f },
      1.0f },
    /* evening */
    { { 0.22f, 0.4f },
      { 2.2f, 1.45f, 0.80f },
      { 0.40f, 0.44f, 0.58f },
      { 0.38f, 0.54f, 0.88f },
      { 1.7f, 1.38f, 1.05f },
      0.0016f,
      { 0.15f, 0.5f },
      1.15f },
    /* overcast: the sky is the lamp */
    { { 0.8f, 1.2f },
      { 0.12f, 0.12f, 0.12f },
      { 1.15f, 1.2f, 1.25f },
      { 1.3f, 1.38f, 1.46f },
      { 1.75f, 1.8f, 1.85f },
      0.0018f,
      { 0.9f, 1.0f },
      1.0f },
    /* thin mist in the morning */
    { { 0.4f, 0.7f },
      { 1.3f, 1.2f, 1.05f },
      { 0.85f, 0.88f, 0.94f },
      { 0.75f, 0.92f, 1.15f },
      { 1.6f, 1.6f, 1.55f },
      0.0026f,
      { 0.3f, 0.6f },
      1.0f },
};

void light_choose(Light *light, Random *random)
{
    const int count = (int)(sizeof weathers / sizeof weathers[0]);
    const Weather *w = &weathers[random_below(random, count)];
    const float height = random_between(random, w->sun_height[0], w->sun_height[1]);
    const float side = random_between(random, 0.35f, 1.0f);

    const float ahead = random_between(random, -0.9f, 0.5f);
    const bool is_right = random_chance(random, 0.5f);

    light->to_sun = vec3_unit(vec3(is_right ? side : -side, height, ahead));
    light->sun = w->sun;
    light->ambient = w->ambient;
    light->zenith = w->zenith;
    light->horizon = w->horizon;
    light->haze = vec3_scale(w->horizon, 0.55f);
    light->haze_density = w->haze_density * random_between(random, 0.7f, 1.4f);
    light->clouds = random_between(random, w->clouds[0], w->clouds[1]);
    light->exposure = w->exposure * random_between(random, 0.8f, 1.15f);
    light->seed = random_bits(random);
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

static Vec3 reflection(const Light *light, const Fragment *at)
{
    const Vec3 mirrored =
        vec3_sub(at->view, vec3_scale(at->normal, 2.0f * vec3_dot(at->view, at->normal)));

    if (mirrored.y < 0.0f) /* it sees the street */
        return vec3_scale(light->ambient, 0.14f);
    /* near the horizon stand the houses of the other side */
    return vec3_scale(light_sky(light, mirrored), 0.25f + 0.75f * ramp(0.1f, 0.45f, mirrored.y));
}

Vec3 light_apply(const Light *light, const Material *material, const Fragment *at)
{
    const float facing = clamp(vec3_dot(at->normal, light->to_sun), 0.0f, 1.0f);
    const float up = 0.62f + 0.38f * at->normal.y; /* the lower half of what it sees is street */
    const Vec3 incoming =
        vec3_add(vec3_scale(light->sun, facing * material->sun), vec3_scale(light->ambient, up));
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

Vec3 light_shadow(const Light *light)
{
    const float facing = light->to_sun.y;
    const Vec3 both = vec3_add(light->ambient, vec3_scale(light->sun, facing));

    return vec3(light->ambient.x / both.x, light->ambient.y / both.y, light->ambient.z / both.z);
}

static float develop(float x)
{
    return 255.0f * sqrtf(clamp(x * (1.0f + 0.12f * x) / (1.0f + 0.62f * x), 0.0f, 1.0f));
}

Vec3 light_develop(const Light *light, Vec3 colour)
{
    colour = vec3_scale(colour, light->exposure);
    return vec3(develop(colour.x), develop(colour.y), develop(colour.z));
}
