/* SPDX-License-Identifier: Apache-2.0 */
/* VoloComparison: counted by the library's own counter, in class indices of the reference. */
#include "app/viewer/comparison.h"

#include "app/viewer/viewer_error.h"

#include <math.h>
#include <volo/metrics.h>

struct _VoloComparison {
    GObject parent;
    VoloMask *errors;
    guint classes;   /* of the prediction */
    double iou[256]; /* of the class that each is folded into */
    double mean_iou;
    double accuracy;
};

G_DEFINE_FINAL_TYPE(VoloComparison, volo_comparison, G_TYPE_OBJECT)

static void volo_comparison_finalize(GObject *object)
{
    volo_mask_unref(VOLO_COMPARISON(object)->errors);
    G_OBJECT_CLASS(volo_comparison_parent_class)->finalize(object);
}

static void volo_comparison_class_init(VoloComparisonClass *class)
{
    G_OBJECT_CLASS(class)->finalize = volo_comparison_finalize;
}

static void volo_comparison_init(VoloComparison *self)
{
    (void)self;
}

/* What comparing takes; all is released by clear. */
typedef struct Bench {
    VoloSegmentation *prediction, *reference; /* borrowed */
    VoloLabelSpace *space;                    /* class indices of the reference */
    VoloLabelMap *map;
    uint8_t *folded; /* u8 [pixels], the prediction in values of the space */
    VoloImageCounter *counter;
    VoloImageRecord *record;
    VoloEvaluation *evaluation;
} Bench;

static void clear(Bench *b)
{
    volo_evaluation_free(b->evaluation);
    volo_image_record_free(b->record);
    volo_image_counter_free(b->counter);
    g_free(b->folded);
    volo_label_map_free(b->map);
    volo_label_space_free(b->space);
}

static VoloStatus check_sizes(const Bench *b, VoloError *err)
{
    const VoloMask *const a = volo_segmentation_mask(b->prediction);
    const VoloMask *const r = volo_segmentation_mask(b->reference);

    if (volo_mask_height(a) == volo_mask_height(r) && volo_mask_width(a) == volo_mask_width(r))
        return VOLO_OK;
    return volo_fail(err, VOLO_ERR_SHAPE, "'%s' has %zux%zu pixels, '%s' %zux%zu (HxW)",
                     volo_segmentation_source(b->prediction), volo_mask_height(a),
                     volo_mask_width(a), volo_segmentation_source(b->reference),
                     volo_mask_height(r), volo_mask_width(r));
}

static VoloStatus choose_map(Bench *b, VoloError *err)
{
    const VoloClassTable *const from = volo_segmentation_classes(b->prediction);
    const VoloClassTable *const to = volo_segmentation_classes(b->reference);
    const VoloStatus status = volo_label_space_new(to, VOLO_LABELS_TRAIN_IDS, &b->space, err);

    if (status)
        return status;
    if (volo_label_map_choose(from, b->space, &b->map, err) == VOLO_OK)
        return VOLO_OK;
    return volo_fail(err, err->status,
                     "the %zu classes of '%s' (%.40s) cannot be held against the %zu of '%s' "
                     "(%.40s)",
                     volo_class_table_count(from), volo_segmentation_source(b->prediction),
                     volo_class_table_name(from), volo_class_table_count(to),
                     volo_segmentation_source(b->reference), volo_class_table_name(to));
}

static size_t pixels_of(const Bench *b)
{
    const VoloMask *const mask = volo_segmentation_mask(b->reference);

    return volo_mask_height(mask) * volo_mask_width(mask);
}

static VoloStatus fold(Bench *b, VoloError *err)
{
    const size_t pixels = pixels_of(b);

    b->folded = g_try_malloc(pixels);
    if (!b->folded)
        return volo_fail(err, VOLO_ERR_MEMORY, "out of memory for a comparison of %zu pixels",
                         pixels);
    volo_label_map_apply(b->map, pixels, volo_mask_labels(volo_segmentation_mask(b->prediction)),
                         b->folded);
    return VOLO_OK;
}

