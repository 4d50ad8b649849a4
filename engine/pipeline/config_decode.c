/* SPDX-License-Identifier: Apache-2.0 */
/* JSON to VoloConfig: one table row and one small reader for each field. Names and meaning are
 * those of Hugging Face's UperNetConfig where it has the field; null stands for an absent field. */
#include "pipeline/config_text.h"

#include "base/error.h"
#include "base/json_field.h"
#include "base/limits.h"
#include "datasets/class_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_SIDE VOLO_LIMIT_IMAGE_SIDE
#define MOST_POOL_SCALE 64u
#define MOST_OUT_INDEX                                                                             \
    4u /* entries of `network`: 0 outlookers, 1 downsample, 2..4 transformers                      \
        */
#define MOST_MLP_RATIO 64.0
#define MOST_MEAN 1e6
#define LEAST_STD 1e-6

typedef VoloStatus (*ReadFn)(const VoloField *f, VoloConfig *cfg, VoloError *err);

typedef struct Row {
    const char *name;
    ReadFn read;
    const char *other; /* older name of the field */
    bool null_is_said; /* null is a value of the field */
} Row;

/* --- kinds of values --- */

/* A height and width in pixels; one number is a square. */
static VoloStatus read_size_pair(const VoloField *f, size_t ret_size[2], VoloError *err)
{
    if (!json_is_integer(f->value))
        return volo_field_sizes(f, 2, 1, MOST_SIDE, ret_size, err);
    VOLO_TRY(volo_field_size(f, 1, MOST_SIDE, &ret_size[0], err));
    ret_size[1] = ret_size[0];
    return VOLO_OK;
}

/* A name of fewer than room bytes. */
static VoloStatus read_name(const VoloField *f, char *ret_name, size_t room, VoloError *err)
{
    const char *text;

    VOLO_TRY(volo_field_text(f, &text, err));
    if (strlen(text) >= room || !volo_class_name_is_valid(text))
        return volo_field_wrong_text(f, VOLO_ERR_FORMAT, "a short, printable name", err);
    snprintf(ret_name, room, "%s", text);
    return VOLO_OK;
}

/* A string that has to be expected; want says so in words. */
static VoloStatus read_fixed(const VoloField *f, const char *expected, const char *want,
                             VoloError *err)
{
    const char *text;

    VOLO_TRY(volo_field_text(f, &text, err));
    if (strcmp(text, expected) != 0)
        return volo_field_wrong_text(f, VOLO_ERR_UNSUPPORTED, want, err);
    return VOLO_OK;
}

static VoloStatus read_rows(const VoloField *object, const Row *rows, size_t count, VoloConfig *cfg,
                            VoloError *err)
{
    VoloField f;

    VOLO_TRY(volo_field_object(object, err));
    for (size_t i = 0; i < count; i++) {
        if (volo_field_get(object, rows[i].name, &f))
            VOLO_TRY(rows[i].read(&f, cfg, err));
    }
    return VOLO_OK;
}

/* --- backbone_config --- */

static VoloStatus read_variant(const VoloField *f, VoloConfig *cfg, VoloError *err)
{
    return read_name(f, cfg->variant, sizeof cfg->variant, err);
}

static VoloStatus read_img_size(const VoloField *f, VoloConfig *cfg, VoloError *err)
{
    return read_size_pair(f, cfg->img_size, err);
}

static VoloStatus read_layers(const VoloField *f, VoloConfig *cfg, VoloError *err)
{
    return volo_field_sizes(f, VOLO_STAGES, 1, VOLO_MAX_BLOCKS, cfg->layers, err);
}

static VoloStatus read_embed_dims(const VoloField *f, VoloConfig *cfg, VoloError *err)
{
    return volo_field_sizes(f, VOLO_STAGES, 1, VOLO_MAX_CHANNELS, cfg->embed_dims, err);
}

static VoloStatus read_num_heads(const VoloField *f, VoloConfig *cfg, VoloError *err)
{
    return volo_field_sizes(f, VOLO_STAGES, 1, VOLO_MAX_CHANNELS, cfg->num_heads, err);
}

