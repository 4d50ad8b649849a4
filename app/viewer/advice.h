/* SPDX-License-Identifier: Apache-2.0 */
/* What somebody can do about a failure, in a line. */
#ifndef VOLO_VIEWER_ADVICE_H
#define VOLO_VIEWER_ADVICE_H

#include <volo/base.h>

/* What was being done. */
typedef enum VoloEffort {
    VOLO_EFFORT_PICTURE, /* reading it */
    VOLO_EFFORT_MODEL,   /* opening it */
    VOLO_EFFORT_NETWORK, /* running it */
    VOLO_EFFORT_LABELS,  /* reading a truth or a prediction */
    VOLO_EFFORT_COMPARISON,
    VOLO_EFFORTS,
} VoloEffort;

/* Translated; static. MISSING: a file that is not there. */
const char *volo_advice(VoloEffort effort, VoloStatus status);

#endif
