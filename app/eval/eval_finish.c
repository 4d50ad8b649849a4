/* SPDX-License-Identifier: Apache-2.0 */
/* Results and run.json. */
#include "app/eval/eval_finish.h"

#include <volo/output.h>
#include <volo/ranks.h>

#include "app/common/messages.h"
#include "app/common/report.h"
#include "app/common/stopwatch.h"
#include "app/eval/eval_settings.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

/* --- results --- */

VoloStatus finish_read_entry(VoloJournal *journal, size_t index, VoloImageRecord *record,
                             char **ret_failed, VoloError *err)
{
    const void *data;
    size_t bytes, used;
    VoloStatus status = volo_journal_get(journal, index, &data, &bytes, err);

    *ret_failed = NULL;
    if (status)
        return status;
    const char *entry = data;
    if (bytes && *entry == ENTRY_FAILURE) {
        *ret_failed = strndup(entry + 1, bytes - 1);
        return *ret_failed ? VOLO_OK : volo_fail(err, VOLO_ERR_MEMORY, "out of memory for a name");
    }
    if (bytes == 0 || *entry != ENTRY_RECORD)
        return volo_fail(err, VOLO_ERR_FORMAT, "record %zu of the journal is of no known kind",
                         index);
    return volo_image_record_parse(record, entry + 1, bytes - 1, &used, err);
}

static VoloStatus read_counted(void *user, size_t index, VoloImageRecord *record, VoloError *err)
{
    const Counted *const counted = user;

    if (index >= counted->count)
        return volo_fail(err, VOLO_ERR_MISSING, "there is no picture %zu", index);
    return counted->read(counted->user, counted->position[index], record, err);
}

static int write_results(const Counted *counted, const Settings *settings,
                         const OutputOptions *outputs, const char *folder,
                         VoloReportPictureFn picture, void *user)
{
    Counted source = *counted;
    VoloResult result = { .evaluation = counted->evaluation,
                          .read = read_counted,
                          .user = &source };
    VoloError err;

    if (settings_info(settings, &result.info, &err))
        return exit_refuse(SUBJECT_OUTPUT, &err);
    if (counted->convention)
        result.info.convention = (VoloConvention)(counted->convention - 1);
    result.info.shard = counted->shard;
    result.info.shard_count = counted->shard_count;
    result.info.listed = counted->listed;
    result.info.failed = counted->failed;
    result.info.failed_count = counted->failed_count;
    return eval_outputs_write(outputs, folder, &result, picture, user);
}

int finish_results(const Counted *counted, const OutputOptions *outputs, const char *folder,
                   VoloReportPictureFn picture, void *user)
{
    const bool whole = counted->shard_count == 1;
    Settings settings;
    VoloError err;

    if (whole && volo_confusion_check_spaces(volo_evaluation_confusion(counted->evaluation),
                                             volo_evaluation_space(counted->evaluation), &err))
        return exit_refuse(SUBJECT_DATA, &err);
    if (settings_read(counted->settings, &settings, &err))
        return exit_refuse(SUBJECT_OUTPUT, &err);
    const int code = write_results(counted, &settings, outputs, folder, picture, user);
    settings_free(&settings);
    return code;
}

/* --- run.json --- */

static void put_date(Json *json, const char *key, double seconds_ago)
{
    const time_t when = time(NULL) - (time_t)(seconds_ago + 0.5);
    struct tm utc;
    char text[32];

    gmtime_r(&when, &utc);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    json_text(json, key, text);
}

static void put_counts(Json *json, const Tally *tally)
{
    json_open(json, "pairs", '{');
    json_count(json, "listed", tally->list->count);
    json_count(json, "evaluated", tally->done);
    json_count(json, "resumed", tally->resumed);
    json_count(json, "failed", tally->failed);
    json_count(json, "left_out", tally->list->left_out);
    json_close(json, '}');
}

