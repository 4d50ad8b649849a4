/* SPDX-License-Identifier: Apache-2.0 */
/* Figures as people read them. */
#include "app/viewer/figure_text.h"

#include <glib/gi18n-lib.h>

#include <math.h>
#include <string.h>

char *volo_share_text(double share)
{
    if (share > 0 && share < 0.0005)
        return g_strdup(_("< 0.1 %"));
    return g_strdup_printf(_("%.1f %%"), 100 * share);
}

char *volo_ratio_text(double ratio)
{
    return isnan(ratio) ? g_strdup("–") : g_strdup_printf(_("%.1f %%"), 100 * ratio);
}

/* Narrow spaces part thousands in every language. */
char *volo_count_text(guint64 number)
{
    g_autofree char *digits = g_strdup_printf("%" G_GUINT64_FORMAT, number);
    const size_t length = strlen(digits);
    GString *text = g_string_new(NULL);

    for (size_t i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0)
            g_string_append(text, "\u202f");
        g_string_append_c(text, digits[i]);
    }
    return g_string_free(text, FALSE);
}

char *volo_shown_text(const char *text)
{
    return text ? g_utf8_make_valid(text, -1) : NULL;
}
