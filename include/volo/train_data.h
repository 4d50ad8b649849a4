/* SPDX-License-Identifier: Apache-2.0 */
/* The data of training: sets of pictures with labels that are mixed into one space of classes
 * (VoloTrainSets), described by a file or on a command line (VoloDataConfig), drawn, augmented and
 * made into batches by threads (VoloLoader), and checked (VoloDataCheck).
 *
 * All that is random is a function of the seed and of a position: the number of a sample, counted
 * from 0 over the whole training and over all ranks. So batches depend neither on threads nor on
 * the cache, and a training is gone on with by its position alone.
 *
 * Threads: a VoloTrainSets may be shared once opened (and scanned); all others belong to one thread
 * at a time. */
#ifndef VOLO_TRAIN_DATA_H
#define VOLO_TRAIN_DATA_H

#include <volo/dataset.h>
#include <volo/mask.h>
#include <volo/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- what to train on ------------------------------------------------------------------------- */

/* One set. Strings are borrowed for the call that takes it. */
typedef struct VoloTrainSetOptions {
    VoloDatasetOptions dataset; /* name, root and split (NULL: "train"), or two folders and table */
    const char *labels;         /* how they become classes of the training, below; NULL: "auto" */
    double weight;   /* share of the samples, beside the other sets' weights; 0: not given */
    VoloResize size; /* what a picture is resized to before random scaling; default NONE */
} VoloTrainSetOptions;

/* labels is one of
 *   "auto"          "trainid" where that is possible, else "coarse"
 *   "trainid"       each class of the set is one class of the training: the same classes, a
 *                   built-in map ("camvid11-cityscapes19"), or the same names
 *   "coarse"        each class of the set is several classes of the training, by the built-in maps
 *                   "cityscapes19-camvid11" and "cityscapes19-iddlite7"; see VoloSample.group_of
 *   "coarse:FILE"   the same by a map file from classes of the training to classes of the set
 *   any other text  a map file from classes of the set to classes of the training
 * Files as for volo_label_map_open. */

/* How random scaling, cropping and the rest change a sample. Probabilities are 0..1, 0 is never.
 * The order is that of mmsegmentation: scale, crop, mirror, colours, blur, erase, normalise, pad.
 */
typedef struct VoloAugment {
    size_t crop[2];        /* height, width of a sample, in pixels; default 512, 512 */
    double scale[2];       /* factor, uniform between these two; default 0.5, 2 */
    double cat_max_ratio;  /* crops are drawn anew, up to 10 times, until no class has this
                              share of the labelled pixels; 1: never; default 0.75 */
    double flip;           /* probability of mirroring; default 0.5 */
    double photometric;    /* probability of each of the next four; default 0.5 */
    double brightness;     /* up to so many levels of 255 more or less; default 32 */
    double contrast;       /* levels times 1 - c .. 1 + c; default 0.5 */
    double saturation;     /* OpenCV's 8-bit S times 1 - s .. 1 + s; default 0.5 */
    double hue;            /* OpenCV's 8-bit H (degrees / 2) up to so much off; default 18 */
    double blur;           /* probability of a Gaussian blur; default 0.1 */
    double blur_sigma[2];  /* its sigma, uniform between these two, pixels; default 0.3, 1.2 */
    double erase;          /* probability of erasing a box; default 0.1 */
    double erase_area[2];  /* its share of the sample, uniform; default 0.02, 0.1 */
    float mean[3], std[3]; /* RGB, on the scale 0..255; default ImageNet's */
} VoloAugment;

#define VOLO_AUGMENT_INIT                                                                          \
    {                                                                                              \
        .crop = { 512, 512 }, .scale = { 0.5, 2 }, .cat_max_ratio = 0.75, .flip = 0.5,             \
        .photometric = 0.5, .brightness = 32, .contrast = 0.5, .saturation = 0.5, .hue = 18,       \
        .blur = 0.1, .blur_sigma = { 0.3, 1.2 }, .erase = 0.1, .erase_area = { 0.02, 0.1 },        \
        .mean = { 123.675F, 116.28F, 103.53F }, .std = {                                           \
            58.395F,                                                                               \
            57.12F,                                                                                \
            57.375F                                                                                \
        }                                                                                          \
    }

/* Which pictures. Without rare, those of a set come in shuffled epochs, each once. Rare class
 * sampling is that of DAFormer (Hoyer et al., CVPR 2022, section 3.2): a class c of the set with
 * probability softmax((1 - f[c]) / T), f its share of the set's labelled pixels; a picture that
 * holds it; and here a crop around one of its pixels. */
