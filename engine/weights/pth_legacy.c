/* SPDX-License-Identifier: Apache-2.0 */
/* What torch.save wrote before 1.6: five pickles one after the other (a magic number, the protocol
 * 1001, facts about the machine, the object, the list of storage keys), then for each key an int64
 * element count and the raw little-endian elements, up to the end of the file. */
#include "base/checked.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/read_file.h"
#include "weights/state_dict.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PROTOCOL 1001

/* The pickle of 0x1950a86a20f9469cfc6c. */
static const uint8_t magic[] = { 0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46,
                                 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e };

/* A storage that the object's pickle names; sorted by key. */
typedef struct Storage {
    VoloPickleStorage is;
    uint64_t offset; /* of its data in the file; 0 while unknown */
} Storage;

typedef struct Legacy {
    VoloWeights *w;
    uint64_t at; /* of the next pickle or storage */
    Storage *storage;
    size_t count;
} Legacy;

static bool is_legacy(const uint8_t *head, size_t bytes)
{
    return bytes >= 4 && memcmp(head, magic, 4) == 0;
}

static VoloStatus read_pickle(Legacy *l, VoloPickle *p, const char *what, VoloError *err)
{
    const VoloPickleInput input = {
        .fd = l->w->fd,
        .path = l->w->path,
        .offset = l->at,
        .bytes = l->w->file_bytes - l->at,
    };
    const VoloStatus status = volo_pickle_read(p, &input, err);

    if (status && status != VOLO_ERR_IO)
        volo_error_prefix(err, "%s", what);
    l->at += p->used;
    return status;
}

static VoloStatus check_magic(Legacy *l, VoloError *err)
{
    uint8_t head[sizeof magic];

    if (l->w->file_bytes < sizeof head)
        return volo_fail(err, VOLO_ERR_FORMAT, "the magic number is cut off");
    VOLO_TRY(volo_file_read_at(l->w->fd, l->w->path, head, sizeof head, 0, err));
    if (memcmp(head, magic, sizeof magic) != 0)
        return volo_fail(err, VOLO_ERR_FORMAT, "the magic number is not torch's");
    l->at = sizeof magic;
    return VOLO_OK;
}

static VoloStatus check_protocol(Legacy *l, VoloError *err)
{
    VoloPickle p = { 0 };
    VoloStatus status = read_pickle(l, &p, "protocol", err);

    if (status == VOLO_OK) {
        const VoloPickleValue *top = volo_pickle_value(&p, p.top);

        if (top->kind != VOLO_PICKLE_INT || top->integer != PROTOCOL)
            status = volo_fail(err, VOLO_ERR_UNSUPPORTED, "the protocol is not %d", PROTOCOL);
    }
    volo_pickle_clear(&p);
    return status;
}

static VoloStatus check_system(Legacy *l, VoloError *err)
{
    VoloPickle p = { 0 };
    VoloStatus status = read_pickle(l, &p, "sys_info", err);

    if (status == VOLO_OK) {
        const VoloPickleValue *top = volo_pickle_value(&p, p.top);
        const VoloPickleValue *little = top->kind == VOLO_PICKLE_DICT
                                            ? volo_pickle_lookup(&p, top, "little_endian", NULL)
                                            : NULL;

        if (!little || little->kind != VOLO_PICKLE_BOOL)
            status = volo_fail(err, VOLO_ERR_FORMAT, "sys_info does not say little_endian");
        else if (!little->integer)
            status = volo_fail(err, VOLO_ERR_UNSUPPORTED, "the file is big-endian");
    }
    volo_pickle_clear(&p);
    return status;
}

static int compare_keys(const void *a, const void *b)
{
    const VoloPickleStorage *x = &((const Storage *)a)->is, *y = &((const Storage *)b)->is;
    const size_t bytes = x->key_bytes < y->key_bytes ? x->key_bytes : y->key_bytes;
    const int order = memcmp(x->key, y->key, bytes);

    return order ? order : (x->key_bytes > y->key_bytes) - (x->key_bytes < y->key_bytes);
}

/* Every storage the object names, each once; two descriptions of one key must be the same. */
static VoloStatus list_storages(Legacy *l, const VoloPickle *p, VoloError *err)
{
    l->storage = calloc(p->storage_count + 1, sizeof *l->storage);
    if (!l->storage)
        return volo_fail_memory(err, (p->storage_count + 1) * sizeof *l->storage);
    for (size_t i = 0; i < p->storage_count; i++)
        l->storage[i].is = volo_pickle_storage(p, volo_pickle_value(p, p->storage[i]));
    qsort(l->storage, p->storage_count, sizeof *l->storage, compare_keys);
    for (size_t i = 0; i < p->storage_count; i++) {
        const Storage *s = &l->storage[i], *last = l->count ? &l->storage[l->count - 1] : NULL;

        if (!last || compare_keys(last, s) != 0)
            l->storage[l->count++] = *s;
        else if (last->is.class != s->is.class || last->is.numel != s->is.numel)
            return volo_fail(err, VOLO_ERR_FORMAT, "storage '%.*s' is described in two ways",
                             (int)s->is.key_bytes, s->is.key);
    }
    return VOLO_OK;
}

