/* SPDX-License-Identifier: Apache-2.0 */
#include <volo/volo.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "support/scratch_dir.h"
#include "weights/weights.h"

static const char tiny_config[] =
    "{\"backbone_config\": {\"model_type\": \"volo\", \"layers\": [1, 2, 1, 1],"
    " \"embed_dims\": [32, 64, 64, 64], \"num_heads\": [1, 2, 2, 2], \"mlp_ratio\": 2.0,"
    " \"stem_hidden_dim\": 8, \"img_size\": [64, 96]},"
    " \"hidden_size\": 16, \"id2label\": {\"0\": \"up\", \"1\": \"down\", \"2\": \"strange\"},"
    " \"test\": {\"mode\": \"whole\"}}";

static ScratchDir dir;

/* tiny.json and tiny.st, or with a neck f2p.json and f2p.st. */
static int make_model(const char *neck)
{
    const char *name = neck ? neck : "tiny";
    char text[1024], file[32];
    VoloError err;

    snprintf(text, sizeof text, "{\"neck\": %s%s%s, %s", neck ? "\"" : "", neck ? neck : "null",
             neck ? "\"" : "", tiny_config + 1);
    snprintf(file, sizeof file, "%s.json", name);
    const char *config = scratch_write(&dir, file, text, strlen(text));
    const VoloModelRecipe recipe = { .config_path = config, .seed = 1 };
    snprintf(file, sizeof file, "%s.st", name);
    return volo_model_create(&recipe, scratch_path(&dir, file), &err) != VOLO_OK;
}

static int make_models(void **state)
{
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    return volo_init(&err) || make_model(NULL) || make_model("mln") || make_model("f2p") ||
           make_model("sidelayer") || make_model("detail");
}

static int clear_scratch(void **state)
{
    (void)state;
    scratch_dir_clear(&dir);
    return 0;
}

/* How a copy of the tiny model differs from it. */
typedef struct Change {
    bool beit;          /* Feature2Pyramid by BEiT's names */
    const char *from;   /* another model in the folder */
    const char *config; /* another text */
    const char *drop;   /* a tensor left out */
    const char *add;    /* a scalar tensor more */
    const char *widen;  /* a tensor whose first dimension grows by one */
    const char *flatten_grid;
    size_t token_rows; /* with flatten_grid: rows put before the grid's */
} Change;

typedef struct Source {
    const VoloWeights *weights;
    const VoloWeightEntry *entry[256]; /* NULL: zeros */
} Source;

static VoloStatus copy_values(size_t i, uint64_t first, size_t count, void *dst, void *user,
                              VoloError *err)
{
    const Source *s = user;

    memset(dst, 0, count * sizeof(float));
    if (!s->entry[i] || first + count > s->entry[i]->count)
        return VOLO_OK;
    return volo_weights_read(s->weights, s->entry[i], first, count, dst, err);
}

/* neck.upsample_4x.0.bias -> backbone.fpn1.0.bias */
static const char *beit_name(const char *name)
{
    static char names[16][64];
    static size_t used;
    const char *module = strncmp(name, "neck.upsample_4x.", 17) == 0   ? "backbone.fpn1"
                         : strncmp(name, "neck.upsample_2x.", 17) == 0 ? "backbone.fpn2"
                                                                       : NULL;

    if (!module)
        return name;
    char *renamed = names[used++ % 16];
    snprintf(renamed, sizeof *names, "%s%s", module, name + 16);
    return renamed;
}

