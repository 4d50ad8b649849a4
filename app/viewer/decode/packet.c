/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors travel as SCM_RIGHTS, unix(7). */
#include "app/viewer/decode/packet.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef union Rights {
    struct cmsghdr head;
    char room[CMSG_SPACE(PACKET_DESCRIPTORS * sizeof(int))];
} Rights;

bool packet_send(int socket, const void *data, size_t bytes, const int *descriptors, size_t count)
{
    Rights rights;
    struct iovec part = { .iov_base = (void *)(size_t)data, .iov_len = bytes };
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
    ssize_t sent;

    if (count > 0) {
        memset(&rights, 0, sizeof rights);
        rights.head = (struct cmsghdr){ .cmsg_len = CMSG_LEN(count * sizeof(int)),
                                        .cmsg_level = SOL_SOCKET,
                                        .cmsg_type = SCM_RIGHTS };
        message.msg_control = &rights;
        message.msg_controllen = CMSG_SPACE(count * sizeof(int));
        memcpy(CMSG_DATA(CMSG_FIRSTHDR(&message)), descriptors, count * sizeof(int));
    }
    do {
        sent = sendmsg(socket, &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)bytes;
}

static void take_descriptors(struct msghdr *message, int descriptors[PACKET_DESCRIPTORS])
{
    size_t taken = 0;

    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        const size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count && taken < PACKET_DESCRIPTORS; i++)
            memcpy(&descriptors[taken++], CMSG_DATA(c) + i * sizeof(int), sizeof(int));
    }
}

void packet_close(int descriptors[PACKET_DESCRIPTORS])
{
    for (size_t i = 0; i < PACKET_DESCRIPTORS; i++) {
        if (descriptors[i] >= 0)
            close(descriptors[i]);
        descriptors[i] = -1;
    }
}

/* The room for descriptors is that of PACKET_DESCRIPTORS: the system closes more than that. */
PacketEnd packet_receive(int socket, void *data, size_t bytes, int descriptors[PACKET_DESCRIPTORS])
{
    Rights rights;
    struct iovec part = { .iov_base = data, .iov_len = bytes };
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &rights, .msg_controllen = sizeof rights
    };
    ssize_t got;

    for (size_t i = 0; i < PACKET_DESCRIPTORS; i++)
        descriptors[i] = -1;
    do {
        got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    } while (got < 0 && errno == EINTR);
    if (got == 0 || (got < 0 && errno == ECONNRESET))
        return PACKET_END;
    if (got < 0)
        return PACKET_WRONG;
    take_descriptors(&message, descriptors);
    if (got == (ssize_t)bytes && !(message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)))
        return PACKET_CAME;
    packet_close(descriptors);
    errno = EPROTO;
    return PACKET_WRONG;
}
