/* SPDX-License-Identifier: Apache-2.0 */
/* All files below a folder. */
#ifndef VOLO_BASE_FOLDER_WALK_H
#define VOLO_BASE_FOLDER_WALK_H

#include <volo/base.h>

/* Gets the path of a file below the folder: "aachen/a.png". */
typedef VoloStatus (*VoloFileFn)(const char *path, void *user);

/* Calls fn for every file below folder that is not a folder itself, in no certain order, links
 * followed, and stops at its first failure. Files and folders whose names begin with a dot are left
 * out. Errors: those of fn; IO; LIMIT (32 folders deep, a path over 4095 bytes). */
VoloStatus volo_folder_walk(const char *folder, VoloFileFn fn, void *user, VoloError *err);

/* Whether there is a folder at that path. */
bool volo_folder_exists(const char *path);

#endif
