/* SPDX-License-Identifier: Apache-2.0 */
/* Asking for parameters by name: strict, sticky, one pass, one copy in memory. */
#include "weights/binder.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/parallel.h"
#include "kernels/kernels.h"
#include "nn/gemm.h"

VoloStatus volo_binder_init(VoloBinder *b, VoloWeights *weights, VoloArena *arena, VoloError *err)
{
    *b = (VoloBinder){ .weights = weights, .arena = arena };
    if (weights) {
        b->used = calloc(weights->count + 1, sizeof *b->used);
        if (!b->used)
            return volo_fail_memory(err, weights->count + 1);
    }
    return VOLO_OK;
}

void volo_binder_clear(VoloBinder *b)
{
    for (size_t i = 0; i < b->parameter_count; i++)
        free(b->parameter[i].name);
    free(b->parameter);
    free(b->used);
    free(b->scratch);
    *b = (VoloBinder){ 0 };
}

void volo_bind_enter(VoloBinder *b, const char *format, ...)
{
    va_list args;

    if (b->depth == sizeof b->mark / sizeof *b->mark) {
        volo_fail(&b->error, VOLO_ERR_ARGUMENT, "names nest too deeply below '%s'", b->prefix);
        return;
    }
    const size_t used = strlen(b->prefix);
    b->mark[b->depth++] = used;
    va_start(args, format);
    vsnprintf(b->prefix + used, sizeof b->prefix - used, format, args);
    va_end(args);
    const size_t end = strlen(b->prefix);
    snprintf(b->prefix + end, sizeof b->prefix - end, ".");
}

void volo_bind_leave(VoloBinder *b)
{
    if (b->depth > 0)
        b->prefix[b->mark[--b->depth]] = '\0';
}

static void *take(VoloBinder *b, size_t count, size_t size)
{
    void *memory = b->error.status ? NULL : volo_arena_take(b->arena, count * size);

    if (!memory && !b->error.status)
        volo_fail_memory(&b->error, count * size);
    return memory;
}

void *volo_bind_array(VoloBinder *b, size_t count, size_t size)
{
    return take(b, count, size);
}

/* "[192, 64, 4, 4]" */
static const char *shape_text(char *text, size_t size, const uint64_t *shape, unsigned rank)
{
    size_t at = (size_t)snprintf(text, size, "[");

    for (unsigned i = 0; i < rank && at < size; i++)
        at += (size_t)snprintf(text + at, size - at, "%s%llu", i ? ", " : "",
                               (unsigned long long)shape[i]);
    if (at < size)
        snprintf(text + at, size - at, "]");
    return text;
}

static bool note_parameter(VoloBinder *b, const VoloParameter *p)
{
    if (b->parameter_count == b->parameter_capacity) {
        const size_t capacity = b->parameter_capacity ? 2 * b->parameter_capacity : 256;
        VoloParameter *grown = realloc(b->parameter, capacity * sizeof *grown);

        if (!grown)
            return false;
        b->parameter = grown;
        b->parameter_capacity = capacity;
    }
    b->parameter[b->parameter_count] = *p;
    b->parameter[b->parameter_count].name = strdup(p->name);
    return b->parameter[b->parameter_count++].name != NULL;
}

/* The file's tensor of that name, checked off the list; NULL after an error. */
static const VoloWeightEntry *find_unused(VoloBinder *b, const char *name)
{
    const VoloWeightEntry *entry = volo_weights_find(b->weights, name);

    if (!entry) {
        volo_fail(&b->error, VOLO_ERR_MISSING, "'%s': tensor '%s' is missing", b->weights->path,
                  name);
        return NULL;
    }
    bool *used = &b->used[entry - b->weights->entry];
    if (*used) {
        volo_fail(&b->error, VOLO_ERR_ARGUMENT, "tensor '%s' is asked for twice", name);
        return NULL;
    }
    *used = true;
    return entry;
}

static bool same_shape(const VoloWeightEntry *entry, const VoloParameter *p)
{
    if (entry->rank != p->rank)
        return false;
    for (unsigned i = 0; i < p->rank; i++) {
        if (entry->shape[i] != p->shape[i])
            return false;
    }
    return true;
}

