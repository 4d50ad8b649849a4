/* SPDX-License-Identifier: Apache-2.0 */
/* Changes a journal, then mostly sets the CRC-32 of its records right, so that the changes get past
 * the comparison. */
#include <zlib.h>

#include <stddef.h>
#include <stdint.h>

#define MAGIC 8u
#define HEAD 8u /* length, CRC */

size_t LLVMFuzzerMutate(uint8_t *data, size_t bytes, size_t room);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t bytes, size_t room, unsigned seed);

static void set_crcs(uint8_t *data, size_t bytes)
{
    size_t at = MAGIC;

    while (bytes >= HEAD && at <= bytes - HEAD) {
        uint8_t *const head = data + at;
        const size_t length =
            head[0] | (size_t)head[1] << 8 | (size_t)head[2] << 16 | (size_t)head[3] << 24;

        if (length > bytes - HEAD - at)
            return;
        const uLong crc = crc32_z(crc32_z(0, head, 4), head + HEAD, length);
        for (int i = 0; i < 4; i++)
            head[4 + i] = (uint8_t)(crc >> (8 * i));
        at += HEAD + length;
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t bytes, size_t room, unsigned seed)
{
    bytes = LLVMFuzzerMutate(data, bytes, room);
    if (seed % 8)
        set_crcs(data, bytes);
    return bytes;
}
