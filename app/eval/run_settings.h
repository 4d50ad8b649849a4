/* SPDX-License-Identifier: Apache-2.0 */
/* The settings of an evaluation, from what it is about. */
#ifndef VOLO_APP_RUN_SETTINGS_H
#define VOLO_APP_RUN_SETTINGS_H

#include "app/common/inference.h"
#include "app/eval/eval_list.h"
#include "app/eval/eval_settings.h"

typedef struct RunSettings {
    const EvalList *list;
    const char *table; /* name or path of the classes */
    const MetricChoice *choice;
    VoloMetricOptions metrics;
    const InferenceOptions *inference; /* with the three below; NULL: ready-made predictions */
    const VoloModel *model;
    const VoloLabelMap *map;
    const char *model_sha256;
} RunSettings;

/* ret_text->text is the caller's (settings_clear). Errors: MEMORY. */
VoloStatus run_settings_write(const RunSettings *from, SettingsText *ret_text, VoloError *err);

#endif
