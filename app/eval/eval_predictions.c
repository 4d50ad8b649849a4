/* SPDX-License-Identifier: Apache-2.0 */
/* Names and files of predictions. */
#include "app/eval/eval_predictions.h"

#include <volo/image.h>

#include "app/common/exit_codes.h"
#include "app/common/messages.h"
#include "app/common/outputs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *prediction_path(const char *folder, const VoloLabelSpace *space, const VoloPair *pair)
{
    const bool train = volo_label_space_kind(space) == VOLO_LABELS_TRAIN_IDS;
    const char *below = strrchr(pair->name, '/');
    const char *slash = strrchr(pair->image, '/');
    const char *file = slash ? slash + 1 : pair->image;
    const char *dot = strrchr(file, '.');
    char *path;

    if (asprintf(&path, "%s/%s/%.*s%.*s.png", folder, train ? "trainid" : "labelid",
                 below ? (int)(below + 1 - pair->name) : 0, pair->name,
                 dot && dot > file ? (int)(dot - file) : (int)strlen(file), file) < 0)
        return NULL;
    return path;
}

/* Sorted ids of all files of the list; the caller's. NULL: memory is refused. */
static FileId *find_files(const EvalList *list, size_t *ret_count)
{
    FileId *const id = calloc(3 * list->count + 1, sizeof *id);
    VoloPairBuffer buffer;
    size_t count = 0;

    if (!id)
        return NULL;
    for (size_t i = 0; i < list->count; i++) {
        const VoloPair pair = eval_list_pair(list, i, &buffer);

        count += file_id(pair.image, &id[count]);
        count += file_id(pair.labels, &id[count]);
        count += pair.instances && file_id(pair.instances, &id[count]);
    }
    qsort(id, count, sizeof *id, file_id_compare);
    *ret_count = count;
    return id;
}

static int check_path(const char *path, const FileId *files, size_t count)
{
    FileId id;

    if (!path) {
        message_error("out of memory for a file name");
        return EXIT_RESOURCES;
    }
    if (!file_id(path, &id) || !bsearch(&id, files, count, sizeof id, file_id_compare))
        return 0;
    message_error("the prediction '%s' would overwrite a file of the data set", path);
    return EXIT_USAGE;
}

int predictions_prepare(const char *folder, const EvalList *list)
{
    const VoloLabelSpace *space = volo_dataset_space(list->dataset);
    VoloPairBuffer buffer;
    VoloError err;
    size_t count = 0;
    int code = 0;
    FileId *const files = find_files(list, &count);

    if (!files)
        return check_path(NULL, NULL, 0);
    for (size_t i = 0; !code && i < list->count; i++) {
        const VoloPair pair = eval_list_pair(list, i, &buffer);
        char *const path = prediction_path(folder, space, &pair);

        code = check_path(path, files, count);
        if (!code && i == 0 && output_make_folders(path, &err)) {
            message_error("%s", err.message);
            code = exit_code(SUBJECT_OUTPUT, err.status);
        }
        free(path);
    }
    free(files);
    return code;
}

VoloStatus prediction_write(const char *folder, const VoloLabelSpace *space, const VoloPair *pair,
                            size_t height, size_t width, const uint8_t *raw, VoloError *err)
{
    const VoloPng png = {
        .height = height, .width = width, .kind = VOLO_PIXELS_GREY8, .pixels = raw
    };
    char *const path = prediction_path(folder, space, pair);

    if (!path)
        return volo_fail(err, VOLO_ERR_MEMORY, "out of memory for a file name");
    VoloStatus status = output_make_folders(path, err);
    if (!status)
        status = volo_png_write(path, &png, err);
    free(path);
    return status;
}
