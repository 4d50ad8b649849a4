/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of names by the locale's collation. */
#include "app/viewer/name_order.h"

#include <glib.h>

char *volo_name_key(const char *name)
{
    char *const text = g_filename_display_name(name); /* UTF-8, whatever the name was */
    char *const key = g_utf8_collate_key_for_filename(text, -1);

    g_free(text);
    return key;
}
