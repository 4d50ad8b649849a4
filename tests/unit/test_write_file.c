/* SPDX-License-Identifier: Apache-2.0 */
/* The atomic writer: files appear whole, and a failure leaves the folder as it was. */
#include "base/write_file.h"

#include "support/scratch_dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static size_t count_entries(const ScratchDir *dir)
{
    DIR *folder = opendir(dir->path);
    size_t count = 0;

    assert_non_null(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count - 2; /* . and .. */
}

static void assert_holds(const char *path, const void *data, size_t bytes)
{
    FILE *file = fopen(path, "rb");
    char *got = malloc(bytes + 1);

    assert_non_null(file);
    assert_non_null(got);
    assert_int_equal(fread(got, 1, bytes + 1, file), bytes);
    assert_memory_equal(got, data, bytes);
    free(got);
    fclose(file);
}

static VoloStatus write_text(const char *path, const char *text, VoloError *err)
{
    VoloWriter *w = NULL;
    const VoloStatus status = volo_writer_open(path, &w, err);

    if (status)
        return status;
    volo_writer_put(w, text, strlen(text));
    return volo_writer_commit(w, err);
}

static void writes_a_file_whole(void **state)
{
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    const char *path = scratch_path(&dir, "new.txt");
    assert_int_equal(write_text(path, "hello", &err), VOLO_OK);
    assert_holds(path, "hello", 5);
    assert_int_equal(write_text(path, "", &err), VOLO_OK);
    assert_holds(path, "", 0);
    assert_int_equal(count_entries(&dir), 1);
    scratch_dir_clear(&dir);
}

/* Pieces below, at and above the size of the buffer, in every order. */
static void keeps_pieces_of_any_size_in_order(void **state)
{
    static const size_t sizes[] = { 0, 1, 65535, 65536, 65537, 3, 200000, 65536, 0, 7 };
    ScratchDir dir;
    VoloWriter *w = NULL;
    size_t total = 0;

    (void)state;
    scratch_dir_init(&dir);
    const char *path = scratch_path(&dir, "pieces");
    char *data = malloc(500000);
    assert_non_null(data);
    for (size_t i = 0; i < 500000; i++)
        data[i] = (char)(i * 7 + i / 251);
    assert_int_equal(volo_writer_open(path, &w, NULL), VOLO_OK);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        volo_writer_put(w, data + total, sizes[i]);
        total += sizes[i];
    }
    assert_int_equal(volo_writer_commit(w, NULL), VOLO_OK);
    assert_holds(path, data, total);
    free(data);
    scratch_dir_clear(&dir);
}

static void writes_to_the_current_folder(void **state)
{
    ScratchDir dir;
    char before[4096];

    (void)state;
    scratch_dir_init(&dir);
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(dir.path), 0);
    assert_int_equal(write_text("bare", "x", NULL), VOLO_OK);
    assert_holds("bare", "x", 1);
    assert_int_equal(chdir(before), 0);
    scratch_dir_clear(&dir);
}

static void respects_the_umask(void **state)
{
    ScratchDir dir;
    struct stat st;
    const mode_t before = umask(027);

    (void)state;
    scratch_dir_init(&dir);
    const char *path = scratch_path(&dir, "mode");
    assert_int_equal(write_text(path, "x", NULL), VOLO_OK);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0640);
    umask(before);
    scratch_dir_clear(&dir);
}

static void keeps_the_old_file_until_commit_and_after_discard(void **state)
{
    ScratchDir dir;
    VoloWriter *w = NULL;

    (void)state;
    scratch_dir_init(&dir);
    const char *path = scratch_write(&dir, "old", "old", 3);
    assert_int_equal(volo_writer_open(path, &w, NULL), VOLO_OK);
    volo_writer_put(w, "new", 3);
    assert_holds(path, "old", 3);
    assert_int_equal(count_entries(&dir), 2); /* the temporary file lies beside it */
    volo_writer_discard(w);
    volo_writer_discard(NULL);
    assert_holds(path, "old", 3);
    assert_int_equal(count_entries(&dir), 1);
    scratch_dir_clear(&dir);
}

