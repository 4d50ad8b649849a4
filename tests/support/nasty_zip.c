/* SPDX-License-Identifier: Apache-2.0 */
/* Zip containers that are malformed, or no longer what torch wrote. */
#include "support/nasty_table.h"

#include <zlib.h>

#include <stdlib.h>
#include <string.h>

#define SOUND MAKER_STATE_DICT " ."

enum {
    ZIP_END = 1,
    ZIP_END64,
    ZIP_LOCATOR,
    ZIP_CENTRAL, /* of entry index, as the next three */
    ZIP_LOCAL,
    ZIP_DESCRIPTOR,
    ZIP_DATA,
    ZIP_PLAIN = 16, /* flag: in a zip without zip64 and descriptors */
    ZIP_ADD = 32,   /* flag: value is added to what is there */
};

static size_t position(const MakerZip *z, const NastyRow *row)
{
    switch (row->part & 15) {
    case ZIP_END:
        return z->end;
    case ZIP_END64:
        return z->end64;
    case ZIP_LOCATOR:
        return z->locator;
    case ZIP_CENTRAL:
        return z->entry[row->index].central;
    case ZIP_LOCAL:
        return z->entry[row->index].local;
    case ZIP_DESCRIPTOR:
        return z->entry[row->index].descriptor;
    default:
        return z->entry[row->index].data;
    }
}

static uint64_t number_at(const MakerBytes *out, size_t at, size_t bytes)
{
    uint64_t number = 0;

    for (size_t i = 0; i < bytes; i++)
        number |= (uint64_t)out->data[at + i] << 8 * i;
    return number;
}

static void build_damage(const NastyRow *row, MakerBytes *out)
{
    MakerZip z = { 0 };

    maker_torch(&z, row->part & ZIP_PLAIN ? MAKER_PLAIN : MAKER_TORCH, SOUND);
    const size_t at = position(&z, row) + row->at;
    const uint64_t before = row->part & ZIP_ADD ? number_at(&z.out, at, row->size) : 0;
    maker_set_number(&z.out, at, before + row->value, row->size);
    *out = z.out;
}

/* The first number bytes of a sound file. */
static void build_cut(const NastyRow *row, MakerBytes *out)
{
    MakerZip z = { 0 };

    maker_torch(&z, MAKER_TORCH, SOUND);
    z.out.bytes = row->number;
    *out = z.out;
}

static void build_cut_end(const NastyRow *row, MakerBytes *out)
{
    MakerZip z = { 0 };

    maker_torch(&z, MAKER_TORCH, SOUND);
    z.out.bytes -= row->number;
    *out = z.out;
}

static void build_append(const NastyRow *row, MakerBytes *out)
{
    (void)row;
    build_cut_end(&(NastyRow){ .number = 0 }, out);
    maker_put_number(out, 0, 1);
}

/* A torch zip with other contents than maker_torch gives it; NULL: none of that entry. */
static void make(MakerBytes *out, const MakerBytes *pickle, const char *byteorder,
                 const char *version, size_t storage_bytes)
{
    static const uint8_t zeros[64];
    MakerBytes sound = { 0 };
    MakerZip z = { 0 };

    maker_pickle(&sound, SOUND);
    if (!pickle)
        pickle = &sound;
    maker_zip_add(&z, MAKER_TORCH, "model/data.pkl", pickle->data, pickle->bytes);
    maker_zip_add(&z, MAKER_TORCH, "model/byteorder", byteorder, strlen(byteorder));
    maker_zip_add(&z, MAKER_TORCH, "model/version", version, strlen(version));
    if (storage_bytes <= sizeof zeros)
        maker_zip_add(&z, MAKER_TORCH, "model/data/0", zeros, storage_bytes);
    maker_zip_add(&z, MAKER_TORCH, "model/data/1", zeros, 16);
    maker_zip_end(&z, MAKER_TORCH);
    *out = z.out;
    free(sound.data);
}

static void build_byteorder(const NastyRow *row, MakerBytes *out)
{
    make(out, NULL, row->text, "3\n", 24);
}

static void build_version(const NastyRow *row, MakerBytes *out)
{
    make(out, NULL, "little", row->text, 24);
}

