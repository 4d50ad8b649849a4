/* SPDX-License-Identifier: Apache-2.0 */
/* Where a chart goes, checked before minutes are spent on measuring it. */
#include "app/bench/plot_option.h"

#include <volo/drawing.h>

#include "app/common/messages.h"
#include "app/common/outputs.h"

VoloStatus option_plot(const OptionRow *row, const char *text, void *field, VoloError *err)
{
    VoloDrawingFormat format;

    (void)row;
    if (volo_drawing_format(text, &format, NULL))
        return volo_fail(err, VOLO_ERR_ARGUMENT, "'%s' does not end in .svg, .png or .pdf", text);
    *(const char **)field = text;
    return VOLO_OK;
}

bool plot_is_writable(const char *path)
{
    VoloError err;

    if (!path || !output_check_file(path, &err))
        return true;
    message_error("%s", err.message);
    return false;
}
