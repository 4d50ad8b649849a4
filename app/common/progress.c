/* SPDX-License-Identifier: Apache-2.0 */
/* Progress on stderr. The time left supposes that pictures take as long as those before. */
#include "app/common/progress.h"

#include "app/common/messages.h"
#include "app/common/report.h"
#include "app/common/stopwatch.h"
#include "app/common/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define BAR_CELLS 24
#define PLAIN_SECONDS 10.0
#define JSON_SECONDS 1.0
#define BAR_SECONDS 0.1

static bool on_terminal(void)
{
    const char *term = getenv("TERM");

    return isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
}

void progress_init(Progress *p, ProgressStyle style, size_t total)
{
    if (style == PROGRESS_AUTO || style == PROGRESS_BAR)
        style = on_terminal() ? PROGRESS_BAR : PROGRESS_PLAIN;
    *p = (Progress){ .style = style, .total = total };
    p->start = p->last = stopwatch_now();
}

/* As if all work on a picture came before the next one began. */
static double overall(const Progress *p)
{
    const double share = p->begun > p->done + 1 ? 1 : p->share;

    return p->total ? ((double)p->done + share) / (double)p->total : 1;
}

/* Seconds left, negative when nothing is known yet. */
static double seconds_left(const Progress *p, double now)
{
    const double share = overall(p);

    return share > 0 ? (now - p->start) / share * (1 - share) : -1;
}

/* "1:02:03", "2:03", or "?" */
static void format_left(double seconds, char text[24])
{
    const long s = seconds < 0 ? 0 : (long)(seconds < 1e8 ? seconds + 0.5 : 1e8);

    if (seconds < 0)
        snprintf(text, 24, "?");
    else if (s >= 3600)
        snprintf(text, 24, "%ld:%02ld:%02ld", s / 3600, s / 60 % 60, s % 60);
    else
        snprintf(text, 24, "%ld:%02ld", s / 60, s % 60);
}

static size_t terminal_columns(void)
{
    struct winsize size;

    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
}

static const char *note_of(const Progress *p)
{
    return p->note ? p->note(p->note_user) : "";
}

static void draw_bar(Progress *p, double now)
{
    const char *note = note_of(p);
    char left[24], line[512], cells[BAR_CELLS + 1];
    const size_t filled = (size_t)(overall(p) * BAR_CELLS);
    const size_t columns = terminal_columns();

    for (size_t i = 0; i < BAR_CELLS; i++)
        cells[i] = i < filled ? '=' : ' ';
    cells[BAR_CELLS] = '\0';
    format_left(seconds_left(p, now), left);
    snprintf(line, sizeof line, "[%s] %3.0f %%  %zu/%zu  %s left  %s%s%s", cells, 100 * overall(p),
             p->done, p->total, left, note, *note ? "  " : "", p->name ? p->name : "");
    if (strlen(line) >= columns) /* a wrapped line could not be taken away again */
        line[columns - 1] = '\0';
    utf8_make_printable(line);
    fprintf(stderr, "\r\033[K%s", line);
    fflush(stderr);
    p->drawn = true;
}

static void print_plain(const Progress *p, double now)
{
    const char *note = note_of(p);
    char left[24];

    format_left(seconds_left(p, now), left);
    fprintf(stderr, "%zu of %zu %s, %.0f %%, %s left%s%s\n", p->done, p->total,
            p->things ? p->things : "pictures", 100 * overall(p), left, *note ? ", " : "", note);
}

static void print_json(const Progress *p, double now)
{
    Json json = { .file = stderr };

    json_open(&json, NULL, '{');
    json_count(&json, "done", p->done);
    json_count(&json, "total", p->total);
    json_real(&json, "share", overall(p), 4);
    if (overall(p) > 0)
        json_real(&json, "seconds_left", seconds_left(p, now), 1);
    if (p->note)
        json_text(&json, "note", note_of(p));
    json_text(&json, "path", p->name);
    json_close(&json, '}');
}

/* Shows the state if wanted or if the style's time since the last line is over. */
static void show(Progress *p, bool wanted)
{
    static const double interval[] = {
        [PROGRESS_BAR] = BAR_SECONDS,
        [PROGRESS_PLAIN] = PLAIN_SECONDS,
        [PROGRESS_JSON] = JSON_SECONDS,
    };
    const double now = stopwatch_now();

    if (p->style == PROGRESS_NONE || (!wanted && now - p->last < interval[p->style]))
        return;
    p->last = now;
    if (p->style == PROGRESS_BAR)
        draw_bar(p, now);
    else if (p->style == PROGRESS_PLAIN)
        print_plain(p, now);
    else
        print_json(p, now);
}

void progress_begin(Progress *p, const char *name)
{
    p->begun++;
    p->name = name;
    p->share = 0;
    show(p, p->style == PROGRESS_BAR);
}

void progress_update(Progress *p, double share)
{
    p->share = share;
    show(p, false);
}

void progress_end(Progress *p, const char *name)
{
    const Progress present = *p;

    p->begun = ++p->done;
    p->name = name;
    p->share = 0;
    show(p, p->style == PROGRESS_JSON);
    p->begun = present.begun;
    p->name = p->begun > p->done ? present.name : NULL;
    p->share = p->begun > p->done ? present.share : 0;
}

void progress_clear(void *user)
{
    Progress *const p = user;

    if (!p->drawn)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    p->drawn = false;
}
