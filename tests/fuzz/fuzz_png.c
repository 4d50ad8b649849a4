/* SPDX-License-Identifier: Apache-2.0 */
/* The input is read as a picture, and then as a label picture. */
#include "fuzz/fuzz_picture.h"

#include "image/codec.h"

static void load_labels(const uint8_t *data, size_t bytes)
{
    VoloByteSource source;
    VoloRaster raster = { 0 };
    VoloError err = { 0 };
    VoloStatus status = volo_source_open(&source, fuzz_input_path(data, bytes), &err);

    if (status) {
        fuzz_must_explain(status, &err);
        return;
    }
    status = volo_png_decode_labels(&source, FUZZ_PIXELS, &raster, &err);
    volo_source_close(&source);
    if (status) {
        fuzz_must(!raster.pixels, "refused labels leave nothing behind");
        fuzz_must_explain(status, &err);
    } else {
        fuzz_must(raster.channels == 1 && raster.height * raster.width <= FUZZ_PIXELS, "labels");
    }
    volo_raster_clear(&raster);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    fuzz_picture_load(data, bytes);
    load_labels(data, bytes);
    return 0;
}
