/* SPDX-License-Identifier: Apache-2.0 */
/* Training scripts save the state dict itself or wrap it; beside it lie optimizers, arguments and
 * other objects, which are nobody's business as long as no tensor of the state dict needs them. */
#include "weights/state_dict.h"

#include "base/checked.h"
#include "base/error.h"
#include "base/limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

typedef struct Reader {
    VoloWeights *w;
    const VoloPickle *p;
    VoloFindStorageFn find;
    void *user;
} Reader;

static VoloStatus refuse_opaque(const Reader *r, const char *what, uint32_t opaque, VoloError *err)
{
    char name[160];

    return volo_fail(err, VOLO_ERR_UNSUPPORTED, "%s depends on '%s', which is never built", what,
                     volo_pickle_opaque_name(r->p, opaque, name));
}

/* --- tensors --- */

/* 0..8 whole numbers of a tuple; what is "size" or "stride". */
static VoloStatus read_numbers(const Reader *r, const char *tensor, const char *what,
                               const VoloPickleValue *tuple, uint64_t numbers[8],
                               unsigned *ret_count, VoloError *err)
{
    if (tuple->kind != VOLO_PICKLE_TUPLE && tuple->kind != VOLO_PICKLE_LIST)
        return volo_fail(err, VOLO_ERR_FORMAT, "tensor '%s': its %s is not a tuple", tensor, what);
    if (tuple->count > VOLO_LIMIT_TENSOR_RANK)
        return volo_fail(err, VOLO_ERR_LIMIT, "tensor '%s' has %u dimensions, limit %u", tensor,
                         tuple->count, VOLO_LIMIT_TENSOR_RANK);
    for (uint32_t i = 0; i < tuple->count; i++) {
        const VoloPickleValue *number = volo_pickle_item(r->p, tuple, i);

        if (number->kind != VOLO_PICKLE_INT || number->integer < 0)
            return volo_fail(err, VOLO_ERR_FORMAT,
                             "tensor '%s': its %s is not made of whole numbers from 0 up", tensor,
                             what);
        numbers[i] = (uint64_t)number->integer;
    }
    *ret_count = tuple->count;
    return VOLO_OK;
}

/* The element farthest from the storage's beginning must lie in it, and no storage may stand for
 * more elements than it has (an expanded tensor), so that shapes are bounded by the file's size. */
static VoloStatus check_extent(const VoloWeightEntry *e, uint64_t first, uint64_t numel,
                               VoloError *err)
{
    size_t last = first;

    for (unsigned i = 0; i < e->rank; i++) {
        size_t span;

        if (!volo_mul(e->shape[i] - 1, e->stride[i], &span) || !volo_add(last, span, &last))
            return volo_fail(err, VOLO_ERR_FORMAT, "tensor '%s': its strides overflow 64 bits",
                             e->stored);
    }
    if (last >= numel)
        return volo_fail(err, VOLO_ERR_FORMAT,
                         "tensor '%s' needs element %zu of a storage that has %" PRIu64, e->stored,
                         last, numel);
    if (e->count > numel)
        return volo_fail(err, VOLO_ERR_UNSUPPORTED,
                         "tensor '%s' has %" PRIu64 " elements in a storage of %" PRIu64, e->stored,
                         e->count, numel);
    return VOLO_OK;
}

/* Places e in its storage: first element, shape and strides are set. */
static VoloStatus place_tensor(const Reader *r, VoloWeightEntry *e, const VoloPickleStorage *s,
                               uint64_t first, VoloError *err)
{
    uint64_t offset;

    VOLO_TRY(volo_weights_check_entry(e, err));
    VOLO_TRY(check_extent(e, first, s->numel, err));
    const VoloStatus status = r->find(r->user, s, &offset, err);
    if (status) {
        volo_error_prefix(err, "tensor '%s'", e->stored);
        return status;
    }
    e->offset = offset + first * s->class->bytes; /* within the file: the storage is */
    return VOLO_OK;
}

/* The arguments of _rebuild_tensor_v2: storage, first element, size, stride, requires_grad, hooks
 * and, since torch 2, metadata, which may say that values are negated or conjugated. */
