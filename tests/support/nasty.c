/* SPDX-License-Identifier: Apache-2.0 */
#include "support/nasty.h"

#include "support/nasty_table.h"

#include <stdio.h>
#include <stdlib.h>

static const NastyTable *const tables[NASTY_KINDS] = {
    [NASTY_SAFETENSORS] = &nasty_safetensors,
    [NASTY_ZIP] = &nasty_zip,
    [NASTY_LEGACY] = &nasty_legacy,
    [NASTY_PICKLE] = &nasty_pickle,
};

size_t nasty_count(void)
{
    size_t count = 0;

    for (size_t k = 0; k < NASTY_KINDS; k++)
        count += tables[k]->count;
    return count;
}

static const NastyRow *find_row(size_t i, NastyKind *ret_kind)
{
    size_t k = 0;

    while (i >= tables[k]->count)
        i -= tables[k++]->count;
    *ret_kind = (NastyKind)k;
    return &tables[k]->row[i];
}

const char *nasty_name(size_t i)
{
    NastyKind kind;

    return find_row(i, &kind)->name;
}

NastyKind nasty_kind(size_t i)
{
    NastyKind kind;

    find_row(i, &kind);
    return kind;
}

VoloStatus nasty_status(size_t i)
{
    NastyKind kind;

    return find_row(i, &kind)->status;
}

const char *nasty_message(size_t i)
{
    NastyKind kind;

    return find_row(i, &kind)->message;
}

void nasty_build(size_t i, MakerBytes *out)
{
    NastyKind kind;
    const NastyRow *row = find_row(i, &kind);

    (row->build ? row->build : tables[kind]->build)(row, out);
}

void nasty_write(size_t i, const char *folder)
{
    MakerBytes bytes = { 0 };
    char path[1024];

    nasty_build(i, &bytes);
    snprintf(path, sizeof path, "%s/%s", folder, nasty_name(i));
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes.data, 1, bytes.bytes, file) != bytes.bytes || fclose(file)) {
        perror(path);
        abort();
    }
    free(bytes.data);
}
