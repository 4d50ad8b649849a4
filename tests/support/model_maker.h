/* SPDX-License-Identifier: Apache-2.0 */
/* Makes model files byte by byte, without the code under test: safetensors, and pickles in the two
 * torch containers, which keep the positions of their parts so that a test can damage them. */
#ifndef VOLO_TESTS_MODEL_MAKER_H
#define VOLO_TESTS_MODEL_MAKER_H

#include <stddef.h>
#include <stdint.h>

typedef struct MakerBytes {
    uint8_t *data; /* [bytes]; the owner's to free() */
    size_t bytes, room;
} MakerBytes;

void maker_put(MakerBytes *out, const void *data, size_t bytes);
void maker_put_number(MakerBytes *out, uint64_t number, size_t bytes); /* little-endian */
void maker_set_number(MakerBytes *out, size_t at, uint64_t number, size_t bytes);

/* header, its length in front, and that many bytes of data: 0, 1, 2 ... */
void maker_safetensors(MakerBytes *out, const char *header, size_t data_bytes);

/* Assembles a pickle from words with blanks between:
 *   'text'  12  -3  true  false     values
 *   @module.name                    GLOBAL
 *   =3  ?3                          BINPUT, BINGET
 *   #8002                           bytes
 *   } ( u t R ...                   any other single character: that opcode
 *   50:(                            the word behind the colon, fifty times
 *   odict                           an empty OrderedDict
 *   tensor:KEY:CLASS:NUMEL:FIRST:SIZES:STRIDES   tensor:0:FloatStorage:6:0:2,3:3,1
 *   text:513  global:513            text, and the name of a global in os, of that many letters
 *   storage:KEY:CLASS:NUMEL         its persistent id, loaded
 * Protocol 2 is put in front, unless the first word is '!'. */
void maker_pickle(MakerBytes *out, const char *source);

#define MAKER_ENTRIES 16

typedef struct MakerZip {
    MakerBytes out;
    size_t count;
    struct {
        char name[64];
        uint32_t crc;
        size_t local, data, bytes, descriptor; /* positions; descriptor 0: none */
        size_t central;
    } entry[MAKER_ENTRIES];
    size_t directory, end64, locator, end; /* positions; end64 0: none */
} MakerZip;

typedef enum MakerZipStyle {
    MAKER_TORCH, /* sizes behind the data, padding in front of them, zip64 end record */
    MAKER_PLAIN, /* sizes in the local header, as other zip programs write */
    MAKER_WIDE,  /* as torch, with 64-bit sizes and offsets everywhere */
} MakerZipStyle;

void maker_zip_add(MakerZip *z, MakerZipStyle style, const char *name, const void *data,
                   size_t bytes);
void maker_zip_end(MakerZip *z, MakerZipStyle style);

/* model/data.pkl with that pickle, byteorder, data/0 with 24 bytes, data/1 with 16, version:
 * entries 0 to 4. zip is zeroed. */
void maker_torch(MakerZip *zip, MakerZipStyle style, const char *pickle);

typedef struct MakerLegacy {
    MakerBytes out;
    size_t protocol, system, object, keys, storages; /* positions */
} MakerLegacy;

/* The five pickles and, for each key of keys ("0 1"), the storage 0 of 6 f32 or 1 of 2 i64. NULL
 * for a source takes that of a valid file. legacy is zeroed. */
typedef struct MakerLegacySource {
    const char *protocol, *system, *object, *keys, *storages;
} MakerLegacySource;
void maker_legacy(MakerLegacy *legacy, const MakerLegacySource *source);

/* The state dict that both make without another: "decode_head.w" f32 [2,3] = 0..5 in storage 0 and
 * "decode_head.num_batches_tracked" i64 [] in storage 1. */
#define MAKER_STATE_DICT                                                                           \
    "odict ( 'decode_head.w' tensor:0:FloatStorage:6:0:2,3:3,1 "                                   \
    "'decode_head.num_batches_tracked' tensor:1:LongStorage:2:0:: u"

#endif
