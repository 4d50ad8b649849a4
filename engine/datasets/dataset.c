/* SPDX-License-Identifier: Apache-2.0 */
/* VoloDataset: opened by a registered description, or as two folders. */
#include "base/error.h"
#include "base/folder_walk.h"
#include "base/sha256.h"
#include "datasets/dataset_tree.h"
#include "datasets/label_space.h"
#include "image/raw_picture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Any two folders: a pair is a picture and a label file whose paths agree but for the ending. */
static const VoloDatasetClass folder_class = {
    .name = "folder",
    .splits = { { .name = "", .folder = "" } },
    .labels = { { ".png", VOLO_LABELS_IDS },
                { ".png", VOLO_LABELS_TRAIN_IDS },
                { ".json", VOLO_LABELS_POLYGONS } },
    .image_endings = { ".png", ".jpg", ".jpeg", ".ppm" },
};

/* --- folders ---------------------------------------------------------------------------------- */

/* root/pattern with folder in place of '%'; NULL when memory is refused. */
static char *join(const char *root, const char *pattern, const char *folder)
{
    const char *mark = strchr(pattern, '%');
    const int before = mark ? (int)(mark - pattern) : (int)strlen(pattern);
    char *path = NULL;

    if (asprintf(&path, "%s%s%.*s%s%s", root, *pattern ? "/" : "", before, pattern,
                 mark ? folder : "", mark ? mark + 1 : "") < 0)
        return NULL;
    return path;
}

static VoloStatus set_folder(char **folder, const char *root, const char *pattern,
                             const VoloDatasetSplit *split, VoloError *err)
{
    free(*folder);
    *folder = pattern ? join(root, pattern, split->folder) : NULL;
    if (pattern && !*folder)
        return volo_fail_memory(err, strlen(root) + strlen(pattern) + 2);
    return VOLO_OK;
}

static VoloStatus use_layout(VoloDataset *d, const VoloDatasetOptions *o,
                             const VoloDatasetLayout *layout, const char *labels,
                             const char *instances, const VoloDatasetSplit *split, VoloError *err)
{
    VOLO_TRY(set_folder(&d->labels, o->root, labels, split, err));
    VOLO_TRY(set_folder(&d->instances, o->root, instances, split, err));
    return set_folder(&d->images, o->root, o->without_images ? NULL : layout->images, split, err);
}

/* Behind the first '/' of a pattern; its end when there is none. */
static const char *tail_of(const char *pattern)
{
    const char *slash = pattern ? strchr(pattern, '/') : NULL;

    return slash ? slash + 1 : "";
}

static VoloStatus try_folder(VoloDataset *d, const VoloDatasetOptions *o,
                             const VoloDatasetSplit *split, VoloError *err)
{
    return volo_folder_exists(d->labels) ? volo_dataset_list(d, split, o, err) : VOLO_OK;
}

/* Without pictures the root may be the label folder, or one of those above it: the pattern without
 * its first folder, then without the second, and so on. */
static VoloStatus list_labels_alone(VoloDataset *d, const VoloDatasetOptions *o,
                                    const VoloDatasetSplit *split, VoloError *err)
{
    for (const VoloDatasetLayout *l = d->class->layouts; l->labels && !d->listed; l++) {
        const char *labels = l->labels, *instances = l->instances;

        while (*labels && !d->listed) {
            labels = tail_of(labels);
            instances = instances ? tail_of(instances) : NULL;
            VOLO_TRY(use_layout(d, o, l, labels, instances, split, err));
            VOLO_TRY(try_folder(d, o, split, err));
        }
    }
    return VOLO_OK;
}

static VoloStatus list_tree(VoloDataset *d, const VoloDatasetOptions *o,
                            const VoloDatasetSplit *split, VoloError *err)
{
    for (const VoloDatasetLayout *l = d->class->layouts; l->labels && !d->listed; l++) {
        VOLO_TRY(use_layout(d, o, l, l->labels, l->instances, split, err));
        VOLO_TRY(try_folder(d, o, split, err));
    }
    if (!d->listed && o->without_images)
        VOLO_TRY(list_labels_alone(d, o, split, err));
    if (!d->listed)
        return volo_fail(
            err, VOLO_ERR_MISSING, "'%s': no label files of %s, split '%s' (as '%s/*%s')", o->root,
            d->class->name, split->name, d->class->layouts[0].labels, d->class->labels[0].ending);
    return VOLO_OK;
}

