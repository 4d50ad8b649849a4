/* SPDX-License-Identifier: Apache-2.0 */
/* Reading pictures in a process that can do nothing else: the same pixels and messages as in this
 * process, whatever a file has its reader do, and whatever becomes of volo-decode. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "app/common/messages.h"
#include "app/viewer/decode/confine.h"
#include "app/viewer/decode/decode.h"
#include "tests/viewer/decoder_stage.h"

static ScratchDir dir;

static int set_up(void **state)
{
    (void)state;
    scratch_dir_init(&dir);
    decoder_stage_use_hooks(0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scratch_dir_clear(&dir);
    return 0;
}

/* What loading one picture says; "" when it was read. */
static const char *message_of(const char *path)
{
    static VoloError err;
    VoloImage *image;

    if (volo_decoder_load_image(path, NULL, &image, &err))
        return err.message;
    volo_image_unref(image);
    return "";
}

static void assert_reads_on(void)
{
    assert_string_equal(message_of(sample_picture(0)), "");
}

/* --- the same as in this process -------------------------------------------------------------- */

static VoloStatus load(DecodeKind kind, const char *path, Decoded *decoded, VoloError *err)
{
    switch (kind) {
    case DECODE_PICTURE:
        return volo_decoder_load_image(path, NULL, &decoded->image, err);
    case DECODE_THUMBNAIL:
        return volo_decoder_load_thumbnail(path, NULL, &decoded->image, err);
    case DECODE_LABELS:
        return volo_decoder_load_labels(path, NULL, &decoded->mask, err);
    default:
        return volo_decoder_load_polygons(path, NULL, &decoded->mask, err);
    }
}

static VoloStatus load_here(DecodeKind kind, const char *path, Decoded *decoded, VoloError *err)
{
    VoloInput input;
    VoloStatus status = volo_input_open(path, &input, err);

    if (status)
        return status;
    status = decode_input(kind, &input, NULL, decoded, err);
    volo_input_close(&input);
    return status;
}

static void clear(Decoded *decoded)
{
    volo_image_unref(decoded->image);
    volo_mask_unref(decoded->mask);
}

static gboolean are_equal(const Decoded *a, const Decoded *b)
{
    if (a->image && b->image)
        return volo_image_height(a->image) == volo_image_height(b->image) &&
               volo_image_width(a->image) == volo_image_width(b->image) &&
               memcmp(volo_image_pixels(a->image), volo_image_pixels(b->image),
                      volo_image_height(a->image) * volo_image_width(a->image) * 3) == 0;
    return a->mask && b->mask && volo_mask_height(a->mask) == volo_mask_height(b->mask) &&
           volo_mask_width(a->mask) == volo_mask_width(b->mask) &&
           memcmp(volo_mask_labels(a->mask), volo_mask_labels(b->mask),
                  volo_mask_height(a->mask) * volo_mask_width(a->mask)) == 0;
}

/* Returns whether it could be read. */
static gboolean check_same(DecodeKind kind, const char *path)
{
    Decoded there = { NULL, NULL }, here = { NULL, NULL };
    VoloError err = { VOLO_OK, "" }, err_here = { VOLO_OK, "" };
    const VoloStatus status = load(kind, path, &there, &err);
    const VoloStatus status_here = load_here(kind, path, &here, &err_here);

    if (status != status_here || strcmp(err.message, err_here.message) != 0)
        fail_msg("kind %d, '%s': '%s' here, '%s' there", (int)kind, path, err_here.message,
                 err.message);
    if (!status && !are_equal(&there, &here))
        fail_msg("kind %d, '%s': not the same pixels", (int)kind, path);
    clear(&there);
    clear(&here);
    return !status;
}

typedef struct Tally {
    unsigned good, bad;
} Tally;

static void check_tree(const char *path, DecodeKind first, DecodeKind last, Tally *tally)
{
    GDir *const folder = g_dir_open(path, 0, NULL);
    const char *name;

    for (DecodeKind kind = first; !folder && kind <= last; kind++)
        *(check_same(kind, path) ? &tally->good : &tally->bad) += 1;
    while (folder && (name = g_dir_read_name(folder))) {
        char *const below = g_build_filename(path, name, NULL);
        check_tree(below, first, last, tally);
        g_free(below);
    }
    if (folder)
        g_dir_close(folder);
}

static void gives_the_pixels_of_all_samples(void **state)
{
    char *const pictures = g_build_filename(getenv("VOLO_SAMPLES"), "leftImg8bit", NULL);
    char *const labels = g_build_filename(getenv("VOLO_SAMPLES"), "gtFine", NULL);
    Tally tally = { 0, 0 };

    (void)state;
    check_tree(pictures, DECODE_PICTURE, DECODE_THUMBNAIL, &tally);
    assert_int_equal(tally.good, 6);
    check_tree(labels, DECODE_LABELS, DECODE_POLYGONS, &tally);
    assert_int_equal(tally.good, 6 + 6);
    assert_int_equal(tally.bad, 3 + 9); /* instances have 16 bits; and none is a polygon file */
    g_free(pictures);
    g_free(labels);
}

