/* SPDX-License-Identifier: Apache-2.0 */
/* Polygon files: drawn as json2labelImg draws them (tests/oracle/make_polygon_goldens.py), refused
 * with the field that is wrong. With a folder as argument its files are compared, instead of
 * tests/golden/polygons. */
#include <volo/dataset.h>

#include "base/limits.h"

#include "support/scratch_dir.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *folder;
static VoloLabelSpace *space;

static int open_space(void **state)
{
    VoloClassTable *table = NULL;

    (void)state;
    assert_int_equal(volo_class_table_open("cityscapes", &table, NULL), VOLO_OK);
    assert_int_equal(volo_label_space_new(table, VOLO_LABELS_POLYGONS, &space, NULL), VOLO_OK);
    volo_class_table_free(table);
    return 0;
}

static int close_space(void **state)
{
    (void)state;
    volo_label_space_free(space);
    return 0;
}

static VoloRawPicture *new_picture(void)
{
    VoloRawPicture *picture = NULL;

    assert_int_equal(volo_raw_picture_new(&picture, NULL), VOLO_OK);
    return picture;
}

static void compare(const char *name, const VoloRawPicture *got, const VoloRawPicture *want)
{
    const size_t width = volo_raw_picture_width(want), height = volo_raw_picture_height(want);

    assert_int_equal(volo_raw_picture_height(got), height);
    assert_int_equal(volo_raw_picture_width(got), width);
    for (size_t i = 0; i < height * width; i++) {
        const uint8_t a = volo_raw_picture_labels(got)[i], b = volo_raw_picture_labels(want)[i];
        if (a != b)
            fail_msg("%s: row %zu column %zu is %d, wanted %d", name, i / width, i % width, a, b);
    }
}

static void draws_fifty_files_as_json2labelimg(void **state)
{
    VoloRawPicture *got = new_picture(), *want = new_picture();
    VoloError err;

    (void)state;
    for (int i = 0; i < 50; i++) {
        char json[4200], png[4200];

        snprintf(json, sizeof json, "%s/shape%02d.json", folder, i);
        snprintf(png, sizeof png, "%s/shape%02d.png", folder, i);
        if (volo_raw_picture_load_polygons(got, json, space, &err) ||
            volo_raw_picture_load_labels(want, png, &err))
            fail_msg("%s", err.message);
        compare(json, got, want);
    }
    volo_raw_picture_free(got);
    volo_raw_picture_free(want);
}

#define FILE_OF(objects) "{\"imgHeight\": 4, \"imgWidth\": 6, \"objects\": [" objects "]}"
#define SQUARE "\"polygon\": [[1,1],[3,1],[3,2],[1,2]]"

static void draws_groups_as_their_class_and_leaves_out_the_rest(void **state)
{
    static const char text[] =
        FILE_OF("{\"label\": \"cargroup\", " SQUARE "}, {\"label\": \"license plate\", " SQUARE "},"
                "{\"label\": \"road\", \"deleted\": 1, " SQUARE "},"
                "{\"label\": \"nothing known\", \"deleted\": true},"
                "{\"label\": \"polegroup\", \"polygon\": [[0,0],[0,0,9]]}");
    static const uint8_t want[4][6] = { { 18 }, { 0, 26, 26, 26 }, { 0, 26, 26, 26 } };
    VoloRawPicture *picture = new_picture();
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    const char *path = scratch_write(&dir, "a.json", text, strlen(text));
    if (volo_raw_picture_load_polygons(picture, path, space, &err))
        fail_msg("%s", err.message);
    assert_memory_equal(volo_raw_picture_labels(picture), want, sizeof want);
    volo_raw_picture_free(picture);
    scratch_dir_clear(&dir);
}

