/* SPDX-License-Identifier: Apache-2.0 */
/* The order in which people expect file names: 9 before 10, capitals among small letters. */
#ifndef VOLO_VIEWER_NAME_ORDER_H
#define VOLO_VIEWER_NAME_ORDER_H

/* A text that strcmp orders so; the name may have any bytes. g_free. */
char *volo_name_key(const char *name);

#endif
