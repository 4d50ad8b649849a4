/* SPDX-License-Identifier: Apache-2.0 */
/* The option rows of volo-viewer. */
#include "app/viewer/viewer_options.h"

#define FIELD(name) offsetof(ViewerOptions, name)

const OptionGroup viewer_groups[] = {
    { "Inference", inference_rows, INFERENCE_ROW_COUNT, FIELD(inference) },
    { "General", startup_general_rows, STARTUP_GENERAL_ROW_COUNT, FIELD(general) },
    { NULL, startup_export_rows, 1, FIELD(export) },
};
const size_t viewer_group_count = sizeof viewer_groups / sizeof *viewer_groups;
#undef FIELD
