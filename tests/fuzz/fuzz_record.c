/* SPDX-License-Identifier: Apache-2.0 */
/* The input is the record of a picture, without its length and CRC, which are made right: a journal
 * is read by them. What is read must be written as the same bytes. */
#include "fuzz/fuzz_input.h"

#include <volo/metrics.h>

#include <string.h>
#include <zlib.h>

enum {
    MOST = 1 << 16
};

static void put_number(uint8_t *to, uint64_t value)
{
    for (size_t i = 0; i < 4; i++)
        to[i] = (uint8_t)(value >> (8 * i));
}

static void check_record(const VoloImageRecord *record, const uint8_t *data, size_t bytes)
{
    static uint8_t again[MOST];
    const VoloConfusionCell *cells;
    uint64_t pixels = 0;

    fuzz_must(volo_image_record_write(record, again, sizeof again) == bytes, "the same length");
    fuzz_must(memcmp(again, data, bytes) == 0, "the same bytes");
    const size_t count = volo_image_record_cells(record, &cells);
    for (size_t i = 0; i < count; i++)
        pixels += cells[i].count;
    fuzz_must(pixels ==
                  (uint64_t)volo_image_record_height(record) * volo_image_record_width(record),
              "every pixel is counted once");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    static uint8_t frame[MOST];
    static VoloImageRecord *record;
    VoloError err = { 0 };
    size_t used = 0;

    if (bytes > sizeof frame - 16)
        return 0;
    fuzz_must(record || !volo_image_record_new(&record, NULL), "memory for a record");
    memcpy(frame, "VOLR\1\0\0\0", 8);
    put_number(frame + 8, bytes + 16);
    memcpy(frame + 12, data, bytes);
    put_number(frame + 12 + bytes, crc32(0, frame, (unsigned)bytes + 12));
    const VoloStatus status = volo_image_record_parse(record, frame, bytes + 16, &used, &err);
    if (status) {
        fuzz_must(used == 0 && volo_image_record_height(record) == 0, "a refused record is empty");
        fuzz_must_explain(status, &err);
        return 0;
    }
    fuzz_must(used == bytes + 16, "all of the record");
    check_record(record, frame, used);
    return 0;
}
