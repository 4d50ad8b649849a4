/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/class_table.h"

#include <volo/impl/dataset_class.h>

#include "base/registry_tables.h"
#include "datasets/colour_map.h"
#include "support/scratch_dir.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HEADER "name\tid\ttrainId\tR\tG\tB\n"
#define ROAD "road\t7\t0\t128\t64\t128\n"

static VoloClassTable *open_table(const char *name)
{
    VoloClassTable *table = NULL;
    VoloError err;

    if (volo_class_table_open(name, &table, &err))
        fail_msg("%s", err.message);
    return table;
}

static VoloClassTable *parse(const char *text)
{
    VoloClassTable *table = NULL;
    VoloError err;

    if (volo_class_table_parse("x", "x.tsv", text, strlen(text), &table, &err))
        fail_msg("%s", err.message);
    return table;
}

static void check_class(const VoloClassTable *table, size_t train_id, const char *name, int id,
                        uint8_t r, uint8_t g, uint8_t b)
{
    const VoloClass *class = volo_class_table_get(table, train_id);

    assert_non_null(class);
    assert_string_equal(class->name, name);
    assert_int_equal(class->id, id);
    assert_int_equal(class->colour[0], r);
    assert_int_equal(class->colour[1], g);
    assert_int_equal(class->colour[2], b);
}

static void check_refused_bytes(const char *text, size_t bytes, VoloStatus status, const char *want)
{
    VoloClassTable *table = (VoloClassTable *)&table; /* anything that is not NULL */
    VoloClassTable *const before = table;
    VoloError err;

    assert_int_equal(volo_class_table_parse("x", "x.tsv", text, bytes, &table, &err), status);
    assert_string_equal(err.message, want);
    assert_ptr_equal(table, before);
    assert_int_equal(volo_class_table_parse("x", "x.tsv", text, bytes, &table, NULL), status);
}

static void check_refused(const char *text, const char *want)
{
    check_refused_bytes(text, strlen(text), VOLO_ERR_FORMAT, want);
}

/* --- built-in tables --- */

static void knows_the_19_classes_of_cityscapes(void **state)
{
    static const int ids[] = { 7,  8,  11, 12, 13, 17, 19, 20, 21, 22,
                               23, 24, 25, 26, 27, 28, 31, 32, 33 };
    VoloClassTable *table = open_table("cityscapes");

    (void)state;
    assert_string_equal(volo_class_table_name(table), "cityscapes");
    assert_int_equal(volo_class_table_count(table), 19);
    for (size_t i = 0; i < 19; i++)
        assert_int_equal(volo_class_table_get(table, i)->id, ids[i]);
    check_class(table, 0, "road", 7, 128, 64, 128);
    check_class(table, 6, "traffic light", 19, 250, 170, 30);
    check_class(table, 13, "car", 26, 0, 0, 142);
    check_class(table, 18, "bicycle", 33, 119, 11, 32);
    assert_null(volo_class_table_get(table, 19));
    volo_class_table_free(table);
}

static void knows_the_150_classes_of_ade20k(void **state)
{
    VoloClassTable *table = open_table("ade20k");

    (void)state;
    assert_int_equal(volo_class_table_count(table), 150);
    for (size_t i = 0; i < 150; i++)
        assert_int_equal(volo_class_table_get(table, i)->id, i + 1);
    check_class(table, 0, "wall", 1, 120, 120, 120);
    check_class(table, 2, "sky", 3, 6, 230, 230);
    check_class(table, 149, "flag", 150, 92, 0, 255);
    volo_class_table_free(table);
}

static void every_registered_data_set_has_a_table(void **state)
{
    (void)state;
    assert_true(volo_dataset_entries() >= 2);
    for (size_t i = 0; i < volo_dataset_entries(); i++) {
        const VoloRegistryEntry entry = volo_dataset_entry(i);
        VoloClassTable *table = open_table(entry.name);

        assert_string_equal(volo_class_table_name(table), entry.name);
        assert_true(strlen(entry.summary) > 0);
        volo_class_table_free(table);
    }
}

