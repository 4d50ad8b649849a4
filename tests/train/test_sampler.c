/* SPDX-License-Identifier: Apache-2.0 */
/* Which picture stands at a position: each once an epoch, sets by their shares, rare classes by the
 * rule that is named. */
#include "support/train_tree.h"
#include "train/sampler.h"
#include "train/train_sets.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* CamVid's tree with that many pairs, which are not read. */
static void make_listed_tree(const ScratchDir *dir, const char *root, size_t pairs)
{
    char path[100];

    for (size_t i = 0; i < pairs; i++) {
        snprintf(path, sizeof path, "%s/train/%03zu.png", root, i);
        tree_add_empty(dir, path);
        snprintf(path, sizeof path, "%s/trainannot/%03zu.png", root, i);
        tree_add_empty(dir, path);
    }
}

static VoloSampler *make_sampler(const VoloTrainSets *sets, uint64_t seed, double rare)
{
    const VoloSampling sampling = { seed, rare, 0.01 };
    VoloSampler *sampler = NULL;
    VoloError err;

    if (volo_sampler_new(sets, &sampling, &sampler, &err))
        fail_msg("%s", err.message);
    return sampler;
}

static void permutes_any_number(void **state)
{
    static const uint64_t counts[] = { 1, 2, 3, 5, 16, 17, 64, 1000 };
    static bool seen[1000];

    (void)state;
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        memset(seen, 0, sizeof seen);
        for (uint64_t i = 0; i < counts[c]; i++) {
            const uint64_t at = volo_permuted(3, 1, 9, counts[c], i);

            assert_true(at < counts[c] && !seen[at]);
            seen[at] = true;
        }
    }
}

/* Every place is as likely for the first of five: 400 of 2000 on the mean. */
static void permutations_have_no_favourites(void **state)
{
    unsigned count[5] = { 0 };

    (void)state;
    for (uint64_t epoch = 0; epoch < 2000; epoch++)
        count[volo_permuted(0, 0, epoch, 5, 0)]++;
    for (size_t i = 0; i < 5; i++)
        assert_in_range(count[i], 320, 480);
}

static void draws_every_picture_once_an_epoch(void **state)
{
    enum {
        PICTURES = 37
    };
    ScratchDir dir;
    size_t order[3][PICTURES];

    (void)state;
    scratch_dir_init(&dir);
    make_listed_tree(&dir, "a", PICTURES);
    VoloDataConfig *config = tree_config(VOLO_DATA_TRAINING, "camvid", scratch_path(&dir, "a"));
    VoloTrainSets *sets = tree_open(config);
    VoloSampler *sampler = make_sampler(sets, 5, 0);
    for (size_t epoch = 0; epoch < 3; epoch++) {
        bool seen[PICTURES] = { false };

        for (size_t i = 0; i < PICTURES; i++) {
            const VoloPlace place = volo_sampler_at(sampler, epoch * PICTURES + i);

            assert_int_equal(place.set, 0);
            assert_int_equal(place.epoch, epoch);
            assert_int_equal(place.rare, -1);
            assert_false(seen[place.picture]);
            seen[place.picture] = true;
            order[epoch][i] = place.picture;
        }
    }
    assert_memory_not_equal(order[0], order[1], sizeof *order);
    assert_memory_not_equal(order[1], order[2], sizeof *order);
    volo_sampler_free(sampler);
    volo_train_sets_free(sets);
    volo_data_config_free(config);
    scratch_dir_clear(&dir);
}

/* Three sets of 3, 10 and 50 pictures with weights 6, 3 and 1. */
typedef struct Three {
    ScratchDir dir;
    VoloDataConfig *config;
    VoloTrainSets *sets;
    VoloSampler *sampler;
} Three;

static const size_t three_pictures[3] = { 3, 10, 50 };
static const double three_weights[3] = { 6, 3, 1 };

