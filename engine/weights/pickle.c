/* SPDX-License-Identifier: Apache-2.0 */
/* The stack machine of Python's pickle, protocols 2 to 5 (cpython/Lib/pickletools.py describes
 * every opcode), reduced to building values. Each opcode is one small function, found by its byte
 * in the table at the end. All that is allocated grows with what was really read, up to the limits.
 */
#include "weights/pickle_machine.h"

#include "base/error.h"
#include "base/read_file.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_READ 4096u /* bytes; then doubled whenever more is wanted */

VoloStatus volo_machine_refuse(const VoloMachine *m, VoloStatus status, const char *why,
                               VoloError *err)
{
    return volo_fail(err, status, "pickle, byte %" PRIu64 ": %s", m->op_at, why);
}

VoloStatus volo_machine_malformed(const VoloMachine *m, const char *why, VoloError *err)
{
    return volo_machine_refuse(m, VOLO_ERR_FORMAT, why, err);
}

VoloStatus volo_machine_beyond(const VoloMachine *m, unsigned limit, const char *what,
                               VoloError *err)
{
    return volo_fail(err, VOLO_ERR_LIMIT, "pickle, byte %" PRIu64 ": more than %u %s", m->op_at,
                     limit, what);
}

/* --- memory --- */

VoloStatus volo_machine_room(void **array, size_t count, size_t *room, size_t size, VoloError *err)
{
    if (count < *room)
        return VOLO_OK;
    const size_t more = *room ? 2 * *room : 64;
    void *moved = realloc(*array, more * size);
    if (!moved)
        return volo_fail_memory(err, more * size);
    *array = moved;
    *room = more;
    return VOLO_OK;
}

VoloStatus volo_machine_new_value(VoloMachine *m, VoloPickleValue value, VoloPickleRef *ret_ref,
                                  VoloError *err)
{
    VoloPickle *p = m->p;

    VOLO_TRY(
        volo_machine_room((void **)&p->value, p->value_count, &p->value_room, sizeof value, err));
    p->value[p->value_count] = value;
    *ret_ref = (VoloPickleRef)p->value_count++;
    return VOLO_OK;
}

/* Adds a cell to a container; what an item depends on, the container depends on too. */
VoloStatus volo_machine_add_item(VoloMachine *m, VoloPickleRef container, VoloPickleRef key,
                                 VoloPickleRef item, VoloError *err)
{
    VoloPickle *p = m->p;
    const uint32_t index = (uint32_t)p->cell_count;

    /* OrderedDict(list) copies: without a limit a short pickle could do so for ever. */
    if (p->cell_count >= VOLO_LIMIT_PICKLE_OPCODES)
        return volo_machine_beyond(m, VOLO_LIMIT_PICKLE_OPCODES, "items in containers", err);
    VOLO_TRY(
        volo_machine_room((void **)&p->cell, p->cell_count, &p->cell_room, sizeof *p->cell, err));
    p->cell[p->cell_count++] = (VoloPickleCell){ .key = key, .value = item };
    VoloPickleValue *c = &p->value[container];
    if (c->count++)
        p->cell[c->cell.last].next = index;
    else
        c->cell.first = index;
    c->cell.last = index;
    if (!c->opaque)
        c->opaque = p->value[key].opaque;
    if (!c->opaque)
        c->opaque = p->value[item].opaque;
    return VOLO_OK;
}

/* --- input --- */

static uint64_t input_limit(const VoloMachine *m)
{
    return m->input->bytes < VOLO_LIMIT_PICKLE_BYTES ? m->input->bytes : VOLO_LIMIT_PICKLE_BYTES;
}

