/* SPDX-License-Identifier: Apache-2.0 */
/* On Linux a nice value belongs to a thread. */
#include "app/viewer/nice_thread.h"

#include <sys/resource.h>
#include <unistd.h>

void volo_nice_thread(int nice)
{
    const id_t thread = (id_t)gettid();

    if (getpriority(PRIO_PROCESS, thread) < nice)
        setpriority(PRIO_PROCESS, thread, nice);
}
