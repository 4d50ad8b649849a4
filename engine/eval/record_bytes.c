/* SPDX-License-Identifier: Apache-2.0 */
/* Records as bytes. Little-endian:
 *
 *     "VOLR"  u32 version  u32 bytes of all, CRC included
 *     u32 height  u32 width  u16 classes  u8 categories  u8 flags (1 instances, 2 boundaries)
 *     u16 bytes of the name, the name
 *     u32 cells, each: u8 label  u8 prediction  u32 count
 *     of each class, then of each category, when instances are flagged:
 *         u64 tp whole, tp fraction, fn whole, fn fraction, instances
 *     of each class, when boundaries are flagged: u32 both  u32 truth  u32 prediction
 *     u32 CRC-32 (zlib's) of all before it
 */
#include "base/error.h"
#include "base/limits.h"
#include "eval/record.h"

#include <string.h>
#include <zlib.h>

#define VERSION 1u
#define LEAST_BYTES 34u       /* of a record without name, cells and sums */
#define MOST_BYTES (1u << 20) /* 65536 cells, a long name, all sums */
enum {
    FLAG_INSTANCES = 1,
    FLAG_BOUNDARIES = 2
};

/* --- writing ---------------------------------------------------------------------------------- */

typedef struct Output {
    uint8_t *data;
    size_t bytes, capacity; /* bytes may exceed it: then the rest is only counted */
} Output;

static void put(Output *o, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++, o->bytes++) {
        if (o->bytes < o->capacity)
            o->data[o->bytes] = (uint8_t)(value >> (8 * i));
    }
}

static void put_sums(Output *o, const VoloInstanceSums *sums, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const uint64_t values[] = { sums[i].tp.whole, sums[i].tp.fraction, sums[i].fn.whole,
                                    sums[i].fn.fraction, sums[i].instances };

        for (size_t j = 0; j < sizeof values / sizeof *values; j++)
            put(o, values[j], 8);
    }
}

static void put_boundaries(Output *o, const VoloBoundaryCounts *counts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        put(o, counts[i].both, 4);
        put(o, counts[i].truth, 4);
        put(o, counts[i].prediction, 4);
    }
}

static void put_record(Output *o, const VoloImageRecord *r, size_t bytes)
{
    const char *name = volo_image_record_name(r);
    const size_t length = strlen(name);

    for (const char *c = "VOLR"; *c; c++)
        put(o, (uint8_t)*c, 1);
    put(o, VERSION, 4);
    put(o, bytes, 4);
    put(o, r->height, 4);
    put(o, r->width, 4);
    put(o, r->class_count, 2);
    put(o, r->category_count, 1);
    put(o, (r->has_instances ? FLAG_INSTANCES : 0u) | (r->has_boundaries ? FLAG_BOUNDARIES : 0u),
        1);
    put(o, length, 2);
    for (size_t i = 0; i < length; i++)
        put(o, (uint8_t)name[i], 1);
    put(o, r->cell_count, 4);
    for (size_t i = 0; i < r->cell_count; i++) {
        put(o, r->cells[i].label, 1);
        put(o, r->cells[i].prediction, 1);
        put(o, r->cells[i].count, 4);
    }
    if (r->has_instances) {
        put_sums(o, r->class_instances, r->class_count);
        put_sums(o, r->category_instances, r->category_count);
    }
    if (r->has_boundaries)
        put_boundaries(o, r->boundaries, r->class_count);
}

size_t volo_image_record_write(const VoloImageRecord *record, void *data, size_t capacity)
{
    Output measured = { 0 };

    put_record(&measured, record, 0);
    const size_t bytes = measured.bytes + 4;
    if (bytes > capacity)
        return bytes;
    Output o = { .data = data, .capacity = capacity };
    put_record(&o, record, bytes);
    put(&o, crc32(0, data, (uInt)o.bytes), 4);
    return bytes;
}

/* --- reading ---------------------------------------------------------------------------------- */

typedef struct Input {
    const uint8_t *data;
    size_t left;
    bool short_of_bytes;
} Input;

/* A number of at most 8 bytes; 0 and a note when there is too little left. */
static uint64_t take(Input *in, size_t bytes)
{
    uint64_t value = 0;

    if (in->left < bytes) {
        in->short_of_bytes = true;
        in->left = 0;
        return 0;
    }
    for (size_t i = 0; i < bytes; i++)
        value |= (uint64_t)in->data[i] << (8 * i);
    in->data += bytes;
    in->left -= bytes;
    return value;
}

static VoloStatus refuse(VoloError *err, const char *what)
{
    return volo_fail(err, VOLO_ERR_FORMAT, "record of a picture: %s", what);
}

/* *ret_bytes: of the whole record; untouched when the data are cut short. */
static VoloStatus check_frame(const uint8_t *data, size_t bytes, size_t *ret_bytes, VoloError *err)
{
    Input in = { .data = data, .left = bytes };

    if (bytes < 12)
        return refuse(err, "cut short");
    if (memcmp(data, "VOLR", 4) != 0)
        return refuse(err, "does not begin with VOLR");
    take(&in, 4);
    const uint64_t version = take(&in, 4), length = take(&in, 4);
    if (version != VERSION)
        return volo_fail(err, VOLO_ERR_FORMAT, "record of a picture: version %llu, expected %u",
                         (unsigned long long)version, VERSION);
    if (length < LEAST_BYTES || length > MOST_BYTES)
        return refuse(err, "an impossible length");
    if (length > bytes)
        return refuse(err, "cut short");
    in = (Input){ .data = data + length - 4, .left = 4 };
    if (crc32(0, data, (uInt)length - 4) != take(&in, 4))
        return refuse(err, "the CRC is wrong");
    *ret_bytes = (size_t)length;
    return VOLO_OK;
}

