/* SPDX-License-Identifier: Apache-2.0 */
/* How good a model is on the validation sets of a training: what volo-eval run counts, without its
 * boundaries, instances and reports. */
#ifndef VOLO_TRAIN_VALIDATION_H
#define VOLO_TRAIN_VALIDATION_H

#include <volo/train.h>

typedef struct VoloValidator VoloValidator;

/* Decides how classes are folded into those of each set: by the map file of a set that is used
 * "coarse:FILE", else by the map volo_label_map_choose finds. sets and options must outlive it.
 * On success *ret_validator is the caller's. Errors: MISSING, FORMAT, MEMORY. */
VoloStatus volo_validator_new(const VoloTrainSets *sets, const VoloDataOptions *options,
                              VoloValidator **ret_validator, VoloError *err);
void volo_validator_free(VoloValidator *v); /* NULL is allowed */

/* As volo_trainer_validate; threads 0: all. */
VoloStatus volo_validator_run(VoloValidator *v, const char *model, int threads,
                              VoloTrainProgressFn progress, void *user,
                              const VoloValidation **ret_sets, size_t *ret_count, VoloError *err);

#endif
