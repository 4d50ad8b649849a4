/* SPDX-License-Identifier: Apache-2.0 */
/* Threads that step back behind the one that draws the window. */
#ifndef VOLO_VIEWER_NICE_THREAD_H
#define VOLO_VIEWER_NICE_THREAD_H

/* Of networks and of opening models; of reading; of thumbnails. */
#define VOLO_NICE_NETWORK 10
#define VOLO_NICE_READING 5
#define VOLO_NICE_THUMBNAILS 15

/* Gives the calling thread that nice value, which the threads that it starts from then on inherit.
 * A thread that is nicer already stays so. */
void volo_nice_thread(int nice);

#endif
