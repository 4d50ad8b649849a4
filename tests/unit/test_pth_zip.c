/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "support/scratch_dir.h"
#include "support/weights_check.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define SOUND MAKER_STATE_DICT " ."

static const float numbers[6] = { 0, 1, 2, 3, 4, 5 };

static VoloWeights *open_style(MakerZipStyle style)
{
    MakerZip zip = { 0 };

    maker_torch(&zip, style, SOUND);
    return weights_must_open(&zip.out);
}

static void opens_what_torch_writes(void **state)
{
    VoloWeights *w = open_style(MAKER_TORCH);

    (void)state;
    assert_string_equal(w->format, "torch zip");
    assert_int_equal(w->count, 2);
    assert_null(w->config);
    assert_null(w->note);
    weights_check_tensor(w, "decode_head.w", numbers, 6);
    volo_weights_close(w);
}

static void opens_what_other_zip_programs_write(void **state)
{
    VoloWeights *w = open_style(MAKER_PLAIN);

    (void)state;
    weights_check_tensor(w, "decode_head.w", numbers, 6);
    volo_weights_close(w);
}

static void opens_sizes_and_offsets_of_64_bits(void **state)
{
    VoloWeights *w = open_style(MAKER_WIDE);

    (void)state;
    weights_check_tensor(w, "decode_head.w", numbers, 6);
    volo_weights_close(w);
}

static VoloWeights *open_strided(const char *tensor)
{
    char source[200];

    snprintf(source, sizeof source, "odict ( 'decode_head.w' %s u .", tensor);
    return weights_of_pickle(source);
}

static void reads_strided_tensors_row_by_row(void **state)
{
    (void)state;
    VoloWeights *w = open_strided("tensor:0:FloatStorage:6:0:3,2:1,3");
    weights_check_tensor(w, "decode_head.w", (float[]){ 0, 3, 1, 4, 2, 5 }, 6);
    volo_weights_close(w);
    w = open_strided("tensor:0:FloatStorage:6:1:2,2:3,1");
    weights_check_tensor(w, "decode_head.w", (float[]){ 1, 2, 4, 5 }, 4);
    volo_weights_close(w);
    w = open_strided("tensor:0:FloatStorage:6:0:1,3,2,1:6,1,3,7");
    weights_check_tensor(w, "decode_head.w", (float[]){ 0, 3, 1, 4, 2, 5 }, 6);
    volo_weights_close(w);
    w = open_strided("tensor:0:FloatStorage:6:1:2,2:0,2"); /* the same row twice */
    weights_check_tensor(w, "decode_head.w", (float[]){ 1, 3, 1, 3 }, 4);
    volo_weights_close(w);
}

static void reads_any_part_of_a_strided_tensor(void **state)
{
    static const float wanted[6] = { 0, 3, 1, 4, 2, 5 };
    VoloWeights *w = open_strided("tensor:0:FloatStorage:6:0:3,2:1,3");
    const VoloWeightEntry *e = volo_weights_find(w, "decode_head.w");

    (void)state;
    for (size_t first = 0; first < 6; first++) {
        for (size_t count = 0; count <= 6 - first; count++) {
            float x[7] = { 9, 9, 9, 9, 9, 9, 9 };

            assert_int_equal(volo_weights_read(w, e, first, count, x, NULL), VOLO_OK);
            assert_memory_equal(x, wanted + first, count * sizeof *x);
            assert_true(x[count] == 9);
        }
    }
    volo_weights_close(w);
}

static void reads_strided_halves(void **state)
{
    VoloWeights *w =
        weights_of_pickle("odict ( 'decode_head.w' tensor:0:HalfStorage:12:5:2,2:2,4 u .");

    (void)state;
    /* 0..5 as halves: 0 0 0 3f80 0 4000 0 4040 0 4080 0 40a0 */
    weights_check_tensor(w, "decode_head.w", (float[]){ 2, 2.25f, 2.125f, 2.3125f }, 4);
    volo_weights_close(w);
    w = weights_of_pickle("odict ( 'decode_head.w' tensor:0:BFloat16Storage:12:1:2,3:6,2 u .");
    weights_check_tensor(w, "decode_head.w", numbers, 6);
    volo_weights_close(w);
    w = weights_of_pickle("odict ( 'decode_head.w' tensor:0:BFloat16Storage:12:1:3,2:2,6 u .");
    weights_check_tensor(w, "decode_head.w", (float[]){ 0, 3, 1, 4, 2, 5 }, 6);
    volo_weights_close(w);
}

