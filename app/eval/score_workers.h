/* SPDX-License-Identifier: Apache-2.0 */
/* The threads of `score`: each takes one pair after the other; what they counted is taken in the
 * order of the list, whatever their number. */
#ifndef VOLO_APP_SCORE_WORKERS_H
#define VOLO_APP_SCORE_WORKERS_H

#include "app/eval/tally.h"

/* Works through the tally's todo. Returns 0, or an exit code after a message when it could not
 * begin; all else is told to the tally. */
int score_all(Tally *tally, const VoloMetricOptions *metrics, size_t threads);

#endif
