/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "base/parallel.h"
#include "build_config.h"

enum {
    ROWS = 1000,
    MAX_THREADS = 8,
    PATIENCE = 20, /* seconds */
};

typedef struct Rows {
    atomic_int visits[ROWS];
    atomic_int pieces, misfits;
    size_t rows, grain;
    int threads;
} Rows;

static void visit(size_t first, size_t count, int slot, void *user)
{
    Rows *const r = user;
    const bool fits = first % r->grain == 0 && first + count <= r->rows &&
                      (count == r->grain || first + count == r->rows);

    r->pieces++;
    if (!fits || slot < 0 || slot >= r->threads) {
        r->misfits++;
        return;
    }
    for (size_t i = first; i < first + count; i++)
        r->visits[i]++;
}

static void covers_every_row_once_in_the_same_pieces(void **state)
{
    static const size_t counts[] = { 0, 1, 2, 7, 8, 9, 255, ROWS }, grains[] = { 1, 3, 8, ROWS };

    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof *counts * 4; i++) {
        for (int threads = 1; threads <= MAX_THREADS; threads++) {
            Rows r = { .rows = counts[i / 4], .grain = grains[i % 4], .threads = threads };

            volo_parallel_rows(threads, r.rows, r.grain, visit, &r);
            assert_int_equal(r.misfits, 0);
            assert_int_equal(r.pieces, (r.rows + r.grain - 1) / r.grain);
            for (size_t j = 0; j < ROWS; j++)
                assert_int_equal(r.visits[j], j < r.rows);
        }
    }
}

#if VOLO_HAVE_OPENMP
typedef struct Meeting {
    atomic_int arrived, missed;
    int threads;
    atomic_int in_slot[MAX_THREADS];
} Meeting;

/* Leaves only when all have come: one after the other they never would. */
static void meet(size_t first, size_t count, int slot, void *user)
{
    Meeting *const m = user;
    const time_t end = time(NULL) + PATIENCE;

    (void)first, (void)count;
    m->in_slot[slot]++;
    m->arrived++;
    while (m->arrived < m->threads) {
        if (time(NULL) > end) {
            m->missed++;
            return;
        }
    }
}

/* libgomp's own wait costs others their core; it is told before it is loaded. */
static void threads_are_told_to_wait_briefly(void **state)
{
    (void)state;
    volo_parallel_open();
    assert_non_null(getenv("GOMP_SPINCOUNT"));
    assert_true(strtol(getenv("GOMP_SPINCOUNT"), NULL, 10) <= 10000);
}

static void works_on_as_many_threads_as_asked(void **state)
{
    (void)state;
    for (int threads = 2; threads <= MAX_THREADS; threads++) {
        Meeting m = { .threads = threads };

        volo_parallel_rows(threads, (size_t)threads, 1, meet, &m);
        assert_int_equal(m.missed, 0);
        for (int i = 0; i < threads; i++)
            assert_int_equal(m.in_slot[i], 1);
    }
}
#endif

static void nest(size_t first, size_t count, int slot, void *user)
{
    Rows *const r = user;

    (void)first, (void)count, (void)slot;
    volo_parallel_rows(r->threads, r->rows, r->grain, visit, r);
}

static void work_within_work_is_done_too(void **state)
{
    Rows r = { .rows = 50, .grain = 4, .threads = 3 };

    (void)state;
    volo_parallel_rows(3, 6, 1, nest, &r);
    assert_int_equal(r.misfits, 0);
    for (size_t i = 0; i < r.rows; i++)
        assert_int_equal(r.visits[i], 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(covers_every_row_once_in_the_same_pieces),
#if VOLO_HAVE_OPENMP
        cmocka_unit_test(threads_are_told_to_wait_briefly),
        cmocka_unit_test(works_on_as_many_threads_as_asked),
#endif
        cmocka_unit_test(work_within_work_is_done_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
