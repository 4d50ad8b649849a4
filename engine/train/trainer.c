/* SPDX-License-Identifier: Apache-2.0 */
/* VoloTrainer: opening, steps, saving and going on. */
#include "train/trainer.h"

#include <volo/ranks.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/pages.h"
#include "train/train_state.h"

/* --- opening --- */

static size_t batch_pixels(const VoloTrainer *t)
{
    return t->data.loader.batch * t->data.augment.crop[0] * t->data.augment.crop[1];
}

/* Batches of a step lie beside each other when there are several: their labels are counted before
 * the first is used. */
static VoloStatus open_batches(VoloTrainer *t, VoloError *err)
{
    const size_t count = (size_t)t->options.accumulate, n = t->data.loader.batch;
    size_t pixels, bytes;

    if (!volo_mul(batch_pixels(t), count, &pixels) || !volo_mul(pixels, 3 * sizeof(float), &bytes))
        return volo_fail(err, VOLO_ERR_LIMIT, "%zu batches are too much for one step", count);
    t->batch = calloc(count, sizeof *t->batch);
    t->picture = calloc(count * n, sizeof *t->picture);
    bool all = t->batch && t->picture;
    for (size_t i = 0; i < count && all; i++) {
        t->batch[i].group = calloc(n, sizeof *t->batch[i].group);
        all = t->batch[i].group != NULL;
    }
    if (all && count > 1) {
        t->kept_x = volo_pages_new(bytes);
        t->kept_labels = malloc(pixels);
        all = t->kept_x && t->kept_labels;
    }
    return all ? VOLO_OK : volo_fail_memory(err, bytes);
}

static VoloStatus open_loader(VoloTrainer *t, VoloError *err)
{
    t->data.loader.rank = volo_ranks_index();
    t->data.loader.ranks = volo_ranks_count();
    t->data.loader.position = t->position;
    return volo_loader_new(t->sets, &t->data, &t->loader, err);
}

static void reduce(double *sums, size_t count, void *user)
{
    (void)user;
    volo_ranks_sum(sums, count);
}

static VoloStatus open_trainer(VoloTrainer *t, const VoloTrainSets *validation, VoloError *err)
{
    VOLO_TRY(volo_train_options_check(&t->options, err));
    VOLO_TRY(volo_data_options_check(&t->data, err));
    VOLO_TRY(volo_trainer_open_network(t, err));
    VOLO_TRY(volo_trainer_open_loss(t, err));
    if (volo_ranks_count() > 1) {
        t->tape.reduce = reduce;
        t->tape.processes = (size_t)volo_ranks_count();
    }
    VOLO_TRY(open_batches(t, err));
    VOLO_TRY(volo_trainer_describe(t, err));
    VOLO_TRY(volo_trainer_plan(t, err));
    return validation ? volo_validator_new(validation, &t->data, &t->validator, err) : VOLO_OK;
}

VoloStatus volo_trainer_new(const VoloTrainOptions *options, const VoloDataOptions *data,
                            const VoloTrainSets *sets, const VoloTrainSets *validation,
                            VoloTrainer **ret_trainer, VoloError *err)
{
    VoloTrainer *t = calloc(1, sizeof *t);

    if (!t)
        return volo_fail_memory(err, sizeof *t);
    t->options = *options;
    t->data = *data;
    t->sets = sets;
    t->threads = options->threads > 0 ? (int)options->threads : volo_cpu_count();
    const VoloStatus status = open_trainer(t, validation, err);
    if (status)
        volo_trainer_free(t);
    else
        *ret_trainer = t;
    return status;
}

static void forget_pictures(VoloTrainer *t)
{
    for (size_t i = 0; i < t->pictures; i++)
        free(t->picture[i]);
    t->pictures = 0;
}

static void free_batches(VoloTrainer *t)
{
    forget_pictures(t);
    for (size_t i = 0; t->batch && i < t->options.accumulate; i++)
        free(t->batch[i].group);
    free(t->batch);
    free(t->picture);
    free(t->kept_x);
    free(t->kept_labels);
}

void volo_trainer_free(VoloTrainer *t)
{
    if (!t)
        return;
    volo_loader_free(t->loader);
    volo_validator_free(t->validator);
    free_batches(t);
    free(t->arena);
    volo_plan_clear(&t->plan);
    volo_tape_clear(&t->tape);
    volo_optimizer_free(t->optimizer);
    volo_trainable_clear(&t->net);
    free(t->first);
    free(t->second);
    free(t->average);
    free(t->frozen_names);
    free(t->frozen_prefix);
    free(t->frozen);
    free(t->class_weight);
    free(t->settings);
    free(t);
}

/* --- for people --- */

