/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/fuzz_picture.h"

#include <volo/image.h>

void fuzz_picture_load(const uint8_t *data, size_t bytes)
{
    const VoloImageOptions options = { .max_pixels = FUZZ_PIXELS };
    VoloImage *image = NULL;
    VoloError err = { 0 };
    const VoloStatus status = volo_image_load(fuzz_input_path(data, bytes), &options, &image, &err);

    if (status) {
        fuzz_must(!image, "a refused picture leaves nothing behind");
        fuzz_must_explain(status, &err);
        return;
    }
    const size_t height = volo_image_height(image), width = volo_image_width(image);
    fuzz_must(height && width && height <= FUZZ_PIXELS / width, "a picture within the limit");
    const volatile uint8_t *const pixels = volo_image_pixels(image);
    for (size_t i = 0; i < height * width * 3; i++)
        (void)pixels[i]; /* a sanitizer sees whether they are all there */
    volo_image_unref(image);
}