static void three_init(Three *t)
{
    char root[3][300];

    scratch_dir_init(&t->dir);
    assert_int_equal(volo_data_config_new(&t->config, NULL), VOLO_OK);
    for (size_t i = 0; i < 3; i++) {
        char name[2] = { (char)('a' + i), '\0' };

        make_listed_tree(&t->dir, name, three_pictures[i]);
        snprintf(root[i], sizeof root[i], "%s", scratch_path(&t->dir, name));
        tree_config_add(t->config, VOLO_DATA_TRAINING, "camvid", root[i], three_weights[i]);
    }
    t->sets = tree_open(t->config);
    t->sampler = make_sampler(t->sets, 1, 0);
}

static void three_clear(Three *t)
{
    volo_sampler_free(t->sampler);
    volo_train_sets_free(t->sets);
    volo_data_config_free(t->config);
    scratch_dir_clear(&t->dir);
}

/* In each run of positions that begins a block every set has its share, to within one sample for
 * each set before it. */
static void mixes_sets_by_their_weights(void **state)
{
    Three t;
    size_t count[3] = { 0 };

    (void)state;
    three_init(&t);
    for (uint64_t position = 0; position < 64 * 200; position++) {
        count[volo_sampler_at(t.sampler, position).set]++;
        if ((position + 1) % 64 != 0)
            continue;
        for (size_t i = 0; i < 3; i++) {
            const double wanted = (double)(position + 1) * three_weights[i] / 10;

            assert_true(fabs((double)count[i] - wanted) <= 2);
        }
    }
    three_clear(&t);
}

/* However they are mixed, no picture of a set comes twice as long as another has not come. */
static void sets_keep_their_epochs_when_mixed(void **state)
{
    Three t;
    static unsigned count[3][50];

    (void)state;
    three_init(&t);
    memset(count, 0, sizeof count);
    for (uint64_t position = 0; position < 64 * 100; position++) {
        const VoloPlace place = volo_sampler_at(t.sampler, position);

        assert_true(place.picture < three_pictures[place.set]);
        count[place.set][place.picture]++;
    }
    for (size_t s = 0; s < 3; s++) {
        unsigned low = UINT32_MAX, high = 0;

        for (size_t i = 0; i < three_pictures[s]; i++) {
            low = count[s][i] < low ? count[s][i] : low;
            high = count[s][i] > high ? count[s][i] : high;
        }
        assert_true(high - low <= 1);
    }
    three_clear(&t);
}

/* Two ranks see sets in the same mixture: they do not take turns. */
static void ranks_get_all_sets(void **state)
{
    Three t;
    size_t count[2][3] = { { 0 } };

    (void)state;
    three_init(&t);
    for (uint64_t position = 0; position < 6400; position++)
        count[position % 2][volo_sampler_at(t.sampler, position).set]++;
    for (size_t rank = 0; rank < 2; rank++) {
        for (size_t i = 0; i < 3; i++)
            assert_true(fabs((double)count[rank][i] - 320 * three_weights[i]) < 120);
    }
    three_clear(&t);
}

static void depends_on_seed_and_position_alone(void **state)
{
    Three t;
    VoloPlace place[64];
    size_t same = 0;

    (void)state;
    three_init(&t);
    for (uint64_t i = 0; i < 64; i++)
        place[i] = volo_sampler_at(t.sampler, 1000000 + i);
    VoloSampler *other = make_sampler(t.sets, 2, 0);
    for (uint64_t i = 64; i-- > 0;) {
        const VoloPlace again = volo_sampler_at(t.sampler, 1000000 + i);
        const VoloPlace seeded = volo_sampler_at(other, 1000000 + i);

        assert_int_equal(again.set, place[i].set);
        assert_int_equal(again.picture, place[i].picture);
        same += seeded.set == again.set && seeded.picture == again.picture;
    }
    assert_true(same < 32);
    volo_sampler_free(other);
    three_clear(&t);
}

static void far_positions_are_as_good(void **state)
{
    Three t;
    size_t count[3] = { 0 };

    (void)state;
    three_init(&t);
    for (uint64_t i = 0; i < 640; i++)
        count[volo_sampler_at(t.sampler, VOLO_POSITION_LIMIT - 640 + i).set]++;
    for (size_t i = 0; i < 3; i++)
        assert_true(fabs((double)count[i] - 64 * three_weights[i]) <= 4);
    three_clear(&t);
}

