/* SPDX-License-Identifier: Apache-2.0 */
/* Sine and cosine of angles in turns, the same bits everywhere: libm's may differ in the last. */
#ifndef VOLO_TESTS_SCENES_TURNS_H
#define VOLO_TESTS_SCENES_TURNS_H

#include "vec3.h"

/* Odd polynomial for sin(pi/2 x) on -1..1 (Hastings 1955, sheet 16); error below 1e-6. */
static inline float turns_sin(float turns)
{
    const float quarter = 4.0f * fraction(turns + 0.25f); /* 0..4, the peak at 1 + 1 */
    const float x = quarter < 2.0f ? quarter - 1.0f : 3.0f - quarter;
    const float square = x * x;

    return x * (1.57079631f +
                square * (-0.64596371f +
                          square * (0.07968968f + square * (-0.00467377f + square * 0.00015149f))));
}

static inline float turns_cos(float turns)
{
    return turns_sin(turns + 0.25f);
}

#endif
