/* SPDX-License-Identifier: Apache-2.0 */
/* Comparing arrays of floats: NMSE = Σ(got-want)² / Σwant², and what to say when it is too large.
 */
#ifndef VOLO_TESTS_TENSOR_CHECK_H
#define VOLO_TESTS_TENSOR_CHECK_H

#include <stddef.h>

/* NMSE of got against want; infinite when either holds a value that is not finite. */
double tensor_nmse(const float *got, const float *want, size_t count);

/* Ends the test with first bad index, got, wanted, NMSE and worst index unless NMSE <= limit. */
void tensor_check(const char *name, const float *got, const float *want, size_t count,
                  double limit);

/* Uniform numbers in -1..1 from a counter-based generator: same seed, same numbers. */
void tensor_fill(float *x, size_t count, unsigned seed);

#endif
