/* SPDX-License-Identifier: Apache-2.0 */
/* The journal's file: 8 bytes of magic, then records of u32 length, u32 CRC-32 (of the length's
 * four bytes and the data), data; little-endian. The first record is u32 total and the settings,
 * the others are u32 index and what the caller gave. A record is written by one call at the end
 * that is known to be whole; whatever follows that end is an unfinished record. */
#include <volo/journal.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/sha256.h"

#include <zlib.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MAGIC "VOLOJNL1"
#define MAGIC_BYTES 8u
#define HEAD_BYTES 8u   /* length, checksum */
#define NUMBER_BYTES 4u /* total or index, in front of the data */
#define SYNC_SECONDS 5

struct VoloJournal {
    char *path; /* for messages */
    int fd;
    bool read_only;
    size_t total, count;
    uint64_t *offset; /* [total] of each record's head; 0: not there */
    uint64_t end;     /* of the last whole record */
    uint64_t cut;
    char *settings;
    uint8_t *buffer; /* [room] one record with its head */
    size_t room;
    time_t synced;
};

static uint32_t get_u32(const uint8_t *from)
{
    return from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 | (uint32_t)from[3] << 24;
}

static void put_u32(uint8_t *to, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        to[i] = (uint8_t)(value >> 8 * i);
}

/* Of a record in the buffer, bytes long without its head. */
static uint32_t checksum(const uint8_t *record, size_t bytes)
{
    const uLong start = crc32(0, record, 4);

    return (uint32_t)crc32(start, record + HEAD_BYTES, (uInt)bytes);
}

static VoloStatus reserve(VoloJournal *j, size_t bytes, VoloError *err)
{
    if (bytes <= j->room)
        return VOLO_OK;
    uint8_t *const buffer = realloc(j->buffer, bytes);
    if (!buffer)
        return volo_fail_memory(err, bytes);
    j->buffer = buffer;
    j->room = bytes;
    return VOLO_OK;
}

static time_t seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

/* --- reading --- */

/* Reads up to bytes at offset; *ret_bytes is less at the end of the file. */
static VoloStatus read_at(const VoloJournal *j, uint8_t *to, size_t bytes, uint64_t offset,
                          size_t *ret_bytes, VoloError *err)
{
    size_t done = 0;

    while (done < bytes) {
        const ssize_t got = pread(j->fd, to + done, bytes - done, (off_t)(offset + done));

        if (got == 0)
            break;
        if (got > 0)
            done += (size_t)got;
        else if (errno != EINTR)
            return volo_fail_errno(err, errno, "'%s'", j->path);
    }
    *ret_bytes = done;
    return VOLO_OK;
}

/* Reads the record at offset into the buffer. *ret_bytes, without the head, is 0 when there is none
 * that is whole and sound; *ret_end is where it ends or, of an unfinished one, would end. */
static VoloStatus read_record(VoloJournal *j, uint64_t offset, size_t *ret_bytes, uint64_t *ret_end,
                              VoloError *err)
{
    uint8_t head[HEAD_BYTES];
    size_t got = 0;

    *ret_bytes = 0;
    *ret_end = UINT64_MAX;
    VOLO_TRY(read_at(j, head, sizeof head, offset, &got, err));
    const size_t bytes = get_u32(head);
    if (got < sizeof head || bytes < NUMBER_BYTES || bytes > VOLO_LIMIT_JOURNAL_RECORD)
        return VOLO_OK;
    *ret_end = offset + HEAD_BYTES + bytes;
    VOLO_TRY(reserve(j, HEAD_BYTES + bytes, err));
    VOLO_TRY(read_at(j, j->buffer, HEAD_BYTES + bytes, offset, &got, err));
    if (got == HEAD_BYTES + bytes && get_u32(j->buffer + 4) == checksum(j->buffer, bytes) &&
        get_u32(j->buffer) == bytes)
        *ret_bytes = bytes;
    return VOLO_OK;
}

static VoloStatus take_total(VoloJournal *j, size_t total, VoloError *err)
{
    if (total > VOLO_LIMIT_JOURNAL_RECORDS)
        return volo_fail(err, VOLO_ERR_LIMIT, "'%s': %zu records, limit %u", j->path, total,
                         VOLO_LIMIT_JOURNAL_RECORDS);
    j->total = total;
    j->offset = calloc(total ? total : 1, sizeof *j->offset);
    return j->offset ? VOLO_OK : volo_fail_memory(err, total * sizeof *j->offset);
}

/* A file that begins otherwise is somebody else's, and never written to. */
static VoloStatus check_magic(const VoloJournal *j, VoloError *err)
{
    uint8_t magic[MAGIC_BYTES] = { 0 };
    size_t got = 0;

    VOLO_TRY(read_at(j, magic, sizeof magic, 0, &got, err));
    if (memcmp(magic, MAGIC, got) != 0)
        return volo_fail(err, VOLO_ERR_FORMAT, "'%s' is not a journal", j->path);
    return VOLO_OK;
}