/* Reads on until the first wanted bytes of the pickle are there. */
static VoloStatus read_up_to(VoloMachine *m, uint64_t wanted, VoloError *err)
{
    VoloPickle *p = m->p;
    const uint64_t limit = input_limit(m);

    if (wanted > limit && m->input->bytes > limit)
        return volo_fail(err, VOLO_ERR_LIMIT, "the pickle has more than %u bytes",
                         VOLO_LIMIT_PICKLE_BYTES);
    if (wanted > limit)
        return volo_machine_malformed(m, "the pickle ends in the middle of an opcode", err);
    uint64_t room = p->data_room ? 2 * (uint64_t)p->data_room : FIRST_READ;
    if (room < wanted)
        room = wanted;
    if (room > limit)
        room = limit;
    char *moved = realloc(p->data, (size_t)room);
    if (!moved)
        return volo_fail_memory(err, (size_t)room);
    p->data = moved;
    p->data_room = (size_t)room;
    VOLO_TRY(volo_file_read_at(m->input->fd, m->input->path, p->data + p->data_bytes,
                               p->data_room - p->data_bytes, m->input->offset + p->data_bytes,
                               err));
    p->data_bytes = p->data_room;
    return VOLO_OK;
}

/* *ret_at = position of the next bytes, which are then behind us. */
static VoloStatus take(VoloMachine *m, uint64_t bytes, uint64_t *ret_at, VoloError *err)
{
    const uint64_t at = m->at;

    if (bytes > UINT64_MAX - at)
        return volo_machine_malformed(m, "the pickle ends in the middle of an opcode", err);
    if (at + bytes > m->p->data_bytes)
        VOLO_TRY(read_up_to(m, at + bytes, err));
    m->at = at + bytes;
    *ret_at = at;
    return VOLO_OK;
}

/* Little-endian, unsigned, of at most 8 bytes. */
static VoloStatus take_number(VoloMachine *m, uint32_t bytes, uint64_t *ret_number, VoloError *err)
{
    uint64_t at = 0, number = 0;

    VOLO_TRY(take(m, bytes, &at, err));
    for (uint32_t i = 0; i < bytes; i++)
        number |= (uint64_t)(uint8_t)m->p->data[at + i] << 8 * i;
    *ret_number = number;
    return VOLO_OK;
}

/* A line without its newline. */
VoloStatus volo_machine_take_line(VoloMachine *m, uint64_t *ret_at, uint32_t *ret_bytes,
                                  VoloError *err)
{
    const uint64_t start = m->at;
    uint64_t at = 0;

    for (uint32_t bytes = 0; bytes <= VOLO_PICKLE_NAME; bytes++) {
        VOLO_TRY(take(m, 1, &at, err));
        if (m->p->data[at] == '\n') {
            *ret_at = start;
            *ret_bytes = bytes;
            return VOLO_OK;
        }
    }
    return volo_machine_beyond(m, VOLO_PICKLE_NAME, "bytes in the name of a global", err);
}

/* --- stack --- */

/* An opcode pushes one value at most, so that the limit of opcodes bounds the stack too. */
_Static_assert(VOLO_LIMIT_PICKLE_OPCODES <= VOLO_LIMIT_PICKLE_STACK,
               "the stack needs its own check");

VoloStatus volo_machine_push(VoloMachine *m, VoloPickleRef ref, VoloError *err)
{
    VOLO_TRY(volo_machine_room((void **)&m->stack, m->stack_count, &m->stack_room, sizeof *m->stack,
                               err));
    m->stack[m->stack_count++] = ref;
    return VOLO_OK;
}

VoloStatus volo_machine_push_value(VoloMachine *m, VoloPickleValue value, VoloError *err)
{
    VoloPickleRef ref = 0;

    VOLO_TRY(volo_machine_new_value(m, value, &ref, err));
    return volo_machine_push(m, ref, err);
}

/* What lies below the last mark is out of reach until the mark is taken. */
static size_t reachable(const VoloMachine *m)
{
    return m->stack_count - (m->marks ? m->mark[m->marks - 1] : 0);
}

VoloStatus volo_machine_pop(VoloMachine *m, VoloPickleRef *ret_ref, VoloError *err)
{
    if (reachable(m) == 0)
        return volo_machine_malformed(m, "nothing is left on the stack", err);
    *ret_ref = m->stack[--m->stack_count];
    return VOLO_OK;
}