static VoloStatus read_mlp_ratio(const VoloField *f, VoloConfig *cfg, VoloError *err)
{
    const bool list = json_is_array(f->value);

    if (list)
        VOLO_TRY(volo_field_list(f, VOLO_STAGES, "numbers", err));
    for (size_t i = 0; i < VOLO_STAGES; i++) {
        const VoloField ratio = list ? volo_field_at(f, i) : *f;

        VOLO_TRY(volo_field_real(&ratio, 0, MOST_MLP_RATIO, &cfg->mlp_ratio[i], err));
    }
    return VOLO_OK;
}

static VoloStatus read_stem_hidden(const VoloField *f, VoloConfig *cfg, VoloError *err)
{
    return volo_field_size(f, 1, VOLO_MAX_CHANNELS, &cfg->stem_hidden, err);
}

static VoloStatus read_out_indices(const VoloField *f, VoloConfig *cfg, VoloError *err)
{
    VOLO_TRY(volo_field_sizes(f, VOLO_STAGES, 0, MOST_OUT_INDEX, cfg->out_indices, err));
    cfg->has_out_indices = true;
    return VOLO_OK;
}

/* timm's feature list leaves out network.1: its 0, 1, 2, 3 are our 0, 2, 3, 4. */
static VoloStatus read_timm_indices(const VoloField *f, VoloConfig *cfg, VoloError *err)
{
    VOLO_TRY(volo_field_sizes(f, VOLO_STAGES, 0, MOST_OUT_INDEX - 1, cfg->out_indices, err));
    for (size_t i = 0; i < VOLO_STAGES; i++)
        cfg->out_indices[i] += cfg->out_indices[i] > 0;
    cfg->has_out_indices = true;
    return VOLO_OK;
}

/* "volo_d1_224", "volo_d1_224.sail_in1k": the variant is what stands before the resolution. */
static VoloStatus read_timm_name(const VoloField *f, VoloConfig *cfg, VoloError *err)
{
    const char *text;

    VOLO_TRY(volo_field_text(f, &text, err));
    const size_t prefix = strlen("volo_");
    const size_t length = strncmp(text, "volo_", prefix) == 0 ? strcspn(text + prefix, "_.") : 0;
    if (length == 0 || prefix + length >= sizeof cfg->variant || !volo_class_name_is_valid(text))
        return volo_field_wrong_text(f, VOLO_ERR_UNSUPPORTED, "a VOLO such as 'volo_d1_224'", err);
    snprintf(cfg->variant, sizeof cfg->variant, "%.*s", (int)(prefix + length), text);
    return VOLO_OK;
}

/* {"model_type": "timm_backbone", "backbone": "volo_d1_224", "out_indices": [0, 1, 2, 3]} */
static VoloStatus read_timm_backbone(const VoloField *object, VoloConfig *cfg, VoloError *err)
{
    VoloField f;

    if (!volo_field_get(object, "backbone", &f))
        return volo_field_missing(object, "backbone", "a name such as 'volo_d1_224'", err);
    VOLO_TRY(read_timm_name(&f, cfg, err));
    if (volo_field_get(object, "out_indices", &f))
        VOLO_TRY(read_timm_indices(&f, cfg, err));
    return VOLO_OK;
}

/* The older spelling, at top level: "backbone": "volo_d1_224", "backbone_kwargs": {"out_indices":
 * ...} */
static VoloStatus read_backbone_name(const VoloField *f, VoloConfig *cfg, VoloError *err)
{
    VoloField kwargs, indices;

    VOLO_TRY(read_timm_name(f, cfg, err));
    if (volo_field_get(f->parent, "backbone_kwargs", &kwargs) &&
        volo_field_get(&kwargs, "out_indices", &indices))
        VOLO_TRY(read_timm_indices(&indices, cfg, err));
    return VOLO_OK;
}

