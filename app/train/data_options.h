/* SPDX-License-Identifier: Apache-2.0 */
/* The options that describe the data of a training: they stand above what --config says. */
#ifndef VOLO_APP_TRAIN_DATA_OPTIONS_H
#define VOLO_APP_TRAIN_DATA_OPTIONS_H

#include <volo/train_data.h>

#include "app/common/options.h"

#define DATA_MAX_SETS 64

typedef struct GivenReal {
    bool given;
    double value;
} GivenReal;

typedef struct GivenRange {
    bool given;
    double value[2];
} GivenRange;

typedef struct SetTexts {
    const char *text[DATA_MAX_SETS];
    size_t count;
} SetTexts;

/* Which pictures. */
typedef struct DataOptions {
    const char *config; /* JSON file; NULL: none */
    SetTexts sets[2];   /* by VoloDataRole */
    const char *classes;
} DataOptions;

#define DATA_ROW_COUNT 4
extern const OptionRow data_rows[DATA_ROW_COUNT];

/* What becomes of them. */
typedef struct AugmentOptions {
    bool none;      /* --no-augment */
    size_t crop[2]; /* 0: not given */
    GivenRange scale, blur_sigma, erase_area;
    GivenReal cat_max_ratio, flip, photometric, brightness, contrast, saturation, hue, blur, erase;
    GivenReal rare, rare_temperature;
    struct {
        bool given;
        uint64_t value;
    } seed;
} AugmentOptions;

#define AUGMENT_ROW_COUNT 17
extern const OptionRow augment_rows[AUGMENT_ROW_COUNT];

/* The configuration that file and options describe; augment may be NULL. Returns 0, or an exit code
 * after a message. On success *ret_config is the caller's (volo_data_config_free). */
int data_options_load(const Command *command, const DataOptions *data,
                      const AugmentOptions *augment, VoloDataConfig **ret_config);

#endif
