/* SPDX-License-Identifier: Apache-2.0 */
/* The opcodes that name a global, call it, or ask for a persistent object. What Python would run is
 * here a choice between five values of our own and an OPAQUE one. */
#include "weights/pickle_machine.h"

#include "base/error.h"

#include <string.h>

#define LONGEST_KEY 256u /* of a storage, in bytes */

static bool same_stretch(const VoloPickle *p, uint64_t a, uint32_t a_bytes, uint64_t b,
                         uint32_t b_bytes)
{
    return a_bytes == b_bytes && memcmp(p->data + a, p->data + b, a_bytes) == 0;
}

static uint32_t hash_of(const VoloPickle *p, const VoloPickleName *n)
{
    uint32_t hash = 2166136261u; /* FNV-1a */

    for (uint32_t i = 0; i < n->module_bytes; i++)
        hash = (hash ^ (uint8_t)p->data[n->module_at + i]) * 16777619u;
    for (uint32_t i = 0; i < n->name_bytes; i++)
        hash = (hash ^ (uint8_t)p->data[n->name_at + i]) * 16777619u;
    return hash;
}

/* *ret_opaque = 1 + index of the name, which is added when it is new. */
static VoloStatus note_opaque(VoloMachine *m, VoloPickleName name, uint32_t *ret_opaque,
                              VoloError *err)
{
    VoloPickle *p = m->p;
    uint32_t slot = hash_of(p, &name) % VOLO_PICKLE_SLOTS;

    for (; m->slot[slot]; slot = (slot + 1) % VOLO_PICKLE_SLOTS) {
        const VoloPickleName *known = &p->opaque[m->slot[slot] - 1];

        if (same_stretch(p, known->module_at, known->module_bytes, name.module_at,
                         name.module_bytes) &&
            same_stretch(p, known->name_at, known->name_bytes, name.name_at, name.name_bytes)) {
            *ret_opaque = m->slot[slot];
            return VOLO_OK;
        }
    }
    if (p->opaque_count == VOLO_LIMIT_PICKLE_GLOBALS)
        return volo_machine_beyond(m, VOLO_LIMIT_PICKLE_GLOBALS, "different globals", err);
    VOLO_TRY(
        volo_machine_room((void **)&p->opaque, p->opaque_count, &p->opaque_room, sizeof name, err));
    p->opaque[p->opaque_count++] = name;
    m->slot[slot] = (uint16_t)p->opaque_count;
    *ret_opaque = (uint32_t)p->opaque_count;
    return VOLO_OK;
}

static VoloStatus push_opaque(VoloMachine *m, uint32_t opaque, VoloError *err)
{
    return volo_machine_push_value(
        m, (VoloPickleValue){ .kind = VOLO_PICKLE_OPAQUE, .opaque = opaque & 0xffffff }, err);
}

static VoloStatus push_global(VoloMachine *m, VoloPickleName name, VoloError *err)
{
    const char *data = m->p->data;
    const uint32_t global = volo_pickle_global(data + name.module_at, name.module_bytes,
                                               data + name.name_at, name.name_bytes);
    uint32_t opaque = 0;

    if (global != VOLO_GLOBAL_OPAQUE)
        return volo_machine_push_value(
            m, (VoloPickleValue){ .kind = VOLO_PICKLE_GLOBAL, .global = global }, err);
    VOLO_TRY(note_opaque(m, name, &opaque, err));
    return push_opaque(m, opaque, err);
}

VoloStatus volo_machine_global(VoloMachine *m, VoloError *err)
{
    VoloPickleName name = { 0 };

    VOLO_TRY(volo_machine_take_line(m, &name.module_at, &name.module_bytes, err));
    VOLO_TRY(volo_machine_take_line(m, &name.name_at, &name.name_bytes, err));
    return push_global(m, name, err);
}

