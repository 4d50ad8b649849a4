/* SPDX-License-Identifier: Apache-2.0 */
/* volo-decode: reads pictures for volo-viewer, each in a process of its own that can do nothing
 * else (confine.h). This process is small, has one thread and looks at no picture: it forks those
 * that do, ends them when nobody waits for them any more, and tells how they ended. */
#include "app/viewer/decode/confine.h"
#include "app/viewer/decode/confined.h"
#include "app/viewer/decode/packet.h"
#include "app/viewer/decode/rehearsal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    READERS = 16, /* at a time; more requests wait in the socket */
};

/* A process that reads a picture. */
typedef struct Reader {
    pid_t pid;  /* 0: none */
    int end;    /* its pidfd */
    int answer; /* the other side of this waits for it; -1: no more */
} Reader;

typedef struct Zygote {
    Reader reader[READERS];
    uint64_t addresses;
} Zygote;

/* A copy of this process that goes when it goes. Returns as fork does. */
static pid_t fork_reader(void)
{
    const pid_t zygote = getpid(), pid = fork();

    if (pid == 0 && (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) || getppid() != zygote))
        _exit(EXIT_FAILURE);
    return pid;
}

/* The other side is told that nothing more will come. */
static void tell_end(int answer, unsigned number)
{
    const DecodeAnswer end = { .died = 1, .signal = number };

    packet_send(answer, &end, sizeof end, NULL, 0);
    close(answer);
}

static Reader *find_room(Zygote *z)
{
    for (size_t i = 0; i < READERS; i++) {
        if (!z->reader[i].pid)
            return &z->reader[i];
    }
    return NULL;
}

static void start_reader(Zygote *z, Reader *reader, DecodeRequest *request, int descriptors[2])
{
    request->path[sizeof request->path - 1] = '\0';
    const pid_t pid = fork_reader();
    if (pid == 0)
        confined_run(request, descriptors, z->addresses);
    const int end = pid > 0 ? pidfd_open(pid, 0) : -1;
    if (end >= 0) {
        *reader = (Reader){ pid, end, descriptors[1] };
        descriptors[1] = -1;
        return;
    }
    if (pid > 0) {
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
    tell_end(descriptors[1], 0);
    descriptors[1] = -1;
}

/* False: the viewer is gone. What is no request is not answered. */
static bool take_request(Zygote *z)
{
    DecodeRequest request;
    int descriptors[PACKET_DESCRIPTORS];
    const PacketEnd end = packet_receive(DECODE_CONTROL, &request, sizeof request, descriptors);

    if (end == PACKET_CAME && descriptors[1] >= 0)
        start_reader(z, find_room(z), &request, descriptors);
    packet_close(descriptors);
    return end != PACKET_END;
}

static void bury(Reader *reader)
{
    int status = 0;

    waitpid(reader->pid, &status, 0);
    if (reader->answer >= 0)
        tell_end(reader->answer, WIFSIGNALED(status) ? (unsigned)WTERMSIG(status) : 0);
    close(reader->end);
    reader->pid = 0;
}

/* Nobody waits for it. */
static void stop_reader(Reader *reader)
{
    kill(reader->pid, SIGKILL);
    close(reader->answer);
    reader->answer = -1;
}

/* Waits until something happens. The places of what is not there are negative, which poll(2) passes
 * over. */
static void wait_for(Zygote *z, struct pollfd places[2 * READERS + 1])
{
    for (size_t i = 0; i < READERS; i++) {
        const Reader *const reader = &z->reader[i];

        places[2 * i] = (struct pollfd){ reader->pid ? reader->end : -1, POLLIN, 0 };
        places[2 * i + 1] = (struct pollfd){ reader->pid ? reader->answer : -1, 0, 0 };
    }
    places[2 * READERS] = (struct pollfd){ find_room(z) ? DECODE_CONTROL : -1, POLLIN, 0 };
    while (poll(places, 2 * READERS + 1, -1) < 0 && errno == EINTR)
        ;
}

static void serve(Zygote *z)
{
    struct pollfd places[2 * READERS + 1];
    bool wanted = true;

    while (wanted) {
        wait_for(z, places);
        for (size_t i = 0; i < READERS; i++) {
            if (places[2 * i].revents)
                bury(&z->reader[i]);
            else if (places[2 * i + 1].revents)
                stop_reader(&z->reader[i]);
        }
        if (places[2 * READERS].revents)
            wanted = take_request(z);
    }
}

/* Whether a picture can be read under all restrictions, which a C library that makes other system
 * calls would spoil. 0, or the errno that says why not. */
static int try_reader(const Zygote *z)
{
    DecodeRequest request;
    const int picture = rehearsal_file(&request);
    int pair[2], status = 0;
    DecodeAnswer answer;
    int descriptors[PACKET_DESCRIPTORS];

    if (picture < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
        return errno;
    const pid_t pid = fork_reader();
    if (pid == 0)
        confined_run(&request, (const int[]){ picture, pair[1] }, z->addresses);
    close(pair[1]);
    const PacketEnd end = packet_receive(pair[0], &answer, sizeof answer, descriptors);
    const bool read = end == PACKET_CAME && answer.status == VOLO_OK && descriptors[0] >= 0;
    packet_close(descriptors);
    close(pair[0]);
    close(picture);
    if (pid < 0 || waitpid(pid, &status, 0) < 0)
        return errno;
    return read ? 0 : WIFEXITED(status) && WEXITSTATUS(status) ? WEXITSTATUS(status) : EPERM;
}

/* Whatever the viewer does with them: a terminal's interrupt is its matter, and what has used up
 * its time ends. */
static void set_signals(void)
{
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGINT, SIG_IGN);
    signal(SIGXCPU, SIG_DFL);
}

int main(int argc, char **argv)
{
    Zygote z = { .addresses = confine_addresses() };
    int kind = 0;
    socklen_t bytes = sizeof kind;

    (void)argv;
    if (argc > 1 || getsockopt(DECODE_CONTROL, SOL_SOCKET, SO_TYPE, &kind, &bytes) ||
        kind != SOCK_SEQPACKET) {
        fputs("volo-decode: this program is started by volo-viewer\n", stderr);
        return 2;
    }
    set_signals();
    close_range(DECODE_CONTROL + 1, ~0u, 0);
    rehearse();
    DecodeGreeting greeting = { .landlock = confine_files() };
    greeting.calls = try_reader(&z);
    if (packet_send(DECODE_CONTROL, &greeting, sizeof greeting, NULL, 0))
        serve(&z);
    _exit(0);
}
