/* SPDX-License-Identifier: Apache-2.0 */
/* Results on the clipboard and on paper. */
#include "app/viewer/print.h"

#include <volo/render.h>

#include "support/scratch_dir.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static VoloWorker *worker;

static int set_up(void **state)
{
    (void)state;
    if (volo_init(NULL) || !gtk_init_check())
        return 1;
    worker = volo_worker_new(1, NULL, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    g_object_unref(worker);
    return 0;
}

/* A grey picture of which the right half is road, the left half sidewalk. */
static VoloExportSource make_source(size_t height, size_t width)
{
    VoloExportSource source = { .opacity = 0.5 };
    VoloSegmentationParts parts = { .source = "a" };
    g_autofree guint8 *grey = g_malloc(3 * height * width), *labels = g_malloc(height * width);

    memset(grey, 100, 3 * height * width);
    for (size_t i = 0; i < height * width; i++)
        labels[i] = i % width < width / 2;
    assert_int_equal(volo_image_new(height, width, grey, &source.image, NULL), VOLO_OK);
    assert_int_equal(volo_mask_new(height, width, labels, &parts.mask, NULL), VOLO_OK);
    assert_int_equal(volo_class_table_open("cityscapes", &parts.classes, NULL), VOLO_OK);
    source.result = volo_segmentation_new(&parts);
    volo_mask_unref(parts.mask);
    return source;
}

static void source_clear(VoloExportSource *source)
{
    volo_image_unref(source->image);
    g_object_unref(source->result);
}

typedef struct Answer {
    GMainLoop *loop;
    GAsyncResult *result;
} Answer;

static void on_answer(GObject *object, GAsyncResult *result, gpointer user)
{
    Answer *const answer = user;

    (void)object;
    answer->result = g_object_ref(result);
    g_main_loop_quit(answer->loop);
}

static void wait_for(Answer *answer)
{
    g_main_loop_run(answer->loop);
    g_main_loop_unref(answer->loop);
}

static void the_texture_is_the_overlay(void **state)
{
    VoloExportSource source = make_source(30, 50);
    Answer answer = { .loop = g_main_loop_new(NULL, FALSE) };
    VoloImage *overlay = NULL;
    guint32 pixels[30 * 50];

    (void)state;
    volo_overlay_texture_async(worker, &source, NULL, on_answer, &answer);
    wait_for(&answer);
    g_autoptr(GdkTexture) texture = volo_overlay_texture_finish(worker, answer.result, NULL);
    assert_int_equal(volo_render_overlay(source.image, volo_segmentation_mask(source.result),
                                         volo_segmentation_classes(source.result), 0.5, &overlay,
                                         NULL),
                     VOLO_OK);
    assert_int_equal(gdk_texture_get_width(texture), 50);
    assert_int_equal(gdk_texture_get_height(texture), 30);
    gdk_texture_download(texture, (guchar *)pixels, 50 * 4);
    for (size_t i = 0; i < 30 * 50; i++) {
        const guint8 *const rgb = volo_image_pixels(overlay) + 3 * i;

        assert_int_equal(pixels[i],
                         0xff000000u | (guint32)rgb[0] << 16 | (guint32)rgb[1] << 8 | rgb[2]);
    }
    volo_image_unref(overlay);
    g_object_unref(answer.result);
    source_clear(&source);
}

static GtkPrintOperation *prepare(const VoloExportSource *source)
{
    Answer answer = { .loop = g_main_loop_new(NULL, FALSE) };
    GError *error = NULL;

    volo_print_prepare_async(worker, source, "a street", NULL, on_answer, &answer);
    wait_for(&answer);
    GtkPrintOperation *const print = volo_print_prepare_finish(worker, answer.result, &error);
    if (!print)
        fail_msg("%s", error->message);
    g_object_unref(answer.result);
    return print;
}

/* In bytes that are not all text. */
static const char *find_text(const char *text, gsize bytes, const char *wanted)
{
    return memmem(text, bytes, wanted, strlen(wanted));
}

/* A PDF file of one page; returns its size in points from the file's own words. */
static void check_pdf(const char *path, double *ret_width, double *ret_height)
{
    g_autofree char *text = NULL;
    gsize bytes;
    double box[4] = { 0 };

    assert_true(g_file_get_contents(path, &text, &bytes, NULL));
    assert_true(bytes > 1000 && memcmp(text, "%PDF-1.", 7) == 0);
    const char *const media = find_text(text, bytes, "/MediaBox [");
    assert_non_null(media);
    char *at = (char *)(uintptr_t)media + strlen("/MediaBox [");
    for (int i = 0; i < 4; i++)
        box[i] = g_ascii_strtod(at, &at);
    assert_non_null(find_text(text, bytes, "/Count 1"));
    *ret_width = box[2] - box[0];
    *ret_height = box[3] - box[1];
}

static void the_page_lies_as_the_picture(void **state)
{
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    for (int stands = 0; stands < 2; stands++) {
        VoloExportSource source = stands ? make_source(500, 200) : make_source(200, 500);
        g_autoptr(GtkPrintOperation) print = prepare(&source);
        const char *const path = scratch_path(&dir, "page.pdf");
        double width, height;

        gtk_print_operation_set_export_filename(print, path);
        assert_int_equal(
            gtk_print_operation_run(print, GTK_PRINT_OPERATION_ACTION_EXPORT, NULL, NULL),
            GTK_PRINT_OPERATION_RESULT_APPLY);
        check_pdf(path, &width, &height);
        assert_int_equal(width > height, !stands);
        source_clear(&source);
    }
    scratch_dir_clear(&dir);
}

static guint32 pixel_of(cairo_surface_t *surface, int x, int y)
{
    guint32 pixel;

    memcpy(&pixel,
           cairo_image_surface_get_data(surface) + y * cairo_image_surface_get_stride(surface) +
               4 * x,
           sizeof pixel);
    return pixel & 0xffffff;
}

/* 10 x 20 pixels on 100 x 100 are 50 x 100 in the middle. */
static void the_picture_fills_the_page(void **state)
{
    cairo_surface_t *const picture = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 10, 20);
    cairo_surface_t *const page = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 100, 100);
    cairo_t *cr = cairo_create(picture);

    (void)state;
    cairo_set_source_rgb(cr, 1, 0, 0);
    cairo_paint(cr);
    cairo_destroy(cr);
    cr = cairo_create(page);
    volo_print_draw(cr, picture, 100, 100);
    cairo_destroy(cr);
    cairo_surface_flush(page);
    for (int y = 0; y < 100; y++) {
        for (int x = 0; x < 100; x++)
            assert_int_equal(pixel_of(page, x, y), x >= 25 && x < 75 ? 0xff0000 : 0);
    }
    cairo_surface_destroy(page);
    cairo_surface_destroy(picture);
}

static void cancelling_prints_nothing(void **state)
{
    VoloExportSource source = make_source(20, 20);
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    Answer answer = { .loop = g_main_loop_new(NULL, FALSE) };
    g_autoptr(GError) error = NULL;

    (void)state;
    g_cancellable_cancel(cancellable);
    volo_print_prepare_async(worker, &source, "a", cancellable, on_answer, &answer);
    wait_for(&answer);
    assert_null(volo_print_prepare_finish(worker, answer.result, &error));
    assert_true(g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
    g_object_unref(answer.result);
    source_clear(&source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_texture_is_the_overlay),
        cmocka_unit_test(the_page_lies_as_the_picture),
        cmocka_unit_test(the_picture_fills_the_page),
        cmocka_unit_test(cancelling_prints_nothing),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
