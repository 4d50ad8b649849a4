/* SPDX-License-Identifier: Apache-2.0 */
/* Looking at the values of a pickle, and the allowlist: every global that means something to us. */
#include "weights/pickle.h"

#include <string.h>

static const VoloStorageClass storage_classes[] = {
    { "FloatStorage", "F32", 4, VOLO_F32, true },
    { "HalfStorage", "F16", 2, VOLO_F16, true },
    { "BFloat16Storage", "BF16", 2, VOLO_BF16, true },
    { "LongStorage", "I64", 8, VOLO_I64, true },
    { "DoubleStorage", "F64", 8, VOLO_F32, false },
    { "IntStorage", "I32", 4, VOLO_F32, false },
    { "ShortStorage", "I16", 2, VOLO_F32, false },
    { "CharStorage", "I8", 1, VOLO_F32, false },
    { "ByteStorage", "U8", 1, VOLO_F32, false },
    { "BoolStorage", "BOOL", 1, VOLO_F32, false },
    { "ComplexFloatStorage", "C64", 8, VOLO_F32, false },
    { "ComplexDoubleStorage", "C128", 16, VOLO_F32, false },
    { "QInt8Storage", "QI8", 1, VOLO_F32, false },
    { "QUInt8Storage", "QU8", 1, VOLO_F32, false },
    { "QInt32Storage", "QI32", 4, VOLO_F32, false },
};

static const struct {
    const char *module, *name;
    VoloPickleGlobal global;
} functions[] = {
    { "collections", "OrderedDict", VOLO_GLOBAL_ORDERED_DICT },
    { "torch", "Size", VOLO_GLOBAL_SIZE },
    { "torch._utils", "_rebuild_tensor_v2", VOLO_GLOBAL_REBUILD_TENSOR },
    { "torch._utils", "_rebuild_parameter", VOLO_GLOBAL_REBUILD_PARAMETER },
};

static bool same(const char *text, size_t bytes, const char *wanted)
{
    return strlen(wanted) == bytes && memcmp(text, wanted, bytes) == 0;
}

uint32_t volo_pickle_global(const char *module, size_t module_bytes, const char *name,
                            size_t name_bytes)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        if (same(module, module_bytes, functions[i].module) &&
            same(name, name_bytes, functions[i].name))
            return functions[i].global;
    }
    if (!same(module, module_bytes, "torch") && !same(module, module_bytes, "torch.cuda"))
        return VOLO_GLOBAL_OPAQUE;
    for (uint32_t i = 0; i < sizeof storage_classes / sizeof *storage_classes; i++) {
        if (same(name, name_bytes, storage_classes[i].name))
            return VOLO_GLOBAL_STORAGE + i;
    }
    return VOLO_GLOBAL_OPAQUE;
}

const VoloStorageClass *volo_storage_class(uint32_t global)
{
    return &storage_classes[global - VOLO_GLOBAL_STORAGE];
}

bool volo_pickle_is_text(const VoloPickle *p, const VoloPickleValue *value, const char *text)
{
    return value->kind == VOLO_PICKLE_TEXT && value->count == strlen(text) &&
           memcmp(volo_pickle_text(p, value), text, value->count) == 0;
}

const VoloPickleValue *volo_pickle_item(const VoloPickle *p, const VoloPickleValue *list, size_t i)
{
    uint32_t cell = list->cell.first;

    for (; i > 0; i--)
        cell = p->cell[cell].next;
    return &p->value[p->cell[cell].value];
}

const VoloPickleValue *volo_pickle_lookup(const VoloPickle *p, const VoloPickleValue *dict,
                                          const char *key, size_t *ret_count)
{
    const VoloPickleValue *found = NULL;
    size_t count = 0;

    for (uint32_t i = 0, cell = dict->cell.first; i < dict->count; i++, cell = p->cell[cell].next) {
        if (!volo_pickle_is_text(p, &p->value[p->cell[cell].key], key))
            continue;
        found = &p->value[p->cell[cell].value];
        count++;
    }
    if (ret_count)
        *ret_count = count;
    return found;
}

const char *volo_pickle_opaque_name(const VoloPickle *p, uint32_t opaque, char buffer[160])
{
    const VoloPickleName *n = &p->opaque[opaque - 1];
    const int module_bytes = n->module_bytes < 79 ? (int)n->module_bytes : 79;
    const int name_bytes = n->name_bytes < 79 ? (int)n->name_bytes : 79;

    memcpy(buffer, p->data + n->module_at, (size_t)module_bytes);
    buffer[module_bytes] = '.';
    memcpy(buffer + module_bytes + 1, p->data + n->name_at, (size_t)name_bytes);
    buffer[module_bytes + 1 + name_bytes] = '\0';
    return buffer;
}

VoloPickleStorage volo_pickle_storage(const VoloPickle *p, const VoloPickleValue *value)
{
    const VoloPickleValue *id = &p->value[value->arguments];
    const VoloPickleValue *key = volo_pickle_item(p, id, 2);

    return (VoloPickleStorage){
        .class = volo_storage_class(volo_pickle_item(p, id, 1)->global),
        .key = volo_pickle_text(p, key),
        .key_bytes = key->count,
        .numel = (uint64_t)volo_pickle_item(p, id, 4)->integer,
    };
}
