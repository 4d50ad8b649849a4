/* SPDX-License-Identifier: Apache-2.0 */
/* A complete model, as small as models get, in each of the three containers. */
#ifndef VOLO_TESTS_WHOLE_MODEL_H
#define VOLO_TESTS_WHOLE_MODEL_H

#include "support/model_maker.h"
#include "support/scratch_dir.h"

typedef enum WholeModelKind {
    WHOLE_SAFETENSORS,
    WHOLE_ZIP,
    WHOLE_LEGACY,
    WHOLE_KINDS,
} WholeModelKind;

extern const char *const whole_model_ending[WHOLE_KINDS]; /* ".safetensors", ".pth", ".pth" */

/* The settings of the model, as a config.json beside it may say them. */
extern const char whole_model_config[];

/* The bytes of the model; out is zeroed, out->data the caller's to free(). The safetensors file
 * holds random weights and no settings; the torch files share one storage of ones among all
 * tensors. The folder is used for a file in between. */
void whole_model_build(const ScratchDir *dir, WholeModelKind kind, MakerBytes *out);

#endif
