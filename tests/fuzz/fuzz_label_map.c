/* SPDX-License-Identifier: Apache-2.0 */
/* The input is a map file from the classes of Cityscapes to those of CamVid. */
#include "fuzz/fuzz_input.h"

#include "datasets/label_map.h"

static VoloClassTable *model;
static VoloLabelSpace *space;

static void open_both(void)
{
    VoloClassTable *camvid = NULL;

    fuzz_must(!volo_class_table_open("cityscapes", &model, NULL) &&
                  !volo_class_table_open("camvid", &camvid, NULL) &&
                  !volo_label_space_new(camvid, VOLO_LABELS_IDS, &space, NULL),
              "the built-in tables");
    volo_class_table_free(camvid);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    VoloLabelMap *map = NULL;
    VoloError err = { 0 };

    if (!model)
        open_both();
    const VoloStatus status =
        volo_label_map_parse("name", "file", (const char *)data, bytes, model, space, &map, &err);
    if (status) {
        fuzz_must(!map, "a refused map leaves nothing behind");
        fuzz_must_explain(status, &err);
        return 0;
    }
    for (size_t i = 0; i < 19; i++)
        fuzz_must(volo_label_map_target(map, i) >= -1 && volo_label_map_target(map, i) < 11,
                  "each class has a target or none");
    volo_label_map_free(map);
    return 0;
}
