/* SPDX-License-Identifier: Apache-2.0 */
/* Scores of predicted labels: one pass over the pixels, exact integers, every figure from them.
 *
 *     VoloImageCounter   counts one picture         scratch memory; one for each thread
 *     VoloImageRecord    what was counted in it     small; written to and read from a journal
 *     VoloEvaluation     the sum of records         its size does not depend on their number
 *     VoloScores         figures, by a convention
 *
 * All sums are integers (those of instance weights fixed-point), so records may be added in any
 * order, on any number of threads or machines, and merged: the result has the same bits.
 * Threads: an object belongs to one thread at a time. */
#ifndef VOLO_METRICS_H
#define VOLO_METRICS_H

#include <volo/base.h>
#include <volo/dataset.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VOLO_LABEL_VALUES 256

/* --- the confusion matrix --------------------------------------------------------------------- */

/* u64 [256,256]: pixels by raw value of the truth (row) and of the prediction (column). */
typedef struct VoloConfusion VoloConfusion;

VOLO_API VOLO_NODISCARD VoloStatus volo_confusion_new(VoloConfusion **ret_confusion,
                                                      VoloError *err); /* all zero */
VOLO_API void volo_confusion_free(VoloConfusion *confusion);           /* NULL is allowed */
VOLO_API void volo_confusion_clear(VoloConfusion *confusion);          /* all zero again */
/* Counts pixels pairs of labels u8 [pixels] and predictions u8 [pixels]. */
VOLO_API void volo_confusion_add(VoloConfusion *confusion, size_t pixels, const uint8_t *labels,
                                 const uint8_t *predictions);
VOLO_API void volo_confusion_add_cell(VoloConfusion *confusion, uint8_t label, uint8_t prediction,
                                      uint64_t count);
VOLO_API void volo_confusion_merge(VoloConfusion *confusion, const VoloConfusion *other);
VOLO_API uint64_t volo_confusion_get(const VoloConfusion *confusion, uint8_t label,
                                     uint8_t prediction);
/* Borrowed, u64 [256,256]. */
VOLO_API const uint64_t *volo_confusion_cells(const VoloConfusion *confusion);
VOLO_API uint64_t volo_confusion_total(const VoloConfusion *confusion); /* pixels */

/* FORMAT when the predictions agree with the truth far better after another reading of the values:
 * predictions or labels in trainIds where ids are meant or the other way round, ADE20K's offset by
 * one. The message names the likely cause. Meant for the sum over a set (or its first pictures):
 * values that mean nothing at all are found file by file (volo_label_space_check). */
VOLO_API VOLO_NODISCARD VoloStatus volo_confusion_check_spaces(const VoloConfusion *confusion,
                                                               const VoloLabelSpace *space,
                                                               VoloError *err);

/* --- what is counted in a picture ------------------------------------------------------------- */

typedef struct VoloMetricOptions {
    bool instances;        /* count instances where a picture comes with them; default false */
    bool boundaries;       /* count boundary pixels; default true */
    double boundary_ratio; /* band's width / diagonal, in (0, 1]; default 0.02; Cityscapes 0.005 */
} VoloMetricOptions;

#define VOLO_METRIC_OPTIONS_INIT                                                                   \
    {                                                                                              \
        false, true, 0.02                                                                          \
    }

/* A sum of weighted pixels, whole + fraction / 2^64: exact to 2^-64 and the same in any order. */
typedef struct VoloFixedSum {
    uint64_t whole, fraction;
} VoloFixedSum;

VOLO_API double volo_fixed_sum_value(VoloFixedSum sum);

/* Of one class or category that has instances: pixels found and missed, each instance weighted by
 * average size / own size (Cityscapes' iTP and iFN). */
typedef struct VoloInstanceSums {
    VoloFixedSum tp, fn;
    uint64_t instances; /* how many */
} VoloInstanceSums;

/* Of one class: pixels of its boundary in the truth and in the prediction and in both. A boundary
 * is the class's mask minus its erosion by a square of 2d+1 pixels, d = round(ratio * diagonal) but
 * at least 1; what lies outside the picture belongs to no mask. Pixels whose truth is ignored are
 * not counted. */
typedef struct VoloBoundaryCounts {
    uint64_t both, truth, prediction; /* union = truth + prediction - both */
} VoloBoundaryCounts;

typedef struct VoloConfusionCell {
    uint8_t label, prediction; /* raw values */
    uint64_t count;            /* at least 1 */
} VoloConfusionCell;

/* All that was counted in one picture. */
typedef struct VoloImageRecord VoloImageRecord;

VOLO_API VOLO_NODISCARD VoloStatus volo_image_record_new(VoloImageRecord **ret_record,
                                                         VoloError *err);
VOLO_API void volo_image_record_free(VoloImageRecord *record); /* NULL is allowed */

