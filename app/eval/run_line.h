/* SPDX-License-Identifier: Apache-2.0 */
/* The way of the pairs of `run`: the next ones are read while the network is at one, and the last
 * ones are counted and kept. */
#ifndef VOLO_APP_RUN_LINE_H
#define VOLO_APP_RUN_LINE_H

#include <volo/session.h>

#include "app/eval/tally.h"

typedef struct RunLine {
    VoloSession *session;
    const VoloLabelMap *map;
    VoloMetricOptions metrics;
    const char *save; /* folder of predictions, or NULL */
    Tally *tally;
} RunLine;

/* Works through the tally's todo. Returns 0, or an exit code after a message when it could not
 * begin; all else is told to the tally. */
int run_line(const RunLine *line);

#endif
