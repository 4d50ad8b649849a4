/* SPDX-License-Identifier: Apache-2.0 */
/* Reading labels into class indices: a list of readings that the name and the values may mean, of
 * which the first that knows every value is taken. */
#include "app/viewer/truth.h"

#include "app/viewer/decoder.h"
#include "app/viewer/viewer_error.h"

#include <stdlib.h>
#include <string.h>

/* What values may mean. */
typedef struct Reading {
    const char *table; /* of a built-in set; NULL: the hint's */
    VoloLabelKind kind;
} Reading;

/* A file of labels, and what is known of it before a reading is chosen. */
typedef struct LabelFile {
    const char *path;
    const VoloClassTable *hint; /* or NULL */
    VoloMask *raw;
    uint64_t counts[256];  /* of its values */
    VoloClassTable *table; /* of the reading that was chosen */
    VoloLabelSpace *space;
} LabelFile;

static void label_file_clear(LabelFile *file)
{
    volo_mask_unref(file->raw);
    volo_class_table_free(file->table);
    volo_label_space_free(file->space);
}

static VoloStatus use(LabelFile *file, Reading reading, VoloError *err)
{
    VoloStatus status;

    g_clear_pointer(&file->table, volo_class_table_free);
    g_clear_pointer(&file->space, volo_label_space_free);
    if (reading.table) {
        status = volo_class_table_open(reading.table, &file->table, err);
    } else {
        file->table = volo_segmentation_copy_classes(file->hint, NULL);
        status = file->table ? VOLO_OK : volo_fail(err, VOLO_ERR_MEMORY, "out of memory");
    }
    if (!status)
        status = volo_label_space_new(file->table, reading.kind, &file->space, err);
    return status;
}

/* Whether every value means something. */
static VoloStatus try_reading(LabelFile *file, Reading reading, VoloError *err)
{
    const VoloStatus status = use(file, reading, err);

    return status ? status : volo_label_space_check(file->space, file->path, file->counts, err);
}

/* --- which readings there are ----------------------------------------------------------------- */

typedef struct Readings {
    Reading item[16];
    size_t count;
} Readings;

static void propose(Readings *list, const char *table, VoloLabelKind kind)
{
    if (list->count < G_N_ELEMENTS(list->item))
        list->item[list->count++] = (Reading){ table, kind };
}

static gboolean name_has(const char *path, const char *part)
{
    const char *const slash = strrchr(path, '/');

    return strstr(slash ? slash + 1 : path, part) != NULL;
}

/* What the file's name says, where somebody follows the custom of a data set. */
static VoloLabelKind kind_by_name(const char *path)
{
    if (name_has(path, "abelTrainId") || name_has(path, "_train_id") || name_has(path, "trainid"))
        return VOLO_LABELS_TRAIN_IDS;
    return name_has(path, "labelIds") || name_has(path, "labelid") ? VOLO_LABELS_IDS
                                                                   : VOLO_LABELS_AUTO;
}

/* The readings of a set whose rules of naming were followed. BDD100K's table has the trainIds as
 * its ids. */
static void propose_dataset(Readings *list, const char *path, const char *dataset)
{
    const gboolean train = kind_by_name(path) == VOLO_LABELS_TRAIN_IDS;
    const char *const table = strcmp(dataset, "kitti") == 0 ? "cityscapes" : dataset;

    propose(list, table, train ? VOLO_LABELS_TRAIN_IDS : VOLO_LABELS_IDS);
    propose(list, table, train ? VOLO_LABELS_IDS : VOLO_LABELS_TRAIN_IDS);
}

static gboolean is_built_in(const VoloClassTable *table)
{
    const char *const name = volo_class_table_name(table);
    VoloClassTable *same = NULL;
    VoloError err;

    if (!volo_dataset_info(name).name || volo_class_table_open(name, &same, &err))
        return FALSE;
    const gboolean equal = volo_class_table_count(same) == volo_class_table_count(table);
    volo_class_table_free(same);
    return equal;
}

/* The readings of a file of which nothing is known but its values and what a model's classes are.
 * Cityscapes' trainIds come before ids: a picture that has no more than them would be one without
 * plants, sky, people and cars. ADE20K's ids come first for a truth: its files have them. */
static void propose_all(Readings *list, const LabelFile *file, gboolean indices_first)
{
    static const char *const sets[] = { "cityscapes", "ade20k" };
    const VoloLabelKind named = kind_by_name(file->path);
    const char *const hint = file->hint ? volo_class_table_name(file->hint) : "";

    if (file->hint && is_built_in(file->hint)) {
        const gboolean ids =
            named == VOLO_LABELS_IDS || (strcmp(hint, "ade20k") == 0 && !indices_first && !named);

        propose(list, hint, ids ? VOLO_LABELS_IDS : VOLO_LABELS_TRAIN_IDS);
        propose(list, hint, ids ? VOLO_LABELS_TRAIN_IDS : VOLO_LABELS_IDS);
    } else if (file->hint) {
        propose(list, NULL, VOLO_LABELS_TRAIN_IDS);
    }
    if (named == VOLO_LABELS_IDS)
        propose(list, "cityscapes", VOLO_LABELS_IDS);
    for (size_t i = 0; i < G_N_ELEMENTS(sets); i++) {
        const gboolean ids = i == 1 && !indices_first;

        propose(list, sets[i], ids ? VOLO_LABELS_IDS : VOLO_LABELS_TRAIN_IDS);
        propose(list, sets[i], ids ? VOLO_LABELS_TRAIN_IDS : VOLO_LABELS_IDS);
    }
}

