/* SPDX-License-Identifier: Apache-2.0 */
/* libvolo: semantic segmentation with VOLO backbones and a UPerNet head.
 *
 * The whole way from a picture to a coloured mask:
 *
 *     #include <volo/volo.h>
 *     #include <stdio.h>
 *
 *     static VoloStatus colour_mask(const char *model_path, const char *picture, const char *out,
 *                                   VoloError *err)
 *     {
 *         VoloModel *model = NULL;
 *         VoloSession *session = NULL;
 *         VoloImage *image = NULL;
 *         VoloMask *mask = NULL;
 *         VoloStatus status = volo_model_open(model_path, NULL, &model, err);
 *
 *         if (!status)
 *             status = volo_session_new(model, NULL, &session, err);
 *         if (!status)
 *             status = volo_image_load(picture, NULL, &image, err);
 *         if (!status)
 *             status = volo_session_segment(session, image, &mask, err);
 *         if (!status) {
 *             const VoloDumpInput result = { image, mask, volo_model_classes(model), 0.5,
 *                                            NULL };
 *
 *             status = volo_dump_write("color", &result, out, err);
 *         }
 *         volo_mask_unref(mask);
 *         volo_image_unref(image);
 *         volo_session_free(session);
 *         volo_model_unref(model);
 *         return status;
 *     }
 *
 *     int main(int argc, char **argv)
 *     {
 *         VoloError err;
 *
 *         if (argc == 4 && !volo_init(&err) && !colour_mask(argv[1], argv[2], argv[3], &err))
 *             return 0;
 *         fprintf(stderr, "%s\n", argc == 4 ? err.message : "MODEL PICTURE OUT.png");
 *         return 1;
 *     }
 *
 * Everything that can fail returns VoloStatus and fills a VoloError of the caller's; nothing
 * prints, exits or keeps an error in a global. Things are either immutable, shared and reference
 * counted (VoloModel, VoloImage, VoloMask, VoloConfidence) or have one owner and are used by one
 * thread at a time (VoloSession, VoloDrawing). */
#ifndef VOLO_VOLO_H
#define VOLO_VOLO_H

#include <volo/base.h>
#include <volo/confidence.h>
#include <volo/dataset.h>
#include <volo/drawing.h>
#include <volo/dump.h>
#include <volo/eval_report.h>
#include <volo/image.h>
#include <volo/input.h>
#include <volo/journal.h>
#include <volo/mask.h>
#include <volo/metrics.h>
#include <volo/model.h>
#include <volo/output.h>
#include <volo/pixel_memory.h>
#include <volo/ranks.h>
#include <volo/registry.h>
#include <volo/render.h>
#include <volo/result.h>
#include <volo/session.h>
#include <volo/tensor_dump.h>
#include <volo/train.h>
#include <volo/train_data.h>

#endif