VoloStatus volo_machine_stack_global(VoloMachine *m, VoloError *err)
{
    VoloPickleRef name = 0, module = 0;

    VOLO_TRY(volo_machine_pop(m, &name, err));
    VOLO_TRY(volo_machine_pop(m, &module, err));
    const VoloPickleValue n = m->p->value[name], d = m->p->value[module];
    if (n.kind != VOLO_PICKLE_TEXT || d.kind != VOLO_PICKLE_TEXT)
        return volo_machine_malformed(m, "the name of a global is not text", err);
    if (n.count > VOLO_PICKLE_NAME || d.count > VOLO_PICKLE_NAME)
        return volo_machine_beyond(m, VOLO_PICKLE_NAME, "bytes in the name of a global", err);
    return push_global(
        m,
        (VoloPickleName){
            .module_at = d.at, .name_at = n.at, .module_bytes = d.count, .name_bytes = n.count },
        err);
}

/* OrderedDict([[key, value], ...]), as Python 2 wrote it. */
static VoloStatus push_ordered_dict(VoloMachine *m, VoloPickleValue arguments, VoloError *err)
{
    VoloPickle *p = m->p;
    VoloPickleRef dict = 0;

    VOLO_TRY(volo_machine_new_value(m, (VoloPickleValue){ .kind = VOLO_PICKLE_DICT }, &dict, err));
    if (arguments.count == 0)
        return volo_machine_push(m, dict, err);
    const VoloPickleValue pairs = *volo_pickle_item(p, &arguments, 0);
    if (arguments.count > 1 || (pairs.kind != VOLO_PICKLE_LIST && pairs.kind != VOLO_PICKLE_TUPLE))
        return volo_machine_malformed(m, "OrderedDict takes a list of pairs", err);
    for (uint32_t i = 0, cell = pairs.cell.first; i < pairs.count; i++, cell = p->cell[cell].next) {
        const VoloPickleValue *pair = &p->value[p->cell[cell].value];

        if ((pair->kind != VOLO_PICKLE_LIST && pair->kind != VOLO_PICKLE_TUPLE) || pair->count != 2)
            return volo_machine_malformed(m, "OrderedDict takes a list of pairs", err);
        const VoloPickleCell *key = &p->cell[pair->cell.first];
        VOLO_TRY(volo_machine_add_item(m, dict, key->value, p->cell[key->next].value, err));
    }
    return volo_machine_push(m, dict, err);
}

/* torch.Size((2, 3)) is the tuple, _rebuild_parameter(tensor, ...) the tensor. */
static VoloStatus push_first(VoloMachine *m, VoloPickleValue arguments, uint32_t kind,
                             VoloError *err)
{
    if (arguments.count == 0)
        return volo_machine_malformed(m, "a function is called without what it needs", err);
    const VoloPickleRef first = m->p->cell[arguments.cell.first].value;
    const uint32_t is = m->p->value[first].kind;
    if (is != kind && !(kind == VOLO_PICKLE_TUPLE && is == VOLO_PICKLE_LIST))
        return volo_machine_malformed(m, "a function is called without what it needs", err);
    return volo_machine_push(m, first, err);
}

static VoloStatus call(VoloMachine *m, uint32_t global, VoloPickleRef arguments, VoloError *err)
{
    const VoloPickleValue value = m->p->value[arguments];

    if (value.opaque)
        return push_opaque(m, value.opaque, err);
    switch (global) {
    case VOLO_GLOBAL_ORDERED_DICT:
        return push_ordered_dict(m, value, err);
    case VOLO_GLOBAL_SIZE:
        return push_first(m, value, VOLO_PICKLE_TUPLE, err);
    case VOLO_GLOBAL_REBUILD_PARAMETER:
        return push_first(m, value, VOLO_PICKLE_TENSOR, err);
    case VOLO_GLOBAL_REBUILD_TENSOR:
        return volo_machine_push_value(
            m, (VoloPickleValue){ .kind = VOLO_PICKLE_TENSOR, .arguments = arguments }, err);
    default:
        return volo_machine_malformed(m, "a storage class is called", err);
    }
}

