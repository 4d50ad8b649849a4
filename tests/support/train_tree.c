/* SPDX-License-Identifier: Apache-2.0 */
#include "support/train_tree.h"

#include <volo/image.h>

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

void tree_paint_stripes(unsigned kind, size_t row, size_t column, uint8_t rgb[3], uint8_t *label)
{
    *label = (uint8_t)((row / 4 + column / 5 + kind) % 12);
    rgb[0] = (uint8_t)(20 * *label);
    rgb[1] = (uint8_t)(row * 3 + kind * 37);
    rgb[2] = (uint8_t)(column * 5 + kind * 11);
}

static const char *make_folders(const ScratchDir *dir, const char *name)
{
    static char path[600];

    snprintf(path, sizeof path, "%s/%s", dir->path, name);
    for (char *slash = path + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        if (mkdir(path, 0777) && errno != EEXIST)
            fail_msg("cannot make '%s'", path);
        *slash = '/';
    }
    return path;
}

static void write_png(const ScratchDir *dir, const char *name, size_t h, size_t w, VoloPixels kind,
                      const uint8_t *pixels)
{
    const VoloPng png = { .height = h, .width = w, .kind = kind, .pixels = pixels };
    VoloError err;

    if (volo_png_write(make_folders(dir, name), &png, &err))
        fail_msg("%s", err.message);
}

void tree_add(const ScratchDir *dir, const char *image, const char *labels, size_t h, size_t w,
              TreePaintFn paint, unsigned kind)
{
    uint8_t *rgb = malloc(3 * h * w), *label = malloc(h * w);

    assert_true(rgb && label);
    for (size_t i = 0; i < h * w; i++)
        paint(kind, i / w, i % w, rgb + 3 * i, label + i);
    if (image)
        write_png(dir, image, h, w, VOLO_PIXELS_RGB8, rgb);
    if (labels)
        write_png(dir, labels, h, w, VOLO_PIXELS_GREY8, label);
    free(rgb);
    free(label);
}

void tree_add_camvid(const ScratchDir *dir, const char *split, const char *name, size_t h, size_t w,
                     unsigned kind)
{
    char image[200], labels[200];

    snprintf(image, sizeof image, "%s/%s.png", split, name);
    snprintf(labels, sizeof labels, "%sannot/%s.png", split, name);
    tree_add(dir, image, labels, h, w, tree_paint_stripes, kind);
}

void tree_add_empty(const ScratchDir *dir, const char *path)
{
    FILE *file = fopen(make_folders(dir, path), "w");

    assert_non_null(file);
    if (file)
        fclose(file);
}

void tree_config_add(VoloDataConfig *config, VoloDataRole role, const char *dataset,
                     const char *root, double weight)
{
    VoloTrainSetOptions set = { .dataset = VOLO_DATASET_OPTIONS_INIT, .weight = weight };

    set.dataset.name = dataset;
    set.dataset.root = root;
    assert_int_equal(volo_data_config_add(config, role, &set, NULL), VOLO_OK);
}

VoloDataConfig *tree_config(VoloDataRole role, const char *dataset, const char *root)
{
    VoloDataConfig *config = NULL;

    assert_int_equal(volo_data_config_new(&config, NULL), VOLO_OK);
    tree_config_add(config, role, dataset, root, 0);
    return config;
}

VoloTrainSets *tree_open(VoloDataConfig *config)
{
    VoloTrainSets *sets = NULL;
    VoloError err;

    if (volo_train_sets_open(volo_data_config_options(config), VOLO_DATA_TRAINING, NULL, NULL,
                             &sets, &err))
        fail_msg("%s", err.message);
    return sets;
}