static size_t describe(const Change *change, const VoloWeights *w, VoloSaveTensor *tensor,
                       Source *source)
{
    size_t count = 0;

    for (size_t i = 0; i < w->count; i++) {
        const VoloWeightEntry *e = &w->entry[i];
        VoloSaveTensor *t = &tensor[count];

        if (change->drop && strcmp(e->name, change->drop) == 0)
            continue;
        *t = (VoloSaveTensor){
            change->beit ? beit_name(e->name) : e->name, VOLO_F32, e->rank, { 0 }
        };
        memcpy(t->shape, e->shape, sizeof t->shape);
        if (change->widen && strcmp(e->name, change->widen) == 0)
            t->shape[0]++;
        if (change->flatten_grid && strcmp(e->name, change->flatten_grid) == 0) {
            t->rank = 3;
            t->shape[1] = e->shape[1] * e->shape[2] + change->token_rows;
            t->shape[2] = e->shape[3];
        }
        source->entry[count++] = e;
    }
    if (change->add)
        tensor[count++] = (VoloSaveTensor){ change->add, VOLO_F32, 1, { 1 } };
    return count;
}

static const char *write_changed(const Change *change)
{
    VoloSaveTensor tensor[256];
    VoloWeights *w = NULL;
    VoloError err;
    const char *out = scratch_path(&dir, "changed.st");

    if (volo_weights_open(scratch_path(&dir, change->from ? change->from : "tiny.st"), false, &w,
                          &err))
        fail_msg("%s", err.message);
    Source source = { w, { NULL } };
    const size_t count = describe(change, w, tensor, &source);
    if (volo_safetensors_write(out, tensor, count, change->config ? change->config : w->config,
                               copy_values, &source, &err))
        fail_msg("%s", err.message);
    volo_weights_close(w);
    return out;
}

static void refused(const Change *change, VoloStatus want, const char *message)
{
    VoloModel *model = NULL;
    VoloError err = { 0 };
    char full[512];
    const char *path = write_changed(change);

    assert_int_equal(volo_model_open(path, NULL, &model, &err), want);
    assert_null(model);
    snprintf(full, sizeof full, "'%s': %s", path, message);
    assert_string_equal(err.message, full);
}

static void opens_what_it_made(void **state)
{
    VoloModel *model = NULL;
    VoloError err;

    (void)state;
    if (volo_model_open(scratch_path(&dir, "tiny.st"), NULL, &model, &err))
        fail_msg("%s", err.message);
    const VoloModelInfo *info = volo_model_info(model);
    assert_string_equal(info->backbone, "volo");
    assert_string_equal(info->head, "upernet");
    assert_int_equal(info->layers[1], 2);
    assert_int_equal(info->pos_grid[0], 4);
    assert_int_equal(info->pos_grid[1], 6);
    assert_int_equal(info->mlp_hidden[3], 128);
    assert_int_equal(info->classes, 3);
    assert_int_equal(info->test_mode, VOLO_MODE_WHOLE);
    assert_string_equal(volo_class_table_get(volo_model_classes(model), 2)->name, "strange");
    volo_model_unref(model);
}

static void label_ids_are_those_of_a_known_data_set(void **state)
{
    static const char config[] =
        "{\"backbone_config\": {\"layers\": [1, 1, 1, 1], \"embed_dims\": [32, 32, 32, 32],"
        " \"mlp_ratio\": 1.0, \"stem_hidden_dim\": 8}, \"hidden_size\": 8}";
    VoloModelRecipe streets = { .seed = 1 };
    VoloModel *model = NULL;
    VoloError err;
    const char *out = scratch_path(&dir, "streets.st");

    (void)state;
    streets.config_path = scratch_write(&dir, "streets.json", config, strlen(config));
    streets.classes = 19;
    if (volo_model_create(&streets, out, &err) || volo_model_open(out, NULL, &model, &err))
        fail_msg("%s", err.message);
    assert_string_equal(volo_model_info(model)->dataset, "cityscapes");
    assert_int_equal(volo_class_table_get(volo_model_classes(model), 0)->id, 7);
    assert_int_equal(volo_class_table_get(volo_model_classes(model), 18)->id, 33);
    volo_model_unref(model);
    model = NULL;
    if (volo_model_open(scratch_path(&dir, "tiny.st"), NULL, &model, &err))
        fail_msg("%s", err.message);
    assert_int_equal(volo_class_table_get(volo_model_classes(model), 2)->id, 2);
    volo_model_unref(model);
}

