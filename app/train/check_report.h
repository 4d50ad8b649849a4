/* SPDX-License-Identifier: Apache-2.0 */
/* What a check of the data found, as text for people or as JSON. */
#ifndef VOLO_APP_TRAIN_CHECK_REPORT_H
#define VOLO_APP_TRAIN_CHECK_REPORT_H

#include <volo/train_data.h>

/* Findings of a kind that are listed in the text. */
#define CHECK_REPORT_FIRST 10

/* On stdout. most: findings of each kind that are listed. */
void check_report_text(const VoloDataCheck *check, size_t most);
void check_report_json(const VoloDataCheck *check);

#endif
