/* SPDX-License-Identifier: Apache-2.0 */
/* VoloExport: a chain of jobs. The list of pictures is made and checked as a whole; then each is
 * read, goes through the network and is written, and only then the next one begins. All but the
 * first step wait for whatever the user looks at. */
#include "app/viewer/export.h"

#include "app/viewer/export_work.h"

struct _VoloExport {
    GObject parent;
    VoloWorker *worker;
    VoloModelEntry *model;
    ExportBatch *batch;
    VoloModel *opened; /* the entry's; NULL: not yet */
    GTask *task;       /* while it runs */
    guint total, done;
    double share; /* of the present picture */
    char *name;
    GPtrArray *failures; /* of char *, ended by NULL */
};

enum {
    PROPERTY_DONE = 1,
    PROPERTY_TOTAL,
    PROPERTY_NAME,
    PROPERTY_FRACTION,
    PROPERTIES,
};

static GParamSpec *properties[PROPERTIES];

G_DEFINE_FINAL_TYPE(VoloExport, volo_export, G_TYPE_OBJECT)

/* --- what it knows --- */

guint volo_export_done(VoloExport *self)
{
    return self->done;
}

guint volo_export_total(VoloExport *self)
{
    return self->total;
}

const char *volo_export_name(VoloExport *self)
{
    return self->name;
}

double volo_export_fraction(VoloExport *self)
{
    const guint total = volo_export_total(self);

    return total ? MIN(1.0, ((double)self->done + self->share) / (double)total) : 0;
}

const char *const *volo_export_failures(VoloExport *self)
{
    return (const char *const *)self->failures->pdata;
}

static void volo_export_get_property(GObject *object, guint id, GValue *value, GParamSpec *spec)
{
    VoloExport *const self = VOLO_EXPORT(object);

    switch (id) {
    case PROPERTY_DONE:
        g_value_set_uint(value, volo_export_done(self));
        break;
    case PROPERTY_TOTAL:
        g_value_set_uint(value, volo_export_total(self));
        break;
    case PROPERTY_NAME:
        g_value_set_string(value, self->name);
        break;
    case PROPERTY_FRACTION:
        g_value_set_double(value, volo_export_fraction(self));
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
    }
}

static void volo_export_finalize(GObject *object)
{
    VoloExport *const self = VOLO_EXPORT(object);

    g_object_unref(self->worker);
    g_object_unref(self->model);
    export_batch_unref(self->batch);
    volo_model_unref(self->opened);
    g_free(self->name);
    g_ptr_array_unref(self->failures);
    G_OBJECT_CLASS(volo_export_parent_class)->finalize(object);
}

static void volo_export_class_init(VoloExportClass *class)
{
    GObjectClass *const object = G_OBJECT_CLASS(class);
    const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

    object->get_property = volo_export_get_property;
    object->finalize = volo_export_finalize;
    properties[PROPERTY_DONE] = g_param_spec_uint("done", NULL, NULL, 0, G_MAXUINT, 0, flags);
    properties[PROPERTY_TOTAL] = g_param_spec_uint("total", NULL, NULL, 0, G_MAXUINT, 0, flags);
    properties[PROPERTY_NAME] = g_param_spec_string("name", NULL, NULL, "", flags);
    properties[PROPERTY_FRACTION] = g_param_spec_double("fraction", NULL, NULL, 0, 1, 0, flags);
    g_object_class_install_properties(object, PROPERTIES, properties);
}

static void volo_export_init(VoloExport *self)
{
    self->name = g_strdup("");
    self->failures = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(self->failures, NULL);
}

VoloExport *volo_export_new(VoloWorker *worker, const VoloExportPlan *plan)
{
    VoloExport *const self = g_object_new(VOLO_TYPE_EXPORT, NULL);

    self->worker = g_object_ref(worker);
    self->model = g_object_ref(plan->model);
    self->batch = export_batch_new(plan);
    return self;
}

/* --- the chain --- */

static void next(VoloExport *self);

/* Ends the run. error NULL: to its end. Takes the error. */
static void end(VoloExport *self, GError *error)
{
    GTask *const task = g_steal_pointer(&self->task);

    if (error)
        g_task_return_error(task, error);
    else
        g_task_return_boolean(task, TRUE);
    g_object_unref(task); /* and with it perhaps self */
}