static void a_config_that_contradicts_the_tensors_names_field_and_tensor(void **state)
{
    static const struct {
        const char *config, *message;
        VoloStatus status;
    } cases[] = {
        { "{\"backbone_config\": {\"layers\": [1, 3, 1, 1]}}",
          "field 'layers[1]' is 3, but tensors 'backbone.network.2.*' have 2 blocks",
          VOLO_ERR_SHAPE },
        { "{\"backbone_config\": {\"embed_dims\": [32, 96, 96, 96]}}",
          "field 'embed_dims[1]' is 96, but tensor 'backbone.network.1.proj.weight' says 64",
          VOLO_ERR_SHAPE },
        { "{\"backbone_config\": {\"num_heads\": [2, 2, 2, 2]}}",
          "field 'num_heads[0]' is 2, but tensor 'backbone.network.0.0.attn.attn.weight' says 1",
          VOLO_ERR_SHAPE },
        { "{\"backbone_config\": {\"num_heads\": [1, 7, 2, 2]}}",
          "embed_dims[1] 64 does not divide into 7 heads", VOLO_ERR_SHAPE },
        { "{\"backbone_config\": {\"variant\": \"volo_d9\"}}",
          "variant 'volo_d9' is unknown, expected volo_d1 to volo_d5", VOLO_ERR_UNSUPPORTED },
        { "{\"backbone_config\": {\"stem_hidden_dim\": 9}}",
          "field 'stem_hidden_dim' is 9, but tensor 'backbone.patch_embed.conv.0.weight' says 8",
          VOLO_ERR_SHAPE },
        { "{\"hidden_size\": 17}",
          "field 'hidden_size' says 17, but tensor 'decode_head.conv_seg.weight' has 16",
          VOLO_ERR_SHAPE },
        { "{\"id2label\": {\"0\": \"one\"}}",
          "field 'id2label' says 1, but tensor 'decode_head.conv_seg.weight' has 3",
          VOLO_ERR_SHAPE },
        { "{\"pool_scales\": [1, 2]}",
          "field 'pool_scales' has 2 entries, but there are 4 tensors "
          "'decode_head.psp_modules.*.1.conv.weight'",
          VOLO_ERR_SHAPE },
        { "{\"neck\": \"mln\"}",
          "field 'neck' is 'mln', but there are no tensors 'neck.lateral_convs.*'",
          VOLO_ERR_MISSING },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        refused(&(Change){ .config = cases[i].config }, cases[i].status, cases[i].message);
}

static void a_missing_a_strange_and_a_misshapen_tensor_are_named(void **state)
{
    (void)state;
    refused(&(Change){ .drop = "backbone.network.3.0.mlp.fc2.bias" }, VOLO_ERR_MISSING,
            "tensor 'backbone.network.3.0.mlp.fc2.bias' is missing");
    refused(&(Change){ .add = "backbone.something.weight" }, VOLO_ERR_FORMAT,
            "tensor 'backbone.something.weight' is not part of the model that the file describes");
    refused(&(Change){ .widen = "decode_head.fpn_convs.1.bn.bias" }, VOLO_ERR_SHAPE,
            "tensor 'decode_head.fpn_convs.1.bn.bias' is [17], expected [16]");
    refused(&(Change){ .widen = "backbone.network.2.0.norm1.weight" }, VOLO_ERR_SHAPE,
            "tensor 'backbone.network.2.0.norm1.weight' is [65], expected [64]");
    refused(&(Change){ .drop = "backbone.network.2.0.norm1.weight" }, VOLO_ERR_MISSING,
            "tensor 'backbone.network.2.0.norm1.weight' is missing, but block 1 is there");
}

static void a_neck_is_told_by_its_tensors(void **state)
{
    static const struct {
        const char *neck;
        size_t out_indices[4];
    } cases[] = { { "mln", { 0, 2, 3, 4 } },
                  { "f2p", { 1, 2, 3, 4 } },
                  { "sidelayer", { 1, 2, 3, 4 } },
                  { "detail", { 0, 2, 3, 4 } } };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char file[32];
        VoloModel *model = NULL;
        VoloError err;

        snprintf(file, sizeof file, "%s.st", cases[i].neck);
        const char *path = write_changed(&(Change){ .from = file, .config = "{}" });
        if (volo_model_open(path, NULL, &model, &err))
            fail_msg("%s", err.message);
        assert_string_equal(volo_model_info(model)->neck, cases[i].neck);
        assert_memory_equal(volo_model_info(model)->out_indices, cases[i].out_indices,
                            sizeof cases[i].out_indices);
        volo_model_unref(model);
    }
}

