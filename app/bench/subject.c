/* SPDX-License-Identifier: Apache-2.0 */
/* Random models live in a folder of their own until they are opened. */
#include "app/bench/subject.h"

#include "app/bench/bench_commands.h"
#include "app/common/messages.h"
#include "app/common/process_memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const OptionRow subject_rows[SUBJECT_ROW_COUNT] = {
    { "variant", 0, option_text, "NAME",
      "measure a random model, volo_d1 to volo_d5, instead of --model",
      offsetof(SubjectOptions, variant), WORDS_NONE, 0, 0 },
    { "classes", 0, option_count, "K", "classes of the random model (default: 19)",
      offsetof(SubjectOptions, classes), WORDS_NONE, 1, 255 },
};

static int make_folder(Subject *subject)
{
    const char *variable = getenv("TMPDIR");
    const char *parent = variable && *variable ? variable : "/tmp";
    const size_t room = sizeof subject->folder;

    if ((size_t)snprintf(subject->folder, room, "%s/volo-bench-XXXXXX", parent) < room &&
        mkdtemp(subject->folder))
        return 0;
    subject->folder[0] = '\0';
    message_error("'%s': no folder for the random model: %s", parent, strerror(errno));
    return EXIT_DATA;
}

static int make_model(const SubjectOptions *options, Subject *subject)
{
    const VoloModelRecipe recipe = {
        .variant = options->variant,
        .classes = options->classes ? options->classes : SUBJECT_CLASSES,
    };
    VoloError err;
    const int code = make_folder(subject);

    if (code)
        return code;
    snprintf(subject->path, sizeof subject->path, "%s/model.safetensors", subject->folder);
    if (volo_model_create(&recipe, subject->path, &err) == VOLO_OK)
        return 0;
    subject_clear(subject);
    return exit_refuse(SUBJECT_RECIPE, &err);
}

int subject_prepare(const Command *command, const SubjectOptions *options,
                    InferenceOptions *inference, Subject *ret)
{
    *ret = (Subject){ .folder = "" };
    if (options->variant && inference->model)
        return options_misused(command, "one of --variant and --model is wanted, not both");
    if (options->classes && !options->variant)
        return options_misused(command, "--classes goes with --variant");
    const char *path = options->variant ? NULL : inference_model_path(inference->model);
    const int code = options->variant ? make_model(options, ret) : 0;
    if (path && strlen(path) < sizeof ret->path)
        memcpy(ret->path, path, strlen(path) + 1);
    if (ret->path[0])
        inference->model = ret->path;
    process_memory_reset_peak();
    return code;
}

void subject_clear(Subject *subject)
{
    if (!subject->folder[0])
        return;
    unlink(subject->path);
    rmdir(subject->folder);
    subject->folder[0] = '\0';
}
