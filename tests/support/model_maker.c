/* SPDX-License-Identifier: Apache-2.0 */
#include "support/model_maker.h"

#include <zlib.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- bytes --- */

void maker_put(MakerBytes *out, const void *data, size_t bytes)
{
    if (out->room - out->bytes < bytes) {
        out->room = 2 * out->room + bytes + 64;
        out->data = realloc(out->data, out->room);
        if (!out->data)
            abort();
    }
    if (bytes)
        memcpy(out->data + out->bytes, data, bytes);
    out->bytes += bytes;
}

void maker_put_number(MakerBytes *out, uint64_t number, size_t bytes)
{
    uint8_t b[8];

    for (size_t i = 0; i < bytes; i++)
        b[i] = (uint8_t)(number >> 8 * i);
    maker_put(out, b, bytes);
}

void maker_set_number(MakerBytes *out, size_t at, uint64_t number, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        out->data[at + i] = (uint8_t)(number >> 8 * i);
}

void maker_safetensors(MakerBytes *out, const char *header, size_t data_bytes)
{
    maker_put_number(out, strlen(header), 8);
    maker_put(out, header, strlen(header));
    for (size_t i = 0; i < data_bytes; i++)
        maker_put_number(out, i, 1);
}

/* --- pickles --- */

static void put_op(MakerBytes *out, const char *op)
{
    maker_put(out, op, strlen(op));
}

static void put_text(MakerBytes *out, const char *text, size_t bytes)
{
    put_op(out, "X");
    maker_put_number(out, bytes, 4);
    maker_put(out, text, bytes);
}

static void put_integer(MakerBytes *out, long long number)
{
    const bool fits = number >= INT32_MIN && number <= INT32_MAX;

    maker_put(out, fits ? "J" : "\x8a\x08", fits ? 1 : 2);
    maker_put_number(out, (uint64_t)number, fits ? 4 : 8);
}

static void put_global(MakerBytes *out, const char *name)
{
    const char *dot = strrchr(name, '.');

    put_op(out, "c");
    maker_put(out, name, (size_t)(dot - name));
    put_op(out, "\n");
    put_op(out, dot + 1);
    put_op(out, "\n");
}

static void put_hex(MakerBytes *out, const char *digits)
{
    for (; digits[0] && digits[1]; digits += 2) {
        const char pair[3] = { digits[0], digits[1], '\0' };

        maker_put_number(out, strtoul(pair, NULL, 16), 1);
    }
}

/* "2,3" as a tuple; "" as an empty one. */
static void put_tuple(MakerBytes *out, const char *numbers)
{
    put_op(out, "(");
    while (*numbers) {
        char *end;

        put_integer(out, strtoll(numbers, &end, 10));
        numbers = *end ? end + 1 : end;
    }
    put_op(out, "t");
}

static void put_storage(MakerBytes *out, const char *key, const char *class, long long numel)
{
    char global[80];

    snprintf(global, sizeof global, "torch.%s", class);
    put_op(out, "(");
    put_text(out, "storage", 7);
    put_global(out, global);
    put_text(out, key, strlen(key));
    put_text(out, "cpu", 3);
    put_integer(out, numel);
    put_op(out, "tQ");
}

/* Cuts "a:b:c" into parts; missing ones are "". */
static void split(char *text, char *part[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        part[i] = text;
        text += strcspn(text, ":");
        if (*text)
            *text++ = '\0';
    }
}

static void put_tensor(MakerBytes *out, char *description)
{
    char *part[6]; /* key, class, numel, first, sizes, strides */

    split(description, part, 6);
    put_global(out, "torch._utils._rebuild_tensor_v2");
    put_op(out, "(");
    put_storage(out, part[0], part[1], atoll(part[2]));
    put_integer(out, atoll(part[3]));
    put_tuple(out, part[4]);
    put_tuple(out, part[5]);
    put_op(out, "\x89");
    put_global(out, "collections.OrderedDict");
    put_op(out, ")RtR");
}

static void put_letters(MakerBytes *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        put_op(out, "k");
}

static void put_long_text(MakerBytes *out, size_t bytes)
{
    put_op(out, "X");
    maker_put_number(out, bytes, 4);
    put_letters(out, bytes);
}

