/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of volo-viewer. */
#ifndef VOLO_VIEWER_VIEWER_OPTIONS_H
#define VOLO_VIEWER_VIEWER_OPTIONS_H

#include "app/common/inference.h"
#include "app/common/startup.h"

typedef struct MeasureOptions {
    bool measure; /* the operands, and print figures */
} MeasureOptions;

typedef struct ViewerOptions {
    MeasureOptions measure;
    InferenceOptions inference;
    GeneralOptions general;
    ExportOptions export;
} ViewerOptions;

extern const OptionGroup viewer_groups[];
extern const size_t viewer_group_count;

#endif
