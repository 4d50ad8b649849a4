/* SPDX-License-Identifier: Apache-2.0 */
/* What a reader must not, tried from within: a file that begins with "volo-hook NAME\n" has the
 * test's build of volo-decode do what no picture should be able to have done. */
#include "app/viewer/decode/confined.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "app/viewer/decode/confine.h"
#include "app/viewer/decode/packet.h"

static void do_open(void)
{
    (void)!open("/etc/passwd", O_RDONLY);
}

static void do_create(void)
{
    (void)!open("/tmp/volo-hook", O_CREAT | O_WRONLY, 0600);
}

static void do_stat(void)
{
    struct stat st;

    (void)stat("/etc/passwd", &st);
}

static void do_unlink(void)
{
    (void)unlink("/nowhere/at/all");
}

static void do_socket(void)
{
    (void)!socket(AF_INET, SOCK_STREAM, 0);
}

/* Of what is there already: the descriptor that answers. */
static void do_connect(void)
{
    const struct sockaddr_un place = { .sun_family = AF_UNIX, .sun_path = "/run/volo-hook" };

    (void)!connect(CONFINE_ANSWER, (const struct sockaddr *)&place, sizeof place);
}

static void do_execve(void)
{
    char name[] = "/bin/true";

    (void)execve(name, (char *const[]){ name, NULL }, NULL);
}

static void do_fork(void)
{
    if (fork() == 0)
        _exit(0);
}

static void do_kill(void)
{
    (void)kill(getppid(), 0);
}

static void do_ptrace(void)
{
    (void)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static void do_write(void)
{
    (void)!write(STDOUT_FILENO, "", 0);
}

static void do_send(void)
{
    (void)!packet_send(DECODE_CONTROL, "", 1, NULL, 0);
}

static void do_code(void)
{
    (void)mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void do_code_later(void)
{
    void *const at = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void)mprotect(at, 4096, PROT_READ | PROT_EXEC);
}

static void do_limit(void)
{
    const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };

    (void)setrlimit(RLIMIT_AS, &all);
}

static void do_filter(void)
{
    struct sock_filter step = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    const struct sock_fprog all = { 1, &step };

    (void)prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all);
}

/* --- what is no system call --- */

static void do_crash(void)
{
    raise(SIGSEGV); /* not let through either, hence a sure end */
}

static void do_fault(void)
{
    volatile int *volatile nowhere = NULL;

    *nowhere = 1;
}

static void do_spin(void)
{
    for (volatile unsigned i = 0;; i++)
        ;
}

static void do_vanish(void)
{
    _exit(0);
}

static void do_short(void)
{
    (void)!packet_send(CONFINE_ANSWER, "short", 5, NULL, 0);
}

/* Pixels that the reader could still change. */
static void do_lie(void)
{
    const DecodeAnswer answer = { .channels = 3, .height = 2, .width = 2 };
    const int file = memfd_create("lie", MFD_ALLOW_SEALING);

    if (ftruncate(file, 12) == 0)
        (void)!packet_send(CONFINE_ANSWER, &answer, sizeof answer, &file, 1);
}

/* How much memory there is to be had, in MiB, up to 4 GiB. */
static VoloStatus tell_memory(const VoloInput *input, VoloError *err)
{
    unsigned had = 0;

    while (had < 4096 && mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                              -1, 0) != MAP_FAILED)
        had++;
    return volo_fail(err, VOLO_ERR_MEMORY, "'%s': %u MiB", input->path, had);
}

/* How many descriptors there are to be had. */
static VoloStatus tell_descriptors(const VoloInput *input, VoloError *err)
{
    unsigned had = 0;

    while (had < 100 && memfd_create("x", 0) >= 0)
        had++;
    return volo_fail(err, VOLO_ERR_MEMORY, "'%s': %u descriptors", input->path, had);
}

static const struct {
    const char *name;
    void (*run)(void);
} hooks[] = {
    { "open", do_open },     { "create", do_create },
    { "stat", do_stat },     { "unlink", do_unlink },
    { "socket", do_socket }, { "connect", do_connect },
    { "execve", do_execve }, { "fork", do_fork },
    { "kill", do_kill },     { "ptrace", do_ptrace },
    { "write", do_write },   { "send", do_send },
    { "code", do_code },     { "code-later", do_code_later },
    { "limit", do_limit },   { "filter", do_filter },
    { "crash", do_crash },   { "fault", do_fault },
    { "spin", do_spin },     { "vanish", do_vanish },
    { "short", do_short },   { "lie", do_lie },
};

/* Whatever a hook tries either ends the process or was possible. */
VoloStatus decode_hook(const VoloInput *input, VoloError *err)
{
    static const char mark[] = "volo-hook ";
    char text[64] = "";

    if (pread(input->fd, text, sizeof text - 1, 0) < 0 || strncmp(text, mark, sizeof mark - 1) != 0)
        return VOLO_ERR_UNSUPPORTED;
    char *const name = text + sizeof mark - 1;
    name[strcspn(name, "\n")] = '\0';
    if (strcmp(name, "memory") == 0)
        return tell_memory(input, err);
    if (strcmp(name, "descriptors") == 0)
        return tell_descriptors(input, err);
    for (size_t i = 0; i < sizeof hooks / sizeof *hooks; i++) {
        if (strcmp(hooks[i].name, name) == 0)
            hooks[i].run();
    }
    return volo_fail(err, VOLO_ERR_UNSUPPORTED, "'%s': %s was possible", input->path, name);
}
