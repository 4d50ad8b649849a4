/* SPDX-License-Identifier: Apache-2.0 */
/* How the labels of sets become classes of a training, which classes those are, and what is known
 * about label files before the first step. */
#include "support/train_tree.h"
#include "train/train_sets.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct Scene {
    ScratchDir dir;
    VoloDataConfig *config;
    VoloDataOptions *options;
    VoloTrainSets *sets;
    VoloError err;
} Scene;

static int setup(void **state)
{
    static Scene scene;

    scene = (Scene){ .sets = NULL };
    scratch_dir_init(&scene.dir);
    assert_int_equal(volo_data_config_new(&scene.config, NULL), VOLO_OK);
    scene.options = volo_data_config_options(scene.config);
    *state = &scene;
    return 0;
}

static int teardown(void **state)
{
    Scene *s = *state;

    volo_train_sets_free(s->sets);
    volo_data_config_free(s->config);
    scratch_dir_clear(&s->dir);
    return 0;
}

/* A tree of one empty pair. */
static void list_camvid(Scene *s, const char *root, double weight)
{
    char path[100];

    snprintf(path, sizeof path, "%s/train/a.png", root);
    tree_add_empty(&s->dir, path);
    snprintf(path, sizeof path, "%s/trainannot/a.png", root);
    tree_add_empty(&s->dir, path);
    tree_config_add(s->config, VOLO_DATA_TRAINING, "camvid", scratch_path(&s->dir, root), weight);
}

static void list_iddlite(Scene *s)
{
    tree_add_empty(&s->dir, "idd/leftImg8bit/train/1/a_image.jpg");
    tree_add_empty(&s->dir, "idd/gtFine/train/1/a_label.png");
    tree_config_add(s->config, VOLO_DATA_TRAINING, "iddlite", scratch_path(&s->dir, "idd"), 0);
}

static void list_kitti(Scene *s)
{
    tree_add_empty(&s->dir, "kitti/image_2/0.png");
    tree_add_empty(&s->dir, "kitti/semantic/0.png");
    tree_config_add(s->config, VOLO_DATA_TRAINING, "kitti", scratch_path(&s->dir, "kitti"), 0);
}

static const VoloTrainSet *open_first(Scene *s)
{
    s->sets = tree_open(s->config);
    return volo_train_sets_get(s->sets, 0);
}

static VoloStatus open_badly(Scene *s)
{
    return volo_train_sets_open(s->options, VOLO_DATA_TRAINING, NULL, NULL, &s->sets, &s->err);
}

static void set_labels(Scene *s, const char *how)
{
    s->options->sets[VOLO_DATA_TRAINING].items[0].labels = how;
}

/* --- one to one --- */

static void camvid_becomes_cityscapes(void **state)
{
    static const uint8_t wanted[11] = { 10, 2, 5, 0, 1, 8, 7, 4, 13, 11, 18 };
    Scene *s = *state;

    list_camvid(s, "a", 0);
    s->options->classes = "cityscapes";
    const VoloTrainSet *set = open_first(s);
    assert_string_equal(set->name, "camvid/train");
    assert_string_equal(set->map, "camvid11-cityscapes19");
    assert_false(set->coarse);
    assert_int_equal(set->label_count, 19);
    assert_memory_equal(set->label, wanted, sizeof wanted);
    for (size_t raw = 11; raw < 256; raw++)
        assert_int_equal(set->label[raw], VOLO_LABEL_IGNORE);
}

static void ids_become_train_ids(void **state)
{
    Scene *s = *state;

    list_kitti(s);
    const VoloTrainSet *set = open_first(s);
    assert_string_equal(set->map, "identity");
    assert_int_equal(set->label[7], 0);
    assert_int_equal(set->label[33], 18);
    assert_int_equal(set->label[0], VOLO_LABEL_IGNORE);
    assert_int_equal(set->label[29], VOLO_LABEL_IGNORE);
}

static const char *write_text(Scene *s, const char *name, const char *text)
{
    return scratch_write(&s->dir, name, text, strlen(text));
}