static VoloStatus read_arguments(const Reader *r, VoloWeightEntry *e, const VoloPickleValue *tuple,
                                 VoloError *err)
{
    const VoloPickle *p = r->p;
    unsigned strides;

    if (tuple->count < 6 || tuple->count > 7)
        return volo_fail(err, VOLO_ERR_FORMAT, "tensor '%s' is built from %u values, not 6 or 7",
                         e->stored, tuple->count);
    const VoloPickleValue *storage = volo_pickle_item(p, tuple, 0);
    const VoloPickleValue *first = volo_pickle_item(p, tuple, 1);
    if (storage->kind != VOLO_PICKLE_STORAGE)
        return volo_fail(err, VOLO_ERR_FORMAT, "tensor '%s' has no storage", e->stored);
    if (first->kind != VOLO_PICKLE_INT || first->integer < 0)
        return volo_fail(err, VOLO_ERR_FORMAT, "tensor '%s' begins at no element of its storage",
                         e->stored);
    if (tuple->count == 7) {
        const VoloPickleValue *metadata = volo_pickle_item(p, tuple, 6);

        if (metadata->kind != VOLO_PICKLE_NONE &&
            (metadata->kind != VOLO_PICKLE_DICT || metadata->count))
            return volo_fail(err, VOLO_ERR_UNSUPPORTED,
                             "tensor '%s' has metadata, as negated and conjugated views do",
                             e->stored);
    }
    const VoloPickleStorage s = volo_pickle_storage(p, storage);
    if (!s.class->is_read)
        return volo_fail(
            err, VOLO_ERR_UNSUPPORTED,
            "tensor '%s' is of dtype '%s' (%s): only F32, F16, BF16 and I64 counters are read",
            e->stored, s.class->dtype, s.class->name);
    e->dtype = s.class->as;
    VOLO_TRY(
        read_numbers(r, e->stored, "size", volo_pickle_item(p, tuple, 2), e->shape, &e->rank, err));
    VOLO_TRY(read_numbers(r, e->stored, "stride", volo_pickle_item(p, tuple, 3), e->stride,
                          &strides, err));
    if (strides != e->rank)
        return volo_fail(err, VOLO_ERR_FORMAT, "tensor '%s' has %u sizes but %u strides", e->stored,
                         e->rank, strides);
    return place_tensor(r, e, &s, (uint64_t)first->integer, err);
}

static const char *kind_name(uint32_t kind)
{
    static const char *const names[] = {
        [VOLO_PICKLE_NONE] = "None",       [VOLO_PICKLE_BOOL] = "a truth value",
        [VOLO_PICKLE_INT] = "a number",    [VOLO_PICKLE_NUMBER] = "a number",
        [VOLO_PICKLE_TEXT] = "text",       [VOLO_PICKLE_BYTES] = "bytes",
        [VOLO_PICKLE_TUPLE] = "a tuple",   [VOLO_PICKLE_LIST] = "a list",
        [VOLO_PICKLE_DICT] = "a dict",     [VOLO_PICKLE_SET] = "a set",
        [VOLO_PICKLE_GLOBAL] = "a class",  [VOLO_PICKLE_STORAGE] = "a storage",
        [VOLO_PICKLE_TENSOR] = "a tensor", [VOLO_PICKLE_OPAQUE] = "an unknown object",
    };

    return names[kind];
}

static VoloStatus read_tensor(const Reader *r, const VoloPickleCell *cell, VoloWeightEntry *e,
                              VoloError *err)
{
    const VoloPickleValue *key = volo_pickle_value(r->p, cell->key);
    const VoloPickleValue *value = volo_pickle_value(r->p, cell->value);

    if (key->opaque)
        return refuse_opaque(r, "a key of the state dict", key->opaque, err);
    if (key->kind != VOLO_PICKLE_TEXT)
        return volo_fail(err, VOLO_ERR_FORMAT, "a key of the state dict is %s, not text",
                         kind_name(key->kind));
    VOLO_TRY(volo_weights_name(r->w, volo_pickle_text(r->p, key), key->count, &e->stored, err));
    if (value->opaque) {
        char what[64 + VOLO_LIMIT_TENSOR_NAME];

        snprintf(what, sizeof what, "tensor '%s'", e->stored);
        return refuse_opaque(r, what, value->opaque, err);
    }
    if (value->kind != VOLO_PICKLE_TENSOR)
        return volo_fail(err, VOLO_ERR_FORMAT, "'%s' is %s, not a tensor", e->stored,
                         kind_name(value->kind));
    return read_arguments(r, e, volo_pickle_value(r->p, value->arguments), err);
}

