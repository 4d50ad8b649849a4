/* SPDX-License-Identifier: Apache-2.0 */
/* The process that reads one picture. */
#ifndef VOLO_VIEWER_DECODE_CONFINED_H
#define VOLO_VIEWER_DECODE_CONFINED_H

#include <volo/input.h>

#include "app/viewer/decode/protocol.h"

/* Reads, answers and ends. descriptors: the picture, and where to answer; all others but standard
 * error are closed. addresses: of the process that was forked. The exit code is 0, or the errno
 * that says why nothing could be confined, before anything is read. */
_Noreturn void confined_run(const DecodeRequest *request, const int descriptors[2],
                            uint64_t addresses);

#ifdef VOLO_DECODE_HOOKS
/* In the build for tests alone, which has it: called in the confined process with a file that is
 * no picture; it may be one that asks for something forbidden. */
VoloStatus decode_hook(const VoloInput *input, VoloError *err);
#endif

#endif