static void a_pyramid_may_have_the_names_of_beit(void **state)
{
    VoloModel *model = NULL;
    VoloError err;
    const char *path = write_changed(&(Change){ .from = "f2p.st", .beit = true });

    (void)state;
    if (volo_model_open(path, NULL, &model, &err))
        fail_msg("%s", err.message);
    assert_string_equal(volo_model_info(model)->neck, "f2p");
    volo_model_unref(model);
}

static void a_neck_that_contradicts_the_tensors_is_refused(void **state)
{
    static const struct {
        Change change;
        const char *message;
        VoloStatus status;
    } cases[] = {
        { { .from = "f2p.st", .config = "{\"neck\": \"mln\"}" },
          "field 'neck' is 'mln', but tensors 'neck.upsample_4x.*' are those of 'f2p'",
          VOLO_ERR_SHAPE },
        { { .from = "mln.st", .config = "{\"neck\": null}" },
          "field 'neck' is null, but tensors 'neck.lateral_convs.*' are those of 'mln'",
          VOLO_ERR_SHAPE },
        { { .from = "f2p.st", .add = "backbone.side_layer1.0.weight" },
          "tensors 'neck.upsample_4x.*' and 'backbone.side_layer1.*' are those of two necks, 'f2p' "
          "and 'sidelayer'",
          VOLO_ERR_FORMAT },
        { { .from = "f2p.st", .config = "{\"backbone_config\": {\"out_indices\": [0, 2, 3, 4]}}" },
          "out_indices[0] is 0, but neck 'f2p' takes maps of one width: expected 1 to 4",
          VOLO_ERR_SHAPE },
        { { .from = "sidelayer.st", .drop = "backbone.side_layer2.3.weight" },
          "tensor 'backbone.side_layer2.3.weight' is missing",
          VOLO_ERR_MISSING },
        { { .from = "sidelayer.st", .widen = "backbone.side_layer4.1.bias" },
          "tensor 'backbone.side_layer4.1.bias' is [2049], expected [2048]",
          VOLO_ERR_SHAPE },
        { { .from = "mln.st", .drop = "neck.lateral_convs.0.conv.weight" },
          "tensor 'neck.lateral_convs.0.conv.weight' is missing",
          VOLO_ERR_MISSING },
        { { .from = "f2p.st", .widen = "neck.upsample_2x.0.weight" },
          "tensor 'neck.upsample_2x.0.weight' is [65, 64, 2, 2], expected [64, 64, 2, 2]",
          VOLO_ERR_SHAPE },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        refused(&cases[i].change, cases[i].status, cases[i].message);
}

static void a_profile_wins_over_the_config(void **state)
{
    static const struct {
        const char *profile;
        size_t out_indices[4];
    } cases[] = { { "auto", { 0, 2, 3, 3 } },
                  { "direct", { 0, 2, 3, 4 } },
                  { "zy", { 0, 1, 2, 3 } } };
    const char *path = write_changed(
        &(Change){ .config = "{\"backbone_config\": {\"out_indices\": [0, 2, 3, 3]}}" });
    VoloModel *model = NULL;
    VoloError err;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const VoloModelOptions options = { .profile = cases[i].profile };

        if (volo_model_open(path, &options, &model, &err))
            fail_msg("%s", err.message);
        assert_memory_equal(volo_model_info(model)->out_indices, cases[i].out_indices,
                            sizeof cases[i].out_indices);
        volo_model_unref(model);
    }
    const VoloModelOptions wrong = { .profile = "indirect" };
    assert_int_equal(volo_model_open(path, &wrong, &model, &err), VOLO_ERR_ARGUMENT);
    assert_non_null(strstr(err.message, "profile 'indirect' is unknown: auto, direct or zy"));
}