VoloTrainerInfo volo_trainer_info(const VoloTrainer *t)
{
    const VoloLoaderOptions *loader = &t->data.loader;
    VoloTrainerInfo info = { .trained = t->trained,
                             .classes = t->net.model.cfg.classes,
                             .start = t->start,
                             .crop = { t->data.augment.crop[0], t->data.augment.crop[1] },
                             .batch = loader->batch };
    const uint64_t batches =
        loader->ahead + 1 + (t->options.accumulate > 1 ? t->options.accumulate : 0);

    for (size_t i = 0; i < t->net.block.count; i++) {
        if (t->net.block.tensor[i].parameter.trainable)
            info.parameters += t->net.block.tensor[i].count;
    }
    info.memory = sizeof(float) * ((uint64_t)t->plan.floats + volo_trainer_parameter_floats(t)) +
                  batches * batch_pixels(t) * (3 * sizeof(float) + 1) + loader->cache_bytes;
    info.checkpoint = sizeof(float) * ((uint64_t)volo_trainer_parameter_floats(t) -
                                       (uint64_t)t->net.block.floats) +
                      (t->options.dtype ? UINT64_C(4) : UINT64_C(8)) * info.parameters;
    return info;
}

const VoloClassTable *volo_trainer_classes(const VoloTrainer *t)
{
    return volo_train_sets_classes(t->sets);
}

const char *volo_trainer_picture(const VoloTrainer *t, size_t index)
{
    return index < t->pictures ? t->picture[index] : NULL;
}

uint64_t volo_trainer_steps(const VoloTrainer *t)
{
    return t->step;
}

/* --- a step --- */

static VoloStatus note_pictures(VoloTrainer *t, const VoloBatch *from, VoloWalkBatch *to,
                                VoloError *err)
{
    for (size_t i = 0; i < from->n; i++) {
        const VoloSample *sample = &from->samples[i];
        const char *set = volo_train_sets_get(t->sets, sample->set)->name;
        char **name = &t->picture[t->pictures];

        to->group[i] = sample->group_of;
        if (asprintf(name, "%s/%s", set, sample->name) < 0) {
            *name = NULL;
            return volo_fail_memory(err, strlen(sample->name));
        }
        t->pictures++;
    }
    return VOLO_OK;
}

static VoloStatus take_batch(VoloTrainer *t, size_t index, VoloError *err)
{
    const size_t pixels = batch_pixels(t);
    VoloWalkBatch *to = &t->batch[index];
    const VoloBatch *from;

    VOLO_TRY(volo_loader_next(t->loader, &from, err));
    to->x = from->x;
    to->labels = from->labels;
    if (t->kept_x) {
        memcpy(t->kept_x + index * pixels * 3, from->x, pixels * 3 * sizeof *from->x);
        memcpy(t->kept_labels + index * pixels, from->labels, pixels);
        to->x = t->kept_x + index * pixels * 3;
        to->labels = t->kept_labels + index * pixels;
    }
    VOLO_TRY(note_pictures(t, from, to, err));
    t->position = from->next;
    return VOLO_OK;
}

static VoloStatus take_batches(VoloTrainer *t, VoloError *err)
{
    forget_pictures(t);
    t->whole = (VoloLossCount){ 0 };
    if (!t->loader)
        VOLO_TRY(open_loader(t, err));
    for (size_t i = 0; i < t->options.accumulate; i++) {
        VOLO_TRY(take_batch(t, i, err));
        const VoloLossBatch b = volo_trainer_loss_batch(t, &t->batch[i]);
        const VoloLossCount count = volo_loss_count(&t->loss, &b);
        t->whole.weight += count.weight;
        t->whole.pixels += count.pixels;
        t->whole.pictures += count.pictures;
    }
    return VOLO_OK;
}

/* The counts of all ranks, and whether all of them have batches: the others would wait for ever. */
static VoloStatus agree_on_counts(VoloTrainer *t, VoloStatus own, VoloError *err)
{
    double sums[] = { t->whole.weight, (double)t->whole.pixels, (double)t->whole.pictures,
                      own ? 1 : 0 };

    volo_ranks_sum(sums, sizeof sums / sizeof *sums);
    t->whole = (VoloLossCount){ sums[0], (uint64_t)sums[1], (uint64_t)sums[2] };
    if (!own && sums[3] > 0)
        return volo_fail(err, VOLO_ERR_CANCELLED, "another rank could not go on");
    return own;
}

static VoloStatus walk_batches(VoloTrainer *t, VoloError *err)
{
    const uint64_t ranks = (uint64_t)volo_ranks_count(), rank = (uint64_t)volo_ranks_index();

    memset(t->net.block.gradients, 0, t->net.block.floats * sizeof(float));
    memset(t->sums, 0, sizeof t->sums);
    for (uint64_t i = 0; i < t->options.accumulate; i++) {
        const uint64_t number = (t->step * t->options.accumulate + i) * ranks + rank;

        VOLO_TRY(volo_trainer_walk(t, &t->batch[i], number, err));
    }
    return VOLO_OK;
}

static void sum_over_ranks(VoloTrainer *t)
{
    double sums[8];

    if (volo_ranks_count() == 1)
        return;
    for (size_t i = 0; i < 2; i++) {
        const VoloLossSums *s = &t->sums[i];

        memcpy(sums + 4 * i,
               (const double[]){ s->cross_entropy, s->dice, s->lovasz, (double)s->correct },
               4 * sizeof *sums);
    }
    volo_ranks_sum(sums, 8);
    for (size_t i = 0; i < 2; i++)
        t->sums[i] = (VoloLossSums){ sums[4 * i], sums[4 * i + 1], sums[4 * i + 2],
                                     (uint64_t)sums[4 * i + 3] };
    volo_ranks_sum_floats(t->net.block.gradients, t->net.block.floats);
}

