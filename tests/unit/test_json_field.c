/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_field.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static json_t *load(const char *text)
{
    json_t *json = NULL;
    VoloError err;

    if (volo_json_parse("text", text, strlen(text), 8, &json, &err))
        fail_msg("%s", err.message);
    return json;
}

/* The complaint when the value is read as a size 1..9 under the key "n". */
static void check_size_refused(const char *value, const char *came)
{
    char text[200], want[240];
    VoloError err;
    VoloField n;
    size_t size = 77;

    snprintf(text, sizeof text, "{\"n\": %s}", value);
    snprintf(want, sizeof want, "'a.json': field 'n' is %s, expected an integer 1..9", came);
    json_t *json = load(text);
    const VoloField root = volo_field_root("a.json", json);
    n = (VoloField){ .parent = &root, .key = "n", .value = json_object_get(json, "n") };
    assert_int_equal(volo_field_size(&n, 1, 9, &size, &err), VOLO_ERR_FORMAT);
    assert_string_equal(err.message, want);
    assert_int_equal(size, 77);
    json_decref(json);
}

static void says_what_came_whatever_its_type(void **state)
{
    (void)state;
    check_size_refused("{\"a\": 1}", "an object of 1");
    check_size_refused("[1, 2, 3]", "a list of 3");
    check_size_refused("\"5\"", "a string");
    check_size_refused("true", "true");
    check_size_refused("false", "false");
    check_size_refused("null", "null");
    check_size_refused("0", "0");
    check_size_refused("10", "10");
    check_size_refused("-5", "-5");
    check_size_refused("9223372036854775807", "9223372036854775807");
    check_size_refused("4.0", "4.0");
    check_size_refused("0.5", "0.5");
    check_size_refused("-1e300", "-1e+300");
}

static void names_the_way_to_a_nested_value(void **state)
{
    json_t *json = load("{\"a\": {\"b\": [[1, 2], [3, \"x\"]]}}");
    const VoloField root = volo_field_root("a.json", json);
    VoloField a, b;
    VoloError err;
    size_t value[2];

    (void)state;
    assert_true(volo_field_get(&root, "a", &a));
    assert_true(volo_field_get(&a, "b", &b));
    const VoloField row = volo_field_at(&b, 1);
    assert_int_equal(volo_field_sizes(&row, 2, 0, 5, value, &err), VOLO_ERR_FORMAT);
    assert_string_equal(err.message,
                        "'a.json': field 'a.b[1][1]' is a string, expected an integer 0..5");
    assert_int_equal(volo_field_sizes(&b, 3, 0, 5, value, &err), VOLO_ERR_FORMAT);
    assert_string_equal(err.message,
                        "'a.json': field 'a.b' is a list of 2, expected a list of 3 integers");
    assert_int_equal(volo_field_missing(&a, "c", "a number", &err), VOLO_ERR_FORMAT);
    assert_string_equal(err.message, "'a.json': field 'a' has no 'c', expected a number");
    json_decref(json);
}

static void names_only_the_file_when_the_whole_is_wrong(void **state)
{
    json_t *json = load("[1]");
    const VoloField root = volo_field_root("a.json", json);
    VoloError err;

    (void)state;
    assert_int_equal(volo_field_object(&root, &err), VOLO_ERR_FORMAT);
    assert_string_equal(err.message, "'a.json' is a list of 1, expected an object");
    json_decref(json);
}

static void shows_the_end_of_a_long_path(void **state)
{
    json_t *json = load("{\"n\": 0}");
    char path[400], want[240];
    VoloError err;
    VoloField n;
    bool value;

    (void)state;
    memset(path, 'p', sizeof path);
    memcpy(path + 300, "/config.json", 13);
    const VoloField root = volo_field_root(path, json);
    assert_true(volo_field_get(&root, "n", &n));
    assert_int_equal(volo_field_bool(&n, &value, &err), VOLO_ERR_FORMAT);
    snprintf(want, sizeof want, "'...%s': field 'n' is 0, expected true or false", path + 212);
    assert_string_equal(err.message, want);
    json_decref(json);
}

