/* SPDX-License-Identifier: Apache-2.0 */
/* The picture of a model: how much of the time each module takes, and how well it uses it. */
#include "app/bench/bars.h"
#include "app/bench/model_report.h"
#include "app/common/chart.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double least_share = 0.0005; /* of the time, to get a bar */

/* Backbone, neck and head have a colour each. */
static VoloColour module_colour(const char *name)
{
    if (strncmp(name, "decode_head.", 12) == 0 || strcmp(name, "logits") == 0)
        return chart_colours[1];
    if (strncmp(name, "neck.", 5) == 0 || strncmp(name, "side_layer", 10) == 0)
        return chart_colours[2];
    if (strcmp(name, "input") == 0 || strcmp(name, "labels") == 0)
        return chart_colours[4];
    return chart_colours[0];
}

static size_t make_bars(Bar *bar, const ModelReport *report)
{
    const Stages *modules = report->modules;
    size_t count = 0;

    for (size_t i = 0; i < modules->count; i++) {
        const Stage *m = &modules->stage[i];
        const double share = m->median / report->seconds.median;
        const double rate = model_rate(m->macs, m->median);
        Bar *const b = &bar[count];

        if (share < least_share)
            continue;
        *b = (Bar){ .value = 100 * share, .colour = module_colour(m->name) };
        snprintf(b->label, sizeof b->label, "%s", m->name);
        if (m->macs)
            snprintf(b->note, sizeof b->note, "%.1f ms, %.0f GFLOP/s, %.0f %% of peak",
                     1e3 * m->median, rate / 1e9, 100 * rate / report->peak);
        else
            snprintf(b->note, sizeof b->note, "%.1f ms", 1e3 * m->median);
        count++;
    }
    return count;
}

static VoloStatus draw(const char *path, const ModelReport *report, const Bars *bars,
                       VoloError *err)
{
    enum {
        WIDTH = 820,
        MARGIN = 16,
    };
    const double height = bars_height(bars->count);
    VoloDrawing *d;
    VoloStatus status = volo_drawing_new(WIDTH, height + 2 * MARGIN + 20, &d, err);
    char line[200];

    if (status)
        return status;
    snprintf(
        line, sizeof line,
        "%.3f s for %zu x %zux%zu, %d thread%s, CPU level %s: %.0f GFLOP/s, %.0f %% of the peak",
        report->seconds.median, report->batch, report->input[0], report->input[1], report->threads,
        report->threads > 1 ? "s" : "", volo_cpu_level(),
        model_rate(report->macs, report->seconds.median) / 1e9,
        100 * model_rate(report->macs, report->seconds.median) / report->peak);
    bars_draw(d, (VoloBox){ MARGIN, MARGIN, WIDTH - 2 * MARGIN, height }, bars);
    chart_text(d, MARGIN, MARGIN + height + 12, VOLO_ALIGN_LEFT, line);
    volo_drawing_set_scale(d, 2);
    status = volo_drawing_write(d, path, err);
    volo_drawing_free(d);
    return status;
}

VoloStatus model_report_draw(const char *path, const ModelReport *report, VoloError *err)
{
    Bar *bar = calloc(report->modules->count + 1, sizeof *bar);
    char title[200];

    if (!bar)
        return volo_fail(err, VOLO_ERR_MEMORY, "out of memory");
    snprintf(title, sizeof title, "Where the time goes: %s",
             report->info->variant ? report->info->variant : report->info->backbone);
    const Bars bars = { title, "% of the time", bar, make_bars(bar, report) };
    const VoloStatus status = draw(path, report, &bars, err);
    free(bar);
    return status;
}
