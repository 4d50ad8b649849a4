/* SPDX-License-Identifier: Apache-2.0 */
/* The generator keeps its promises: the same bytes for the same seed, labels that agree with each
 * other and with Cityscapes' tables, every class, any size, and the samples in assets. */
#include "scene_tree.h"

#include "paint.h"
#include "support/scratch_dir.h"

#include <png.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

/* labelIds in the order of their trainIds 0..18, as in cityscapesScripts */
static const uint8_t trained[19] = { 7,  8,  11, 12, 13, 17, 19, 20, 21, 22,
                                     23, 24, 25, 26, 27, 28, 31, 32, 33 };

static uint8_t expected_train_id(uint8_t label_id)
{
    for (int i = 0; i < 19; ++i) {
        if (trained[i] == label_id)
            return (uint8_t)i;
    }
    return 255;
}

static Picture painted(size_t height, size_t width, uint64_t seed, uint64_t index)
{
    Scene scene;
    Picture picture;

    assert_true(scene_init(&scene, height, width, seed, index));
    assert_true(paint_scene(&scene, &picture));
    scene_clear(&scene);
    return picture;
}

static bool same_pictures(const Picture *a, const Picture *b)
{
    const size_t pixels = a->height * a->width;

    return a->height == b->height && a->width == b->width && !memcmp(a->rgb, b->rgb, 3 * pixels) &&
           !memcmp(a->label_ids, b->label_ids, pixels) &&
           !memcmp(a->instances, b->instances, 2 * pixels);
}

static void paints_the_same_scene_for_the_same_seed(void **state)
{
    (void)state;
    Picture first = painted(96, 160, 7, 3), again = painted(96, 160, 7, 3);
    Picture other_seed = painted(96, 160, 8, 3), other_index = painted(96, 160, 7, 4);

    assert_true(same_pictures(&first, &again));
    assert_false(same_pictures(&first, &other_seed));
    assert_false(same_pictures(&first, &other_index));
    picture_clear(&first);
    picture_clear(&again);
    picture_clear(&other_seed);
    picture_clear(&other_index);
}

/* FNV-1a of everything in a picture */
static uint64_t picture_hash(const Picture *picture)
{
    const size_t pixels = picture->height * picture->width;
    uint64_t hash = 0xcbf29ce484222325U;

    for (size_t i = 0; i < 3 * pixels; ++i)
        hash = (hash ^ picture->rgb[i]) * 0x100000001b3U;
    for (size_t i = 0; i < pixels; ++i) {
        hash = (hash ^ picture->label_ids[i]) * 0x100000001b3U;
        hash = (hash ^ picture->instances[i]) * 0x100000001b3U;
    }
    return hash;
}

/* One number that every compiler, option and machine must reach. */
static void paints_the_same_scene_on_every_machine(void **state)
{
    (void)state;
    Picture picture = painted(120, 200, 2024, 5);

    assert_int_equal(picture_hash(&picture), 0x6718540b950b4d93U);
    picture_clear(&picture);
}

/* A thing's label is in its instance number; stuff and groups have the bare id. */
static void check_labels(const Picture *picture)
{
    for (size_t i = 0; i < picture->height * picture->width; ++i) {
        const uint8_t label = picture->label_ids[i];
        const uint16_t value = picture->instances[i];

        assert_int_equal(value < 1000 ? value : value / 1000, label);
        assert_true(value < 1000 || (label >= 24 && label <= 33));
        assert_int_equal(kinds_train_id(label), expected_train_id(label));
        assert_int_not_equal(label, 0); /* no sample was left unpainted */
    }
}

static void paints_odd_and_tiny_and_long_pictures(void **state)
{
    static const size_t sizes[][2] = { { 33, 47 },  { 16, 16 },   { 17, 333 },
                                       { 301, 16 }, { 16, 4097 }, { 1025, 19 } };

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; ++i) {
        Picture picture = painted(sizes[i][0], sizes[i][1], 11, i);

        assert_int_equal(picture.height, sizes[i][0]);
        assert_int_equal(picture.width, sizes[i][1]);
        check_labels(&picture);
        picture_clear(&picture);
    }
}

/* What twenty scenes hold together. */
typedef struct Census {
    uint64_t labels[256];
    bool has_group[256], has_instance[256];
} Census;

static void count_picture(const Picture *picture, Census *census)
{
    for (size_t i = 0; i < picture->height * picture->width; ++i) {
        const uint8_t label = picture->label_ids[i];

        ++census->labels[label];
        if (picture->instances[i] >= 1000)
            census->has_instance[label] = true;
        else
            census->has_group[label] = true;
    }
}

