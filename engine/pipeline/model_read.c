/* SPDX-License-Identifier: Apache-2.0 */
/* From a path to weights and a complete config: metadata, then the sidecar, then what shapes tell,
 * then defaults. */
#include "pipeline/open_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/read_file.h"
#include "pipeline/config_text.h"
#include "weights/catalogue.h"

/* "DIR/name", allocated; dir ends before end */
static char *path_in(const char *dir, size_t length, const char *name)
{
    const size_t bytes = length + strlen(name) + 2;
    char *path = malloc(bytes);

    if (path)
        snprintf(path, bytes, "%.*s%s%s", (int)length, dir, length ? "/" : "", name);
    return path;
}

/* The weights file itself, or the one a Hugging Face folder holds; allocated. */
static VoloStatus find_weights(const char *path, char **ret_file, VoloError *err)
{
    static const char *const names[] = { "model.safetensors", "pytorch_model.bin" };
    struct stat st;

    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode)) {
        *ret_file = strdup(path);
        return *ret_file ? VOLO_OK : volo_fail_memory(err, strlen(path));
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *file = path_in(path, strlen(path), names[i]);

        if (!file)
            return volo_fail_memory(err, strlen(path));
        if (access(file, F_OK) == 0) {
            *ret_file = file;
            return VOLO_OK;
        }
        free(file);
    }
    return volo_fail(err, VOLO_ERR_MISSING,
                     "'%s' is a folder without model.safetensors or pytorch_model.bin", path);
}

/* config.json beside the weights, when there is one. */
static VoloStatus parse_sidecar(VoloConfig *cfg, VoloConfigSaid *said, const char *file,
                                VoloError *err)
{
    const char *slash = strrchr(file, '/');
    char *path =
        slash ? path_in(file, (size_t)(slash - file), "config.json") : strdup("config.json");
    char *text = NULL;
    size_t bytes = 0;
    VoloStatus status = VOLO_OK;

    if (!path)
        return volo_fail_memory(err, strlen(file));
    if (access(path, F_OK) == 0) {
        status = volo_file_read(path, VOLO_LIMIT_CONFIG_BYTES, &text, &bytes, err);
        if (!status)
            status = volo_config_parse(cfg, said, path, text, bytes, err);
    }
    free(text);
    free(path);
    return status;
}

/* Names and colours of an mmsegmentation checkpoint, where the config gives none. */
static VoloStatus take_meta_classes(VoloConfig *cfg, VoloConfigSaid said, const VoloWeights *w,
                                    VoloError *err)
{
    if (w->class_count == 0 || volo_config_has_said(said, "id2label"))
        return VOLO_OK;
    return volo_config_set_classes(
        cfg, w->class_count, (const char *const *)w->class_name,
        volo_config_has_said(said, "palette") ? NULL : (const uint8_t(*)[3])w->palette, err);
}

/* A profile that is asked for by name wins over the config. */
static VoloStatus apply_profile(VoloConfig *cfg, const char *profile, VoloError *err)
{
    static const struct {
        const char *name;
        size_t out_indices[VOLO_STAGES];
    } profiles[] = { { "direct", { 0, 2, 3, 4 } }, { "zy", { 0, 1, 2, 3 } } };

    if (!profile || strcmp(profile, "auto") == 0)
        return VOLO_OK;
    for (size_t i = 0; i < sizeof profiles / sizeof *profiles; i++) {
        if (strcmp(profile, profiles[i].name) != 0)
            continue;
        memcpy(cfg->out_indices, profiles[i].out_indices, sizeof cfg->out_indices);
        cfg->has_out_indices = true;
        return VOLO_OK;
    }
    return volo_fail(err, VOLO_ERR_ARGUMENT, "profile '%s' is unknown: auto, direct or zy",
                     profile);
}

/* Backbone and tail; what the config says of classes, neck and head is for segmenting. */
static VoloStatus configure_classifier(VoloConfig *cfg, VoloCatalogue *tensors, VoloError *err)
{
    static const char head[] = "classifier";

    cfg->neck[0] = '\0';
    cfg->has_out_indices = false;
    memcpy(cfg->head, head, sizeof head);
    VOLO_TRY(volo_backbone_find(cfg->backbone)->configure(cfg, tensors, err));
    return volo_head_find(head)->configure(cfg, tensors, err);
}

/* What the tensors say, checked against what the config says. */
static VoloStatus configure(VoloConfig *cfg, VoloWeights *w, VoloConfigSaid said,
                            const VoloModelOptions *options, VoloError *err)
{
    VoloCatalogue tensors = { w };

    const VoloBackboneClass *backbone = volo_backbone_find(cfg->backbone);
    if (!backbone)
        return volo_fail(err, VOLO_ERR_UNSUPPORTED, "backbone '%s' is not supported",
                         cfg->backbone);
    VOLO_TRY(apply_profile(cfg, options->profile, err));
    if (options->task == VOLO_CLASSIFY)
        return configure_classifier(cfg, &tensors, err);
    VOLO_TRY(volo_model_choose_neck(cfg, volo_config_has_said(said, "neck"), &tensors, err));
    VOLO_TRY(backbone->configure(cfg, &tensors, err));
    if (!volo_catalogue_shape(&tensors, "decode_head.conv_seg.weight").found) {
        cfg->head[0] = '\0';
        return VOLO_OK;
    }
    const VoloHeadClass *head = volo_head_find(cfg->head);
    if (!head)
        return volo_fail(err, VOLO_ERR_UNSUPPORTED, "head '%s' is not supported", cfg->head);
    return head->configure(cfg, &tensors, err);
}

/* Strongest first: metadata, sidecar, what a checkpoint says of itself, shapes, defaults. */
static VoloStatus complete_config(VoloConfig *cfg, VoloWeights *w, const VoloModelOptions *options,
                                  VoloError *err)
{
    VoloConfigSaid said = 0;
    const char *note = NULL;

    if (w->config)
        VOLO_TRY(volo_config_parse(cfg, &said, "config in the metadata", w->config,
                                   strlen(w->config), err));
    VOLO_TRY(parse_sidecar(cfg, &said, w->path, err));
    VOLO_TRY(take_meta_classes(cfg, said, w, err));
    VOLO_TRY(configure(cfg, w, said, options, err));
    if (cfg->head[0] && options->task == VOLO_SEGMENT)
        VOLO_TRY(volo_config_finish(cfg, &note, err));
    if (note)
        volo_weights_note(w, "%s", note);
    return VOLO_OK;
}

VoloStatus volo_model_read(const char *path, const VoloModelOptions *options,
                           VoloWeights **ret_weights, VoloConfig *ret_cfg, VoloError *err)
{
    VoloWeights *w = NULL;
    VoloConfig cfg;
    char *file = NULL;

    volo_config_init(&cfg);
    VOLO_TRY(find_weights(path, &file, err));
    VoloStatus status = volo_weights_open(file, options->strict, &w, err);
    if (!status) {
        status = complete_config(&cfg, w, options, err);
        if (status)
            volo_error_prefix(err, "'%s'", file);
    }
    free(file);
    if (status) {
        volo_weights_close(w);
        volo_config_clear(&cfg);
        return status;
    }
    *ret_weights = w;
    *ret_cfg = cfg;
    return VOLO_OK;
}
