/* SPDX-License-Identifier: Apache-2.0 */
/* The work that a document has done in other threads, and what becomes of the answers. An answer
 * for a sheet that the document has dropped, or for a run that another one replaced, is dropped. */
#include "app/viewer/document_work.h"

#include "app/viewer/decoder.h"
#include "app/viewer/truth.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* What an answer needs to find its place. */
typedef struct Errand {
    GWeakRef document;
    Sheet *sheet; /* NULL: a comparison */
    size_t which; /* run, or SheetLabels */
    VoloModelEntry *model;
    GCancellable *cancellable;
} Errand;

static Errand *errand_new(VoloDocument *self, Sheet *sheet, size_t which, GCancellable *cancellable)
{
    Errand *const errand = g_new0(Errand, 1);

    g_weak_ref_init(&errand->document, self);
    errand->sheet = sheet ? sheet_ref(sheet) : NULL;
    errand->which = which;
    errand->cancellable = g_object_ref(cancellable);
    return errand;
}

static void errand_free(Errand *errand)
{
    g_weak_ref_clear(&errand->document);
    g_clear_pointer(&errand->sheet, sheet_unref);
    g_clear_object(&errand->model);
    g_object_unref(errand->cancellable);
    g_free(errand);
}

static void errand_end(Errand *errand, VoloDocument *self)
{
    if (self)
        g_object_unref(self);
    errand_free(errand);
}

/* The document, when it still has the sheet; a reference. NULL: nobody wants the answer. */
static VoloDocument *master(Errand *errand)
{
    VoloDocument *self = g_weak_ref_get(&errand->document);

    if (self && errand->sheet != self->sheet && errand->sheet != self->coming &&
        errand->sheet != self->ahead)
        g_clear_object(&self);
    return self;
}

/* --- reading a picture ------------------------------------------------------------------------ */

static void set_file_error(GError **error, VoloError *err, const char *path)
{
    if (err->status == VOLO_ERR_IO && access(path, F_OK) && errno == ENOENT)
        err->status = VOLO_ERR_MISSING;
    volo_viewer_error_set(error, err);
}

static gpointer read_picture(VoloWorker *worker, gpointer path, GCancellable *cancellable,
                             GError **error)
{
    VoloImage *image = NULL;
    VoloError err;

    (void)worker;
    if (volo_decoder_load_image(path, cancellable, &image, &err))
        set_file_error(error, &err, path);
    return image;
}

static void free_image(gpointer image)
{
    volo_image_unref(image);
}

/* The picture that is being waited for is there, or cannot be. */
static void arrive(VoloDocument *self, Sheet *sheet, const GError *error)
{
    self->coming = NULL;
    document_show(self, sheet);
    if (error)
        document_tell_error(self, VOLO_EFFORT_PICTURE, error);
}

static void on_read(GObject *worker, GAsyncResult *result, gpointer data)
{
    Errand *const errand = data;
    VoloDocument *const self = master(errand);
    Sheet *const sheet = errand->sheet;
    GError *error = NULL;
    VoloImage *const image = volo_job_start_finish(VOLO_WORKER(worker), result, &error);

    if (self && !g_cancellable_is_cancelled(errand->cancellable)) {
        sheet->picture = image ? volo_image_ref(image) : NULL;
        if (sheet == self->coming)
            arrive(self, sheet, error);
        else if (sheet == self->ahead && error)
            sheet_drop(&self->ahead); /* to be read again, and told of, when it is wanted */
        document_update(self);
    }
    volo_image_unref(image);
    g_clear_error(&error);
    errand_end(errand, self);
}

/* An error that says so; NULL: the file has a path, which is the caller's. */
static GError *require_path(GFile *file, char **ret_path)
{
    *ret_path = g_file_get_path(file);
    if (*ret_path)
        return NULL;
    char *const name = g_file_get_parse_name(file);
    GError *const error =
        g_error_new(VOLO_VIEWER_ERROR, VOLO_ERR_IO, "'%s' is no file of this computer", name);
    g_free(name);
    return error;
}

