/* SPDX-License-Identifier: Apache-2.0 */
/* The bars over the picture. */
#include "app/viewer/compare_bar.h"
#include "app/viewer/hover_bar.h"
#include "app/viewer/layer_bar.h"

#include "fake_document.h"
#include "panel_stage.h"

#include <adwaita.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* Of Cityscapes, 2 x 3: road, car, sky; person, none, bicycle. */
static const uint8_t street[6] = { 0, 13, 10, 11, 255, 18 };
static const uint8_t truth[6] = { 0, 11, 10, 255, 2, 18 };

typedef struct Scene {
    VoloDocument *document;
    VoloImage *picture;
    VoloSegmentation *result, *plain, *truth;
    VoloComparison *comparison;
} Scene;

static void set_up(Scene *scene)
{
    *scene = (Scene){
        .document = fake_document_new(),
        .picture = fake_picture(2, 3),
        .result = fake_confident_segmentation("cityscapes", "volo_d1", 2, 3, street),
        .plain = fake_segmentation("cityscapes", "labels.png", 2, 3, street),
        .truth = fake_segmentation("cityscapes", "truth.png", 2, 3, truth),
    };
    scene->comparison = volo_comparison_new(scene->result, scene->truth, NULL);
    assert_non_null(scene->comparison);
}

static void tear_down(Scene *scene)
{
    volo_image_unref(scene->picture);
    g_object_unref(scene->plain);
    assert_true(stage_is_last(scene->document));
    assert_true(stage_is_last(scene->comparison));
    assert_true(stage_is_last(scene->result));
    assert_true(stage_is_last(scene->truth));
}

static void know(Scene *scene, VoloSegmentation *result, VoloSegmentation *reference,
                 VoloComparison *comparison)
{
    fake_document_set(scene->document, &(FakeKnowledge){ .picture = scene->picture,
                                                         .result = result,
                                                         .reference = reference,
                                                         .comparison = comparison,
                                                         .state = VOLO_DOCUMENT_READY });
}

static void assert_hover(VoloHoverBar *bar, Scene *scene, int x, int y, VoloSide side,
                         const char *text)
{
    volo_hover_bar_show(bar, scene->document, x, y, side);
    assert_string_equal(volo_hover_bar_text(bar), text);
}

static void says_what_is_under_the_pointer(void **state)
{
    Scene scene;
    VoloHoverBar *const bar = g_object_ref_sink(VOLO_HOVER_BAR(volo_hover_bar_new()));

    (void)state;
    set_up(&scene);
    assert_hover(bar, &scene, 0, 0, VOLO_SIDE_FIRST, ""); /* no picture */
    know(&scene, NULL, NULL, NULL);
    assert_hover(bar, &scene, 2, 1, VOLO_SIDE_FIRST, "2, 1");
    know(&scene, scene.plain, NULL, NULL);
    assert_hover(bar, &scene, 1, 0, VOLO_SIDE_FIRST, "car (id 26); 1, 0");
    assert_hover(bar, &scene, 1, 1, VOLO_SIDE_FIRST, "no class; 1, 1");
    know(&scene, scene.result, NULL, NULL);
    assert_hover(bar, &scene, 0, 0, VOLO_SIDE_FIRST,
                 "road (id 7), 70.0 %; sidewalk 20.0 %; building 10.0 %; 0, 0");
    /* Bicycle is the last class: nothing comes next. */
    assert_hover(bar, &scene, 2, 1, VOLO_SIDE_FIRST, "bicycle (id 33), 70.0 %; 2, 1");
    know(&scene, scene.result, scene.truth, scene.comparison);
    assert_hover(
        bar, &scene, 0, 0, VOLO_SIDE_FIRST,
        "road (id 7), 70.0 %; sidewalk 20.0 %; building 10.0 %; Ground Truth: road (agrees); 0, 0");
    assert_hover(
        bar, &scene, 1, 0, VOLO_SIDE_FIRST,
        "car (id 26), 70.0 %; truck 20.0 %; bus 10.0 %; Ground Truth: person (differs); 1, 0");
    assert_hover(bar, &scene, 0, 1, VOLO_SIDE_FIRST,
                 "person (id 24), 70.0 %; rider 20.0 %; car 10.0 %; "
                 "Ground Truth: no class (not judged); 0, 1");
    assert_hover(bar, &scene, 1, 0, VOLO_SIDE_SECOND,
                 "person (id 24); Result: car (differs); 1, 0");
    volo_hover_bar_show(bar, scene.document, -1, -1, VOLO_SIDE_FIRST);
    assert_string_equal(volo_hover_bar_text(bar), "");
    assert_true(stage_is_last(bar));
    tear_down(&scene);
}

