/* SPDX-License-Identifier: Apache-2.0 */
#include "app/viewer/class_list.h"

#include "app/viewer/class_row.h"

#include "fake_document.h"
#include "panel_stage.h"

#include <adwaita.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* Of Cityscapes: road 0, building 2, sky 10, person 11, car 13. */
static const uint8_t street[20] = { 0,  0,  0,  0,  0,  0,  0,  0, 0, 0,
                                    13, 13, 13, 13, 10, 10, 10, 2, 2, 2 };
static const uint8_t truth[20] = { 0,  0,  0,  0,  0,  0,  0,  0, 0, 0,
                                   13, 13, 13, 11, 10, 10, 10, 2, 2, 255 };

typedef struct Stage {
    VoloDocument *document;
    VoloClassList *list;
    GtkWindow *window;
    guint looks; /* how often a look was new */
} Stage;

static void count_look(Stage *stage)
{
    stage->looks++;
}

static void set_up(Stage *stage)
{
    *stage = (Stage){ .document = fake_document_new() };
    stage->list = g_object_ref_sink(VOLO_CLASS_LIST(volo_class_list_new()));
    g_object_set(stage->list, "document", stage->document, NULL);
    g_signal_connect_swapped(stage->list, "look-changed", G_CALLBACK(count_look), stage);
    stage->window = stage_show(GTK_WIDGET(stage->list), 320, 600);
}

static void show(Stage *stage, VoloSegmentation *result, VoloSegmentation *reference,
                 VoloComparison *comparison)
{
    fake_document_set(stage->document, &(FakeKnowledge){ .result = result,
                                                         .reference = reference,
                                                         .comparison = comparison,
                                                         .state = VOLO_DOCUMENT_READY });
    stage_settle();
}

static void show_street(Stage *stage)
{
    g_autoptr(VoloSegmentation) result = fake_segmentation("cityscapes", "m", 4, 5, street);

    show(stage, result, NULL, NULL);
}

/* Nothing of the widget or the document is left when their owner lets go. */
static void tear_down(Stage *stage)
{
    stage_close(stage->window);
    assert_true(stage_is_last(stage->list));
    assert_true(stage_is_last(stage->document));
}

static GtkWidget *row(Stage *stage, guint index)
{
    return stage_find(GTK_WIDGET(stage->list), VOLO_TYPE_CLASS_ROW, index);
}

static char *row_text(Stage *stage, guint index)
{
    GtkWidget *const found = row(stage, index);

    return found ? stage_text(found) : g_strdup("none");
}

static void assert_row(Stage *stage, guint index, const char *wanted)
{
    g_autofree char *text = row_text(stage, index);

    assert_string_equal(text, wanted);
}

static gboolean hides(Stage *stage, int label)
{
    return volo_class_list_look(stage->list, VOLO_SIDE_FIRST)->hidden[label];
}

static void shows_classes_by_share(void **state)
{
    Stage stage;

    (void)state;
    set_up(&stage);
    assert_row(&stage, 0, "none");
    show_street(&stage);
    assert_row(&stage, 0, "[road][50.0 %]");
    assert_row(&stage, 1, "[car][20.0 %]");
    assert_row(&stage, 2, "[building][15.0 %]"); /* names decide where shares do not */
    assert_row(&stage, 3, "[sky][15.0 %]");
    assert_row(&stage, 4, "none");
    g_autofree char *all = stage_text(GTK_WIDGET(stage.list));
    assert_non_null(strstr(all, "[4 of 19 classes]"));
    assert_null(strstr(all, "IoU"));
    stage_picture(stage.window, "class_list");
    tear_down(&stage);
}

static void shows_absent_classes_when_asked_to(void **state)
{
    Stage stage;

    (void)state;
    set_up(&stage);
    show_street(&stage);
    gtk_widget_activate_action(GTK_WIDGET(stage.list), "legend.absent-shown", NULL);
    stage_settle();
    assert_row(&stage, 4, "[bicycle][0.0 %]");
    assert_non_null(row(&stage, 10));
    gtk_widget_activate_action(GTK_WIDGET(stage.list), "legend.sorting", "i", 2);
    stage_settle();
    assert_row(&stage, 0, "[bicycle][0.0 %]");
    assert_row(&stage, 1, "[building][15.0 %]");
    tear_down(&stage);
}

