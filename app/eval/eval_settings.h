/* SPDX-License-Identifier: Apache-2.0 */
/* What an evaluation was made under, as the lines `key<TAB>value` that open its journal, and as the
 * head of its result. Whatever may change a figure is a setting; times, threads, shards are not. */
#ifndef VOLO_APP_EVAL_SETTINGS_H
#define VOLO_APP_EVAL_SETTINGS_H

#include <volo/result.h>

#include <stdio.h>

/* Lines in the making. */
typedef struct SettingsText {
    FILE *stream;
    char *text; /* once finished; the caller's (free) */
    size_t bytes;
} SettingsText;

VoloStatus settings_begin(SettingsText *s, VoloError *err);
/* Tabs, newlines and other control characters of key and value become '?'. */
void settings_put(SettingsText *s, const char *key, const char *format, ...) VOLO_PRINTF(3, 4);
VoloStatus settings_end(SettingsText *s, VoloError *err);
void settings_clear(SettingsText *s);

/* Lines that were read: keys and values apart. */
typedef struct Settings {
    char *copy;
    VoloResultOption *item; /* [count] in the order of the lines */
    size_t count;
} Settings;

VoloStatus settings_read(const char *text, Settings *ret_settings, VoloError *err);
void settings_free(Settings *s);
const char *settings_get(const Settings *s, const char *key); /* NULL: there is none */

/* Fills what settings tell of a result; strings are those of the settings. Errors: FORMAT. */
VoloStatus settings_info(const Settings *s, VoloResultInfo *ret_info, VoloError *err);

/* The label space that settings speak of. Errors: those of the class table, UNSUPPORTED (it changed
 * since). */
VoloStatus settings_space(const Settings *s, VoloLabelSpace **ret_space, VoloError *err);

/* SHA-256 of all that a space says about its 256 values. */
VoloStatus settings_space_digest(const VoloLabelSpace *space, char ret_hex[65], VoloError *err);

#endif