/* Those that searches for faults have kept, all kinds of damage among them, and the golden ones. */
static void says_the_same_of_all_damaged_files(void **state)
{
    static const char *const folders[] = { "png", "jpeg", "ppm", "polygons" };
    Tally tally = { 0, 0 };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
        char *const path = g_build_filename(getenv("VOLO_CORPUS"), folders[i], NULL);

        check_tree(path, i == 3 ? DECODE_POLYGONS : DECODE_PICTURE,
                   i == 0   ? DECODE_LABELS
                   : i == 3 ? DECODE_POLYGONS
                            : DECODE_PICTURE,
                   &tally);
        g_free(path);
    }
    char *const golden = g_build_filename(getenv("VOLO_GOLDEN_DIR"), "polygons", NULL);
    check_tree(golden, DECODE_LABELS, DECODE_POLYGONS, &tally);
    g_free(golden);
    assert_true(tally.good > 200);
    assert_true(tally.bad > 400);
}

static void says_the_same_of_files_that_cannot_be_opened(void **state)
{
    char *const name = g_strnfill(200, 'n');
    char *const deep = g_build_filename(dir.path, name, name, name, NULL);

    (void)state;
    assert_false(check_same(DECODE_PICTURE, scratch_path(&dir, "none.png")));
    assert_false(check_same(DECODE_PICTURE, dir.path));
    assert_false(check_same(DECODE_LABELS, "/dev/zero"));
    assert_false(check_same(DECODE_POLYGONS, scratch_write(&dir, "empty.json", "", 0)));
    assert_false(check_same(DECODE_PICTURE, scratch_write(&dir, "empty.png", "", 0)));
    assert_false(check_same(DECODE_PICTURE, deep));
    assert_false(check_same(DECODE_PICTURE, write_huge_header(&dir, "huge.png")));
    g_free(deep);
    g_free(name);
}

/* A path that fills more than a message. */
static void names_files_with_long_paths(void **state)
{
    char *const name = g_strnfill(200, 'n');
    char *const folders = g_strjoin("/", name, name, name, NULL);
    char *const file = g_strconcat(folders, "/a.png", NULL);

    (void)state;
    make_folder(&dir, folders);
    assert_false(check_same(DECODE_PICTURE, scratch_write(&dir, file, "none of these", 13)));
    g_free(file);
    g_free(folders);
    g_free(name);
}

/* --- what a reader cannot do ------------------------------------------------------------------ */

static void forbidden_calls_end_the_reader(void **state)
{
    static const char *const hooks[] = { "open",   "create",     "stat",   "unlink",
                                         "socket", "connect",    "execve", "fork",
                                         "kill",   "ptrace",     "write",  "send",
                                         "code",   "code-later", "limit",  "filter" };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(hooks); i++) {
        const char *const said = message_of(decoder_stage_hook(&dir, "evil.png", hooks[i]));

        if (!strstr(said, "evil.png': its reader did what no reader does, and was stopped"))
            fail_msg("%s: '%s'", hooks[i], said);
    }
    assert_reads_on();
}

/* Even where a call is let through, by a fault of the filter, there is no file to be had. */
static void files_cannot_be_opened_by_landlock_either(void **state)
{
    (void)state;
    const pid_t pid = fork();
    if (pid == 0) {
        const int version = confine_files();
        const int opened = open("/etc/passwd", O_RDONLY);
        _exit(version > 0 && opened >= 0 ? 1 : 0);
    }
    int status = -1;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static void crashes_are_told_and_the_next_picture_is_read(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        const char *const said = message_of(decoder_stage_hook(&dir, "crash.png", "fault"));

        if (!strstr(said, "crash.png': its reader "))
            fail_msg("'%s'", said);
        if (!DECODE_SANITIZED && !strstr(said, "crashed (signal 11)"))
            fail_msg("'%s'", said);
        assert_reads_on();
    }
}

static void answers_that_are_not_true_are_not_believed(void **state)
{
    (void)state;
    assert_non_null(strstr(message_of(decoder_stage_hook(&dir, "a.png", "lie")),
                           "a.png': its reader gave an answer that is not true"));
    assert_non_null(strstr(message_of(decoder_stage_hook(&dir, "a.png", "short")),
                           "a.png': its reader ended without an answer"));
    assert_non_null(strstr(message_of(decoder_stage_hook(&dir, "a.png", "vanish")),
                           "a.png': its reader ended without an answer"));
    assert_reads_on();
}