/* As when a finger rests on it. */
static void hold(GtkWidget *widget)
{
    g_autoptr(GListModel) all = gtk_widget_observe_controllers(widget);

    for (guint i = 0; i < g_list_model_get_n_items(all); i++) {
        g_autoptr(GtkEventController) one = g_list_model_get_item(all, i);

        if (GTK_IS_GESTURE_LONG_PRESS(one)) {
            assert_true(gtk_gesture_single_get_touch_only(GTK_GESTURE_SINGLE(one)));
            g_signal_emit_by_name(one, "pressed", 20.0, 10.0);
            return;
        }
    }
    fail_msg("nothing can be held");
}

static void leaves_one_class_when_it_is_held(void **state)
{
    Stage stage;

    (void)state;
    set_up(&stage);
    show_street(&stage);
    hold(row(&stage, 1));
    assert_true(hides(&stage, 0) && hides(&stage, 2) && hides(&stage, 10));
    assert_false(hides(&stage, 13)); /* the car */
    hold(row(&stage, 1));
    assert_false(hides(&stage, 0) || hides(&stage, 2) || hides(&stage, 10) || hides(&stage, 13));
    tear_down(&stage);
}

static void hides_what_is_clicked(void **state)
{
    Stage stage;

    (void)state;
    set_up(&stage);
    show_street(&stage);
    assert_int_equal(stage.looks, 1);
    stage_click(row(&stage, 1), 1);
    assert_int_equal(stage.looks, 2);
    assert_true(hides(&stage, 13));
    assert_false(hides(&stage, 0));
    gtk_test_accessible_assert_state(GTK_ACCESSIBLE(row(&stage, 1)), GTK_ACCESSIBLE_STATE_CHECKED,
                                     GTK_ACCESSIBLE_TRISTATE_FALSE);
    stage_picture(stage.window, "class_list_hidden");
    stage_click(row(&stage, 1), 1);
    assert_false(hides(&stage, 13));
    g_signal_emit_by_name(stage_find(row(&stage, 0), GTK_TYPE_BUTTON, 0), "clicked"); /* its eye */
    stage_settle();
    assert_true(hides(&stage, 0));
    tear_down(&stage);
}

static void shows_alone_what_is_clicked_twice(void **state)
{
    Stage stage;

    (void)state;
    set_up(&stage);
    show_street(&stage);
    stage_click(row(&stage, 1), 1);
    stage_click(row(&stage, 1), 2);
    assert_false(hides(&stage, 13));
    assert_true(hides(&stage, 0) && hides(&stage, 10) && hides(&stage, 2));
    stage_click(row(&stage, 1), 1);
    stage_click(row(&stage, 1), 2);
    assert_false(hides(&stage, 0) || hides(&stage, 10) || hides(&stage, 2) || hides(&stage, 13));
    tear_down(&stage);
}

static void works_by_keyboard_alone(void **state)
{
    Stage stage;

    (void)state;
    set_up(&stage);
    show_street(&stage);
    GtkWidget *const view = stage_find(GTK_WIDGET(stage.list), GTK_TYPE_LIST_VIEW, 0);
    assert_false(stage_press(view, GDK_KEY_space)); /* no row has the focus */
    gtk_widget_grab_focus(gtk_widget_get_parent(row(&stage, 2)));
    assert_true(stage_press(view, GDK_KEY_space));
    assert_true(hides(&stage, 2));
    assert_true(stage_press(view, GDK_KEY_Return));
    assert_false(hides(&stage, 2));
    assert_true(hides(&stage, 0));
    assert_true(stage_press(view, GDK_KEY_Return));
    assert_false(hides(&stage, 0));
    assert_false(stage_press(view, GDK_KEY_Down)); /* is the list's own */
    volo_class_list_search(stage.list);
    GtkWidget *const focus = gtk_root_get_focus(GTK_ROOT(stage.window));
    assert_true(gtk_widget_is_ancestor(
        focus, stage_find(GTK_WIDGET(stage.list), GTK_TYPE_SEARCH_ENTRY, 0)));
    tear_down(&stage);
}

static void remembers_names_between_models(void **state)
{
    Stage stage;
    g_autoptr(VoloSegmentation) scene = fake_segmentation("ade20k", "n", 4, 5, street);

    (void)state;
    set_up(&stage);
    show_street(&stage);
    volo_class_list_toggle(stage.list, "sky");
    show(&stage, scene, NULL, NULL);
    assert_true(hides(&stage, 2)); /* ADE20K's sky */
    assert_false(hides(&stage, 10));
    show(&stage, NULL, NULL, NULL);
    assert_row(&stage, 0, "none");
    show_street(&stage);
    assert_true(hides(&stage, 10));
    g_auto(GStrv) kept = NULL;
    g_object_get(stage.list, "hidden-classes", &kept, NULL);
    assert_string_equal(kept[1], "sky");
    volo_class_list_hide_all(stage.list);
    assert_true(hides(&stage, 0));
    gtk_widget_activate_action(GTK_WIDGET(stage.list), "legend.show-all", NULL);
    assert_false(hides(&stage, 10));
    tear_down(&stage);
}

