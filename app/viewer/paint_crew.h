/* SPDX-License-Identifier: Apache-2.0 */
/* VoloCrew: threads that share the pieces of a job with their caller. A frame's pixels lie cold in
 * memory when the window has rested, and two cores fetch them twice as fast as one. */
#ifndef VOLO_VIEWER_PAINT_CREW_H
#define VOLO_VIEWER_PAINT_CREW_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct VoloCrew VoloCrew;
typedef void (*VoloCrewFn)(int piece, gpointer user);

/* With so many threads beside the caller's; 0: none. Threads that cannot be had are done without.
 */
VoloCrew *volo_crew_new(int helpers);
void volo_crew_free(VoloCrew *crew); /* NULL is allowed */

/* Calls function with 0..pieces-1, from several threads, and returns when all of them are done. The
 * caller takes pieces too and never waits for a thread that has not begun one. From one thread at a
 * time, not from within a piece. */
void volo_crew_run(VoloCrew *crew, int pieces, VoloCrewFn function, gpointer user);

G_END_DECLS

#endif
