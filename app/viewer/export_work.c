/* SPDX-License-Identifier: Apache-2.0 */
/* Listing, reading, segmenting and writing for a VoloExport, each in a thread of the worker. */
#include "app/viewer/export_work.h"

#include <volo/dump.h>

#include "app/viewer/decoder.h"
#include "app/viewer/folder.h"

#include <string.h>

/* --- what the jobs share --- */

static char *path_of(gpointer item)
{
    GFile *const file = G_IS_FILE(item) ? item : volo_folder_item_file(item);
    char *const path = g_file_get_path(file);

    return path ? path : g_file_get_uri(file); /* which cannot be read, and says so by name */
}

static void copy_paths(ExportBatch *batch, GListModel *files)
{
    const guint count = g_list_model_get_n_items(files);

    for (guint i = 0; i < count; i++) {
        g_autoptr(GObject) item = g_list_model_get_item(files, i);

        g_ptr_array_add(batch->paths, path_of(item));
    }
}

ExportBatch *export_batch_new(const VoloExportPlan *plan)
{
    ExportBatch *const batch = g_new0(ExportBatch, 1);

    batch->references = 1;
    batch->paths = g_ptr_array_new_with_free_func(g_free);
    copy_paths(batch, plan->files);
    batch->root = plan->root ? g_file_get_path(plan->root) : NULL;
    batch->folder = g_file_get_path(plan->folder);
    batch->kinds = g_ptr_array_new();
    for (const char *const *kind = plan->kinds; *kind; kind++) {
        g_ptr_array_add(batch->kinds, (gpointer)g_intern_string(*kind));
        batch->confidence |= volo_dump_needs_confidence(*kind);
    }
    batch->model = g_strdup(volo_model_entry_path(plan->model));
    batch->recoloured = plan->classes != NULL;
    if (plan->classes)
        batch->classes = volo_segmentation_copy_classes(plan->classes, NULL);
    batch->opacity = plan->opacity;
    batch->outputs =
        (Outputs){ batch->folder, (const char *const *)batch->kinds->pdata, batch->kinds->len };
    return batch;
}

ExportBatch *export_batch_ref(ExportBatch *batch)
{
    g_atomic_int_inc(&batch->references);
    return batch;
}

void export_batch_unref(gpointer data)
{
    ExportBatch *const batch = data;

    if (!g_atomic_int_dec_and_test(&batch->references))
        return;
    g_ptr_array_unref(batch->paths);
    g_ptr_array_unref(batch->kinds);
    g_free(batch->root);
    g_free(batch->folder);
    g_free(batch->model);
    volo_class_table_free(batch->classes);
    input_list_clear(&batch->list);
    g_free(batch);
}

static ExportPicture *picture_new(gsize index, VoloImage *image)
{
    ExportPicture *const picture = g_atomic_rc_box_new0(ExportPicture);

    picture->index = index;
    picture->image = image;
    return picture;
}

static void picture_clear(gpointer data)
{
    ExportPicture *const picture = data;

    volo_image_unref(picture->image);
    volo_mask_unref(picture->mask);
    volo_confidence_unref(picture->confidence);
    volo_model_unref(picture->model);
}

void export_picture_unref(gpointer picture)
{
    g_atomic_rc_box_release_full(picture, picture_clear);
}

/* What a job takes along. */
typedef struct Step {
    ExportBatch *batch;
    VoloModel *model;       /* or NULL */
    ExportPicture *picture; /* or NULL */
    gsize index;
} Step;

static Step *step_new(ExportBatch *batch, VoloModel *model, ExportPicture *picture)
{
    Step *const step = g_new(Step, 1);

    *step = (Step){ export_batch_ref(batch), model ? volo_model_ref(model) : NULL,
                    picture ? g_atomic_rc_box_acquire(picture) : NULL, 0 };
    return step;
}

static void step_free(gpointer data)
{
    Step *const step = data;

    export_batch_unref(step->batch);
    volo_model_unref(step->model);
    g_clear_pointer(&step->picture, export_picture_unref);
    g_free(step);
}

/* NULL, or something else and no error. */
static gpointer answer(VoloStatus status, const VoloError *err, GError **error)
{
    if (status)
        volo_viewer_error_set(error, err);
    return status ? NULL : GINT_TO_POINTER(TRUE);
}

/* --- the list --- */

