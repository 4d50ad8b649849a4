/* SPDX-License-Identifier: Apache-2.0 */
/* What a label is decided by, for tests: the library itself never holds it in full. */
#ifndef VOLO_PIPELINE_SCORES_H
#define VOLO_PIPELINE_SCORES_H

#include <volo/session.h>

/* scores f32 [height,width,classes] of the picture: logits where it is seen once, else the mean of
 * all views' probabilities. Errors: as volo_session_segment. */
VoloStatus volo_session_scores(VoloSession *session, const VoloImage *image, float *scores,
                               VoloError *err);

#endif
