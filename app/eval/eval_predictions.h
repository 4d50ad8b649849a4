/* SPDX-License-Identifier: Apache-2.0 */
/* run --save-pred: predictions as label files, DIR/<kind>/<folders of the pair>/<stem>.png, which
 * score reads. */
#ifndef VOLO_APP_EVAL_PREDICTIONS_H
#define VOLO_APP_EVAL_PREDICTIONS_H

#include "app/eval/eval_list.h"

/* Where the prediction of a pair goes; the caller's (free). NULL: memory is refused. */
char *prediction_path(const char *folder, const VoloLabelSpace *space, const VoloPair *pair);

/* Refuses to overwrite any file of the list, and makes the folder. Returns 0 or an exit code. */
int predictions_prepare(const char *folder, const EvalList *list);

/* Writes raw values u8 [height,width]. Errors: IO, SPACE, MEMORY. Any thread. */
VoloStatus prediction_write(const char *folder, const VoloLabelSpace *space, const VoloPair *pair,
                            size_t height, size_t width, const uint8_t *raw, VoloError *err);

#endif
