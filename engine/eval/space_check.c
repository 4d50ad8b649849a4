/* SPDX-License-Identifier: Apache-2.0 */
/* Values that all mean something, and still are of the wrong kind: nobody notices but by a mIoU of
 * 0.4 %. Each usual mix-up is tried; one that makes the pictures agree far better is named. */
#include <volo/metrics.h>

#include "base/error.h"
#include "datasets/label_space.h"

#define LEAST_PIXELS 256u
#define LEAST_CLASSES 3u

/* What a value means, as a class of the space or below 0. */
typedef int (*Reading)(const VoloLabelSpace *s, int value);

static int as_meant(const VoloLabelSpace *s, int value)
{
    return s->index[value];
}

static int as_train_id(const VoloLabelSpace *s, int value)
{
    return (size_t)value < s->class_count ? value : -1;
}

static int as_id(const VoloLabelSpace *s, int value)
{
    const int raw = s->by_id[value];

    return raw < 0 ? -1 : s->index[raw];
}

static int one_too_high(const VoloLabelSpace *s, int value)
{
    return value > 0 ? s->index[value - 1] : -1;
}

static int one_too_low(const VoloLabelSpace *s, int value)
{
    return value < 255 ? s->index[value + 1] : -1;
}

static const struct {
    Reading label, prediction;
    const char *cause;
} mix_ups[] = {
    { as_meant, as_train_id, "the predictions are trainIds, where ids are expected" },
    { as_meant, as_id, "the predictions are ids, where trainIds are expected" },
    { as_train_id, as_meant, "the label files hold trainIds, where ids are expected" },
    { as_id, as_meant, "the label files hold ids, where trainIds are expected" },
    { as_meant, one_too_low, "the predictions are one too low, as ADE20K's without 'other' are" },
    { as_meant, one_too_high, "the predictions are one too high, as ADE20K's with 'other' are" },
    { one_too_low, as_meant, "the label files are one too low, as ADE20K's reduced ones are" },
    { one_too_high, as_meant, "the label files are one too high, as ADE20K's before reduction" },
};

typedef struct Agreement {
    double share;    /* of the pixels with a class those that are right */
    uint64_t pixels; /* with a class */
    size_t classes;  /* with right pixels */
} Agreement;

static Agreement agreement(const VoloConfusion *confusion, const VoloLabelSpace *s, Reading label,
                           Reading prediction)
{
    const uint64_t *cells = volo_confusion_cells(confusion);
    uint64_t right[256] = { 0 }, all_right = 0;
    Agreement a = { 0 };

    for (int l = 0; l < 256; l++) {
        const int class = label(s, l);

        for (int p = 0; class >= 0 && p < 256; p++) {
            a.pixels += cells[l * 256 + p];
            if (prediction(s, p) == class)
                right[class] += cells[l * 256 + p];
        }
    }
    for (size_t i = 0; i < 256; i++) {
        all_right += right[i];
        a.classes += right[i] > 0;
    }
    a.share = a.pixels ? (double)all_right / (double)a.pixels : 0;
    return a;
}

/* Labels and predictions that both are trainIds agree well as ids, too, on those classes whose ids
 * are trainIds of others (8, vegetation, is sidewalk). But no network predicts labels that its data
 * set ignores. Pictures without any class, which are void alone, say nothing. */
static bool both_are_train_ids(const VoloConfusion *confusion, const VoloLabelSpace *s)
{
    const uint64_t *cells = volo_confusion_cells(confusion);
    const Agreement a = agreement(confusion, s, as_train_id, as_train_id);
    uint64_t ignored = 0, all = 0;

    for (size_t i = 0; i < 256 * 256; i++) {
        const size_t l = i / 256, p = i % 256;

        if (cells[i] == 0)
            continue;
        if (l >= s->class_count || p >= s->class_count)
            return false;
        all += cells[i];
        ignored += s->index[p] == VOLO_CLASS_IGNORED ? cells[i] : 0;
    }
    return a.pixels >= LEAST_PIXELS && a.classes >= LEAST_CLASSES && a.share >= 0.3 &&
           ignored * 3 >= all &&
           agreement(confusion, s, as_meant, as_meant).pixels * 100 >= a.pixels;
}

VoloStatus volo_confusion_check_spaces(const VoloConfusion *confusion, const VoloLabelSpace *space,
                                       VoloError *err)
{
    const Agreement meant = agreement(confusion, space, as_meant, as_meant);

    for (size_t i = 0; i < sizeof mix_ups / sizeof *mix_ups; i++) {
        const Agreement other =
            agreement(confusion, space, mix_ups[i].label, mix_ups[i].prediction);

        if (other.pixels < LEAST_PIXELS || other.classes < LEAST_CLASSES || other.share < 0.3 ||
            meant.share > 0.25 || other.share < 4 * meant.share)
            continue;
        return volo_fail(err, VOLO_ERR_FORMAT,
                         "only %.2f %% of the pixels are right, but %.2f %% would be if %s",
                         100 * meant.share, 100 * other.share, mix_ups[i].cause);
    }
    if (both_are_train_ids(confusion, space))
        return volo_fail(err, VOLO_ERR_FORMAT,
                         "label files and predictions seem to be trainIds, where ids are expected: "
                         "most predictions are labels that %s ignores",
                         space->name);
    return VOLO_OK;
}