static void a_picture_too_small_for_a_neck_is_refused(void **state)
{
    static const char *const messages[] = {
        "after stage 'neck.lateral_convs.3': a map of 1x2 is too small to be resized by 16/32",
        "after stage 'neck.2': a map of 1x2 is too small to be halved",
    };
    static const char *const files[] = { "mln.st", "f2p.st" };
    static float x[16 * 32 * 3];

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        VoloModel *model = NULL;
        VoloSession *session = NULL;
        VoloTap logits;
        VoloError err;

        if (volo_model_open(scratch_path(&dir, files[i]), NULL, &model, &err) ||
            volo_session_new(model, NULL, &session, &err))
            fail_msg("%s", err.message);
        assert_int_equal(volo_session_forward(session, x, 1, 16, 32, &logits, &err),
                         VOLO_ERR_SHAPE);
        assert_string_equal(err.message, messages[i]);
        volo_session_free(session);
        volo_model_unref(model);
    }
}

static void a_flat_position_grid_must_be_square(void **state)
{
    (void)state; /* 4 x 6 cells make no square, with a class token in front they do */
    refused(&(Change){ .flatten_grid = "backbone.pos_embed" }, VOLO_ERR_SHAPE,
            "tensor 'backbone.pos_embed' is no grid: expected (1, h, w, 64)");
}

static void reads_a_legacy_square_grid_with_a_class_token(void **state)
{
    VoloModel *model = NULL;
    VoloError err;
    /* 24 cells and one row more are 5 x 5, or 24 + 2 = 5 x 5 and a token in front */
    const char *path =
        write_changed(&(Change){ .flatten_grid = "backbone.pos_embed", .token_rows = 2 });

    (void)state;
    if (volo_model_open(path, NULL, &model, &err))
        fail_msg("%s", err.message);
    assert_int_equal(volo_model_info(model)->pos_grid[0], 5);
    assert_int_equal(volo_model_info(model)->pos_grid[1], 5);
    volo_model_unref(model);
}

static void a_file_without_a_head_opens_but_makes_no_masks(void **state)
{
    VoloSession *session = NULL;
    VoloModel *model = NULL;
    VoloWeights *w = NULL;
    VoloError err;
    VoloSaveTensor tensor[256];
    Source source = { NULL, { NULL } };
    const char *out = scratch_path(&dir, "bare.st");
    size_t count = 0;

    (void)state;
    assert_int_equal(volo_weights_open(scratch_path(&dir, "tiny.st"), false, &w, &err), VOLO_OK);
    source.weights = w;
    for (size_t i = 0; i < w->count; i++) {
        if (strncmp(w->entry[i].name, "backbone.", 9) != 0)
            continue;
        source.entry[count] = &w->entry[i]; /* plain names, as timm writes them */
        tensor[count] = (VoloSaveTensor){ w->entry[i].name + 9, VOLO_F32, w->entry[i].rank, { 0 } };
        memcpy(tensor[count++].shape, w->entry[i].shape, sizeof w->entry[i].shape);
    }
    assert_int_equal(volo_safetensors_write(out, tensor, count, NULL, copy_values, &source, &err),
                     VOLO_OK);
    volo_weights_close(w);
    if (volo_model_open(out, NULL, &model, &err))
        fail_msg("%s", err.message);
    assert_null(volo_model_info(model)->head);
    assert_int_equal(volo_session_new(model, NULL, &session, &err), VOLO_ERR_UNSUPPORTED);
    assert_non_null(strstr(err.message, "has no decode_head tensors: it holds a classifier or a "
                                        "bare backbone and cannot produce a mask"));
    volo_model_unref(model);
}

