/* SPDX-License-Identifier: Apache-2.0 */
/* OpenCV's INTER_LINEAR on 8-bit pictures (modules/imgproc/src/resize.cpp): half-pixel centres,
 * weights in 2048ths; but where both sides are exactly halved it takes the mean of 2x2 pixels. */
#include "image/resize_opencv.h"

#include "base/parallel.h"
#include "kernels/kernels.h"

#include <string.h>

enum {
    ROWS_PER_PIECE = 16
};

typedef struct Job {
    uint8_t *y;       /* [h_out,w_out,3] */
    const uint8_t *x; /* [h_in,w_in,3] */
    size_t w_in, w_out;
    bool halve;
    VoloLerp rows, columns;
} Job;

/* y [w_out,3] = mean of 2x2 pixels of rows x0 and x1 [2·w_out,3], halves rounded up */
static void halve_row(uint8_t *y, const uint8_t *x0, const uint8_t *x1, size_t w_out)
{
    for (size_t i = 0; i < 3 * w_out; i++) {
        const size_t p = i / 3 * 6 + i % 3;

        y[i] = (uint8_t)((x0[p] + x0[p + 3] + x1[p] + x1[p + 3] + 2) >> 2);
    }
}

static void run_rows(size_t first, size_t count, int slot, void *user)
{
    const Job *s = user;
    const size_t line = 3 * s->w_in;

    (void)slot;
    for (size_t i = first; i < first + count; i++) {
        uint8_t *y = s->y + i * 3 * s->w_out;

        if (s->halve)
            halve_row(y, s->x + 2 * i * line, s->x + (2 * i + 1) * line, s->w_out);
        else
            volo_kernels()->fixed_point_row(y, s->x + s->rows.first[i] * line,
                                            s->x + s->rows.second[i] * line, s->rows.t[i],
                                            &s->columns, s->w_out);
    }
}

static VoloLerp lerp_in(float *table, size_t in, size_t out, bool clamp)
{
    uint32_t *first = (uint32_t *)table, *second = first + out;

    volo_lerp_table_opencv(first, second, table + 2 * out, in, out, clamp);
    return (VoloLerp){ first, second, table + 2 * out };
}

void volo_resize_opencv(uint8_t *y, size_t h_out, size_t w_out, const uint8_t *x, size_t h_in,
                        size_t w_in, float *table, int threads)
{
    if (h_out == h_in && w_out == w_in) {
        memcpy(y, x, 3 * h_in * w_in);
        return;
    }
    const Job job = { .y = y,
                      .x = x,
                      .w_in = w_in,
                      .w_out = w_out,
                      .halve = h_in == 2 * h_out && w_in == 2 * w_out,
                      .rows = lerp_in(table, h_in, h_out, false),
                      .columns = lerp_in(table + 3 * h_out, w_in, w_out, true) };
    volo_parallel_rows(threads, h_out, ROWS_PER_PIECE, run_rows, (void *)(uintptr_t)&job);
}
