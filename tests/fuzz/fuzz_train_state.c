/* SPDX-License-Identifier: Apache-2.0 */
/* The input is the state of a training of three arrays of four weights. */
#include "fuzz/fuzz_input.h"

#include "train/train_state.h"

#include <string.h>

enum {
    ARRAYS = 3,
    FLOATS = 4
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    float memory[ARRAYS][FLOATS] = { { 0 } };
    VoloTrainState state = { .settings = "seed\t1\nlr\t0.001\n",
                             .array = { memory[0], memory[1], memory[2] },
                             .arrays = ARRAYS,
                             .floats = FLOATS,
                             .step = UINT64_MAX };
    VoloError err = { 0 };
    const VoloStatus status = volo_train_state_read(&state, fuzz_input_path(data, bytes), &err);

    if (status) {
        fuzz_must(state.step == UINT64_MAX, "a refused file says no step");
        fuzz_must_explain(status, &err);
    }
    return 0;
}
