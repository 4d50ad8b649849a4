/* SPDX-License-Identifier: Apache-2.0 */
/* Command lines from tables: one row says everything about an option; getopt_long, --help
 * (option_help.c), the man page and the shell completions (option_export.c) are all made from it.
 */
#ifndef VOLO_APP_OPTIONS_H
#define VOLO_APP_OPTIONS_H

#include <volo/base.h>

typedef struct OptionRow OptionRow;

/* Reads text (NULL for an option without argument) into *field. Errors: ARGUMENT, whose message
 * follows "--name: ". */
typedef VoloStatus (*OptionParseFn)(const OptionRow *row, const char *text, void *field,
                                    VoloError *err);

/* What a shell may offer for an option's argument or for an operand. */
typedef enum OptionWords {
    WORDS_NONE,
    WORDS_FILE,
    WORDS_FOLDER,
    WORDS_CHOICES,  /* those between the bars of the row's argument */
    WORDS_KINDS,    /* registered dump formats, separated by commas */
    WORDS_DATASETS, /* registered data sets, or a file */
} OptionWords;

struct OptionRow {
    const char *name; /* long form, without dashes */
    char letter;      /* short form, or 0 */
    OptionParseFn parse;
    const char *argument; /* "N"; NULL: none; for option_choice "auto|bar|none" */
    const char *help;     /* lower case, no full stop; NULL: not shown anywhere */
    size_t offset;        /* of the field in its group's struct */
    OptionWords words;
    uint64_t minimum, maximum; /* option_count */
};

typedef struct OptionGroup {
    const char *title; /* "Inference"; NULL: not shown anywhere */
    const OptionRow *rows;
    size_t count;
    size_t offset; /* of the group's struct in the command's struct */
} OptionGroup;

typedef struct Command {
    const char *name;     /* subcommand, or NULL */
    const char *operands; /* "IMAGE|FOLDER...", or NULL */
    OptionWords operand_words;
    const char *summary; /* one line, lower case, no full stop */
    const OptionGroup *groups;
    size_t group_count;
    int (*run)(const struct Command *command, int argc, char **argv); /* returns the exit code */
    const char *program; /* program_run fills it in for subcommands */
} Command;

/* Parses argv[1..] into the command's struct; operands end up last, from argv[*ret_first] on.
 * Returns 0, or EXIT_USAGE after one line and a hint on stderr. */
int options_parse(const Command *command, int argc, char **argv, void *target, int *ret_first);

/* A usage error found after parsing: the line, the hint, EXIT_USAGE. */
int options_misused(const Command *command, const char *format, ...) VOLO_PRINTF(2, 3);

/* --- kinds of options (option_kinds.c); the field's type in brackets --- */

VoloStatus option_set(const OptionRow *, const char *, void *, VoloError *);   /* [bool] true */
VoloStatus option_unset(const OptionRow *, const char *, void *, VoloError *); /* [bool] false */
VoloStatus option_text(const OptionRow *, const char *, void *, VoloError *);  /* [const char *] */
VoloStatus option_count(const OptionRow *, const char *, void *, VoloError *); /* [uint64_t] */
VoloStatus option_share(const OptionRow *, const char *, void *, VoloError *); /* [double] 0..1 */
VoloStatus option_bytes(const OptionRow *, const char *, void *, VoloError *); /* [uint64_t] */
VoloStatus option_size(const OptionRow *, const char *, void *, VoloError *);  /* [size_t[2]] HxW */
VoloStatus option_choice(const OptionRow *, const char *, void *, VoloError *); /* [int] index */
/* [int] 1 + index: 0 stays "not given" */
VoloStatus option_choice_given(const OptionRow *, const char *, void *, VoloError *);

/* The index-th of the words between bars, "a|b|c"; its length, 0 beyond the end. */
size_t option_word(const char *words, size_t index, const char **ret_word);

/* --- texts made from the rows, on stdout --- */

/* The row's help, and what is registered where it takes such names. */
void option_help_text(const OptionRow *row, char *text, size_t size);

void options_print_help(const Command *command);
/* Of a program with subcommands. */
void options_print_program_help(const Command *top, const Command *commands, size_t count);

typedef enum OptionForm {
    FORM_MAN,
    FORM_BASH,
    FORM_ZSH,
    FORM_FISH,
} OptionForm;

/* top is NULL for a program without subcommands, whose one
 * command is commands[0]. */
void options_export(OptionForm form, const Command *top, const Command *commands, size_t count);

#endif
