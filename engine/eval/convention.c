/* SPDX-License-Identifier: Apache-2.0 */
/* Whose mean it is. Read in the code of the tools: cityscapesScripts 2.3.0, mmsegmentation 1.2,
 * Detectron2 0.6, CSAILVision/semantic-segmentation-pytorch 1.0, evaluate 0.4. */
#include "eval/convention.h"

#include "base/error.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name, *summary;
    double scale;
} conventions[VOLO_CONVENTIONS] = {
    [VOLO_CONVENTION_CITYSCAPES] = { "cityscapes",
                                     "the mean leaves out classes that occur nowhere and counts 0 "
                                     "for those only predicted (cityscapesScripts)",
                                     1 },
    [VOLO_CONVENTION_MMSEG] = { "mmseg",
                                "the mean leaves out classes that occur nowhere and counts 0 for "
                                "those only predicted; in per cent with 2 decimals "
                                "(mmsegmentation's IoUMetric)",
                                100 },
    [VOLO_CONVENTION_DETECTRON2] = { "detectron2",
                                     "the mean leaves out classes without truth, predicted or not; "
                                     "in per cent (Detectron2's SemSegEvaluator)",
                                     100 },
    [VOLO_CONVENTION_CSAIL] = { "csail",
                                "the mean counts 0 for classes that occur nowhere; with 4 decimals "
                                "(CSAIL's semantic-segmentation-pytorch)",
                                1 },
    [VOLO_CONVENTION_HF] = { "hf",
                             "the mean leaves out classes that occur nowhere and counts 0 for "
                             "those only predicted (Hugging Face evaluate's mean_iou)",
                             1 },
};

const char *volo_convention_name(VoloConvention convention)
{
    return conventions[convention].name;
}

const char *volo_convention_summary(VoloConvention convention)
{
    return conventions[convention].summary;
}

VoloStatus volo_convention_find(const char *name, VoloConvention *ret_convention, VoloError *err)
{
    for (VoloConvention i = 0; i < VOLO_CONVENTIONS; i++) {
        if (strcmp(conventions[i].name, name) == 0) {
            *ret_convention = i;
            return VOLO_OK;
        }
    }
    return volo_fail(err, VOLO_ERR_MISSING,
                     "there is no convention '%.40s', but cityscapes, mmseg, detectron2, csail "
                     "and hf",
                     name);
}

VoloConvention volo_convention_default(const char *dataset_name)
{
    return volo_dataset_info(dataset_name).convention_of_cityscapes ? VOLO_CONVENTION_CITYSCAPES
                                                                    : VOLO_CONVENTION_MMSEG;
}

double volo_convention_scale(VoloConvention convention)
{
    return conventions[convention].scale;
}

/* As Python's '{:.4f}', whatever the locale's decimal point is. */
static double four_decimals(double fraction)
{
    char text[48];
    double digits = 0;

    snprintf(text, sizeof text, "%.4f", fraction);
    for (const char *c = text; *c; c++) {
        if (*c >= '0' && *c <= '9')
            digits = digits * 10 + (*c - '0');
    }
    return (*text == '-' ? -digits : digits) / 1e4;
}

double volo_convention_report(VoloConvention convention, double fraction)
{
    const double scaled = fraction * conventions[convention].scale;

    if (!isfinite(fraction))
        return scaled;
    if (convention == VOLO_CONVENTION_MMSEG)
        return rint(scaled * 100) / 100; /* numpy's round */
    return convention == VOLO_CONVENTION_CSAIL ? four_decimals(scaled) : scaled;
}

double volo_class_iou(VoloConvention convention, uint64_t tp, uint64_t pred, uint64_t gt)
{
    const double all = (double)(pred + gt - tp);

    if (convention == VOLO_CONVENTION_CSAIL)
        return (double)tp / (all + 1e-10);
    if (convention == VOLO_CONVENTION_DETECTRON2 && gt == 0)
        return (double)NAN;
    return all > 0 ? (double)tp / all : (double)NAN;
}

double volo_mean_iou(VoloConvention convention, size_t count, const uint64_t *tp,
                     const uint64_t *pred, const uint64_t *gt)
{
    double sum = 0;
    size_t classes = 0;

    for (size_t i = 0; i < count; i++) {
        const double iou = volo_class_iou(convention, tp[i], pred[i], gt[i]);

        if (isnan(iou))
            continue;
        sum += iou;
        classes++;
    }
    return classes ? sum / (double)classes : (double)NAN;
}