static void shows_what_it_says(void **state)
{
    Scene scene;
    VoloHoverBar *const bar = g_object_ref_sink(VOLO_HOVER_BAR(volo_hover_bar_new()));
    VoloLook look;

    (void)state;
    set_up(&scene);
    gtk_widget_set_valign(GTK_WIDGET(bar), GTK_ALIGN_CENTER);
    GtkWindow *const window = stage_show(GTK_WIDGET(bar), 1040, 80);
    assert_true(gtk_widget_get_opacity(GTK_WIDGET(bar)) < 0.01);
    know(&scene, scene.result, scene.truth, scene.comparison);
    volo_look_init(&look, volo_segmentation_classes(scene.result), VOLO_PALETTE_SAFE, TRUE);
    volo_hover_bar_set_look(bar, VOLO_SIDE_FIRST, &look);
    volo_hover_bar_show(bar, scene.document, 1, 0, VOLO_SIDE_FIRST);
    stage_settle();
    assert_true(gtk_widget_get_opacity(GTK_WIDGET(bar)) > 0.99);
    g_autofree char *text = stage_text(GTK_WIDGET(bar));
    assert_string_equal(
        text, "[car][26][70.0 %][truck][20.0 %][bus][10.0 %][Ground Truth][person][1, 0]");
    stage_picture(window, "hover_bar");
    const int width = gtk_widget_get_width(GTK_WIDGET(bar));
    volo_hover_bar_show(bar, scene.document, 0, 0, VOLO_SIDE_FIRST);
    stage_settle();
    assert_int_equal(gtk_widget_get_width(GTK_WIDGET(bar)), width); /* it stands still */
    stage_picture(window, "hover_bar_agrees");
    stage_close(window);
    assert_true(stage_is_last(bar));
    tear_down(&scene);
}

/* The least likely classes are left out where there is no room for all. */
static void leaves_out_what_does_not_fit(void **state)
{
    static const struct {
        int width;
        const char *text;
    } cases[] = {
        { 860, "[car][26][70.0 %][truck][20.0 %][Ground Truth][person][1, 0]" },
        { 680, "[car][26][70.0 %][Ground Truth][person][1, 0]" },
        { 400, "[car][26][70.0 %][1, 0]" },
        { 270, "[car][26][70.0 %]" },
    };
    Scene scene;

    (void)state;
    set_up(&scene);
    know(&scene, scene.result, scene.truth, scene.comparison);
    VoloHoverBar *const bar = g_object_ref_sink(VOLO_HOVER_BAR(volo_hover_bar_new()));
    volo_hover_bar_show(bar, scene.document, 1, 0, VOLO_SIDE_FIRST);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        int least = 0, height = 0;

        gtk_widget_measure(GTK_WIDGET(bar), GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL,
                           NULL);
        gtk_widget_measure(GTK_WIDGET(bar), GTK_ORIENTATION_VERTICAL, -1, &height, NULL, NULL,
                           NULL);
        assert_in_range(least, 1, cases[i].width);
        gtk_widget_size_allocate(GTK_WIDGET(bar), &(GtkAllocation){ 0, 0, cases[i].width, height },
                                 -1);
        g_autofree char *text = stage_text(GTK_WIDGET(bar));
        assert_string_equal(text, cases[i].text);
    }
    assert_true(stage_is_last(bar));
    tear_down(&scene);
}

