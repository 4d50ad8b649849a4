/* SPDX-License-Identifier: Apache-2.0 */
/* From the value of a torch pickle to tensors: the same for both torch containers. */
#ifndef VOLO_WEIGHTS_STATE_DICT_H
#define VOLO_WEIGHTS_STATE_DICT_H

#include "weights/container.h"
#include "weights/pickle.h"

/* Where the data of a storage lie: that many bytes, at *ret_offset of the file.
 * Errors: FORMAT when there is none of that key or it has another size. */
typedef VoloStatus (*VoloFindStorageFn)(void *user, const VoloPickleStorage *storage,
                                        uint64_t *ret_offset, VoloError *err);

/* Finds the state dict in p->top, fills w->entry from it, class names and colours from a meta
 * beside it, and notes every opaque global. strict refuses those. Errors: FORMAT, UNSUPPORTED,
 * LIMIT, naming key and global; MEMORY. */
VoloStatus volo_state_dict_read(VoloWeights *w, const VoloPickle *p, bool strict,
                                VoloFindStorageFn find, void *user, VoloError *err);

#endif
