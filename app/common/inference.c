/* SPDX-License-Identifier: Apache-2.0 */
/* From options to a model and a session. */
#include "app/common/inference.h"

#include "app/common/exit_codes.h"
#include "app/common/messages.h"
#include "app/common/numbers.h"
#include "app/common/process_memory.h"
#include "app/common/startup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUILT_MODEL VOLO_SOURCE_ROOT "/assets/models/default.safetensors"
#define INSTALLED_MODEL VOLO_DATADIR "/volo/models/default.safetensors"

/* none | HxW | LxS:keep */
static VoloStatus parse_resize(const OptionRow *row, const char *text, void *field, VoloError *err)
{
    const char *rest = text;
    VoloResize resize = { .kind = VOLO_RESIZE_NONE };
    size_t sides[2];

    (void)row;
    if (strcmp(text, "none") != 0) {
        if (!number_read_sides(&rest, sides) || (*rest && strcmp(rest, ":keep") != 0))
            return volo_fail(err, VOLO_ERR_ARGUMENT, "'%s' is not none, HxW or LxS:keep", text);
        if (!*rest)
            resize = (VoloResize){ VOLO_RESIZE_EXACT, sides[0], sides[1], 0, 0 };
        else if (sides[0] < sides[1])
            return volo_fail(err, VOLO_ERR_ARGUMENT, "'%s': the long side comes first", text);
        else
            resize = (VoloResize){ VOLO_RESIZE_KEEP_RATIO, 0, 0, sides[0], sides[1] };
    }
    InferenceOptions *const options =
        (InferenceOptions *)((char *)field - offsetof(InferenceOptions, resize));
    options->resize.given = true;
    options->resize.value = resize;
    return VOLO_OK;
}

/* A,B,... */
static VoloStatus parse_scales(const OptionRow *row, const char *text, void *field, VoloError *err)
{
    InferenceOptions *const options =
        (InferenceOptions *)((char *)field - offsetof(InferenceOptions, scales));
    const char *at = text;
    size_t count = 0;

    (void)row;
    for (;; at++) {
        const size_t length = strcspn(at, ",");
        char number[32] = "";

        if (count == VOLO_MAX_SCALES)
            return volo_fail(err, VOLO_ERR_ARGUMENT, "'%s' has more than %d scales", text,
                             VOLO_MAX_SCALES);
        if (length < sizeof number)
            memcpy(number, at, length);
        if (!number_parse_real(number, 0.01, 100, &options->scales.value[count++]))
            return volo_fail(err, VOLO_ERR_ARGUMENT,
                             "'%s' is not a list of numbers from 0.01 to 100, such as 0.75,1,1.25",
                             text);
        at += length;
        if (!*at)
            break;
    }
    options->scales.count = count;
    return VOLO_OK;
}

const OptionRow inference_rows[] = {
    { "model", 'm', option_text, "FILE|DIR",
      "the model: a weights file, or a folder with model.safetensors or pytorch_model.bin "
      "(default: the variable VOLO_MODEL, else the default model)",
      offsetof(InferenceOptions, model), WORDS_FILE, 0, 0 },
    { "threads", 't', option_count, "N", "threads to use (default: all cores)",
      offsetof(InferenceOptions, threads), WORDS_NONE, 1, 1024 },
    { "cpu", 0, option_text, "base|v3|v4",
      "CPU level to use (default: the variable VOLO_CPU, else the best there is)",
      offsetof(InferenceOptions, cpu), WORDS_CHOICES, 0, 0 },
    { "exact", 0, option_set, NULL, "no shortcuts that change the order of sums (slower)",
      offsetof(InferenceOptions, exact), WORDS_NONE, 0, 0 },
    { "max-memory", 0, option_bytes, "BYTES",
      "refuse a picture that would take more memory; K, M, G and T are powers of 1024 (default: "
      "75 % of what is available)",
      offsetof(InferenceOptions, max_memory), WORDS_NONE, 0, 0 },
    { "profile", 0, option_choice, "auto|direct|zy",
      "stages of the network that are decoded: 0, 2, 3, 4 (direct), 0, 1, 2, 3 (zy), or as the "
      "model "
      "says (default: auto)",
      offsetof(InferenceOptions, profile), WORDS_CHOICES, 0, 0 },
    { "resize", 0, parse_resize, "none|HxW|LxS:keep",
      "size the network sees: the own one, height and width, or long and short side with the ratio "
      "kept (default: as the model says)",
      offsetof(InferenceOptions, resize), WORDS_NONE, 0, 0 },
    { "resize-kernel", 0, option_choice, "float|opencv",
      "how pictures are resized: in float32, or to the bytes that OpenCV gives (default: float)",
      offsetof(InferenceOptions, resize_kernel), WORDS_CHOICES, 0, 0 },
    { "mode", 0, option_choice_given, "whole|slide",
      "show the network pictures as a whole or in overlapping windows (default: as the model says)",
      offsetof(InferenceOptions, mode), WORDS_CHOICES, 0, 0 },
    { "crop", 0, option_size, "HxW",
      "slide: size of a window in pixels, at least 16 on a side (default: as the model says)",
      offsetof(InferenceOptions, crop), WORDS_NONE, 0, 0 },
    { "stride", 0, option_size, "HxW",
      "slide: pixels from one window to the next (default: as the model says, or with --crop 768 "
      "for 1024 and 2/3 of other crops)",
      offsetof(InferenceOptions, stride), WORDS_NONE, 0, 0 },
    { "scales", 0, parse_scales, "A,B,...",
      "show the network each picture at several scales and average the probabilities",
      offsetof(InferenceOptions, scales), WORDS_NONE, 0, 0 },
    { "flip", 0, option_set, NULL, "show the network each picture mirrored as well",
      offsetof(InferenceOptions, flip), WORDS_NONE, 0, 0 },
    { "tta", 0, option_choice, "mmseg0|mmseg1",
      "what --scales multiply, as mmsegmentation 0.x or 1.x: the size of --resize, or the "
      "picture's "
      "own (default: mmseg0)",
      offsetof(InferenceOptions, tta), WORDS_CHOICES, 0, 0 },
};

