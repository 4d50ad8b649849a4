/* SPDX-License-Identifier: Apache-2.0 */
/* entropy: that of the softmax at each pixel as a grey level, 255 for the largest there can be. */
#include <volo/impl/dump_class.h>

static VoloStatus write(const VoloDumpInput *input, const char *path, VoloError *err)
{
    return volo_dump_write_parts(input, volo_confidence_entropy(input->confidence), path, err);
}

VOLO_DUMP(entropy) = {
    .name = "entropy",
    .summary = "the entropy of the softmax as grey levels, 255 for all classes alike",
    .write = write,
    .needs_confidence = true,
};
