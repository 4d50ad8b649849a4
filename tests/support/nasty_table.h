/* SPDX-License-Identifier: Apache-2.0 */
/* How the tables of malformed files are written down (nasty_<kind>.c). */
#ifndef VOLO_TESTS_NASTY_TABLE_H
#define VOLO_TESTS_NASTY_TABLE_H

#include "support/nasty.h"

typedef struct NastyRow {
    const char *name; /* with ending */
    VoloStatus status;
    const char *message;
    const char *text; /* what build makes of it: a header, a pickle's words, keys */
    size_t number;    /* likewise: bytes of data, where to cut, how often */
    void (*build)(const struct NastyRow *row, MakerBytes *out); /* NULL: the table's */
    /* Damage to a valid file: size bytes at position at of a part become value. */
    int part, index;
    size_t at, size;
    uint64_t value;
    MakerLegacySource source; /* of a legacy file */
} NastyRow;

typedef struct NastyTable {
    const NastyRow *row;
    size_t count;
    void (*build)(const NastyRow *row, MakerBytes *out);
} NastyTable;

extern const NastyTable nasty_safetensors;
extern const NastyTable nasty_zip;
extern const NastyTable nasty_legacy;
extern const NastyTable nasty_pickle;

#endif
