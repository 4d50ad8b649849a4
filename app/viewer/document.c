/* SPDX-License-Identifier: Apache-2.0 */
/* VoloDocument: everything that is asked of it changes what is wanted (sheets, models); what
 * follows from that is worked out in one place, document_update. */
#include "app/viewer/document.h"

#include "app/viewer/document_work.h"

#include <glib/gi18n.h>
#include <string.h>

G_DEFINE_FINAL_TYPE(VoloDocument, volo_document, G_TYPE_OBJECT)

static GParamSpec *properties[DOCUMENT_PROPERTIES];

/* --- telling ---------------------------------------------------------------------------------- */

static void mark(VoloDocument *self, DocumentProperty property)
{
    self->changed |= 1u << property;
}

static void flush(VoloDocument *self)
{
    g_object_ref(self);
    for (int i = DOCUMENT_FILE; i < DOCUMENT_PROPERTIES; i++) {
        if (!(self->changed & 1u << i))
            continue;
        self->changed &= ~(1u << i);
        g_object_notify_by_pspec(G_OBJECT(self), properties[i]);
    }
    g_object_unref(self);
}

void document_tell(VoloDocument *self, const char *message, const char *advice)
{
    if (g_strcmp0(self->message, message) == 0 && g_strcmp0(self->advice, advice) == 0)
        return;
    g_free(self->message);
    g_free(self->advice);
    self->message = g_strdup(message);
    self->advice = g_strdup(advice);
    mark(self, DOCUMENT_MESSAGE);
    mark(self, DOCUMENT_ADVICE);
}

void document_tell_error(VoloDocument *self, VoloEffort effort, const GError *error)
{
    document_tell(self, error->message, volo_advice(effort, volo_viewer_error_status(error)));
}

/* --- what follows from what is known ---------------------------------------------------------- */

/* Starts the run that is missing, stops one that is not wanted any more. */
static void update_run(VoloDocument *self, Sheet *sheet, size_t which, VoloUrgency urgency)
{
    VoloModelEntry *const model = self->model[which];
    const gboolean wanted = model && sheet->picture && !self->stopped &&
                            (which == 1 || !sheet->labels[SHEET_PREDICTION]) &&
                            sheet->failed[which] != model && !sheet_result(sheet, model) &&
                            (which == 0 || sheet->run[0].model != model);

    if (sheet->run[which].model && (!wanted || sheet->run[which].model != model))
        sheet_stop_run(sheet, which);
    if (wanted && !sheet->run[which].model)
        document_run(self, sheet, which, urgency);
}

static gboolean is_running(const Sheet *sheet)
{
    return sheet && (sheet->run[0].model || sheet->run[1].model);
}

/* The next picture's result, when its model is open and nothing is to be done for this one. */
static void update_ahead(VoloDocument *self)
{
    Sheet *const ahead = self->ahead;

    if (!ahead || self->coming || is_running(self->sheet))
        return;
    if (ahead->run[0].model || (self->model[0] && volo_model_entry_model(self->model[0])))
        update_run(self, ahead, 0, VOLO_JOB_AHEAD);
}

static VoloSegmentation *current_result(const VoloDocument *self)
{
    const Sheet *const sheet = self->sheet;

    if (!sheet)
        return NULL;
    return sheet->labels[SHEET_PREDICTION] ? sheet->labels[SHEET_PREDICTION]
                                           : sheet_result(sheet, self->model[0]);
}

static VoloSegmentation *current_reference(const VoloDocument *self)
{
    const Sheet *const sheet = self->sheet;

    if (!sheet)
        return NULL;
    return self->model[1] ? sheet_result(sheet, self->model[1]) : sheet->labels[SHEET_TRUTH];
}

static void update_results(VoloDocument *self)
{
    const gboolean result = g_set_object(&self->result, current_result(self));
    const gboolean reference = g_set_object(&self->reference, current_reference(self));

    if (result)
        mark(self, DOCUMENT_RESULT);
    if (reference)
        mark(self, DOCUMENT_REFERENCE);
    if (!result && !reference)
        return;
    g_cancellable_cancel(self->comparing);
    g_clear_object(&self->comparing);
    if (g_set_object(&self->comparison, NULL))
        mark(self, DOCUMENT_COMPARISON);
    if (self->result && self->reference)
        document_compare(self);
}

/* Of the runs that the picture needs: those that are done, and the share of those under way. */
static double current_progress(const VoloDocument *self)
{
    double done = 0;
    int count = 0;

    if (!is_running(self->sheet))
        return 0;
    for (size_t i = 0; i < SHEET_RUNS; i++) {
        if (!self->model[i] || (i == 1 && self->model[1] == self->model[0]) ||
            (i == 0 && self->sheet->labels[SHEET_PREDICTION]))
            continue;
        count++;
        done += sheet_result(self->sheet, self->model[i]) ? 1 : self->sheet->run[i].done;
    }
    return count ? done / count : 0;
}