/* --- opening ---------------------------------------------------------------------------------- */

static VoloStatus find_split(const VoloDatasetClass *class, const char *name,
                             const VoloDatasetSplit **ret_split, VoloError *err)
{
    char known[80] = "";
    size_t length = 0;

    for (const VoloDatasetSplit *s = class->splits; s->name; s++) {
        if (!name || strcmp(s->name, name) == 0) {
            *ret_split = s;
            return VOLO_OK;
        }
        length += (size_t)snprintf(known + length, sizeof known - length, " %s", s->name);
    }
    return volo_fail(err, VOLO_ERR_MISSING, "%s has no split '%.40s'; there are%s", class->name,
                     name, known);
}

VoloStatus volo_dataset_make_space(VoloDataset *d, const char *table_name, VoloError *err)
{
    VoloClassTable *table = NULL;

    VOLO_TRY(volo_class_table_open(table_name, &table, err));
    const VoloStatus status = volo_label_space_new(table, d->kind, &d->space, err);
    volo_class_table_free(table);
    return status;
}

static VoloStatus open_tree(VoloDataset *d, const VoloDatasetOptions *o, VoloError *err)
{
    const VoloDatasetSplit *split = NULL;

    if (!o->root)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "data set '%s': no root folder given", o->name);
    d->class = volo_dataset_find(o->name);
    if (!d->class)
        return volo_fail(err, VOLO_ERR_MISSING, "there is no data set '%.80s'", o->name);
    VOLO_TRY(find_split(d->class, o->split, &split, err));
    d->split = split->name;
    VOLO_TRY(list_tree(d, o, split, err));
    return volo_dataset_make_space(d, d->class->name, err);
}

static VoloStatus open_folders(VoloDataset *d, const VoloDatasetOptions *o, VoloError *err)
{
    const VoloDatasetSplit *split = folder_class.splits;

    if (!o->labels || !o->table || (!o->images && !o->without_images))
        return volo_fail(err, VOLO_ERR_ARGUMENT,
                         "two folders as a data set need images, labels and a label table");
    d->class = &folder_class;
    d->split = split->name;
    VOLO_TRY(set_folder(&d->labels, o->labels, "", split, err));
    if (!o->without_images)
        VOLO_TRY(set_folder(&d->images, o->images, "", split, err));
    VOLO_TRY(volo_dataset_list(d, split, o, err));
    if (!d->listed)
        return volo_fail(err, VOLO_ERR_MISSING, "'%s': no label files (PNG or polygon JSON)",
                         o->labels);
    return volo_dataset_make_space(d, o->table, err);
}

VoloStatus volo_dataset_open(const VoloDatasetOptions *options, VoloDataset **ret_dataset,
                             VoloError *err)
{
    VoloDataset *dataset = calloc(1, sizeof *dataset);

    if (!dataset)
        return volo_fail_memory(err, sizeof *dataset);
    const VoloStatus status =
        options->name ? open_tree(dataset, options, err) : open_folders(dataset, options, err);
    if (status) {
        volo_dataset_free(dataset);
        return status;
    }
    *ret_dataset = dataset;
    return VOLO_OK;
}

void volo_dataset_free(VoloDataset *dataset)
{
    if (!dataset)
        return;
    volo_label_space_free(dataset->space);
    volo_pair_list_clear(&dataset->pairs);
    free(dataset->images);
    free(dataset->labels);
    free(dataset->instances);
    free(dataset->predictions);
    free(dataset);
}

/* --- what it is ------------------------------------------------------------------------------- */

const char *volo_dataset_name(const VoloDataset *dataset)
{
    return dataset->class->name;
}

const char *volo_dataset_split(const VoloDataset *dataset)
{
    return dataset->split;
}

VoloLabelKind volo_dataset_label_kind(const VoloDataset *dataset)
{
    return dataset->kind;
}

const VoloLabelSpace *volo_dataset_space(const VoloDataset *dataset)
{
    return dataset->space;
}

bool volo_dataset_has_instances(const VoloDataset *dataset)
{
    return dataset->has_instances;
}

size_t volo_dataset_count(const VoloDataset *dataset)
{
    return dataset->pairs.count;
}

const char *volo_dataset_pair_name(const VoloDataset *dataset, size_t index)
{
    return dataset->pairs.entries[index].name;
}

/* A path that is too long is cut: opening it fails with its beginning in the message. Without a
 * folder the name is a path. */
