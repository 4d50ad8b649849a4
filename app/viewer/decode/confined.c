/* SPDX-License-Identifier: Apache-2.0 */
#include "app/viewer/decode/confined.h"

#include "app/viewer/decode/confine.h"
#include "app/viewer/decode/decode.h"
#include "app/viewer/decode/packet.h"
#include "app/viewer/decode/shared_pixels.h"

#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    PICTURE = DECODE_CONTROL, /* in its place */
};

static void keep_two(const int descriptors[2])
{
    dup2(descriptors[0], PICTURE);
    dup2(descriptors[1], CONFINE_ANSWER);
    close_range(CONFINE_ANSWER + 1, ~0u, 0);
}

static const void *describe(const Decoded *decoded, DecodeAnswer *answer)
{
    if (decoded->image) {
        answer->height = volo_image_height(decoded->image);
        answer->width = volo_image_width(decoded->image);
        answer->channels = 3;
        return volo_image_pixels(decoded->image);
    }
    answer->height = volo_mask_height(decoded->mask);
    answer->width = volo_mask_width(decoded->mask);
    answer->channels = 1;
    return volo_mask_labels(decoded->mask);
}

static int read_pixels(const DecodeRequest *request, SharedPixels *shared, DecodeAnswer *answer)
{
    const VoloInput input = { request->path, PICTURE, request->bytes };
    const VoloPixelMemory memory = shared_pixels_memory(shared);
    Decoded decoded = { NULL, NULL };
    VoloError err;

    answer->status = decode_input((DecodeKind)request->kind, &input, &memory, &decoded, &err);
#ifdef VOLO_DECODE_HOOKS
    if (answer->status == VOLO_ERR_UNSUPPORTED)
        answer->status = decode_hook(&input, &err);
#endif
    if (answer->status) {
        memcpy(answer->message, err.message, sizeof answer->message);
        return -1;
    }
    const int pixels = shared_pixels_seal(shared, describe(&decoded, answer));
    if (pixels < 0)
        answer->status = volo_fail(&err, VOLO_ERR_MEMORY, "'%s': out of memory", input.path);
    if (pixels < 0)
        memcpy(answer->message, err.message, sizeof answer->message);
    return pixels;
}

_Noreturn void confined_run(const DecodeRequest *request, const int descriptors[2],
                            uint64_t addresses)
{
    VoloImageLimits limits = volo_image_limits();
    SharedPixels shared = { .block = { { NULL, 0, -1 } } };
    DecodeAnswer answer = { .died = 0 };

    _Static_assert(sizeof answer.message == sizeof((VoloError *)0)->message, "cut");
#ifdef VOLO_DECODE_HOOKS
    limits.seconds = 2; /* a test waits for that */
#endif
    setpriority(PRIO_PROCESS, 0, request->nice);
    keep_two(descriptors);
    confine_resources(&limits, addresses);
    const int wrong = confine_calls();
    if (wrong)
        _exit(wrong);
    const int pixels = read_pixels(request, &shared, &answer);
    packet_send(CONFINE_ANSWER, &answer, sizeof answer, &pixels, pixels >= 0);
    _exit(0);
}
