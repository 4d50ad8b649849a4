/* SPDX-License-Identifier: Apache-2.0 */
/* Two jobs on one model from two threads, at two sizes: the same bytes as one after the other. Also
 * built with ThreadSanitizer. */
#include <volo/volo.h>

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct Work {
    VoloModel *model;
    size_t h, w;
    int rounds;
    VoloMask *mask; /* of the last round */
    VoloError err;
} Work;

static VoloImage *striped_image(size_t h, size_t w)
{
    uint8_t *rgb = malloc(3 * h * w);
    VoloImage *image = NULL;

    for (size_t i = 0; i < 3 * h * w; i++)
        rgb[i] = (uint8_t)(i * i % 253);
    if (volo_image_new(h, w, rgb, &image, NULL))
        abort();
    free(rgb);
    return image;
}

static void *segment(void *user)
{
    Work *work = user;
    VoloSession *session = NULL;
    VoloImage *image = striped_image(work->h, work->w);
    VoloStatus status = volo_session_new(work->model, NULL, &session, &work->err);

    for (int i = 0; i < work->rounds && !status; i++) {
        volo_mask_unref(work->mask);
        work->mask = NULL;
        status = volo_session_segment(session, image, &work->mask, &work->err);
    }
    volo_session_free(session);
    volo_image_unref(image);
    return NULL;
}

static void two_threads_equal_two_serial_runs(void **state)
{
    char path[512];
    VoloModel *model = NULL;
    VoloError err;
    pthread_t thread[2];

    (void)state;
    snprintf(path, sizeof path, "%s/tiny/model.safetensors", getenv("VOLO_GOLDEN_DIR"));
    if (volo_init(&err) || volo_model_open(path, NULL, &model, &err))
        fail_msg("%s", err.message);
    Work serial[2] = { { model, 97, 131, 1, NULL, { 0 } }, { model, 64, 80, 1, NULL, { 0 } } };
    Work parallel[2] = { { model, 97, 131, 5, NULL, { 0 } }, { model, 64, 80, 5, NULL, { 0 } } };
    for (int i = 0; i < 2; i++)
        segment(&serial[i]);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, segment, &parallel[i]), 0);
    for (int i = 0; i < 2; i++)
        pthread_join(thread[i], NULL);
    for (int i = 0; i < 2; i++) {
        assert_non_null(serial[i].mask);
        assert_non_null(parallel[i].mask);
        assert_memory_equal(volo_mask_labels(parallel[i].mask), volo_mask_labels(serial[i].mask),
                            serial[i].h * serial[i].w);
        volo_mask_unref(serial[i].mask);
        volo_mask_unref(parallel[i].mask);
    }
    volo_model_unref(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(two_threads_equal_two_serial_runs) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
