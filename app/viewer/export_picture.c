/* SPDX-License-Identifier: Apache-2.0 */
/* One result to one file. */
#include "app/viewer/export_source.h"

#include "app/common/inputs.h"

#include <string.h>

typedef struct PictureWork {
    ExportSource source;
    const char *kind; /* interned */
    char *original;   /* or NULL */
    char *target;     /* or NULL: not on this computer */
} PictureWork;

static void work_free(gpointer data)
{
    PictureWork *const work = data;

    export_source_clear(&work->source);
    g_free(work->original);
    g_free(work->target);
    g_free(work);
}

/* Whatever the two are called. */
static gboolean is_same_file(const char *a, const char *b)
{
    FileId x, y;

    return a && file_id(a, &x) && file_id(b, &y) && file_id_compare(&x, &y) == 0;
}

static VoloStatus write_picture(const PictureWork *work, const VoloDumpInput *input, VoloError *err)
{
    if (!work->target)
        return volo_fail(err, VOLO_ERR_IO, "files can be written to this computer only");
    if (is_same_file(work->original, work->target))
        return volo_fail(err, VOLO_ERR_ARGUMENT, "'%s' is the picture itself", work->target);
    return volo_dump_write(work->kind, input, work->target, err);
}

static gpointer run(VoloWorker *worker, gpointer data, GCancellable *cancellable, GError **error)
{
    const PictureWork *const work = data;
    VoloDumpInput input;
    VoloError err;

    (void)worker;
    if (g_cancellable_set_error_if_cancelled(cancellable, error) ||
        !export_source_input(&work->source, &input, error))
        return NULL;
    if (write_picture(work, &input, &err) == VOLO_OK)
        return GINT_TO_POINTER(TRUE);
    volo_viewer_error_set(error, &err);
    return NULL;
}

gboolean volo_export_is_possible(const char *kind, VoloSegmentation *result)
{
    return !volo_dump_needs_confidence(kind) || volo_segmentation_confidence(result);
}

char *volo_export_suggest_name(const char *title, const char *kind)
{
    const char *const dot = strrchr(title, '.');
    const gsize stem = dot && dot > title ? (gsize)(dot - title) : strlen(title);

    return g_strdup_printf("%.*s_%s.png", (int)stem, title, kind);
}

void volo_export_picture_async(VoloWorker *worker, const VoloExportSource *source, const char *kind,
                               GFile *original, GFile *target, GCancellable *cancellable,
                               GAsyncReadyCallback done, gpointer user)
{
    PictureWork *const work = g_new0(PictureWork, 1);

    export_source_init(&work->source, source);
    work->kind = g_intern_string(kind);
    work->original = original ? g_file_get_path(original) : NULL;
    work->target = g_file_get_path(target);
    const VoloJob job = { .run = run,
                          .data = work,
                          .free_data = work_free,
                          .urgency = VOLO_JOB_NOW,
                          .lane = VOLO_LANE_READING };
    volo_job_start_async(worker, &job, cancellable, done, user);
}

gboolean volo_export_picture_finish(VoloWorker *worker, GAsyncResult *result, GError **error)
{
    return volo_job_start_finish(worker, result, error) != NULL;
}