/* Two folders whose table has the names of Cityscapes in another order, and one of their own. */
static void list_folders(Scene *s, const char *third)
{
    static char table[300], images[300], masks[300];
    char text[300];
    VoloTrainSetOptions set = { .dataset = VOLO_DATASET_OPTIONS_INIT };

    snprintf(text, sizeof text,
             "name\tid\ttrainId\tR\tG\tB\ncar\t5\t0\t1\t1\t1\nroad\t6\t1\t2\t2\t2\n"
             "%s\t7\t2\t3\t3\t3\nvoid\t9\t255\t0\t0\t0\n",
             third);
    snprintf(table, sizeof table, "%s", write_text(s, "mine.tsv", text));
    snprintf(images, sizeof images, "%s", scratch_path(&s->dir, "pictures"));
    snprintf(masks, sizeof masks, "%s", scratch_path(&s->dir, "masks"));
    tree_add_empty(&s->dir, "pictures/1.jpg");
    tree_add_empty(&s->dir, "masks/1.png");
    set.dataset.images = images;
    set.dataset.labels = masks;
    set.dataset.table = table;
    assert_int_equal(volo_data_config_add(s->config, VOLO_DATA_TRAINING, &set, NULL), VOLO_OK);
    s->options->classes = "cityscapes";
}

static void equal_names_are_equal_classes(void **state)
{
    Scene *s = *state;

    list_folders(s, "sky");
    const VoloTrainSet *set = open_first(s);
    assert_string_equal(set->name, "pictures");
    assert_string_equal(set->map, "names");
    assert_int_equal(set->label[5], 13);
    assert_int_equal(set->label[6], 0);
    assert_int_equal(set->label[7], 10);
    assert_int_equal(set->label[9], VOLO_LABEL_IGNORE);
}

static void a_name_without_counterpart_needs_a_map(void **state)
{
    Scene *s = *state;

    list_folders(s, "cow");
    assert_int_equal(open_badly(s), VOLO_ERR_MISSING);
    assert_string_equal(s->err.message,
                        "data set 'pictures': class 'cow' is none of the classes of cityscapes; "
                        "give a map file as labels (lines of 'from<TAB>to')");
    set_labels(s, "trainid");
    assert_int_equal(open_badly(s), VOLO_ERR_MISSING);
}

static void a_map_file_says_what_becomes_what(void **state)
{
    Scene *s = *state;

    list_folders(s, "cow");
    set_labels(s, write_text(s, "map.tsv", "car\ttruck\nroad\t0\ncow\t255\n"));
    const VoloTrainSet *set = open_first(s);
    assert_string_equal(set->map, "map.tsv");
    assert_int_equal(set->label[5], 14);
    assert_int_equal(set->label[6], 0);
    assert_int_equal(set->label[7], VOLO_LABEL_IGNORE);
}

static void a_bad_map_file_is_named(void **state)
{
    Scene *s = *state;

    list_folders(s, "cow");
    set_labels(s, write_text(s, "map.tsv", "car\ttruck\nroad\tstreet\ncow\t255\n"));
    assert_int_equal(open_badly(s), VOLO_ERR_FORMAT);
    assert_non_null(strstr(s->err.message, "map.tsv' line 2: 'street' is no class of cityscapes"));
    set_labels(s, "nothing.tsv");
    assert_int_equal(open_badly(s), VOLO_ERR_MISSING);
}

/* --- groups --- */

static void iddlite_is_learnt_by_groups(void **state)
{
    static const uint8_t groups[19] = { 0, 1, 5, 4, 4, 4, 4, 4, 5, 1, 6, 2, 2, 3, 3, 3, 3, 3, 3 };
    Scene *s = *state;

    list_iddlite(s);
    s->options->classes = "cityscapes";
    const VoloTrainSet *set = open_first(s);
    assert_true(set->coarse);
    assert_string_equal(set->map, "cityscapes19-iddlite7");
    assert_int_equal(set->label_count, 7);
    assert_memory_equal(set->group_of, groups, sizeof groups);
    for (uint8_t raw = 0; raw < 7; raw++)
        assert_int_equal(set->label[raw], raw);
    assert_int_equal(set->label[255], VOLO_LABEL_IGNORE);
}

static void iddlite_cannot_be_learnt_one_to_one(void **state)
{
    Scene *s = *state;

    list_iddlite(s);
    s->options->classes = "cityscapes";
    set_labels(s, "trainid");
    assert_int_equal(open_badly(s), VOLO_ERR_MISSING);
    assert_non_null(strstr(s->err.message, "class 'drivable' is none of the classes"));
}

static void camvid_may_be_learnt_by_groups(void **state)
{
    Scene *s = *state;

    list_camvid(s, "a", 0);
    s->options->classes = "cityscapes";
    set_labels(s, "coarse");
    const VoloTrainSet *set = open_first(s);
    assert_true(set->coarse);
    assert_string_equal(set->map, "cityscapes19-camvid11");
    assert_int_equal(set->group_of[17], 10);
}

