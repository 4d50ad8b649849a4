/* SPDX-License-Identifier: Apache-2.0 */
/* The most memory that this process ever held, as the system counts it. */
#ifndef VOLO_APP_PROCESS_MEMORY_H
#define VOLO_APP_PROCESS_MEMORY_H

#include <stdint.h>

/* Forgets earlier peaks, where the system allows it. */
void process_memory_reset_peak(void);
/* In bytes; 0 where the system does not tell. */
uint64_t process_memory_peak(void);

#endif
