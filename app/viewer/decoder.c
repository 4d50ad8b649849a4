/* SPDX-License-Identifier: Apache-2.0 */
/* A request has a socket of its own for its answer: whoever closes it tells volo-decode that nobody
 * waits any more, and its end without an answer says that volo-decode is gone. */
#include "app/viewer/decoder.h"

#include "app/viewer/decode/packet.h"
#include "app/viewer/decoded_pixels.h"
#include "app/viewer/decoder_process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    PATIENCE_MS = 60000, /* with a picture */
    TRIES = 2,
};

static int patience = PATIENCE_MS;

typedef enum Waited {
    WAITED_ANSWER,
    WAITED_LOST, /* volo-decode is gone */
    WAITED_CANCELLED,
    WAITED_TOO_LONG,
} Waited;

static VoloStatus fail_cancelled(const char *path, VoloError *err)
{
    return volo_fail(err, VOLO_ERR_CANCELLED, "'%s': reading was cancelled", path);
}

/* places: the socket, and what tells of being cancelled. */
static Waited wait_for(int answer, GCancellable *cancellable)
{
    const int most = g_atomic_int_get(&patience);
    const gint64 until = g_get_monotonic_time() + most * G_TIME_SPAN_MILLISECOND;
    GPollFD cancelling = { .fd = -1 };
    const gboolean heard = g_cancellable_make_pollfd(cancellable, &cancelling);
    struct pollfd places[] = { { answer, POLLIN, 0 }, { cancelling.fd, POLLIN, 0 } };
    int came;

    do {
        const gint64 left = (until - g_get_monotonic_time()) / G_TIME_SPAN_MILLISECOND;
        came = poll(places, heard ? 2 : 1, (int)CLAMP(left, 0, most));
    } while (came < 0 && errno == EINTR);
    if (heard)
        g_cancellable_release_fd(cancellable);
    if (places[0].revents)
        return WAITED_ANSWER;
    return places[1].revents ? WAITED_CANCELLED : WAITED_TOO_LONG;
}

static Waited receive(int socket, GCancellable *cancellable, DecodeAnswer *answer, int *ret_pixels)
{
    const Waited waited = wait_for(socket, cancellable);
    int descriptors[PACKET_DESCRIPTORS];

    *ret_pixels = -1;
    if (waited == WAITED_TOO_LONG)
        *answer = (DecodeAnswer){ .died = 1, .signal = SIGALRM };
    if (waited != WAITED_ANSWER)
        return waited;
    const PacketEnd end = packet_receive(socket, answer, sizeof *answer, descriptors);
    if (end == PACKET_END)
        return WAITED_LOST;
    if (end == PACKET_WRONG)
        *answer = (DecodeAnswer){ .died = 1 };
    *ret_pixels = descriptors[0];
    if (descriptors[1] >= 0)
        close(descriptors[1]);
    return WAITED_ANSWER;
}

/* One request; *ret_asked says whether it could be made. */
static Waited ask(const DecodeRequest *request, int picture, GCancellable *cancellable,
                  DecoderAsked *ret_asked, DecodeAnswer *answer, int *ret_pixels)
{
    Waited waited = WAITED_LOST;
    guint process = 0;
    int pair[2];

    *ret_asked = DECODER_FAILED;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
        return waited;
    *ret_asked = decoder_process_ask(request, (const int[]){ picture, pair[1] }, &process);
    close(pair[1]);
    if (*ret_asked == DECODER_ASKED) {
        waited = receive(pair[0], cancellable, answer, ret_pixels);
        if (waited == WAITED_LOST)
            decoder_process_lost(process);
    }
    close(pair[0]);
    return waited;
}

static VoloStatus decode(DecodeKind kind, const VoloInput *input, GCancellable *cancellable,
                         Decoded *ret_decoded, VoloError *err)
{
    DecodeRequest request = { .kind = (guint32)kind,
                              .nice = getpriority(PRIO_PROCESS, (id_t)gettid()),
                              .bytes = input->bytes };
    Waited waited = WAITED_LOST;
    DecoderAsked asked = DECODER_ASKED;
    DecodeAnswer answer;
    int pixels = -1;

    g_strlcpy(request.path, input->path, sizeof request.path);
    for (int i = 0; i < TRIES && waited == WAITED_LOST && asked == DECODER_ASKED; i++)
        waited = ask(&request, input->fd, cancellable, &asked, &answer, &pixels);
    if (asked == DECODER_NONE)
        return decode_input(kind, input, NULL, ret_decoded, err);
    if (waited == WAITED_LOST)
        return volo_fail(err, VOLO_ERR_IO, "'%s': the program that reads pictures, volo-decode, %s",
                         input->path, asked == DECODER_ASKED ? "ended" : "cannot be started");
    if (waited == WAITED_CANCELLED)
        return fail_cancelled(input->path, err);
    const VoloStatus status =
        decoded_pixels_check(kind, input->path, &answer, pixels, ret_decoded, err);
    if (pixels >= 0)
        close(pixels);
    return status;
}

static VoloStatus load(DecodeKind kind, const char *path, GCancellable *cancellable,
                       Decoded *ret_decoded, VoloError *err)
{
    VoloInput input;

    if (g_cancellable_is_cancelled(cancellable))
        return fail_cancelled(path, err);
    VoloStatus status = volo_input_open(path, &input, err);
    if (status)
        return status;
    status = decode(kind, &input, cancellable, ret_decoded, err);
    volo_input_close(&input);
    return status;
}

static VoloStatus load_image(DecodeKind kind, const char *path, GCancellable *cancellable,
                             VoloImage **ret_image, VoloError *err)
{
    Decoded decoded = { NULL, NULL };
    const VoloStatus status = load(kind, path, cancellable, &decoded, err);

    if (!status)
        *ret_image = decoded.image;
    return status;
}

static VoloStatus load_mask(DecodeKind kind, const char *path, GCancellable *cancellable,
                            VoloMask **ret_mask, VoloError *err)
{
    Decoded decoded = { NULL, NULL };
    const VoloStatus status = load(kind, path, cancellable, &decoded, err);

    if (!status)
        *ret_mask = decoded.mask;
    return status;
}

VoloStatus volo_decoder_load_image(const char *path, GCancellable *cancellable,
                                   VoloImage **ret_image, VoloError *err)
{
    return load_image(DECODE_PICTURE, path, cancellable, ret_image, err);
}

VoloStatus volo_decoder_load_thumbnail(const char *path, GCancellable *cancellable,
                                       VoloImage **ret_image, VoloError *err)
{
    return load_image(DECODE_THUMBNAIL, path, cancellable, ret_image, err);
}

VoloStatus volo_decoder_load_labels(const char *path, GCancellable *cancellable,
                                    VoloMask **ret_labels, VoloError *err)
{
    return load_mask(DECODE_LABELS, path, cancellable, ret_labels, err);
}

VoloStatus volo_decoder_load_polygons(const char *path, GCancellable *cancellable,
                                      VoloMask **ret_labels, VoloError *err)
{
    return load_mask(DECODE_POLYGONS, path, cancellable, ret_labels, err);
}

void volo_decoder_start(void)
{
    decoder_process_start();
}

void volo_decoder_set_program(const char *path, guint patience_ms)
{
    g_atomic_int_set(&patience, patience_ms ? (int)patience_ms : PATIENCE_MS);
    decoder_process_set_program(path);
}
