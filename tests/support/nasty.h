/* SPDX-License-Identifier: Apache-2.0 */
/* Malformed model files, each with the answer it must get. The tests of the readers go through
 * them, and so may any other program that takes a model: nasty_write puts one into a folder. */
#ifndef VOLO_TESTS_NASTY_H
#define VOLO_TESTS_NASTY_H

#include <volo/base.h>

#include "support/model_maker.h"

typedef enum NastyKind {
    NASTY_SAFETENSORS,
    NASTY_ZIP,    /* the container of a torch zip */
    NASTY_LEGACY, /* the container of a legacy torch file */
    NASTY_PICKLE, /* what a pickle says, in a torch zip */
    NASTY_KINDS,
} NastyKind;

/* Number of malformed files of all kinds. */
size_t nasty_count(void);

/* Name of file i, with its ending: "zip_end_record_cut.pth". */
const char *nasty_name(size_t i);
NastyKind nasty_kind(size_t i);

/* What opening file i ends with. The message stands behind "'PATH': "; where it ends in '*' the
 * rest is in jansson's words, which are not ours to fix. */
VoloStatus nasty_status(size_t i);
const char *nasty_message(size_t i);

/* The bytes of file i; out is zeroed, out->data the caller's to free(). */
void nasty_build(size_t i, MakerBytes *out);
/* Writes file i into the folder under its name. Failures end the program. */
void nasty_write(size_t i, const char *folder);

#endif
