/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 after FIPS 180-4, whose names are kept: Ch, Maj, Σ (big sigma), σ (small sigma), K, W. */
#include "base/sha256.h"

#include <string.h>

#define BLOCK 64u /* bytes */

/* First 32 bits of the fractional parts of the cube roots of the first 64 primes (section 4.2.2).
 */
static const uint32_t K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static inline uint32_t rotate(uint32_t x, unsigned bits)
{
    return x >> bits | x << (32 - bits);
}

/* One round, which changes d and h only; the caller renames the variables instead of moving them.
 */
static inline void step(uint32_t a, uint32_t b, uint32_t c, uint32_t *d, uint32_t e, uint32_t f,
                        uint32_t g, uint32_t *h, uint32_t kw)
{
    const uint32_t big1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const uint32_t big0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const uint32_t ch = g ^ (e & (f ^ g));
    const uint32_t maj = (a & b) | (c & (a | b));
    const uint32_t t = *h + big1 + ch + kw;

    *d += t;
    *h = t + big0 + maj;
}

/* w [64]: the message schedule of one block (section 6.2.2, step 1) */
static void expand(uint32_t w[64], const uint8_t *block)
{
    for (size_t i = 0; i < 16; i++) {
        const uint8_t *p = block + 4 * i;

        w[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    }
    for (size_t i = 16; i < 64; i++) {
        const uint32_t small0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3;
        const uint32_t small1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10;

        w[i] = w[i - 16] + small0 + w[i - 7] + small1;
    }
}

static void compress(uint32_t state[8], const uint8_t *block)
{
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    uint32_t w[64];

    expand(w, block);
    for (size_t i = 0; i < 64; i += 8) {
        step(a, b, c, &d, e, f, g, &h, K[i] + w[i]);
        step(h, a, b, &c, d, e, f, &g, K[i + 1] + w[i + 1]);
        step(g, h, a, &b, c, d, e, &f, K[i + 2] + w[i + 2]);
        step(f, g, h, &a, b, c, d, &e, K[i + 3] + w[i + 3]);
        step(e, f, g, &h, a, b, c, &d, K[i + 4] + w[i + 4]);
        step(d, e, f, &g, h, a, b, &c, K[i + 5] + w[i + 5]);
        step(c, d, e, &f, g, h, a, &b, K[i + 6] + w[i + 6]);
        step(b, c, d, &e, f, g, h, &a, K[i + 7] + w[i + 7]);
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
}

void volo_sha256_init(VoloSha256 *s)
{
    /* Fractional parts of the square roots of the first 8 primes (section 5.3.3). */
    static const uint32_t start[8] = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    };

    memcpy(s->state, start, sizeof start);
    s->bytes = 0;
}

void volo_sha256_update(VoloSha256 *s, const void *data, size_t bytes)
{
    const uint8_t *from = data;
    const size_t held = s->bytes % BLOCK;

    if (bytes == 0)
        return;
    s->bytes += bytes;
    if (held) {
        const size_t taken = bytes < BLOCK - held ? bytes : BLOCK - held;

        memcpy(s->block + held, from, taken);
        if (held + taken < BLOCK)
            return;
        compress(s->state, s->block);
        from += taken;
        bytes -= taken;
    }
    for (; bytes >= BLOCK; from += BLOCK, bytes -= BLOCK)
        compress(s->state, from);
    if (bytes)
        memcpy(s->block, from, bytes);
}

static void put_big_endian(uint8_t *to, uint64_t value, size_t bytes)
{
    for (size_t i = bytes; i > 0; i--, value >>= 8)
        to[i - 1] = (uint8_t)(value & 0xff);
}

void volo_sha256_finish(VoloSha256 *s, uint8_t ret_digest[32])
{
    static const uint8_t padding[BLOCK] = { 0x80 };
    const size_t held = s->bytes % BLOCK;
    uint8_t bits[8];

    put_big_endian(bits, s->bytes * 8, sizeof bits);
    volo_sha256_update(s, padding, (held < 56 ? 56 : 120) - held);
    volo_sha256_update(s, bits, sizeof bits);
    for (size_t i = 0; i < 8; i++)
        put_big_endian(ret_digest + 4 * i, s->state[i], 4);
}
