/* SPDX-License-Identifier: Apache-2.0 */
/* VoloConfig to JSON text: always the same bytes for the same settings. Numbers are written with
 * the fewest digits that read back as the same number; what is not said is null. */
#include "pipeline/config_text.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put_text(FILE *out, const char *text)
{
    json_t *string = text[0] ? json_string(text) : json_null();

    if (!string || json_dumpf(string, out, JSON_ENCODE_ANY))
        fputc('\0', out); /* makes the text shorter than the stream: see config_text */
    json_decref(string);
}

static void put_bool(FILE *out, bool value)
{
    fputs(value ? "true" : "false", out);
}

static void put_size(FILE *out, size_t value)
{
    if (value)
        fprintf(out, "%zu", value);
    else
        fputs("null", out);
}

/* Zeros mean "not said", but in a list where zero is a value. */
static void put_sizes(FILE *out, const size_t *value, size_t count, bool said)
{
    for (size_t i = 0; i < count && said; i++)
        fprintf(out, "%s%zu", i ? "," : "[", value[i]);
    fputs(said && count ? "]" : "null", out);
}

static void put_double(FILE *out, double value)
{
    char text[32];

    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    fputs(text, out);
}

static void put_floats(FILE *out, const float value[3])
{
    for (size_t i = 0; i < 3; i++) {
        char text[32];

        for (int digits = 1; digits <= 9; digits++) {
            snprintf(text, sizeof text, "%.*g", digits, (double)value[i]);
            if ((float)strtod(text, NULL) == value[i])
                break;
        }
        fprintf(out, "%s%s", i ? "," : "[", text);
    }
    fputc(']', out);
}

/* One number when all stages have the same. */
static void put_ratios(FILE *out, const double ratio[VOLO_STAGES])
{
    bool same = true;

    for (size_t i = 1; i < VOLO_STAGES; i++)
        same = same && ratio[i] == ratio[0];
    if (same && ratio[0] == 0) {
        fputs("null", out);
    } else if (same) {
        put_double(out, ratio[0]);
    } else {
        for (size_t i = 0; i < VOLO_STAGES; i++) {
            fputc(i ? ',' : '[', out);
            put_double(out, ratio[i]);
        }
        fputc(']', out);
    }
}

static void put_backbone(FILE *out, const VoloConfig *cfg)
{
    fputs("{\"model_type\":", out);
    put_text(out, cfg->backbone);
    fputs(",\"variant\":", out);
    put_text(out, cfg->variant);
    fputs(",\"img_size\":", out);
    put_sizes(out, cfg->img_size, 2, cfg->img_size[0] > 0);
    fputs(",\"layers\":", out);
    put_sizes(out, cfg->layers, VOLO_STAGES, cfg->layers[0] > 0);
    fputs(",\"embed_dims\":", out);
    put_sizes(out, cfg->embed_dims, VOLO_STAGES, cfg->embed_dims[0] > 0);
    fputs(",\"num_heads\":", out);
    put_sizes(out, cfg->num_heads, VOLO_STAGES, cfg->num_heads[0] > 0);
    fputs(",\"mlp_ratio\":", out);
    put_ratios(out, cfg->mlp_ratio);
    fputs(",\"stem_hidden_dim\":", out);
    put_size(out, cfg->stem_hidden);
    fputs(",\"out_indices\":", out);
    put_sizes(out, cfg->out_indices, VOLO_STAGES, cfg->has_out_indices);
    fputc('}', out);
}

static void put_head(FILE *out, const VoloConfig *cfg)
{
    fputs(",\"hidden_size\":", out);
    put_size(out, cfg->hidden_size);
    fputs(",\"pool_scales\":", out);
    put_sizes(out, cfg->pool_scales, cfg->pool_scale_count, true);
    fputs(",\"use_auxiliary_head\":", out);
    put_bool(out, cfg->use_auxiliary_head);
    fputs(",\"auxiliary_channels\":", out);
    put_size(out, cfg->auxiliary_channels);
    fputs(",\"align_corners\":", out);
    put_bool(out, cfg->align_corners);
    fputs(",\"neck\":", out);
    put_text(out, cfg->neck);
}

static void put_classes(FILE *out, const VoloConfig *cfg)
{
    fputs(",\"id2label\":", out);
    for (size_t i = 0; i < cfg->classes && cfg->names[0]; i++) {
        fprintf(out, "%s\"%zu\":", i ? "," : "{", i);
        put_text(out, cfg->names[i]);
    }
    fputs(cfg->classes && cfg->names[0] ? "}" : "null", out);
    fputs(",\"palette\":", out);
    for (size_t i = 0; i < cfg->classes && cfg->has_palette; i++) {
        const uint8_t *colour = cfg->palette[i];

        fprintf(out, "%s[%u,%u,%u]", i ? "," : "[", colour[0], colour[1], colour[2]);
    }
    fputs(cfg->classes && cfg->has_palette ? "]" : "null", out);
    fputs(",\"dataset\":", out);
    put_text(out, cfg->dataset);
}

static void put_test(FILE *out, const VoloConfig *cfg)
{
    const VoloResize *resize = &cfg->test_resize;
    const bool keep = resize->kind == VOLO_RESIZE_KEEP_RATIO;
    const size_t scale[2] = { keep ? resize->long_side : resize->width,
                              keep ? resize->short_side : resize->height };

    fprintf(out, "{\"mode\":\"%s\"", cfg->test_mode == VOLO_MODE_WHOLE ? "whole" : "slide");
    fputs(",\"crop_size\":", out);
    put_sizes(out, cfg->crop_size, 2, cfg->crop_size[0] > 0);
    fputs(",\"stride\":", out);
    put_sizes(out, cfg->stride, 2, cfg->stride[0] > 0);
    fputs(",\"resize\":", out);
    if (resize->kind == VOLO_RESIZE_NONE) {
        fputs("null}", out);
        return;
    }
    fputs("{\"scale\":", out);
    put_sizes(out, scale, 2, true);
    fprintf(out, ",\"keep_ratio\":%s}}", keep ? "true" : "false");
}

static void put_config(FILE *out, const VoloConfig *cfg)
{
    fputs("{\"model_type\":", out);
    put_text(out, cfg->head);
    fputs(",\"architectures\":[\"UperNetForSemanticSegmentation\"],\"backbone_config\":", out);
    put_backbone(out, cfg);
    put_head(out, cfg);
    put_classes(out, cfg);
    fputs(",\"image_mean\":", out);
    put_floats(out, cfg->image_mean);
    fputs(",\"image_std\":", out);
    put_floats(out, cfg->image_std);
    fputs(",\"test\":", out);
    put_test(out, cfg);
    fputc('}', out);
}

/* The text, or NULL when memory ran out: then the stream is in error, has no text, or holds a NUL.
 */
static char *config_text(const VoloConfig *cfg)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);

    if (!out)
        return NULL;
    put_config(out, cfg);
    const bool failed = ferror(out) != 0;
    if (fclose(out) || failed || !text || strlen(text) != bytes) {
        free(text);
        return NULL;
    }
    return text;
}

/* Numbers are written with a decimal point, whatever the user's locale. */
char *volo_config_to_json(const VoloConfig *cfg)
{
    const locale_t plain = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);

    if (!plain)
        return NULL;
    const locale_t before = uselocale(plain);
    char *text = config_text(cfg);
    uselocale(before);
    freelocale(plain);
    return text;
}
