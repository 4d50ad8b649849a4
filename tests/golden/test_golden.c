/* SPDX-License-Identifier: Apache-2.0 */
/* Every stage of a whole network against tensors of an independent PyTorch implementation:
 * test_golden FOLDER runs every model*.{safetensors,pth} of the folder on every taps_*.safetensors,
 * at every CPU level this machine has, exactly and with the faster algorithms. */
#include <volo/volo.h>

#include "support/golden_file.h"
#include "support/tensor_check.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What a stored precision may cost: see the README of the goldens. */
typedef struct Limits {
    double nmse;   /* of every stage, or of the logits alone */
    bool all_taps; /* float32 weights: every stage is compared */
    float margin;  /* labels must agree where the two best logits differ by more */
} Limits;

typedef struct Case {
    const char *model_path, *taps_path;
    const char *level;
    bool exact;
} Case;

static Limits limits_of(const Case *c)
{
    if (strstr(c->model_path, "_bf16"))
        return (Limits){ 5e-4, false, 0.15f };
    if (strstr(c->model_path, "_f16"))
        return (Limits){ 1e-5, false, 0.02f };
    return (Limits){ c->exact ? 1e-10 : 1e-8, true, 1e-3f };
}

typedef struct Watch {
    GoldenFile *golden;
    Limits limits;
    size_t seen;
} Watch;

/* Layouts of the golden tensors: tokens are stored [n,h,w,c], what PyTorch convolves [n,c,h,w]. */
static bool is_channels_first(const char *name)
{
    static const char *const prefixes[] = { "input", "logits", "decode_head.", "neck." };

    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    }
    return false;
}

static void compare_tap(const VoloTap *tap, void *user)
{
    Watch *watch = user;
    GoldenTensor want;

    if (!golden_find(watch->golden, tap->name, &want))
        return;
    watch->seen++;
    if (!watch->limits.all_taps && strcmp(tap->name, "logits") != 0)
        return;
    float *swapped = is_channels_first(tap->name) ? golden_channels_last(&want) : NULL;
    assert_int_equal(tap->n * tap->h * tap->w * tap->c, want.count);
    tensor_check(tap->name, tap->data, swapped ? swapped : want.f32, want.count,
                 watch->limits.nmse);
    free(swapped);
}

/* Difference of the two best of the golden logits at a pixel; logits [n,k,h,w] */
static float margin_at(const GoldenTensor *logits, size_t n, size_t pixel)
{
    const size_t classes = logits->shape[1], pixels = logits->shape[2] * logits->shape[3];
    float best = -1e30f, second = -1e30f;

    for (size_t k = 0; k < classes; k++) {
        const float x = logits->f32[(n * classes + k) * pixels + pixel];

        second = x > best ? best : x > second ? x : second;
        best = x > best ? x : best;
    }
    return best - second;
}

static void compare_labels(const Watch *watch, const uint8_t *labels)
{
    const GoldenTensor want = golden_get(watch->golden, "labels");
    const GoldenTensor logits = golden_get(watch->golden, "logits_at_input_size");

    for (size_t i = 0; i < want.count; i++) {
        if (labels[i] != want.u8[i] && margin_at(&logits, 0, i) > watch->limits.margin)
            fail_msg("label [%zu] is %u, expected %u", i, labels[i], want.u8[i]);
    }
}

/* The picture beside the taps: taps_picture_64x96.safetensors -> picture_64x96.png */
static bool picture_of(const Case *c, char *path, size_t size)
{
    const char *name = strstr(c->taps_path, "taps_picture_");

    if (!name)
        return false;
    snprintf(path, size, "%.*s%s", (int)(name - c->taps_path), c->taps_path, name + 5);
    strcpy(strstr(path, ".safetensors"), ".png");
    return true;
}

static void run_picture(VoloSession *session, const char *path, const Watch *watch)
{
    VoloError err = { 0 };
    VoloImage *image = NULL;
    VoloMask *mask = NULL;

    if (volo_image_load(path, NULL, &image, &err) ||
        volo_session_segment(session, image, &mask, &err))
        fail_msg("%s", err.message);
    compare_labels(watch, volo_mask_labels(mask));
    volo_mask_unref(mask);
    volo_image_unref(image);
}

