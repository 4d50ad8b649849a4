/* SPDX-License-Identifier: Apache-2.0 */
/* Streams whose files appear whole. */
#include <volo/output.h>

#include "support/scratch_dir.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

static ScratchDir dir;

static VoloOutput *start(const char *path)
{
    VoloOutput *o = NULL;
    VoloError err;

    if (volo_output_open(path, &o, &err))
        fail_msg("%s", err.message);
    return o;
}

static void appears_when_committed(void **state)
{
    const char *path = scratch_path(&dir, "a.txt");
    VoloOutput *o = start(path);
    char text[64] = "";

    (void)state;
    fprintf(volo_output_stream(o), "%d %s\n", 12, "monkeys");
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(volo_output_commit(o, NULL), VOLO_OK);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(text, sizeof text, file));
    fclose(file);
    assert_string_equal(text, "12 monkeys\n");
}

static void leaves_nothing_when_discarded(void **state)
{
    const char *path = scratch_path(&dir, "b.txt");
    VoloOutput *o = start(path);

    (void)state;
    fputs("half", volo_output_stream(o));
    volo_output_discard(o);
    volo_output_discard(NULL);
    assert_int_equal(access(path, F_OK), -1);
}

static void says_why_it_cannot_be_opened(void **state)
{
    VoloOutput *o = NULL;
    VoloError err;

    (void)state;
    assert_int_equal(volo_output_open("/no/such/folder/a.txt", &o, &err), VOLO_ERR_IO);
    assert_string_equal(err.message, "'/no/such/folder/a.txt': No such file or directory");
    assert_int_equal(volo_output_open("/dev/full", &o, &err), VOLO_ERR_IO);
    assert_null(o);
}

/* A limit on the size of files stands for a full disk. */
static void reports_a_full_disk_at_the_end(void **state)
{
    const char *path = scratch_path(&dir, "c.txt");
    struct rlimit before, small;
    VoloError err;

    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = (struct rlimit){ 1000, before.rlim_max };
    VoloOutput *o = start(path);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    for (int i = 0; i < 100000; i++)
        fputs("0123456789", volo_output_stream(o));
    const VoloStatus status = volo_output_commit(o, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(status, VOLO_ERR_SPACE);
    assert_non_null(strstr(err.message, "c.txt': File too large"));
    assert_int_equal(access(path, F_OK), -1);
}

static int make_dir(void **state)
{
    (void)state;
    scratch_dir_init(&dir);
    return 0;
}

static int remove_dir(void **state)
{
    (void)state;
    scratch_dir_clear(&dir);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appears_when_committed),
        cmocka_unit_test(leaves_nothing_when_discarded),
        cmocka_unit_test(says_why_it_cannot_be_opened),
        cmocka_unit_test(reports_a_full_disk_at_the_end),
    };

    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
