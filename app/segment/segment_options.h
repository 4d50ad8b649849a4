/* SPDX-License-Identifier: Apache-2.0 */
/* What volo-segment can be asked for. */
#ifndef VOLO_APP_SEGMENT_OPTIONS_H
#define VOLO_APP_SEGMENT_OPTIONS_H

#include "app/common/inference.h"
#include "app/common/progress.h"
#include "app/common/startup.h"

#define SEGMENT_MAX_KINDS 16

typedef struct SegmentOptions {
    GeneralOptions general;
    ExportOptions export;
    InferenceOptions inference;
    const char *out; /* folder */
    struct {
        const char *kind[SEGMENT_MAX_KINDS]; /* names of dump formats, each once */
        size_t count;
    } write;
    double opacity;      /* of overlays, 0..1 */
    const char *dataset; /* a name or a file; NULL: the model's own classes */
    const char *dump_tensors;
    const char *files_from; /* a file or "-" */
    bool nul;               /* names in files_from end with NUL */
    bool raw_orientation;
    uint64_t max_pixels; /* 0: the library's limit */
    uint64_t batch;      /* pictures of one size at once; 0: 1 */
    bool no_overlap;
    bool fail_fast, dry_run, list;
    bool json, csv;
    int progress; /* ProgressStyle */
} SegmentOptions;

#define SEGMENT_OPTIONS_INIT                                                                       \
    {                                                                                              \
        .out = "volo-out", .opacity = 0.5                                                          \
    }

extern const OptionGroup segment_groups[];
extern const size_t segment_group_count;

/* What no single row can see. Returns 0 or EXIT_USAGE after a message. */
int segment_options_check(const Command *command, const SegmentOptions *o, int operand_count);

#endif