/* Where values come from: a file's tensor, or their place in the parameter block. Both are NULL for
 * a new model and after an error. */
typedef struct Source {
    const VoloWeightEntry *entry;
    float *values;
} Source;

static Source find_in_block(VoloBinder *b, const char *name)
{
    const VoloBlockTensor *const t = volo_parameter_block_find(b->block, name);

    if (!t)
        volo_fail(&b->error, VOLO_ERR_MISSING, "the parameter block has no tensor '%s'", name);
    return (Source){ NULL, t ? b->block->values + t->at : NULL };
}

/* Asks for PREFIX + p->name. */
static Source ask(VoloBinder *b, VoloParameter p)
{
    char name[VOLO_STAGES * 64 + 128], got[96], want[96];

    if (b->error.status)
        return (Source){ 0 };
    snprintf(name, sizeof name, "%s%s", b->prefix, p.name);
    p.name = name;
    if (b->block)
        return find_in_block(b, name);
    if (!note_parameter(b, &p)) {
        volo_fail_memory(&b->error, sizeof p);
        return (Source){ 0 };
    }
    const VoloWeightEntry *entry = b->weights ? find_unused(b, name) : NULL;
    if (!entry || same_shape(entry, &p))
        return (Source){ entry, NULL };
    volo_fail(&b->error, VOLO_ERR_SHAPE, "'%s': tensor '%s' is %s, expected %s", b->weights->path,
              name, shape_text(got, sizeof got, entry->shape, entry->rank),
              shape_text(want, sizeof want, p.shape, p.rank));
    return (Source){ 0 };
}

static void read_values(VoloBinder *b, const VoloWeightEntry *entry, uint64_t first, size_t count,
                        float *values)
{
    if (!entry || b->error.status)
        return;
    const VoloStatus status = volo_weights_read(b->weights, entry, first, count, values, &b->error);
    (void)status; /* the binder's own error holds it */
}

/* A vector [c], read as it is. */
static float *bind_vector(VoloBinder *b, const char *prefix, const char *name, size_t c,
                          VoloInitKind init, bool trainable)
{
    char full[128];
    snprintf(full, sizeof full, "%s.%s", prefix, name);
    const Source source = ask(b, (VoloParameter){ full, 1, { c }, init, trainable });
    float *values = b->weights ? take(b, c, sizeof *values) : source.values;

    read_values(b, source.entry, 0, c, values);
    return values;
}

void volo_bind_layernorm(VoloBinder *b, VoloLayerNorm *ret, const char *name, size_t c)
{
    ret->weight = bind_vector(b, name, "weight", c, VOLO_INIT_ONE, true);
    ret->bias = bind_vector(b, name, "bias", c, VOLO_INIT_ZERO, true);
    ret->c = c;
    ret->eps = 1e-5f;
}

/* A weight on its way from the file into its packed form. */
typedef struct Packing {
    size_t out, in,
        taps;           /* taps = kh·kw; a row of the file is [in,taps], of the matrix [taps,in] */
    const float *scale; /* [out] or NULL */
} Packing;

enum {
    PIECE_FLOATS = 1 << 16, /* read at a time: both this and what it is packed into stay in L2 */
};

/* A matrix being read, piece by piece, by several threads. */
typedef struct Reading {
    const VoloBinder *binder;
    const VoloWeightEntry *entry;
    VoloMatrix *matrix;
    const Packing *packing;
    size_t width, rows; /* floats of a row; rows of a piece, whole panels */
    pthread_mutex_t lock;
    VoloError error; /* of the first row that cannot be read, whichever thread meets it */
    size_t failed_row;
} Reading;

static void note_failure(Reading *r, size_t row, const VoloError *err)
{
    pthread_mutex_lock(&r->lock);
    if (!r->error.status || row < r->failed_row) {
        r->error = *err;
        r->failed_row = row;
    }
    pthread_mutex_unlock(&r->lock);
}

