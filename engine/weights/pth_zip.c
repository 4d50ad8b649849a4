/* SPDX-License-Identifier: Apache-2.0 */
/* The zip container of torch.save (since 1.6): NAME/data.pkl describes the tensors, NAME/data/KEY
 * is the storage of that key, NAME/byteorder and NAME/version say what they say.
 *
 * Read strictly, after APPNOTE.TXT: entries are stored, never compressed, so nothing can unfold;
 * the central directory and every local header must agree, no two entries may overlap, and the
 * CRC-32 of whatever is read must be right. */
#include "base/checked.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/read_file.h"
#include "weights/state_dict.h"

#include <zlib.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define END_BYTES 22u
#define LOCATOR_BYTES 20u
#define END64_BYTES 56u
#define CENTRAL_BYTES 46u
#define LOCAL_BYTES 30u
#define LOCAL_ROOM (LOCAL_BYTES + 2 * 65535u) /* a header with the longest name and extra field */

#define FLAG_DESCRIPTOR 0x0008u /* sizes and CRC follow the data */
#define FLAG_ENCRYPTED 0x0001u
#define FLAGS_KNOWN (FLAG_DESCRIPTOR | 0x0806u) /* UTF-8 names; how hard deflate would try */

#define EXTRA_ZIP64 1u

typedef struct Entry {
    const char *name; /* [name_bytes] in the directory, no NUL */
    size_t name_bytes;
    uint64_t header, data, end; /* in the file: local header, data, first byte after all of it */
    uint64_t bytes;
    uint32_t crc;
    uint16_t flags;
} Entry;

typedef struct Zip {
    VoloWeights *w;
    uint64_t directory, directory_bytes;
    uint8_t *text; /* [directory_bytes] */
    Entry *entry;  /* sorted by name once all are there */
    size_t count;
    size_t archive_bytes; /* length of NAME */
    const char *archive;  /* NAME, no NUL */
    uint8_t *local;       /* [LOCAL_ROOM] */
} Zip;

uint32_t volo_zip_crc(uint32_t crc, const void *data, size_t bytes)
{
    return (uint32_t)crc32_z(crc, data, bytes);
}

static uint16_t u16(const uint8_t *b)
{
    return (uint16_t)(b[0] | b[1] << 8);
}

static uint32_t u32(const uint8_t *b)
{
    return u16(b) | (uint32_t)u16(b + 2) << 16;
}

static uint64_t u64(const uint8_t *b)
{
    return u32(b) | (uint64_t)u32(b + 4) << 32;
}

static bool is_zip(const uint8_t *head, size_t bytes)
{
    return bytes >= 4 && memcmp(head, "PK\3\4", 4) == 0;
}

static VoloStatus read_at(const Zip *z, void *data, size_t bytes, uint64_t offset, VoloError *err)
{
    return volo_file_read_at(z->w->fd, z->w->path, data, bytes, offset, err);
}

static VoloStatus refuse_entry(const Entry *e, VoloStatus status, const char *why, VoloError *err)
{
    return volo_fail(err, status, "zip entry '%.*s' %s", (int)e->name_bytes, e->name, why);
}

/* --- the end of the file --- */

/* The 64-bit end record, when its locator stands before the other one; *end is where the central
 * directory must end. Torch writes both, with equal numbers. */
