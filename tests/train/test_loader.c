/* SPDX-License-Identifier: Apache-2.0 */
/* The loader's batches: the same whatever threads, cache, ranks and interruptions; what is wrong
 * with a file comes out by name. Also built with ThreadSanitizer. */
#include <volo/volo.h>

#include "support/train_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    PICTURES = 9,
    BATCH = 4,
    BATCHES = 7,
    H = 40,
    W = 32,
};

typedef struct Scene {
    ScratchDir dir;
    VoloDataConfig *config;
    VoloDataOptions *options;
    VoloTrainSets *sets;
    VoloLoader *loader; /* here, so that a test that fails leaves no threads */
} Scene;

static void scene_init(void **state)
{
    static Scene scene;

    scratch_dir_init(&scene.dir);
    for (unsigned i = 0; i < PICTURES; i++) {
        char name[16];

        snprintf(name, sizeof name, "p%u", i);
        tree_add_camvid(&scene.dir, "train", name, 48 + i, 64 - i, i);
    }
    scene.config = tree_config(VOLO_DATA_TRAINING, "camvid", scene.dir.path);
    scene.options = volo_data_config_options(scene.config);
    scene.options->augment.crop[0] = H;
    scene.options->augment.crop[1] = W;
    scene.options->loader.batch = BATCH;
    scene.sets = NULL;
    scene.loader = NULL;
    *state = &scene;
}

static int setup(void **state)
{
    scene_init(state);
    return 0;
}

static void stop(Scene *s)
{
    volo_loader_free(s->loader);
    s->loader = NULL;
}

static int teardown(void **state)
{
    Scene *s = *state;

    stop(s);
    volo_train_sets_free(s->sets);
    volo_data_config_free(s->config);
    scratch_dir_clear(&s->dir);
    return 0;
}

static VoloLoader *start(Scene *s)
{
    VoloError err;

    if (!s->sets)
        s->sets = tree_open(s->config);
    if (volo_loader_new(s->sets, s->options, &s->loader, &err))
        fail_msg("%s", err.message);
    return s->loader;
}

static const VoloBatch *next(VoloLoader *loader)
{
    const VoloBatch *batch = NULL;
    VoloError err;

    if (volo_loader_next(loader, &batch, &err))
        fail_msg("%s", err.message);
    return batch;
}

/* Copies of some batches. */
typedef struct Kept {
    float x[BATCHES * BATCH * H * W * 3];
    uint8_t labels[BATCHES * BATCH * H * W];
    uint64_t position[BATCHES * BATCH];
} Kept;

static void keep_batch(Kept *kept, size_t index, const VoloBatch *batch)
{
    const size_t pixels = batch->n * H * W;

    memcpy(kept->x + index * pixels * 3, batch->x, pixels * 3 * sizeof *kept->x);
    memcpy(kept->labels + index * pixels, batch->labels, pixels);
    for (size_t i = 0; i < batch->n; i++)
        kept->position[index * batch->n + i] = batch->samples[i].position;
}

static void keep_run(Scene *s, Kept *kept)
{
    VoloLoader *loader = start(s);

    for (size_t i = 0; i < BATCHES; i++)
        keep_batch(kept, i, next(loader));
    stop(s);
}

static void batches_do_not_depend_on_threads_or_cache(void **state)
{
    static Kept one, other;
    Scene *s = *state;

    s->options->loader.threads = 1;
    keep_run(s, &one);
    for (size_t i = 0; i < BATCHES * BATCH; i++)
        assert_int_equal(one.position[i], i);
    for (int threads = 1; threads <= 3; threads++) {
        for (int cached = 0; cached < 3; cached++) {
            s->options->loader.threads = threads;
            s->options->loader.ahead = (size_t)threads;
            s->options->loader.cache_bytes = cached == 0 ? 0 : cached == 1 ? 30000 : 1 << 20;
            keep_run(s, &other);
            assert_memory_equal(&one, &other, sizeof one);
        }
    }
}

