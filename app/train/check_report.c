/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of sets and classes, lists of findings. */
#include "app/train/check_report.h"

#include "app/common/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const role_names[] = { "training", "validation" };

static const VoloTrainSet *set_at(const VoloDataCheck *check, VoloDataRole role, size_t index)
{
    const VoloTrainSets *sets = volo_data_check_sets(check, role);

    return sets ? volo_train_sets_get(sets, index) : NULL;
}

static const char *label_name(const VoloDataCheck *check, VoloDataRole role,
                              const VoloTrainSet *set, size_t label)
{
    if (set->coarse)
        return volo_label_space_class(volo_dataset_space(set->dataset), label)->name;
    return volo_class_table_get(volo_train_sets_classes(volo_data_check_sets(check, role)), label)
        ->name;
}

/* --- text ------------------------------------------------------------------------------------- */

static void print_sets(const VoloDataCheck *check, VoloDataRole role)
{
    const VoloTrainSet *set;

    if (!volo_data_check_sets(check, role))
        return;
    printf("%-24s %8s %8s %8s  %s\n", role_names[role], "pairs", "good", "share", "labels");
    for (size_t i = 0; (set = set_at(check, role, i)); i++) {
        printf("  ");
        report_text(stdout, set->name);
        printf("%*s %8zu %8zu %6.1f %%  %s%s\n", 22 - (int)strnlen(set->name, 22), "",
               volo_dataset_count(set->dataset), volo_data_check_good(check, role, i),
               100 * set->share, set->coarse ? "groups by " : "classes by ", set->map);
    }
    putchar('\n');
}

/* Counts of a label, over one set or all of a role that are not coarse. */
typedef struct Tally {
    uint64_t pixels;
    size_t pictures;
} Tally;

static Tally count_label(const VoloDataCheck *check, VoloDataRole role, const VoloTrainSet *only,
                         size_t label)
{
    const VoloTrainSet *set;
    Tally tally = { 0, 0 };

    for (size_t i = 0; (set = set_at(check, role, i)); i++) {
        if (only ? set != only : set->coarse)
            continue;
        tally.pixels += volo_data_check_pixels(check, role, i, label);
        tally.pictures += volo_data_check_holders(check, role, i, label);
    }
    return tally;
}

/* set: a coarse one, or any of the others for all of them. */
static void print_labels(const VoloDataCheck *check, VoloDataRole role, const VoloTrainSet *set)
{
    const VoloTrainSet *only = set->coarse ? set : NULL;
    uint64_t whole = 0;

    for (size_t label = 0; label < set->label_count; label++)
        whole += count_label(check, role, only, label).pixels;
    printf("%s, ", role_names[role]);
    if (only)
        report_text(stdout, set->name);
    else
        printf("classes of %s",
               volo_class_table_name(volo_train_sets_classes(volo_data_check_sets(check, role))));
    printf("\n  %-24s %14s %8s %9s\n", "", "pixels", "share", "pictures");
    for (size_t label = 0; label < set->label_count; label++) {
        const Tally tally = count_label(check, role, only, label);

        printf("  %-24.24s %14" PRIu64 " %6.2f %% %9zu\n", label_name(check, role, set, label),
               tally.pixels, whole ? 100 * (double)tally.pixels / (double)whole : 0,
               tally.pictures);
    }
    const Tally ignored = count_label(check, role, only, VOLO_LABEL_IGNORE);
    printf("  %-24s %14" PRIu64 " %8s %9zu\n\n", "(ignored)", ignored.pixels, "", ignored.pictures);
}

static void print_role(const VoloDataCheck *check, VoloDataRole role)
{
    const VoloTrainSet *set;
    bool printed = false;

    for (size_t i = 0; (set = set_at(check, role, i)); i++) {
        if (set->coarse || !printed)
            print_labels(check, role, set);
        printed = printed || !set->coarse;
    }
}

static void print_finding(const VoloDataCheck *check, const VoloFinding *f)
{
    printf("  ");
    report_text(stdout, set_at(check, f->role, f->set)->name);
    printf(": ");
    report_text(stdout, f->text);
    if (f->kind == VOLO_FINDING_ALIKE)
        printf(" (%u of %u bits differ)", f->distance, VOLO_LIKENESS_BITS);
    if (f->other_name && f->other_role != f->role)
        printf(", which is in the training");
    putchar('\n');
}

