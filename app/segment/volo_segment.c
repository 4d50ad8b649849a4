/* SPDX-License-Identifier: Apache-2.0 */
/* volo-segment: pictures in, masks and overlays out. */
#include "app/common/exit_codes.h"
#include "app/common/report.h"
#include "app/segment/segment_report.h"
#include "app/segment/segment_run.h"

#include <stdlib.h>

static int refuse(ExitSubject subject, const VoloError *err)
{
    if (err->status == VOLO_ERR_CANCELLED && interrupt_signal())
        return EXIT_SIGNAL + interrupt_signal();
    return exit_refuse(subject, err);
}

static int collect(InputList *list, const SegmentOptions *o, int count, char **operand)
{
    VoloError err;

    for (int i = 0; i < count; i++) {
        if (input_list_add(list, operand[i], &err))
            return refuse(SUBJECT_DATA, &err);
    }
    if (o->files_from && input_list_add_from(list, o->files_from, o->nul, &err))
        return refuse(SUBJECT_DATA, &err);
    if (list->count)
        return 0;
    message_error("'%s' names no pictures", o->files_from);
    return EXIT_DATA;
}

static int list_outputs(const SegmentOptions *o, const InputList *list, const Outputs *outputs)
{
    size_t failed = 0;
    int code = 0;

    segment_report_begin(o);
    for (size_t i = 0; i < list->count && !code; i++) {
        const SegmentReport report = { .input = &list->item[i], .outputs = outputs };

        if (list->item[i].problem) {
            message_error("'%s': %s", list->item[i].path, list->item[i].problem);
            failed++;
        } else {
            code = segment_report_list(o, &report);
        }
    }
    if (code || failed == 0)
        return code;
    return failed == list->count ? EXIT_DATA : EXIT_SOME_FAILED;
}

/* Everything after the options: collects, checks the plan as a whole, then lists or runs. */
static int work(const Command *command, const SegmentOptions *o, int count, char **operand,
                InputList *list)
{
    static const char *const standard_kind[] = { "color" };
    const Outputs outputs = { o->out, o->write.count ? o->write.kind : standard_kind,
                              o->write.count ? o->write.count : 1 };
    const char *const further[] = { inference_model_path(o->inference.model), o->dataset,
                                    o->files_from };
    VoloError err;
    const int code = collect(list, o, count, operand);

    if (code)
        return code;
    if (o->dump_tensors && list->count != 1)
        return options_misused(command, "--dump-tensors takes exactly one picture, not %zu",
                               list->count);
    const VoloStatus status = outputs_check(&outputs, list, o->dump_tensors, further,
                                            sizeof further / sizeof *further, &err);
    if (status == VOLO_ERR_ARGUMENT)
        return options_misused(command, "%s", err.message);
    if (status)
        return refuse(SUBJECT_DATA, &err);
    return o->list ? list_outputs(o, list, &outputs) : segment_run(o, list, &outputs);
}

static int segment(const Command *command, int argc, char **argv)
{
    SegmentOptions o = SEGMENT_OPTIONS_INIT;
    InputList list = { .count = 0 };
    int first, code = options_parse(command, argc, argv, &o, &first);

    if (code || program_answer(command, &o.general, &code))
        return code;
    if (o.export.form) {
        options_export((OptionForm)(o.export.form - 1), NULL, command, 1);
        return report_flush();
    }
    code = segment_options_check(command, &o, argc - first);
    if (!code)
        code = inference_start(&o.inference);
    if (code)
        return code;
    interrupt_install();
    FileId *const own = output_folders(o.out, &list.skip_count);
    list.skip = own;
    code = work(command, &o, argc - first, argv + first, &list);
    input_list_clear(&list);
    free(own);
    return code;
}

int main(int argc, char **argv)
{
    const Command command = {
        .program = "volo-segment",
        .operands = "IMAGE|FOLDER...",
        .summary = "label every pixel of pictures with a VOLO model and write masks and overlays",
        .groups = segment_groups,
        .group_count = segment_group_count,
        .operand_words = WORDS_FILE,
        .run = segment,
    };
    const int code = program_start();

    return code ? code : command.run(&command, argc, argv);
}
