/* SPDX-License-Identifier: Apache-2.0 */
/* The pictures a run works on: arguments and lists, folders walked, in a fixed order. */
#ifndef VOLO_APP_INPUTS_H
#define VOLO_APP_INPUTS_H

#include <volo/base.h>

#include <sys/types.h>

/* A file, whatever it is called. */
typedef struct FileId {
    dev_t device;
    ino_t inode;
} FileId;

bool file_id(const char *path, FileId *ret); /* symlinks followed; false: no such file */
int file_id_compare(const void *a, const void *b);

typedef struct Input {
    char *path;    /* as given, or argument/path below it */
    char *folder;  /* below the argument, "" or "aachen/1": mirrored in the output */
    char *problem; /* what was wrong with it while walking, or NULL */
} Input;

typedef struct InputList {
    Input *item;
    size_t count, room;
    const FileId *skip; /* folders that are never walked into: the run's own output; borrowed */
    size_t skip_count;
} InputList;

/* Adds a picture, or the pictures below a folder (endings png jpg jpeg ppm pgm in any case; names
 * that begin with a dot are left out; sorted by bytes; links to folders are followed, but never
 * back to a folder on the way). A folder that cannot be read is added as an input with a problem.
 * Errors: MEMORY, CANCELLED (by a signal). */
VoloStatus input_list_add(InputList *list, const char *argument, VoloError *err);

/* Adds what a file ("-": stdin) names, one argument a line, or ended by NUL bytes.
 * Errors: IO, MEMORY, CANCELLED. */
VoloStatus input_list_add_from(InputList *list, const char *path, bool nul, VoloError *err);

void input_list_clear(InputList *list);

#endif