/* --- layers --- */

static gboolean can_press(VoloLayerBar *bar, guint index)
{
    return gtk_widget_get_sensitive(stage_find(GTK_WIDGET(bar), GTK_TYPE_TOGGLE_BUTTON, index));
}

static void assert_possible(VoloLayerBar *bar, const char *layers)
{
    for (guint i = 0; i < VOLO_LAYERS; i++)
        assert_int_equal(can_press(bar, i), layers[i] == '1');
}

static void offers_the_layers_there_are(void **state)
{
    Scene scene;
    VoloLayerBar *const bar = g_object_ref_sink(VOLO_LAYER_BAR(volo_layer_bar_new()));
    VoloCanvas *const canvas = g_object_ref_sink(VOLO_CANVAS(volo_canvas_new()));

    (void)state;
    set_up(&scene);
    gtk_widget_set_halign(GTK_WIDGET(bar), GTK_ALIGN_CENTER);
    gtk_widget_set_valign(GTK_WIDGET(bar), GTK_ALIGN_CENTER);
    GtkWindow *const window = stage_show(GTK_WIDGET(bar), 560, 80);
    assert_possible(bar, "0000000"); /* no canvas */
    g_object_set(bar, "canvas", canvas, "document", scene.document, NULL);
    assert_possible(bar, "0000000");
    know(&scene, NULL, NULL, NULL);
    assert_possible(bar, "0001000");
    know(&scene, scene.plain, NULL, NULL);
    assert_possible(bar, "1111000");
    know(&scene, scene.result, NULL, NULL);
    assert_possible(bar, "1111110");
    know(&scene, scene.result, scene.truth, scene.comparison);
    assert_possible(bar, "1111111");
    stage_picture(window, "layer_bar");
    know(&scene, NULL, scene.truth, NULL);
    assert_possible(bar, "1111000");
    stage_picture(window, "layer_bar_few");
    stage_close(window);
    assert_true(stage_is_last(bar));
    assert_true(stage_is_last(canvas));
    tear_down(&scene);
}

static int number(gpointer object, const char *property)
{
    int value = -1;

    g_object_get(object, property, &value, NULL);
    return value;
}

static void moves_canvas_and_follows_it(void **state)
{
    Scene scene;
    VoloLayerBar *const bar = g_object_ref_sink(VOLO_LAYER_BAR(volo_layer_bar_new()));
    VoloCanvas *const canvas = g_object_ref_sink(VOLO_CANVAS(volo_canvas_new()));

    (void)state;
    set_up(&scene);
    know(&scene, scene.result, NULL, NULL);
    g_object_set(canvas, "layer", VOLO_LAYER_MASK, "opacity-of-mask", 0.25, NULL);
    g_object_set(bar, "canvas", canvas, "document", scene.document, NULL);
    GtkWindow *const window = stage_show(GTK_WIDGET(bar), 560, 80);
    GtkWidget *const mask = stage_find(GTK_WIDGET(bar), GTK_TYPE_TOGGLE_BUTTON, VOLO_LAYER_MASK);
    GtkWidget *const overlay = stage_find(GTK_WIDGET(bar), GTK_TYPE_TOGGLE_BUTTON, 0);
    GtkWidget *const slider = stage_find(GTK_WIDGET(bar), GTK_TYPE_SCALE, 0);
    assert_true(gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(mask)));
    assert_false(gtk_widget_is_sensitive(slider)); /* a mask alone is opaque */
    assert_float_equal(gtk_range_get_value(GTK_RANGE(slider)), 0.25, 1e-9);
    gtk_test_accessible_assert_property(GTK_ACCESSIBLE(mask), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                        "Mask");
    /* From the bar to the canvas. */
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(overlay), TRUE);
    assert_int_equal(number(canvas, "layer"), VOLO_LAYER_OVERLAY);
    assert_true(gtk_widget_is_sensitive(slider));
    gtk_range_set_value(GTK_RANGE(slider), 0.75);
    double opacity = 0;
    g_object_get(canvas, "opacity-of-mask", &opacity, NULL);
    assert_float_equal(opacity, 0.75, 1e-9);
    g_autofree char *text = stage_text(GTK_WIDGET(bar));
    assert_string_equal(text, "[75 %]");
    /* And back. */
    g_object_set(canvas, "layer", VOLO_LAYER_OUTLINE, NULL);
    assert_false(gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(overlay)));
    /* Every button can be reached and pressed without a pointer. */
    assert_true(gtk_widget_grab_focus(mask));
    g_signal_emit_by_name(mask, "clicked");
    assert_int_equal(number(canvas, "layer"), VOLO_LAYER_MASK);
    assert_true(gtk_widget_get_focusable(slider));
    stage_close(window);
    assert_true(stage_is_last(bar));
    assert_true(stage_is_last(canvas));
    tear_down(&scene);
}

