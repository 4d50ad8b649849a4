/* SPDX-License-Identifier: Apache-2.0 */
/* Every limit on what a file may ask for, in one place. docs/formats.md lists them for users; each
 * has a test below, at and above it. */
#ifndef VOLO_BASE_LIMITS_H
#define VOLO_BASE_LIMITS_H

/* Pictures */
#define VOLO_LIMIT_IMAGE_SIDE 65500u       /* pixels */
#define VOLO_LIMIT_IMAGE_PIXELS 100000000u /* default of --max-pixels */
#define VOLO_LIMIT_PNG_CHUNK_BYTES 8000000u
#define VOLO_LIMIT_PNG_CHUNKS 1000u
#define VOLO_LIMIT_JPEG_SCANS 100
#define VOLO_LIMIT_JPEG_MEMORY (512l << 20) /* bytes */
#define VOLO_LIMIT_IMAGE_SECONDS 20u        /* of processor time; kept by volo-decode alone */

#define VOLO_LIMIT_PLAIN_PNG_BYTES (64u << 20) /* of a file; larger label files are libpng's */
#define VOLO_LIMIT_POLYGON_BYTES (16u << 20)   /* of a file */
#define VOLO_LIMIT_POLYGON_POINTS 20000u       /* of one polygon */
#define VOLO_LIMIT_POLYGONS_POINTS 100000u     /* of a file */
#define VOLO_LIMIT_POLYGON_COORDINATE 10000000 /* on either side of 0 */
#define VOLO_LIMIT_PAIRS 10000000u             /* of a data set */

/* Model files */
#define VOLO_LIMIT_SAFETENSORS_HEADER (16u << 20) /* bytes */
#define VOLO_LIMIT_TENSORS 65536u
#define VOLO_LIMIT_TENSOR_NAME 512u /* bytes */
#define VOLO_LIMIT_TENSOR_RANK 8u
#define VOLO_LIMIT_HEADER_JSON_DEPTH 4u
#define VOLO_LIMIT_PICKLE_BYTES (64u << 20)
#define VOLO_LIMIT_PICKLE_OPCODES 1000000u
#define VOLO_LIMIT_PICKLE_STACK 1000000u
#define VOLO_LIMIT_PICKLE_MEMO 1000000u
#define VOLO_LIMIT_PICKLE_DEPTH 64u
#define VOLO_LIMIT_PICKLE_GLOBALS 1024u /* different names */
#define VOLO_LIMIT_ZIP_ENTRIES 65536u
#define VOLO_LIMIT_ZIP_DIRECTORY (16u << 20) /* bytes */

/* Settings (classes, blocks, channels: <volo/impl/config.h>, where backbones and heads see them) */
#define VOLO_LIMIT_CONFIG_BYTES (1u << 20)
#define VOLO_LIMIT_CONFIG_DEPTH 16u
#define VOLO_LIMIT_JSON_VALUES 1000000u /* in one text, whatever it is for */
#define VOLO_LIMIT_CLASSES 255u
#define VOLO_LIMIT_LINE_BYTES (64u << 10) /* of a table, list or journal */
#define VOLO_LIMIT_BATCH 4096u

/* Journals */
#define VOLO_LIMIT_JOURNAL_RECORD (4u << 20) /* bytes behind its length and checksum */
#define VOLO_LIMIT_JOURNAL_RECORDS (1u << 24)

/* Trainings */
#define VOLO_LIMIT_TRAIN_SETS 64u  /* of each role */
#define VOLO_LIMIT_CROP_SIDE 8192u /* pixels of a sample */
#define VOLO_LIMIT_LOADER_THREADS 256u
#define VOLO_LIMIT_LOADER_AHEAD 64u /* batches */
#define VOLO_LIMIT_BLUR_SIGMA 16
#define VOLO_LIMIT_SCALE 16 /* of random scaling, and its inverse */

/* Drawings */
#define VOLO_LIMIT_DRAWING_SIDE 32767u /* pixels of a PNG, or of a picture in a drawing */

/* Networks */
#define VOLO_LIMIT_INPUT_MIN_SIDE 16u /* pixels */

#endif