typedef struct VoloSampling {
    uint64_t seed;           /* default 0 */
    double rare;             /* share of the samples that are drawn by class; default 0 */
    double rare_temperature; /* T; default 0.01 */
} VoloSampling;

#define VOLO_SAMPLING_INIT                                                                         \
    {                                                                                              \
        0, 0, 0.01                                                                                 \
    }

typedef struct VoloLoaderOptions {
    size_t batch;         /* samples in a batch of this rank; default 8 */
    int threads;          /* that load; default 2 */
    size_t ahead;         /* batches made ahead of the one in use; default 2 */
    uint64_t cache_bytes; /* decoded pictures kept, up to so many; default 512 MiB, 0: none */
    int rank, ranks;      /* of ranks processes this one takes positions rank, rank + ranks ...
                             behind the first; default 0, 1 */
    uint64_t position;    /* the first, over all ranks; default 0; below 2^48 */
} VoloLoaderOptions;

#define VOLO_LOADER_OPTIONS_INIT                                                                   \
    {                                                                                              \
        8, 2, 2, UINT64_C(512) << 20, 0, 1, 0                                                      \
    }

typedef enum VoloDataRole {
    VOLO_DATA_TRAINING,
    VOLO_DATA_VALIDATION,
} VoloDataRole;

typedef struct VoloDataOptions {
    const char *classes; /* of the training: a built-in table or a TSV file; NULL: those of the sets
                            when they agree, else "cityscapes" */
    struct {
        VoloTrainSetOptions *items; /* [count] */
        size_t count;
    } sets[2]; /* by VoloDataRole; a validation set's split is NULL for "val" */
    VoloSampling sampling;
    VoloAugment augment;
    VoloLoaderOptions loader;
} VoloDataOptions;

/* Such options and the memory of their strings. */
typedef struct VoloDataConfig VoloDataConfig;

VOLO_API VOLO_NODISCARD VoloStatus volo_data_config_new(VoloDataConfig **ret_config,
                                                        VoloError *err);
VOLO_API void volo_data_config_free(VoloDataConfig *config); /* NULL is allowed */
/* Reads the data side of a training's JSON file (docs/formats.md, "Trainings"): "classes", "data",
 * "validation", "sampling", "augment", "loader". What it says replaces what was there. Folders and
 * files are relative to the folder of the file.
 * Errors: IO, FORMAT (the field is named), LIMIT, MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_data_config_read(VoloDataConfig *config, const char *path,
                                                         VoloError *err);
/* Adds a set; its strings are copied. Errors: LIMIT, MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_data_config_add(VoloDataConfig *config, VoloDataRole role,
                                                        const VoloTrainSetOptions *set,
                                                        VoloError *err);
/* Forgets the sets of a role. */
VOLO_API void volo_data_config_drop(VoloDataConfig *config, VoloDataRole role);
/* Borrowed; numbers may be changed. */
VOLO_API VoloDataOptions *volo_data_config_options(VoloDataConfig *config);
/* Refuses numbers out of their ranges: ARGUMENT, the field named. */
VOLO_API VOLO_NODISCARD VoloStatus volo_data_options_check(const VoloDataOptions *options,
                                                           VoloError *err);

/* --- opened sets ------------------------------------------------------------------------------ */

typedef struct VoloTrainSets VoloTrainSets;

typedef struct VoloTrainSet {
    const char *name;           /* "camvid/train"; unique among the sets */
    const VoloDataset *dataset; /* borrowed */
    double share;               /* of the samples, 0..1; all together 1 */
    VoloResize size;
    const char *map;       /* "identity", "names", "camvid11-cityscapes19", a file's name ... */
    bool coarse;           /* labels are classes of the set: see VoloSample.group_of */
    size_t label_count;    /* labels are below this, or VOLO_LABEL_IGNORE */
    uint8_t label[256];    /* by raw value; VOLO_LABEL_IGNORE: ignored, or not allowed */
    uint8_t group_of[256]; /* coarse: by class of the training, the label or VOLO_LABEL_IGNORE */
} VoloTrainSet;

/* Lists all sets of the role and decides how their labels are used. Label files are not read, but
 * every pair is there: a picture or label file without its counterpart is an error here.
 * problem may be NULL; else it gets those, and such pairs are left out.
 * On success *ret_sets is the caller's (volo_train_sets_free); on failure it is untouched.
 * Errors: those of volo_dataset_open, volo_class_table_open and volo_label_map_open; ARGUMENT
 * (weights given for some of the sets only), MISSING (no way from a set's labels to the classes,
 * the message says what to give). */
