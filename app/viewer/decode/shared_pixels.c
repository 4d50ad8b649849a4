/* SPDX-License-Identifier: Apache-2.0 */
/* Each block is a file in memory, memfd_create(2). Its pages are asked for at once: one after the
 * other, as the pixels are written, they would cost a fault each. */
#include "app/viewer/decode/shared_pixels.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U /* Linux 6.3 */
#endif

static struct SharedBlock *find(SharedPixels *shared, const void *at)
{
    for (size_t i = 0; i < SHARED_PIXELS; i++) {
        if (shared->block[i].at == at)
            return &shared->block[i];
    }
    return NULL;
}

static int new_file(void)
{
    const unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
    const int descriptor = memfd_create("volo-pixels", flags | MFD_NOEXEC_SEAL);

    return descriptor < 0 && errno == EINVAL ? memfd_create("volo-pixels", flags) : descriptor;
}

static void *take(size_t bytes, void *user)
{
    struct SharedBlock *const block = find(user, NULL);
    const int descriptor = block ? new_file() : -1;
    void *at = MAP_FAILED;

    if (descriptor < 0)
        return NULL;
    if (ftruncate(descriptor, (off_t)bytes) == 0)
        at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, descriptor, 0);
    if (at == MAP_FAILED) {
        close(descriptor);
        return NULL;
    }
    *block = (struct SharedBlock){ at, bytes, descriptor };
    return at;
}

static void release(void *pixels, void *user)
{
    struct SharedBlock *const block = find(user, pixels);

    munmap(block->at, block->bytes);
    close(block->descriptor);
    block->at = NULL;
}

VoloPixelMemory shared_pixels_memory(SharedPixels *shared)
{
    return (VoloPixelMemory){ take, release, shared };
}

/* A file that is still mapped for writing cannot be sealed. */
int shared_pixels_seal(SharedPixels *shared, const void *pixels)
{
    struct SharedBlock *const block = find(shared, pixels);
    const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;

    if (munmap(block->at, block->bytes) || fcntl(block->descriptor, F_ADD_SEALS, seals))
        return -1;
    block->at = NULL;
    return block->descriptor;
}