VoloStatus volo_machine_peek(VoloMachine *m, VoloPickleRef *ret_ref, VoloError *err)
{
    if (reachable(m) == 0)
        return volo_machine_malformed(m, "nothing is left on the stack", err);
    *ret_ref = m->stack[m->stack_count - 1];
    return VOLO_OK;
}

/* *ret_first = stack index of the first value above the last mark, which is removed. */
static VoloStatus pop_mark(VoloMachine *m, size_t *ret_first, VoloError *err)
{
    if (m->marks == 0)
        return volo_machine_malformed(m, "no mark is on the stack", err);
    *ret_first = m->mark[--m->marks];
    return VOLO_OK;
}

static VoloStatus op_mark(VoloMachine *m, VoloError *err)
{
    if (m->marks == VOLO_LIMIT_PICKLE_DEPTH)
        return volo_machine_beyond(m, VOLO_LIMIT_PICKLE_DEPTH, "levels of nesting", err);
    m->mark[m->marks++] = m->stack_count;
    return VOLO_OK;
}

static VoloStatus op_pop(VoloMachine *m, VoloError *err)
{
    VoloPickleRef ref = 0;

    if (m->marks && reachable(m) == 0) { /* POP then takes the mark */
        m->marks--;
        return VOLO_OK;
    }
    return volo_machine_pop(m, &ref, err);
}

static VoloStatus op_pop_mark(VoloMachine *m, VoloError *err)
{
    return pop_mark(m, &m->stack_count, err);
}

static VoloStatus op_dup(VoloMachine *m, VoloError *err)
{
    VoloPickleRef ref = 0;

    VOLO_TRY(volo_machine_peek(m, &ref, err));
    return volo_machine_push(m, ref, err);
}

static VoloStatus op_stop(VoloMachine *m, VoloError *err)
{
    VOLO_TRY(volo_machine_pop(m, &m->p->top, err));
    if (m->stack_count || m->marks)
        return volo_machine_malformed(m, "values are left on the stack at the end", err);
    m->stopped = true;
    return VOLO_OK;
}

/* --- plain values --- */

static VoloStatus op_proto(VoloMachine *m, VoloError *err)
{
    uint64_t version = 0;

    VOLO_TRY(take_number(m, 1, &version, err));
    if (version < 2 || version > 5)
        return volo_machine_refuse(m, VOLO_ERR_UNSUPPORTED, "only pickle protocols 2 to 5 are read",
                                   err);
    return VOLO_OK;
}

/* A frame only tells how much may be read ahead. */
static VoloStatus op_frame(VoloMachine *m, VoloError *err)
{
    uint64_t bytes = 0;

    VOLO_TRY(take_number(m, 8, &bytes, err));
    if (bytes > m->input->bytes - m->at)
        return volo_machine_malformed(m, "a frame is longer than the rest of the pickle", err);
    return VOLO_OK;
}

static VoloStatus op_constant(VoloMachine *m, VoloError *err)
{
    return volo_machine_push_value(m, (VoloPickleValue){ .kind = m->a & 0xff, .integer = m->b },
                                   err);
}

static VoloStatus op_integer(VoloMachine *m, VoloError *err)
{
    uint64_t number = 0;

    VOLO_TRY(take_number(m, m->a, &number, err));
    return volo_machine_push_value(
        m,
        (VoloPickleValue){
            .kind = VOLO_PICKLE_INT,
            .integer = m->b ? (int32_t)(uint32_t)number : (int64_t)number,
        },
        err);
}

/* LONG1, LONG4: a length, then that many bytes in two's complement. */
static VoloStatus op_long(VoloMachine *m, VoloError *err)
{
    uint64_t length = 0, at = 0, number = 0;

    VOLO_TRY(take_number(m, m->a, &length, err));
    if (length > 8) {
        VOLO_TRY(take(m, length, &at, err));
        return volo_machine_push_value(m, (VoloPickleValue){ .kind = VOLO_PICKLE_NUMBER }, err);
    }
    VOLO_TRY(take_number(m, (uint32_t)length, &number, err));
    if (length && length < 8 && number >> (8 * length - 1))
        number |= UINT64_MAX << 8 * length;
    return volo_machine_push_value(
        m, (VoloPickleValue){ .kind = VOLO_PICKLE_INT, .integer = (int64_t)number }, err);
}

