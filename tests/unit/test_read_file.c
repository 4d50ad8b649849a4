/* SPDX-License-Identifier: Apache-2.0 */
#include "base/read_file.h"

#include "support/scratch_dir.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* Opening must fail so; text stands somewhere in the message. */
static void must_not_open(const char *path, VoloStatus status, const char *text)
{
    VoloError err = { 0 };
    uint64_t bytes = 7;
    int fd = -7;

    assert_int_equal(volo_file_open(path, &fd, &bytes, &err), status);
    assert_int_equal(err.status, status);
    assert_non_null(strstr(err.message, path));
    assert_non_null(strstr(err.message, text));
    assert_int_equal(fd, -7);
    assert_int_equal(bytes, 7);
}

static void opens_a_file_and_tells_its_size(void **state)
{
    const char *path = scratch_write(*state, "a", "12345", 5);
    VoloError err;
    uint64_t bytes;
    int fd;

    assert_int_equal(volo_file_open(path, &fd, &bytes, &err), VOLO_OK);
    assert_int_equal(bytes, 5);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    close(fd);
}

static void names_a_missing_file_and_why(void **state)
{
    must_not_open(scratch_path(*state, "none"), VOLO_ERR_IO, "No such file or directory");
}

static void refuses_a_folder(void **state)
{
    must_not_open(((ScratchDir *)*state)->path, VOLO_ERR_UNSUPPORTED, "is a folder, not a file");
}

static void refuses_a_fifo_without_waiting_for_a_writer(void **state)
{
    const char *path = scratch_path(*state, "fifo");

    assert_int_equal(mkfifo(path, 0600), 0);
    must_not_open(path, VOLO_ERR_UNSUPPORTED, "is not a regular file");
}

static void refuses_a_device(void **state)
{
    (void)state;
    must_not_open("/dev/null", VOLO_ERR_UNSUPPORTED, "is not a regular file");
}

static void refuses_a_loop_of_links(void **state)
{
    const char *path = scratch_path(*state, "loop");

    assert_int_equal(symlink("loop", path), 0);
    must_not_open(path, VOLO_ERR_IO, "symbolic links");
}

/* Longer than any buffer that could be on the stack for it. */
static void m11_names_a_path_longer_than_any_fixed_buffer(void **state)
{
    char *path = calloc(1, 100001);
    VoloError err = { 0 };
    uint64_t bytes;
    int fd;

    (void)state;
    assert_non_null(path);
    memset(path, 'p', 100000);
    assert_int_equal(volo_file_open(path, &fd, &bytes, &err), VOLO_ERR_IO);
    assert_non_null(strstr(err.message, "ppp"));
    assert_non_null(strstr(err.message, "File name too long"));
    free(path);
}

static void reads_in_the_middle(void **state)
{
    const char *path = scratch_write(*state, "a", "0123456789", 10);
    char data[4] = "....";
    VoloError err;
    uint64_t bytes;
    int fd;

    assert_int_equal(volo_file_open(path, &fd, &bytes, &err), VOLO_OK);
    assert_int_equal(volo_file_read_at(fd, path, data, 3, 7, &err), VOLO_OK);
    assert_memory_equal(data, "789.", 4);
    assert_int_equal(volo_file_read_at(fd, path, data, 0, 10, &err), VOLO_OK);
    close(fd);
}

static void says_where_a_file_ends_early(void **state)
{
    const char *path = scratch_write(*state, "a", "0123456789", 10);
    char data[8], wanted[600];
    VoloError err;
    uint64_t bytes;
    int fd;

    assert_int_equal(volo_file_open(path, &fd, &bytes, &err), VOLO_OK);
    assert_int_equal(volo_file_read_at(fd, path, data, 5, 8, &err), VOLO_ERR_FORMAT);
    snprintf(wanted, sizeof wanted, "'%s' ends at byte 10, 3 more wanted", path);
    assert_string_equal(err.message, wanted);
    close(fd);
}

static void refuses_offsets_that_no_file_has(void **state)
{
    const char *path = scratch_write(*state, "a", "0123456789", 10);
    VoloError err;
    uint64_t bytes;
    char data[8];
    int fd;

    assert_int_equal(volo_file_open(path, &fd, &bytes, &err), VOLO_OK);
    assert_int_equal(volo_file_read_at(fd, path, data, 1, UINT64_MAX, &err), VOLO_ERR_FORMAT);
    assert_int_equal(volo_file_read_at(fd, path, data, 8, INT64_MAX - 3, &err), VOLO_ERR_FORMAT);
    close(fd);
}

static void names_the_file_of_a_read_that_fails(void **state)
{
    VoloError err;
    char data[8];

    (void)state;
    assert_int_equal(volo_file_read_at(-1, "gone", data, 8, 0, &err), VOLO_ERR_IO);
    assert_string_equal(err.message, "cannot read 'gone': Bad file descriptor");
}

static void reads_a_whole_file_and_ends_it_with_nul(void **state)
{
    const char *path = scratch_write(*state, "a", "abc\0d", 5);
    VoloError err;
    size_t bytes;
    char *data;

    assert_int_equal(volo_file_read(path, 5, &data, &bytes, &err), VOLO_OK);
    assert_int_equal(bytes, 5);
    assert_memory_equal(data, "abc\0d\0", 6);
    free(data);
}

static void reads_an_empty_file(void **state)
{
    const char *path = scratch_write(*state, "a", "", 0);
    VoloError err;
    size_t bytes;
    char *data;

    assert_int_equal(volo_file_read(path, 0, &data, &bytes, &err), VOLO_OK);
    assert_int_equal(bytes, 0);
    assert_string_equal(data, "");
    free(data);
}

static void refuses_a_file_above_the_limit(void **state)
{
    const char *path = scratch_write(*state, "a", "123456", 6);
    char *data = NULL, wanted[600];
    VoloError err;
    size_t bytes = 7;

    assert_int_equal(volo_file_read(path, 5, &data, &bytes, &err), VOLO_ERR_LIMIT);
    snprintf(wanted, sizeof wanted, "'%s' has 6 bytes, limit 5", path);
    assert_string_equal(err.message, wanted);
    assert_null(data);
    assert_int_equal(bytes, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(opens_a_file_and_tells_its_size, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(names_a_missing_file_and_why, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(refuses_a_folder, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(refuses_a_fifo_without_waiting_for_a_writer, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test(refuses_a_device),
        cmocka_unit_test_setup_teardown(refuses_a_loop_of_links, scratch_setup, scratch_teardown),
        cmocka_unit_test(m11_names_a_path_longer_than_any_fixed_buffer),
        cmocka_unit_test_setup_teardown(reads_in_the_middle, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(says_where_a_file_ends_early, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(refuses_offsets_that_no_file_has, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test(names_the_file_of_a_read_that_fails),
        cmocka_unit_test_setup_teardown(reads_a_whole_file_and_ends_it_with_nul, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(reads_an_empty_file, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(refuses_a_file_above_the_limit, scratch_setup,
                                        scratch_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
