/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures for the printer and the clipboard: rendered in a thread of the worker. */
#include "app/viewer/print.h"

#include <volo/render.h>

#include "app/viewer/export_source.h"

#include <string.h>

typedef struct RenderWork {
    ExportSource source;
    char *title;
} RenderWork;

static void work_free(gpointer data)
{
    RenderWork *const work = data;

    export_source_clear(&work->source);
    g_free(work->title);
    g_free(work);
}

/* NULL and *error. */
static VoloImage *render(const RenderWork *work, gboolean with_legend, GError **error)
{
    VoloImage *overlay = NULL, *image = NULL;
    VoloDumpInput input;
    VoloError err;

    if (!export_source_input(&work->source, &input, error))
        return NULL;
    VoloStatus status =
        volo_render_overlay(input.image, input.mask, input.table, input.opacity, &overlay, &err);
    if (status == VOLO_OK && with_legend)
        status = volo_render_legend(overlay, input.mask, input.table, &image, &err);
    else if (status == VOLO_OK)
        image = volo_image_ref(overlay);
    volo_image_unref(overlay);
    if (status)
        volo_viewer_error_set(error, &err);
    return image;
}

/* What a picture is rendered for. */
typedef struct Purpose {
    VoloJobFn run;
    GDestroyNotify free_result;
} Purpose;

static void start(VoloWorker *worker, const VoloExportSource *source, const char *title,
                  const Purpose *purpose, GCancellable *cancellable, GAsyncReadyCallback done,
                  gpointer user)
{
    RenderWork *const work = g_new0(RenderWork, 1);

    export_source_init(&work->source, source);
    work->title = g_strdup(title);
    const VoloJob job = { .run = purpose->run,
                          .data = work,
                          .free_data = work_free,
                          .free_result = purpose->free_result,
                          .urgency = VOLO_JOB_NOW,
                          .lane = VOLO_LANE_READING };
    volo_job_start_async(worker, &job, cancellable, done, user);
}

/* --- the clipboard --- */

static void free_image(gpointer image)
{
    volo_image_unref(image);
}

static gpointer run_texture(VoloWorker *worker, gpointer data, GCancellable *cancellable,
                            GError **error)
{
    (void)worker;
    if (g_cancellable_set_error_if_cancelled(cancellable, error))
        return NULL;
    VoloImage *const image = render(data, FALSE, error);
    if (!image)
        return NULL;
    const gsize height = volo_image_height(image), width = volo_image_width(image);
    GBytes *const bytes =
        g_bytes_new_with_free_func(volo_image_pixels(image), 3 * height * width, free_image, image);
    GdkTexture *const texture =
        gdk_memory_texture_new((int)width, (int)height, GDK_MEMORY_R8G8B8, bytes, 3 * width);
    g_bytes_unref(bytes);
    return texture;
}

void volo_overlay_texture_async(VoloWorker *worker, const VoloExportSource *source,
                                GCancellable *cancellable, GAsyncReadyCallback done, gpointer user)
{
    const Purpose clipboard = { run_texture, g_object_unref };

    start(worker, source, NULL, &clipboard, cancellable, done, user);
}

GdkTexture *volo_overlay_texture_finish(VoloWorker *worker, GAsyncResult *result, GError **error)
{
    return volo_job_start_finish(worker, result, error);
}

/* --- the printer --- */

void volo_print_draw(cairo_t *cr, cairo_surface_t *picture, double width, double height)
{
    const double w = cairo_image_surface_get_width(picture);
    const double h = cairo_image_surface_get_height(picture);
    const double scale = MIN(width / w, height / h);

    cairo_save(cr);
    cairo_translate(cr, (width - scale * w) / 2, (height - scale * h) / 2);
    cairo_scale(cr, scale, scale);
    cairo_set_source_surface(cr, picture, 0, 0);
    cairo_pattern_set_extend(cairo_get_source(cr), CAIRO_EXTEND_PAD);
    cairo_rectangle(cr, 0, 0, w, h);
    cairo_fill(cr);
    cairo_restore(cr);
}

