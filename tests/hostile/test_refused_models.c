/* SPDX-License-Identifier: Apache-2.0 */
/* What a person sees of every malformed model: `volo-model verify` ends with exit code 3 and one
 * line that says what is wrong, in less than a second and 64 MB. */
#include <volo/volo.h>

#include "hostile/contradictions.h"
#include "hostile/program_run.h"
#include "support/nasty.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define EXIT_MODEL 3
#define SECONDS_ALLOWED 1.0
#define KIB_ALLOWED 64000

static ScratchDir dir;
static double slowest;
static long largest;

static int set_up(void **state)
{
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    return volo_init(&err) != VOLO_OK;
}

static int clear(void **state)
{
    (void)state;
    scratch_dir_clear(&dir);
    return 0;
}

/* wanted: how the message goes on behind the file's name, if it is not cut there; a '*' ends it */
static void check_line(const char *path, const char *errors, const char *wanted)
{
    char line[1024];
    const size_t length = strcspn(wanted, "*");
    const char *end = strchr(errors, '\n');

    snprintf(line, sizeof line, "volo-model: '%s': %.*s", path, (int)length, wanted);
    line[sizeof "volo-model: " - 1 + sizeof((VoloError *)0)->message - 1] = '\0';
    if (strncmp(errors, line, strlen(line)) != 0)
        fail_msg("got %swanted %s", errors, line);
    if (!end || end[1])
        fail_msg("%s: not one line: %s", path, errors);
}

static void check_refused(const char *path, const char *wanted)
{
    const char *const argv[] = { "volo-model", "verify", path, NULL };
    ProgramRun run;

    program_run(argv, false, &run);
    if (run.code != EXIT_MODEL)
        fail_msg("%s: exit code %d, %s", path, run.code, run.errors);
    assert_string_equal(run.output, "");
    check_line(path, run.errors, wanted);
    slowest = run.seconds > slowest ? run.seconds : slowest;
    largest = run.peak_kib > largest ? run.peak_kib : largest;
    if (!program_is_sanitized() && (run.seconds >= SECONDS_ALLOWED || run.peak_kib >= KIB_ALLOWED))
        fail_msg("%s took %.3f seconds and %ld KiB", path, run.seconds, run.peak_kib);
}

static void verify_refuses_every_malformed_file(void **state)
{
    (void)state;
    assert_true(nasty_count() >= 150);
    for (size_t i = 0; i < nasty_count(); i++) {
        nasty_write(i, dir.path);
        check_refused(scratch_path(&dir, nasty_name(i)), nasty_message(i));
    }
    print_message("# %zu files: at most %.3f seconds, %ld KiB\n", nasty_count(), slowest, largest);
}

static void verify_refuses_settings_that_contradict_the_tensors(void **state)
{
    (void)state;
    for (WholeModelKind kind = 0; kind < WHOLE_KINDS; kind++) {
        MakerBytes model = { 0 };

        whole_model_build(&dir, kind, &model);
        for (size_t i = 0; i < contradiction_count; i++)
            check_refused(contradiction_write(&dir, &contradictions[i], kind, &model),
                          contradictions[i].message);
        free(model.data);
    }
    assert_true(WHOLE_KINDS * contradiction_count >= 8);
}

static void messages_say_what_is_wrong_and_not_only_that(void **state)
{
    size_t different = 0;

    (void)state;
    for (size_t i = 0; i < nasty_count(); i++) {
        size_t k = 0;

        while (k < i && strcmp(nasty_message(k), nasty_message(i)) != 0)
            k++;
        different += k == i;
    }
    print_message("# %zu different messages\n", different);
    assert_true(different >= 40);
}

static void there_are_files_of_every_kind(void **state)
{
    static const char *const kinds[] = { "cut",   "twice", "wrap",   "beyond", "differ", "opcode",
                                         "dtype", "shape", "offset", "m12",    "json" };
    size_t of_format[NASTY_KINDS] = { 0 };

    (void)state;
    for (size_t i = 0; i < nasty_count(); i++)
        of_format[nasty_kind(i)]++;
    for (size_t k = 0; k < NASTY_KINDS; k++)
        assert_true(of_format[k] >= 40);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        size_t count = 0;

        for (size_t i = 0; i < nasty_count(); i++)
            count += strstr(nasty_name(i), kinds[k]) != NULL;
        if (count < 8)
            fail_msg("%zu files with '%s' in their names", count, kinds[k]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_are_files_of_every_kind),
        cmocka_unit_test(messages_say_what_is_wrong_and_not_only_that),
        cmocka_unit_test(verify_refuses_every_malformed_file),
        cmocka_unit_test(verify_refuses_settings_that_contradict_the_tensors),
    };

    return cmocka_run_group_tests(tests, set_up, clear);
}
