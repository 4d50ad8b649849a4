/* SPDX-License-Identifier: Apache-2.0 */
/* The library's errors as GError: domain VOLO_VIEWER_ERROR, the VoloStatus as code, the message
 * unchanged. What was cancelled is G_IO_ERROR_CANCELLED, as everywhere in GIO. Any thread. */
#ifndef VOLO_VIEWER_VIEWER_ERROR_H
#define VOLO_VIEWER_VIEWER_ERROR_H

#include <volo/base.h>

#include <glib.h>

G_BEGIN_DECLS

#define VOLO_VIEWER_ERROR (volo_viewer_error_quark())
GQuark volo_viewer_error_quark(void);

/* error may be NULL. */
void volo_viewer_error_set(GError **error, const VoloError *err);
/* The status of an error of that domain; CANCELLED for G_IO_ERROR_CANCELLED, IO for others. */
VoloStatus volo_viewer_error_status(const GError *error);

G_END_DECLS

#endif
