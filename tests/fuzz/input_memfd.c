/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/fuzz_input.h"

const char *fuzz_input_path(const uint8_t *data, size_t bytes)
{
    return fuzz_file_path(data, bytes);
}
