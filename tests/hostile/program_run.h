/* SPDX-License-Identifier: Apache-2.0 */
/* Runs one of the programs and tells how it ended, what it said and what it took. */
#ifndef VOLO_TESTS_PROGRAM_RUN_H
#define VOLO_TESTS_PROGRAM_RUN_H

#include <stdbool.h>

typedef struct ProgramRun {
    int code;       /* exit code; -1: ended by a signal */
    double seconds; /* of processor time */
    long peak_kib;  /* resident */
    char output[4096], errors[4096];
} ProgramRun;

/* argv ends with NULL; argv[0] is a name in the folder $VOLO_PROGRAMS. A program that hangs is
 * ended by SIGALRM after a minute. With unprivileged it runs as nobody. Failures end the test. */
void program_run(const char *const *argv, bool unprivileged, ProgramRun *ret_run);

/* Whether the programs carry a sanitizer, under which time and memory mean nothing. */
bool program_is_sanitized(void);

#endif
