/* SPDX-License-Identifier: Apache-2.0 */
/* VoloModel: weights, backbone and head, opened from one file; what is known about it; conversion.
 *
 * A model is immutable and reference counted: any thread may use it, any number of sessions may
 * share it. File formats and precedence of settings: docs/formats.md. */
#ifndef VOLO_MODEL_H
#define VOLO_MODEL_H

#include <volo/base.h>
#include <volo/dataset.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct VoloModel VoloModel;

typedef enum VoloDtype {
    VOLO_F32,
    VOLO_F16,
    VOLO_BF16,
    VOLO_I64, /* counters only */
} VoloDtype;

/* What a model is opened for. */
typedef enum VoloTask {
    VOLO_SEGMENT,  /* backbone, neck and head; a classification tail is ignored (default) */
    VOLO_CLASSIFY, /* backbone and classification tail; neck and head are ignored */
} VoloTask;

typedef struct VoloModelOptions {
    bool strict; /* refuse a pickle that names any global outside the allowlist; default false */
    const char *profile; /* which stages feed neck and head: "direct" is network 0, 2, 3, 4, "zy" 0,
                            1, 2, 3; NULL or "auto": as the config says, else as the neck wants it,
                            else "direct" */
    VoloTask task;
    int threads; /* that read and pack the weights; 0: all the process may use (default) */
} VoloModelOptions;

/* Opens a weights file, or a folder that holds model.safetensors or pytorch_model.bin, and binds
 * every tensor of it: none missing, none left over, no shape wrong. options may be NULL.
 * On success *ret_model is the caller's reference (volo_model_unref); on failure it is untouched.
 * Errors: ARGUMENT (the profile), IO, FORMAT, UNSUPPORTED (for VOLO_CLASSIFY: there is no tail),
 * SHAPE, MISSING, LIMIT, MEMORY; the message names file and tensor. */
VOLO_API VOLO_NODISCARD VoloStatus volo_model_open(const char *path,
                                                   const VoloModelOptions *options,
                                                   VoloModel **ret_model, VoloError *err);

VOLO_API VoloModel *volo_model_ref(VoloModel *model);
VOLO_API void volo_model_unref(VoloModel *model); /* NULL is allowed */

typedef enum VoloMode {
    VOLO_MODE_WHOLE, /* the whole picture at once */
    VOLO_MODE_SLIDE, /* overlapping windows */
} VoloMode;

typedef enum VoloResizeKind {
    VOLO_RESIZE_NONE,       /* keep the size */
    VOLO_RESIZE_EXACT,      /* to height x width */
    VOLO_RESIZE_KEEP_RATIO, /* inside long_side x short_side, in whichever orientation fits */
} VoloResizeKind;

typedef struct VoloResize {
    VoloResizeKind kind;
    size_t height, width;         /* EXACT, in pixels */
    size_t long_side, short_side; /* KEEP_RATIO, in pixels */
} VoloResize;

/* What a model file says and what follows from it. Borrowed strings live as long as the model. */
typedef struct VoloModelInfo {
    const char *path;         /* as given */
    const char *weights_path; /* the weights file: path, or the one found in that folder */
    const char *format;       /* "safetensors", "torch zip", "torch legacy" */
    const char *backbone;     /* "volo" */
    const char *neck;         /* "mln", "f2p", "sidelayer", or NULL */
    const char *head;         /* "upernet", "classifier", or NULL: it can only be looked at */
    const char *variant;      /* "volo_d1" ... or NULL */
    const char *dataset;      /* the config's data set, or NULL */
    uint64_t file_bytes;      /* of the weights file */
    uint64_t parameters;      /* weights and biases in use; running statistics not counted */
    uint64_t weight_bytes;    /* in memory, packed */
    size_t classes;
    size_t img_size[2]; /* height, width of training, in pixels */
    size_t layers[4], embed_dims[4], num_heads[4], mlp_hidden[4];
    size_t stem_hidden, hidden_size;
    size_t pos_grid[2]; /* height, width of the stored position embedding */
    size_t pool_scales[8], pool_scale_count;
    size_t out_indices[4];
    bool align_corners;
    float image_mean[3], image_std[3]; /* RGB, on the scale 0..255 */
    VoloMode test_mode;
    size_t crop_size[2], stride[2]; /* height, width, in pixels */
    VoloResize test_resize;
} VoloModelInfo;

