/* SPDX-License-Identifier: Apache-2.0 */
/* The result of an evaluation as a document: JSON that loses nothing (docs/eval-result.md), read
 * back picture by picture, and the result file of cityscapesScripts.
 *
 * The same evaluation gives the same bytes, however it was computed: times, threads and shards that
 * were merged leave no trace. Threads: an object belongs to one thread at a time. */
#ifndef VOLO_RESULT_H
#define VOLO_RESULT_H

#include <volo/base.h>
#include <volo/dataset.h>
#include <volo/metrics.h>

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- what was evaluated ----------------------------------------------------------------------- */

typedef struct VoloResultOption {
    const char *key, *value; /* "crop", "512x1024"; UTF-8 */
} VoloResultOption;

/* What was evaluated, and how. All strings are borrowed from whoever fills it. */
typedef struct VoloResultInfo {
    const char *model;           /* the file's name without folder; NULL: predictions of others */
    const char *model_sha256;    /* 64 hexadecimal digits; NULL as model */
    const char *dataset, *split; /* volo_dataset_name, volo_dataset_split */
    const char *list_sha256;     /* volo_dataset_digest */
    VoloLabelKind label_kind;    /* volo_dataset_label_kind */
    const char *map;             /* volo_label_map_name; NULL: predictions in raw values */
    const VoloResultOption *map_rows; /* class of the model, class of the space or "" for none */
    size_t map_row_count;             /* 0 for "identity" */
    VoloConvention convention;
    bool instances, boundaries; /* whether they were asked for */
    double boundary_ratio;
    const VoloResultOption *options; /* how the network was run ("mode", "crop", "scales" ...) */
    size_t option_count;
    size_t shard, shard_count; /* part shard of shard_count; 1 of 1: whole */
    uint64_t listed;           /* pairs in the whole list */
    const char *const *failed; /* names of pairs that could not be evaluated (--keep-going) */
    size_t failed_count;
} VoloResultInfo;

/* Reads what was counted in a picture into *record; index counts evaluated pictures in the order of
 * the list. Called in this order, from the calling thread, possibly several times over. */
typedef VoloStatus (*VoloResultReadFn)(void *user, size_t index, VoloImageRecord *record,
                                       VoloError *err);

/* A finished evaluation, as its writers see it. Everything is borrowed. */
typedef struct VoloResult {
    VoloResultInfo info;
    const VoloEvaluation *evaluation;
    VoloResultReadFn read; /* of volo_evaluation_images(evaluation) pictures */
    void *user;
} VoloResult;

/* --- writing ---------------------------------------------------------------------------------- */

/* Writes the JSON document to a stream; pictures are read and written one by one. What could not be
 * written shows as ferror(stream). A partial result (a shard) has "scores": null.
 * Errors: those of result->read, MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_result_write_json(const VoloResult *result, FILE *stream,
                                                          VoloError *err);

/* Writes resultPixelLevelSemanticLabeling.json as cityscapesScripts does: the same keys, order,
 * indentation and digits, NaN as NaN; without perImageScores. Always by Cityscapes' convention.
 * Values that the data set ignores count as "unlabeled" when labels are trainIds.
 * Errors: UNSUPPORTED (the classes are not Cityscapes'), MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_result_write_cityscapes(const VoloResult *result,
                                                                FILE *stream, VoloError *err);

/* A double with the fewest digits that read back as the same ("0.1", "NaN"), whatever the locale.
 * Returns the length. */
#define VOLO_RESULT_NUMBER_SIZE 32
VOLO_API size_t volo_result_number(double value, char text[VOLO_RESULT_NUMBER_SIZE]);

/* --- reading ---------------------------------------------------------------------------------- */

/* A JSON document of version 1. Scores are not believed but computed anew from the counts. Memory:
 * a matrix, the names of classes and of failed pictures, one picture at a time. */
typedef struct VoloResultFile VoloResultFile;

/* One raw value of labels and predictions. */
typedef struct VoloResultLabel {
    const char *name;
    int raw;           /* 0..255 */
    int class_index;   /* -1: ignored */
    uint8_t colour[3]; /* R, G, B */
} VoloResultLabel;