static void shows_every_class_within_twenty_seeds(void **state)
{
    static Census census;

    (void)state;
    memset(&census, 0, sizeof census);
    for (uint64_t seed = 1; seed <= 20; ++seed) {
        Picture picture = painted(256, 512, seed, 0);

        check_labels(&picture);
        count_picture(&picture, &census);
        picture_clear(&picture);
    }
    for (int i = 0; i < 19; ++i) {
        if (census.labels[trained[i]] < 50)
            fail_msg("labelId %d: %llu pixels in 20 scenes", trained[i],
                     (unsigned long long)census.labels[trained[i]]);
    }
    for (int id = 24; id <= 33; ++id)
        assert_int_equal(census.has_instance[id], census.labels[id] > 0);
    assert_true(census.has_group[24] && census.has_group[26] && census.has_group[33]);
    assert_true(census.labels[1] > 0 && census.labels[4] > 0);
}

/* A file's bytes; the caller frees them. */
static uint8_t *read_file(const char *path, size_t *ret_bytes)
{
    FILE *file = fopen(path, "rb");

    if (!file)
        fail_msg("cannot open '%s'", path);
    fseek(file, 0, SEEK_END);
    const size_t bytes = (size_t)ftell(file);
    uint8_t *data = malloc(bytes + 1);
    rewind(file);
    assert_non_null(data);
    assert_int_equal(fread(data, 1, bytes, file), bytes);
    fclose(file);
    data[bytes] = '\0';
    *ret_bytes = bytes;
    return data;
}

static bool same_files(const char *left, const char *right)
{
    size_t left_bytes, right_bytes;
    uint8_t *a = read_file(left, &left_bytes), *b = read_file(right, &right_bytes);
    const bool same = left_bytes == right_bytes && !memcmp(a, b, left_bytes);

    free(a);
    free(b);
    return same;
}

/* The samples of a PNG as they are stored: row_bytes [height]; the caller frees them. */
static uint8_t *read_png(const char *path, size_t *ret_height, size_t *ret_row_bytes)
{
    FILE *file = fopen(path, "rb");
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);

    if (!file)
        fail_msg("cannot open '%s'", path);
    if (setjmp(png_jmpbuf(png)))
        fail_msg("'%s' is not a PNG", path);
    png_init_io(png, file);
    png_read_png(png, info, PNG_TRANSFORM_IDENTITY, NULL);
    const size_t height = png_get_image_height(png, info), stride = png_get_rowbytes(png, info);
    uint8_t *pixels = malloc(height * stride);
    assert_non_null(pixels);
    for (size_t i = 0; i < height; ++i)
        memcpy(pixels + i * stride, png_get_rows(png, info)[i], stride);
    png_destroy_read_struct(&png, &info, NULL);
    fclose(file);
    *ret_height = height;
    *ret_row_bytes = stride;
    return pixels;
}

static bool same_pixels(const char *left, const char *right)
{
    size_t heights[2], strides[2];
    uint8_t *a = read_png(left, &heights[0], &strides[0]);
    uint8_t *b = read_png(right, &heights[1], &strides[1]);
    const bool same = heights[0] == heights[1] && strides[0] == strides[1] &&
                      !memcmp(a, b, heights[0] * strides[0]);

    free(a);
    free(b);
    return same;
}

static const char *const picture_names[] = {
    "leftImg8bit/%s/%s/%s_%06u_000019_leftImg8bit.png",
    "gtFine/%s/%s/%s_%06u_000019_gtFine_labelIds.png",
    "gtFine/%s/%s/%s_%06u_000019_gtFine_labelTrainIds.png",
    "gtFine/%s/%s/%s_%06u_000019_gtFine_instanceIds.png",
};
enum {
    NAMES = 4
};

static void picture_path(char path[512], const SceneTree *tree, int name, unsigned index)
{
    const int length = snprintf(path, 512, "%s/", tree->root);

    snprintf(path + length, 512 - (size_t)length, picture_names[name], tree->split, tree->city,
             tree->city, index);
}

static void write_tree(const SceneTree *tree)
{
    VoloError err = { VOLO_OK, "" };

    if (scene_tree_write(tree, &err))
        fail_msg("%s", err.message);
}

static void writes_the_same_bytes_for_the_same_seed(void **state)
{
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    SceneTree first = { .root = scratch_path(&dir, "a/b"),
                        .split = "train",
                        .city = "town",
                        .height = 33,
                        .width = 47,
                        .seed = 5,
                        .count = 2 };
    SceneTree again = first;
    again.root = scratch_path(&dir, "c");
    write_tree(&first);
    write_tree(&again);
    for (unsigned index = 0; index < 2; ++index) {
        for (int name = 0; name < NAMES; ++name) {
            char left[512], right[512];

            picture_path(left, &first, name, index);
            picture_path(right, &again, name, index);
            assert_true(same_files(left, right));
        }
    }
    scratch_dir_clear(&dir);
}

