/* SPDX-License-Identifier: Apache-2.0 */
/* The input is a journal. What is read of it must be there again after it was resumed, and after a
 * further record; settings that are not its own must leave it as it is. */
#include "fuzz/fuzz_input.h"

#include <volo/journal.h>

#include <stdlib.h>
#include <string.h>

enum {
    MOST = 1024, /* records that are looked at */
};

/* What stood in a journal. */
typedef struct Content {
    size_t total, count;
    char *settings;
    struct {
        uint8_t *data;
        size_t bytes;
        bool there;
    } record[MOST];
} Content;

static Content content;

static VoloJournal *open_journal(const char *path, VoloJournalMode mode, const char *settings)
{
    VoloJournal *journal = NULL;
    VoloError err = { 0 };
    const VoloStatus status =
        volo_journal_open(path, mode, content.total, settings, &journal, &err);

    if (status) {
        fuzz_must(!journal, "a refused journal leaves nothing behind");
        fuzz_must_explain(status, &err);
    }
    return journal;
}

static void forget(void)
{
    free(content.settings);
    for (size_t i = 0; i < MOST; i++)
        free(content.record[i].data);
    content = (Content){ .total = 0 };
}

static void remember(VoloJournal *journal)
{
    content.total = volo_journal_total(journal);
    content.count = volo_journal_count(journal);
    content.settings = strdup(volo_journal_settings(journal));
    fuzz_must(content.settings, "memory");
    fuzz_must(content.count <= content.total, "no more records than were announced");
    for (size_t i = 0; i < MOST; i++) {
        const void *data;
        size_t bytes;

        content.record[i].there = volo_journal_has(journal, i);
        if (!content.record[i].there)
            continue;
        fuzz_must(!volo_journal_get(journal, i, &data, &bytes, NULL), "a record that is there");
        content.record[i].data = malloc(bytes + 1);
        fuzz_must(content.record[i].data, "memory");
        memcpy(content.record[i].data, data, bytes);
        content.record[i].bytes = bytes;
    }
}

/* index, if it is below MOST, was written since and is not compared. */
static void compare(VoloJournal *journal, size_t index)
{
    fuzz_must(volo_journal_total(journal) == content.total, "the same total");
    fuzz_must(strcmp(volo_journal_settings(journal), content.settings) == 0, "the same settings");
    for (size_t i = 0; i < MOST; i++) {
        const void *data;
        size_t bytes;

        if (i == index)
            continue;
        fuzz_must(volo_journal_has(journal, i) == content.record[i].there, "the same records");
        if (!content.record[i].there)
            continue;
        fuzz_must(!volo_journal_get(journal, i, &data, &bytes, NULL) &&
                      bytes == content.record[i].bytes &&
                      !memcmp(data, content.record[i].data, bytes),
                  "with the same bytes");
    }
}

/* Goes on with the journal, writes the record of that index, and reads all of it again. */
static void go_on(const char *path, size_t index)
{
    static const char text[] = "one more";
    VoloJournal *journal = open_journal(path, VOLO_JOURNAL_RESUME, content.settings);
    const void *data = NULL;
    size_t bytes = 0;

    fuzz_must(journal, "resumed under its own settings");
    compare(journal, MOST);
    fuzz_must(!volo_journal_append(journal, index, text, sizeof text, NULL), "room for a record");
    volo_journal_close(journal);
    journal = open_journal(path, VOLO_JOURNAL_READ, NULL);
    fuzz_must(journal && volo_journal_cut(journal) == 0, "whole after it was resumed");
    compare(journal, index);
    fuzz_must(volo_journal_count(journal) == content.count + !content.record[index].there,
              "one more record");
    fuzz_must(!volo_journal_get(journal, index, &data, &bytes, NULL) && bytes == sizeof text &&
                  !memcmp(data, text, bytes),
              "the new record");
    volo_journal_close(journal);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    const char *path = fuzz_file_path(data, bytes);
    VoloJournal *journal = open_journal(path, VOLO_JOURNAL_READ, NULL);

    if (!journal)
        return 0;
    remember(journal);
    volo_journal_close(journal);
    if (!strstr(content.settings, "not\t"))
        fuzz_must(!open_journal(path, VOLO_JOURNAL_RESUME, "not\tits own\n"), "other settings");
    if (content.total > 0)
        go_on(path, content.total > 3 && content.total < MOST ? content.total - 1 : 0);
    forget();
    return 0;
}
