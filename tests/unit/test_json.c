/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static json_t *must_parse(const char *text, size_t max_depth)
{
    json_t *json = NULL;
    VoloError err;

    if (volo_json_parse("'a.json'", text, strlen(text), max_depth, &json, &err))
        fail_msg("%s", err.message);
    return json;
}

static void must_refuse_bytes(const char *text, size_t bytes, VoloStatus status,
                              const char *message)
{
    json_t *json = NULL;
    VoloError err;

    assert_int_equal(volo_json_parse("'a.json'", text, bytes, 3, &json, &err), status);
    assert_int_equal(err.status, status);
    assert_string_equal(err.message, message);
    assert_null(json);
}

static void must_refuse(const char *text, const char *message)
{
    must_refuse_bytes(text, strlen(text), VOLO_ERR_FORMAT, message);
}

static void parses_an_object(void **state)
{
    json_t *json = must_parse("{\"a\": [1, 2.5, \"x\", true, null]}\n", 2);

    (void)state;
    assert_int_equal(json_array_size(json_object_get(json, "a")), 5);
    json_decref(json);
}

static void parses_a_lone_value(void **state)
{
    json_t *json = must_parse(" 12 ", 0);

    (void)state;
    assert_int_equal(json_integer_value(json), 12);
    json_decref(json);
}

static void names_line_and_column(void **state)
{
    (void)state;
    must_refuse("{\"a\": 1,\n \"b\": ?}", "'a.json': line 2 column 7: invalid token near '?'");
}

static void refuses_a_key_that_is_there_twice(void **state)
{
    (void)state;
    must_refuse("{\"a\": 1, \"a\": 2}",
                "'a.json': line 1 column 12: duplicate object key near '\"a\"'");
}

static void refuses_what_follows_the_value(void **state)
{
    (void)state;
    must_refuse("{} {}", "'a.json': line 1 column 4: end of file expected near '{'");
}

static void refuses_an_empty_text(void **state)
{
    (void)state;
    must_refuse("", "'a.json': line 1 column 0: unexpected token near end of file");
}

static void refuses_bytes_that_are_not_utf8(void **state)
{
    (void)state;
    must_refuse("\"\xff\"", "'a.json': line 1 column 1: unable to decode byte 0xff near '\"'");
}

static void counts_depth_from_one_bracket(void **state)
{
    (void)state;
    json_decref(must_parse("[[[1]]]", 3));
    must_refuse("[[[[1]]]]", "'a.json': line 1 column 4: nested deeper than 3");
    must_refuse("[\n{\"a\":\n[{", "'a.json': line 3 column 2: nested deeper than 3");
}

static void does_not_count_brackets_in_strings(void **state)
{
    (void)state;
    json_decref(must_parse("[\"[[[[[[\", \"\\\"[[[[[[\", \"\\\\\", []]", 2));
}

static void refuses_depth_before_recursing_into_it(void **state)
{
    const size_t bytes = 4u << 20;
    char *text = malloc(bytes);

    (void)state;
    assert_non_null(text);
    memset(text, '[', bytes);
    must_refuse_bytes(text, bytes, VOLO_ERR_FORMAT,
                      "'a.json': line 1 column 4: nested deeper than 3");
    free(text);
}

/* The limit counts brackets and commas: n items in a list make n. */
static void parse_list(size_t items, VoloStatus status, const char *message)
{
    const size_t bytes = 2 * items + 1;
    char *text = malloc(bytes);
    json_t *json = NULL;
    VoloError err = { 0 };

    assert_non_null(text);
    memset(text, '1', bytes);
    text[0] = '[';
    for (size_t i = 2; i < bytes; i += 2)
        text[i] = ',';
    text[bytes - 1] = ']';
    assert_int_equal(volo_json_parse("'a.json'", text, bytes, 1, &json, &err), status);
    assert_string_equal(err.message, message);
    json_decref(json);
    free(text);
}

static void refuses_more_values_than_the_limit(void **state)
{
    (void)state;
    parse_list(VOLO_LIMIT_JSON_VALUES - 1, VOLO_OK, "");
    parse_list(VOLO_LIMIT_JSON_VALUES, VOLO_OK, "");
    parse_list(VOLO_LIMIT_JSON_VALUES + 1, VOLO_ERR_LIMIT,
               "'a.json': line 1 column 2000001: more than 1000000 values");
}

static void works_without_an_error_to_fill(void **state)
{
    json_t *json;

    (void)state;
    assert_int_equal(volo_json_parse("'a.json'", "[", 1, 3, &json, NULL), VOLO_ERR_FORMAT);
}

/* jansson asks for memory through here; the allocation of that number is refused. */
static size_t allocations_left;

static void *scarce_malloc(size_t bytes)
{
    if (allocations_left == 0)
        return NULL;
    allocations_left--;
    return malloc(bytes);
}

static void reports_memory_that_is_refused(void **state)
{
    static const char text[] = "{\"a\": [1, 2, \"three\"], \"b\": {\"c\": null}}";
    VoloStatus status = VOLO_ERR_MEMORY;
    VoloError err = { 0 };
    size_t refused = 0;

    (void)state;
    json_set_alloc_funcs(scarce_malloc, free);
    for (size_t allowed = 0; status; allowed++) {
        json_t *json = NULL;

        assert_true(allowed < 1000);
        allocations_left = allowed;
        status = volo_json_parse("'a.json'", text, strlen(text), 3, &json, &err);
        refused += status == VOLO_ERR_MEMORY;
        assert_true(status == VOLO_OK || err.message[0]);
        json_decref(json);
    }
    json_set_alloc_funcs(malloc, free);
    assert_true(refused > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses_an_object),
        cmocka_unit_test(parses_a_lone_value),
        cmocka_unit_test(names_line_and_column),
        cmocka_unit_test(refuses_a_key_that_is_there_twice),
        cmocka_unit_test(refuses_what_follows_the_value),
        cmocka_unit_test(refuses_an_empty_text),
        cmocka_unit_test(refuses_bytes_that_are_not_utf8),
        cmocka_unit_test(counts_depth_from_one_bracket),
        cmocka_unit_test(does_not_count_brackets_in_strings),
        cmocka_unit_test(refuses_depth_before_recursing_into_it),
        cmocka_unit_test(refuses_more_values_than_the_limit),
        cmocka_unit_test(works_without_an_error_to_fill),
        cmocka_unit_test(reports_memory_that_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