/* Borrowed until the record is counted or parsed into again. */
VOLO_API const char *volo_image_record_name(const VoloImageRecord *record);
VOLO_API size_t volo_image_record_height(const VoloImageRecord *record);
VOLO_API size_t volo_image_record_width(const VoloImageRecord *record);
/* The cells of the picture's confusion matrix that are not zero, sorted by label, prediction. */
VOLO_API size_t volo_image_record_cells(const VoloImageRecord *record,
                                        const VoloConfusionCell **ret_cells);
/* For K classes of the space, u64 [K] each: pixels that are right, predicted, true; over pixels
 * whose truth is a class. Any may be NULL. */
VOLO_API void volo_image_record_classes(const VoloImageRecord *record, const VoloLabelSpace *space,
                                        uint64_t *tp, uint64_t *pred, uint64_t *gt);
/* Whether instances were counted (a picture may lack the file). */
VOLO_API bool volo_image_record_has_instances(const VoloImageRecord *record);
/* Pixels of the truth that are a class, and how many of these are predicted wrongly. */
VOLO_API void volo_image_record_pixels(const VoloImageRecord *record, const VoloLabelSpace *space,
                                       uint64_t *ret_valid, uint64_t *ret_wrong);

/* The record as bytes, the same on every machine: little-endian, version, length, name, cells,
 * sums, and a CRC-32 at the end. write returns how many bytes there are, and fills data only if
 * capacity is enough (data may be NULL with capacity 0). */
VOLO_API size_t volo_image_record_write(const VoloImageRecord *record, void *data, size_t capacity);
/* Reads the record at the start of data; *ret_used is its length. Nothing in data is trusted:
 * FORMAT (version, CRC, order, sums that disagree), MEMORY; a record cut short is FORMAT with
 * *ret_used = 0. record is then empty. */
VOLO_API VOLO_NODISCARD VoloStatus volo_image_record_parse(VoloImageRecord *record,
                                                           const void *data, size_t bytes,
                                                           size_t *ret_used, VoloError *err);

/* --- counting --------------------------------------------------------------------------------- */

typedef struct VoloImageCounter VoloImageCounter;

/* The space must outlive the counter. Errors: ARGUMENT (options), MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_image_counter_new(const VoloLabelSpace *space,
                                                          const VoloMetricOptions *options,
                                                          VoloImageCounter **ret_counter,
                                                          VoloError *err);
VOLO_API void volo_image_counter_free(VoloImageCounter *counter); /* NULL is allowed */

typedef struct VoloImagePixels {
    const char *name;                          /* of the pair */
    const char *labels_path, *prediction_path; /* for messages; NULL: the name is used */
    const char *instances_path;
    size_t height, width;       /* of all arrays, in pixels */
    const uint8_t *labels;      /* u8 [height,width], raw values */
    const uint8_t *predictions; /* u8 [height,width], raw values */
    const uint16_t *instances;  /* u16 [height,width], id or id*1000+number;
                                   NULL: none */
} VoloImagePixels;

/* Counts a picture into *record. Values unknown to the space are refused as by
 * volo_label_space_check, in labels, predictions and instances.
 * Errors: FORMAT, LIMIT (a name over 4096 bytes), MEMORY; the record is then empty. */
VOLO_API VOLO_NODISCARD VoloStatus volo_image_counter_count(VoloImageCounter *counter,
                                                            const VoloImagePixels *pixels,
                                                            VoloImageRecord *record,
                                                            VoloError *err);

/* --- sums ------------------------------------------------------------------------------------- */

typedef struct VoloEvaluation VoloEvaluation;

/* The space must outlive the evaluation. */
VOLO_API VOLO_NODISCARD VoloStatus volo_evaluation_new(const VoloLabelSpace *space,
                                                       VoloEvaluation **ret_evaluation,
                                                       VoloError *err);
VOLO_API void volo_evaluation_free(VoloEvaluation *evaluation); /* NULL is allowed */
/* Errors: FORMAT when the record holds values unknown to the space; nothing is added then. */
VOLO_API VOLO_NODISCARD VoloStatus volo_evaluation_add(VoloEvaluation *evaluation,
                                                       const VoloImageRecord *record,
                                                       VoloError *err);
/* Adds the sums of an evaluation of the same space. */
VOLO_API void volo_evaluation_merge(VoloEvaluation *evaluation, const VoloEvaluation *other);
VOLO_API const VoloLabelSpace *volo_evaluation_space(const VoloEvaluation *evaluation);
VOLO_API const VoloConfusion *volo_evaluation_confusion(const VoloEvaluation *evaluation);
VOLO_API uint64_t volo_evaluation_images(const VoloEvaluation *evaluation); /* records added */
/* Of them, those whose instances and boundaries were counted. */
VOLO_API uint64_t volo_evaluation_instance_images(const VoloEvaluation *evaluation);
VOLO_API uint64_t volo_evaluation_boundary_images(const VoloEvaluation *evaluation);
VOLO_API VoloInstanceSums volo_evaluation_class_instances(const VoloEvaluation *evaluation,
                                                          size_t class_index);
