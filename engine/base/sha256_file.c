/* SPDX-License-Identifier: Apache-2.0 */
/* The SHA-256 of a file, read in pieces. */
#include <volo/model.h>

#include "base/error.h"
#include "base/read_file.h"
#include "base/sha256.h"

#include <unistd.h>

#define PIECE_BYTES (32u << 10)

static VoloStatus digest(int fd, const char *path, uint64_t bytes, uint8_t ret_digest[32],
                         VoloError *err)
{
    uint8_t piece[PIECE_BYTES];
    VoloSha256 s;

    volo_sha256_init(&s);
    for (uint64_t at = 0; at < bytes;) {
        const uint64_t left = bytes - at;
        const size_t count = left < sizeof piece ? (size_t)left : sizeof piece;

        VOLO_TRY(volo_file_read_at(fd, path, piece, count, at, err));
        volo_sha256_update(&s, piece, count);
        at += count;
    }
    volo_sha256_finish(&s, ret_digest);
    return VOLO_OK;
}

VoloStatus volo_file_sha256(const char *path, char ret_hex[65], VoloError *err)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t hash[32];
    uint64_t bytes;
    int fd;

    VOLO_TRY(volo_file_open(path, &fd, &bytes, err));
    const VoloStatus status = digest(fd, path, bytes, hash, err);
    close(fd);
    if (status)
        return status;
    for (size_t i = 0; i < sizeof hash; i++) {
        ret_hex[2 * i] = digits[hash[i] >> 4];
        ret_hex[2 * i + 1] = digits[hash[i] & 15];
    }
    ret_hex[64] = '\0';
    return VOLO_OK;
}
