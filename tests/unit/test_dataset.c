/* SPDX-License-Identifier: Apache-2.0 */
/* Data sets: their trees are found, pairs are matched by name, what is missing or double is named,
 * predictions are found as other programs find them. */
#include <volo/dataset.h>
#include <volo/image.h>

#include "support/scratch_dir.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

/* Makes an empty file, or a picture, and the folders above it. */
static void make_file(const ScratchDir *dir, const char *name)
{
    char path[600];

    snprintf(path, sizeof path, "%s/%s", dir->path, name);
    for (char *slash = path + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        if (mkdir(path, 0777) && errno != EEXIST)
            fail_msg("cannot make '%s'", path);
        *slash = '/';
    }
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    if (file)
        fclose(file);
}

static void make_files(const ScratchDir *dir, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        make_file(dir, names[i]);
}

static VoloDataset *open_set(const VoloDatasetOptions *options)
{
    VoloDataset *dataset = NULL;
    VoloError err;

    if (volo_dataset_open(options, &dataset, &err))
        fail_msg("%s", err.message);
    return dataset;
}

static VoloDatasetOptions options_of(const char *name, const char *root)
{
    VoloDatasetOptions options = VOLO_DATASET_OPTIONS_INIT;

    options.name = name;
    options.root = root;
    return options;
}

static bool ends(const char *path, const char *ending)
{
    return path && strlen(path) >= strlen(ending) &&
           strcmp(path + strlen(path) - strlen(ending), ending) == 0;
}

/* want: "name image labels instances" of each pair, in order; "-" for none. */
static void check_pairs(const VoloDataset *d, const char *const *want, size_t count)
{
    VoloPairBuffer buffer;

    assert_int_equal(volo_dataset_count(d), count);
    for (size_t i = 0; i < count; i++) {
        const VoloPair pair = volo_dataset_pair(d, i, &buffer);
        const char *const got[] = { pair.name, pair.image, pair.labels, pair.instances };
        char cells[4][100];

        assert_int_equal(
            sscanf(want[i], "%99s %99s %99s %99s", cells[0], cells[1], cells[2], cells[3]), 4);
        assert_string_equal(volo_dataset_pair_name(d, i), cells[0]);
        for (size_t j = 0; j < 4; j++) {
            if (strcmp(cells[j], "-") == 0 ? got[j] != NULL : !ends(got[j], cells[j]))
                fail_msg("pair %zu: '%s', wanted '%s'", i, got[j] ? got[j] : "-", cells[j]);
        }
    }
}

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* --- the trees --- */

static void finds_the_tree_of_cityscapes(void **state)
{
    static const char *const files[] = {
        "leftImg8bit/val/b/b_000001_000019_leftImg8bit.png",
        "leftImg8bit/val/a/a_000000_000019_leftImg8bit.png",
        "leftImg8bit/train/c/c_000000_000019_leftImg8bit.png",
        "gtFine/val/b/b_000001_000019_gtFine_labelIds.png",
        "gtFine/val/b/b_000001_000019_gtFine_instanceIds.png",
        "gtFine/val/b/b_000001_000019_gtFine_color.png",
        "gtFine/val/a/a_000000_000019_gtFine_labelIds.png",
        "gtFine/val/a/.hidden_gtFine_labelIds.png",
        "gtFine/train/c/c_000000_000019_gtFine_polygons.json",
    };
    static const char *const val[] = {
        "a/a_000000_000019 leftImg8bit/val/a/a_000000_000019_leftImg8bit.png "
        "gtFine/val/a/a_000000_000019_gtFine_labelIds.png -",
        "b/b_000001_000019 leftImg8bit/val/b/b_000001_000019_leftImg8bit.png "
        "gtFine/val/b/b_000001_000019_gtFine_labelIds.png b_000001_000019_gtFine_instanceIds.png",
    };
    static const char *const train[] = { "c/c_000000_000019 c_000000_000019_leftImg8bit.png "
                                         "c_000000_000019_gtFine_polygons.json -" };
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    make_files(&dir, files, COUNT(files));
    VoloDatasetOptions options = options_of("cityscapes", dir.path);
    VoloDataset *d = open_set(&options);
    check_pairs(d, val, COUNT(val));
    assert_string_equal(volo_dataset_name(d), "cityscapes");
    assert_string_equal(volo_dataset_split(d), "val");
    assert_int_equal(volo_dataset_label_kind(d), VOLO_LABELS_IDS);
    assert_true(volo_dataset_has_instances(d));
    assert_string_equal(volo_label_space_name(volo_dataset_space(d)), "cityscapes");
    volo_dataset_free(d);
    options.split = "train";
    d = open_set(&options);
    check_pairs(d, train, COUNT(train));
    assert_int_equal(volo_dataset_label_kind(d), VOLO_LABELS_POLYGONS);
    assert_int_equal(volo_label_space_kind(volo_dataset_space(d)), VOLO_LABELS_IDS);
    assert_false(volo_dataset_has_instances(d));
    volo_dataset_free(d);
    scratch_dir_clear(&dir);
}