void document_read(VoloDocument *self, Sheet *sheet, VoloUrgency urgency)
{
    char *path;
    GError *const error = require_path(sheet->file, &path);

    if (error) {
        if (sheet == self->coming)
            arrive(self, sheet, error);
        else
            sheet_drop(&self->ahead);
        g_error_free(error);
        return;
    }
    const VoloJob job = { .run = read_picture,
                          .data = path,
                          .free_data = g_free,
                          .free_result = free_image,
                          .urgency = urgency,
                          .lane = VOLO_LANE_READING };
    volo_job_start_async(self->worker, &job, sheet->reading, on_read,
                         errand_new(self, sheet, 0, sheet->reading));
}

/* --- running a network ------------------------------------------------------------------------ */

static gboolean is_run(const Errand *errand)
{
    return errand->sheet->run[errand->which].cancellable == errand->cancellable;
}

static void fail_run(VoloDocument *self, const Errand *errand, VoloEffort effort,
                     const GError *error)
{
    Sheet *const sheet = errand->sheet;

    sheet_end_run(sheet, errand->which);
    sheet_set_failed(sheet, errand->which, errand->model);
    if (sheet == self->sheet)
        document_tell_error(self, effort, error);
    document_update(self);
}

static void on_segmented(GObject *worker, GAsyncResult *result, gpointer data)
{
    Errand *const errand = data;
    VoloDocument *const self = master(errand);
    GError *error = NULL;
    VoloSegmentation *const made = volo_job_start_finish(VOLO_WORKER(worker), result, &error);

    if (self && is_run(errand) && error) {
        fail_run(self, errand, VOLO_EFFORT_NETWORK, error);
    } else if (self && is_run(errand)) {
        g_hash_table_insert(errand->sheet->results, g_object_ref(errand->model),
                            g_object_ref(made));
        sheet_end_run(errand->sheet, errand->which);
        document_update(self);
    }
    g_clear_error(&error);
    if (made)
        g_object_unref(made);
    errand_end(errand, self);
}

static void on_progress(double done, gpointer data)
{
    Errand *const errand = data;
    VoloDocument *const self = master(errand);

    if (!self)
        return;
    if (is_run(errand)) {
        errand->sheet->run[errand->which].done = done;
        document_update(self);
    }
    g_object_unref(self);
}

/* The model is open. */
static void start_network(VoloDocument *self, Errand *errand, VoloUrgency urgency)
{
    VoloJob job = volo_job_segment(volo_model_entry_model(errand->model), errand->sheet->picture,
                                   volo_model_entry_title(errand->model), urgency);

    job.progress = on_progress;
    job.progress_user = errand;
    volo_job_start_async(self->worker, &job, errand->cancellable, on_segmented, errand);
}

static void on_model(GObject *entry, GAsyncResult *result, gpointer data)
{
    Errand *const errand = data;
    VoloDocument *const self = master(errand);
    GError *error = NULL;

    const gboolean open = volo_model_entry_open_finish(VOLO_MODEL_ENTRY(entry), result, &error) &&
                          volo_model_entry_model(errand->model);
    if (self && is_run(errand) && open) {
        start_network(self, errand, errand->sheet == self->sheet ? VOLO_JOB_NOW : VOLO_JOB_AHEAD);
        g_object_unref(self);
        return; /* the errand goes on */
    }
    if (self && is_run(errand) && error)
        fail_run(self, errand, VOLO_EFFORT_MODEL, error);
    g_clear_error(&error);
    errand_end(errand, self);
}

void document_run(VoloDocument *self, Sheet *sheet, size_t which, VoloUrgency urgency)
{
    SheetRun *const run = &sheet->run[which];

    run->model = g_object_ref(self->model[which]);
    run->cancellable = g_cancellable_new();
    run->done = 0;
    Errand *const errand = errand_new(self, sheet, which, run->cancellable);
    errand->model = g_object_ref(run->model);
    if (volo_model_entry_model(run->model))
        start_network(self, errand, urgency);
    else
        volo_model_entry_open_async(run->model, run->cancellable, on_model, errand);
}

