/* SPDX-License-Identifier: Apache-2.0 */
/* The input is read as a picture, as labels and as instances; the last two by both readers, of
 * which the plain one may take less, but nothing else. */
#include "fuzz/fuzz_picture.h"

#include "image/codec.h"
#include "image/png_plain.h"

#include <stdlib.h>
#include <string.h>

/* Whether the plain reader takes what libpng made of the input, and makes the same of it. */
static void load_plain(const uint8_t *data, size_t bytes, int bit_depth, const VoloRaster *want)
{
    VoloPngScratch scratch = { 0 };
    VoloPngPixels pixels = { 0 };

    if (bytes > 0 && volo_png_grow(&scratch.file, &scratch.file_room, bytes)) {
        memcpy(scratch.file, data, bytes);
        if (volo_png_decode_plain(&scratch, bytes, bit_depth, FUZZ_PIXELS, &pixels)) {
            fuzz_must(want->pixels, "libpng takes what the plain reader takes");
            fuzz_must(pixels.height == want->height && pixels.width == want->width, "same size");
            fuzz_must(!memcmp(pixels.data, want->pixels,
                              want->height * want->width * (size_t)(bit_depth / 8)),
                      "same pixels");
        }
    }
    volo_png_scratch_clear(&scratch);
    free(pixels.data);
}

static void load_values(const uint8_t *data, size_t bytes, int bit_depth)
{
    const VoloRasterRoom room = { FUZZ_PIXELS, NULL };
    VoloByteSource source;
    VoloInput input;
    VoloRaster raster = { 0 };
    VoloError err = { 0 };

    fuzz_must(!volo_input_open(fuzz_input_path(data, bytes), &input, NULL), "the input is a file");
    VoloStatus status = volo_source_begin(&source, &input, &err);
    if (!status)
        status = (bit_depth == 8 ? volo_png_decode_labels
                                 : volo_png_decode_instances)(&source, &room, &raster, &err);
    volo_input_close(&input);
    if (status) {
        fuzz_must(!raster.pixels, "refused labels leave nothing behind");
        fuzz_must_explain(status, &err);
    } else {
        fuzz_must(raster.channels == (size_t)(bit_depth / 8) &&
                      raster.height * raster.width <= FUZZ_PIXELS,
                  "labels");
    }
    load_plain(data, bytes, bit_depth, &raster);
    volo_raster_clear(&raster);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    fuzz_picture_load(data, bytes);
    load_values(data, bytes, 8);
    load_values(data, bytes, 16);
    return 0;
}