static void read_piece(size_t first, size_t count, int slot, void *user)
{
    Reading *const r = user;
    const float *const scale = r->packing->scale ? r->packing->scale + first : NULL;
    float *const piece = r->binder->scratch + (size_t)slot * r->rows * r->width;
    VoloError err;

    if (volo_weights_read(r->binder->weights, r->entry, (uint64_t)first * r->width,
                          count * r->width, piece, &err))
        note_failure(r, first, &err);
    else
        volo_matrix_pack_taps(r->matrix, piece, r->packing->taps, scale, first, count);
}

static VoloStatus grow_scratch(VoloBinder *b, size_t floats)
{
    if (floats <= b->scratch_floats)
        return VOLO_OK;
    free(b->scratch);
    b->scratch_floats = 0;
    b->scratch = malloc(floats * sizeof *b->scratch);
    if (!b->scratch)
        return volo_fail_memory(&b->error, floats * sizeof *b->scratch);
    b->scratch_floats = floats;
    return VOLO_OK;
}

/* Reads a few rows at a time, so that there is never a second copy of the whole tensor. */
static void read_matrix(VoloBinder *b, const VoloWeightEntry *entry, VoloMatrix *m,
                        const Packing *p)
{
    const size_t width = p->in * p->taps, panels = PIECE_FLOATS / width / VOLO_PANEL;
    const int threads = b->threads > 0 ? b->threads : 1;
    Reading r = { .binder = b,
                  .entry = entry,
                  .matrix = m,
                  .packing = p,
                  .width = width,
                  .rows = (panels ? panels : 1) * VOLO_PANEL };

    if (grow_scratch(b, (size_t)threads * r.rows * width))
        return;
    if (r.rows < p->out && volo_weights_check(b->weights, entry, &b->error))
        return;
    pthread_mutex_init(&r.lock, NULL);
    volo_parallel_rows(threads, p->out, r.rows, read_piece, &r);
    pthread_mutex_destroy(&r.lock);
    if (r.error.status)
        b->error = r.error;
}

static void bind_matrix(VoloBinder *b, Source source, VoloMatrix *m, const Packing *p)
{
    volo_matrix_plan(m, p->out, p->in * p->taps);
    m->raw = source.values;
    if (!b->weights || b->error.status)
        return;
    m->data = take(b, volo_matrix_floats(m), sizeof *m->data);
    if (m->data)
        read_matrix(b, source.entry, m, p);
}

void volo_bind_linear(VoloBinder *b, VoloLinear *ret, const char *name, size_t out, size_t in,
                      VoloHasBias bias)
{
    char full[128];
    snprintf(full, sizeof full, "%s.weight", name);
    const Source source = ask(b, (VoloParameter){ full, 2, { out, in }, VOLO_INIT_SPREAD, true });

    bind_matrix(b, source, &ret->weight, &(Packing){ out, in, 1, NULL });
    if (bias == VOLO_WITH_BIAS)
        ret->bias = bind_vector(b, name, "bias", out, VOLO_INIT_ZERO, true);
}

static void bind_norm(VoloBinder *b, const VoloConvSpec *spec, VoloBatchNorm *ret)
{
    const size_t c = spec->out;

    ret->weight = bind_vector(b, spec->norm, "weight", c, VOLO_INIT_ONE, true);
    ret->bias = bind_vector(b, spec->norm, "bias", c, VOLO_INIT_ZERO, true);
    ret->running_mean = bind_vector(b, spec->norm, "running_mean", c, VOLO_INIT_ZERO, false);
    ret->running_var = bind_vector(b, spec->norm, "running_var", c, VOLO_INIT_ONE, false);
    ret->c = c;
    ret->eps = 1e-5f;
}

/* Batch norm in inference is y = scale·x + shift with scale = weight / sqrt(var + eps) and
 * shift = bias - mean·scale; the scale goes into the convolution's rows (Ioffe & Szegedy 2015). */
static void fold_norm(const VoloBatchNorm *norm, float *scale, float *shift)
{
    const double eps = 1e-5;

    for (size_t i = 0; i < norm->c; i++) {
        const double factor =
            (double)norm->weight[i] / __builtin_sqrt((double)norm->running_var[i] + eps);

        scale[i] = (float)factor;
        shift[i] = (float)((double)norm->bias[i] +
                           ((double)shift[i] - (double)norm->running_mean[i]) * factor);
    }
}

