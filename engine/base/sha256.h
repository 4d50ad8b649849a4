/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 (FIPS 180-4), for naming model files. */
#ifndef VOLO_BASE_SHA256_H
#define VOLO_BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

typedef struct VoloSha256 {
    uint32_t state[8];
    uint64_t bytes;
    uint8_t block[64];
} VoloSha256;

void volo_sha256_init(VoloSha256 *s);
void volo_sha256_update(VoloSha256 *s, const void *data, size_t bytes);
void volo_sha256_finish(VoloSha256 *s, uint8_t ret_digest[32]);

#endif
