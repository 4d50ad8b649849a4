/* SPDX-License-Identifier: Apache-2.0 */
/* Lines for people, sent to whoever called volo_set_log. */
#ifndef VOLO_BASE_LOG_H
#define VOLO_BASE_LOG_H

#include <volo/base.h>

void volo_log(VoloLogLevel level, const char *format, ...) VOLO_PRINTF(2, 3);

#endif
