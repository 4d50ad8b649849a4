/* SPDX-License-Identifier: Apache-2.0 */
/* Journal, running sum and failures of an evaluation. */
#include "app/eval/tally.h"

#include <volo/ranks.h>

#include "app/common/messages.h"
#include "app/common/outputs.h"
#include "app/common/startup.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- entries --- */

static VoloStatus reserve(Tally *tally, size_t bytes, VoloError *err)
{
    if (bytes <= tally->room)
        return VOLO_OK;
    uint8_t *const message = realloc(tally->message, bytes);
    if (!message)
        return volo_fail(err, VOLO_ERR_MEMORY, "out of memory for a record");
    tally->message = message;
    tally->room = bytes;
    return VOLO_OK;
}

size_t tally_write_record(Tally *tally, size_t prefix, const VoloImageRecord *record,
                          VoloError *err)
{
    const size_t data = volo_image_record_write(record, NULL, 0);

    if (reserve(tally, prefix + 1 + data, err))
        return 0;
    tally->message[prefix] = ENTRY_RECORD;
    volo_image_record_write(record, tally->message + prefix + 1, data);
    return prefix + 1 + data;
}

static size_t write_failure(Tally *tally, const char *name, VoloError *err)
{
    const size_t data = strlen(name);

    if (reserve(tally, 1 + data, err))
        return 0;
    tally->message[0] = ENTRY_FAILURE;
    memcpy(tally->message + 1, name, data);
    return 1 + data;
}

/* Adds the record in an entry to the sum. */
static VoloStatus add_entry(Tally *tally, const void *entry, size_t bytes, VoloError *err)
{
    size_t used;
    VoloStatus status =
        volo_image_record_parse(tally->record, (const char *)entry + 1, bytes - 1, &used, err);

    if (!status && used != bytes - 1)
        status = volo_fail(err, VOLO_ERR_FORMAT, "a record of the journal is too long");
    if (!status)
        status = volo_evaluation_add(tally->evaluation, tally->record, err);
    return status;
}

/* --- opening --- */

/* DIR, or DIR/shard-I-of-N; makes it. */
static int make_folder(Tally *tally)
{
    const WorkOptions *work = tally->work;
    char *slashed = NULL;
    VoloError err;
    int length;

    if (work->shard.count)
        length = asprintf(&tally->folder, "%s/shard-%zu-of-%zu", work->out, work->shard.index,
                          work->shard.count);
    else
        length = asprintf(&tally->folder, "%s", work->out);
    if (length < 0 || asprintf(&slashed, "%s/", tally->folder) < 0) {
        if (length < 0)
            tally->folder = NULL;
        return exit_no_memory("the evaluation");
    }
    const VoloStatus status = output_make_folders(slashed, &err);
    free(slashed);
    return status ? exit_refuse(SUBJECT_OUTPUT, &err) : 0;
}

static VoloStatus open_journal(Tally *tally, const char *settings, VoloError *err)
{
    const WorkOptions *work = tally->work;
    const VoloJournalMode mode = work->resume    ? VOLO_JOURNAL_RESUME
                                 : work->restart ? VOLO_JOURNAL_RESTART
                                                 : VOLO_JOURNAL_NEW;
    char *path = NULL;

    if (tally->folder && asprintf(&path, "%s/journal", tally->folder) < 0)
        return volo_fail(err, VOLO_ERR_MEMORY, "out of memory for a file name");
    const VoloStatus status =
        volo_journal_open(path, mode, tally->list->count, settings, &tally->journal, err);
    free(path);
    return status;
}

static int start_journal(Tally *tally, const char *settings)
{
    VoloError err;
    const VoloStatus status = open_journal(tally, settings, &err);

    if (status == VOLO_ERR_UNSUPPORTED && !tally->work->resume) {
        message_error("%s: --resume goes on with it, --restart begins anew", err.message);
        return EXIT_DATA;
    }
    if (status)
        return exit_refuse(SUBJECT_OUTPUT, &err);
    if (volo_journal_cut(tally->journal))
        message_note("cut %zu bytes of an unfinished record from '%s/journal'",
                     (size_t)volo_journal_cut(tally->journal), tally->folder);
    return 0;
}

