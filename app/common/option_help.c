/* SPDX-License-Identifier: Apache-2.0 */
/* --help, made from the rows. */
#include "app/common/options.h"

#include <volo/registry.h>

#include <stdio.h>
#include <string.h>

#define TEXT_COLUMN 28
#define LAST_COLUMN 79

/* Prints words, breaking lines at blanks; the cursor stands at TEXT_COLUMN. */
static void print_wrapped(const char *text)
{
    size_t at = TEXT_COLUMN;

    while (*text) {
        const size_t length = strcspn(text, " ");
        const bool first = at == TEXT_COLUMN;

        if (!first && at + 1 + length > LAST_COLUMN) {
            printf("\n%*s", TEXT_COLUMN, "");
            at = TEXT_COLUMN;
        } else if (!first) {
            putchar(' ');
            at++;
        }
        printf("%.*s", (int)length, text);
        at += length;
        text += length;
        text += strspn(text, " ");
    }
    putchar('\n');
}

void option_help_text(const OptionRow *row, char *text, size_t size)
{
    const VoloRegistry registry = row->words == WORDS_KINDS ? VOLO_DUMPS : VOLO_DATASETS;

    snprintf(text, size, "%s", row->help);
    if (row->words != WORDS_KINDS && row->words != WORDS_DATASETS)
        return;
    for (size_t i = 0; i < volo_registry_count(registry); i++) {
        const size_t used = strlen(text);

        snprintf(text + used, size - used, "%s%s", i ? ", " : "; there are ",
                 volo_registry_entry(registry, i).name);
    }
}

static void print_row(const OptionRow *row)
{
    char letter[8] = "    ", left[96], help[512];

    if (row->letter)
        snprintf(letter, sizeof letter, "-%c, ", row->letter);
    const int length = snprintf(left, sizeof left, "  %s--%s%s%s", letter, row->name,
                                row->argument ? " " : "", row->argument ? row->argument : "");
    if (length > TEXT_COLUMN - 2)
        printf("%s\n%*s", left, TEXT_COLUMN, "");
    else
        printf("%-*s", TEXT_COLUMN, left);
    option_help_text(row, help, sizeof help);
    print_wrapped(help);
}

static void print_groups(const Command *command)
{
    for (size_t i = 0; i < command->group_count; i++) {
        const OptionGroup *group = &command->groups[i];

        if (!group->title)
            continue;
        printf("\n%s:\n", group->title);
        for (size_t j = 0; j < group->count; j++)
            print_row(&group->rows[j]);
    }
}

static void print_usage(const Command *command)
{
    printf("Usage: %s%s%s [OPTION]...%s%s\n", command->program, command->name ? " " : "",
           command->name ? command->name : "", command->operands ? " " : "",
           command->operands ? command->operands : "");
}

/* Summaries are written without capital and full stop, as rows of lists are. */
static void print_sentence(const char *text)
{
    const char first = text[0] >= 'a' && text[0] <= 'z' ? (char)(text[0] - 'a' + 'A') : text[0];

    printf("%c%s.\n", first, text + 1);
}

void options_print_help(const Command *command)
{
    print_usage(command);
    print_sentence(command->summary);
    print_groups(command);
}

void options_print_program_help(const Command *top, const Command *commands, size_t count)
{
    printf("Usage: %s COMMAND [OPTION]...\n", top->program);
    print_sentence(top->summary);
    printf("\nCommands:\n");
    for (size_t i = 0; i < count; i++) {
        printf("  %-*s", TEXT_COLUMN - 2, commands[i].name);
        print_wrapped(commands[i].summary);
    }
    print_groups(top);
    printf("\n'%s COMMAND --help' explains a command.\n", top->program);
}
