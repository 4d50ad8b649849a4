/* SPDX-License-Identifier: Apache-2.0 */
/* One small model in every container, as PyTorch and safetensors themselves wrote it: all must give
 * the same tensors. Registered only where those files are; VOLO_SHARED says where. */
#include "support/weights_check.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static VoloWeights *open_shared(const char *name, bool strict)
{
    const char *shared = getenv("VOLO_SHARED");
    VoloWeights *w;
    VoloError err;
    char path[1024];

    assert_non_null(shared);
    snprintf(path, sizeof path, "%s/%s", shared, name);
    if (volo_weights_open(path, strict, &w, &err))
        fail_msg("%s", err.message);
    return w;
}

static float *must_read(const VoloWeights *w, const VoloWeightEntry *e)
{
    float *x = malloc((size_t)e->count * sizeof *x);
    VoloError err;

    assert_non_null(x);
    if (volo_weights_read(w, e, 0, (size_t)e->count, x, &err))
        fail_msg("%s", err.message);
    return x;
}

/* Same names and shapes; values within relative error, 0: the same bits. */
static void must_equal(const VoloWeights *a, const VoloWeights *b, double error)
{
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        const VoloWeightEntry *x = &a->entry[i], *y = volo_weights_find(b, x->name);

        assert_non_null(y);
        assert_int_equal(x->rank, y->rank);
        assert_memory_equal(x->shape, y->shape, sizeof x->shape);
        if (x->dtype == VOLO_I64) {
            assert_int_equal(y->dtype, VOLO_I64);
            continue;
        }
        float *u = must_read(a, x), *v = must_read(b, y);
        for (size_t k = 0; k < x->count; k++) {
            if (fabs((double)u[k] - (double)v[k]) > error * fabs((double)u[k]) + error * 1e-4)
                fail_msg("'%s' [%zu] is %g, not %g", x->name, k, (double)v[k], (double)u[k]);
        }
        free(u);
        free(v);
    }
}

static void compare(const char *name, bool strict, double error, const char *note)
{
    VoloWeights *a = open_shared("goldens/tiny/model.safetensors", true);
    VoloWeights *b = open_shared(name, strict);

    assert_int_equal(a->count, 206);
    must_equal(a, b, error);
    if (note)
        assert_true(weights_has_note(b, note));
    volo_weights_close(a);
    volo_weights_close(b);
}

static void the_same_tensors_come_from_a_raw_zip(void **state)
{
    (void)state;
    compare("goldens/tiny/model_raw.pth", true, 0, NULL);
}

static void the_same_tensors_come_from_an_mmsegmentation_file(void **state)
{
    VoloWeights *w = open_shared("goldens/tiny/model_mmseg.pth", true);

    (void)state;
    assert_int_equal(w->class_count, 7);
    assert_string_equal(w->class_name[6], "class_6");
    assert_null(w->palette); /* of one colour only */
    volo_weights_close(w);
    compare("goldens/tiny/model_mmseg.pth", true, 0, "'state_dict'");
}

static void the_same_tensors_come_from_names_with_module(void **state)
{
    (void)state;
    compare("goldens/tiny/model_module_prefix.pth", true, 0, "'state_dict'");
}

static void the_same_tensors_come_from_a_legacy_file(void **state)
{
    (void)state;
    compare("goldens/tiny/model_legacy.pth", true, 0, NULL);
}

static void the_same_tensors_come_from_an_ema_beside_a_namespace(void **state)
{
    (void)state;
    compare("goldens/tiny/model_ema_with_namespace.pth", false, 0, "'state_dict_ema'");
    compare("goldens/tiny/model_ema_with_namespace.pth", false, 0, "'argparse.Namespace'");
}

static void the_same_tensors_come_from_hugging_face_names(void **state)
{
    (void)state;
    compare("goldens/tiny/model_hf_names.safetensors", true, 0, NULL);
}

static void half_the_bits_are_close(void **state)
{
    (void)state;
    compare("goldens/tiny/model_f16.safetensors", true, 0x1p-11, NULL);
    compare("goldens/tiny/model_bf16.safetensors", true, 0x1p-8, NULL);
}

static void opens_a_trained_model_with_its_config(void **state)
{
    VoloWeights *w = open_shared("models/street19/model.safetensors", true);

    (void)state;
    assert_int_equal(w->count, 219);
    assert_non_null(strstr(w->config, "\"upernet\""));
    volo_weights_close(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_tensors_come_from_a_raw_zip),
        cmocka_unit_test(the_same_tensors_come_from_an_mmsegmentation_file),
        cmocka_unit_test(the_same_tensors_come_from_names_with_module),
        cmocka_unit_test(the_same_tensors_come_from_a_legacy_file),
        cmocka_unit_test(the_same_tensors_come_from_an_ema_beside_a_namespace),
        cmocka_unit_test(the_same_tensors_come_from_hugging_face_names),
        cmocka_unit_test(half_the_bits_are_close),
        cmocka_unit_test(opens_a_trained_model_with_its_config),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
