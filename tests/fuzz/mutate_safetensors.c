/* SPDX-License-Identifier: Apache-2.0 */
/* Mostly changes the header alone and sets its length right, so that the changes get past it. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH 8u

size_t LLVMFuzzerMutate(uint8_t *data, size_t bytes, size_t room);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t bytes, size_t room, unsigned seed);

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t bytes, size_t room, unsigned seed)
{
    uint64_t header = 0;

    if (seed % 8 == 0 || bytes < LENGTH)
        return LLVMFuzzerMutate(data, bytes, room);
    memcpy(&header, data, LENGTH);
    if (header > bytes - LENGTH)
        header = bytes - LENGTH;
    const size_t rest = bytes - LENGTH - (size_t)header;
    uint8_t *kept = malloc(rest + 1);
    if (!kept)
        return bytes;
    memcpy(kept, data + LENGTH + header, rest);
    header = LLVMFuzzerMutate(data + LENGTH, (size_t)header, room - LENGTH - rest);
    memcpy(data, &header, LENGTH);
    memcpy(data + LENGTH + header, kept, rest);
    free(kept);
    return LENGTH + (size_t)header + rest;
}
