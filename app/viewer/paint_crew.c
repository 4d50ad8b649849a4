/* SPDX-License-Identifier: Apache-2.0 */
#include "app/viewer/paint_crew.h"

struct VoloCrew {
    GThreadPool *pool; /* NULL: the caller does everything */
    int helpers;
    GMutex lock;
    GCond finished;
    VoloCrewFn function;
    gpointer user;
    int pieces, next, done;
};

/* Takes pieces until there are none. A helper that comes late finds none, or those of a later job,
 * which it may as well take. */
static void take_pieces(VoloCrew *crew)
{
    g_mutex_lock(&crew->lock);
    while (crew->next < crew->pieces) {
        const int piece = crew->next++;
        const VoloCrewFn function = crew->function;
        const gpointer user = crew->user;

        g_mutex_unlock(&crew->lock);
        function(piece, user);
        g_mutex_lock(&crew->lock);
        if (++crew->done == crew->pieces)
            g_cond_signal(&crew->finished);
    }
    g_mutex_unlock(&crew->lock);
}

static void help(gpointer task, gpointer user)
{
    (void)task;
    take_pieces(user);
}

VoloCrew *volo_crew_new(int helpers)
{
    VoloCrew *const crew = g_new0(VoloCrew, 1);

    g_mutex_init(&crew->lock);
    g_cond_init(&crew->finished);
    crew->helpers = helpers;
    if (helpers > 0)
        crew->pool = g_thread_pool_new(help, crew, helpers, TRUE, NULL);
    return crew;
}

void volo_crew_free(VoloCrew *crew)
{
    if (!crew)
        return;
    if (crew->pool)
        g_thread_pool_free(crew->pool, FALSE, TRUE);
    g_cond_clear(&crew->finished);
    g_mutex_clear(&crew->lock);
    g_free(crew);
}

void volo_crew_run(VoloCrew *crew, int pieces, VoloCrewFn function, gpointer user)
{
    g_mutex_lock(&crew->lock);
    crew->function = function;
    crew->user = user;
    crew->next = crew->done = 0;
    crew->pieces = pieces;
    g_mutex_unlock(&crew->lock);
    for (int i = 0; crew->pool && i < MIN(crew->helpers, pieces - 1); i++)
        g_thread_pool_push(crew->pool, crew, NULL);
    take_pieces(crew);
    g_mutex_lock(&crew->lock);
    while (crew->done < crew->pieces)
        g_cond_wait(&crew->finished, &crew->lock);
    g_mutex_unlock(&crew->lock);
}
