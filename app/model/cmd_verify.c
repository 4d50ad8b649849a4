/* SPDX-License-Identifier: Apache-2.0 */
/* volo-model verify: opening binds every tensor; a run over a small input then shows, stage by
 * stage, whether the weights hold numbers that are none. */
#include <volo/session.h>

#include "app/common/report.h"
#include "app/common/startup.h"
#include "app/model/commands.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    PROBE_SIDE = 64, /* pixels: enough for every stage to have more than one position */
};

typedef struct VerifyOptions {
    GeneralOptions general;
    bool strict;
    const char *sha256; /* 64 hexadecimal digits, or NULL */
} VerifyOptions;

static VoloStatus parse_sha256(const OptionRow *row, const char *text, void *field, VoloError *err)
{
    (void)row;
    if (strlen(text) != 64 || strspn(text, "0123456789abcdefABCDEF") != 64)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "'%s' is not 64 hexadecimal digits", text);
    *(const char **)field = text;
    return VOLO_OK;
}

static const OptionRow rows[] = {
    { "strict", 0, option_set, NULL,
      "refuse a PyTorch file that names anything outside the list of what tensors are made of",
      offsetof(VerifyOptions, strict), WORDS_NONE, 0, 0 },
    { "expect-sha256", 0, parse_sha256, "HEX", "refuse a file with another SHA-256",
      offsetof(VerifyOptions, sha256), WORDS_NONE, 0, 0 },
};

const OptionGroup cmd_verify_groups[2] = {
    { "Options", rows, sizeof rows / sizeof *rows, 0 },
    { "General", startup_general_rows, STARTUP_GENERAL_ROW_COUNT,
      offsetof(VerifyOptions, general) },
};

/* The first stage that gave a value that is not finite. */
typedef struct Probe {
    char stage[64];
    float value;
} Probe;

static void check_tap(const VoloTap *tap, void *user)
{
    Probe *const probe = user;
    const size_t count = tap->n * tap->h * tap->w * tap->c;

    for (size_t i = 0; !*probe->stage && i < count; i++) {
        if (isfinite(tap->data[i]))
            continue;
        strncpy(probe->stage, tap->name, sizeof probe->stage - 1);
        probe->value = tap->data[i];
    }
}

/* x f32 [1,side,side,3]: a fixed mixture of all values that a normalised picture has, -2..2 */
static void fill_input(float *x, size_t count)
{
    uint32_t state = 1;

    for (size_t i = 0; i < count; i++) {
        state = state * 1664525u + 1013904223u;
        x[i] = (float)(state >> 8) / (float)(1 << 24) * 4 - 2;
    }
}

static VoloStatus run_once(VoloModel *model, Probe *probe, VoloError *err)
{
    static float x[PROBE_SIDE * PROBE_SIDE * 3];
    VoloSession *session;
    VoloTap logits;
    VoloStatus status = volo_session_new(model, NULL, &session, err);

    if (status)
        return status;
    fill_input(x, sizeof x / sizeof *x);
    volo_session_set_tap(session, check_tap, probe);
    status = volo_session_forward(session, x, 1, PROBE_SIDE, PROBE_SIDE, &logits, err);
    if (!status)
        check_tap(&logits, probe);
    volo_session_free(session);
    return status;
}

static int check_sha256(const VerifyOptions *o, const VoloModelInfo *info, char ret_hex[65])
{
    VoloError err;

    if (volo_file_sha256(info->weights_path, ret_hex, &err))
        return exit_refuse(SUBJECT_MODEL, &err);
    if (!o->sha256 || strcasecmp(o->sha256, ret_hex) == 0)
        return 0;
    message_error("'%s': the SHA-256 is %s, expected %s", info->weights_path, ret_hex, o->sha256);
    return EXIT_MODEL;
}

static int verify(const VerifyOptions *o, VoloModel *model)
{
    const VoloModelInfo *info = volo_model_info(model);
    Probe probe = { "", 0 };
    char sha256[65];
    VoloError err;
    const char *note;
    const int code = check_sha256(o, info, sha256);

    if (code)
        return code;
    if (!info->head) {
        message_warning("'%s': there is no decode_head, so it was bound but not run", info->path);
    } else if (run_once(model, &probe, &err)) {
        volo_error_prefix(&err, "'%s'", info->path);
        return exit_refuse(SUBJECT_MODEL, &err);
    }
    if (*probe.stage) {
        message_error("'%s': stage '%s' gives %s: the weights hold values that are not finite",
                      info->path, probe.stage, isnan(probe.value) ? "NaN" : "infinity");
        return EXIT_MODEL;
    }
    for (size_t i = 0; (note = volo_model_note(model, i)); i++)
        message_warning("%s", note);
    if (!o->general.style.quiet) {
        report_text(stdout, info->path);
        printf(": OK, %s, sha256 %s\n", info->variant ? info->variant : info->backbone, sha256);
    }
    return report_flush();
}

int cmd_verify(const Command *command, int argc, char **argv)
{
    VerifyOptions o = { .strict = false };
    VoloModel *model;
    VoloError err;
    int first, code = options_parse(command, argc, argv, &o, &first);

    if (code || program_answer(command, &o.general, &code))
        return code;
    if (argc - first != 1)
        return options_misused(command, "exactly one model is wanted, not %d", argc - first);
    if (cmd_open(argv[first], o.strict, &model, &err))
        return exit_refuse(SUBJECT_MODEL, &err);
    code = verify(&o, model);
    volo_model_unref(model);
    return code;
}
