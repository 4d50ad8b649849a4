/* SPDX-License-Identifier: Apache-2.0 */
/* The sample picture, installed or in the source tree. */
#include "app/viewer/sample_picture.h"

#include "app/common/startup.h"

#include <unistd.h>

#define BELOW "/samples/leftImg8bit/val/scenes/scenes_000000_000019_leftImg8bit.png"

const char *volo_shipped_picture(void)
{
    const char *path =
        program_runs_uninstalled() ? VOLO_SOURCE_ROOT "/assets" BELOW : VOLO_DATADIR "/volo" BELOW;

    return access(path, R_OK) == 0 ? path : NULL;
}
