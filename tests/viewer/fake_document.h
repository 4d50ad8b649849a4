/* SPDX-License-Identifier: Apache-2.0 */
/* A VoloDocument of which tests say what it knows: it stands in for app/viewer/document.c in the
 * programs that test panels. And segmentations of a few pixels. */
#ifndef VOLO_TESTS_FAKE_DOCUMENT_H
#define VOLO_TESTS_FAKE_DOCUMENT_H

#include "app/viewer/document.h"

/* What it knows from now on; references are taken, what is the same as before is not notified. */
typedef struct FakeKnowledge {
    VoloImage *picture;
    VoloSegmentation *result, *reference;
    VoloComparison *comparison;
    VoloDocumentState state;
} FakeKnowledge;

VoloDocument *fake_document_new(void);
void fake_document_set(VoloDocument *self, const FakeKnowledge *knowledge);

/* Labels u8 [height,width] of a data set's classes ("cityscapes"). */
VoloSegmentation *fake_segmentation(const char *classes, const char *source, size_t height,
                                    size_t width, const uint8_t *labels);
/* The same with confidence: shares 0.7, 0.2, 0.1 for the label, the next class, and the one after
 * it; entropy 0.5. */
VoloSegmentation *fake_confident_segmentation(const char *classes, const char *source,
                                              size_t height, size_t width, const uint8_t *labels);
VoloImage *fake_picture(size_t height, size_t width);

#endif
