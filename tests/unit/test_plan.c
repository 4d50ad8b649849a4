/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static bool overlap(const VoloPlanTensor *a, const VoloPlanTensor *b)
{
    return a->made <= b->last && b->made <= a->last && a->offset < b->offset + b->floats &&
           b->offset < a->offset + a->floats;
}

static void a_chain_needs_only_two_places(void **state)
{
    VoloPlan plan;

    (void)state;
    volo_plan_init(&plan);
    for (size_t i = 0; i < 10; i++) { /* each made from the one before */
        assert_true(volo_plan_add(&plan, 100, i, VOLO_PLAN_NONE));
        if (i > 0)
            volo_plan_use(&plan, i - 1, i);
    }
    assert_int_equal(volo_plan_layout(&plan, NULL), VOLO_OK);
    assert_int_equal(plan.floats, 2 * 112); /* 100 rounded up to whole cache lines */
    volo_plan_clear(&plan);
}

static void takes_the_place_of_a_tensor_not_needed_again(void **state)
{
    VoloPlan plan;

    (void)state;
    volo_plan_init(&plan);
    volo_plan_add(&plan, 64, 1, VOLO_PLAN_NONE);
    volo_plan_use(&plan, 0, 2);
    volo_plan_add(&plan, 64, 2, 0);
    volo_plan_use(&plan, 1, 5);
    assert_int_equal(volo_plan_layout(&plan, NULL), VOLO_OK);
    assert_int_equal(plan.tensor[1].offset, plan.tensor[0].offset);
    assert_int_equal(plan.floats, 64);
    volo_plan_clear(&plan);
}

static void leaves_a_tensor_that_is_needed_again(void **state)
{
    VoloPlan plan;

    (void)state;
    volo_plan_init(&plan);
    volo_plan_add(&plan, 64, 1, VOLO_PLAN_NONE);
    volo_plan_add(&plan, 64, 2, 0);
    volo_plan_use(&plan, 0, 3);
    assert_int_equal(volo_plan_layout(&plan, NULL), VOLO_OK);
    assert_int_not_equal(plan.tensor[1].offset, plan.tensor[0].offset);
    volo_plan_clear(&plan);
}

static void tensors_alive_together_never_overlap(void **state)
{
    VoloPlan plan;

    (void)state;
    srand(7);
    volo_plan_init(&plan);
    for (size_t i = 0; i < 300; i++) {
        volo_plan_add(&plan, (size_t)(rand() % 5000 + 1), i, VOLO_PLAN_NONE);
        for (int k = 0; k < 3 && i > 0; k++)
            volo_plan_use(&plan, i - 1 - (size_t)rand() % (i < 20 ? i : 20), i);
    }
    assert_int_equal(volo_plan_layout(&plan, NULL), VOLO_OK);
    for (size_t i = 0; i < plan.count; i++) {
        assert_true(plan.tensor[i].offset + plan.tensor[i].floats <= plan.floats);
        assert_int_equal(plan.tensor[i].offset % 16, 0);
        for (size_t k = 0; k < i; k++)
            assert_false(overlap(&plan.tensor[i], &plan.tensor[k]));
    }
    volo_plan_clear(&plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chain_needs_only_two_places),
        cmocka_unit_test(takes_the_place_of_a_tensor_not_needed_again),
        cmocka_unit_test(leaves_a_tensor_that_is_needed_again),
        cmocka_unit_test(tensors_alive_together_never_overlap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