static void goes_on_at_a_position(void **state)
{
    static Kept whole, rest;
    Scene *s = *state;

    keep_run(s, &whole);
    VoloLoader *loader = start(s);
    next(loader);
    s->options->loader.position = next(loader)->next;
    stop(s);
    assert_int_equal(s->options->loader.position, 2 * BATCH);
    keep_run(s, &rest);
    assert_int_equal(rest.position[0], 2 * BATCH);
    assert_memory_equal(rest.x, whole.x + 2 * BATCH * H * W * 3,
                        (BATCHES - 2) * BATCH * H * W * 3 * sizeof(float));
    assert_memory_equal(rest.labels, whole.labels + 2 * BATCH * H * W,
                        (BATCHES - 2) * BATCH * H * W);
}

/* Two ranks with half the batch each have the samples of one rank. */
static void ranks_share_the_samples_of_one(void **state)
{
    static Kept whole, half[2];
    const size_t sample = (size_t)H * W;
    Scene *s = *state;

    keep_run(s, &whole);
    s->options->loader.batch = BATCH / 2;
    s->options->loader.ranks = 2;
    for (int rank = 0; rank < 2; rank++) {
        s->options->loader.rank = rank;
        keep_run(s, &half[rank]);
    }
    for (size_t i = 0; i < BATCHES * BATCH; i++) {
        const Kept *k = &half[i % 2];

        assert_int_equal(k->position[i / 2], i);
        assert_memory_equal(k->x + i / 2 * sample * 3, whole.x + i * sample * 3,
                            sample * 3 * sizeof(float));
        assert_memory_equal(k->labels + i / 2 * sample, whole.labels + i * sample, sample);
    }
}

static void ranks_go_on_at_the_position_of_all(void **state)
{
    Scene *s = *state;

    s->options->loader.batch = 2;
    s->options->loader.ranks = 3;
    s->options->loader.rank = 2;
    s->options->loader.position = 100;
    VoloLoader *loader = start(s);
    const VoloBatch *batch = next(loader);
    assert_int_equal(batch->samples[0].position, 102);
    assert_int_equal(batch->samples[1].position, 105);
    assert_int_equal(batch->next, 106);
    stop(s);
}

static void tells_where_samples_come_from(void **state)
{
    bool seen[PICTURES] = { false };
    const VoloBatch *batch = NULL;
    Scene *s = *state;
    VoloLoader *loader = start(s);

    for (size_t i = 0; i < PICTURES * BATCH; i++) {
        if (i % BATCH == 0)
            batch = next(loader);
        const VoloSample *sample = &batch->samples[i % BATCH];

        assert_int_equal(sample->set, 0);
        assert_string_equal(
            sample->name,
            volo_dataset_pair_name(volo_train_sets_get(s->sets, 0)->dataset, sample->picture));
        assert_null(sample->group_of);
        assert_int_equal(sample->label_count, 11);
        seen[sample->picture] = true;
    }
    for (size_t i = 0; i < PICTURES; i++)
        assert_true(seen[i]);
    const VoloLoaderStats stats = volo_loader_stats(loader);
    assert_true(stats.samples >= PICTURES * BATCH);
    assert_true(stats.decoded >= PICTURES && stats.decoded <= PICTURES + 2);
    assert_true(stats.cached_bytes > PICTURES * 4 * 48 * 55);
    stop(s);
}

static void coarse_sets_bring_their_groups(void **state)
{
    static const uint8_t groups[19] = {
        3, 4, 1, 1, 7, 2, 6, 6, 5, 5, 0, 9, 10, 8, 8, 8, 8, 10, 10
    };
    Scene *s = *state;

    s->options->classes = "cityscapes";
    s->options->sets[VOLO_DATA_TRAINING].items->labels = "coarse";
    VoloLoader *loader = start(s);
    const VoloBatch *batch = next(loader);
    assert_memory_equal(batch->samples[0].group_of, groups, sizeof groups);
    assert_int_equal(batch->samples[0].label_count, 11);
    stop(s);
}

static void can_be_freed_at_any_time(void **state)
{
    Scene *s = *state;

    s->options->loader.threads = 3;
    for (size_t taken = 0; taken < 4; taken++) {
        for (int i = 0; i < 5; i++) {
            VoloLoader *loader = start(s);

            for (size_t k = 0; k < taken; k++)
                next(loader);
            stop(s);
        }
    }
    volo_loader_free(NULL);
}

/* --- what is wrong --- */

