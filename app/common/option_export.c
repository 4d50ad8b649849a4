/* SPDX-License-Identifier: Apache-2.0 */
/* The rows as parts of a man page and as completions for bash, zsh and fish. Built-in texts hold no
 * single quotes, so that quoting for the shells is plain. */
#include "app/common/options.h"

#include <volo/registry.h>

#include <stdio.h>
#include <string.h>

/* Calls fn for each row that is shown. */
typedef void (*RowFn)(const Command *command, const OptionRow *row);

static void each_row(const Command *command, RowFn fn)
{
    for (size_t i = 0; i < command->group_count; i++) {
        if (!command->groups[i].title)
            continue;
        for (size_t j = 0; j < command->groups[i].count; j++)
            fn(command, &command->groups[i].rows[j]);
    }
}

static void print_registry(VoloRegistry registry)
{
    for (size_t i = 0; i < volo_registry_count(registry); i++)
        printf("%s%s", i ? " " : "", volo_registry_entry(registry, i).name);
}

/* The words a shell may offer for the row's argument, separated by blanks. */
static void print_words(const OptionRow *row)
{
    const char *word;
    size_t length;

    if (row->words == WORDS_KINDS)
        print_registry(VOLO_DUMPS);
    if (row->words == WORDS_DATASETS)
        print_registry(VOLO_DATASETS);
    if (row->words != WORDS_CHOICES)
        return;
    for (size_t i = 0; (length = option_word(row->argument, i, &word)); i++)
        printf("%s%.*s", i ? " " : "", (int)length, word);
}

/* --- man --- */

static void man_text(const char *text)
{
    for (; *text; text++) {
        if (*text == '-')
            fputs("\\-", stdout);
        else if (*text == '\\')
            fputs("\\e", stdout);
        else
            putchar(*text);
    }
}

static void man_row(const Command *command, const OptionRow *row)
{
    char help[512];

    (void)command;
    option_help_text(row, help, sizeof help);
    fputs(".TP\n", stdout);
    if (row->letter)
        printf("\\fB\\-%c\\fR, ", row->letter);
    fputs("\\fB\\-\\-", stdout);
    man_text(row->name);
    fputs("\\fR", stdout);
    if (row->argument) {
        fputs(" \\fI", stdout);
        man_text(row->argument);
        fputs("\\fR", stdout);
    }
    putchar('\n');
    man_text(help);
    putchar('\n');
}

static void man_groups(const Command *command, bool titles)
{
    for (size_t i = 0; i < command->group_count; i++) {
        if (!command->groups[i].title)
            continue;
        if (titles)
            printf(".SS %s\n", command->groups[i].title);
        for (size_t j = 0; j < command->groups[i].count; j++)
            man_row(command, &command->groups[i].rows[j]);
    }
}

static void export_man(const Command *top, const Command *commands, size_t count)
{
    if (!top) {
        man_groups(&commands[0], true);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        printf(".SS %s%s%s\n", commands[i].name, commands[i].operands ? " " : "",
               commands[i].operands ? commands[i].operands : "");
        man_text(commands[i].summary);
        fputs(".\n", stdout);
        man_groups(&commands[i], false);
    }
}

/* --- bash --- */

static void bash_name(const Command *command, const OptionRow *row)
{
    (void)command;
    if (row->letter)
        printf("-%c ", row->letter);
    printf("--%s ", row->name);
}

static void bash_argument(const Command *command, const OptionRow *row)
{
    (void)command;
    if (!row->argument)
        return;
    printf("            ");
    if (row->letter)
        printf("-%c|", row->letter);
    printf("--%s) ", row->name);
    if (row->words == WORDS_FILE || row->words == WORDS_FOLDER) {
        printf("compopt -o filenames; COMPREPLY=($(compgen -%c -- \"$cur\"))",
               row->words == WORDS_FILE ? 'f' : 'd');
    } else {
        printf("COMPREPLY=($(compgen -W '");
        print_words(row);
        printf("' -- \"$cur\"))");
    }
    printf("; return ;;\n");
}

static void bash_command(const Command *command)
{
    printf("        case $prev in\n");
    each_row(command, bash_argument);
    printf("        esac\n"
           "        if [[ $cur == -* ]]; then\n"
           "            COMPREPLY=($(compgen -W '");
    each_row(command, bash_name);
    printf("' -- \"$cur\"))\n"
           "            return\n"
           "        fi\n");
    if (command->operand_words == WORDS_FILE)
        printf("        compopt -o filenames; COMPREPLY=($(compgen -f -- \"$cur\"))\n");
}