static VoloStatus op_float(VoloMachine *m, VoloError *err)
{
    uint64_t at = 0;

    VOLO_TRY(take(m, 8, &at, err));
    return volo_machine_push_value(m, (VoloPickleValue){ .kind = VOLO_PICKLE_NUMBER }, err);
}

static VoloStatus op_text(VoloMachine *m, VoloError *err)
{
    uint64_t length = 0, at = 0;

    VOLO_TRY(take_number(m, m->a, &length, err));
    VOLO_TRY(take(m, length, &at, err));
    return volo_machine_push_value(
        m, (VoloPickleValue){ .kind = m->b & 0xff, .count = (uint32_t)length, .at = at }, err);
}

/* --- containers --- */

static VoloStatus op_empty(VoloMachine *m, VoloError *err)
{
    return volo_machine_push_value(m, (VoloPickleValue){ .kind = m->a & 0xff }, err);
}

/* Moves the stack's values from index first on into the container. */
static VoloStatus add_from(VoloMachine *m, VoloPickleRef container, size_t first, VoloError *err)
{
    for (size_t i = first; i < m->stack_count; i++)
        VOLO_TRY(volo_machine_add_item(m, container, m->stack[i], m->stack[i], err));
    m->stack_count = first;
    return VOLO_OK;
}

static VoloStatus collect(VoloMachine *m, uint32_t kind, size_t first, VoloError *err)
{
    VoloPickleRef container = 0;

    VOLO_TRY(volo_machine_new_value(m, (VoloPickleValue){ .kind = kind & 0xff }, &container, err));
    VOLO_TRY(add_from(m, container, first, err));
    return volo_machine_push(m, container, err);
}

static VoloStatus op_collect(VoloMachine *m, VoloError *err)
{
    size_t first = 0;

    VOLO_TRY(pop_mark(m, &first, err));
    return collect(m, m->a, first, err);
}

static VoloStatus op_short_tuple(VoloMachine *m, VoloError *err)
{
    if (reachable(m) < m->a)
        return volo_machine_malformed(m, "nothing is left on the stack", err);
    return collect(m, VOLO_PICKLE_TUPLE, m->stack_count - m->a, err);
}

/* The container on top of the stack, for items to be added; an OPAQUE one takes and forgets them.
 */
static VoloStatus peek_container(VoloMachine *m, uint32_t kind, VoloPickleRef *ret_ref,
                                 VoloError *err)
{
    VOLO_TRY(volo_machine_peek(m, ret_ref, err));
    const uint32_t is = m->p->value[*ret_ref].kind;
    if (is != kind && is != VOLO_PICKLE_OPAQUE)
        return volo_machine_malformed(m, "items are added to something that holds no such items",
                                      err);
    return VOLO_OK;
}

static VoloStatus op_append(VoloMachine *m, VoloError *err)
{
    VoloPickleRef item = 0, container = 0;

    VOLO_TRY(volo_machine_pop(m, &item, err));
    VOLO_TRY(peek_container(m, m->a, &container, err));
    if (m->p->value[container].kind == VOLO_PICKLE_OPAQUE)
        return VOLO_OK;
    return volo_machine_add_item(m, container, item, item, err);
}

/* Finds the container below the mark. */
static VoloStatus pop_items(VoloMachine *m, uint32_t kind, size_t *ret_first,
                            VoloPickleRef *ret_ref, VoloError *err)
{
    const size_t count = m->stack_count;
    size_t first = 0;

    VOLO_TRY(pop_mark(m, &first, err));
    m->stack_count = first;
    VOLO_TRY(peek_container(m, kind, ret_ref, err));
    m->stack_count = count;
    *ret_first = first;
    return VOLO_OK;
}

static VoloStatus op_appends(VoloMachine *m, VoloError *err)
{
    VoloPickleRef container = 0;
    size_t first = 0;

    VOLO_TRY(pop_items(m, m->a, &first, &container, err));
    if (m->p->value[container].kind != VOLO_PICKLE_OPAQUE)
        return add_from(m, container, first, err);
    m->stack_count = first;
    return VOLO_OK;
}

