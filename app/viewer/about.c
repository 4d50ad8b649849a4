/* SPDX-License-Identifier: Apache-2.0 */
/* About: see the header. */
#include "app/viewer/about.h"

#include "app/viewer/settings.h"

#include <volo/base.h>

#include <adwaita.h>
#include <glib/gi18n.h>

void volo_about_show(GtkWindow *parent)
{
    static const char *const developers[] = { "The volo authors", NULL };
    GtkWidget *about = adw_about_window_new();

    g_object_set(about, "transient-for", parent, "application-icon", VOLO_APPLICATION_ID,
                 "application-name", _("VOLO Viewer"), "developer-name", _("The volo authors"),
                 "version", volo_version(), "license-type", GTK_LICENSE_APACHE_2_0, "developers",
                 developers, "translator-credits", _("translator-credits"), "comments",
                 _("Shows what a VOLO network sees in a picture, how sure it is, and where it is "
                   "wrong."),
                 "debug-info", volo_linked_libraries(), "debug-info-filename", "volo-viewer.txt",
                 NULL);
    adw_about_window_add_legal_section(
        ADW_ABOUT_WINDOW(about), _("Default model"), NULL, GTK_LICENSE_CUSTOM,
        _("The model that comes with this program was trained on the CamVid, KITTI semantics 2015 "
          "and IDD-Lite data sets. It may be used, copied and passed on for research and other "
          "non-commercial purposes only, and comes without any warranty."));
    gtk_window_present(GTK_WINDOW(about));
}
