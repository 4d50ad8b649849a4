/* SPDX-License-Identifier: Apache-2.0 */
/* The order of building, and what all builders use. */
#include "scene.h"

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
    camera_aim(&scene->view, height, width, &random);
    light_choose(&scene->light, &random);
    camera_choose(&scene->camera, scene->light.exposure, &random);
    street_plan(&scene->street, &random);
    scene->bonnet_height = random_chance(&random, 0.4f) ? random_between(&random, 0.03f, 0.1f) : 0;
    scene->bonnet = vec3_scale(vec3(1.0f, 1.0f, 1.05f), random_between(&random, 0.01f, 0.2f));
    for (size_t i = 0; i < sizeof builders / sizeof builders[0]; ++i) {
        /* a stream for each builder: a change in one does not reshuffle the others */
        random_init(&random, scene->seed, i + 1);
        builders[i](scene, &random);
    }
    mesh_sort(&scene->mesh);
    if (!scene->mesh.out_of_memory &&
        shadows_cast(&scene->shadows, &scene->mesh, scene->light.to_sun, scene->light.sun.x > 0.3f))
        return true;
    scene_clear(scene);
    return false;
}

void scene_clear(Scene *scene)
{
    mesh_clear(&scene->mesh);
    shadows_clear(&scene->shadows);
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