/* Opens a document and reads all but its pictures, whose end is looked for.
 * Errors: IO, FORMAT (place or field named), UNSUPPORTED (another version, not such a document),
 * LIMIT, MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_result_file_open(const char *path,
                                                         VoloResultFile **ret_file, VoloError *err);
VOLO_API void volo_result_file_close(VoloResultFile *file); /* NULL is allowed */

/* Borrowed, as everything below. */
VOLO_API const VoloResultInfo *volo_result_file_info(const VoloResultFile *file);
VOLO_API uint64_t volo_result_file_images(const VoloResultFile *file);    /* evaluated pictures */
VOLO_API size_t volo_result_file_label_count(const VoloResultFile *file); /* ascending raw values */
VOLO_API const VoloResultLabel *volo_result_file_label(const VoloResultFile *file, size_t index);
VOLO_API size_t volo_result_file_class_count(const VoloResultFile *file);
/* The label that stands for a class index below the count. */
VOLO_API const VoloResultLabel *volo_result_file_class(const VoloResultFile *file, size_t index);
/* u64 [256,256] by raw value of the truth (row) and of the prediction (column). */
VOLO_API const uint64_t *volo_result_file_confusion(const VoloResultFile *file);
/* For K classes, u64 [K] each: pixels that are right, predicted, true, over pixels whose truth is a
 * class. Borrowed. */
typedef struct VoloClassCounts {
    const uint64_t *tp, *pred, *gt;
} VoloClassCounts;
VOLO_API VoloClassCounts volo_result_file_counts(const VoloResultFile *file);

/* A picture of a document. */
typedef struct VoloResultImage {
    const char *name;       /* "": no more pictures */
    VoloClassCounts counts; /* [K] each */
} VoloResultImage;

/* The next picture, borrowed until the next call; after the last once one without name, then from
 * the first again. Errors: IO, FORMAT (also: the pictures do not add up to the matrix), LIMIT,
 * MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_result_file_next(VoloResultFile *file,
                                                         VoloResultImage *ret_image,
                                                         VoloError *err);

/* --- comparing -------------------------------------------------------------------------------- */

typedef struct VoloResultDiffOptions {
    uint64_t seed;    /* of the random numbers; default 1 */
    uint64_t samples; /* bootstrap samples; default 2000 */
    size_t changed;   /* how many of the pictures that changed most are listed; default 20 */
    int threads;      /* 0: all */
} VoloResultDiffOptions;

#define VOLO_RESULT_DIFF_OPTIONS_INIT                                                              \
    {                                                                                              \
        1, 2000, 20, 0                                                                             \
    }

/* A picture whose mIoU differs. */
typedef struct VoloImageChange {
    char *name;
    double miou_a, miou_b;             /* one may be NaN */
    uint64_t wrong_a, wrong_b, pixels; /* wrong pixels, of so many whose truth is a class */
} VoloImageChange;

typedef struct VoloResultDiff {
    size_t class_count;
    double *iou_a, *iou_b; /* [class_count] by the convention */
    double miou_a, miou_b;
    double low, high;   /* 95 % of the differences b - a that the bootstrap found; NaN: none */
    double share_above; /* of the samples, how often b was better */
    uint64_t samples;   /* with a defined difference */
    uint64_t images;
    uint64_t better, worse, same; /* pictures by their mIoU */
    VoloImageChange *changes;     /* the greatest change first, then by name */
    size_t change_count;
} VoloResultDiff;

/* Compares two evaluations of the same pictures, by their convention. The interval comes from a
 * paired bootstrap: samples times as many pictures as there are are drawn, with replacement, the
 * same ones for both. Memory: 24 bytes for each class of each picture.
 * On success *ret_diff is to be cleared by volo_result_diff_clear.
 * Errors: UNSUPPORTED (what differs, and how: convention, data set, classes, list of pictures; a
 * part), IO, FORMAT, LIMIT, MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_result_diff(VoloResultFile *a, VoloResultFile *b,
                                                    const VoloResultDiffOptions *options,
                                                    VoloResultDiff *ret_diff, VoloError *err);
VOLO_API void volo_result_diff_clear(VoloResultDiff *diff);

#ifdef __cplusplus
}
#endif
#endif