static VoloDocumentState current_state(const VoloDocument *self)
{
    const Sheet *const sheet = self->sheet;

    if (self->coming)
        return VOLO_DOCUMENT_LOADING;
    if (!sheet)
        return VOLO_DOCUMENT_EMPTY;
    if (!sheet->picture || (sheet->failed[0] && sheet->failed[0] == self->model[0] &&
                            !sheet->labels[SHEET_PREDICTION]))
        return VOLO_DOCUMENT_FAILED;
    return is_running(sheet) ? VOLO_DOCUMENT_SEGMENTING : VOLO_DOCUMENT_READY;
}

void document_update(VoloDocument *self)
{
    for (size_t i = 0; i < SHEET_RUNS && self->sheet && !self->coming; i++)
        update_run(self, self->sheet, i, VOLO_JOB_NOW);
    update_ahead(self);
    update_results(self);
    const VoloDocumentState state = current_state(self);
    const double progress = current_progress(self);
    if (state != self->state)
        mark(self, DOCUMENT_STATE);
    if (progress < self->progress || progress > self->progress)
        mark(self, DOCUMENT_PROGRESS);
    self->state = state;
    self->progress = progress;
    flush(self);
}

void document_show(VoloDocument *self, Sheet *sheet)
{
    sheet_drop(&self->sheet);
    self->sheet = sheet;
    self->stopped = FALSE;
    mark(self, DOCUMENT_PICTURE);
    mark(self, DOCUMENT_TRUTH_FILE);
    if (sheet && sheet->picture && sheet->file)
        document_find_labels(self, sheet, SHEET_TRUTH, NULL);
}

/* --- requests --------------------------------------------------------------------------------- */

/* Nothing is done any more for the picture that is on the screen, or was to come. */
static void leave(VoloDocument *self)
{
    sheet_drop(&self->coming);
    for (size_t i = 0; i < SHEET_RUNS && self->sheet; i++)
        sheet_stop_run(self->sheet, i);
    document_tell(self, NULL, NULL);
    mark(self, DOCUMENT_FILE);
    mark(self, DOCUMENT_TITLE);
}

static Sheet *sheet_of_file(GFile *file)
{
    char *const name = g_file_get_basename(file);
    char *const title = name ? g_filename_display_name(name) : g_file_get_parse_name(file);
    Sheet *const sheet = sheet_new(file, title);

    g_free(title);
    g_free(name);
    return sheet;
}

static gboolean is_of(const Sheet *sheet, GFile *file)
{
    return sheet && sheet->file && g_file_equal(sheet->file, file);
}

/* What was begun ahead is wanted now. */
static Sheet *take_ahead(VoloDocument *self)
{
    Sheet *const sheet = g_steal_pointer(&self->ahead);

    sheet_set_failed(sheet, 0, NULL);
    volo_job_hurry(self->worker, sheet->reading);
    if (sheet->run[0].cancellable)
        volo_job_hurry(self->worker, sheet->run[0].cancellable);
    return sheet;
}

void volo_document_open(VoloDocument *self, GFile *file)
{
    leave(self);
    if (is_of(self->ahead, file)) {
        Sheet *const sheet = take_ahead(self);

        if (sheet->picture)
            document_show(self, sheet);
        else
            self->coming = sheet;
    } else {
        self->coming = sheet_of_file(file);
        document_read(self, self->coming, VOLO_JOB_NOW);
    }
    document_update(self);
}

void volo_document_open_image(VoloDocument *self, VoloImage *image, const char *title)
{
    Sheet *const sheet = sheet_new(NULL, title);

    leave(self);
    sheet->picture = volo_image_ref(image);
    document_show(self, sheet);
    document_update(self);
}

void volo_document_close(VoloDocument *self)
{
    leave(self);
    sheet_drop(&self->ahead);
    document_show(self, NULL);
    document_update(self);
}

void document_use_model(VoloDocument *self, size_t which, VoloModelEntry *model)
{
    VoloModelEntry *const before = self->model[which];

    if (model == before)
        return;
    if (model)
        volo_model_entry_use(g_object_ref(model));
    self->model[which] = model;
    if (before) {
        volo_model_entry_unuse(before);
        g_object_unref(before);
    }
    mark(self, which ? DOCUMENT_SECOND_MODEL : DOCUMENT_MODEL);
}

static void set_model(VoloDocument *self, size_t which, VoloModelEntry *model)
{
    document_use_model(self, which, model);
    if (self->sheet)
        sheet_set_failed(self->sheet, which, NULL);
}

