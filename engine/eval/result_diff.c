/* SPDX-License-Identifier: Apache-2.0 */
/* Comparing two documents: read side by side, picture by picture; whatever makes them no two
 * evaluations of the same pictures is refused. */
#include <volo/result.h>

#include "base/checked.h"
#include "base/error.h"
#include "eval/bootstrap.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- whether they can be compared --- */

static VoloStatus differ(const char *what, const char *a, const char *b, VoloError *err)
{
    if (strcmp(a, b) == 0)
        return VOLO_OK;
    return volo_fail(err, VOLO_ERR_UNSUPPORTED, "%s differs: '%.64s' and '%.64s'", what, a, b);
}

static VoloStatus check_whole(const VoloResultInfo *info, const char *which, VoloError *err)
{
    if (info->shard_count == 1)
        return VOLO_OK;
    return volo_fail(err, VOLO_ERR_UNSUPPORTED, "%s is only shard %zu of %zu", which, info->shard,
                     info->shard_count);
}

static VoloStatus check_classes(const VoloResultFile *a, const VoloResultFile *b, VoloError *err)
{
    const size_t count = volo_result_file_class_count(a);

    if (count != volo_result_file_class_count(b))
        return volo_fail(err, VOLO_ERR_UNSUPPORTED, "the number of classes differs: %zu and %zu",
                         count, volo_result_file_class_count(b));
    for (size_t i = 0; i < count; i++) {
        char what[48];

        snprintf(what, sizeof what, "the name of class %zu", i);
        VOLO_TRY(differ(what, volo_result_file_class(a, i)->name,
                        volo_result_file_class(b, i)->name, err));
    }
    return VOLO_OK;
}

static VoloStatus check_settings(const VoloResultFile *a, const VoloResultFile *b, VoloError *err)
{
    const VoloResultInfo *x = volo_result_file_info(a), *y = volo_result_file_info(b);

    VOLO_TRY(check_whole(x, "the first", err));
    VOLO_TRY(check_whole(y, "the second", err));
    VOLO_TRY(differ("the data set", x->dataset, y->dataset, err));
    VOLO_TRY(differ("the split", x->split, y->split, err));
    VOLO_TRY(differ("the convention", volo_convention_name(x->convention),
                    volo_convention_name(y->convention), err));
    VOLO_TRY(check_classes(a, b, err));
    if (volo_result_file_images(a) != volo_result_file_images(b))
        return volo_fail(err, VOLO_ERR_UNSUPPORTED,
                         "the number of pictures differs: %" PRIu64 " and %" PRIu64,
                         volo_result_file_images(a), volo_result_file_images(b));
    return VOLO_OK;
}

static VoloStatus check_picture(uint64_t index, const VoloResultImage *a, const VoloResultImage *b,
                                size_t classes, VoloError *err)
{
    if (strcmp(a->name, b->name) != 0)
        return volo_fail(err, VOLO_ERR_UNSUPPORTED,
                         "the lists of pictures differ: number %" PRIu64 " is '%.64s' and '%.64s'",
                         index + 1, a->name, b->name);
    for (size_t i = 0; i < classes; i++) {
        if (a->counts.gt[i] != b->counts.gt[i])
            return volo_fail(err, VOLO_ERR_UNSUPPORTED,
                             "the truth of '%.100s' differs: %" PRIu64 " and %" PRIu64
                             " pixels of class %zu",
                             a->name, a->counts.gt[i], b->counts.gt[i], i);
    }
    return VOLO_OK;
}

/* --- pictures --- */

/* All pictures of both, growing. */
typedef struct Pictures {
    VoloImageCounts side[2];
    size_t room;
} Pictures;

static VoloStatus grow_array(uint32_t **array, size_t count, VoloError *err)
{
    size_t bytes;
    uint32_t *grown = volo_mul(count, sizeof **array, &bytes) ? realloc(*array, bytes) : NULL;

    if (!grown)
        return volo_fail_memory(err, count);
    *array = grown;
    return VOLO_OK;
}

