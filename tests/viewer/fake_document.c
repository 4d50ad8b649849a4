/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_document.h"

#include "image/owned.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct _VoloDocument {
    GObject parent;
    FakeKnowledge knowledge;
    VoloModelEntry *model, *second_model;
};

G_DEFINE_FINAL_TYPE(VoloDocument, volo_document, G_TYPE_OBJECT)

enum {
    PROP_PICTURE = 1,
    PROP_RESULT,
    PROP_REFERENCE,
    PROP_COMPARISON,
    PROP_MODEL,
    PROP_SECOND_MODEL,
    PROP_STATE,
    PROPS
};
static GParamSpec *properties[PROPS];

static void volo_document_get_property(GObject *object, guint id, GValue *value, GParamSpec *spec)
{
    (void)value;
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec); /* panels call functions */
}

static void volo_document_finalize(GObject *object)
{
    VoloDocument *self = VOLO_DOCUMENT(object);

    fake_document_set(self, &(FakeKnowledge){ 0 });
    g_clear_object(&self->model);
    g_clear_object(&self->second_model);
    G_OBJECT_CLASS(volo_document_parent_class)->finalize(object);
}

static void volo_document_class_init(VoloDocumentClass *class)
{
    static const char *const names[PROPS] = {
        [PROP_PICTURE] = "picture",     [PROP_RESULT] = "result",
        [PROP_REFERENCE] = "reference", [PROP_COMPARISON] = "comparison",
        [PROP_MODEL] = "model",         [PROP_SECOND_MODEL] = "second-model",
        [PROP_STATE] = "state",
    };

    G_OBJECT_CLASS(class)->get_property = volo_document_get_property;
    G_OBJECT_CLASS(class)->finalize = volo_document_finalize;
    for (int i = 1; i < PROPS; i++)
        properties[i] = g_param_spec_pointer(names[i], NULL, NULL, G_PARAM_READABLE);
    g_object_class_install_properties(G_OBJECT_CLASS(class), PROPS, properties);
}

static void volo_document_init(VoloDocument *self)
{
    (void)self;
}

VoloDocument *fake_document_new(void)
{
    return g_object_new(VOLO_TYPE_DOCUMENT, NULL);
}

static void notify(VoloDocument *self, int id)
{
    g_object_notify_by_pspec(G_OBJECT(self), properties[id]);
}

void fake_document_set(VoloDocument *self, const FakeKnowledge *knowledge)
{
    FakeKnowledge *known = &self->knowledge;
    const gboolean picture = known->picture != knowledge->picture;
    const gboolean state = known->state != knowledge->state;
    const gboolean result = g_set_object(&known->result, knowledge->result);
    const gboolean reference = g_set_object(&known->reference, knowledge->reference);
    const gboolean comparison = g_set_object(&known->comparison, knowledge->comparison);
    VoloImage *const before = known->picture;

    known->picture = knowledge->picture ? volo_image_ref(knowledge->picture) : NULL;
    volo_image_unref(before);
    known->state = knowledge->state;
    for (int i = 1; i < PROPS; i++)
        if ((i == PROP_PICTURE && picture) || (i == PROP_RESULT && result) ||
            (i == PROP_REFERENCE && reference) || (i == PROP_COMPARISON && comparison) ||
            (i == PROP_STATE && state))
            notify(self, i);
}

void volo_document_set_model(VoloDocument *self, VoloModelEntry *model)
{
    if (g_set_object(&self->model, model))
        notify(self, PROP_MODEL);
}

void volo_document_set_second_model(VoloDocument *self, VoloModelEntry *model)
{
    if (g_set_object(&self->second_model, model))
        notify(self, PROP_SECOND_MODEL);
}

VoloModelEntry *volo_document_model(VoloDocument *self)
{
    return self->model;
}

VoloModelEntry *volo_document_second_model(VoloDocument *self)
{
    return self->second_model;
}

VoloDocumentState volo_document_state(VoloDocument *self)
{
    return self->knowledge.state;
}

VoloImage *volo_document_picture(VoloDocument *self)
{
    return self->knowledge.picture;
}

VoloSegmentation *volo_document_result(VoloDocument *self)
{
    return self->knowledge.result;
}

VoloSegmentation *volo_document_reference(VoloDocument *self)
{
    return self->knowledge.reference;
}

VoloComparison *volo_document_comparison(VoloDocument *self)
{
    return self->knowledge.comparison;
}

/* --- what it can know --- */

static VoloSegmentation *segmentation(const char *name, const char *source, VoloMask *mask,
                                      VoloConfidence *confidence)
{
    VoloClassTable *classes;

    assert_int_equal(volo_class_table_open(name, &classes, NULL), VOLO_OK);
    VoloSegmentation *const made = volo_segmentation_new(&(VoloSegmentationParts){
        .mask = mask, .confidence = confidence, .classes = classes, .source = source });
    volo_mask_unref(mask);
    volo_confidence_unref(confidence);
    return made;
}

VoloSegmentation *fake_segmentation(const char *classes, const char *source, size_t height,
                                    size_t width, const uint8_t *labels)
{
    VoloMask *mask;

    assert_int_equal(volo_mask_new(height, width, labels, &mask, NULL), VOLO_OK);
    return segmentation(classes, source, mask, NULL);
}

VoloSegmentation *fake_confident_segmentation(const char *classes, const char *source,
                                              size_t height, size_t width, const uint8_t *labels)
{
    const size_t pixels = height * width;
    void *const memory = malloc(pixels * VOLO_CONFIDENCE_PIXEL_BYTES);
    const VoloConfidencePlanes planes = volo_confidence_planes(memory, height, width);
    VoloConfidence *confidence;
    VoloMask *mask;

    assert_int_equal(volo_mask_new(height, width, labels, &mask, NULL), VOLO_OK);
    for (size_t i = 0; i < pixels; i++) {
        planes.share[0][i] = (uint16_t)(0.7 * VOLO_CONFIDENCE_ONE);
        planes.share[1][i] = (uint16_t)(0.2 * VOLO_CONFIDENCE_ONE);
        planes.share[2][i] = (uint16_t)(0.1 * VOLO_CONFIDENCE_ONE);
        planes.entropy[i] = VOLO_CONFIDENCE_ONE / 2;
        planes.next[0][i] = (uint8_t)(labels[i] + 1);
        planes.next[1][i] = (uint8_t)(labels[i] + 2);
    }
    assert_int_equal(volo_confidence_adopt(mask, memory, &confidence, NULL), VOLO_OK);
    return segmentation(classes, source, mask, confidence);
}

VoloImage *fake_picture(size_t height, size_t width)
{
    uint8_t *const pixels = calloc(height * width, 3);
    VoloImage *image;

    assert_int_equal(volo_image_new(height, width, pixels, &image, NULL), VOLO_OK);
    free(pixels);
    return image;
}
