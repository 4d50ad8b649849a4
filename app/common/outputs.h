/* SPDX-License-Identifier: Apache-2.0 */
/* Where results go: DIR/<kind>/<folder below the argument>/<stem>.png, checked as a whole before
 * any work: no two inputs share an output, and no output is an input, under whatever name. */
#ifndef VOLO_APP_OUTPUTS_H
#define VOLO_APP_OUTPUTS_H

#include "app/common/inputs.h"

typedef struct Outputs {
    const char *folder;      /* DIR */
    const char *const *kind; /* [kind_count] names of dump formats, in the order of writing */
    size_t kind_count;
} Outputs;

/* The path for an input and a kind; the caller's (free). NULL when memory is refused. */
char *output_path(const Outputs *outputs, const char *kind, const Input *input);

/* Ids of DIR and of each DIR/<registered kind> that exist: never to be walked as input. The array
 * is the caller's (free), NULL (and 0) when memory is refused. */
FileId *output_folders(const char *folder, size_t *ret_count);

/* Refuses clashes (ARGUMENT, both inputs named) and outputs that are an input or one of the further
 * files (NULL for none), which the run reads too. extra: one more output, or NULL.
 * Errors: ARGUMENT, MEMORY. */
VoloStatus outputs_check(const Outputs *outputs, const InputList *list, const char *extra,
                         const char *const *further, size_t further_count, VoloError *err);

/* Makes the folder of a path and those above it. Errors: IO, SPACE. */
VoloStatus output_make_folders(const char *path, VoloError *err);

/* Makes DIR/<kind> for each kind and makes sure that files can be written there. Errors: IO, SPACE.
 */
VoloStatus outputs_prepare(const Outputs *outputs, VoloError *err);

/* The folder of path exists and can be written to, and path is not a folder. Errors: IO. */
VoloStatus output_check_file(const char *path, VoloError *err);

#endif
