/* SPDX-License-Identifier: Apache-2.0 */
/* The table of options, and what it says about their values. */
#include "train/train_options.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/real_text.h"

#define AT(field) offsetof(VoloTrainOptions, field)
const VoloTrainField volo_train_fields[VOLO_TRAIN_FIELDS] = {
    { "model", VOLO_FIELD_TEXT, AT(model), 0, 0, VOLO_FIELD_PATH, { NULL } },
    { "network", VOLO_FIELD_TEXT, AT(network), 0, 0, VOLO_FIELD_PATH, { NULL } },
    { "variant", VOLO_FIELD_TEXT, AT(variant), 0, 0, 0, { NULL } },
    { "neck", VOLO_FIELD_TEXT, AT(neck), 0, 0, 0, { NULL } },
    { "hidden_size", VOLO_FIELD_COUNT, AT(hidden_size), 0, 65536, 0, { NULL } },
    { "auxiliary_channels", VOLO_FIELD_COUNT, AT(auxiliary_channels), 0, 65536, 0, { NULL } },
    { "test_mode", VOLO_FIELD_CHOICE, AT(test_mode), 0, 0, 0, { "whole", "slide" } },
    { "test_resize", VOLO_FIELD_TEXT, AT(test_resize), 0, 0, 0, { NULL } },
    { "steps", VOLO_FIELD_COUNT, AT(steps), 1, 1e12, 0, { NULL } },
    { "accumulate", VOLO_FIELD_COUNT, AT(accumulate), 1, 4096, 0, { NULL } },
    { "seed", VOLO_FIELD_COUNT, AT(seed), 0, 1e15, 0, { NULL } },
    { "optimizer", VOLO_FIELD_CHOICE, AT(optimizer), 0, 0, 0, { "adamw", "sgd" } },
    { "lr", VOLO_FIELD_REAL, AT(lr), 0, 1e6, 0, { NULL } },
    { "beta1", VOLO_FIELD_REAL, AT(beta1), 0, 0.9999999, 0, { NULL } },
    { "beta2", VOLO_FIELD_REAL, AT(beta2), 0, 0.9999999, 0, { NULL } },
    { "eps", VOLO_FIELD_REAL, AT(eps), 0, 1, 0, { NULL } },
    { "momentum", VOLO_FIELD_REAL, AT(momentum), 0, 0.9999999, 0, { NULL } },
    { "nesterov", VOLO_FIELD_SWITCH, AT(nesterov), 0, 0, 0, { NULL } },
    { "weight_decay", VOLO_FIELD_REAL, AT(weight_decay), 0, 1e6, 0, { NULL } },
    { "layer_decay", VOLO_FIELD_REAL, AT(layer_decay), 1e-3, 1, 0, { NULL } },
    { "clip", VOLO_FIELD_REAL, AT(clip), 0, 1e12, 0, { NULL } },
    { "freeze", VOLO_FIELD_TEXT, AT(freeze), 0, 0, 0, { NULL } },
    { "ema", VOLO_FIELD_REAL, AT(ema), 0, 0.9999999, 0, { NULL } },
    { "schedule", VOLO_FIELD_CHOICE, AT(schedule), 0, 0, 0, { "poly", "cosine", "constant" } },
    { "warmup", VOLO_FIELD_COUNT, AT(warmup), 0, 1e12, 0, { NULL } },
    { "warmup_factor", VOLO_FIELD_REAL, AT(warmup_factor), 0, 1, 0, { NULL } },
    { "power", VOLO_FIELD_REAL, AT(power), 0, 100, 0, { NULL } },
    { "min_lr", VOLO_FIELD_REAL, AT(min_lr), 0, 1e6, 0, { NULL } },
    { "aux_weight", VOLO_FIELD_REAL, AT(aux_weight), 0, 1e6, 0, { NULL } },
    { "class_weights", VOLO_FIELD_TEXT, AT(class_weights), 0, 0, 0, { NULL } },
    { "label_smoothing", VOLO_FIELD_REAL, AT(label_smoothing), 0, 1, 0, { NULL } },
    { "ohem", VOLO_FIELD_REAL, AT(ohem), 0, 1, 0, { NULL } },
    { "ohem_kept", VOLO_FIELD_COUNT, AT(ohem_kept), 0, 1e9, 0, { NULL } },
    { "cross_entropy", VOLO_FIELD_REAL, AT(cross_entropy), 0, 1e6, 0, { NULL } },
    { "dice", VOLO_FIELD_REAL, AT(dice), 0, 1e6, 0, { NULL } },
    { "lovasz", VOLO_FIELD_REAL, AT(lovasz), 0, 1e6, 0, { NULL } },
    { "drop_path", VOLO_FIELD_REAL, AT(drop_path), 0, 0.99, 0, { NULL } },
    { "dropout", VOLO_FIELD_REAL, AT(dropout), 0, 0.99, 0, { NULL } },
    { "checkpoint_blocks", VOLO_FIELD_SWITCH, AT(checkpoint_blocks), 0, 0, 0, { NULL } },
    { "max_memory", VOLO_FIELD_COUNT, AT(max_memory), 0, 1e15, VOLO_FIELD_FREE, { NULL } },
    { "threads", VOLO_FIELD_COUNT, AT(threads), 0, 4096, VOLO_FIELD_FREE, { NULL } },
    { "val_every", VOLO_FIELD_COUNT, AT(val_every), 0, 1e12, VOLO_FIELD_FREE, { NULL } },
    { "save_every", VOLO_FIELD_COUNT, AT(save_every), 1, 1e12, VOLO_FIELD_FREE, { NULL } },
    { "log_every", VOLO_FIELD_COUNT, AT(log_every), 1, 1e12, VOLO_FIELD_FREE, { NULL } },
    { "dtype", VOLO_FIELD_CHOICE, AT(dtype), 0, 0, VOLO_FIELD_FREE, { "f32", "f16" } },
};
#undef AT

