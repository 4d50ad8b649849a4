/* SPDX-License-Identifier: Apache-2.0 */
#include "app/viewer/truth.h"
#include "app/viewer/viewer_error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/viewer/main_loop.h"

/* --- where it lies ---------------------------------------------------------------------------- */

/* Files of a tree, and whose rules lead from the picture to its labels; NULL: no data set's. */
typedef struct Place {
    const char *picture, *labels, *dataset;
} Place;

static const Place places[] = {
    { "c/leftImg8bit/val/bonn/bonn_000000_000019_leftImg8bit.png",
      "c/gtFine/val/bonn/bonn_000000_000019_gtFine_labelIds.png", "cityscapes" },
    { "c/leftImg8bit/val/bonn/bonn_000001_000019_leftImg8bit.jpg",
      "c/gtFine/val/bonn/bonn_000001_000019_gtFine_labelTrainIds.png", "cityscapes" },
    { "c/leftImg8bit/val/bonn/bonn_000002_000019_leftImg8bit.png",
      "c/gtFine/val/bonn/bonn_000002_000019_gtFine_polygons.json", "cityscapes" },
    { "leftImg8bit/leftImg8bit/a_leftImg8bit.png", "leftImg8bit/gtFine/a_gtFine_labelIds.png",
      "cityscapes" },
    { "flat/b_leftImg8bit.png", "flat/b_gtFine_labelIds.png", "cityscapes" },
    { "i/leftImg8bit/train/106/344832_image.jpg", "i/gtFine/train/106/344832_label.png",
      "iddlite" },
    { "a/images/validation/ADE_val_00000001.jpg", "a/annotations/validation/ADE_val_00000001.png",
      "ade20k" },
    { "k/training/image_2/000001_10.png", "k/training/semantic/000001_10.png", "kitti" },
    { "k/image_2/000002_10.jpg", "k/semantic/000002_10.png", "kitti" },
    { "b/images/10k/val/0004a4c0-d4dff0ad.jpg", "b/labels/sem_seg/masks/val/0004a4c0-d4dff0ad.png",
      "bdd100k" },
    { "b/images/val/0004a4c0-d4dff0ae.jpg", "b/labels/val/0004a4c0-d4dff0ae_train_id.png",
      "bdd100k" },
    { "b/images/00a360bd-27ccb1dd.jpg", "b/labels/00a360bd-27ccb1dd.png", "bdd100k" },
    { "v/train/0001TP_006690.jpg", "v/trainannot/0001TP_006690.png", "camvid" },
    { "CamVid/test/0001TP_008550.png", "CamVid/testannot/0001TP_008550.png", "camvid" },
    { "my/images/val/x.jpg", "my/masks/val/x.png", NULL },
    { "my/pictures/y.jpg", "my/gt/y.png", NULL },
    { "my/pictures/z.png", "my/annotations/z.png", NULL },
};

static void touch(const ScratchDir *dir, const char *name)
{
    char *const folder = g_path_get_dirname(name);

    make_folder(dir, folder);
    scratch_write(dir, name, "", 0);
    g_free(folder);
}

static void finds_labels_where_data_sets_put_them(void **state)
{
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
        touch(&dir, places[i].picture);
        touch(&dir, places[i].labels);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
        const char *dataset = "?";
        char *const found = volo_truth_find(scratch_path(&dir, places[i].picture), &dataset);

        if (!found)
            fail_msg("nothing for %s", places[i].picture);
        assert_string_equal(found, scratch_path(&dir, places[i].labels));
        if (places[i].dataset)
            assert_string_equal(dataset, places[i].dataset);
        else
            assert_null(dataset);
        g_free(found);
    }
    scratch_dir_clear(&dir);
}

static void finds_nothing_where_nothing_is(void **state)
{
    static const char *const names[] = { "leftImg8bit/val/a_leftImg8bit.png", "images/ADE_1.jpg",
                                         "labels/x.png", "train/t.jpg", "image_2/1.png" };
    const char *dataset = "?";
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        touch(&dir, names[i]);
        assert_null(volo_truth_find(scratch_path(&dir, names[i]), &dataset));
        assert_null(dataset);
    }
    assert_null(volo_truth_find("/", &dataset));
    assert_null(volo_truth_find("x", &dataset));
    assert_null(volo_truth_find("", &dataset));
    scratch_dir_clear(&dir);
}

