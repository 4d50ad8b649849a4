/* SPDX-License-Identifier: Apache-2.0 */
/* The job that segments, and the sessions that the network's thread keeps for the next picture. */
#include "app/common/process_memory.h"
#include "app/viewer/job.h"
#include "app/viewer/job_ticket.h"

/* --- sessions --------------------------------------------------------------------------------- */

void worker_drop_sessions(VoloWorker *self)
{
    for (size_t i = 0; i < SESSIONS; i++) {
        volo_session_free(self->kept[i].session);
        self->kept[i] = (KeptSession){ 0 };
    }
}

static gboolean open_session(VoloWorker *self, VoloModel *model, VoloSession **ret_session,
                             GError **error)
{
    VoloSessionOptions options = volo_session_defaults(model);
    VoloError err;

    options.threads = self->threads;
    if (self->options && !self->options(model, &options, self->user)) {
        volo_fail(&err, VOLO_ERR_UNSUPPORTED, "'%s' cannot be run as the settings say",
                  volo_model_info(model)->path);
        volo_viewer_error_set(error, &err);
        return FALSE;
    }
    if (options.max_memory == 0)
        options.max_memory = process_memory_available() / 4 * 3;
    if (volo_session_new(model, &options, ret_session, &err)) {
        volo_viewer_error_set(error, &err);
        return FALSE;
    }
    return TRUE;
}

VoloSession *volo_worker_session(VoloWorker *self, VoloModel *model, GError **error)
{
    KeptSession *place = &self->kept[0];

    for (size_t i = 0; i < SESSIONS; i++) {
        KeptSession *const kept = &self->kept[i];

        if (kept->session && kept->model == model) {
            kept->used = ++self->uses;
            return kept->session;
        }
        if (kept->used < place->used)
            place = kept;
    }
    volo_session_free(place->session);
    *place = (KeptSession){ 0 };
    if (!open_session(self, model, &place->session, error))
        return NULL;
    place->model = model;
    place->used = ++self->uses;
    return place->session;
}

/* --- running ---------------------------------------------------------------------------------- */

static bool on_block(double done, void *cancellable)
{
    volo_job_report(done);
    return !g_cancellable_is_cancelled(cancellable);
}

gboolean volo_worker_segment(VoloWorker *self, VoloModel *model, VoloImage *image,
                             GCancellable *cancellable, VoloMask **ret_mask,
                             VoloConfidence **ret_confidence, GError **error)
{
    VoloSession *const session = volo_worker_session(self, model, error);
    VoloError err;

    if (!session)
        return FALSE;
    volo_session_set_progress(session, on_block, cancellable);
    VoloStatus status = VOLO_ERR_MEMORY;
    if (ret_confidence)
        status = volo_session_segment_confidence(session, image, ret_mask, ret_confidence, &err);
    if (status == VOLO_ERR_MEMORY) /* labels alone take ten bytes a pixel less */
        status = volo_session_segment(session, image, ret_mask, &err);
    volo_session_set_progress(session, NULL, NULL);
    if (status)
        volo_viewer_error_set(error, &err);
    return status == VOLO_OK;
}

/* --- the job ---------------------------------------------------------------------------------- */

typedef struct Work {
    VoloModel *model;
    VoloImage *image;
    char *source;
} Work;

static void work_free(gpointer data)
{
    Work *const work = data;

    volo_model_unref(work->model);
    volo_image_unref(work->image);
    g_free(work->source);
    g_free(work);
}

static gpointer segment(VoloWorker *worker, gpointer data, GCancellable *cancellable,
                        GError **error)
{
    const Work *const work = data;
    const gint64 start = g_get_monotonic_time();
    VoloSegmentationParts parts = { .source = work->source };

    if (g_cancellable_set_error_if_cancelled(cancellable, error) ||
        !volo_worker_segment(worker, work->model, work->image, cancellable, &parts.mask,
                             &parts.confidence, error))
        return NULL;
    parts.seconds = (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC;
    parts.classes = volo_segmentation_copy_classes(volo_model_classes(work->model), error);
    VoloSegmentation *const made = parts.classes ? volo_segmentation_new(&parts) : NULL;
    volo_mask_unref(parts.mask);
    g_clear_pointer(&parts.confidence, volo_confidence_unref);
    return made;
}

VoloJob volo_job_segment(VoloModel *model, VoloImage *image, const char *source,
                         VoloUrgency urgency)
{
    Work *const work = g_new(Work, 1);

    *work = (Work){ volo_model_ref(model), volo_image_ref(image), g_strdup(source) };
    return (VoloJob){ .run = segment,
                      .data = work,
                      .free_data = work_free,
                      .free_result = g_object_unref,
                      .urgency = urgency,
                      .lane = VOLO_LANE_NETWORK };
}