/* A label that no class belongs to has no probability. */
static void a_map_file_says_what_groups_are(void **state)
{
    static char how[400];
    Scene *s = *state;

    list_folders(s, "cow");
    s->options->classes = "camvid";
    snprintf(how, sizeof how, "coarse:%s",
             write_text(s, "map.tsv",
                        "sky\t255\nbuilding\t255\npole\t255\nroad\troad\npavement\troad\n"
                        "tree\t255\nsign\t255\nfence\t255\ncar\tcar\npedestrian\t255\n"
                        "bicyclist\t255\n"));
    set_labels(s, how);
    const VoloTrainSet *set = open_first(s);
    assert_true(set->coarse);
    assert_int_equal(set->group_of[3], 1);
    assert_int_equal(set->group_of[4], 1);
    assert_int_equal(set->group_of[8], 0);
    assert_int_equal(set->group_of[0], VOLO_LABEL_IGNORE);
    assert_int_equal(set->label[5], 0);
    assert_int_equal(set->label[6], 1);
    assert_int_equal(set->label[7], VOLO_LABEL_IGNORE);
}

/* --- several sets --- */

static void one_set_keeps_its_classes(void **state)
{
    Scene *s = *state;

    list_camvid(s, "a", 0);
    list_camvid(s, "b", 0);
    assert_string_equal(open_first(s)->map, "identity");
    assert_string_equal(volo_class_table_name(volo_train_sets_classes(s->sets)), "camvid");
    assert_string_equal(volo_train_sets_get(s->sets, 1)->name, "camvid/train#2");
    assert_int_equal(volo_train_sets_pictures(s->sets), 2);
}

static void different_sets_meet_in_cityscapes(void **state)
{
    Scene *s = *state;

    list_camvid(s, "a", 0);
    list_iddlite(s);
    list_kitti(s);
    open_first(s);
    assert_string_equal(volo_class_table_name(volo_train_sets_classes(s->sets)), "cityscapes");
    assert_false(volo_train_sets_get(s->sets, 0)->coarse);
    assert_true(volo_train_sets_get(s->sets, 1)->coarse);
    for (size_t i = 0; i < 3; i++) /* a picture each */
        assert_true(fabs(volo_train_sets_get(s->sets, i)->share - 1.0 / 3) < 1e-12);
    assert_null(volo_train_sets_get(s->sets, 3));
}

static void validation_has_the_classes_of_the_training(void **state)
{
    Scene *s = *state;

    list_iddlite(s);
    list_kitti(s);
    tree_add_empty(&s->dir, "v/val/a.png");
    tree_add_empty(&s->dir, "v/valannot/a.png");
    tree_config_add(s->config, VOLO_DATA_VALIDATION, "camvid", scratch_path(&s->dir, "v"), 0);
    assert_int_equal(
        volo_train_sets_open(s->options, VOLO_DATA_VALIDATION, NULL, NULL, &s->sets, NULL),
        VOLO_OK);
    assert_string_equal(volo_train_sets_get(s->sets, 0)->name, "camvid/val");
    assert_string_equal(volo_train_sets_get(s->sets, 0)->map, "camvid11-cityscapes19");
}

static void weights_are_shares(void **state)
{
    Scene *s = *state;

    list_camvid(s, "a", 3);
    list_camvid(s, "b", 1);
    assert_true(fabs(open_first(s)->share - 0.75) < 1e-12);
}

static void weights_are_for_all_sets_or_none(void **state)
{
    Scene *s = *state;

    list_camvid(s, "a", 3);
    list_camvid(s, "b", 0);
    assert_int_equal(open_badly(s), VOLO_ERR_ARGUMENT);
    assert_string_equal(s->err.message,
                        "1 of 2 data sets have a weight; give it for all or for none");
}

static void no_sets_are_refused(void **state)
{
    Scene *s = *state;

    assert_int_equal(open_badly(s), VOLO_ERR_ARGUMENT);
    assert_string_equal(s->err.message, "0 data sets to train on, expected 1..64");
}

/* --- what can be known before the first step --- */

static void a_missing_label_file_is_known_at_once(void **state)
{
    Scene *s = *state;

    list_camvid(s, "a", 0);
    tree_add_empty(&s->dir, "a/train/b.png");
    assert_int_equal(open_badly(s), VOLO_ERR_MISSING);
    assert_non_null(strstr(s->err.message, "a/train/b.png'"));
}

static void paint_77(unsigned kind, size_t row, size_t column, uint8_t rgb[3], uint8_t *label)
{
    tree_paint_stripes(kind, row, column, rgb, label);
    if (row == 3 && column == 2)
        *label = 77;
}