/* A shell function's name for a program: volo_segment. */
static void print_identifier(const char *program)
{
    for (; *program; program++)
        putchar(*program == '-' ? '_' : *program);
}

static void export_bash(const Command *top, const Command *commands, size_t count)
{
    putchar('_');
    print_identifier(commands[0].program);
    printf("()\n{\n"
           "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
           "    case ${COMP_WORDS[1]} in\n");
    for (size_t i = 0; top && i < count; i++) {
        printf("    %s)\n        ((COMP_CWORD > 1)) || return\n", commands[i].name);
        bash_command(&commands[i]);
        printf("        ;;\n");
    }
    printf("    *)\n");
    if (top) {
        printf("        COMPREPLY=($(compgen -W '");
        for (size_t i = 0; i < count; i++)
            printf("%s ", commands[i].name);
        each_row(top, bash_name);
        printf("' -- \"$cur\"))\n");
    } else {
        bash_command(&commands[0]);
    }
    printf("        ;;\n    esac\n}\ncomplete -F _");
    print_identifier(commands[0].program);
    printf(" %s\n", commands[0].program);
}

/* --- zsh --- */

/* Text inside a specification of _arguments, where brackets and colons have a meaning. */
static void zsh_text(const char *text)
{
    for (; *text; text++) {
        if (strchr("[]:\\", *text))
            putchar('\\');
        putchar(*text);
    }
}

static void zsh_row(const Command *command, const OptionRow *row)
{
    const char *equals = row->argument ? "=" : "", *plus = row->argument ? "+" : "";

    (void)command;
    printf(" \\\n        ");
    if (row->letter)
        printf("'(-%c --%s)'{-%c%s,--%s%s}'[", row->letter, row->name, row->letter, plus, row->name,
               equals);
    else
        printf("'--%s%s[", row->name, equals);
    zsh_text(row->help);
    putchar(']');
    if (row->argument) {
        putchar(':');
        zsh_text(row->argument);
        putchar(':');
        if (row->words == WORDS_FILE || row->words == WORDS_DATASETS)
            printf("_files");
        else if (row->words == WORDS_FOLDER)
            printf("_files -/");
        else if (row->words != WORDS_NONE) {
            putchar('(');
            print_words(row);
            putchar(')');
        }
    }
    putchar('\'');
}

static void zsh_command(const Command *command)
{
    printf("    _arguments -s -S");
    each_row(command, zsh_row);
    if (command->operand_words == WORDS_FILE) {
        printf(" \\\n        '*:");
        zsh_text(command->operands);
        printf(":_files'");
    }
    putchar('\n');
}

static void export_zsh(const Command *top, const Command *commands, size_t count)
{
    printf("#compdef %s\n", commands[0].program);
    if (!top) {
        zsh_command(&commands[0]);
        return;
    }
    printf("if ((CURRENT == 2)); then\n    compadd");
    for (size_t i = 0; i < count; i++)
        printf(" %s", commands[i].name);
    printf("\n    return\nfi\nlocal command=$words[2]\nshift words\n((CURRENT--))\n"
           "case $command in\n");
    for (size_t i = 0; i < count; i++) {
        printf("%s)\n", commands[i].name);
        zsh_command(&commands[i]);
        printf("    ;;\n");
    }
    printf("esac\n");
}

/* --- fish --- */

static void fish_row(const Command *command, const OptionRow *row)
{
    printf("complete -c %s", command->program);
    if (command->name)
        printf(" -n '__fish_seen_subcommand_from %s'", command->name);
    if (row->letter)
        printf(" -s %c", row->letter);
    printf(" -l %s", row->name);
    if (row->argument)
        printf(row->words == WORDS_FILE || row->words == WORDS_FOLDER ? " -r" : " -x");
    if (row->words >= WORDS_CHOICES) {
        printf(" -a '");
        print_words(row);
        putchar('\'');
    }
    printf(" -d '%s'\n", row->help);
}

static void export_fish(const Command *top, const Command *commands, size_t count)
{
    for (size_t i = 0; top && i < count; i++)
        printf("complete -c %s -f -n __fish_use_subcommand -a %s -d '%s'\n", top->program,
               commands[i].name, commands[i].summary);
    for (size_t i = 0; i < count; i++)
        each_row(&commands[i], fish_row);
}

void options_export(OptionForm form, const Command *top, const Command *commands, size_t count)
{
    static void (*const export[])(const Command *, const Command *, size_t) = {
        [FORM_MAN] = export_man,
        [FORM_BASH] = export_bash,
        [FORM_ZSH] = export_zsh,
        [FORM_FISH] = export_fish,
    };

    export[form](top, commands, count);
}