static VoloStatus grow(Pictures *p, size_t classes, VoloError *err)
{
    const size_t room = p->room ? 2 * p->room : 64;
    size_t count;

    if (!volo_mul(room, classes, &count))
        return volo_fail_memory(err, room);
    for (size_t i = 0; i < 2; i++) {
        VOLO_TRY(grow_array(&p->side[i].tp, count, err));
        VOLO_TRY(grow_array(&p->side[i].pred, count, err));
        VOLO_TRY(grow_array(&p->side[i].gt, count, err));
    }
    p->room = room;
    return VOLO_OK;
}

/* The reader has seen to it that counts fit. */
static void append(VoloImageCounts *side, const VoloClassCounts *counts)
{
    const size_t at = side->images * side->classes;

    for (size_t i = 0; i < side->classes; i++) {
        side->tp[at + i] = (uint32_t)counts->tp[i];
        side->pred[at + i] = (uint32_t)counts->pred[i];
        side->gt[at + i] = (uint32_t)counts->gt[i];
    }
    side->images++;
}

static void clear_pictures(Pictures *p)
{
    for (size_t i = 0; i < 2; i++) {
        free(p->side[i].tp);
        free(p->side[i].pred);
        free(p->side[i].gt);
    }
}

/* --- what changed --- */

static double size_of(const VoloImageChange *change)
{
    return fabs(change->miou_b - change->miou_a);
}

/* Keeps the most changed in order; of equal changes those that came first. */
static VoloStatus note_change(VoloResultDiff *diff, size_t room, const VoloImageChange *change,
                              VoloError *err)
{
    size_t at = diff->change_count;

    while (at > 0 && size_of(change) > size_of(&diff->changes[at - 1]))
        at--;
    if (at == room)
        return VOLO_OK;
    char *name = strdup(change->name);
    if (!name)
        return volo_fail_memory(err, strlen(change->name) + 1);
    if (diff->change_count == room)
        free(diff->changes[--diff->change_count].name);
    memmove(diff->changes + at + 1, diff->changes + at,
            (diff->change_count - at) * sizeof *diff->changes);
    diff->changes[at] = *change;
    diff->changes[at].name = name;
    diff->change_count++;
    return VOLO_OK;
}

static uint64_t sum(const uint64_t *counts, size_t classes)
{
    uint64_t total = 0;

    for (size_t i = 0; i < classes; i++)
        total += counts[i];
    return total;
}

static double mean_iou(VoloConvention convention, size_t classes, const VoloClassCounts *counts)
{
    return volo_mean_iou(convention, classes, counts->tp, counts->pred, counts->gt);
}

static VoloStatus compare_picture(VoloResultDiff *diff, VoloConvention convention, size_t room,
                                  const VoloResultImage *a, const VoloResultImage *b,
                                  VoloError *err)
{
    const size_t classes = diff->class_count;
    const uint64_t pixels = sum(a->counts.gt, classes);
    const VoloImageChange change = {
        .name = (char *)(uintptr_t)a->name,
        .miou_a = mean_iou(convention, classes, &a->counts),
        .miou_b = mean_iou(convention, classes, &b->counts),
        .wrong_a = pixels - sum(a->counts.tp, classes),
        .wrong_b = pixels - sum(b->counts.tp, classes),
        .pixels = pixels,
    };

    diff->images++;
    diff->better += change.miou_b > change.miou_a;
    diff->worse += change.miou_b < change.miou_a;
    if (!(size_of(&change) > 0)) { /* both may be no number: the truth is the same */
        diff->same++;
        return VOLO_OK;
    }
    return note_change(diff, room, &change, err);
}

static VoloStatus read_pictures(VoloResultFile *a, VoloResultFile *b, Pictures *pictures,
                                VoloResultDiff *diff, size_t room, VoloError *err)
{
    const VoloConvention convention = volo_result_file_info(a)->convention;
    VoloResultImage x, y;

    for (;;) {
        VOLO_TRY(volo_result_file_next(a, &x, err));
        VOLO_TRY(volo_result_file_next(b, &y, err));
        if (!*x.name && !*y.name)
            return VOLO_OK;
        VOLO_TRY(check_picture(diff->images, &x, &y, diff->class_count, err));
        if (pictures->side[0].images == pictures->room)
            VOLO_TRY(grow(pictures, diff->class_count, err));
        append(&pictures->side[0], &x.counts);
        append(&pictures->side[1], &y.counts);
        VOLO_TRY(compare_picture(diff, convention, room, &x, &y, err));
    }
}

