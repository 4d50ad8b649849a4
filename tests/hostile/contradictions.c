/* SPDX-License-Identifier: Apache-2.0 */
#include "hostile/contradictions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define BACKBONE(text) "{\"backbone_config\": {" text "}}"
#define BACKBONE_OF_ONE_HEAD(text) BACKBONE(text ", \"num_heads\": [1, 1, 1, 1]")
#define TOP(text) "{\"backbone_config\": {\"num_heads\": [1, 1, 1, 1]}, " text "}"

const Contradiction contradictions[] = {
    { "blocks_too_many", BACKBONE_OF_ONE_HEAD("\"layers\": [1, 3, 1, 1]"),
      "field 'layers[1]' is 3, but tensors 'backbone.network.2.*' have 1 blocks", VOLO_ERR_SHAPE },
    { "width_of_the_first_stage", BACKBONE_OF_ONE_HEAD("\"embed_dims\": [8, 4, 4, 4]"),
      "field 'embed_dims[0]' is 8, but tensor", VOLO_ERR_SHAPE },
    { "width_of_the_other_stages", BACKBONE_OF_ONE_HEAD("\"embed_dims\": [4, 8, 8, 8]"),
      "field 'embed_dims[1]' is 8, but tensor 'backbone.network.1.proj.weight' says 4",
      VOLO_ERR_SHAPE },
    { "heads_of_the_outlooker", BACKBONE("\"num_heads\": [2, 1, 1, 1]"),
      "field 'num_heads[0]' is 2, but tensor 'backbone.network.0.0.attn.attn.weight' says 1",
      VOLO_ERR_SHAPE },
    { "heads_that_do_not_divide", BACKBONE("\"num_heads\": [1, 3, 1, 1]"),
      "embed_dims[1] 4 does not divide into 3 heads", VOLO_ERR_SHAPE },
    { "heads_not_given", "{}",
      "the config does not give num_heads, and embed_dims[1] 4 is below the usual 32 a head",
      VOLO_ERR_MISSING },
    { "mlp_ratio", BACKBONE_OF_ONE_HEAD("\"mlp_ratio\": 3"), "field 'mlp_ratio", VOLO_ERR_SHAPE },
    { "stem", BACKBONE_OF_ONE_HEAD("\"stem_hidden_dim\": 9"),
      "field 'stem_hidden_dim' is 9, but tensor 'backbone.patch_embed.conv.0.weight' says 1",
      VOLO_ERR_SHAPE },
    { "variant_of_another_size", BACKBONE_OF_ONE_HEAD("\"variant\": \"volo_d1\""), "field '",
      VOLO_ERR_SHAPE },
    { "variant_unknown", BACKBONE_OF_ONE_HEAD("\"variant\": \"volo_d9\""),
      "variant 'volo_d9' is unknown, expected volo_d1 to volo_d5", VOLO_ERR_UNSUPPORTED },
    { "hidden_size", TOP("\"hidden_size\": 17"),
      "field 'hidden_size' says 17, but tensor 'decode_head.conv_seg.weight' has 1",
      VOLO_ERR_SHAPE },
    { "classes_too_few", TOP("\"id2label\": {\"0\": \"one\"}"),
      "field 'id2label' says 1, but tensor 'decode_head.conv_seg.weight' has 2", VOLO_ERR_SHAPE },
    { "pool_scales", TOP("\"pool_scales\": [1, 2]"),
      "field 'pool_scales' has 2 entries, but there are 1 tensors "
      "'decode_head.psp_modules.*.1.conv.weight'",
      VOLO_ERR_SHAPE },
    { "neck", TOP("\"neck\": \"mln\""),
      "field 'neck' is 'mln', but there are no tensors 'neck.lateral_convs.*'", VOLO_ERR_MISSING },
};
#undef BACKBONE
#undef BACKBONE_OF_ONE_HEAD
#undef TOP
const size_t contradiction_count = sizeof contradictions / sizeof *contradictions;

const char *contradiction_write(const ScratchDir *dir, const Contradiction *c, WholeModelKind kind,
                                const MakerBytes *model)
{
    char name[128];

    snprintf(name, sizeof name, "%s_%d", c->name, (int)kind);
    assert_int_equal(mkdir(scratch_path(dir, name), 0777), 0);
    snprintf(name, sizeof name, "%s_%d/config.json", c->name, (int)kind);
    scratch_write(dir, name, c->config, strlen(c->config));
    snprintf(name, sizeof name, "%s_%d/model%s", c->name, (int)kind, whole_model_ending[kind]);
    return scratch_write(dir, name, model->data, model->bytes);
}
