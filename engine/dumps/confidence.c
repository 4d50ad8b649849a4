/* SPDX-License-Identifier: Apache-2.0 */
/* confidence: the share of each label in the softmax as a grey level, 255 for 1. */
#include <volo/impl/dump_class.h>

static VoloStatus write(const VoloDumpInput *input, const char *path, VoloError *err)
{
    return volo_dump_write_parts(input, volo_confidence_shares(input->confidence, 0), path, err);
}

VOLO_DUMP(confidence) = {
    .name = "confidence",
    .summary = "the share of each label in the softmax as grey levels, 255 for 1",
    .write = write,
    .needs_confidence = true,
};
