/* SPDX-License-Identifier: Apache-2.0 */
/* What volo-segment prints about a picture: a short table, a JSON line, or CSV rows. */
#ifndef VOLO_APP_SEGMENT_REPORT_H
#define VOLO_APP_SEGMENT_REPORT_H

#include <volo/dataset.h>
#include <volo/mask.h>

#include "app/common/outputs.h"
#include "app/segment/segment_options.h"

typedef struct SegmentReport {
    const Input *input;
    const Outputs *outputs;
    size_t height, width;        /* of the picture; 0: it was not opened (--list) */
    const VoloMask *mask;        /* NULL: it was not segmented (--list, --dry-run) */
    const VoloClassTable *table; /* with mask */
    double seconds;              /* with mask: reading, network and writing, without waiting */
} SegmentReport;

/* The first line of CSV; nothing otherwise. */
void segment_report_begin(const SegmentOptions *o);
/* Returns 0, or an exit code when standard output does not take it. */
int segment_report(const SegmentOptions *o, const SegmentReport *report);
/* The outputs of one input, for --list. */
int segment_report_list(const SegmentOptions *o, const SegmentReport *report);

#endif