/* Whether a path lies in one of the folders that the batch writes to. */
static gboolean is_own_output(const char *path, const FileId *own, size_t count)
{
    g_autofree char *folder = g_path_get_dirname(path);

    while (strlen(folder) > 1) {
        FileId id;

        for (size_t i = 0; i < count && file_id(folder, &id); i++) {
            if (file_id_compare(&id, &own[i]) == 0)
                return TRUE;
        }
        char *const above = g_path_get_dirname(folder);
        g_free(folder);
        folder = above;
        if (g_str_equal(folder, "."))
            break;
    }
    return FALSE;
}

/* Lists pictures and walks folders, but not those of earlier results. */
static VoloStatus list_pictures(ExportBatch *batch, VoloError *err)
{
    size_t count;
    FileId folder, *const own = output_folders(batch->folder, &count);
    const size_t first = own && file_id(batch->folder, &folder) ? 1 : 0; /* it may hold pictures */
    VoloStatus status = own ? VOLO_OK : volo_fail(err, VOLO_ERR_MEMORY, "out of memory");

    batch->list.skip = own ? own + first : NULL;
    batch->list.skip_count = own ? count - first : 0;
    for (guint i = 0; !status && i < batch->paths->len; i++) {
        const char *const path = batch->paths->pdata[i];

        if (!is_own_output(path, batch->list.skip, batch->list.skip_count))
            status = input_list_add(&batch->list, path, err);
    }
    batch->list.skip = NULL;
    batch->list.skip_count = 0;
    free(own);
    return status;
}

/* Shortens a folder's path until it holds a file, too, or is the folder that path names. */
static void widen(char *folder, const char *path)
{
    gsize same = 0, end = 0;

    while (folder[same] && folder[same] == path[same]) {
        same++;
        const gboolean name_ends = folder[same] == '\0' && (path[same] == '/' || !path[same]);

        if (folder[same] == '/' || name_ends)
            end = same;
    }
    folder[end] = '\0';
}

/* The deepest folder in which all lie, without a slash at its end. */
static char *find_root(const GPtrArray *paths)
{
    char *root = NULL;

    for (guint i = 0; i < paths->len; i++) {
        const char *const path = paths->pdata[i];

        if (!g_path_is_absolute(path)) /* a URI, which lies nowhere */
            continue;
        if (!root)
            root =
                g_file_test(path, G_FILE_TEST_IS_DIR) ? g_strdup(path) : g_path_get_dirname(path);
        widen(root, path);
    }
    return root ? root : g_strdup("");
}

/* Where a picture lies below the root, without slashes at the ends; "" if it does not. */
static char *folder_below(const char *root, const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    gsize length = strlen(root);

    while (length > 0 && root[length - 1] == '/')
        length--;
    if (strncmp(folder, root, length) != 0 || folder[length] != '/')
        return strdup("");
    return strdup(folder + length + 1);
}

static VoloStatus mirror_folders(ExportBatch *batch, VoloError *err)
{
    if (!batch->root)
        batch->root = find_root(batch->paths);
    for (size_t i = 0; i < batch->list.count; i++) {
        Input *const input = &batch->list.item[i];

        free(input->folder);
        input->folder = folder_below(batch->root, input->path);
        if (!input->folder)
            return volo_fail(err, VOLO_ERR_MEMORY, "out of memory");
    }
    return VOLO_OK;
}

static VoloStatus make_list(ExportBatch *batch, const VoloModel *model, VoloError *err)
{
    const char *const further[] = { batch->model };
    const size_t classes = volo_model_info(model)->classes;

    if (!batch->folder)
        return volo_fail(err, VOLO_ERR_IO, "files can be written to this computer only");
    if (batch->recoloured && (!batch->classes || volo_class_table_count(batch->classes) != classes))
        return volo_fail(err, VOLO_ERR_ARGUMENT,
                         "the colours are not those of the model's classes");
    VoloStatus status = list_pictures(batch, err);
    if (!status && batch->list.count == 0)
        status =
            volo_fail(err, VOLO_ERR_MISSING, "no pictures, but for results in '%s'", batch->folder);
    if (!status)
        status = mirror_folders(batch, err);
    if (!status)
        status = outputs_check(&batch->outputs, &batch->list, NULL, further, 1, err);
    return status ? status : outputs_prepare(&batch->outputs, err);
}

