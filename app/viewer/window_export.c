/* SPDX-License-Identifier: Apache-2.0 */
/* How results leave a window: to a file, to a folder, to the clipboard, to paper. */
#include "app/viewer/export_dialog.h"
#include "app/viewer/file_dialogs.h"
#include "app/viewer/print.h"
#include "app/viewer/window_parts.h"

#include <glib/gi18n.h>

static VoloWorker *worker_of(VoloWindow *self)
{
    return volo_application_worker(VOLO_APPLICATION(gtk_window_get_application(GTK_WINDOW(self))));
}

/* Classes in the colours that are chosen now; NULL: those they have. The caller frees. */
static VoloClassTable *recoloured(VoloWindow *self, const VoloClassTable *classes)
{
    const VoloPalette palette = (VoloPalette)g_settings_get_enum(self->settings, "palette");
    const size_t count = volo_class_table_count(classes);
    const char *names[256];
    int ids[256];
    VoloClassTable *table = NULL;
    VoloLook look;
    VoloError err;

    if (palette == VOLO_PALETTE_MODEL)
        return NULL;
    volo_look_init(&look, classes, palette, false);
    for (size_t i = 0; i < count; i++) {
        names[i] = volo_class_table_get(classes, i)->name;
        ids[i] = volo_class_table_get(classes, i)->id;
    }
    if (volo_class_table_new(volo_class_table_name(classes), count, names, ids,
                             (const uint8_t(*)[3])look.colour, &table, &err))
        return NULL;
    return table;
}

static double opacity_of(VoloWindow *self)
{
    double opacity;

    g_object_get(self->canvas, "opacity-of-mask", &opacity, NULL);
    return opacity;
}

/* Of what is shown; classes are freed when it was handed on. */
static VoloExportSource source_of(VoloWindow *self, VoloClassTable *classes)
{
    return (VoloExportSource){ .image = volo_document_picture(self->document),
                               .result = volo_document_result(self->document),
                               .classes = classes,
                               .opacity = opacity_of(self) };
}

static VoloClassTable *shown_classes(VoloWindow *self)
{
    return recoloured(self, volo_segmentation_classes(volo_document_result(self->document)));
}

/* What went wrong, unless it was stopped by hand or the window is gone. */
static void tell_failure(VoloWindow *self, const GError *error, const char *advice)
{
    if (self->document && !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
        self->tells_of_document = FALSE;
        volo_message_bar_show(self->message_bar, error->message, advice);
    }
}

/* --- to a file --- */

static void exported(GObject *worker, GAsyncResult *result, gpointer user)
{
    g_autoptr(VoloWindow) self = user;
    g_autoptr(GError) error = NULL;

    if (!volo_export_picture_finish(VOLO_WORKER(worker), result, &error))
        tell_failure(self, error, _("Choose another place to write to."));
    else if (self->document)
        volo_window_toast(self, _("The picture was exported"));
}

void volo_window_export_to(VoloWindow *self, const char *kind, GFile *target)
{
    if (!volo_document_result(self->document))
        return;
    VoloClassTable *classes = shown_classes(self);
    const VoloExportSource source = source_of(self, classes);
    volo_export_picture_async(worker_of(self), &source, kind, volo_document_file(self->document),
                              target, NULL, exported, g_object_ref(self));
    volo_class_table_free(classes);
}

static void use_target(GListModel *files, gpointer user)
{
    VoloWindow *self = user;
    g_autoptr(GFile) target = g_list_model_get_item(files, 0);

    volo_window_export_to(self, self->export_kind, target);
}

static void use_kind(const char *const *kinds, gpointer user)
{
    VoloWindow *self = user;
    g_autofree char *name = volo_export_suggest_name(volo_document_title(self->document), kinds[0]);

    self->export_kind = kinds[0];
    volo_file_dialog_show(GTK_WINDOW(self), VOLO_DIALOG_SAVE_PNG,
                          volo_document_file(self->document), name, use_target, self);
}

void volo_window_export(VoloWindow *self)
{
    volo_export_dialog_show(GTK_WINDOW(self), FALSE, volo_document_result(self->document), use_kind,
                            self);
}

/* --- to a folder --- */

static void tell_of_run(VoloWindow *self, VoloExport *export)
{
    const char *const *failures = volo_export_failures(export);
    const guint failed = g_strv_length((char **)failures), done = volo_export_done(export);
    g_autofree char *text = NULL;

    if (failed == 0) {
        text = g_strdup_printf(
            ngettext("%u picture was exported", "%u pictures were exported", done), done);
        volo_window_toast(self, text);
        return;
    }
    text = g_strdup_printf(
        ngettext("%u of %u picture could not be exported. The first failure: %s",
                 "%u of %u pictures could not be exported. The first failure: %s", done),
        failed, done, failures[0]);
    self->tells_of_document = FALSE;
    volo_message_bar_show(self->message_bar, text,
                          failed < done ? _("The others were written.") : NULL);
}

