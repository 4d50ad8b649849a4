/* SPDX-License-Identifier: Apache-2.0 */
/* Each setting is written here, once, whether it was given or came from the model. */
#include "app/eval/run_settings.h"

#include <string.h>

static const char *yes_or_no(bool value)
{
    return value ? "yes" : "no";
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash && slash[1] ? slash + 1 : path;
}

static void put_resize(SettingsText *s, const VoloResize *resize)
{
    if (resize->kind == VOLO_RESIZE_NONE)
        settings_put(s, "option.resize", "none");
    else if (resize->kind == VOLO_RESIZE_EXACT)
        settings_put(s, "option.resize", "%zux%zu", resize->height, resize->width);
    else
        settings_put(s, "option.resize", "%zux%zu:keep", resize->long_side, resize->short_side);
}

static void put_windows(SettingsText *s, const VoloSessionOptions *o, const VoloModelInfo *info)
{
    const size_t *crop = o->crop[0] ? o->crop : info->crop_size;

    settings_put(s, "option.crop", "%zux%zu", crop[0], crop[1]);
    if (o->stride[0])
        settings_put(s, "option.stride", "%zux%zu", o->stride[0], o->stride[1]);
    else if (!o->crop[0])
        settings_put(s, "option.stride", "%zux%zu", info->stride[0], info->stride[1]);
    else
        settings_put(s, "option.stride", "by crop");
}

static void put_scales(SettingsText *s, const VoloSessionOptions *o)
{
    char text[VOLO_MAX_SCALES * 32] = "";
    size_t length = 0;

    for (size_t i = 0; i < o->scale_count; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%.10g", i ? "," : "",
                                   o->scales[i]);
    settings_put(s, "option.scales", "%s", o->scale_count ? text : "1");
}

static void put_network(SettingsText *s, const RunSettings *from)
{
    static const char *const profiles[] = { "auto", "direct", "zy" };
    const VoloSessionOptions o = inference_session_options(from->inference, from->model);
    const VoloModelInfo *info = volo_model_info(from->model);

    settings_put(s, "option.mode", "%s", o.mode == VOLO_MODE_SLIDE ? "slide" : "whole");
    if (o.mode == VOLO_MODE_SLIDE)
        put_windows(s, &o, info);
    put_resize(s, &o.resize);
    settings_put(s, "option.resize_kernel", "%s",
                 o.resize_kernel == VOLO_RESIZE_OPENCV ? "opencv" : "float");
    put_scales(s, &o);
    settings_put(s, "option.flip", "%s", yes_or_no(o.flip));
    if (o.scale_count || o.flip)
        settings_put(s, "option.tta", "%s", o.tta == VOLO_TTA_MMSEG1 ? "mmseg1" : "mmseg0");
    settings_put(s, "option.exact", "%s", yes_or_no(o.exact));
    settings_put(s, "option.profile", "%s", profiles[from->inference->profile]);
    settings_put(s, "option.cpu", "%s", volo_cpu_level());
}

static void put_map(SettingsText *s, const RunSettings *from)
{
    const VoloClassTable *classes = volo_model_classes(from->model);
    const VoloLabelSpace *space = volo_dataset_space(from->list->dataset);

    if (volo_label_map_is_identity(from->map))
        return;
    for (size_t i = 0; i < volo_label_map_count(from->map); i++) {
        const int target = volo_label_map_target(from->map, i);
        char key[256];

        snprintf(key, sizeof key, "map.%s", volo_class_table_get(classes, i)->name);
        settings_put(s, key, "%s",
                     target < 0 ? "" : volo_label_space_class(space, (size_t)target)->name);
    }
}

static VoloStatus put_data(SettingsText *s, const RunSettings *from, VoloError *err)
{
    const VoloDataset *dataset = from->list->dataset;
    char digest[65];
    const VoloStatus status = settings_space_digest(volo_dataset_space(dataset), digest, err);

    if (status)
        return status;
    settings_put(s, "dataset", "%s", volo_dataset_name(dataset));
    settings_put(s, "split", "%s", volo_dataset_split(dataset));
    settings_put(s, "labels", "%s", volo_label_kind_name(volo_dataset_label_kind(dataset)));
    settings_put(s, "table", "%s", from->table);
    settings_put(s, "space", "%s", digest);
    settings_put(s, "list", "%s", from->list->digest);
    settings_put(s, "files", "%s", from->list->contents);
    return VOLO_OK;
}

static void put_metrics(SettingsText *s, const RunSettings *from)
{
    const VoloConvention convention =
        eval_convention(from->choice, volo_dataset_name(from->list->dataset));

    settings_put(s, "convention", "%s", volo_convention_name(convention));
    settings_put(s, "instances", "%s", yes_or_no(from->metrics.instances));
    settings_put(s, "boundaries", "%s", yes_or_no(from->metrics.boundaries));
    settings_put(s, "boundary_ratio", "%.17g", from->metrics.boundary_ratio);
}

VoloStatus run_settings_write(const RunSettings *from, SettingsText *ret_text, VoloError *err)
{
    VoloStatus status = settings_begin(ret_text, err);

    if (status)
        return status;
    settings_put(ret_text, "version", "%s", volo_version());
    if (from->model) {
        settings_put(ret_text, "model", "%s",
                     base_name(volo_model_info(from->model)->weights_path));
        settings_put(ret_text, "model_sha256", "%s", from->model_sha256);
    }
    status = put_data(ret_text, from, err);
    if (status)
        return status;
    put_metrics(ret_text, from);
    if (from->model) {
        settings_put(ret_text, "map", "%s", volo_label_map_name(from->map));
        put_map(ret_text, from);
        put_network(ret_text, from);
    }
    return settings_end(ret_text, err);
}
