/* SPDX-License-Identifier: Apache-2.0 */
/* volo-model info on standard output. */
#include "app/model/info_report.h"

#include <volo/registry.h>

#include "app/common/report.h"

#include <inttypes.h>
#include <stdio.h>

static const char *dtype_name(VoloDtype dtype)
{
    static const char *const names[] = {
        [VOLO_F32] = "F32", [VOLO_F16] = "F16", [VOLO_BF16] = "BF16", [VOLO_I64] = "I64"
    };

    return (size_t)dtype < sizeof names / sizeof *names ? names[dtype] : "?";
}

/* --- JSON --- */

static void json_resize(Json *json, const char *key, const VoloResize *resize)
{
    const size_t exact[2] = { resize->height, resize->width };
    const size_t scale[2] = { resize->long_side, resize->short_side };

    if (resize->kind == VOLO_RESIZE_NONE) {
        json_text(json, key, NULL);
        return;
    }
    json_open(json, key, '{');
    json_bool(json, "keep_ratio", resize->kind == VOLO_RESIZE_KEEP_RATIO);
    if (resize->kind == VOLO_RESIZE_KEEP_RATIO)
        json_counts(json, "long_short", scale, 2);
    else
        json_counts(json, "size", exact, 2);
    json_close(json, '}');
}

static void json_test(Json *json, const VoloModelInfo *info)
{
    json_open(json, "test", '{');
    json_text(json, "mode", info->test_mode == VOLO_MODE_SLIDE ? "slide" : "whole");
    json_counts(json, "crop_size", info->crop_size, 2);
    json_counts(json, "stride", info->stride, 2);
    json_resize(json, "resize", &info->test_resize);
    json_close(json, '}');
}

static void json_architecture(Json *json, const VoloModelInfo *info)
{
    json_text(json, "backbone", info->backbone);
    json_text(json, "neck", info->neck);
    json_text(json, "head", info->head);
    json_text(json, "variant", info->variant);
    json_count(json, "parameters", info->parameters);
    json_count(json, "classes", info->classes);
    json_text(json, "dataset", info->dataset);
    json_counts(json, "img_size", info->img_size, 2);
    json_counts(json, "layers", info->layers, 4);
    json_counts(json, "embed_dims", info->embed_dims, 4);
    json_counts(json, "num_heads", info->num_heads, 4);
    json_counts(json, "mlp_hidden", info->mlp_hidden, 4);
    json_count(json, "stem_hidden_dim", info->stem_hidden);
    json_count(json, "hidden_size", info->hidden_size);
    json_counts(json, "pos_grid", info->pos_grid, 2);
    json_counts(json, "pool_scales", info->pool_scales, info->pool_scale_count);
    json_counts(json, "out_indices", info->out_indices, 4);
    json_bool(json, "align_corners", info->align_corners);
    json_reals(json, "image_mean", info->image_mean, 3, 4);
    json_reals(json, "image_std", info->image_std, 3, 4);
    json_test(json, info);
}

