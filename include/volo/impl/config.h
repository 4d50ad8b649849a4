/* SPDX-License-Identifier: Apache-2.0 */
/* VoloConfig: all settings of a model, after flags, file and tensor shapes have been merged
 * (docs/formats.md). Zero means "not said yet" while it is being completed. */
#ifndef VOLO_IMPL_CONFIG_H
#define VOLO_IMPL_CONFIG_H

#include <volo/model.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VOLO_STAGES 4
#define VOLO_MAX_POOL_SCALES 8
#define VOLO_MAX_CLASSES 255
#define VOLO_MAX_BLOCKS 256     /* per stage */
#define VOLO_MAX_CHANNELS 65536 /* of any layer */

typedef struct VoloConfig {
    char backbone[32]; /* "volo" */
    char head[32];     /* "upernet" */

    char variant[32];           /* a row of the backbone's table, or "" */
    size_t img_size[2];         /* height, width of training, in pixels */
    size_t layers[VOLO_STAGES]; /* blocks per stage */
    size_t embed_dims[VOLO_STAGES];
    size_t num_heads[VOLO_STAGES];
    double mlp_ratio[VOLO_STAGES]; /* 0: from shapes */
    size_t mlp_hidden[VOLO_STAGES];
    size_t stem_hidden;
    size_t out_indices[VOLO_STAGES]; /* indices into the backbone's stages */
    bool has_out_indices;
    size_t pos_grid[2]; /* height, width of the stored position embedding */

    size_t hidden_size; /* channels of the decode head */
    size_t pool_scales[VOLO_MAX_POOL_SCALES];
    size_t pool_scale_count;
    bool use_auxiliary_head;
    size_t auxiliary_channels;
    bool align_corners;
    double drop_path,
        dropout;     /* training: of the last transformer, and of the heads; never stored */
    char neck[16];   /* "" is none */
    bool taps_alike; /* it takes maps of one width and stride */
    size_t neck_channels[VOLO_STAGES]; /* of its maps, and inside of it; from shapes alone */
    size_t neck_hidden[VOLO_STAGES];

    /* The classification tail, known when it is what the model was opened for. */
    size_t tail_layers, tail_hidden, tail_classes;
    bool tail_is_bare; /* its tensors' names lack "backbone." */

    size_t classes;
    char *names[VOLO_MAX_CLASSES];        /* owned; NULL: not said */
    uint8_t palette[VOLO_MAX_CLASSES][3]; /* R, G, B */
    bool has_palette;
    char dataset[64];

    float image_mean[3], image_std[3]; /* RGB, on the scale 0..255 */
    VoloMode test_mode;
    size_t crop_size[2], stride[2]; /* height, width */
    VoloResize test_resize;
} VoloConfig;

#ifdef __cplusplus
}
#endif
#endif
