/* SPDX-License-Identifier: Apache-2.0 */
#include "app/viewer/segmentation.h"
#include "app/viewer/viewer_error.h"

#include <gio/gio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static VoloSegmentation *make(size_t height, size_t width, const uint8_t *labels)
{
    VoloClassTable *classes;
    VoloMask *mask;
    VoloError err;

    assert_int_equal(volo_mask_new(height, width, labels, &mask, &err), VOLO_OK);
    assert_int_equal(volo_class_table_open("cityscapes", &classes, &err), VOLO_OK);
    VoloSegmentation *const made = volo_segmentation_new(
        &(VoloSegmentationParts){ .mask = mask, .classes = classes, .source = "a", .seconds = 2 });
    volo_mask_unref(mask);
    return made;
}

static void knows_its_parts_and_counts_labels(void **state)
{
    static const uint8_t labels[] = { 0, 0, 7, 255, 0, 18 };
    VoloSegmentation *made = make(2, 3, labels);
    const guint64 *const counts = volo_segmentation_counts(made);

    (void)state;
    assert_int_equal(counts[0], 3);
    assert_int_equal(counts[7], 1);
    assert_int_equal(counts[18], 1);
    assert_int_equal(counts[255], 1);
    assert_int_equal(counts[1], 0);
    assert_int_equal(volo_mask_width(volo_segmentation_mask(made)), 3);
    assert_null(volo_segmentation_confidence(made));
    assert_string_equal(volo_segmentation_source(made), "a");
    assert_true(volo_segmentation_seconds(made) > 1.9 && volo_segmentation_seconds(made) < 2.1);
    assert_int_equal(volo_class_table_count(volo_segmentation_classes(made)), 19);
    g_object_add_weak_pointer(G_OBJECT(made), (gpointer *)&made);
    g_object_unref(made);
    assert_null(made);
}

static void copies_classes_with_names_ids_and_colours(void **state)
{
    VoloClassTable *from;
    VoloError err;

    (void)state;
    assert_int_equal(volo_class_table_open("ade20k", &from, &err), VOLO_OK);
    VoloClassTable *const copy = volo_segmentation_copy_classes(from, NULL);
    assert_int_equal(volo_class_table_count(copy), 150);
    assert_string_equal(volo_class_table_name(copy), "ade20k");
    for (size_t i = 0; i < 150; i++) {
        const VoloClass *const a = volo_class_table_get(from, i);
        const VoloClass *const b = volo_class_table_get(copy, i);

        assert_string_equal(a->name, b->name);
        assert_int_equal(a->id, b->id);
        assert_memory_equal(a->colour, b->colour, 3);
    }
    volo_class_table_free(from);
    volo_class_table_free(copy);
}

static void errors_keep_status_and_message(void **state)
{
    VoloError err;
    GError *error = NULL;

    (void)state;
    volo_fail(&err, VOLO_ERR_LIMIT, "'%s': too large", "a.png");
    volo_viewer_error_set(&error, &err);
    assert_true(g_error_matches(error, VOLO_VIEWER_ERROR, VOLO_ERR_LIMIT));
    assert_string_equal(error->message, "'a.png': too large");
    assert_int_equal(volo_viewer_error_status(error), VOLO_ERR_LIMIT);
    g_clear_error(&error);
    volo_fail(&err, VOLO_ERR_CANCELLED, "stopped");
    volo_viewer_error_set(&error, &err);
    assert_true(g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
    assert_int_equal(volo_viewer_error_status(error), VOLO_ERR_CANCELLED);
    g_clear_error(&error);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_its_parts_and_counts_labels),
        cmocka_unit_test(copies_classes_with_names_ids_and_colours),
        cmocka_unit_test(errors_keep_status_and_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
