/* SPDX-License-Identifier: Apache-2.0 */
/* Changes a zip file, then mostly sets the CRC-32 of its entries right, so that the changes get
 * past the comparison. Damaged structure is left as it is. */
#include <zlib.h>

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define END 22u
#define CENTRAL 46u
#define LOCAL 30u

size_t LLVMFuzzerMutate(uint8_t *data, size_t bytes, size_t room);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t bytes, size_t room, unsigned seed);

static uint32_t number(const uint8_t *b, size_t bytes)
{
    uint32_t n = 0;

    memcpy(&n, b, bytes);
    return n;
}

static void set_crc(uint8_t *data, size_t bytes, uint8_t *central)
{
    const size_t local = number(central + 42, 4), size = number(central + 24, 4);

    if (local > bytes || bytes - local < LOCAL)
        return;
    const size_t at = local + LOCAL + number(data + local + 26, 2) + number(data + local + 28, 2);
    if (at > bytes || size > bytes - at)
        return;
    const uint32_t crc = (uint32_t)crc32_z(0, data + at, size);
    memcpy(central + 16, &crc, 4);
    if (number(central + 8, 2) & 8) { /* CRC and sizes follow the data */
        if (bytes - at - size >= 8)
            memcpy(data + at + size + 4, &crc, 4);
    } else {
        memcpy(data + local + 14, &crc, 4);
    }
}

static void set_crcs(uint8_t *data, size_t bytes)
{
    if (bytes < END)
        return;
    const size_t directory_bytes = number(data + bytes - END + 12, 4);
    size_t at = number(data + bytes - END + 16, 4);
    if (at > bytes || directory_bytes > bytes - at)
        return;
    const size_t end = at + directory_bytes;
    while (end - at >= CENTRAL) {
        const size_t more =
            number(data + at + 28, 2) + number(data + at + 30, 2) + number(data + at + 32, 2);

        set_crc(data, bytes, data + at);
        if (more > end - at - CENTRAL)
            return;
        at += CENTRAL + more;
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t bytes, size_t room, unsigned seed)
{
    bytes = LLVMFuzzerMutate(data, bytes, room);
    if (seed % 4)
        set_crcs(data, bytes);
    return bytes;
}