static VoloStatus op_setitem(VoloMachine *m, VoloError *err)
{
    VoloPickleRef key = 0, item = 0, dict = 0;

    VOLO_TRY(volo_machine_pop(m, &item, err));
    VOLO_TRY(volo_machine_pop(m, &key, err));
    VOLO_TRY(peek_container(m, VOLO_PICKLE_DICT, &dict, err));
    if (m->p->value[dict].kind == VOLO_PICKLE_OPAQUE)
        return VOLO_OK;
    return volo_machine_add_item(m, dict, key, item, err);
}

static VoloStatus op_setitems(VoloMachine *m, VoloError *err)
{
    VoloPickleRef dict = 0;
    size_t first = 0;

    VOLO_TRY(pop_items(m, VOLO_PICKLE_DICT, &first, &dict, err));
    if ((m->stack_count - first) % 2)
        return volo_machine_malformed(m, "a key has no value", err);
    const bool keep = m->p->value[dict].kind == VOLO_PICKLE_DICT;
    for (size_t i = first; keep && i < m->stack_count; i += 2)
        VOLO_TRY(volo_machine_add_item(m, dict, m->stack[i], m->stack[i + 1], err));
    m->stack_count = first;
    return VOLO_OK;
}

/* --- memo --- */

static VoloStatus memo_set(VoloMachine *m, uint64_t index, VoloError *err)
{
    VoloPickleRef ref = 0;

    if (index >= VOLO_LIMIT_PICKLE_MEMO)
        return volo_machine_beyond(m, VOLO_LIMIT_PICKLE_MEMO, "values in the memo", err);
    VOLO_TRY(volo_machine_peek(m, &ref, err));
    while (m->memo_count <= index) {
        VOLO_TRY(volo_machine_room((void **)&m->memo, m->memo_count, &m->memo_room, sizeof *m->memo,
                                   err));
        m->memo[m->memo_count++] = 0;
    }
    m->memo_used += m->memo[index] == 0;
    m->memo[index] = ref + 1;
    return VOLO_OK;
}

static VoloStatus op_put(VoloMachine *m, VoloError *err)
{
    uint64_t index = 0;

    VOLO_TRY(take_number(m, m->a, &index, err));
    return memo_set(m, index, err);
}

static VoloStatus op_memoize(VoloMachine *m, VoloError *err)
{
    return memo_set(m, m->memo_used, err);
}

static VoloStatus op_get(VoloMachine *m, VoloError *err)
{
    uint64_t index = 0;

    VOLO_TRY(take_number(m, m->a, &index, err));
    if (index >= m->memo_count || m->memo[index] == 0)
        return volo_machine_malformed(m, "the memo has no value of that number", err);
    return volo_machine_push(m, m->memo[index] - 1, err);
}

/* --- the table --- */

typedef struct Opcode {
    VoloStatus (*run)(
        VoloMachine *m,
        VoloError *err); /* NULL: not of protocols 2 to 5, or nothing a state dict needs */
    uint32_t a, b;
} Opcode;