static gpointer run_list(VoloWorker *worker, gpointer data, GCancellable *cancellable,
                         GError **error)
{
    const Step *const step = data;
    VoloError err;

    (void)worker;
    if (g_cancellable_set_error_if_cancelled(cancellable, error))
        return NULL;
    return answer(make_list(step->batch, step->model, &err), &err, error);
}

VoloJob export_job_list(ExportBatch *batch, VoloModel *model)
{
    return (VoloJob){ .run = run_list,
                      .data = step_new(batch, model, NULL),
                      .free_data = step_free,
                      .urgency = VOLO_JOB_NOW,
                      .lane = VOLO_LANE_READING };
}

/* --- one picture --- */

static gpointer run_read(VoloWorker *worker, gpointer data, GCancellable *cancellable,
                         GError **error)
{
    const Step *const step = data;
    const Input *const input = &step->batch->list.item[step->index];
    VoloImage *image = NULL;
    VoloError err;

    (void)worker;
    if (g_cancellable_set_error_if_cancelled(cancellable, error))
        return NULL;
    const VoloStatus status =
        input->problem ? volo_fail(&err, VOLO_ERR_IO, "'%s': %s", input->path, input->problem)
                       : volo_decoder_load_image(input->path, cancellable, &image, &err);
    return answer(status, &err, error) ? picture_new(step->index, image) : NULL;
}

VoloJob export_job_read(ExportBatch *batch, gsize index)
{
    Step *const step = step_new(batch, NULL, NULL);

    step->index = index;
    return (VoloJob){ .run = run_read,
                      .data = step,
                      .free_data = step_free,
                      .free_result = export_picture_unref,
                      .urgency = VOLO_JOB_AHEAD,
                      .lane = VOLO_LANE_READING };
}

static gpointer run_segment(VoloWorker *worker, gpointer data, GCancellable *cancellable,
                            GError **error)
{
    const Step *const step = data;
    VoloConfidence **const confidence = step->batch->confidence ? &step->picture->confidence : NULL;

    if (g_cancellable_set_error_if_cancelled(cancellable, error))
        return NULL;
    if (volo_worker_segment(worker, step->model, step->picture->image, cancellable,
                            &step->picture->mask, confidence, error)) {
        step->picture->model = volo_model_ref(step->model);
        return g_atomic_rc_box_acquire(step->picture);
    }
    if (error && *error)
        g_prefix_error(error, "'%s': ", step->batch->list.item[step->picture->index].path);
    return NULL;
}

VoloJob export_job_segment(ExportBatch *batch, VoloModel *model, ExportPicture *picture)
{
    return (VoloJob){ .run = run_segment,
                      .data = step_new(batch, model, picture),
                      .free_data = step_free,
                      .free_result = export_picture_unref,
                      .urgency = VOLO_JOB_AHEAD,
                      .lane = VOLO_LANE_NETWORK };
}

static VoloStatus write_kind(const Step *step, const VoloDumpInput *result, const char *kind,
                             VoloError *err)
{
    const Input *const input = &step->batch->list.item[step->picture->index];
    char *const path = output_path(&step->batch->outputs, kind, input);

    if (!path)
        return volo_fail(err, VOLO_ERR_MEMORY, "out of memory for a file name");
    VoloStatus status = output_make_folders(path, err);
    if (!status)
        status = volo_dump_write(kind, result, path, err);
    free(path);
    return status;
}

static gpointer run_write(VoloWorker *worker, gpointer data, GCancellable *cancellable,
                          GError **error)
{
    const Step *const step = data;
    const ExportPicture *const picture = step->picture;
    const VoloDumpInput result = { picture->image, picture->mask,
                                   step->batch->classes ? step->batch->classes
                                                        : volo_model_classes(picture->model),
                                   step->batch->opacity, picture->confidence };
    VoloStatus status = VOLO_OK;
    VoloError err;

    (void)worker;
    for (guint i = 0; !status && i < step->batch->kinds->len; i++) {
        if (g_cancellable_set_error_if_cancelled(cancellable, error))
            return NULL;
        status = write_kind(step, &result, step->batch->kinds->pdata[i], &err);
    }
    return answer(status, &err, error);
}

VoloJob export_job_write(ExportBatch *batch, ExportPicture *picture)
{
    return (VoloJob){ .run = run_write,
                      .data = step_new(batch, NULL, picture),
                      .free_data = step_free,
                      .urgency = VOLO_JOB_AHEAD,
                      .lane = VOLO_LANE_READING };
}
