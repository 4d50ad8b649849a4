/* SPDX-License-Identifier: Apache-2.0 */
/* The viewer's door for pictures with the test's build of volo-decode behind it, which does what
 * files ask for that begin with "volo-hook " (decode_hooks.c). Failures end the test. */
#ifndef VOLO_TESTS_DECODER_STAGE_H
#define VOLO_TESTS_DECODER_STAGE_H

#include "app/viewer/decoder.h"
#include "tests/viewer/main_loop.h"

void decoder_stage_use_hooks(guint patience_ms); /* from now on; 0: the usual */

/* Writes a file that asks for that. */
const char *decoder_stage_hook(const ScratchDir *dir, const char *file, const char *hook);

/* Processes whose parent is that one, or this one's when parent is 0; 0: there is none, and of
 * several the first. */
pid_t decoder_stage_child(pid_t parent);
size_t decoder_stage_descriptors(pid_t process); /* that are open; 0: this one */

#endif
