/* SPDX-License-Identifier: Apache-2.0 */
/* Writing JSON and HTML: whatever the names, the text stays well-formed. */
#include "base/json_put.h"
#include "base/utf8_text.h"
#include "eval/html_put.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What was written to a stream in memory. */
typedef struct Text {
    FILE *stream;
    char *data;
    size_t bytes;
} Text;

static void start(Text *text)
{
    text->stream = open_memstream(&text->data, &text->bytes);
    assert_non_null(text->stream);
}

static void expect(Text *text, const char *wanted)
{
    fclose(text->stream);
    assert_string_equal(text->data, wanted);
    free(text->data);
}

static void lays_out_members(void **state)
{
    Text text;

    (void)state;
    start(&text);
    VoloJsonPut put = { .file = text.stream };
    volo_json_begin(&put, NULL, '{', false);
    volo_json_put_count(&put, "a", UINT64_MAX);
    volo_json_begin(&put, "empty", '[', false);
    volo_json_end(&put, ']');
    volo_json_begin(&put, "line", '[', true);
    volo_json_put_bool(&put, NULL, true);
    volo_json_begin(&put, NULL, '{', false); /* in a line all is */
    volo_json_put_null(&put, "x");
    volo_json_put_text(&put, "y", "z");
    volo_json_end(&put, '}');
    volo_json_end(&put, ']');
    volo_json_begin(&put, "lines", '[', false);
    volo_json_put_real(&put, NULL, 0.1);
    volo_json_put_real(&put, NULL, (double)NAN);
    volo_json_put_real(&put, NULL, -(double)INFINITY);
    volo_json_end(&put, ']');
    volo_json_end(&put, '}');
    expect(&text, "{\n"
                  "  \"a\": 18446744073709551615,\n"
                  "  \"empty\": [],\n"
                  "  \"line\": [true, {\"x\": null, \"y\": \"z\"}],\n"
                  "  \"lines\": [\n"
                  "    0.1,\n"
                  "    null,\n"
                  "    null\n"
                  "  ]\n"
                  "}\n");
}

static void escapes_what_json_needs(void **state)
{
    Text text;

    (void)state;
    start(&text);
    VoloJsonPut put = { .file = text.stream };
    volo_json_begin(&put, NULL, '[', true);
    volo_json_put_text(&put, NULL, "a\"b\\c\n\t\x01\x7f/é\xf0\x9f\x9a\x97");
    volo_json_put_text(&put, NULL, "\xff\xc3(\xed\xa0\x80\xf5");
    volo_json_end(&put, ']');
    expect(&text,
           "[\"a\\\"b\\\\c\\n\\t\\u0001\\u007f/é\xf0\x9f\x9a\x97\", "
           "\"\xef\xbf\xbd\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"]\n");
}

static void escapes_what_html_would_read(void **state)
{
    Text text;

    (void)state;
    start(&text);
    volo_html_put_text(text.stream, "<script>alert(\"1\" & '2')</script>\n\xe2\x80\xae\xff é");
    expect(&text, "&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;"
                  "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd é");
}

/* The vectors of RFC 4648. */
static void encodes_data_of_any_length(void **state)
{
    static const char *const encoded[] = { "",         "Zg==",     "Zm8=",    "Zm9v",
                                           "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy" };

    (void)state;
    for (size_t i = 0; i < sizeof encoded / sizeof *encoded; i++) {
        char wanted[64];
        Text text;

        start(&text);
        volo_html_put_data(text.stream, "text/plain", (const uint8_t *)"foobar", i);
        snprintf(wanted, sizeof wanted, "data:text/plain;base64,%s", encoded[i]);
        expect(&text, wanted);
    }
}

static void knows_well_formed_characters(void **state)
{
    static const struct {
        const char *text;
        size_t length;
        uint32_t code;
    } cases[] = {
        { "", 1, 0 },
        { "a", 1, 'a' },
        { "\x7f", 1, 0x7f },
        { "\xc2\x80", 2, 0x80 },
        { "\xe0\xa0\x80", 3, 0x800 },
        { "\xef\xbf\xbf", 3, 0xffff },
        { "\xf0\x90\x80\x80", 4, 0x10000 },
        { "\xf4\x8f\xbf\xbf", 4, 0x10ffff },
        { "\x80", 0, 0 },             /* continues nothing */
        { "\xc1\xbf", 0, 0 },         /* overlong */
        { "\xe0\x9f\xbf", 0, 0 },     /* overlong */
        { "\xf0\x8f\xbf\xbf", 0, 0 }, /* overlong */
        { "\xed\xa0\x80", 0, 0 },     /* half of a surrogate */
        { "\xf4\x90\x80\x80", 0, 0 }, /* beyond Unicode */
        { "\xf8\x88\x80\x80\x80", 0, 0 },
        { "\xc3", 0, 0 }, /* cut off */
        { "\xe2\x82", 0, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t code = 0;

        assert_int_equal(volo_utf8_read(cases[i].text, &code), cases[i].length);
        assert_int_equal(code, cases[i].code);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lays_out_members),
        cmocka_unit_test(escapes_what_json_needs),
        cmocka_unit_test(escapes_what_html_would_read),
        cmocka_unit_test(encodes_data_of_any_length),
        cmocka_unit_test(knows_well_formed_characters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
