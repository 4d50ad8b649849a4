/* SPDX-License-Identifier: Apache-2.0 */
/* A training's JSON file: what is written reads back, and what is wrong is named. */
#include <volo/train.h>

#include "support/scratch_dir.h"
#include "train/train_options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static ScratchDir scratch;

static int make_scratch(void **state)
{
    (void)state;
    scratch_dir_init(&scratch);
    return 0;
}

static int remove_scratch(void **state)
{
    (void)state;
    scratch_dir_clear(&scratch);
    return 0;
}

/* Reads text as a file; the message is that of the failure. */
static VoloStatus read_text(const char *text, VoloTrainConfig **ret, VoloError *err)
{
    VoloTrainConfig *config = NULL;

    assert_int_equal(volo_train_config_new(&config, NULL), VOLO_OK);
    const VoloStatus status = volo_train_config_read(
        config, scratch_write(&scratch, "train.json", text, strlen(text)), err);
    if (ret && !status)
        *ret = config;
    else
        volo_train_config_free(config);
    return status;
}

static void check_message(const char *text, const char *want)
{
    char full[512];
    VoloError err;

    assert_int_equal(read_text(text, NULL, &err), VOLO_ERR_FORMAT);
    snprintf(full, sizeof full, "'%s'%s", scratch_path(&scratch, "train.json"), want);
    assert_string_equal(err.message, full);
}

/* Every field another value than by default. */
static void fill_options(VoloTrainOptions *o)
{
    for (size_t i = 0; i < VOLO_TRAIN_FIELDS; i++) {
        const VoloTrainField *f = &volo_train_fields[i];
        void *const at = (char *)o + f->offset;

        if (f->kind == VOLO_FIELD_COUNT)
            *(uint64_t *)at = (uint64_t)f->most - 1;
        else if (f->kind == VOLO_FIELD_REAL)
            *(double *)at = f->least + (f->most - f->least) / 3;
        else if (f->kind == VOLO_FIELD_SWITCH)
            *(bool *)at = !*(bool *)at;
        else if (f->kind == VOLO_FIELD_CHOICE)
            *(int *)at = !*(int *)at;
        else
            *(const char **)at = f->flags & VOLO_FIELD_PATH ? "/a \"path\"" : "a,text\\";
    }
}

static void reads_back_what_was_written(void **state)
{
    const VoloDataOptions data = { .augment = VOLO_AUGMENT_INIT,
                                   .loader = VOLO_LOADER_OPTIONS_INIT };
    VoloTrainConfig *config = NULL;
    VoloTrainOptions o = volo_train_defaults();
    char got[256], want[256];

    (void)state;
    fill_options(&o);
    const char *path = scratch_path(&scratch, "written.json");
    assert_int_equal(volo_train_config_write(&o, &data, path, NULL), VOLO_OK);
    assert_int_equal(volo_train_config_new(&config, NULL), VOLO_OK);
    VoloError err;
    if (volo_train_config_read(config, path, &err))
        fail_msg("%s", err.message);
    for (size_t i = 0; i < VOLO_TRAIN_FIELDS; i++) {
        const VoloTrainField *f = &volo_train_fields[i];

        assert_true(volo_train_field_text(f, &o, want, sizeof want));
        assert_true(volo_train_field_text(f, volo_train_config_options(config), got, sizeof got));
        assert_string_equal(got, want);
    }
    volo_train_config_free(config);
}

static void paths_are_relative_to_the_file(void **state)
{
    VoloTrainConfig *config = NULL;
    char want[512];

    (void)state;
    assert_int_equal(
        read_text("{\"train\": {\"model\": \"m.safetensors\", \"network\": \"/n.json\","
                  " \"freeze\": \"backbone.patch_embed\"}}",
                  &config, NULL),
        VOLO_OK);
    const VoloTrainOptions *o = volo_train_config_options(config);
    snprintf(want, sizeof want, "%s", scratch_path(&scratch, "m.safetensors"));
    assert_string_equal(o->model, want);
    assert_string_equal(o->network, "/n.json");
    assert_string_equal(o->freeze, "backbone.patch_embed");
    volo_train_config_free(config);
}

static void names_what_is_wrong(void **state)
{
    (void)state;
    check_message("{\"trian\": {}}", " is an object of 1, expected no member 'trian'");
    check_message("{\"train\": {\"stpes\": 5}}",
                  ": field 'train' is an object of 1, expected no member 'stpes'");
    check_message("{\"train\": {\"steps\": 0}}",
                  ": field 'train.steps' is 0, expected an integer 1..1000000000000");
    check_message("{\"train\": {\"lr\": \"fast\"}}",
                  ": field 'train.lr' is a string, expected a number 0..1e+06");
    check_message("{\"train\": {\"drop_path\": 1.5}}",
                  ": field 'train.drop_path' is 1.5, expected a number 0..0.99");
    check_message("{\"train\": {\"optimizer\": \"adam\"}}",
                  ": field 'train.optimizer' is 'adam', expected adamw or sgd");
    check_message("{\"train\": {\"nesterov\": 1}}",
                  ": field 'train.nesterov' is 1, expected true or false");
    check_message("{\"train\": []}", ": field 'train' is a list of 0, expected an object");
}

static void refuses_options_that_cannot_be(void **state)
{
    VoloTrainOptions o = volo_train_defaults();
    VoloError err;

    (void)state;
    assert_int_equal(volo_train_options_check(&o, &err), VOLO_ERR_ARGUMENT);
    assert_string_equal(err.message, "nothing to train: model, network or variant must be given");
    o.variant = "volo_d1";
    assert_int_equal(volo_train_options_check(&o, &err), VOLO_OK);
    o.warmup = 2000;
    assert_int_equal(volo_train_options_check(&o, &err), VOLO_ERR_ARGUMENT);
    assert_string_equal(err.message, "warmup is 2000, but there are 1000 steps");
    o.warmup = 0;
    o.cross_entropy = 0;
    assert_int_equal(volo_train_options_check(&o, &err), VOLO_ERR_ARGUMENT);
    o.dice = 1;
    o.ema = 1;
    assert_int_equal(volo_train_options_check(&o, &err), VOLO_ERR_ARGUMENT);
    assert_string_equal(err.message, "ema is 1, expected 0 to 1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_back_what_was_written, make_scratch, remove_scratch),
        cmocka_unit_test_setup_teardown(paths_are_relative_to_the_file, make_scratch,
                                        remove_scratch),
        cmocka_unit_test_setup_teardown(names_what_is_wrong, make_scratch, remove_scratch),
        cmocka_unit_test(refuses_options_that_cannot_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