VoloTrainOptions volo_train_defaults(void)
{
    return (VoloTrainOptions){
        .test_mode = VOLO_MODE_WHOLE,
        .steps = 1000,
        .accumulate = 1,
        .lr = 6e-5,
        .beta1 = 0.9,
        .beta2 = 0.999,
        .eps = 1e-8,
        .momentum = 0.9,
        .weight_decay = 0.01,
        .layer_decay = 1,
        .warmup_factor = 1e-6,
        .power = 1,
        .aux_weight = 0.4,
        .cross_entropy = 1,
        .drop_path = 0.1,
        .dropout = 0.1,
        .val_every = 500,
        .save_every = 200,
        .log_every = 10,
    };
}

const char *volo_train_field(size_t index)
{
    return index < VOLO_TRAIN_FIELDS ? volo_train_fields[index].name : NULL;
}

static const void *value_of(const VoloTrainField *f, const VoloTrainOptions *o)
{
    return (const char *)o + f->offset;
}

static VoloStatus check_number(const VoloTrainField *f, double value, VoloError *err)
{
    if (value >= f->least && value <= f->most)
        return VOLO_OK;
    return volo_fail(err, VOLO_ERR_ARGUMENT, "%s is %g, expected %g to %g", f->name, value,
                     f->least, f->most);
}

static VoloStatus check_field(const VoloTrainField *f, const VoloTrainOptions *o, VoloError *err)
{
    const void *const value = value_of(f, o);
    int choices = 0;

    switch (f->kind) {
    case VOLO_FIELD_COUNT:
        return check_number(f, (double)*(const uint64_t *)value, err);
    case VOLO_FIELD_REAL:
        return check_number(f, *(const double *)value, err);
    case VOLO_FIELD_CHOICE:
        while (f->choices[choices])
            choices++;
        if (*(const int *)value < 0 || *(const int *)value >= choices)
            return volo_fail(err, VOLO_ERR_ARGUMENT, "%s is none of its choices", f->name);
        return VOLO_OK;
    default:
        return VOLO_OK;
    }
}

VoloStatus volo_train_options_check(const VoloTrainOptions *o, VoloError *err)
{
    for (size_t i = 0; i < VOLO_TRAIN_FIELDS; i++)
        VOLO_TRY(check_field(&volo_train_fields[i], o, err));
    if (!o->model && !o->network && !o->variant)
        return volo_fail(err, VOLO_ERR_ARGUMENT,
                         "nothing to train: model, network or variant must be given");
    if (o->cross_entropy + o->dice + o->lovasz <= 0)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "cross_entropy, dice and lovasz are all 0");
    if (o->warmup > o->steps)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "warmup is %llu, but there are %llu steps",
                         (unsigned long long)o->warmup, (unsigned long long)o->steps);
    return VOLO_OK;
}

/* A JSON string; bytes that are not allowed in one are escaped. */
static int print_text(char *text, size_t size, const char *value)
{
    size_t at = 0;

    if (!value)
        return snprintf(text, size, "null");
    at += (size_t)snprintf(text, size, "\"");
    for (; *value; value++) {
        const unsigned char c = (unsigned char)*value;
        char piece[8];

        snprintf(piece, sizeof piece,
                 c == '"' || c == '\\' ? "\\%c"
                 : c < 32              ? "\\u%04x"
                                       : "%c",
                 c);
        if (at < size)
            snprintf(text + at, size - at, "%s", piece);
        at += strlen(piece);
    }
    if (at < size)
        snprintf(text + at, size - at, "\"");
    return (int)at + 1;
}

bool volo_train_field_text(const VoloTrainField *f, const VoloTrainOptions *o, char *text,
                           size_t size)
{
    const void *const value = value_of(f, o);
    char number[VOLO_REAL_TEXT_SIZE];
    int length = 0;

    switch (f->kind) {
    case VOLO_FIELD_COUNT:
        length = snprintf(text, size, "%llu", (unsigned long long)*(const uint64_t *)value);
        break;
    case VOLO_FIELD_REAL:
        volo_real_text(*(const double *)value, number);
        length = snprintf(text, size, "%s", number);
        break;
    case VOLO_FIELD_SWITCH:
        length = snprintf(text, size, *(const bool *)value ? "true" : "false");
        break;
    case VOLO_FIELD_TEXT:
        length = print_text(text, size, *(const char *const *)value);
        break;
    case VOLO_FIELD_CHOICE:
        length = print_text(text, size, f->choices[*(const int *)value]);
        break;
    }
    return length >= 0 && (size_t)length < size;
}
