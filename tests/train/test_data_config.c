/* SPDX-License-Identifier: Apache-2.0 */
/* The data side of a training's file: every member arrives, paths are relative to the file, and
 * what is wrong is named with its field. */
#include "support/scratch_dir.h"
#include "train/data_config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

typedef struct Scene {
    ScratchDir dir;
    VoloDataConfig *config;
    VoloError err;
} Scene;

static int setup(void **state)
{
    static Scene scene;

    scratch_dir_init(&scene.dir);
    assert_int_equal(volo_data_config_new(&scene.config, NULL), VOLO_OK);
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

static VoloStatus read_text(Scene *s, const char *text)
{
    return volo_data_config_read(s->config,
                                 scratch_write(&s->dir, "train.json", text, strlen(text)), &s->err);
}

static const VoloDataOptions *read_well(Scene *s, const char *text)
{
    if (read_text(s, text))
        fail_msg("%s", s->err.message);
    return volo_data_config_options(s->config);
}

static void reads_every_number(void **state)
{
    const VoloDataOptions *o = read_well(
        *state,
        "{\"sampling\":{\"seed\":5,\"rare\":0.25,\"rare_temperature\":0.1},"
        "\"augment\":{\"crop\":\"128x256\",\"scale\":[0.25,4],\"cat_max_ratio\":0.5,\"flip\":0.1,"
        "\"photometric\":0.2,\"brightness\":10,\"contrast\":0.3,\"saturation\":0.4,\"hue\":9,"
        "\"blur\":0.6,\"blur_sigma\":[0.5,2],\"erase\":0.7,\"erase_area\":[0.1,0.2]},"
        "\"loader\":{\"batch\":3,\"threads\":4,\"ahead\":5,\"cache_mib\":6}}");

    assert_int_equal(o->sampling.seed, 5);
    assert_true(o->sampling.rare == 0.25 && o->sampling.rare_temperature == 0.1);
    assert_int_equal(o->augment.crop[0], 128);
    assert_int_equal(o->augment.crop[1], 256);
    assert_true(o->augment.scale[0] == 0.25 && o->augment.scale[1] == 4);
    assert_true(o->augment.cat_max_ratio == 0.5 && o->augment.flip == 0.1);
    assert_true(o->augment.photometric == 0.2 && o->augment.brightness == 10);
    assert_true(o->augment.contrast == 0.3 && o->augment.saturation == 0.4);
    assert_true(o->augment.hue == 9 && o->augment.blur == 0.6);
    assert_true(o->augment.blur_sigma[0] == 0.5 && o->augment.blur_sigma[1] == 2);
    assert_true(o->augment.erase == 0.7 && o->augment.erase_area[1] == 0.2);
    assert_int_equal(o->loader.batch, 3);
    assert_int_equal(o->loader.threads, 4);
    assert_int_equal(o->loader.ahead, 5);
    assert_int_equal(o->loader.cache_bytes, 6 << 20);
    assert_int_equal(volo_data_options_check(o, NULL), VOLO_OK);
}

static void sizes_come_in_three_forms(void **state)
{
    static const char *const forms[] = { "\"96\"", "96", "[96, 96]", "\"96x96\"" };

    for (size_t i = 0; i < 4; i++) {
        char text[80];

        snprintf(text, sizeof text, "{\"augment\":{\"crop\":%s}}", forms[i]);
        const VoloDataOptions *o = read_well(*state, text);
        assert_int_equal(o->augment.crop[0], 96);
        assert_int_equal(o->augment.crop[1], 96);
    }
}

static void takes_numbers_at_their_limits(void **state)
{
    read_well(*state, "{\"augment\":{\"crop\":[16,8192],\"scale\":[0.0625,16],\"hue\":90,"
                      "\"brightness\":255,\"blur_sigma\":[0.01,16],\"erase_area\":[0,1]},"
                      "\"loader\":{\"batch\":4096,\"threads\":256,\"ahead\":64,"
                      "\"cache_mib\":16777216},\"sampling\":{\"seed\":9007199254740992}}");
}

static void expect_path(const Scene *s, const char *path, const char *name)
{
    assert_string_equal(path, scratch_path(&s->dir, name));
}

static void reads_sets_with_paths_beside_the_file(void **state)
{
    Scene *s = *state;
    const VoloDataOptions *o =
        read_well(s, "{\"classes\":\"cityscapes\",\"model\":{\"anything\":1},"
                     "\"data\":[{\"dataset\":\"camvid\",\"root\":\"cam\",\"split\":\"val\","
                     "\"weight\":2.5,\"size\":\"720x480:keep\",\"labels\":\"coarse:maps/m.tsv\"},"
                     "{\"images\":\"i\",\"masks\":\"/abs/m\",\"table\":\"t.tsv\",\"kind\":\"ids\","
                     "\"weight\":1,\"labels\":\"map.tsv\"}],"
                     "\"validation\":[{\"dataset\":\"kitti\",\"root\":\"/k\","
                     "\"labels\":\"trainid\",\"size\":\"100x200\"}]}");
    const VoloTrainSetOptions *set = o->sets[VOLO_DATA_TRAINING].items;
    char coarse[400];

    assert_string_equal(o->classes, "cityscapes");
    assert_int_equal(o->sets[VOLO_DATA_TRAINING].count, 2);
    assert_string_equal(set[0].dataset.name, "camvid");
    expect_path(s, set[0].dataset.root, "cam");
    assert_string_equal(set[0].dataset.split, "val");
    assert_true(set[0].weight == 2.5);
    assert_int_equal(set[0].size.kind, VOLO_RESIZE_KEEP_RATIO);
    assert_int_equal(set[0].size.long_side, 720);
    assert_int_equal(set[0].size.short_side, 480);
    snprintf(coarse, sizeof coarse, "coarse:%s", scratch_path(&s->dir, "maps/m.tsv"));
    assert_string_equal(set[0].labels, coarse);
    expect_path(s, set[1].dataset.images, "i");
    assert_string_equal(set[1].dataset.labels, "/abs/m");
    expect_path(s, set[1].dataset.table, "t.tsv");
    assert_int_equal(set[1].dataset.kind, VOLO_LABELS_IDS);
    expect_path(s, set[1].labels, "map.tsv");
    assert_int_equal(o->sets[VOLO_DATA_VALIDATION].count, 1);
    set = o->sets[VOLO_DATA_VALIDATION].items;
    assert_string_equal(set->dataset.root, "/k");
    assert_string_equal(set->labels, "trainid");
    assert_int_equal(set->size.kind, VOLO_RESIZE_EXACT);
    assert_int_equal(set->size.width, 200);
}

static void a_later_file_replaces_what_it_names(void **state)
{
    Scene *s = *state;
    const VoloDataOptions *o = read_well(
        s, "{\"data\":[{\"dataset\":\"camvid\",\"root\":\"a\"},"
           "{\"dataset\":\"camvid\",\"root\":\"b\"}],\"augment\":{\"flip\":0.1,\"hue\":1}}");

    assert_int_equal(o->sets[VOLO_DATA_TRAINING].count, 2);
    read_well(s, "{\"data\":[{\"dataset\":\"kitti\",\"root\":\"/c\"}],\"augment\":{\"hue\":2}}");
    assert_int_equal(o->sets[VOLO_DATA_TRAINING].count, 1);
    assert_string_equal(o->sets[VOLO_DATA_TRAINING].items->dataset.root, "/c");
    assert_true(o->augment.flip == 0.1 && o->augment.hue == 2);
}

/* What a text is refused with, behind "'PATH': ". */
static const struct {
    const char *text, *message;
} refused[] = {
    { "[]", " is a list of 0, expected an object" },
    { "{\"augment\":{\"flipp\":1}}",
      ": field 'augment' is an object of 1, expected no member 'flipp'" },
    { "{\"augment\":{\"flip\":1.5}}", ": field 'augment.flip' is 1.5, expected a number 0..1" },
    { "{\"augment\":{\"flip\":\"x\"}}",
      ": field 'augment.flip' is a string, expected a number 0..1" },
    { "{\"augment\":{\"flip\":null}}", ": field 'augment.flip' is null, expected a number 0..1" },
    { "{\"augment\":{\"crop\":8}}", ": field 'augment.crop' is 8, expected an integer 16..8192" },
    { "{\"augment\":{\"crop\":\"64x9000\"}}",
      ": field 'augment.crop' is '64x9000', expected a size HxW within the limits" },
    { "{\"augment\":{\"crop\":\"64x\"}}",
      ": field 'augment.crop' is '64x', expected a size HxW within the limits" },
    { "{\"augment\":{\"crop\":[64]}}",
      ": field 'augment.crop' is a list of 1, expected a list of 2 integers" },
    { "{\"augment\":{\"scale\":[2,1]}}",
      ": field 'augment.scale' is a list of 2, expected the smaller number first" },
    { "{\"augment\":{\"scale\":[0,1]}}",
      ": field 'augment.scale[0]' is 0, expected a number 0.0625..16" },
    { "{\"augment\":{\"scale\":1}}", ": field 'augment.scale' is 1, expected a list of 2 numbers" },
    { "{\"loader\":{\"batch\":0}}", ": field 'loader.batch' is 0, expected an integer 1..4096" },
    { "{\"loader\":{\"threads\":1.5}}",
      ": field 'loader.threads' is 1.5, expected an integer 1..256" },
    { "{\"loader\":{\"threads\":257}}",
      ": field 'loader.threads' is 257, expected an integer 1..256" },
    { "{\"loader\":{\"ahead\":65}}", ": field 'loader.ahead' is 65, expected an integer 1..64" },
    { "{\"augment\":{\"blur_sigma\":[1,16.5]}}",
      ": field 'augment.blur_sigma[1]' is 16.5, expected a number 0.01..16" },
    { "{\"sampling\":{\"seed\":-1}}",
      ": field 'sampling.seed' is -1, expected an integer 0..9007199254740992" },
    { "{\"data\":{}}",
      ": field 'data' is an object of 0, expected a list of at most 64 data sets" },
    { "{\"data\":[{\"dataset\":\"none\",\"root\":\"x\"}]}",
      ": field 'data[0].dataset' is 'none', expected the name of a data set" },
    { "{\"data\":[{\"dataset\":\"camvid\"}]}",
      ": field 'data[0]' has no 'root', expected the folder of the data set" },
    { "{\"data\":[{\"images\":\"a\",\"masks\":\"b\"}]}",
      ": field 'data[0]' has no 'dataset', expected it and root; or images, masks and table" },
    { "{\"data\":[{\"dataset\":\"camvid\",\"root\":\"\"}]}",
      ": field 'data[0].root' is '', expected a text that is not empty" },
    { "{\"data\":[{\"dataset\":\"camvid\",\"root\":\"a\",\"weight\":0}]}",
      ": field 'data[0].weight' is 0, expected a number above 0 and at most 1e+06" },
    { "{\"data\":[{\"dataset\":\"camvid\",\"root\":\"a\",\"size\":\"100x200:keep\"}]}",
      ": field 'data[0].size' is '100x200:keep', expected none, HxW or LxS:keep" },
    { "{\"data\":[{\"dataset\":\"camvid\",\"root\":\"a\",\"kind\":\"some\"}]}",
      ": field 'data[0].kind' is 'some', expected auto, ids, train-ids or polygons" },
    { "{\"validation\":[7]}", ": field 'validation[0]' is 7, expected an object" },
};

static void names_the_field_that_is_wrong(void **state)
{
    Scene *s = *state;

    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        char wanted[400];

        snprintf(wanted, sizeof wanted, "'%s'%s", scratch_path(&s->dir, "train.json"),
                 refused[i].message);
        assert_int_equal(read_text(s, refused[i].text), VOLO_ERR_FORMAT);
        assert_string_equal(s->err.message, wanted);
    }
}

