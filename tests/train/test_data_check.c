/* SPDX-License-Identifier: Apache-2.0 */
/* Faults planted in a tree come out by kind, pair and counterpart; likeness survives scaling and
 * noise, and different pictures are far apart. */
#include "support/train_tree.h"
#include "train/likeness.h"

#include <volo/train_data.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct Scene {
    ScratchDir dir;
    VoloDataConfig *config;
    VoloDataCheckOptions options;
    VoloDataCheck *check;
    VoloError err;
} Scene;

/* Soft blobs that differ for each kind; the labels are stripes. */
static void paint_blobs(unsigned kind, size_t row, size_t column, uint8_t rgb[3], uint8_t *label)
{
    uint32_t a = kind * 2654435761u + 12345, sum = 0;

    for (int i = 0; i < 6; i++) {
        a = a * 1664525u + 1013904223u;
        const long y = (long)(a >> 24) % 96, x = (long)(a >> 16 & 255) % 96;
        const long far =
            ((long)row - y) * ((long)row - y) + ((long)column - x) * ((long)column - x);

        sum += (uint32_t)(60000 / (far + 400));
    }
    rgb[0] = rgb[1] = rgb[2] = (uint8_t)(sum > 255 ? 255 : sum);
    tree_paint_stripes(kind, row, column, (uint8_t[3]){ 0 }, label);
}

static void add(Scene *s, const char *split, const char *name, unsigned kind)
{
    char image[64], labels[64];

    snprintf(image, sizeof image, "%s/%s.png", split, name);
    snprintf(labels, sizeof labels, "%sannot/%s.png", split, name);
    tree_add(&s->dir, image, labels, 96, 96, paint_blobs, kind);
}

static int setup(void **state)
{
    static Scene scene;

    scene = (Scene){ .options = VOLO_DATA_CHECK_OPTIONS_INIT };
    scratch_dir_init(&scene.dir);
    add(&scene, "train", "a", 1);
    add(&scene, "train", "b", 2);
    add(&scene, "train", "c", 3);
    add(&scene, "val", "v", 4);
    scene.config = tree_config(VOLO_DATA_TRAINING, "camvid", scene.dir.path);
    tree_config_add(scene.config, VOLO_DATA_VALIDATION, "camvid", scene.dir.path, 0);
    *state = &scene;
    return 0;
}

static int teardown(void **state)
{
    Scene *s = *state;

    volo_data_check_free(s->check);
    volo_data_config_free(s->config);
    scratch_dir_clear(&s->dir);
    return 0;
}

static void run(Scene *s)
{
    if (volo_data_check_run(volo_data_config_options(s->config), &s->options, NULL, NULL, &s->check,
                            &s->err))
        fail_msg("%s", s->err.message);
}

/* The only finding. */
static const VoloFinding *only_finding(Scene *s)
{
    run(s);
    const VoloFinding *finding = volo_data_check_finding(s->check, 0);
    assert_non_null(finding);
    if (volo_data_check_finding(s->check, 1))
        fail_msg("also: %s", volo_data_check_finding(s->check, 1)->text);
    return finding;
}

static void expect(const VoloFinding *finding, VoloFindingKind kind, const char *name,
                   const char *part)
{
    assert_string_equal(volo_finding_name(finding->kind), volo_finding_name(kind));
    assert_int_equal(finding->role, VOLO_DATA_TRAINING);
    assert_int_equal(finding->set, 0);
    if (name)
        assert_string_equal(finding->name, name);
    else
        assert_null(finding->name);
    if (!strstr(finding->text, part))
        fail_msg("'%s' lacks '%s'", finding->text, part);
}

static void finds_nothing_in_a_sound_tree(void **state)
{
    Scene *s = *state;

    run(s);
    assert_null(volo_data_check_finding(s->check, 0));
    assert_int_equal(volo_data_check_good(s->check, VOLO_DATA_TRAINING, 0), 3);
    assert_int_equal(volo_data_check_good(s->check, VOLO_DATA_VALIDATION, 0), 1);
    assert_int_equal(volo_data_check_good(s->check, VOLO_DATA_VALIDATION, 1), 0);
    uint64_t sum = 0;
    for (size_t label = 0; label < 256; label++)
        sum += volo_data_check_pixels(s->check, VOLO_DATA_TRAINING, 0, label);
    assert_int_equal(sum, 3 * 96 * 96);
    assert_int_equal(volo_data_check_holders(s->check, VOLO_DATA_TRAINING, 0, 5), 3);
}

