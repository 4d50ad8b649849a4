/* SPDX-License-Identifier: Apache-2.0 */
#include "support/weights_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined __SANITIZE_ADDRESS__ || defined SANITIZED
#define SECONDS_ALLOWED 20
#define KILOBYTES_ALLOWED (4l << 20)
#else
#define SECONDS_ALLOWED 1
#define KILOBYTES_ALLOWED (64l << 10)
#endif

VoloStatus weights_open_bytes(const MakerBytes *bytes, bool strict, VoloWeights **ret_weights,
                              VoloError *err)
{
    const int fd = memfd_create("model", MFD_CLOEXEC);
    char path[40];

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes->data, bytes->bytes), bytes->bytes);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    const VoloStatus status = volo_weights_open(path, strict, ret_weights, err);
    close(fd);
    return status;
}

VoloWeights *weights_must_open(MakerBytes *bytes)
{
    VoloWeights *w;
    VoloError err;
    const VoloStatus status = weights_open_bytes(bytes, false, &w, &err);

    free(bytes->data);
    if (status)
        fail_msg("refused: %s", err.message);
    return w;
}

VoloWeights *weights_of_header(const char *header, size_t data_bytes)
{
    MakerBytes bytes = { 0 };

    maker_safetensors(&bytes, header, data_bytes);
    return weights_must_open(&bytes);
}

VoloWeights *weights_of_pickle(const char *source)
{
    MakerZip zip = { 0 };

    maker_torch(&zip, MAKER_TORCH, source);
    return weights_must_open(&zip.out);
}

static bool says(const char *message, const char *wanted)
{
    const size_t length = strlen(wanted);

    if (length && wanted[length - 1] == '*')
        return strncmp(message, wanted, length - 1) == 0;
    return strcmp(message, wanted) == 0;
}

/* The message without the name of the file, which must be in front. */
static const char *after_file(const VoloError *err)
{
    const char *quote = strstr(err->message, "': ");

    if (err->message[0] != '\'' || !quote)
        fail_msg("no file is named: %s", err->message);
    return quote + 3;
}

/* Highest use of memory by this process so far, in kB; with reset, from now on. */
static long peak_memory(bool reset)
{
    char line[128];
    long peak = 0;

    if (reset) {
        FILE *file = fopen("/proc/self/clear_refs", "w");

        if (file) {
            fputs("5", file);
            fclose(file);
        }
    }
    FILE *file = fopen("/proc/self/status", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        if (strncmp(line, "VmHWM:", 6) == 0)
            peak = strtol(line + 6, NULL, 10);
    }
    fclose(file);
    return peak;
}

void weights_must_refuse(const char *name, MakerBytes *bytes, VoloStatus status,
                         const char *message)
{
    VoloWeights *const untouched = (VoloWeights *)&status;
    VoloWeights *w = untouched;
    VoloError err = { 0 };
    const long memory = peak_memory(true);
    const clock_t start = clock();
    const VoloStatus got = weights_open_bytes(bytes, false, &w, &err);
    const double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    const long grown = peak_memory(false) - memory;

    free(bytes->data);
    if (got == VOLO_OK)
        fail_msg("%s was opened", name);
    if (got != status || err.status != status || !says(after_file(&err), message))
        fail_msg("%s: got %s: %s; wanted %s: %s", name, volo_status_name(got), after_file(&err),
                 volo_status_name(status), message);
    if (w != untouched)
        fail_msg("%s: the output was touched", name);
    if (seconds > SECONDS_ALLOWED || grown > KILOBYTES_ALLOWED)
        fail_msg("%s took %.3f seconds and %ld kB", name, seconds, grown);
}

static void check_nasty(size_t i)
{
    MakerBytes bytes = { 0 };

    nasty_build(i, &bytes);
    weights_must_refuse(nasty_name(i), &bytes, nasty_status(i), nasty_message(i));
}

void weights_check_kind(NastyKind kind)
{
    size_t count = 0;

    for (size_t i = 0; i < nasty_count(); i++) {
        if (nasty_kind(i) != kind)
            continue;
        check_nasty(i);
        count++;
    }
    assert_true(count >= 40);
}

void weights_check_nasty(const char *name)
{
    for (size_t i = 0; i < nasty_count(); i++) {
        if (strcmp(nasty_name(i), name) == 0) {
            check_nasty(i);
            return;
        }
    }
    fail_msg("there is no malformed file '%s'", name);
}

static bool opens(const MakerBytes *bytes)
{
    VoloError err = { 0 };
    VoloWeights *w;
    const VoloStatus status = weights_open_bytes(bytes, false, &w, &err);

    if (status == VOLO_OK)
        volo_weights_close(w);
    else
        assert_true(err.status == status && err.message[0]);
    return status == VOLO_OK;
}

size_t weights_check_prefixes_and_flips(MakerBytes *bytes)
{
    const size_t whole = bytes->bytes;
    size_t opened = 0;

    assert_true(opens(bytes));
    for (bytes->bytes = 0; bytes->bytes < whole; bytes->bytes++) {
        if (opens(bytes))
            fail_msg("the first %zu of %zu bytes were opened", bytes->bytes, whole);
    }
    for (size_t i = 0; i < whole; i++) {
        const uint8_t was = bytes->data[i];
        const uint8_t others[] = { was ^ 1,  was ^ 2,  was ^ 4,   was ^ 8, was ^ 16,
                                   was ^ 32, was ^ 64, was ^ 128, 0,       255 };

        for (size_t k = 0; k < sizeof others; k++) {
            bytes->data[i] = others[k];
            opened += opens(bytes);
        }
        bytes->data[i] = was;
    }
    free(bytes->data);
    return opened;
}

void weights_check_tensor(const VoloWeights *w, const char *name, const float *want, size_t count)
{
    const VoloWeightEntry *e = volo_weights_find(w, name);
    float *got = calloc(count + 1, sizeof *got);
    VoloError err;

    if (!e)
        fail_msg("there is no tensor '%s'", name);
    assert_non_null(got);
    assert_int_equal(e->count, count);
    if (volo_weights_read(w, e, 0, count, got, &err))
        fail_msg("tensor '%s' is not read: %s", name, err.message);
    assert_memory_equal(got, want, count * sizeof *got);
    free(got);
}

bool weights_has_note(const VoloWeights *w, const char *text)
{
    for (size_t i = 0; w->note && w->note[i]; i++) {
        if (strstr(w->note[i], text))
            return true;
    }
    return false;
}
