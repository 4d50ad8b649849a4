/* SPDX-License-Identifier: Apache-2.0 */
/* What reading in a confined process costs: prints for each picture the median milliseconds of
 * reading it and looking at every pixel, in this process and through the viewer's door.
 * usage: viewer_decode_time PICTURE... */
#include <stdio.h>
#include <stdlib.h>

#include "app/viewer/decode/decode.h"
#include "app/viewer/decoder.h"

enum {
    ROUNDS = 41,
};

static VoloStatus read_here(const char *path, VoloImage **ret_image, VoloError *err)
{
    return volo_image_load(path, NULL, ret_image, err);
}

static VoloStatus read_confined(const char *path, VoloImage **ret_image, VoloError *err)
{
    return volo_decoder_load_image(path, NULL, ret_image, err);
}

static double one_time(const char *path,
                       VoloStatus (*read)(const char *, VoloImage **, VoloError *), unsigned *sum)
{
    const gint64 start = g_get_monotonic_time();
    VoloImage *image;
    VoloError err;

    if (read(path, &image, &err)) {
        fprintf(stderr, "%s\n", err.message);
        exit(EXIT_FAILURE);
    }
    const gsize bytes = volo_image_height(image) * volo_image_width(image) * 3;
    const guint8 *const pixels = volo_image_pixels(image);
    unsigned bytes_sum = 0;
    for (gsize i = 0; i < bytes; i++)
        bytes_sum += pixels[i];
    *sum += bytes_sum;
    volo_image_unref(image);
    return (double)(g_get_monotonic_time() - start) / 1000;
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    double here[ROUNDS], there[ROUNDS];
    unsigned sum = 0;

    for (int k = 1; k < argc; k++) {
        for (int i = 0; i < ROUNDS; i++) {
            here[i] = one_time(argv[k], read_here, &sum);
            there[i] = one_time(argv[k], read_confined, &sum);
        }
        qsort(here, ROUNDS, sizeof *here, compare);
        qsort(there, ROUNDS, sizeof *there, compare);
        printf("%8.2f ms here %8.2f ms confined %+7.2f ms %s\n", here[ROUNDS / 2],
               there[ROUNDS / 2], there[ROUNDS / 2] - here[ROUNDS / 2], argv[k]);
    }
    return sum == 1;
}
