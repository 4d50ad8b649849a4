/* SPDX-License-Identifier: Apache-2.0 */
/* What the fuzz targets share: their entry point, a path for bytes in memory, and promises. */
#ifndef VOLO_TESTS_FUZZ_INPUT_H
#define VOLO_TESTS_FUZZ_INPUT_H

#include <volo/base.h>

/* The entry point that libFuzzer and standalone.c call. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

/* A path at which the engine finds these bytes until the next call; static. Behind it stands a
 * file in memory (input_memfd.c), or in a search the bytes themselves (input_memory.c). */
const char *fuzz_input_path(const uint8_t *data, size_t bytes);

/* The same, and it is always a file, which may be written to. */
const char *fuzz_file_path(const uint8_t *data, size_t bytes);

/* Ends the program with what when ok is false. */
void fuzz_must(bool ok, const char *what);
/* A refusal has a message of one line, and one of the statuses of a reader. */
void fuzz_must_explain(VoloStatus status, const VoloError *err);

#endif
