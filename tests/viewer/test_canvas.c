/* SPDX-License-Identifier: Apache-2.0 */
/* What the canvas draws. */
#include "canvas_case.h"
#include "painted.h"

#include "app/viewer/comparison.h"

#include <volo/session.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const uint8_t red[3] = { 200, 0, 0 };

static void blends_masks_over_the_picture(void **state)
{
    VoloCanvasCase *its = *state;

    volo_canvas_case_show(its, 100, 100); /* fits at 2:1, 50 pixels from the left */
    volo_canvas_case_shoot(its);
    assert_int_equal(volo_canvas_case_pixel(its, 49, 100), 0);
    for (int i = 0; i < 200; i += 199) {
        assert_int_equal(volo_canvas_case_pixel(its, 50 + i, 100), 0x640064);
        assert_int_equal(volo_canvas_case_pixel(its, 150, i), 0x640064);
    }
    assert_int_equal(volo_canvas_case_pixel(its, 250, 100), 0);
    g_object_set(its->canvas, "opacity-of-mask", 0.0, NULL);
    volo_canvas_case_shoot(its);
    assert_int_equal(volo_canvas_case_pixel(its, 150, 100), 0xc80000);
    g_object_set(its->canvas, "opacity-of-mask", 1.0, NULL);
    volo_canvas_case_shoot(its);
    assert_int_equal(volo_canvas_case_pixel(its, 150, 100), 0x0000c8);
    g_object_set(its->canvas, "peeking", TRUE, NULL);
    volo_canvas_case_shoot(its);
    assert_int_equal(volo_canvas_case_pixel(its, 150, 100), 0xc80000);
}

static void hides_labels_by_their_look(void **state)
{
    VoloCanvasCase *its = *state;
    VoloLook look = volo_case_look();

    volo_canvas_case_show(its, 30, 20);
    look.hidden[0] = true;
    volo_canvas_set_look(its->canvas, VOLO_SIDE_FIRST, &look);
    volo_canvas_case_shoot(its);
    assert_int_equal(volo_canvas_case_pixel(its, 150, 100), 0xc80000);
}

static void swipes_between_two_masks(void **state)
{
    VoloCanvasCase *its = *state;

    volo_canvas_case_show(its, 30, 20); /* fills the window */
    g_object_set(its->canvas, "arrangement", VOLO_ARRANGE_SWIPE, "swipe", 0.5, NULL);
    volo_canvas_case_shoot(its);
    assert_int_equal(volo_canvas_case_pixel(its, 100, 50), 0x640064);
    assert_int_equal(volo_canvas_case_pixel(its, 200, 50), 0x646400);
    assert_int_equal(volo_canvas_case_pixel(its, 149, 10), 0xffffff); /* the line */
    assert_int_equal(volo_canvas_case_pixel(its, 150, 10), 0xffffff);
    g_object_set(its->canvas, "swipe", 1.0, NULL);
    volo_canvas_case_shoot(its);
    assert_int_equal(volo_canvas_case_pixel(its, 200, 50), 0x640064);
    g_object_set(its->canvas, "swipe", 0.0, NULL);
    volo_canvas_case_shoot(its);
    assert_int_equal(volo_canvas_case_pixel(its, 100, 50), 0x646400);
}

/* The picture is 150 pixels high here, and lies 25 below the top. */
static void draws_the_swipe_line_on_the_picture_alone(void **state)
{
    VoloCanvasCase *its = *state;

    volo_canvas_case_show(its, 30, 15);
    g_object_set(its->canvas, "arrangement", VOLO_ARRANGE_SWIPE, NULL);
    volo_canvas_case_shoot(its);
    assert_int_equal(volo_canvas_case_pixel(its, 150, 24), 0);
    assert_int_equal(volo_canvas_case_pixel(its, 150, 25), 0xffffff);
    assert_int_equal(volo_canvas_case_pixel(its, 150, 174), 0xffffff);
    assert_int_equal(volo_canvas_case_pixel(its, 150, 175), 0);
    volo_canvas_zoom_to(its->canvas, 20);
    volo_canvas_case_shoot(its);
    assert_int_equal(volo_canvas_case_pixel(its, 150, 0), 0xffffff);
    assert_int_equal(volo_canvas_case_pixel(its, 150, 199), 0xffffff);
}

static void puts_two_masks_side_by_side(void **state)
{
    VoloCanvasCase *its = *state;

    volo_canvas_case_show(its, 148, 200);
    g_object_set(its->canvas, "arrangement", VOLO_ARRANGE_BESIDE, NULL);
    volo_canvas_case_shoot(its);
    assert_int_equal(volo_canvas_case_pixel(its, 0, 100), 0x640064);
    assert_int_equal(volo_canvas_case_pixel(its, 147, 100), 0x640064);
    for (int i = 148; i < 152; i++)
        assert_int_equal(volo_canvas_case_pixel(its, i, 100), 0); /* the gap */
    assert_int_equal(volo_canvas_case_pixel(its, 152, 100), 0x646400);
    assert_int_equal(volo_canvas_case_pixel(its, 299, 100), 0x646400);
}

