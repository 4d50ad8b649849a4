/* SPDX-License-Identifier: Apache-2.0 */
/* volo-model classify. */
#include "app/common/inference.h"
#include "app/common/numbers.h"
#include "app/common/report.h"
#include "app/common/startup.h"
#include "app/model/commands.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    USUAL_TOP = 5,
    MAX_TOP = 1000,
    MAX_NAME = 1024, /* bytes of a line */
};

typedef struct ClassifyOptions {
    GeneralOptions general;
    InferenceOptions inference;
    VoloClassifyOptions picture;
    uint64_t top;
    const char *labels;
    bool json;
} ClassifyOptions;

static VoloStatus parse_crop(const OptionRow *row, const char *text, void *field, VoloError *err)
{
    (void)row;
    if (number_parse_real(text, 0.1, 10, field))
        return VOLO_OK;
    return volo_fail(err, VOLO_ERR_ARGUMENT, "'%s' is not a number from 0.1 to 10", text);
}

static const OptionRow rows[] = {
    { "top", 0, option_count, "N", "classes to print (default: 5)", offsetof(ClassifyOptions, top),
      WORDS_NONE, 1, MAX_TOP },
    { "labels", 0, option_text, "FILE",
      "names of the classes, one a line (default: their numbers only)",
      offsetof(ClassifyOptions, labels), WORDS_FILE, 0, 0 },
    { "input", 'i', option_size, "HxW",
      "size of the input (default: what the model was trained at)",
      offsetof(ClassifyOptions, picture.size), WORDS_NONE, 0, 0 },
    { "crop-pct", 0, parse_crop, "X",
      "part of the resized picture's shorter side that is looked at (default: as published for "
      "models of that size)",
      offsetof(ClassifyOptions, picture.crop_pct), WORDS_NONE, 0, 0 },
    { "json", 0, option_set, NULL, "print JSON", offsetof(ClassifyOptions, json), WORDS_NONE, 0,
      0 },
};

const OptionGroup cmd_classify_groups[3] = {
    { "Options", rows, sizeof rows / sizeof *rows, 0 },
    { "Inference", inference_rows, INFERENCE_MODEL_ROW_COUNT,
      offsetof(ClassifyOptions, inference) },
    { "General", startup_general_rows, STARTUP_GENERAL_ROW_COUNT,
      offsetof(ClassifyOptions, general) },
};

/* Names of the classes: text holds all of them, each ended by NUL. */
typedef struct Names {
    char **name; /* [count], NULL: there are none */
    size_t count;
} Names;

static void clear_names(Names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->name[i]);
    free(names->name);
    *names = (Names){ NULL, 0 };
}

/* Reads the next name, up to wanted of them. */
static VoloStatus read_name(FILE *file, const char *path, size_t wanted, Names *names,
                            bool *ret_end, VoloError *err)
{
    char line[MAX_NAME];

    *ret_end = !fgets(line, sizeof line, file);
    if (*ret_end && ferror(file))
        return volo_fail(err, VOLO_ERR_IO, "'%s': %s", path, strerror(errno));
    if (*ret_end)
        return VOLO_OK;
    const size_t length = strcspn(line, "\r\n");
    if (length + 1 == sizeof line)
        return volo_fail(err, VOLO_ERR_LIMIT, "'%s' line %zu: longer than %d bytes", path,
                         names->count + 1, MAX_NAME - 2);
    line[length] = '\0';
    if (names->count == wanted)
        return volo_fail(err, VOLO_ERR_FORMAT,
                         "'%s' has more than %zu lines, but the model has %zu classes", path,
                         wanted, wanted);
    names->name[names->count] = strdup(line);
    if (!names->name[names->count])
        return volo_fail(err, VOLO_ERR_MEMORY, "out of memory");
    names->count++;
    return VOLO_OK;
}

