/* SPDX-License-Identifier: Apache-2.0 */
/* Linux's lines "VmHWM:  1234 kB"; writing 5 to clear_refs sets that one to the present size. */
#include "app/common/process_memory.h"

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

/* The number of kB behind a name, "VmHWM:", in bytes; 0 where there is none. */
static uint64_t read_line(const char *path, const char *name)
{
    FILE *file = fopen(path, "re");
    char line[256];
    uint64_t kib = 0;

    if (!file)
        return 0;
    while (kib == 0 && fgets(line, sizeof line, file)) {
        const char *digits = line + strcspn(line, "0123456789");

        if (strncmp(line, name, strlen(name)) == 0 &&
            !number_read(&digits, UINT64_MAX / 1024, &kib))
            break;
    }
    fclose(file);
    return 1024 * kib;
}

uint64_t process_memory_peak(void)
{
    return read_line("/proc/self/status", "VmHWM:");
}

uint64_t process_memory_available(void)
{
    return read_line("/proc/meminfo", "MemAvailable:");
}