static void names_both_sides(void **state)
{
    VoloCanvasCase *its = *state;
    const struct {
        VoloArrangement arrangement;
        gboolean named;
    } cases[] = { { VOLO_ARRANGE_SINGLE, FALSE },
                  { VOLO_ARRANGE_SWIPE, TRUE },
                  { VOLO_ARRANGE_BESIDE, TRUE } };

    volo_canvas_case_show(its, 30, 20);
    volo_canvas_set_side_title(its->canvas, VOLO_SIDE_FIRST,
                               "Prediction of a model with a long name");
    volo_canvas_set_side_title(its->canvas, VOLO_SIDE_SECOND, "Truth");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        int white[2] = { 0, 0 };

        g_object_set(its->canvas, "arrangement", cases[i].arrangement, NULL);
        volo_canvas_case_shoot(its);
        for (int j = 0; j < VOLO_CASE_WIDTH * 40; j++) {
            const int x = j % VOLO_CASE_WIDTH;

            if (abs(x - VOLO_CASE_WIDTH / 2) > 4) /* not the swipe line */
                white[x > VOLO_CASE_WIDTH / 2] +=
                    (volo_canvas_case_pixel(its, x, j / VOLO_CASE_WIDTH) & 0x00ff00) > 0xe000;
        }
        assert_int_equal(white[0] > 10, cases[i].named);
        assert_int_equal(white[1] > 10, cases[i].named);
    }
}

static void shows_errors_by_the_values_of_comparisons(void **state)
{
    static const uint8_t errors[3] = { VOLO_ERROR_RIGHT, VOLO_ERROR_WRONG, VOLO_ERROR_IGNORED };
    VoloCanvasCase *its = *state;
    VoloMask *mask = NULL;

    volo_canvas_case_show(its, 3, 1); /* at 64:1, 54 pixels from the left */
    assert_int_equal(volo_mask_new(1, 3, errors, &mask, NULL), VOLO_OK);
    volo_canvas_set_errors(its->canvas, mask);
    volo_mask_unref(mask);
    g_object_set(its->canvas, "layer", VOLO_LAYER_ERRORS, "opacity-of-mask", 1.0, NULL);
    volo_canvas_case_shoot(its);
    for (int x = 0; x < 3 * 64; x++) {
        const uint32_t seen = volo_canvas_case_pixel(its, 54 + x, 100);
        const int r = (int)(seen >> 16), g = (int)(seen >> 8 & 255), b = (int)(seen & 255);

        if (x / 64 == 1)
            assert_true(r > 110 && r > 4 * g && r > 4 * b);
        else if (x / 64 == 2)
            assert_true(abs(r - g) < 16 && abs(g - b) < 16 && r > 100);
        else
            assert_true(r < 100); /* the picture, dimmed */
    }
}

/* A network's own figures, against the painter that is tested apart. */
static void shows_what_a_network_is_sure_of(void **state)
{
    VoloCanvasCase *its = *state;
    const VoloLook look = volo_case_look();
    uint8_t rgb[60 * 90 * 3], wanted[60 * 90 * 3];
    VoloModel *model = NULL;
    VoloSession *session = NULL;
    VoloImage *image = NULL;
    VoloMask *mask = NULL;
    VoloConfidence *confidence = NULL;

    for (int i = 0; i < 60 * 90 * 3; i++)
        rgb[i] = (uint8_t)(i * i / 777);
    assert_int_equal(volo_model_open(getenv("VOLO_DEFAULT_MODEL"), NULL, &model, NULL), VOLO_OK);
    assert_int_equal(volo_session_new(model, NULL, &session, NULL), VOLO_OK);
    assert_int_equal(volo_image_new(60, 90, rgb, &image, NULL), VOLO_OK);
    assert_int_equal(volo_session_segment_confidence(session, image, &mask, &confidence, NULL),
                     VOLO_OK);
    volo_canvas_set_picture(its->canvas, image, FALSE);
    volo_canvas_set_mask(its->canvas, VOLO_SIDE_FIRST, mask, confidence, &look);
    volo_canvas_zoom_to(its->canvas, 1);
    for (int layer = VOLO_LAYER_CONFIDENCE; layer <= VOLO_LAYER_ENTROPY; layer++) {
        VoloLevels *levels = volo_levels_new(image, false);
        VoloPainter *painter = volo_painter_new();
        const VoloScene scene = { .levels = levels,
                                  .side = { { .shares = volo_confidence_shares(confidence, 0),
                                              .entropy = volo_confidence_entropy(confidence),
                                              .look = &look } },
                                  .layer = (VoloLayer)layer,
                                  .opacity = 0.5,
                                  .scale = 1 };
        const VoloPatch patch = { .zoom = 1, .width = 90, .height = 60 };

        paint_rgb(painter, &scene, VOLO_SIDE_FIRST, &patch, 0, 90, wanted);
        g_object_set(its->canvas, "layer", layer, NULL);
        volo_canvas_case_shoot(its);
        for (int i = 0; i < 60 * 90; i++)
            assert_int_equal(volo_canvas_case_pixel(its, 105 + i % 90, 70 + i / 90),
                             wanted[3 * i] << 16 | wanted[3 * i + 1] << 8 | wanted[3 * i + 2]);
        volo_painter_free(painter);
        volo_levels_free(levels);
    }
    volo_confidence_unref(confidence);
    volo_mask_unref(mask);
    volo_image_unref(image);
    volo_session_free(session);
    volo_model_unref(model);
}