static void takes_label_folders_where_only_labels_are_wanted(void **state)
{
    static const char *const files[] = { "gtFine/val/a/a_000000_000019_gtFine_labelIds.png",
                                         "gtFine/val/a/a_000000_000019_gtFine_instanceIds.png",
                                         "gtFine/val/a/a_000000_000019_gtFine_labelTrainIds.png" };
    static const char *const want[] = { "a/a_000000_000019 - a_000000_000019_gtFine_labelIds.png "
                                        "a_000000_000019_gtFine_instanceIds.png" };
    static const char *const roots[] = { "", "/", "/gtFine", "/gtFine/", "/gtFine/val" };
    char root[600], digest[2][65];
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    make_files(&dir, files, COUNT(files));
    for (size_t i = 0; i < COUNT(roots); i++) {
        snprintf(root, sizeof root, "%s%s", dir.path, roots[i]);
        VoloDatasetOptions options = options_of("cityscapes", root);
        options.without_images = true;
        VoloDataset *d = open_set(&options);

        check_pairs(d, want, COUNT(want));
        volo_dataset_digest(d, digest[i > 0]);
        assert_int_equal(strlen(digest[0]), 64);
        assert_true(i == 0 || strcmp(digest[0], digest[1]) == 0);
        volo_dataset_free(d);
    }
    VoloDatasetOptions options = options_of("cityscapes", dir.path);
    options.without_images = true;
    options.kind = VOLO_LABELS_TRAIN_IDS;
    VoloDataset *d = open_set(&options);
    assert_int_equal(volo_label_space_kind(volo_dataset_space(d)), VOLO_LABELS_TRAIN_IDS);
    volo_dataset_digest(d, digest[1]);
    assert_string_not_equal(digest[0], digest[1]);
    volo_dataset_free(d);
    scratch_dir_clear(&dir);
}

