/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of the data's options, and how they are laid over a configuration. */
#include "app/train/data_options.h"

#include "app/common/exit_codes.h"
#include "app/common/numbers.h"
#include "app/train/set_text.h"

#include <string.h>

static VoloStatus parse_set(const OptionRow *row, const char *text, void *field, VoloError *err)
{
    SetTexts *const sets = field;

    (void)row;
    if (sets->count == DATA_MAX_SETS)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "more than %d data sets", DATA_MAX_SETS);
    sets->text[sets->count++] = text;
    return VOLO_OK;
}

static VoloStatus parse_real(const OptionRow *row, const char *text, void *field, VoloError *err)
{
    GivenReal *const real = field;

    (void)row;
    real->given = number_parse_real(text, 0, 1e6, &real->value);
    if (!real->given)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "'%s' is not a number such as 0.5", text);
    return VOLO_OK;
}

/* A,B or one number for both */
static VoloStatus parse_range(const OptionRow *row, const char *text, void *field, VoloError *err)
{
    GivenRange *const range = field;
    const size_t first = strcspn(text, ",");
    char low[32];

    (void)row;
    if (first < sizeof low) {
        memcpy(low, text, first);
        low[first] = '\0';
        range->given =
            number_parse_real(low, 0, 1e6, &range->value[0]) &&
            number_parse_real(text[first] ? text + first + 1 : low, 0, 1e6, &range->value[1]);
    }
    if (!range->given)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "'%s' is not two numbers such as 0.5,2", text);
    return VOLO_OK;
}

static VoloStatus parse_seed(const OptionRow *row, const char *text, void *field, VoloError *err)
{
    AugmentOptions *const o = (AugmentOptions *)((char *)field - offsetof(AugmentOptions, seed));

    o->seed.given = true;
    return option_count(row, text, &o->seed.value, err);
}

const OptionRow data_rows[DATA_ROW_COUNT] = {
    { "config", 'c', option_text, "FILE",
      "JSON file that describes the training; options stand above it",
      offsetof(DataOptions, config), WORDS_FILE, 0, 0 },
    { "data", 'd', parse_set, "SET",
      "a data set to train on, as often as wanted: NAME:DIR or "
      "images=DIR,masks=DIR,table=NAME|FILE, "
      "then any of ,split=NAME ,weight=W ,labels=auto|trainid|coarse|FILE ,kind=KIND ,size=HxW",
      offsetof(DataOptions, sets[VOLO_DATA_TRAINING]), WORDS_NONE, 0, 0 },
    { "val", 0, parse_set, "SET", "a data set to validate on, as for --data",
      offsetof(DataOptions, sets[VOLO_DATA_VALIDATION]), WORDS_NONE, 0, 0 },
    { "classes", 0, option_text, "NAME|FILE",
      "the classes that are learnt: those of a data set, or a label table (default: those of the "
      "sets when they agree, else cityscapes)",
      offsetof(DataOptions, classes), WORDS_DATASETS, 0, 0 },
};

#define AT(field) offsetof(AugmentOptions, field), WORDS_NONE, 0, 0
const OptionRow augment_rows[AUGMENT_ROW_COUNT] = {
    { "crop", 0, option_size, "HxW", "size of a sample in pixels (default: 512x512)", AT(crop) },
    { "scale", 0, parse_range, "A,B", "pictures are scaled by A to B (default: 0.5,2)", AT(scale) },
    { "cat-max-ratio", 0, parse_real, "R",
      "draw a crop anew, up to 10 times, in which one class has this share (default: 0.75)",
      AT(cat_max_ratio) },
    { "flip", 0, parse_real, "P", "probability of mirroring (default: 0.5)", AT(flip) },
    { "photometric", 0, parse_real, "P",
      "probability of each of brightness, contrast, saturation and hue (default: 0.5)",
      AT(photometric) },
    { "brightness", 0, parse_real, "N", "up to N levels brighter or darker (default: 32)",
      AT(brightness) },
    { "contrast", 0, parse_real, "C", "levels times 1-C to 1+C (default: 0.5)", AT(contrast) },
    { "saturation", 0, parse_real, "S", "saturation times 1-S to 1+S (default: 0.5)",
      AT(saturation) },
    { "hue", 0, parse_real, "N", "hue up to N off, of 180 around the circle (default: 18)",
      AT(hue) },
    { "blur", 0, parse_real, "P", "probability of a Gaussian blur (default: 0.1)", AT(blur) },
    { "blur-sigma", 0, parse_range, "A,B", "its sigma in pixels (default: 0.3,1.2)",
      AT(blur_sigma) },
    { "erase", 0, parse_real, "P", "probability of erasing a box (default: 0.1)", AT(erase) },
    { "erase-area", 0, parse_range, "A,B", "the box's share of the sample (default: 0.02,0.1)",
      AT(erase_area) },
    { "no-augment", 0, option_set, NULL,
      "none of these but the crop, unless given: pictures at their own scale and colours",
      AT(none) },
    { "rare", 0, parse_real, "P",
      "share of samples drawn for a class that is rare, with a crop that holds it (default: 0)",
      AT(rare) },
    { "rare-temperature", 0, parse_real, "T",
      "how much rarer classes are preferred: softmax((1-f)/T), f their shares (default: 0.01)",
      AT(rare_temperature) },
    { "seed", 0, parse_seed, "N", "of all random numbers (default: 0)",
      offsetof(AugmentOptions, seed), WORDS_NONE, 0, UINT64_C(1) << 53 },
};
#undef AT

