/* SPDX-License-Identifier: Apache-2.0 */
/* A stream of the C library on top of the atomic writer. */
#include <volo/output.h>

#include "base/error.h"
#include "base/write_file.h"

#include <stdlib.h>

struct VoloOutput {
    VoloWriter *writer;
    FILE *stream;
};

/* The writer keeps its failures until the end. */
static ssize_t pass_on(void *writer, const char *data, size_t bytes)
{
    volo_writer_put(writer, data, bytes);
    return (ssize_t)bytes;
}

VoloStatus volo_output_open(const char *path, VoloOutput **ret_output, VoloError *err)
{
    const cookie_io_functions_t functions = { .write = pass_on };
    VoloOutput *o = calloc(1, sizeof *o);
    VoloStatus status = o ? VOLO_OK : volo_fail_memory(err, sizeof *o);

    if (!status)
        status = volo_writer_open(path, &o->writer, err);
    if (!status) {
        o->stream = fopencookie(o->writer, "w", functions);
        if (!o->stream)
            status = volo_fail_memory(err, BUFSIZ);
    }
    if (status) {
        if (o)
            volo_writer_discard(o->writer);
        free(o);
        return status;
    }
    *ret_output = o;
    return VOLO_OK;
}

FILE *volo_output_stream(VoloOutput *output)
{
    return output->stream;
}

VoloStatus volo_output_commit(VoloOutput *output, VoloError *err)
{
    VoloWriter *const writer = output->writer;
    const bool failed = ferror(output->stream), lost = fclose(output->stream) != 0;

    free(output);
    if (!failed && !lost)
        return volo_writer_commit(writer, err);
    volo_writer_discard(writer);
    return volo_fail_memory(err, BUFSIZ); /* the stream's own doing: writing to it never fails */
}

void volo_output_discard(VoloOutput *output)
{
    if (!output)
        return;
    fclose(output->stream);
    volo_writer_discard(output->writer);
    free(output);
}