static VoloStatus open_names(const char *path, FILE **ret_file, VoloError *err)
{
    struct stat st;

    if (stat(path, &st) != 0)
        return volo_fail(err, VOLO_ERR_IO, "'%s': %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return volo_fail(err, VOLO_ERR_UNSUPPORTED, "'%s' is not a regular file", path);
    *ret_file = fopen(path, "re");
    if (!*ret_file)
        return volo_fail(err, VOLO_ERR_IO, "'%s': %s", path, strerror(errno));
    return VOLO_OK;
}

/* As many names as there are classes. On failure there are none. */
static VoloStatus read_names(const char *path, size_t classes, Names *ret_names, VoloError *err)
{
    Names names = { calloc(classes, sizeof *names.name), 0 };
    FILE *file = NULL;
    bool end = false;
    VoloStatus status = names.name ? open_names(path, &file, err)
                                   : volo_fail(err, VOLO_ERR_MEMORY, "out of memory");

    while (!status && !end)
        status = read_name(file, path, classes, &names, &end, err);
    if (!status && names.count != classes)
        status =
            volo_fail(err, VOLO_ERR_FORMAT, "'%s' has %zu lines, but the model has %zu classes",
                      path, names.count, classes);
    if (file)
        fclose(file);
    if (status)
        clear_names(&names);
    else
        *ret_names = names;
    return status;
}

static void print_text(const VoloGuess *guess, size_t count, const Names *names)
{
    for (size_t i = 0; i < count; i++) {
        printf("%7.2f %%  %4zu%s", 100 * guess[i].probability, guess[i].id,
               names->name ? "  " : "");
        if (names->name)
            report_text(stdout, names->name[guess[i].id]);
        putchar('\n');
    }
}

static void print_json(const char *path, const VoloImage *image, const VoloGuess *guess,
                       size_t count, const Names *names)
{
    Json json = { .file = stdout, .pretty = true };

    json_open(&json, NULL, '{');
    json_text(&json, "path", path);
    json_count(&json, "width", volo_image_width(image));
    json_count(&json, "height", volo_image_height(image));
    json_open(&json, "classes", '[');
    for (size_t i = 0; i < count; i++) {
        json_open(&json, NULL, '{');
        json_count(&json, "id", guess[i].id);
        json_text(&json, "name", names->name ? names->name[guess[i].id] : NULL);
        json_real(&json, "probability", guess[i].probability, 6);
        json_close(&json, '}');
    }
    json_close(&json, ']');
    json_close(&json, '}');
}

static int classify_image(const ClassifyOptions *o, VoloSession *session, const char *path,
                          const VoloImage *image, const Names *names)
{
    VoloGuess guess[MAX_TOP];
    size_t count;
    VoloError err;

    if (volo_session_classify(session, image, &o->picture, guess, o->top ? o->top : USUAL_TOP,
                              &count, &err)) {
        volo_error_prefix(&err, "'%s'", path);
        return exit_refuse(SUBJECT_DATA, &err);
    }
    if (o->json)
        print_json(path, image, guess, count, names);
    else
        print_text(guess, count, names);
    return report_flush();
}

static int classify(const ClassifyOptions *o, VoloModel *model, const char *path)
{
    VoloSession *session = NULL;
    VoloImage *image = NULL;
    Names names = { NULL, 0 };
    VoloError err;
    int code = inference_session(&o->inference, model, &session);

    if (!code &&
        ((o->labels && read_names(o->labels, volo_model_info(model)->classes, &names, &err)) ||
         volo_image_load(path, NULL, &image, &err)))
        code = exit_refuse(SUBJECT_DATA, &err);
    if (!code)
        code = classify_image(o, session, path, image, &names);
    clear_names(&names);
    volo_image_unref(image);
    volo_session_free(session);
    return code;
}

int cmd_classify(const Command *command, int argc, char **argv)
{
    ClassifyOptions o = { .inference.task = VOLO_CLASSIFY };
    VoloModel *model;
    int first, code = options_parse(command, argc, argv, &o, &first);

    if (code || program_answer(command, &o.general, &code))
        return code;
    if (argc - first != 1)
        return options_misused(command, "exactly one picture is wanted, not %d", argc - first);
    code = inference_start(&o.inference);
    if (!code)
        code = inference_open(&o.inference, &model);
    if (code)
        return code;
    code = classify(&o, model, argv[first]);
    volo_model_unref(model);
    return code;
}