static const Row backbone_rows[] = {
    { .name = "variant", .read = read_variant },
    { .name = "img_size", .read = read_img_size },
    { .name = "layers", .read = read_layers },
    { .name = "embed_dims", .read = read_embed_dims },
    { .name = "num_heads", .read = read_num_heads },
    { .name = "mlp_ratio", .read = read_mlp_ratio },
    { .name = "stem_hidden_dim", .read = read_stem_hidden },
    { .name = "out_indices", .read = read_out_indices },
};

static VoloStatus read_backbone(const VoloField *f, VoloConfig *cfg, VoloError *err)
{
    VoloField type;

    if (strcmp(f->key, "backbone") == 0)
        return read_backbone_name(f, cfg, err);
    VOLO_TRY(volo_field_object(f, err));
    if (volo_field_get(f, "model_type", &type)) {
        const char *text = json_string_value(type.value);

        if (text && strcmp(text, "timm_backbone") == 0)
            return read_timm_backbone(f, cfg, err);
        VOLO_TRY(read_fixed(&type, "volo", "'volo' or 'timm_backbone'", err));
    }
    return read_rows(f, backbone_rows, sizeof backbone_rows / sizeof *backbone_rows, cfg, err);
}

/* --- test --- */

static VoloStatus read_mode(const VoloField *f, VoloConfig *cfg, VoloError *err)
{
    const char *text;

    VOLO_TRY(volo_field_text(f, &text, err));
    if (strcmp(text, "whole") != 0 && strcmp(text, "slide") != 0)
        return volo_field_wrong_text(f, VOLO_ERR_FORMAT, "'whole' or 'slide'", err);
    cfg->test_mode = strcmp(text, "whole") == 0 ? VOLO_MODE_WHOLE : VOLO_MODE_SLIDE;
    return VOLO_OK;
}

static VoloStatus read_crop_size(const VoloField *f, VoloConfig *cfg, VoloError *err)
{
    return read_size_pair(f, cfg->crop_size, err);
}

static VoloStatus read_stride(const VoloField *f, VoloConfig *cfg, VoloError *err)
{
    return read_size_pair(f, cfg->stride, err);
}

/* {"scale": [2048, 512], "keep_ratio": true}: long and short side, in whichever order; with false,
 * width and height. */
static VoloStatus read_resize(const VoloField *object, VoloConfig *cfg, VoloError *err)
{
    VoloField scale, keep_ratio;
    size_t side[2];
    bool keep;

    VOLO_TRY(volo_field_object(object, err));
    if (!volo_field_get(object, "scale", &scale))
        return volo_field_missing(object, "scale", "a list of 2 integers", err);
    if (!volo_field_get(object, "keep_ratio", &keep_ratio))
        return volo_field_missing(object, "keep_ratio", "true or false", err);
    VOLO_TRY(volo_field_sizes(&scale, 2, 1, MOST_SIDE, side, err));
    VOLO_TRY(volo_field_bool(&keep_ratio, &keep, err));
    if (keep)
        cfg->test_resize = (VoloResize){ .kind = VOLO_RESIZE_KEEP_RATIO,
                                         .long_side = side[side[0] < side[1]],
                                         .short_side = side[side[0] >= side[1]] };
    else
        cfg->test_resize =
            (VoloResize){ .kind = VOLO_RESIZE_EXACT, .height = side[1], .width = side[0] };
    return VOLO_OK;
}

static const Row test_rows[] = {
    { .name = "mode", .read = read_mode },
    { .name = "crop_size", .read = read_crop_size },
    { .name = "stride", .read = read_stride },
    { .name = "resize", .read = read_resize },
};

static VoloStatus read_test(const VoloField *f, VoloConfig *cfg, VoloError *err)
{
    return read_rows(f, test_rows, sizeof test_rows / sizeof *test_rows, cfg, err);
}

/* --- top level --- */

static VoloStatus read_model_type(const VoloField *f, VoloConfig *cfg, VoloError *err)
{
    (void)cfg;
    return read_fixed(f, "upernet", "'upernet'", err);
}

static VoloStatus read_architectures(const VoloField *f, VoloConfig *cfg, VoloError *err)
{
    (void)cfg;
    if (!json_is_array(f->value))
        return volo_field_wrong(f, err, "a list of names");
    for (size_t i = 0; i < json_array_size(f->value); i++) {
        const VoloField name = volo_field_at(f, i);

        VOLO_TRY(read_fixed(&name, "UperNetForSemanticSegmentation",
                            "'UperNetForSemanticSegmentation'", err));
    }
    return VOLO_OK;
}