static void reads_two_tensors_of_one_storage(void **state)
{
    VoloWeights *w = weights_of_pickle("odict ( 'decode_head.a' tensor:0:FloatStorage:6:0:2:1 "
                                       "'decode_head.b' tensor:0:FloatStorage:6:2:4:1 u .");

    (void)state;
    weights_check_tensor(w, "decode_head.a", numbers, 2);
    weights_check_tensor(w, "decode_head.b", numbers + 2, 4);
    weights_check_tensor(w, "decode_head.a", numbers, 2);
    volo_weights_close(w);
}

/* Opens a file in which byte 5 of the first storage is damaged, and reads count elements. */
static void must_notice_damage(const char *tensor, uint64_t first, size_t count)
{
    char source[200];
    MakerZip zip = { 0 };
    VoloError err = { 0 };
    float x[6];

    snprintf(source, sizeof source, "odict ( 'decode_head.w' %s u .", tensor);
    maker_torch(&zip, MAKER_TORCH, source);
    zip.out.data[zip.entry[2].data + 5] ^= 1;
    VoloWeights *w = weights_must_open(&zip.out);
    for (int again = 0; again < 2; again++) {
        assert_int_equal(volo_weights_read(w, w->entry, first, count, x, &err), VOLO_ERR_FORMAT);
        assert_non_null(strstr(err.message, "': tensor 'decode_head.w' is damaged: CRC-32 "));
        assert_non_null(strstr(err.message, ", expected "));
    }
    volo_weights_close(w);
}

static void m14_compares_the_crc_of_every_entry_that_is_read(void **state)
{
    (void)state;
    must_notice_damage("tensor:0:FloatStorage:6:0:2,3:3,1", 0, 6); /* the whole storage */
    must_notice_damage("tensor:0:FloatStorage:6:0:2,3:3,1", 4, 1); /* elsewhere in it */
    must_notice_damage("tensor:0:FloatStorage:6:3:1:1", 0, 1);
    must_notice_damage("tensor:0:FloatStorage:6:0:3,2:1,3", 0, 6);
    must_notice_damage("tensor:0:BFloat16Storage:12:0:12:1", 0, 2);
    weights_check_nasty("m14_zip_pickle_byte_changed.pth");
    weights_check_nasty("zip_byteorder_byte_changed.pth");
    weights_check_nasty("zip_version_byte_changed.pth");
}

static void m14_refuses_headers_that_disagree_with_the_directory(void **state)
{
    (void)state;
    weights_check_nasty("m14_zip_central_name_differs.pth");
    weights_check_nasty("m14_zip_local_name_differs.pth");
    weights_check_nasty("m14_zip_local_flags_differ.pth");
    weights_check_nasty("m14_zip_local_deflated.pth");
    weights_check_nasty("m14_zip_central_crc_differs.pth");
    weights_check_nasty("m14_zip_central_size_differs.pth");
}

static void m12_unfolds_nothing(void **state)
{
    (void)state;
    weights_check_nasty("m12_zip_bomb.pth");
    weights_check_nasty("m12_zip_central_deflated.pth");
}

static void m1_refuses_directory_sizes_that_wrap(void **state)
{
    (void)state;
    weights_check_nasty("zip_end64_directory_bytes_wrap.pth");
    weights_check_nasty("zip_locator_offset_wraps.pth");
    weights_check_nasty("zip_central_sizes_of_64_bits_missing.pth");
}

static void refuses_every_malformed_file(void **state)
{
    (void)state;
    weights_check_kind(NASTY_ZIP);
}

static void refuses_every_prefix_and_survives_every_flip(void **state)
{
    static const MakerZipStyle styles[] = { MAKER_TORCH, MAKER_PLAIN, MAKER_WIDE };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        MakerZip zip = { 0 };

        maker_torch(&zip, styles[i], SOUND);
        weights_check_prefixes_and_flips(&zip.out);
    }
}

/* --- limits --- */

/* A sparse file whose data.pkl has that many bytes. Its CRC is whatever: it is not read. */
static void open_pickle_of(uint32_t bytes, VoloStatus status, const char *text)
{
    ScratchDir dir;
    MakerZip zip = { 0 };
    VoloWeights *w;
    VoloError err = { 0 };

    scratch_dir_init(&dir);
    maker_zip_add(&zip, MAKER_PLAIN, "a/data.pkl", "", 0);
    const size_t data = zip.out.bytes;
    zip.entry[0].bytes = bytes;
    zip.entry[0].crc = 1;
    maker_set_number(&zip.out, 14, 1, 4);
    maker_set_number(&zip.out, 18, bytes, 4);
    maker_set_number(&zip.out, 22, bytes, 4);
    const char *path = scratch_write(&dir, "a.pth", zip.out.data, data);
    zip.out.bytes = 0;
    maker_zip_end(&zip, MAKER_PLAIN);
    maker_set_number(&zip.out, zip.end + 16, data + bytes, 4);
    const int fd = open(path, O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(fd, zip.out.data, zip.out.bytes, (off_t)(data + bytes)), zip.out.bytes);
    close(fd);
    assert_int_equal(volo_weights_open(path, false, &w, &err), status);
    assert_non_null(strstr(err.message, text));
    free(zip.out.data);
    scratch_dir_clear(&dir);
}