static const char *write_path(char path[4096], const char *folder, const char *name,
                              const char *ending)
{
    snprintf(path, 4096, "%s%s%s%s", folder ? folder : "", folder ? "/" : "", name, ending);
    return path;
}

VoloPair volo_dataset_pair(const VoloDataset *dataset, size_t index, VoloPairBuffer *buffer)
{
    const VoloDataset *d = dataset;
    const VoloPairEntry *e = &d->pairs.entries[index];
    VoloPair pair = { .name = e->name };

    pair.labels = write_path(buffer->labels, d->labels, e->name, d->label_ending);
    if (d->images && e->image)
        pair.image =
            write_path(buffer->image, d->images, e->name, d->class->image_endings[e->image - 1]);
    if (e->has_instances)
        pair.instances =
            write_path(buffer->instances, d->instances, e->name, d->class->instance_ending);
    if (e->prediction)
        pair.prediction = write_path(buffer->prediction, d->predictions, e->prediction, "");
    return pair;
}

void volo_dataset_digest(const VoloDataset *dataset, char ret_hex[65])
{
    const char *const head[] = { dataset->class->name, dataset->split,
                                 volo_label_kind_name(dataset->kind) };
    uint8_t digest[32];
    VoloSha256 s;

    volo_sha256_init(&s);
    for (size_t i = 0; i < sizeof head / sizeof *head; i++)
        volo_sha256_update(&s, head[i], strlen(head[i]) + 1);
    for (size_t i = 0; i < dataset->pairs.count; i++) {
        const char *name = dataset->pairs.entries[i].name;

        volo_sha256_update(&s, name, strlen(name) + 1);
    }
    volo_sha256_finish(&s, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(ret_hex + 2 * i, 3, "%02x", digest[i]);
}

/* --- its files -------------------------------------------------------------------------------- */

VoloStatus volo_dataset_load_labels(const VoloDataset *dataset, size_t index,
                                    VoloRawPicture *picture, VoloError *err)
{
    char path[4096];

    write_path(path, dataset->labels, dataset->pairs.entries[index].name, dataset->label_ending);
    if (dataset->kind == VOLO_LABELS_POLYGONS)
        return volo_raw_picture_load_polygons(picture, path, dataset->space, err);
    return volo_raw_picture_load_labels(picture, path, err);
}

/* id * base + number becomes id * 1000 + number, or id alone where the number is 0. Numbers and ids
 * beyond Cityscapes' code keep their low bits out of it: they become 65535, which no table has. */
static void convert_instances(uint16_t *pixels, size_t count, unsigned base)
{
    for (size_t i = 0; i < count; i++) {
        const unsigned id = pixels[i] / base, number = pixels[i] % base;
        const unsigned code = number ? id * 1000 + number : id;

        pixels[i] = (uint16_t)(code < UINT16_MAX ? code : UINT16_MAX);
    }
}

VoloStatus volo_dataset_load_instances(const VoloDataset *dataset, size_t index,
                                       VoloRawPicture *picture, VoloError *err)
{
    const VoloPairEntry *e = &dataset->pairs.entries[index];
    char path[4096];

    if (!e->has_instances)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "'%s' has no instance file", e->name);
    write_path(path, dataset->instances, e->name, dataset->class->instance_ending);
    VOLO_TRY(volo_raw_picture_load_instances(picture, path, err));
    if (dataset->class->instance_base)
        convert_instances(volo_raw_picture_edit_instances(picture),
                          volo_raw_picture_height(picture) * volo_raw_picture_width(picture),
                          dataset->class->instance_base);
    return VOLO_OK;
}

VoloDatasetInfo volo_dataset_info(const char *name)
{
    const VoloDatasetClass *class = volo_dataset_find(name);
    VoloDatasetInfo info = { 0 };

    if (!class)
        return info;
    info.name = class->name;
    info.summary = class->summary;
    info.images = class->layouts[0].images;
    info.image_ending = class->image_endings[0];
    info.labels = class->layouts[0].labels;
    info.label_ending = class->labels[0].ending;
    info.instances = class->layouts[0].instances;
    for (size_t i = 0; class->splits[i].name; i++)
        info.splits[i] = class->splits[i].name;
    info.boundary_of_cityscapes = class->boundary_of_cityscapes;
    info.convention_of_cityscapes = class->convention_of_cityscapes;
    return info;
}
