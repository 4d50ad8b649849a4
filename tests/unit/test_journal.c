/* SPDX-License-Identifier: Apache-2.0 */
/* Journals: what a killed writer leaves, what other settings and other files give, and the limits.
 */
#include <volo/journal.h>

#include "base/limits.h"

#include "support/scratch_dir.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define SETTINGS "model\tabc\nlist\t123\n"

static VoloJournal *must_open(const char *path, VoloJournalMode mode)
{
    VoloJournal *journal = NULL;
    VoloError err = { 0 };

    if (volo_journal_open(path, mode, 6, SETTINGS, &journal, &err))
        fail_msg("%s", err.message);
    return journal;
}

static void must_not_open(const char *path, VoloJournalMode mode, const char *settings,
                          VoloStatus status, const char *text)
{
    VoloJournal *journal = (VoloJournal *)1;
    VoloError err = { 0 };

    assert_int_equal(volo_journal_open(path, mode, 6, settings, &journal, &err), status);
    if (!strstr(err.message, text))
        fail_msg("'%s' lacks '%s'", err.message, text);
    assert_ptr_equal(journal, (VoloJournal *)1);
}

static void append(VoloJournal *journal, size_t index, const char *text)
{
    assert_int_equal(volo_journal_append(journal, index, text, strlen(text), NULL), VOLO_OK);
}

static void assert_record(VoloJournal *journal, size_t index, const char *text)
{
    const void *data;
    size_t bytes;

    assert_true(volo_journal_has(journal, index));
    assert_int_equal(volo_journal_get(journal, index, &data, &bytes, NULL), VOLO_OK);
    assert_int_equal(bytes, strlen(text));
    assert_memory_equal(data, text, bytes);
}

/* A journal with records 3, 0 and 5 at path. Returns its size. */
static size_t make_three(const char *path)
{
    VoloJournal *const journal = must_open(path, VOLO_JOURNAL_NEW);
    struct stat info;

    append(journal, 3, "three");
    append(journal, 0, "");
    append(journal, 5, "five");
    volo_journal_close(journal);
    assert_int_equal(stat(path, &info), 0);
    return (size_t)info.st_size;
}

static void keeps_records_in_any_order(void **state)
{
    const char *path = scratch_path(*state, "journal");

    make_three(path);
    VoloJournal *const journal = must_open(path, VOLO_JOURNAL_READ);
    assert_int_equal(volo_journal_total(journal), 6);
    assert_int_equal(volo_journal_count(journal), 3);
    assert_string_equal(volo_journal_settings(journal), SETTINGS);
    assert_int_equal(volo_journal_cut(journal), 0);
    assert_record(journal, 5, "five");
    assert_record(journal, 3, "three");
    assert_record(journal, 0, "");
    assert_false(volo_journal_has(journal, 1));
    assert_false(volo_journal_has(journal, 6));
    assert_int_equal(volo_journal_append(journal, 1, "x", 1, NULL), VOLO_ERR_ARGUMENT);
    volo_journal_close(journal);
}

static void a_record_that_is_written_again_counts_once(void **state)
{
    const char *path = scratch_path(*state, "journal");
    VoloJournal *journal = must_open(path, VOLO_JOURNAL_NEW);

    append(journal, 2, "old");
    append(journal, 2, "new");
    assert_int_equal(volo_journal_count(journal), 1);
    volo_journal_close(journal);
    journal = must_open(path, VOLO_JOURNAL_RESUME);
    assert_int_equal(volo_journal_count(journal), 1);
    assert_record(journal, 2, "new");
    volo_journal_close(journal);
}

static uint8_t *read_bytes(const char *path, size_t bytes)
{
    uint8_t *const data = malloc(bytes);
    FILE *const file = fopen(path, "rb");

    assert_non_null(data);
    assert_non_null(file);
    assert_int_equal(fread(data, 1, bytes, file), bytes);
    fclose(file);
    return data;
}

/* Cut at any byte, a journal resumes with the records that are whole, and takes the others. */
static void goes_on_from_every_length(void **state)
{
    const char *path = scratch_path(*state, "journal");
    const size_t size = make_three(path);
    uint8_t *const data = read_bytes(path, size);
    size_t seen[4] = { 0 };

    for (size_t length = 0; length <= size; length++) {
        const char *part = scratch_write(*state, "part", data, length);
        VoloJournal *journal = must_open(part, VOLO_JOURNAL_RESUME);
        const size_t count = volo_journal_count(journal);

        assert_in_range(count, 0, 3);
        seen[count]++;
        assert_int_equal(volo_journal_has(journal, 3), count > 0);
        append(journal, 1, "one");
        volo_journal_close(journal);
        journal = must_open(part, VOLO_JOURNAL_READ);
        assert_int_equal(volo_journal_count(journal), count + 1);
        assert_int_equal(volo_journal_cut(journal), 0);
        assert_record(journal, 1, "one");
        if (count == 3)
            assert_record(journal, 5, "five");
        volo_journal_close(journal);
    }
    for (size_t i = 0; i < 4; i++)
        assert_true(seen[i]);
    free(data);
}

