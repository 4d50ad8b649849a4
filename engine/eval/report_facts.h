/* SPDX-License-Identifier: Apache-2.0 */
/* What the HTML file and the PDF both tell, computed once. */
#ifndef VOLO_EVAL_REPORT_FACTS_H
#define VOLO_EVAL_REPORT_FACTS_H

#include <volo/result.h>

enum {
    VOLO_REPORT_BINS = 20,       /* of the histogram of pictures' mIoU, 0..1 */
    VOLO_REPORT_CONFUSIONS = 20, /* largest entries off the diagonal */
    VOLO_REPORT_CAUSES = 3,      /* the same of one picture */
};

typedef struct VoloReportRow {
    char *key, *value; /* "Data set", "cityscapes, val" */
} VoloReportRow;

/* Pixels of class truth predicted as class prediction; prediction == classes: as no class. */
typedef struct VoloReportConfusion {
    size_t truth, prediction;
    uint64_t pixels;
} VoloReportConfusion;

typedef struct VoloReportImage {
    size_t index; /* of evaluated pictures */
    char *name;
    double miou;
    uint64_t wrong, pixels; /* of those whose truth is a class */
    VoloReportConfusion causes[VOLO_REPORT_CAUSES];
    size_t cause_count;
} VoloReportImage;

typedef struct VoloReportFacts {
    const VoloResult *result;
    const VoloLabelSpace *space;
    VoloScores scores;
    bool whole; /* not a shard: there are headline scores */
    VoloReportRow *rows;
    size_t row_count;
    const char **names; /* [classes] */
    uint64_t *cells;    /* u64 [classes,classes + 1]: truth, prediction; the last: no class */
    VoloReportConfusion confusions[VOLO_REPORT_CONFUSIONS]; /* the largest first */
    size_t confusion_count;
    uint64_t bins[VOLO_REPORT_BINS];
    uint64_t unscored;      /* pictures without any class */
    VoloReportImage *worst; /* the lowest mIoU first, then in the order of the list */
    size_t worst_count;
} VoloReportFacts;

/* On success *ret_facts is to be cleared. Errors: those of result->read, MEMORY. */
VOLO_NODISCARD VoloStatus volo_report_facts_init(const VoloResult *result, size_t worst,
                                                 VoloReportFacts *ret_facts, VoloError *err);
void volo_report_facts_clear(VoloReportFacts *facts);

/* The name of a prediction in a VoloReportConfusion. */
const char *volo_report_prediction(const VoloReportFacts *facts, size_t prediction);

/* A fraction as per cent, "76.54", or an en dash for NaN. */
enum {
    VOLO_REPORT_SHARE_SIZE = 16
};
void volo_report_share(double fraction, char text[VOLO_REPORT_SHARE_SIZE]);

/* The headline figures, in the order they are shown; NaN ones are left out by whoever shows them.
 * NULL from the end on. */
const char *volo_report_headline(const VoloReportFacts *facts, size_t index, double *ret_fraction);

#endif
