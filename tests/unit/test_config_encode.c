/* SPDX-License-Identifier: Apache-2.0 */
#include "pipeline/config_text.h"

#include "support/full_config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static VoloStatus parse(VoloConfig *cfg, VoloConfigSaid *said, const char *text, VoloError *err)
{
    return volo_config_parse(cfg, said, "config.json", text, strlen(text), err);
}

/* A config with the fields of text in it; to be cleared. */
static VoloConfig parsed(const char *text)
{
    VoloConfigSaid said = 0;
    VoloConfig cfg;
    VoloError err;

    volo_config_init(&cfg);
    if (parse(&cfg, &said, text, &err))
        fail_msg("%s", err.message);
    return cfg;
}

static void check_equal(const VoloConfig *a, const VoloConfig *b)
{
    VoloConfig x = *a, y = *b;

    for (size_t i = 0; i < VOLO_MAX_CLASSES; i++) {
        assert_int_equal(a->names[i] != NULL, b->names[i] != NULL);
        if (a->names[i])
            assert_string_equal(a->names[i], b->names[i]);
        x.names[i] = y.names[i] = NULL;
    }
    assert_memory_equal(&x, &y, sizeof x);
}

/* Finishes a config of count classes, 512x512 unless it says otherwise; returns the note. */
static const char *finish(VoloConfig *cfg, size_t count)
{
    const char *note = "untouched";
    VoloError err;

    if (!cfg->classes)
        cfg->classes = count;
    if (!cfg->img_size[0])
        cfg->img_size[0] = cfg->img_size[1] = 512;
    if (volo_config_finish(cfg, &note, &err))
        fail_msg("%s", err.message);
    return note;
}

/* --- writing --- */

static void writes_what_it_has_read_byte_for_byte(void **state)
{
    VoloConfig cfg = parsed(full_config);
    char *text = volo_config_to_json(&cfg);

    (void)state;
    assert_non_null(text);
    assert_string_equal(text, full_config);
    free(text);
    volo_config_clear(&cfg);
}

static void check_round_trip(const VoloConfig *cfg)
{
    char *text = volo_config_to_json(cfg);

    assert_non_null(text);
    VoloConfig again = parsed(text);
    char *second = volo_config_to_json(&again);
    check_equal(cfg, &again);
    assert_string_equal(text, second);
    free(second);
    free(text);
    volo_config_clear(&again);
}

static void reads_back_what_it_writes(void **state)
{
    static const char *const texts[] = {
        full_config,
        "{}",
        "{\"image_mean\": [0.1, 0.2, 1e-30], \"image_std\": [0.3333333333333333, 99999.99, 7e5]}",
        "{\"image_mean\": [-0.0, 0.0, -1e-60]}", /* found by tests/fuzz: -0 became 0 */
        "{\"backbone_config\": {\"mlp_ratio\": 2.4000000000000004}}",
        "{\"test\": {\"resize\": {\"scale\": [640, 480], \"keep_ratio\": false}}}",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        VoloConfig cfg = parsed(texts[i]);

        check_round_trip(&cfg);
        finish(&cfg, 19);
        check_round_trip(&cfg);
        volo_config_clear(&cfg);
    }
}

static void writes_the_shortest_numbers_that_read_back(void **state)
{
    VoloConfig cfg = parsed("{}");

    (void)state;
    finish(&cfg, 2);
    char *text = volo_config_to_json(&cfg);
    assert_non_null(text);
    assert_non_null(strstr(text, "\"image_mean\":[123.675,116.28,103.53],"
                                 "\"image_std\":[58.395,57.12,57.375],"
                                 "\"test\":{\"mode\":\"slide\",\"crop_size\":[512,512],"
                                 "\"stride\":[341,341],\"resize\":null}}"));
    assert_non_null(strstr(text, "\"neck\":null,\"id2label\":{\"0\":\"class_0\",\"1\":\"class_1\"},"
                                 "\"palette\":[[128,0,0],[0,128,0]],\"dataset\":null,"));
    free(text);
    volo_config_clear(&cfg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_what_it_has_read_byte_for_byte),
        cmocka_unit_test(reads_back_what_it_writes),
        cmocka_unit_test(writes_the_shortest_numbers_that_read_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