static VoloTrainStep report(const VoloTrainer *t)
{
    VoloTrainStep r = { .step = t->step + 1,
                        .main_loss = volo_loss_value(&t->loss, &t->sums[0], &t->whole),
                        .auxiliary_loss = volo_loss_value(&t->loss, &t->sums[1], &t->whole),
                        .accuracy = t->whole.pixels > 0
                                        ? (double)t->sums[0].correct / (double)t->whole.pixels
                                        : (double)NAN,
                        .lr = volo_rate_at(&t->rate, t->step),
                        .pictures = t->options.accumulate * t->data.loader.batch *
                                    (uint64_t)volo_ranks_count(),
                        .waited = volo_loader_stats(t->loader).waited };

    r.loss = r.main_loss + (t->net.model.auxiliary ? t->options.aux_weight * r.auxiliary_loss : 0);
    return r;
}

static VoloStatus diverged(const VoloTrainer *t, const VoloTrainStep *r, const char *what,
                           VoloError *err)
{
    return volo_fail(err, VOLO_ERR_DIVERGED, "step %llu: %s (learning rate %.4g, pictures %s%s)",
                     (unsigned long long)r->step, what, r->lr, t->pictures ? t->picture[0] : "none",
                     t->pictures > 1 ? " ..." : "");
}

/* Early on the average would remember the start for too long. */
static double average_decay(const VoloTrainer *t)
{
    const double soon = (1 + (double)t->step) / (10 + (double)t->step);

    return soon < t->options.ema ? soon : t->options.ema;
}

static void change_weights(VoloTrainer *t, const VoloTrainStep *r)
{
    const VoloParameterArrays arrays = { t->net.block.values, t->net.block.gradients, t->first,
                                         t->second };

    volo_optimizer_step(t->optimizer, &arrays, t->step + 1, r->lr, 1, r->norm, t->threads);
    if (t->average)
        volo_average_step(t->average, t->net.block.values, t->net.block.floats, average_decay(t),
                          t->threads);
}

VoloStatus volo_trainer_step(VoloTrainer *t, VoloTrainStep *ret_step, VoloError *err)
{
    VOLO_TRY(agree_on_counts(t, take_batches(t, err), err));
    VOLO_TRY(walk_batches(t, err));
    sum_over_ranks(t);
    VoloTrainStep r = report(t);
    r.norm = volo_optimizer_norm(t->optimizer, t->net.block.gradients, 1, t->threads);
    if (!isfinite(r.loss))
        return diverged(t, &r, "the loss is no longer a number", err);
    if (!isfinite(r.norm))
        return diverged(t, &r, "the gradient is no longer a number", err);
    change_weights(t, &r);
    if (!volo_all_finite(t->net.block.values, t->net.block.floats, t->threads))
        return diverged(t, &r, "a weight or a running statistic is no longer a number", err);
    t->step++;
    *ret_step = r;
    return VOLO_OK;
}

/* --- saving and going on --- */

VoloStatus volo_trainer_save_model(const VoloTrainer *t, const char *path, VoloError *err)
{
    return volo_trainable_save(&t->net, t->average ? t->average : t->net.block.values,
                               t->options.dtype ? VOLO_F16 : VOLO_F32, path, err);
}

static VoloTrainState state_of(const VoloTrainer *t)
{
    VoloTrainState state = { .settings = t->settings, .floats = t->net.block.floats };

    state.array[state.arrays++] = t->net.block.values;
    state.array[state.arrays++] = t->first;
    if (t->second)
        state.array[state.arrays++] = t->second;
    if (t->average)
        state.array[state.arrays++] = t->average;
    return state;
}

VoloStatus volo_trainer_save_state(const VoloTrainer *t, const VoloTrainRecord *record,
                                   const char *path, VoloError *err)
{
    VoloTrainState state = state_of(t);

    state.step = t->step;
    state.position = t->position;
    state.record = *record;
    return volo_train_state_write(&state, path, err);
}

VoloStatus volo_trainer_resume(VoloTrainer *t, const char *path, VoloTrainRecord *ret_record,
                               VoloError *err)
{
    VoloTrainState state = state_of(t);

    VOLO_TRY(volo_train_state_read(&state, path, err));
    t->step = state.step;
    t->position = state.position;
    *ret_record = state.record;
    return VOLO_OK;
}

VoloStatus volo_trainer_validate(VoloTrainer *t, const char *path, VoloTrainProgressFn progress,
                                 void *user, const VoloValidation **ret_sets, size_t *ret_count,
                                 VoloError *err)
{
    if (!t->validator)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "there is nothing to validate on");
    return volo_validator_run(t->validator, path, t->threads, progress, user, ret_sets, ret_count,
                              err);
}
