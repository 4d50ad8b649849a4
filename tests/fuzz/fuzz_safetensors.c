/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/fuzz_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    fuzz_model_open(data, bytes);
    return 0;
}