/* The first record of a file of size bytes; j->end stays 0 when that is where its writer was
 * killed. */
static VoloStatus read_opening(VoloJournal *j, uint64_t size, VoloError *err)
{
    size_t bytes;
    uint64_t end;

    VOLO_TRY(read_record(j, MAGIC_BYTES, &bytes, &end, err));
    if (bytes == 0 && end <= size)
        return volo_fail(err, VOLO_ERR_FORMAT,
                         "'%s' is damaged: the settings have a wrong checksum", j->path);
    if (bytes == 0)
        return VOLO_OK;
    VOLO_TRY(take_total(j, get_u32(j->buffer + HEAD_BYTES), err));
    j->settings =
        strndup((const char *)j->buffer + HEAD_BYTES + NUMBER_BYTES, bytes - NUMBER_BYTES);
    if (!j->settings)
        return volo_fail_memory(err, bytes);
    j->end = end;
    return VOLO_OK;
}

static void place(VoloJournal *j, size_t index, uint64_t offset)
{
    if (j->offset[index] == 0)
        j->count++;
    j->offset[index] = offset;
}

static VoloStatus read_records(VoloJournal *j, uint64_t size, VoloError *err)
{
    size_t bytes;
    uint64_t end;

    for (;;) {
        VOLO_TRY(read_record(j, j->end, &bytes, &end, err));
        if (bytes == 0)
            break;
        const size_t index = get_u32(j->buffer + HEAD_BYTES);
        if (index >= j->total)
            return volo_fail(err, VOLO_ERR_FORMAT, "'%s' is damaged: record %zu of %zu", j->path,
                             index, j->total);
        place(j, index, j->end);
        j->end = end;
    }
    j->cut = size > j->end ? size - j->end : 0;
    return VOLO_OK;
}

/* --- settings --- */

const char *volo_journal_setting(const char *settings, const char *key, size_t *ret_length)
{
    const size_t length = strlen(key);

    for (const char *line = settings; *line;) {
        const size_t whole = strcspn(line, "\n");

        if (whole > length && line[length] == '\t' && memcmp(line, key, length) == 0) {
            *ret_length = whole - length - 1;
            return line + length + 1;
        }
        line += whole + (line[whole] == '\n');
    }
    return NULL;
}

/* Names the first line of a whose key has another value (or none) in b. */
static bool differs(const char *a, const char *b, char *ret_key, size_t size)
{
    for (const char *line = a; *line;) {
        const size_t whole = strcspn(line, "\n"), key = strcspn(line, "\t\n");
        size_t length = 0;

        snprintf(ret_key, size, "%.*s", (int)key, line);
        const char *value = volo_journal_setting(b, ret_key, &length);
        if (!value || key + 1 + length != whole || memcmp(line + key + 1, value, length) != 0)
            return true;
        line += whole + (line[whole] == '\n');
    }
    return false;
}

static VoloStatus compare_settings(const VoloJournal *j, size_t total, const char *settings,
                                   VoloError *err)
{
    char key[64];
    size_t old_length = 0, new_length = 0;

    if (strcmp(j->settings, settings) == 0 || (!differs(j->settings, settings, key, sizeof key) &&
                                               !differs(settings, j->settings, key, sizeof key))) {
        if (total == j->total)
            return VOLO_OK;
        return volo_fail(err, VOLO_ERR_UNSUPPORTED, "'%s' was made for %zu pictures, not %zu",
                         j->path, j->total, total);
    }
    const char *old = volo_journal_setting(j->settings, key, &old_length);
    const char *new = volo_journal_setting(settings, key, &new_length);
    return volo_fail(err, VOLO_ERR_UNSUPPORTED, "'%s' was made with another %s: '%.*s', not '%.*s'",
                     j->path, key, (int)(old_length < 64 ? old_length : 64), old ? old : "",
                     (int)(new_length < 64 ? new_length : 64), new ? new : "");
}

/* --- writing --- */

/* Writes the first bytes of the buffer at j->end; what was written of it is taken back on failure.
 */
static VoloStatus write_buffer(VoloJournal *j, size_t bytes, VoloError *err)
{
    for (size_t done = 0; done < bytes;) {
        const ssize_t put = pwrite(j->fd, j->buffer + done, bytes - done, (off_t)(j->end + done));

        if (put >= 0) {
            done += (size_t)put;
        } else if (errno != EINTR) {
            const int reason = errno;

            if (ftruncate(j->fd, (off_t)j->end))
                return volo_fail_errno(err, reason, "'%s' (its end is cut when it is resumed)",
                                       j->path);
            return volo_fail_errno(err, reason, "'%s'", j->path);
        }
    }
    return VOLO_OK;
}