/* --- what it says ----------------------------------------------------------------------------- */

#define COUNT 6 /* labels of a file, 2 x 3 */

static VoloClassTable *table(const char *name)
{
    VoloClassTable *opened = NULL;
    VoloError err;

    if (name && volo_class_table_open(name, &opened, &err))
        fail_msg("%s", err.message);
    return opened;
}

/* A file with these values, read with hints, has those classes of that table. */
static void check(const char *name, const char *dataset, const char *hint,
                  const uint8_t values[COUNT], const char *classes, const uint8_t want[COUNT],
                  gboolean prediction)
{
    VoloClassTable *const hints = table(hint);
    GError *error = NULL;
    ScratchDir dir;

    scratch_dir_init(&dir);
    const char *const path = write_grey(&dir, name, 2, 3, values);
    VoloSegmentation *const read = prediction ? volo_prediction_load(path, hints, NULL, &error)
                                              : volo_truth_load(path, dataset, hints, NULL, &error);
    if (!read)
        fail_msg("%s", error->message);
    assert_string_equal(volo_class_table_name(volo_segmentation_classes(read)), classes);
    assert_memory_equal(volo_mask_labels(volo_segmentation_mask(read)), want, COUNT);
    assert_null(volo_segmentation_confidence(read));
    char *const base = g_path_get_basename(name);
    assert_string_equal(volo_segmentation_source(read), base);
    g_free(base);
    g_object_unref(read);
    volo_class_table_free(hints);
    scratch_dir_clear(&dir);
}

static void reads_the_values_of_each_data_set(void **state)
{
    static const uint8_t ids[] = { 7, 8, 0, 33, 26, 11 }, of_ids[] = { 0, 1, 255, 18, 13, 2 };
    static const uint8_t train[] = { 0, 1, 255, 18, 13, 2 };
    static const uint8_t scene[] = { 0, 1, 150, 20, 3, 4 }, of_scene[] = { 255, 0, 149, 19, 2, 3 };
    static const uint8_t camvid[] = { 0, 10, 11, 3, 4, 5 }, of_camvid[] = { 0, 10, 255, 3, 4, 5 };
    static const uint8_t idd[] = { 0, 6, 255, 3, 4, 5 };

    (void)state;
    check("a_gtFine_labelIds.png", "cityscapes", NULL, ids, "cityscapes", of_ids, FALSE);
    check("a_gtFine_labelTrainIds.png", "cityscapes", NULL, train, "cityscapes", train, FALSE);
    check("a.png", "kitti", NULL, ids, "cityscapes", of_ids, FALSE);
    check("a.png", "bdd100k", NULL, train, "bdd100k", train, FALSE);
    check("a.png", "ade20k", NULL, scene, "ade20k", of_scene, FALSE);
    check("a.png", "camvid", NULL, camvid, "camvid", of_camvid, FALSE);
    check("a_label.png", "iddlite", NULL, idd, "iddlite", idd, FALSE);
    /* trainIds under the name of ids are recognised by their 255 beside small values */
    check("a_gtFine_labelIds.png", "ade20k", NULL, train, "ade20k", train, FALSE);
}