static void every_layer_has_icon_and_name(void **state)
{
    GtkWidget *const bar = g_object_ref_sink(volo_layer_bar_new()); /* brings the icons */

    (void)state;
    for (int i = 0; i < VOLO_LAYERS; i++) {
        assert_true(*volo_layer_title((VoloLayer)i));
        assert_true(
            gtk_icon_theme_has_icon(gtk_icon_theme_get_for_display(gdk_display_get_default()),
                                    volo_layer_icon((VoloLayer)i)));
    }
    g_object_unref(bar);
}

/* --- comparing --- */

static void says_what_is_compared(void **state)
{
    Scene scene;
    VoloCompareBar *const bar = g_object_ref_sink(VOLO_COMPARE_BAR(volo_compare_bar_new()));
    VoloCanvas *const canvas = g_object_ref_sink(VOLO_CANVAS(volo_canvas_new()));

    (void)state;
    set_up(&scene);
    gtk_widget_set_valign(GTK_WIDGET(bar), GTK_ALIGN_CENTER);
    g_object_set(bar, "canvas", canvas, "document", scene.document, NULL);
    GtkWindow *const window = stage_show(GTK_WIDGET(bar), 760, 80);
    know(&scene, scene.result, NULL, NULL);
    stage_settle();
    g_autofree char *alone = stage_text(GTK_WIDGET(bar));
    assert_string_equal(alone, "[Nothing to compare with]");
    GtkWidget *const single = stage_find(GTK_WIDGET(bar), GTK_TYPE_TOGGLE_BUTTON, 0);
    GtkWidget *const swipe = stage_find(GTK_WIDGET(bar), GTK_TYPE_TOGGLE_BUTTON, 1);
    GtkWidget *const beside = stage_find(GTK_WIDGET(bar), GTK_TYPE_TOGGLE_BUTTON, 2);
    assert_true(gtk_widget_is_sensitive(single));
    assert_false(gtk_widget_is_sensitive(swipe) || gtk_widget_is_sensitive(beside));
    stage_picture(window, "compare_bar_alone");
    know(&scene, scene.result, scene.truth, scene.comparison);
    stage_settle();
    /* 3 of 5 are right; road, sky and bicycle 1, car, person and building 0. */
    g_autofree char *both = stage_text(GTK_WIDGET(bar));
    assert_string_equal(both, "[volo_d1][Ground Truth][mIoU 50.0 % · accuracy 60.0 %]");
    assert_true(gtk_widget_is_sensitive(swipe) && gtk_widget_is_sensitive(beside));
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(swipe), TRUE);
    assert_int_equal(number(canvas, "arrangement"), VOLO_ARRANGE_SWIPE);
    g_object_set(canvas, "arrangement", VOLO_ARRANGE_BESIDE, NULL);
    assert_true(gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(beside)));
    stage_picture(window, "compare_bar");
    stage_close(window);
    assert_true(stage_is_last(bar));
    assert_true(stage_is_last(canvas));
    tear_down(&scene);
}