static VoloStatus read_end64(Zip *z, const uint8_t end[END_BYTES], uint64_t *at, uint64_t *entries,
                             VoloError *err)
{
    uint8_t locator[LOCATOR_BYTES], record[END64_BYTES];

    if (*at < LOCATOR_BYTES + END64_BYTES)
        return VOLO_OK;
    VOLO_TRY(read_at(z, locator, sizeof locator, *at - LOCATOR_BYTES, err));
    if (memcmp(locator, "PK\6\7", 4) != 0)
        return VOLO_OK;
    *at -= LOCATOR_BYTES + END64_BYTES;
    if (u32(locator + 4) != 0 || u64(locator + 8) != *at || u32(locator + 16) != 1)
        return volo_fail(err, VOLO_ERR_FORMAT, "the zip64 locator points elsewhere");
    VOLO_TRY(read_at(z, record, sizeof record, *at, err));
    if (memcmp(record, "PK\6\6", 4) != 0 || u64(record + 4) != END64_BYTES - 12 ||
        u32(record + 16) != 0 || u32(record + 20) != 0 || u64(record + 24) != u64(record + 32))
        return volo_fail(err, VOLO_ERR_FORMAT, "the zip64 end record is damaged");
    if ((u16(end + 10) != 0xffff && u16(end + 10) != u64(record + 32)) ||
        (u32(end + 12) != UINT32_MAX && u32(end + 12) != u64(record + 40)) ||
        (u32(end + 16) != UINT32_MAX && u32(end + 16) != u64(record + 48)))
        return volo_fail(err, VOLO_ERR_FORMAT, "the two zip end records disagree");
    *entries = u64(record + 32);
    z->directory_bytes = u64(record + 40);
    z->directory = u64(record + 48);
    return VOLO_OK;
}

static VoloStatus read_end(Zip *z, uint64_t *ret_entries, VoloError *err)
{
    uint8_t end[END_BYTES];
    uint64_t sum;

    if (z->w->file_bytes < END_BYTES)
        return volo_fail(err, VOLO_ERR_FORMAT, "the zip file has no end record: cut off?");
    uint64_t at = z->w->file_bytes - END_BYTES;
    VOLO_TRY(read_at(z, end, sizeof end, at, err));
    if (memcmp(end, "PK\5\6", 4) != 0 || u16(end + 20) != 0)
        return volo_fail(err, VOLO_ERR_FORMAT, "the zip file has no end record: cut off?");
    if (u16(end + 4) != 0 || u16(end + 6) != 0 || u16(end + 8) != u16(end + 10))
        return volo_fail(err, VOLO_ERR_UNSUPPORTED, "the zip file is one of several parts");
    *ret_entries = u16(end + 10);
    z->directory_bytes = u32(end + 12);
    z->directory = u32(end + 16);
    VOLO_TRY(read_end64(z, end, &at, ret_entries, err));
    if (__builtin_add_overflow(z->directory, z->directory_bytes, &sum) || sum != at)
        return volo_fail(err, VOLO_ERR_FORMAT,
                         "the zip directory does not end where the end record begins");
    if (*ret_entries > VOLO_LIMIT_ZIP_ENTRIES)
        return volo_fail(err, VOLO_ERR_LIMIT, "%" PRIu64 " zip entries, limit %u", *ret_entries,
                         VOLO_LIMIT_ZIP_ENTRIES);
    if (z->directory_bytes > VOLO_LIMIT_ZIP_DIRECTORY)
        return volo_fail(err, VOLO_ERR_LIMIT, "the zip directory has %" PRIu64 " bytes, limit %u",
                         z->directory_bytes, VOLO_LIMIT_ZIP_DIRECTORY);
    if (z->directory_bytes < *ret_entries * CENTRAL_BYTES)
        return volo_fail(err, VOLO_ERR_FORMAT,
                         "the zip directory is too small for %" PRIu64 " entries", *ret_entries);
    return VOLO_OK;
}

/* --- headers --- */

/* Finds the zip64 extra field; *ret_field is NULL without one. */
static VoloStatus find_zip64(const Entry *e, const uint8_t *extra, size_t bytes,
                             const uint8_t **ret_field, size_t *ret_bytes, VoloError *err)
{
    *ret_field = NULL;
    for (size_t at = 0, length; at < bytes; at += 4 + length) {
        if (bytes - at < 4 || u16(extra + at + 2) > bytes - at - 4)
            return refuse_entry(e, VOLO_ERR_FORMAT, "has a damaged extra field", err);
        length = u16(extra + at + 2);
        if (u16(extra + at) != EXTRA_ZIP64)
            continue;
        if (*ret_field)
            return refuse_entry(e, VOLO_ERR_FORMAT, "has two zip64 fields", err);
        *ret_field = extra + at + 4;
        *ret_bytes = length;
    }
    return VOLO_OK;
}