static void limits_the_size_of_the_pickle(void **state)
{
    (void)state;
    open_pickle_of(VOLO_LIMIT_PICKLE_BYTES, VOLO_ERR_FORMAT, "its CRC-32 is wrong");
    open_pickle_of(VOLO_LIMIT_PICKLE_BYTES + 1, VOLO_ERR_LIMIT,
                   "zip entry 'a/data.pkl' has 67108865 bytes, limit 67108864");
}

/* A directory of that many entries, all of them of one local header. */
static void open_entries(size_t count, VoloStatus status, const char *message)
{
    MakerZip zip = { 0 };
    MakerBytes file = { 0 };

    maker_zip_add(&zip, MAKER_TORCH, "a/data.pkl", "\200\2}.", 4);
    maker_zip_end(&zip, MAKER_TORCH);
    const size_t entry = zip.end64 - zip.directory;
    maker_put(&file, zip.out.data, zip.directory);
    for (size_t i = 0; i < count; i++)
        maker_put(&file, zip.out.data + zip.directory, entry);
    const size_t end64 = file.bytes;
    maker_put(&file, zip.out.data + zip.end64, zip.out.bytes - zip.end64);
    maker_set_number(&file, end64 + 24, count, 8);
    maker_set_number(&file, end64 + 32, count, 8);
    maker_set_number(&file, end64 + 40, count * entry, 8);
    maker_set_number(&file, end64 + 56 + 8, end64, 8);
    memset(file.data + file.bytes - 14, 255, 12); /* the numbers of the other end record */
    free(zip.out.data);
    weights_must_refuse("entries", &file, status, message);
}

static void limits_the_number_of_entries(void **state)
{
    (void)state;
    open_entries(VOLO_LIMIT_ZIP_ENTRIES, VOLO_ERR_FORMAT,
                 "zip entry 'a/data.pkl' overlaps another");
    open_entries(VOLO_LIMIT_ZIP_ENTRIES + 1, VOLO_ERR_LIMIT, "65537 zip entries, limit 65536");
}

static void limits_the_directory_to_16_mib(void **state)
{
    MakerZip zip = { 0 };
    const size_t comment = 60000, entries = 280;

    (void)state;
    maker_zip_add(&zip, MAKER_PLAIN, "a/data.pkl", "\200\2}.", 4);
    zip.directory = zip.out.bytes;
    for (size_t i = 0; i < entries; i++) { /* one entry with a long comment, again and again */
        maker_put(&zip.out, "PK\1\2", 4);
        for (size_t k = 4; k < 46; k++)
            maker_put_number(&zip.out, 0, 1);
        maker_set_number(&zip.out, zip.out.bytes - 18, 1, 2);
        maker_set_number(&zip.out, zip.out.bytes - 14, comment, 2);
        for (size_t k = 0; k <= comment; k++)
            maker_put_number(&zip.out, 'c', 1);
    }
    zip.count = 0;
    const size_t bytes = zip.out.bytes - zip.directory, at = zip.out.bytes;
    maker_zip_end(&zip, MAKER_PLAIN);
    maker_set_number(&zip.out, at + 8, entries | entries << 16, 4);
    maker_set_number(&zip.out, at + 12, bytes, 4);
    maker_set_number(&zip.out, at + 16, at - bytes, 4);
    weights_must_refuse("directory", &zip.out, VOLO_ERR_LIMIT,
                        "the zip directory has 16813160 bytes, limit 16777216");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_what_torch_writes),
        cmocka_unit_test(opens_what_other_zip_programs_write),
        cmocka_unit_test(opens_sizes_and_offsets_of_64_bits),
        cmocka_unit_test(reads_strided_tensors_row_by_row),
        cmocka_unit_test(reads_any_part_of_a_strided_tensor),
        cmocka_unit_test(reads_strided_halves),
        cmocka_unit_test(reads_two_tensors_of_one_storage),
        cmocka_unit_test(m14_compares_the_crc_of_every_entry_that_is_read),
        cmocka_unit_test(m14_refuses_headers_that_disagree_with_the_directory),
        cmocka_unit_test(m12_unfolds_nothing),
        cmocka_unit_test(m1_refuses_directory_sizes_that_wrap),
        cmocka_unit_test(refuses_every_malformed_file),
        cmocka_unit_test(refuses_every_prefix_and_survives_every_flip),
        cmocka_unit_test(limits_the_size_of_the_pickle),
        cmocka_unit_test(limits_the_number_of_entries),
        cmocka_unit_test(limits_the_directory_to_16_mib),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
