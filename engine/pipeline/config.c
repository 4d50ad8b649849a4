/* SPDX-License-Identifier: Apache-2.0 */
/* A model's settings: their beginning, their defaults, their end. */
#include "pipeline/config_text.h"

#include <volo/impl/dataset_class.h>

#include "base/error.h"
#include "base/limits.h"
#include "datasets/class_table.h"
#include "datasets/colour_map.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void volo_config_init(VoloConfig *cfg)
{
    *cfg = (VoloConfig){
        .backbone = "volo",
        .head = "upernet",
        .image_mean = { 123.675f, 116.28f, 103.53f },
        .image_std = { 58.395f, 57.12f, 57.375f },
        .test_mode = VOLO_MODE_SLIDE,
    };
}

static void free_names(VoloConfig *cfg)
{
    for (size_t i = 0; i < VOLO_MAX_CLASSES; i++) {
        free(cfg->names[i]);
        cfg->names[i] = NULL;
    }
}

void volo_config_clear(VoloConfig *cfg)
{
    free_names(cfg);
    *cfg = (VoloConfig){ 0 };
}

VoloStatus volo_config_parse(VoloConfig *cfg, VoloConfigSaid *said, const char *name,
                             const char *text, size_t bytes, VoloError *err)
{
    char *quoted = NULL;
    json_t *root;

    if (bytes > VOLO_LIMIT_CONFIG_BYTES)
        return volo_fail(err, VOLO_ERR_LIMIT, "'%s': %zu bytes of JSON, limit %u", name, bytes,
                         VOLO_LIMIT_CONFIG_BYTES);
    if (asprintf(&quoted, "'%s'", name) < 0)
        return volo_fail_memory(err, strlen(name) + 3);
    VoloStatus status = volo_json_parse(quoted, text, bytes, VOLO_LIMIT_CONFIG_DEPTH, &root, err);
    free(quoted);
    if (status)
        return status;
    status = volo_config_decode(cfg, said, name, root, err);
    json_decref(root);
    return status;
}

static VoloStatus check_class_count(size_t count, VoloError *err)
{
    if (count > VOLO_MAX_CLASSES)
        return volo_fail(err, VOLO_ERR_LIMIT, "%zu classes, limit %d", count, VOLO_MAX_CLASSES);
    return VOLO_OK;
}

/* names [count] copied to ret_copy [count]; on failure none of them is left */
static VoloStatus copy_names(size_t count, const char *const *names, char **ret_copy,
                             VoloError *err)
{
    VoloStatus status = VOLO_OK;
    size_t done = 0;

    for (; done < count && !status; done++) {
        ret_copy[done] = NULL;
        if (!volo_class_name_is_valid(names[done]))
            status = volo_fail(err, VOLO_ERR_FORMAT,
                               "class %zu: name '%.40s' is empty, too long or not printable", done,
                               names[done]);
        else if (!(ret_copy[done] = strdup(names[done])))
            status = volo_fail_memory(err, strlen(names[done]) + 1);
    }
    while (status && done > 0) {
        free(ret_copy[--done]);
        ret_copy[done] = NULL;
    }
    return status;
}

VoloStatus volo_config_set_classes(VoloConfig *cfg, size_t count, const char *const *names,
                                   const uint8_t (*palette)[3], VoloError *err)
{
    char *copy[VOLO_MAX_CLASSES];

    VOLO_TRY(check_class_count(count, err));
    if (cfg->classes && cfg->classes != count)
        return volo_fail(err, VOLO_ERR_FORMAT, "%zu class names, expected %zu", count,
                         cfg->classes);
    VOLO_TRY(copy_names(count, names, copy, err));
    free_names(cfg);
    memcpy(cfg->names, copy, count * sizeof *copy);
    cfg->classes = count;
    if (palette) {
        memcpy(cfg->palette, palette, count * sizeof *palette);
        cfg->has_palette = true;
    }
    return VOLO_OK;
}

/* --- defaults --- */

/* A built-in table with as many classes as cfg: that of its own data set, else the one that is
 * known by this number (19, 150). *ret_table is NULL when there is none. */
static VoloStatus open_table(const VoloConfig *cfg, bool by_number, VoloClassTable **ret_table,
                             VoloError *err)
{
    const char *name = cfg->dataset;
    VoloClassTable *table;

    *ret_table = NULL;
    if (by_number && !volo_dataset_find(name))
        name = cfg->classes == 19 ? "cityscapes" : cfg->classes == 150 ? "ade20k" : name;
    if (!volo_dataset_find(name))
        return VOLO_OK;
    VOLO_TRY(volo_class_table_open(name, &table, err));
    if (volo_class_table_count(table) == cfg->classes)
        *ret_table = table;
    else
        volo_class_table_free(table);
    return VOLO_OK;
}

