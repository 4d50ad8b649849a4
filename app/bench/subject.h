/* SPDX-License-Identifier: Apache-2.0 */
/* The model that is measured: a file, or a random one of a named variant. */
#ifndef VOLO_APP_BENCH_SUBJECT_H
#define VOLO_APP_BENCH_SUBJECT_H

#include <volo/model.h>

#include "app/common/inference.h"

#include <limits.h>

typedef struct SubjectOptions {
    const char *variant; /* NULL: the model of the inference options */
    uint64_t classes;    /* of the random model; 0: SUBJECT_CLASSES */
} SubjectOptions;

#define SUBJECT_CLASSES 19
#define SUBJECT_ROW_COUNT 2
extern const OptionRow subject_rows[SUBJECT_ROW_COUNT];

typedef struct Subject {
    char path[PATH_MAX]; /* of the file to open */
    char folder[256];    /* temporary, or "" */
} Subject;

/* Settles the file, which becomes the inference's model, and forgets the peak of memory that came
 * before; a random model is written below $TMPDIR (else /tmp). Returns 0, or an exit code after a
 * message. subject_clear removes what was written; an open model does not need it. */
int subject_prepare(const Command *command, const SubjectOptions *options,
                    InferenceOptions *inference, Subject *ret);
void subject_clear(Subject *subject);

#endif
