/* SPDX-License-Identifier: Apache-2.0 */
/* What the reader of a training's own settings needs to know of the data side of the file. */
#ifndef VOLO_TRAIN_DATA_CONFIG_H
#define VOLO_TRAIN_DATA_CONFIG_H

#include <volo/train_data.h>

/* Whether the member of a training's file is read by volo_data_config_read. */
bool volo_data_config_reads(const char *key);

#endif
