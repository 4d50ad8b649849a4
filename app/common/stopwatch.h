/* SPDX-License-Identifier: Apache-2.0 */
/* Seconds that only go forward, whatever happens to the date. */
#ifndef VOLO_APP_STOPWATCH_H
#define VOLO_APP_STOPWATCH_H

#include <time.h>

static inline double stopwatch_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

#endif
