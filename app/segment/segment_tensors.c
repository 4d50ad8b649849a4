/* SPDX-License-Identifier: Apache-2.0 */
/* Taps into a VoloTensorDump. A tap's data last only for the call, so they are copied at once. */
#include "app/segment/segment_tensors.h"

static void collect(const VoloTap *tap, void *user)
{
    SegmentTensors *const tensors = user;
    VoloError err;

    if (tensors->error.status)
        return;
    if (volo_tensor_dump_add(tensors->dump, tap->name, tap->n, tap->h, tap->w, tap->c, tap->data,
                             &err))
        tensors->error = err;
}

VoloStatus segment_tensors_init(SegmentTensors *tensors, VoloSession *session, VoloError *err)
{
    const VoloStatus status = volo_tensor_dump_new(&tensors->dump, err);

    if (!status)
        volo_session_set_tap(session, collect, tensors);
    return status;
}

void segment_tensors_clear(SegmentTensors *tensors)
{
    volo_tensor_dump_free(tensors->dump);
    tensors->dump = NULL;
}

VoloStatus segment_tensors_write(const SegmentTensors *tensors, const VoloMask *mask,
                                 const char *path, VoloError *err)
{
    if (tensors->error.status) {
        *err = tensors->error;
        return err->status;
    }
    const VoloStatus status =
        volo_tensor_dump_add_labels(tensors->dump, "labels", 1, volo_mask_height(mask),
                                    volo_mask_width(mask), volo_mask_labels(mask), err);
    return status ? status : volo_tensor_dump_write(tensors->dump, path, err);
}
