/* SPDX-License-Identifier: Apache-2.0 */
/* Kernel cases for timing. */
#ifndef VOLO_BENCH_TIMED_CASES_H
#define VOLO_BENCH_TIMED_CASES_H

#include "kernels/cases.h"

/* The rows of the table, as text; NULL beyond the end. */
const char *volo_timed_row(size_t index);

/* The case that "kernel size=number ..." says, every size of its kind named. False: it is no such
 * text, or there is no such kernel or size. */
bool volo_timed_parse(const char *row, VoloKernelCase *ret_case);

/* The cases that are timed, those of a kernel together: the table's, and for kernels without a row
 * the last, which is the largest, that is tested. False beyond the end. */
bool volo_timed_case(size_t index, VoloKernelCase *ret_case);

#endif
