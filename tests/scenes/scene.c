/* SPDX-License-Identifier: Apache-2.0 */
/* The camera, the order of building, and what all builders use. */
#include "scene.h"

static float larger(float a, float b)
{
    return a > b ? a : b;
}

/* The focal length keeps 2:1 pictures at 67 degrees; wider ones are cut from the same view. */
static void choose_view(View *view, size_t height, size_t width, Random *random)
{
    const float h = (float)height, w = (float)width;
    const float frame = w < 2.0f * h ? w : 2.0f * h;

    view->height = height;
    view->width = width;
    view->focal = larger(frame * 0.76f, w * 0.52f) * random_between(random, 0.9f, 1.15f);
    view->centre_x = w * (0.5f + random_between(random, -0.07f, 0.07f));
    view->horizon_y = h * random_between(random, 0.40f, 0.50f);
    view->eye_height = random_between(random, 1.25f, 1.65f);
    view->bend = random_chance(random, 0.5f) ? random_between(random, -0.0011f, 0.0011f) : 0.0f;
    view->slope = random_between(random, -0.00004f, 0.00008f);
}

bool scene_init(Scene *scene, size_t height, size_t width, uint64_t seed, uint64_t index)
{
    static void (*const builders[])(Scene *, Random *) = {
        build_ground,    build_houses,  build_plants, build_barriers,
        build_furniture, build_traffic, build_people,
    };
    Random random;

    random_init(&random, seed, index);
    *scene = (Scene){ .seed = (uint64_t)random_bits(&random) << 32 };
    scene->seed |= random_bits(&random);
    choose_view(&scene->view, height, width, &random);
    light_choose(&scene->light, &random);
    street_plan(&scene->street, &random);
    scene->bonnet_height = random_chance(&random, 0.6f) ? random_between(&random, 0.04f, 0.1f) : 0;
    scene->bonnet = vec3_scale(vec3(1.0f, 1.0f, 1.05f), random_between(&random, 0.01f, 0.2f));
    for (size_t i = 0; i < sizeof builders / sizeof builders[0]; ++i) {
        /* a stream for each builder: a change in one does not reshuffle the others */
        random_init(&random, scene->seed, i + 1);
        builders[i](scene, &random);
    }
    mesh_sort(&scene->mesh);
    if (!scene->mesh.out_of_memory)
        return true;
    scene_clear(scene);
    return false;
}

void scene_clear(Scene *scene)
{
    mesh_clear(&scene->mesh);
}

Surface scene_group_surface(Kind kind, ShadeFn shade, Vec3 colour)
{
    return (Surface){ .shade = shade,
                      .pass = PASS_SOLID,
                      .kind = kind,
                      .instance = kinds[kind].label_id,
                      .sun = 1.0f,
                      .colour = colour };
}

Surface scene_surface(Scene *scene, Kind kind, ShadeFn shade, Vec3 colour)
{
    Surface surface = scene_group_surface(kind, shade, colour);

    if (kinds[kind].has_instances && scene->counted[kind] < 1000)
        surface.instance = (uint16_t)(kinds[kind].label_id * 1000 + scene->counted[kind]++);
    return surface;
}

float scene_sun(const Scene *scene, Vec3 place)
{
    return street_sun(&scene->street, scene->light.to_sun, place);
}

/* local.x, local.z: -1..1 across the patch; the colour is what it leaves of the light in the
 * middle; parameter 0: softness of the rim, 1: how dappled and round it is, from metal (0) to
 * leaves (1) */
static Cover shade_shadow(const Surface *surface, const Fragment *at, Material *material)
{
    const float start = 1.0f - surface->parameter[0];
    const float x = at->local.x < 0.0f ? -at->local.x : at->local.x;
    const float z = at->local.z < 0.0f ? -at->local.z : at->local.z;
    float strength = (1.0f - ramp(start, 1.0f, x)) * (1.0f - ramp(start, 1.0f, z));

    if (surface->parameter[1] > 0.0f) {
        const float leaves =
            noise_fractal(surface->seed, 5.0f * at->local.x, 5.0f * at->local.z, 4, 0.0f);
        strength = ramp(0.06f, -0.06f, x * x + z * z - 1.15f + 1.1f * (1.0f - leaves));
    }
    material->albedo = vec3_mix(vec3(1.0f, 1.0f, 1.0f), surface->colour, strength);
    return COVER_SOLID;
}

