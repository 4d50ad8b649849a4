/* SPDX-License-Identifier: Apache-2.0 */
/* The option rows of volo-viewer. */
#include "app/viewer/viewer_options.h"

#define FIELD(name) offsetof(ViewerOptions, name)

static const OptionRow measure_rows[] = {
    { "measure", 0, option_set, NULL,
      "open the pictures, segment them, move opacity and zoom, print how long a user would have "
      "waited, and stop",
      offsetof(MeasureOptions, measure), WORDS_NONE, 0, 0 },
};

const OptionGroup viewer_groups[] = {
    { "Inference", inference_rows, INFERENCE_ROW_COUNT, FIELD(inference) },
    { "Measuring", measure_rows, 1, FIELD(measure) },
    { "General", startup_general_rows, STARTUP_GENERAL_ROW_COUNT, FIELD(general) },
    { NULL, startup_export_rows, 1, FIELD(export) },
};
const size_t viewer_group_count = sizeof viewer_groups / sizeof *viewer_groups;
#undef FIELD
