/* SPDX-License-Identifier: Apache-2.0 */
/* What data sets are made of: classes (VoloClassTable), the meaning of the values in their label
 * files (VoloLabelSpace), how predictions of another set's classes are folded into them
 * (VoloLabelMap), and the pairs of picture and labels below a folder (VoloDataset).
 *
 * Threads: all four are immutable once made and may be read from any thread; a VoloRawPicture
 * belongs to one thread at a time. */
#ifndef VOLO_DATASET_H
#define VOLO_DATASET_H

#include <volo/input.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The classes of a data set: names, ids, trainIds and colours, from a built-in table or a TSV file
 * (header `name id trainId R G B`; category, hasInstances and averageSize are read too, further
 * columns are allowed). */
typedef struct VoloClassTable VoloClassTable;

/* One class. The network's class index is the trainId. */
typedef struct VoloClass {
    const char *name;  /* UTF-8, owned by the table */
    int id;            /* in label files of the data set: Cityscapes labelId, ADE20K index + 1 */
    uint8_t colour[3]; /* R, G, B */
} VoloClass;

/* Opens a built-in table ("cityscapes", "ade20k"; see volo_registry_entry(VOLO_DATASETS)) or, when
 * the text is not such a name, the TSV file at that path.
 * On success *ret_table is the caller's (volo_class_table_free); on failure it is untouched.
 * Errors: IO, MISSING (neither a name nor a file), FORMAT (file and line named), LIMIT, MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_class_table_open(const char *name_or_path,
                                                         VoloClassTable **ret_table,
                                                         VoloError *err);

/* A table made from count names (copied), ids and colours. ids may be NULL: the indices; colours
 * too: generated ones, fixed for each index. Errors: ARGUMENT, MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_class_table_new(const char *name, size_t count,
                                                        const char *const *names, const int *ids,
                                                        const uint8_t (*colours)[3],
                                                        VoloClassTable **ret_table, VoloError *err);

VOLO_API void volo_class_table_free(VoloClassTable *table); /* NULL is allowed */

/* Of a built-in table its name, of a file its name without folder and ending. */
VOLO_API const char *volo_class_table_name(const VoloClassTable *table);
VOLO_API size_t volo_class_table_count(const VoloClassTable *table); /* 1..255 trainIds */
/* The class of a trainId below the count; borrowed. */
VOLO_API const VoloClass *volo_class_table_get(const VoloClassTable *table, size_t train_id);

/* --- the values of label files ---------------------------------------------------------------- */

typedef enum VoloLabelKind {
    VOLO_LABELS_AUTO,      /* whatever the data set has, in the order of the next three */
    VOLO_LABELS_IDS,       /* PNG of the table's ids: Cityscapes labelIds, ADE20K index + 1 */
    VOLO_LABELS_TRAIN_IDS, /* PNG of class indices, 255 is ignored */
    VOLO_LABELS_POLYGONS,  /* Cityscapes JSON, drawn as json2labelImg does; values are ids */
} VoloLabelKind;

VOLO_API const char *volo_label_kind_name(VoloLabelKind kind); /* "auto" "ids" "train-ids" ... */

/* What one raw value means. */
typedef struct VoloLabel {
    const char *name;     /* UTF-8, owned by the space */
    const char *category; /* NULL: the data set has none */
    int raw;              /* the value in label files, 0..255 */
    int id;               /* the table's id; differs from raw for TRAIN_IDS. -1: several (void) */
    int class_index;      /* 0..classes-1, or -1: pixels with this label are ignored */
    int category_index;   /* 0..categories-1, or -1 */
    uint8_t colour[3];    /* R, G, B */
    bool has_instances;   /* of the category's iIoU even when ignored (Cityscapes caravan) */
    double average_size;  /* of an instance, in pixels, for iIoU; 0: no iIoU for this label */
} VoloLabel;

/* What the 256 raw values of 8-bit label files mean: a class that is evaluated, a label that is
 * ignored, or nothing (unknown: refused). Predictions are written in the same values. */
typedef struct VoloLabelSpace VoloLabelSpace;

#define VOLO_MAX_CATEGORIES 32

/* The space of a table's ids (IDS, POLYGONS) or of its class indices (TRAIN_IDS); AUTO is IDS. The
 * table is copied. When no row of the table is ignored, 255 is an ignored label "void".
 * Errors: UNSUPPORTED (255 is a class, over VOLO_MAX_CATEGORIES categories), MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_label_space_new(const VoloClassTable *table,
                                                        VoloLabelKind kind,
                                                        VoloLabelSpace **ret_space, VoloError *err);
VOLO_API void volo_label_space_free(VoloLabelSpace *space); /* NULL is allowed */