static const Opcode opcodes[256] = {
    ['('] = { op_mark, 0, 0 },
    ['.'] = { op_stop, 0, 0 },
    ['0'] = { op_pop, 0, 0 },
    ['1'] = { op_pop_mark, 0, 0 },
    ['2'] = { op_dup, 0, 0 },
    [0x80] = { op_proto, 0, 0 },
    [0x95] = { op_frame, 0, 0 },
    ['N'] = { op_constant, VOLO_PICKLE_NONE, 0 },
    [0x88] = { op_constant, VOLO_PICKLE_BOOL, 1 },
    [0x89] = { op_constant, VOLO_PICKLE_BOOL, 0 },
    ['J'] = { op_integer, 4, true },
    ['K'] = { op_integer, 1, false },
    ['M'] = { op_integer, 2, false },
    [0x8a] = { op_long, 1, 0 },
    [0x8b] = { op_long, 4, 0 },
    ['G'] = { op_float, 0, 0 },
    ['X'] = { op_text, 4, VOLO_PICKLE_TEXT },
    [0x8c] = { op_text, 1, VOLO_PICKLE_TEXT },
    [0x8d] = { op_text, 8, VOLO_PICKLE_TEXT },
    ['T'] = { op_text, 4, VOLO_PICKLE_TEXT }, /* str of Python 2 */
    ['U'] = { op_text, 1, VOLO_PICKLE_TEXT },
    ['B'] = { op_text, 4, VOLO_PICKLE_BYTES },
    ['C'] = { op_text, 1, VOLO_PICKLE_BYTES },
    [0x8e] = { op_text, 8, VOLO_PICKLE_BYTES },
    [0x96] = { op_text, 8, VOLO_PICKLE_BYTES },
    [')'] = { op_empty, VOLO_PICKLE_TUPLE, 0 },
    [']'] = { op_empty, VOLO_PICKLE_LIST, 0 },
    ['}'] = { op_empty, VOLO_PICKLE_DICT, 0 },
    [0x8f] = { op_empty, VOLO_PICKLE_SET, 0 },
    ['t'] = { op_collect, VOLO_PICKLE_TUPLE, 0 },
    [0x91] = { op_collect, VOLO_PICKLE_SET, 0 },
    [0x85] = { op_short_tuple, 1, 0 },
    [0x86] = { op_short_tuple, 2, 0 },
    [0x87] = { op_short_tuple, 3, 0 },
    ['a'] = { op_append, VOLO_PICKLE_LIST, 0 },
    ['e'] = { op_appends, VOLO_PICKLE_LIST, 0 },
    [0x90] = { op_appends, VOLO_PICKLE_SET, 0 },
    ['s'] = { op_setitem, 0, 0 },
    ['u'] = { op_setitems, 0, 0 },
    ['q'] = { op_put, 1, 0 },
    ['r'] = { op_put, 4, 0 },
    [0x94] = { op_memoize, 0, 0 },
    ['h'] = { op_get, 1, 0 },
    ['j'] = { op_get, 4, 0 },
    ['c'] = { volo_machine_global, 0, 0 },
    [0x93] = { volo_machine_stack_global, 0, 0 },
    ['R'] = { volo_machine_reduce, 0, false },
    [0x81] = { volo_machine_reduce, 0, false },
    [0x92] = { volo_machine_reduce, 0, true },
    ['b'] = { volo_machine_build, 0, 0 },
    ['Q'] = { volo_machine_persistent, 0, 0 },
};

static VoloStatus step(VoloMachine *m, VoloError *err)
{
    uint64_t byte = 0;

    m->op_at = m->at;
    VOLO_TRY(take_number(m, 1, &byte, err));
    const Opcode *op = &opcodes[byte];
    if (m->opcodes == 0 && byte != 0x80)
        return volo_machine_malformed(m, "a pickle begins with its protocol", err);
    if (!op->run)
        return volo_fail(err, VOLO_ERR_UNSUPPORTED,
                         "pickle, byte %" PRIu64 ": opcode 0x%02x is none that a state dict needs",
                         m->op_at, (unsigned)byte);
    if (++m->opcodes > VOLO_LIMIT_PICKLE_OPCODES)
        return volo_machine_beyond(m, VOLO_LIMIT_PICKLE_OPCODES, "opcodes", err);
    m->a = op->a;
    m->b = op->b;
    return op->run(m, err);
}

VoloStatus volo_pickle_read(VoloPickle *p, const VoloPickleInput *input, VoloError *err)
{
    VoloMachine m = { .p = p, .input = input };
    VoloStatus status = VOLO_OK;

    while (status == VOLO_OK && !m.stopped)
        status = step(&m, err);
    p->used = m.at;
    free(m.stack);
    free(m.memo);
    return status;
}

void volo_pickle_clear(VoloPickle *p)
{
    free(p->data);
    free(p->value);
    free(p->cell);
    free(p->storage);
    free(p->opaque);
    *p = (VoloPickle){ 0 };
}
