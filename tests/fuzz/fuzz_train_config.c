/* SPDX-License-Identifier: Apache-2.0 */
/* The input is the JSON file that describes a training: its data side and its loop. */
#include "fuzz/fuzz_input.h"

#include <volo/train.h>
#include <volo/train_data.h>

#include <stdlib.h>

static void read_data(const char *path)
{
    VoloDataConfig *config = NULL;
    VoloError err = { 0 };

    fuzz_must(!volo_data_config_new(&config, NULL), "an empty config");
    VoloStatus status = volo_data_config_read(config, path, &err);
    if (status)
        fuzz_must_explain(status, &err);
    else if (volo_data_options_check(volo_data_config_options(config), &err))
        fuzz_must(err.message[0] != 0, "a field out of range is named");
    volo_data_config_free(config);
}

static void read_loop(const char *path)
{
    VoloTrainConfig *config = NULL;
    VoloError err = { 0 };

    fuzz_must(!volo_train_config_new(&config, NULL), "an empty config");
    VoloStatus status = volo_train_config_read(config, path, &err);
    if (status)
        fuzz_must_explain(status, &err);
    else if (volo_train_options_check(volo_train_config_options(config), &err))
        fuzz_must(err.message[0] != 0, "a field out of range is named");
    volo_train_config_free(config);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    const char *const path = fuzz_input_path(data, bytes);

    read_data(path);
    read_loop(path);
    return 0;
}