/* --- labels ----------------------------------------------------------------------------------- */

typedef struct LabelsWork {
    SheetLabels kind;
    char *picture, *path; /* path NULL: to be found beside the picture */
    VoloModel *hint;      /* or NULL: has classes that are likely */
    size_t height, width; /* of the picture */
} LabelsWork;

typedef struct LabelsFound {
    VoloSegmentation *labels; /* NULL: there are none */
    char *path;
    gboolean chosen; /* by hand */
} LabelsFound;

static void labels_work_free(gpointer data)
{
    LabelsWork *const work = data;

    g_free(work->picture);
    g_free(work->path);
    volo_model_unref(work->hint);
    g_free(work);
}

static void labels_found_free(gpointer data)
{
    LabelsFound *const found = data;

    g_clear_object(&found->labels);
    g_free(found->path);
    g_free(found);
}

static gboolean fits(const LabelsWork *work, const LabelsFound *found, GError **error)
{
    const VoloMask *const mask = volo_segmentation_mask(found->labels);
    VoloError err;

    if (volo_mask_height(mask) == work->height && volo_mask_width(mask) == work->width)
        return TRUE;
    volo_fail(&err, VOLO_ERR_SHAPE, "'%s' has %zux%zu pixels, the picture %zux%zu (HxW)",
              found->path, volo_mask_height(mask), volo_mask_width(mask), work->height,
              work->width);
    volo_viewer_error_set(error, &err);
    return FALSE;
}

/* Only what lies where a data set puts it is worth a complaint. */
static gpointer find_labels(VoloWorker *worker, gpointer data, GCancellable *cancellable,
                            GError **error)
{
    const LabelsWork *const work = data;
    const VoloClassTable *const hint = work->hint ? volo_model_classes(work->hint) : NULL;
    LabelsFound *const found = g_new0(LabelsFound, 1);
    const char *dataset = NULL;
    GError *wrong = NULL;

    (void)worker;
    found->path = work->path ? g_strdup(work->path) : volo_truth_find(work->picture, &dataset);
    found->chosen = work->path != NULL;
    if (!found->path)
        return found;
    found->labels = work->kind == SHEET_PREDICTION
                        ? volo_prediction_load(found->path, hint, cancellable, &wrong)
                        : volo_truth_load(found->path, dataset, hint, cancellable, &wrong);
    if (found->labels && fits(work, found, &wrong))
        return found;
    g_clear_object(&found->labels);
    if (work->path || dataset) {
        labels_found_free(found);
        g_propagate_error(error, wrong);
        return NULL;
    }
    g_error_free(wrong);
    return found;
}

static void accept(VoloDocument *self, Sheet *sheet, SheetLabels kind, LabelsFound *found)
{
    g_set_object(&sheet->labels[kind], found->labels);
    if (kind == SHEET_PREDICTION)
        return;
    g_clear_object(&sheet->truth_file);
    if (found->labels)
        sheet->truth_file = g_file_new_for_path(found->path);
    sheet->truth_chosen = found->chosen;
    self->changed |= 1u << DOCUMENT_TRUTH_FILE;
    if (found->chosen)
        document_use_model(self, 1, NULL);
}

static void on_labels(GObject *worker, GAsyncResult *result, gpointer data)
{
    Errand *const errand = data;
    VoloDocument *const self = master(errand);
    Sheet *const sheet = errand->sheet;
    GError *error = NULL;
    LabelsFound *const found = volo_job_start_finish(VOLO_WORKER(worker), result, &error);

    if (self && sheet->finding[errand->which] == errand->cancellable) {
        g_clear_object(&sheet->finding[errand->which]);
        if (found)
            accept(self, sheet, (SheetLabels)errand->which, found);
        else
            document_tell_error(self, VOLO_EFFORT_LABELS, error);
        document_update(self);
    }
    g_clear_error(&error);
    if (found)
        labels_found_free(found);
    errand_end(errand, self);
}

