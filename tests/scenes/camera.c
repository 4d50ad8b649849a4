/* SPDX-License-Identifier: Apache-2.0 */
/* Lenses and development differ from one camera, and one driver, to the next. */
#include "camera.h"

#include "turns.h"

static float larger(float a, float b)
{
    return a > b ? a : b;
}

/* The focal length keeps 2:1 pictures near 67 degrees; wider ones are cut from the same view. */
void camera_aim(View *view, size_t height, size_t width, Random *random)
{
    const float h = (float)height, w = (float)width;
    const float frame = w < 2.0f * h ? w : 2.0f * h;
    const bool is_tall = random_chance(random, 0.15f); /* a van's or a bus's */
    const float roll = random_between(random, -0.004f, 0.004f);

    view->height = height;
    view->width = width;
    view->focal = larger(frame * 0.76f, w * 0.52f) * random_between(random, 0.8f, 1.3f);
    view->centre_x = w * (0.5f + random_between(random, -0.12f, 0.12f));
    view->horizon_y = h * random_between(random, 0.36f, 0.54f);
    view->eye_height =
        is_tall ? random_between(random, 1.7f, 2.3f) : random_between(random, 1.15f, 1.6f);
    view->bend = random_chance(random, 0.5f) ? random_between(random, -0.0014f, 0.0014f) : 0.0f;
    view->slope = random_between(random, -0.00005f, 0.0001f);
    view->roll_sine = turns_sin(roll);
    view->roll_cosine = turns_cos(roll);
}

void camera_choose(Camera *camera, float exposure, Random *random)
{
    const float stops = random_between(random, -0.5f, 0.5f);
    const float warmth = random_between(random, -0.12f, 0.10f);
    const float green = random_between(random, -0.05f, 0.07f);

    exposure *= stops < 0.0f ? 1.0f / (1.0f - 1.2f * stops) : 1.0f + 1.2f * stops;
    camera->gain =
        vec3(exposure * (1.0f + warmth), exposure * (1.0f + green), exposure * (1.0f - warmth));
    camera->shoulder = random_between(random, 0.0f, 0.45f);
    camera->contrast = random_between(random, 1.0f, 1.5f);
    camera->black = random_between(random, -0.02f, 0.08f);
    camera->saturation = random_between(random, 0.5f, 1.15f);
    camera->vignette = random_between(random, 2.0f, 40.0f);
    camera->side = random_below(random, 11) - 6;
    camera->noise = 4 + random_below(random, 20);
}

/* A gamma of 2, then a straight line about middle grey. */
static float develop(const Camera *camera, float x)
{
    const float s = camera->shoulder;
    const float shown = sqrtf(larger(x * (1.0f + 0.3f * s * x) / (1.0f + s * x), 0.0f));

    return 0.42f + (shown - 0.42f) * camera->contrast - camera->black;
}

Vec3 camera_develop(const Camera *camera, Vec3 colour)
{
    const Vec3 light = vec3_mul(colour, camera->gain);
    const Vec3 shown =
        vec3(develop(camera, light.x), develop(camera, light.y), develop(camera, light.z));
    const float grey = 0.3f * shown.x + 0.59f * shown.y + 0.11f * shown.z;
    const Vec3 toned = vec3_mix(vec3(grey, grey, grey), shown, camera->saturation);

    return vec3(255.0f * clamp(toned.x, 0.0f, 1.0f), 255.0f * clamp(toned.y, 0.0f, 1.0f),
                255.0f * clamp(toned.z, 0.0f, 1.0f));
}