static void guesses_by_values_name_and_the_models_classes(void **state)
{
    static const uint8_t ids[] = { 7, 8, 0, 33, 26, 11 }, of_ids[] = { 0, 1, 255, 18, 13, 2 };
    static const uint8_t low[] = { 0, 1, 2, 4, 7, 8 }, of_low[] = { 255, 255, 255, 255, 0, 1 };
    static const uint8_t scene[] = { 0, 1, 150, 20, 3, 4 }, of_scene[] = { 255, 0, 149, 19, 2, 3 };
    static const uint8_t both[] = { 1, 149, 20, 3, 4, 5 }, of_both[] = { 0, 148, 19, 2, 3, 4 };
    static const uint8_t train[] = { 1, 149, 255, 3, 4, 5 };

    (void)state;
    check("a.png", NULL, NULL, ids, "cityscapes", of_ids, FALSE);
    check("a.png", NULL, "cityscapes", ids, "cityscapes", of_ids, FALSE);
    check("a.png", NULL, NULL, low, "cityscapes", low, FALSE);
    check("a_labelIds.png", NULL, NULL, low, "cityscapes", of_low, FALSE);
    check("a_labelIds.png", NULL, "cityscapes", low, "cityscapes", of_low, FALSE);
    check("a.png", NULL, NULL, scene, "ade20k", of_scene, FALSE);
    check("a.png", NULL, "ade20k", scene, "ade20k", of_scene, FALSE);
    check("a.png", NULL, "ade20k", both, "ade20k", of_both, FALSE); /* a truth: index + 1 */
    check("a.png", NULL, "ade20k", both, "ade20k", both, TRUE);     /* a prediction: indices */
    check("a.png", NULL, "ade20k", train, "ade20k", train, FALSE);
    check("a.png", NULL, NULL, both, "ade20k", both, TRUE);
    check("a.png", NULL, "camvid", low, "camvid", low, TRUE);
}

static void takes_the_classes_of_a_model_of_its_own(void **state)
{
    static const char *const names[] = { "cell", "wall", "void" };
    static const uint8_t values[] = { 0, 1, 2, 255, 0, 1 };
    VoloClassTable *own = NULL;
    GError *error = NULL;
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    assert_int_equal(volo_class_table_new("cells", 3, names, NULL, NULL, &own, &err), VOLO_OK);
    VoloSegmentation *const read =
        volo_truth_load(write_grey(&dir, "a.png", 2, 3, values), NULL, own, NULL, &error);
    assert_null(error);
    assert_string_equal(volo_class_table_get(volo_segmentation_classes(read), 1)->name, "wall");
    assert_memory_equal(volo_mask_labels(volo_segmentation_mask(read)), values, COUNT);
    g_object_unref(read);
    volo_class_table_free(own);
    scratch_dir_clear(&dir);
}

static void draws_polygons(void **state)
{
    static const char text[] = "{\"imgHeight\":4,\"imgWidth\":4,\"objects\":[{\"label\":\"road\","
                               "\"polygon\":[[0,0],[3,0],[3,1],[0,1]]}]}";
    GError *error = NULL;
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    VoloSegmentation *const read =
        volo_truth_load(scratch_write(&dir, "a_gtFine_polygons.json", text, strlen(text)),
                        "cityscapes", NULL, NULL, &error);
    assert_null(error);
    const uint8_t *const labels = volo_mask_labels(volo_segmentation_mask(read));
    assert_int_equal(labels[0], 0);
    assert_int_equal(labels[15], 255);
    g_object_unref(read);
    scratch_dir_clear(&dir);
}

/* --- what it cannot say ----------------------------------------------------------------------- */

static void check_refused(const char *path, const char *dataset, VoloStatus status,
                          const char *message)
{
    GError *error = NULL;

    assert_null(volo_truth_load(path, dataset, NULL, NULL, &error));
    assert_int_equal(volo_viewer_error_status(error), status);
    if (!strstr(error->message, message))
        fail_msg("'%s' does not say '%s'", error->message, message);
    g_error_free(error);
}

static void says_which_values_mean_nothing(void **state)
{
    static const uint8_t values[] = { 3, 77, 201, 3, 222, 254 };
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    check_refused(write_grey(&dir, "a.png", 2, 3, values), NULL, VOLO_ERR_FORMAT,
                  "a.png': the values 3, 77, 201, 222, 254 are the labels of no data set known");
    check_refused(write_grey(&dir, "b.png", 2, 3, values), "cityscapes", VOLO_ERR_FORMAT,
                  "b.png': value 77 (1 pixels) is none of");
    check_refused(write_flat(&dir, "c.png", 4, 4, 7), NULL, VOLO_ERR_UNSUPPORTED, "c.png'");
    check_refused(scratch_write(&dir, "d.png", "text", 4), NULL, VOLO_ERR_UNSUPPORTED, "d.png'");
    check_refused(scratch_write(&dir, "e.json", "{", 1), NULL, VOLO_ERR_FORMAT, "e.json'");
    check_refused(scratch_path(&dir, "none.png"), NULL, VOLO_ERR_IO, "none.png'");
    check_refused(write_huge_header(&dir, "h.png"), NULL, VOLO_ERR_LIMIT, "60000");
    scratch_dir_clear(&dir);
}

