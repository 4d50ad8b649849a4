/* SPDX-License-Identifier: Apache-2.0 */
/* Advice by what was being done and how it ended. */
#include "app/viewer/advice.h"

#include <glib/gi18n.h>

static const char *about_picture(VoloStatus status)
{
    switch (status) {
    case VOLO_ERR_MISSING:
        return _("The file is no longer there. Open it from where it is now, or another one.");
    case VOLO_ERR_FORMAT:
        return _("The file is damaged or cut short. Get a fresh copy of it, or open another one.");
    case VOLO_ERR_UNSUPPORTED:
        return _("Open a picture in the format PNG, JPEG, PPM or PGM.");
    case VOLO_ERR_LIMIT:
        return _("Pictures may have up to 100 million pixels. Save a smaller version of it.");
    default:
        return _("Check that you may read the file and that its disk is connected, then retry.");
    }
}

static const char *about_model(VoloStatus status)
{
    switch (status) {
    case VOLO_ERR_MISSING:
    case VOLO_ERR_IO:
        return _("Check that the model is still there and readable, or choose another one.");
    case VOLO_ERR_UNSUPPORTED:
        return _("Choose a model that was made for segmentation.");
    default:
        return _("The file is no sound model. Get a fresh copy of it, or choose another one.");
    }
}

static const char *about_network(VoloStatus status)
{
    switch (status) {
    case VOLO_ERR_LIMIT:
        return _("Open a picture of at least 16 pixels a side, and not larger than the model can "
                 "take.");
    case VOLO_ERR_ARGUMENT:
    case VOLO_ERR_UNSUPPORTED:
        return _("Choose a model that was made for segmentation.");
    default:
        return _("Try again, or choose another model.");
    }
}

static const char *about_labels(VoloStatus status)
{
    switch (status) {
    case VOLO_ERR_MISSING:
    case VOLO_ERR_IO:
        return _("Check that the file is there and that you may read it.");
    case VOLO_ERR_SHAPE:
        return _("Open the labels that belong to this picture.");
    default:
        return _("Open a PNG of one channel that holds class numbers of a known data set, or "
                 "choose the model first whose classes it has.");
    }
}

const char *volo_advice(VoloEffort effort, VoloStatus status)
{
    if (status == VOLO_ERR_MEMORY)
        return _("Close other programs, or take a smaller picture or a smaller model.");
    switch (effort) {
    case VOLO_EFFORT_PICTURE:
        return about_picture(status);
    case VOLO_EFFORT_MODEL:
        return about_model(status);
    case VOLO_EFFORT_NETWORK:
        return about_network(status);
    case VOLO_EFFORT_LABELS:
        return about_labels(status);
    default:
        return _("Compare with labels, or a model, of the same size and the same classes.");
    }
}
