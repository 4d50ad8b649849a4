/* SPDX-License-Identifier: Apache-2.0 */
/* Application: see the header. */
#include "app/viewer/application.h"

#include "app/viewer/decoder.h"
#include "app/viewer/window.h"

#include <glib/gi18n.h>

struct _VoloApplication {
    AdwApplication parent;
    InferenceOptions inference;
    GSettings *settings;
    VoloWorker *worker;
    VoloModelStore *models;
};

G_DEFINE_FINAL_TYPE(VoloApplication, volo_application, ADW_TYPE_APPLICATION)

/* --- what windows share --- */

static gboolean session_options(VoloModel *model, VoloSessionOptions *options, gpointer user)
{
    const InferenceOptions *inference = user;
    const bool windows = inference->crop[0] || inference->stride[0];

    *options = inference_session_options(inference, model);
    /* As in other programs: windows go with sliding. */
    return !windows || options->mode == VOLO_MODE_SLIDE;
}

static void add_model_folders(VoloApplication *self)
{
    g_autofree char *own = g_build_filename(g_get_user_data_dir(), "volo", "models", NULL);
    g_autofree char *chosen = g_settings_get_string(self->settings, "model-folder");

    volo_model_store_add_folder(self->models, own);
    if (*chosen)
        volo_model_store_add_folder(self->models, chosen);
}

/* Models that were opened by hand are offered again the next time. */
static void keep_recent_models(VoloApplication *self)
{
    g_settings_set_strv(self->settings, "recent-models", volo_model_store_recent(self->models));
}

static void add_recent_models(VoloApplication *self)
{
    g_auto(GStrv) paths = g_settings_get_strv(self->settings, "recent-models");

    volo_model_store_set_recent(self->models, (const char *const *)paths);
    g_signal_connect_object(self->models, "notify::recent", G_CALLBACK(keep_recent_models), self,
                            G_CONNECT_SWAPPED);
}

static void follow_appearance(GSettings *settings, const char *key, gpointer user)
{
    static const AdwColorScheme schemes[] = { ADW_COLOR_SCHEME_DEFAULT,
                                              ADW_COLOR_SCHEME_FORCE_LIGHT,
                                              ADW_COLOR_SCHEME_FORCE_DARK };
    const guint chosen = (guint)g_settings_get_enum(settings, key);

    (void)user;
    adw_style_manager_set_color_scheme(adw_style_manager_get_default(),
                                       schemes[MIN(chosen, G_N_ELEMENTS(schemes) - 1)]);
}

/* --- life --- */

static void volo_application_startup(GApplication *application)
{
    VoloApplication *self = VOLO_APPLICATION(application);

    volo_decoder_start();
    G_APPLICATION_CLASS(volo_application_parent_class)->startup(application);
    self->settings = volo_settings_new();
    if (self->inference.threads == 0)
        self->inference.threads = g_settings_get_uint(self->settings, "threads");
    self->worker = volo_worker_new((int)self->inference.threads, session_options, &self->inference);
    const VoloModelOptions model_options = inference_model_options(&self->inference);
    self->models = volo_model_store_new(inference_model_path(self->inference.model));
    volo_model_store_set_options(self->models, &model_options);
    add_model_folders(self);
    add_recent_models(self);
    g_signal_connect_object(self->settings, "changed::appearance", G_CALLBACK(follow_appearance),
                            self, G_CONNECT_DEFAULT);
    follow_appearance(self->settings, "appearance", self);
    g_set_application_name(_("VOLO Viewer"));
    gtk_window_set_default_icon_name(VOLO_APPLICATION_ID);
}

static VoloWindow *new_window(VoloApplication *self)
{
    VoloWindow *window = volo_window_new(self);

    gtk_window_present(GTK_WINDOW(window));
    return window;
}

static void volo_application_activate(GApplication *application)
{
    GtkWindow *window = gtk_application_get_active_window(GTK_APPLICATION(application));

    if (VOLO_IS_WINDOW(window))
        gtk_window_present(window);
    else
        new_window(VOLO_APPLICATION(application));
}

/* A window that shows nothing yet is used before another one is made. */
static void volo_application_open(GApplication *application, GFile **files, int count,
                                  const char *hint)
{
    GtkWindow *active = gtk_application_get_active_window(GTK_APPLICATION(application));
    VoloWindow *window = VOLO_IS_WINDOW(active) && volo_window_is_empty(VOLO_WINDOW(active))
                             ? VOLO_WINDOW(active)
                             : new_window(VOLO_APPLICATION(application));
    g_autoptr(GListStore) list = g_list_store_new(G_TYPE_FILE);

    (void)hint;
    for (int i = 0; i < count; i++)
        g_list_store_append(list, files[i]);
    volo_window_open(window, G_LIST_MODEL(list));
    gtk_window_present(GTK_WINDOW(window));
}

/* All arguments are operands: options were read before. */
static gboolean volo_application_local_command_line(GApplication *application, char ***arguments,
                                                    int *ret_status)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_object_unref);

    for (char **name = *arguments + 1; (*arguments)[0] && *name; name++)
        g_ptr_array_add(files, g_file_new_for_commandline_arg(*name));
    *ret_status = 0;
    if (!g_application_register(application, NULL, &error)) {
        g_printerr("%s\n", error->message);
        *ret_status = 1;
    } else if (files->len) {
        g_application_open(application, (GFile **)files->pdata, (int)files->len, "");
    } else {
        g_application_activate(application);
    }
    return TRUE;
}

static void volo_application_shutdown(GApplication *application)
{
    VoloApplication *self = VOLO_APPLICATION(application);

    if (self->worker)
        volo_worker_cancel_all(self->worker);
    g_clear_object(&self->models);
    g_clear_object(&self->worker);
    g_clear_object(&self->settings);
    G_APPLICATION_CLASS(volo_application_parent_class)->shutdown(application);
}

static void volo_application_class_init(VoloApplicationClass *class)
{
    GApplicationClass *application_class = G_APPLICATION_CLASS(class);

    application_class->startup = volo_application_startup;
    application_class->activate = volo_application_activate;
    application_class->open = volo_application_open;
    application_class->local_command_line = volo_application_local_command_line;
    application_class->shutdown = volo_application_shutdown;
}

static void volo_application_init(VoloApplication *self)
{
    (void)self;
}

VoloApplication *volo_application_new(const InferenceOptions *inference, GApplicationFlags flags)
{
    VoloApplication *self =
        g_object_new(VOLO_TYPE_APPLICATION, "application-id", VOLO_APPLICATION_ID, "flags",
                     flags | G_APPLICATION_HANDLES_OPEN, "resource-base-path",
                     "/io/github/volo_suite/Viewer", NULL);

    self->inference = *inference;
    return self;
}

GSettings *volo_application_settings(VoloApplication *self)
{
    return self->settings;
}

VoloWorker *volo_application_worker(VoloApplication *self)
{
    return self->worker;
}

VoloModelStore *volo_application_models(VoloApplication *self)
{
    return self->models;
}