/* No byte can change without the record it is in, and those behind it, being left out, or the
 * journal being refused. */
static void notices_every_changed_bit(void **state)
{
    const char *path = scratch_path(*state, "journal");
    const size_t size = make_three(path);
    uint8_t *const data = read_bytes(path, size);

    for (size_t bit = 0; bit < 8 * size; bit++) {
        VoloJournal *journal = NULL;

        data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        const char *part = scratch_write(*state, "part", data, size);
        data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        if (volo_journal_open(part, VOLO_JOURNAL_READ, 0, NULL, &journal, NULL))
            continue;
        assert_true(volo_journal_count(journal) < 3);
        assert_true(volo_journal_cut(journal) > 0);
        volo_journal_close(journal);
    }
    free(data);
}

static void names_the_setting_that_changed(void **state)
{
    const char *path = scratch_path(*state, "journal");

    make_three(path);
    must_not_open(path, VOLO_JOURNAL_RESUME, "model\tabd\nlist\t123\n", VOLO_ERR_UNSUPPORTED,
                  "another model: 'abc', not 'abd'");
    must_not_open(path, VOLO_JOURNAL_RESUME, "model\tabc\nlist\t12\n", VOLO_ERR_UNSUPPORTED,
                  "another list: '123', not '12'");
    must_not_open(path, VOLO_JOURNAL_RESUME, "model\tabc\n", VOLO_ERR_UNSUPPORTED,
                  "another list: '123', not ''");
    must_not_open(path, VOLO_JOURNAL_RESUME, SETTINGS "flip\tyes\n", VOLO_ERR_UNSUPPORTED,
                  "another flip: '', not 'yes'");
    VoloJournal *journal = NULL;
    VoloError err;
    assert_int_equal(volo_journal_open(path, VOLO_JOURNAL_RESUME, 7, SETTINGS, &journal, &err),
                     VOLO_ERR_UNSUPPORTED);
    assert_non_null(strstr(err.message, "for 6 pictures, not 7"));
}

static void is_not_replaced_unless_asked(void **state)
{
    const char *path = scratch_path(*state, "journal");

    make_three(path);
    must_not_open(path, VOLO_JOURNAL_NEW, SETTINGS, VOLO_ERR_UNSUPPORTED, "3 of 6 pictures");
    VoloJournal *const journal = must_open(path, VOLO_JOURNAL_RESTART);
    assert_int_equal(volo_journal_count(journal), 0);
    volo_journal_close(journal);
    volo_journal_close(must_open(path, VOLO_JOURNAL_NEW)); /* nothing would be lost */
}

static void another_file_is_never_written_to(void **state)
{
    const char *path = scratch_write(*state, "letter", "Dear Sir", 8);
    static const VoloJournalMode modes[] = { VOLO_JOURNAL_NEW, VOLO_JOURNAL_RESUME,
                                             VOLO_JOURNAL_RESTART, VOLO_JOURNAL_READ };

    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        must_not_open(path, modes[i], SETTINGS, VOLO_ERR_FORMAT, "is not a journal");
    uint8_t *const data = read_bytes(path, 8);
    assert_memory_equal(data, "Dear Sir", 8);
    free(data);
    const char *fifo = scratch_path(*state, "fifo");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    must_not_open(fifo, VOLO_JOURNAL_RESUME, SETTINGS, VOLO_ERR_FORMAT, "not a regular file");
    must_not_open((*(ScratchDir **)state)->path, VOLO_JOURNAL_NEW, SETTINGS, VOLO_ERR_IO, "");
}

static void two_runs_do_not_share_one(void **state)
{
    const char *path = scratch_path(*state, "journal");
    VoloJournal *const journal = must_open(path, VOLO_JOURNAL_NEW);

    must_not_open(path, VOLO_JOURNAL_RESUME, SETTINGS, VOLO_ERR_IO, "in use by another run");
    must_not_open(path, VOLO_JOURNAL_RESTART, SETTINGS, VOLO_ERR_IO, "in use by another run");
    must_not_open(path, VOLO_JOURNAL_READ, SETTINGS, VOLO_ERR_IO, "in use by another run");
    volo_journal_close(journal);
    volo_journal_close(must_open(path, VOLO_JOURNAL_RESUME));
}

