/* SPDX-License-Identifier: Apache-2.0 */
/* Which neck stands between backbone and head: told by the names of the tensors, and by the config,
 * which must agree with them. */
#include <stdio.h>

#include "base/error.h"
#include "base/registry_tables.h"
#include "pipeline/open_model.h"

/* The neck whose tensors the file has, or NULL; of two, neither. */
static VoloStatus find_by_tensors(const VoloCatalogue *tensors, const VoloNeckClass **ret_neck,
                                  VoloError *err)
{
    const VoloNeckClass *found = NULL;

    for (size_t i = 0; i < volo_neck_entries(); i++) {
        const VoloNeckClass *neck = volo_neck_find(volo_neck_entry(i).name);

        if (!volo_catalogue_has(tensors, neck->mark))
            continue;
        if (found)
            return volo_fail(err, VOLO_ERR_FORMAT,
                             "tensors '%s*' and '%s*' are those of two necks, '%s' and '%s'",
                             found->mark, neck->mark, found->name, neck->name);
        found = neck;
    }
    *ret_neck = found;
    return VOLO_OK;
}

/* What the config says against what the tensors say. */
static VoloStatus compare(const VoloConfig *cfg, bool said, const VoloNeckClass *wanted,
                          const VoloNeckClass *found, bool has_head, VoloError *err)
{
    if (found && said && !wanted)
        return volo_fail(err, VOLO_ERR_SHAPE,
                         "field 'neck' is null, but tensors '%s*' are those of '%s'", found->mark,
                         found->name);
    if (found && wanted && wanted != found)
        return volo_fail(err, VOLO_ERR_SHAPE,
                         "field 'neck' is '%s', but tensors '%s*' are those of '%s'", cfg->neck,
                         found->mark, found->name);
    if (wanted && !found && has_head)
        return volo_fail(err, VOLO_ERR_MISSING,
                         "field 'neck' is '%s', but there are no tensors '%s*'", cfg->neck,
                         wanted->mark);
    return VOLO_OK;
}

VoloStatus volo_model_choose_neck(VoloConfig *cfg, bool said, VoloCatalogue *tensors,
                                  VoloError *err)
{
    const VoloNeckClass *wanted = cfg->neck[0] ? volo_neck_find(cfg->neck) : NULL, *neck = wanted;

    if (cfg->neck[0] && !wanted)
        return volo_fail(err, VOLO_ERR_UNSUPPORTED, "neck '%s' is not supported", cfg->neck);
    if (tensors) {
        VOLO_TRY(find_by_tensors(tensors, &neck, err));
        VOLO_TRY(
            compare(cfg, said, wanted, neck, volo_catalogue_has(tensors, "decode_head."), err));
    }
    snprintf(cfg->neck, sizeof cfg->neck, "%s", neck ? neck->name : "");
    return neck ? neck->configure(cfg, tensors, err) : VOLO_OK;
}
