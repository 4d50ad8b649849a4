/* SPDX-License-Identifier: Apache-2.0 */
/* A folder for one test, below $TMPDIR, removed with all it holds. Failures end the test. */
#ifndef VOLO_TESTS_SCRATCH_DIR_H
#define VOLO_TESTS_SCRATCH_DIR_H

#include <stddef.h>

typedef struct ScratchDir {
    char path[256];
} ScratchDir;

void scratch_dir_init(ScratchDir *dir);
void scratch_dir_clear(ScratchDir *dir);

/* For cmocka: *state is a ScratchDir, for each test or for a group. */
int scratch_setup(void **state);
int scratch_teardown(void **state);

/* "PATH/name", in one of eight static buffers. */
const char *scratch_path(const ScratchDir *dir, const char *name);
/* Writes a file of that name; returns its path as scratch_path does. */
const char *scratch_write(const ScratchDir *dir, const char *name, const void *data, size_t bytes);

#endif
