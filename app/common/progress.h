/* SPDX-License-Identifier: Apache-2.0 */
/* How far a run has come, on stderr: a bar on a terminal, else a line every ten seconds. */
#ifndef VOLO_APP_PROGRESS_H
#define VOLO_APP_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

typedef enum ProgressStyle { /* in the order of PROGRESS_STYLES */
    PROGRESS_AUTO,           /* bar on a terminal, else plain */
    PROGRESS_BAR,            /* drawn on a terminal only, else plain */
    PROGRESS_PLAIN,
    PROGRESS_JSON, /* JSON Lines: one when a picture is done, and at most one a second between */
    PROGRESS_NONE,
} ProgressStyle;

#define PROGRESS_STYLES "auto|bar|plain|json|none"

typedef struct Progress {
    ProgressStyle style;
    size_t total, begun, done; /* pictures; of those begun and not done the last is the present one,
                                * the others wait for something else */
    const char *name;          /* of the present one; borrowed */
    double share;              /* of the present one, 0..1 */
    double start, last;        /* of the run, of the last line; seconds */
    bool drawn;                /* a bar stands on the terminal */
    const char *things;        /* what is counted; NULL: pictures */
    const char *(*note)(void *user); /* what else is known by now, "" for nothing; or NULL */
    void *note_user;
} Progress;

void progress_init(Progress *p, ProgressStyle style, size_t total);
void progress_begin(Progress *p, const char *name);
void progress_update(Progress *p, double share);
void progress_end(Progress *p, const char *name); /* the first one not done is, well or not */
void progress_clear(void *p); /* takes the bar away, until the next update; p is a Progress */

#endif