VOLO_API const char *volo_label_space_name(const VoloLabelSpace *space);   /* of its table */
VOLO_API VoloLabelKind volo_label_space_kind(const VoloLabelSpace *space); /* IDS or TRAIN_IDS */
VOLO_API size_t volo_label_space_class_count(const VoloLabelSpace *space); /* 1..255 */
/* The label of a class index below the count; borrowed. Where several raw values are one class it
 * is the one the table names first: the value that predictions are written with. */
VOLO_API const VoloLabel *volo_label_space_class(const VoloLabelSpace *space, size_t class_index);
/* The label of a raw value 0..255; NULL: unknown. */
VOLO_API const VoloLabel *volo_label_space_label(const VoloLabelSpace *space, size_t raw);
/* index [raw] = class index, VOLO_CLASS_IGNORED or VOLO_CLASS_UNKNOWN. Borrowed, i16 [256]. */
VOLO_API const int16_t *volo_label_space_index(const VoloLabelSpace *space);
#define VOLO_CLASS_IGNORED (-1)
#define VOLO_CLASS_UNKNOWN (-2)
/* The raw value for "none of the classes", which predictions get that were folded into no class.
 * It is a label the data set itself ignores (Cityscapes ids 0, ADE20K 0, CamVid 11, otherwise 255),
 * so it matches no class: such a prediction is wrong wherever the truth is a class. */
VOLO_API uint8_t volo_label_space_none(const VoloLabelSpace *space);
VOLO_API size_t volo_label_space_category_count(const VoloLabelSpace *space);
/* In the order of the table, "void" among them; borrowed. */
VOLO_API const char *volo_label_space_category(const VoloLabelSpace *space, size_t category);

/* Refuses values that mean nothing in the space, by counts u64 [256] of how often each occurs in
 * the file at path: FORMAT, with file, value, number of pixels and the likely cause (trainIds read
 * as ids, ids read as trainIds, ADE20K's offset ...). */
VOLO_API VOLO_NODISCARD VoloStatus volo_label_space_check(const VoloLabelSpace *space,
                                                          const char *path,
                                                          const uint64_t counts[256],
                                                          VoloError *err);

/* --- predictions of other classes ------------------------------------------------------------- */

/* Where each class of a model goes in a label space; applied to labels after argmax. */
typedef struct VoloLabelMap VoloLabelMap;

/* A map from the classes of a model's table to those of a space: a built-in one
 * ("cityscapes19-camvid11", "cityscapes19-iddlite7") or the TSV file at that path, lines of
 * `from<TAB>to`, each a class's name or its index (trainId), to 255: no class; each class of the
 * model exactly once. Errors: IO, MISSING (neither name nor file), FORMAT (file and line named; of
 * a built-in map: the classes are not those it is for), LIMIT, MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_label_map_open(const char *name_or_path,
                                                       const VoloClassTable *model,
                                                       const VoloLabelSpace *space,
                                                       VoloLabelMap **ret_map, VoloError *err);
/* The map nobody needs to name: "identity" when the model's classes are those of the space (same
 * table name and count, or same names in the same order), else the built-in map for that pair.
 * Errors: MISSING (the message says what to give), MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_label_map_choose(const VoloClassTable *model,
                                                         const VoloLabelSpace *space,
                                                         VoloLabelMap **ret_map, VoloError *err);
VOLO_API void volo_label_map_free(VoloLabelMap *map); /* NULL is allowed */

VOLO_API const char *volo_label_map_name(const VoloLabelMap *map); /* of a file: its base name */
VOLO_API bool volo_label_map_is_identity(const VoloLabelMap *map); /* class i stays class i */
VOLO_API size_t volo_label_map_count(const VoloLabelMap *map);     /* classes of the model */
/* The class of the space that a class of the model goes to; -1: none. */
VOLO_API int volo_label_map_target(const VoloLabelMap *map, size_t model_class);
/* raw u8 [pixels] = the space's raw value for each predicted class index u8 [pixels] (a mask's
 * labels); indices that are no class of the model, as 255, become volo_label_space_none. The two
 * arrays may be the same. */
VOLO_API void volo_label_map_apply(const VoloLabelMap *map, size_t pixels, const uint8_t *predicted,
                                   uint8_t *raw);

/* Names and summaries of the built-in maps; {NULL, NULL} from the end on. */
typedef struct VoloLabelMapEntry {
    const char *name, *from, *to; /* "cityscapes19-camvid11", "cityscapes", "camvid" */
} VoloLabelMapEntry;
VOLO_API VoloLabelMapEntry volo_label_map_entry(size_t index);

