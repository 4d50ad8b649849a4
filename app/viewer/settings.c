/* SPDX-License-Identifier: Apache-2.0 */
/* Settings: see the header. */
#include "app/viewer/settings.h"

#include "app/common/startup.h"

static GSettingsSchema *lookup_schema(void)
{
    GSettingsSchemaSource *installed = g_settings_schema_source_get_default();
    g_autoptr(GSettingsSchemaSource) built = NULL;

    if (program_runs_uninstalled())
        built = g_settings_schema_source_new_from_directory(VOLO_BUILD_ROOT "/app/viewer/data",
                                                            installed, FALSE, NULL);
    GSettingsSchemaSource *source = built ? built : installed;
    return source ? g_settings_schema_source_lookup(source, VOLO_APPLICATION_ID, TRUE) : NULL;
}

gboolean volo_settings_exist(void)
{
    g_autoptr(GSettingsSchema) schema = lookup_schema();

    return schema != NULL;
}

GSettings *volo_settings_new(void)
{
    g_autoptr(GSettingsSchema) schema = lookup_schema();

    return g_settings_new_full(schema, NULL, NULL);
}
