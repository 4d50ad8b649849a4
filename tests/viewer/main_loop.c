/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/viewer/main_loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static gboolean raise_flag(gpointer flag)
{
    *(gboolean *)flag = TRUE;
    return G_SOURCE_CONTINUE;
}

static gboolean stay(gpointer user)
{
    (void)user;
    return G_SOURCE_CONTINUE;
}

void loop_until(const char *what, gboolean (*condition)(gpointer user), gpointer user)
{
    const gint64 end = g_get_monotonic_time() + 60 * G_USEC_PER_SEC;
    const guint timer = g_timeout_add(2, stay, NULL); /* what other threads do is looked at, too */

    while (!condition(user) && g_get_monotonic_time() < end)
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(timer);
    if (!condition(user))
        fail_msg("waited a minute for: %s", what);
}

static gboolean is_set(gpointer flag)
{
    return *(const gboolean *)flag;
}

void loop_until_set(const char *what, const gboolean *flag)
{
    loop_until(what, is_set, (gpointer)(uintptr_t)flag);
}

void loop_for(guint milliseconds)
{
    gboolean over = FALSE;
    const guint timer = g_timeout_add(milliseconds, raise_flag, &over);

    while (!over)
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(timer);
}

static gboolean is_gone(gpointer object)
{
    return *(gpointer *)object == NULL;
}

void loop_until_gone(gpointer object)
{
    gpointer left = object;

    g_object_add_weak_pointer(object, &left);
    g_object_unref(object);
    loop_until("an object to be finalised", is_gone, &left);
}

/* --- what is read ----------------------------------------------------------------------------- */

const char *sample_picture(int index)
{
    static char path[8][512];

    g_snprintf(path[index], sizeof path[index],
               "%s/leftImg8bit/val/scenes/scenes_%06d_000019_leftImg8bit.png",
               getenv("VOLO_SAMPLES"), index);
    return path[index];
}

VoloModel *sample_model(void)
{
    VoloModel *model = NULL;
    VoloError err;

    if (volo_model_open(getenv("VOLO_DEFAULT_MODEL"), NULL, &model, &err))
        fail_msg("%s", err.message);
    return model;
}

VoloImage *sample_image(int index)
{
    VoloImage *image = NULL;
    VoloError err;

    if (volo_image_load(sample_picture(index), NULL, &image, &err))
        fail_msg("%s", err.message);
    return image;
}

/* --- what is written -------------------------------------------------------------------------- */

void make_folder(const ScratchDir *dir, const char *name)
{
    assert_int_equal(g_mkdir_with_parents(scratch_path(dir, name), 0700), 0);
}

static const char *write_png(const ScratchDir *dir, const char *name, const VoloPng *png)
{
    const char *const path = scratch_path(dir, name);
    char *const folder = g_path_get_dirname(name);
    VoloError err;

    make_folder(dir, folder);
    g_free(folder);
    if (volo_png_write(path, png, &err))
        fail_msg("%s", err.message);
    return path;
}

const char *write_grey(const ScratchDir *dir, const char *name, size_t height, size_t width,
                       const uint8_t *pixels)
{
    return write_png(
        dir, name,
        &(VoloPng){
            .height = height, .width = width, .kind = VOLO_PIXELS_GREY8, .pixels = pixels });
}

const char *write_flat(const ScratchDir *dir, const char *name, size_t height, size_t width,
                       uint8_t value)
{
    uint8_t *const rgb = g_malloc(height * width * 3);

    for (size_t i = 0; i < height * width * 3; i++)
        rgb[i] = value;
    const char *const path = write_png(
        dir, name,
        &(VoloPng){ .height = height, .width = width, .kind = VOLO_PIXELS_RGB8, .pixels = rgb });
    g_free(rgb);
    return path;
}

const char *write_huge_header(const ScratchDir *dir, const char *name)
{
    static const uint8_t bytes[] = {
        0x89, 'P',  'N',  'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I',  'H',  'D',  'R', 0,
        0,    0xea, 0x60, 0,   0,    0xea, 0x60, 8,    2, 0, 0, 0,  0x0f, 0xb0, 0xe2, 0x15
    };

    return scratch_write(dir, name, bytes, sizeof bytes);
}
