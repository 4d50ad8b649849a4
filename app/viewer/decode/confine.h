/* SPDX-License-Identifier: Apache-2.0 */
/* What takes a process its rights away, for good, and for all that it starts. */
#ifndef VOLO_VIEWER_DECODE_CONFINE_H
#define VOLO_VIEWER_DECODE_CONFINE_H

#include <volo/image.h>

/* Builds with the address or thread sanitizer: their runtime reserves terabytes of addresses, so
 * that none can be counted, and makes further system calls, which are let through. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define DECODE_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define DECODE_SANITIZED 1
#endif
#endif
#ifndef DECODE_SANITIZED
#define DECODE_SANITIZED 0
#endif

enum {
    CONFINE_ANSWER = 4, /* the one descriptor that is written to */
};

/* No new privileges, and by Landlock no file is opened any more, no port connected to, no process
 * outside signalled, as far as the system knows of that. Returns Landlock's version; 0: the system
 * has none. */
int confine_files(void);

/* Bytes of addresses that the process has. */
uint64_t confine_addresses(void);

/* What reading a picture may take, above so many bytes of addresses; 8 descriptors; no core. */
void confine_resources(const VoloImageLimits *limits, uint64_t addresses);

/* By seccomp, any system call that reading a picture does not need is the end of the process.
 * 0, or the errno that says why it could not be done. After confine_files. */
int confine_calls(void);

#endif
