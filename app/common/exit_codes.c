/* SPDX-License-Identifier: Apache-2.0 */
/* The one table of exit codes. */
#include "app/common/exit_codes.h"

#include "app/common/messages.h"

/* A cell that is not filled in is a failure nobody foresaw there: an internal error. */
#define ALWAYS                                                                                     \
    [VOLO_ERR_MEMORY] = EXIT_RESOURCES, [VOLO_ERR_SPACE] = EXIT_RESOURCES,                         \
    [VOLO_ERR_DIVERGED] = EXIT_DIVERGED

int exit_code(ExitSubject subject, VoloStatus status)
{
    static const int table[][VOLO_ERR_SPACE + 1] = {
        [SUBJECT_START] = { [VOLO_ERR_ARGUMENT] = EXIT_USAGE, ALWAYS },
        [SUBJECT_MODEL] = { [VOLO_ERR_IO] = EXIT_MODEL,
                            [VOLO_ERR_FORMAT] = EXIT_MODEL,
                            [VOLO_ERR_UNSUPPORTED] = EXIT_MODEL,
                            [VOLO_ERR_SHAPE] = EXIT_MODEL,
                            [VOLO_ERR_MISSING] = EXIT_MODEL,
                            [VOLO_ERR_LIMIT] = EXIT_MODEL,
                            ALWAYS },
        [SUBJECT_RECIPE] = { [VOLO_ERR_ARGUMENT] = EXIT_USAGE,
                             [VOLO_ERR_IO] = EXIT_MODEL,
                             [VOLO_ERR_FORMAT] = EXIT_MODEL,
                             [VOLO_ERR_UNSUPPORTED] = EXIT_USAGE,
                             [VOLO_ERR_SHAPE] = EXIT_USAGE,
                             [VOLO_ERR_MISSING] = EXIT_USAGE,
                             [VOLO_ERR_LIMIT] = EXIT_USAGE,
                             ALWAYS },
        [SUBJECT_DATA] = { [VOLO_ERR_IO] = EXIT_DATA,
                           [VOLO_ERR_FORMAT] = EXIT_DATA,
                           [VOLO_ERR_UNSUPPORTED] = EXIT_DATA,
                           [VOLO_ERR_SHAPE] = EXIT_DATA,
                           [VOLO_ERR_MISSING] = EXIT_DATA,
                           [VOLO_ERR_LIMIT] = EXIT_DATA,
                           ALWAYS },
        [SUBJECT_OUTPUT] = { [VOLO_ERR_IO] = EXIT_DATA, /* and what an earlier run left there */
                             [VOLO_ERR_FORMAT] = EXIT_DATA,
                             [VOLO_ERR_UNSUPPORTED] = EXIT_DATA,
                             [VOLO_ERR_LIMIT] = EXIT_DATA,
                             ALWAYS },
    };

    if (status == VOLO_OK)
        return EXIT_ALL_DONE;
    if ((size_t)subject >= sizeof table / sizeof *table || (size_t)status > VOLO_ERR_SPACE)
        return EXIT_INTERNAL;
    const int code = table[subject][status];
    return code ? code : EXIT_INTERNAL;
}
#undef ALWAYS

int exit_refuse(ExitSubject subject, const VoloError *err)
{
    message_error("%s", err->message);
    return exit_code(subject, err->status);
}

int exit_no_memory(const char *what)
{
    message_error("out of memory for %s", what);
    return EXIT_RESOURCES;
}