static void readers_need_something_to_read(void **state)
{
    must_not_open(scratch_path(*state, "nowhere"), VOLO_JOURNAL_READ, NULL, VOLO_ERR_IO, "nowhere");
    must_not_open(scratch_write(*state, "torn", "VOLOJ", 5), VOLO_JOURNAL_READ, NULL,
                  VOLO_ERR_FORMAT, "holds nothing yet");
}

/* The limit of a file's size stands in for a full disk; it gives an error because of SIG_IGN. */
static void a_full_disk_leaves_whole_records(void **state)
{
    const char *path = scratch_path(*state, "journal");
    const rlim_t size = make_three(path);
    VoloJournal *journal = must_open(path, VOLO_JOURNAL_RESUME);
    struct rlimit before;
    VoloError err;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_IGN);
    const struct rlimit tight = { size + 7, before.rlim_max };
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    assert_int_equal(volo_journal_append(journal, 1, "one", 3, &err), VOLO_ERR_SPACE);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_non_null(strstr(err.message, path));
    assert_false(volo_journal_has(journal, 1));
    append(journal, 1, "one");
    volo_journal_close(journal);
    journal = must_open(path, VOLO_JOURNAL_READ);
    assert_int_equal(volo_journal_cut(journal), 0);
    assert_record(journal, 1, "one");
    volo_journal_close(journal);
}

static void limits_of_records(void **state)
{
    const size_t largest = VOLO_LIMIT_JOURNAL_RECORD - 4;
    char *const data = calloc(1, largest + 1);
    VoloJournal *journal = must_open(scratch_path(*state, "journal"), VOLO_JOURNAL_NEW);
    const void *back;
    size_t bytes;

    assert_non_null(data);
    assert_int_equal(volo_journal_append(journal, 0, data, largest - 1, NULL), VOLO_OK);
    assert_int_equal(volo_journal_append(journal, 1, data, largest, NULL), VOLO_OK);
    assert_int_equal(volo_journal_append(journal, 2, data, largest + 1, NULL), VOLO_ERR_LIMIT);
    assert_int_equal(volo_journal_append(journal, 6, data, 1, NULL), VOLO_ERR_ARGUMENT);
    assert_int_equal(volo_journal_get(journal, 1, &back, &bytes, NULL), VOLO_OK);
    assert_int_equal(bytes, largest);
    assert_int_equal(volo_journal_get(journal, 2, &back, &bytes, NULL), VOLO_ERR_MISSING);
    volo_journal_close(journal);
    free(data);
}

static void limits_of_their_number(void **state)
{
    const char *path = scratch_path(*state, "journal");

    for (size_t i = 0; i < 3; i++) {
        const size_t total = VOLO_LIMIT_JOURNAL_RECORDS - 1 + i;
        VoloJournal *journal = NULL;
        const VoloStatus status =
            volo_journal_open(path, VOLO_JOURNAL_RESTART, total, SETTINGS, &journal, NULL);

        assert_int_equal(status, i < 2 ? VOLO_OK : VOLO_ERR_LIMIT);
        if (!status)
            assert_int_equal(volo_journal_append(journal, total - 1, "", 0, NULL), VOLO_OK);
        volo_journal_close(journal);
    }
}

static void a_nameless_one_leaves_nothing(void **state)
{
    VoloJournal *const journal = must_open(NULL, VOLO_JOURNAL_NEW);

    (void)state;
    append(journal, 4, "four");
    assert_record(journal, 4, "four");
    volo_journal_close(journal);
}

static void finds_settings_by_whole_keys(void **state)
{
    size_t length;

    (void)state;
    const char *value = volo_journal_setting("mod\t1\nmodel\txyz\nlist\t", "model", &length);
    assert_int_equal(length, 3);
    assert_memory_equal(value, "xyz", 3);
    assert_non_null(volo_journal_setting("model\txyz\nlist\t", "list", &length));
    assert_int_equal(length, 0);
    assert_null(volo_journal_setting("model\txyz\n", "mode", &length));
    assert_null(volo_journal_setting("", "mode", &length));
}

static void digests_are_sha256(void **state)
{
    char hex[65];

    (void)state;
    volo_journal_digest("abc", 3, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keeps_records_in_any_order, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(a_record_that_is_written_again_counts_once, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(goes_on_from_every_length, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(notices_every_changed_bit, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(names_the_setting_that_changed, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(is_not_replaced_unless_asked, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(another_file_is_never_written_to, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(two_runs_do_not_share_one, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(readers_need_something_to_read, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(a_full_disk_leaves_whole_records, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(limits_of_records, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(limits_of_their_number, scratch_setup, scratch_teardown),
        cmocka_unit_test(a_nameless_one_leaves_nothing),
        cmocka_unit_test(finds_settings_by_whole_keys),
        cmocka_unit_test(digests_are_sha256),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
