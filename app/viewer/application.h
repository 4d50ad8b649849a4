/* SPDX-License-Identifier: Apache-2.0 */
/* VoloApplication: what the windows share: settings, models, the thread in which networks run.
 * Main thread only. */
#ifndef VOLO_VIEWER_APPLICATION_H
#define VOLO_VIEWER_APPLICATION_H

#include <adwaita.h>

#include "app/common/inference.h"
#include "app/viewer/job.h"
#include "app/viewer/model_store.h"
#include "app/viewer/settings.h"

G_BEGIN_DECLS

#define VOLO_TYPE_APPLICATION (volo_application_get_type())
G_DECLARE_FINAL_TYPE(VoloApplication, volo_application, VOLO, APPLICATION, AdwApplication)

/* inference: how every network is run; copied, its strings are borrowed. Only when
 * volo_settings_exist. The arguments of g_application_run are names of files and folders. */
VoloApplication *volo_application_new(const InferenceOptions *inference, GApplicationFlags flags);

/* All borrowed; from the moment the application is registered. */
GSettings *volo_application_settings(VoloApplication *self);
VoloWorker *volo_application_worker(VoloApplication *self);
VoloModelStore *volo_application_models(VoloApplication *self);

G_END_DECLS

#endif