static LabelsWork *labels_work_new(const VoloDocument *self, const Sheet *sheet, SheetLabels kind)
{
    LabelsWork *const work = g_new0(LabelsWork, 1);
    VoloModel *const hint = self->model[0] ? volo_model_entry_model(self->model[0]) : NULL;

    work->kind = kind;
    work->picture = sheet->file ? g_file_get_path(sheet->file) : NULL;
    work->hint = hint ? volo_model_ref(hint) : NULL;
    work->height = volo_image_height(sheet->picture);
    work->width = volo_image_width(sheet->picture);
    return work;
}

void document_find_labels(VoloDocument *self, Sheet *sheet, SheetLabels kind, GFile *file)
{
    char *path = NULL;
    GError *const error = file ? require_path(file, &path) : NULL;

    g_cancellable_cancel(sheet->finding[kind]);
    g_clear_object(&sheet->finding[kind]);
    if (error) {
        document_tell_error(self, VOLO_EFFORT_LABELS, error);
        g_error_free(error);
        return;
    }
    LabelsWork *const work = labels_work_new(self, sheet, kind);
    work->path = path;
    sheet->finding[kind] = g_cancellable_new();
    const VoloJob job = { .run = find_labels,
                          .data = work,
                          .free_data = labels_work_free,
                          .free_result = labels_found_free,
                          .urgency = VOLO_JOB_NOW,
                          .lane = VOLO_LANE_READING };
    volo_job_start_async(self->worker, &job, sheet->finding[kind], on_labels,
                         errand_new(self, sheet, kind, sheet->finding[kind]));
}

/* --- comparing -------------------------------------------------------------------------------- */

typedef struct Pair {
    VoloSegmentation *prediction, *reference;
} Pair;

static void pair_free(gpointer data)
{
    Pair *const pair = data;

    g_object_unref(pair->prediction);
    g_object_unref(pair->reference);
    g_free(pair);
}

static gpointer compare(VoloWorker *worker, gpointer data, GCancellable *cancellable,
                        GError **error)
{
    const Pair *const pair = data;

    (void)worker;
    if (g_cancellable_set_error_if_cancelled(cancellable, error))
        return NULL;
    return volo_comparison_new(pair->prediction, pair->reference, error);
}

/* Nobody asked for a truth that was found beside the picture: that it has other classes is no
 * failure. */
static gboolean comparison_was_wanted(const VoloDocument *self)
{
    const Sheet *const sheet = self->sheet;

    return !sheet || self->reference != sheet->labels[SHEET_TRUTH] || sheet->truth_chosen;
}

static void on_compared(GObject *worker, GAsyncResult *result, gpointer data)
{
    Errand *const errand = data;
    VoloDocument *const self = g_weak_ref_get(&errand->document);
    GError *error = NULL;
    VoloComparison *const made = volo_job_start_finish(VOLO_WORKER(worker), result, &error);

    if (self && self->comparing == errand->cancellable) {
        g_clear_object(&self->comparing);
        if (g_set_object(&self->comparison, made))
            self->changed |= 1u << DOCUMENT_COMPARISON;
        if (error && comparison_was_wanted(self))
            document_tell_error(self, VOLO_EFFORT_COMPARISON, error);
        document_update(self);
    }
    g_clear_error(&error);
    if (made)
        g_object_unref(made);
    errand_end(errand, self);
}

void document_compare(VoloDocument *self)
{
    Pair *const pair = g_new(Pair, 1);

    pair->prediction = g_object_ref(self->result);
    pair->reference = g_object_ref(self->reference);
    self->comparing = g_cancellable_new();
    const VoloJob job = { .run = compare,
                          .data = pair,
                          .free_data = pair_free,
                          .free_result = g_object_unref,
                          .urgency = VOLO_JOB_NOW,
                          .lane = VOLO_LANE_READING };
    volo_job_start_async(self->worker, &job, self->comparing, on_compared,
                         errand_new(self, NULL, 0, self->comparing));
}
