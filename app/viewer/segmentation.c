/* SPDX-License-Identifier: Apache-2.0 */
/* VoloSegmentation: labels, what they mean and how many there are of each. */
#include "app/viewer/segmentation.h"

#include "app/viewer/viewer_error.h"

struct _VoloSegmentation {
    GObject parent;
    VoloMask *mask;
    VoloConfidence *confidence;
    VoloClassTable *classes;
    char *source;
    double seconds;
    guint64 counts[256];
};

G_DEFINE_FINAL_TYPE(VoloSegmentation, volo_segmentation, G_TYPE_OBJECT)

static void volo_segmentation_finalize(GObject *object)
{
    VoloSegmentation *const self = VOLO_SEGMENTATION(object);

    volo_mask_unref(self->mask);
    g_clear_pointer(&self->confidence, volo_confidence_unref);
    volo_class_table_free(self->classes);
    g_free(self->source);
    G_OBJECT_CLASS(volo_segmentation_parent_class)->finalize(object);
}

static void volo_segmentation_class_init(VoloSegmentationClass *class)
{
    G_OBJECT_CLASS(class)->finalize = volo_segmentation_finalize;
}

static void volo_segmentation_init(VoloSegmentation *self)
{
    (void)self;
}

VoloSegmentation *volo_segmentation_new(const VoloSegmentationParts *parts)
{
    VoloSegmentation *const self = g_object_new(VOLO_TYPE_SEGMENTATION, NULL);
    uint64_t counts[256];

    self->mask = volo_mask_ref(parts->mask);
    self->confidence = parts->confidence ? volo_confidence_ref(parts->confidence) : NULL;
    self->classes = parts->classes;
    self->source = g_strdup(parts->source);
    self->seconds = parts->seconds;
    volo_mask_count(self->mask, counts);
    for (size_t i = 0; i < G_N_ELEMENTS(counts); i++)
        self->counts[i] = counts[i];
    return self;
}

VoloMask *volo_segmentation_mask(VoloSegmentation *self)
{
    return self->mask;
}

VoloConfidence *volo_segmentation_confidence(VoloSegmentation *self)
{
    return self->confidence;
}

const VoloClassTable *volo_segmentation_classes(VoloSegmentation *self)
{
    return self->classes;
}

const char *volo_segmentation_source(VoloSegmentation *self)
{
    return self->source;
}

double volo_segmentation_seconds(VoloSegmentation *self)
{
    return self->seconds;
}

const guint64 *volo_segmentation_counts(VoloSegmentation *self)
{
    return self->counts;
}

VoloClassTable *volo_segmentation_copy_classes(const VoloClassTable *classes, GError **error)
{
    const size_t count = volo_class_table_count(classes);
    const char *names[256];
    int ids[256];
    uint8_t colours[256][3];
    VoloClassTable *copy = NULL;
    VoloError err;

    for (size_t i = 0; i < count; i++) {
        const VoloClass *const row = volo_class_table_get(classes, i);

        names[i] = row->name;
        ids[i] = row->id;
        memcpy(colours[i], row->colour, sizeof colours[i]);
    }
    if (volo_class_table_new(volo_class_table_name(classes), count, names, ids,
                             (const uint8_t(*)[3])colours, &copy, &err))
        volo_viewer_error_set(error, &err);
    return copy;
}
