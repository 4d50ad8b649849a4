/* SPDX-License-Identifier: Apache-2.0 */
/* How sure a network is of its labels: against softmax and entropy in double precision of the
 * scores that labels are decided by, for every protocol; bits, sizes, memory. */
#include <volo/volo.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pipeline/scores.h"
#include "support/refuse.h"
#include "support/scratch_dir.h"

enum {
    H = 61,
    W = 85,
    PIXELS = H * W
};

static VoloModel *model;

static int open_model(void **state)
{
    char path[512];

    (void)state;
    snprintf(path, sizeof path, "%s/tiny/model.safetensors", getenv("VOLO_GOLDEN_DIR"));
    return volo_init(NULL) || volo_model_open(path, NULL, &model, NULL);
}

static int close_model(void **state)
{
    (void)state;
    volo_model_unref(model);
    return 0;
}

static VoloSession *new_session(VoloModel *of, const VoloSessionOptions *options)
{
    VoloSession *session = NULL;
    VoloError err;

    if (volo_session_new(of, options, &session, &err))
        fail_msg("%s", err.message);
    return session;
}

static VoloImage *make_image(size_t h, size_t w, size_t seed)
{
    uint8_t *rgb = malloc(3 * h * w);
    VoloImage *image = NULL;

    for (size_t i = 0; i < 3 * h * w; i++)
        rgb[i] = (uint8_t)((i * (31 + seed) + i / w * 7 + seed * 91) % 251);
    assert_int_equal(volo_image_new(h, w, rgb, &image, NULL), VOLO_OK);
    free(rgb);
    return image;
}

/* --- against double precision --- */

/* Softmax of scores [c]; those that are shares already stay what they are. */
static void shares_of(double *share, const float *scores, size_t c, bool already)
{
    double most = (double)-INFINITY, sum = 0;

    for (size_t k = 0; k < c; k++)
        most = fmax(most, (double)scores[k]);
    for (size_t k = 0; k < c; k++) {
        share[k] = already ? (double)scores[k] : exp((double)scores[k] - most);
        sum += share[k];
    }
    for (size_t k = 0; k < c; k++)
        share[k] /= sum;
}

static double entropy_of(const double *share, size_t c)
{
    double sum = 0;

    for (size_t k = 0; k < c; k++)
        sum -= share[k] > 0 ? share[k] * log(share[k]) : 0;
    return c > 1 ? sum / log((double)c) : 0;
}

static void check_near(uint16_t got, double want)
{
    if (fabs(got - want * VOLO_CONFIDENCE_ONE) > 0.5 + 0.25)
        fail_msg("%u parts, expected %g", got, want * VOLO_CONFIDENCE_ONE);
}

/* The class of each rank is one with the largest score that is left. */
static void check_pixel(const VoloConfidence *confidence, size_t i, const float *scores, size_t c,
                        bool already)
{
    double share[255], left[255];
    uint16_t before = VOLO_CONFIDENCE_ONE;

    shares_of(share, scores, c, already);
    memcpy(left, share, c * sizeof *left);
    for (size_t rank = 0; rank < VOLO_CONFIDENCE_RANKS; rank++) {
        const uint8_t class = volo_confidence_classes(confidence, rank)[i];
        const uint16_t parts = volo_confidence_shares(confidence, rank)[i];
        double most = 0;

        if (rank >= c) {
            assert_int_equal(class, 255);
            assert_int_equal(parts, 0);
            continue;
        }
        for (size_t k = 0; k < c; k++)
            most = fmax(most, left[k]);
        assert_true(class < c && left[class] >= most - 1e-7);
        left[class] = -1;
        check_near(parts, share[class]);
        assert_true(parts <= before);
        before = parts;
    }
    check_near(volo_confidence_entropy(confidence)[i], entropy_of(share, c));
}

static void check_picture(VoloModel *of, const VoloSessionOptions *options, size_t classes,
                          bool views)
{
    VoloSession *session = new_session(of, options);
    VoloImage *image = make_image(H, W, 1);
    float *scores = malloc(PIXELS * classes * sizeof *scores);
    VoloMask *mask = NULL, *plain = NULL;
    VoloConfidence *confidence = NULL;
    VoloError err;

    if (volo_session_segment_confidence(session, image, &mask, &confidence, &err) ||
        volo_session_scores(session, image, scores, &err) ||
        volo_session_segment(session, image, &plain, &err))
        fail_msg("%s", err.message);
    assert_int_equal(volo_confidence_height(confidence), H);
    assert_int_equal(volo_confidence_width(confidence), W);
    assert_memory_equal(volo_mask_labels(mask), volo_mask_labels(plain), PIXELS);
    volo_mask_unref(mask); /* the confidence has a reference of its own */
    assert_memory_equal(volo_confidence_classes(confidence, 0), volo_mask_labels(plain), PIXELS);
    for (size_t i = 0; i < PIXELS; i++)
        check_pixel(confidence, i, scores + i * classes, classes, views);
    volo_confidence_unref(confidence);
    volo_mask_unref(plain);
    free(scores);
    volo_image_unref(image);
    volo_session_free(session);
}

