/* SPDX-License-Identifier: Apache-2.0 */
/* VoloModelPage: a window that says what a model is: architecture, sizes, classes and their
 * colours, parameters, how pictures go through it, file and SHA-256. Main thread only. */
#ifndef VOLO_VIEWER_MODEL_PAGE_H
#define VOLO_VIEWER_MODEL_PAGE_H

#include <adwaita.h>

#include "app/viewer/model_store.h"

G_BEGIN_DECLS

#define VOLO_TYPE_MODEL_PAGE (volo_model_page_get_type())
G_DECLARE_FINAL_TYPE(VoloModelPage, volo_model_page, VOLO, MODEL_PAGE, AdwWindow)

/* A reference is taken; a model that is closed is opened first. */
VoloModelPage *volo_model_page_new(VoloModelEntry *entry);

G_END_DECLS

#endif
