/* SPDX-License-Identifier: Apache-2.0 */
/* What the config of a new model takes from its recipe. */
#ifndef VOLO_PIPELINE_RECIPE_H
#define VOLO_PIPELINE_RECIPE_H

#include <volo/impl/config.h>

/* The recipe's config file, then its own words, into cfg as volo_config_init leaves it. Errors:
 * ARGUMENT, LIMIT, and those of the file. */
VoloStatus volo_recipe_config(const VoloModelRecipe *recipe, VoloConfig *cfg, VoloError *err);

#endif
