/* SPDX-License-Identifier: Apache-2.0 */
/* Choosing CPU levels. */
#include "app/bench/level_option.h"

#include <volo/impl/bench.h>

#include "app/common/exit_codes.h"
#include "app/common/messages.h"

#include <string.h>

static const char *const names[] = { "base", "v3", "v4" };

static VoloStatus parse_level(const OptionRow *row, const char *text, void *field, VoloError *err)
{
    int index;
    const VoloStatus status = option_choice(row, text, &index, err);

    if (!status)
        *(int *)field = 1 + index;
    return status;
}

const OptionRow level_rows[LEVEL_ROW_COUNT] = {
    { "level", 'l', parse_level, "base|v3|v4",
      "measure one CPU level (default: all that the machine has)", offsetof(LevelOptions, level),
      WORDS_CHOICES, 0, 0 },
};

bool level_is_wanted(const LevelOptions *options, const char *level)
{
    return options->level == 0 || strcmp(level, names[options->level - 1]) == 0;
}

int level_check(const LevelOptions *options)
{
    if (options->level == 0 || volo_bench_has_level(names[options->level - 1]))
        return 0;
    message_error("--level: this machine has no CPU level %s", names[options->level - 1]);
    return EXIT_USAGE;
}