static VoloStatus read_hidden_size(const VoloField *f, VoloConfig *cfg, VoloError *err)
{
    return volo_field_size(f, 1, VOLO_MAX_CHANNELS, &cfg->hidden_size, err);
}

static VoloStatus read_pool_scales(const VoloField *f, VoloConfig *cfg, VoloError *err)
{
    const size_t count = json_array_size(f->value); /* 0 for other types */

    if (count < 1 || count > VOLO_MAX_POOL_SCALES)
        return volo_field_wrong(f, err, "a list of 1..%d integers", VOLO_MAX_POOL_SCALES);
    VOLO_TRY(volo_field_sizes(f, count, 1, MOST_POOL_SCALE, cfg->pool_scales, err));
    cfg->pool_scale_count = count;
    return VOLO_OK;
}

static VoloStatus read_use_auxiliary(const VoloField *f, VoloConfig *cfg, VoloError *err)
{
    return volo_field_bool(f, &cfg->use_auxiliary_head, err);
}

static VoloStatus read_auxiliary(const VoloField *f, VoloConfig *cfg, VoloError *err)
{
    return volo_field_size(f, 0, VOLO_MAX_CHANNELS, &cfg->auxiliary_channels, err);
}

static VoloStatus read_align_corners(const VoloField *f, VoloConfig *cfg, VoloError *err)
{
    return volo_field_bool(f, &cfg->align_corners, err);
}

static VoloStatus read_neck(const VoloField *f, VoloConfig *cfg, VoloError *err)
{
    static const char *const necks[] = { "mln", "f2p", "sidelayer", "detail" };
    const char *text;

    VOLO_TRY(volo_field_text(f, &text, err));
    for (size_t i = 0; i < sizeof necks / sizeof *necks; i++) {
        if (strcmp(text, necks[i]) == 0) {
            snprintf(cfg->neck, sizeof cfg->neck, "%s", text);
            return VOLO_OK;
        }
    }
    return volo_field_wrong_text(f, VOLO_ERR_UNSUPPORTED,
                                 "null, 'mln', 'f2p', 'sidelayer' or 'detail'", err);
}

/* Notes the number of classes, on which fields and files must agree; kind is what the field is. */
static VoloStatus set_class_count(const VoloField *f, size_t count, const char *kind,
                                  VoloConfig *cfg, VoloError *err)
{
    if (count < 1 || count > VOLO_MAX_CLASSES)
        return volo_field_wrong(f, err, "%s of 1..%d", kind, VOLO_MAX_CLASSES);
    if (cfg->classes && cfg->classes != count)
        return volo_field_wrong(f, err, "%s of %zu", kind, cfg->classes);
    cfg->classes = count;
    return VOLO_OK;
}

/* {"0": "road", ... "18": "bicycle"}: n keys, each of "0" .. "n-1" among them */
static VoloStatus read_id2label(const VoloField *object, VoloConfig *cfg, VoloError *err)
{
    VOLO_TRY(volo_field_object(object, err));
    VOLO_TRY(set_class_count(object, json_object_size(object->value), "an object", cfg, err));
    for (size_t i = 0; i < cfg->classes; i++) {
        char key[8], name[256];
        VoloField f;

        snprintf(key, sizeof key, "%zu", i);
        if (!volo_field_get(object, key, &f))
            return volo_field_missing(object, key, "all numbers from 0 without gaps", err);
        VOLO_TRY(read_name(&f, name, sizeof name, err));
        cfg->names[i] = strdup(name);
        if (!cfg->names[i])
            return volo_fail_memory(err, strlen(name) + 1);
    }
    return VOLO_OK;
}

static VoloStatus read_colour(const VoloField *f, uint8_t ret_colour[3], VoloError *err)
{
    size_t value[3];

    VOLO_TRY(volo_field_sizes(f, 3, 0, 255, value, err));
    for (size_t i = 0; i < 3; i++)
        ret_colour[i] = (uint8_t)value[i];
    return VOLO_OK;
}