VOLO_API VOLO_NODISCARD VoloStatus volo_train_sets_open(const VoloDataOptions *options,
                                                        VoloDataRole role, VoloProblemFn problem,
                                                        void *user, VoloTrainSets **ret_sets,
                                                        VoloError *err);
VOLO_API void volo_train_sets_free(VoloTrainSets *sets); /* NULL is allowed */

VOLO_API const VoloClassTable *volo_train_sets_classes(const VoloTrainSets *sets); /* borrowed */
VOLO_API size_t volo_train_sets_count(const VoloTrainSets *sets);
VOLO_API const VoloTrainSet *volo_train_sets_get(const VoloTrainSets *sets, size_t index);
VOLO_API size_t volo_train_sets_pictures(const VoloTrainSets *sets); /* of all together */

/* Told now and then, from the calling thread; false: stop. */
typedef bool (*VoloDataProgressFn)(size_t done, size_t total, void *user);

/* Reads all label files on that many threads (0: all): refuses values that mean nothing, and
 * counts, which is what sampling by class needs. progress may be NULL. Errors: IO, FORMAT (file and
 * value named), LIMIT, MEMORY, CANCELLED. */
VOLO_API VOLO_NODISCARD VoloStatus volo_train_sets_scan(VoloTrainSets *sets, int threads,
                                                        VoloDataProgressFn progress, void *user,
                                                        VoloError *err);
/* Once scanned: pixels of a label of a set, and pictures that hold it; else 0. */
VOLO_API uint64_t volo_train_sets_pixels(const VoloTrainSets *sets, size_t set, size_t label);
VOLO_API size_t volo_train_sets_holders(const VoloTrainSets *sets, size_t set, size_t label);
/* Once scanned: share [classes] of each class of the training in the labelled pixels of the sets
 * that are not coarse, each set by its share of the samples; for class weights of losses. */
VOLO_API void volo_train_sets_frequencies(const VoloTrainSets *sets, double *ret_share);

/* --- batches ---------------------------------------------------------------------------------- */

typedef struct VoloLoader VoloLoader;

/* One sample of a batch. Strings and tables live as long as the sets. */
typedef struct VoloSample {
    uint64_t position;
    size_t set;              /* index in the sets */
    size_t picture;          /* index in the set's data set */
    const char *name;        /* of the pair; its set has a name too */
    const uint8_t *group_of; /* NULL: labels are classes of the training. Coarse: group_of [class]
                                is the label that a class belongs to, or VOLO_LABEL_IGNORE: the
                                probability of a label is the sum over its classes */
    size_t label_count;      /* labels are below this, or VOLO_LABEL_IGNORE */
    double scale;            /* by which the picture was scaled; crop drawn at top, left of that */
    size_t top, left;
    bool flipped;
    int rare; /* the label it was drawn for; -1: drawn in turn */
} VoloSample;

typedef struct VoloBatch {
    size_t n, h, w;
    float *x;                  /* f32 [n,h,w,3], normalised; the caller may change it */
    uint8_t *labels;           /* u8 [n,h,w]; VOLO_LABEL_IGNORE is ignored */
    const VoloSample *samples; /* [n] */
    uint64_t next;             /* position to go on with after this batch */
} VoloBatch;

/* Starts the threads. options holds sampling, augment and loader; sets must be scanned when
 * sampling.rare is above 0, and outlive the loader. Signals are left to the caller's thread.
 * On success *ret_loader is the caller's (volo_loader_free); on failure it is untouched.
 * Errors: ARGUMENT, LIMIT, MEMORY, IO (the system refuses threads). */
VOLO_API VOLO_NODISCARD VoloStatus volo_loader_new(const VoloTrainSets *sets,
                                                   const VoloDataOptions *options,
                                                   VoloLoader **ret_loader, VoloError *err);
/* Stops the threads, at any time. NULL is allowed. */
VOLO_API void volo_loader_free(VoloLoader *loader);

/* The next batch, waited for; borrowed until the next call of a loader's function. There is no
 * end. An error names the file, and comes again when called again.
 * Errors: those of volo_image_load and volo_dataset_load_labels; SHAPE (picture and labels differ
 * in size), FORMAT (a label outside the table, with its value), LIMIT (a side under 16 pixels). */
VOLO_API VOLO_NODISCARD VoloStatus volo_loader_next(VoloLoader *loader, const VoloBatch **ret_batch,
                                                    VoloError *err);

