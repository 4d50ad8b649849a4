/* SPDX-License-Identifier: Apache-2.0 */
/* What volo-viewer does with --measure instead of waiting for somebody. */
#ifndef VOLO_VIEWER_MEASURE_PROGRAM_H
#define VOLO_VIEWER_MEASURE_PROGRAM_H

#include "app/viewer/application.h"

/* Opens a window of 1280x800, measures it (measure.h) with the pictures of these paths, and prints
 * the report on standard output. Returns the exit code: 0, or another when a step failed. */
int volo_measure_program(VoloApplication *application, int count, char **paths);

#endif
