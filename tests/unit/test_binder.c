/* SPDX-License-Identifier: Apache-2.0 */
/* Weights on their way from a file into matrices: where each number goes, the same for any number
 * of threads, and what is said when the file becomes shorter meanwhile. */
#include "base/error.h"
#include "kernels/kernels.h"
#include "nn/gemm.h"
#include "support/scratch_dir.h"
#include "weights/binder.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    OUT = 150, /* pieces of 96 and 54 rows, the last panel not full */
    IN = 70,
    KERNEL = 3,
    TAPS = KERNEL * KERNEL,
};

/* Halves hold it exactly. */
static float stored_value(size_t tensor, uint64_t index)
{
    return (float)((index * 2654435761u + tensor * 40503u) % 1021) / 1024.0F + 0.25F;
}

static VoloStatus give(size_t i, uint64_t first, size_t count, void *dst, void *user,
                       VoloError *err)
{
    (void)user;
    (void)err;
    for (size_t k = 0; k < count; k++)
        ((float *)dst)[k] = stored_value(i, first + k);
    return VOLO_OK;
}

static const VoloSaveTensor tensors[] = {
    { "decode_head.norm.bias", VOLO_F32, 1, { OUT } },
    { "decode_head.norm.running_mean", VOLO_F32, 1, { OUT } },
    { "decode_head.norm.running_var", VOLO_F32, 1, { OUT } },
    { "decode_head.norm.weight", VOLO_F32, 1, { OUT } },
    { "decode_head.conv.weight", VOLO_F32, 4, { OUT, IN, KERNEL, KERNEL } },
    { "decode_head.fc.weight", VOLO_F16, 2, { OUT, IN *TAPS } },
};

enum {
    VAR = 2, /* places in the list */
    SCALE = 3,
    CONV = 4,
    FC = 5,
};

static const char *write_model(const ScratchDir *dir)
{
    const char *path = scratch_path(dir, "m.safetensors");

    assert_int_equal(volo_safetensors_write(path, tensors, sizeof tensors / sizeof *tensors, NULL,
                                            give, NULL, NULL),
                     VOLO_OK);
    return path;
}

typedef struct Bound {
    VoloWeights *weights;
    VoloArena arena;
    VoloConv2d conv;
    VoloLinear fc;
    VoloError error;
} Bound;

/* Opens the file, shortens it by so many bytes, and binds. */
static VoloStatus bind(Bound *b, const char *path, int threads, off_t less)
{
    const VoloConvSpec spec = { "conv", "norm", OUT, IN, KERNEL, 1, 1, VOLO_NO_BIAS };
    VoloBinder binder;

    *b = (Bound){ .weights = NULL };
    assert_int_equal(volo_weights_open(path, true, &b->weights, &b->error), VOLO_OK);
    assert_int_equal(truncate(path, (off_t)b->weights->file_bytes - less), 0);
    assert_int_equal(volo_binder_init(&binder, b->weights, &b->arena, &b->error), VOLO_OK);
    binder.threads = threads;
    volo_bind_enter(&binder, "decode_head");
    volo_bind_conv2d(&binder, &b->conv, &spec);
    volo_bind_linear(&binder, &b->fc, "fc", OUT, IN * TAPS, VOLO_NO_BIAS);
    volo_bind_leave(&binder);
    const VoloStatus status = volo_binder_finish(&binder, &b->error);
    volo_binder_clear(&binder);
    return status;
}

static void clear(Bound *b)
{
    volo_weights_close(b->weights);
    volo_arena_clear(&b->arena);
}

static float packed_value(const VoloMatrix *m, size_t o, size_t i)
{
    if (m->layout == VOLO_LAYOUT_ROWS)
        return m->data[o * m->in + i];
    return m->data[(o / VOLO_PANEL * m->in + i) * VOLO_PANEL + o % VOLO_PANEL];
}

static float norm_scale(size_t o)
{
    return (float)((double)stored_value(SCALE, o) / sqrt((double)stored_value(VAR, o) + 1e-5));
}

static void check_numbers(const Bound *b)
{
    for (size_t o = 0; o < OUT; o++)
        for (size_t i = 0; i < IN; i++)
            for (size_t tap = 0; tap < TAPS; tap++) {
                const uint64_t at = (o * IN + i) * TAPS + tap;

                assert_true(packed_value(&b->conv.weight, o, tap * IN + i) ==
                            norm_scale(o) * stored_value(CONV, at));
                assert_true(packed_value(&b->fc.weight, o, i * TAPS + tap) == stored_value(FC, at));
            }
}

static void choose(const char *gemm)
{
    setenv("VOLO_GEMM", gemm, 1);
    assert_int_equal(volo_openblas_open(NULL), VOLO_OK);
}

static void every_number_goes_to_its_place(void **state)
{
    static const char *const gemm[] = { "own", "openblas" };
    static const int threads[] = { 1, 2, 3, 8 };
    const char *path = write_model(*state);

    for (size_t g = 0; g < 2; g++) {
        choose(gemm[g]);
        for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
            Bound b;

            assert_int_equal(bind(&b, path, threads[i], 0), VOLO_OK);
            assert_int_equal(b.conv.weight.layout, g ? VOLO_LAYOUT_ROWS : VOLO_LAYOUT_PANELS);
            check_numbers(&b);
            clear(&b);
        }
    }
    unsetenv("VOLO_GEMM");
    assert_int_equal(volo_openblas_open(NULL), VOLO_OK);
}

/* Both pieces of conv.weight end too early: the first one is told of. */
static void a_file_that_shrinks_gives_one_message(void **state)
{
    static const int threads[] = { 1, 2, 3, 8 };
    const off_t cut = (2 + 4) * OUT * IN * TAPS - 1000; /* of bytes, fc and conv */
    VoloError first = { VOLO_OK, "" };

    for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
        const char *path = write_model(*state);
        Bound b;

        assert_int_equal(bind(&b, path, threads[i], cut), VOLO_ERR_FORMAT);
        assert_non_null(strstr(b.error.message, "ends at byte"));
        if (i == 0)
            first = b.error;
        assert_string_equal(b.error.message, first.message);
        clear(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_number_goes_to_its_place, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(a_file_that_shrinks_gives_one_message, scratch_setup,
                                        scratch_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
