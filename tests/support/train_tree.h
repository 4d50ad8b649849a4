/* SPDX-License-Identifier: Apache-2.0 */
/* Trees of small made-up pictures with labels. Failures end the test. */
#ifndef VOLO_TESTS_TRAIN_TREE_H
#define VOLO_TESTS_TRAIN_TREE_H

#include <volo/train_data.h>

#include "support/scratch_dir.h"

/* The colour and label of a pixel; kind is the picture's. */
typedef void (*TreePaintFn)(unsigned kind, size_t row, size_t column, uint8_t rgb[3],
                            uint8_t *label);

/* Stripes of CamVid's labels 0..10 and void, in colours that depend on kind too. */
void tree_paint_stripes(unsigned kind, size_t row, size_t column, uint8_t rgb[3], uint8_t *label);

/* Writes two PNG files below dir, with the folders above them; NULL leaves one out. */
void tree_add(const ScratchDir *dir, const char *image, const char *labels, size_t h, size_t w,
              TreePaintFn paint, unsigned kind);
/* A pair of CamVid's tree: SPLIT/NAME.png and SPLITannot/NAME.png, in stripes. */
void tree_add_camvid(const ScratchDir *dir, const char *split, const char *name, size_t h, size_t w,
                     unsigned kind);
/* An empty file, for trees that are only listed. */
void tree_add_empty(const ScratchDir *dir, const char *path);

/* A configuration with one set of a role; the caller's. */
VoloDataConfig *tree_config(VoloDataRole role, const char *dataset, const char *root);
/* Adds a further one. */
void tree_config_add(VoloDataConfig *config, VoloDataRole role, const char *dataset,
                     const char *root, double weight);
/* Opened, for training. */
VoloTrainSets *tree_open(VoloDataConfig *config);

#endif
