/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of VoloWindow, for the files it is made of (window*.c). */
#ifndef VOLO_VIEWER_WINDOW_PARTS_H
#define VOLO_VIEWER_WINDOW_PARTS_H

#include "app/viewer/class_list.h"
#include "app/viewer/compare_bar.h"
#include "app/viewer/export_bar.h"
#include "app/viewer/filmstrip.h"
#include "app/viewer/hover_bar.h"
#include "app/viewer/layer_bar.h"
#include "app/viewer/message_bar.h"
#include "app/viewer/model_menu.h"
#include "app/viewer/window.h"

struct _VoloWindow {
    AdwApplicationWindow parent;

    /* From window.ui. */
    GtkRevealer *toast;
    GtkLabel *toast_label;
    AdwHeaderBar *header;
    AdwWindowTitle *title;
    GtkWidget *places; /* buttons: previous, next */
    GtkMenuButton *model_button, *menu_button;
    GtkWidget *legend_button;
    VoloModelMenu *model_menu;
    GMenu *recent_menu;
    GtkButton *sample_button;
    VoloMessageBar *message_bar;
    VoloExportBar *export_bar;
    GtkRevealer *legend;
    GtkWidget *place; /* where things are dropped */
    GtkStack *pages;
    AdwStatusPage *failed_page;
    VoloCanvas *canvas;
    GtkRevealer *bars; /* that float over the picture */
    VoloLayerBar *layer_bar;
    VoloCompareBar *compare_bar;
    VoloHoverBar *hover_bar;
    GtkRevealer *busy;
    GtkLabel *busy_label;
    GtkSpinner *loading_spinner;
    GtkProgressBar *progress;
    VoloClassList *class_list;
    GtkRevealer *strip;
    VoloFilmstrip *filmstrip;

    guint toast_timer; /* until it goes away, or 0 */
    GSettings *settings;
    VoloModelStore *models;
    VoloDocument *document;
    VoloFolder *folder;
    GCancellable *opening; /* of what is being opened */
    GFile *labels;         /* to be shown as the prediction once the picture is there, or NULL */
    GFile *remembered;     /* the last one that was put among the recent files */
    gboolean tells_of_document; /* the message bar does */
    const char *export_kind;    /* chosen last, of one picture; static */
    GPtrArray *export_kinds;    /* of a folder, ended by NULL; static names */
    GCancellable *exporting;    /* a folder; NULL: no */
    gboolean awaiting_list;     /* the first picture of a list is to be shown */
    gboolean advancing_back;    /* the last step went back: prefetch goes the same way */
    gboolean has_picture;       /* as it was last arranged for */
    guint bars_timer;           /* hides the bars in full screen; 0: none */
};

/* window_state.c: everything that follows the document. */
void volo_window_follow(VoloWindow *self);

/* window_actions.c */
void volo_window_add_actions(VoloWindow *self);

/* window_export.c */
void volo_window_export(VoloWindow *self);
void volo_window_export_folder(VoloWindow *self);
void volo_window_copy(VoloWindow *self);
void volo_window_print(VoloWindow *self);

/* window_files.c */
void volo_window_accept_drops(VoloWindow *self);
void volo_window_follow_recent(VoloWindow *self);
void volo_window_remember(VoloWindow *self, GFile *file);
void volo_window_follow_folder(VoloWindow *self);
void volo_window_paste(VoloWindow *self);
void volo_window_step(VoloWindow *self, int step);
void volo_window_use_model(VoloWindow *self, GFile *file);

#endif
