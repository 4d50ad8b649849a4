/* SPDX-License-Identifier: Apache-2.0 */
/* Starting up: library, signals, general options. */
#include "app/common/startup.h"

#include "app/common/exit_codes.h"
#include "app/common/report.h"

#include <limits.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t came;

int program_start(void)
{
    VoloError err;

    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    const VoloStatus status = volo_init(&err);
    if (status)
        message_error("%s", err.message);
    return exit_code(SUBJECT_START, status);
}

bool program_runs_uninstalled(void)
{
    char path[PATH_MAX];
    const ssize_t length = readlink("/proc/self/exe", path, sizeof path);
    const size_t root = strlen(VOLO_BUILD_ROOT "/");

    return length > (ssize_t)root && memcmp(path, VOLO_BUILD_ROOT "/", root) == 0;
}

const OptionRow startup_general_rows[] = {
    { "quiet", 'q', option_set, NULL,
      "errors only: no warnings, no table, no progress unless asked for",
      offsetof(GeneralOptions, style.quiet), WORDS_NONE, 0, 0 },
    { "no-color", 0, option_set, NULL, "no colours, as with the variable NO_COLOR",
      offsetof(GeneralOptions, style.no_color), WORDS_NONE, 0, 0 },
    { "verbose", 'v', option_set, NULL, "more messages; with --version the libraries in use",
      offsetof(GeneralOptions, style.verbose), WORDS_NONE, 0, 0 },
    { "help", 'h', option_set, NULL, "print this help and stop", offsetof(GeneralOptions, help),
      WORDS_NONE, 0, 0 },
    { "version", 'V', option_set, NULL, "print the version and stop",
      offsetof(GeneralOptions, version), WORDS_NONE, 0, 0 },
};

const OptionRow startup_export_rows[1] = {
    { "print-options", 0, option_choice_given, "man|bash|zsh|fish", NULL,
      offsetof(ExportOptions, form), WORDS_CHOICES, 0, 0 },
};

void program_print_version(const char *program, bool libraries)
{
    printf("%s %s\n", program, volo_version());
    if (libraries)
        printf("%s\n", volo_linked_libraries());
}

bool program_answer(const Command *command, const GeneralOptions *general, int *ret_code)
{
    message_style(general->style);
    if (!general->help && !general->version)
        return false;
    if (general->help)
        options_print_help(command);
    else
        program_print_version(command->program, general->style.verbose);
    *ret_code = report_flush();
    return true;
}

static void on_signal(int number)
{
    came = number;
}

void interrupt_install(void)
{
    static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction before;
        struct sigaction action = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };

        sigemptyset(&action.sa_mask);
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(numbers[i], &action, NULL);
    }
}

int interrupt_signal(void)
{
    return came;
}
