/* SPDX-License-Identifier: Apache-2.0 */
/* Philox4x64 with ten rounds; the constants are those of the paper. */
#include "base/random.h"

#include <string.h>

__extension__ typedef unsigned __int128 Wide;

static void play_round(uint64_t x[4], const uint64_t key[2])
{
    const Wide a = (Wide)0xd2e7470ee14c6c93u * x[0], b = (Wide)0xca5a826395121157u * x[2];
    const uint64_t x1 = x[1], x3 = x[3];

    x[0] = (uint64_t)(b >> 64) ^ x1 ^ key[0];
    x[1] = (uint64_t)b;
    x[2] = (uint64_t)(a >> 64) ^ x3 ^ key[1];
    x[3] = (uint64_t)a;
}

void volo_random_block(const uint64_t key[2], const uint64_t counter[4], uint64_t ret_numbers[4])
{
    uint64_t round_key[2] = { key[0], key[1] };

    memmove(ret_numbers, counter, 4 * sizeof *counter);
    for (int i = 0; i < 10; i++) {
        play_round(ret_numbers, round_key);
        round_key[0] += 0x9e3779b97f4a7c15u;
        round_key[1] += 0xbb67ae8584caa73bu;
    }
}

uint64_t volo_random_below(uint64_t number, uint64_t bound)
{
    return (uint64_t)((Wide)number * bound >> 64);
}
