/* SPDX-License-Identifier: Apache-2.0 */
/* Opening model files that a test made, and what to say when it goes wrong. */
#ifndef VOLO_TESTS_WEIGHTS_CHECK_H
#define VOLO_TESTS_WEIGHTS_CHECK_H

#include "support/nasty.h"
#include "weights/weights.h"

/* Opens the bytes as a file without a name on disk (in messages: "/proc/self/fd/3"). */
VoloStatus weights_open_bytes(const MakerBytes *bytes, bool strict, VoloWeights **ret_weights,
                              VoloError *err);

/* The same, and frees the bytes; a failure ends the test. */
VoloWeights *weights_must_open(MakerBytes *bytes);
VoloWeights *weights_of_header(const char *header, size_t data_bytes); /* safetensors */
VoloWeights *weights_of_pickle(const char *source);                    /* torch zip */

/* Opening must fail with that status and message, which stands behind "'PATH': " and may end in '*'
 * for "anything from here on". Frees the bytes. */
void weights_must_refuse(const char *name, MakerBytes *bytes, VoloStatus status,
                         const char *message);

/* Malformed file(s) of nasty.h get their answers: all of a kind, the one of that name. */
void weights_check_kind(NastyKind kind);
void weights_check_nasty(const char *name);

/* Opens every prefix of the bytes, and every change of one byte to eight others; only the whole
 * file, or a change that happens to be another sound file, may open. Frees the bytes. Returns how
 * many of the changed ones opened. */
size_t weights_check_prefixes_and_flips(MakerBytes *bytes);

/* The tensor is there and reads as those numbers, bit for bit. */
void weights_check_tensor(const VoloWeights *w, const char *name, const float *want, size_t count);

/* One of the notes contains the text. */
bool weights_has_note(const VoloWeights *w, const char *text);

#endif
