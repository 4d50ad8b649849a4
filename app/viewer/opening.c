/* SPDX-License-Identifier: Apache-2.0 */
/* Opening: see the header. */
#include "app/viewer/opening.h"

#include <string.h>

void volo_opening_free(VoloOpening *opening)
{
    g_clear_object(&opening->files);
    g_clear_object(&opening->picture);
    g_clear_object(&opening->labels);
    g_free(opening);
}

static gboolean is_folder(GFile *file, GCancellable *cancellable)
{
    return g_file_query_file_type(file, G_FILE_QUERY_INFO_NONE, cancellable) ==
           G_FILE_TYPE_DIRECTORY;
}

/* By its header alone: a PNG of grey values or of palette indices. */
static gboolean has_one_channel(GFile *file, GCancellable *cancellable)
{
    static const guint8 start[16] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n',
                                      0,    0,   0,   13,  'I',  'H',  'D',  'R' };
    enum {
        COLOUR_TYPE = 25,
        GREY = 0,
        INDEXED = 3,
    };
    g_autoptr(GFileInputStream) stream = g_file_read(file, cancellable, NULL);
    guint8 header[COLOUR_TYPE + 1];
    gsize got = 0;

    if (!stream || !g_input_stream_read_all(G_INPUT_STREAM(stream), header, sizeof header, &got,
                                            cancellable, NULL))
        return FALSE;
    return got == sizeof header && memcmp(header, start, sizeof start) == 0 &&
           (header[COLOUR_TYPE] == GREY || header[COLOUR_TYPE] == INDEXED);
}

static void look_at_two(VoloOpening *opening, GCancellable *cancellable)
{
    g_autoptr(GFile) first = g_list_model_get_item(opening->files, 0);
    g_autoptr(GFile) second = g_list_model_get_item(opening->files, 1);

    if (is_folder(first, cancellable) || is_folder(second, cancellable))
        return;
    const gboolean labels = has_one_channel(first, cancellable);
    if (labels == has_one_channel(second, cancellable))
        return;
    opening->kind = VOLO_OPENING_PAIR;
    opening->picture = g_object_ref(labels ? second : first);
    opening->labels = g_object_ref(labels ? first : second);
}

static void look(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    VoloOpening *opening = g_new0(VoloOpening, 1);
    g_autoptr(GFile) first = g_list_model_get_item(data, 0);

    (void)source;
    opening->files = g_object_ref(data);
    opening->kind = VOLO_OPENING_LIST;
    if (g_list_model_get_n_items(data) == 2) {
        look_at_two(opening, cancellable);
    } else if (g_list_model_get_n_items(data) == 1 && !is_folder(first, cancellable)) {
        opening->kind = VOLO_OPENING_PICTURE;
        opening->picture = g_object_ref(first);
    }
    g_task_return_pointer(task, opening, (GDestroyNotify)volo_opening_free);
}

void volo_opening_look_async(GListModel *files, GCancellable *cancellable, GAsyncReadyCallback done,
                             gpointer user)
{
    g_autoptr(GTask) task = g_task_new(NULL, cancellable, done, user);

    g_task_set_task_data(task, g_object_ref(files), g_object_unref);
    g_task_run_in_thread(task, look);
}

VoloOpening *volo_opening_look_finish(GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer(G_TASK(result), error);
}
