/* SPDX-License-Identifier: Apache-2.0 */
/* Walking a long JSON object. */
#include "base/json_stream.h"

#include "support/scratch_dir.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static ScratchDir dir;

/* A file with that text, opened with small limits: 100 bytes and 3 levels a value. */
static VoloStatus open_text(const char *text, VoloJsonStream **ret_stream, VoloError *err)
{
    return volo_json_stream_open(scratch_write(&dir, "a.json", text, strlen(text)), 100, 3,
                                 ret_stream, err);
}

/* Walks the whole text: lists are entered, other values skipped or read. */
static VoloStatus walk(const char *text, bool skip, VoloError *err)
{
    char key[VOLO_JSON_KEY_BYTES] = "";
    VoloJsonStream *s = NULL;
    json_t *value;
    VoloStatus status = open_text(text, &s, err);

    if (status)
        return status;
    while (!(status = volo_json_stream_member(s, key, err)) && *key) {
        if (skip) {
            status = volo_json_stream_skip(s, err);
        } else if (strcmp(key, "list") == 0) {
            status = volo_json_stream_enter(s, err);
            while (!status && !(status = volo_json_stream_element(s, &value, err)) && value)
                json_decref(value);
        } else if (!(status = volo_json_stream_value(s, &value, err))) {
            json_decref(value);
        }
        if (status)
            break;
    }
    volo_json_stream_close(s);
    return status;
}

static void walks_members_and_elements(void **state)
{
    char key[VOLO_JSON_KEY_BYTES];
    VoloJsonStream *s = NULL;
    json_t *value;
    uint64_t place;

    (void)state;
    assert_int_equal(
        open_text(" {\"a\" : 12, \"skipped\":{\"x\":[1,\"]}\\\"\"]},\n\"list\":[\"é\", 2.5 ,"
                  "[null]], \"e\":[] ,\"z\":true}\n",
                  &s, NULL),
        VOLO_OK);
    assert_int_equal(volo_json_stream_member(s, key, NULL), VOLO_OK);
    assert_string_equal(key, "a");
    assert_int_equal(volo_json_stream_value(s, &value, NULL), VOLO_OK);
    assert_int_equal(json_integer_value(value), 12);
    json_decref(value);
    assert_int_equal(volo_json_stream_member(s, key, NULL), VOLO_OK);
    assert_string_equal(key, "skipped");
    assert_int_equal(volo_json_stream_skip(s, NULL), VOLO_OK);
    assert_int_equal(volo_json_stream_member(s, key, NULL), VOLO_OK);
    assert_string_equal(key, "list");
    place = volo_json_stream_tell(s);
    for (int pass = 0; pass < 2; pass++) {
        volo_json_stream_seek(s, place);
        assert_int_equal(volo_json_stream_enter(s, NULL), VOLO_OK);
        assert_int_equal(volo_json_stream_element(s, &value, NULL), VOLO_OK);
        assert_string_equal(json_string_value(value), "é");
        json_decref(value);
        assert_int_equal(volo_json_stream_element(s, &value, NULL), VOLO_OK);
        assert_true(json_real_value(value) == 2.5);
        json_decref(value);
        assert_int_equal(volo_json_stream_element(s, &value, NULL), VOLO_OK);
        assert_int_equal(json_array_size(value), 1);
        json_decref(value);
        assert_int_equal(volo_json_stream_element(s, &value, NULL), VOLO_OK);
        assert_null(value);
    }
    assert_int_equal(volo_json_stream_member(s, key, NULL), VOLO_OK);
    assert_string_equal(key, "e");
    assert_int_equal(volo_json_stream_enter(s, NULL), VOLO_OK);
    assert_int_equal(volo_json_stream_element(s, &value, NULL), VOLO_OK);
    assert_null(value);
    assert_int_equal(volo_json_stream_member(s, key, NULL), VOLO_OK);
    assert_string_equal(key, "z");
    assert_int_equal(volo_json_stream_skip(s, NULL), VOLO_OK);
    assert_int_equal(volo_json_stream_member(s, key, NULL), VOLO_OK);
    assert_string_equal(key, "");
    volo_json_stream_close(s);
}

