/* SPDX-License-Identifier: Apache-2.0 */
/* Paths, folders and the four pictures of a scene. */
#include "scene_tree.h"

#include <volo/image.h>

#include "paint.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    MAX_PATH = 4096
};

/* Makes the folders of `path` that are missing, the last one too. */
static VoloStatus make_folders(char *path, VoloError *err)
{
    for (char *at = path + 1;; ++at) {
        const char here = *at;

        if (here != '/' && here != '\0')
            continue;
        *at = '\0';
        if (mkdir(path, 0777) && errno != EEXIST)
            return volo_fail(err, VOLO_ERR_IO, "cannot make folder '%s': %s", path,
                             strerror(errno));
        *at = here;
        if (here == '\0')
            return VOLO_OK;
    }
}

/* The folder of one kind of picture, made when it is missing. */
static VoloStatus open_folder(const SceneTree *tree, const char *kind, char path[MAX_PATH],
                              VoloError *err)
{
    const int length =
        snprintf(path, MAX_PATH, "%s/%s/%s/%s", tree->root, kind, tree->split, tree->city);

    if (length < 0 || length >= MAX_PATH - 128)
        return volo_fail(err, VOLO_ERR_IO, "'%.80s...': the path is too long", tree->root);
    return make_folders(path, err);
}

static VoloStatus write_picture(const SceneTree *tree, const char *folder, unsigned index,
                                const char *suffix, VoloPixels kind, const void *pixels,
                                VoloError *err)
{
    const VoloPng png = {
        .height = tree->height, .width = tree->width, .kind = kind, .pixels = pixels
    };
    char path[MAX_PATH + 256];

    snprintf(path, sizeof path, "%s/%s_%06u_000019_%s.png", folder, tree->city, index, suffix);
    return volo_png_write(path, &png, err);
}

static VoloStatus write_labels(const SceneTree *tree, const char *folder, unsigned index,
                               const Picture *picture, uint8_t *train_ids, VoloError *err)
{
    uint8_t table[256];

    for (int i = 0; i < 256; ++i)
        table[i] = kinds_train_id((uint8_t)i);
    for (size_t i = 0; i < picture->height * picture->width; ++i)
        train_ids[i] = table[picture->label_ids[i]];
    VoloStatus status = write_picture(tree, folder, index, "gtFine_labelIds", VOLO_PIXELS_GREY8,
                                      picture->label_ids, err);
    if (!status)
        status = write_picture(tree, folder, index, "gtFine_labelTrainIds", VOLO_PIXELS_GREY8,
                               train_ids, err);
    if (!status)
        status = write_picture(tree, folder, index, "gtFine_instanceIds", VOLO_PIXELS_GREY16,
                               picture->instances, err);
    return status;
}

/* Paints scene `index`; *ret_picture is the caller's on success. */
static VoloStatus paint_index(const SceneTree *tree, unsigned index, Picture *ret_picture,
                              VoloError *err)
{
    Scene scene;
    bool is_painted = false;

    if (scene_init(&scene, tree->height, tree->width, tree->seed, index)) {
        is_painted = paint_scene(&scene, ret_picture);
        scene_clear(&scene);
    }
    return is_painted ? VOLO_OK
                      : volo_fail(err, VOLO_ERR_MEMORY, "no memory for a scene of %zux%zu",
                                  tree->height, tree->width);
}

VoloStatus scene_tree_write(const SceneTree *tree, VoloError *err)
{
    char images[MAX_PATH], labels[MAX_PATH];
    VoloStatus status = open_folder(tree, "leftImg8bit", images, err);

    if (!status)
        status = open_folder(tree, "gtFine", labels, err);
    if (status)
        return status;
    uint8_t *train_ids = malloc(tree->height * tree->width);
    if (!train_ids)
        return volo_fail(err, VOLO_ERR_MEMORY, "no memory for labels of %zux%zu", tree->height,
                         tree->width);
    for (unsigned i = 0; !status && i < tree->count; ++i) {
        Picture picture = { 0 };

        status = paint_index(tree, i, &picture, err);
        if (!status)
            status =
                write_picture(tree, images, i, "leftImg8bit", VOLO_PIXELS_RGB8, picture.rgb, err);
        if (!status)
            status = write_labels(tree, labels, i, &picture, train_ids, err);
        picture_clear(&picture);
    }
    free(train_ids);
    return status;
}
