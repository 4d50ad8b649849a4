/* SPDX-License-Identifier: Apache-2.0 */
/* The input is the JSON text of a model's settings. */
#include "fuzz/fuzz_input.h"

#include "pipeline/config_text.h"

#include <stdlib.h>
#include <string.h>

/* What is written must read back, and be written again the same. */
static void check_round_trip(const VoloConfig *cfg)
{
    char *const text = volo_config_to_json(cfg);
    VoloConfigSaid said = 0;
    VoloConfig back;
    const char *note;
    VoloError err = { 0 };

    fuzz_must(text != NULL, "memory for the text");
    volo_config_init(&back);
    fuzz_must(!volo_config_parse(&back, &said, "written", text, strlen(text), &err), err.message);
    fuzz_must(!volo_config_finish(&back, &note, &err), err.message);
    char *const again = volo_config_to_json(&back);
    fuzz_must(again && strcmp(text, again) == 0, "the same settings give the same text");
    free(again);
    free(text);
    volo_config_clear(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    VoloConfig cfg;
    VoloConfigSaid said = 0;
    const char *note;
    VoloError err = { 0 };

    volo_config_init(&cfg);
    VoloStatus status = volo_config_parse(&cfg, &said, "input", (const char *)data, bytes, &err);
    if (!status)
        status = volo_config_finish(&cfg, &note, &err);
    if (status)
        fuzz_must_explain(status, &err);
    else
        check_round_trip(&cfg);
    volo_config_clear(&cfg);
    return 0;
}