/* Numbers of which the header says 0xffffffff stand in the zip64 field, in this order. */
static VoloStatus widen(const Entry *e, const uint8_t *extra, size_t bytes, uint64_t *number[],
                        size_t count, VoloError *err)
{
    const uint8_t *field;
    size_t room = 0, used = 0;

    VOLO_TRY(find_zip64(e, extra, bytes, &field, &room, err));
    for (size_t i = 0; i < count; i++) {
        if (*number[i] != UINT32_MAX)
            continue;
        if (!field || room - used < 8)
            return refuse_entry(e, VOLO_ERR_FORMAT, "lacks its 64-bit sizes", err);
        *number[i] = u64(field + used);
        used += 8;
    }
    return VOLO_OK;
}

static VoloStatus check_kind(const Entry *e, unsigned method, VoloError *err)
{
    if (e->flags & FLAG_ENCRYPTED)
        return refuse_entry(e, VOLO_ERR_UNSUPPORTED, "is encrypted", err);
    if (e->flags & ~FLAGS_KNOWN)
        return refuse_entry(e, VOLO_ERR_UNSUPPORTED, "uses a feature that torch does not", err);
    if (method != 0)
        return refuse_entry(e, VOLO_ERR_UNSUPPORTED, "is compressed, which torch never does", err);
    return VOLO_OK;
}

/* Takes one entry off the directory; *at moves behind it. */
static VoloStatus parse_central(const Zip *z, size_t *at, Entry *e, VoloError *err)
{
    const uint8_t *h = z->text + *at;
    const size_t room = (size_t)z->directory_bytes - *at;

    if (room < CENTRAL_BYTES || memcmp(h, "PK\1\2", 4) != 0)
        return volo_fail(err, VOLO_ERR_FORMAT, "the zip directory is damaged at byte %zu", *at);
    const size_t name = u16(h + 28), extra = u16(h + 30), comment = u16(h + 32);
    if (name + extra + comment > room - CENTRAL_BYTES)
        return volo_fail(err, VOLO_ERR_FORMAT, "the zip directory is damaged at byte %zu", *at);
    if (name == 0 || name > VOLO_LIMIT_TENSOR_NAME)
        return volo_fail(err, VOLO_ERR_LIMIT, "the name of a zip entry has %zu bytes, limit 1..%u",
                         name, VOLO_LIMIT_TENSOR_NAME);
    *e = (Entry){ .name = (const char *)h + CENTRAL_BYTES,
                  .name_bytes = name,
                  .header = u32(h + 42),
                  .bytes = u32(h + 24),
                  .crc = u32(h + 16),
                  .flags = u16(h + 8) };
    uint64_t stored = u32(h + 20);
    uint64_t *const number[] = { &e->bytes, &stored, &e->header };
    VOLO_TRY(check_kind(e, u16(h + 10), err));
    VOLO_TRY(widen(e, h + CENTRAL_BYTES + name, extra, (uint64_t **)number, 3, err));
    if (stored != e->bytes)
        return refuse_entry(e, VOLO_ERR_FORMAT, "is stored, but with two different sizes", err);
    *at += CENTRAL_BYTES + name + extra + comment;
    return VOLO_OK;
}

/* Sizes and CRC behind the data, with 32-bit or 64-bit sizes. */
static VoloStatus check_descriptor(const Zip *z, Entry *e, VoloError *err)
{
    uint8_t d[24] = { 0 };
    const uint64_t room = z->directory - e->end;

    VOLO_TRY(read_at(z, d, room < sizeof d ? (size_t)room : sizeof d, e->end, err));
    if (memcmp(d, "PK\7\10", 4) == 0 && u32(d + 4) == e->crc) {
        if (room >= 16 && u32(d + 8) == e->bytes && u32(d + 12) == e->bytes) {
            e->end += 16;
            return VOLO_OK;
        }
        if (room >= 24 && u64(d + 8) == e->bytes && u64(d + 16) == e->bytes) {
            e->end += 24;
            return VOLO_OK;
        }
    }
    return refuse_entry(e, VOLO_ERR_FORMAT, "has a data descriptor that disagrees", err);
}