static void walks_files_longer_than_the_window(void **state)
{
    const size_t count = 30000;
    char *text = malloc(count * 12 + 100), *end = text;
    VoloError err;

    (void)state;
    assert_non_null(text);
    end += sprintf(end, "{\"list\": [");
    for (size_t i = 0; i < count; i++)
        end += sprintf(end, "%s[%zu]", i ? ", " : "", i);
    sprintf(end, "], \"b\": 1}");
    if (walk(text, false, &err) || walk(text, true, &err))
        fail_msg("%s", err.message);
    free(text);
}

static void says_where_a_text_goes_wrong(void **state)
{
    static const struct {
        const char *text, *message; /* after the file's name */
    } cases[] = {
        { "", "byte 0: expected '{'" },
        { "[1]", "byte 0: expected '{'" },
        { "{", "byte 1: expected a key" },
        { "{1:2}", "byte 1: expected a key" },
        { "{\"a\" 1}", "byte 5: expected ':'" },
        { "{\"a\":}", "byte 5: a value is missing" },
        { "{\"a\":,", "byte 5: a value is missing" },
        { "{\"a\":1", "byte 6: expected ',' or '}'" },
        { "{\"a\":1 \"b\":2}", "byte 7: expected ',' or '}'" },
        { "{\"a\":1,}", "byte 7: expected a key" },
        { "{\"a\":[1", "byte 5: the value does not end" },
        { "{\"a\":\"x", "byte 5: the value does not end" },
        { "{\"a\":1} x", "byte 8: text after the end" },
        { "{\"\":1}", "byte 1: an empty key" },
        { "{\"list\":1}", "byte 8: expected a list" },
        { "{\"list\":[1 2]}", "byte 11: expected ',' or ']'" },
        { "{\"list\":[1,]}", "byte 11: a value is missing" },
        { "{\"a\":nul}", "from byte 5: line 1 column 3: invalid token near 'nul'" },
        { "{\"a\":[1}}", "from byte 5: line 1 column 3: ']' expected near '}'" },
        { "{\"a\":[[[[1]]]]}", "from byte 5: line 1 column 4: nested deeper than 3" },
        { "{\"a\":\"\xff\"}",
          "from byte 5: line 1 column 1: unable to decode byte 0xff near '\"'" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        VoloError err = { .message = "" };

        assert_int_equal(walk(cases[i].text, false, &err), VOLO_ERR_FORMAT);
        const char *colon = strstr(err.message, "': ");
        assert_non_null(colon);
        assert_string_equal(colon + 3, cases[i].message);
    }
}

static void refuses_what_is_too_long(void **state)
{
    char text[300];
    VoloError err;

    (void)state;
    snprintf(text, sizeof text, "{\"a\": \"%0*d\"}", 98, 0);
    assert_int_equal(walk(text, false, &err), VOLO_OK);
    snprintf(text, sizeof text, "{\"a\": \"%0*d\"}", 99, 0);
    assert_int_equal(walk(text, false, &err), VOLO_ERR_LIMIT);
    assert_non_null(strstr(err.message, "byte 106: a value of more than 100 bytes"));
    assert_int_equal(walk(text, true, &err), VOLO_OK);
    snprintf(text, sizeof text, "{\"%0*d\": 1}", 63, 0);
    assert_int_equal(walk(text, true, &err), VOLO_OK);
    snprintf(text, sizeof text, "{\"%0*d\": 1}", 64, 0);
    assert_int_equal(walk(text, true, &err), VOLO_ERR_LIMIT);
    assert_non_null(strstr(err.message, "byte 1: a key of 64 bytes, limit 63"));
}

static int make_dir(void **state)
{
    (void)state;
    scratch_dir_init(&dir);
    return 0;
}

static int remove_dir(void **state)
{
    (void)state;
    scratch_dir_clear(&dir);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walks_members_and_elements),
        cmocka_unit_test(walks_files_longer_than_the_window),
        cmocka_unit_test(says_where_a_text_goes_wrong),
        cmocka_unit_test(refuses_what_is_too_long),
    };

    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