static VoloStatus count(Bench *b, VoloError *err)
{
    const VoloMetricOptions options = { .instances = false,
                                        .boundaries = false,
                                        .boundary_ratio = 0.02 };
    const VoloMask *const truth = volo_segmentation_mask(b->reference);
    const VoloImagePixels pixels = { .name = volo_segmentation_source(b->reference),
                                     .height = volo_mask_height(truth),
                                     .width = volo_mask_width(truth),
                                     .labels = volo_mask_labels(truth),
                                     .predictions = b->folded };
    VoloStatus status = volo_image_counter_new(b->space, &options, &b->counter, err);

    if (!status)
        status = volo_image_record_new(&b->record, err);
    if (!status)
        status = volo_image_counter_count(b->counter, &pixels, b->record, err);
    if (!status)
        status = volo_evaluation_new(b->space, &b->evaluation, err);
    if (!status)
        status = volo_evaluation_add(b->evaluation, b->record, err);
    return status;
}

static void keep_scores(VoloComparison *self, const Bench *b)
{
    VoloScores *const scores = g_new(VoloScores, 1); /* 50 kB */

    volo_evaluation_scores(b->evaluation, VOLO_CONVENTION_CITYSCAPES, scores);
    self->classes = (guint)volo_label_map_count(b->map);
    for (size_t i = 0; i < self->classes; i++) {
        const int target = volo_label_map_target(b->map, i);

        self->iou[i] = target < 0 ? (double)NAN : scores->classes[target].iou;
    }
    self->mean_iou = scores->miou;
    self->accuracy = scores->aacc;
    g_free(scores);
}

/* folded u8 [pixels] becomes the map of errors. */
static void find_errors(Bench *b)
{
    const size_t pixels = pixels_of(b);
    const int16_t *const index = volo_label_space_index(b->space);
    const uint8_t *const truth = volo_mask_labels(volo_segmentation_mask(b->reference));

    for (size_t i = 0; i < pixels; i++) {
        const bool wrong = truth[i] != b->folded[i];

        b->folded[i] = index[truth[i]] < 0 ? VOLO_ERROR_IGNORED
                                           : (wrong ? VOLO_ERROR_WRONG : VOLO_ERROR_RIGHT);
    }
}

static VoloStatus compare(VoloComparison *self, Bench *b, VoloError *err)
{
    const VoloMask *const truth = volo_segmentation_mask(b->reference);
    VoloStatus status = check_sizes(b, err);

    if (!status)
        status = choose_map(b, err);
    if (!status)
        status = fold(b, err);
    if (!status)
        status = count(b, err);
    if (status)
        return status;
    keep_scores(self, b);
    find_errors(b);
    return volo_mask_new(volo_mask_height(truth), volo_mask_width(truth), b->folded, &self->errors,
                         err);
}

VoloComparison *volo_comparison_new(VoloSegmentation *prediction, VoloSegmentation *reference,
                                    GError **error)
{
    VoloComparison *const self = g_object_new(VOLO_TYPE_COMPARISON, NULL);
    Bench bench = { .prediction = prediction, .reference = reference };
    VoloError err;
    const VoloStatus status = compare(self, &bench, &err);

    clear(&bench);
    if (status == VOLO_OK)
        return self;
    volo_viewer_error_set(error, &err);
    g_object_unref(self);
    return NULL;
}

VoloMask *volo_comparison_errors(VoloComparison *self)
{
    return self->errors;
}

double volo_comparison_iou(VoloComparison *self, guint class_index)
{
    return class_index < self->classes ? self->iou[class_index] : (double)NAN;
}

double volo_comparison_mean_iou(VoloComparison *self)
{
    return self->mean_iou;
}

double volo_comparison_accuracy(VoloComparison *self)
{
    return self->accuracy;
}
