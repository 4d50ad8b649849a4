/* SPDX-License-Identifier: Apache-2.0 */
/* What a trainer is made of before its first step. */
#include <volo/ranks.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/pages.h"
#include "base/real_text.h"
#include "train/data_fields.h"
#include "train/train_options.h"
#include "train/trainer.h"

/* --- the network --- */

static void say_start(VoloTrainer *t)
{
    const VoloTrainOptions *o = &t->options;
    const VoloBlockRead *read = &t->net.read;

    if (!o->model)
        snprintf(t->start, sizeof t->start, "a new network, seed %llu",
                 (unsigned long long)o->seed);
    else
        snprintf(t->start, sizeof t->start,
                 "'%.80s': %zu tensors read, %zu resized, %zu fresh%s%.40s", o->model, read->read,
                 read->resized, read->fresh, read->fresh ? ", the first " : "",
                 read->fresh ? read->first_fresh : "");
}

static VoloStatus parse_resize(const char *text, VoloResize *ret, VoloError *err)
{
    unsigned a, b;
    int end = 0;

    if (strcmp(text, "none") == 0) {
        *ret = (VoloResize){ .kind = VOLO_RESIZE_NONE };
        return VOLO_OK;
    }
    const int found = sscanf(text, "%5ux%5u%n", &a, &b, &end);
    const bool keep = found == 2 && strcmp(text + end, ":keep") == 0;
    if (found != 2 || a == 0 || b == 0 || a > 65500 || b > 65500 || (text[end] && !keep) ||
        (keep && a < b))
        return volo_fail(err, VOLO_ERR_ARGUMENT,
                         "test_resize is '%s', expected none, HxW or LxS:keep", text);
    *ret = keep ? (VoloResize){ VOLO_RESIZE_KEEP_RATIO, 0, 0, a, b }
                : (VoloResize){ VOLO_RESIZE_EXACT, a, b, 0, 0 };
    return VOLO_OK;
}

/* How pictures will be shown to the model that comes out. */
static VoloStatus set_test(VoloTrainer *t, VoloError *err)
{
    VoloConfig *const cfg = &t->net.model.cfg;

    cfg->test_mode = (VoloMode)t->options.test_mode;
    if (t->options.test_resize)
        VOLO_TRY(parse_resize(t->options.test_resize, &cfg->test_resize, err));
    memcpy(t->data.augment.mean, cfg->image_mean, sizeof cfg->image_mean);
    memcpy(t->data.augment.std, cfg->image_std, sizeof cfg->image_std);
    return VOLO_OK;
}

static VoloStatus open_trainable(VoloTrainer *t, VoloError *err)
{
    const VoloTrainOptions *o = &t->options;
    const VoloClassTable *classes = volo_train_sets_classes(t->sets);
    const VoloModelRecipe recipe = { .variant = o->network ? NULL : o->variant,
                                     .config_path = o->network,
                                     .img_size = { t->data.augment.crop[0],
                                                   t->data.augment.crop[1] },
                                     .seed = o->seed };
    const VoloTrainStart start = { .recipe = &recipe,
                                   .weights = o->model,
                                   .classes = classes,
                                   .dataset = volo_class_table_name(classes),
                                   .auxiliary = o->aux_weight > 0,
                                   .auxiliary_channels = (size_t)o->auxiliary_channels,
                                   .hidden_size = (size_t)o->hidden_size,
                                   .neck = o->neck,
                                   .drop_path = o->drop_path,
                                   .dropout = o->dropout };

    return volo_trainable_init(&t->net, &start, err);
}

/* --- what is trained --- */

/* Cuts the option's text at its commas. */
static VoloStatus split_frozen(VoloTrainer *t, VoloError *err)
{
    size_t count = 1;

    t->groups.layer_decay = t->options.layer_decay;
    if (!t->options.freeze || !*t->options.freeze)
        return VOLO_OK;
    t->frozen_names = strdup(t->options.freeze);
    for (const char *at = t->options.freeze; *at; at++)
        count += *at == ',';
    t->frozen_prefix = calloc(count, sizeof *t->frozen_prefix);
    if (!t->frozen_names || !t->frozen_prefix)
        return volo_fail_memory(err, count * sizeof *t->frozen_prefix);
    for (char *at = t->frozen_names, *rest; at; at = rest) {
        rest = strchr(at, ',');
        if (rest)
            *rest++ = '\0';
        t->frozen_prefix[t->groups.frozen_count++] = at;
    }
    t->groups.frozen = t->frozen_prefix;
    return VOLO_OK;
}

/* Running statistics are not the optimizer's; the operations write them, unless they are frozen. */
static void mark_frozen(VoloTrainer *t, VoloParameterSpan *span)
{
    const VoloParameterBlock *block = &t->net.block;

    for (size_t i = 0; i < block->count; i++) {
        const VoloBlockTensor *tensor = &block->tensor[i];
        const size_t first = tensor->at / VOLO_PARAMETER_UNIT;
        const size_t units = (tensor->count + VOLO_PARAMETER_UNIT - 1) / VOLO_PARAMETER_UNIT;

        if (volo_group_is_frozen(&t->groups, tensor->parameter.name))
            memset(t->frozen + first, 1, units);
        else if (tensor->parameter.trainable)
            t->trained += tensor->count;
        if (!tensor->parameter.trainable)
            span[i].rate = 0;
    }
}

