/* SPDX-License-Identifier: Apache-2.0 */
/* Formats are recognised by a file's first bytes, never by its name. Formats that are known but not
 * read are named in the refusal. */
#include "base/error.h"
#include "image/codec.h"

#include <string.h>

static const VoloCodec *const codecs[] = { &volo_codec_png, &volo_codec_jpeg, &volo_codec_ppm };

static const struct {
    const char *name;
    size_t offset;
    const char *magic;
} not_read[] = {
    { "WebP", 8, "WEBP" },         { "GIF", 0, "GIF8" },     { "BMP", 0, "BM" },
    { "TIFF", 0, "II*" },          { "TIFF", 0, "MM" },      { "JPEG 2000", 4, "jP  " },
    { "HEIF or AVIF", 4, "ftyp" }, { "JPEG XL", 4, "JXL " }, { "PDF", 0, "%PDF" },
};

static const char *name_of(const uint8_t *head, size_t bytes)
{
    for (size_t i = 0; i < sizeof not_read / sizeof *not_read; i++) {
        const size_t length = strlen(not_read[i].magic);

        if (not_read[i].offset + length <= bytes &&
            memcmp(head + not_read[i].offset, not_read[i].magic, length) == 0)
            return not_read[i].name;
    }
    return NULL;
}

VoloStatus volo_codec_find(VoloByteSource *source, const VoloCodec **ret_codec, VoloError *err)
{
    uint8_t head[16] = { 0 };
    const uint64_t left = volo_source_left(source);
    const size_t bytes = left < sizeof head ? (size_t)left : sizeof head;

    VOLO_TRY(volo_source_read(source, head, bytes, err));
    volo_source_rewind(source);
    for (size_t i = 0; i < sizeof codecs / sizeof *codecs; i++) {
        if (codecs[i]->recognises(head, bytes)) {
            *ret_codec = codecs[i];
            return VOLO_OK;
        }
    }
    const char *name = name_of(head, bytes);
    return volo_fail(err, VOLO_ERR_UNSUPPORTED, "'%s' is %s%s, not a PNG, JPEG, PPM or PGM picture",
                     source->path, name ? name : "something else", name ? " data" : "");
}

VoloStatus volo_codec_require_png(VoloByteSource *source, VoloError *err)
{
    const VoloCodec *codec = NULL;

    VOLO_TRY(volo_codec_find(source, &codec, err));
    if (codec != &volo_codec_png)
        return volo_fail(err, VOLO_ERR_UNSUPPORTED, "'%s' is a %s file; labels are read from PNG",
                         source->path, codec->name);
    return VOLO_OK;
}
