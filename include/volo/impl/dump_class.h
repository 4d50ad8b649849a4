/* SPDX-License-Identifier: Apache-2.0 */
/* The vtable of an output format: one file in engine/dumps and one word in its meson.build. */
#ifndef VOLO_IMPL_DUMP_CLASS_H
#define VOLO_IMPL_DUMP_CLASS_H

#include <volo/dump.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct VoloDumpClass {
    const char *name;    /* "color": on the command line and the output folder's name */
    const char *summary; /* one line */
    VoloStatus (*write)(const VoloDumpInput *input, const char *path, VoloError *err);
    bool needs_confidence; /* write is called with input->confidence alone */
} VoloDumpClass;

#define VOLO_DUMP(id) const VoloDumpClass volo_dump_##id

/* NULL when none has that name. */
const VoloDumpClass *volo_dump_find(const char *name);

/* Makes the RGB picture that a format is, [h,w,3]. On success *ret_image is the caller's reference;
 * on failure it is untouched. */
typedef VoloStatus (*VoloDumpRenderFn)(const VoloDumpInput *input, VoloImage **ret_image,
                                       VoloError *err);

/* For formats that are RGB pictures: renders one and writes it as a PNG file. Errors, all naming
 * path: those of render, and as volo_png_write. */
VoloStatus volo_dump_write_image(const VoloDumpInput *input, VoloDumpRenderFn render,
                                 const char *path, VoloError *err);
/* The same for formats that draw on the picture. Errors: also ARGUMENT when input has none. */
VoloStatus volo_dump_write_over(const VoloDumpInput *input, VoloDumpRenderFn render,
                                const char *path, VoloError *err);

/* For formats that are u16 [height,width] in parts of VOLO_CONFIDENCE_ONE at the mask's size:
 * writes them as an 8-bit grey PNG. Errors: as volo_png_write. */
VoloStatus volo_dump_write_parts(const VoloDumpInput *input, const uint16_t *parts,
                                 const char *path, VoloError *err);

#ifdef __cplusplus
}
#endif
#endif
