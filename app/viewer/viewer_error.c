/* SPDX-License-Identifier: Apache-2.0 */
/* From VoloError to GError. */
#include "app/viewer/viewer_error.h"

#include <gio/gio.h>

G_DEFINE_QUARK(volo - viewer - error - quark, volo_viewer_error)

void volo_viewer_error_set(GError **error, const VoloError *err)
{
    if (err->status == VOLO_ERR_CANCELLED)
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_CANCELLED, err->message);
    else
        g_set_error_literal(error, VOLO_VIEWER_ERROR, (int)err->status, err->message);
}

VoloStatus volo_viewer_error_status(const GError *error)
{
    if (error->domain == VOLO_VIEWER_ERROR)
        return (VoloStatus)error->code;
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return VOLO_ERR_CANCELLED;
    return VOLO_ERR_IO;
}