void volo_document_set_model(VoloDocument *self, VoloModelEntry *model)
{
    set_model(self, 0, model);
    if (self->sheet && self->sheet->picture) {
        g_clear_object(&self->sheet->labels[SHEET_PREDICTION]);
        document_tell(self, NULL, NULL);
        self->stopped = FALSE;
    }
    document_update(self);
}

void volo_document_set_second_model(VoloDocument *self, VoloModelEntry *model)
{
    set_model(self, 1, model);
    if (self->state != VOLO_DOCUMENT_FAILED)
        document_tell(self, NULL, NULL);
    if (model)
        self->stopped = FALSE;
    document_update(self);
}

/* Those of a truth are the reference then, whatever the picture was compared with before. */
static void open_labels(VoloDocument *self, SheetLabels kind, GFile *file)
{
    if (!self->sheet || !self->sheet->picture || self->coming) {
        document_tell(self, _("Labels need the picture they belong to"),
                      _("Open the picture first, then its labels."));
        flush(self);
        return;
    }
    document_tell(self, NULL, NULL);
    document_find_labels(self, self->sheet, kind, file);
    document_update(self);
}

void volo_document_open_prediction(VoloDocument *self, GFile *file)
{
    open_labels(self, SHEET_PREDICTION, file);
}

void volo_document_open_truth(VoloDocument *self, GFile *file)
{
    open_labels(self, SHEET_TRUTH, file);
}

void volo_document_cancel(VoloDocument *self)
{
    self->stopped = TRUE;
    if (self->coming) {
        sheet_drop(&self->coming);
        mark(self, DOCUMENT_FILE);
        mark(self, DOCUMENT_TITLE);
        if (self->sheet && !self->sheet->picture)
            document_show(self, NULL); /* its failure is told no more */
    }
    document_update(self);
}

void volo_document_retry(VoloDocument *self)
{
    if (!self->sheet || self->coming)
        return;
    if (!self->sheet->picture) {
        GFile *const file = g_object_ref(self->sheet->file);

        volo_document_open(self, file);
        g_object_unref(file);
        return;
    }
    self->stopped = FALSE;
    for (size_t i = 0; i < SHEET_RUNS; i++)
        sheet_set_failed(self->sheet, i, NULL);
    document_tell(self, NULL, NULL);
    document_update(self);
}

void volo_document_prefetch(VoloDocument *self, GFile *file)
{
    if (file && is_of(self->ahead, file))
        return;
    sheet_drop(&self->ahead);
    if (file && !is_of(self->coming, file) && !is_of(self->sheet, file)) {
        self->ahead = sheet_of_file(file);
        document_read(self, self->ahead, VOLO_JOB_AHEAD);
    }
    document_update(self);
}

gboolean volo_document_has_prefetched(VoloDocument *self, GFile *file)
{
    return is_of(self->ahead, file) && self->ahead->picture &&
           (!self->model[0] || sheet_result(self->ahead, self->model[0]));
}

/* --- what it knows ---------------------------------------------------------------------------- */

/* Whose name stands above. */
static const Sheet *named(const VoloDocument *self)
{
    return self->coming ? self->coming : self->sheet;
}

VoloDocumentState volo_document_state(VoloDocument *self)
{
    return self->state;
}

double volo_document_progress(VoloDocument *self)
{
    return self->progress;
}

GFile *volo_document_file(VoloDocument *self)
{
    const Sheet *const sheet = named(self);

    return sheet ? sheet->file : NULL;
}

const char *volo_document_title(VoloDocument *self)
{
    const Sheet *const sheet = named(self);

    return sheet && sheet->title ? sheet->title : "";
}

const char *volo_document_message(VoloDocument *self)
{
    return self->message;
}

const char *volo_document_advice(VoloDocument *self)
{
    return self->advice;
}

VoloImage *volo_document_picture(VoloDocument *self)
{
    return self->sheet ? self->sheet->picture : NULL;
}

VoloSegmentation *volo_document_result(VoloDocument *self)
{
    return self->result;
}

VoloSegmentation *volo_document_reference(VoloDocument *self)
{
    return self->reference;
}

VoloComparison *volo_document_comparison(VoloDocument *self)
{
    return self->comparison;
}

GFile *volo_document_truth_file(VoloDocument *self)
{
    return self->sheet ? self->sheet->truth_file : NULL;
}

VoloModelEntry *volo_document_model(VoloDocument *self)
{
    return self->model[0];
}

VoloModelEntry *volo_document_second_model(VoloDocument *self)
{
    return self->model[1];
}

VoloSegmentation *volo_document_prediction(VoloDocument *self)
{
    return self->sheet ? self->sheet->labels[SHEET_PREDICTION] : NULL;
}

