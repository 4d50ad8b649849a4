/* SPDX-License-Identifier: Apache-2.0 */
/* What has been counted so far: records go into a journal and into a running sum, failures are
 * reported and kept. Under MPI rank 0 keeps it, and the other ranks send theirs. */
#ifndef VOLO_APP_EVAL_TALLY_H
#define VOLO_APP_EVAL_TALLY_H

#include <volo/journal.h>
#include <volo/metrics.h>

#include "app/common/exit_codes.h"
#include "app/common/progress.h"
#include "app/eval/eval_list.h"

typedef enum PairState {
    PAIR_OPEN,
    PAIR_DONE,
    PAIR_FAILED,
    PAIR_ELSEWHERE, /* another shard's */
} PairState;

typedef struct Tally {
    const WorkOptions *work;
    const EvalList *list;
    const VoloLabelSpace *space;
    char *folder;         /* of the journal and the results; NULL: nothing is kept */
    VoloJournal *journal; /* NULL: on ranks but 0 */
    VoloEvaluation *evaluation;
    VoloImageRecord *record; /* scratch */
    uint8_t *message;        /* [room] scratch: a record as it is kept and sent */
    size_t room;
    uint8_t *state; /* [list->count] PairState */
    uint32_t *todo; /* [todo_count] positions this process is to work on, in their order */
    size_t todo_count;
    Progress progress;
    char note[64];
    size_t resumed, done, failed; /* pairs; done has the resumed ones too */
    int first_code;               /* of the first pair that failed */
    int stop_code;                /* not 0: the run ends now, with it */
    int ended;                    /* ranks that told so */
    bool told;                    /* the other ranks that this is the end */
} Tally;

/* Opens the journal (rank 0) for an evaluation of the list under the settings, reads what is there
 * and finds what is left to do. Returns 0, or an exit code after a message; then, too, the tally is
 * to be closed. */
int tally_open(Tally *tally, const WorkOptions *work, const EvalList *list,
               const VoloLabelSpace *space, const char *settings);
void tally_close(Tally *tally);

/* Starts showing progress; style as of --progress, quiet: unless asked for, none. */
void tally_show(Tally *tally, bool quiet);
void tally_hide(Tally *tally);

/* Between pictures: takes what other ranks sent, notices signals. False: the run ends. */
bool tally_goes_on(Tally *tally);

/* Pair position has been counted, or failed (told: the message was printed before). May set
 * stop_code. */
void tally_record(Tally *tally, size_t position, const VoloImageRecord *record);
void tally_failure(Tally *tally, size_t position, ExitSubject subject, const VoloError *err,
                   bool told);

/* --- ranks (tally_ranks.c) --- */

/* All ranks compare their settings; code is what came of preparing in this one. Returns 0 in all of
 * them, or an exit code in each. */
int tally_agree(Tally *tally, int code, const char *settings);
/* Takes what came; wait: until all other ranks are through. */
void tally_listen(Tally *tally, bool wait);
/* This rank is through; waits until all are. */
void tally_end_rank(Tally *tally);
void tally_send_record(Tally *tally, size_t position, const VoloImageRecord *record);
void tally_send_failure(Tally *tally, size_t position, ExitSubject subject, const VoloError *err,
                        bool told);

/* An entry of the journal: a byte that tells its kind, then VoloImageRecord's own form or the name
 * of the pair that failed. */
enum {
    ENTRY_RECORD = 'R',
    ENTRY_FAILURE = 'F',
};
/* Writes an entry into the tally's message, prefix bytes behind its start. Returns the bytes with
 * the prefix; 0: memory was refused. */
size_t tally_write_record(Tally *tally, size_t prefix, const VoloImageRecord *record,
                          VoloError *err);
/* Keeps an entry that this or another rank made. */
void tally_take_entry(Tally *tally, size_t position, const void *entry, size_t bytes);
enum {
    FAILURE_TOLD = 1,  /* the message was printed */
    FAILURE_FINAL = 2, /* the run ends with it */
};
unsigned tally_failure_flags(const Tally *tally, ExitSubject subject, const VoloError *err,
                             bool told);
void tally_take_failure(Tally *tally, size_t position, int code, unsigned flags,
                        const char *message);

/* Chooses what this process is to do of what is open: every count-th from index on. */
int tally_choose(Tally *tally, int index, int count);

#endif