static unsigned number_in(const char *message)
{
    const char *const colon = strrchr(message, ':');

    assert_non_null(colon);
    return (unsigned)strtoul(colon + 1, NULL, 10);
}

/* No more than the largest picture takes; what the reader has from the start is on top. */
static void memory_is_limited(void **state)
{
    const unsigned most = (unsigned)(volo_image_limits().memory >> 20) + 64;
    const unsigned had = number_in(message_of(decoder_stage_hook(&dir, "a.png", "memory")));

    (void)state;
    if (!DECODE_SANITIZED)
        assert_in_range(had, most - 16, most);
    assert_in_range(number_in(message_of(decoder_stage_hook(&dir, "a.png", "descriptors"))), 1, 5);
    assert_reads_on();
}

static void processor_time_is_limited(void **state)
{
    (void)state;
    assert_non_null(strstr(message_of(decoder_stage_hook(&dir, "slow.png", "spin")),
                           "slow.png': reading it takes too long"));
    assert_reads_on();
}

static void patience_is_limited(void **state)
{
    (void)state;
    decoder_stage_use_hooks(200);
    assert_non_null(strstr(message_of(decoder_stage_hook(&dir, "slow.png", "spin")),
                           "slow.png': reading it takes too long"));
    decoder_stage_use_hooks(0);
    assert_reads_on();
}

/* --- cancelling ------------------------------------------------------------------------------- */

static gpointer cancel_soon(gpointer cancellable)
{
    g_usleep(100 * 1000);
    g_cancellable_cancel(cancellable);
    return NULL;
}

/* The reader is gone soon after, too. */
static void cancelling_ends_the_reader(void **state)
{
    GCancellable *const cancellable = g_cancellable_new();
    VoloImage *image = NULL;
    VoloError err;

    (void)state;
    const char *const path = decoder_stage_hook(&dir, "slow.png", "spin");
    GThread *const thread = g_thread_new("cancel", cancel_soon, cancellable);
    assert_int_equal(volo_decoder_load_image(path, cancellable, &image, &err), VOLO_ERR_CANCELLED);
    g_thread_join(thread);
    assert_null(image);
    for (int i = 0; i < 500 && decoder_stage_child(decoder_stage_child(0)); i++)
        g_usleep(10 * 1000);
    assert_int_equal(decoder_stage_child(decoder_stage_child(0)), 0);
    assert_int_equal(volo_decoder_load_image(sample_picture(0), cancellable, &image, &err),
                     VOLO_ERR_CANCELLED);
    g_object_unref(cancellable);
    assert_reads_on();
}

/* --- volo-decode itself ----------------------------------------------------------------------- */

static void is_started_again_when_it_is_gone(void **state)
{
    (void)state;
    assert_reads_on();
    for (int i = 0; i < 3; i++) {
        const pid_t before = decoder_stage_child(0);

        assert_true(before > 0);
        assert_int_equal(kill(before, SIGKILL), 0);
        assert_reads_on();
        assert_int_not_equal(decoder_stage_child(0), before);
    }
}

/* Ends volo-decode when it has a reader, that many times; not the one that it tries out first. */
static gpointer keep_killing(gpointer times)
{
    pid_t killed = 0;

    for (int count = 0, tries = 0; count < GPOINTER_TO_INT(times) && tries < 300; tries++) {
        g_usleep(200 * 1000);
        const pid_t zygote = decoder_stage_child(0);
        if (!zygote || zygote == killed || !decoder_stage_child(zygote))
            continue;
        kill(zygote, SIGKILL);
        killed = zygote;
        count++;
    }
    return NULL;
}

static void is_started_again_once_for_a_picture(void **state)
{
    const char *const path = decoder_stage_hook(&dir, "slow.png", "spin");

    (void)state;
    assert_reads_on();
    GThread *thread = g_thread_new("killer", keep_killing, GINT_TO_POINTER(2));
    assert_non_null(strstr(message_of(path), "slow.png': the program that reads pictures, "
                                             "volo-decode, ended"));
    g_thread_join(thread);
    assert_reads_on();
    thread = g_thread_new("killer", keep_killing, GINT_TO_POINTER(1));
    assert_non_null(strstr(message_of(path), "slow.png': reading it takes too long"));
    g_thread_join(thread);
    assert_reads_on();
}

/* How often the notes that a program has printed since contain those words. */
static unsigned count_notes(const char *path, const char *words)
{
    unsigned count = 0;
    char *text;

    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    for (const char *at = text; (at = strstr(at, words)); at++)
        count++;
    g_free(text);
    return count;
}