static void refuses_what_json2labelimg_cannot_draw(void **state)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        { "{", "line 1 column" },
        { "[]", "an object" },
        { "{\"imgWidth\": 6, \"objects\": []}", "has no 'imgHeight', expected a number of pixels" },
        { "{\"imgHeight\": 0, \"imgWidth\": 6, \"objects\": []}", "'imgHeight' is 0" },
        { "{\"imgHeight\": 65501, \"imgWidth\": 6, \"objects\": []}", "'imgHeight' is 65501" },
        { "{\"imgHeight\": 4, \"imgWidth\": 6}", "has no 'objects', expected a list" },
        { FILE_OF("7"), "field 'objects[0]' is 7, expected an object" },
        { FILE_OF("{" SQUARE "}"), "field 'objects[0]' has no 'label', expected a name" },
        { FILE_OF("{\"label\": \"rod\"," SQUARE "}"),
          "field 'objects[0].label' is 'rod', expected the name of a label" },
        { FILE_OF("{\"label\": \"rodgroup\"," SQUARE "}"), "is 'rodgroup'" },
        { FILE_OF("{\"label\": \"road\"}"), "has no 'polygon', expected a list of points" },
        { FILE_OF("{\"label\": \"road\", \"polygon\": [[1,1]]}"), "a list of at least 2 points" },
        { FILE_OF("{\"label\": \"road\", \"polygon\": [[1,1], [1]]}"), "a list [x, y]" },
        { FILE_OF("{\"label\": \"road\", \"polygon\": [[1,1], [\"1\",1]]}"),
          "'objects[0].polygon[1][0]'" },
        { FILE_OF("{\"label\": \"road\", \"polygon\": [[1,1], [1,1e9]]}"),
          "'objects[0].polygon[1][1]'" },
    };
    VoloRawPicture *picture = new_picture();
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *path = scratch_write(&dir, "a.json", cases[i].text, strlen(cases[i].text));
        VoloError err;

        assert_int_equal(volo_raw_picture_load_polygons(picture, path, space, &err),
                         VOLO_ERR_FORMAT);
        if (!strstr(err.message, cases[i].message) || !strstr(err.message, "a.json"))
            fail_msg("'%s', wanted '%s'", err.message, cases[i].message);
        assert_null(volo_raw_picture_labels(picture));
        assert_int_equal(volo_raw_picture_height(picture), 0);
    }
    volo_raw_picture_free(picture);
    scratch_dir_clear(&dir);
}

/* Polygons of that many points in one column each. */
static VoloStatus load_points(const ScratchDir *dir, size_t polygons, size_t count, VoloError *err)
{
    VoloRawPicture *picture = new_picture();
    char *text = malloc(polygons * (count * 8 + 60) + 200), *to = text;

    assert_non_null(text);
    to += sprintf(to, "{\"imgHeight\": 4, \"imgWidth\": 6, \"objects\": [");
    for (size_t i = 0; i < polygons; i++) {
        to += sprintf(to, "%s{\"label\": \"road\", \"polygon\": [", i ? "," : "");
        for (size_t j = 0; j < count; j++)
            to += sprintf(to, "%s[1,%zu]", j ? "," : "", j % 4);
        to += sprintf(to, "]}");
    }
    to += sprintf(to, "]}");
    const char *path = scratch_write(dir, "points.json", text, (size_t)(to - text));
    const VoloStatus status = volo_raw_picture_load_polygons(picture, path, space, err);
    free(text);
    volo_raw_picture_free(picture);
    return status;
}

static void limits_the_points_of_a_file(void **state)
{
    ScratchDir dir;
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    for (size_t above = 0; above <= 1; above++) {
        const VoloStatus want = above ? VOLO_ERR_LIMIT : VOLO_OK;

        assert_int_equal(load_points(&dir, 1, VOLO_LIMIT_POLYGON_POINTS + above, &err), want);
        assert_true(!above || strstr(err.message, "a polygon of 20001 points, the limit is 20000"));
        assert_int_equal(load_points(&dir, 50, VOLO_LIMIT_POLYGONS_POINTS / 50 + above, &err),
                         want);
        assert_true(!above || strstr(err.message, "more than 100000 points in all"));
    }
    scratch_dir_clear(&dir);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_fifty_files_as_json2labelimg),
        cmocka_unit_test(draws_groups_as_their_class_and_leaves_out_the_rest),
        cmocka_unit_test(refuses_what_json2labelimg_cannot_draw),
        cmocka_unit_test(limits_the_points_of_a_file),
    };
    char golden[4096];

    snprintf(golden, sizeof golden, "%s/polygons", getenv("VOLO_GOLDEN_DIR"));
    folder = argc > 1 ? argv[1] : golden;
    return cmocka_run_group_tests(tests, open_space, close_space);
}
