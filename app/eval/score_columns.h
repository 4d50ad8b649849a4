/* SPDX-License-Identifier: Apache-2.0 */
/* The figures of a class and their averages: one row for each column of every table. */
#ifndef VOLO_APP_EVAL_SCORE_COLUMNS_H
#define VOLO_APP_EVAL_SCORE_COLUMNS_H

#include <volo/result.h>

typedef struct ScoreColumn {
    const char *title, *key;     /* for people; in files */
    size_t of_class, of_average; /* offsets in VoloClassScore and VoloScores */
    bool only_in_files;          /* the same figure under another name */
} ScoreColumn;

enum {
    SCORE_COLUMN_COUNT = 7
};
extern const ScoreColumn score_columns[SCORE_COLUMN_COUNT];

/* Fractions 0..1 or NaN. */
double score_of_class(const ScoreColumn *column, const VoloClassScore *score);
double score_average(const ScoreColumn *column, const VoloScores *scores);
/* Whether any class has the figure. */
bool score_is_there(const ScoreColumn *column, const VoloScores *scores);

/* The figures of a whole set, over and above the averages; NULL from the end on. */
typedef struct ScoreTotal {
    const char *title, *key;
    double value; /* a fraction, or NaN */
} ScoreTotal;
ScoreTotal score_total(const VoloResult *result, const VoloScores *scores, size_t index);

/* "76.54", "-" for NaN. */
enum {
    SCORE_TEXT_SIZE = 16
};
void score_text(double fraction, char text[SCORE_TEXT_SIZE]);

#endif
