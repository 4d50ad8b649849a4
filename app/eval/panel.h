/* SPDX-License-Identifier: Apache-2.0 */
/* What a panel of the report shows of a pair: picture and labels, loaded once more. */
#ifndef VOLO_APP_EVAL_PANEL_H
#define VOLO_APP_EVAL_PANEL_H

#include <volo/image.h>

#include "app/eval/eval_list.h"

typedef struct Panel {
    VoloImage *image;
    VoloRawPicture *labels;
} Panel;

/* Loads those of a pair in place of the ones before; image_wanted: a picture that cannot be read is
 * an error, otherwise the panel does without. */
VoloStatus panel_load(Panel *panel, const EvalList *list, size_t position, bool image_wanted,
                      VoloError *err);
void panel_clear(Panel *panel);

#endif
