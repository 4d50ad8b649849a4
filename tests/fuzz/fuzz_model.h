/* SPDX-License-Identifier: Apache-2.0 */
/* What the fuzz targets of the model readers share. */
#ifndef VOLO_TESTS_FUZZ_MODEL_H
#define VOLO_TESTS_FUZZ_MODEL_H

#include "fuzz/fuzz_input.h"

/* Opens the bytes as a model file, and reads every tensor of it. Ends the program when something is
 * not as weights.h promises: a file that opens has sound entries, one that does not has a message.
 */
void fuzz_model_open(const uint8_t *data, size_t bytes);

#endif