static VoloStatus group(VoloTrainer *t, VoloNamedSpan *named, VoloParameterSpan *span,
                        VoloError *err)
{
    const VoloTrainOptions *o = &t->options;
    const VoloParameterBlock *block = &t->net.block;
    const VoloOptimizerOptions optimizer = { .kind = (VoloOptimizerKind)o->optimizer,
                                             .beta1 = o->beta1,
                                             .beta2 = o->beta2,
                                             .eps = o->eps,
                                             .momentum = o->momentum,
                                             .nesterov = o->nesterov,
                                             .weight_decay = o->weight_decay,
                                             .clip = o->clip };

    for (size_t i = 0; i < block->count; i++) {
        const VoloBlockTensor *tensor = &block->tensor[i];

        named[i] = (VoloNamedSpan){ tensor->parameter.name, tensor->at, tensor->count,
                                    tensor->parameter.rank };
    }
    VOLO_TRY(volo_group_parameters(&t->groups, named, block->count, span, err));
    mark_frozen(t, span);
    if (t->trained == 0)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "freeze leaves nothing to train");
    return volo_optimizer_new(&optimizer, span, block->count, &t->optimizer, err);
}

static VoloStatus open_optimizer(VoloTrainer *t, VoloError *err)
{
    const size_t count = t->net.block.count;
    VoloNamedSpan *named = calloc(count, sizeof *named);
    VoloParameterSpan *span = calloc(count, sizeof *span);

    t->frozen = calloc(t->net.block.floats / VOLO_PARAMETER_UNIT + 1, 1);
    VoloStatus status = named && span && t->frozen ? split_frozen(t, err)
                                                   : volo_fail_memory(err, count * sizeof *named);
    if (!status)
        status = group(t, named, span, err);
    free(named);
    free(span);
    return status;
}

static VoloStatus take_array(float **ret, const VoloTrainer *t, VoloError *err)
{
    const size_t bytes = t->net.block.floats * sizeof(float);

    *ret = volo_pages_new(bytes);
    if (!*ret)
        return volo_fail_memory(err, bytes);
    memset(*ret, 0, bytes);
    return VOLO_OK;
}

static VoloStatus open_arrays(VoloTrainer *t, VoloError *err)
{
    VOLO_TRY(take_array(&t->first, t, err));
    if (t->options.optimizer == VOLO_OPTIMIZER_ADAMW)
        VOLO_TRY(take_array(&t->second, t, err));
    if (t->options.ema <= 0)
        return VOLO_OK;
    VOLO_TRY(take_array(&t->average, t, err));
    memcpy(t->average, t->net.block.values, t->net.block.floats * sizeof(float));
    return VOLO_OK;
}

size_t volo_trainer_parameter_floats(const VoloTrainer *t)
{
    return t->net.block.floats * (size_t)(3 + (t->second != NULL) + (t->average != NULL));
}

VoloStatus volo_trainer_open_network(VoloTrainer *t, VoloError *err)
{
    const VoloTrainOptions *o = &t->options;

    VOLO_TRY(open_trainable(t, err));
    VOLO_TRY(set_test(t, err));
    VOLO_TRY(open_optimizer(t, err));
    VOLO_TRY(open_arrays(t, err));
    say_start(t);
    t->rate = (VoloRateSchedule){ .kind = (VoloRateKind)o->schedule,
                                  .rate = o->lr,
                                  .lowest = o->min_lr,
                                  .power = o->power,
                                  .warmup_factor = o->warmup_factor,
                                  .warmup = o->warmup,
                                  .steps = o->steps };
    t->tape = (VoloTape){ .values = t->net.block.values,
                          .gradients = t->net.block.gradients,
                          .frozen = t->groups.frozen_count ? t->frozen : NULL,
                          .recompute = o->checkpoint_blocks };
    return VOLO_OK;
}

/* --- the loss --- */

/* Numbers between commas, one for each class. */
static VoloStatus parse_weights(const char *text, float *weight, size_t classes, VoloError *err)
{
    const char *at = text;

    for (size_t i = 0; i < classes; i++) {
        char *end;
        const double value = strtod(at, &end);

        if (end == at || !(value >= 0 && value <= 1e6) || *end != (i + 1 < classes ? ',' : '\0'))
            return volo_fail(err, VOLO_ERR_ARGUMENT,
                             "class_weights is '%.60s', expected none, log or %zu numbers 0..1e6 "
                             "between commas",
                             text, classes);
        weight[i] = (float)value;
        at = end + 1;
    }
    return VOLO_OK;
}

