/* SPDX-License-Identifier: Apache-2.0 */
/* volo-eval datasets: what is known, and what the values of labels mean. */
#include <volo/dataset.h>
#include <volo/metrics.h>
#include <volo/registry.h>

#include "app/common/exit_codes.h"
#include "app/common/report.h"
#include "app/common/startup.h"
#include "app/eval/eval_commands.h"
#include "app/eval/eval_options.h"

#include <string.h>

typedef struct DatasetsOptions {
    GeneralOptions general;
    bool json;
} DatasetsOptions;

static const OptionRow own_rows[] = {
    { "json", 0, option_set, NULL, "print JSON", offsetof(DatasetsOptions, json), WORDS_NONE, 0,
      0 },
};

const OptionGroup cmd_datasets_groups[] = {
    { "Text on standard output", own_rows, 1, 0 },
    { "General", startup_general_rows, STARTUP_GENERAL_ROW_COUNT,
      offsetof(DatasetsOptions, general) },
};

/* --- all of them --- */

/* "leftImg8bit/SPLIT/NAME_leftImg8bit.png" */
static void make_pattern(const char *folder, const char *ending, char *text, size_t size)
{
    size_t length = 0;

    for (; *folder && length < size; folder++)
        length += (size_t)snprintf(text + length, size - length, "%.*s", *folder == '%' ? 5 : 1,
                                   *folder == '%' ? "SPLIT" : folder);
    if (length < size)
        snprintf(text + length, size - length, "%sNAME%s", length ? "/" : "", ending);
}

static void list_set(const VoloDatasetInfo *info)
{
    const VoloConvention convention = volo_convention_default(info->name);
    char images[256], labels[256];

    make_pattern(info->images, info->image_ending, images, sizeof images);
    make_pattern(info->labels, info->label_ending, labels, sizeof labels);
    printf("%s: %s\n  pictures    %s\n  labels      %s\n", info->name, info->summary, images,
           labels);
    if (info->instances)
        printf("  instances   yes\n");
    printf("  splits     ");
    for (size_t i = 0; info->splits[i]; i++)
        printf(" %s", info->splits[i]);
    printf("\n  convention  %s\n\n", volo_convention_name(convention));
}

static void list_json(Json *json, const VoloDatasetInfo *info)
{
    char images[256], labels[256];

    make_pattern(info->images, info->image_ending, images, sizeof images);
    make_pattern(info->labels, info->label_ending, labels, sizeof labels);
    json_open(json, NULL, '{');
    json_text(json, "name", info->name);
    json_text(json, "summary", info->summary);
    json_text(json, "images", images);
    json_text(json, "labels", labels);
    json_bool(json, "instances", info->instances != NULL);
    json_open(json, "splits", '[');
    for (size_t i = 0; info->splits[i]; i++)
        json_text(json, NULL, info->splits[i]);
    json_close(json, ']');
    json_text(json, "convention", volo_convention_name(volo_convention_default(info->name)));
    json_close(json, '}');
}

static void list_maps(void)
{
    VoloLabelMapEntry map;

    printf("Maps of classes:\n");
    for (size_t i = 0; (map = volo_label_map_entry(i)).name; i++)
        printf("  %s: from %s to %s\n", map.name, map.from, map.to);
}

static void list_maps_json(Json *json)
{
    VoloLabelMapEntry map;

    json_open(json, "maps", '[');
    for (size_t i = 0; (map = volo_label_map_entry(i)).name; i++) {
        json_open(json, NULL, '{');
        json_text(json, "name", map.name);
        json_text(json, "from", map.from);
        json_text(json, "to", map.to);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static int list_all(bool as_json)
{
    Json json = { .file = stdout, .pretty = true };

    if (as_json) {
        json_open(&json, NULL, '{');
        json_open(&json, "datasets", '[');
    }
    for (size_t i = 0; i < volo_registry_count(VOLO_DATASETS); i++) {
        const VoloDatasetInfo info = volo_dataset_info(volo_registry_entry(VOLO_DATASETS, i).name);

        if (info.name && as_json)
            list_json(&json, &info);
        else if (info.name)
            list_set(&info);
    }
    if (as_json) {
        json_close(&json, ']');
        list_maps_json(&json);
        json_close(&json, '}');
    } else {
        list_maps();
    }
    return report_flush();
}

/* --- the labels of one --- */

static void print_label(const VoloLabel *label)
{
    if (label->class_index >= 0)
        printf("%5d %5d  ", label->raw, label->class_index);
    else
        printf("%5d     -  ", label->raw);
    report_text(stdout, label->name);
    if (label->category)
        printf(" (%s)", label->category);
    putchar('\n');
}

static void print_label_json(Json *json, const VoloLabel *label)
{
    json_open(json, NULL, '{');
    json_count(json, "value", (uint64_t)label->raw);
    if (label->class_index >= 0)
        json_count(json, "class", (uint64_t)label->class_index);
    else
        json_text(json, "class", NULL);
    json_text(json, "name", label->name);
    json_text(json, "category", label->category);
    json_close(json, '}');
}

static int print_space(const VoloLabelSpace *space, bool as_json)
{
    Json json = { .file = stdout, .pretty = true };

    if (as_json)
        json_open(&json, NULL, '[');
    else
        printf("value class  name\n");
    for (size_t raw = 0; raw < VOLO_LABEL_VALUES; raw++) {
        const VoloLabel *label = volo_label_space_label(space, raw);

        if (label && as_json)
            print_label_json(&json, label);
        else if (label)
            print_label(label);
    }
    if (as_json)
        json_close(&json, ']');
    return report_flush();
}

static int show(const char *name, bool as_json)
{
    VoloClassTable *table = NULL;
    VoloLabelSpace *space = NULL;
    VoloError err;
    int code = 0;

    if (volo_class_table_open(name, &table, &err) ||
        volo_label_space_new(table, VOLO_LABELS_AUTO, &space, &err)) {
        message_error("%s", err.message);
        code = exit_code(SUBJECT_DATA, err.status);
    } else {
        code = print_space(space, as_json);
    }
    volo_label_space_free(space);
    volo_class_table_free(table);
    return code;
}

int cmd_datasets(const Command *command, int argc, char **argv)
{
    DatasetsOptions o = { .json = false };
    int first, code = options_parse(command, argc, argv, &o, &first);

    if (code || program_answer(command, &o.general, &code))
        return code;
    if (argc - first > 1)
        return options_misused(command, "unexpected operand '%s'", argv[first + 1]);
    return first < argc ? show(argv[first], o.json) : list_all(o.json);
}