static size_t read_bytes(const char *path, char *bytes, size_t size)
{
    FILE *file = fopen(path, "rb");

    assert_non_null(file);
    const size_t count = fread(bytes, 1, size, file);
    fclose(file);
    return count;
}

static void same_bytes(const char *a, const char *b)
{
    static char x[1 << 22], y[1 << 22];
    const size_t count = read_bytes(a, x, sizeof x);

    assert_int_equal(count, read_bytes(b, y, sizeof y));
    assert_memory_equal(x, y, count);
}

static void making_and_converting_twice_gives_the_same_bytes(void **state)
{
    VoloError err;
    const char *tiny = scratch_path(&dir, "tiny.st"), *again = scratch_path(&dir, "again.st");
    const char *first = scratch_path(&dir, "first.st"), *second = scratch_path(&dir, "second.st");
    const VoloModelRecipe recipe = { .config_path = scratch_path(&dir, "tiny.json"), .seed = 1 };

    (void)state;
    assert_int_equal(volo_model_create(&recipe, again, &err), VOLO_OK);
    same_bytes(tiny, again);
    assert_int_equal(volo_model_convert(tiny, first, VOLO_F16, &err), VOLO_OK);
    assert_int_equal(volo_model_convert(first, second, VOLO_F16, &err), VOLO_OK);
    same_bytes(first, second);
    assert_int_equal(volo_model_convert(tiny, first, VOLO_F32, &err), VOLO_OK);
    same_bytes(tiny, first);
}

static void converting_onto_the_input_is_refused(void **state)
{
    VoloError err;
    const char *tiny = scratch_path(&dir, "tiny.st");

    (void)state;
    assert_int_equal(volo_model_convert(tiny, tiny, VOLO_F16, &err), VOLO_ERR_ARGUMENT);
    assert_non_null(strstr(err.message, "is the input itself"));
}

static void a_folder_is_searched_for_its_weights(void **state)
{
    VoloModel *model = NULL;
    VoloError err;
    const char *folder = scratch_path(&dir, "folder");
    const char *inside = scratch_path(&dir, "folder/model.safetensors");

    (void)state;
    assert_int_equal(mkdir(folder, 0777), 0);
    assert_int_equal(volo_model_open(folder, NULL, &model, &err), VOLO_ERR_MISSING);
    assert_non_null(strstr(err.message, "without model.safetensors or pytorch_model.bin"));
    assert_int_equal(volo_model_convert(scratch_path(&dir, "tiny.st"), inside, VOLO_F32, &err),
                     VOLO_OK);
    assert_int_equal(volo_model_open(folder, NULL, &model, &err), VOLO_OK);
    volo_model_unref(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_what_it_made),
        cmocka_unit_test(label_ids_are_those_of_a_known_data_set),
        cmocka_unit_test(a_config_that_contradicts_the_tensors_names_field_and_tensor),
        cmocka_unit_test(a_missing_a_strange_and_a_misshapen_tensor_are_named),
        cmocka_unit_test(a_neck_is_told_by_its_tensors),
        cmocka_unit_test(a_pyramid_may_have_the_names_of_beit),
        cmocka_unit_test(a_neck_that_contradicts_the_tensors_is_refused),
        cmocka_unit_test(a_profile_wins_over_the_config),
        cmocka_unit_test(a_picture_too_small_for_a_neck_is_refused),
        cmocka_unit_test(a_flat_position_grid_must_be_square),
        cmocka_unit_test(reads_a_legacy_square_grid_with_a_class_token),
        cmocka_unit_test(a_file_without_a_head_opens_but_makes_no_masks),
        cmocka_unit_test(making_and_converting_twice_gives_the_same_bytes),
        cmocka_unit_test(converting_onto_the_input_is_refused),
        cmocka_unit_test(a_folder_is_searched_for_its_weights),
    };

    return cmocka_run_group_tests(tests, make_models, clear_scratch);
}
