/* SPDX-License-Identifier: Apache-2.0 */
/* Settings that contradict the tensors of the whole model, and what opening it must then say. */
#ifndef VOLO_TESTS_CONTRADICTIONS_H
#define VOLO_TESTS_CONTRADICTIONS_H

#include <volo/base.h>

#include "hostile/whole_model.h"

typedef struct Contradiction {
    const char *name;
    const char *config;  /* the text of config.json */
    const char *message; /* begins behind "'PATH': " */
    VoloStatus status;
} Contradiction;

extern const Contradiction contradictions[];
extern const size_t contradiction_count;

/* Puts model and settings into a folder NAME_KIND below dir; returns the model's path, in one of
 * scratch_path's buffers. */
const char *contradiction_write(const ScratchDir *dir, const Contradiction *c, WholeModelKind kind,
                                const MakerBytes *model);

#endif
