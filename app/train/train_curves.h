/* SPDX-License-Identifier: Apache-2.0 */
/* Curves of a training from its log: SVG, PNG, and one HTML file that holds them and the last
 * validation's table. */
#ifndef VOLO_APP_TRAIN_TRAIN_CURVES_H
#define VOLO_APP_TRAIN_TRAIN_CURVES_H

#include <volo/base.h>

#include "app/train/run_folder.h"

/* Errors: IO, SPACE, MEMORY. */
VoloStatus train_curves_write(const RunFolder *folder, const char *title, uint64_t steps,
                              VoloError *err);

#endif
