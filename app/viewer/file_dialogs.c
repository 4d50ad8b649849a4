/* SPDX-License-Identifier: Apache-2.0 */
/* FileDialogs: see the header. */
#include "app/viewer/file_dialogs.h"

#include <glib/gi18n.h>

/* Which files are offered at first. */
typedef struct Kind {
    const char *name;
    const char *suffixes[6]; /* ended by NULL */
} Kind;

static const Kind pictures = { N_("Pictures"), { "png", "jpg", "jpeg", "ppm", "pgm" } };
static const Kind labels = { N_("Label pictures"), { "png" } };
static const Kind models = { N_("Models"), { "safetensors", "pth", "pt", "bin" } };
static const Kind png = { N_("PNG pictures"), { "png" } };

typedef struct DialogRow {
    const char *title, *accept;
    const Kind *kind; /* NULL: folders */
    GtkFileChooserAction action;
} DialogRow;

#define OPEN GTK_FILE_CHOOSER_ACTION_OPEN
#define SAVE GTK_FILE_CHOOSER_ACTION_SAVE
#define FOLDER GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER
static const DialogRow rows[VOLO_DIALOGS] = {
    [VOLO_DIALOG_PICTURES] = { N_("Open Pictures"), N_("_Open"), &pictures, OPEN },
    [VOLO_DIALOG_FOLDER] = { N_("Open a Folder of Pictures"), N_("_Open"), NULL, FOLDER },
    [VOLO_DIALOG_PREDICTION] = { N_("Open a Prediction of This Picture"), N_("_Open"), &labels,
                                 OPEN },
    [VOLO_DIALOG_TRUTH] = { N_("Open the Ground Truth of This Picture"), N_("_Open"), &labels,
                            OPEN },
    [VOLO_DIALOG_MODEL] = { N_("Open a Model"), N_("_Open"), &models, OPEN },
    [VOLO_DIALOG_MODEL_FOLDER] = { N_("Choose the Folder of Models"), N_("_Choose"), NULL, FOLDER },
    [VOLO_DIALOG_SAVE_PNG] = { N_("Export"), N_("_Export"), &png, SAVE },
    [VOLO_DIALOG_EXPORT_FOLDER] = { N_("Choose a Folder to Export To"), N_("_Export"), NULL,
                                    FOLDER },
};
#undef OPEN
#undef SAVE
#undef FOLDER

typedef struct Choice {
    VoloFilesFn chosen;
    gpointer user;
} Choice;

static void free_choice(gpointer data, GClosure *closure)
{
    (void)closure;
    g_free(data);
}

static void respond(GtkNativeDialog *dialog, int response, gpointer data)
{
    const Choice choice = *(const Choice *)data;
    GtkWindow *parent = gtk_native_dialog_get_transient_for(dialog);
    g_autoptr(GListModel) files = gtk_file_chooser_get_files(GTK_FILE_CHOOSER(dialog));

    if (!parent)
        return;
    g_object_set_data(G_OBJECT(parent), "volo-file-dialog", NULL);
    if (response == GTK_RESPONSE_ACCEPT && g_list_model_get_n_items(files))
        choice.chosen(files, choice.user);
}

static void add_filters(GtkFileChooser *chooser, const Kind *kind)
{
    g_autoptr(GtkFileFilter) wanted = gtk_file_filter_new(), all = gtk_file_filter_new();

    gtk_file_filter_set_name(wanted, _(kind->name));
    for (const char *const *suffix = kind->suffixes; *suffix; suffix++)
        gtk_file_filter_add_suffix(wanted, *suffix);
    gtk_file_chooser_add_filter(chooser, wanted);
    gtk_file_filter_set_name(all, _("All files"));
    gtk_file_filter_add_pattern(all, "*");
    gtk_file_chooser_add_filter(chooser, all);
}

static void destroy_dialog(gpointer data)
{
    gtk_native_dialog_destroy(GTK_NATIVE_DIALOG(data));
    g_object_unref(data);
}

static VoloFileDialogFn answer; /* NULL: people do */

void volo_file_dialog_set_stand_in(VoloFileDialogFn stand_in)
{
    answer = stand_in;
}

static GtkFileChooserNative *make_dialog(GtkWindow *parent, VoloFileDialog which, GFile *near,
                                         const char *name)
{
    const DialogRow *row = &rows[which];
    GtkFileChooserNative *dialog =
        gtk_file_chooser_native_new(_(row->title), parent, row->action, _(row->accept), NULL);
    GtkFileChooser *chooser = GTK_FILE_CHOOSER(dialog);
    g_autoptr(GFile) folder = near ? g_file_get_parent(near) : NULL;

    gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(dialog), TRUE);
    gtk_file_chooser_set_select_multiple(chooser, which == VOLO_DIALOG_PICTURES);
    if (row->kind)
        add_filters(chooser, row->kind);
    if (folder)
        gtk_file_chooser_set_current_folder(chooser, folder, NULL);
    if (name)
        gtk_file_chooser_set_current_name(chooser, name);
    return dialog;
}

void volo_file_dialog_show(GtkWindow *parent, VoloFileDialog which, GFile *near, const char *name,
                           VoloFilesFn chosen, gpointer user)
{
    if (answer) {
        answer(which, chosen, user);
        return;
    }
    GtkFileChooserNative *dialog = make_dialog(parent, which, near, name);
    Choice *choice = g_new(Choice, 1);

    *choice = (Choice){ chosen, user };
    g_signal_connect_data(dialog, "response", G_CALLBACK(respond), choice, free_choice,
                          G_CONNECT_DEFAULT);
    g_object_set_data_full(G_OBJECT(parent), "volo-file-dialog", dialog, destroy_dialog);
    gtk_native_dialog_show(GTK_NATIVE_DIALOG(dialog));
}
