/* SPDX-License-Identifier: Apache-2.0 */
/* Every allocation on the way to a batch, and of a check, is refused in turn, once or from then on:
 * the answer is "out of memory", and nothing leaks (LeakSanitizer). */
#include "support/refuse.h"
#include "support/train_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

typedef struct Scene {
    ScratchDir dir;
    VoloDataConfig *config;
    VoloDataOptions *options;
} Scene;

typedef VoloStatus (*Job)(const Scene *s, VoloError *err);

static int setup(void **state)
{
    static Scene scene;
    static const char text[] = "{\"data\": [{\"dataset\": \"camvid\", \"root\": \"x\", \"split\": "
                               "\"val\", \"labels\": \"coarse\", \"weight\": 1}]}";

    scratch_dir_init(&scene.dir);
    tree_add_camvid(&scene.dir, "train", "a", 20, 24, 0);
    tree_add_camvid(&scene.dir, "train", "b", 20, 24, 1);
    tree_add_camvid(&scene.dir, "train", "c", 20, 24, 1);
    scratch_write(&scene.dir, "train.json", text, strlen(text));
    scene.config = tree_config(VOLO_DATA_TRAINING, "camvid", scene.dir.path);
    scene.options = volo_data_config_options(scene.config);
    scene.options->classes = "cityscapes";
    scene.options->augment.crop[0] = scene.options->augment.crop[1] = 16;
    scene.options->loader.threads = 1;
    *state = &scene;
    return 0;
}

static int teardown(void **state)
{
    Scene *s = *state;

    volo_data_config_free(s->config);
    scratch_dir_clear(&s->dir);
    return 0;
}

static void refuse_each(const Scene *s, Job job)
{
    for (int forever = 0; forever <= 1; forever++) {
        bool refused = true;
        long calls = 0;

        for (; refused; calls++) {
            VoloError err = { .status = VOLO_OK };

            refuse_after(calls, forever);
            const VoloStatus status = job(s, &err);
            refused = refuse_stop();
            if (status && status != VOLO_ERR_MEMORY)
                fail_msg("call %ld: %s", calls, err.message);
            if (!refused)
                assert_int_equal(status, VOLO_OK);
        }
        assert_true(calls > 2);
    }
}

static VoloStatus read_file(const Scene *s, VoloError *err)
{
    VoloDataConfig *config = NULL;
    VoloStatus status = volo_data_config_new(&config, err);

    if (!status)
        status = volo_data_config_read(config, scratch_path(&s->dir, "train.json"), err);
    volo_data_config_free(config);
    return status;
}

static VoloStatus scan(const Scene *s, VoloError *err)
{
    VoloTrainSets *sets = NULL;
    VoloStatus status =
        volo_train_sets_open(s->options, VOLO_DATA_TRAINING, NULL, NULL, &sets, err);

    if (!status)
        status = volo_train_sets_scan(sets, 1, NULL, NULL, err);
    volo_train_sets_free(sets);
    return status;
}

static VoloStatus check(const Scene *s, VoloError *err)
{
    const VoloDataCheckOptions options = { 1, 16, 12, false };
    VoloDataCheck *result = NULL;
    const VoloStatus status = volo_data_check_run(s->options, &options, NULL, NULL, &result, err);

    volo_data_check_free(result);
    return status;
}

static VoloTrainSets *scanned; /* of the test below */

static VoloStatus load(const Scene *s, VoloError *err)
{
    VoloLoader *loader = NULL;
    const VoloBatch *batch;
    VoloStatus status = volo_loader_new(scanned, s->options, &loader, err);

    if (!status)
        status = volo_loader_next(loader, &batch, err);
    volo_loader_free(loader);
    return status;
}

static void reading_a_file(void **state)
{
    refuse_each(*state, read_file);
}

static void opening_and_scanning_sets(void **state)
{
    refuse_each(*state, scan);
}

/* A pair whose memory was refused is a finding, which says so. */
static void checking(void **state)
{
    refuse_each(*state, check);
}

static void loading_a_batch(void **state)
{
    Scene *s = *state;

    s->options->sampling.rare = 0.5;
    scanned = tree_open(s->config);
    assert_int_equal(volo_train_sets_scan(scanned, 1, NULL, NULL, NULL), VOLO_OK);
    refuse_each(s, load);
    volo_train_sets_free(scanned);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reading_a_file),
        TEST(opening_and_scanning_sets),
        TEST(checking),
        TEST(loading_a_batch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
