/* SPDX-License-Identifier: Apache-2.0 */
/* Random numbers from a counter: each is a function of its key and its place alone, so neither
 * threads nor order matter. Philox4x64-10 (Salmon et al., Parallel Random Numbers: As Easy as 1, 2,
 * 3, SC 2011), equal to numpy's Philox of the same key and counter. */
#ifndef VOLO_BASE_RANDOM_H
#define VOLO_BASE_RANDOM_H

#include <stdint.h>

/* Four numbers, uniform over all 64 bits, of the block at counter. */
void volo_random_block(const uint64_t key[2], const uint64_t counter[4], uint64_t ret_numbers[4]);

/* A 64-bit number scaled to 0..bound-1; the bias is below bound / 2^64. */
uint64_t volo_random_below(uint64_t number, uint64_t bound);

#endif