static VoloStatus weigh_classes(VoloTrainer *t, size_t classes, VoloError *err)
{
    const char *how = t->options.class_weights;
    double share[VOLO_MAX_CLASSES];

    if (!how || strcmp(how, "none") == 0)
        return VOLO_OK;
    t->class_weight = calloc(classes, sizeof *t->class_weight);
    if (!t->class_weight)
        return volo_fail_memory(err, classes * sizeof *t->class_weight);
    if (strcmp(how, "log") != 0)
        return parse_weights(how, t->class_weight, classes, err);
    volo_train_sets_frequencies(t->sets, share);
    for (size_t i = 0; i < classes; i++)
        t->class_weight[i] = (float)(1 / log(1.02 + share[i]));
    return VOLO_OK;
}

VoloStatus volo_trainer_open_loss(VoloTrainer *t, VoloError *err)
{
    const VoloTrainOptions *o = &t->options;
    const size_t classes = t->net.model.cfg.classes;

    VOLO_TRY(weigh_classes(t, classes, err));
    t->loss = (VoloLossOptions){ .classes = classes,
                                 .align_corners = t->net.model.cfg.align_corners,
                                 .class_weight = t->class_weight,
                                 .smoothing = (float)o->label_smoothing,
                                 .ohem_threshold = (float)o->ohem,
                                 .ohem_kept = (size_t)o->ohem_kept,
                                 .cross_entropy = (float)o->cross_entropy,
                                 .dice = (float)o->dice,
                                 .lovasz = (float)o->lovasz };
    return VOLO_OK;
}

/* --- what may not change --- */

static void describe_options(FILE *out, const VoloTrainOptions *o)
{
    char text[8192];

    for (size_t i = 0; i < VOLO_TRAIN_FIELDS; i++) {
        const VoloTrainField *field = &volo_train_fields[i];

        if (field->flags & (VOLO_FIELD_FREE | VOLO_FIELD_PATH))
            continue; /* of files the parameters tell */
        if (volo_train_field_text(field, o, text, sizeof text))
            fprintf(out, "%s\t%s\n", field->name, text);
    }
}

static void describe_number(FILE *out, const char *group, const VoloNumberRow *row, const void *at)
{
    char text[VOLO_REAL_TEXT_SIZE];
    const size_t count = row->kind == VOLO_NUMBER_RANGE || row->kind == VOLO_NUMBER_SIDES ? 2 : 1;

    fprintf(out, "%s.%s\t", group, row->name);
    for (size_t i = 0; i < count; i++) {
        if (row->kind == VOLO_NUMBER_REAL || row->kind == VOLO_NUMBER_RANGE) {
            volo_real_text(((const double *)at)[i], text);
            fprintf(out, "%s%s", i ? "," : "", text);
        } else {
            fprintf(out, "%s%zu", i ? "," : "", ((const size_t *)at)[i]);
        }
    }
    fputc('\n', out);
}

/* Samples depend on all of it but how they are loaded. */
static void describe_data(FILE *out, const VoloTrainer *t)
{
    for (size_t g = 0; g < VOLO_NUMBER_GROUPS; g++) {
        const VoloNumberGroup *group = &volo_number_groups[g];

        for (size_t i = 0; strcmp(group->name, "loader") != 0 && i < group->count; i++)
            describe_number(out, group->name, &group->rows[i],
                            (const char *)&t->data + group->rows[i].offset);
    }
    fprintf(out, "loader.batch\t%zu\nranks\t%d\n", t->data.loader.batch, volo_ranks_count());
    for (size_t i = 0; i < volo_train_sets_count(t->sets); i++) {
        const VoloTrainSet *set = volo_train_sets_get(t->sets, i);
        char digest[65], share[VOLO_REAL_TEXT_SIZE];

        volo_dataset_digest(set->dataset, digest);
        volo_real_text(set->share, share);
        fprintf(out, "data[%zu]\t%s, map %s, share %s, pictures %.16s, size %d %zu %zu %zu %zu\n",
                i, set->name, set->map, share, digest, (int)set->size.kind, set->size.height,
                set->size.width, set->size.long_side, set->size.short_side);
    }
}

static void describe_network(FILE *out, const VoloParameterBlock *block)
{
    for (size_t i = 0; i < block->count; i++) {
        const VoloParameter *p = &block->tensor[i].parameter;

        fprintf(out, "%s\t", p->name);
        for (unsigned d = 0; d < p->rank; d++)
            fprintf(out, "%s%llu", d ? "," : "", (unsigned long long)p->shape[d]);
        fputc('\n', out);
    }
}

VoloStatus volo_trainer_describe(VoloTrainer *t, VoloError *err)
{
    size_t bytes = 0;
    FILE *out = open_memstream(&t->settings, &bytes);

    if (!out)
        return volo_fail_memory(err, BUFSIZ);
    describe_options(out, &t->options);
    describe_data(out, t);
    describe_network(out, &t->net.block);
    const bool failed = ferror(out) != 0;
    return fclose(out) || failed ? volo_fail_memory(err, bytes) : VOLO_OK;
}
