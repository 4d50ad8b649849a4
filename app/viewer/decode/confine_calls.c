/* SPDX-License-Identifier: Apache-2.0 */
/* A filter of system calls, seccomp(2), built from a table of what reading a picture needs: memory,
 * reading what is open, making a file in memory, and one answer. */
#include "app/viewer/decode/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
#endif

typedef enum Condition {
    ALWAYS,
    EQUAL,  /* the argument is the value */
    WITHOUT /* the argument has none of the value's bits */
} Condition;

typedef struct AllowedCall {
    int number;
    Condition condition;
    unsigned argument; /* of which the lower 32 bits are looked at */
    unsigned value;
} AllowedCall;

static const AllowedCall allowed[] = {
    { SYS_pread64, ALWAYS, 0, 0 },
    { SYS_close, ALWAYS, 0, 0 },
    { SYS_brk, ALWAYS, 0, 0 },
    { SYS_mmap, WITHOUT, 2, PROT_EXEC },
    { SYS_mprotect, WITHOUT, 2, PROT_EXEC },
    { SYS_mremap, ALWAYS, 0, 0 },
    { SYS_munmap, ALWAYS, 0, 0 },
    { SYS_madvise, ALWAYS, 0, 0 },
    { SYS_memfd_create, ALWAYS, 0, 0 },
    { SYS_ftruncate, ALWAYS, 0, 0 },
    { SYS_fcntl, EQUAL, 1, F_ADD_SEALS },
    { SYS_sendmsg, EQUAL, 0, CONFINE_ANSWER },
    { SYS_getrandom, ALWAYS, 0, 0 }, /* malloc's guard values */
    { SYS_restart_syscall, ALWAYS, 0, 0 },
    { SYS_exit, ALWAYS, 0, 0 },
    { SYS_exit_group, ALWAYS, 0, 0 },
#if DECODE_SANITIZED /* what its runtime does beside, and telling what it has found */
    { SYS_write, EQUAL, 0, STDERR_FILENO },
    { SYS_futex, ALWAYS, 0, 0 },
    { SYS_sched_yield, ALWAYS, 0, 0 },
    { SYS_nanosleep, ALWAYS, 0, 0 },
    { SYS_clock_nanosleep, ALWAYS, 0, 0 },
    { SYS_clock_gettime, ALWAYS, 0, 0 },
    { SYS_getpid, ALWAYS, 0, 0 },
    { SYS_gettid, ALWAYS, 0, 0 },
    { SYS_rt_sigprocmask, ALWAYS, 0, 0 },
    { SYS_rt_sigaction, ALWAYS, 0, 0 },
    { SYS_rt_sigreturn, ALWAYS, 0, 0 },
    { SYS_sigaltstack, ALWAYS, 0, 0 },
#endif
};

enum {
    CALLS = sizeof allowed / sizeof *allowed,
    STEPS = 5 * CALLS + 8, /* at most */
};

typedef struct Filter {
    struct sock_filter step[STEPS];
    unsigned short count;
} Filter;

static void add(Filter *filter, unsigned code, unsigned value, unsigned if_true, unsigned if_false)
{
    filter->step[filter->count++] = (struct sock_filter){ .code = (unsigned short)code,
                                                          .jt = (unsigned char)if_true,
                                                          .jf = (unsigned char)if_false,
                                                          .k = value };
}

static void add_load(Filter *filter, size_t offset)
{
    add(filter, BPF_LD | BPF_W | BPF_ABS, (unsigned)offset, 0, 0);
}

/* Falls through to the next call when it is not this one, whose number is in the accumulator. Both
 * machines are little-endian: the lower half of an argument comes first. */
static void add_call(Filter *filter, const AllowedCall *call)
{
    add(filter, BPF_JMP | BPF_JEQ | BPF_K, (unsigned)call->number, 0,
        call->condition == ALWAYS ? 1 : 4);
    if (call->condition != ALWAYS) {
        const bool equal = call->condition == EQUAL;

        add_load(filter, offsetof(struct seccomp_data, args) + 8 * (size_t)call->argument);
        add(filter, BPF_JMP | (equal ? BPF_JEQ : BPF_JSET) | BPF_K, call->value, equal, !equal);
        add(filter, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
    }
    add(filter, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
}

int confine_calls(void)
{
#ifdef MACHINE
    Filter filter = { .count = 0 };

    add_load(&filter, offsetof(struct seccomp_data, arch));
    add(&filter, BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 1, 0);
    add(&filter, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
    add_load(&filter, offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < CALLS; i++)
        add_call(&filter, &allowed[i]);
    add(&filter, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
    const struct sock_fprog program = { filter.count, filter.step };
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) ? errno : 0;
#else
    return ENOSYS;
#endif
}