static VoloStatus read_palette(const VoloField *f, VoloConfig *cfg, VoloError *err)
{
    VOLO_TRY(set_class_count(f, json_array_size(f->value), "a list", cfg, err));
    for (size_t i = 0; i < cfg->classes; i++) {
        const VoloField colour = volo_field_at(f, i);

        VOLO_TRY(read_colour(&colour, cfg->palette[i], err));
    }
    cfg->has_palette = true;
    return VOLO_OK;
}

static VoloStatus read_dataset(const VoloField *f, VoloConfig *cfg, VoloError *err)
{
    return read_name(f, cfg->dataset, sizeof cfg->dataset, err);
}

static VoloStatus read_channel_values(const VoloField *f, double above, float ret_value[3],
                                      VoloError *err)
{
    VOLO_TRY(volo_field_list(f, 3, "numbers", err));
    for (size_t i = 0; i < 3; i++) {
        const VoloField element = volo_field_at(f, i);
        double value;

        VOLO_TRY(volo_field_real(&element, above, MOST_MEAN, &value, err));
        ret_value[i] = (float)value + 0.0f; /* -0 becomes 0, which is written as it is read */
    }
    return VOLO_OK;
}

static VoloStatus read_image_mean(const VoloField *f, VoloConfig *cfg, VoloError *err)
{
    return read_channel_values(f, -MOST_MEAN, cfg->image_mean, err);
}

static VoloStatus read_image_std(const VoloField *f, VoloConfig *cfg, VoloError *err)
{
    return read_channel_values(f, LEAST_STD, cfg->image_std, err);
}

/* A field's bit in VoloConfigSaid is its place here. */
static const Row top_rows[] = {
    { .name = "model_type", .read = read_model_type },
    { .name = "architectures", .read = read_architectures },
    { .name = "backbone_config", .read = read_backbone, .other = "backbone" },
    { .name = "hidden_size", .read = read_hidden_size },
    { .name = "pool_scales", .read = read_pool_scales },
    { .name = "use_auxiliary_head", .read = read_use_auxiliary },
    { .name = "auxiliary_channels", .read = read_auxiliary },
    { .name = "align_corners", .read = read_align_corners },
    { .name = "neck", .read = read_neck, .null_is_said = true },
    { .name = "id2label", .read = read_id2label },
    { .name = "palette", .read = read_palette },
    { .name = "dataset", .read = read_dataset },
    { .name = "image_mean", .read = read_image_mean },
    { .name = "image_std", .read = read_image_std },
    { .name = "test", .read = read_test },
};
#define TOP_ROWS (sizeof top_rows / sizeof *top_rows)

/* Whether the object says the field; *ret_field has no value when what it says is null. */
static bool find_field(const VoloField *root, const Row *row, VoloField *ret_field)
{
    if (volo_field_get(root, row->name, ret_field))
        return true;
    ret_field->value = NULL;
    if (row->null_is_said && json_object_get(root->value, row->name))
        return true;
    return row->other && volo_field_get(root, row->other, ret_field);
}

VoloStatus volo_config_decode(VoloConfig *cfg, VoloConfigSaid *said, const char *name,
                              const json_t *root, VoloError *err)
{
    const VoloField whole = volo_field_root(name, root);

    VOLO_TRY(volo_field_object(&whole, err));
    for (size_t i = 0; i < TOP_ROWS; i++) {
        VoloField f;

        if (*said >> i & 1 || !find_field(&whole, &top_rows[i], &f))
            continue;
        if (f.value)
            VOLO_TRY(top_rows[i].read(&f, cfg, err));
        *said |= (VoloConfigSaid)1 << i;
    }
    return VOLO_OK;
}

bool volo_config_has_said(VoloConfigSaid said, const char *field)
{
    for (size_t i = 0; i < TOP_ROWS; i++) {
        if (strcmp(top_rows[i].name, field) == 0)
            return said >> i & 1;
    }
    return false;
}