/* "'a.png': values 3, 77, 201 and 5 more are labels of no data set that is known". */
static VoloStatus refuse(const LabelFile *file, VoloError *err)
{
    GString *const values = g_string_new(NULL);
    size_t listed = 0, more = 0;

    for (size_t v = 0; v < 256; v++) {
        if (file->counts[v] && listed < 12)
            g_string_append_printf(values, "%s%zu", listed++ ? ", " : "", v);
        else
            more += file->counts[v] > 0;
    }
    if (more)
        g_string_append_printf(values, " and %zu more", more);
    const VoloStatus status =
        volo_fail(err, VOLO_ERR_FORMAT, "'%s': the values %s are the labels of no data set known",
                  file->path, values->str);
    g_string_free(values, TRUE);
    return status;
}

static VoloStatus choose(LabelFile *file, const char *dataset, gboolean indices_first,
                         VoloError *err)
{
    Readings list = { .count = 0 };
    VoloError first;

    if (dataset)
        propose_dataset(&list, file->path, dataset);
    else
        propose_all(&list, file, indices_first);
    for (size_t i = 0; i < list.count; i++) {
        const VoloStatus status = try_reading(file, list.item[i], err);

        if (status != VOLO_ERR_FORMAT)
            return status;
        if (i == 0)
            first = *err;
    }
    if (!dataset)
        return refuse(file, err);
    *err = first;
    return first.status;
}

/* --- reading ---------------------------------------------------------------------------------- */

static VoloStatus load_values(LabelFile *file, GCancellable *cancellable, VoloError *err)
{
    const VoloStatus status = volo_decoder_load_labels(file->path, cancellable, &file->raw, err);

    if (!status)
        volo_mask_count(file->raw, file->counts);
    return status;
}

static VoloStatus load_polygons(LabelFile *file, GCancellable *cancellable, VoloError *err)
{
    const VoloStatus status = volo_decoder_load_polygons(file->path, cancellable, &file->raw, err);

    return status ? status : use(file, (Reading){ "cityscapes", VOLO_LABELS_IDS }, err);
}

/* Class indices in the place of raw values. */
static VoloStatus make_mask(const LabelFile *file, VoloMask **ret_mask, VoloError *err)
{
    const size_t height = volo_mask_height(file->raw), width = volo_mask_width(file->raw);
    const size_t pixels = height * width;
    const int16_t *const index = volo_label_space_index(file->space);
    const uint8_t *const raw = volo_mask_labels(file->raw);
    uint8_t table[256];
    uint8_t *const labels = malloc(pixels);

    if (!labels)
        return volo_fail(err, VOLO_ERR_MEMORY, "out of memory for %zu labels", pixels);
    for (size_t v = 0; v < 256; v++)
        table[v] = index[v] < 0 ? VOLO_LABEL_IGNORE : (uint8_t)index[v];
    for (size_t i = 0; i < pixels; i++)
        labels[i] = table[raw[i]];
    return volo_mask_new_in(height, width, labels, NULL, ret_mask, err);
}

static VoloSegmentation *load(const char *path, const char *dataset, const VoloClassTable *hint,
                              gboolean indices_first, GCancellable *cancellable, GError **error)
{
    LabelFile file = { .path = path, .hint = hint };
    VoloSegmentation *made = NULL;
    VoloMask *mask = NULL;
    VoloError err;
    VoloStatus status;

    if (g_str_has_suffix(path, ".json")) {
        status = load_polygons(&file, cancellable, &err);
    } else {
        status = load_values(&file, cancellable, &err);
        if (!status)
            status = choose(&file, dataset, indices_first, &err);
    }
    if (!status)
        status = make_mask(&file, &mask, &err);
    if (status) {
        volo_viewer_error_set(error, &err);
    } else {
        char *const name = g_filename_display_basename(path);

        made = volo_segmentation_new(&(VoloSegmentationParts){
            .mask = mask, .classes = g_steal_pointer(&file.table), .source = name });
        volo_mask_unref(mask);
        g_free(name);
    }
    label_file_clear(&file);
    return made;
}

VoloSegmentation *volo_truth_load(const char *path, const char *dataset, const VoloClassTable *hint,
                                  GCancellable *cancellable, GError **error)
{
    return load(path, dataset, hint, FALSE, cancellable, error);
}

VoloSegmentation *volo_prediction_load(const char *path, const VoloClassTable *hint,
                                       GCancellable *cancellable, GError **error)
{
    return load(path, NULL, hint, TRUE, cancellable, error);
}
