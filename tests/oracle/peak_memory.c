/* SPDX-License-Identifier: Apache-2.0 */
/* peak_memory MODEL HxW: how far the process's peak memory (VmHWM) grows by opening the model and
 * segmenting a picture of that size, beside what volo_session_cost predicts. Exits with 1 unless
 * the prediction is 1.00 to 1.10 times the growth and all logits are finite. */
#include <volo/volo.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Counts logits that are not finite. */
static void count_bad(const VoloTap *tap, void *user)
{
    size_t *bad = user;

    for (size_t i = 0; strcmp(tap->name, "logits") == 0 && i < tap->n * tap->h * tap->w * tap->c;
         i++)
        *bad += isfinite(tap->data[i]) ? 0 : 1;
}

/* In KiB; 0 when the system does not say. */
static long peak_now(void)
{
    FILE *file = fopen("/proc/self/status", "r");
    char line[256];
    long kib = 0;

    while (file && fgets(line, sizeof line, file)) {
        if (sscanf(line, "VmHWM: %ld kB", &kib) == 1)
            break;
    }
    if (file)
        fclose(file);
    return kib;
}

static VoloStatus segment(const char *path, size_t h, size_t w, VoloCost *ret_cost, VoloError *err)
{
    VoloModel *model = NULL;
    VoloSession *session = NULL;
    VoloImage *image = NULL;
    VoloMask *mask = NULL;
    uint8_t *rgb = calloc(h * w, 3);
    VoloStatus status = volo_image_new(h, w, rgb, &image, err);

    free(rgb);
    if (!status)
        status = volo_model_open(path, NULL, &model, err);
    if (!status) {
        VoloSessionOptions options = volo_session_defaults(model);

        options.resize = (VoloResize){ .kind = VOLO_RESIZE_NONE };
        status = volo_session_new(model, &options, &session, err);
    }
    if (!status)
        status = volo_session_cost(session, 1, h, w, ret_cost, err);
    if (!status) {
        size_t bad = 0;

        volo_session_set_tap(session, count_bad, &bad);
        status = volo_session_segment(session, image, &mask, err);
        if (!status && bad > 0)
            status = volo_fail(err, VOLO_ERR_FORMAT, "%zu logits are not finite", bad);
    }
    volo_mask_unref(mask);
    volo_image_unref(image);
    volo_session_free(session);
    volo_model_unref(model);
    return status;
}

int main(int argc, char **argv)
{
    const long before = peak_now();
    size_t h, w;
    VoloCost cost;
    VoloError err;

    if (argc != 3 || sscanf(argv[2], "%zux%zu", &h, &w) != 2) {
        fprintf(stderr, "usage: peak_memory MODEL HxW\n");
        return 2;
    }
    if (volo_init(&err) || segment(argv[1], h, w, &cost, &err)) {
        fprintf(stderr, "peak_memory: %s\n", err.message);
        return 1;
    }
    const double growth = (double)(peak_now() - before) / 1024;
    const double predicted = (double)cost.peak / 1048576;
    printf("%s %s: growth %.1f MiB, predicted %.1f MiB, ratio %.3f\n", argv[1], argv[2], growth,
           predicted, predicted / growth);
    return predicted >= growth && predicted <= 1.10 * growth ? 0 : 1;
}
