/* SPDX-License-Identifier: Apache-2.0 */
/* The log callback; set once at the start of main, then only read. */
#include "base/log.h"

#include <stdio.h>

static VoloLogFn log_fn;
static void *log_user;

void volo_set_log(VoloLogFn fn, void *user)
{
    log_fn = fn;
    log_user = user;
}

void volo_log(VoloLogLevel level, const char *format, ...)
{
    char line[512];
    va_list args;

    if (!log_fn)
        return;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    log_fn(level, line, log_user);
}