static bool put_named(MakerBytes *out, char *word)
{
    char *part[3];

    if (strcmp(word, "odict") == 0) {
        put_global(out, "collections.OrderedDict");
        put_op(out, ")R");
    } else if (strcmp(word, "true") == 0 || strcmp(word, "false") == 0) {
        put_op(out, *word == 't' ? "\x88" : "\x89");
    } else if (strncmp(word, "text:", 5) == 0) {
        put_long_text(out, strtoul(word + 5, NULL, 10));
    } else if (strncmp(word, "global:", 7) == 0) {
        put_op(out, "cos\n");
        put_letters(out, strtoul(word + 7, NULL, 10));
        put_op(out, "\n");
    } else if (strncmp(word, "tensor:", 7) == 0) {
        put_tensor(out, word + 7);
    } else if (strncmp(word, "storage:", 8) == 0) {
        split(word + 8, part, 3);
        put_storage(out, part[0], part[1], atoll(part[2]));
    } else {
        return false;
    }
    return true;
}

static void put_word(MakerBytes *out, char *word)
{
    char *end;
    const long long number = strtoll(word, &end, 10);

    if (put_named(out, word))
        return;
    if (end != word && *end == ':') {
        for (long long i = 0; i < number; i++) {
            char again[64];

            snprintf(again, sizeof again, "%s", end + 1);
            put_word(out, again);
        }
    } else if (end != word) {
        put_integer(out, number);
    } else if (*word == '@') {
        put_global(out, word + 1);
    } else if (*word == '#') {
        put_hex(out, word + 1);
    } else if ((*word == '=' || *word == '?') && word[1]) {
        put_op(out, *word == '=' ? "q" : "h");
        maker_put_number(out, strtoul(word + 1, NULL, 10), 1);
    } else {
        maker_put(out, word, 1);
    }
}

void maker_pickle(MakerBytes *out, const char *source)
{
    if (*source == '!')
        source++;
    else
        put_hex(out, "8002");
    while (*source) {
        const size_t bytes = *source == '\'' ? strcspn(source + 1, "'") : strcspn(source, " ");
        char word[1024];

        if (*source == '\'') {
            put_text(out, source + 1, bytes);
            source += bytes + 2;
        } else if (bytes) {
            snprintf(word, sizeof word, "%.*s", (int)bytes, source);
            put_word(out, word);
            source += bytes;
        }
        source += *source == ' ';
    }
}

/* --- zip --- */

/* Extra field 1: numbers of 64 bits in the place of 0xffffffff. */
static void put_wide_field(MakerBytes *out, const uint64_t *number, size_t count)
{
    maker_put_number(out, 1, 2);
    maker_put_number(out, 8 * count, 2);
    for (size_t i = 0; i < count; i++)
        maker_put_number(out, number[i], 8);
}

static void put_local(MakerZip *z, MakerZipStyle style, size_t i)
{
    static const size_t extra[] = { [MAKER_TORCH] = 12, [MAKER_PLAIN] = 0, [MAKER_WIDE] = 20 };
    static const uint64_t unknown[2];
    const bool later = style != MAKER_PLAIN;
    const uint64_t bytes = later ? 0 : z->entry[i].bytes;
    MakerBytes *out = &z->out;

    put_op(out, "PK\3\4");
    maker_put_number(out, 0, 2);
    maker_put_number(out, later ? 0x0808 : 0, 2);
    maker_put_number(out, 0, 6); /* method, time, date */
    maker_put_number(out, later ? 0 : z->entry[i].crc, 4);
    maker_put_number(out, style == MAKER_WIDE ? UINT32_MAX : bytes, 4);
    maker_put_number(out, style == MAKER_WIDE ? UINT32_MAX : bytes, 4);
    maker_put_number(out, strlen(z->entry[i].name), 2);
    maker_put_number(out, extra[style], 2);
    put_op(out, z->entry[i].name);
    if (style == MAKER_WIDE)
        put_wide_field(out, unknown, 2);
    else
        maker_put(out, "FB\10\0ZZZZZZZZ", extra[style]);
}

void maker_zip_add(MakerZip *z, MakerZipStyle style, const char *name, const void *data,
                   size_t bytes)
{
    const size_t i = z->count++, width = style == MAKER_WIDE ? 8 : 4;

    snprintf(z->entry[i].name, sizeof z->entry[i].name, "%s", name);
    z->entry[i].crc = (uint32_t)crc32_z(0, data, bytes);
    z->entry[i].bytes = bytes;
    z->entry[i].local = z->out.bytes;
    put_local(z, style, i);
    z->entry[i].data = z->out.bytes;
    maker_put(&z->out, data, bytes);
    if (style == MAKER_PLAIN)
        return;
    z->entry[i].descriptor = z->out.bytes;
    put_op(&z->out, "PK\7\10");
    maker_put_number(&z->out, z->entry[i].crc, 4);
    maker_put_number(&z->out, bytes, width);
    maker_put_number(&z->out, bytes, width);
}

