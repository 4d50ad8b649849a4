/* SPDX-License-Identifier: Apache-2.0 */
/* A model config for the tests that read and write such texts. */
#ifndef VOLO_TESTS_FULL_CONFIG_H
#define VOLO_TESTS_FULL_CONFIG_H

/* Every field of docs/formats.md, no value the default, written as volo_config_to_json does. */
static const char full_config[] =
    "{\"model_type\":\"upernet\",\"architectures\":[\"UperNetForSemanticSegmentation\"],"
    "\"backbone_config\":{\"model_type\":\"volo\",\"variant\":\"volo_d4\",\"img_size\":[448,480],"
    "\"layers\":[8,7,16,4],\"embed_dims\":[384,768,760,752],\"num_heads\":[12,16,8,4],"
    "\"mlp_ratio\":[3,2.6666666666666665,0.1,4],\"stem_hidden_dim\":96,\"out_indices\":[0,1,2,3]},"
    "\"hidden_size\":256,\"pool_scales\":[1,2,4,8,64],\"use_auxiliary_head\":true,"
    "\"auxiliary_channels\":128,\"align_corners\":true,\"neck\":\"mln\","
    "\"id2label\":{\"0\":\"stra\xc3\x9f"
    "e\",\"1\":\"\\\"sky\\\"; \\\\ \"},"
    "\"palette\":[[0,128,255],[1,2,3]],\"dataset\":\"my set\","
    "\"image_mean\":[-0.5,127.5,103.53],\"image_std\":[58.395,1e-05,1],"
    "\"test\":{\"mode\":\"whole\",\"crop_size\":[400,500],\"stride\":[300,310],"
    "\"resize\":{\"scale\":[2048,512],\"keep_ratio\":true}}}";

#endif