static void a_missing_file_is_named(void **state)
{
    Scene *s = *state;

    assert_int_equal(volo_data_config_read(s->config, "/no/such.json", &s->err), VOLO_ERR_IO);
    assert_non_null(strstr(s->err.message, "'/no/such.json'"));
}

static void knows_its_members(void **state)
{
    (void)state;
    assert_true(volo_data_config_reads("data") && volo_data_config_reads("validation"));
    assert_true(volo_data_config_reads("augment") && volo_data_config_reads("classes"));
    assert_false(volo_data_config_reads("optimizer"));
}

static void sets_are_limited(void **state)
{
    Scene *s = *state;
    VoloTrainSetOptions set = { .dataset = VOLO_DATASET_OPTIONS_INIT };

    for (int i = 0; i < 64; i++)
        assert_int_equal(volo_data_config_add(s->config, VOLO_DATA_TRAINING, &set, NULL), VOLO_OK);
    assert_int_equal(volo_data_config_add(s->config, VOLO_DATA_TRAINING, &set, &s->err),
                     VOLO_ERR_LIMIT);
    assert_string_equal(s->err.message, "more than 64 data sets");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reads_every_number),
        TEST(sizes_come_in_three_forms),
        TEST(takes_numbers_at_their_limits),
        TEST(reads_sets_with_paths_beside_the_file),
        TEST(a_later_file_replaces_what_it_names),
        TEST(names_the_field_that_is_wrong),
        TEST(a_missing_file_is_named),
        TEST(knows_its_members),
        TEST(sets_are_limited),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
