/* SPDX-License-Identifier: Apache-2.0 */
/* Files that appear whole or not at all: written under a temporary name in the same folder, synced,
 * then renamed over the final name, and the folder synced. The only writer of output files. */
#ifndef VOLO_BASE_WRITE_FILE_H
#define VOLO_BASE_WRITE_FILE_H

#include <volo/base.h>

typedef struct VoloWriter VoloWriter;

/* Starts a file that will appear at path. On success *ret_writer must be ended by
 * volo_writer_commit or volo_writer_discard. Errors: IO (path named), MEMORY. */
VoloStatus volo_writer_open(const char *path, VoloWriter **ret_writer, VoloError *err);

/* Appends bytes. Sticky: after a failure later calls do nothing and commit reports it. */
void volo_writer_put(VoloWriter *w, const void *data, size_t bytes);

/* Syncs, renames and frees; on failure the temporary file is removed and path is as it was.
 * Errors: IO and SPACE (path named, ends with strerror). */
VoloStatus volo_writer_commit(VoloWriter *w, VoloError *err);

/* Removes the temporary file and frees; NULL is allowed. */
void volo_writer_discard(VoloWriter *w);

#endif