static void build_storage(const NastyRow *row, MakerBytes *out)
{
    make(out, NULL, "little", "3\n", row->number);
}

static void build_pickle_bytes(const NastyRow *row, MakerBytes *out)
{
    MakerBytes pickle = { 0 };

    if (*row->text)
        maker_pickle(&pickle, row->text);
    make(out, &pickle, "little", "3\n", 24);
    free(pickle.data);
}

/* Entries of those names, each with the pickle of an empty dict. */
static void build_entries(const NastyRow *row, MakerBytes *out)
{
    MakerBytes pickle = { 0 };
    MakerZip z = { 0 };
    char names[128];

    maker_pickle(&pickle, "} .");
    strncpy(names, row->text, sizeof names - 1);
    names[sizeof names - 1] = '\0';
    maker_zip_add(&z, MAKER_TORCH, "a/first", "", 0); /* so that it begins like a zip file */
    for (char *name = strtok(names, " "); name; name = strtok(NULL, " "))
        maker_zip_add(&z, MAKER_TORCH, name, pickle.data, pickle.bytes);
    maker_zip_end(&z, MAKER_TORCH);
    *out = z.out;
    free(pickle.data);
}

/* Entry 2 becomes a second one with the name, the header and the data of entry 3. */
static void build_overlap(const NastyRow *row, MakerBytes *out)
{
    MakerZip z = { 0 };

    (void)row;
    maker_torch(&z, MAKER_TORCH, SOUND);
    memcpy(z.out.data + z.entry[2].central, z.out.data + z.entry[3].central,
           z.entry[3].central - z.entry[2].central);
    *out = z.out;
}

/* The data of the first entry are a whole zip entry, which the directory lists too. */
static void build_inside(const NastyRow *row, MakerBytes *out)
{
    MakerZip inner = { 0 }, z = { 0 };

    (void)row;
    maker_zip_add(&inner, MAKER_TORCH, "a/data.pkl", "\200\2}.", 4);
    maker_zip_add(&z, MAKER_TORCH, "a/outer", inner.out.data, inner.out.bytes);
    z.entry[1] = inner.entry[0];
    z.entry[1].local += z.entry[0].data;
    z.count = 2;
    maker_zip_end(&z, MAKER_TORCH);
    *out = z.out;
    free(inner.out.data);
}

/* A deflated entry that would unfold to 64 MB. */
static void build_bomb(const NastyRow *row, MakerBytes *out)
{
    const uLong bytes = 64u << 20;
    uLong packed_bytes = compressBound(bytes);
    Bytef *zeros = calloc(1, bytes), *packed = malloc(packed_bytes);
    MakerZip z = { 0 };

    (void)row;
    if (!zeros || !packed || compress(packed, &packed_bytes, zeros, bytes) != Z_OK)
        abort();
    maker_zip_add(&z, MAKER_PLAIN, "a/data.pkl", packed, packed_bytes);
    maker_zip_end(&z, MAKER_PLAIN);
    maker_set_number(&z.out, z.entry[0].local + 8, 8, 2);
    maker_set_number(&z.out, z.entry[0].central + 10, 8, 2);
    maker_set_number(&z.out, z.entry[0].local + 22, bytes, 4);
    maker_set_number(&z.out, z.entry[0].central + 24, bytes, 4);
    *out = z.out;
    free(zeros);
    free(packed);
}

