/* SPDX-License-Identifier: Apache-2.0 */
#include "app/viewer/pixel_pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum {
    SIZE = 100000
};

static void lends_a_buffer_again(void **state)
{
    VoloPixelPool *pool = volo_pixel_pool_new();
    guint8 *pixels = volo_pixel_pool_take(pool, SIZE);
    GBytes *bytes;

    (void)state;
    assert_int_equal((guintptr)pixels % 16, 0);
    memset(pixels, 7, SIZE);
    bytes = volo_pixel_pool_wrap(pool, pixels, SIZE);
    assert_int_equal(g_bytes_get_size(bytes), SIZE);
    assert_ptr_equal(g_bytes_get_data(bytes, NULL), pixels);
    g_bytes_unref(bytes);
    guint8 *const again = volo_pixel_pool_take(pool, SIZE - 1000); /* a little smaller fits too */

    assert_ptr_equal(again, pixels);
    volo_pixel_pool_give_back(pool, again);
    volo_pixel_pool_unref(pool);
}

static void never_lends_what_is_in_use(void **state)
{
    VoloPixelPool *pool = volo_pixel_pool_new();
    GBytes *bytes[8];

    (void)state;
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 8; i++) {
            guint8 *const pixels = volo_pixel_pool_take(pool, SIZE);

            memset(pixels, i, SIZE);
            bytes[i] = volo_pixel_pool_wrap(pool, pixels, SIZE);
        }
        for (int i = 0; i < 8; i++) {
            const guint8 *const pixels = g_bytes_get_data(bytes[i], NULL);

            assert_true(pixels[0] == i && pixels[SIZE - 1] == i);
        }
        for (int i = 0; i < 8; i++)
            g_bytes_unref(bytes[i]);
    }
    volo_pixel_pool_unref(pool);
}

static void lends_only_what_is_about_as_large(void **state)
{
    VoloPixelPool *pool = volo_pixel_pool_new();
    guint8 *const small = volo_pixel_pool_take(pool, 1000);

    (void)state;
    volo_pixel_pool_give_back(pool, small);
    guint8 *const large = volo_pixel_pool_take(pool, SIZE);

    assert_ptr_not_equal(large, small);
    memset(large, 1, SIZE);
    volo_pixel_pool_give_back(pool, large);
    guint8 *const tiny = volo_pixel_pool_take(pool, 10);

    assert_ptr_not_equal(tiny, large);
    volo_pixel_pool_give_back(pool, tiny);
    volo_pixel_pool_give_back(pool, NULL);
    assert_null(volo_pixel_pool_take(pool, G_MAXSIZE));
    volo_pixel_pool_unref(pool);
    volo_pixel_pool_unref(NULL);
}

static gpointer drop_bytes(gpointer bytes)
{
    g_bytes_unref(bytes);
    return NULL;
}

/* A renderer may drop the last frame after the canvas is gone, in a thread of its own. */
static void lives_as_long_as_its_buffers(void **state)
{
    VoloPixelPool *pool = volo_pixel_pool_new();
    guint8 *const pixels = volo_pixel_pool_take(pool, SIZE);
    GBytes *bytes = volo_pixel_pool_wrap(pool, pixels, SIZE);

    (void)state;
    volo_pixel_pool_unref(pool);
    memset(pixels, 3, SIZE);
    g_thread_join(g_thread_new("renderer", drop_bytes, bytes));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lends_a_buffer_again),
        cmocka_unit_test(never_lends_what_is_in_use),
        cmocka_unit_test(lends_only_what_is_about_as_large),
        cmocka_unit_test(lives_as_long_as_its_buffers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
