/* SPDX-License-Identifier: Apache-2.0 */
/* The two ends of a picture's way. */
#include "app/segment/segment_picture.h"

#include <volo/dump.h>

#include "app/common/stopwatch.h"

#include <stdlib.h>

static VoloStatus load(Picture *p, const PictureContext *context, uint64_t max_pixels)
{
    const VoloImageOptions options = { .raw_orientation = context->o->raw_orientation,
                                       .max_pixels = max_pixels };

    if (p->input->problem)
        return volo_fail(&p->error, VOLO_ERR_IO, "'%s': %s", p->input->path, p->input->problem);
    return volo_image_load(p->input->path, &options, &p->image, &p->error);
}

static uint64_t pixel_bytes(const PictureContext *context)
{
    return SEGMENT_PIXEL_BYTES + (context->confidence ? SEGMENT_CONFIDENCE_BYTES : 0);
}

bool picture_load(Picture *p, const PictureContext *context, const Input *input, uint64_t room)
{
    const double start = stopwatch_now();
    const uint64_t wanted = context->o->max_pixels;
    const uint64_t fitting = room / pixel_bytes(context);
    const uint64_t most = wanted && wanted < fitting ? wanted : fitting;

    if (fitting == 0)
        return false;
    *p = (Picture){ .input = input, .subject = SUBJECT_DATA };
    message_keep(&p->log);
    const VoloStatus status = load(p, context, room == UINT64_MAX ? wanted : most);
    message_keep(NULL);
    p->seconds = stopwatch_now() - start;
    if (room == UINT64_MAX || (status != VOLO_ERR_LIMIT && status != VOLO_ERR_MEMORY))
        return true;
    picture_clear(p);
    return false;
}

uint64_t picture_bytes(const Picture *p, const PictureContext *context)
{
    if (!p->image)
        return 0;
    return pixel_bytes(context) * (uint64_t)volo_image_height(p->image) *
           (uint64_t)volo_image_width(p->image);
}

static VoloStatus write_kind(Picture *p, const PictureContext *context, const char *kind)
{
    const VoloDumpInput result = { p->image, p->mask, context->table, context->o->opacity,
                                   p->confidence };
    char *const path = output_path(context->outputs, kind, p->input);

    if (!path)
        return volo_fail(&p->error, VOLO_ERR_MEMORY, "out of memory for a file name");
    VoloStatus status = output_make_folders(path, &p->error);
    if (!status)
        status = volo_dump_write(kind, &result, path, &p->error);
    free(path);
    return status;
}

static void write_all(Picture *p, const PictureContext *context)
{
    const Outputs *const outputs = context->outputs;
    VoloStatus status = VOLO_OK;

    if (context->o->dump_tensors)
        status =
            segment_tensors_write(&context->tensors, p->mask, context->o->dump_tensors, &p->error);
    for (size_t i = 0; !status && i < outputs->kind_count; i++)
        status = write_kind(p, context, outputs->kind[i]);
}

void picture_write(Picture *p, const PictureContext *context)
{
    const double start = stopwatch_now();

    if (p->error.status || context->o->dry_run)
        return;
    p->subject = SUBJECT_OUTPUT;
    message_keep(&p->log);
    write_all(p, context);
    message_keep(NULL);
    p->seconds += stopwatch_now() - start;
}

void picture_clear(Picture *p)
{
    volo_confidence_unref(p->confidence);
    volo_mask_unref(p->mask);
    volo_image_unref(p->image);
    message_forget_kept(&p->log);
    *p = (Picture){ 0 };
}
