/* SPDX-License-Identifier: Apache-2.0 */
/* Resizing bytes: every byte as Pillow has it. */
#include "image/resize.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/golden_file.h"

static GoldenFile *golden;

static int open_golden(void **state)
{
    char path[512];

    (void)state;
    snprintf(path, sizeof path, "%s/ops/pillow_bicubic.safetensors", getenv("VOLO_GOLDEN_DIR"));
    golden = golden_open(path);
    return 0;
}

static int close_golden(void **state)
{
    (void)state;
    golden_close(golden);
    return 0;
}

/* The picture and what Pillow makes of it: "out_7x5_to_16x23". false: another kind of tensor. */
static bool find_pair(const char *name, GoldenTensor *in, GoldenTensor *out)
{
    char in_name[64];
    size_t size[4];

    if (sscanf(name, "out_%zux%zu_to_%zux%zu", &size[0], &size[1], &size[2], &size[3]) != 4)
        return false;
    snprintf(in_name, sizeof in_name, "in_%zux%zu", size[0], size[1]);
    *in = golden_get(golden, in_name);
    *out = golden_get(golden, name);
    return true;
}

static uint8_t *resize(const GoldenTensor *in, VoloResizeAxis rows, VoloResizeAxis columns,
                       int threads)
{
    uint8_t *y = malloc(3 * rows.count * columns.count);

    assert_int_equal(
        volo_resize_bicubic(y, 3 * columns.count, in->u8, &rows, &columns, threads, NULL), VOLO_OK);
    return y;
}

static void every_byte_is_that_of_pillow(void **state)
{
    const char *name;
    size_t pairs = 0;

    (void)state;
    for (size_t i = 0; (name = golden_name(golden, i)); i++) {
        GoldenTensor in, out;

        if (!find_pair(name, &in, &out))
            continue;
        for (int threads = 1; threads <= 3; threads += 2) {
            uint8_t *y =
                resize(&in, (VoloResizeAxis){ in.shape[0], out.shape[0], 0, out.shape[0] },
                       (VoloResizeAxis){ in.shape[1], out.shape[1], 0, out.shape[1] }, threads);

            assert_memory_equal(y, out.u8, out.count);
            free(y);
        }
        pairs++;
    }
    assert_int_equal(pairs, 24);
}

static void a_window_is_a_part_of_the_whole(void **state)
{
    const GoldenTensor in = golden_get(golden, "in_61x90"),
                       out = golden_get(golden, "out_61x90_to_16x23");
    uint8_t *y =
        resize(&in, (VoloResizeAxis){ 61, 16, 5, 8 }, (VoloResizeAxis){ 90, 23, 3, 11 }, 1);

    (void)state;
    for (size_t row = 0; row < 8; row++)
        assert_memory_equal(y + 3 * 11 * row, out.u8 + 3 * (23 * (row + 5) + 3), 3 * 11);
    free(y);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_is_that_of_pillow),
        cmocka_unit_test(a_window_is_a_part_of_the_whole),
    };

    return cmocka_run_group_tests(tests, open_golden, close_golden);
}