static VoloStatus number_names(VoloConfig *cfg, VoloError *err)
{
    for (size_t i = 0; i < cfg->classes; i++) {
        if (asprintf(&cfg->names[i], "class_%zu", i) < 0) {
            cfg->names[i] = NULL;
            return volo_fail_memory(err, 10);
        }
    }
    return VOLO_OK;
}

static VoloStatus finish_names(VoloConfig *cfg, const char **ret_note, VoloError *err)
{
    const char *names[VOLO_MAX_CLASSES];
    VoloClassTable *table;

    *ret_note = NULL;
    if (cfg->names[0])
        return VOLO_OK;
    VOLO_TRY(open_table(cfg, true, &table, err));
    if (!table) {
        *ret_note = "the file does not name its classes: class_0, class_1 ...";
        return number_names(cfg, err);
    }
    for (size_t i = 0; i < cfg->classes; i++)
        names[i] = volo_class_table_get(table, i)->name;
    const VoloStatus status = copy_names(cfg->classes, names, cfg->names, err);
    if (strcmp(cfg->dataset, volo_class_table_name(table)) != 0)
        *ret_note = cfg->classes == 19
                        ? "the file does not name its classes: as there are 19, those of Cityscapes"
                        : "the file does not name its classes: as there are 150, those of ADE20K";
    if (cfg->dataset[0] == '\0')
        snprintf(cfg->dataset, sizeof cfg->dataset, "%s", volo_class_table_name(table));
    volo_class_table_free(table);
    return status;
}

static VoloStatus finish_palette(VoloConfig *cfg, VoloError *err)
{
    VoloClassTable *table;

    if (cfg->has_palette)
        return VOLO_OK;
    VOLO_TRY(open_table(cfg, cfg->dataset[0] == '\0', &table, err));
    for (size_t i = 0; i < cfg->classes; i++) {
        if (table)
            memcpy(cfg->palette[i], volo_class_table_get(table, i)->colour, sizeof cfg->palette[i]);
        else
            volo_colour_of_index(i, cfg->palette[i]);
    }
    cfg->has_palette = true;
    volo_class_table_free(table);
    return VOLO_OK;
}

/* ratio such that (size_t)(dim * ratio) == hidden, in spite of rounding */
static double ratio_of(size_t hidden, size_t dim)
{
    double ratio = (double)hidden / (double)dim;

    while ((size_t)((double)dim * ratio) < hidden)
        ratio = nextafter(ratio, DBL_MAX);
    return ratio;
}

/* From shapes hidden / dim was taken, which may have been rounded down. */
static void finish_ratios(VoloConfig *cfg)
{
    for (size_t i = 0; i < VOLO_STAGES; i++) {
        const size_t hidden = cfg->mlp_hidden[i], dim = cfg->embed_dims[i];

        if (hidden && dim && (size_t)((double)dim * cfg->mlp_ratio[i]) != hidden)
            cfg->mlp_ratio[i] = ratio_of(hidden, dim);
    }
}

size_t volo_default_stride(size_t crop)
{
    const size_t stride = crop == 1024 ? 768 : crop * 2 / 3;

    return stride > 0 ? stride : 1;
}

static VoloStatus finish_test(VoloConfig *cfg, VoloError *err)
{
    for (size_t i = 0; i < 2; i++) {
        if (cfg->img_size[i] == 0)
            return volo_fail(err, VOLO_ERR_MISSING, "no field 'img_size' says the input size");
        if (cfg->crop_size[i] == 0)
            cfg->crop_size[i] = cfg->img_size[i];
        if (cfg->stride[i] == 0)
            cfg->stride[i] = volo_default_stride(cfg->crop_size[i]);
    }
    if (cfg->stride[0] > cfg->crop_size[0] || cfg->stride[1] > cfg->crop_size[1])
        return volo_fail(err, VOLO_ERR_FORMAT,
                         "field 'test.stride' is %zux%zu, expected at most the crop, %zux%zu",
                         cfg->stride[0], cfg->stride[1], cfg->crop_size[0], cfg->crop_size[1]);
    return VOLO_OK;
}

VoloStatus volo_config_finish(VoloConfig *cfg, const char **ret_note, VoloError *err)
{
    if (cfg->classes == 0)
        return volo_fail(err, VOLO_ERR_MISSING, "no field 'id2label' says the number of classes");
    VOLO_TRY(check_class_count(cfg->classes, err));
    finish_ratios(cfg);
    VOLO_TRY(finish_test(cfg, err));
    VOLO_TRY(finish_names(cfg, ret_note, err));
    return finish_palette(cfg, err);
}
