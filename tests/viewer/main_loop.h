/* SPDX-License-Identifier: Apache-2.0 */
/* Running the main loop in tests of parts that have no window, and what they are given to read.
 * Failures end the test. */
#ifndef VOLO_TESTS_MAIN_LOOP_H
#define VOLO_TESTS_MAIN_LOOP_H

#include <volo/image.h>
#include <volo/model.h>

#include <gio/gio.h>

#include "support/scratch_dir.h"

/* Runs the main loop until the condition holds; fails after a minute, naming what was waited for.
 */
void loop_until(const char *what, gboolean (*condition)(gpointer user), gpointer user);
void loop_until_set(const char *what, const gboolean *flag);
void loop_for(guint milliseconds);
/* Lets the last reference go and waits until the object is gone. */
void loop_until_gone(gpointer object);

/* Pictures 0..2 of scenes with their truth (1024x512), and the default model. */
const char *sample_picture(int index); /* path; static */
VoloModel *sample_model(void);         /* the caller's reference */
VoloImage *sample_image(int index);    /* the caller's reference */

/* Writes a PNG of one channel, or a colour picture of one shade, with the folders above it; returns
 * its path as scratch_path does. */
const char *write_grey(const ScratchDir *dir, const char *name, size_t height, size_t width,
                       const uint8_t *pixels);
const char *write_flat(const ScratchDir *dir, const char *name, size_t height, size_t width,
                       uint8_t shade);
/* A file with the header of a PNG of 60,000 x 60,000 pixels and little else. */
const char *write_huge_header(const ScratchDir *dir, const char *name);
/* Makes a folder, and those above it. */
void make_folder(const ScratchDir *dir, const char *name);

#endif