/* --- the object ------------------------------------------------------------------------------- */

static void get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    VoloDocument *const self = VOLO_DOCUMENT(object);

    switch (id) {
    case DOCUMENT_FILE:
        g_value_set_object(value, volo_document_file(self));
        break;
    case DOCUMENT_TITLE:
        g_value_set_string(value, volo_document_title(self));
        break;
    case DOCUMENT_PICTURE:
        g_value_set_pointer(value, volo_document_picture(self));
        break;
    case DOCUMENT_RESULT:
        g_value_set_object(value, self->result);
        break;
    case DOCUMENT_REFERENCE:
        g_value_set_object(value, self->reference);
        break;
    case DOCUMENT_TRUTH_FILE:
        g_value_set_object(value, volo_document_truth_file(self));
        break;
    case DOCUMENT_COMPARISON:
        g_value_set_object(value, self->comparison);
        break;
    case DOCUMENT_MESSAGE:
        g_value_set_string(value, self->message);
        break;
    case DOCUMENT_ADVICE:
        g_value_set_string(value, self->advice);
        break;
    case DOCUMENT_MODEL:
    case DOCUMENT_SECOND_MODEL:
        g_value_set_object(value, self->model[id - DOCUMENT_MODEL]);
        break;
    case DOCUMENT_STATE:
        g_value_set_int(value, (int)self->state);
        break;
    case DOCUMENT_PROGRESS:
        g_value_set_double(value, self->progress);
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
    }
}

static void dispose(GObject *object)
{
    VoloDocument *const self = VOLO_DOCUMENT(object);

    g_cancellable_cancel(self->comparing);
    g_clear_object(&self->comparing);
    sheet_drop(&self->coming);
    sheet_drop(&self->ahead);
    sheet_drop(&self->sheet);
    g_clear_object(&self->result);
    g_clear_object(&self->reference);
    g_clear_object(&self->comparison);
    for (size_t i = 0; i < SHEET_RUNS; i++)
        document_use_model(self, i, NULL);
    g_clear_object(&self->worker);
    G_OBJECT_CLASS(volo_document_parent_class)->dispose(object);
}

static void finalize(GObject *object)
{
    g_free(VOLO_DOCUMENT(object)->message);
    g_free(VOLO_DOCUMENT(object)->advice);
    G_OBJECT_CLASS(volo_document_parent_class)->finalize(object);
}

static void install_properties(GObjectClass *class)
{
    const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
    static const struct {
        const char *name;
        DocumentProperty id;
        GType (*type)(void); /* NULL: a text */
    } rows[] = {
        { "file", DOCUMENT_FILE, g_file_get_type },
        { "title", DOCUMENT_TITLE, NULL },
        { "result", DOCUMENT_RESULT, volo_segmentation_get_type },
        { "reference", DOCUMENT_REFERENCE, volo_segmentation_get_type },
        { "truth-file", DOCUMENT_TRUTH_FILE, g_file_get_type },
        { "comparison", DOCUMENT_COMPARISON, volo_comparison_get_type },
        { "message", DOCUMENT_MESSAGE, NULL },
        { "advice", DOCUMENT_ADVICE, NULL },
        { "model", DOCUMENT_MODEL, volo_model_entry_get_type },
        { "second-model", DOCUMENT_SECOND_MODEL, volo_model_entry_get_type },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        properties[rows[i].id] =
            rows[i].type ? g_param_spec_object(rows[i].name, NULL, NULL, rows[i].type(), flags)
                         : g_param_spec_string(rows[i].name, NULL, NULL, NULL, flags);
    properties[DOCUMENT_PICTURE] = g_param_spec_pointer("picture", NULL, NULL, flags);
    properties[DOCUMENT_STATE] =
        g_param_spec_int("state", NULL, NULL, VOLO_DOCUMENT_EMPTY, VOLO_DOCUMENT_FAILED, 0, flags);
    properties[DOCUMENT_PROGRESS] = g_param_spec_double("progress", NULL, NULL, 0, 1, 0, flags);
    g_object_class_install_properties(class, DOCUMENT_PROPERTIES, properties);
}

static void volo_document_class_init(VoloDocumentClass *class)
{
    G_OBJECT_CLASS(class)->get_property = get_property;
    G_OBJECT_CLASS(class)->dispose = dispose;
    G_OBJECT_CLASS(class)->finalize = finalize;
    install_properties(G_OBJECT_CLASS(class));
}

static void volo_document_init(VoloDocument *self)
{
    (void)self;
}

VoloDocument *volo_document_new(VoloWorker *worker)
{
    VoloDocument *const self = g_object_new(VOLO_TYPE_DOCUMENT, NULL);

    self->worker = g_object_ref(worker);
    return self;
}
