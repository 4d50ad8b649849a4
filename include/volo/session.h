/* SPDX-License-Identifier: Apache-2.0 */
/* VoloSession: runs one model. Plans once for each input size, then runs as often as wanted.
 *
 * A session has one owner and is used by one thread at a time; sessions that share a model may run
 * at the same time in different threads. Results have the same bits for any number of threads.
 * Protocol: reference section D of the mmsegmentation pipeline: resize, normalise, network, logits
 * bilinear to the network's input size, bilinear to the original size, argmax. */
#ifndef VOLO_SESSION_H
#define VOLO_SESSION_H

#include <volo/image.h>
#include <volo/mask.h>
#include <volo/model.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct VoloSession VoloSession;

typedef struct VoloSessionOptions {
    int threads;         /* 0: all the process may use (default) */
    bool exact;          /* no Winograd or other reassociating shortcuts; default false */
    VoloResize resize;   /* before the network; volo_session_defaults: the model's test.resize */
    uint64_t max_memory; /* refuse a plan whose expected peak is larger, in bytes; 0: no limit */
} VoloSessionOptions;

/* The options that the model's own config asks for. */
VOLO_API VoloSessionOptions volo_session_defaults(const VoloModel *model);

/* A session on model, of which it keeps a reference. options NULL: the model's defaults.
 * On success *ret_session is the caller's (volo_session_free); on failure it is untouched. */
VOLO_API VOLO_NODISCARD VoloStatus volo_session_new(VoloModel *model,
                                                    const VoloSessionOptions *options,
                                                    VoloSession **ret_session, VoloError *err);
VOLO_API void volo_session_free(VoloSession *session); /* NULL is allowed */

/* Called between blocks with the share of the work done, 0..1; false cancels the run. */
typedef bool (*VoloProgressFn)(double done, void *user);
VOLO_API void volo_session_set_progress(VoloSession *session, VoloProgressFn fn, void *user);

/* A stage's result on its way: f32 [n,h,w,c] (labels: see volo_session_segment), borrowed for the
 * length of the call. */
typedef struct VoloTap {
    const char *name; /* of the reference model's module: network.0.3, decode_head.bottleneck */
    const float *data;
    size_t n, h, w, c;
} VoloTap;
typedef void (*VoloTapFn)(const VoloTap *tap, void *user);
VOLO_API void volo_session_set_tap(VoloSession *session, VoloTapFn fn, void *user);

/* Labels every pixel of image, at the image's own size.
 * On success *ret_mask is the caller's reference; on failure it is untouched.
 * Errors: ARGUMENT (the model was opened for another task), LIMIT (under 16 pixels on a side after
 * resizing, too large), MEMORY (refused, or the plan is above max_memory), CANCELLED. */
VOLO_API VOLO_NODISCARD VoloStatus volo_session_segment(VoloSession *session,
                                                        const VoloImage *image, VoloMask **ret_mask,
                                                        VoloError *err);

/* How a picture is shown to a classifier: its shorter side is resized to ⌊size / crop_pct⌋
 * (bicubic, to the byte as Pillow does), of which the middle of that size is taken; what a crop_pct
 * above 1 leaves without picture is black. Zeros are the defaults. */
typedef struct VoloClassifyOptions {
    size_t size[2]; /* height, width in pixels; default: what the model was trained at */
    double
        crop_pct; /* 0.1 to 10; default: what the published model of that size was measured with */
} VoloClassifyOptions;

/* A class as the model counts it, and its share of the softmax over all classes. */
typedef struct VoloGuess {
    size_t id;
    double probability;
} VoloGuess;

/* The likeliest classes of a picture, best first (of equals the first), by a session on a model
 * that was opened for VOLO_CLASSIFY. options may be NULL. On success ret_guess [count] holds
 * *ret_count guesses: count, or all classes if there are fewer; on failure both are untouched.
 * Errors: ARGUMENT (another task, an option out of range), LIMIT, MEMORY, CANCELLED. */
VOLO_API VOLO_NODISCARD VoloStatus volo_session_classify(VoloSession *session,
                                                         const VoloImage *image,
                                                         const VoloClassifyOptions *options,
                                                         VoloGuess *ret_guess, size_t count,
                                                         size_t *ret_count, VoloError *err);

/* The network alone: x f32 [n,height,width,3], normalised; taps are called as for pictures
 * ("input", stages, "logits"). *ret_logits is f32 [n,h,w,classes] at the head's stride (a
 * classifier's: [n,1,1,classes]), borrowed until the next call on this session. Errors as above. */
VOLO_API VOLO_NODISCARD VoloStatus volo_session_forward(VoloSession *session, const float *x,
                                                        size_t n, size_t height, size_t width,
                                                        VoloTap *ret_logits, VoloError *err);

#ifdef __cplusplus
}
#endif
#endif
