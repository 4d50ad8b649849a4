/* SPDX-License-Identifier: Apache-2.0 */
/* Doubles as text that loses nothing, the same whatever the locale. */
#ifndef VOLO_BASE_REAL_TEXT_H
#define VOLO_BASE_REAL_TEXT_H

#include <stddef.h>

enum {
    VOLO_REAL_TEXT_SIZE = 32, /* bytes that hold any number and a NUL */
};

/* The shortest digits that read back as the same double, of those the nearest, in Python's form
 * (repr): "0.1", "1.0", "1e-05", "1e+16", "-0.0", "NaN", "Infinity", "-Infinity" as its json has
 * them. Returns the length. */
size_t volo_real_text(double value, char text[VOLO_REAL_TEXT_SIZE]);

#endif
