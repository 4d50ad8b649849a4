/* SPDX-License-Identifier: Apache-2.0 */
/* From what was counted to results: the last step of run, score and merge. */
#ifndef VOLO_APP_EVAL_FINISH_H
#define VOLO_APP_EVAL_FINISH_H

#include "app/eval/eval_outputs.h"
#include "app/eval/tally.h"

/* Counted pairs, wherever their records lie. */
typedef struct Counted {
    const char *settings;             /* of the evaluation */
    int convention;                   /* 1 + VoloConvention instead of the settings'; 0: theirs */
    size_t shard, shard_count;        /* 1 of 1: everything */
    const VoloEvaluation *evaluation; /* the sum of all records */
    size_t listed;                    /* pairs in the whole list */
    const uint32_t *position;         /* [count] of the pairs that were counted, ascending */
    size_t count;
    const char *const *failed; /* [failed_count] names */
    size_t failed_count;
    /* Reads the record of a position. */
    VoloStatus (*read)(void *user, size_t position, VoloImageRecord *record, VoloError *err);
    void *user;
} Counted;

/* Writes all that outputs ask for, and into folder (NULL: none). Refuses figures of values that
 * were read wrongly. Returns 0 or an exit code, after a message. */
int finish_results(const Counted *counted, const OutputOptions *outputs, const char *folder,
                   VoloReportPictureFn picture, void *user);

/* The same for a tally that has come to its end, with run.json; picture's index counts evaluated
 * pairs: finish_position tells their positions. threads is how many were used. Returns the
 * program's exit code. */
typedef struct FinishInfo {
    const char *settings;
    const OutputOptions *outputs;
    VoloReportPictureFn picture;
    void *user;
    double start; /* stopwatch_now() when the work began */
    int threads;
} FinishInfo;
int finish_tally(Tally *tally, const FinishInfo *info);

/* The position of the index-th pair that was counted. */
size_t finish_position(const Tally *tally, size_t index);

/* Reads what an entry of a journal says. *ret_failed: the name of a pair that failed (the caller's,
 * free), else NULL, and the record is filled. */
VoloStatus finish_read_entry(VoloJournal *journal, size_t index, VoloImageRecord *record,
                             char **ret_failed, VoloError *err);

#endif