static void finds_names(void **state)
{
    Stage stage;
    uint8_t labels[150];

    (void)state;
    for (size_t i = 0; i < sizeof labels; i++)
        labels[i] = (uint8_t)i;
    g_autoptr(VoloSegmentation) scene = fake_segmentation("ade20k", "n", 10, 15, labels);
    set_up(&stage);
    show(&stage, scene, NULL, NULL);
    g_autofree char *all = stage_text(GTK_WIDGET(stage.list));
    assert_non_null(strstr(all, "[150 of 150 classes]"));
    GtkWidget *const search = stage_find(GTK_WIDGET(stage.list), GTK_TYPE_SEARCH_ENTRY, 0);
    gtk_editable_set_text(GTK_EDITABLE(search), "SKY");
    g_signal_emit_by_name(search, "search-changed");
    stage_settle();
    assert_row(&stage, 0, "[sky][0.7 %]");
    assert_row(&stage, 1, "[skyscraper][0.7 %]");
    assert_row(&stage, 2, "none");
    stage_picture(stage.window, "class_list_search");
    gtk_editable_set_text(GTK_EDITABLE(search), "no such thing");
    g_signal_emit_by_name(search, "search-changed");
    stage_settle();
    assert_row(&stage, 0, "none");
    g_autofree char *nothing = stage_text(GTK_WIDGET(stage.list));
    assert_non_null(strstr(nothing, "[No class has such a name]"));
    g_signal_emit_by_name(search, "stop-search");
    g_signal_emit_by_name(search, "search-changed");
    stage_settle();
    assert_non_null(row(&stage, 3));
    stage_picture(stage.window, "class_list_ade20k");
    tear_down(&stage);
}

static void shows_iou_of_a_comparison(void **state)
{
    Stage stage;
    g_autoptr(VoloSegmentation) result = fake_segmentation("cityscapes", "m", 4, 5, street);
    g_autoptr(VoloSegmentation) reference = fake_segmentation("cityscapes", "t", 4, 5, truth);
    g_autoptr(VoloComparison) comparison = volo_comparison_new(result, reference, NULL);

    (void)state;
    set_up(&stage);
    show(&stage, result, reference, comparison);
    assert_row(&stage, 0, "[road][100.0 %][50.0 %]");
    assert_row(&stage, 1, "[car][75.0 %][20.0 %]");
    assert_row(&stage, 4, "[person][0.0 %][0.0 %]"); /* missed altogether */
    g_autofree char *all = stage_text(GTK_WIDGET(stage.list));
    assert_non_null(strstr(all, "accuracy 94.7 %")); /* 18 of 19 */
    assert_non_null(strstr(all, "[IoU]"));
    gtk_widget_activate_action(GTK_WIDGET(stage.list), "legend.sorting", "i", 1);
    stage_settle();
    assert_row(&stage, 0, "[person][0.0 %][0.0 %]");
    assert_row(&stage, 1, "[car][75.0 %][20.0 %]");
    stage_picture(stage.window, "class_list_iou");
    stage_dark(TRUE);
    stage_picture(stage.window, "class_list_iou_dark");
    stage_dark(FALSE);
    show(&stage, result, NULL, NULL);
    assert_row(&stage, 0, "[road][50.0 %]");
    tear_down(&stage);
}

static void knows_the_look_of_both_sides(void **state)
{
    Stage stage;
    static const uint8_t camvid[20] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
    g_autoptr(VoloSegmentation) result = fake_segmentation("cityscapes", "m", 4, 5, street);
    g_autoptr(VoloSegmentation) reference = fake_segmentation("camvid", "t", 4, 5, camvid);

    (void)state;
    set_up(&stage);
    show(&stage, result, reference, NULL);
    const VoloLook *const first = volo_class_list_look(stage.list, VOLO_SIDE_FIRST);
    const VoloLook *const second = volo_class_list_look(stage.list, VOLO_SIDE_SECOND);
    assert_memory_equal(first->colour[10], second->colour[0], 3); /* the sky */
    volo_class_list_solo(stage.list, "sky");
    assert_false(first->hidden[10] || second->hidden[0]);
    assert_true(first->hidden[0] && second->hidden[3]); /* the road */
    tear_down(&stage);
}