/* cairo's u32, 0x00RRGGBB. NULL and *error: too large, or no memory. */
static cairo_surface_t *surface_of(const VoloImage *image, GError **error)
{
    const gsize h = volo_image_height(image), w = volo_image_width(image);
    const guint8 *rgb = volo_image_pixels(image);
    cairo_surface_t *const surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)w, (int)h);
    VoloError err;

    if (cairo_surface_status(surface)) {
        volo_fail(&err, VOLO_ERR_LIMIT, "%zux%zu pixels (HxW) are too many to print: %s", h, w,
                  cairo_status_to_string(cairo_surface_status(surface)));
        volo_viewer_error_set(error, &err);
        cairo_surface_destroy(surface);
        return NULL;
    }
    for (gsize y = 0; y < h; y++) {
        guint8 *const row = cairo_image_surface_get_data(surface) +
                            y * (gsize)cairo_image_surface_get_stride(surface);

        for (gsize x = 0; x < w; x++, rgb += 3) {
            const guint32 pixel = (guint32)rgb[0] << 16 | (guint32)rgb[1] << 8 | rgb[2];

            memcpy(row + 4 * x, &pixel, sizeof pixel);
        }
    }
    cairo_surface_mark_dirty(surface);
    return surface;
}

/* A page that is to be printed; its title. */
typedef struct Page {
    cairo_surface_t *picture;
    char *title;
} Page;

static void page_free(gpointer data)
{
    Page *const page = data;

    cairo_surface_destroy(page->picture);
    g_free(page->title);
    g_free(page);
}

static gpointer run_page(VoloWorker *worker, gpointer data, GCancellable *cancellable,
                         GError **error)
{
    const RenderWork *const work = data;

    (void)worker;
    if (g_cancellable_set_error_if_cancelled(cancellable, error))
        return NULL;
    VoloImage *const image = render(work, TRUE, error);
    cairo_surface_t *const picture = image ? surface_of(image, error) : NULL;
    volo_image_unref(image);
    if (!picture)
        return NULL;
    Page *const page = g_new(Page, 1);
    *page = (Page){ picture, g_strdup(work->title) };
    return page;
}

void volo_print_prepare_async(VoloWorker *worker, const VoloExportSource *source, const char *title,
                              GCancellable *cancellable, GAsyncReadyCallback done, gpointer user)
{
    const Purpose paper = { run_page, page_free };

    start(worker, source, title, &paper, cancellable, done, user);
}

static void draw_page(GtkPrintOperation *print, GtkPrintContext *context, int number, gpointer data)
{
    const Page *const page = data;

    (void)print;
    (void)number;
    volo_print_draw(gtk_print_context_get_cairo_context(context), page->picture,
                    gtk_print_context_get_width(context), gtk_print_context_get_height(context));
}

/* The page lies as the picture does. */
static GtkPageSetup *setup_for(const Page *page)
{
    GtkPageSetup *const setup = gtk_page_setup_new();
    const gboolean lies = cairo_image_surface_get_width(page->picture) >
                          cairo_image_surface_get_height(page->picture);

    gtk_page_setup_set_orientation(setup, lies ? GTK_PAGE_ORIENTATION_LANDSCAPE
                                               : GTK_PAGE_ORIENTATION_PORTRAIT);
    return setup;
}

GtkPrintOperation *volo_print_prepare_finish(VoloWorker *worker, GAsyncResult *result,
                                             GError **error)
{
    Page *const page = volo_job_start_finish(worker, result, error);

    if (!page)
        return NULL;
    GtkPrintOperation *const print = gtk_print_operation_new();
    g_autoptr(GtkPageSetup) setup = setup_for(page);
    gtk_print_operation_set_default_page_setup(print, setup);
    gtk_print_operation_set_n_pages(print, 1);
    gtk_print_operation_set_job_name(print, page->title);
    gtk_print_operation_set_embed_page_setup(print, TRUE);
    gtk_print_operation_set_allow_async(print, TRUE);
    g_signal_connect_data(print, "draw-page", G_CALLBACK(draw_page), page,
                          (GClosureNotify)(void (*)(void))page_free, 0);
    return print;
}