static void takes_null_for_absent(void **state)
{
    json_t *json = load("{\"n\": null, \"m\": 1}");
    const VoloField root = volo_field_root("a.json", json);
    VoloField f = { .index = 5 };
    const VoloField before = f;

    (void)state;
    assert_false(volo_field_get(&root, "n", &f));
    assert_false(volo_field_get(&root, "absent", &f));
    assert_memory_equal(&f, &before, sizeof f);
    assert_true(volo_field_get(&root, "m", &f));
    assert_false(volo_field_get(&f, "member of a number", &f));
    json_decref(json);
}

static void reads_values_of_the_right_type(void **state)
{
    json_t *json = load("{\"yes\": true, \"no\": false, \"n\": 9, \"x\": -0.5, \"t\": \"text\", "
                        "\"l\": [0, 5]}");
    const VoloField root = volo_field_root("a.json", json);
    VoloField f;
    bool flag = false;
    size_t size = 0, list[2] = { 9, 9 };
    double real = 0;
    const char *text = NULL;

    (void)state;
    assert_true(volo_field_get(&root, "yes", &f));
    assert_int_equal(volo_field_bool(&f, &flag, NULL), VOLO_OK);
    assert_true(flag);
    assert_true(volo_field_get(&root, "no", &f));
    assert_int_equal(volo_field_bool(&f, &flag, NULL), VOLO_OK);
    assert_false(flag);
    assert_true(volo_field_get(&root, "n", &f));
    assert_int_equal(volo_field_size(&f, 9, 9, &size, NULL), VOLO_OK);
    assert_int_equal(size, 9);
    assert_int_equal(volo_field_real(&f, 8.5, 9, &real, NULL), VOLO_OK);
    assert_true(real == 9);
    assert_true(volo_field_get(&root, "x", &f));
    assert_int_equal(volo_field_real(&f, -1, 1, &real, NULL), VOLO_OK);
    assert_true(real == -0.5);
    assert_true(volo_field_get(&root, "t", &f));
    assert_int_equal(volo_field_text(&f, &text, NULL), VOLO_OK);
    assert_string_equal(text, "text");
    assert_true(volo_field_get(&root, "l", &f));
    assert_int_equal(volo_field_sizes(&f, 2, 0, 5, list, NULL), VOLO_OK);
    assert_int_equal(list[0], 0);
    assert_int_equal(list[1], 5);
    json_decref(json);
}

static void refuses_reals_outside_of_their_range(void **state)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        { "{\"n\": 0}", "'a.json': field 'n' is 0, expected a number above 0 and at most 64" },
        { "{\"n\": 64.5}",
          "'a.json': field 'n' is 64.5, expected a number above 0 and at most 64" },
        { "{\"n\": []}",
          "'a.json': field 'n' is a list of 0, expected a number above 0 and at most 64" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *json = load(cases[i].text);
        const VoloField root = volo_field_root("a.json", json);
        VoloField n;
        VoloError err;
        double value = 5;

        assert_true(volo_field_get(&root, "n", &n));
        assert_int_equal(volo_field_real(&n, 0, 64, &value, &err), VOLO_ERR_FORMAT);
        assert_string_equal(err.message, cases[i].message);
        assert_true(value == 5);
        json_decref(json);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_came_whatever_its_type),
        cmocka_unit_test(names_the_way_to_a_nested_value),
        cmocka_unit_test(names_only_the_file_when_the_whole_is_wrong),
        cmocka_unit_test(shows_the_end_of_a_long_path),
        cmocka_unit_test(takes_null_for_absent),
        cmocka_unit_test(reads_values_of_the_right_type),
        cmocka_unit_test(refuses_reals_outside_of_their_range),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
