/* SPDX-License-Identifier: Apache-2.0 */
/* VoloModelInfo in words. */
#include "app/viewer/model_facts.h"

#include "app/viewer/figure_text.h"

#include <glib/gi18n-lib.h>

static void free_fact(gpointer fact)
{
    g_free(((VoloFact *)fact)->value);
    g_free(fact);
}

/* Takes the value; an empty one is no fact. */
static void add(GPtrArray *facts, VoloFactGroup group, const char *title, char *value)
{
    if (!value || !*value) {
        g_free(value);
        return;
    }
    VoloFact *fact = g_new0(VoloFact, 1);

    *fact = (VoloFact){ .group = group, .title = title, .value = value };
    g_ptr_array_add(facts, fact);
}

static char *numbers_text(const size_t *numbers, size_t count)
{
    GString *text = g_string_new(NULL);

    for (size_t i = 0; i < count; i++)
        g_string_append_printf(text, "%s%zu", i ? ", " : "", numbers[i]);
    return g_string_free(text, FALSE);
}

static char *reals_text(const float real[3])
{
    return g_strdup_printf("%.4g, %.4g, %.4g", (double)real[0], (double)real[1], (double)real[2]);
}

static char *size_text(const size_t size[2])
{
    /* Translators: width × height, in pixels. */
    return size[0] ? g_strdup_printf(_("%zu × %zu pixels"), size[1], size[0]) : NULL;
}

static char *grid_text(const size_t size[2])
{
    return size[0] ? g_strdup_printf("%zu × %zu", size[1], size[0]) : NULL;
}

static void add_model(GPtrArray *facts, const VoloModelInfo *info)
{
    const VoloFactGroup group = VOLO_FACTS_MODEL;

    add(facts, group, _("Variant"), volo_shown_text(info->variant));
    add(facts, group, _("Backbone"), volo_shown_text(info->backbone));
    add(facts, group, _("Neck"), volo_shown_text(info->neck));
    add(facts, group, _("Head"),
        info->head ? volo_shown_text(info->head) : g_strdup(_("none: it makes no masks")));
    add(facts, group, _("Data set"), volo_shown_text(info->dataset));
    add(facts, group, _("Classes"), volo_count_text(info->classes));
    add(facts, group, _("Parameters"), volo_count_text(info->parameters));
}

static void add_network(GPtrArray *facts, const VoloModelInfo *info)
{
    const VoloFactGroup group = VOLO_FACTS_NETWORK;

    add(facts, group, C_("of a network", "Layers"), numbers_text(info->layers, 4));
    add(facts, group, _("Channels"), numbers_text(info->embed_dims, 4));
    add(facts, group, _("Attention heads"), numbers_text(info->num_heads, 4));
    add(facts, group, _("MLP channels"), numbers_text(info->mlp_hidden, 4));
    add(facts, group, _("Stem channels"), volo_count_text(info->stem_hidden));
    if (info->hidden_size)
        add(facts, group, _("Head channels"), volo_count_text(info->hidden_size));
    add(facts, group, _("Position grid"), grid_text(info->pos_grid));
    add(facts, group, _("Pooling grids"), numbers_text(info->pool_scales, info->pool_scale_count));
    add(facts, group, _("Stages the head uses"), numbers_text(info->out_indices, 4));
}

static char *protocol_text(const VoloModelInfo *info)
{
    if (info->crop_size[0] == 0) /* it makes no masks */
        return NULL;
    if (info->test_mode == VOLO_MODE_WHOLE)
        return g_strdup(_("whole"));
    return g_strdup_printf(_("in windows of %zu × %zu pixels, every %zu × %zu"), info->crop_size[1],
                           info->crop_size[0], info->stride[1], info->stride[0]);
}

static char *resize_text(const VoloResize *resize)
{
    if (resize->kind == VOLO_RESIZE_EXACT)
        return g_strdup_printf(_("to %zu × %zu pixels"), resize->width, resize->height);
    if (resize->kind == VOLO_RESIZE_KEEP_RATIO)
        return g_strdup_printf(_("to fit %zu × %zu pixels, ratio kept"), resize->long_side,
                               resize->short_side);
    return g_strdup(_("not at all"));
}

static void add_running(GPtrArray *facts, const VoloModelInfo *info)
{
    const VoloFactGroup group = VOLO_FACTS_RUNNING;

    add(facts, group, _("Trained at"), size_text(info->img_size));
    add(facts, group, _("Pictures go through"), protocol_text(info));
    add(facts, group, _("Resized before"), resize_text(&info->test_resize));
    add(facts, group, _("Mean (R, G, B)"), reals_text(info->image_mean));
    add(facts, group, _("Standard deviation (R, G, B)"), reals_text(info->image_std));
    if (info->head)
        add(facts, group, _("Corners aligned when enlarged"),
            g_strdup(info->align_corners ? _("yes") : _("no")));
}

static void add_file(GPtrArray *facts, const VoloModelInfo *info)
{
    const VoloFactGroup group = VOLO_FACTS_FILE;

    add(facts, group, _("Path"), volo_shown_text(info->weights_path));
    add(facts, group, _("Format"), volo_shown_text(info->format));
    add(facts, group, _("Size"), g_format_size(info->file_bytes));
    add(facts, group, _("In memory"), g_format_size(info->weight_bytes));
}

GPtrArray *volo_model_facts(const VoloModel *model)
{
    const VoloModelInfo *info = volo_model_info(model);
    GPtrArray *facts = g_ptr_array_new_with_free_func(free_fact);

    add_model(facts, info);
    add_network(facts, info);
    add_running(facts, info);
    add_file(facts, info);
    return facts;
}

const char *volo_fact_group_title(VoloFactGroup group)
{
    static const char *const titles[VOLO_FACT_GROUPS] = {
        [VOLO_FACTS_MODEL] = N_("Model"),
        [VOLO_FACTS_NETWORK] = N_("Network"),
        [VOLO_FACTS_RUNNING] = N_("How Pictures Go Through It"),
        [VOLO_FACTS_FILE] = N_("File"),
    };

    return _(titles[group]);
}
