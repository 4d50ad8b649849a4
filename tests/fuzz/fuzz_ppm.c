/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/fuzz_picture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    fuzz_picture_load(data, bytes);
    return 0;
}