/* Adds what the journal holds to the sum. Pairs that failed before are tried again. */
static int read_journal(Tally *tally)
{
    const void *entry;
    size_t bytes;
    VoloError err;

    for (size_t i = 0; i < tally->list->count; i++) {
        VoloStatus status = VOLO_OK;

        if (!volo_journal_has(tally->journal, i))
            continue;
        status = volo_journal_get(tally->journal, i, &entry, &bytes, &err);
        if (!status && (bytes == 0 || *(const char *)entry != ENTRY_RECORD))
            continue;
        if (!status)
            status = add_entry(tally, entry, bytes, &err);
        if (status) {
            if (tally->folder)
                volo_error_prefix(&err, "'%s/journal'", tally->folder);
            return exit_refuse(SUBJECT_OUTPUT, &err);
        }
        tally->state[i] = PAIR_DONE;
        tally->resumed++;
    }
    tally->done = tally->resumed;
    return 0;
}

static size_t position_of(const EvalList *list, size_t i)
{
    return list->order ? list->order[i] : i;
}

int tally_choose(Tally *tally, int index, int count)
{
    size_t open = 0;

    free(tally->todo);
    tally->todo_count = 0;
    tally->todo = calloc(tally->list->count + 1, sizeof *tally->todo);
    if (!tally->todo)
        return exit_no_memory("the evaluation");
    for (size_t i = 0; i < tally->list->count; i++) {
        const size_t position = position_of(tally->list, i);

        if (tally->state[position] == PAIR_OPEN && open++ % (size_t)count == (size_t)index)
            tally->todo[tally->todo_count++] = (uint32_t)position;
    }
    return 0;
}

/* Everything but the journal. */
static int allocate(Tally *tally)
{
    VoloError err;

    tally->state = calloc(tally->list->count + 1, sizeof *tally->state);
    if (!tally->state)
        return exit_no_memory("the evaluation");
    for (size_t i = 0; i < tally->list->count && tally->work->shard.count; i++) {
        if (i % tally->work->shard.count + 1 != tally->work->shard.index)
            tally->state[i] = PAIR_ELSEWHERE;
    }
    if (volo_evaluation_new(tally->space, &tally->evaluation, &err) ||
        volo_image_record_new(&tally->record, &err))
        return exit_refuse(SUBJECT_START, &err);
    return 0;
}

int tally_open(Tally *tally, const WorkOptions *work, const EvalList *list,
               const VoloLabelSpace *space, const char *settings)
{
    *tally = (Tally){ .work = work, .list = list, .space = space };
    int code = allocate(tally);

    if (!code && volo_ranks_index() > 0)
        return 0;
    if (!code && work->out)
        code = make_folder(tally);
    if (!code)
        code = start_journal(tally, settings);
    if (!code)
        code = read_journal(tally);
    return code ? code : tally_choose(tally, 0, 1);
}

void tally_close(Tally *tally)
{
    free(tally->folder);
    volo_journal_close(tally->journal);
    volo_evaluation_free(tally->evaluation);
    volo_image_record_free(tally->record);
    free(tally->message);
    free(tally->state);
    free(tally->todo);
    *tally = (Tally){ .done = 0 };
}

/* --- progress --- */

/* "mIoU 51.2 %" */
static const char *running_score(void *user)
{
    Tally *const tally = user;
    VoloScores scores;

    if (volo_evaluation_images(tally->evaluation) == 0)
        return "";
    volo_evaluation_scores(tally->evaluation, VOLO_CONVENTION_CITYSCAPES, &scores);
    if (isnan(scores.miou))
        return "";
    snprintf(tally->note, sizeof tally->note, "mIoU %.2f %%", 100 * scores.miou);
    return tally->note;
}