static void two_writers_of_one_path_do_not_mix(void **state)
{
    ScratchDir dir;
    VoloWriter *first = NULL, *second = NULL;

    (void)state;
    scratch_dir_init(&dir);
    const char *path = scratch_path(&dir, "both");
    assert_int_equal(volo_writer_open(path, &first, NULL), VOLO_OK);
    assert_int_equal(volo_writer_open(path, &second, NULL), VOLO_OK);
    volo_writer_put(first, "1111", 4);
    volo_writer_put(second, "22", 2);
    assert_int_equal(volo_writer_commit(second, NULL), VOLO_OK);
    assert_holds(path, "22", 2);
    assert_int_equal(volo_writer_commit(first, NULL), VOLO_OK);
    assert_holds(path, "1111", 4);
    assert_int_equal(count_entries(&dir), 1);
    scratch_dir_clear(&dir);
}

static void a_file_too_large_for_the_system_leaves_the_old_one(void **state)
{
    ScratchDir dir;
    VoloError err;
    VoloWriter *w = NULL;
    struct rlimit before;

    (void)state;
    scratch_dir_init(&dir);
    const char *path = scratch_write(&dir, "old", "old", 3);
    char *data = calloc(1, 300000);
    assert_non_null(data);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_IGN);
    const struct rlimit small = { 100000, before.rlim_max };
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_int_equal(volo_writer_open(path, &w, NULL), VOLO_OK);
    for (int i = 0; i < 3; i++)
        volo_writer_put(w, data, 100000);
    const VoloStatus status = volo_writer_commit(w, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(status, VOLO_ERR_SPACE);
    assert_non_null(strstr(err.message, "old': File too large"));
    assert_holds(path, "old", 3);
    assert_int_equal(count_entries(&dir), 1);
    free(data);
    scratch_dir_clear(&dir);
}

/* /dev/full opens like a file and has no room; it stands in for the temporary file of a full disk.
 */
static void says_that_there_is_no_room_left(void **state)
{
    ScratchDir dir;
    VoloError err;
    VoloWriter *w = NULL;

    (void)state;
    scratch_dir_init(&dir);
    const int next = dup(0);
    close(next);
    assert_int_equal(volo_writer_open(scratch_path(&dir, "x"), &w, NULL), VOLO_OK);
    const int full = open("/dev/full", O_WRONLY);
    assert_true(full >= 0);
    assert_int_equal(dup2(full, next + 1), next + 1); /* next is the folder, then comes the file */
    close(full);
    volo_writer_put(w, "text", 4);
    assert_int_equal(volo_writer_commit(w, &err), VOLO_ERR_SPACE);
    assert_non_null(strstr(err.message, "x': No space left on device"));
    assert_int_equal(count_entries(&dir), 0);
    scratch_dir_clear(&dir);
}

static void refuses_to_replace_a_folder(void **state)
{
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    const char *path = scratch_path(&dir, "folder");
    assert_int_equal(mkdir(path, 0777), 0);
    assert_int_equal(write_text(path, "x", &err), VOLO_ERR_IO);
    assert_non_null(strstr(err.message, "folder': Is a directory"));
    assert_int_equal(write_text(scratch_path(&dir, "folder/"), "x", &err), VOLO_ERR_IO);
    assert_int_equal(count_entries(&dir), 1);
    scratch_dir_clear(&dir);
}

static void refuses_to_replace_what_is_not_a_file(void **state)
{
    ScratchDir dir;
    VoloError err;
    struct stat st;

    (void)state;
    scratch_dir_init(&dir);
    const char *path = scratch_path(&dir, "fifo");
    assert_int_equal(mkfifo(path, 0666), 0);
    assert_int_equal(write_text(path, "x", &err), VOLO_ERR_IO);
    assert_non_null(strstr(err.message, "is not a regular file"));
    assert_int_equal(stat(path, &st), 0);
    assert_true(S_ISFIFO(st.st_mode));
    assert_int_equal(write_text("/dev/null", "x", &err), VOLO_ERR_IO);
    assert_int_equal(count_entries(&dir), 1);
    scratch_dir_clear(&dir);
}

