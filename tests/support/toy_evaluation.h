/* SPDX-License-Identifier: Apache-2.0 */
/* A small evaluation of made-up pictures, whole: counted, summed, ready to be written. */
#ifndef VOLO_TESTS_TOY_EVALUATION_H
#define VOLO_TESTS_TOY_EVALUATION_H

#include <volo/eval_report.h>
#include <volo/result.h>

enum {
    TOY_HEIGHT = 48,
    TOY_WIDTH = 64,
    TOY_BLOCK = 8, /* pixels that have one label and one prediction */
};

typedef struct ToyPicture {
    char name[64];
    uint8_t labels[TOY_HEIGHT * TOY_WIDTH], predictions[TOY_HEIGHT * TOY_WIDTH];
    uint16_t instances[TOY_HEIGHT * TOY_WIDTH];
    VoloImageRecord *record;
} ToyPicture;

typedef struct ToyEvaluation {
    VoloLabelSpace *space;
    VoloEvaluation *evaluation;
    ToyPicture *pictures;
    size_t count;
    VoloResult result; /* of all this; settings may be changed */
} ToyEvaluation;

typedef struct ToyOptions {
    const char *table; /* as for volo_class_table_open */
    VoloLabelKind kind;
    size_t pictures;
    uint32_t seed;
    unsigned right;   /* of ten blocks so many are predicted rightly, and others by chance */
    uint32_t changed; /* seed of the predictions, if not 0: the truth stays that of seed */
    bool instances;
} ToyOptions;

/* Failures end the test. Labels: every block one of the space's values, from a linear congruential
 * generator; tests/oracle/cityscapes_golden.py makes the same pictures. */
void toy_evaluation_init(ToyEvaluation *toy, const ToyOptions *options);
void toy_evaluation_clear(ToyEvaluation *toy);

/* A VoloReportPictureFn whose user is the ToyEvaluation: no image, labels and predictions. */
VoloStatus toy_evaluation_picture(void *user, size_t index, const char *name,
                                  VoloReportPicture *ret_picture, VoloError *err);

#endif
