/* SPDX-License-Identifier: Apache-2.0 */
/* The input is a label table: tab-separated text. */
#include "fuzz/fuzz_input.h"

#include "datasets/class_table.h"

static void check_table(const VoloClassTable *table)
{
    const size_t count = volo_class_table_count(table);

    fuzz_must(count >= 1 && count <= 255, "1..255 classes");
    fuzz_must(!volo_class_table_get(table, count), "no class behind the last");
    for (size_t i = 0; i < count; i++) {
        const VoloClass *const class = volo_class_table_get(table, i);

        fuzz_must(class && volo_class_name_is_valid(class->name), "each class has a name");
        fuzz_must(class->id >= 0 && class->id <= 255, "each class has an id");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    VoloClassTable *table = NULL;
    VoloError err = { 0 };
    const VoloStatus status =
        volo_class_table_parse("name", "file", (const char *)data, bytes, &table, &err);

    if (status) {
        fuzz_must(!table, "a refused table leaves nothing behind");
        fuzz_must_explain(status, &err);
    } else {
        check_table(table);
        volo_class_table_free(table);
    }
    return 0;
}
