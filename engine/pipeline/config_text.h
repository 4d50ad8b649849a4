/* SPDX-License-Identifier: Apache-2.0 */
/* The settings of a model as JSON text (docs/formats.md, "Model config"), and what completes them.
 *
 *     volo_config_init(&cfg);
 *     volo_config_parse(&cfg, &said, ...);   for each source, the strongest first
 *     backbone and head: configure           from the shapes of the tensors
 *     volo_config_finish(&cfg, ...);         defaults
 *     volo_config_clear(&cfg);
 */
#ifndef VOLO_PIPELINE_CONFIG_TEXT_H
#define VOLO_PIPELINE_CONFIG_TEXT_H

#include <volo/impl/config.h>

#include "base/json.h"

/* Everything "not said", but what has the same default for every model: backbone "volo", head
 * "upernet", mean and standard deviation of ImageNet, sliding windows. */
void volo_config_init(VoloConfig *cfg);
void volo_config_clear(VoloConfig *cfg); /* frees the names; all zero afterwards */

/* Which top-level fields the sources read so far have said; zero before the first. */
typedef uint32_t VoloConfigSaid;

/* Takes from JSON text (called name in messages) those top-level fields that *said does not hold,
 * and adds them to *said; unknown fields are ignored. After a failure cfg is good for
 * volo_config_clear only. Errors: FORMAT (file and field, or line and column), UNSUPPORTED (another
 * model, backbone or neck), LIMIT, MEMORY. */
VoloStatus volo_config_parse(VoloConfig *cfg, VoloConfigSaid *said, const char *name,
                             const char *text, size_t bytes, VoloError *err);

/* The same from parsed JSON. */
VoloStatus volo_config_decode(VoloConfig *cfg, VoloConfigSaid *said, const char *name,
                              const json_t *root, VoloError *err);

/* Whether a source has said that top-level field: "use_auxiliary_head". */
bool volo_config_has_said(VoloConfigSaid said, const char *field);

/* Names the classes (the names are copied) and, when palette is not NULL, colours them.
 * Errors: FORMAT (another number of classes is known, a name cannot be printed), LIMIT, MEMORY; cfg
 * is then unchanged. */
VoloStatus volo_config_set_classes(VoloConfig *cfg, size_t count, const char *const *names,
                                   const uint8_t (*palette)[3], VoloError *err);

/* Fills in what neither files nor shapes nor backbone and head have said: test protocol, class
 * names, palette; makes mlp_ratio agree with mlp_hidden. classes and img_size must be known by now.
 * *ret_note is a static line for people when the class names are a guess, else NULL.
 * Errors: MISSING, LIMIT, FORMAT (windows that leave gaps), MEMORY. */
VoloStatus volo_config_finish(VoloConfig *cfg, const char **ret_note, VoloError *err);

/* The stride of windows, in pixels, that a crop's side has when nothing says otherwise. */
size_t volo_default_stride(size_t crop);

/* Compact JSON with every field, always the same for the same cfg, from which volo_config_decode
 * makes an equal one. The caller's (free); NULL when memory is refused. */
char *volo_config_to_json(const VoloConfig *cfg);

#endif
