/* SPDX-License-Identifier: Apache-2.0 */
#include "hostile/program_run.h"

#include <linux/capability.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define PATIENCE 60 /* seconds */

/* Root may read whatever it likes, but not without these two. It stays root: the programs may lie
 * in a folder that nobody else may enter. */
static bool give_up_privileges(void)
{
    return prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0) == 0 &&
           prctl(PR_CAPBSET_DROP, CAP_DAC_READ_SEARCH, 0, 0, 0) == 0;
}

static void become(const char *const *argv, bool unprivileged, int output, int errors)
{
    const char *folder = getenv("VOLO_PROGRAMS");
    char path[1024];

    snprintf(path, sizeof path, "%s/%s", folder ? folder : "", argv[0]);
    if (dup2(output, STDOUT_FILENO) < 0 || dup2(errors, STDERR_FILENO) < 0)
        _exit(126);
    if (unprivileged && geteuid() == 0 && !give_up_privileges())
        _exit(126);
    alarm(PATIENCE);
    execv(path, (char *const *)(uintptr_t)argv);
    _exit(127);
}

static void take_text(int fd, char *text, size_t size)
{
    const ssize_t bytes = pread(fd, text, size - 1, 0);

    assert_true(bytes >= 0);
    text[bytes] = '\0';
    close(fd);
}

static double seconds_of(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

void program_run(const char *const *argv, bool unprivileged, ProgramRun *ret_run)
{
    const int output = memfd_create("output", MFD_CLOEXEC);
    const int errors = memfd_create("errors", MFD_CLOEXEC);
    struct rusage usage;
    int status;

    assert_true(output >= 0 && errors >= 0);
    fflush(NULL);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        become(argv, unprivileged, output, errors);
    assert_int_equal(wait4(child, &status, 0, &usage), child);
    ret_run->code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    ret_run->seconds = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
    ret_run->peak_kib = usage.ru_maxrss;
    take_text(output, ret_run->output, sizeof ret_run->output);
    take_text(errors, ret_run->errors, sizeof ret_run->errors);
}

bool program_is_sanitized(void)
{
#if defined __SANITIZE_ADDRESS__
    return true;
#elif defined __has_feature
    return __has_feature(address_sanitizer);
#else
    return false;
#endif
}