/* REDUCE, NEWOBJ and, with b, NEWOBJ_EX, which has keyword arguments on top. */
VoloStatus volo_machine_reduce(VoloMachine *m, VoloError *err)
{
    const bool with_keywords = m->b;
    VoloPickleRef keywords = 0, arguments = 0, function = 0;

    if (with_keywords)
        VOLO_TRY(volo_machine_pop(m, &keywords, err));
    VOLO_TRY(volo_machine_pop(m, &arguments, err));
    VOLO_TRY(volo_machine_pop(m, &function, err));
    const VoloPickleValue f = m->p->value[function];
    if (f.kind == VOLO_PICKLE_OPAQUE)
        return push_opaque(m, f.opaque, err);
    if (f.kind != VOLO_PICKLE_GLOBAL)
        return volo_machine_malformed(m, "something that is no function is called", err);
    if (m->p->value[arguments].kind == VOLO_PICKLE_OPAQUE)
        return push_opaque(m, m->p->value[arguments].opaque, err);
    if (m->p->value[arguments].kind != VOLO_PICKLE_TUPLE)
        return volo_machine_malformed(m, "the arguments of a call are not a tuple", err);
    if (with_keywords && m->p->value[keywords].count)
        return volo_machine_refuse(m, VOLO_ERR_UNSUPPORTED, "a call has keyword arguments", err);
    return call(m, f.global, arguments, err);
}

/* Attributes of an object mean nothing to us, but what they depend on the object depends on. */
VoloStatus volo_machine_build(VoloMachine *m, VoloError *err)
{
    VoloPickleRef state = 0, object = 0;

    VOLO_TRY(volo_machine_pop(m, &state, err));
    VOLO_TRY(volo_machine_peek(m, &object, err));
    VoloPickleValue *o = &m->p->value[object];
    if (o->kind != VOLO_PICKLE_DICT && o->kind != VOLO_PICKLE_TENSOR &&
        o->kind != VOLO_PICKLE_OPAQUE)
        return volo_machine_malformed(m, "something that has no attributes is given some", err);
    if (!o->opaque)
        o->opaque = m->p->value[state].opaque;
    return VOLO_OK;
}

static bool is_storage_id(const VoloPickle *p, const VoloPickleValue *id)
{
    if (id->kind != VOLO_PICKLE_TUPLE || id->count < 5 || id->count > 6)
        return false;
    const VoloPickleValue *class = volo_pickle_item(p, id, 1), *key = volo_pickle_item(p, id, 2);
    const VoloPickleValue *numel = volo_pickle_item(p, id, 4);
    return volo_pickle_is_text(p, volo_pickle_item(p, id, 0), "storage") &&
           class->kind == VOLO_PICKLE_GLOBAL && class->global >= VOLO_GLOBAL_STORAGE &&
           key->kind == VOLO_PICKLE_TEXT && key->count > 0 && key->count <= LONGEST_KEY &&
           numel->kind == VOLO_PICKLE_INT && numel->integer >= 0;
}

VoloStatus volo_machine_persistent(VoloMachine *m, VoloError *err)
{
    VoloPickle *p = m->p;
    VoloPickleRef id = 0, ref = 0;

    VOLO_TRY(volo_machine_pop(m, &id, err));
    const VoloPickleValue value = p->value[id];
    if (value.opaque)
        return push_opaque(m, value.opaque, err);
    if (!is_storage_id(p, &value))
        return volo_machine_malformed(m, "a persistent id does not describe a storage", err);
    if (value.count == 6 && volo_pickle_item(p, &value, 5)->kind != VOLO_PICKLE_NONE)
        return volo_machine_refuse(m, VOLO_ERR_UNSUPPORTED, "a storage is a view of another", err);
    VOLO_TRY(volo_machine_new_value(
        m, (VoloPickleValue){ .kind = VOLO_PICKLE_STORAGE, .arguments = id }, &ref, err));
    VOLO_TRY(volo_machine_room((void **)&p->storage, p->storage_count, &p->storage_room, sizeof ref,
                               err));
    p->storage[p->storage_count++] = ref;
    return volo_machine_push(m, ref, err);
}