/* --- files --- */

static void opens_a_file_and_calls_the_table_by_its_stem(void **state)
{
    static const char text[] = HEADER ROAD;
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    VoloClassTable *table = open_table(scratch_write(&dir, "my.set.tsv", text, sizeof text - 1));
    assert_string_equal(volo_class_table_name(table), "my.set");
    check_class(table, 0, "road", 7, 128, 64, 128);
    volo_class_table_free(table);
    table = open_table(scratch_write(&dir, ".hidden", text, sizeof text - 1));
    assert_string_equal(volo_class_table_name(table), ".hidden");
    volo_class_table_free(table);
    scratch_dir_clear(&dir);
}

static void says_that_a_name_is_neither_built_in_nor_a_file(void **state)
{
    VoloClassTable *table = NULL;
    VoloError err;

    (void)state;
    assert_int_equal(volo_class_table_open("camwid", &table, &err), VOLO_ERR_MISSING);
    assert_string_equal(err.message, "'camwid': neither a built-in data set nor a file");
    assert_int_equal(volo_class_table_open("/dev/null/x.tsv", &table, &err), VOLO_ERR_MISSING);
    assert_int_equal(volo_class_table_open("", &table, &err), VOLO_ERR_MISSING);
    assert_int_equal(volo_class_table_open("/", &table, &err), VOLO_ERR_UNSUPPORTED);
    assert_null(table);
}

static void refuses_a_file_that_is_too_large(void **state)
{
    const size_t bytes = (1u << 20) + 1;
    char *text = malloc(bytes);
    VoloClassTable *table = NULL;
    ScratchDir dir;
    VoloError err;

    (void)state;
    assert_non_null(text);
    memset(text, '\n', bytes);
    scratch_dir_init(&dir);
    const char *path = scratch_write(&dir, "large.tsv", text, bytes);
    assert_int_equal(volo_class_table_open(path, &table, &err), VOLO_ERR_LIMIT);
    free(text);
    scratch_dir_clear(&dir);
}

/* --- text --- */

static void allows_columns_in_any_order_and_more_of_them(void **state)
{
    VoloClassTable *table = parse("B\tremark\ttrainId\tid\tG\tR\tname\n"
                                  "3\tany text\t1\t40\t2\t1\tsidewalk\n"
                                  "6\t\t0\t30\t5\t4\troad\n");

    (void)state;
    assert_int_equal(volo_class_table_count(table), 2);
    check_class(table, 0, "road", 30, 4, 5, 6);
    check_class(table, 1, "sidewalk", 40, 1, 2, 3);
    volo_class_table_free(table);
}

static void tolerates_byte_order_mark_crlf_comments_and_empty_lines(void **state)
{
    VoloClassTable *table = parse("\xef\xbb\xbf# my table\r\n\r\n"
                                  "name\tid\ttrainId\tR\tG\tB\r\n# a\tcomment\r\n"
                                  "stra\xc3\x9f"
                                  "e\t0\t0\t1\t2\t3\r\n\r\nweg\t1\t1\t4\t5\t6");

    (void)state;
    check_class(table, 0,
                "stra\xc3\x9f"
                "e",
                0, 1, 2, 3);
    check_class(table, 1, "weg", 1, 4, 5, 6);
    volo_class_table_free(table);
}

static void takes_a_commented_line_with_all_columns_as_the_header(void **state)
{
    VoloClassTable *table = parse("# name of a set\n"
                                  "# name\tid\ttrainId\tcategory\tR\tG\tB   source: labels.py\n"
                                  "road\t7\t0\tflat\t128\t64\t128\n");

    (void)state;
    check_class(table, 0, "road", 7, 128, 64, 128);
    volo_class_table_free(table);
}

