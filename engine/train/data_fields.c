/* SPDX-License-Identifier: Apache-2.0 */
/* Names and ranges of all numbers that describe samples, once. */
#include "train/data_fields.h"

#include "base/error.h"
#include "base/limits.h"
#include "train/sampler.h"

#include <math.h>
#include <stddef.h>

#define AT(field) offsetof(VoloDataOptions, field)
static const VoloNumberRow sampling_rows[] = {
    { "seed", VOLO_NUMBER_COUNT, AT(sampling.seed), 0, 0x1p53 },
    { "rare", VOLO_NUMBER_REAL, AT(sampling.rare), 0, 1 },
    { "rare_temperature", VOLO_NUMBER_REAL, AT(sampling.rare_temperature), 1e-6, 1e6 },
};

static const VoloNumberRow augment_rows[] = {
    { "crop", VOLO_NUMBER_SIDES, AT(augment.crop), VOLO_LIMIT_INPUT_MIN_SIDE,
      VOLO_LIMIT_CROP_SIDE },
    { "scale", VOLO_NUMBER_RANGE, AT(augment.scale), 1.0 / VOLO_LIMIT_SCALE, VOLO_LIMIT_SCALE },
    { "cat_max_ratio", VOLO_NUMBER_REAL, AT(augment.cat_max_ratio), 0, 1 },
    { "flip", VOLO_NUMBER_REAL, AT(augment.flip), 0, 1 },
    { "photometric", VOLO_NUMBER_REAL, AT(augment.photometric), 0, 1 },
    { "brightness", VOLO_NUMBER_REAL, AT(augment.brightness), 0, 255 },
    { "contrast", VOLO_NUMBER_REAL, AT(augment.contrast), 0, 1 },
    { "saturation", VOLO_NUMBER_REAL, AT(augment.saturation), 0, 1 },
    { "hue", VOLO_NUMBER_REAL, AT(augment.hue), 0, 90 },
    { "blur", VOLO_NUMBER_REAL, AT(augment.blur), 0, 1 },
    { "blur_sigma", VOLO_NUMBER_RANGE, AT(augment.blur_sigma), 0.01, VOLO_LIMIT_BLUR_SIGMA },
    { "erase", VOLO_NUMBER_REAL, AT(augment.erase), 0, 1 },
    { "erase_area", VOLO_NUMBER_RANGE, AT(augment.erase_area), 0, 1 },
};

static const VoloNumberRow loader_rows[] = {
    { "batch", VOLO_NUMBER_COUNT, AT(loader.batch), 1, VOLO_LIMIT_BATCH },
    { "threads", VOLO_NUMBER_INT, AT(loader.threads), 1, VOLO_LIMIT_LOADER_THREADS },
    { "ahead", VOLO_NUMBER_COUNT, AT(loader.ahead), 1, VOLO_LIMIT_LOADER_AHEAD },
    { "cache_mib", VOLO_NUMBER_MIB, AT(loader.cache_bytes), 0, 1 << 24 },
};
#undef AT

#define ROWS(rows) rows, sizeof rows / sizeof *rows
const VoloNumberGroup volo_number_groups[VOLO_NUMBER_GROUPS] = {
    { "sampling", ROWS(sampling_rows) },
    { "augment", ROWS(augment_rows) },
    { "loader", ROWS(loader_rows) },
};
#undef ROWS

/* The numbers of a row, one or two. */
static size_t read_numbers(const VoloNumberRow *row, const void *at, double number[2])
{
    const double *real = at;
    const size_t *side = at;

    switch (row->kind) {
    case VOLO_NUMBER_REAL:
        number[0] = *real;
        return 1;
    case VOLO_NUMBER_RANGE:
        number[0] = real[0];
        number[1] = real[1];
        return 2;
    case VOLO_NUMBER_COUNT:
        number[0] = (double)*side;
        return 1;
    case VOLO_NUMBER_INT:
        number[0] = *(const int *)at;
        return 1;
    case VOLO_NUMBER_SIDES:
        number[0] = (double)side[0];
        number[1] = (double)side[1];
        return 2;
    case VOLO_NUMBER_MIB:
        number[0] = (double)*side / 0x1p20;
        return 1;
    }
    return 0;
}

static VoloStatus check_row(const char *group, const VoloNumberRow *row, const void *at,
                            VoloError *err)
{
    double number[2] = { 0 };
    const size_t count = read_numbers(row, at, number);

    for (size_t i = 0; i < count; i++) {
        if (!(number[i] >= row->min && number[i] <= row->max))
            return volo_fail(err, VOLO_ERR_ARGUMENT, "%s.%s is %g, expected %g..%g", group,
                             row->name, number[i], row->min, row->max);
    }
    if (row->kind == VOLO_NUMBER_RANGE && number[0] > number[1])
        return volo_fail(err, VOLO_ERR_ARGUMENT, "%s.%s is %g to %g, expected the smaller first",
                         group, row->name, number[0], number[1]);
    return VOLO_OK;
}

/* What is no member of files: from the model, or from the way the program was started. */
static VoloStatus check_others(const VoloDataOptions *o, VoloError *err)
{
    for (size_t i = 0; i < 3; i++) {
        if (!isfinite(o->augment.mean[i]) || !(o->augment.std[i] > 0) ||
            !isfinite(o->augment.std[i]))
            return volo_fail(err, VOLO_ERR_ARGUMENT, "mean %g and std %g to normalise by",
                             (double)o->augment.mean[i], (double)o->augment.std[i]);
    }
    if (o->loader.ranks < 1 || o->loader.rank < 0 || o->loader.rank >= o->loader.ranks)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "there is no rank %d of %d", o->loader.rank,
                         o->loader.ranks);
    if (o->loader.position >= VOLO_POSITION_LIMIT / 2)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "position %llu is beyond the end of any training",
                         (unsigned long long)o->loader.position);
    return VOLO_OK;
}

VoloStatus volo_data_options_check(const VoloDataOptions *options, VoloError *err)
{
    for (size_t g = 0; g < VOLO_NUMBER_GROUPS; g++) {
        const VoloNumberGroup *group = &volo_number_groups[g];

        for (size_t i = 0; i < group->count; i++)
            VOLO_TRY(check_row(group->name, &group->rows[i],
                               (const char *)options + group->rows[i].offset, err));
    }
    return check_others(options, err);
}