void tally_show(Tally *tally, bool quiet)
{
    const bool silent = quiet && tally->work->progress == PROGRESS_AUTO;
    size_t open = 0;

    for (size_t i = 0; i < tally->list->count; i++)
        open += tally->state[i] == PAIR_OPEN;
    progress_init(&tally->progress, silent ? PROGRESS_NONE : (ProgressStyle)tally->work->progress,
                  open);
    tally->progress.note = running_score;
    tally->progress.note_user = tally;
    message_set_clear(progress_clear, &tally->progress);
}

void tally_hide(Tally *tally)
{
    (void)tally;
    message_clear();
    message_set_clear(NULL, NULL);
}

bool tally_goes_on(Tally *tally)
{
    if (volo_ranks_count() > 1)
        tally_listen(tally, false);
    if (interrupt_signal() && !tally->stop_code)
        tally->stop_code = EXIT_SIGNAL + interrupt_signal();
    return tally->stop_code == 0;
}

/* --- taking --- */

static void stop(Tally *tally, ExitSubject subject, const VoloError *err)
{
    message_error("%s", err->message);
    if (!tally->stop_code)
        tally->stop_code = exit_code(subject, err->status);
}

void tally_take_entry(Tally *tally, size_t position, const void *entry, size_t bytes)
{
    VoloError err;

    if (tally->state[position] != PAIR_OPEN)
        return;
    if (*(const char *)entry == ENTRY_RECORD) {
        if (volo_journal_append(tally->journal, position, entry, bytes, &err)) {
            stop(tally, SUBJECT_OUTPUT, &err);
            return;
        }
        if (add_entry(tally, entry, bytes, &err)) {
            stop(tally, SUBJECT_DATA, &err);
            return;
        }
        tally->state[position] = PAIR_DONE;
        tally->done++;
    }
    progress_end(&tally->progress, eval_list_name(tally->list, position));
}

unsigned tally_failure_flags(const Tally *tally, ExitSubject subject, const VoloError *err,
                             bool told)
{
    const bool full =
        subject == SUBJECT_OUTPUT && exit_code(subject, err->status) == EXIT_RESOURCES;

    return (told ? FAILURE_TOLD : 0u) | (full || !tally->work->keep_going ? FAILURE_FINAL : 0u);
}

void tally_take_failure(Tally *tally, size_t position, int code, unsigned flags,
                        const char *message)
{
    const char *name = eval_list_name(tally->list, position);
    VoloError err;

    if (tally->state[position] != PAIR_OPEN)
        return;
    if (!(flags & FAILURE_TOLD))
        message_error("%s", message);
    tally->state[position] = PAIR_FAILED;
    tally->failed++;
    if (!tally->first_code)
        tally->first_code = code;
    if (!tally->stop_code && (flags & FAILURE_FINAL))
        tally->stop_code = code;
    const size_t bytes = write_failure(tally, name, &err);
    if (bytes == 0 || volo_journal_append(tally->journal, position, tally->message, bytes, &err))
        stop(tally, SUBJECT_OUTPUT, &err);
    progress_end(&tally->progress, name);
}

void tally_record(Tally *tally, size_t position, const VoloImageRecord *record)
{
    VoloError err;

    if (volo_ranks_index() > 0) {
        tally_send_record(tally, position, record);
        return;
    }
    const size_t bytes = tally_write_record(tally, 0, record, &err);
    if (bytes)
        tally_take_entry(tally, position, tally->message, bytes);
    else
        stop(tally, SUBJECT_OUTPUT, &err);
}

void tally_failure(Tally *tally, size_t position, ExitSubject subject, const VoloError *err,
                   bool told)
{
    if (err->status == VOLO_ERR_CANCELLED) { /* by a signal, or because the run ends anyway */
        if (interrupt_signal() && !tally->stop_code)
            tally->stop_code = EXIT_SIGNAL + interrupt_signal();
        return;
    }
    if (volo_ranks_index() > 0)
        tally_send_failure(tally, position, subject, err, told);
    else
        tally_take_failure(tally, position, exit_code(subject, err->status),
                           tally_failure_flags(tally, subject, err, told), err->message);
}
