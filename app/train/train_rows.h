/* SPDX-License-Identifier: Apache-2.0 */
/* The options of volo-train run beside those of the data. */
#ifndef VOLO_APP_TRAIN_TRAIN_ROWS_H
#define VOLO_APP_TRAIN_TRAIN_ROWS_H

#include <volo/train.h>

#include "app/common/options.h"

/* Rows into a VoloTrainOptions, in groups: network, optimizer and schedule, loss, memory and
 * regularisation, along the way. */
#define NETWORK_ROW_COUNT 8
#define OPTIMIZER_ROW_COUNT 19
#define LOSS_ROW_COUNT 8
#define COURSE_ROW_COUNT 8
extern const OptionRow network_rows[NETWORK_ROW_COUNT], optimizer_rows[OPTIMIZER_ROW_COUNT],
    loss_rows[LOSS_ROW_COUNT], course_rows[COURSE_ROW_COUNT];

#endif
