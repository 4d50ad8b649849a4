/* SPDX-License-Identifier: Apache-2.0 */
/* Landlock by its system calls, for which the C library has no functions, and limits of resources.
 */
#include "app/viewer/decode/confine.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SLACK ((uint64_t)64 << 20) /* bytes: of the allocator, of small things */
#define DESCRIPTORS 8

/* Of <linux/landlock.h>, which may be older than the system it is used on. */
typedef struct Ruleset {
    uint64_t files, network, scopes;
} Ruleset;

/* All rights that a version knows can be taken away, and none is given back. */
static Ruleset rules_of(int version)
{
    static const unsigned file_rights[] = { 13, 14, 15, 15, 16 }; /* of versions 1 to 5 */
    const unsigned rights = file_rights[version < 5 ? version - 1 : 4];

    return (Ruleset){ .files = ((uint64_t)1 << rights) - 1,
                      .network = version >= 4 ? 3 : 0,  /* binding, connecting by TCP */
                      .scopes = version >= 6 ? 3 : 0 }; /* abstract sockets, signals */
}

int confine_files(void)
{
    const long version =
        syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || version < 1)
        return 0;
    const Ruleset rules = rules_of((int)version);
    const size_t bytes = version >= 6 ? 24 : version >= 4 ? 16 : 8;
    const int ruleset = (int)syscall(SYS_landlock_create_ruleset, &rules, bytes, 0);
    if (ruleset < 0)
        return 0;
    const long failed = syscall(SYS_landlock_restrict_self, ruleset, 0);
    close(ruleset);
    return failed ? 0 : (int)version;
}

uint64_t confine_addresses(void)
{
    FILE *const file = fopen("/proc/self/statm", "re");
    unsigned long long pages = 0;

    if (file) {
        if (fscanf(file, "%llu", &pages) != 1)
            pages = 0;
        fclose(file);
    }
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void limit(__rlimit_resource_t resource, uint64_t soft, uint64_t hard)
{
    struct rlimit is = { 0, 0 };

    getrlimit(resource, &is);
    const rlim_t most = hard < is.rlim_max ? hard : is.rlim_max;
    const struct rlimit wanted = { soft < most ? soft : most, most };
    setrlimit(resource, &wanted);
}

void confine_resources(const VoloImageLimits *limits, uint64_t addresses)
{
    const uint64_t most = addresses + limits->memory + SLACK;

    if (addresses > 0 && !DECODE_SANITIZED)
        limit(RLIMIT_AS, most, most);
    limit(RLIMIT_FSIZE, limits->memory, limits->memory);
    limit(RLIMIT_CPU, limits->seconds, limits->seconds + 1); /* a signal, then the end */
    limit(RLIMIT_NOFILE, DESCRIPTORS, DESCRIPTORS);
    limit(RLIMIT_CORE, 0, 0);
}
