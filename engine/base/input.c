/* SPDX-License-Identifier: Apache-2.0 */
/* VoloInput: see <volo/input.h>; and files read whole. */
#include <volo/input.h>

#include "base/error.h"
#include "base/read_file.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

VoloStatus volo_input_open(const char *path, VoloInput *ret_input, VoloError *err)
{
    VOLO_TRY(volo_file_open(path, &ret_input->fd, &ret_input->bytes, err));
    ret_input->path = path;
    return VOLO_OK;
}

void volo_input_close(const VoloInput *input)
{
    close(input->fd);
}

VoloStatus volo_input_read(const VoloInput *input, size_t limit, char **ret_data, size_t *ret_bytes,
                           VoloError *err)
{
    if (input->bytes > limit)
        return volo_fail(err, VOLO_ERR_LIMIT, "'%s' has %" PRIu64 " bytes, limit %zu", input->path,
                         input->bytes, limit);
    const size_t bytes = (size_t)input->bytes;
    char *data = malloc(bytes + 1);
    if (!data)
        return volo_fail_memory(err, bytes + 1);
    const VoloStatus status = volo_file_read_at(input->fd, input->path, data, bytes, 0, err);
    if (status) {
        free(data);
        return status;
    }
    data[bytes] = '\0';
    *ret_data = data;
    *ret_bytes = bytes;
    return VOLO_OK;
}

VoloStatus volo_file_read(const char *path, size_t limit, char **ret_data, size_t *ret_bytes,
                          VoloError *err)
{
    VoloInput input;

    VOLO_TRY(volo_input_open(path, &input, err));
    const VoloStatus status = volo_input_read(&input, limit, ret_data, ret_bytes, err);
    volo_input_close(&input);
    return status;
}
