/* SPDX-License-Identifier: Apache-2.0 */
/* VoloModelPage: see the header. */
#include "app/viewer/model_page.h"

struct _VoloModelPage {
    AdwWindow parent;
    VoloModelEntry *entry;
};

G_DEFINE_FINAL_TYPE(VoloModelPage, volo_model_page, ADW_TYPE_WINDOW)

static void volo_model_page_dispose(GObject *object)
{
    g_clear_object(&VOLO_MODEL_PAGE(object)->entry);
    G_OBJECT_CLASS(volo_model_page_parent_class)->dispose(object);
}

static void volo_model_page_class_init(VoloModelPageClass *class)
{
    G_OBJECT_CLASS(class)->dispose = volo_model_page_dispose;
}

static void volo_model_page_init(VoloModelPage *self)
{
    (void)self;
}

VoloModelPage *volo_model_page_new(VoloModelEntry *entry)
{
    VoloModelPage *self = g_object_new(VOLO_TYPE_MODEL_PAGE, NULL);

    self->entry = g_object_ref(entry);
    return self;
}