/* The error that comes of the tree after batches that are sound. */
static void expect_error(Scene *s, VoloStatus status, const char *part, const char *other)
{
    VoloLoader *loader = start(s);
    const VoloBatch *batch = NULL;
    VoloError first = { .status = VOLO_OK }, again;

    for (size_t i = 0; i < PICTURES && !first.status; i++) {
        if (!volo_loader_next(loader, &batch, &first))
            first.status = VOLO_OK;
    }
    assert_int_equal(first.status, status);
    assert_non_null(strstr(first.message, part));
    assert_non_null(strstr(first.message, other));
    assert_int_equal(volo_loader_next(loader, &batch, &again), status);
    assert_string_equal(again.message, first.message);
    stop(s);
}

static void names_a_corrupt_picture(void **state)
{
    Scene *s = *state;

    scratch_write(&s->dir, "train/p3.png", "\x89PNG\r\n\x1a\n and so on", 18);
    expect_error(s, VOLO_ERR_FORMAT, "train/p3.png'", "");
}

static void names_a_missing_label_file(void **state)
{
    Scene *s = *state;

    s->sets = tree_open(s->config);
    assert_int_equal(remove(scratch_path(&s->dir, "trainannot/p4.png")), 0);
    expect_error(s, VOLO_ERR_IO, "trainannot/p4.png'", "No such file");
}

static void paint_wrong(unsigned kind, size_t row, size_t column, uint8_t rgb[3], uint8_t *label)
{
    tree_paint_stripes(kind, row, column, rgb, label);
    if (row == 5 && column < 3)
        *label = 77;
}

static void names_a_label_outside_the_table(void **state)
{
    Scene *s = *state;

    tree_add(&s->dir, NULL, "trainannot/p5.png", 53, 59, paint_wrong, 5);
    expect_error(s, VOLO_ERR_FORMAT, "trainannot/p5.png'", "77");
}

static void names_sizes_that_differ(void **state)
{
    Scene *s = *state;

    tree_add(&s->dir, NULL, "trainannot/p6.png", 54, 57, tree_paint_stripes, 6);
    expect_error(s, VOLO_ERR_SHAPE, "train/p6.png' has 54x58 pixels (HxW), its labels 54x57", "");
}

static void names_a_picture_that_is_too_small(void **state)
{
    Scene *s = *state;

    tree_add_camvid(&s->dir, "train", "p7", 15, 40, 0);
    expect_error(s, VOLO_ERR_LIMIT, "train/p7.png' has 15x40 pixels", "at least 16x16");
}

static void refuses_options_out_of_range(void **state)
{
    Scene *s = *state;
    VoloLoader *loader = NULL;
    VoloError err;

    s->sets = tree_open(s->config);
    s->options->augment.flip = 1.5;
    assert_int_equal(volo_loader_new(s->sets, s->options, &loader, &err), VOLO_ERR_ARGUMENT);
    assert_string_equal(err.message, "augment.flip is 1.5, expected 0..1");
    s->options->augment.flip = 0.5;
    s->options->augment.scale[0] = 3;
    assert_int_equal(volo_loader_new(s->sets, s->options, &loader, &err), VOLO_ERR_ARGUMENT);
    assert_string_equal(err.message, "augment.scale is 3 to 2, expected the smaller first");
    s->options->augment.scale[0] = 1;
    s->options->loader.rank = 1;
    assert_int_equal(volo_loader_new(s->sets, s->options, &loader, &err), VOLO_ERR_ARGUMENT);
    assert_string_equal(err.message, "there is no rank 1 of 1");
    assert_null(loader);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(batches_do_not_depend_on_threads_or_cache),
        TEST(goes_on_at_a_position),
        TEST(ranks_share_the_samples_of_one),
        TEST(ranks_go_on_at_the_position_of_all),
        TEST(tells_where_samples_come_from),
        TEST(coarse_sets_bring_their_groups),
        TEST(can_be_freed_at_any_time),
        TEST(names_a_corrupt_picture),
        TEST(names_a_missing_label_file),
        TEST(names_a_label_outside_the_table),
        TEST(names_sizes_that_differ),
        TEST(names_a_picture_that_is_too_small),
        TEST(refuses_options_out_of_range),
    };
    VoloError err;

    if (volo_init(&err))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