int inference_start(const InferenceOptions *options)
{
    VoloError err;

    if (!options->cpu)
        return 0;
    const VoloStatus status = volo_set_cpu_level(options->cpu, &err);
    if (status)
        message_error("--cpu: %s", err.message);
    return exit_code(SUBJECT_START, status);
}

const char *inference_model_path(const char *option)
{
    const char *variable = getenv("VOLO_MODEL");

    if (option)
        return option;
    if (variable && *variable)
        return variable;
    if (program_runs_uninstalled() && access(BUILT_MODEL, R_OK) == 0)
        return BUILT_MODEL;
    return access(INSTALLED_MODEL, R_OK) == 0 ? INSTALLED_MODEL : NULL;
}

VoloModelOptions inference_model_options(const InferenceOptions *options)
{
    static const char *const profiles[] = { "auto", "direct", "zy" };

    return (VoloModelOptions){ .profile = profiles[options->profile],
                               .task = options->task,
                               .threads = (int)options->threads };
}

int inference_open(const InferenceOptions *options, VoloModel **ret_model)
{
    const VoloModelOptions how = inference_model_options(options);
    const char *path = inference_model_path(options->model);
    VoloError err;

    if (!path) {
        message_error("no model: give --model FILE, set VOLO_MODEL, or install the default model "
                      "as " INSTALLED_MODEL);
        return EXIT_MODEL;
    }
    const VoloStatus status = volo_model_open(path, &how, ret_model, &err);
    if (status) {
        message_error("%s", err.message);
        return exit_code(SUBJECT_MODEL, status);
    }
    const char *note;
    for (size_t i = 0; (note = volo_model_note(*ret_model, i)); i++)
        message_note("%s", note);
    return 0;
}

uint64_t inference_memory(const InferenceOptions *options)
{
    return options->max_memory ? options->max_memory : process_memory_available() / 4 * 3;
}

VoloSessionOptions inference_session_options(const InferenceOptions *o, const VoloModel *model)
{
    VoloSessionOptions session = volo_session_defaults(model);

    session.threads = (int)o->threads;
    session.exact = o->exact;
    session.max_memory = inference_memory(o);
    if (o->resize.given)
        session.resize = o->resize.value;
    session.resize_kernel = (VoloResizeKernel)o->resize_kernel;
    if (o->mode)
        session.mode = (VoloMode)(o->mode - 1);
    memcpy(session.crop, o->crop, sizeof session.crop);
    memcpy(session.stride, o->stride, sizeof session.stride);
    memcpy(session.scales, o->scales.value, sizeof session.scales);
    session.scale_count = o->scales.count;
    session.flip = o->flip;
    session.tta = (VoloTta)o->tta;
    return session;
}

int inference_session(const InferenceOptions *options, VoloModel *model, VoloSession **ret_session)
{
    const VoloSessionOptions session = inference_session_options(options, model);
    const bool windows = options->crop[0] || options->stride[0];
    VoloError err;

    if (windows && session.mode == VOLO_MODE_WHOLE) {
        message_error("--crop and --stride go with --mode slide");
        return EXIT_USAGE;
    }
    const VoloStatus status = volo_session_new(model, &session, ret_session, &err);
    if (status)
        message_error("%s", err.message);
    if (status == VOLO_ERR_ARGUMENT) /* windows that the model or the options ask for */
        return windows ? EXIT_USAGE : EXIT_MODEL;
    return exit_code(SUBJECT_MODEL, status);
}
