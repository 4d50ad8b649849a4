/* SPDX-License-Identifier: Apache-2.0 */
/* The report on kernels, on standard output. */
#include "app/bench/kernel_report.h"

#include "app/common/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void kernel_find_limit(KernelResult *result, const Machine *machine)
{
    const double arithmetic = result->what.operations / machine->peak[result->level].one;

    result->place = machine_place(machine, result->what.footprint);
    const double memory = result->what.bytes / machine_place_rate(result->place);
    result->by_memory = memory > arithmetic;
    result->limit = result->by_memory ? memory : arithmetic;
}

/* The sizes of a case, behind the kernel's name. */
static const char *sizes(const VoloBenchCase *c)
{
    const char *blank = strchr(c->name, ' ');

    return blank ? blank + 1 : "";
}

static void json_result(Json *json, const Machine *machine, const KernelResult *r)
{
    json_open(json, NULL, '{');
    json_text(json, "kernel", r->what.kernel);
    json_text(json, "sizes", sizes(&r->what));
    json_text(json, "level", machine->peak[r->level].level);
    json_real(json, "ns", 1e9 * r->seconds, 1);
    json_real(json, "gflops",
              r->what.operations > 0 ? r->what.operations / r->seconds / 1e9 : (double)NAN, 2);
    json_real(json, "gbs", r->what.bytes / r->seconds / 1e9, 2);
    json_real(json, "twin_ns", 1e9 * r->twin, 1);
    json_real(json, "times_twin", r->twin / r->seconds, 2);
    json_text(json, "limit", r->by_memory ? r->place->name : "arithmetic");
    json_real(json, "share_of_limit", r->limit / r->seconds, 3);
    json_close(json, '}');
}

void kernel_report_json(const Machine *machine, const KernelResult *results, size_t count)
{
    Json json = { .file = stdout, .pretty = true };

    json_open(&json, NULL, '{');
    json_text(&json, "cpu", machine->cpu);
    json_open(&json, "kernels", '[');
    for (size_t i = 0; i < count; i++)
        json_result(&json, machine, &results[i]);
    json_close(&json, ']');
    json_close(&json, '}');
}

static void text_result(const Machine *machine, const KernelResult *r)
{
    printf("  %-5s %12.0f ns ", machine->peak[r->level].level, 1e9 * r->seconds);
    if (r->what.operations > 0)
        printf("%9.1f GFLOP/s", r->what.operations / r->seconds / 1e9);
    else
        printf("%9.1f GB/s   ", r->what.bytes / r->seconds / 1e9);
    printf(" %8.1f x twin %6.0f %% of %s\n", r->twin / r->seconds, 100 * r->limit / r->seconds,
           r->by_memory ? r->place->name : "arithmetic");
}

void kernel_report_text(const Machine *machine, const KernelResult *results, size_t count)
{
    report_text(stdout, machine->cpu);
    printf(", one thread\n");
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || strcmp(results[i].what.name, results[i - 1].what.name) != 0)
            printf("%s\n", results[i].what.name);
        text_result(machine, &results[i]);
    }
}
