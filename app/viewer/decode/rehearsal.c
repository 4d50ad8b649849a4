/* SPDX-License-Identifier: Apache-2.0 */
#include "app/viewer/decode/rehearsal.h"

#include "app/viewer/decode/decode.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Grey, 8 bits, one pixel of value 7. */
static const uint8_t png[] = {
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48,
    0x44, 0x52, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00,
    0x00, 0x3a, 0x7e, 0x9b, 0x55, 0x00, 0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78,
    0x9c, 0x63, 0x60, 0x07, 0x00, 0x00, 0x09, 0x00, 0x08, 0x20, 0x23, 0xc3, 0x8c, 0x00,
    0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
};
static const char polygons[] = "{\"imgHeight\":1,\"imgWidth\":1,\"objects\":[]}";

static int file_of(const void *data, size_t bytes)
{
    const int file = memfd_create("volo-rehearsal", MFD_CLOEXEC);

    if (file >= 0 && pwrite(file, data, bytes, 0) == (ssize_t)bytes)
        return file;
    if (file >= 0)
        close(file);
    return -1;
}

int rehearsal_file(DecodeRequest *ret_request)
{
    *ret_request =
        (DecodeRequest){ .kind = DECODE_PICTURE, .bytes = sizeof png, .path = "rehearsal" };
    return file_of(png, sizeof png);
}

static void read_and_forget(DecodeKind kind, const void *data, size_t bytes)
{
    const VoloInput input = { "rehearsal", file_of(data, bytes), bytes };
    Decoded decoded = { NULL, NULL };
    VoloError err;

    if (input.fd < 0)
        return;
    (void)decode_input(kind, &input, NULL, &decoded, &err);
    volo_image_unref(decoded.image);
    volo_mask_unref(decoded.mask);
    volo_input_close(&input);
}

void rehearse(void)
{
    for (int kind = 0; kind < DECODE_POLYGONS; kind++)
        read_and_forget((DecodeKind)kind, png, sizeof png);
    read_and_forget(DECODE_POLYGONS, polygons, sizeof polygons - 1);
}