static VoloStatus read_tensors(const Reader *r, const VoloPickleValue *dict, VoloError *err)
{
    const VoloPickle *p = r->p;

    VOLO_TRY(volo_weights_reserve(r->w, dict->count, err));
    for (uint32_t i = 0, cell = dict->cell.first; i < dict->count; i++, cell = p->cell[cell].next) {
        VOLO_TRY(read_tensor(r, &p->cell[cell], &r->w->entry[r->w->count], err));
        r->w->count++;
    }
    if (dict->opaque) /* not by a tensor, but as a whole */
        return refuse_opaque(r, "the state dict", dict->opaque, err);
    return VOLO_OK;
}

/* --- wrappers --- */

/* *ret_dict = the value of the first wrapper's key, or the dict itself. */
static VoloStatus unwrap(const Reader *r, const VoloPickleValue *top,
                         const VoloPickleValue **ret_dict, VoloError *err)
{
    static const char *const wrappers[] = { "state_dict_ema", "model_ema", "state_dict", "model" };

    for (size_t i = 0; i < sizeof wrappers / sizeof *wrappers; i++) {
        size_t count;
        const VoloPickleValue *value = volo_pickle_lookup(r->p, top, wrappers[i], &count);

        if (count > 1)
            return volo_fail(err, VOLO_ERR_FORMAT, "the file has two values of key '%s'",
                             wrappers[i]);
        if (!value || value->kind == VOLO_PICKLE_NONE)
            continue;
        volo_weights_note(r->w, "weights taken from '%s'", wrappers[i]);
        *ret_dict = value;
        return VOLO_OK;
    }
    *ret_dict = top;
    return VOLO_OK;
}

static VoloStatus check_dict(const Reader *r, const VoloPickleValue *value, VoloError *err)
{
    if (value->kind == VOLO_PICKLE_OPAQUE)
        return refuse_opaque(r, "the state dict", value->opaque, err);
    if (value->kind != VOLO_PICKLE_DICT)
        return volo_fail(err, VOLO_ERR_FORMAT, "the state dict is %s, not a dict",
                         kind_name(value->kind));
    return VOLO_OK;
}

/* --- class names and colours --- */

static bool is_list(const VoloPickleValue *value)
{
    return value && (value->kind == VOLO_PICKLE_LIST || value->kind == VOLO_PICKLE_TUPLE);
}

/* Item i of a list, or of a dict the value of key "i" or i; NULL when there is none. */
static const VoloPickleValue *nth(const VoloPickle *p, const VoloPickleValue *value, uint32_t i)
{
    char key[16];

    if (is_list(value))
        return volo_pickle_item(p, value, i);
    snprintf(key, sizeof key, "%u", i);
    const VoloPickleValue *found = volo_pickle_lookup(p, value, key, NULL);
    for (uint32_t k = 0, cell = value->cell.first; !found && k < value->count;
         k++, cell = p->cell[cell].next) {
        const VoloPickleValue *number = &p->value[p->cell[cell].key];

        if (number->kind == VOLO_PICKLE_INT && number->integer == i)
            found = &p->value[p->cell[cell].value];
    }
    return found;
}

static bool has_usable_count(const VoloPickleValue *value)
{
    return value && (is_list(value) || value->kind == VOLO_PICKLE_DICT) && value->count > 0 &&
           value->count <= VOLO_LIMIT_CLASSES;
}