/* The files hold the picture: 8-bit ids and trainIds, instances in 16 bits, high byte first. */
static void writes_labels_that_agree(void **state)
{
    ScratchDir dir;
    uint8_t *files[NAMES];
    size_t height, stride;

    (void)state;
    scratch_dir_init(&dir);
    const SceneTree tree = { .root = scratch_path(&dir, "tree"),
                             .split = "val",
                             .city = "town",
                             .height = 64,
                             .width = 131,
                             .seed = 9,
                             .count = 1 };
    write_tree(&tree);
    for (int name = 0; name < NAMES; ++name) {
        static const size_t strides[NAMES] = { 3 * 131, 131, 131, 2 * 131 };
        char path[512];

        picture_path(path, &tree, name, 0);
        files[name] = read_png(path, &height, &stride);
        assert_int_equal(height, 64);
        assert_int_equal(stride, strides[name]);
    }
    Picture picture = painted(64, 131, 9, 0);
    assert_memory_equal(files[0], picture.rgb, 3 * 64 * 131);
    assert_memory_equal(files[1], picture.label_ids, 64 * 131);
    for (size_t i = 0; i < 64 * 131; ++i) {
        assert_int_equal(files[2][i], expected_train_id(picture.label_ids[i]));
        assert_int_equal(256 * files[3][2 * i] + files[3][2 * i + 1], picture.instances[i]);
    }
    for (int name = 0; name < NAMES; ++name)
        free(files[name]);
    picture_clear(&picture);
    scratch_dir_clear(&dir);
}

/* The command that SOURCES.md records. */
static void read_command(const char *samples, SceneTree *tree)
{
    static const char command[] = "scenes --out assets/samples ";
    char path[512];
    size_t bytes;

    snprintf(path, sizeof path, "%s/SOURCES.md", samples);
    char *text = (char *)read_file(path, &bytes);
    const char *at = strstr(text, command);
    unsigned long long seed = 0;
    if (!at || sscanf(at + sizeof command - 1, "--count %u --size %zux%zu --seed %llu",
                      &tree->count, &tree->height, &tree->width, &seed) != 4)
        fail_msg("'%s' does not record the command", path);
    tree->seed = seed;
    free(text);
}

/* Byte for byte with the zlib that made them; with another one, pixel for pixel. */
static void reproduces_the_samples(void **state)
{
    const char *samples = getenv("SCENES_SAMPLES");
    ScratchDir dir;

    (void)state;
    assert_non_null(samples);
    scratch_dir_init(&dir);
    SceneTree made = { .root = scratch_path(&dir, "samples"), .split = "val", .city = "scenes" };
    SceneTree kept = { .root = samples, .split = "val", .city = "scenes" };
    read_command(samples, &made);
    write_tree(&made);
    for (unsigned index = 0; index < made.count; ++index) {
        for (int name = 0; name < NAMES; ++name) {
            char left[512], right[512];

            picture_path(left, &made, name, index);
            picture_path(right, &kept, name, index);
            if (!same_files(left, right) && !same_pixels(left, right))
                fail_msg("'%s' is not what the recorded command makes", right);
        }
    }
    scratch_dir_clear(&dir);
}

/* The exit code of the program with these arguments. */
static int run(const char *arguments)
{
    const char *program = getenv("SCENES_PROGRAM");
    char line[1024];

    assert_non_null(program);
    snprintf(line, sizeof line, "'%s' %s >/dev/null 2>&1", program, arguments);
    const int status = system(line);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void refuses_wrong_usage_with_2(void **state)
{
    static const char *const wrong[] = {
        "",
        "--count 1",
        "--out",
        "--out ''",
        "--out /tmp/x --count 0",
        "--out /tmp/x --count 1x",
        "--out /tmp/x --count -1",
        "--out /tmp/x --size 15x64",
        "--out /tmp/x --size 65501x16",
        "--out /tmp/x --size 10001x10000",
        "--out /tmp/x --size 64x",
        "--out /tmp/x --size x64",
        "--out /tmp/x --size 64x64x3",
        "--out /tmp/x --seed 99999999999999999999",
        "--out /tmp/x --split ../val",
        "--out /tmp/x --city a_b",
        "--out /tmp/x extra",
        "--nonsense",
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; ++i) {
        if (run(wrong[i]) != 2)
            fail_msg("'scenes %s' does not exit with 2", wrong[i]);
    }
}

static void answers_help_and_writes_and_reports_a_bad_folder(void **state)
{
    ScratchDir dir;
    char arguments[512];

    (void)state;
    scratch_dir_init(&dir);
    assert_int_equal(run("--help"), 0);
    snprintf(arguments, sizeof arguments, "--out %s/tree --count 1 --size 16 --seed 3", dir.path);
    assert_int_equal(run(arguments), 0);
    const char *file = scratch_write(&dir, "file", "x", 1);
    snprintf(arguments, sizeof arguments, "--out %s --size 16x16", file);
    assert_int_equal(run(arguments), 4);
    scratch_dir_clear(&dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paints_the_same_scene_for_the_same_seed),
        cmocka_unit_test(paints_the_same_scene_on_every_machine),
        cmocka_unit_test(paints_odd_and_tiny_and_long_pictures),
        cmocka_unit_test(shows_every_class_within_twenty_seeds),
        cmocka_unit_test(writes_the_same_bytes_for_the_same_seed),
        cmocka_unit_test(writes_labels_that_agree),
        cmocka_unit_test(reproduces_the_samples),
        cmocka_unit_test(refuses_wrong_usage_with_2),
        cmocka_unit_test(answers_help_and_writes_and_reports_a_bad_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
