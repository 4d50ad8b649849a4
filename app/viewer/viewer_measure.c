/* SPDX-License-Identifier: Apache-2.0 */
/* A chain of steps for each picture; each ends by something that a user would see. */
#include "app/viewer/viewer_measure.h"

#include <math.h>
#include <stdlib.h>

enum {
    GAUGE_MS = 4,
    REST_MS = 60,      /* between two actions: the frame clock is idle again */
    PATIENCE_S = 300,  /* for any step */
    REPETITIONS = 30,  /* of an action */
    ZOOM_STEPS_IN = 5, /* then as many out */
};

static const double zoom_step = 1.25;

/* What is being waited for. */
typedef enum Step {
    STEP_PICTURE, /* until the picture was painted */
    STEP_RESULT,  /* until the result was painted */
    STEP_OPACITY,
    STEP_ZOOM,
    STEP_DONE,
} Step;

static const char *const step_name[] = { "showing the picture", "segmenting", "a step of opacity",
                                         "a step of zoom", "" };

struct VoloMeasure {
    VoloDocument *document;
    VoloCanvas *canvas;
    GListModel *files;
    VoloMeasureDoneFn done;
    gpointer user;

    Step step;
    guint file, repetition;
    gint64 opened, acted, began; /* µs: a file, an action, the network's start (0: not yet) */
    gint64 ticked;               /* µs: the gauge's last tick */
    bool shown;                  /* the picture of this file has been painted */
    guint gauge, rest, watchdog; /* sources, or 0 */
    gulong handler[3];
    GArray *first_paint, *segment, *stall, *opacity, *zoom; /* of double: ms, s, ms ... */
};

/* --- numbers --- */

static void add(GArray *samples, double value)
{
    g_array_append_val(samples, value);
}