static VoloSessionOptions windows(void)
{
    return (
        VoloSessionOptions){ .mode = VOLO_MODE_SLIDE, .crop = { 48, 64 }, .stride = { 32, 43 } };
}

static VoloSessionOptions views(void)
{
    return (VoloSessionOptions){ .scales = { 0.75, 1.25 }, .scale_count = 2, .flip = true };
}

static void shares_and_entropy_are_those_of_a_softmax(void **state)
{
    static const char *const levels[] = { "base", "v3", "v4" };
    const char *const level = volo_cpu_level();
    VoloSessionOptions resized = volo_session_defaults(model), several = views();
    const VoloSessionOptions cut = windows();

    (void)state;
    resized.resize = (VoloResize){ VOLO_RESIZE_EXACT, 70, 90, 0, 0 };
    for (size_t i = 0; i < 3; i++) {
        if (volo_set_cpu_level(levels[i], NULL))
            continue; /* this machine lacks it */
        VoloModel *const usual = model;
        const size_t classes = volo_class_table_count(volo_model_classes(model));

        assert_int_equal(open_model(NULL), 0); /* weights are packed for a level */
        check_picture(model, NULL, classes, false);
        check_picture(model, &resized, classes, false);
        check_picture(model, &cut, classes, false);
        several.tta = i % 2 ? VOLO_TTA_MMSEG0 : VOLO_TTA_MMSEG1;
        check_picture(model, &several, classes, true);
        close_model(NULL);
        model = usual;
    }
    assert_int_equal(volo_set_cpu_level(level, NULL), VOLO_OK);
}

static VoloModel *few_classes(size_t classes)
{
    static const char config[] =
        "{\"model_type\":\"upernet\",\"backbone_config\":{\"model_type\":\"volo\","
        "\"img_size\":[64,64],\"layers\":[1,1,1,1],\"embed_dims\":[32,64,64,64],"
        "\"num_heads\":[1,2,2,2],\"mlp_ratio\":2,\"stem_hidden_dim\":8},\"hidden_size\":16}";
    VoloModelRecipe recipe = { .classes = classes, .seed = 3 };
    VoloModel *made = NULL;
    ScratchDir dir;
    VoloError err;

    scratch_dir_init(&dir);
    recipe.config_path = scratch_write(&dir, "few.json", config, strlen(config));
    if (volo_model_create(&recipe, scratch_path(&dir, "few.safetensors"), &err) ||
        volo_model_open(scratch_path(&dir, "few.safetensors"), NULL, &made, &err))
        fail_msg("%s", err.message);
    scratch_dir_clear(&dir);
    return made;
}

static void fewer_than_three_classes_leave_ranks_empty(void **state)
{
    const VoloSessionOptions several = views();

    (void)state;
    for (size_t classes = 1; classes <= 3; classes++) {
        VoloModel *few = few_classes(classes);

        check_picture(few, NULL, classes, false);
        check_picture(few, &several, classes, true);
        volo_model_unref(few);
    }
}

/* --- bits --- */

static void check_same(const VoloConfidence *a, const VoloConfidence *b)
{
    for (size_t rank = 0; rank < VOLO_CONFIDENCE_RANKS; rank++) {
        assert_memory_equal(volo_confidence_classes(a, rank), volo_confidence_classes(b, rank),
                            PIXELS);
        assert_memory_equal(volo_confidence_shares(a, rank), volo_confidence_shares(b, rank),
                            PIXELS * sizeof(uint16_t));
    }
    assert_memory_equal(volo_confidence_entropy(a), volo_confidence_entropy(b),
                        PIXELS * sizeof(uint16_t));
}

static VoloConfidence *confidence_of(VoloSession *session, const VoloImage *image)
{
    VoloMask *mask = NULL;
    VoloConfidence *confidence = NULL;
    VoloError err;

    if (volo_session_segment_confidence(session, image, &mask, &confidence, &err))
        fail_msg("%s", err.message);
    volo_mask_unref(mask);
    return confidence;
}

static void same_bits_for_any_number_of_threads(void **state)
{
    VoloImage *image = make_image(H, W, 1);

    (void)state;
    for (int protocol = 0; protocol < 3; protocol++) {
        VoloSessionOptions options = protocol == 0   ? volo_session_defaults(model)
                                     : protocol == 1 ? windows()
                                                     : views();
        VoloConfidence *want = NULL;

        for (options.threads = 1; options.threads <= 3; options.threads++) {
            VoloSession *session = new_session(model, &options);
            VoloConfidence *got = confidence_of(session, image);

            if (want)
                check_same(got, want);
            volo_confidence_unref(want);
            want = got;
            volo_session_free(session);
        }
        volo_confidence_unref(want);
    }
    volo_image_unref(image);
}

