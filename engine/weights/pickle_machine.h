/* SPDX-License-Identifier: Apache-2.0 */
/* The pickle machine's state, shared by its plain opcodes (pickle.c) and those that call a global
 * (pickle_call.c). */
#ifndef VOLO_WEIGHTS_PICKLE_MACHINE_H
#define VOLO_WEIGHTS_PICKLE_MACHINE_H

#include "base/limits.h"
#include "weights/pickle.h"

#define VOLO_PICKLE_NAME 512u /* bytes of a module or a global */
#define VOLO_PICKLE_SLOTS                                                                          \
    4096u /* of the hash table: a power of two, well above the limit of names */

typedef struct VoloMachine {
    VoloPickle *p;
    const VoloPickleInput *input;
    uint64_t at;      /* next byte */
    uint64_t op_at;   /* first byte of the current opcode */
    uint32_t opcodes; /* executed */
    uint32_t a, b;    /* of the current opcode's row in the table: a width, a kind, a constant */
    VoloPickleRef *stack;
    size_t stack_count, stack_room;
    uint32_t *memo; /* 1 + ref, 0 for none */
    size_t memo_count, memo_room, memo_used;
    size_t mark[VOLO_LIMIT_PICKLE_DEPTH]; /* stack_count when it was pushed */
    size_t marks;
    uint16_t slot[VOLO_PICKLE_SLOTS]; /* 1 + index of an opaque name */
    bool stopped;
} VoloMachine;

/* "pickle, byte N: why". */
VoloStatus volo_machine_refuse(const VoloMachine *m, VoloStatus status, const char *why,
                               VoloError *err);
VoloStatus volo_machine_malformed(const VoloMachine *m, const char *why, VoloError *err);
VoloStatus volo_machine_beyond(const VoloMachine *m, unsigned limit, const char *what,
                               VoloError *err);

/* Makes room for one more element. Never shrinks, never asks for more than twice what is used. */
VoloStatus volo_machine_room(void **array, size_t count, size_t *room, size_t size, VoloError *err);

VoloStatus volo_machine_new_value(VoloMachine *m, VoloPickleValue value, VoloPickleRef *ret_ref,
                                  VoloError *err);
VoloStatus volo_machine_add_item(VoloMachine *m, VoloPickleRef container, VoloPickleRef key,
                                 VoloPickleRef item, VoloError *err);

/* A line without its newline: where it begins, and its bytes. */
VoloStatus volo_machine_take_line(VoloMachine *m, uint64_t *ret_at, uint32_t *ret_bytes,
                                  VoloError *err);

VoloStatus volo_machine_push(VoloMachine *m, VoloPickleRef ref, VoloError *err);
VoloStatus volo_machine_push_value(VoloMachine *m, VoloPickleValue value, VoloError *err);
VoloStatus volo_machine_pop(VoloMachine *m, VoloPickleRef *ret_ref, VoloError *err);
VoloStatus volo_machine_peek(VoloMachine *m, VoloPickleRef *ret_ref, VoloError *err);

/* Opcodes of pickle_call.c. */
VoloStatus volo_machine_global(VoloMachine *m, VoloError *err);
VoloStatus volo_machine_stack_global(VoloMachine *m, VoloError *err);
VoloStatus volo_machine_reduce(VoloMachine *m, VoloError *err);
VoloStatus volo_machine_build(VoloMachine *m, VoloError *err);
VoloStatus volo_machine_persistent(VoloMachine *m, VoloError *err);

#endif