/* What is added to and multiplied into a convolution's outputs, its own bias and folded norm; or,
 * in training, own bias and the norm apart. */
typedef struct Folded {
    const float *scale, *bias; /* [out] or NULL */
    const VoloBatchNorm *norm;
} Folded;

/* The norm that a convolution in training is followed by. */
static const VoloBatchNorm *keep_norm(VoloBinder *b, const VoloConvSpec *spec)
{
    VoloBatchNorm *norm = take(b, 1, sizeof *norm);

    if (norm)
        bind_norm(b, spec, norm);
    return norm;
}

static Folded bind_folded(VoloBinder *b, const VoloConvSpec *spec)
{
    Folded folded = { NULL, NULL, NULL };
    VoloBatchNorm norm = { 0 };

    if (spec->bias == VOLO_WITH_BIAS)
        folded.bias = bind_vector(b, spec->conv, "bias", spec->out, VOLO_INIT_ZERO, true);
    if (!spec->norm)
        return folded;
    if (b->block)
        return (Folded){ NULL, folded.bias, keep_norm(b, spec) };
    float *scale = take(b, spec->out, sizeof *scale);
    float *shift = take(b, spec->out, sizeof *shift);

    if (shift && folded.bias)
        memcpy(shift, folded.bias, spec->out * sizeof *shift);
    bind_norm(b, spec, &norm);
    if (b->weights && !b->error.status)
        fold_norm(&norm, scale, shift);
    return (Folded){ scale, shift, NULL };
}

void volo_bind_conv2d(VoloBinder *b, VoloConv2d *ret, const VoloConvSpec *spec)
{
    const size_t k = spec->kernel;
    char full[128];
    snprintf(full, sizeof full, "%s.weight", spec->conv);
    const Source source =
        ask(b, (VoloParameter){ full, 4, { spec->out, spec->in, k, k }, VOLO_INIT_FAN_IN, true });
    const Folded folded = bind_folded(b, spec);

    ret->bias = folded.bias;
    ret->norm = folded.norm;
    bind_matrix(b, source, &ret->weight, &(Packing){ spec->out, spec->in, k * k, folded.scale });
    ret->out = spec->out;
    ret->in = spec->in;
    ret->kh = ret->kw = k;
    ret->stride = spec->stride;
    ret->pad = spec->pad;
}

/* The file has the inputs slowest, the matrix has them fastest: stored [in,out,taps] becomes rows
 * (tap, o) of scale[o] · weight [in]. So the tensor is read whole, for as long as packing takes. */
static void read_transposed(VoloBinder *b, const VoloWeightEntry *entry, VoloMatrix *m,
                            const Packing *p)
{
    const size_t rows = p->out * p->taps;
    float *stored = malloc((rows + 1) * p->in * sizeof *stored), *row = stored + rows * p->in;

    if (!stored) {
        volo_fail_memory(&b->error, (rows + 1) * p->in * sizeof *stored);
        return;
    }
    read_values(b, entry, 0, rows * p->in, stored);
    for (size_t at = 0; at < rows && !b->error.status; at++) {
        const size_t tap = at / p->out, o = at % p->out;
        const float scale = p->scale ? p->scale[o] : 1.0f;

        for (size_t i = 0; i < p->in; i++)
            row[i] = scale * stored[(i * p->out + o) * p->taps + tap];
        volo_matrix_pack(m, row, at, 1);
    }
    free(stored);
}

void volo_bind_conv_transpose2d(VoloBinder *b, VoloConvTranspose2d *ret, const VoloConvSpec *spec)
{
    const size_t k = spec->kernel, rows = k * k * spec->out;
    char full[128];
    snprintf(full, sizeof full, "%s.weight", spec->conv);
    const Source source =
        ask(b, (VoloParameter){ full, 4, { spec->in, spec->out, k, k }, VOLO_INIT_FAN_IN, true });
    const Folded folded = bind_folded(b, spec);
    float *bias = folded.bias && b->weights ? take(b, rows, sizeof *bias) : NULL;

    for (size_t i = 0; i < rows && bias; i++)
        bias[i] = folded.bias[i % spec->out];
    *ret = (VoloConvTranspose2d){ .bias = b->block ? folded.bias : bias,
                                  .in = spec->in,
                                  .out = spec->out,
                                  .k = k,
                                  .norm = folded.norm };
    volo_matrix_plan(&ret->weight, rows, spec->in);
    ret->weight.raw = source.values;
    if (!b->weights || b->error.status)
        return;
    ret->weight.data = take(b, volo_matrix_floats(&ret->weight), sizeof *ret->weight.data);
    if (ret->weight.data)
        read_transposed(b, source.entry, &ret->weight,
                        &(Packing){ spec->out, spec->in, k * k, folded.scale });
}

