/* SPDX-License-Identifier: Apache-2.0 */
/* What volo-bench model found, as text and JSON. */
#ifndef VOLO_APP_BENCH_MODEL_REPORT_H
#define VOLO_APP_BENCH_MODEL_REPORT_H

#include <volo/model.h>

#include "app/bench/stages.h"

typedef struct ModelReport {
    const char *model; /* path or variant */
    const VoloModelInfo *info;
    size_t batch, input[2];
    int threads;
    bool exact;
    bool pictures;         /* whole pictures; else the network alone */
    size_t runs;           /* that were timed */
    Summary seconds;       /* of a run */
    uint64_t macs;         /* of a run, convolutions taken as direct */
    double peak;           /* operations a second of that many threads */
    uint64_t peak_rss;     /* bytes; 0: not told */
    const Stages *stages;  /* as they come */
    const Stages *modules; /* those of one list of modules taken together */
} ModelReport;

/* Stages taken together by what is before a last ".NUMBER". False when memory is refused. */
bool model_modules(const Stages *stages, Stages *ret_modules);

/* Operations a second, a multiply-add being two; 0 where no time was taken. */
double model_rate(uint64_t macs, double seconds);

void model_report_text(const ModelReport *report);
void model_report_json(const ModelReport *report);
/* Bars of the modules' shares. Errors: as volo_drawing_write. */
VoloStatus model_report_draw(const char *path, const ModelReport *report, VoloError *err);

#endif
