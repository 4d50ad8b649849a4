/* SPDX-License-Identifier: Apache-2.0 */
/* A finished evaluation as text: a table for people, Markdown, CSV, and CSV of the pictures. */
#ifndef VOLO_APP_EVAL_TABLE_H
#define VOLO_APP_EVAL_TABLE_H

#include <volo/result.h>

#include <stdio.h>

/* scores are those of the result by its convention. A shard has no averages. */
void eval_put_table(FILE *stream, const VoloResult *result, const VoloScores *scores);
void eval_put_markdown(FILE *stream, const VoloResult *result, const VoloScores *scores);
/* Fractions in full; what is no number is empty. */
void eval_put_csv(FILE *stream, const VoloResult *result, const VoloScores *scores);

/* A row for each picture: mIoU, accuracy, pixels, wrong pixels, the IoU of each class. Errors:
 * those of result->read, MEMORY. */
VOLO_NODISCARD VoloStatus eval_put_images(FILE *stream, const VoloResult *result, VoloError *err);

#endif
