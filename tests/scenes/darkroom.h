/* SPDX-License-Identifier: Apache-2.0 */
/* What happens to the finished picture: the camera's own car is put in, then lens and sensor. */
#ifndef VOLO_TESTS_SCENES_DARKROOM_H
#define VOLO_TESTS_SCENES_DARKROOM_H

#include "paint.h"

/* Labels change only where the bonnet is. False when memory was refused. */
bool darkroom_finish(const Scene *scene, Picture *picture);

#endif