/* A local header says what the directory says; where the sizes follow the data it may say 0. */
static bool local_agrees(const Entry *e, const uint8_t *h, uint64_t bytes, uint64_t stored)
{
    const bool later = e->flags & FLAG_DESCRIPTOR;

    if (u16(h + 6) != e->flags || u16(h + 8) != 0 || u16(h + 26) != e->name_bytes ||
        memcmp(h + LOCAL_BYTES, e->name, e->name_bytes) != 0)
        return false;
    if (later && u32(h + 14) == 0 && bytes == 0 && stored == 0)
        return true;
    return u32(h + 14) == e->crc && bytes == e->bytes && stored == e->bytes;
}

static VoloStatus check_local(const Zip *z, Entry *e, VoloError *err)
{
    uint8_t *h = z->local;

    if (e->header > z->directory || z->directory - e->header < LOCAL_BYTES + e->name_bytes)
        return refuse_entry(e, VOLO_ERR_FORMAT, "begins outside of the file", err);
    VOLO_TRY(read_at(z, h, LOCAL_BYTES + e->name_bytes, e->header, err));
    if (memcmp(h, "PK\3\4", 4) != 0)
        return refuse_entry(e, VOLO_ERR_FORMAT, "has no header where the directory says", err);
    const size_t name = u16(h + 26), extra = u16(h + 28);
    const uint64_t room = z->directory - e->header - LOCAL_BYTES - e->name_bytes;
    uint64_t bytes = u32(h + 22), stored = u32(h + 18);
    uint64_t *const number[] = { &bytes, &stored };
    if (name != e->name_bytes || extra > room)
        return refuse_entry(e, VOLO_ERR_FORMAT, "differs between its header and the directory",
                            err);
    VOLO_TRY(read_at(z, h + LOCAL_BYTES + name, extra, e->header + LOCAL_BYTES + name, err));
    VOLO_TRY(widen(e, h + LOCAL_BYTES + name, extra, (uint64_t **)number, 2, err));
    if (!local_agrees(e, h, bytes, stored))
        return refuse_entry(e, VOLO_ERR_FORMAT, "differs between its header and the directory",
                            err);
    if (e->bytes > room - extra)
        return refuse_entry(e, VOLO_ERR_FORMAT, "is longer than the file", err);
    e->data = e->header + LOCAL_BYTES + name + extra;
    e->end = e->data + e->bytes;
    return e->flags & FLAG_DESCRIPTOR ? check_descriptor(z, e, err) : VOLO_OK;
}

/* --- entries --- */

static int compare_header(const void *a, const void *b)
{
    const Entry *x = a, *y = b;

    return (x->header > y->header) - (x->header < y->header);
}

static int compare_name(const void *a, const void *b)
{
    const Entry *x = a, *y = b;
    const size_t bytes = x->name_bytes < y->name_bytes ? x->name_bytes : y->name_bytes;
    const int order = memcmp(x->name, y->name, bytes);

    return order ? order : (x->name_bytes > y->name_bytes) - (x->name_bytes < y->name_bytes);
}

static VoloStatus check_entries(Zip *z, VoloError *err)
{
    qsort(z->entry, z->count, sizeof *z->entry, compare_header);
    for (size_t i = 1; i < z->count; i++) {
        if (z->entry[i].header < z->entry[i - 1].end)
            return refuse_entry(&z->entry[i], VOLO_ERR_FORMAT, "overlaps another", err);
    }
    return VOLO_OK;
}

static VoloStatus read_directory(Zip *z, uint64_t entries, VoloError *err)
{
    size_t at = 0;

    z->text = malloc((size_t)z->directory_bytes + 1);
    z->entry = calloc((size_t)entries + 1, sizeof *z->entry);
    z->local = malloc(LOCAL_ROOM);
    if (!z->text || !z->entry || !z->local)
        return volo_fail_memory(err, (size_t)z->directory_bytes + 1);
    VOLO_TRY(read_at(z, z->text, (size_t)z->directory_bytes, z->directory, err));
    for (; z->count < entries; z->count++) {
        VOLO_TRY(parse_central(z, &at, &z->entry[z->count], err));
        VOLO_TRY(check_local(z, &z->entry[z->count], err));
    }
    if (at != z->directory_bytes)
        return volo_fail(err, VOLO_ERR_FORMAT, "the zip directory is damaged at byte %zu", at);
    return check_entries(z, err);
}