static void put_run(FILE *stream, const Tally *tally, const FinishInfo *info, int code)
{
    const double seconds = stopwatch_now() - info->start;
    Json json = { .file = stream, .pretty = true };
    struct utsname host;

    json_open(&json, NULL, '{');
    json_text(&json, "program", "volo-eval");
    json_text(&json, "version", volo_version());
    json_text(&json, "libraries", volo_linked_libraries());
    json_text(&json, "host", uname(&host) ? NULL : host.nodename);
    json_text(&json, "cpu", volo_cpu_level());
    json_count(&json, "threads", (uint64_t)info->threads);
    json_count(&json, "ranks", (uint64_t)volo_ranks_count());
    json_count(&json, "shard", tally->work->shard.count ? tally->work->shard.index : 1);
    json_count(&json, "shards", tally->work->shard.count ? tally->work->shard.count : 1);
    put_counts(&json, tally);
    put_date(&json, "started", seconds);
    put_date(&json, "ended", 0);
    json_real(&json, "seconds", seconds, 3);
    json_count(&json, "exit_code", (uint64_t)code);
    json_close(&json, '}');
}

static int write_run(const Tally *tally, const FinishInfo *info, int code)
{
    VoloOutput *output = NULL;
    VoloError err;
    char *path;

    if (asprintf(&path, "%s/run.json", tally->folder) < 0)
        return exit_no_memory("the results");
    VoloStatus status = volo_output_open(path, &output, &err);
    free(path);
    if (!status) {
        put_run(volo_output_stream(output), tally, info, code);
        status = volo_output_commit(output, &err);
    }
    return status ? exit_refuse(SUBJECT_OUTPUT, &err) : 0;
}

/* --- the end of a tally --- */

size_t finish_position(const Tally *tally, size_t index)
{
    size_t position = 0;

    while (position < tally->list->count) {
        if (tally->state[position] == PAIR_DONE && index-- == 0)
            break;
        position++;
    }
    return position;
}

static VoloStatus read_tally(void *user, size_t position, VoloImageRecord *record, VoloError *err)
{
    Tally *const tally = user;
    char *failed;
    const VoloStatus status = finish_read_entry(tally->journal, position, record, &failed, err);

    free(failed);
    return status;
}

static int write_tally(Tally *tally, const FinishInfo *info)
{
    const bool part = tally->work->shard.count > 0;
    uint32_t *const position = calloc(tally->done + 1, sizeof *position);
    const char **const failed = calloc(tally->failed + 1, sizeof *failed);
    Counted counted = {
        .settings = info->settings,
        .shard = part ? tally->work->shard.index : 1,
        .shard_count = part ? tally->work->shard.count : 1,
        .evaluation = tally->evaluation,
        .listed = tally->list->count,
        .position = position,
        .failed = failed,
        .read = read_tally,
        .user = tally,
    };
    int code = position && failed ? 0 : exit_no_memory("the results");

    for (size_t i = 0; !code && i < tally->list->count; i++) {
        if (tally->state[i] == PAIR_DONE)
            position[counted.count++] = (uint32_t)i;
        else if (tally->state[i] == PAIR_FAILED)
            failed[counted.failed_count++] = eval_list_name(tally->list, i);
    }
    if (!code)
        code = finish_results(&counted, info->outputs, tally->folder, info->picture, info->user);
    free(position);
    free(failed);
    return code;
}

static void tell_stop(const Tally *tally)
{
    const bool interrupted =
        tally->stop_code > EXIT_SIGNAL && tally->stop_code != EXIT_SIGNAL + SIGPIPE;

    if (tally->folder && tally->done)
        message_error("%s%zu of %zu pairs are counted; --resume goes on",
                      interrupted ? "interrupted: " : "", tally->done, tally->list->count);
    else if (interrupted)
        message_error("interrupted: %zu of %zu pairs were counted", tally->done,
                      tally->list->count);
}

static int result_of(Tally *tally, const FinishInfo *info)
{
    const size_t failed = tally->failed + tally->list->left_out;

    if (tally->stop_code) {
        tell_stop(tally);
        return tally->stop_code;
    }
    if (failed)
        message_error("%zu of %zu pairs failed", failed,
                      tally->list->count + tally->list->left_out);
    if (failed && tally->done == 0)
        return tally->first_code ? tally->first_code : EXIT_DATA;
    const int code = write_tally(tally, info);
    return code ? code : failed ? EXIT_SOME_FAILED : EXIT_ALL_DONE;
}

int finish_tally(Tally *tally, const FinishInfo *info)
{
    const int code = result_of(tally, info);

    if (!tally->folder)
        return code;
    const int run_code = write_run(tally, info, code);
    return code ? code : run_code;
}
