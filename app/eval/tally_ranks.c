/* SPDX-License-Identifier: Apache-2.0 */
/* What ranks tell each other. To rank 0: 'H' code digest (hello), 'R' position entry, 'F' position
 * code flags message, 'E' code (end). From rank 0: 'G' states (go), 'S' (stop). */
#include "app/eval/tally.h"

#include <volo/ranks.h>

#include "app/common/messages.h"

#include <stdlib.h>
#include <string.h>

#define PREFIX_BYTES 5 /* letter and position */

static void put_prefix(uint8_t *to, char letter, size_t position)
{
    const uint32_t number = (uint32_t)position;

    to[0] = (uint8_t)letter;
    memcpy(to + 1, &number, sizeof number);
}

static size_t get_position(const uint8_t *from)
{
    uint32_t number;

    memcpy(&number, from + 1, sizeof number);
    return number;
}

/* Sending fails when memory is refused: then this rank cannot go on. */
static void send(Tally *tally, int to, const void *data, size_t bytes)
{
    VoloError err;

    if (!volo_ranks_send(to, data, bytes, &err) || tally->stop_code)
        return;
    message_error("%s", err.message);
    tally->stop_code = EXIT_RESOURCES;
}

void tally_send_record(Tally *tally, size_t position, const VoloImageRecord *record)
{
    VoloError err;
    const size_t bytes = tally_write_record(tally, PREFIX_BYTES, record, &err);

    if (bytes == 0) {
        message_error("%s", err.message);
        tally->stop_code = EXIT_RESOURCES;
        return;
    }
    put_prefix(tally->message, 'R', position);
    send(tally, 0, tally->message, bytes);
}

void tally_send_failure(Tally *tally, size_t position, ExitSubject subject, const VoloError *err,
                        bool told)
{
    uint8_t message[PREFIX_BYTES + 2 + sizeof err->message];
    const size_t length = strlen(err->message);

    put_prefix(message, 'F', position);
    message[PREFIX_BYTES] = (uint8_t)exit_code(subject, err->status);
    message[PREFIX_BYTES + 1] = (uint8_t)tally_failure_flags(tally, subject, err, told);
    memcpy(message + PREFIX_BYTES + 2, err->message, length + 1);
    send(tally, 0, message, PREFIX_BYTES + 2 + length + 1);
    if (message[PREFIX_BYTES + 1] & FAILURE_FINAL)
        tally->stop_code = exit_code(subject, err->status);
}

static void tell_all(Tally *tally, const void *data, size_t bytes)
{
    for (int rank = 1; rank < volo_ranks_count(); rank++)
        send(tally, rank, data, bytes);
}

/* --- before the first picture --- */

/* Rank 0 hears whether all are ready and mean the same. */
static int hear_hellos(int code, const char digest[65])
{
    const void *data;
    size_t bytes;
    int from;
    VoloError err;

    for (int i = 1; i < volo_ranks_count(); i++) {
        if (volo_ranks_receive(true, &from, &data, &bytes, &err)) {
            message_error("%s", err.message);
            return EXIT_RESOURCES;
        }
        const uint8_t *hello = data;

        if (bytes != 2 + 64 || hello[0] != 'H')
            return EXIT_INTERNAL;
        if (hello[1] && !code)
            code = hello[1];
        if (!hello[1] && memcmp(hello + 2, digest, 64) != 0 && !code) {
            message_error("rank %d sees another model, data set or option", from);
            code = EXIT_DATA;
        }
    }
    return code;
}

static int lead(Tally *tally, int code, const char digest[65])
{
    const size_t count = code ? 0 : tally->list->count;

    code = hear_hellos(code, digest);
    uint8_t *const message = malloc(count + 1);
    if (!message)
        return EXIT_RESOURCES;
    message[0] = code ? 'S' : 'G';
    if (!code)
        memcpy(message + 1, tally->state, count);
    tell_all(tally, message, code ? 1 : count + 1);
    free(message);
    return code ? code : tally_choose(tally, 0, volo_ranks_count());
}

static int follow(Tally *tally, int code, const char digest[65])
{
    uint8_t hello[2 + 64] = { 'H', (uint8_t)code };
    const void *data;
    size_t bytes;
    int from;
    VoloError err;

    memcpy(hello + 2, digest, 64);
    if (volo_ranks_send(0, hello, sizeof hello, &err) ||
        volo_ranks_receive(true, &from, &data, &bytes, &err)) {
        message_error("%s", err.message);
        return EXIT_RESOURCES;
    }
    if (code)
        return code;
    if (*(const char *)data != 'G' || bytes != tally->list->count + 1)
        return EXIT_DATA;
    memcpy(tally->state, (const char *)data + 1, tally->list->count);
    return tally_choose(tally, volo_ranks_index(), volo_ranks_count());
}

int tally_agree(Tally *tally, int code, const char *settings)
{
    char digest[65] = "";

    if (volo_ranks_count() == 1)
        return code;
    if (!code)
        volo_journal_digest(settings, strlen(settings), digest);
    else
        memset(digest, '-', 64);
    return volo_ranks_index() == 0 ? lead(tally, code, digest) : follow(tally, code, digest);
}

/* --- meanwhile --- */

/* Rank 0 says that it is over; why, it knows better. */
static void stop_following(Tally *tally)
{
    tally->told = true;
    if (!tally->stop_code)
        tally->stop_code = EXIT_DATA;
}

static void take_message(Tally *tally, const uint8_t *message, size_t bytes)
{
    const size_t position = bytes > PREFIX_BYTES ? get_position(message) : 0;

    if (message[0] == 'E')
        tally->ended++;
    else if (message[0] == 'S')
        stop_following(tally);
    else if (message[0] == 'R' && position < tally->list->count)
        tally_take_entry(tally, position, message + PREFIX_BYTES, bytes - PREFIX_BYTES);
    else if (message[0] == 'F' && position < tally->list->count)
        tally_take_failure(tally, position, message[PREFIX_BYTES], message[PREFIX_BYTES + 1],
                           (const char *)message + PREFIX_BYTES + 2);
}

/* Once, whatever comes after. */
static void tell_end(Tally *tally)
{
    if (!tally->told)
        tell_all(tally, "S", 1);
    tally->told = true;
}

/* The next message; false: there is none. */
static bool hear(Tally *tally, bool wait)
{
    const void *data;
    size_t bytes;
    int from;
    VoloError err;

    if (volo_ranks_receive(wait, &from, &data, &bytes, &err)) {
        message_error("%s", err.message);
        tally->stop_code = EXIT_RESOURCES;
        return false;
    }
    if (data && bytes)
        take_message(tally, data, bytes);
    return data != NULL;
}

void tally_listen(Tally *tally, bool wait)
{
    const bool leads = volo_ranks_index() == 0;
    bool more = true;

    while (more && !(wait && tally->ended == volo_ranks_count() - 1)) {
        if (leads && tally->stop_code)
            tell_end(tally);
        more = hear(tally, wait);
    }
    if (leads && wait)
        tell_end(tally);
}

void tally_end_rank(Tally *tally)
{
    const uint8_t message[] = { 'E', (uint8_t)tally->stop_code };

    send(tally, 0, message, sizeof message);
    while (!tally->told && hear(tally, true))
        ;
}