static void finds_a_picture_without_labels(void **state)
{
    Scene *s = *state;

    assert_int_equal(remove(scratch_path(&s->dir, "trainannot/b.png")), 0);
    expect(only_finding(s), VOLO_FINDING_UNPAIRED, NULL, "train/b.png'");
    assert_int_equal(volo_data_check_good(s->check, VOLO_DATA_TRAINING, 0), 2);
}

static void finds_labels_without_a_picture(void **state)
{
    Scene *s = *state;

    assert_int_equal(remove(scratch_path(&s->dir, "train/b.png")), 0);
    expect(only_finding(s), VOLO_FINDING_UNPAIRED, NULL, "trainannot/b.png'");
}

static void finds_a_damaged_picture(void **state)
{
    Scene *s = *state;

    scratch_write(&s->dir, "train/b.png", "nothing", 7);
    expect(only_finding(s), VOLO_FINDING_CORRUPT, "b", "train/b.png'");
}

static void finds_a_damaged_label_file(void **state)
{
    Scene *s = *state;

    scratch_write(&s->dir, "trainannot/b.png", "", 0);
    expect(only_finding(s), VOLO_FINDING_CORRUPT, "b", "trainannot/b.png'");
}

static void finds_sizes_that_differ(void **state)
{
    Scene *s = *state;

    tree_add(&s->dir, NULL, "trainannot/b.png", 96, 95, paint_blobs, 2);
    expect(only_finding(s), VOLO_FINDING_SIZES, "b", "96x96 pixels (HxW), its labels 96x95");
}

static void finds_pictures_that_no_network_takes(void **state)
{
    Scene *s = *state;

    tree_add(&s->dir, "train/b.png", "trainannot/b.png", 15, 96, paint_blobs, 2);
    expect(only_finding(s), VOLO_FINDING_SIZES, "b", "15x96 pixels, at least 16x16");
    assert_int_equal(volo_data_check_good(s->check, VOLO_DATA_TRAINING, 0), 2);
}

static void finds_tiny_pictures(void **state)
{
    Scene *s = *state;

    tree_add(&s->dir, "train/b.png", "trainannot/b.png", 40, 96, paint_blobs, 2);
    expect(only_finding(s), VOLO_FINDING_TINY, "b", "40x96 pixels, fewer than 64");
    assert_false(volo_finding_is_fault(VOLO_FINDING_TINY));
    volo_data_check_free(s->check);
    s->check = NULL;
    s->options.min_side = 40;
    run(s);
    assert_null(volo_data_check_finding(s->check, 0));
}

static void paint_200(unsigned kind, size_t row, size_t column, uint8_t rgb[3], uint8_t *label)
{
    paint_blobs(kind, row, column, rgb, label);
    if (row == 0 && column < 5)
        *label = 200;
}

static void finds_labels_outside_the_table(void **state)
{
    Scene *s = *state;

    tree_add(&s->dir, NULL, "trainannot/b.png", 96, 96, paint_200, 2);
    expect(only_finding(s), VOLO_FINDING_LABELS, "b", "200");
    assert_true(volo_finding_is_fault(VOLO_FINDING_LABELS));
}

static void paint_void(unsigned kind, size_t row, size_t column, uint8_t rgb[3], uint8_t *label)
{
    (void)kind, (void)row, (void)column, (void)rgb;
    *label = 11;
}

static void finds_pictures_without_any_label(void **state)
{
    Scene *s = *state;

    tree_add(&s->dir, NULL, "trainannot/b.png", 96, 96, paint_void, 0);
    expect(only_finding(s), VOLO_FINDING_EMPTY, "b", "no label that is learnt");
}

static void finds_equal_pictures(void **state)
{
    Scene *s = *state;

    add(s, "train", "d", 1);
    const VoloFinding *finding = only_finding(s);
    expect(finding, VOLO_FINDING_DUPLICATE, "d", "train/d.png' has the pixels of '");
    assert_string_equal(finding->other_name, "a");
    assert_int_equal(finding->other_role, VOLO_DATA_TRAINING);
}

static void finds_training_pictures_in_the_validation(void **state)
{
    Scene *s = *state;

    add(s, "val", "w", 3);
    const VoloFinding *finding = only_finding(s);
    assert_int_equal(finding->kind, VOLO_FINDING_DUPLICATE);
    assert_int_equal(finding->role, VOLO_DATA_VALIDATION);
    assert_string_equal(finding->name, "w");
    assert_int_equal(finding->other_role, VOLO_DATA_TRAINING);
    assert_string_equal(finding->other_name, "c");
}