/* Puts a record into the buffer, prefix bytes behind its start. Returns the record's bytes. */
static size_t make_record(VoloJournal *j, size_t prefix, uint32_t number, const void *data,
                          size_t bytes)
{
    uint8_t *const record = j->buffer + prefix;

    put_u32(record, (uint32_t)(NUMBER_BYTES + bytes));
    put_u32(record + HEAD_BYTES, number);
    if (bytes)
        memcpy(record + HEAD_BYTES + NUMBER_BYTES, data, bytes);
    put_u32(record + 4, checksum(record, NUMBER_BYTES + bytes));
    return HEAD_BYTES + NUMBER_BYTES + bytes;
}

static VoloStatus check_record(const VoloJournal *j, size_t bytes, VoloError *err)
{
    if (bytes <= VOLO_LIMIT_JOURNAL_RECORD - NUMBER_BYTES)
        return VOLO_OK;
    return volo_fail(err, VOLO_ERR_LIMIT, "'%s': a record of %zu bytes, limit %u", j->path, bytes,
                     VOLO_LIMIT_JOURNAL_RECORD - NUMBER_BYTES);
}

static VoloStatus write_opening(VoloJournal *j, size_t total, const char *settings, VoloError *err)
{
    const size_t length = strlen(settings);

    VOLO_TRY(check_record(j, length, err));
    VOLO_TRY(take_total(j, total, err));
    j->settings = strdup(settings);
    if (!j->settings)
        return volo_fail_memory(err, length + 1);
    VOLO_TRY(reserve(j, MAGIC_BYTES + HEAD_BYTES + NUMBER_BYTES + length, err));
    memcpy(j->buffer, MAGIC, MAGIC_BYTES);
    const size_t bytes =
        MAGIC_BYTES + make_record(j, MAGIC_BYTES, (uint32_t)total, settings, length);
    VOLO_TRY(write_buffer(j, bytes, err));
    j->end = bytes;
    return VOLO_OK;
}

VoloStatus volo_journal_append(VoloJournal *j, size_t index, const void *data, size_t bytes,
                               VoloError *err)
{
    if (j->read_only || index >= j->total)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "'%s': record %zu cannot be appended", j->path,
                         index);
    VOLO_TRY(check_record(j, bytes, err));
    VOLO_TRY(reserve(j, HEAD_BYTES + NUMBER_BYTES + bytes, err));
    const size_t record = make_record(j, 0, (uint32_t)index, data, bytes);
    VOLO_TRY(write_buffer(j, record, err));
    place(j, index, j->end);
    j->end += record;
    const time_t now = seconds_now();
    if (now - j->synced >= SYNC_SECONDS) { /* failures show at the next write, or never matter */
        fdatasync(j->fd);
        j->synced = now;
    }
    return VOLO_OK;
}

/* --- opening --- */

static int open_nameless(void)
{
    const char *folder = getenv("TMPDIR");
    char path[4096];

    if (!folder || !*folder)
        folder = "/tmp";
    const int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0)
        return fd;
    if (snprintf(path, sizeof path, "%s/volo-XXXXXX", folder) >= (int)sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    const int named = mkostemp(path, O_CLOEXEC);
    if (named >= 0)
        unlink(path);
    return named;
}

