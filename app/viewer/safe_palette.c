/* SPDX-License-Identifier: Apache-2.0 */
/* A palette by farthest points: each colour is the one of a grid that lies farthest from all before
 * it, where two colours are as far apart as they are for the eye that sees them closest. Colour
 * vision is simulated as in Machado, Oliveira, Fernandes 2009 (severity 1), distances are those of
 * OKLab (Ottosson 2020). */
#include "app/viewer/safe_palette.h"

#include <math.h>
#include <string.h>

enum {
    STEPS = 10, /* of each channel of the grid */
    GRID = STEPS * STEPS * STEPS
};

/* On linear RGB, by the kind of vision. */
static const double vision[VOLO_VISIONS][3][3] = {
    { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } },
    { { 0.152286, 1.052583, -0.204868 },
      { 0.114503, 0.786281, 0.099216 },
      { -0.003882, -0.048116, 1.051998 } },
    { { 0.367322, 0.860646, -0.227968 },
      { 0.280085, 0.672501, 0.047413 },
      { -0.011820, 0.042940, 0.968881 } },
    { { 1.255528, -0.076749, -0.178779 },
      { -0.078411, 0.930809, 0.147602 },
      { 0.004733, 0.691367, 0.303900 } },
};
static const double to_cones[3][3] = { { 0.4122214708, 0.5363325363, 0.0514459929 },
                                       { 0.2119034982, 0.6806995451, 0.1073969566 },
                                       { 0.0883024619, 0.2817188376, 0.6299787005 } };
static const double to_lab[3][3] = { { 0.2104542553, 0.7936177850, -0.0040720468 },
                                     { 1.9779984951, -2.4285922050, 0.4505937099 },
                                     { 0.0259040371, 0.7827717662, -0.8086757660 } };

static void multiply(const double matrix[3][3], const double x[3], double *restrict y)
{
    for (int i = 0; i < 3; i++)
        y[i] = matrix[i][0] * x[0] + matrix[i][1] * x[1] + matrix[i][2] * x[2];
}

static double linear(uint8_t value)
{
    const double x = value / 255.0;

    return x <= 0.04045 ? x / 12.92 : pow((x + 0.055) / 1.055, 2.4);
}

/* What a colour looks like: lab f64 [VOLO_VISIONS,3]. */
typedef struct Seen {
    double lab[VOLO_VISIONS][3];
} Seen;

static Seen see(const uint8_t colour[3])
{
    const double rgb[3] = { linear(colour[0]), linear(colour[1]), linear(colour[2]) };
    Seen seen;

    for (int i = 0; i < VOLO_VISIONS; i++) {
        double shown[3], cones[3];

        multiply(vision[i], rgb, shown);
        for (int j = 0; j < 3; j++)
            shown[j] = fmin(fmax(shown[j], 0), 1);
        multiply(to_cones, shown, cones);
        for (int j = 0; j < 3; j++)
            cones[j] = cbrt(cones[j]);
        multiply(to_lab, cones, seen.lab[i]);
    }
    return seen;
}

static double difference(const Seen *a, const Seen *b)
{
    double least = (double)INFINITY;

    for (int i = 0; i < VOLO_VISIONS; i++) {
        double sum = 0;

        for (int j = 0; j < 3; j++)
            sum += (a->lab[i][j] - b->lab[i][j]) * (a->lab[i][j] - b->lab[i][j]);
        least = fmin(least, sum);
    }
    return sqrt(least);
}

double volo_colour_difference(const uint8_t a[3], const uint8_t b[3])
{
    const Seen seen_a = see(a), seen_b = see(b);

    return difference(&seen_a, &seen_b);
}

static void grid_colour(int index, uint8_t *colour)
{
    for (int i = 0; i < 3; i++, index /= STEPS)
        colour[i] = (uint8_t)(index % STEPS * 255 / (STEPS - 1));
}

void volo_safe_palette(uint8_t (*colours)[3], size_t count)
{
    /* Near black or white a colour would pass for a shadow or the sky of the picture. */
    static const uint8_t first[3] = { 0, 114, 178 };
    const double darkest = 0.3, lightest = 0.93;
    Seen grid[GRID], last = see(first);
    double far[GRID]; /* from the nearest of those chosen; below 0: not to be chosen */

    for (int i = 0; i < GRID; i++) {
        uint8_t colour[3];

        grid_colour(i, colour);
        grid[i] = see(colour);
        far[i] =
            grid[i].lab[0][0] < darkest || grid[i].lab[0][0] > lightest ? -1 : (double)INFINITY;
    }
    for (size_t n = 0; n < count; n++) {
        int best = 0;

        if (!n) {
            memcpy(colours[n], first, 3);
        } else {
            for (int i = 0; i < GRID; i++)
                best = far[i] > far[best] ? i : best;
            grid_colour(best, colours[n]);
            last = grid[best];
        }
        for (int i = 0; i < GRID; i++)
            far[i] = fmin(far[i], difference(&grid[i], &last));
    }
}