/* Brighter, noisy, and half as large. */
static void paint_nearly_2(unsigned kind, size_t row, size_t column, uint8_t rgb[3], uint8_t *label)
{
    (void)kind;
    paint_blobs(2, row * 4 / 3, column * 4 / 3, rgb, label);
    for (size_t k = 0; k < 3; k++)
        rgb[k] = (uint8_t)(rgb[k] * 9u / 10 + 8 + (row * 7 + column * 3) % 3);
}

static void finds_pictures_that_look_alike(void **state)
{
    Scene *s = *state;

    tree_add(&s->dir, "val/w.png", "valannot/w.png", 72, 72, paint_nearly_2, 0);
    const VoloFinding *finding = only_finding(s);
    assert_int_equal(finding->kind, VOLO_FINDING_ALIKE);
    assert_int_equal(finding->role, VOLO_DATA_VALIDATION);
    assert_string_equal(finding->other_name, "b");
    assert_true(finding->distance <= 12);
    volo_data_check_free(s->check);
    s->check = NULL;
    s->options.no_likeness = true;
    run(s);
    assert_null(volo_data_check_finding(s->check, 0));
}

/* Everything at once, for any number of threads alike. */
static void findings_do_not_depend_on_threads(void **state)
{
    char first[2000] = "";
    Scene *s = *state;

    add(s, "train", "d", 1);
    scratch_write(&s->dir, "train/c.png", "nothing", 7);
    tree_add(&s->dir, NULL, "trainannot/b.png", 96, 96, paint_200, 2);
    for (int threads = 1; threads <= 3; threads++) {
        char all[2000] = "";
        const VoloFinding *f;

        s->options.threads = threads;
        run(s);
        for (size_t i = 0; (f = volo_data_check_finding(s->check, i)); i++) {
            strncat(all, f->text, 300);
            strncat(all, "\n", 2);
        }
        volo_data_check_free(s->check);
        s->check = NULL;
        assert_non_null(strstr(all, "pixels of"));
        if (threads == 1)
            memcpy(first, all, sizeof first);
        assert_string_equal(all, first);
    }
}

static bool stop_at_once(size_t done, size_t total, void *user)
{
    (void)done, (void)total, (void)user;
    return false;
}

static void can_be_stopped(void **state)
{
    Scene *s = *state;

    assert_int_equal(volo_data_check_run(volo_data_config_options(s->config), &s->options,
                                         stop_at_once, NULL, &s->check, &s->err),
                     VOLO_ERR_CANCELLED);
    assert_null(s->check);
}

static void different_pictures_have_distant_hashes(void **state)
{
    static uint8_t rgb[8][96 * 96 * 3];
    VoloLikeness hash[8];

    (void)state;
    for (unsigned k = 0; k < 8; k++) {
        for (size_t i = 0; i < 96 * 96; i++) {
            uint8_t label;

            paint_blobs(k, i / 96, i % 96, rgb[k] + 3 * i, &label);
        }
        hash[k] = volo_likeness_of(rgb[k], 96, 96);
        for (unsigned j = 0; j < k; j++)
            assert_true(volo_likeness_distance(&hash[j], &hash[k]) > 30);
    }
}

static void hashes_any_size(void **state)
{
    static const uint8_t rgb[20 * 20 * 3];
    static const size_t sizes[][2] = { { 1, 1 }, { 1, 20 }, { 20, 1 }, { 16, 17 }, { 20, 20 } };
    const VoloLikeness none = { { 0 } };

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const VoloLikeness hash = volo_likeness_of(rgb, sizes[i][0], sizes[i][1]);

        assert_int_equal(volo_likeness_distance(&hash, &none), 0);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(finds_nothing_in_a_sound_tree),
        TEST(finds_a_picture_without_labels),
        TEST(finds_labels_without_a_picture),
        TEST(finds_a_damaged_picture),
        TEST(finds_a_damaged_label_file),
        TEST(finds_sizes_that_differ),
        TEST(finds_pictures_that_no_network_takes),
        TEST(finds_tiny_pictures),
        TEST(finds_labels_outside_the_table),
        TEST(finds_pictures_without_any_label),
        TEST(finds_equal_pictures),
        TEST(finds_training_pictures_in_the_validation),
        TEST(finds_pictures_that_look_alike),
        TEST(findings_do_not_depend_on_threads),
        TEST(can_be_stopped),
        cmocka_unit_test(different_pictures_have_distant_hashes),
        cmocka_unit_test(hashes_any_size),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