static void run_tensor(VoloSession *session, const Watch *watch)
{
    VoloError err = { 0 };
    VoloTap logits;
    const GoldenTensor input = golden_get(watch->golden, "input");
    float *x = golden_channels_last(&input);

    if (volo_session_forward(session, x, input.shape[0], input.shape[2], input.shape[3], &logits,
                             &err))
        fail_msg("%s", err.message);
    free(x);
}

/* A file without a head is a classifier. */
static VoloModel *open_for_its_task(const char *path)
{
    const VoloModelOptions classify = { .task = VOLO_CLASSIFY };
    VoloModel *model = NULL;
    VoloError err = { 0 };
    VoloStatus status = volo_model_open(path, NULL, &model, &err);

    if (!status && !volo_model_info(model)->head) {
        volo_model_unref(model);
        status = volo_model_open(path, &classify, &model, &err);
    }
    if (status)
        fail_msg("%s", err.message);
    return model;
}

/* How many of the golden tensors are stages. */
static size_t count_stages(const GoldenFile *golden)
{
    size_t count = 0;
    const char *name;

    for (size_t i = 0; (name = golden_name(golden, i)); i++)
        count += strcmp(name, "labels") != 0 && strcmp(name, "logits_at_input_size") != 0;
    return count;
}

static void every_stage_meets_its_golden(void **state)
{
    const Case *c = *state;
    char picture[512];
    VoloError err = { 0 };
    VoloSession *session = NULL;
    Watch watch = { golden_open(c->taps_path), limits_of(c), 0 };

    if (volo_set_cpu_level(c->level, &err))
        fail_msg("%s", err.message);
    VoloModel *model = open_for_its_task(c->model_path);
    VoloSessionOptions options = volo_session_defaults(model);
    options.exact = c->exact;
    if (volo_session_new(model, &options, &session, &err))
        fail_msg("%s", err.message);
    volo_session_set_tap(session, compare_tap, &watch);
    if (picture_of(c, picture, sizeof picture))
        run_picture(session, picture, &watch);
    else
        run_tensor(session, &watch);
    assert_int_equal(watch.seen, count_stages(watch.golden));
    volo_session_free(session);
    volo_model_unref(model);
    golden_close(watch.golden);
}

static const char *base_name(const char *path)
{
    return strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
}

static char *case_name(const Case *c)
{
    char *name = malloc(200);

    snprintf(name, 200, "%s meets %s at %s%s", base_name(c->model_path), base_name(c->taps_path),
             c->level, c->exact ? ", exactly" : "");
    return name;
}

static void find_files(const char *folder, const char *pattern, int flags, glob_t *files)
{
    char path[512];

    snprintf(path, sizeof path, "%s/%s", folder, pattern);
    glob(path, flags, NULL, files);
}

enum {
    MAX_CASES = 4096
};

static size_t make_cases(const glob_t *models, const glob_t *taps, struct CMUnitTest *tests)
{
    static const char *const levels[] = { "base", "v3", "v4" };
    static Case cases[MAX_CASES];
    size_t count = 0;

    for (size_t i = 0; i < 2 * 3 * models->gl_pathc * taps->gl_pathc && count < MAX_CASES; i++) {
        Case *c = &cases[count];

        *c = (Case){ .exact = i % 2 == 0,
                     .level = levels[i / 2 % 3],
                     .model_path = models->gl_pathv[i / 6 % models->gl_pathc],
                     .taps_path = taps->gl_pathv[i / 6 / models->gl_pathc] };
        if (volo_set_cpu_level(c->level, NULL))
            continue; /* this machine lacks it */
        tests[count++] =
            (struct CMUnitTest){ case_name(c), every_stage_meets_its_golden, NULL, NULL, c };
    }
    return count;
}

int main(int argc, char **argv)
{
    static struct CMUnitTest tests[MAX_CASES];
    glob_t models, taps;
    VoloError err;

    if (argc != 2 || volo_init(&err))
        return 2;
    find_files(argv[1], "model*.safetensors", 0, &models);
    find_files(argv[1], "model*.pth", GLOB_APPEND, &models);
    find_files(argv[1], "taps_*.safetensors", 0, &taps);
    const size_t count = make_cases(&models, &taps, tests);
    const int failed = count ? _cmocka_run_group_tests("golden", tests, count, NULL, NULL) : 2;
    for (size_t i = 0; i < count; i++)
        free((char *)(uintptr_t)tests[i].name);
    globfree(&models);
    globfree(&taps);
    return failed;
}
