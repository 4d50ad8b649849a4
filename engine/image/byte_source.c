/* SPDX-License-Identifier: Apache-2.0 */
/* A file read from front to end through one small buffer; large pieces go straight to the reader.
 */
#include "base/error.h"
#include "base/read_file.h"
#include "image/codec.h"

#include <string.h>

VoloStatus volo_source_begin(VoloByteSource *source, const VoloInput *input, VoloError *err)
{
    source->path = input->path;
    source->fd = input->fd;
    source->bytes = input->bytes;
    volo_source_rewind(source);
    if (source->bytes == 0)
        return volo_fail(err, VOLO_ERR_FORMAT, "'%s': the file is empty", input->path);
    return VOLO_OK;
}

void volo_source_rewind(VoloByteSource *source)
{
    source->offset = 0;
    source->used = source->filled = 0;
}

uint64_t volo_source_left(const VoloByteSource *source)
{
    return source->bytes - source->offset + (source->filled - source->used);
}

static VoloStatus refill(VoloByteSource *source, VoloError *err)
{
    const uint64_t left = source->bytes - source->offset;
    const size_t bytes = left < sizeof source->buffer ? (size_t)left : sizeof source->buffer;

    VOLO_TRY(
        volo_file_read_at(source->fd, source->path, source->buffer, bytes, source->offset, err));
    source->offset += bytes;
    source->used = 0;
    source->filled = bytes;
    return VOLO_OK;
}

VoloStatus volo_source_read(VoloByteSource *source, void *data, size_t bytes, VoloError *err)
{
    uint8_t *out = data;

    if (bytes > volo_source_left(source))
        return volo_fail(err, VOLO_ERR_FORMAT, "'%s': the file ends early", source->path);
    while (bytes > 0) {
        const size_t ready = source->filled - source->used;

        if (ready > 0) {
            const size_t part = bytes < ready ? bytes : ready;
            memcpy(out, source->buffer + source->used, part);
            source->used += part;
            out += part;
            bytes -= part;
        } else if (bytes >= sizeof source->buffer) {
            VOLO_TRY(volo_file_read_at(source->fd, source->path, out, bytes, source->offset, err));
            source->offset += bytes;
            bytes = 0;
        } else {
            VOLO_TRY(refill(source, err));
        }
    }
    return VOLO_OK;
}