static void gives_a_class_the_id_of_its_first_row(void **state)
{
    VoloClassTable *table = parse(HEADER "void\t0\t255\t0\t0\t0\n"
                                         "lorry\t9\t1\t9\t9\t9\n"
                                         "car\t4\t0\t1\t1\t1\n"
                                         "truck\t2\t1\t8\t8\t8\n"
                                         "plate\t-1\t-1\t0\t0\t142\n"
                                         "void\t255\t255\t0\t0\t0\n"
                                         "hole\t255\t255\t0\t0\t0\n");

    (void)state;
    assert_int_equal(volo_class_table_count(table), 2);
    check_class(table, 0, "car", 4, 1, 1, 1);
    check_class(table, 1, "lorry", 9, 9, 9, 9);
    volo_class_table_free(table);
}

static void holds_255_classes_that_may_share_a_name(void **state)
{
    char text[16384] = HEADER;
    size_t at = strlen(text);

    (void)state;
    for (int i = 254; i >= 0; i--)
        at += (size_t)snprintf(text + at, sizeof text - at, "thing\t%d\t%d\t0\t0\t%d\n", i, i, i);
    VoloClassTable *table = parse(text);
    assert_int_equal(volo_class_table_count(table), 255);
    check_class(table, 254, "thing", 254, 0, 0, 254);
    volo_class_table_free(table);
}

static void names_the_line_of_a_bad_header(void **state)
{
    (void)state;
    check_refused("", "'x.tsv': no header line, expected the columns name id trainId R G B");
    check_refused("# only a comment\n",
                  "'x.tsv': no header line, expected the columns name id trainId R G B");
    check_refused("\n" ROAD, "'x.tsv' line 2: the header has no column 'name', expected name id "
                             "trainId R G B");
    check_refused("name\tid\tR\tG\tB\n", "'x.tsv' line 1: the header has no column 'trainId', "
                                         "expected name id trainId R G B");
    check_refused("name id trainId R G B\n", "'x.tsv' line 1: the header has no column 'id', "
                                             "expected name id trainId R G B");
    check_refused("name\tid\ttrainId\tid\tR\tG\tB\n",
                  "'x.tsv' line 1: the header has two columns 'id'");
}

static void names_line_and_column_of_a_bad_row(void **state)
{
    (void)state;
    check_refused(HEADER "road\t7\t0\t128\t64\n",
                  "'x.tsv' line 2: 5 columns, expected 6 as in the header");
    check_refused(HEADER ROAD "a\t7\t0\t128\t64\t1\t\n",
                  "'x.tsv' line 3: 7 columns, expected 6 as in the header");
    check_refused(HEADER "\t7\t0\t1\t1\t1\n",
                  "'x.tsv' line 2: name '' is empty, too long or not printable");
    check_refused(HEADER "a\x1b[31m\t7\t0\t1\t1\t1\n",
                  "'x.tsv' line 2: name 'a?[31m' is empty, too long or not printable");
    check_refused(HEADER "a\xff\t7\t0\t1\t1\t1\n",
                  "'x.tsv' line 2: name 'a?' is empty, too long or not printable");
    check_refused(HEADER "a\t256\t0\t1\t1\t1\n",
                  "'x.tsv' line 2: id is '256', expected a number 0..255");
    check_refused(HEADER "a\t-1\t0\t1\t1\t1\n",
                  "'x.tsv' line 2: id is '-1', expected a number 0..255");
    check_refused(HEADER "a\t-2\t255\t1\t1\t1\n",
                  "'x.tsv' line 2: id is '-2', expected a number -1..255");
    check_refused(HEADER "a\t1\t256\t1\t1\t1\n",
                  "'x.tsv' line 2: trainId is '256', expected a number -1..255");
    check_refused(HEADER "a\t1\t-2\t1\t1\t1\n",
                  "'x.tsv' line 2: trainId is '-2', expected a number -1..255");
    check_refused(HEADER "a\t1\t0\t256\t1\t1\n",
                  "'x.tsv' line 2: R is '256', expected a number 0..255");
    check_refused(HEADER "a\t1\t0\t1\t-1\t1\n",
                  "'x.tsv' line 2: G is '-1', expected a number 0..255");
}

