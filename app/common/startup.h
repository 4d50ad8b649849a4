/* SPDX-License-Identifier: Apache-2.0 */
/* What every program does first, and the options that every command has. */
#ifndef VOLO_APP_STARTUP_H
#define VOLO_APP_STARTUP_H

#include "app/common/messages.h"
#include "app/common/options.h"

/* The library, and the signals that writing may raise (a full disk, a closed pipe), which become
 * errors of the writing function. The first line of main. Returns 0 or an exit code. */
int program_start(void);

/* The program lies in the tree it was built in. */
bool program_runs_uninstalled(void);

typedef struct GeneralOptions {
    bool help;
    bool version;
    MessageStyle style;
} GeneralOptions;

#define STARTUP_GENERAL_ROW_COUNT 5
extern const OptionRow startup_general_rows[STARTUP_GENERAL_ROW_COUNT];
#define STARTUP_TOP_ROW_COUNT                                                                      \
    3 /* the last of them are for the top of a program with subcommands                            \
       */

typedef struct ExportOptions {
    int form; /* OptionForm + 1; 0: not asked for */
} ExportOptions;

extern const OptionRow startup_export_rows[1]; /* hidden: --print-options man|bash|zsh|fish */

/* Puts the style to use and answers --help and --version. True: *ret_code ends the program. */
bool program_answer(const Command *command, const GeneralOptions *general, int *ret_code);

void program_print_version(const char *program, bool libraries);

/* SIGINT, SIGTERM and SIGHUP raise a flag instead of ending the program; a second one ends it. A
 * signal that was ignored from the start (nohup) stays ignored. */
void interrupt_install(void);
int interrupt_signal(void); /* the number of the signal that came, else 0 */

#endif