/* --- pictures of stored values ---------------------------------------------------------------- */

/* A label or instance picture. It is loaded into again and again: its memory grows to the largest
 * picture and is kept. After a failed load it is empty (0x0). One thread at a time. */
typedef struct VoloRawPicture VoloRawPicture;

VOLO_API VOLO_NODISCARD VoloStatus volo_raw_picture_new(VoloRawPicture **ret_picture,
                                                        VoloError *err);
VOLO_API void volo_raw_picture_free(VoloRawPicture *picture); /* NULL is allowed */
VOLO_API size_t volo_raw_picture_height(const VoloRawPicture *picture);
VOLO_API size_t volo_raw_picture_width(const VoloRawPicture *picture);
/* u8 [height,width], rows without padding; NULL unless it holds labels. Valid until the next load.
 */
VOLO_API const uint8_t *volo_raw_picture_labels(const VoloRawPicture *picture);
/* u16 [height,width]; NULL unless it holds instances. */
VOLO_API const uint16_t *volo_raw_picture_instances(const VoloRawPicture *picture);

/* An 8-bit PNG of one channel: grey values, or palette indices as they are (never colours).
 * Errors: IO, FORMAT, UNSUPPORTED (colour, alpha or 16-bit PNG: the message says which, and what it
 * may be), LIMIT, MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_raw_picture_load_labels(VoloRawPicture *picture,
                                                                const char *path, VoloError *err);
/* The same from an open file, which stays the caller's. */
VOLO_API VOLO_NODISCARD VoloStatus volo_raw_picture_read_labels(VoloRawPicture *picture,
                                                                const VoloInput *input,
                                                                VoloError *err);
/* A grey PNG of 16 bits (or fewer), as it is stored. Errors as above. */
VOLO_API VOLO_NODISCARD VoloStatus volo_raw_picture_load_instances(VoloRawPicture *picture,
                                                                   const char *path,
                                                                   VoloError *err);
/* A Cityscapes polygon file, drawn pixel by pixel as cityscapesScripts' json2labelImg does with
 * Pillow: ids by the names of space's table, groups ("cargroup") as their class, what has no id
 * or is marked deleted not at all. Errors: IO, FORMAT (with the field), LIMIT, MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_raw_picture_load_polygons(VoloRawPicture *picture,
                                                                  const char *path,
                                                                  const VoloLabelSpace *space,
                                                                  VoloError *err);
VOLO_API VOLO_NODISCARD VoloStatus volo_raw_picture_read_polygons(VoloRawPicture *picture,
                                                                  const VoloInput *input,
                                                                  const VoloLabelSpace *space,
                                                                  VoloError *err);

/* --- pairs ------------------------------------------------------------------------------------ */

typedef struct VoloDataset VoloDataset;

/* One picture with its truth. The name is owned by the data set, the paths stand in the buffer. */
typedef struct VoloPair {
    const char *name;       /* unique in the set: "aachen/aachen_000000_000019" */
    const char *image;      /* path; NULL: opened without images */
    const char *labels;     /* path of PNG or polygon JSON */
    const char *instances;  /* path; NULL: none */
    const char *prediction; /* path; NULL until volo_dataset_match_predictions */
} VoloPair;

/* Room for a pair's paths: a set keeps names alone, some 60 bytes a pair. */
typedef struct VoloPairBuffer {
    char image[4096], labels[4096], instances[4096], prediction[4096];
} VoloPairBuffer;

/* Receives what is wrong with single pairs: a label file without picture, two of them. */
typedef void (*VoloProblemFn)(const VoloError *problem, void *user);

typedef struct VoloDatasetOptions {
    const char *name;    /* of a registered set; NULL: any two folders, images and labels below */
    const char *root;    /* registered sets: the folder of the tree */
    const char *split;   /* NULL: the set's first, "val" */
    VoloLabelKind kind;  /* default AUTO */
    bool without_images; /* labels only; root may then be the label folder (of the split) itself */
    const char *images, *labels; /* folders of the free form, searched to the bottom; pairs are
                                    files whose paths agree but for the ending */
    const char *table;     /* free form: what the values mean, as volo_class_table_open; required */
    VoloProblemFn problem; /* gets single problems, those pairs are left out; NULL: they fail */
    void *user;
} VoloDatasetOptions;

#define VOLO_DATASET_OPTIONS_INIT                                                                  \
    {                                                                                              \
        NULL, NULL, NULL, VOLO_LABELS_AUTO, false, NULL, NULL, NULL, NULL, NULL                    \
    }

