/* SPDX-License-Identifier: Apache-2.0 */
/* What the canvas draws on a screen of twice as many pixels (GDK_SCALE=2): each of them by itself,
 * lines and hatches twice as wide. */
#include "canvas_case.h"
#include "painted.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum {
    WIDTH = 90,
    HEIGHT = 60,
    SCALE = 2,
    LEFT = (VOLO_CASE_WIDTH * SCALE - WIDTH) / 2, /* where the picture lies */
    TOP = (VOLO_CASE_HEIGHT * SCALE - HEIGHT) / 2,
};

static VoloImage *make_image(void)
{
    static uint8_t rgb[HEIGHT * WIDTH * 3];
    VoloImage *image = NULL;

    for (int i = 0; i < HEIGHT * WIDTH * 3; i++)
        rgb[i] = (uint8_t)(i * 7);
    assert_int_equal(volo_image_new(HEIGHT, WIDTH, rgb, &image, NULL), VOLO_OK);
    return image;
}

/* Three classes in slanted stripes. */
static VoloMask *make_mask(void)
{
    static uint8_t labels[HEIGHT * WIDTH];
    VoloMask *mask = NULL;

    for (int i = 0; i < HEIGHT * WIDTH; i++)
        labels[i] = (uint8_t)((i % WIDTH + i / WIDTH / 2) / 13 % 3);
    assert_int_equal(volo_mask_new(HEIGHT, WIDTH, labels, &mask, NULL), VOLO_OK);
    return mask;
}

static void draws_each_pixel_of_the_screen(void **state)
{
    static uint8_t wanted[HEIGHT * WIDTH * 3];
    VoloCanvasCase *its = *state;
    VoloLook look = volo_case_look();
    VoloImage *image = make_image();
    VoloMask *mask = make_mask();
    VoloLevels *levels = volo_levels_new(image, false);
    VoloPainter *painter = volo_painter_new();
    const VoloPatch patch = { .zoom = 1, .width = WIDTH, .height = HEIGHT };

    assert_int_equal(gtk_widget_get_scale_factor(its->widget), SCALE);
    look.hatch[1] = 3;
    volo_canvas_set_picture(its->canvas, image, FALSE);
    volo_canvas_set_mask(its->canvas, VOLO_SIDE_FIRST, mask, NULL, &look);
    volo_canvas_zoom_to(its->canvas, 1);
    for (int layer = VOLO_LAYER_OVERLAY; layer <= VOLO_LAYER_MASK; layer++) {
        const VoloScene scene = { .levels = levels,
                                  .side = { { .mask = mask, .look = &look } },
                                  .layer = (VoloLayer)layer,
                                  .opacity = 0.5,
                                  .scale = SCALE };

        paint_rgb(painter, &scene, VOLO_SIDE_FIRST, &patch, 0, WIDTH, wanted);
        g_object_set(its->canvas, "layer", layer, NULL);
        volo_canvas_case_shoot(its);
        for (int i = 0; i < HEIGHT * WIDTH; i++)
            assert_int_equal(volo_canvas_case_pixel(its, LEFT + i % WIDTH, TOP + i / WIDTH),
                             wanted[3 * i] << 16 | wanted[3 * i + 1] << 8 | wanted[3 * i + 2]);
    }
    volo_painter_free(painter);
    volo_levels_free(levels);
    volo_mask_unref(mask);
    volo_image_unref(image);
}

static void draws_the_swipe_line_twice_as_wide(void **state)
{
    VoloCanvasCase *its = *state;
    const int middle = VOLO_CASE_WIDTH * SCALE / 2;

    volo_canvas_case_show(its, 30, 20); /* fills the window */
    g_object_set(its->canvas, "arrangement", VOLO_ARRANGE_SWIPE, "swipe", 0.5, NULL);
    volo_canvas_case_shoot(its);
    for (int i = -2; i < 2; i++)
        assert_int_equal(volo_canvas_case_pixel(its, middle + i, 20), 0xffffff);
    assert_int_not_equal(volo_canvas_case_pixel(its, middle - 3, 20), 0xffffff);
    assert_int_not_equal(volo_canvas_case_pixel(its, middle + 2, 20), 0xffffff);
    assert_int_equal(volo_canvas_case_pixel(its, middle / 2, 100), 0x640064);
    assert_int_equal(volo_canvas_case_pixel(its, middle * 3 / 2, 100), 0x646400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(draws_each_pixel_of_the_screen, volo_canvas_case_setup,
                                        volo_canvas_case_teardown),
        cmocka_unit_test_setup_teardown(draws_the_swipe_line_twice_as_wide, volo_canvas_case_setup,
                                        volo_canvas_case_teardown),
    };

    if (!gtk_init_check()) {
        print_message("Bail out! no display\n");
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