static void tell(VoloExport *self, guint property)
{
    g_object_notify_by_pspec(G_OBJECT(self), properties[property]);
    g_object_notify_by_pspec(G_OBJECT(self), properties[PROPERTY_FRACTION]);
}

static void end_picture(VoloExport *self)
{
    self->done++;
    self->share = 0;
    tell(self, PROPERTY_DONE);
    next(self);
}

/* What fails for one picture, or for all. Takes the error. */
static void fail_picture(VoloExport *self, GError *error)
{
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
        g_error_matches(error, VOLO_VIEWER_ERROR, VOLO_ERR_SPACE)) {
        end(self, error);
        return;
    }
    g_ptr_array_insert(self->failures, (int)self->failures->len - 1, g_strdup(error->message));
    g_error_free(error);
    end_picture(self);
}

static void start(VoloExport *self, const VoloJob *job, GAsyncReadyCallback done)
{
    volo_job_start_async(self->worker, job, g_task_get_cancellable(self->task), done, self);
}

static void on_written(GObject *worker, GAsyncResult *result, gpointer user)
{
    VoloExport *const self = user;
    GError *error = NULL;

    if (volo_job_start_finish(VOLO_WORKER(worker), result, &error))
        end_picture(self);
    else
        fail_picture(self, error);
}

static void on_segmented(GObject *worker, GAsyncResult *result, gpointer user)
{
    VoloExport *const self = user;
    GError *error = NULL;
    ExportPicture *const picture = volo_job_start_finish(VOLO_WORKER(worker), result, &error);

    if (!picture) {
        fail_picture(self, error);
        return;
    }
    const VoloJob job = export_job_write(self->batch, picture);
    start(self, &job, on_written);
    export_picture_unref(picture);
}

static void on_progress(double done, gpointer user)
{
    VoloExport *const self = user;

    if (done <= self->share)
        return;
    self->share = done;
    g_object_notify_by_pspec(G_OBJECT(self), properties[PROPERTY_FRACTION]);
}

static void on_read(GObject *worker, GAsyncResult *result, gpointer user)
{
    VoloExport *const self = user;
    GError *error = NULL;
    ExportPicture *const picture = volo_job_start_finish(VOLO_WORKER(worker), result, &error);

    if (!picture) {
        fail_picture(self, error);
        return;
    }
    VoloJob job = export_job_segment(self->batch, self->opened, picture);
    job.progress = on_progress;
    job.progress_user = self;
    start(self, &job, on_segmented);
    export_picture_unref(picture);
}

static void next(VoloExport *self)
{
    if (self->done == volo_export_total(self)) {
        end(self, NULL);
        return;
    }
    g_free(self->name);
    self->name = g_filename_display_basename(self->batch->list.item[self->done].path);
    tell(self, PROPERTY_NAME);
    const VoloJob job = export_job_read(self->batch, self->done);
    start(self, &job, on_read);
}

static void on_listed(GObject *worker, GAsyncResult *result, gpointer user)
{
    VoloExport *const self = user;
    GError *error = NULL;

    if (!volo_job_start_finish(VOLO_WORKER(worker), result, &error)) {
        end(self, error);
        return;
    }
    self->total = (guint)self->batch->list.count;
    tell(self, PROPERTY_TOTAL);
    next(self);
}

static void on_open(GObject *entry, GAsyncResult *result, gpointer user)
{
    VoloExport *const self = user;
    GError *error = NULL;

    if (!volo_model_entry_open_finish(VOLO_MODEL_ENTRY(entry), result, &error)) {
        end(self, error);
        return;
    }
    self->opened = volo_model_ref(volo_model_entry_model(self->model));
    const VoloJob job = export_job_list(self->batch, self->opened);
    start(self, &job, on_listed);
}

void volo_export_run_async(VoloExport *self, GCancellable *cancellable, GAsyncReadyCallback done,
                           gpointer user)
{
    g_return_if_fail(!self->task && self->done == 0);
    self->task = g_task_new(self, cancellable, done, user);
    volo_model_entry_open_async(self->model, cancellable, on_open, self);
}

gboolean volo_export_run_finish(VoloExport *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail(g_task_is_valid(result, self), FALSE);
    return g_task_propagate_boolean(G_TASK(result), error);
}