/* Entries with data, in file order, for volo_weights_read to check. */
static VoloStatus keep_storages(Zip *z, VoloError *err)
{
    VoloWeights *w = z->w;

    w->storage = volo_arena_take(&w->arena, (z->count + 1) * sizeof *w->storage);
    if (!w->storage)
        return volo_fail_memory(err, (z->count + 1) * sizeof *w->storage);
    for (size_t i = 0; i < z->count; i++) {
        const Entry *e = &z->entry[i];

        if (e->bytes)
            w->storage[w->storage_count++] =
                (VoloWeightStorage){ .offset = e->data, .bytes = e->bytes, .crc = e->crc };
    }
    return VOLO_OK;
}

static VoloStatus sort_by_name(Zip *z, VoloError *err)
{
    qsort(z->entry, z->count, sizeof *z->entry, compare_name);
    for (size_t i = 1; i < z->count; i++) {
        if (compare_name(&z->entry[i - 1], &z->entry[i]) == 0)
            return refuse_entry(&z->entry[i], VOLO_ERR_FORMAT, "is there twice", err);
    }
    return VOLO_OK;
}

static const Entry *find_entry(const Zip *z, const char *name, size_t name_bytes)
{
    const Entry key = { .name = name, .name_bytes = name_bytes };

    return bsearch(&key, z->entry, z->count, sizeof *z->entry, compare_name);
}

/* NAME/rest, or NULL. */
static const Entry *find_member(const Zip *z, const char *folder, const char *rest,
                                size_t rest_bytes)
{
    char name[2 * VOLO_LIMIT_TENSOR_NAME + 16];
    const size_t folder_bytes = strlen(folder);

    memcpy(name, z->archive, z->archive_bytes);
    memcpy(name + z->archive_bytes, folder, folder_bytes);
    memcpy(name + z->archive_bytes + folder_bytes, rest, rest_bytes); /* a key: 256 bytes at most */
    return find_entry(z, name, z->archive_bytes + folder_bytes + rest_bytes);
}

/* NAME is whatever stands before the only "/data.pkl" at that depth. */
static VoloStatus find_archive(Zip *z, const Entry **ret_pickle, VoloError *err)
{
    static const char wanted[] = "/data.pkl";
    const size_t length = sizeof wanted - 1;
    const Entry *found = NULL;

    for (size_t i = 0; i < z->count; i++) {
        const Entry *e = &z->entry[i];

        if (e->name_bytes <= length ||
            memcmp(e->name + e->name_bytes - length, wanted, length) != 0 ||
            memchr(e->name, '/', e->name_bytes - length))
            continue;
        if (found)
            return refuse_entry(e, VOLO_ERR_FORMAT, "is a second data.pkl", err);
        found = e;
    }
    if (!found)
        return volo_fail(err, VOLO_ERR_FORMAT,
                         "the zip file has no data.pkl, so torch did not write it");
    z->archive = found->name;
    z->archive_bytes = found->name_bytes - length;
    *ret_pickle = found;
    return VOLO_OK;
}

/* --- contents --- */

/* The whole entry, its CRC compared; *ret_data is the caller's. */
static VoloStatus read_entry(const Zip *z, const Entry *e, size_t limit, uint8_t **ret_data,
                             VoloError *err)
{
    if (e->bytes > limit)
        return volo_fail(err, VOLO_ERR_LIMIT, "zip entry '%.*s' has %" PRIu64 " bytes, limit %zu",
                         (int)e->name_bytes, e->name, e->bytes, limit);
    uint8_t *data = malloc((size_t)e->bytes + 1);
    if (!data)
        return volo_fail_memory(err, (size_t)e->bytes + 1);
    VoloStatus status = read_at(z, data, (size_t)e->bytes, e->data, err);
    if (status == VOLO_OK && volo_zip_crc(0, data, (size_t)e->bytes) != e->crc)
        status = refuse_entry(e, VOLO_ERR_FORMAT, "is damaged: its CRC-32 is wrong", err);
    if (status) {
        free(data);
        return status;
    }
    data[e->bytes] = '\0';
    *ret_data = data;
    return VOLO_OK;
}

