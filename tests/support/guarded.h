/* SPDX-License-Identifier: Apache-2.0 */
/* Floats amid guard bytes: what a kernel writes beside its output, or reads beside its input,
 * shows. */
#ifndef VOLO_TESTS_GUARDED_H
#define VOLO_TESTS_GUARDED_H

#include <stddef.h>

/* count floats, on no alignment but that of floats. They and all around them are filled with bytes
 * 0xff, which are not a number: whoever uses them is found out. */
float *guarded_new(size_t count);
/* The same on 64 bytes, as scratch is. */
float *guarded_new_aligned(size_t count);
/* The same, filled by tensor_fill. */
float *guarded_new_filled(size_t count, unsigned seed);

/* Frees what one of these returned; ends the test if a guard was written to. Takes NULL. */
void guarded_free(float *data);

#endif
