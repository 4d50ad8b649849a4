/* SPDX-License-Identifier: Apache-2.0 */
/* --plot FILE, whose ending must name a format, and whose folder must take files. */
#ifndef VOLO_APP_BENCH_PLOT_OPTION_H
#define VOLO_APP_BENCH_PLOT_OPTION_H

#include "app/common/options.h"

VoloStatus option_plot(const OptionRow *, const char *, void *, VoloError *); /* [const char *] */

/* Asked before anything is measured; path NULL: true. Otherwise a message says why not. */
bool plot_is_writable(const char *path);

#endif