static Storage *find_key(const Legacy *l, const char *key, size_t key_bytes)
{
    const Storage wanted = { .is = { .key = key, .key_bytes = key_bytes } };

    return bsearch(&wanted, l->storage, l->count, sizeof *l->storage, compare_keys);
}

/* The next storage in the file: a count, then the data. */
static VoloStatus place_storage(Legacy *l, Storage *s, VoloError *err)
{
    const uint64_t room = l->w->file_bytes - l->at;
    uint8_t count[8];
    uint64_t numel = 0;
    size_t bytes;

    if (room < sizeof count)
        return volo_fail(err, VOLO_ERR_FORMAT, "storage '%.*s' is cut off", (int)s->is.key_bytes,
                         s->is.key);
    VOLO_TRY(volo_file_read_at(l->w->fd, l->w->path, count, sizeof count, l->at, err));
    for (size_t i = 0; i < sizeof count; i++)
        numel |= (uint64_t)count[i] << 8 * i;
    if (numel != s->is.numel)
        return volo_fail(err, VOLO_ERR_FORMAT,
                         "storage '%.*s' has %" PRIu64 " elements, but the object says %" PRIu64,
                         (int)s->is.key_bytes, s->is.key, numel, s->is.numel);
    if (!volo_mul(numel, s->is.class->bytes, &bytes) || bytes > room - sizeof count)
        return volo_fail(err, VOLO_ERR_FORMAT, "storage '%.*s' is cut off", (int)s->is.key_bytes,
                         s->is.key);
    s->offset = l->at + sizeof count;
    l->at = s->offset + bytes;
    return VOLO_OK;
}

static VoloStatus place_key(Legacy *l, const VoloPickle *p, const VoloPickleValue *key,
                            VoloError *err)
{
    if (key->kind != VOLO_PICKLE_TEXT)
        return volo_fail(err, VOLO_ERR_FORMAT, "a storage key is not text");
    Storage *s = find_key(l, volo_pickle_text(p, key), key->count);
    if (!s)
        return volo_fail(err, VOLO_ERR_FORMAT, "storage '%.*s' belongs to nothing in the object",
                         (int)key->count, volo_pickle_text(p, key));
    if (s->offset)
        return volo_fail(err, VOLO_ERR_FORMAT, "storage '%.*s' is listed twice",
                         (int)s->is.key_bytes, s->is.key);
    return place_storage(l, s, err);
}

/* keys: the last pickle, a list of storage keys in file order. */
static VoloStatus place_storages(Legacy *l, const VoloPickle *keys, VoloError *err)
{
    const VoloPickleValue *list = volo_pickle_value(keys, keys->top);

    if (list->kind != VOLO_PICKLE_LIST)
        return volo_fail(err, VOLO_ERR_FORMAT, "the storage keys are not a list");
    if (list->count > VOLO_LIMIT_TENSORS)
        return volo_fail(err, VOLO_ERR_LIMIT, "%u storages, limit %u", list->count,
                         VOLO_LIMIT_TENSORS);
    for (uint32_t i = 0, cell = list->cell.first; i < list->count;
         i++, cell = keys->cell[cell].next)
        VOLO_TRY(place_key(l, keys, &keys->value[keys->cell[cell].value], err));
    if (l->at != l->w->file_bytes)
        return volo_fail(err, VOLO_ERR_FORMAT, "%" PRIu64 " bytes follow the last storage",
                         l->w->file_bytes - l->at);
    return VOLO_OK;
}

static VoloStatus read_keys(Legacy *l, VoloError *err)
{
    VoloPickle keys = { 0 };
    VoloStatus status = read_pickle(l, &keys, "storage keys", err);

    if (status == VOLO_OK)
        status = place_storages(l, &keys, err);
    volo_pickle_clear(&keys);
    return status;
}

static VoloStatus find_storage(void *user, const VoloPickleStorage *wanted, uint64_t *ret_offset,
                               VoloError *err)
{
    const Storage *s = find_key(user, wanted->key, wanted->key_bytes);

    if (!s->offset)
        return volo_fail(err, VOLO_ERR_FORMAT, "the file has no storage '%.*s'",
                         (int)wanted->key_bytes, wanted->key);
    *ret_offset = s->offset;
    return VOLO_OK;
}

static VoloStatus read_object(Legacy *l, VoloPickle *object, bool strict, VoloError *err)
{
    VOLO_TRY(check_magic(l, err));
    VOLO_TRY(check_protocol(l, err));
    VOLO_TRY(check_system(l, err));
    VOLO_TRY(read_pickle(l, object, "object", err));
    VOLO_TRY(list_storages(l, object, err));
    VOLO_TRY(read_keys(l, err));
    return volo_state_dict_read(l->w, object, strict, find_storage, l, err);
}

static VoloStatus read_pth_legacy(VoloWeights *w, bool strict, VoloError *err)
{
    Legacy l = { .w = w };
    VoloPickle object = { 0 };
    const VoloStatus status = read_object(&l, &object, strict, err);

    volo_pickle_clear(&object);
    free(l.storage);
    return status;
}

const VoloContainer volo_container_pth_legacy = {
    .format = "torch legacy",
    .is_mine = is_legacy,
    .read = read_pth_legacy,
};