VOLO_API const VoloModelInfo *volo_model_info(const VoloModel *model);

/* The model's own classes and colours (config, else by count); borrowed. */
VOLO_API const VoloClassTable *volo_model_classes(const VoloModel *model);

/* What a person should know: wrapper chosen, names guessed, tensors not used, opaque pickle
 * globals. Lines are borrowed; NULL beyond the end. */
VOLO_API const char *volo_model_note(const VoloModel *model, size_t index);

typedef struct VoloTensorInfo {
    const char *name; /* canonical */
    VoloDtype dtype;  /* in the file */
    unsigned rank;
    uint64_t shape[8];
    bool used; /* false: on the model's list of ignored names */
} VoloTensorInfo;

/* Tensors of the file, sorted by name; false beyond the end (then *ret_info is untouched). */
VOLO_API bool volo_model_tensor(const VoloModel *model, size_t index, VoloTensorInfo *ret_info);

/* One stage of the network for one input size. */
typedef struct VoloStage {
    char name[64];       /* as in the reference model: network.0, decode_head.bottleneck */
    size_t n, h, w, c;   /* of its output */
    uint64_t parameters; /* of its own, weights and biases */
    uint64_t macs;       /* multiply-adds: convolutions, linears, attention and outlook sums */
} VoloStage;

/* What running an input of this size takes. All sizes in bytes. */
typedef struct VoloCost {
    uint64_t weights;     /* packed weights */
    uint64_t activations; /* the arena, scratch of all threads included */
    uint64_t pictures;    /* input picture, normalised input and labels */
    uint64_t fixed;       /* what the process touches whatever the size: BLAS, thread stacks */
    uint64_t peak;        /* the sum: expected growth of the process's peak memory */
    uint64_t macs;        /* of the whole network */
} VoloCost;

/* Plans n pictures of height x width for that many threads (0: all) without running them: each goes
 * through the network whole and at its own size (volo_session_cost knows other protocols).
 * On success *ret_stages is an array of *ret_count stages to be released with free(). ret_stages
 * and ret_count may both be NULL. Errors: LIMIT, SHAPE, MEMORY; outputs are then untouched. */
VOLO_API VOLO_NODISCARD VoloStatus volo_model_cost(VoloModel *model, size_t n, size_t height,
                                                   size_t width, int threads, VoloCost *ret_cost,
                                                   VoloStage **ret_stages, size_t *ret_count,
                                                   VoloError *err);

/* SHA-256 of a file as 64 hexadecimal digits and a NUL. Errors: IO, UNSUPPORTED (a folder, a
 * device), FORMAT (the file became shorter meanwhile); ret_hex is then untouched. */
VOLO_API VOLO_NODISCARD VoloStatus volo_file_sha256(const char *path, char ret_hex[65],
                                                    VoloError *err);

/* Writes every tensor of the model's file under its canonical name, with the whole config embedded,
 * as one safetensors file; floats as dtype (F32 or F16), counters as they are. The same input gives
 * the same bytes. Written atomically; out must not be the input. Errors: as volo_model_open; IO. */
VOLO_API VOLO_NODISCARD VoloStatus volo_model_convert(const char *in, const char *out,
                                                      VoloDtype dtype, VoloError *err);

typedef struct VoloModelRecipe {
    const char *variant;     /* "volo_d1" ..., or NULL with config_path */
    const char *config_path; /* JSON config file, or NULL */
    size_t classes;          /* 0: the config's */
    size_t img_size[2];      /* height, width in pixels; 0: the config's, else 512 */
    uint64_t seed;
} VoloModelRecipe;

/* Writes a randomly initialised model (f32 safetensors, config embedded); same recipe, same bytes.
 * Errors: ARGUMENT, FORMAT, MISSING, LIMIT, IO, MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_model_create(const VoloModelRecipe *recipe, const char *out,
                                                     VoloError *err);

#ifdef __cplusplus
}
#endif
#endif
