/* SPDX-License-Identifier: Apache-2.0 */
/* Answers as somebody would make them who has taken over the process that reads a picture. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/mman.h>

#include "app/viewer/decoded_pixels.h"
#include "support/scratch_dir.h"

enum {
    ALL_SEALS = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE,
};

static int memory(size_t bytes, int seals)
{
    const int file = memfd_create("pixels", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    assert_true(file >= 0);
    assert_int_equal(ftruncate(file, (off_t)bytes), 0);
    assert_int_equal(pwrite(file, "\1\2\3\4\5\6", 6, 0), 6);
    assert_int_equal(fcntl(file, F_ADD_SEALS, seals), 0);
    return file;
}

/* What a picture of 1x2 pixels says. */
static DecodeAnswer picture(void)
{
    return (DecodeAnswer){ .channels = 3, .height = 1, .width = 2 };
}

static const char *refusal(DecodeKind kind, const DecodeAnswer *answer, int pixels)
{
    static VoloError err;
    Decoded decoded = { NULL, NULL };

    assert_int_not_equal(decoded_pixels_check(kind, "a.png", answer, pixels, &decoded, &err), 0);
    assert_null(decoded.image);
    assert_null(decoded.mask);
    return err.message;
}

static void check_untrue(DecodeKind kind, const DecodeAnswer *answer, int pixels)
{
    assert_string_equal(refusal(kind, answer, pixels),
                        "'a.png': its reader gave an answer that is not true");
}

static void true_answers_become_pictures(void **state)
{
    const DecodeAnswer answer = picture();
    const int pixels = memory(6, ALL_SEALS);
    Decoded decoded = { NULL, NULL };

    (void)state;
    assert_int_equal(decoded_pixels_check(DECODE_PICTURE, "a.png", &answer, pixels, &decoded, NULL),
                     VOLO_OK);
    close(pixels); /* is not needed any more */
    assert_int_equal(volo_image_width(decoded.image), 2);
    assert_memory_equal(volo_image_pixels(decoded.image), "\1\2\3\4\5\6", 6);
    volo_image_unref(decoded.image);
}

static void true_answers_become_labels(void **state)
{
    const DecodeAnswer answer = { .channels = 1, .height = 3, .width = 2 };
    const int pixels = memory(6, ALL_SEALS);
    Decoded decoded = { NULL, NULL };

    (void)state;
    assert_int_equal(decoded_pixels_check(DECODE_LABELS, "a.png", &answer, pixels, &decoded, NULL),
                     VOLO_OK);
    close(pixels);
    assert_int_equal(volo_mask_height(decoded.mask), 3);
    assert_memory_equal(volo_mask_labels(decoded.mask), "\1\2\3\4\5\6", 6);
    volo_mask_unref(decoded.mask);
}

/* It could be changed, or cut, which ends whoever looks at it. */
static void memory_must_be_sealed(void **state)
{
    static const int missing[] = { 0, F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_WRITE };
    const DecodeAnswer answer = picture();

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(missing); i++) {
        const int seals = missing[i] ? ALL_SEALS & ~missing[i] : 0;
        const int pixels = memory(6, seals);

        check_untrue(DECODE_PICTURE, &answer, pixels);
        close(pixels);
    }
}

static void memory_must_be_memory(void **state)
{
    const DecodeAnswer answer = picture();
    ScratchDir dir;
    int pair[2];

    (void)state;
    scratch_dir_init(&dir);
    const int file = open(scratch_write(&dir, "pixels", "123456", 6), O_RDONLY);
    assert_true(file >= 0);
    assert_int_equal(pipe(pair), 0);
    check_untrue(DECODE_PICTURE, &answer, -1);
    check_untrue(DECODE_PICTURE, &answer, file);
    check_untrue(DECODE_PICTURE, &answer, pair[0]);
    close(file);
    close(pair[0]);
    close(pair[1]);
    scratch_dir_clear(&dir);
}

static void memory_must_have_the_size(void **state)
{
    const DecodeAnswer answer = picture();

    (void)state;
    for (size_t bytes = 6; bytes <= 9; bytes += 3) {
        DecodeAnswer more = answer;
        const int pixels = memory(bytes, ALL_SEALS);

        more.width = bytes == 6 ? 3 : 2;
        check_untrue(DECODE_PICTURE, &more, pixels);
        close(pixels);
    }
}

static void sizes_must_be_possible(void **state)
{
    static const struct {
        DecodeKind kind;
        uint32_t channels;
        uint64_t height, width;
    } cases[] = {
        { DECODE_PICTURE, 3, 0, 2 },
        { DECODE_PICTURE, 3, 1, 0 },
        { DECODE_PICTURE, 1, 2, 3 },
        { DECODE_PICTURE, 6, 1, 1 },
        { DECODE_LABELS, 3, 1, 2 },
        { DECODE_POLYGONS, 2, 1, 3 },
        { DECODE_PICTURE, 3, 65501, 2 },
        { DECODE_PICTURE, 3, 2, 65501 },
        { DECODE_PICTURE, 3, 20000, 20000 },
        { DECODE_PICTURE, 3, UINT64_MAX, 2 },
        { DECODE_PICTURE, 3, (uint64_t)1 << 63, 2 },
        { DECODE_LABELS, 1, (uint64_t)1 << 32, ((uint64_t)1 << 32) + 6 },
        { DECODE_THUMBNAIL, 3, 161, 1 },
        { DECODE_THUMBNAIL, 3, 1, 321 },
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const DecodeAnswer answer = { .channels = cases[i].channels,
                                      .height = cases[i].height,
                                      .width = cases[i].width };
        const uint64_t bytes = answer.height * answer.width * answer.channels;
        const int pixels = memory(bytes > 6 && bytes < 1000000 ? bytes : 6, ALL_SEALS);

        check_untrue(cases[i].kind, &answer, pixels);
        close(pixels);
    }
}

/* Neither a status that only the viewer gives, nor a line that breaks lines, nor one without end.
 */
static void failures_are_told_as_failures_of_readers(void **state)
{
    DecodeAnswer answer = { .status = VOLO_ERR_CANCELLED };
    Decoded decoded = { NULL, NULL };
    VoloError err;

    (void)state;
    memset(answer.message, 'x', sizeof answer.message);
    answer.message[1] = '\n';
    answer.message[2] = (char)0xff;
    assert_int_equal(decoded_pixels_check(DECODE_PICTURE, "a.png", &answer, -1, &decoded, &err),
                     VOLO_ERR_FORMAT);
    assert_memory_equal(err.message, "x??x", 4);
    assert_int_equal(strlen(err.message), sizeof err.message - 1);
    answer = (DecodeAnswer){ .status = VOLO_ERR_LIMIT, .message = "too large" };
    assert_int_equal(decoded_pixels_check(DECODE_PICTURE, "a.png", &answer, -1, &decoded, &err),
                     VOLO_ERR_LIMIT);
    assert_string_equal(err.message, "too large");
    answer = (DecodeAnswer){ .status = 12345 };
    assert_string_equal(refusal(DECODE_PICTURE, &answer, -1),
                        "'a.png': its reader ended without an answer");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(true_answers_become_pictures),
        cmocka_unit_test(true_answers_become_labels),
        cmocka_unit_test(memory_must_be_sealed),
        cmocka_unit_test(memory_must_be_memory),
        cmocka_unit_test(memory_must_have_the_size),
        cmocka_unit_test(sizes_must_be_possible),
        cmocka_unit_test(failures_are_told_as_failures_of_readers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
