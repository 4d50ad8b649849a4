/* SPDX-License-Identifier: Apache-2.0 */
/* Memory as the system counts it: the most that this process ever held, what is available. */
#ifndef VOLO_APP_PROCESS_MEMORY_H
#define VOLO_APP_PROCESS_MEMORY_H

#include <stdint.h>

/* Forgets earlier peaks, where the system allows it. */
void process_memory_reset_peak(void);
/* Both in bytes; 0 where the system does not tell. */
uint64_t process_memory_peak(void);
uint64_t process_memory_available(void); /* to it and all others */

#endif
