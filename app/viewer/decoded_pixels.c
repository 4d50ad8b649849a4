/* SPDX-License-Identifier: Apache-2.0 */
/* Pixels stay in the memory in which they came. It is sealed, so that nobody can change or cut it
 * while it is looked at. */
#include "app/viewer/decoded_pixels.h"

#include "app/viewer/decode/shrink.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

/* Memory that frees itself with the one picture in it. */
typedef struct Mapping {
    VoloPixelMemory memory;
    size_t bytes;
} Mapping;

static void release(void *pixels, void *user)
{
    Mapping *const mapping = user;

    munmap(pixels, mapping->bytes);
    g_free(mapping);
}

static VoloStatus tell_end(const char *path, guint number, VoloError *err)
{
    switch (number) {
    case SIGXCPU:
    case SIGALRM: /* the clock on the wall, which the viewer looks at */
        return volo_fail(err, VOLO_ERR_LIMIT, "'%s': reading it takes too long", path);
    case SIGSYS:
        return volo_fail(err, VOLO_ERR_FORMAT,
                         "'%s': its reader did what no reader does, and was stopped", path);
    case 0:
        return volo_fail(err, VOLO_ERR_FORMAT, "'%s': its reader ended without an answer", path);
    default:
        return volo_fail(err, VOLO_ERR_FORMAT, "'%s': its reader crashed (signal %u)", path,
                         number);
    }
}

/* Only what readers answer. */
static VoloStatus tell_failure(const char *path, const DecodeAnswer *answer, VoloError *err)
{
    static const VoloStatus known[] = { VOLO_ERR_IO, VOLO_ERR_FORMAT, VOLO_ERR_UNSUPPORTED,
                                        VOLO_ERR_LIMIT, VOLO_ERR_MEMORY };
    VoloStatus status = VOLO_ERR_FORMAT;

    for (gsize i = 0; i < G_N_ELEMENTS(known); i++) {
        if (answer->status == known[i])
            status = known[i];
    }
    const int length = (int)strnlen(answer->message, sizeof answer->message);
    if (length == 0)
        return tell_end(path, 0, err);
    return volo_fail(err, status, "%.*s", length, answer->message);
}

static gboolean is_size(DecodeKind kind, const DecodeAnswer *answer)
{
    const VoloImageLimits limits = volo_image_limits();
    const gboolean colours = kind == DECODE_PICTURE || kind == DECODE_THUMBNAIL;
    const guint64 height = answer->height, width = answer->width;

    if (height < 1 || width < 1 || height > limits.side || width > limits.side ||
        height * width > limits.pixels || answer->channels != (colours ? 3 : 1))
        return FALSE;
    return kind != DECODE_THUMBNAIL ||
           (height <= VOLO_THUMBNAIL_HEIGHT && width <= VOLO_THUMBNAIL_WIDTH);
}

static gboolean is_sealed(int pixels, gsize bytes)
{
    const int wanted = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    const int seals = fcntl(pixels, F_GET_SEALS);
    struct stat st;

    return seals >= 0 && (seals & wanted) == wanted && fstat(pixels, &st) == 0 &&
           S_ISREG(st.st_mode) && (guint64)st.st_size == bytes;
}

/* Their pages are there already and are all wanted; MAP_PRIVATE, since older systems map what is
 * sealed in no other way. */
static VoloStatus adopt(const DecodeAnswer *answer, gsize bytes, int pixels, Decoded *ret_decoded,
                        VoloError *err)
{
    Mapping *const mapping = g_new(Mapping, 1);
    void *const at = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE | MAP_POPULATE, pixels, 0);

    if (at == MAP_FAILED) {
        g_free(mapping);
        return volo_fail(err, VOLO_ERR_MEMORY, "out of memory: %zu bytes", bytes);
    }
    *mapping = (Mapping){ { NULL, release, mapping }, bytes };
    return answer->channels == 3 ? volo_image_new_in(answer->height, answer->width, at,
                                                     &mapping->memory, &ret_decoded->image, err)
                                 : volo_mask_new_in(answer->height, answer->width, at,
                                                    &mapping->memory, &ret_decoded->mask, err);
}

VoloStatus decoded_pixels_check(DecodeKind kind, const char *path, const DecodeAnswer *answer,
                                int pixels, Decoded *ret_decoded, VoloError *err)
{
    if (answer->died)
        return tell_end(path, answer->signal, err);
    if (answer->status != VOLO_OK)
        return tell_failure(path, answer, err);
    const gsize bytes =
        is_size(kind, answer) ? answer->height * answer->width * answer->channels : 0;
    if (!bytes || pixels < 0 || !is_sealed(pixels, bytes))
        return volo_fail(err, VOLO_ERR_FORMAT, "'%s': its reader gave an answer that is not true",
                         path);
    return adopt(answer, bytes, pixels, ret_decoded, err);
}
