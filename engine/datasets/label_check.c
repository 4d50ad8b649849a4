/* SPDX-License-Identifier: Apache-2.0 */
/* Values in a label file that mean nothing, and what they look like. */
#include "base/error.h"
#include "datasets/label_space.h"

#include <string.h>

/* Whether every value that occurs is a class index or 255. */
static bool could_be_train_ids(const VoloLabelSpace *s, const uint64_t counts[256])
{
    for (size_t v = s->class_count; v < 255; v++) {
        if (counts[v])
            return false;
    }
    return true;
}

/* Whether every value that occurs is an id of the table. */
static bool could_be_ids(const VoloLabelSpace *s, const uint64_t counts[256])
{
    for (size_t v = 0; v < 256; v++) {
        if (counts[v] && !s->has_id[v])
            return false;
    }
    return true;
}

/* Ids that are the class index + 1, as ADE20K's. */
static bool ids_are_offset(const VoloLabelSpace *s)
{
    for (size_t i = 0; i < s->class_count; i++) {
        if (s->label[s->class_raw[i]].id != (int)i + 1)
            return false;
    }
    return true;
}

static const char *likely_cause(const VoloLabelSpace *s, const uint64_t counts[256])
{
    if (s->kind == VOLO_LABELS_IDS && could_be_train_ids(s, counts))
        return ids_are_offset(s) ? "perhaps labels that were reduced by one already, as trainIds"
                                 : "perhaps trainIds where ids are expected";
    if (s->kind == VOLO_LABELS_TRAIN_IDS && could_be_ids(s, counts))
        return ids_are_offset(s) ? "perhaps labels that were not reduced by one"
                                 : "perhaps ids where trainIds are expected";
    return "perhaps labels of another data set";
}

VoloStatus volo_label_space_check(const VoloLabelSpace *space, const char *path,
                                  const uint64_t counts[256], VoloError *err)
{
    size_t known = 0;

    for (size_t v = 0; v < 256; v++)
        known += space->known[v];
    for (size_t v = 0; v < 256; v++) {
        if (counts[v] == 0 || space->known[v])
            continue;
        return volo_fail(err, VOLO_ERR_FORMAT,
                         "'%s': value %zu (%llu pixels) is none of the %zu %s of %s, %s", path, v,
                         (unsigned long long)counts[v], known,
                         space->kind == VOLO_LABELS_IDS ? "ids" : "trainIds", space->name,
                         likely_cause(space, counts));
    }
    return VOLO_OK;
}
