/* SPDX-License-Identifier: Apache-2.0 */
/* The ring of items between three threads: the same calls in the same order with and without
 * threads, bounds on number and bytes, and every way a run ends. Also built with ThreadSanitizer.
 */
#include "app/common/pipeline.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define COUNT 200
#define NEVER SIZE_MAX
#define ITEM_BYTES 10

typedef struct Item {
    size_t index;
    int worked, stored; /* by the caller, behind */
    char *memory;       /* a leak checker sees what is let go of twice or never */
} Item;

typedef struct Script {
    size_t fail_store, fail_report; /* items that end the run */
    bool slow;                      /* storing takes longer than all else */
    pthread_mutex_t lock;           /* for the counts below */
    size_t loads, stores, reports, drops;
    size_t alive, most_alive;
    uint64_t held, most_held;       /* bytes of items alive */
    size_t last_store, last_report; /* + 1 */
} Script;

static void rest(void)
{
    nanosleep(&(struct timespec){ .tv_nsec = 300000 }, NULL);
}

static bool load(void *item, size_t index, uint64_t room, uint64_t *ret_bytes, void *user)
{
    Script *const s = user;
    Item *const it = item;

    if (room < ITEM_BYTES)
        return false;
    assert_false(it->memory);
    *it = (Item){ .index = index, .memory = malloc(ITEM_BYTES) };
    *ret_bytes = ITEM_BYTES;
    pthread_mutex_lock(&s->lock);
    s->loads++;
    s->held += ITEM_BYTES;
    if (++s->alive > s->most_alive)
        s->most_alive = s->alive;
    if (s->held > s->most_held)
        s->most_held = s->held;
    pthread_mutex_unlock(&s->lock);
    return true;
}

static void let_go(Script *s, Item *it)
{
    free(it->memory);
    pthread_mutex_lock(&s->lock);
    s->alive--;
    s->held -= ITEM_BYTES;
    pthread_mutex_unlock(&s->lock);
}

static bool store(void *item, void *user)
{
    Script *const s = user;
    Item *const it = item;

    if (s->slow)
        rest();
    assert_int_equal(it->worked, 1);
    assert_int_equal(it->index, s->last_store);
    s->last_store = it->index + 1;
    it->stored = 1;
    s->stores++;
    return it->index != s->fail_store;
}

static bool report(void *item, void *user)
{
    Script *const s = user;
    Item *const it = item;
    const size_t index = it->index;

    assert_int_equal(it->stored, 1);
    assert_int_equal(index, s->last_report);
    s->last_report = index + 1;
    s->reports++;
    let_go(s, it);
    return index != s->fail_report;
}

static void drop(void *item, void *user)
{
    Script *const s = user;

    s->drops++;
    let_go(s, item);
}

static Script usual_script(void)
{
    Script s = { .fail_store = NEVER, .fail_report = NEVER };

    pthread_mutex_init(&s.lock, NULL);
    return s;
}

static Pipeline *start(Script *s, size_t depth, bool threads)
{
    const PipelineWork work = { COUNT, sizeof(Item), 1000, depth, load, store, report, drop, s };
    Pipeline *p = NULL;

    assert_int_equal(pipeline_new(&work, threads, &p, NULL), VOLO_OK);
    return p;
}

/* Works on all items there are, taking that many before passing them; returns how many. */
static size_t work_on_all(Pipeline *p, size_t at_once)
{
    Item *taken[8];
    size_t waiting = 0, total = 0;

    for (Item *it = pipeline_next(p); it; it = pipeline_next(p)) {
        assert_int_equal(it->index, total++);
        it->worked++;
        taken[waiting++] = it;
        if (waiting < at_once)
            continue;
        pipeline_poll(p);
        for (size_t i = 0; i < waiting; i++) {
            assert_int_equal(taken[i]->worked, 1);
            pipeline_pass(p);
        }
        waiting = 0;
    }
    for (; waiting; waiting--)
        pipeline_pass(p);
    return total;
}

static void all_items_pass_in_order(void **state)
{
    (void)state;
    for (int threads = 0; threads < 2; threads++)
        for (size_t at_once = 1; at_once <= 8; at_once = 2 * at_once + 1) {
            Script s = usual_script();
            Pipeline *p = start(&s, at_once + 2, threads);

            assert_int_equal(work_on_all(p, at_once), COUNT);
            pipeline_finish(p);
            assert_int_equal(s.loads, COUNT);
            assert_int_equal(s.stores, COUNT);
            assert_int_equal(s.reports, COUNT);
            assert_int_equal(s.drops, 0);
            assert_int_equal(s.alive, 0);
            assert_in_range(s.most_alive, at_once, at_once + 2);
        }
}

static void a_ring_of_one_item_does_not_lock_up(void **state)
{
    Script s = usual_script();
    Pipeline *p = start(&s, 1, true);

    (void)state;
    s.slow = true;
    assert_int_equal(work_on_all(p, 1), COUNT);
    pipeline_finish(p);
    assert_int_equal(s.reports, COUNT);
    assert_int_equal(s.most_alive, 1);
}