static void refuses_what_is_not_quite_a_number(void **state)
{
    static const char *const numbers[] = {
        "", "1x", " 1", "1 ", "+1", "0x1", "1.0", "--1", "-", "00001", "99999999999999999999"
    };

    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char text[128], want[128];

        snprintf(text, sizeof text, HEADER "a\t1\t0\t1\t1\t%s\n", numbers[i]);
        snprintf(want, sizeof want, "'x.tsv' line 2: B is '%s', expected a number 0..255",
                 numbers[i]);
        check_refused(text, want);
    }
}

static void refuses_gaps_and_contradictions(void **state)
{
    (void)state;
    check_refused(HEADER, "'x.tsv': no classes, expected rows with trainId 0, 1, 2 ...");
    check_refused(HEADER "void\t0\t255\t0\t0\t0\nplate\t-1\t-1\t0\t0\t0\n",
                  "'x.tsv': no classes, expected rows with trainId 0, 1, 2 ...");
    check_refused(HEADER ROAD "wall\t12\t3\t1\t1\t1\nsky\t13\t1\t1\t1\t1\n",
                  "'x.tsv': no row has trainId 2, expected all of 0..3");
    check_refused(HEADER ROAD "wall\t8\t1\t1\t1\t1\nlane\t7\t1\t1\t1\t1\n",
                  "'x.tsv' line 4: id 7 has trainId 1, but 0 on line 2");
}

static void refuses_nul_bytes_and_long_lines(void **state)
{
    static const char nul[] = HEADER "ro\0ad\t7\t0\t1\t1\t1\n";
    const size_t limit = 64u << 10, header = strlen(HEADER);
    char *text = malloc(header + limit + 2);

    (void)state;
    check_refused_bytes(nul, sizeof nul - 1, VOLO_ERR_FORMAT, "'x.tsv' line 2: holds a NUL byte");
    assert_non_null(text);
    memcpy(text, HEADER, header);
    memset(text + header, '#', limit + 1);
    check_refused_bytes(text, header + limit + 1, VOLO_ERR_LIMIT,
                        "'x.tsv' line 2: 65537 bytes long, limit 65536");
    check_refused_bytes(text, header + limit, VOLO_ERR_FORMAT,
                        "'x.tsv': no classes, expected rows with trainId 0, 1, 2 ...");
    free(text);
}

static void survives_every_truncation_of_a_table(void **state)
{
    const char *text = volo_dataset_find("cityscapes")->table;

    (void)state;
    for (size_t bytes = 0; bytes < strlen(text); bytes++) {
        VoloClassTable *table = NULL;
        char *copy = malloc(bytes + 1); /* exactly as long, for the address sanitizer */

        assert_non_null(copy);
        memcpy(copy, text, bytes);
        const VoloStatus status = volo_class_table_parse("x", "x.tsv", copy, bytes, &table, NULL);
        assert_true(status == VOLO_OK || status == VOLO_ERR_FORMAT);
        volo_class_table_free(table);
        free(copy);
    }
}

/* --- lists --- */

static void is_made_from_lists(void **state)
{
    static const char *const names[] = { "cat", "dog" };
    static const uint8_t colours[][3] = { { 1, 2, 3 }, { 4, 5, 6 } };
    VoloClassTable *table;
    VoloError err;

    (void)state;
    assert_int_equal(volo_class_table_new("pets", 2, names, NULL, colours, &table, &err), VOLO_OK);
    assert_string_equal(volo_class_table_name(table), "pets");
    assert_int_equal(volo_class_table_count(table), 2);
    check_class(table, 0, "cat", 0, 1, 2, 3);
    check_class(table, 1, "dog", 1, 4, 5, 6);
    volo_class_table_free(table);
    assert_int_equal(volo_class_table_new("pets", 2, names, NULL, NULL, &table, &err), VOLO_OK);
    check_class(table, 0, "cat", 0, 128, 0, 0);
    check_class(table, 1, "dog", 1, 0, 128, 0);
    volo_class_table_free(table);
    volo_class_table_free(NULL);
}

