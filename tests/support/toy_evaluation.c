/* SPDX-License-Identifier: Apache-2.0 */
#include "support/toy_evaluation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* 16 random bits. */
static unsigned next(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 16;
}

typedef struct Values {
    uint8_t raw[256];
    unsigned count;
} Values;

static void collect(const VoloLabelSpace *space, Values *values)
{
    values->count = 0;
    for (unsigned raw = 0; raw < 256; raw++) {
        if (volo_label_space_label(space, raw))
            values->raw[values->count++] = (uint8_t)raw;
    }
}

static uint16_t instance_of(uint8_t raw, uint32_t *state)
{
    const unsigned choice = next(state) % 3, number = next(state) % 3;

    return (uint16_t)(raw < 24 || choice == 0 ? raw : raw * 1000u + number);
}

static void fill_block(ToyPicture *p, size_t at, uint8_t label, uint8_t prediction,
                       uint16_t instance)
{
    for (size_t i = 0; i < TOY_BLOCK; i++) {
        for (size_t j = 0; j < TOY_BLOCK; j++) {
            p->labels[at + i * TOY_WIDTH + j] = label;
            p->predictions[at + i * TOY_WIDTH + j] = prediction;
            p->instances[at + i * TOY_WIDTH + j] = instance;
        }
    }
}

static void fill_picture(ToyPicture *p, const Values *values, uint32_t *truth, uint32_t *guess,
                         unsigned right)
{
    for (size_t y = 0; y < TOY_HEIGHT; y += TOY_BLOCK) {
        for (size_t x = 0; x < TOY_WIDTH; x += TOY_BLOCK) {
            const uint8_t label = values->raw[next(truth) % values->count];
            const uint16_t instance = instance_of(label, truth);
            const bool is_right = next(guess) % 10 < right;
            const uint8_t other = values->raw[next(guess) % values->count];

            fill_block(p, y * TOY_WIDTH + x, label, is_right ? label : other, instance);
        }
    }
}

static void count_picture(ToyEvaluation *toy, VoloImageCounter *counter, ToyPicture *p,
                          bool instances)
{
    const VoloImagePixels pixels = { .name = p->name,
                                     .height = TOY_HEIGHT,
                                     .width = TOY_WIDTH,
                                     .labels = p->labels,
                                     .predictions = p->predictions,
                                     .instances = instances ? p->instances : NULL };
    VoloError err;

    if (volo_image_record_new(&p->record, &err) ||
        volo_image_counter_count(counter, &pixels, p->record, &err) ||
        volo_evaluation_add(toy->evaluation, p->record, &err))
        fail_msg("%s", err.message);
}

static void open_space(ToyEvaluation *toy, const ToyOptions *o)
{
    VoloClassTable *table;
    VoloError err;

    if (volo_class_table_open(o->table, &table, &err) ||
        volo_label_space_new(table, o->kind, &toy->space, &err) ||
        volo_evaluation_new(toy->space, &toy->evaluation, &err))
        fail_msg("%s", err.message);
    volo_class_table_free(table);
}

/* Through bytes, as from a journal. */
static VoloStatus read_record(void *user, size_t index, VoloImageRecord *record, VoloError *err)
{
    const ToyEvaluation *toy = user;
    const VoloImageRecord *from = toy->pictures[index].record;
    const size_t bytes = volo_image_record_write(from, NULL, 0);
    uint8_t *data = malloc(bytes);
    size_t used;

    if (!data)
        return volo_fail(err, VOLO_ERR_MEMORY, "no memory for a record");
    volo_image_record_write(from, data, bytes);
    const VoloStatus status = volo_image_record_parse(record, data, bytes, &used, err);
    free(data);
    return status;
}

static VoloResultInfo info_of(const ToyOptions *o)
{
    static const VoloResultOption options[] = { { "mode", "slide" }, { "crop", "512x512" } };

    return (VoloResultInfo){
        .model = "toy.safetensors",
        .model_sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        .dataset = o->table,
        .split = "val",
        .list_sha256 = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210",
        .label_kind = o->kind,
        .map = "identity",
        .convention = volo_convention_default(o->table),
        .instances = o->instances,
        .boundaries = true,
        .boundary_ratio = 0.02,
        .options = options,
        .option_count = 2,
        .shard = 1,
        .shard_count = 1,
        .listed = o->pictures,
    };
}

void toy_evaluation_init(ToyEvaluation *toy, const ToyOptions *o)
{
    const VoloMetricOptions metrics = { o->instances, true, 0.02 };
    uint32_t truth = o->seed, guess = o->changed ? o->changed : o->seed + 1;
    VoloImageCounter *counter;
    Values values;

    *toy = (ToyEvaluation){ .count = o->pictures };
    open_space(toy, o);
    collect(toy->space, &values);
    toy->pictures = calloc(o->pictures + 1, sizeof *toy->pictures);
    assert_non_null(toy->pictures);
    assert_int_equal(volo_image_counter_new(toy->space, &metrics, &counter, NULL), VOLO_OK);
    for (size_t i = 0; i < o->pictures; i++) {
        ToyPicture *const p = &toy->pictures[i];

        snprintf(p->name, sizeof p->name, "toys/%02zu", i);
        fill_picture(p, &values, &truth, &guess, o->right);
        count_picture(toy, counter, p, o->instances);
    }
    volo_image_counter_free(counter);
    toy->result = (VoloResult){ info_of(o), toy->evaluation, read_record, toy };
}

void toy_evaluation_clear(ToyEvaluation *toy)
{
    for (size_t i = 0; i < toy->count; i++)
        volo_image_record_free(toy->pictures[i].record);
    free(toy->pictures);
    volo_evaluation_free(toy->evaluation);
    volo_label_space_free(toy->space);
}

VoloStatus toy_evaluation_picture(void *user, size_t index, const char *name,
                                  VoloReportPicture *ret_picture, VoloError *err)
{
    const ToyEvaluation *toy = user;

    (void)err;
    assert_string_equal(name, toy->pictures[index].name);
    *ret_picture = (VoloReportPicture){ .height = TOY_HEIGHT,
                                        .width = TOY_WIDTH,
                                        .labels = toy->pictures[index].labels,
                                        .predictions = toy->pictures[index].predictions };
    return VOLO_OK;
}