static void ask_for_look(VoloDocument *document, GParamSpec *spec, Stage *stage)
{
    (void)document, (void)spec;
    assert_true(volo_class_list_look(stage->list, VOLO_SIDE_FIRST)->hidden[30]);
    assert_false(volo_class_list_look(stage->list, VOLO_SIDE_FIRST)->hidden[18]);
    stage->looks += 100;
}

/* Whoever is told of a result before the legend is gets the look of that result. */
static void knows_a_look_before_the_news(void **state)
{
    Stage stage = { .document = fake_document_new() };

    (void)state;
    g_signal_connect(stage.document, "notify::result", G_CALLBACK(ask_for_look), &stage);
    stage.list = g_object_ref_sink(VOLO_CLASS_LIST(volo_class_list_new()));
    g_object_set(stage.list, "document", stage.document, NULL);
    g_signal_connect_swapped(stage.list, "look-changed", G_CALLBACK(count_look), &stage);
    show_street(&stage);
    assert_int_equal(stage.looks, 101);
    g_signal_handlers_disconnect_by_data(stage.document, &stage);
    assert_true(stage_is_last(stage.list));
    assert_true(stage_is_last(stage.document));
}

static void changes_colours(void **state)
{
    Stage stage;
    int palette = -1;

    (void)state;
    set_up(&stage);
    show_street(&stage);
    gtk_widget_activate_action(GTK_WIDGET(stage.list), "legend.palette", "i", VOLO_PALETTE_SAFE);
    g_object_get(stage.list, "palette", &palette, NULL);
    assert_int_equal(palette, VOLO_PALETTE_SAFE);
    assert_int_equal(stage.looks, 2);
    gtk_widget_activate_action(GTK_WIDGET(stage.list), "legend.hatching", NULL);
    assert_int_equal(stage.looks, 3);
    assert_int_not_equal(volo_class_list_look(stage.list, VOLO_SIDE_FIRST)->hatch[13], 0);
    stage_picture(stage.window, "class_list_safe");
    tear_down(&stage);
}

static void has_a_menu(void **state)
{
    Stage stage;

    (void)state;
    set_up(&stage);
    show_street(&stage);
    GtkWidget *const button = stage_find(GTK_WIDGET(stage.list), GTK_TYPE_MENU_BUTTON, 0);
    gtk_menu_button_popup(GTK_MENU_BUTTON(button));
    stage_settle();
    GtkPopover *const popover = gtk_menu_button_get_popover(GTK_MENU_BUTTON(button));
    g_autofree char *text = stage_text(GTK_WIDGET(popover));
    assert_non_null(strstr(text, "[Show All]"));
    assert_non_null(strstr(text, "[Hatching]"));
    stage_picture(popover, "class_list_menu");
    gtk_menu_button_popdown(GTK_MENU_BUTTON(button));
    tear_down(&stage);
}

static void waits_for_the_next_result(void **state)
{
    Stage stage;

    (void)state;
    set_up(&stage);
    show_street(&stage);
    fake_document_set(stage.document, &(FakeKnowledge){ .state = VOLO_DOCUMENT_SEGMENTING });
    stage_settle();
    assert_row(&stage, 0, "[road][50.0 %]"); /* the figures are faded out */
    assert_true(gtk_widget_has_css_class(row(&stage, 0), "pending"));
    show_street(&stage);
    assert_false(gtk_widget_has_css_class(row(&stage, 0), "pending"));
    tear_down(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_classes_by_share),
        cmocka_unit_test(shows_absent_classes_when_asked_to),
        cmocka_unit_test(leaves_one_class_when_it_is_held),
        cmocka_unit_test(hides_what_is_clicked),
        cmocka_unit_test(shows_alone_what_is_clicked_twice),
        cmocka_unit_test(works_by_keyboard_alone),
        cmocka_unit_test(remembers_names_between_models),
        cmocka_unit_test(finds_names),
        cmocka_unit_test(shows_iou_of_a_comparison),
        cmocka_unit_test(knows_the_look_of_both_sides),
        cmocka_unit_test(knows_a_look_before_the_news),
        cmocka_unit_test(changes_colours),
        cmocka_unit_test(has_a_menu),
        cmocka_unit_test(waits_for_the_next_result),
    };

    adw_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
