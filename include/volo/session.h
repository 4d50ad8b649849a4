/* SPDX-License-Identifier: Apache-2.0 */
/* VoloSession: runs one model. Plans once for each input size, then runs as often as wanted.
 *
 * A session has one owner and is used by one thread at a time; sessions that share a model may run
 * at the same time in different threads. Results have the same bits for any number of threads.
 * Protocol: reference section D of the mmsegmentation pipeline: resize, normalise, network, logits
 * bilinear to the network's input size, bilinear to the original size, argmax. */
#ifndef VOLO_SESSION_H
#define VOLO_SESSION_H

#include <volo/confidence.h>
#include <volo/image.h>
#include <volo/mask.h>
#include <volo/model.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct VoloSession VoloSession;

typedef enum VoloResizeKernel {
    VOLO_RESIZE_FLOAT,  /* bilinear in float32 */
    VOLO_RESIZE_OPENCV, /* the fixed point of OpenCV's INTER_LINEAR, to bytes; same bytes as it */
} VoloResizeKernel;

/* What scales multiply. */
typedef enum VoloTta {
    VOLO_TTA_MMSEG0, /* the sides of resize (without one, the picture's), cut to whole pixels */
    VOLO_TTA_MMSEG1, /* the picture's own sides, rounded; resize is not used */
} VoloTta;

#define VOLO_MAX_SCALES 16

typedef struct VoloSessionOptions {
    int threads;         /* 0: all the process may use (default) */
    bool exact;          /* no Winograd or other reassociating shortcuts; default false */
    uint64_t max_memory; /* refuse a plan whose expected peak is larger, in bytes; 0: no limit */
    VoloResize resize;   /* before the network; volo_session_defaults: the model's test.resize */
    VoloResizeKernel resize_kernel; /* default float */
    VoloMode mode;                  /* volo_session_defaults: the model's test.mode */
    size_t crop[2];   /* slide: height, width of a window in pixels, at least 16; a smaller view is
                       * one window; 0: the model's, the default */
    size_t stride[2]; /* slide: from one window to the next, in pixels, at most crop; 0: the model's
                       * with the model's crop, else 768 for 1024 and 2/3 of other crops */
    double scales[VOLO_MAX_SCALES]; /* [scale_count] of the views, above 0 */
    size_t scale_count;             /* default 0: one view, not scaled */
    bool flip;                      /* each view mirrored as well; default false */
    VoloTta tta;                    /* for scales and flip; default mmseg0 */
} VoloSessionOptions;

/* The options that the model's own config asks for. */
VOLO_API VoloSessionOptions volo_session_defaults(const VoloModel *model);

/* A session on model, of which it keeps a reference. options NULL: the model's defaults.
 * On success *ret_session is the caller's (volo_session_free); on failure it is untouched.
 * Errors: UNSUPPORTED (the model makes no masks), ARGUMENT (crop, stride or scales), MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_session_new(VoloModel *model,
                                                    const VoloSessionOptions *options,
                                                    VoloSession **ret_session, VoloError *err);
VOLO_API void volo_session_free(VoloSession *session); /* NULL is allowed */

/* Whether the network sees a picture once and as a whole: then taps are called. */
VOLO_API bool volo_session_is_whole(const VoloSession *session);

/* What n pictures of one size take in this session. Errors: as volo_session_segment. */
VOLO_API VOLO_NODISCARD VoloStatus volo_session_cost(VoloSession *session, size_t n, size_t height,
                                                     size_t width, VoloCost *ret_cost,
                                                     VoloError *err);

/* The same when confidences are made too, ten bytes a pixel more (and what max_memory then counts).
 */
VOLO_API VOLO_NODISCARD VoloStatus volo_session_confidence_cost(VoloSession *session, size_t n,
                                                                size_t height, size_t width,
                                                                VoloCost *ret_cost, VoloError *err);

/* Called between blocks with the share of the work done, 0..1, over all views and windows; false
 * cancels the run. */
typedef bool (*VoloProgressFn)(double done, void *user);
VOLO_API void volo_session_set_progress(VoloSession *session, VoloProgressFn fn, void *user);

/* A stage's result on its way: f32 [n,h,w,c] (labels: see volo_session_segment), borrowed for the
 * length of the call. Windows and views would give a name many results: taps are called for
 * pictures only when volo_session_is_whole, and for volo_session_forward. */
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

/* The same for count pictures of one size at once: the same labels as one by one, bit for bit.
 * ret_masks [count] as above, all or none. Errors: also ARGUMENT when sizes differ, LIMIT when
 * count is not 1..4096. */
VOLO_API VOLO_NODISCARD VoloStatus volo_session_segment_batch(VoloSession *session,
                                                              VoloImage *const *images,
                                                              size_t count, VoloMask **ret_masks,
                                                              VoloError *err);

/* The same mask, bit for bit, and how sure the network is of it: the softmax of the logits at the
 * picture's size, or, where the picture is seen several times, the mean of the views' softmaxes.
 * On success *ret_mask and *ret_confidence are the caller's references; on failure both are
 * untouched. Errors: as volo_session_segment. */
VOLO_API VOLO_NODISCARD VoloStatus volo_session_segment_confidence(VoloSession *session,
                                                                   const VoloImage *image,
                                                                   VoloMask **ret_mask,
                                                                   VoloConfidence **ret_confidence,
                                                                   VoloError *err);

/* The same for count pictures of one size at once; ret_masks and ret_confidences [count] as above,
 * all or none. Errors: as volo_session_segment_batch. */
VOLO_API VOLO_NODISCARD VoloStatus volo_session_segment_batch_confidence(
    VoloSession *session, VoloImage *const *images, size_t count, VoloMask **ret_masks,
    VoloConfidence **ret_confidences, VoloError *err);

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