/* Legacy files hold (1,h·w,c), or (1,1+h·w,c) with a class token in front. */
static Source ask_grid(VoloBinder *b, const char *name, size_t h, size_t w, size_t c,
                       uint64_t *ret_skip)
{
    char full[VOLO_STAGES * 64 + 128];
    snprintf(full, sizeof full, "%s%s", b->prefix, name);
    const VoloWeightEntry *stored = b->weights ? volo_weights_find(b->weights, full) : NULL;
    VoloParameter p = { (char *)(uintptr_t)name, 4, { 1, h, w, c }, VOLO_INIT_SPREAD, true };

    *ret_skip = 0;
    if (stored && stored->rank == 3) {
        *ret_skip = stored->shape[1] == h * w + 1 ? c : 0;
        p = (VoloParameter){ p.name, 3, { 1, h * w + (*ret_skip ? 1 : 0), c }, p.init, true };
    }
    return ask(b, p);
}

void volo_bind_grid(VoloBinder *b, VoloGrid *ret, const char *name, size_t h, size_t w, size_t c)
{
    uint64_t skip;
    const Source source = ask_grid(b, name, h, w, c, &skip);
    float *values = b->weights ? take(b, h * w * c, sizeof *values) : source.values;

    read_values(b, source.entry, skip, h * w * c, values);
    *ret = (VoloGrid){ values, h, w, c };
}

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool ends_with(const char *text, const char *suffix)
{
    const size_t length = strlen(text), tail = strlen(suffix);

    return length >= tail && strcmp(text + length - tail, suffix) == 0;
}

static bool is_tail(const char *name)
{
    static const char *const prefixes[] = { "head.", "aux_head.", "post_network.", "norm.",
                                            "cls_token" };
    const char *rest = starts_with(name, "backbone.") ? name + strlen("backbone.") : name;

    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        if (starts_with(rest, prefixes[i]))
            return true;
    }
    return false;
}

static bool is_segmenting(const char *name)
{
    return starts_with(name, "decode_head.") || starts_with(name, "neck.") ||
           starts_with(name, "backbone.side_layer");
}

bool volo_name_is_ignored(const char *name, VoloTask task)
{
    if (ends_with(name, ".num_batches_tracked") || starts_with(name, "auxiliary_head."))
        return true;
    return task == VOLO_CLASSIFY ? is_segmenting(name) : is_tail(name);
}

static VoloStatus check_leftovers(VoloBinder *b, VoloError *err)
{
    size_t ignored = 0;

    for (size_t i = 0; i < b->weights->count; i++) {
        const char *name = b->weights->entry[i].name;

        if (b->used[i])
            continue;
        if (!volo_name_is_ignored(name, b->task))
            return volo_fail(err, VOLO_ERR_FORMAT,
                             "'%s': tensor '%s' is not part of the model that the file describes",
                             b->weights->path, name);
        ignored++;
    }
    if (ignored > 0)
        volo_weights_note(b->weights, "%zu tensors are not used for %s", ignored,
                          b->task == VOLO_CLASSIFY ? "classifying" : "segmenting");
    return VOLO_OK;
}

VoloStatus volo_binder_finish(VoloBinder *b, VoloError *err)
{
    free(b->scratch);
    b->scratch = NULL;
    b->scratch_floats = 0;
    if (b->error.status) {
        if (err)
            *err = b->error;
        return b->error.status;
    }
    return b->weights ? check_leftovers(b, err) : VOLO_OK;
}
