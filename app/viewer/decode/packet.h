/* SPDX-License-Identifier: Apache-2.0 */
/* Packets with descriptors, over a SOCK_SEQPACKET. Any thread. */
#ifndef VOLO_VIEWER_DECODE_PACKET_H
#define VOLO_VIEWER_DECODE_PACKET_H

#include <stdbool.h>
#include <stddef.h>

enum {
    PACKET_DESCRIPTORS = 2, /* at most */
};

/* A packet of exactly bytes with copies of count descriptors. False, and errno. */
bool packet_send(int socket, const void *data, size_t bytes, const int *descriptors, size_t count);

typedef enum PacketEnd {
    PACKET_CAME,
    PACKET_WRONG, /* of another size, with too many descriptors, or an error: errno */
    PACKET_END,   /* the other side is gone */
} PacketEnd;

/* Waits for a packet of exactly bytes. descriptors (close-on-exec) are the caller's, -1 those that
 * did not come; without PACKET_CAME there are none. */
PacketEnd packet_receive(int socket, void *data, size_t bytes, int descriptors[PACKET_DESCRIPTORS]);

void packet_close(int descriptors[PACKET_DESCRIPTORS]); /* those that came */

#endif