/* NULL unless every item is a plain name; a refused allocation counts as malformed. */
static char **dup_names(VoloWeights *w, const VoloPickle *p, const VoloPickleValue *list)
{
    char **names = volo_arena_take(&w->arena, list->count * sizeof *names);

    for (uint32_t i = 0; names && i < list->count; i++) {
        const VoloPickleValue *text = nth(p, list, i);

        if (!text || text->kind != VOLO_PICKLE_TEXT || text->count == 0 ||
            text->count > VOLO_LIMIT_TENSOR_NAME ||
            !volo_utf8_is_plain(volo_pickle_text(p, text), text->count))
            return NULL;
        names[i] = volo_arena_take(&w->arena, text->count + 1);
        if (!names[i])
            return NULL;
        memcpy(names[i], volo_pickle_text(p, text), text->count);
    }
    return names;
}

static bool read_colour(const VoloPickle *p, const VoloPickleValue *list, uint8_t ret_colour[3])
{
    if (!is_list(list) || list->count != 3)
        return false;
    for (uint32_t i = 0; i < 3; i++) {
        const VoloPickleValue *number = volo_pickle_item(p, list, i);

        if (number->kind != VOLO_PICKLE_INT || number->integer < 0 || number->integer > 255)
            return false;
        ret_colour[i] = (uint8_t)number->integer;
    }
    return true;
}

/* [count][3], or NULL unless every item is a colour. */
static uint8_t (*dup_palette(VoloWeights *w, const VoloPickle *p, const VoloPickleValue *list))[3]
{
    uint8_t(*palette)[3] = volo_arena_take(&w->arena, list->count * sizeof *palette);

    for (uint32_t i = 0; palette && i < list->count; i++) {
        if (!read_colour(p, nth(p, list, i), palette[i]))
            return NULL;
    }
    return palette;
}

/* Entry of a dict; NULL when value is none or has no such key. */
static const VoloPickleValue *field(const VoloPickle *p, const VoloPickleValue *value,
                                    const char *key)
{
    if (!value || value->kind != VOLO_PICKLE_DICT)
        return NULL;
    return volo_pickle_lookup(p, value, key, NULL);
}

/* meta of mmsegmentation: CLASSES and PALETTE, or, since 1.0, dataset_meta with both in lower case.
 * Whatever is not well-formed is left out: a model does not need it. */
static void read_meta(VoloWeights *w, const VoloPickle *p, const VoloPickleValue *top)
{
    const VoloPickleValue *meta = field(p, top, "meta");
    const VoloPickleValue *dataset = field(p, meta, "dataset_meta");
    const VoloPickleValue *classes = field(p, meta, "CLASSES");
    const VoloPickleValue *palette = field(p, meta, "PALETTE");

    if (!classes) {
        classes = field(p, dataset, "classes");
        palette = field(p, dataset, "palette");
    }
    if (!has_usable_count(classes))
        return;
    w->class_name = dup_names(w, p, classes);
    if (!w->class_name)
        return;
    w->class_count = classes->count;
    if (has_usable_count(palette) && palette->count == classes->count)
        w->palette = dup_palette(w, p, palette);
}

/* --- the whole --- */

static VoloStatus note_opaque(const Reader *r, bool strict, VoloError *err)
{
    char name[160];

    if (strict && r->p->opaque_count)
        return volo_fail(err, VOLO_ERR_UNSUPPORTED,
                         "the pickle names '%s', which is not on the list of known names (strict)",
                         volo_pickle_opaque_name(r->p, 1, name));
    for (uint32_t i = 1; i <= r->p->opaque_count; i++)
        volo_weights_note(r->w, "the pickle names '%s', which was not built",
                          volo_pickle_opaque_name(r->p, i, name));
    return VOLO_OK;
}

VoloStatus volo_state_dict_read(VoloWeights *w, const VoloPickle *p, bool strict,
                                VoloFindStorageFn find, void *user, VoloError *err)
{
    const Reader r = { .w = w, .p = p, .find = find, .user = user };
    const VoloPickleValue *top = volo_pickle_value(p, p->top), *dict = top;

    VOLO_TRY(note_opaque(&r, strict, err));
    VOLO_TRY(check_dict(&r, top, err));
    VOLO_TRY(unwrap(&r, top, &dict, err));
    VOLO_TRY(check_dict(&r, dict, err));
    VOLO_TRY(read_tensors(&r, dict, err));
    read_meta(w, p, top);
    return VOLO_OK;
}