static void open_truth(GSimpleAction *action, GVariant *parameter, gpointer opened)
{
    (void)action, (void)parameter;
    *(gboolean *)opened = TRUE;
}

/* The index-th item of a section of a menu, with its target. */
static void activate_item(GtkWidget *widget, GMenuModel *menu, int section, int index)
{
    GMenuModel *const items = g_menu_model_get_item_link(menu, section, G_MENU_LINK_SECTION);
    GVariant *const target =
        g_menu_model_get_item_attribute_value(items, index, G_MENU_ATTRIBUTE_TARGET, NULL);
    g_autofree char *action = NULL;

    g_menu_model_get_item_attribute(items, index, G_MENU_ATTRIBUTE_ACTION, "s", &action);
    assert_true(gtk_widget_activate_action_variant(widget, action, target));
    if (target)
        g_variant_unref(target);
    g_object_unref(items);
}

static void chooses_what_to_compare_with(void **state)
{
    Scene scene;
    VoloCompareBar *const bar = g_object_ref_sink(VOLO_COMPARE_BAR(volo_compare_bar_new()));
    VoloModelStore *const store = volo_model_store_new(NULL);
    gboolean opened = FALSE;
    const GActionEntry entry = { .name = "open-truth", .activate = open_truth };
    GSimpleActionGroup *const actions = g_simple_action_group_new();

    (void)state;
    set_up(&scene);
    g_object_set(bar, "document", scene.document, "store", store, NULL);
    VoloModelEntry *const model = volo_model_store_add(store, g_getenv("VOLO_DEFAULT_MODEL"));
    g_action_map_add_action_entries(G_ACTION_MAP(actions), &entry, 1, &opened);
    GtkWindow *const window = stage_show(GTK_WIDGET(bar), 760, 80);
    gtk_widget_insert_action_group(GTK_WIDGET(window), "win", G_ACTION_GROUP(actions));
    GtkWidget *const choose = stage_find(GTK_WIDGET(bar), GTK_TYPE_MENU_BUTTON, 0);
    GMenuModel *const menu = gtk_menu_button_get_menu_model(GTK_MENU_BUTTON(choose));
    gtk_menu_button_popup(GTK_MENU_BUTTON(choose));
    stage_settle();
    stage_picture(gtk_menu_button_get_popover(GTK_MENU_BUTTON(choose)), "compare_menu");
    gtk_menu_button_popdown(GTK_MENU_BUTTON(choose));
    activate_item(GTK_WIDGET(bar), menu, 1, 0);
    assert_ptr_equal(volo_document_second_model(scene.document), model);
    VoloModelEntry *second = NULL;
    g_object_get(bar, "second-model", &second, NULL);
    assert_ptr_equal(second, model);
    g_object_unref(second);
    activate_item(GTK_WIDGET(bar), menu, 0, 0); /* the truth */
    assert_null(volo_document_second_model(scene.document));
    activate_item(GTK_WIDGET(bar), menu, 0, 1);
    assert_true(opened);
    stage_close(window);
    assert_true(stage_is_last(bar));
    g_object_unref(store);
    g_object_unref(actions);
    tear_down(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_is_under_the_pointer),
        cmocka_unit_test(shows_what_it_says),
        cmocka_unit_test(leaves_out_what_does_not_fit),
        cmocka_unit_test(offers_the_layers_there_are),
        cmocka_unit_test(moves_canvas_and_follows_it),
        cmocka_unit_test(every_layer_has_icon_and_name),
        cmocka_unit_test(says_what_is_compared),
        cmocka_unit_test(chooses_what_to_compare_with),
    };

    adw_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