static void put_central(MakerZip *z, MakerZipStyle style, size_t i)
{
    const bool wide = style == MAKER_WIDE;
    const uint64_t bytes = z->entry[i].bytes, local = z->entry[i].local;
    MakerBytes *out = &z->out;

    z->entry[i].central = out->bytes;
    put_op(out, "PK\1\2");
    maker_put_number(out, 0, 4);
    maker_put_number(out, style == MAKER_PLAIN ? 0 : 0x0808, 2);
    maker_put_number(out, 0, 6);
    maker_put_number(out, z->entry[i].crc, 4);
    maker_put_number(out, wide ? UINT32_MAX : bytes, 4);
    maker_put_number(out, wide ? UINT32_MAX : bytes, 4);
    maker_put_number(out, strlen(z->entry[i].name), 2);
    maker_put_number(out, wide ? 28 : 0, 2);
    maker_put_number(out, 0, 6); /* comment, disk, attributes */
    maker_put_number(out, 0, 4);
    maker_put_number(out, wide ? UINT32_MAX : local, 4);
    put_op(out, z->entry[i].name);
    if (wide)
        put_wide_field(out, (const uint64_t[]){ bytes, bytes, local }, 3);
}

static void put_end64(MakerZip *z, size_t directory_bytes)
{
    MakerBytes *out = &z->out;

    z->end64 = out->bytes;
    put_op(out, "PK\6\6");
    maker_put_number(out, 44, 8);
    maker_put_number(out, 0, 4); /* versions */
    maker_put_number(out, 0, 8); /* disks */
    maker_put_number(out, z->count, 8);
    maker_put_number(out, z->count, 8);
    maker_put_number(out, directory_bytes, 8);
    maker_put_number(out, z->directory, 8);
    z->locator = out->bytes;
    put_op(out, "PK\6\7");
    maker_put_number(out, 0, 4);
    maker_put_number(out, z->end64, 8);
    maker_put_number(out, 1, 4);
}

void maker_zip_end(MakerZip *z, MakerZipStyle style)
{
    MakerBytes *out = &z->out;

    z->directory = out->bytes;
    for (size_t i = 0; i < z->count; i++)
        put_central(z, style, i);
    const size_t bytes = out->bytes - z->directory;
    if (style != MAKER_PLAIN)
        put_end64(z, bytes);
    z->end = out->bytes;
    put_op(out, "PK\5\6");
    maker_put_number(out, 0, 4);
    maker_put_number(out, z->count, 2);
    maker_put_number(out, z->count, 2);
    maker_put_number(out, style == MAKER_WIDE ? UINT32_MAX : bytes, 4);
    maker_put_number(out, style == MAKER_WIDE ? UINT32_MAX : z->directory, 4);
    maker_put_number(out, 0, 2);
}

static const float storage_0[6] = { 0, 1, 2, 3, 4, 5 };
static const int64_t storage_1[2] = { 7, 8 };

void maker_torch(MakerZip *zip, MakerZipStyle style, const char *pickle)
{
    MakerBytes object = { 0 };

    maker_pickle(&object, pickle);
    maker_zip_add(zip, style, "model/data.pkl", object.data, object.bytes);
    maker_zip_add(zip, style, "model/byteorder", "little", 6);
    maker_zip_add(zip, style, "model/data/0", storage_0, sizeof storage_0);
    maker_zip_add(zip, style, "model/data/1", storage_1, sizeof storage_1);
    maker_zip_add(zip, style, "model/version", "3\n", 2);
    maker_zip_end(zip, style);
    free(object.data);
}

/* --- legacy --- */

static size_t put_pickle(MakerBytes *out, const char *source, const char *otherwise)
{
    const size_t at = out->bytes;

    maker_pickle(out, source ? source : otherwise);
    return at;
}

void maker_legacy(MakerLegacy *legacy, const MakerLegacySource *source)
{
    MakerBytes *out = &legacy->out;

    put_hex(out, "80028a0a6cfc9c46f9206aa850192e");
    legacy->protocol = put_pickle(out, source->protocol, "1001 .");
    legacy->system = put_pickle(out, source->system, "} ( 'little_endian' true u .");
    legacy->object = put_pickle(out, source->object, MAKER_STATE_DICT " .");
    legacy->keys = put_pickle(out, source->keys, "] ( '0' '1' e .");
    legacy->storages = out->bytes;
    for (const char *key = source->storages ? source->storages : "01"; *key; key++) {
        maker_put_number(out, *key == '0' ? 6 : 2, 8);
        if (*key == '0')
            maker_put(out, storage_0, sizeof storage_0);
        else
            maker_put(out, storage_1, sizeof storage_1);
    }
}
