/* SPDX-License-Identifier: Apache-2.0 */
/* From a command's rows to getopt_long and back. */
#include "app/common/options.h"

#include "app/common/exit_codes.h"
#include "app/common/messages.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#define MAX_ROWS 128
#define FIRST_VALUE 1000 /* getopt_long's value of the first row, above all letters */

/* The rows of all groups in one line, as getopt_long wants them. */
typedef struct Getopt {
    const OptionRow *row[MAX_ROWS];
    const OptionGroup *group[MAX_ROWS];
    size_t count;
    struct option longs[MAX_ROWS + 1];
    char shorts[3 * MAX_ROWS + 3];
} Getopt;

static void add_row(Getopt *g, const OptionGroup *group, const OptionRow *row, char **shorts)
{
    if (g->count == MAX_ROWS)
        return; /* a table this long is a mistake that the first run of its last option shows */
    g->row[g->count] = row;
    g->group[g->count] = group;
    g->longs[g->count] =
        (struct option){ row->name, row->argument ? required_argument : no_argument, NULL,
                         FIRST_VALUE + (int)g->count };
    g->count++;
    if (!row->letter)
        return;
    *(*shorts)++ = row->letter;
    if (row->argument)
        *(*shorts)++ = ':';
}

static void prepare(Getopt *g, const Command *command)
{
    char *shorts = g->shorts;

    *g = (Getopt){ .count = 0 };
    if (!command->name && !command->operands) /* the top of a program with subcommands */
        *shorts++ = '+';
    *shorts++ = ':';
    for (size_t i = 0; i < command->group_count; i++) {
        for (size_t j = 0; j < command->groups[i].count; j++)
            add_row(g, &command->groups[i], &command->groups[i].rows[j], &shorts);
    }
}

/* The index of the row that getopt_long's value stands for; count when none. */
static size_t find_row(const Getopt *g, int value)
{
    if (value >= FIRST_VALUE)
        return (size_t)(value - FIRST_VALUE);
    for (size_t i = 0; i < g->count; i++) {
        if (value && g->row[i]->letter == value)
            return i;
    }
    return g->count;
}

static int hint(const Command *command)
{
    fprintf(stderr, "Try '%s%s%s --help' for more information.\n", command->program,
            command->name ? " " : "", command->name ? command->name : "");
    return EXIT_USAGE;
}

int options_misused(const Command *command, const char *format, ...)
{
    va_list args;
    char text[512];

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    message_error("%s", text);
    return hint(command);
}

/* Some option's name begins with that of word, "--thr". */
static bool is_beginning(const Getopt *g, const char *word)
{
    const char *name = word + strspn(word, "-");
    const size_t length = strcspn(name, "=");

    for (size_t i = 0; i < g->count; i++) {
        if (strncmp(g->row[i]->name, name, length) == 0)
            return true;
    }
    return false;
}

/* getopt_long returned '?' or ':' for the word before optind (or, for letters, optopt). */
static int refuse(const Command *command, const Getopt *g, int value, char **argv)
{
    const size_t row = find_row(g, optopt);

    if (value == ':')
        return options_misused(command, "option '%s' needs an argument: %s", argv[optind - 1],
                               row < g->count ? g->row[row]->argument : "");
    if (optopt >= FIRST_VALUE && row < g->count)
        return options_misused(command, "option '--%s' takes no argument", g->row[row]->name);
    if (optopt)
        return options_misused(command, "unknown option '-%c'", optopt);
    return options_misused(command, "%s option '%s'",
                           is_beginning(g, argv[optind - 1]) ? "ambiguous" : "unknown",
                           argv[optind - 1]);
}

static int take(const Command *command, const Getopt *g, size_t i, void *target)
{
    VoloError err;
    void *field = (char *)target + g->group[i]->offset + g->row[i]->offset;

    if (g->row[i]->parse(g->row[i], optarg, field, &err))
        return options_misused(command, "--%s: %s", g->row[i]->name, err.message);
    return 0;
}

int options_parse(const Command *command, int argc, char **argv, void *target, int *ret_first)
{
    Getopt g;
    int value;

    prepare(&g, command);
    opterr = 0;
    optind = 0; /* glibc: start afresh, also after another command's parsing */
    while ((value = getopt_long(argc, argv, g.shorts, g.longs, NULL)) != -1) {
        const size_t i = find_row(&g, value);

        if (value == '?' || value == ':' || i >= g.count)
            return refuse(command, &g, value, argv);
        const int code = take(command, &g, i, target);
        if (code)
            return code;
    }
    *ret_first = optind;
    if (optind < argc && command->name && !command->operands)
        return options_misused(command, "unexpected operand '%s'", argv[optind]);
    return 0;
}