static void finds_the_trees_of_the_others(void **state)
{
    static const struct {
        const char *set, *split, *files[4], *want;
    } trees[] = {
        { "ade20k",
          NULL,
          { "images/validation/x.jpg", "annotations/validation/x.png" },
          "x images/validation/x.jpg annotations/validation/x.png -" },
        { "ade20k",
          "train",
          { "ADEChallengeData2016/images/training/x.jpg",
            "ADEChallengeData2016/annotations/training/x.png" },
          "x training/x.jpg annotations/training/x.png -" },
        { "camvid", NULL, { "val/f.png", "valannot/f.png" }, "f val/f.png valannot/f.png -" },
        { "camvid", "test", { "test/f.jpg", "testannot/f.png" }, "f test/f.jpg testannot/f.png -" },
        { "kitti",
          "all",
          { "training/image_2/1.png", "training/semantic/1.png", "training/instance/1.png" },
          "1 image_2/1.png semantic/1.png instance/1.png" },
        { "kitti",
          "all",
          { "image_2/1.jpg", "semantic/1.png" },
          "1 image_2/1.jpg semantic/1.png -" },
        { "bdd100k",
          NULL,
          { "images/10k/val/v.jpg", "labels/sem_seg/masks/val/v.png" },
          "v images/10k/val/v.jpg masks/val/v.png -" },
        { "bdd100k",
          NULL,
          { "images/val/v.jpg", "labels/val/v_train_id.png" },
          "v images/val/v.jpg labels/val/v_train_id.png -" },
        { "bdd100k", NULL, { "images/v.jpg", "labels/v.png" }, "v images/v.jpg labels/v.png -" },
        { "iddlite",
          NULL,
          { "leftImg8bit/val/7/f_image.jpg", "gtFine/val/7/f_label.png",
            "gtFine/val/7/f_inst_label.jpg" },
          "7/f leftImg8bit/val/7/f_image.jpg gtFine/val/7/f_label.png -" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(trees); i++) {
        ScratchDir dir;

        scratch_dir_init(&dir);
        for (size_t j = 0; j < 4 && trees[i].files[j]; j++)
            make_file(&dir, trees[i].files[j]);
        VoloDatasetOptions options = options_of(trees[i].set, dir.path);
        options.split = trees[i].split;
        VoloDataset *d = open_set(&options);
        check_pairs(d, &trees[i].want, 1);
        volo_dataset_free(d);
        scratch_dir_clear(&dir);
    }
}

static void keeps_every_fifth_pair_of_kitti_for_validation(void **state)
{
    ScratchDir dir;
    size_t val = 0, train = 0;

    (void)state;
    scratch_dir_init(&dir);
    for (int i = 0; i < 12; i++) {
        char name[40];

        snprintf(name, sizeof name, "semantic/%06d_10.png", i);
        make_file(&dir, name);
    }
    VoloDatasetOptions options = options_of("kitti", dir.path);
    options.without_images = true;
    VoloDataset *d = open_set(&options);
    val = volo_dataset_count(d);
    assert_string_equal(volo_dataset_pair_name(d, 0), "000004_10");
    assert_string_equal(volo_dataset_pair_name(d, 1), "000009_10");
    volo_dataset_free(d);
    options.split = "train";
    d = open_set(&options);
    train = volo_dataset_count(d);
    volo_dataset_free(d);
    assert_int_equal(val, 2);
    assert_int_equal(train, 10);
    scratch_dir_clear(&dir);
}

/* --- what is wrong --- */

typedef struct Problems {
    size_t count;
    char text[8][240];
} Problems;

static void note_problem(const VoloError *problem, void *user)
{
    Problems *p = user;

    assert_true(p->count < 8);
    snprintf(p->text[p->count++], sizeof p->text[0], "%s", problem->message);
}

static void names_pictures_and_labels_without_counterpart(void **state)
{
    static const char *const files[] = { "val/a.png",      "val/b.png",      "val/c.png",
                                         "val/c.jpg",      "val/e.png",      "valannot/a.png",
                                         "valannot/c.png", "valannot/d.png", "val/readme.txt" };
    static const char *const want[] = { "a val/a.png valannot/a.png -" };
    Problems problems = { 0 };
    VoloDataset *d = NULL;
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    make_files(&dir, files, COUNT(files));
    VoloDatasetOptions options = options_of("camvid", dir.path);
    assert_int_equal(volo_dataset_open(&options, &d, &err), VOLO_ERR_MISSING);
    assert_true(strstr(err.message, "/val/b.png' has no label file below '") != NULL);
    options.problem = note_problem;
    options.user = &problems;
    d = open_set(&options);
    check_pairs(d, want, 1);
    assert_int_equal(problems.count, 4);
    assert_non_null(strstr(problems.text[0], "/val/b.png' has no label file below"));
    assert_non_null(strstr(problems.text[1], "/val/e.png' has no label file below"));
    assert_non_null(strstr(problems.text[2], "two pictures for 'c' below '"));
    assert_non_null(strstr(problems.text[3], "/valannot/d.png' has no picture below '"));
    volo_dataset_free(d);
    scratch_dir_clear(&dir);
}

static void check_refused(const VoloDatasetOptions *options, VoloStatus status, const char *message)
{
    VoloDataset *d = NULL;
    VoloError err;

    assert_int_equal(volo_dataset_open(options, &d, &err), status);
    if (!strstr(err.message, message))
        fail_msg("'%s', wanted '%s'", err.message, message);
    assert_null(d);
}

static void names_what_there_is_not(void **state)
{
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    VoloDatasetOptions options = options_of("cityscapes", dir.path);
    check_refused(&options, VOLO_ERR_MISSING,
                  "': no label files of cityscapes, split 'val' (as "
                  "'gtFine/%/*_gtFine_labelIds.png')");
    options.split = "night";
    check_refused(&options, VOLO_ERR_MISSING,
                  "cityscapes has no split 'night'; there are val train test");
    options = options_of("voc", dir.path);
    check_refused(&options, VOLO_ERR_MISSING, "there is no data set 'voc'");
    options = options_of("camvid", NULL);
    check_refused(&options, VOLO_ERR_ARGUMENT, "no root folder given");
    options = (VoloDatasetOptions)VOLO_DATASET_OPTIONS_INIT;
    options.labels = dir.path;
    options.table = "camvid";
    check_refused(&options, VOLO_ERR_ARGUMENT, "need images, labels and a label table");
    options.images = dir.path;
    check_refused(&options, VOLO_ERR_MISSING, "': no label files (PNG or polygon JSON)");
    options.labels = "/nowhere";
    check_refused(&options, VOLO_ERR_IO, "cannot list '/nowhere'");
    scratch_dir_clear(&dir);
}

static void pairs_any_two_folders(void **state)
{
    static const char *const files[] = { "pics/x/1.jpg", "pics/2.png", "truth/x/1.png",
                                         "truth/2.png" };
    static const char *const want[] = { "2 pics/2.png truth/2.png -",
                                        "x/1 pics/x/1.jpg truth/x/1.png -" };
    char images[600], labels[600];
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    make_files(&dir, files, COUNT(files));
    snprintf(images, sizeof images, "%s/pics", dir.path);
    snprintf(labels, sizeof labels, "%s/truth", dir.path);
    VoloDatasetOptions options = VOLO_DATASET_OPTIONS_INIT;
    options.images = images;
    options.labels = labels;
    options.table = "iddlite";
    VoloDataset *d = open_set(&options);
    check_pairs(d, want, COUNT(want));
    assert_string_equal(volo_dataset_name(d), "folder");
    assert_string_equal(volo_dataset_split(d), "");
    assert_int_equal(volo_label_space_class_count(volo_dataset_space(d)), 7);
    volo_dataset_free(d);
    scratch_dir_clear(&dir);
}

/* --- predictions --- */

static void takes_pairs_one_by_one(void **state)
{
    ScratchDir dir;
    char paths[6][600];
    const char *labels[3], *predictions[3];
    VoloDataset *d = NULL;
    VoloPairBuffer buffer;
    VoloError err = { 0 };

    (void)state;
    scratch_dir_init(&dir);
    for (size_t i = 0; i < 3; i++) {
        snprintf(paths[i], sizeof paths[i], "%s/c_%zu_gtFine_labelIds.png", dir.path, 2 - i);
        snprintf(paths[3 + i], sizeof paths[i], "elsewhere/%zu.png", i);
        labels[i] = paths[i];
        predictions[i] = paths[3 + i];
    }
    make_file(&dir, "c_1_gtFine_instanceIds.png");
    const VoloDatasetFiles files = { "cityscapes", labels, predictions, 3 };
    assert_int_equal(volo_dataset_open_files(&files, &d, &err), VOLO_OK);
    assert_int_equal(volo_dataset_count(d), 3);
    assert_true(volo_dataset_has_instances(d));
    for (size_t i = 0; i < 3; i++) {
        const VoloPair pair = volo_dataset_pair(d, i, &buffer);

        assert_string_equal(pair.labels, labels[2 - i]);
        assert_string_equal(pair.prediction, predictions[2 - i]);
        assert_int_equal(pair.instances != NULL, i == 1);
        assert_null(pair.image);
    }
    volo_dataset_free(d);
    labels[1] = "gt/other.png"; /* no ending in common: whole paths are names */
    assert_int_equal(volo_dataset_open_files(&files, &d, &err), VOLO_OK);
    assert_string_equal(volo_dataset_pair(d, 2, &buffer).labels, "gt/other.png");
    assert_false(volo_dataset_has_instances(d));
    volo_dataset_free(d);
    scratch_dir_clear(&dir);
}

static void refuses_pairs_that_are_none(void **state)
{
    const char *const labels[] = { "a_gtFine_labelIds.png", "a_gtFine_labelIds.png" };
    const char *const predictions[] = { "1.png", "2.png" };
    VoloDataset *d = NULL;
    VoloError err = { 0 };

    (void)state;
    VoloDatasetFiles files = { "cityscapes", labels, predictions, 2 };
    assert_int_equal(volo_dataset_open_files(&files, &d, &err), VOLO_ERR_FORMAT);
    assert_string_equal(err.message, "'a_gtFine_labelIds.png' is given twice");
    files.count = 0;
    assert_int_equal(volo_dataset_open_files(&files, &d, &err), VOLO_ERR_MISSING);
    files.name = "nothing";
    assert_int_equal(volo_dataset_open_files(&files, &d, &err), VOLO_ERR_MISSING);
    assert_null(d);
}

static void finds_predictions_by_city_sequence_and_frame(void **state)
{
    static const char *const files[] = {
        "gtFine/val/a/a_000000_000019_gtFine_labelIds.png",
        "gtFine/val/a/a_000001_000019_gtFine_labelIds.png",
        "gtFine/val/a/a_000002_000019_gtFine_labelIds.png",
        "p/deep/er/a_000000_000019_leftImg8bit.png",
        "p/a_000001_000019.png",
        "p/x/a_000001_000019_again.png",
        "p/a_000002_000019.jpg",
        "p/b_000002_000019.png",
    };
    Problems problems = { 0 };
    VoloPairBuffer buffer;
    char folder[600];
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    make_files(&dir, files, COUNT(files));
    VoloDatasetOptions options = options_of("cityscapes", dir.path);
    options.without_images = true;
    VoloDataset *d = open_set(&options);
    snprintf(folder, sizeof folder, "%s/p", dir.path);
    assert_int_equal(volo_dataset_match_predictions(d, folder, NULL, NULL, &err), VOLO_ERR_FORMAT);
    assert_non_null(strstr(err.message, "'a/a_000001_000019': several predictions below '"));
    assert_non_null(strstr(err.message, "one is 'a_000001_000019.png'"));
    assert_int_equal(volo_dataset_match_predictions(d, folder, note_problem, &problems, &err),
                     VOLO_OK);
    assert_int_equal(problems.count, 2);
    assert_non_null(strstr(problems.text[1], "'a/a_000002_000019': no prediction below '"));
    assert_true(ends(volo_dataset_pair(d, 0, &buffer).prediction,
                     "/p/deep/er/a_000000_000019_leftImg8bit.png"));
    assert_null(volo_dataset_pair(d, 1, &buffer).prediction);
    assert_null(volo_dataset_pair(d, 2, &buffer).prediction);
    volo_dataset_free(d);
    scratch_dir_clear(&dir);
}

static void finds_predictions_by_path_before_name(void **state)
{
    static const char *const files[] = {
        "gtFine/val/1/f0_label.png", "gtFine/val/2/f0_label.png",
        "gtFine/val/2/f1_label.png", "gtFine/val/3/f2_label.png",
        "gtFine/val/3/f3_label.png", "p/1/f0.png",
        "p/2/f0_image.png",          "p/f1.png",
        "p/2/f1_label.png",          "p/flat/f2_image.png",
        "p/3/f3_label.png",          "p/f0.png",
    };
    static const char *const want[] = { "/p/1/f0.png", "/p/2/f0_image.png", "/p/2/f1_label.png",
                                        "/p/flat/f2_image.png", "/p/3/f3_label.png" };
    VoloPairBuffer buffer;
    char folder[600];
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    make_files(&dir, files, COUNT(files));
    VoloDatasetOptions options = options_of("iddlite", dir.path);
    options.without_images = true;
    VoloDataset *d = open_set(&options);
    snprintf(folder, sizeof folder, "%s/p", dir.path);
    if (volo_dataset_match_predictions(d, folder, NULL, NULL, &err))
        fail_msg("%s", err.message);
    for (size_t i = 0; i < COUNT(want); i++) {
        const char *got = volo_dataset_pair(d, i, &buffer).prediction;
        if (!ends(got, want[i]))
            fail_msg("pair %zu: '%s', wanted '%s'", i, got ? got : "-", want[i]);
    }
    volo_dataset_free(d);
    scratch_dir_clear(&dir);
}

static void reads_the_values_of_a_pair(void **state)
{
    const uint8_t labels[] = { 7, 26, 26, 0 };
    const uint16_t instances[] = { 7 * 256, 26 * 256 + 3, 26 * 256, 255 * 256 + 255 };
    const uint16_t want[] = { 7, 26003, 26, 65535 };
    VoloRawPicture *picture = NULL;
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    make_file(&dir, "semantic/a.png");
    make_file(&dir, "instance/a.png");
    const VoloPng a = { .height = 2, .width = 2, .kind = VOLO_PIXELS_GREY8, .pixels = labels };
    const VoloPng b = { .height = 2, .width = 2, .kind = VOLO_PIXELS_GREY16, .pixels = instances };
    assert_int_equal(volo_png_write(scratch_path(&dir, "semantic/a.png"), &a, &err), VOLO_OK);
    assert_int_equal(volo_png_write(scratch_path(&dir, "instance/a.png"), &b, &err), VOLO_OK);
    VoloDatasetOptions options = options_of("kitti", dir.path);
    options.without_images = true;
    options.split = "all";
    VoloDataset *d = open_set(&options);
    assert_int_equal(volo_raw_picture_new(&picture, &err), VOLO_OK);
    assert_int_equal(volo_dataset_load_labels(d, 0, picture, &err), VOLO_OK);
    assert_memory_equal(volo_raw_picture_labels(picture), labels, sizeof labels);
    assert_int_equal(volo_dataset_load_instances(d, 0, picture, &err), VOLO_OK);
    assert_memory_equal(volo_raw_picture_instances(picture), want, sizeof want);
    volo_raw_picture_free(picture);
    volo_dataset_free(d);
    scratch_dir_clear(&dir);
}

static void describes_every_registered_set(void **state)
{
    (void)state;
    assert_true(volo_dataset_info("cityscapes").boundary_of_cityscapes);
    assert_true(volo_dataset_info("kitti").convention_of_cityscapes);
    assert_false(volo_dataset_info("camvid").convention_of_cityscapes);
    assert_string_equal(volo_dataset_info("ade20k").labels, "annotations/%");
    assert_string_equal(volo_dataset_info("iddlite").splits[1], "train");
    assert_null(volo_dataset_info("iddlite").splits[2]);
    assert_null(volo_dataset_info("voc").name);
}

/* --- real data, where they are --- */

static void finds_the_sets_beside_the_repository(void **state)
{
    static const struct {
        const char *folder, *set, *split;
        size_t pairs;
    } sets[] = { { "camvid", "camvid", NULL, 101 },
                 { "camvid", "camvid", "train", 367 },
                 { "kitti", "kitti", NULL, 32 },
                 { "kitti", "kitti", "all", 160 },
                 { "idd_lite", "iddlite", NULL, 204 },
                 { "cityscapes_mini", "cityscapes", "train", 6 },
                 { "bdd100k_sample", "bdd100k", NULL, 16 },
                 { "ade20k_mini", "ade20k", NULL, 2 } };
    VoloRawPicture *picture = NULL;
    VoloError err;
    char root[4096];

    (void)state;
    assert_int_equal(volo_raw_picture_new(&picture, &err), VOLO_OK);
    for (size_t i = 0; i < COUNT(sets); i++) {
        uint64_t counts[256] = { 0 };

        snprintf(root, sizeof root, "%s/data/%s", getenv("VOLO_SHARED"), sets[i].folder);
        VoloDatasetOptions options = options_of(sets[i].set, root);
        options.split = sets[i].split;
        VoloDataset *d = open_set(&options);
        assert_int_equal(volo_dataset_count(d), sets[i].pairs);
        for (size_t j = 0; j < volo_dataset_count(d); j += 9) {
            if (volo_dataset_load_labels(d, j, picture, &err))
                fail_msg("%s", err.message);
            const size_t pixels =
                volo_raw_picture_height(picture) * volo_raw_picture_width(picture);
            for (size_t k = 0; k < pixels; k++)
                counts[volo_raw_picture_labels(picture)[k]]++;
        }
        if (volo_label_space_check(volo_dataset_space(d), root, counts, &err))
            fail_msg("%s", err.message);
        volo_dataset_free(d);
    }
    volo_raw_picture_free(picture);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_tree_of_cityscapes),
        cmocka_unit_test(takes_label_folders_where_only_labels_are_wanted),
        cmocka_unit_test(finds_the_trees_of_the_others),
        cmocka_unit_test(keeps_every_fifth_pair_of_kitti_for_validation),
        cmocka_unit_test(names_pictures_and_labels_without_counterpart),
        cmocka_unit_test(names_what_there_is_not),
        cmocka_unit_test(pairs_any_two_folders),
        cmocka_unit_test(takes_pairs_one_by_one),
        cmocka_unit_test(refuses_pairs_that_are_none),
        cmocka_unit_test(finds_predictions_by_city_sequence_and_frame),
        cmocka_unit_test(finds_predictions_by_path_before_name),
        cmocka_unit_test(reads_the_values_of_a_pair),
        cmocka_unit_test(describes_every_registered_set),
    };
    const struct CMUnitTest real[] = { cmocka_unit_test(finds_the_sets_beside_the_repository) };

    if (argc > 1 && strcmp(argv[1], "real") == 0)
        return cmocka_run_group_tests(real, NULL, NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
