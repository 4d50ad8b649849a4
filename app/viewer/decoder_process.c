/* SPDX-License-Identifier: Apache-2.0 */
/* A viewer has one such process, hence one state here, behind one lock. */
#include "app/viewer/decoder_process.h"

#include "app/common/messages.h"
#include "app/common/startup.h"
#include "app/viewer/decode/packet.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define BUILT_PROGRAM VOLO_BUILD_ROOT "/app/viewer/decode/volo-decode"
#define INSTALLED_PROGRAM VOLO_LIBEXECDIR "/volo/volo-decode"

enum {
    GREETING_MS = 60000, /* starting takes some milliseconds, but machines can be busy */
};

typedef enum Stage {
    STOPPED,  /* to be started when it is needed */
    STARTING, /* its greeting has not been read */
    READY,
    NEVER, /* it cannot be used here */
} Stage;

static struct {
    GMutex lock;
    Stage stage;
    gboolean chosen; /* program was set; else it is the own one */
    char *program;   /* NULL: none */
    gboolean proved; /* it was READY once: to go on without it would be worse than an error */
    guint number;    /* of the processes that were started */
    pid_t pid;
    int control;
} decoder;

static const char *program(void)
{
    if (decoder.chosen)
        return decoder.program;
    return program_runs_uninstalled() ? BUILT_PROGRAM : INSTALLED_PROGRAM;
}

static void stop(void)
{
    if (decoder.stage != STARTING && decoder.stage != READY)
        return;
    close(decoder.control);
    kill(decoder.pid, SIGKILL);
    while (waitpid(decoder.pid, NULL, 0) < 0 && errno == EINTR)
        ;
    decoder.stage = STOPPED;
}

/* Standard input and output lead nowhere; the socket has its place. 0 or an errno. */
static int spawn(const char *path, int control, pid_t *ret_pid)
{
    char name[] = "volo-decode";
    char *const arguments[] = { name, NULL };
    posix_spawn_file_actions_t actions;
    int wrong = posix_spawn_file_actions_init(&actions);

    if (wrong)
        return wrong;
    wrong = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (!wrong)
        wrong = posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDOUT_FILENO);
    if (!wrong)
        wrong = posix_spawn_file_actions_adddup2(&actions, control, DECODE_CONTROL);
    if (!wrong)
        wrong = posix_spawn(ret_pid, path, &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    return wrong;
}

/* 0 or an errno. A socket whose number is DECODE_CONTROL would not be inherited, so it gets another
 * one. */
static int start(void)
{
    const struct timeval patience = { .tv_sec = GREETING_MS / 1000 };
    int pair[2];

    if (!program())
        return ENOENT;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
        return errno;
    setsockopt(pair[0], SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    const int theirs = fcntl(pair[1], F_DUPFD_CLOEXEC, DECODE_CONTROL + 1);
    const int wrong = theirs < 0 ? errno : spawn(program(), theirs, &decoder.pid);
    if (theirs >= 0)
        close(theirs);
    close(pair[1]);
    if (wrong) {
        close(pair[0]);
        return wrong;
    }
    decoder.control = pair[0];
    decoder.stage = STARTING;
    decoder.number++;
    return 0;
}

/* 0 or an errno. */
static int greet(void)
{
    struct pollfd place = { .fd = decoder.control, .events = POLLIN };
    int descriptors[PACKET_DESCRIPTORS], came;
    DecodeGreeting greeting;

    do {
        came = poll(&place, 1, GREETING_MS);
    } while (came < 0 && errno == EINTR);
    if (came <= 0)
        return came ? errno : ETIMEDOUT;
    const PacketEnd end = packet_receive(decoder.control, &greeting, sizeof greeting, descriptors);
    if (end != PACKET_CAME)
        return end == PACKET_END ? ECHILD : errno;
    packet_close(descriptors);
    if (!greeting.calls && !greeting.landlock && !decoder.proved)
        message_note("this system has no Landlock: only the system calls of what reads pictures "
                     "are confined");
    return greeting.calls;
}

static void give_up(int wrong)
{
    stop();
    if (decoder.proved)
        return;
    decoder.stage = NEVER;
    message_note("pictures are read without a sandbox: %s: %s",
                 program() ? program() : "volo-decode", g_strerror(wrong));
}

static gboolean make_ready(void)
{
    int wrong = decoder.stage == STOPPED ? start() : 0;

    if (!wrong && decoder.stage == STARTING)
        wrong = greet();
    if (wrong) {
        give_up(wrong);
        return FALSE;
    }
    if (decoder.stage == STARTING)
        decoder.stage = READY;
    decoder.proved |= decoder.stage == READY;
    return decoder.stage == READY;
}

void decoder_process_start(void)
{
    g_mutex_lock(&decoder.lock);
    const int wrong = decoder.stage == STOPPED ? start() : 0;
    if (wrong)
        give_up(wrong);
    g_mutex_unlock(&decoder.lock);
}

void decoder_process_set_program(const char *path)
{
    g_mutex_lock(&decoder.lock);
    stop();
    g_free(decoder.program);
    decoder.program = g_strdup(path);
    decoder.chosen = TRUE;
    decoder.proved = FALSE;
    decoder.stage = STOPPED;
    g_mutex_unlock(&decoder.lock);
}

DecoderAsked decoder_process_ask(const DecodeRequest *request, const int descriptors[2],
                                 guint *ret_process)
{
    DecoderAsked asked = DECODER_FAILED;

    g_mutex_lock(&decoder.lock);
    *ret_process = decoder.number;
    for (int try = 0; try < 2 && asked == DECODER_FAILED && decoder.stage != NEVER; try++) {
        if (!make_ready())
            break;
        *ret_process = decoder.number;
        if (packet_send(decoder.control, request, sizeof *request, descriptors, 2))
            asked = DECODER_ASKED;
        else
            stop(); /* it has gone since the last request */
    }
    if (decoder.stage == NEVER)
        asked = DECODER_NONE;
    g_mutex_unlock(&decoder.lock);
    return asked;
}

void decoder_process_lost(guint process)
{
    g_mutex_lock(&decoder.lock);
    if (process == decoder.number)
        stop();
    g_mutex_unlock(&decoder.lock);
}
