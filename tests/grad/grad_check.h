/* SPDX-License-Identifier: Apache-2.0 */
/* Judging backwards by finite differences. A case has an operation as networks use it, and its
 * formula in double; the harness draws inputs, parameters and a random direction r, walks forward
 * and back from the loss Σ r·y, and compares y and every gradient with the formula's own, whose
 * gradients are central differences. */
#ifndef VOLO_TESTS_GRAD_CHECK_H
#define VOLO_TESTS_GRAD_CHECK_H

#include "nn/tape.h"
#include "support/golden_file.h"

enum {
    GRAD_INPUTS = 3,
    GRAD_PARAMETERS = 8,
};

typedef struct GradCase {
    const char *name;
    size_t shape[GRAD_INPUTS][4];      /* of each input, [n,h,w,c]; n 0: no more */
    size_t parameter[GRAD_PARAMETERS]; /* floats of each parameter; 0: no more */
    size_t number[6];                  /* for the two functions below */
    /* y from inputs x; parameters lie in the block of the tape. */
    VoloTensor (*run)(VoloNnContext *ctx, const VoloTensor *x, float *const *parameter,
                      const struct GradCase *c);
    /* The same in double, y [n,h,w,c] as run's result. */
    void (*formula)(double *y, const double *const *x, const double *const *parameter,
                    const struct GradCase *c);
    double limit;    /* of |got - want| as a share of the largest |want|; 0: 2e-5 */
    bool positive;   /* inputs are drawn away from 0, where ReLU and maxima have no derivative */
    bool recompute;  /* as volo-train's --checkpoint-blocks */
    unsigned frozen; /* bit i: parameter i is not trained */
    size_t twins;    /* processes with the very same batch; 0: one process */
} GradCase;

/* Ends the test on a difference; also runs with 1, 2 and 3 threads, which must give equal bits. */
void grad_check(const GradCase *c);

/* Judges run by tensors of a file instead: with c->name NAME, takes inputs NAME.x0.., parameters
 * NAME.p0.. and the gradient NAME.dy from it and compares with NAME.y, NAME.dx0.. and NAME.dp0...
 * Of c only name, number, run and limit (of the NMSE; 0: 1e-11) count. */
void grad_check_golden(const GradCase *c, const GoldenFile *file);

#endif
