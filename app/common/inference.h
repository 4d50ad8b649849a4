/* SPDX-License-Identifier: Apache-2.0 */
/* The options of running a model that programs share, and what they lead to. */
#ifndef VOLO_APP_INFERENCE_H
#define VOLO_APP_INFERENCE_H

#include <volo/session.h>

#include "app/common/options.h"

typedef struct InferenceOptions {
    VoloTask task;     /* set by the program, not by an option */
    const char *model; /* file or folder; NULL: the default model */
    int profile;       /* 0: auto, 1: direct, 2: zy */
    struct {
        bool given; /* false: what the model's config says */
        VoloResize value;
    } resize;
    int resize_kernel;         /* VoloResizeKernel */
    int mode;                  /* 1 + VoloMode; 0: what the model's config says */
    size_t crop[2], stride[2]; /* height, width in pixels; 0: as volo_session_new does */
    struct {
        double value[VOLO_MAX_SCALES];
        size_t count; /* 0: not given */
    } scales;
    bool flip;
    int tta;          /* VoloTta */
    uint64_t threads; /* 0: all */
    const char *cpu;  /* level; NULL: the best */
    bool exact;
    uint64_t max_memory; /* bytes; 0: three quarters of what the system has available */
} InferenceOptions;

#define INFERENCE_ROW_COUNT 14
#define INFERENCE_MODEL_ROW_COUNT 5 /* the first of them are for any task */
extern const OptionRow inference_rows[INFERENCE_ROW_COUNT];

/* Each returns 0, or an exit code after a message. On success what is returned is the caller's. */
int inference_start(const InferenceOptions *options); /* before anything else of the library */
int inference_open(const InferenceOptions *options, VoloModel **ret_model);
int inference_session(const InferenceOptions *options, VoloModel *model, VoloSession **ret_session);

/* What inference_open and inference_session ask for; the strings are static. */
VoloModelOptions inference_model_options(const InferenceOptions *o);
VoloSessionOptions inference_session_options(const InferenceOptions *o, const VoloModel *model);

/* Bytes that --max-memory allows, or what it is by default; 0: no limit. */
uint64_t inference_memory(const InferenceOptions *options);

/* The path of the model: the option, the variable VOLO_MODEL, the source tree's when the program
 * runs from its build tree, the installed one. NULL when there is none. Static or borrowed. */
const char *inference_model_path(const char *option);

#endif
