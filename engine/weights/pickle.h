/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a Python pickle as plain values. Nothing is imported, called or executed: the few globals
 * that make tensors and dictionaries (pickle_values.c) build values of our own, any other becomes
 * an OPAQUE value, and so does whatever is built from it. Values refer to each other by index, so
 * that a cycle is just numbers, and nothing here recurses. */
#ifndef VOLO_WEIGHTS_PICKLE_H
#define VOLO_WEIGHTS_PICKLE_H

#include <volo/model.h>

typedef enum VoloPickleKind {
    VOLO_PICKLE_NONE,
    VOLO_PICKLE_BOOL,
    VOLO_PICKLE_INT,    /* fits 64 bits */
    VOLO_PICKLE_NUMBER, /* a float, or an integer that does not fit; its value is not kept */
    VOLO_PICKLE_TEXT,
    VOLO_PICKLE_BYTES,
    VOLO_PICKLE_TUPLE,
    VOLO_PICKLE_LIST,
    VOLO_PICKLE_DICT,
    VOLO_PICKLE_SET,
    VOLO_PICKLE_GLOBAL,  /* one on the allowlist, not yet called */
    VOLO_PICKLE_STORAGE, /* persistent id ('storage', class, key, location, numel) */
    VOLO_PICKLE_TENSOR,  /* _rebuild_tensor_v2 and its arguments */
    VOLO_PICKLE_OPAQUE,  /* built by a global outside the allowlist */
} VoloPickleKind;

typedef uint32_t VoloPickleRef; /* index of a value */

typedef struct VoloPickleValue {
    uint32_t kind : 8; /* VoloPickleKind */
    uint32_t
        opaque : 24; /* 1 + index of the global outside the allowlist that it is or depends on */
    uint32_t count;  /* bytes of text, items of a container */
    union {
        int64_t integer; /* BOOL, INT */
        uint64_t at;     /* TEXT, BYTES: position in the pickle */
        struct {
            uint32_t first, last; /* cells of a container; meaningless when count is 0 */
        } cell;
        uint32_t global;         /* GLOBAL: VoloPickleGlobal */
        VoloPickleRef arguments; /* STORAGE, TENSOR: the tuple */
    };
} VoloPickleValue;

typedef struct VoloPickleCell {
    VoloPickleRef key, value; /* key of a DICT alone */
    uint32_t next;
} VoloPickleCell;

/* A name outside the allowlist: positions in the pickle. */
typedef struct VoloPickleName {
    uint64_t module_at, name_at;
    uint32_t module_bytes, name_bytes;
} VoloPickleName;

typedef struct VoloPickle {
    char *data; /* [data_bytes] of the pickle, as far as it was read */
    size_t data_bytes, data_room;
    uint64_t used; /* bytes of the input, up to and with STOP */
    VoloPickleValue *value;
    size_t value_count, value_room;
    VoloPickleCell *cell;
    size_t cell_count, cell_room;
    VoloPickleRef *storage; /* every STORAGE value */
    size_t storage_count, storage_room;
    VoloPickleName *opaque; /* names outside the allowlist, each once, in order of appearance */
    size_t opaque_count, opaque_room;
    VoloPickleRef top;
} VoloPickle;

/* Where a pickle is: a stretch of a file that it need not fill. */
typedef struct VoloPickleInput {
    int fd;
    const char *path;
    uint64_t offset, bytes;
} VoloPickleInput;

/* Reads one pickle. p is zeroed; clear it afterwards also when this fails.
 * Errors: FORMAT, UNSUPPORTED, LIMIT, naming the byte; IO; MEMORY. */
VoloStatus volo_pickle_read(VoloPickle *p, const VoloPickleInput *input, VoloError *err);
void volo_pickle_clear(VoloPickle *p);

static inline const VoloPickleValue *volo_pickle_value(const VoloPickle *p, VoloPickleRef ref)
{
    return &p->value[ref];
}

/* Text or bytes of a value: [value->count], without a NUL. */
static inline const char *volo_pickle_text(const VoloPickle *p, const VoloPickleValue *value)
{
    return p->data + value->at;
}

/* The value is exactly this text. */
bool volo_pickle_is_text(const VoloPickle *p, const VoloPickleValue *value, const char *text);

/* Item i of a TUPLE or LIST, which has more than i. */
const VoloPickleValue *volo_pickle_item(const VoloPickle *p, const VoloPickleValue *list, size_t i);

/* The value of a text key in a DICT; NULL when absent. ret_count, which may be NULL: how often the
 * key is there. */
const VoloPickleValue *volo_pickle_lookup(const VoloPickle *p, const VoloPickleValue *dict,
                                          const char *key, size_t *ret_count);

/* "module.name" of what value->opaque refers to, cut to the buffer. */
const char *volo_pickle_opaque_name(const VoloPickle *p, uint32_t opaque, char buffer[160]);

/* What a STORAGE value says. */
typedef struct VoloPickleStorage {
    const struct VoloStorageClass *class;
    const char *key; /* [key_bytes] */
    size_t key_bytes;
    uint64_t numel;
} VoloPickleStorage;
VoloPickleStorage volo_pickle_storage(const VoloPickle *p, const VoloPickleValue *value);

/* --- the allowlist (pickle_values.c) --- */

typedef enum VoloPickleGlobal {
    VOLO_GLOBAL_OPAQUE, /* not on the list */
    VOLO_GLOBAL_ORDERED_DICT,
    VOLO_GLOBAL_SIZE,
    VOLO_GLOBAL_REBUILD_TENSOR,
    VOLO_GLOBAL_REBUILD_PARAMETER,
    VOLO_GLOBAL_STORAGE, /* and the storage classes from here on */
} VoloPickleGlobal;

typedef struct VoloStorageClass {
    const char *name;  /* FloatStorage */
    const char *dtype; /* F32 */
    uint64_t bytes;    /* of an element */
    VoloDtype as;      /* only where is_read */
    bool is_read;
} VoloStorageClass;

/* A VoloPickleGlobal, or VOLO_GLOBAL_STORAGE + index of a storage class. */
uint32_t volo_pickle_global(const char *module, size_t module_bytes, const char *name,
                            size_t name_bytes);
const VoloStorageClass *volo_storage_class(uint32_t global); /* >= VOLO_GLOBAL_STORAGE */

#endif