/* Whoever wants to know is told, once. */
static void without_it_is_told_once(void **state)
{
    char *const path = g_strdup(scratch_path(&dir, "stderr"));
    const int saved = dup(STDERR_FILENO), file = open(path, O_CREAT | O_WRONLY | O_APPEND, 0600);

    (void)state;
    message_style((MessageStyle){ .verbose = true, .no_color = true });
    assert_true(dup2(file, STDERR_FILENO) >= 0);
    volo_decoder_set_program("/nowhere/volo-decode", 0);
    for (int i = 0; i < 3; i++)
        assert_reads_on();
    assert_true(dup2(saved, STDERR_FILENO) >= 0);
    message_style((MessageStyle){ .verbose = false });
    close(saved);
    close(file);
    assert_int_equal(count_notes(path, "pictures are read without a sandbox: "
                                       "/nowhere/volo-decode: No such file or directory\n"),
                     1);
    g_free(path);
    decoder_stage_use_hooks(0);
}

static void without_it_pictures_are_read_here(void **state)
{
    static const char *const programs[] = { NULL, "/nowhere/volo-decode", "/bin/true", "/bin/cat" };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(programs); i++) {
        volo_decoder_set_program(programs[i], 0);
        volo_decoder_start();
        for (DecodeKind kind = DECODE_PICTURE; kind <= DECODE_LABELS; kind++)
            check_same(kind, sample_picture(1));
        assert_reads_on();
        assert_int_equal(decoder_stage_child(0), 0);
    }
    decoder_stage_use_hooks(0);
}

/* --- a long life ------------------------------------------------------------------------------ */

static void no_descriptor_is_lost_in_a_thousand_pictures(void **state)
{
    const char *const good = write_flat(&dir, "good.png", 5, 7, 3);
    const char *const bad = scratch_write(&dir, "bad.png", "\x89PNG\r\n\x1a\n", 8);
    const char *const evil = decoder_stage_hook(&dir, "evil.png", "vanish");

    (void)state;
    assert_string_equal(message_of(good), "");
    const pid_t zygote = decoder_stage_child(0);
    while (decoder_stage_child(zygote))
        g_usleep(1000);
    const size_t here = decoder_stage_descriptors(0), there = decoder_stage_descriptors(zygote);
    for (int i = 0; i < 1000; i++)
        message_of(i % 10 == 0 ? evil : i % 10 == 1 ? bad : good);
    assert_int_equal(decoder_stage_child(0), zygote);
    for (int i = 0; i < 500 && decoder_stage_child(zygote); i++)
        g_usleep(10 * 1000);
    assert_int_equal(decoder_stage_descriptors(0), here);
    assert_int_equal(decoder_stage_descriptors(zygote), there);
}

static gpointer read_many(gpointer first)
{
    for (int i = 0; i < 8; i++) {
        const DecodeKind kind = (DecodeKind)((GPOINTER_TO_INT(first) + i) % DECODE_LABELS);
        Decoded decoded = { NULL, NULL };
        VoloError err;

        if (load(kind, sample_picture((GPOINTER_TO_INT(first) + i) % 3), &decoded, &err))
            return g_strdup(err.message);
        clear(&decoded);
    }
    return NULL;
}

static void threads_read_beside_each_other(void **state)
{
    GThread *threads[20]; /* more than there are readers at a time */

    (void)state;
    sample_picture(0);
    for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("reads", read_many, GINT_TO_POINTER((int)i));
    for (size_t i = 0; i < G_N_ELEMENTS(threads); i++) {
        char *const wrong = g_thread_join(threads[i]);

        if (wrong)
            fail_msg("%s", wrong);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_the_pixels_of_all_samples),
        cmocka_unit_test(says_the_same_of_all_damaged_files),
        cmocka_unit_test(says_the_same_of_files_that_cannot_be_opened),
        cmocka_unit_test(names_files_with_long_paths),
        cmocka_unit_test(forbidden_calls_end_the_reader),
        cmocka_unit_test(files_cannot_be_opened_by_landlock_either),
        cmocka_unit_test(crashes_are_told_and_the_next_picture_is_read),
        cmocka_unit_test(answers_that_are_not_true_are_not_believed),
        cmocka_unit_test(memory_is_limited),
        cmocka_unit_test(processor_time_is_limited),
        cmocka_unit_test(patience_is_limited),
        cmocka_unit_test(cancelling_ends_the_reader),
        cmocka_unit_test(is_started_again_when_it_is_gone),
        cmocka_unit_test(is_started_again_once_for_a_picture),
        cmocka_unit_test(without_it_pictures_are_read_here),
        cmocka_unit_test(without_it_is_told_once),
        cmocka_unit_test(no_descriptor_is_lost_in_a_thousand_pictures),
        cmocka_unit_test(threads_read_beside_each_other),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
