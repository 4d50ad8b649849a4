/* SPDX-License-Identifier: Apache-2.0 */
/* Writing log.jsonl, and cutting what a killed training wrote behind its last checkpoint. */
#include "app/train/train_log.h"

#include "app/common/report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct TrainLog {
    FILE *file;
    char *path;
};

static VoloStatus refused(const char *path, VoloError *err)
{
    const bool full = errno == ENOSPC || errno == EDQUOT;

    return volo_fail(err, full ? VOLO_ERR_SPACE : VOLO_ERR_IO, "'%s': %s", path, strerror(errno));
}

/* Every line begins with {"step": N, */
static bool read_step(const char *line, uint64_t *ret)
{
    static const char begin[] = "{\"step\": ";
    char *end;

    if (strncmp(line, begin, sizeof begin - 1) != 0)
        return false;
    *ret = strtoull(line + sizeof begin - 1, &end, 10);
    return *end == ',';
}

/* Where the lines of steps up to kept end. */
static off_t find_end(FILE *file, uint64_t kept)
{
    char *line = NULL;
    size_t room = 0;
    off_t end = 0;
    ssize_t length;
    uint64_t step;

    while ((length = getline(&line, &room, file)) > 0) {
        if (line[length - 1] != '\n' || !read_step(line, &step) || step > kept)
            break;
        end += length;
    }
    free(line);
    return end;
}

VoloStatus train_log_open(const char *path, uint64_t kept, TrainLog **ret_log, VoloError *err)
{
    TrainLog *log = calloc(1, sizeof *log);

    if (!log || !(log->path = strdup(path))) {
        free(log);
        return volo_fail(err, VOLO_ERR_MEMORY, "out of memory for the log");
    }
    log->file = fopen(path, "a+e");
    if (!log->file || fseeko(log->file, 0, SEEK_SET) != 0 ||
        ftruncate(fileno(log->file), find_end(log->file, kept)) != 0) {
        const VoloStatus status = refused(path, err);

        train_log_close(log);
        return status;
    }
    fseeko(log->file, 0, SEEK_END);
    *ret_log = log;
    return VOLO_OK;
}

void train_log_close(TrainLog *log)
{
    if (!log)
        return;
    if (log->file)
        fclose(log->file);
    free(log->path);
    free(log);
}

static VoloStatus end_line(TrainLog *log, Json *json, VoloError *err)
{
    json_close(json, '}');
    if (fflush(log->file) != 0 || ferror(log->file))
        return refused(log->path, err);
    return VOLO_OK;
}

VoloStatus train_log_step(TrainLog *log, const LogStep *s, VoloError *err)
{
    Json json = { .file = log->file };

    json_open(&json, NULL, '{');
    json_count(&json, "step", s->step);
    json_real(&json, "loss", s->loss, 6);
    json_real(&json, "main_loss", s->main_loss, 6);
    json_real(&json, "auxiliary_loss", s->auxiliary_loss, 6);
    json_real(&json, "accuracy", s->accuracy, 6);
    json_full(&json, "lr", s->lr);
    json_real(&json, "norm", s->norm, 4);
    json_real(&json, "images_per_second", s->images_per_second, 2);
    return end_line(log, &json, err);
}

static void put_set(Json *json, const VoloValidation *v)
{
    json_open(json, NULL, '{');
    json_text(json, "name", v->name);
    json_text(json, "map", v->map);
    json_count(json, "pictures", v->pictures);
    json_real(json, "miou", v->miou, 6);
    json_real(json, "accuracy", v->accuracy, 6);
    json_open(json, "classes", '{');
    for (size_t i = 0; i < volo_label_space_class_count(v->space); i++)
        json_real(json, volo_label_space_class(v->space, i)->name, v->class_iou[i], 6);
    json_close(json, '}');
    json_close(json, '}');
}

VoloStatus train_log_validation(TrainLog *log, uint64_t step, const VoloValidation *sets,
                                size_t count, double seconds, bool is_best, VoloError *err)
{
    Json json = { .file = log->file };
    double sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += sets[i].miou / (double)count;
    json_open(&json, NULL, '{');
    json_count(&json, "step", step);
    json_real(&json, "miou", sum, 6);
    json_bool(&json, "best", is_best);
    json_real(&json, "seconds", seconds, 2);
    json_open(&json, "sets", '[');
    for (size_t i = 0; i < count; i++)
        put_set(&json, &sets[i]);
    json_close(&json, ']');
    return end_line(log, &json, err);
}
