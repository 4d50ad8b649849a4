/* SPDX-License-Identifier: Apache-2.0 */
/* The one door for pictures and labels into the viewer: files are opened here, read in a process
 * that can do nothing else (volo-decode), and what it answers is checked before it is used. Pixels
 * come without a copy.
 *
 * Where the system cannot confine a process, or the program is not there, files are read in this
 * process; that is noted once. Any thread. */
#ifndef VOLO_VIEWER_DECODER_H
#define VOLO_VIEWER_DECODER_H

#include <volo/image.h>
#include <volo/mask.h>

#include <gio/gio.h>

G_BEGIN_DECLS

/* Starts the process, which takes some milliseconds that nobody waits for yet. Else it is started
 * when it is first needed. */
void volo_decoder_start(void);

/* Uses another program than the installed one, NULL: none; and waits for each picture that long, 0:
 * the usual minute. Ends the process if there is one. For tests. */
void volo_decoder_set_program(const char *path, guint patience_ms);

/* Each waits until the file is read, or the cancellable (may be NULL) is cancelled. Results are the
 * caller's references; on failure untouched. Errors: those of the library's function of that name,
 * with the same messages; CANCELLED; and for a file that ended its reader FORMAT, or LIMIT when it
 * took too long. Messages name the file. */
VoloStatus volo_decoder_load_image(const char *path, GCancellable *cancellable,
                                   VoloImage **ret_image, VoloError *err);
/* Scaled down as shrink.h says. */
VoloStatus volo_decoder_load_thumbnail(const char *path, GCancellable *cancellable,
                                       VoloImage **ret_image, VoloError *err);
/* A PNG's values as they are stored. */
VoloStatus volo_decoder_load_labels(const char *path, GCancellable *cancellable,
                                    VoloMask **ret_labels, VoloError *err);
/* A Cityscapes polygon file, drawn with that set's ids. */
VoloStatus volo_decoder_load_polygons(const char *path, GCancellable *cancellable,
                                      VoloMask **ret_labels, VoloError *err);

G_END_DECLS

#endif