/* A patch with the given sides, its middle at `middle`. */
static void shadow_patch(Scene *scene, Vec3 middle, Vec3 across, Vec3 along, Vec3 left_over,
                         float soft, float dappled)
{
    static const float signs[4][2] = {
        { -1.0f, -1.0f }, { 1.0f, -1.0f }, { 1.0f, 1.0f }, { -1.0f, 1.0f }
    };
    Surface surface = scene_group_surface(KIND_UNLABELED, shade_shadow, left_over);
    Corner rim[4];

    surface.pass = PASS_SHADOW;
    surface.seed = (uint32_t)scene->mesh.part_count;
    surface.parameter[0] = soft;
    surface.parameter[1] = dappled;
    for (int i = 0; i < 4; ++i) {
        const float x = signs[i][0], z = signs[i][1];
        const Vec3 offset = vec3_add(vec3_scale(across, x), vec3_scale(along, z));

        rim[i] = (Corner){ vec3_add(middle, offset), vec3(x, 0.0f, z), vec3(0.0f, 1.0f, 0.0f) };
    }
    mesh_begin(&scene->mesh, &surface);
    mesh_quad(&scene->mesh, rim);
}

/* Where the middle of a shadow lies when the thing's top is this high. */
static Vec3 shadow_offset(const Scene *scene, float height)
{
    const Vec3 to_sun = scene->light.to_sun;
    const float reach = clamp(height / to_sun.y, 0.0f, 12.0f) * 0.5f;

    return vec3(-to_sun.x * reach, 0.0f, -to_sun.z * reach);
}

static bool casts(float sun, const Light *light)
{
    return sun > 0.05f && light->sun.x > 0.3f;
}

static Vec3 without_sun(const Scene *scene, float share)
{
    return vec3_mix(vec3(1.0f, 1.0f, 1.0f), light_shadow(&scene->light), share);
}

void scene_shadow(Scene *scene, const Frame *frame, float half_width, float half_length,
                  float height)
{
    const Vec3 across = vec3_scale(frame->right, half_width);
    const Vec3 along = vec3_scale(frame->ahead, half_length);
    const float sun = scene_sun(scene, frame->origin);
    const Vec3 cast = shadow_offset(scene, height);

    /* beneath the thing little of the sky is seen either */
    shadow_patch(scene, frame->origin, vec3_scale(across, 1.2f), vec3_scale(along, 1.08f),
                 vec3_scale(light_shadow(&scene->light), 0.45f), 0.4f, 0.0f);
    if (!casts(sun, &scene->light))
        return;
    /* the cast shadow: the footprint, drawn out away from the sun */
    const float out_x = vec3_dot(cast, frame->right), out_z = vec3_dot(cast, frame->ahead);
    const float wide = half_width + (out_x < 0.0f ? -out_x : out_x);
    const float deep = half_length + (out_z < 0.0f ? -out_z : out_z);

    shadow_patch(scene, vec3_add(frame->origin, cast), vec3_scale(frame->right, wide),
                 vec3_scale(frame->ahead, deep), without_sun(scene, sun), 0.3f, 0.0f);
}

void scene_leaf_shadow(Scene *scene, Vec3 foot, float half_width, float height)
{
    const Vec3 cast = vec3_scale(shadow_offset(scene, height), 2.0f);
    const Vec3 middle = vec3_add(foot, cast);
    const float sun = scene_sun(scene, middle);

    if (casts(sun, &scene->light))
        shadow_patch(scene, middle, vec3(1.2f * half_width, 0.0f, 0.0f),
                     vec3(0.0f, 0.0f, 1.2f * half_width), without_sun(scene, sun), 0.3f, 1.0f);
}