static VoloStatus read_cells(Input *in, VoloImageRecord *r, VoloError *err)
{
    const uint64_t count = take(in, 4);
    uint64_t pixels = 0;

    if (count > 65536 || count * 6 > in->left)
        return refuse(err, "more cells than bytes");
    VOLO_TRY(volo_image_record_reserve(r, (size_t)count, err));
    for (size_t i = 0; i < count; i++) {
        VoloConfusionCell *cell = &r->cells[i];

        cell->label = (uint8_t)take(in, 1);
        cell->prediction = (uint8_t)take(in, 1);
        cell->count = take(in, 4);
        pixels += cell->count;
        const int order = i > 0 ? cell->label * 256 + cell->prediction - cell[-1].label * 256 -
                                      cell[-1].prediction
                                : 1;
        if (cell->count == 0 || order <= 0)
            return refuse(err, "cells that are empty or out of order");
    }
    r->cell_count = (size_t)count;
    if (pixels != (uint64_t)r->height * r->width)
        return refuse(err, "cells that do not add up to the picture");
    return VOLO_OK;
}

static void read_sums(Input *in, VoloInstanceSums *sums, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        sums[i].tp.whole = take(in, 8);
        sums[i].tp.fraction = take(in, 8);
        sums[i].fn.whole = take(in, 8);
        sums[i].fn.fraction = take(in, 8);
        sums[i].instances = take(in, 8);
    }
}

/* Weighted pixels are below pixels times the largest average size. */
static bool sums_are_possible(const VoloInstanceSums *sums, size_t count, uint64_t pixels)
{
    for (size_t i = 0; i < count; i++) {
        if (sums[i].instances > pixels || sums[i].tp.whole > (uint64_t)1 << 60 ||
            sums[i].fn.whole > (uint64_t)1 << 60)
            return false;
    }
    return true;
}

static bool read_boundaries(Input *in, VoloBoundaryCounts *counts, size_t count, uint64_t pixels)
{
    for (size_t i = 0; i < count; i++) {
        counts[i].both = take(in, 4);
        counts[i].truth = take(in, 4);
        counts[i].prediction = take(in, 4);
        if (counts[i].both > counts[i].truth || counts[i].both > counts[i].prediction ||
            counts[i].truth > pixels || counts[i].prediction > pixels)
            return false;
    }
    return true;
}

static VoloStatus read_body(Input *in, VoloImageRecord *r, VoloError *err)
{
    in->data += 12; /* check_frame has seen them */
    in->left -= 12;
    r->height = (size_t)take(in, 4);
    r->width = (size_t)take(in, 4);
    r->class_count = (size_t)take(in, 2);
    r->category_count = (size_t)take(in, 1);
    const uint64_t flags = take(in, 1), name_bytes = take(in, 2);
    const uint64_t pixels = (uint64_t)r->height * r->width;

    if (r->height < 1 || r->width < 1 || pixels > VOLO_LIMIT_IMAGE_PIXELS || r->class_count < 1 ||
        r->class_count > 255 || r->category_count > VOLO_MAX_CATEGORIES ||
        flags > (FLAG_INSTANCES | FLAG_BOUNDARIES))
        return refuse(err, "numbers out of range");
    if (name_bytes > in->left || name_bytes > VOLO_RECORD_NAME_BYTES ||
        memchr(in->data, '\0', (size_t)name_bytes))
        return refuse(err, "an impossible name");
    VOLO_TRY(volo_image_record_set_name(r, (const char *)in->data, (size_t)name_bytes, err));
    in->data += name_bytes;
    in->left -= (size_t)name_bytes;
    VOLO_TRY(read_cells(in, r, err));
    r->has_instances = flags & FLAG_INSTANCES;
    r->has_boundaries = flags & FLAG_BOUNDARIES;
    if (r->has_instances) {
        read_sums(in, r->class_instances, r->class_count);
        read_sums(in, r->category_instances, r->category_count);
    }
    if (!sums_are_possible(r->class_instances, r->class_count, pixels) ||
        !sums_are_possible(r->category_instances, r->category_count, pixels))
        return refuse(err, "sums of instances that are impossible");
    if (r->has_boundaries && !read_boundaries(in, r->boundaries, r->class_count, pixels))
        return refuse(err, "boundary counts that disagree");
    if (in->short_of_bytes || in->left != 4)
        return refuse(err, "a wrong length");
    return VOLO_OK;
}

VoloStatus volo_image_record_parse(VoloImageRecord *record, const void *data, size_t bytes,
                                   size_t *ret_used, VoloError *err)
{
    size_t length = 0;

    volo_image_record_clear(record);
    *ret_used = 0;
    VOLO_TRY(check_frame(data, bytes, &length, err));
    Input in = { .data = data, .left = length };
    const VoloStatus status = read_body(&in, record, err);
    if (status) {
        volo_image_record_clear(record);
        return status;
    }
    *ret_used = length;
    return VOLO_OK;
}