static void refuses_bad_lists(void **state)
{
    static const char *const names[] = { "cat", "d\no\tg" };
    VoloClassTable *table = NULL;
    VoloError err;

    (void)state;
    assert_int_equal(volo_class_table_new("x", 0, names, NULL, NULL, &table, &err),
                     VOLO_ERR_ARGUMENT);
    assert_string_equal(err.message, "0 classes, expected 1..255");
    assert_int_equal(volo_class_table_new("x", 256, names, NULL, NULL, &table, &err),
                     VOLO_ERR_ARGUMENT);
    assert_string_equal(err.message, "256 classes, expected 1..255");
    assert_int_equal(volo_class_table_new("x", 2, names, NULL, NULL, &table, &err),
                     VOLO_ERR_ARGUMENT);
    assert_string_equal(err.message, "class 1: name 'd?o?g' is empty, too long or not printable");
    assert_null(table);
}

static void limits_names_to_what_a_message_holds(void **state)
{
    char name[300];

    (void)state;
    memset(name, 'n', sizeof name);
    name[239] = '\0';
    assert_true(volo_class_name_is_valid(name));
    name[239] = 'n';
    name[240] = '\0';
    assert_false(volo_class_name_is_valid(name));
    assert_false(volo_class_name_is_valid(""));
    assert_true(volo_class_name_is_valid("door;double door, 100%s"));
}

static void generates_255_colours_all_different_and_none_black(void **state)
{
    static bool seen[1 << 24];

    (void)state;
    seen[0] = true;
    for (size_t i = 0; i < 255; i++) {
        uint8_t c[3];

        volo_colour_of_index(i, c);
        const size_t number = (size_t)c[0] << 16 | (size_t)c[1] << 8 | c[2];
        assert_false(seen[number]);
        seen[number] = true;
    }
}

static void generates_the_colours_of_pascal_voc(void **state)
{
    /* classes 1..5, 20 and 255 of the development kit */
    static const struct {
        size_t index;
        uint8_t colour[3];
    } cases[] = {
        { 0, { 128, 0, 0 } },       { 1, { 0, 128, 0 } },   { 2, { 128, 128, 0 } },
        { 3, { 0, 0, 128 } },       { 4, { 128, 0, 128 } }, { 19, { 0, 64, 128 } },
        { 254, { 224, 224, 192 } },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t colour[3];

        volo_colour_of_index(cases[i].index, colour);
        assert_memory_equal(colour, cases[i].colour, 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_the_19_classes_of_cityscapes),
        cmocka_unit_test(knows_the_150_classes_of_ade20k),
        cmocka_unit_test(every_registered_data_set_has_a_table),
        cmocka_unit_test(opens_a_file_and_calls_the_table_by_its_stem),
        cmocka_unit_test(says_that_a_name_is_neither_built_in_nor_a_file),
        cmocka_unit_test(refuses_a_file_that_is_too_large),
        cmocka_unit_test(allows_columns_in_any_order_and_more_of_them),
        cmocka_unit_test(tolerates_byte_order_mark_crlf_comments_and_empty_lines),
        cmocka_unit_test(takes_a_commented_line_with_all_columns_as_the_header),
        cmocka_unit_test(gives_a_class_the_id_of_its_first_row),
        cmocka_unit_test(holds_255_classes_that_may_share_a_name),
        cmocka_unit_test(names_the_line_of_a_bad_header),
        cmocka_unit_test(names_line_and_column_of_a_bad_row),
        cmocka_unit_test(refuses_what_is_not_quite_a_number),
        cmocka_unit_test(refuses_gaps_and_contradictions),
        cmocka_unit_test(refuses_nul_bytes_and_long_lines),
        cmocka_unit_test(survives_every_truncation_of_a_table),
        cmocka_unit_test(is_made_from_lists),
        cmocka_unit_test(refuses_bad_lists),
        cmocka_unit_test(limits_names_to_what_a_message_holds),
        cmocka_unit_test(generates_255_colours_all_different_and_none_black),
        cmocka_unit_test(generates_the_colours_of_pascal_voc),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