/* Whatever the threads are at when it happens, nothing after the item is stored or reported. */
static void a_store_that_fails_ends_the_run(void **state)
{
    (void)state;
    for (int threads = 0; threads < 2; threads++)
        for (size_t at_once = 1; at_once <= 8; at_once = 2 * at_once + 1) {
            Script s = usual_script();
            Pipeline *p = start(&s, 16, threads);

            s.fail_store = 20;
            s.slow = true;
            assert_in_range(work_on_all(p, at_once), 21, 21 + 16);
            assert_null(pipeline_next(p));
            pipeline_finish(p);
            assert_int_equal(s.stores, 21);
            assert_int_equal(s.reports, 21);
            assert_int_equal(s.loads, s.reports + s.drops);
            assert_int_equal(s.alive, 0);
        }
}

static void a_report_that_fails_ends_the_run(void **state)
{
    (void)state;
    for (int threads = 0; threads < 2; threads++) {
        Script s = usual_script();
        Pipeline *p = start(&s, 4, threads);

        s.fail_report = 20;
        work_on_all(p, 1);
        pipeline_finish(p);
        assert_int_equal(s.reports, 21);
        assert_in_range(s.stores, 21, 21 + 4);
        assert_int_equal(s.loads, s.reports + s.drops);
        assert_int_equal(s.alive, 0);
    }
}

static void what_was_passed_is_stored_when_the_caller_stops(void **state)
{
    (void)state;
    for (int threads = 0; threads < 2; threads++) {
        Script s = usual_script();
        Pipeline *p = start(&s, 6, threads);

        s.slow = true;
        for (int i = 0; i < 4; i++)
            ((Item *)pipeline_next(p))->worked++;
        for (int i = 0; i < 3; i++)
            pipeline_pass(p);
        pipeline_finish(p);
        assert_int_equal(s.stores, 3);
        assert_int_equal(s.reports, 3);
        assert_int_equal(s.loads, s.reports + s.drops);
        assert_int_equal(s.alive, 0);
    }
}

static void settling_waits_for_the_thread_behind(void **state)
{
    Script s = usual_script();
    Pipeline *p = start(&s, 8, true);

    (void)state;
    s.slow = true;
    for (size_t i = 0; i < 40; i += 4) {
        for (int k = 0; k < 4; k++)
            ((Item *)pipeline_next(p))->worked++;
        for (int k = 0; k < 4; k++)
            pipeline_pass(p);
        pipeline_settle(p);
        assert_int_equal(s.reports, i + 4);
    }
    pipeline_finish(p);
}

/* Without room, one item is on the way at a time, as without threads. */
static void items_wait_for_room(void **state)
{
    static const uint64_t room[] = { 0, ITEM_BYTES - 1, ITEM_BYTES, 3 * ITEM_BYTES };
    static const size_t most[] = { 1, 1, 2, 4 };

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        Script s = usual_script();
        Pipeline *p = start(&s, 8, true);
        size_t total = 0;

        pipeline_set_room(p, room[i]);
        s.most_alive = 0;
        for (Item *it = pipeline_next(p); it; it = pipeline_next(p), total++) {
            pipeline_set_room(p, room[i]);
            pthread_mutex_lock(&s.lock);
            if (total == 8) /* what was loaded before there was a limit is gone */
                s.most_alive = 0;
            assert_in_range(s.alive, 1, most[i]);
            pthread_mutex_unlock(&s.lock);
            it->worked++;
            pipeline_pass(p);
        }
        assert_int_equal(total, COUNT);
        pipeline_finish(p);
        assert_int_equal(s.reports, COUNT);
        assert_in_range(s.most_alive, 1, most[i] + 1); /* one was passed while one was loaded */
    }
}

/* Items that were loaded too early come again. */
static void less_room_lets_go_of_items(void **state)
{
    Script s = usual_script();
    Pipeline *p = start(&s, 8, true);

    (void)state;
    for (size_t i = 0; i < COUNT; i++) {
        Item *it = pipeline_next(p);

        assert_int_equal(it->index, i);
        pipeline_set_room(p, i % 3 ? 1000 : 0);
        if (i % 3 == 0) {
            pthread_mutex_lock(&s.lock);
            assert_int_equal(s.alive, 1);
            pthread_mutex_unlock(&s.lock);
        }
        rest();
        it->worked++;
        pipeline_pass(p);
    }
    assert_null(pipeline_next(p));
    pipeline_finish(p);
    assert_int_equal(s.reports, COUNT);
    assert_true(s.drops > 0);
    assert_int_equal(s.loads, s.reports + s.drops);
}

static void no_items_are_no_work(void **state)
{
    Script s = usual_script();
    const PipelineWork work = { 0, sizeof(Item), 0, 3, load, store, report, drop, &s };

    (void)state;
    for (int threads = 0; threads < 2; threads++) {
        Pipeline *p = NULL;

        assert_int_equal(pipeline_new(&work, threads, &p, NULL), VOLO_OK);
        assert_null(pipeline_next(p));
        pipeline_finish(p);
    }
    assert_int_equal(s.loads, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_items_pass_in_order),
        cmocka_unit_test(a_ring_of_one_item_does_not_lock_up),
        cmocka_unit_test(a_store_that_fails_ends_the_run),
        cmocka_unit_test(a_report_that_fails_ends_the_run),
        cmocka_unit_test(what_was_passed_is_stored_when_the_caller_stops),
        cmocka_unit_test(settling_waits_for_the_thread_behind),
        cmocka_unit_test(items_wait_for_room),
        cmocka_unit_test(less_room_lets_go_of_items),
        cmocka_unit_test(no_items_are_no_work),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
