/* SPDX-License-Identifier: Apache-2.0 */
/* Reading tensor data: pread in pieces, converted to f32, strided tensors made row-major, and the
 * CRC-32 of a zip entry compared before anything read from it is handed out. */
#include "base/error.h"
#include "base/read_file.h"
#include "weights/container.h"
#include "weights/half.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "tensor data are little-endian and used as they are"
#endif

#define PIECE_BYTES (256u << 10) /* of a file, read and checked while it is in the cache */
#define HALF_VALUES (16u << 10)  /* converted at a time, on the stack */

/* The storage that holds the tensor's first element, or NULL where nothing has a checksum. */
static VoloWeightStorage *find_storage(const VoloWeights *w, uint64_t offset)
{
    size_t low = 0, high = w->storage_count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (w->storage[middle].offset + w->storage[middle].bytes <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low < w->storage_count && w->storage[low].offset <= offset ? &w->storage[low] : NULL;
}

static VoloStatus compare_crc(const VoloWeights *w, const VoloWeightEntry *e, VoloWeightStorage *s,
                              uint32_t crc, VoloError *err)
{
    if (crc != s->crc)
        return volo_fail(err, VOLO_ERR_FORMAT,
                         "'%s': tensor '%s' is damaged: CRC-32 %08" PRIx32 ", expected %08" PRIx32,
                         w->path, e->name, crc, s->crc);
    __atomic_store_n(&s->checked, 1, __ATOMIC_RELEASE);
    return VOLO_OK;
}

/* Reads a whole storage only for its checksum. */
static VoloStatus check_storage(const VoloWeights *w, const VoloWeightEntry *e,
                                VoloWeightStorage *s, VoloError *err)
{
    const size_t room = s->bytes < PIECE_BYTES ? (size_t)s->bytes : PIECE_BYTES;
    uint8_t *piece = malloc(room);
    uint32_t crc = 0;

    if (!piece)
        return volo_fail_memory(err, room);
    for (uint64_t done = 0, bytes; done < s->bytes; done += bytes) {
        bytes = s->bytes - done < room ? s->bytes - done : room;
        const VoloStatus status =
            volo_file_read_at(w->fd, w->path, piece, (size_t)bytes, s->offset + done, err);
        if (status) {
            free(piece);
            return status;
        }
        crc = volo_zip_crc(crc, piece, (size_t)bytes);
    }
    free(piece);
    return compare_crc(w, e, s, crc, err);
}

/* dst [count] = that many packed f32 at offset; with s, which they fill, its checksum on the way.
 */
static VoloStatus read_floats(const VoloWeights *w, const VoloWeightEntry *e, uint64_t offset,
                              size_t count, float *dst, VoloWeightStorage *s, VoloError *err)
{
    const size_t total = count * sizeof *dst, step = s ? PIECE_BYTES : total;
    uint32_t crc = 0;

    for (size_t done = 0, bytes; done < total; done += bytes) {
        char *to = (char *)dst + done;

        bytes = total - done < step ? total - done : step;
        VOLO_TRY(volo_file_read_at(w->fd, w->path, to, bytes, offset + done, err));
        if (s)
            crc = volo_zip_crc(crc, to, bytes);
    }
    return s ? compare_crc(w, e, s, crc, err) : VOLO_OK;
}

static void convert(VoloDtype dtype, float *dst, const uint16_t *x, size_t count)
{
    if (dtype == VOLO_F16)
        volo_half_to_float(dst, x, count);
    else
        volo_bfloat_to_float(dst, x, count);
}

static VoloStatus read_halves(const VoloWeights *w, VoloDtype dtype, uint64_t offset, size_t count,
                              float *dst, VoloError *err)
{
    uint16_t piece[HALF_VALUES];

    for (size_t done = 0, values; done < count; done += values) {
        values = count - done < HALF_VALUES ? count - done : HALF_VALUES;
        VOLO_TRY(volo_file_read_at(w->fd, w->path, piece, values * sizeof *piece,
                                   offset + done * sizeof *piece, err));
        convert(dtype, dst + done, piece, values);
    }
    return VOLO_OK;
}

static VoloStatus read_packed(const VoloWeights *w, const VoloWeightEntry *e, uint64_t offset,
                              size_t count, float *dst, VoloWeightStorage *s, VoloError *err)
{
    if (e->dtype == VOLO_F32)
        return read_floats(w, e, offset, count, dst, s, err);
    return read_halves(w, e->dtype, offset, count, dst, err);
}

static bool is_packed(const VoloWeightEntry *e)
{
    uint64_t stride = 1;

    for (unsigned i = e->rank; i > 0; i--) {
        if (e->shape[i - 1] != 1 && e->stride[i - 1] != stride)
            return false;
        stride *= e->shape[i - 1];
    }
    return true;
}

/* The elements of some consecutive rows along dimension 0 of a strided tensor, in file order. */
typedef struct Window {
    uint64_t first, count; /* elements, relative to the tensor's first */
} Window;

static Window window_of(const VoloWeightEntry *e, uint64_t first, size_t count)
{
    const uint64_t row = e->count / e->shape[0]; /* elements */
    const uint64_t low = first / row, high = (first + count - 1) / row;
    Window window = { .first = low * e->stride[0] };

    window.count = (high - low) * e->stride[0] + 1;
    for (unsigned i = 1; i < e->rank; i++)
        window.count += (e->shape[i] - 1) * e->stride[i];
    return window;
}

/* dst [count] = elements first.. of e in row-major order, from x [window], in the file's dtype. */
static void gather(const VoloWeightEntry *e, uint64_t first, size_t count, const float *x,
                   uint64_t window_first, float *dst)
{
    uint64_t index[8] = { 0 }, rest = first, at = 0;

    for (unsigned i = e->rank; i > 0; i--) {
        index[i - 1] = rest % e->shape[i - 1];
        rest /= e->shape[i - 1];
        at += index[i - 1] * e->stride[i - 1];
    }
    for (size_t done = 0; done < count; done++) {
        dst[done] = x[at - window_first];
        for (unsigned i = e->rank; i > 0; i--) {
            at += e->stride[i - 1];
            if (++index[i - 1] < e->shape[i - 1])
                break;
            at -= e->shape[i - 1] * e->stride[i - 1];
            index[i - 1] = 0;
        }
    }
}

/* A strided tensor: the stretch of the file that holds the elements is read whole. */
static VoloStatus read_strided(const VoloWeights *w, const VoloWeightEntry *e, uint64_t first,
                               size_t count, float *dst, VoloError *err)
{
    const Window window = window_of(e, first, count);
    const size_t bytes = window.count * sizeof(float);
    float *x = malloc(bytes);

    if (!x)
        return volo_fail_memory(err, bytes);
    const uint64_t offset = e->offset + window.first * volo_dtype_bytes(e->dtype);
    const VoloStatus status = read_packed(w, e, offset, window.count, x, NULL, err);
    if (status == VOLO_OK)
        gather(e, first, count, x, window.first, dst);
    free(x);
    return status;
}

VoloStatus volo_weights_check(const VoloWeights *w, const VoloWeightEntry *e, VoloError *err)
{
    VoloWeightStorage *s = find_storage(w, e->offset);

    if (!s || __atomic_load_n(&s->checked, __ATOMIC_ACQUIRE))
        return VOLO_OK;
    return check_storage(w, e, s, err);
}

VoloStatus volo_weights_read(const VoloWeights *w, const VoloWeightEntry *e, uint64_t first,
                             size_t count, float *dst, VoloError *err)
{
    VoloWeightStorage *s = find_storage(w, e->offset);
    const uint64_t offset = e->offset + first * volo_dtype_bytes(e->dtype);
    const bool packed = is_packed(e);

    if (e->dtype == VOLO_I64)
        return volo_fail(err, VOLO_ERR_UNSUPPORTED, "'%s': tensor '%s' is I64, not a float",
                         w->path, e->name);
    if (first > e->count || count > e->count - first)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "'%s': tensor '%s' has %" PRIu64 " elements",
                         w->path, e->name, e->count);
    if (count == 0)
        return VOLO_OK;
    if (s && __atomic_load_n(&s->checked, __ATOMIC_ACQUIRE))
        s = NULL;
    const bool fills = s && packed && e->dtype == VOLO_F32 && offset == s->offset &&
                       count * sizeof *dst == s->bytes;
    if (s && !fills)
        VOLO_TRY(check_storage(w, e, s, err));
    if (!packed)
        return read_strided(w, e, first, count, dst, err);
    return read_packed(w, e, offset, count, dst, fills ? s : NULL, err);
}
