/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers on command lines: digits and nothing else, within limits. */
#ifndef VOLO_APP_NUMBERS_H
#define VOLO_APP_NUMBERS_H

#include <volo/base.h>

/* Reads decimal digits at *text, moves *text behind them. False (nothing changed) when there are
 * none or the number is above maximum. All other readers are made from this one. */
bool number_read(const char **text, uint64_t maximum, uint64_t *ret);

/* A whole text that is one number from minimum to maximum. */
bool number_parse(const char *text, uint64_t minimum, uint64_t maximum, uint64_t *ret);

/* A whole text that is a decimal fraction such as 0.25 or .25, from minimum to maximum. */
bool number_parse_real(const char *text, double minimum, double maximum, double *ret);

/* A number of bytes: 1048576, 512K, 64M, 2G, 1T (powers of 1024), not zero. */
bool number_parse_bytes(const char *text, uint64_t *ret);

/* Two sides from 1 to the largest picture's, "512x1024"; one number is a square. The first is the
 * height (of a size) or the long side (of a scale). Moves *text behind them. */
bool number_read_sides(const char **text, size_t ret[2]);

#endif
