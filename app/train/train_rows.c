/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of the training's options: each field of VoloTrainOptions has one, with dashes in its name.
 */
#include "app/train/train_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* [double] 0.01, 6e-5; ranges are the library's to check. */
static VoloStatus parse_real(const OptionRow *row, const char *text, void *field, VoloError *err)
{
    char *end;
    const double value = strtod(text, &end);

    (void)row;
    if (!*text || *end || text[strspn(text, "0123456789.e+-")] || !isfinite(value))
        return volo_fail(err, VOLO_ERR_ARGUMENT, "'%s' is not a number such as 0.01 or 6e-5", text);
    *(double *)field = value;
    return VOLO_OK;
}

#define AT(field) offsetof(VoloTrainOptions, field), WORDS_NONE, 0, 0
#define COUNT(field, least, most) offsetof(VoloTrainOptions, field), WORDS_NONE, least, most
#define MANY UINT64_C(1000000000000)

const OptionRow network_rows[NETWORK_ROW_COUNT] = {
    { "model", 'm', option_text, "FILE|DIR",
      "start from it: a segmentation model, or an ImageNet checkpoint that gets a new head",
      offsetof(VoloTrainOptions, model), WORDS_FILE, 0, 0 },
    { "network", 0, option_text, "FILE", "a new network of this model config (JSON)",
      offsetof(VoloTrainOptions, network), WORDS_FILE, 0, 0 },
    { "variant", 0, option_text, "NAME", "a new network of this size: volo_d1 to volo_d5",
      AT(variant) },
    { "neck", 0, option_text, "NAME",
      "new heads behind this neck, whatever the start has: none or one of volo-model info",
      AT(neck) },
    { "hidden-size", 0, option_count, "N",
      "channels of a new decode head (default: the config's, else 512)",
      COUNT(hidden_size, 1, 65536) },
    { "auxiliary-channels", 0, option_count, "N",
      "channels of a new auxiliary head (default: the config's, else 256)",
      COUNT(auxiliary_channels, 1, 65536) },
    { "test-mode", 0, option_choice, "whole|slide",
      "how the trained model will see pictures (default: whole)",
      offsetof(VoloTrainOptions, test_mode), WORDS_CHOICES, 0, 0 },
    { "test-resize", 0, option_text, "none|HxW|LxS:keep",
      "and how they are resized for it (default: what the start says)", AT(test_resize) },
};

const OptionRow optimizer_rows[OPTIMIZER_ROW_COUNT] = {
    { "steps", 'n', option_count, "N", "steps of the whole training (default: 1000)",
      COUNT(steps, 1, MANY) },
    { "accumulate", 0, option_count, "N", "batches that make one step (default: 1)",
      COUNT(accumulate, 1, 4096) },
    { "optimizer", 0, option_choice, "adamw|sgd", "default: adamw",
      offsetof(VoloTrainOptions, optimizer), WORDS_CHOICES, 0, 0 },
    { "lr", 0, parse_real, "R", "learning rate after warm-up (default: 6e-5)", AT(lr) },
    { "beta1", 0, parse_real, "B", "of adamw (default: 0.9)", AT(beta1) },
    { "beta2", 0, parse_real, "B", "of adamw (default: 0.999)", AT(beta2) },
    { "eps", 0, parse_real, "E", "of adamw (default: 1e-8)", AT(eps) },
    { "momentum", 0, parse_real, "M", "of sgd (default: 0.9)", AT(momentum) },
    { "nesterov", 0, option_set, NULL, "Nesterov's momentum for sgd", AT(nesterov) },
    { "weight-decay", 0, parse_real, "D",
      "of all but norms, biases and position embeddings (default: 0.01)", AT(weight_decay) },
    { "layer-decay", 0, parse_real, "D",
      "factor of the learning rate from a layer of the backbone to the one before it (default: 1)",
      AT(layer_decay) },
    { "clip", 0, parse_real, "N", "largest norm of the gradient (default: any)", AT(clip) },
    { "freeze", 0, option_text, "PREFIX,...",
      "do not train what begins so: backbone.patch_embed,backbone.network.0", AT(freeze) },
    { "ema", 0, parse_real, "D",
      "keep a moving average of the weights with this decay, and save that (default: 0, none)",
      AT(ema) },
    { "schedule", 0, option_choice, "poly|cosine|constant",
      "how the learning rate falls (default: poly)", offsetof(VoloTrainOptions, schedule),
      WORDS_CHOICES, 0, 0 },
    { "warmup", 0, option_count, "N", "steps in which it rises first (default: 0)",
      COUNT(warmup, 0, MANY) },
    { "warmup-factor", 0, parse_real, "F", "where it rises from (default: 1e-6)",
      AT(warmup_factor) },
    { "power", 0, parse_real, "P", "of poly (default: 1)", AT(power) },
    { "min-lr", 0, parse_real, "R", "learning rate at the end (default: 0)", AT(min_lr) },
};

const OptionRow loss_rows[LOSS_ROW_COUNT] = {
    { "aux-weight", 0, parse_real, "W",
      "weight of the auxiliary head's loss; 0: without it (default: 0.4)", AT(aux_weight) },
    { "class-weights", 0, option_text, "none|log|W,...",
      "weights of the classes; log: 1 / ln(1.02 + share of the class) (default: none)",
      AT(class_weights) },
    { "label-smoothing", 0, parse_real, "S", "share of each target spread over all classes",
      AT(label_smoothing) },
    { "ohem", 0, parse_real, "P",
      "online hard example mining: keep pixels whose right label has a probability below P",
      AT(ohem) },
    { "ohem-kept", 0, option_count, "N", "and at least about N pixels a picture",
      COUNT(ohem_kept, 0, 1000000000) },
    { "cross-entropy", 0, parse_real, "W", "weight of the cross entropy (default: 1)",
      AT(cross_entropy) },
    { "dice", 0, parse_real, "W", "weight of the Dice loss (default: 0)", AT(dice) },
    { "lovasz", 0, parse_real, "W", "weight of the Lovász-softmax loss (default: 0)", AT(lovasz) },
};

const OptionRow course_rows[COURSE_ROW_COUNT] = {
    { "drop-path", 0, parse_real, "P", "stochastic depth of the last block (default: 0.1)",
      AT(drop_path) },
    { "dropout", 0, parse_real, "P", "before the classifying layers (default: 0.1)", AT(dropout) },
    { "checkpoint-blocks", 0, option_set, NULL,
      "keep only the inputs of blocks and compute them twice: less memory, more time",
      AT(checkpoint_blocks) },
    { "max-memory", 0, option_bytes, "BYTES", "refuse to need more: 512M, 8G", AT(max_memory) },
    { "val-every", 0, option_count, "N", "steps; 0: only at the end (default: 500)",
      COUNT(val_every, 0, MANY) },
    { "save-every", 0, option_count, "N", "steps between checkpoints (default: 200)",
      COUNT(save_every, 1, MANY) },
    { "log-every", 0, option_count, "N", "steps of a line in log.jsonl (default: 10)",
      COUNT(log_every, 1, MANY) },
    { "dtype", 0, option_choice, "f32|f16", "numbers of the models that are written (default: f32)",
      offsetof(VoloTrainOptions, dtype), WORDS_CHOICES, 0, 0 },
};
#undef AT
#undef COUNT
#undef MANY
