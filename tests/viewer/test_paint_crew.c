/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of a job among threads. */
#include "app/viewer/paint_crew.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum {
    PIECES = 60
};

typedef struct Tally {
    gint count[PIECES], all;
    GThread *caller;
    gint elsewhere;
} Tally;

static void count(int piece, gpointer user)
{
    Tally *tally = user;

    g_atomic_int_inc(&tally->count[piece]);
    g_atomic_int_inc(&tally->all);
    if (g_thread_self() != tally->caller)
        g_atomic_int_inc(&tally->elsewhere);
}

/* Jobs that follow each other at once meet helpers of the one before. */
static void does_each_piece_once(void **state)
{
    (void)state;
    for (int helpers = 0; helpers < 4; helpers++) {
        VoloCrew *crew = volo_crew_new(helpers);

        for (int job = 0; job < 3000; job++) {
            Tally tally = { .caller = g_thread_self() };
            const int pieces = job % (PIECES + 1);

            volo_crew_run(crew, pieces, count, &tally);
            assert_int_equal(tally.all, pieces);
            for (int i = 0; i < PIECES; i++)
                assert_int_equal(tally.count[i], i < pieces);
            assert_true(helpers > 0 || tally.elsewhere == 0);
        }
        volo_crew_free(crew);
    }
}

static void wait_for_another(int piece, gpointer user)
{
    gint *begun = user;

    (void)piece;
    g_atomic_int_inc(begun);
    while (g_atomic_int_get(begun) < 2)
        g_thread_yield();
}

/* Neither piece ends before the other has begun. */
static void works_side_by_side(void **state)
{
    VoloCrew *crew = volo_crew_new(1);
    gint begun = 0;

    (void)state;
    volo_crew_run(crew, 2, wait_for_another, &begun);
    assert_int_equal(begun, 2);
    volo_crew_free(crew);
}

static void is_freed_unused(void **state)
{
    (void)state;
    volo_crew_free(volo_crew_new(2));
    volo_crew_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(does_each_piece_once),
        cmocka_unit_test(works_side_by_side),
        cmocka_unit_test(is_freed_unused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
