/* SPDX-License-Identifier: Apache-2.0 */
/* What a program's exit code tells: one table of what was being worked on and how that failed. */
#ifndef VOLO_APP_EXIT_CODES_H
#define VOLO_APP_EXIT_CODES_H

#include <volo/base.h>

enum {
    EXIT_ALL_DONE = 0,
    EXIT_SOME_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_MODEL = 3,
    EXIT_DATA = 4,
    EXIT_RESOURCES = 5,
    EXIT_DIVERGED = 6,
    EXIT_INTERNAL = 70,
    EXIT_SIGNAL = 128, /* and the signal's number */
};

typedef enum ExitSubject {
    SUBJECT_START,  /* the environment and the machine */
    SUBJECT_MODEL,  /* a model file */
    SUBJECT_RECIPE, /* the options a new model is made from */
    SUBJECT_DATA,   /* a picture, a label table, a folder to read */
    SUBJECT_OUTPUT, /* a file or folder to write */
} ExitSubject;

int exit_code(ExitSubject subject, VoloStatus status);

/* Each prints a message on stderr and returns the exit code. */
int exit_refuse(ExitSubject subject, const VoloError *err);
int exit_no_memory(const char *what); /* "out of memory for what" */

#endif
