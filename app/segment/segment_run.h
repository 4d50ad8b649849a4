/* SPDX-License-Identifier: Apache-2.0 */
/* One run of volo-segment: model, pictures, results. */
#ifndef VOLO_APP_SEGMENT_RUN_H
#define VOLO_APP_SEGMENT_RUN_H

#include "app/common/outputs.h"
#include "app/segment/segment_options.h"

/* Segments all inputs. Returns the exit code, after messages. */
int segment_run(const SegmentOptions *o, const InputList *inputs, const Outputs *outputs);

#endif