static void refuses_paths_that_lead_nowhere(void **state)
{
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    assert_int_equal(write_text("", "x", &err), VOLO_ERR_IO);
    assert_string_equal(err.message, "'': No such file or directory");
    assert_int_equal(write_text(scratch_path(&dir, "none/x"), "x", &err), VOLO_ERR_IO);
    assert_non_null(strstr(err.message, "none/x': No such file or directory"));
    scratch_write(&dir, "file", "x", 1);
    assert_int_equal(write_text(scratch_path(&dir, "file/x"), "x", &err), VOLO_ERR_IO);
    assert_non_null(strstr(err.message, "Not a directory"));
    scratch_dir_clear(&dir);
}

/* Root may write anywhere, so a child process that is nobody tries. */
static int status_for_nobody(const char *path)
{
    int result = 0;
    const pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        if (geteuid() == 0 && (setgid(65534) || setuid(65534)))
            _exit(100);
        _exit((int)write_text(path, "new", NULL));
    }
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_true(WIFEXITED(result));
    return WEXITSTATUS(result);
}

static void an_unwritable_folder_keeps_its_file(void **state)
{
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    const char *path = scratch_write(&dir, "old", "old", 3);
    assert_int_equal(chmod(path, 0666), 0);
    assert_int_equal(chmod(dir.path, 0555), 0);
    assert_int_equal(status_for_nobody(path), VOLO_ERR_IO);
    assert_int_equal(chmod(dir.path, 0777), 0);
    assert_holds(path, "old", 3);
    assert_int_equal(count_entries(&dir), 1);
    assert_int_equal(status_for_nobody(path), VOLO_OK);
    assert_holds(path, "new", 3);
    scratch_dir_clear(&dir);
}

static void replaces_a_link_and_not_what_it_points_to(void **state)
{
    ScratchDir dir;
    struct stat st;

    (void)state;
    scratch_dir_init(&dir);
    const char *target = scratch_write(&dir, "target", "old", 3);
    const char *path = scratch_path(&dir, "link"), *loop = scratch_path(&dir, "loop");
    assert_int_equal(symlink("target", path), 0);
    assert_int_equal(symlink("loop", loop), 0);
    assert_int_equal(write_text(path, "new", NULL), VOLO_OK);
    assert_int_equal(write_text(loop, "new", NULL), VOLO_OK);
    assert_int_equal(lstat(path, &st), 0);
    assert_true(S_ISREG(st.st_mode));
    assert_holds(target, "old", 3);
    assert_holds(loop, "new", 3);
    scratch_dir_clear(&dir);
}

static void writes_names_that_are_not_text(void **state)
{
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    const char *path = scratch_path(&dir, "new\nline \xff\xfe 'quoted'");
    assert_int_equal(write_text(path, "x", NULL), VOLO_OK);
    assert_holds(path, "x", 1);

    char name[256];
    memset(name, 'n', 255); /* the longest name there is */
    name[255] = '\0';
    path = scratch_path(&dir, name);
    assert_int_equal(write_text(path, "x", NULL), VOLO_OK);
    assert_holds(path, "x", 1);
    scratch_dir_clear(&dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_a_file_whole),
        cmocka_unit_test(keeps_pieces_of_any_size_in_order),
        cmocka_unit_test(writes_to_the_current_folder),
        cmocka_unit_test(respects_the_umask),
        cmocka_unit_test(keeps_the_old_file_until_commit_and_after_discard),
        cmocka_unit_test(two_writers_of_one_path_do_not_mix),
        cmocka_unit_test(a_file_too_large_for_the_system_leaves_the_old_one),
        cmocka_unit_test(says_that_there_is_no_room_left),
        cmocka_unit_test(refuses_to_replace_a_folder),
        cmocka_unit_test(refuses_to_replace_what_is_not_a_file),
        cmocka_unit_test(refuses_paths_that_lead_nowhere),
        cmocka_unit_test(an_unwritable_folder_keeps_its_file),
        cmocka_unit_test(replaces_a_link_and_not_what_it_points_to),
        cmocka_unit_test(writes_names_that_are_not_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
