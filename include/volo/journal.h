/* SPDX-License-Identifier: Apache-2.0 */
/* VoloJournal: an append-only file of numbered records, from which a run that was killed goes on.
 *
 * A journal opens with settings: the lines `key<TAB>value` that all its records were made under.
 * Every record carries its length and a CRC-32; what a killed writer left unfinished at the end is
 * recognised and cut. One process at a time has a journal open for writing. Format:
 * docs/formats.md. Threads: a journal has one owner and is used by one thread at a time. */
#ifndef VOLO_JOURNAL_H
#define VOLO_JOURNAL_H

#include <volo/base.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct VoloJournal VoloJournal;

typedef enum VoloJournalMode {
    VOLO_JOURNAL_NEW,     /* refuses a journal that holds records */
    VOLO_JOURNAL_RESUME,  /* goes on with one of equal settings; makes one when there is none */
    VOLO_JOURNAL_RESTART, /* empties a journal that is there */
    VOLO_JOURNAL_READ,    /* changes nothing; not while another process writes */
} VoloJournalMode;

/* Opens the journal at path (NULL: a nameless file below $TMPDIR that ends with the process) for
 * records 0..total-1. For READ total and settings are not looked at: the journal's own hold.
 * On success *ret_journal is the caller's (volo_journal_close); on failure it is untouched.
 * Errors: IO (also: in use by another process), SPACE, FORMAT (not a journal, or a damaged one),
 * UNSUPPORTED (NEW: there is one; RESUME: other settings, the first that changed is named), LIMIT,
 * MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_journal_open(const char *path, VoloJournalMode mode,
                                                     size_t total, const char *settings,
                                                     VoloJournal **ret_journal, VoloError *err);
/* Also syncs; NULL is allowed. */
VOLO_API void volo_journal_close(VoloJournal *journal);

VOLO_API size_t volo_journal_total(const VoloJournal *journal);
VOLO_API size_t volo_journal_count(const VoloJournal *journal); /* of different records in it */
VOLO_API const char *volo_journal_settings(const VoloJournal *journal); /* borrowed */
VOLO_API uint64_t volo_journal_cut(const VoloJournal *journal); /* bytes of an unfinished record */
VOLO_API bool volo_journal_has(const VoloJournal *journal, size_t index);

/* Appends record index, which survives the end of the process as soon as this returns, and a loss
 * of power some seconds later. On failure the journal is as it was. Errors: IO, SPACE, LIMIT (a
 * record of more than 4 MiB), MEMORY, ARGUMENT (no such index, or only read). */
VOLO_API VOLO_NODISCARD VoloStatus volo_journal_append(VoloJournal *journal, size_t index,
                                                       const void *data, size_t bytes,
                                                       VoloError *err);

/* The record of that index; borrowed until the next call with this journal.
 * Errors: MISSING, IO, FORMAT (it changed on the disk), MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_journal_get(VoloJournal *journal, size_t index,
                                                    const void **ret_data, size_t *ret_bytes,
                                                    VoloError *err);

/* The value of a key in lines `key<TAB>value`, as long as *ret_length; NULL when there is none. */
VOLO_API const char *volo_journal_setting(const char *settings, const char *key,
                                          size_t *ret_length);

/* SHA-256 of bytes as 64 hexadecimal digits and a NUL, for settings that are too long to be kept.
 */
VOLO_API void volo_journal_digest(const void *data, size_t bytes, char ret_hex[65]);

#ifdef __cplusplus
}
#endif
#endif