VOLO_API VoloInstanceSums volo_evaluation_category_instances(const VoloEvaluation *evaluation,
                                                             size_t category);
VOLO_API VoloBoundaryCounts volo_evaluation_boundaries(const VoloEvaluation *evaluation,
                                                       size_t class_index);

/* --- figures ---------------------------------------------------------------------------------- */

/* Whose treatment of absent classes, ignored pixels and rounding. In all of them pixels whose truth
 * is ignored are left out, and a prediction of no class is wrong.
 *
 *                 class only predicted   class nowhere   reported as
 *   cityscapes    0                      skipped         fraction, in full
 *   mmseg         0                      skipped         per cent, 2 decimals (ties to even)
 *   detectron2    skipped                skipped         per cent, in full
 *   csail         0                      0               fraction, 4 decimals
 *   hf            0                      skipped         fraction, in full
 *
 * csail divides by union + 1e-10. */
typedef enum VoloConvention {
    VOLO_CONVENTION_CITYSCAPES, /* cityscapesScripts */
    VOLO_CONVENTION_MMSEG,      /* mmsegmentation's IoUMetric */
    VOLO_CONVENTION_DETECTRON2, /* Detectron2's SemSegEvaluator */
    VOLO_CONVENTION_CSAIL,      /* CSAILVision/semantic-segmentation-pytorch */
    VOLO_CONVENTION_HF,         /* Hugging Face evaluate's mean_iou */
    VOLO_CONVENTIONS,
} VoloConvention;

VOLO_API const char *volo_convention_name(VoloConvention convention);    /* "cityscapes" */
VOLO_API const char *volo_convention_summary(VoloConvention convention); /* one line */
/* Errors: MISSING, naming those there are. */
VOLO_API VOLO_NODISCARD VoloStatus volo_convention_find(const char *name,
                                                        VoloConvention *ret_convention,
                                                        VoloError *err);
/* Cityscapes for the sets that say so (VoloDatasetInfo), mmseg for all others. */
VOLO_API VoloConvention volo_convention_default(const char *dataset_name);
/* A fraction 0..1 as the tool reports it: in its unit, rounded as it rounds; NaN stays NaN. */
VOLO_API double volo_convention_report(VoloConvention convention, double fraction);
/* What volo_convention_report multiplies with: 100 (per cent) or 1. */
VOLO_API double volo_convention_scale(VoloConvention convention);

/* Of a class; fractions 0..1 in full precision, NaN where 0/0 or where the convention skips it. */
typedef struct VoloClassScore {
    uint64_t tp, pred, gt; /* pixels, of those whose truth is a class */
    double iou;
    double accuracy;  /* = recall: tp / gt */
    double precision; /* tp / pred */
    double recall;
    double dice;         /* 2 tp / (pred + gt) */
    double f_score;      /* the same as the harmonic mean of precision and recall: NaN where one of
                            them is, or both are 0, as mmsegmentation's mFscore has it */
    double boundary_iou; /* NaN too when boundaries were not counted */
    double instance_iou; /* iIoU; NaN too when instances were not counted */
} VoloClassScore;

typedef struct VoloCategoryScore {
    double iou, instance_iou;
} VoloCategoryScore;

typedef struct VoloScores {
    VoloConvention convention;
    uint64_t images;
    uint64_t pixels;       /* all */
    uint64_t valid_pixels; /* whose truth is a class */
    size_t class_count, category_count;
    VoloClassScore classes[VOLO_LABEL_VALUES];         /* [class_count] */
    VoloCategoryScore categories[VOLO_MAX_CATEGORIES]; /* [category_count] */
    double miou;       /* mean of the classes' IoU as the convention has it; in full */
    double macc, aacc; /* mean of accuracies; all right pixels / all valid pixels */
    double fwiou;      /* IoU weighted by the classes' share of the truth */
    double mean_precision, mean_recall, mean_dice, mean_f_score; /* over classes that have one */
    double boundary_miou;
    double instance_miou; /* mean iIoU of the classes that have one */
    double category_miou, category_instance_miou;
    double final_score; /* ADE20K: (aacc + miou) / 2 */
} VoloScores;

VOLO_API void volo_evaluation_scores(const VoloEvaluation *evaluation, VoloConvention convention,
                                     VoloScores *ret_scores);
/* The mIoU of one picture, or of any sums u64 [count] each (bootstrap), by the convention; NaN when
 * no class has an IoU. */
VOLO_API double volo_mean_iou(VoloConvention convention, size_t count, const uint64_t *tp,
                              const uint64_t *pred, const uint64_t *gt);

#ifdef __cplusplus
}
#endif
#endif
