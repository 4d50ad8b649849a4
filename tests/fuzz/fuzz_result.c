/* SPDX-License-Identifier: Apache-2.0 */
/* The input is the JSON document of an evaluation. */
#include "fuzz/fuzz_input.h"

#include <volo/result.h>

#include <string.h>

static void check_labels(const VoloResultFile *file)
{
    const size_t classes = volo_result_file_class_count(file);

    fuzz_must(classes >= 1 && classes <= 255, "1..255 classes");
    for (size_t i = 0; i < classes; i++)
        fuzz_must(volo_result_file_class(file, i)->class_index == (int)i, "each class has a label");
    for (size_t i = 0; i < volo_result_file_label_count(file); i++) {
        const VoloResultLabel *label = volo_result_file_label(file, i);

        fuzz_must(label->name && label->raw >= 0 && label->raw <= 255, "each label is a value");
        fuzz_must(label->class_index < (int)classes, "of a class there is");
    }
}

/* Right pixels are predicted and true ones. */
static void check_counts(const VoloClassCounts *counts, size_t classes)
{
    for (size_t i = 0; i < classes; i++)
        fuzz_must(counts->tp[i] <= counts->pred[i] && counts->tp[i] <= counts->gt[i],
                  "no more is right than there is");
}

/* Reads all pictures; how many there were before the end or the first fault. */
static size_t read_pictures(VoloResultFile *file, VoloStatus *ret_status)
{
    VoloResultImage image = { .name = "?" };
    VoloError err = { 0 };
    size_t count = 0;

    for (;;) {
        *ret_status = volo_result_file_next(file, &image, &err);
        if (*ret_status)
            fuzz_must_explain(*ret_status, &err);
        if (*ret_status || !*image.name)
            return count;
        check_counts(&image.counts, volo_result_file_class_count(file));
        count++;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    VoloResultFile *file = NULL;
    VoloError err = { 0 };
    VoloStatus status = volo_result_file_open(fuzz_input_path(data, bytes), &file, &err);

    if (status) {
        fuzz_must(!file, "a refused document leaves nothing behind");
        fuzz_must_explain(status, &err);
        return 0;
    }
    check_labels(file);
    const VoloClassCounts counts = volo_result_file_counts(file);
    check_counts(&counts, volo_result_file_class_count(file));
    const size_t once = read_pictures(file, &status);
    if (!status) {
        fuzz_must(once == volo_result_file_images(file), "as many pictures as are said");
        fuzz_must(read_pictures(file, &status) == once && !status, "twice the same");
    }
    volo_result_file_close(file);
    return 0;
}
