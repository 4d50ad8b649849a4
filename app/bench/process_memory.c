/* SPDX-License-Identifier: Apache-2.0 */
/* VmHWM of Linux's /proc/self/status; writing 5 to clear_refs sets it to the present size. */
#include "app/bench/process_memory.h"

#include "app/common/numbers.h"

#include <stdio.h>
#include <string.h>

void process_memory_reset_peak(void)
{
    FILE *file = fopen("/proc/self/clear_refs", "we");

    if (!file)
        return;
    fputs("5", file);
    fclose(file);
}

uint64_t process_memory_peak(void)
{
    FILE *file = fopen("/proc/self/status", "re");
    char line[256];
    uint64_t kib = 0;

    if (!file)
        return 0;
    while (kib == 0 && fgets(line, sizeof line, file)) {
        const char *digits = line + strcspn(line, "0123456789");

        if (strncmp(line, "VmHWM:", 6) == 0 && !number_read(&digits, UINT64_MAX / 1024, &kib))
            break;
    }
    fclose(file);
    return 1024 * kib;
}
