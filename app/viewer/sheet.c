/* SPDX-License-Identifier: Apache-2.0 */
/* Sheets are counted, since late answers hold them. */
#include "app/viewer/sheet.h"

Sheet *sheet_new(GFile *file, const char *title)
{
    Sheet *const sheet = g_rc_box_new0(Sheet);

    sheet->file = file ? g_object_ref(file) : NULL;
    sheet->title = g_strdup(title);
    sheet->results = g_hash_table_new_full(NULL, NULL, g_object_unref, g_object_unref);
    sheet->reading = g_cancellable_new();
    return sheet;
}

Sheet *sheet_ref(Sheet *sheet)
{
    return g_rc_box_acquire(sheet);
}

static void clear(gpointer data)
{
    Sheet *const sheet = data;

    for (size_t i = 0; i < SHEET_RUNS; i++) {
        sheet_end_run(sheet, i);
        sheet_set_failed(sheet, i, NULL);
    }
    for (size_t i = 0; i < SHEET_LABELS; i++) {
        g_clear_object(&sheet->labels[i]);
        g_clear_object(&sheet->finding[i]);
    }
    g_clear_object(&sheet->file);
    g_clear_object(&sheet->truth_file);
    g_clear_object(&sheet->reading);
    volo_image_unref(sheet->picture);
    g_hash_table_unref(sheet->results);
    g_free(sheet->title);
}

void sheet_unref(gpointer sheet)
{
    g_rc_box_release_full(sheet, clear);
}

void sheet_drop(Sheet **sheet)
{
    Sheet *const old = g_steal_pointer(sheet);

    if (!old)
        return;
    g_cancellable_cancel(old->reading);
    for (size_t i = 0; i < SHEET_LABELS; i++)
        g_cancellable_cancel(old->finding[i]);
    for (size_t i = 0; i < SHEET_RUNS; i++)
        sheet_stop_run(old, i);
    sheet_unref(old);
}

void sheet_end_run(Sheet *sheet, size_t which)
{
    g_clear_object(&sheet->run[which].model);
    g_clear_object(&sheet->run[which].cancellable);
    sheet->run[which].done = 0;
}

void sheet_stop_run(Sheet *sheet, size_t which)
{
    g_cancellable_cancel(sheet->run[which].cancellable);
    sheet_end_run(sheet, which);
}

VoloSegmentation *sheet_result(const Sheet *sheet, VoloModelEntry *model)
{
    return model ? g_hash_table_lookup(sheet->results, model) : NULL;
}

void sheet_set_failed(Sheet *sheet, size_t which, VoloModelEntry *model)
{
    g_set_object(&sheet->failed[which], model);
}
