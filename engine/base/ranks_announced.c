/* SPDX-License-Identifier: Apache-2.0 */
/* What starters of processes put into the environment: Open MPI, MPICH (Hydra), PMI of Slurm. */
#include <volo/ranks.h>

#include <stdlib.h>

int volo_ranks_announced(void)
{
    static const char *const names[] = { "OMPI_COMM_WORLD_SIZE", "PMI_SIZE" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *text = getenv(names[i]);
        char *end;
        const long count = text ? strtol(text, &end, 10) : 0;

        if (count > 0 && count < 1000000 && *end == '\0')
            return (int)count;
    }
    return 1;
}