static void a_scan_names_values_without_meaning(void **state)
{
    Scene *s = *state;

    for (unsigned i = 0; i < 20; i++) {
        char name[16];

        snprintf(name, sizeof name, "%02u", i);
        tree_add_camvid(&s->dir, "train", name, 20, 20, i);
    }
    tree_add(&s->dir, NULL, "trainannot/17.png", 20, 20, paint_77, 0);
    tree_add(&s->dir, NULL, "trainannot/05.png", 20, 20, paint_77, 0);
    tree_config_add(s->config, VOLO_DATA_TRAINING, "camvid", s->dir.path, 0);
    open_first(s);
    for (int threads = 1; threads <= 3; threads++) {
        assert_int_equal(volo_train_sets_scan(s->sets, threads, NULL, NULL, &s->err),
                         VOLO_ERR_FORMAT);
        assert_non_null(strstr(s->err.message, "trainannot/05.png'"));
        assert_non_null(strstr(s->err.message, "77"));
    }
}

static void paint_halves(unsigned kind, size_t row, size_t column, uint8_t rgb[3], uint8_t *label)
{
    memset(rgb, 0, 3);
    (void)column;
    *label = (uint8_t)(row < 5 ? 3 : row < 10 ? kind : 11);
}

static void a_scan_counts_pixels_and_pictures(void **state)
{
    double share[11];
    Scene *s = *state;

    tree_add(&s->dir, "train/a.png", "trainannot/a.png", 20, 10, paint_halves, 8);
    tree_add(&s->dir, "train/b.png", "trainannot/b.png", 20, 30, paint_halves, 1);
    tree_config_add(s->config, VOLO_DATA_TRAINING, "camvid", s->dir.path, 0);
    open_first(s);
    assert_int_equal(volo_train_sets_pixels(s->sets, 0, 3), 0);
    for (int again = 0; again < 2; again++)
        assert_int_equal(volo_train_sets_scan(s->sets, 2, NULL, NULL, NULL), VOLO_OK);
    assert_int_equal(volo_train_sets_pixels(s->sets, 0, 3), 200);
    assert_int_equal(volo_train_sets_pixels(s->sets, 0, 8), 50);
    assert_int_equal(volo_train_sets_pixels(s->sets, 0, 1), 150);
    assert_int_equal(volo_train_sets_pixels(s->sets, 0, VOLO_LABEL_IGNORE), 400);
    assert_int_equal(volo_train_sets_holders(s->sets, 0, 3), 2);
    assert_int_equal(volo_train_sets_holders(s->sets, 0, 8), 1);
    assert_int_equal(volo_train_sets_holders(s->sets, 0, 5), 0);
    volo_train_sets_frequencies(s->sets, share);
    assert_true(fabs(share[3] - 0.5) < 1e-12 && fabs(share[8] - 0.125) < 1e-12);
    assert_true(share[0] == 0);
}

static bool refuse_to_go_on(size_t done, size_t total, void *user)
{
    (void)user;
    assert_int_equal(total, 1);
    return done == 0;
}

static void a_scan_can_be_stopped(void **state)
{
    Scene *s = *state;

    tree_add_camvid(&s->dir, "train", "a", 20, 20, 0);
    tree_config_add(s->config, VOLO_DATA_TRAINING, "camvid", s->dir.path, 0);
    open_first(s);
    assert_int_equal(volo_train_sets_scan(s->sets, 1, refuse_to_go_on, NULL, NULL),
                     VOLO_ERR_CANCELLED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(camvid_becomes_cityscapes),
        TEST(ids_become_train_ids),
        TEST(equal_names_are_equal_classes),
        TEST(a_name_without_counterpart_needs_a_map),
        TEST(a_map_file_says_what_becomes_what),
        TEST(a_bad_map_file_is_named),
        TEST(iddlite_is_learnt_by_groups),
        TEST(iddlite_cannot_be_learnt_one_to_one),
        TEST(camvid_may_be_learnt_by_groups),
        TEST(a_map_file_says_what_groups_are),
        TEST(one_set_keeps_its_classes),
        TEST(different_sets_meet_in_cityscapes),
        TEST(validation_has_the_classes_of_the_training),
        TEST(weights_are_shares),
        TEST(weights_are_for_all_sets_or_none),
        TEST(no_sets_are_refused),
        TEST(a_missing_label_file_is_known_at_once),
        TEST(a_scan_names_values_without_meaning),
        TEST(a_scan_counts_pixels_and_pictures),
        TEST(a_scan_can_be_stopped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
