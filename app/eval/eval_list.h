/* SPDX-License-Identifier: Apache-2.0 */
/* The pairs an evaluation is about: a data set, or those of it that a list names. Positions count
 * them in the order of their names; the order of work may be another. */
#ifndef VOLO_APP_EVAL_LIST_H
#define VOLO_APP_EVAL_LIST_H

#include <volo/dataset.h>

#include "app/eval/eval_options.h"

typedef enum EvalImages {
    IMAGES_NEEDED,
    IMAGES_IF_THERE, /* to be shown; what is counted does not depend on them */
    IMAGES_NONE,
} EvalImages;

typedef struct EvalList {
    VoloDataset *dataset;
    size_t count;
    uint32_t *pair;  /* [count] index in the data set of each position */
    uint32_t *order; /* [count] positions as they are worked on; NULL: ascending */
    size_t left_out; /* pairs that have no files to be evaluated (--keep-going) */
    EvalImages images;
    bool keep_going;
    bool told;         /* what is wrong with predictions was printed when they were matched */
    char digest[65];   /* of the names */
    char contents[65]; /* of names and sizes of all files: what a resumed run compares */
} EvalList;

/* Opens the data set, matches predictions (NULL: there are none) and selects. Returns 0, or an exit
 * code after a message. On success the list is to be cleared. */
int eval_list_open(EvalList *list, const DataOptions *o, EvalImages images, const char *predictions,
                   bool keep_going);
void eval_list_clear(EvalList *list);

VoloPair eval_list_pair(const EvalList *list, size_t position, VoloPairBuffer *buffer);
const char *eval_list_name(const EvalList *list, size_t position);
/* Prints the names, one a line. Returns the exit code. */
int eval_list_print(const EvalList *list);

#endif