static void ran(GObject *export, GAsyncResult *result, gpointer user)
{
    g_autoptr(VoloWindow) self = user;
    g_autoptr(GError) error = NULL;
    const gboolean all = volo_export_run_finish(VOLO_EXPORT(export), result, &error);

    g_clear_object(&self->exporting);
    if (!self->document)
        return;
    volo_export_bar_set_export(self->export_bar, NULL, NULL);
    if (all)
        tell_of_run(self, VOLO_EXPORT(export));
    else if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        volo_window_toast(self, _("Exporting was stopped"));
    else
        tell_failure(self, error, _("Choose another folder to write to."));
}

/* The pictures of the folder as it is now. */
static GListModel *copy_folder(VoloWindow *self)
{
    GListStore *files = g_list_store_new(VOLO_TYPE_FOLDER_ITEM);
    const guint count = g_list_model_get_n_items(G_LIST_MODEL(self->folder));

    for (guint i = 0; i < count; i++) {
        g_autoptr(GObject) item = g_list_model_get_item(G_LIST_MODEL(self->folder), i);

        g_list_store_append(files, item);
    }
    return G_LIST_MODEL(files);
}

void volo_window_export_all_to(VoloWindow *self, const char *const *kinds, GFile *folder)
{
    VoloModelEntry *model = volo_document_model(self->document);
    VoloClassTable *classes = NULL;

    if (!model || self->exporting)
        return;
    if (volo_model_entry_model(model))
        classes = recoloured(self, volo_model_classes(volo_model_entry_model(model)));
    g_autoptr(GListModel) files = copy_folder(self);
    const VoloExportPlan plan = { .model = model,
                                  .files = files,
                                  .kinds = kinds,
                                  .folder = folder,
                                  .classes = classes,
                                  .opacity = opacity_of(self) };
    g_autoptr(VoloExport) export = volo_export_new(worker_of(self), &plan);
    volo_class_table_free(classes);
    self->exporting = g_cancellable_new();
    volo_export_bar_set_export(self->export_bar, export, self->exporting);
    volo_export_run_async(export, self->exporting, ran, g_object_ref(self));
}

static void use_folder(GListModel *files, gpointer user)
{
    VoloWindow *self = user;
    g_autoptr(GFile) folder = g_list_model_get_item(files, 0);

    volo_window_export_all_to(self, (const char *const *)self->export_kinds->pdata, folder);
}

static void use_kinds(const char *const *kinds, gpointer user)
{
    VoloWindow *self = user;

    g_ptr_array_set_size(self->export_kinds, 0);
    for (; *kinds; kinds++)
        g_ptr_array_add(self->export_kinds, (gpointer)*kinds);
    g_ptr_array_add(self->export_kinds, NULL);
    volo_file_dialog_show(GTK_WINDOW(self), VOLO_DIALOG_EXPORT_FOLDER, NULL, NULL, use_folder,
                          self);
}

void volo_window_export_folder(VoloWindow *self)
{
    if (self->exporting)
        volo_window_toast(self, _("Pictures are being exported already"));
    else if (!volo_document_model(self->document))
        volo_window_toast(self, _("There is no model: open one from the models menu"));
    else
        volo_export_dialog_show(GTK_WINDOW(self), TRUE, NULL, use_kinds, self);
}

/* --- to the clipboard, to paper --- */

static void copied(GObject *worker, GAsyncResult *result, gpointer user)
{
    g_autoptr(VoloWindow) self = user;
    g_autoptr(GError) error = NULL;
    g_autoptr(GdkTexture) texture =
        volo_overlay_texture_finish(VOLO_WORKER(worker), result, &error);

    if (!texture) {
        tell_failure(self, error, _("Close other programs, and try again."));
    } else if (self->document) {
        gdk_clipboard_set_texture(gtk_widget_get_clipboard(GTK_WIDGET(self)), texture);
        volo_window_toast(self, _("The overlay was copied"));
    }
}

void volo_window_copy(VoloWindow *self)
{
    VoloClassTable *classes = shown_classes(self);
    const VoloExportSource source = source_of(self, classes);

    volo_overlay_texture_async(worker_of(self), &source, NULL, copied, g_object_ref(self));
    volo_class_table_free(classes);
}

static void prepared(GObject *worker, GAsyncResult *result, gpointer user)
{
    g_autoptr(VoloWindow) self = user;
    g_autoptr(GError) error = NULL;
    g_autoptr(GtkPrintOperation) print =
        volo_print_prepare_finish(VOLO_WORKER(worker), result, &error);

    if (print && self->document)
        gtk_print_operation_run(print, GTK_PRINT_OPERATION_ACTION_PRINT_DIALOG, GTK_WINDOW(self),
                                &error);
    if (error)
        tell_failure(self, error, _("Look after the printer, and try again."));
}

void volo_window_print(VoloWindow *self)
{
    VoloClassTable *classes = shown_classes(self);
    const VoloExportSource source = source_of(self, classes);

    volo_print_prepare_async(worker_of(self), &source, volo_document_title(self->document), NULL,
                             prepared, g_object_ref(self));
    volo_class_table_free(classes);
}