static void shows_the_next_picture_even_at_the_same_address(void **state)
{
    static const uint8_t colours[2][3] = { { 200, 0, 0 }, { 0, 100, 0 } };
    VoloCanvasCase *its = *state;

    for (int i = 0; i < 6; i++) {
        VoloImage *image = volo_case_image(30, 20, colours[i % 2]);

        volo_canvas_set_picture(its->canvas, image, FALSE);
        volo_image_unref(image);
        volo_canvas_case_shoot(its);
        assert_int_equal(volo_canvas_case_pixel(its, 150, 100), i % 2 ? 0x006400 : 0xc80000);
    }
    volo_canvas_set_picture(its->canvas, NULL, FALSE);
    volo_canvas_case_shoot(its);
    assert_int_equal(volo_canvas_case_pixel(its, 150, 100), 0);
}

static void leaves_out_masks_of_another_size(void **state)
{
    VoloCanvasCase *its = *state;
    const VoloLook look = volo_case_look();
    VoloMask *mask = volo_case_mask(31, 20, 0);

    volo_canvas_case_show(its, 30, 20);
    volo_canvas_set_mask(its->canvas, VOLO_SIDE_FIRST, mask, NULL, &look);
    volo_mask_unref(mask);
    volo_canvas_case_shoot(its);
    assert_int_equal(volo_canvas_case_pixel(its, 150, 100), 0xc80000);
}

/* --- life ------------------------------------------------------------------------------------ */

static void dies_while_a_picture_is_being_halved(void **state)
{
    VoloCanvasCase *its = *state;
    GtkWidget *widget = g_object_ref_sink(volo_canvas_new());
    VoloImage *image = volo_case_image(4000, 3000, red);
    gpointer left = widget;

    (void)its;
    volo_canvas_set_picture(VOLO_CANVAS(widget), image, FALSE);
    volo_canvas_set_picture(VOLO_CANVAS(widget), NULL, FALSE);
    volo_canvas_set_picture(VOLO_CANVAS(widget), image, FALSE);
    volo_image_unref(image);
    g_object_add_weak_pointer(G_OBJECT(widget), &left);
    g_object_unref(widget);
    assert_null(left);
    volo_canvas_case_settle(its);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(blends_masks_over_the_picture, volo_canvas_case_setup,
                                        volo_canvas_case_teardown),
        cmocka_unit_test_setup_teardown(hides_labels_by_their_look, volo_canvas_case_setup,
                                        volo_canvas_case_teardown),
        cmocka_unit_test_setup_teardown(swipes_between_two_masks, volo_canvas_case_setup,
                                        volo_canvas_case_teardown),
        cmocka_unit_test_setup_teardown(draws_the_swipe_line_on_the_picture_alone,
                                        volo_canvas_case_setup, volo_canvas_case_teardown),
        cmocka_unit_test_setup_teardown(puts_two_masks_side_by_side, volo_canvas_case_setup,
                                        volo_canvas_case_teardown),
        cmocka_unit_test_setup_teardown(names_both_sides, volo_canvas_case_setup,
                                        volo_canvas_case_teardown),
        cmocka_unit_test_setup_teardown(shows_errors_by_the_values_of_comparisons,
                                        volo_canvas_case_setup, volo_canvas_case_teardown),
        cmocka_unit_test_setup_teardown(shows_what_a_network_is_sure_of, volo_canvas_case_setup,
                                        volo_canvas_case_teardown),
        cmocka_unit_test_setup_teardown(shows_the_next_picture_even_at_the_same_address,
                                        volo_canvas_case_setup, volo_canvas_case_teardown),
        cmocka_unit_test_setup_teardown(leaves_out_masks_of_another_size, volo_canvas_case_setup,
                                        volo_canvas_case_teardown),
        cmocka_unit_test_setup_teardown(dies_while_a_picture_is_being_halved,
                                        volo_canvas_case_setup, volo_canvas_case_teardown),
    };

    if (!gtk_init_check()) {
        print_message("Bail out! no display\n");
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
