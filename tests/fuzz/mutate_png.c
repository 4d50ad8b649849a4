/* SPDX-License-Identifier: Apache-2.0 */
/* Changes a PNG file, then mostly sets the CRC-32 of its chunks right, so that the changes get past
 * the comparison. */
#include <zlib.h>

#include <stddef.h>
#include <stdint.h>

#define SIGNATURE 8u
#define CHUNK 12u /* length, type, CRC */

size_t LLVMFuzzerMutate(uint8_t *data, size_t bytes, size_t room);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t bytes, size_t room, unsigned seed);

static uint32_t number(const uint8_t *b)
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static void set_number(uint8_t *b, uint32_t n)
{
    for (int i = 0; i < 4; i++)
        b[i] = (uint8_t)(n >> (24 - 8 * i));
}

static void set_crcs(uint8_t *data, size_t bytes)
{
    size_t at = SIGNATURE;

    while (bytes >= CHUNK && at <= bytes - CHUNK) {
        const size_t length = number(data + at);

        if (length > bytes - CHUNK - at)
            return;
        set_number(data + at + 8 + length, (uint32_t)crc32_z(0, data + at + 4, length + 4));
        at += CHUNK + length;
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t bytes, size_t room, unsigned seed)
{
    bytes = LLVMFuzzerMutate(data, bytes, room);
    if (seed % 8)
        set_crcs(data, bytes);
    return bytes;
}