/* --- rare classes --- */

static void follows_the_rule_for_rare_classes(void **state)
{
    const double share[4] = { 0.9, 0.08, 0.02, 0 };
    double p[4], sum = 0;

    (void)state;
    for (size_t i = 0; i < 3; i++)
        sum += exp((1 - share[i]) / 0.05);
    volo_rare_probabilities(share, 4, 0.05, p);
    for (size_t i = 0; i < 3; i++)
        assert_true(fabs(p[i] - exp((1 - share[i]) / 0.05) / sum) < 1e-12);
    assert_true(p[3] == 0);
    volo_rare_probabilities(share, 4, 1e-6, p); /* far beyond what exp can hold */
    assert_true(p[2] == 1 && p[1] == 0);
}

/* Label 0 everywhere; kind 1 has a quarter of label 4, kind 2 three rows of 5. */
static void paint_rare(unsigned kind, size_t row, size_t column, uint8_t rgb[3], uint8_t *label)
{
    memset(rgb, 0, 3);
    *label = kind == 1 && row < 16 && column < 16 ? 4 : kind == 2 && row < 3 ? 5 : 0;
}

static void draws_pictures_that_hold_rare_classes(void **state)
{
    ScratchDir dir;
    size_t by_class = 0, count[12] = { 0 };

    (void)state;
    scratch_dir_init(&dir);
    for (unsigned i = 0; i < 10; i++) {
        char image[64], labels[64];

        snprintf(image, sizeof image, "train/%u.png", i);
        snprintf(labels, sizeof labels, "trainannot/%u.png", i);
        tree_add(&dir, image, labels, 32, 32, paint_rare, i);
    }
    VoloDataConfig *config = tree_config(VOLO_DATA_TRAINING, "camvid", dir.path);
    VoloTrainSets *sets = tree_open(config);
    const VoloSampling sampling = { 1, 0.4, 0.05 };
    VoloSampler *sampler = NULL;
    VoloError err;
    assert_int_equal(volo_sampler_new(sets, &sampling, &sampler, &err), VOLO_ERR_ARGUMENT);
    assert_string_equal(err.message, "drawing by class needs label files that have been scanned");
    assert_int_equal(volo_train_sets_scan(sets, 1, NULL, NULL, NULL), VOLO_OK);
    assert_int_equal(volo_sampler_new(sets, &sampling, &sampler, &err), VOLO_OK);
    for (uint64_t i = 0; i < 3000; i++) {
        const VoloPlace place = volo_sampler_at(sampler, i);

        if (place.rare < 0)
            continue;
        by_class++;
        count[place.rare]++;
        assert_true(place.rare != 4 || place.picture == 1);
        assert_true(place.rare != 5 || place.picture == 2);
    }
    assert_in_range(by_class, 1100, 1300);
    const double share[6] = { 1 - 0.025 - 3.0 / 320, 0, 0, 0, 0.025, 3.0 / 320 };
    double p[6];
    volo_rare_probabilities(share, 6, 0.05, p);
    for (size_t i = 0; i < 6; i++)
        assert_true(fabs((double)count[i] / (double)by_class - p[i]) < 0.05);
    volo_sampler_free(sampler);
    volo_train_sets_free(sets);
    volo_data_config_free(config);
    scratch_dir_clear(&dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(permutes_any_number),
        cmocka_unit_test(permutations_have_no_favourites),
        cmocka_unit_test(draws_every_picture_once_an_epoch),
        cmocka_unit_test(mixes_sets_by_their_weights),
        cmocka_unit_test(sets_keep_their_epochs_when_mixed),
        cmocka_unit_test(ranks_get_all_sets),
        cmocka_unit_test(depends_on_seed_and_position_alone),
        cmocka_unit_test(far_positions_are_as_good),
        cmocka_unit_test(follows_the_rule_for_rare_classes),
        cmocka_unit_test(draws_pictures_that_hold_rare_classes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