/* --- laid over a configuration ---------------------------------------------------------------- */

static void set_real(double *to, GivenReal from)
{
    if (from.given)
        *to = from.value;
}

static void set_range(double to[2], GivenRange from)
{
    if (from.given)
        memcpy(to, from.value, sizeof from.value);
}

static void take_all_away(VoloAugment *a)
{
    a->scale[0] = a->scale[1] = 1;
    a->cat_max_ratio = 1;
    a->flip = a->photometric = a->blur = a->erase = 0;
}

static void lay_augment(const AugmentOptions *o, VoloDataOptions *to)
{
    VoloAugment *const a = &to->augment;

    if (o->none)
        take_all_away(a);
    if (o->crop[0])
        memcpy(a->crop, o->crop, sizeof a->crop);
    set_range(a->scale, o->scale);
    set_real(&a->cat_max_ratio, o->cat_max_ratio);
    set_real(&a->flip, o->flip);
    set_real(&a->photometric, o->photometric);
    set_real(&a->brightness, o->brightness);
    set_real(&a->contrast, o->contrast);
    set_real(&a->saturation, o->saturation);
    set_real(&a->hue, o->hue);
    set_real(&a->blur, o->blur);
    set_range(a->blur_sigma, o->blur_sigma);
    set_real(&a->erase, o->erase);
    set_range(a->erase_area, o->erase_area);
    set_real(&to->sampling.rare, o->rare);
    set_real(&to->sampling.rare_temperature, o->rare_temperature);
    if (o->seed.given)
        to->sampling.seed = o->seed.value;
}

/* Sets of the command line take the place of those of the file. */
static int lay_sets(const Command *command, const DataOptions *o, VoloDataConfig *config)
{
    static const char *const option[] = { "data", "val" };
    VoloError err;

    for (int role = 0; role < 2; role++) {
        const SetTexts *sets = &o->sets[role];

        if (sets->count > 0)
            volo_data_config_drop(config, (VoloDataRole)role);
        for (size_t i = 0; i < sets->count; i++) {
            if (set_text_add(config, (VoloDataRole)role, sets->text[i], &err))
                return options_misused(command, "--%s: %s", option[role], err.message);
        }
    }
    return 0;
}

static int load(const Command *command, const DataOptions *data, const AugmentOptions *augment,
                VoloDataConfig *config)
{
    VoloDataOptions *const to = volo_data_config_options(config);
    VoloError err;

    if (data->config && volo_data_config_read(config, data->config, &err))
        return exit_refuse(SUBJECT_DATA, &err);
    const int code = lay_sets(command, data, config);
    if (code)
        return code;
    if (data->classes)
        to->classes = data->classes;
    if (augment)
        lay_augment(augment, to);
    if (volo_data_options_check(to, &err))
        return options_misused(command, "%s", err.message);
    if (to->sets[VOLO_DATA_TRAINING].count == 0 && to->sets[VOLO_DATA_VALIDATION].count == 0)
        return options_misused(command, "no data: give --data or --config");
    return 0;
}

int data_options_load(const Command *command, const DataOptions *data,
                      const AugmentOptions *augment, VoloDataConfig **ret_config)
{
    VoloDataConfig *config = NULL;
    VoloError err;

    if (volo_data_config_new(&config, &err))
        return exit_refuse(SUBJECT_START, &err);
    const int code = load(command, data, augment, config);
    if (code)
        volo_data_config_free(config);
    else
        *ret_config = config;
    return code;
}
