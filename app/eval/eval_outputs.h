/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that volo-eval writes about a finished evaluation: on stdout, into files, a report. */
#ifndef VOLO_APP_EVAL_OUTPUTS_H
#define VOLO_APP_EVAL_OUTPUTS_H

#include <volo/eval_report.h>
#include <volo/result.h>

#include "app/common/options.h"

typedef enum OutputForm {
    OUTPUT_TABLE,
    OUTPUT_JSON,
    OUTPUT_CSV,
    OUTPUT_MARKDOWN,
    OUTPUT_NOTHING, /* --quiet; not asked for by an option of its own */
} OutputForm;

/* The options, shared by run, score and merge. */
typedef struct OutputOptions {
    int form;                    /* OutputForm: what is printed on stdout */
    const char *cityscapes_json; /* file, or NULL */
    const char *per_image;       /* CSV file, or NULL */
    const char *report;          /* folder, or NULL; made if it is not there */
    uint64_t worst;              /* panels of the report */
} OutputOptions;

#define OUTPUT_OPTIONS_INIT                                                                        \
    {                                                                                              \
        .worst = 20                                                                                \
    }

#define EVAL_OUTPUT_ROW_COUNT 7
extern const OptionRow eval_output_rows[EVAL_OUTPUT_ROW_COUNT]; /* offsets in OutputOptions */

/* Before any work: that there is a folder for every output and that it can be written, and that the
 * outputs suit the space. Makes the report's folder. space may be NULL when it is not known yet.
 * Returns 0 or an exit code, after a message. */
int eval_outputs_prepare(const OutputOptions *options, const VoloLabelSpace *space);

/* Writes everything that was asked for, and into folder (NULL: none; it exists) result.json,
 * result.csv, result.md and images.csv. picture shows the worst pictures of the report; it may be
 * NULL. Returns 0 or an exit code, after a message; what could be written is there all the same. */
int eval_outputs_write(const OutputOptions *options, const char *folder, const VoloResult *result,
                       VoloReportPictureFn picture, void *user);

#endif