/* For people: what the loader has done. */
typedef struct VoloLoaderStats {
    uint64_t samples;      /* made by now */
    uint64_t decoded;      /* pictures read and decoded */
    uint64_t cached_bytes; /* of pictures kept */
    double waited;         /* seconds that volo_loader_next waited, all together */
} VoloLoaderStats;
VOLO_API VoloLoaderStats volo_loader_stats(VoloLoader *loader);

/* A sheet of samples beside their labels in colour, each with set, name and position: a PNG for
 * people. The batches' samples are drawn in order, columns pairs beside each other.
 * Errors: ARGUMENT, LIMIT, IO, SPACE, MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_contact_sheet_write(const char *path,
                                                            const VoloTrainSets *sets,
                                                            const VoloAugment *augment,
                                                            const VoloBatch *batch, size_t columns,
                                                            VoloError *err);

/* --- checks ----------------------------------------------------------------------------------- */

typedef enum VoloFindingKind {
    VOLO_FINDING_UNPAIRED,  /* a picture or label file without its counterpart, or with several */
    VOLO_FINDING_CORRUPT,   /* cannot be read */
    VOLO_FINDING_SIZES,     /* picture and labels differ in size, or a side is under 16 pixels */
    VOLO_FINDING_LABELS,    /* a value that means nothing */
    VOLO_FINDING_TINY,      /* a side below what was asked for */
    VOLO_FINDING_EMPTY,     /* no pixel has a label that is not ignored */
    VOLO_FINDING_DUPLICATE, /* the same pixels as another picture */
    VOLO_FINDING_ALIKE,     /* nearly the same */
} VoloFindingKind;
#define VOLO_FINDING_KINDS 8

VOLO_API const char *volo_finding_name(VoloFindingKind kind); /* "unpaired" ... */
/* UNPAIRED to LABELS: training would fail, or leave the pair out. */
VOLO_API bool volo_finding_is_fault(VoloFindingKind kind);

typedef struct VoloFinding {
    VoloFindingKind kind;
    VoloDataRole role;       /* of the set */
    size_t set;              /* index in the sets of that role */
    const char *name;        /* of the pair; NULL: UNPAIRED */
    const char *text;        /* one line for people, with the files */
    VoloDataRole other_role; /* DUPLICATE, ALIKE: the other picture */
    size_t other_set;
    const char *other_name;
    unsigned distance; /* of ALIKE, in bits of VOLO_LIKENESS_BITS */
} VoloFinding;

#define VOLO_LIKENESS_BITS 256u

typedef struct VoloDataCheckOptions {
    int threads;       /* 0: all */
    size_t min_side;   /* pixels; default 64 */
    unsigned likeness; /* pictures whose difference hashes differ in at most so many bits are alike;
                          default 12 */
    bool no_likeness;
} VoloDataCheckOptions;

#define VOLO_DATA_CHECK_OPTIONS_INIT                                                               \
    {                                                                                              \
        0, 64, 12, false                                                                           \
    }

typedef struct VoloDataCheck VoloDataCheck;

/* Opens the sets of both roles and looks at every pair; what is wrong with pairs are findings, not
 * errors. On success *ret_check is the caller's. progress may be NULL.
 * Errors: those of volo_train_sets_open, MEMORY, CANCELLED. */
VOLO_API VOLO_NODISCARD VoloStatus volo_data_check_run(const VoloDataOptions *options,
                                                       const VoloDataCheckOptions *check,
                                                       VoloDataProgressFn progress, void *user,
                                                       VoloDataCheck **ret_check, VoloError *err);
VOLO_API void volo_data_check_free(VoloDataCheck *check); /* NULL is allowed */

/* The sets of a role; NULL when it has none. Borrowed, not scanned. */
VOLO_API const VoloTrainSets *volo_data_check_sets(const VoloDataCheck *check, VoloDataRole role);
/* What was found while listing, then for each pair, then duplicates, then pictures that look alike;
 * each in the order of roles, sets and pairs. NULL beyond the end. */
VOLO_API const VoloFinding *volo_data_check_finding(const VoloDataCheck *check, size_t index);
/* Pairs of a set that could be read and counted. */
VOLO_API size_t volo_data_check_good(const VoloDataCheck *check, VoloDataRole role, size_t set);
/* Pixels of a label of a set (VOLO_LABEL_IGNORE too), and pictures that hold it. */
VOLO_API uint64_t volo_data_check_pixels(const VoloDataCheck *check, VoloDataRole role, size_t set,
                                         size_t label);
VOLO_API size_t volo_data_check_holders(const VoloDataCheck *check, VoloDataRole role, size_t set,
                                        size_t label);

#ifdef __cplusplus
}
#endif
#endif
