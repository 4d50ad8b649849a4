/* SPDX-License-Identifier: Apache-2.0 */
/* --level LEVEL: one CPU level instead of all that the machine has. */
#ifndef VOLO_APP_BENCH_LEVEL_OPTION_H
#define VOLO_APP_BENCH_LEVEL_OPTION_H

#include "app/common/options.h"

typedef struct LevelOptions {
    int level; /* 1 + index of the level; 0: all */
} LevelOptions;

#define LEVEL_ROW_COUNT 1
extern const OptionRow level_rows[LEVEL_ROW_COUNT];

bool level_is_wanted(const LevelOptions *options, const char *level);

/* 0, or an exit code after a message: the machine lacks the level. */
int level_check(const LevelOptions *options);

#endif