static const NastyRow rows[] = {
    { "zip_only_a_signature.pth", VOLO_ERR_FORMAT, "the zip file has no end record: cut off?",
      .number = 4, .build = build_cut },
    { "zip_cut_in_the_first_header.pth", VOLO_ERR_FORMAT,
      "the zip file has no end record: cut off?", .number = 20, .build = build_cut },
    { "zip_cut_after_the_pickle.pth", VOLO_ERR_FORMAT, "the zip file has no end record: cut off?",
      .number = 500, .build = build_cut },
    { "zip_one_byte_short.pth", VOLO_ERR_FORMAT, "the zip file has no end record: cut off?",
      .number = 1, .build = build_cut_end },
    { "zip_without_end_record.pth", VOLO_ERR_FORMAT, "the zip file has no end record: cut off?",
      .number = 22, .build = build_cut_end },
    { "zip_without_both_end_records.pth", VOLO_ERR_FORMAT,
      "the zip file has no end record: cut off?", .number = 98, .build = build_cut_end },
    { "zip_byte_at_the_end.pth", VOLO_ERR_FORMAT, "the zip file has no end record: cut off?",
      .build = build_append },
    { "zip_end_signature.pth", VOLO_ERR_FORMAT, "the zip file has no end record: cut off?",
      .part = ZIP_END, .size = 4, .value = 101010257 },
    { "zip_end_of_a_second_disk.pth", VOLO_ERR_UNSUPPORTED, "the zip file is one of several parts",
      .part = ZIP_END, .at = 4, .size = 2, .value = 1 },
    { "zip_end_directory_on_a_disk.pth", VOLO_ERR_UNSUPPORTED,
      "the zip file is one of several parts", .part = ZIP_END, .at = 6, .size = 2, .value = 1 },
    { "zip_end_entries_of_this_disk.pth", VOLO_ERR_UNSUPPORTED,
      "the zip file is one of several parts", .part = ZIP_END, .at = 8, .size = 2, .value = 4 },
    { "zip_end_entries_differ.pth", VOLO_ERR_FORMAT, "the two zip end records disagree",
      .part = ZIP_END, .at = 8, .size = 4, .value = 262148 },
    { "zip_end_directory_bytes_differ.pth", VOLO_ERR_FORMAT, "the two zip end records disagree",
      .part = ZIP_END, .at = 12, .size = 4, .value = 1 },
    { "zip_end_directory_offset_differs.pth", VOLO_ERR_FORMAT, "the two zip end records disagree",
      .part = ZIP_END, .at = 16, .size = 4, .value = 1 },
    { "zip_end_comment.pth", VOLO_ERR_FORMAT, "the zip file has no end record: cut off?",
      .part = ZIP_END, .at = 20, .size = 2, .value = 1 },
    { "zip_end64_signature.pth", VOLO_ERR_FORMAT, "the zip64 end record is damaged",
      .part = ZIP_END64, .size = 4, .value = 101075793 },
    { "zip_end64_size.pth", VOLO_ERR_FORMAT, "the zip64 end record is damaged", .part = ZIP_END64,
      .at = 4, .size = 8, .value = UINT64_MAX },
    { "zip_end64_disk.pth", VOLO_ERR_FORMAT, "the zip64 end record is damaged", .part = ZIP_END64,
      .at = 16, .size = 4, .value = 1 },
    { "zip_end64_entries_of_this_disk.pth", VOLO_ERR_FORMAT, "the zip64 end record is damaged",
      .part = ZIP_END64, .at = 24, .size = 8, .value = 4 },
    { "zip_end64_directory_bytes_wrap.pth", VOLO_ERR_FORMAT, "the two zip end records disagree",
      .part = ZIP_END64, .at = 40, .size = 8, .value = UINT64_MAX },
    { "zip_locator_offset.pth", VOLO_ERR_FORMAT, "the zip64 locator points elsewhere",
      .part = ZIP_LOCATOR, .at = 8, .size = 8 },
    { "zip_locator_offset_wraps.pth", VOLO_ERR_FORMAT, "the zip64 locator points elsewhere",
      .part = ZIP_LOCATOR, .at = 8, .size = 8, .value = UINT64_MAX },
    { "zip_locator_disks.pth", VOLO_ERR_FORMAT, "the zip64 locator points elsewhere",
      .part = ZIP_LOCATOR, .at = 16, .size = 4, .value = 2 },
    { "zip_entries_one_less.pth", VOLO_ERR_FORMAT, "the zip directory is damaged at byte 237",
      .part = ZIP_END | ZIP_PLAIN, .at = 8, .size = 4, .value = 262148 },
    { "zip_entries_one_more.pth", VOLO_ERR_FORMAT, "the zip directory is damaged at byte 296",
      .part = ZIP_END | ZIP_PLAIN, .at = 8, .size = 4, .value = 393222 },
    { "zip_entries_65535.pth", VOLO_ERR_FORMAT, "the zip directory is too small for 65535 entries",
      .part = ZIP_END | ZIP_PLAIN, .at = 8, .size = 4, .value = 0xffffffffu },
    { "zip_directory_one_byte_shorter.pth", VOLO_ERR_FORMAT,
      "the zip directory does not end where the end record begins",
      .part = ZIP_END | ZIP_PLAIN | ZIP_ADD, .at = 12, .size = 4, .value = UINT64_MAX },
    { "zip_directory_one_byte_longer.pth", VOLO_ERR_FORMAT,
      "the zip directory does not end where the end record begins",
      .part = ZIP_END | ZIP_PLAIN | ZIP_ADD, .at = 12, .size = 4, .value = 1 },
    { "zip_directory_earlier.pth", VOLO_ERR_FORMAT,
      "the zip directory does not end where the end record begins",
      .part = ZIP_END | ZIP_PLAIN | ZIP_ADD, .at = 16, .size = 4, .value = UINT64_MAX },
    { "zip_directory_at_the_last_offset.pth", VOLO_ERR_FORMAT,
      "the zip directory does not end where the end record begins", .part = ZIP_END | ZIP_PLAIN,
      .at = 16, .size = 4, .value = 0xffffffffu },
    { "zip_central_signature.pth", VOLO_ERR_FORMAT, "the zip directory is damaged at byte 121",
      .part = ZIP_CENTRAL, .index = 2, .size = 4, .value = 33639249 },
    { "zip_central_encrypted.pth", VOLO_ERR_UNSUPPORTED, "zip entry 'model/data/0' is encrypted",
      .part = ZIP_CENTRAL, .index = 2, .at = 8, .size = 2, .value = 2057 },
    { "zip_central_strong_encryption.pth", VOLO_ERR_UNSUPPORTED,
      "zip entry 'model/data/0' uses a feature that torch does not", .part = ZIP_CENTRAL,
      .index = 2, .at = 8, .size = 2, .value = 2120 },
    { "zip_central_patch.pth", VOLO_ERR_UNSUPPORTED,
      "zip entry 'model/data/0' uses a feature that torch does not", .part = ZIP_CENTRAL,
      .index = 2, .at = 8, .size = 2, .value = 2088 },
    { "zip_central_flags_differ.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/data/0' differs between its header and the directory", .part = ZIP_CENTRAL,
      .index = 2, .at = 8, .size = 2, .value = 8 },
    { "zip_central_without_descriptor.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/data/0' differs between its header and the directory", .part = ZIP_CENTRAL,
      .index = 2, .at = 8, .size = 2, .value = 2048 },
    { "m12_zip_central_deflated.pth", VOLO_ERR_UNSUPPORTED,
      "zip entry 'model/data/0' is compressed, which torch never does", .part = ZIP_CENTRAL,
      .index = 2, .at = 10, .size = 2, .value = 8 },
    { "zip_central_bzip2.pth", VOLO_ERR_UNSUPPORTED,
      "zip entry 'model/data/0' is compressed, which torch never does", .part = ZIP_CENTRAL,
      .index = 2, .at = 10, .size = 2, .value = 12 },
    { "zip_central_shrunk_is_compressed.pth", VOLO_ERR_UNSUPPORTED,
      "zip entry 'model/data/0' is compressed, which torch never does", .part = ZIP_CENTRAL,
      .index = 2, .at = 10, .size = 2, .value = 1 },
    { "zip_central_deflate64_is_compressed.pth", VOLO_ERR_UNSUPPORTED,
      "zip entry 'model/data/0' is compressed, which torch never does", .part = ZIP_CENTRAL,
      .index = 2, .at = 10, .size = 2, .value = 9 },
    { "zip_central_lzma_is_compressed.pth", VOLO_ERR_UNSUPPORTED,
      "zip entry 'model/data/0' is compressed, which torch never does", .part = ZIP_CENTRAL,
      .index = 2, .at = 10, .size = 2, .value = 14 },
    { "zip_central_zstd_is_compressed.pth", VOLO_ERR_UNSUPPORTED,
      "zip entry 'model/data/0' is compressed, which torch never does", .part = ZIP_CENTRAL,
      .index = 2, .at = 10, .size = 2, .value = 93 },
    { "zip_central_xz_is_compressed.pth", VOLO_ERR_UNSUPPORTED,
      "zip entry 'model/data/0' is compressed, which torch never does", .part = ZIP_CENTRAL,
      .index = 2, .at = 10, .size = 2, .value = 95 },
    { "m14_zip_central_crc_differs.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/data/0' has a data descriptor that disagrees", .part = ZIP_CENTRAL,
      .index = 2, .at = 16, .size = 4, .value = 1 },
    { "zip_central_two_sizes.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/data/0' is stored, but with two different sizes", .part = ZIP_CENTRAL,
      .index = 2, .at = 20, .size = 4, .value = 23 },
    { "m14_zip_central_size_differs.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/data/0' has a data descriptor that disagrees", .part = ZIP_CENTRAL,
      .index = 2, .at = 20, .size = 8, .value = 0x1700000017u },
    { "zip_central_size_beyond_the_file.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/data/0' is longer than the file", .part = ZIP_CENTRAL, .index = 2, .at = 20,
      .size = 8, .value = 0x7fffffff7fffffffu },
    { "zip_central_sizes_of_64_bits_missing.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/data/0' lacks its 64-bit sizes", .part = ZIP_CENTRAL, .index = 2, .at = 20,
      .size = 8, .value = UINT64_MAX },
    { "zip_central_name_empty.pth", VOLO_ERR_LIMIT,
      "the name of a zip entry has 0 bytes, limit 1..512", .part = ZIP_CENTRAL, .index = 2,
      .at = 28, .size = 2 },
    { "zip_central_name_too_long.pth", VOLO_ERR_FORMAT, "the zip directory is damaged at byte 0",
      .part = ZIP_CENTRAL, .at = 28, .size = 2, .value = 60000 },
    { "zip_central_name_shorter.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/data/' differs between its header and the directory", .part = ZIP_CENTRAL,
      .index = 2, .at = 28, .size = 2, .value = 11 },
    { "zip_central_extra_beyond.pth", VOLO_ERR_FORMAT, "the zip directory is damaged at byte 237",
      .part = ZIP_CENTRAL, .index = 4, .at = 30, .size = 2, .value = 65535 },
    { "zip_central_comment_beyond.pth", VOLO_ERR_FORMAT, "the zip directory is damaged at byte 237",
      .part = ZIP_CENTRAL, .index = 4, .at = 32, .size = 2, .value = 65535 },
    { "zip_central_offset_of_another.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/data/0' differs between its header and the directory", .part = ZIP_CENTRAL,
      .index = 2, .at = 42, .size = 4 },
    { "zip_central_offset_in_the_data.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/data/0' has no header where the directory says", .part = ZIP_CENTRAL,
      .index = 2, .at = 42, .size = 4, .value = 100 },
    { "zip_central_offset_beyond.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/data/0' begins outside of the file", .part = ZIP_CENTRAL, .index = 2,
      .at = 42, .size = 4, .value = 2147483647 },
    { "zip_central_offset_of_64_bits_missing.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/data/0' lacks its 64-bit sizes", .part = ZIP_CENTRAL, .index = 2, .at = 42,
      .size = 4, .value = 0xffffffffu },
    { "m14_zip_central_name_differs.pth", VOLO_ERR_FORMAT,
      "zip entry 'Model/data/0' differs between its header and the directory", .part = ZIP_CENTRAL,
      .index = 2, .at = 46, .size = 1, .value = 77 },
    { "zip_local_signature.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/data/0' has no header where the directory says", .part = ZIP_LOCAL,
      .index = 2, .size = 4, .value = 67324753 },
    { "m14_zip_local_flags_differ.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/data/0' differs between its header and the directory", .part = ZIP_LOCAL,
      .index = 2, .at = 6, .size = 2 },
    { "m14_zip_local_deflated.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/data/0' differs between its header and the directory", .part = ZIP_LOCAL,
      .index = 2, .at = 8, .size = 2, .value = 8 },
    { "zip_local_crc_differs.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/data/0' differs between its header and the directory", .part = ZIP_LOCAL,
      .index = 2, .at = 14, .size = 4, .value = 1 },
    { "zip_local_size_differs.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/data/0' differs between its header and the directory", .part = ZIP_LOCAL,
      .index = 2, .at = 22, .size = 4, .value = 25 },
    { "zip_local_sizes_of_64_bits_missing.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/data/0' lacks its 64-bit sizes", .part = ZIP_LOCAL, .index = 2, .at = 18,
      .size = 8, .value = UINT64_MAX },
    { "m14_zip_local_name_differs.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/data/0' differs between its header and the directory", .part = ZIP_LOCAL,
      .index = 2, .at = 30, .size = 1, .value = 77 },
    { "zip_local_name_longer.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/data/0' differs between its header and the directory", .part = ZIP_LOCAL,
      .index = 2, .at = 26, .size = 2, .value = 13 },
    { "zip_local_extra_shorter.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/data/0' has a damaged extra field", .part = ZIP_LOCAL, .index = 2, .at = 28,
      .size = 2, .value = 11 },
    { "zip_local_extra_beyond.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/version' differs between its header and the directory", .part = ZIP_LOCAL,
      .index = 4, .at = 28, .size = 2, .value = 65535 },
    { "zip_local_extra_damaged.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/data/0' has a damaged extra field", .part = ZIP_LOCAL, .index = 2, .at = 44,
      .size = 2, .value = 9 },
    { "zip_local_plain_crc_differs.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/data/0' differs between its header and the directory",
      .part = ZIP_LOCAL | ZIP_PLAIN, .index = 2, .at = 14, .size = 4, .value = 1 },
    { "zip_local_plain_size_differs.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/data/0' differs between its header and the directory",
      .part = ZIP_LOCAL | ZIP_PLAIN, .index = 2, .at = 22, .size = 4, .value = 23 },
    { "zip_local_plain_stored_size_differs.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/data/0' differs between its header and the directory",
      .part = ZIP_LOCAL | ZIP_PLAIN, .index = 2, .at = 18, .size = 4, .value = 23 },
    { "zip_local_plain_without_crc.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/data/0' differs between its header and the directory",
      .part = ZIP_LOCAL | ZIP_PLAIN, .index = 2, .at = 14, .size = 4 },
    { "zip_descriptor_signature.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/data/0' has a data descriptor that disagrees", .part = ZIP_DESCRIPTOR,
      .index = 2, .size = 4 },
    { "zip_descriptor_crc.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/data/0' has a data descriptor that disagrees", .part = ZIP_DESCRIPTOR,
      .index = 2, .at = 4, .size = 4 },
    { "zip_descriptor_size.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/data/0' has a data descriptor that disagrees", .part = ZIP_DESCRIPTOR,
      .index = 2, .at = 8, .size = 4, .value = 25 },
    { "zip_descriptor_second_size.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/data/0' has a data descriptor that disagrees", .part = ZIP_DESCRIPTOR,
      .index = 2, .at = 12, .size = 4, .value = 25 },
    { "m14_zip_pickle_byte_changed.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/data.pkl' is damaged: its CRC-32 is wrong", .part = ZIP_DATA, .at = 2,
      .size = 1 },
    { "zip_byteorder_byte_changed.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/byteorder' is damaged: its CRC-32 is wrong", .part = ZIP_DATA, .index = 1,
      .size = 1, .value = 76 },
    { "zip_version_byte_changed.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/version' is damaged: its CRC-32 is wrong", .part = ZIP_DATA, .index = 4,
      .size = 1, .value = 52 },
    { "zip_byteorder_big.pth", VOLO_ERR_UNSUPPORTED,
      "zip entry 'model/byteorder' does not say 'little'", .text = "big",
      .build = build_byteorder },
    { "zip_byteorder_empty.pth", VOLO_ERR_UNSUPPORTED,
      "zip entry 'model/byteorder' does not say 'little'", .text = "", .build = build_byteorder },
    { "zip_byteorder_too_long.pth", VOLO_ERR_LIMIT,
      "zip entry 'model/byteorder' has 25 bytes, limit 16", .text = "little, as far as we know",
      .build = build_byteorder },
    { "zip_version_11.pth", VOLO_ERR_UNSUPPORTED,
      "zip entry 'model/version' is none of versions 1 to 10", .text = "11\n",
      .build = build_version },
    { "zip_version_0.pth", VOLO_ERR_UNSUPPORTED,
      "zip entry 'model/version' is none of versions 1 to 10", .text = "0",
      .build = build_version },
    { "zip_version_is_text.pth", VOLO_ERR_UNSUPPORTED,
      "zip entry 'model/version' is none of versions 1 to 10", .text = "three",
      .build = build_version },
    { "zip_version_empty.pth", VOLO_ERR_UNSUPPORTED,
      "zip entry 'model/version' is none of versions 1 to 10", .text = "", .build = build_version },
    { "zip_without_entries.pth", VOLO_ERR_FORMAT,
      "the zip file has no data.pkl, so torch did not write it", .text = "",
      .build = build_entries },
    { "zip_without_data_pkl.pth", VOLO_ERR_FORMAT,
      "the zip file has no data.pkl, so torch did not write it", .text = "a/data.pk a/data/0",
      .build = build_entries },
    { "zip_data_pkl_at_the_top.pth", VOLO_ERR_FORMAT,
      "the zip file has no data.pkl, so torch did not write it", .text = "data.pkl a/data/0",
      .build = build_entries },
    { "zip_data_pkl_too_deep.pth", VOLO_ERR_FORMAT,
      "the zip file has no data.pkl, so torch did not write it", .text = "a/b/data.pkl a/data/0",
      .build = build_entries },
    { "zip_two_archives.pth", VOLO_ERR_FORMAT, "zip entry 'b/data.pkl' is a second data.pkl",
      .text = "a/data.pkl b/data.pkl", .build = build_entries },
    { "zip_entry_twice.pth", VOLO_ERR_FORMAT, "zip entry 'a/data/0' is there twice",
      .text = "a/data.pkl a/data/0 a/data/0", .build = build_entries },
    { "zip_data_pkl_twice.pth", VOLO_ERR_FORMAT, "zip entry 'a/data.pkl' is there twice",
      .text = "a/data.pkl a/data.pkl", .build = build_entries },
    { "zip_data_pkl_empty.pth", VOLO_ERR_FORMAT,
      "pickle, byte 0: the pickle ends in the middle of an opcode", .text = "",
      .build = build_pickle_bytes },
    { "zip_data_pkl_goes_on.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/data.pkl' goes on after the end of the pickle", .text = "} . N",
      .build = build_pickle_bytes },
    { "zip_storage_missing.pth", VOLO_ERR_FORMAT,
      "tensor 'decode_head.w': the zip file has no entry for storage '0'", .number = 0x80000000u,
      .build = build_storage },
    { "zip_storage_too_small.pth", VOLO_ERR_FORMAT,
      "tensor 'decode_head.w': storage '0' should have 6 elements of 4 bytes, but its zip entry "
      "has 23 bytes",
      .number = 23, .build = build_storage },
    { "zip_storage_too_large.pth", VOLO_ERR_FORMAT,
      "tensor 'decode_head.w': storage '0' should have 6 elements of 4 bytes, but its zip entry "
      "has 25 bytes",
      .number = 25, .build = build_storage },
    { "zip_storage_empty.pth", VOLO_ERR_FORMAT,
      "tensor 'decode_head.w': storage '0' should have 6 elements of 4 bytes, but its zip entry "
      "has 0 bytes",
      .build = build_storage },
    { "zip_overlap_of_two_entries.pth", VOLO_ERR_FORMAT,
      "zip entry 'model/data/1' overlaps another", .build = build_overlap },
    { "zip_entry_inside_another.pth", VOLO_ERR_FORMAT, "zip entry 'a/data.pkl' overlaps another",
      .build = build_inside },
    { "m12_zip_bomb.pth", VOLO_ERR_UNSUPPORTED,
      "zip entry 'a/data.pkl' is compressed, which torch never does", .build = build_bomb },
};

const NastyTable nasty_zip = {
    .row = rows,
    .count = sizeof rows / sizeof *rows,
    .build = build_damage,
};
