/* SPDX-License-Identifier: Apache-2.0 */
/* Where text meets people: lines on stderr that begin with the program's name. */
#ifndef VOLO_APP_MESSAGES_H
#define VOLO_APP_MESSAGES_H

#include <volo/base.h>

#include <stdio.h>

/* What is told and how; the default: errors and warnings, colours if stderr is a terminal. */
typedef struct MessageStyle {
    bool quiet;    /* errors only */
    bool verbose;  /* notes and the library's log too */
    bool no_color; /* never colours */
} MessageStyle;

void message_style(MessageStyle style);

/* Called before each line, to take a progress bar out of its way; NULL for none. */
void message_set_clear(void (*clear)(void *user), void *user);

/* What the library's log said in a thread, for later: threads that work beside each other would
 * mix their lines. */
typedef struct MessagesKept {
    char *text; /* lines, each a VoloLogLevel as a byte, its text and a NUL */
    size_t bytes;
} MessagesKept;

void message_keep(MessagesKept *kept);       /* from now on in this thread; NULL: as usual again */
void message_print_kept(MessagesKept *kept); /* and forgets them */
void message_forget_kept(MessagesKept *kept);

void message_error(const char *format, ...) VOLO_PRINTF(1, 2);
void message_warning(const char *format, ...) VOLO_PRINTF(1, 2); /* not when quiet */
void message_note(const char *format, ...) VOLO_PRINTF(1, 2);    /* only when verbose */

/* Takes the progress bar away before anything else is written to a terminal. */
void message_clear(void);

/* Colours may be written to that stream: a terminal, NO_COLOR unset or empty, --no-color not given.
 */
bool message_colours(FILE *stream);

#endif