static VoloStatus check_byteorder(const Zip *z, VoloError *err)
{
    const Entry *e = find_member(z, "/", "byteorder", 9);
    uint8_t *text = NULL;

    if (!e)
        return VOLO_OK;
    VOLO_TRY(read_entry(z, e, 16, &text, err));
    const bool is_little = e->bytes == 6 && memcmp(text, "little", 6) == 0;
    free(text);
    return is_little ? VOLO_OK
                     : refuse_entry(e, VOLO_ERR_UNSUPPORTED, "does not say 'little'", err);
}

/* Torch reads versions up to 10; the layout has not changed since 1. */
static VoloStatus check_version(const Zip *z, VoloError *err)
{
    const Entry *e = find_member(z, "/", "version", 7);
    uint8_t *text = NULL;
    char *end;

    if (!e)
        return VOLO_OK;
    VOLO_TRY(read_entry(z, e, 16, &text, err));
    const long version = strtol((char *)text, &end, 10);
    const bool is_number = end != (char *)text && (*end == '\0' || *end == '\n');
    free(text);
    if (!is_number || version < 1 || version > 10)
        return refuse_entry(e, VOLO_ERR_UNSUPPORTED, "is none of versions 1 to 10", err);
    return VOLO_OK;
}

static VoloStatus find_storage(void *user, const VoloPickleStorage *s, uint64_t *ret_offset,
                               VoloError *err)
{
    const Zip *z = user;
    const Entry *e = find_member(z, "/data/", s->key, s->key_bytes);
    size_t bytes;

    if (!e)
        return volo_fail(err, VOLO_ERR_FORMAT, "the zip file has no entry for storage '%.*s'",
                         (int)s->key_bytes, s->key);
    if (!volo_mul(s->numel, s->class->bytes, &bytes) || bytes != e->bytes)
        return volo_fail(err, VOLO_ERR_FORMAT,
                         "storage '%.*s' should have %" PRIu64 " elements of %" PRIu64
                         " bytes, but its zip entry has %" PRIu64 " bytes",
                         (int)s->key_bytes, s->key, s->numel, s->class->bytes, e->bytes);
    *ret_offset = e->data;
    return VOLO_OK;
}

/* The CRC is compared first, over a pass of its own: the machine need not see damaged bytes. */
static VoloStatus read_pickle(Zip *z, const Entry *e, bool strict, VoloError *err)
{
    const VoloPickleInput input = {
        .fd = z->w->fd, .path = z->w->path, .offset = e->data, .bytes = e->bytes
    };
    VoloPickle p = { 0 };
    uint8_t *data = NULL;

    VOLO_TRY(read_entry(z, e, VOLO_LIMIT_PICKLE_BYTES, &data, err));
    free(data);
    VoloStatus status = volo_pickle_read(&p, &input, err);
    if (status == VOLO_OK && p.used != e->bytes)
        status = refuse_entry(e, VOLO_ERR_FORMAT, "goes on after the end of the pickle", err);
    if (status == VOLO_OK)
        status = volo_state_dict_read(z->w, &p, strict, find_storage, z, err);
    volo_pickle_clear(&p);
    return status;
}

static VoloStatus read_zip(Zip *z, bool strict, VoloError *err)
{
    const Entry *pickle = NULL;
    uint64_t entries = 0;

    VOLO_TRY(read_end(z, &entries, err));
    VOLO_TRY(read_directory(z, entries, err));
    VOLO_TRY(keep_storages(z, err));
    VOLO_TRY(sort_by_name(z, err));
    VOLO_TRY(find_archive(z, &pickle, err));
    VOLO_TRY(check_byteorder(z, err));
    VOLO_TRY(check_version(z, err));
    return read_pickle(z, pickle, strict, err);
}

static VoloStatus read_pth_zip(VoloWeights *w, bool strict, VoloError *err)
{
    Zip z = { .w = w };
    const VoloStatus status = read_zip(&z, strict, err);

    free(z.text);
    free(z.entry);
    free(z.local);
    return status;
}

const VoloContainer volo_container_pth_zip = {
    .format = "torch zip",
    .is_mine = is_zip,
    .read = read_pth_zip,
};