/* --- real trees ------------------------------------------------------------------------------- */

typedef struct RealTree {
    const char *pictures, *dataset;
} RealTree;

/* Every picture of the folder has its truth, and that can be read. At most 20 of them are. */
static void check_tree(const RealTree *tree)
{
    char *const folder = g_build_filename(getenv("VOLO_SHARED"), "data", tree->pictures, NULL);
    GDir *const dir = g_dir_open(folder, 0, NULL);
    const char *name;
    int seen = 0;

    assert_non_null(dir);
    while ((name = g_dir_read_name(dir)) && seen < 20) {
        char *const picture = g_build_filename(folder, name, NULL);
        const char *dataset = NULL;
        GError *error = NULL;
        char *const path = volo_truth_find(picture, &dataset);

        if (!path)
            fail_msg("no truth for %s", picture);
        assert_string_equal(dataset, tree->dataset);
        VoloSegmentation *const read = volo_truth_load(path, dataset, NULL, NULL, &error);
        if (!read)
            fail_msg("%s", error->message);
        assert_true(volo_segmentation_counts(read)[255] <
                    volo_mask_height(volo_segmentation_mask(read)) *
                        volo_mask_width(volo_segmentation_mask(read)));
        g_object_unref(read);
        g_free(path);
        g_free(picture);
        seen++;
    }
    assert_true(seen > 0);
    g_dir_close(dir);
    g_free(folder);
}

static void reads_the_truth_of_real_trees(void **state)
{
    static const RealTree trees[] = {
        { "ade20k_mini/images/validation", "ade20k" },
        { "bdd100k_sample/images", "bdd100k" },
        { "camvid/train", "camvid" },
        { "camvid/val", "camvid" },
        { "cityscapes_mini/leftImg8bit/train/aachen", "cityscapes" },
        { "idd_lite/leftImg8bit/train/106", "iddlite" },
        { "kitti/image_2", "kitti" },
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(trees); i++)
        check_tree(&trees[i]);
}

static void finds_the_truth_of_the_samples(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        const char *dataset = NULL;
        GError *error = NULL;
        char *const path = volo_truth_find(sample_picture(i), &dataset);

        assert_non_null(path);
        assert_string_equal(dataset, "cityscapes");
        VoloSegmentation *const read = volo_truth_load(path, dataset, NULL, NULL, &error);
        assert_null(error);
        assert_int_equal(volo_mask_width(volo_segmentation_mask(read)), 1024);
        g_object_unref(read);
        g_free(path);
    }
}

static int start_library(void **state)
{
    VoloError err;

    (void)state;
    return (int)volo_init(&err);
}

/* Argument "real": the trees beside the source tree. */
int main(int count, char **argument)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_labels_where_data_sets_put_them),
        cmocka_unit_test(finds_nothing_where_nothing_is),
        cmocka_unit_test(reads_the_values_of_each_data_set),
        cmocka_unit_test(guesses_by_values_name_and_the_models_classes),
        cmocka_unit_test(takes_the_classes_of_a_model_of_its_own),
        cmocka_unit_test(draws_polygons),
        cmocka_unit_test(says_which_values_mean_nothing),
        cmocka_unit_test(finds_the_truth_of_the_samples),
    };
    const struct CMUnitTest real[] = { cmocka_unit_test(reads_the_truth_of_real_trees) };

    if (count > 1 && strcmp(argument[1], "real") == 0)
        return cmocka_run_group_tests(real, start_library, NULL);
    return cmocka_run_group_tests(tests, start_library, NULL);
}
