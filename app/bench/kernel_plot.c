/* SPDX-License-Identifier: Apache-2.0 */
/* The picture of the kernels: a roofline and, below it, bars. */
#include "app/bench/bars.h"
#include "app/bench/kernel_report.h"
#include "app/common/chart.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const RooflineKey keys[MACHINE_LEVELS] = {
    { "base", VOLO_MARKER_SQUARE, { 230, 159, 0 } },
    { "v3", VOLO_MARKER_TRIANGLE, { 0, 114, 178 } },
    { "v4", VOLO_MARKER_CIRCLE, { 0, 158, 115 } },
};

/* The highest level that was measured. */
static size_t best_level(const KernelResult *results, size_t count)
{
    size_t best = 0;

    for (size_t i = 0; i < count; i++)
        best = results[i].level > best ? results[i].level : best;
    return best;
}

/* "gemm_panel 48x192x576": the kernel's name and its first sizes, without their names. */
static void short_name(const VoloBenchCase *c, char *text, size_t room)
{
    const char *at = c->name;
    size_t used = (size_t)snprintf(text, room, "%s", c->kernel);

    for (int i = 0; i < 3 && (at = strchr(at, '=')) && used + 24 < room; i++) {
        at++;
        used += (size_t)snprintf(text + used, room - used, "%s%.*s", i ? "x" : " ",
                                 (int)strspn(at, "0123456789"), at);
    }
}

static size_t make_marks(RooflineMark *mark, const KernelResult *results, size_t count)
{
    const size_t best = best_level(results, count);
    size_t marks = 0;

    for (size_t i = 0; i < count; i++) {
        const KernelResult *r = &results[i];

        if (!(r->what.operations > 0))
            continue;
        mark[marks] = (RooflineMark){ .intensity = r->what.operations / r->what.bytes,
                                      .rate = r->what.operations / r->seconds,
                                      .kind = keys[r->level].kind,
                                      .colour = keys[r->level].colour };
        if (r->level == best)
            short_name(&r->what, mark[marks].label, sizeof mark[marks].label);
        marks++;
    }
    return marks;
}

static size_t make_bars(Bar *bar, const KernelResult *results, size_t count)
{
    const size_t best = best_level(results, count);
    size_t bars = 0;

    for (size_t i = 0; i < count; i++) {
        const KernelResult *r = &results[i];
        Bar *const b = &bar[bars];

        if (r->what.operations > 0 || r->level != best)
            continue;
        *b = (Bar){ .value = r->what.bytes / r->seconds / 1e9,
                    .limit = machine_place_rate(r->place) / 1e9,
                    .colour = keys[r->level].colour };
        snprintf(b->label, sizeof b->label, "%s", r->what.name);
        snprintf(b->note, sizeof b->note, "%.1f GB/s, %.0f %% of %s", b->value,
                 100 * b->value / b->limit, r->place->name);
        bars++;
    }
    return bars;
}

typedef struct Picture {
    const Machine *machine;
    RooflineMark *mark;
    Bar *bar;
    size_t marks, bars;
    size_t best;
} Picture;

static VoloStatus draw(const char *path, const Picture *p, VoloError *err)
{
    enum {
        WIDTH = 900,
        MARGIN = 16,
        ROOFLINE = 600, /* height */
    };
    const double bars = p->bars ? bars_height(p->bars) : 0;
    Roof roof[MACHINE_LEVELS + 1], slope[MACHINE_PLACES + 1];
    char title[200], bars_title[80];
    Roofline r = { .title = title,
                   .roof = roof,
                   .slope = slope,
                   .mark = p->mark,
                   .mark_count = p->marks,
                   .key = keys,
                   .key_count = p->best + 1 };
    const Bars b = { bars_title, "GB/s (a line across: what the cache or the memory gives)", p->bar,
                     p->bars };
    VoloDrawing *d;
    VoloStatus status = volo_drawing_new(WIDTH, ROOFLINE + bars + 2 * MARGIN, &d, err);

    if (status)
        return status;
    snprintf(title, sizeof title, "Kernels that compute: %s, one thread", p->machine->cpu);
    snprintf(bars_title, sizeof bars_title, "Kernels that move bytes: level %s",
             keys[p->best].label);
    machine_roofs(p->machine, false, roof, &r.roof_count, slope, &r.slope_count);
    roofline_draw(d, (VoloBox){ MARGIN, MARGIN, WIDTH - 2 * MARGIN, ROOFLINE - MARGIN }, &r);
    if (p->bars)
        bars_draw(d, (VoloBox){ MARGIN, MARGIN + ROOFLINE, WIDTH - 2 * MARGIN, bars }, &b);
    volo_drawing_set_scale(d, 2);
    status = volo_drawing_write(d, path, err);
    volo_drawing_free(d);
    return status;
}

VoloStatus kernel_report_draw(const char *path, const Machine *machine, const KernelResult *results,
                              size_t count, VoloError *err)
{
    Picture p = { .machine = machine,
                  .mark = calloc(count + 1, sizeof *p.mark),
                  .bar = calloc(count + 1, sizeof *p.bar),
                  .best = best_level(results, count) };
    VoloStatus status = VOLO_OK;

    if (p.mark && p.bar) {
        p.marks = make_marks(p.mark, results, count);
        p.bars = make_bars(p.bar, results, count);
        status = draw(path, &p, err);
    } else {
        status = volo_fail(err, VOLO_ERR_MEMORY, "out of memory");
    }
    free(p.mark);
    free(p.bar);
    return status;
}