static double since(gint64 start)
{
    return (double)(g_get_monotonic_time() - start) / 1000;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

double volo_measure_quantile(const double *sorted, gsize count, double share)
{
    if (count == 0)
        return (double)NAN;
    const double place = share * (double)(count - 1);
    const gsize below = (gsize)place;
    const gsize above = below + 1 < count ? below + 1 : below;

    return sorted[below] + (place - (double)below) * (sorted[above] - sorted[below]);
}

static double quantile(GArray *samples, double share)
{
    qsort(samples->data, samples->len, sizeof(double), ascending);
    return volo_measure_quantile((const double *)(const void *)samples->data, samples->len, share);
}

/* --- the chain --- */

static void stop(guint *source)
{
    if (*source)
        g_source_remove(*source);
    *source = 0;
}

static void finish(VoloMeasure *self, const char *failure)
{
    stop(&self->gauge);
    stop(&self->rest);
    stop(&self->watchdog);
    self->step = STEP_DONE;
    self->done(failure, self->user);
}

static gboolean give_up(gpointer user)
{
    VoloMeasure *const self = user;
    char *const text =
        g_strdup_printf("%s did not end within %d s", step_name[self->step], PATIENCE_S);

    self->watchdog = 0;
    finish(self, text);
    g_free(text);
    return G_SOURCE_REMOVE;
}

static void enter(VoloMeasure *self, Step step)
{
    self->step = step;
    self->repetition = 0;
    stop(&self->watchdog);
    self->watchdog = g_timeout_add_seconds(PATIENCE_S, give_up, self);
}

/* One step up and down between 0.2 and 0.8, so that each changes the picture. */
static void step_opacity(VoloMeasure *self)
{
    g_object_set(self->canvas, "opacity-of-mask", self->repetition % 2 ? 0.35 : 0.65, NULL);
}

static void step_zoom(VoloMeasure *self)
{
    const bool in = self->repetition / ZOOM_STEPS_IN % 2 == 0;
    const double width = gtk_widget_get_width(GTK_WIDGET(self->canvas));
    const double height = gtk_widget_get_height(GTK_WIDGET(self->canvas));

    volo_canvas_zoom_by(self->canvas, in ? zoom_step : 1 / zoom_step, 0.4 * width, 0.6 * height);
}

static gboolean act(gpointer user)
{
    VoloMeasure *const self = user;

    self->rest = 0;
    self->acted = g_get_monotonic_time();
    if (self->step == STEP_OPACITY)
        step_opacity(self);
    else
        step_zoom(self);
    return G_SOURCE_REMOVE;
}

static void act_later(VoloMeasure *self)
{
    self->acted = 0;
    self->rest = g_timeout_add(REST_MS, act, self);
}

static void open_next(VoloMeasure *self)
{
    if (self->file == g_list_model_get_n_items(self->files)) {
        finish(self, NULL);
        return;
    }
    GFile *const file = g_list_model_get_item(self->files, self->file++);

    enter(self, STEP_PICTURE);
    self->shown = false;
    self->began = 0;
    self->opened = g_get_monotonic_time();
    volo_document_open(self->document, file);
    g_object_unref(file);
}

/* The frame in which an action shows is on the screen. */
static void count_action(VoloMeasure *self)
{
    if (!self->acted)
        return;
    add(self->step == STEP_OPACITY ? self->opacity : self->zoom, since(self->acted));
    if (++self->repetition < REPETITIONS) {
        act_later(self);
        return;
    }
    if (self->step == STEP_ZOOM) {
        open_next(self);
        return;
    }
    enter(self, STEP_ZOOM);
    act_later(self);
}

static void leave_result(VoloMeasure *self)
{
    enter(self, STEP_OPACITY);
    act_later(self);
}

/* The canvas has painted itself, and the frame is at its end. */
static void canvas_painted(VoloMeasure *self)
{
    if (self->step == STEP_PICTURE && self->shown) {
        add(self->first_paint, since(self->opened));
        enter(self, STEP_RESULT);
        gtk_widget_queue_draw(GTK_WIDGET(self->canvas)); /* the result may be there already */
    } else if (self->step == STEP_RESULT && volo_document_result(self->document)) {
        leave_result(self);
    } else if (self->step == STEP_OPACITY || self->step == STEP_ZOOM) {
        count_action(self);
    }
}

/* --- the document --- */

static gboolean tick(gpointer user)
{
    VoloMeasure *const self = user;

    add(self->stall, since(self->ticked) - GAUGE_MS);
    self->ticked = g_get_monotonic_time();
    return G_SOURCE_CONTINUE;
}

static void begin_gauge(VoloMeasure *self)
{
    self->began = self->ticked = g_get_monotonic_time();
    if (!self->gauge)
        self->gauge = g_timeout_add_full(G_PRIORITY_DEFAULT, GAUGE_MS, tick, self, NULL);
}

static void end_gauge(VoloMeasure *self)
{
    if (self->began)
        add(self->segment, since(self->began) / 1000);
    self->began = 0;
    stop(&self->gauge);
}

static void state_changed(VoloMeasure *self)
{
    const VoloDocumentState state = volo_document_state(self->document);

    if (self->step == STEP_DONE)
        return;
    if (state == VOLO_DOCUMENT_SEGMENTING && !self->began)
        begin_gauge(self);
    else if (state == VOLO_DOCUMENT_FAILED)
        finish(self, volo_document_message(self->document));
    else if (state == VOLO_DOCUMENT_READY)
        end_gauge(self);
}

static void picture_changed(VoloMeasure *self)
{
    self->shown = volo_document_picture(self->document) != NULL;
}

VoloMeasure *volo_measure_start(VoloDocument *document, VoloCanvas *canvas, GListModel *files,
                                VoloMeasureDoneFn done, gpointer user)
{
    VoloMeasure *const self = g_new0(VoloMeasure, 1);
    GArray **const samples[] = { &self->first_paint, &self->segment, &self->stall, &self->opacity,
                                 &self->zoom };

    self->document = g_object_ref(document);
    self->canvas = g_object_ref(canvas);
    self->files = g_object_ref(files);
    self->done = done;
    self->user = user;
    for (gsize i = 0; i < G_N_ELEMENTS(samples); i++)
        *samples[i] = g_array_new(FALSE, FALSE, sizeof(double));
    self->handler[0] =
        g_signal_connect_swapped(canvas, "painted", G_CALLBACK(canvas_painted), self);
    self->handler[1] =
        g_signal_connect_swapped(document, "notify::state", G_CALLBACK(state_changed), self);
    self->handler[2] =
        g_signal_connect_swapped(document, "notify::picture", G_CALLBACK(picture_changed), self);
    open_next(self);
    return self;
}

void volo_measure_free(VoloMeasure *self)
{
    stop(&self->gauge);
    stop(&self->rest);
    stop(&self->watchdog);
    g_signal_handler_disconnect(self->canvas, self->handler[0]);
    g_signal_handler_disconnect(self->document, self->handler[1]);
    g_signal_handler_disconnect(self->document, self->handler[2]);
    g_array_unref(self->first_paint);
    g_array_unref(self->segment);
    g_array_unref(self->stall);
    g_array_unref(self->opacity);
    g_array_unref(self->zoom);
    g_object_unref(self->files);
    g_object_unref(self->canvas);
    g_object_unref(self->document);
    g_free(self);
}

/* --- the report --- */

/* "name": value with that many decimals; null when there is none. Not of the locale. */
static void put(GString *text, const char *name, double value, const char *format)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append_printf(text, "%s\"%s\": ", text->len > 1 ? ", " : "", name);
    if (isfinite(value))
        g_string_append(text, g_ascii_formatd(number, sizeof number, format, value));
    else
        g_string_append(text, "null");
}

char *volo_measure_report(const VoloMeasure *self)
{
    GtkWidget *const widget = GTK_WIDGET(self->canvas);
    GtkNative *const native = gtk_widget_get_native(widget);
    GString *const text = g_string_new("{");

    put(text, "first_paint_ms", quantile(self->first_paint, 0.5), "%.1f");
    put(text, "segment_s", quantile(self->segment, 0.5), "%.3f");
    put(text, "stall_p99_ms", quantile(self->stall, 0.99), "%.1f");
    put(text, "stall_max_ms", quantile(self->stall, 1), "%.1f");
    put(text, "opacity_ms", quantile(self->opacity, 0.5), "%.1f");
    put(text, "zoom_ms", quantile(self->zoom, 0.5), "%.1f");
    g_string_append_printf(text, ", \"renderer\": \"%s\", \"window\": \"%dx%d\"}",
                           G_OBJECT_TYPE_NAME(gtk_native_get_renderer(native)),
                           gtk_widget_get_width(GTK_WIDGET(native)),
                           gtk_widget_get_height(GTK_WIDGET(native)));
    return g_string_free(text, FALSE);
}
