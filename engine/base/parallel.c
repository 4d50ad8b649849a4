/* SPDX-License-Identifier: Apache-2.0 */
/* Threads, by gcc's OpenMP or, in a build without it, none.
 *
 * libgomp reads how long a thread spins for others before it sleeps while it is being loaded. Its
 * own 300,000 turns, some 10 ms, keep the very thread off its core that all wait for, when the
 * machine is busy: beside twice as many processes as cores, work took nine times as long, not
 * three. So it is opened here, after fewer turns (0.3 ms, nothing lost alone) have been set. */
#include "base/parallel.h"

#include "base/log.h"
#include "build_config.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

typedef struct Job {
    size_t rows, grain;
    VoloRowsFn fn;
    void *user;
    atomic_size_t next; /* the first row nobody has taken */
} Job;

/* Written once, then only read. What "#pragma omp parallel" calls; NULL: one thread. */
static void (*gomp_parallel)(void (*fn)(void *), void *data, unsigned threads, unsigned flags);
static int (*thread_number)(void);

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void open_threads(void)
{
    if (!VOLO_HAVE_OPENMP)
        return;
    if (!getenv("OMP_WAIT_POLICY")) /* the user's own wish */
        setenv("GOMP_SPINCOUNT", "10000", 0);
    void *const library = dlopen("libgomp.so.1", RTLD_NOW | RTLD_LOCAL);
    if (library) {
        *(void **)&thread_number = dlsym(library, "omp_get_thread_num");
        *(void **)&gomp_parallel = dlsym(library, "GOMP_parallel");
    }
    if (!gomp_parallel || !thread_number) {
        gomp_parallel = NULL;
        volo_log(VOLO_LOG_WARNING, "all work is done by one thread: %s", dlerror());
    }
}

void volo_parallel_open(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, open_threads);
}

static void work(void *data)
{
    Job *const job = data;
    const int slot = gomp_parallel ? thread_number() : 0;

    for (;;) {
        const size_t first = atomic_fetch_add(&job->next, job->grain);

        if (first >= job->rows)
            return;
        job->fn(first, smaller(job->grain, job->rows - first), slot, job->user);
    }
}

void volo_parallel_rows(int threads, size_t rows, size_t grain, VoloRowsFn fn, void *user)
{
    Job job = { rows, grain, fn, user, 0 };

    volo_parallel_open();
    if (gomp_parallel && threads > 1 && rows > grain) {
        gomp_parallel(work, &job, (unsigned)threads, 0);
        return;
    }
    for (size_t row = 0; row < rows; row += grain)
        fn(row, smaller(grain, rows - row), 0, user);
}
