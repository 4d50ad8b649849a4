/* SPDX-License-Identifier: Apache-2.0 */
/* The folder of a training: which files are where, and that one process at a time writes there. */
#ifndef VOLO_APP_TRAIN_RUN_FOLDER_H
#define VOLO_APP_TRAIN_RUN_FOLDER_H

#include <volo/base.h>

typedef struct RunFolder {
    char *path, *config, *log, *last, *best, *states, *state, *curves_svg, *curves_png, *report;
    char *lock;
    int lock_fd; /* -1: not locked */
} RunFolder;

/* Fills the names. Errors: MEMORY. */
VoloStatus run_folder_name(RunFolder *f, const char *path, VoloError *err);
/* Makes the folder, locks it, and removes temporary files that a killed training left. Errors: IO
 * (also: in use by another run), SPACE. */
VoloStatus run_folder_lock(RunFolder *f, VoloError *err);
bool run_folder_has_state(const RunFolder *f);
/* Whether there is room for so many bytes. Errors: SPACE, IO. */
VoloStatus run_folder_check_room(const RunFolder *f, uint64_t bytes, VoloError *err);
/* Removes what an earlier training left. Errors: IO. */
VoloStatus run_folder_empty(const RunFolder *f, VoloError *err);
void run_folder_clear(RunFolder *f);

#endif
