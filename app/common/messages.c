/* SPDX-License-Identifier: Apache-2.0 */
/* Messages on stderr. A program has one stderr, hence one style: with what a thread keeps for
 * later, the only state here. */
#include "app/common/messages.h"

#include "app/common/utf8.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static MessageStyle style;
static void (*clear_line)(void *user);
static void *clear_user;

static _Thread_local MessagesKept *keeper; /* of this thread, or NULL */

static void print_logged(VoloLogLevel level, const char *line)
{
    if (level == VOLO_LOG_WARNING)
        message_warning("%s", line);
    else
        message_note("%s", line);
}

/* A refused allocation loses the line. */
static void keep_line(VoloLogLevel level, const char *line)
{
    const size_t bytes = strlen(line) + 2;
    char *const text = realloc(keeper->text, keeper->bytes + bytes);

    if (!text)
        return;
    text[keeper->bytes] = (char)level;
    memcpy(text + keeper->bytes + 1, line, bytes - 1);
    keeper->text = text;
    keeper->bytes += bytes;
}

static void log_line(VoloLogLevel level, const char *line, void *user)
{
    (void)user;
    if (keeper)
        keep_line(level, line);
    else
        print_logged(level, line);
}

void message_keep(MessagesKept *kept)
{
    keeper = kept;
}

void message_print_kept(MessagesKept *kept)
{
    for (size_t at = 0; at < kept->bytes; at += strlen(kept->text + at + 1) + 2)
        print_logged((VoloLogLevel)kept->text[at], kept->text + at + 1);
    message_forget_kept(kept);
}

void message_forget_kept(MessagesKept *kept)
{
    free(kept->text);
    *kept = (MessagesKept){ NULL, 0 };
}

void message_style(MessageStyle wanted)
{
    style = wanted;
    volo_set_log(log_line, NULL);
}

void message_set_clear(void (*clear)(void *user), void *user)
{
    clear_line = clear;
    clear_user = user;
}

void message_clear(void)
{
    if (clear_line)
        clear_line(clear_user);
}

bool message_colours(FILE *stream)
{
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

    return !style.no_color && !(no_color && *no_color) && term && strcmp(term, "dumb") != 0 &&
           isatty(fileno(stream));
}

/* One line, printable whatever the names in it, in one write. */
static void put_line(const char *colour, const char *format, va_list args)
{
    char text[1024];
    const bool colours = message_colours(stderr);

    message_clear();
    vsnprintf(text, sizeof text, format, args);
    utf8_make_printable(text);
    fprintf(stderr, "%s%s:%s %s\n", colours ? colour : "", program_invocation_short_name,
            colours ? "\033[0m" : "", text);
}

void message_error(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    put_line("\033[1;31m", format, args);
    va_end(args);
}

void message_warning(const char *format, ...)
{
    va_list args;

    if (style.quiet)
        return;
    va_start(args, format);
    put_line("\033[1;33m", format, args);
    va_end(args);
}

void message_note(const char *format, ...)
{
    va_list args;

    if (!style.verbose)
        return;
    va_start(args, format);
    put_line("\033[1m", format, args);
    va_end(args);
}
