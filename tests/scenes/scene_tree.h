/* SPDX-License-Identifier: Apache-2.0 */
/* Scenes as files in the layout of Cityscapes. */
#ifndef VOLO_TESTS_SCENES_SCENE_TREE_H
#define VOLO_TESTS_SCENES_SCENE_TREE_H

#include <volo/base.h>

typedef struct SceneTree {
    const char *root, *split, *city;
    size_t height, width; /* in pixels */
    uint64_t seed;
    unsigned count;
} SceneTree;

/* Writes ROOT/leftImg8bit/SPLIT/CITY/CITY_NNNNNN_000019_leftImg8bit.png and, below gtFine, the
 * label pictures of each scene; folders are made. Errors: IO, MEMORY. */
VOLO_NODISCARD VoloStatus scene_tree_write(const SceneTree *tree, VoloError *err);

#endif
