/* SPDX-License-Identifier: Apache-2.0 */
/* What volo-model info prints, for people and as JSON. */
#ifndef VOLO_APP_INFO_REPORT_H
#define VOLO_APP_INFO_REPORT_H

#include <volo/model.h>

typedef struct InfoReport {
    VoloModel *model;
    const VoloModelInfo *info;
    const char *sha256;
    bool tensors;            /* list those of the file */
    size_t n, height, width; /* of the input that cost is for */
    VoloCost cost;
    const VoloStage *stage; /* [stage_count] */
    size_t stage_count;     /* 0: there is no head, so nothing that could be run */
} InfoReport;

void info_report_text(const InfoReport *report);
void info_report_json(const InfoReport *report);

/* All that is registered. */
void info_registries_text(void);
void info_registries_json(void);

#endif