/* Opens and locks. */
static VoloStatus open_file(VoloJournal *j, const char *path, VoloError *err)
{
    const int flags = O_CLOEXEC | O_NONBLOCK | (j->read_only ? O_RDONLY : O_RDWR | O_CREAT);
    struct stat info;

    j->fd = path ? open(path, flags, 0666) : open_nameless();
    if (j->fd < 0 || fstat(j->fd, &info))
        return volo_fail_errno(err, errno, "'%s'", j->path);
    if (!S_ISREG(info.st_mode))
        return volo_fail(err, VOLO_ERR_FORMAT, "'%s' is not a regular file", j->path);
    if (flock(j->fd, (j->read_only ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0)
        return VOLO_OK;
    if (errno == EWOULDBLOCK)
        return volo_fail(err, VOLO_ERR_IO, "'%s' is in use by another run", j->path);
    return volo_fail_errno(err, errno, "'%s': locking", j->path);
}

/* What stands in the file; j->end is 0 when nothing usable does. */
static VoloStatus read_all(VoloJournal *j, VoloError *err)
{
    struct stat info;

    if (fstat(j->fd, &info))
        return volo_fail_errno(err, errno, "'%s'", j->path);
    VOLO_TRY(read_opening(j, (uint64_t)info.st_size, err));
    if (j->end == 0) {
        j->cut = (uint64_t)info.st_size;
        return VOLO_OK;
    }
    return read_records(j, (uint64_t)info.st_size, err);
}

static VoloStatus cut(VoloJournal *j, uint64_t end, VoloError *err)
{
    if (ftruncate(j->fd, (off_t)end))
        return volo_fail_errno(err, errno, "'%s'", j->path);
    return VOLO_OK;
}

static VoloStatus start_anew(VoloJournal *j, size_t total, const char *settings, VoloError *err)
{
    free(j->offset);
    free(j->settings);
    j->offset = NULL;
    j->settings = NULL;
    j->end = 0;
    VOLO_TRY(cut(j, 0, err));
    return write_opening(j, total, settings, err);
}

static VoloStatus open_as(VoloJournal *j, VoloJournalMode mode, size_t total, const char *settings,
                          VoloError *err)
{
    VOLO_TRY(check_magic(j, err));
    if (mode == VOLO_JOURNAL_RESTART)
        return start_anew(j, total, settings, err);
    VOLO_TRY(read_all(j, err));
    if (mode == VOLO_JOURNAL_READ && j->end == 0)
        return volo_fail(err, VOLO_ERR_FORMAT, "'%s' holds nothing yet", j->path);
    if (mode == VOLO_JOURNAL_READ)
        return VOLO_OK;
    if (j->end == 0 || (mode == VOLO_JOURNAL_NEW && j->count == 0))
        return start_anew(j, total, settings, err);
    if (mode == VOLO_JOURNAL_NEW)
        return volo_fail(err, VOLO_ERR_UNSUPPORTED, "'%s' holds %zu of %zu pictures of another run",
                         j->path, j->count, j->total);
    VOLO_TRY(compare_settings(j, total, settings, err));
    return j->cut ? cut(j, j->end, err) : VOLO_OK;
}

VoloStatus volo_journal_open(const char *path, VoloJournalMode mode, size_t total,
                             const char *settings, VoloJournal **ret_journal, VoloError *err)
{
    VoloJournal *const j = calloc(1, sizeof *j);

    if (!j)
        return volo_fail_memory(err, sizeof *j);
    j->fd = -1;
    j->read_only = mode == VOLO_JOURNAL_READ;
    j->synced = seconds_now();
    j->path = strdup(path ? path : "temporary journal");
    VoloStatus status = j->path ? open_file(j, path, err) : volo_fail_memory(err, strlen(path) + 1);
    if (!status)
        status = open_as(j, mode, total, settings, err);
    if (status)
        volo_journal_close(j);
    else
        *ret_journal = j;
    return status;
}

void volo_journal_close(VoloJournal *j)
{
    if (!j)
        return;
    if (j->fd >= 0) {
        if (!j->read_only)
            fdatasync(j->fd);
        close(j->fd);
    }
    free(j->path);
    free(j->offset);
    free(j->settings);
    free(j->buffer);
    free(j);
}

/* --- looking --- */

size_t volo_journal_total(const VoloJournal *j)
{
    return j->total;
}

size_t volo_journal_count(const VoloJournal *j)
{
    return j->count;
}

const char *volo_journal_settings(const VoloJournal *j)
{
    return j->settings;
}

uint64_t volo_journal_cut(const VoloJournal *j)
{
    return j->cut;
}

bool volo_journal_has(const VoloJournal *j, size_t index)
{
    return index < j->total && j->offset[index] != 0;
}

VoloStatus volo_journal_get(VoloJournal *j, size_t index, const void **ret_data, size_t *ret_bytes,
                            VoloError *err)
{
    size_t bytes;
    uint64_t end;

    if (!volo_journal_has(j, index))
        return volo_fail(err, VOLO_ERR_MISSING, "'%s' has no record %zu", j->path, index);
    VOLO_TRY(read_record(j, j->offset[index], &bytes, &end, err));
    if (bytes == 0 || get_u32(j->buffer + HEAD_BYTES) != index)
        return volo_fail(err, VOLO_ERR_FORMAT, "'%s': record %zu changed on the disk", j->path,
                         index);
    *ret_data = j->buffer + HEAD_BYTES + NUMBER_BYTES;
    *ret_bytes = bytes - NUMBER_BYTES;
    return VOLO_OK;
}

void volo_journal_digest(const void *data, size_t bytes, char ret_hex[65])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t hash[32];
    VoloSha256 s;

    volo_sha256_init(&s);
    volo_sha256_update(&s, data, bytes);
    volo_sha256_finish(&s, hash);
    for (size_t i = 0; i < sizeof hash; i++) {
        ret_hex[2 * i] = digits[hash[i] >> 4];
        ret_hex[2 * i + 1] = digits[hash[i] & 15];
    }
    ret_hex[64] = '\0';
}