/* Lists a data set. Nothing but folders is read; pairs are sorted by name (bytes).
 * On success *ret_dataset is the caller's (volo_dataset_free); on failure it is untouched.
 * Errors: ARGUMENT, IO, MISSING (unknown name or split, no label files, a picture or label file
 * without its counterpart), FORMAT (two files for one pair), LIMIT, MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_dataset_open(const VoloDatasetOptions *options,
                                                     VoloDataset **ret_dataset, VoloError *err);

/* Pairs that are named one by one. */
typedef struct VoloDatasetFiles {
    const char *name;          /* registered set whose classes they have */
    const char *const *labels; /* [count] paths; with the set's ending, the instance file beside
                                  each is found too */
    const char *const *predictions; /* [count] path of each one's prediction */
    size_t count;
} VoloDatasetFiles;

/* A data set of these pairs, without pictures; a pair's name is the path of its label file without
 * the ending that all of them share. On success *ret_dataset is the caller's; on failure it is
 * untouched. Errors: MISSING (unknown name, no files), FORMAT (a label file given twice), LIMIT,
 * MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_dataset_open_files(const VoloDatasetFiles *files,
                                                           VoloDataset **ret_dataset,
                                                           VoloError *err);
VOLO_API void volo_dataset_free(VoloDataset *dataset); /* NULL is allowed */

VOLO_API const char *volo_dataset_name(const VoloDataset *dataset);  /* "cityscapes", "folder" */
VOLO_API const char *volo_dataset_split(const VoloDataset *dataset); /* "" in the free form */
VOLO_API VoloLabelKind volo_dataset_label_kind(const VoloDataset *dataset);    /* never AUTO */
VOLO_API const VoloLabelSpace *volo_dataset_space(const VoloDataset *dataset); /* borrowed */
VOLO_API bool volo_dataset_has_instances(const VoloDataset *dataset); /* some pair has a file */
VOLO_API size_t volo_dataset_count(const VoloDataset *dataset);
/* The pair of an index below the count; its paths are valid as long as *buffer is left alone. */
VOLO_API VoloPair volo_dataset_pair(const VoloDataset *dataset, size_t index,
                                    VoloPairBuffer *buffer);
VOLO_API const char *volo_dataset_pair_name(const VoloDataset *dataset, size_t index);
/* SHA-256 of name, split, kind and the names of all pairs, as 64 hex digits. */
VOLO_API void volo_dataset_digest(const VoloDataset *dataset, char ret_hex[65]);

/* Finds each pair's prediction below folder: for Cityscapes as cityscapesScripts does, the one PNG
 * anywhere below whose name begins with city_sequence_frame; otherwise the PNG whose path below
 * folder, or, when none has that, whose bare name, agrees with the pair's name, its picture's or
 * its label file's. A pair with none or several is a problem as in VoloDatasetOptions: to problem,
 * or when that is NULL an error. pair.prediction stays NULL for those. Not thread-safe.
 * Errors: IO, MISSING, FORMAT (several), LIMIT, MEMORY. */
VOLO_API VOLO_NODISCARD VoloStatus volo_dataset_match_predictions(VoloDataset *dataset,
                                                                  const char *folder,
                                                                  VoloProblemFn problem, void *user,
                                                                  VoloError *err);

/* The truth of a pair as raw values of the set's space, whatever kind of file it has. Values are
 * not checked (volo_label_space_check). Errors as volo_raw_picture_load_labels and _polygons. */
VOLO_API VOLO_NODISCARD VoloStatus volo_dataset_load_labels(const VoloDataset *dataset,
                                                            size_t index, VoloRawPicture *picture,
                                                            VoloError *err);
/* Its instances in Cityscapes' code: id, or id * 1000 + number of an instance (KITTI's
 * id * 256 + number is converted). ARGUMENT when the pair has none. */
VOLO_API VOLO_NODISCARD VoloStatus volo_dataset_load_instances(const VoloDataset *dataset,
                                                               size_t index,
                                                               VoloRawPicture *picture,
                                                               VoloError *err);

/* What a registered data set looks like on disk, for people. Borrowed. {0} when unknown. */
typedef struct VoloDatasetInfo {
    const char *name, *summary;
    const char *images, *labels, *instances; /* folders below the root, '%' for the split's;
                                                instances may be NULL */
    const char *image_ending, *label_ending; /* behind a pair's name: "_leftImg8bit.png" */
    const char *splits[5];                   /* the default first; NULL behind the last */
    bool boundary_of_cityscapes;             /* boundary ratio 0.5 % by default, else 2 % */
    bool convention_of_cityscapes;           /* scored as Cityscapes by default, else as mmseg */
} VoloDatasetInfo;
VOLO_API VoloDatasetInfo volo_dataset_info(const char *name);

#ifdef __cplusplus
}
#endif
#endif
