/* SPDX-License-Identifier: Apache-2.0 */
/* Against the examples of FIPS 180-2 and digests of Python's hashlib at every padding edge. */
#include "base/sha256.h"

#include <volo/model.h>

#include "support/scratch_dir.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define LARGE 100003u /* bytes: several reads of volo_file_sha256 */
#define LARGE_DIGEST "b4bec991fc613fcb4d2a26eb529e493ed4e3152cc00f0a49bd39b3e48b34824e"

static uint8_t pattern[LARGE]; /* (7 i + 3) mod 256 */

static void check(const VoloSha256 *state, const char *want)
{
    VoloSha256 s = *state;
    uint8_t digest[32];
    char hex[65];

    volo_sha256_finish(&s, digest);
    for (size_t i = 0; i < 32; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    assert_string_equal(hex, want);
}

static void check_text(const char *text, const char *want)
{
    VoloSha256 s;

    volo_sha256_init(&s);
    volo_sha256_update(&s, text, strlen(text));
    check(&s, want);
}

static void gives_the_digests_of_the_standard(void **state)
{
    char *letters = malloc(1000001);

    (void)state;
    assert_non_null(letters);
    memset(letters, 'a', 1000000);
    letters[1000000] = '\0';
    check_text("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    check_text("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
               "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    check_text(letters, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(letters);
}

static void pads_every_length_as_it_should(void **state)
{
    static const struct {
        size_t bytes;
        const char *digest;
    } cases[] = {
        { 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
        { 1, "084fed08b978af4d7d196a7446a86b58009e636b611db16211b65a9aadff29c5" },
        { 55, "e7313d333c272e639f790978283f9eb392e843d0f29b7016828bb1daa4aac70b" },
        { 56, "4324d65f3c103567f5589c710bc08f8523f929a9272e3af36fc968e52abc6c27" },
        { 57, "35df609437dcfea3279283ab79fd554e2bf78f8f7ae2de532d8ee300b09e8f73" },
        { 63, "81c80242132f230c3bd41b3e63bbcff16107339549214a99614ff26664625055" },
        { 64, "39e3d7b6b5d075d37d053ad89b24b41bef4f3c29760c84447cab3f3be1882241" },
        { 65, "aacca6ff74fdbb296d165a45cecfa04e5127bc008770fbbdd48006f2d2fae95e" },
        { 119, "9ce7368e4daf32341631b492e80359dc9f594b48453cd0dd5bf0b19279cc177e" },
        { 120, "7836b787757e95e58b3ca5aec90b1b004e8deba1e50e9675af9cabf1a13a04b5" },
        { 121, "1189a98a00c71bc1848ea8bdc9700b442bee0be7c3f45172303f1ab0b6f1617e" },
        { 127, "a8d23e75d936f303d248888d9b165ee543f4cbafcad3c9dd2a79bd84faa11d07" },
        { 128, "d2742f1f4ac6bb7ca2b239ee18402ba8b3f9f8e652d2a72973c2b9ba11c08cf6" },
        { 129, "307f8fc2c1622b92762e818d39a185d4d667ad49a4b07ceae1f4afa008a93ec4" },
        { 1000, "1e9bc38cbf860b9ec31918b065f9b52476c549a782e0e7990bed8ce3868d2371" },
        { LARGE, LARGE_DIGEST },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        VoloSha256 s;

        volo_sha256_init(&s);
        volo_sha256_update(&s, pattern, cases[i].bytes);
        check(&s, cases[i].digest);
    }
}

static void does_not_care_how_the_data_are_cut(void **state)
{
    static const size_t pieces[] = { 1, 3, 63, 64, 65, 127, 128, 1000, 4096 };

    (void)state;
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        VoloSha256 s;

        volo_sha256_init(&s);
        for (size_t at = 0; at < LARGE; at += pieces[i]) {
            const size_t left = LARGE - at;

            volo_sha256_update(&s, pattern + at, left < pieces[i] ? left : pieces[i]);
            volo_sha256_update(&s, NULL, 0);
        }
        check(&s, LARGE_DIGEST);
    }
}

static void names_a_file(void **state)
{
    ScratchDir dir;
    VoloError err;
    char hex[65];

    (void)state;
    scratch_dir_init(&dir);
    const char *large = scratch_write(&dir, "large", pattern, LARGE);
    assert_int_equal(volo_file_sha256(large, hex, &err), VOLO_OK);
    assert_string_equal(hex, LARGE_DIGEST);
    const char *empty = scratch_write(&dir, "empty", "", 0);
    assert_int_equal(volo_file_sha256(empty, hex, &err), VOLO_OK);
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    scratch_dir_clear(&dir);
}

static void leaves_the_digest_alone_when_there_is_no_file(void **state)
{
    ScratchDir dir;
    VoloError err;
    char hex[65] = "as before", want[512];

    (void)state;
    scratch_dir_init(&dir);
    const char *path = scratch_path(&dir, "absent");
    assert_int_equal(volo_file_sha256(path, hex, &err), VOLO_ERR_IO);
    snprintf(want, sizeof want, "cannot open '%s': No such file or directory", path);
    assert_string_equal(err.message, want);
    assert_int_equal(volo_file_sha256(dir.path, hex, &err), VOLO_ERR_UNSUPPORTED);
    assert_string_equal(hex, "as before");
    scratch_dir_clear(&dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_the_digests_of_the_standard),
        cmocka_unit_test(pads_every_length_as_it_should),
        cmocka_unit_test(does_not_care_how_the_data_are_cut),
        cmocka_unit_test(names_a_file),
        cmocka_unit_test(leaves_the_digest_alone_when_there_is_no_file),
    };

    for (size_t i = 0; i < LARGE; i++)
        pattern[i] = (uint8_t)(7 * i + 3);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