/* --- the whole --- */

static double score(const uint64_t *tp, const uint64_t *pred, const uint64_t *gt, size_t classes,
                    void *user)
{
    const VoloConvention *convention = user;

    return volo_mean_iou(*convention, classes, tp, pred, gt);
}

static VoloStatus start(VoloResultDiff *diff, const VoloResultFile *a, size_t room, VoloError *err)
{
    diff->class_count = volo_result_file_class_count(a);
    diff->low = diff->high = diff->share_above = (double)NAN;
    diff->iou_a = calloc(diff->class_count, sizeof *diff->iou_a);
    diff->iou_b = calloc(diff->class_count, sizeof *diff->iou_b);
    diff->changes = calloc(room + 1, sizeof *diff->changes);
    if (diff->iou_a && diff->iou_b && diff->changes)
        return VOLO_OK;
    return volo_fail_memory(err, room * sizeof *diff->changes);
}

/* The IoU of one class is the mean over that class alone. */
static void score_classes(const VoloResultFile *file, double *iou, double *ret_miou)
{
    const VoloConvention convention = volo_result_file_info(file)->convention;
    const VoloClassCounts counts = volo_result_file_counts(file);
    const size_t classes = volo_result_file_class_count(file);

    for (size_t i = 0; i < classes; i++)
        iou[i] = volo_mean_iou(convention, 1, counts.tp + i, counts.pred + i, counts.gt + i);
    *ret_miou = mean_iou(convention, classes, &counts);
}

static VoloStatus compare(VoloResultFile *a, VoloResultFile *b,
                          const VoloResultDiffOptions *options, Pictures *pictures,
                          VoloResultDiff *diff, VoloError *err)
{
    VoloConvention convention = volo_result_file_info(a)->convention;
    const int threads = options->threads > 0 ? options->threads : volo_cpu_count();
    VoloBootstrap bootstrap;

    VOLO_TRY(start(diff, a, options->changed, err));
    score_classes(a, diff->iou_a, &diff->miou_a);
    score_classes(b, diff->iou_b, &diff->miou_b);
    pictures->side[0].classes = pictures->side[1].classes = diff->class_count;
    VOLO_TRY(read_pictures(a, b, pictures, diff, options->changed, err));
    if (diff->images == 0)
        return VOLO_OK;
    VOLO_TRY(volo_bootstrap(&pictures->side[0], &pictures->side[1], score, &convention,
                            options->seed, options->samples, threads, &bootstrap, err));
    diff->low = bootstrap.low;
    diff->high = bootstrap.high;
    diff->share_above = bootstrap.share_above;
    diff->samples = bootstrap.samples;
    return VOLO_OK;
}

VoloStatus volo_result_diff(VoloResultFile *a, VoloResultFile *b,
                            const VoloResultDiffOptions *options, VoloResultDiff *ret_diff,
                            VoloError *err)
{
    const VoloResultDiffOptions defaults = VOLO_RESULT_DIFF_OPTIONS_INIT;
    VoloResultDiff diff = { .images = 0 };
    Pictures pictures = { .room = 0 };

    VOLO_TRY(check_settings(a, b, err));
    const VoloStatus status = compare(a, b, options ? options : &defaults, &pictures, &diff, err);
    clear_pictures(&pictures);
    if (status)
        volo_result_diff_clear(&diff);
    else
        *ret_diff = diff;
    return status;
}

void volo_result_diff_clear(VoloResultDiff *diff)
{
    for (size_t i = 0; i < diff->change_count; i++)
        free(diff->changes[i].name);
    free(diff->changes);
    free(diff->iou_a);
    free(diff->iou_b);
    *diff = (VoloResultDiff){ .images = 0 };
}