static void a_batch_has_the_bits_of_its_pictures_one_by_one(void **state)
{
    VoloSession *session = new_session(model, NULL);
    VoloImage *const images[] = { make_image(H, W, 0), make_image(H, W, 1) };
    VoloMask *masks[2];
    VoloConfidence *confidences[2];

    (void)state;
    assert_int_equal(
        volo_session_segment_batch_confidence(session, images, 2, masks, confidences, NULL),
        VOLO_OK);
    for (size_t i = 0; i < 2; i++) {
        VoloConfidence *alone = confidence_of(session, images[i]);

        check_same(confidences[i], alone);
        assert_ptr_equal(volo_confidence_classes(confidences[i], 0), volo_mask_labels(masks[i]));
        volo_confidence_unref(alone);
        volo_confidence_unref(confidences[i]);
        volo_mask_unref(masks[i]);
        volo_image_unref(images[i]);
    }
    volo_session_free(session);
}

/* --- memory --- */

static void the_cost_counts_ten_bytes_a_pixel(void **state)
{
    VoloSession *session = new_session(model, NULL);
    VoloCost plain, ranked;

    (void)state;
    assert_int_equal(volo_session_cost(session, 2, H, W, &plain, NULL), VOLO_OK);
    assert_int_equal(volo_session_confidence_cost(session, 2, H, W, &ranked, NULL), VOLO_OK);
    assert_int_equal(ranked.pictures, plain.pictures + 2 * 10 * PIXELS);
    assert_int_equal(ranked.macs, plain.macs);
    assert_true(ranked.peak >= plain.peak + 2 * 10 * PIXELS);
    volo_session_free(session);
}

/* What is enough for the mask alone is refused by its true size. */
static void memory_allowed_covers_the_planes(void **state)
{
    VoloSessionOptions options = volo_session_defaults(model);
    VoloSession *session = new_session(model, NULL);
    VoloImage *image = make_image(H, W, 1);
    VoloMask *mask = NULL;
    VoloConfidence *confidence = NULL;
    VoloCost plain;

    (void)state;
    assert_int_equal(volo_session_cost(session, 1, H, W, &plain, NULL), VOLO_OK);
    volo_session_free(session);
    options.max_memory = plain.peak;
    session = new_session(model, &options);
    assert_int_equal(volo_session_segment_confidence(session, image, &mask, &confidence, NULL),
                     VOLO_ERR_MEMORY);
    assert_true(!mask && !confidence);
    assert_int_equal(volo_session_segment(session, image, &mask, NULL), VOLO_OK);
    volo_mask_unref(mask);
    volo_session_free(session);
    volo_image_unref(image);
}

static VoloImage *refused_image;

static VoloStatus segment_one(VoloError *err)
{
    VoloSession *session = NULL;
    VoloMask *mask = NULL;
    VoloConfidence *confidence = NULL;
    VoloStatus status = volo_session_new(model, NULL, &session, err);

    if (!status)
        status = volo_session_segment_confidence(session, refused_image, &mask, &confidence, err);
    assert_int_equal(!mask, status != VOLO_OK);
    assert_int_equal(!confidence, status != VOLO_OK);
    volo_confidence_unref(confidence);
    volo_mask_unref(mask);
    volo_session_free(session);
    return status;
}

static void every_allocation_may_be_refused(void **state)
{
    (void)state;
    refused_image = make_image(H, W, 1);
    refuse_in_turn(segment_one, 7);
    volo_image_unref(refused_image);
}

static bool stop_at_once(double done, void *user)
{
    (void)done;
    (void)user;
    return false;
}

static void cancelling_leaves_nothing(void **state)
{
    VoloSession *session = new_session(model, NULL);
    VoloImage *image = make_image(H, W, 1);
    VoloMask *mask = NULL;
    VoloConfidence *confidence = NULL;

    (void)state;
    volo_session_set_progress(session, stop_at_once, NULL);
    assert_int_equal(volo_session_segment_confidence(session, image, &mask, &confidence, NULL),
                     VOLO_ERR_CANCELLED);
    assert_true(!mask && !confidence);
    volo_image_unref(image);
    volo_session_free(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_and_entropy_are_those_of_a_softmax),
        cmocka_unit_test(fewer_than_three_classes_leave_ranks_empty),
        cmocka_unit_test(same_bits_for_any_number_of_threads),
        cmocka_unit_test(a_batch_has_the_bits_of_its_pictures_one_by_one),
        cmocka_unit_test(the_cost_counts_ten_bytes_a_pixel),
        cmocka_unit_test(memory_allowed_covers_the_planes),
        cmocka_unit_test(every_allocation_may_be_refused),
        cmocka_unit_test(cancelling_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, open_model, close_model);
}