static void json_labels(Json *json, const VoloClassTable *table)
{
    json_open(json, "labels", '[');
    for (size_t i = 0; table && i < volo_class_table_count(table); i++) {
        const VoloClass *class = volo_class_table_get(table, i);
        const size_t colour[3] = { class->colour[0], class->colour[1], class->colour[2] };

        json_open(json, NULL, '{');
        json_count(json, "id", (uint64_t) class->id);
        json_count(json, "trainId", i);
        json_text(json, "name", class->name);
        json_counts(json, "color", colour, 3);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void json_tensors(Json *json, const VoloModel *model)
{
    VoloTensorInfo tensor;

    json_open(json, "tensors", '[');
    for (size_t i = 0; volo_model_tensor(model, i, &tensor); i++) {
        size_t shape[8];

        for (unsigned j = 0; j < tensor.rank; j++)
            shape[j] = tensor.shape[j];
        json_open(json, NULL, '{');
        json_text(json, "name", tensor.name);
        json_text(json, "dtype", dtype_name(tensor.dtype));
        json_counts(json, "shape", shape, tensor.rank);
        json_bool(json, "used", tensor.used);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void json_stages(Json *json, const InfoReport *report)
{
    json_open(json, "stages", '[');
    for (size_t i = 0; i < report->stage_count; i++) {
        const VoloStage *stage = &report->stage[i];
        const size_t shape[4] = { stage->n, stage->h, stage->w, stage->c };

        json_open(json, NULL, '{');
        json_text(json, "name", stage->name);
        json_counts(json, "shape", shape, 4);
        json_count(json, "parameters", stage->parameters);
        json_count(json, "macs", stage->macs);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void json_cost(Json *json, const InfoReport *report)
{
    json_open(json, "input", '{');
    json_count(json, "n", report->n);
    json_count(json, "height", report->height);
    json_count(json, "width", report->width);
    json_close(json, '}');
    json_count(json, "macs", report->cost.macs);
    json_open(json, "memory", '{');
    json_count(json, "weights", report->cost.weights);
    json_count(json, "activations", report->cost.activations);
    json_count(json, "pictures", report->cost.pictures);
    json_count(json, "fixed", report->cost.fixed);
    json_count(json, "peak", report->cost.peak);
    json_close(json, '}');
    json_stages(json, report);
}

void info_report_json(const InfoReport *report)
{
    const VoloModelInfo *info = report->info;
    Json json = { .file = stdout, .pretty = true };
    const char *note;

    json_open(&json, NULL, '{');
    json_text(&json, "path", info->path);
    json_text(&json, "format", info->format);
    json_count(&json, "file_bytes", info->file_bytes);
    json_text(&json, "sha256", report->sha256);
    json_architecture(&json, info);
    json_labels(&json, volo_model_classes(report->model));
    if (report->tensors)
        json_tensors(&json, report->model);
    if (report->stage_count)
        json_cost(&json, report);
    json_open(&json, "notes", '[');
    for (size_t i = 0; (note = volo_model_note(report->model, i)); i++)
        json_text(&json, NULL, note);
    json_close(&json, ']');
    json_close(&json, '}');
}

/* --- for people --- */

static void put_numbers(const char *title, const size_t *values, size_t count)
{
    printf("  %-13s", title);
    for (size_t i = 0; i < count; i++)
        printf("%s%zu", i ? " " : "", values[i]);
    putchar('\n');
}

static void put_text(const char *title, const char *text)
{
    printf("  %-13s", title);
    report_text(stdout, text);
    putchar('\n');
}

static double mebibytes(uint64_t bytes)
{
    return (double)bytes / (1 << 20);
}

static void text_test(const VoloModelInfo *info)
{
    const VoloResize *resize = &info->test_resize;

    if (info->crop_size[0] == 0) /* it makes no masks */
        return;
    printf("  %-13s", "test");
    if (info->test_mode == VOLO_MODE_SLIDE)
        printf("windows of %zux%zu every %zux%zu", info->crop_size[0], info->crop_size[1],
               info->stride[0], info->stride[1]);
    else
        printf("whole pictures");
    if (resize->kind == VOLO_RESIZE_EXACT)
        printf(", resized to %zux%zu", resize->height, resize->width);
    else if (resize->kind == VOLO_RESIZE_KEEP_RATIO)
        printf(", resized to fit %zux%zu, ratio kept", resize->long_side, resize->short_side);
    putchar('\n');
}

static void text_architecture(const InfoReport *report)
{
    const VoloModelInfo *info = report->info;

    report_text(stdout, info->path);
    printf("\n  %-13s%s, %.1f MiB\n", "format", info->format, mebibytes(info->file_bytes));
    put_text("sha256", report->sha256);
    printf("  %-13s%s%s%s%s, %s%s%shead %s\n", "backbone", info->backbone,
           info->variant ? " (" : "", info->variant ? info->variant : "", info->variant ? ")" : "",
           info->neck ? "neck " : "", info->neck ? info->neck : "", info->neck ? ", " : "",
           info->head ? info->head : "none");
    printf("  %-13s%" PRIu64 "\n", "parameters", info->parameters);
    printf("  %-13s%zu", "classes", info->classes);
    if (info->dataset) {
        fputs(" of ", stdout);
        report_text(stdout, info->dataset);
    }
    printf("\n  %-13s%zux%zu\n", "trained at", info->img_size[0], info->img_size[1]);
    put_numbers("layers", info->layers, 4);
    put_numbers("embed_dims", info->embed_dims, 4);
    put_numbers("num_heads", info->num_heads, 4);
    put_numbers("mlp_hidden", info->mlp_hidden, 4);
    text_test(info);
}

static void text_stages(const InfoReport *report)
{
    printf("\n%-28s %20s %12s %10s\n", "stage", "output NxHxWxC", "parameters", "MMACs");
    for (size_t i = 0; i < report->stage_count; i++) {
        const VoloStage *stage = &report->stage[i];
        char shape[96];

        snprintf(shape, sizeof shape, "%zux%zux%zux%zu", stage->n, stage->h, stage->w, stage->c);
        printf("%-28s %20s %12" PRIu64 " %10.1f\n", stage->name, shape, stage->parameters,
               (double)stage->macs / 1e6);
    }
    printf("%-28s %20s %12" PRIu64 " %10.1f\n", "all", "", report->info->parameters,
           (double)report->cost.macs / 1e6);
}

static void text_memory(const InfoReport *report)
{
    const VoloCost *cost = &report->cost;

    printf("\nmemory for %zu x %zux%zu: %.1f MiB\n", report->n, report->height, report->width,
           mebibytes(cost->peak));
    printf("  weights %.1f, activations %.1f, pictures %.1f, fixed %.1f MiB\n",
           mebibytes(cost->weights), mebibytes(cost->activations), mebibytes(cost->pictures),
           mebibytes(cost->fixed));
}

static void text_tensors(const VoloModel *model)
{
    VoloTensorInfo tensor;

    printf("\ntensors:\n");
    for (size_t i = 0; volo_model_tensor(model, i, &tensor); i++) {
        printf("  %-4s ", dtype_name(tensor.dtype));
        report_text(stdout, tensor.name);
        printf(" [");
        for (unsigned j = 0; j < tensor.rank; j++)
            printf("%s%" PRIu64, j ? "," : "", tensor.shape[j]);
        printf("]%s\n", tensor.used ? "" : " (not used)");
    }
}

void info_report_text(const InfoReport *report)
{
    const char *note;

    text_architecture(report);
    if (report->stage_count) {
        text_stages(report);
        text_memory(report);
    }
    if (report->tensors)
        text_tensors(report->model);
    for (size_t i = 0; (note = volo_model_note(report->model, i)); i++) {
        printf("%snote: ", i ? "" : "\n");
        report_text(stdout, note);
        putchar('\n');
    }
}

/* --- registries --- */

static const struct {
    VoloRegistry registry;
    const char *key, *title;
} registries[] = {
    { VOLO_BACKBONES, "backbones", "Backbones" },
    { VOLO_NECKS, "necks", "Necks" },
    { VOLO_HEADS, "heads", "Heads" },
    { VOLO_DATASETS, "datasets", "Data sets" },
    { VOLO_DUMPS, "dumps", "Output kinds" },
};

void info_registries_text(void)
{
    for (size_t i = 0; i < sizeof registries / sizeof *registries; i++) {
        printf("%s%s:\n", i ? "\n" : "", registries[i].title);
        for (size_t j = 0; j < volo_registry_count(registries[i].registry); j++) {
            const VoloRegistryEntry entry = volo_registry_entry(registries[i].registry, j);

            printf("  %-13s%s\n", entry.name, entry.summary);
        }
    }
}

void info_registries_json(void)
{
    Json json = { .file = stdout, .pretty = true };

    json_open(&json, NULL, '{');
    for (size_t i = 0; i < sizeof registries / sizeof *registries; i++) {
        json_open(&json, registries[i].key, '[');
        for (size_t j = 0; j < volo_registry_count(registries[i].registry); j++) {
            const VoloRegistryEntry entry = volo_registry_entry(registries[i].registry, j);

            json_open(&json, NULL, '{');
            json_text(&json, "name", entry.name);
            json_text(&json, "summary", entry.summary);
            json_close(&json, '}');
        }
        json_close(&json, ']');
    }
    json_close(&json, '}');
}