static size_t print_findings(const VoloDataCheck *check, VoloFindingKind kind, size_t most)
{
    const VoloFinding *f;
    size_t count = 0;

    for (size_t i = 0; (f = volo_data_check_finding(check, i)); i++)
        count += f->kind == kind;
    if (count == 0)
        return 0;
    printf("%s: %zu\n", volo_finding_name(kind), count);
    size_t listed = 0;
    for (size_t i = 0; (f = volo_data_check_finding(check, i)) && listed < most; i++) {
        if (f->kind != kind)
            continue;
        print_finding(check, f);
        listed++;
    }
    if (listed < count)
        printf("  ... and %zu more (--all lists them)\n", count - listed);
    putchar('\n');
    return count;
}

void check_report_text(const VoloDataCheck *check, size_t most)
{
    size_t faults = 0, remarks = 0;

    for (int role = 0; role < 2; role++)
        print_sets(check, (VoloDataRole)role);
    for (int role = 0; role < 2; role++)
        print_role(check, (VoloDataRole)role);
    for (int kind = 0; kind < VOLO_FINDING_KINDS; kind++) {
        const size_t count = print_findings(check, (VoloFindingKind)kind, most);

        *(volo_finding_is_fault((VoloFindingKind)kind) ? &faults : &remarks) += count;
    }
    printf("%zu fault%s, %zu remark%s\n", faults, faults == 1 ? "" : "s", remarks,
           remarks == 1 ? "" : "s");
}

/* --- JSON ------------------------------------------------------------------------------------- */

static void put_labels(Json *json, const VoloDataCheck *check, VoloDataRole role, size_t index)
{
    const VoloTrainSet *set = set_at(check, role, index);

    json_open(json, "labels", '[');
    for (size_t label = 0; label < set->label_count; label++) {
        json_open(json, NULL, '{');
        json_text(json, "name", label_name(check, role, set, label));
        json_count(json, "pixels", volo_data_check_pixels(check, role, index, label));
        json_count(json, "pictures", volo_data_check_holders(check, role, index, label));
        json_close(json, '}');
    }
    json_close(json, ']');
    json_count(json, "ignored_pixels",
               volo_data_check_pixels(check, role, index, VOLO_LABEL_IGNORE));
}

static void put_sets(Json *json, const VoloDataCheck *check, VoloDataRole role)
{
    const VoloTrainSet *set;

    json_open(json, role_names[role], '[');
    for (size_t i = 0; (set = set_at(check, role, i)); i++) {
        json_open(json, NULL, '{');
        json_text(json, "name", set->name);
        json_count(json, "pairs", volo_dataset_count(set->dataset));
        json_count(json, "good", volo_data_check_good(check, role, i));
        json_real(json, "share", set->share, 6);
        json_text(json, "map", set->map);
        json_bool(json, "coarse", set->coarse);
        put_labels(json, check, role, i);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void put_finding(Json *json, const VoloDataCheck *check, const VoloFinding *f)
{
    json_open(json, NULL, '{');
    json_text(json, "kind", volo_finding_name(f->kind));
    json_bool(json, "fault", volo_finding_is_fault(f->kind));
    json_text(json, "role", role_names[f->role]);
    json_text(json, "set", set_at(check, f->role, f->set)->name);
    json_text(json, "name", f->name);
    json_text(json, "message", f->text);
    if (f->other_name) {
        json_open(json, "other", '{');
        json_text(json, "role", role_names[f->other_role]);
        json_text(json, "set", set_at(check, f->other_role, f->other_set)->name);
        json_text(json, "name", f->other_name);
        json_count(json, "distance", f->distance);
        json_close(json, '}');
    }
    json_close(json, '}');
}

void check_report_json(const VoloDataCheck *check)
{
    Json json = { .file = stdout, .pretty = true };
    const VoloFinding *f;
    const VoloTrainSets *sets = volo_data_check_sets(check, VOLO_DATA_TRAINING);

    if (!sets)
        sets = volo_data_check_sets(check, VOLO_DATA_VALIDATION);
    json_open(&json, NULL, '{');
    json_text(&json, "classes", volo_class_table_name(volo_train_sets_classes(sets)));
    for (int role = 0; role < 2; role++)
        put_sets(&json, check, (VoloDataRole)role);
    json_open(&json, "findings", '[');
    for (size_t i = 0; (f = volo_data_check_finding(check, i)); i++)
        put_finding(&json, check, f);
    json_close(&json, ']');
    json_close(&json, '}');
}
