/* SPDX-License-Identifier: Apache-2.0 */
/* VoloModelEntry: a model that may be opened, and the thread that opens it. All who want it open
 * wait for the one thread. */
#include "app/viewer/model_entry.h"

#include "app/viewer/nice_thread.h"
#include "app/viewer/viewer_error.h"

#include <glib/gi18n.h>
#include <string.h>

struct _VoloModelEntry {
    GObject parent;
    char *path, *title, *subtitle, *message;
    FileId id;
    gboolean has_id;
    guint64 bytes;
    VoloModelState state;
    VoloModelOptions options;
    VoloModel *model;
    guint users;
    gint64 idle_since;
    GPtrArray *waiting; /* of GTask */
};

G_DEFINE_FINAL_TYPE(VoloModelEntry, volo_model_entry, G_TYPE_OBJECT)

enum {
    PROP_STATE = 1,
    PROP_TITLE,
    PROP_SUBTITLE,
    PROP_IDLE,
    PROPS,
};
static GParamSpec *properties[PROPS];

/* --- texts ------------------------------------------------------------------------------------ */

static char *title_of(const char *path)
{
    static const char *const endings[] = { ".safetensors", ".pth.tar", ".pth", ".pt", ".bin" };
    char *const name = g_filename_display_basename(path);

    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        if (g_str_has_suffix(name, endings[i]) && strlen(name) > strlen(endings[i])) {
            name[strlen(name) - strlen(endings[i])] = '\0';
            break;
        }
    }
    return name;
}

static void append(GString *text, const char *part)
{
    if (part && *part)
        g_string_append_printf(text, "%s%s", text->len ? " · " : "", part);
}

/* "volo_d1 · 150 classes · ade20k · 118 MB": as much of it as is known. */
static char *subtitle_of(const VoloModelEntry *self)
{
    const VoloModelInfo *const info = self->model ? volo_model_info(self->model) : NULL;
    const guint64 bytes = info ? info->file_bytes : self->bytes;
    GString *const text = g_string_new(NULL);

    if (info) {
        char *const classes = g_strdup_printf(
            g_dngettext(GETTEXT_PACKAGE, "%u class", "%u classes", (gulong)info->classes),
            (guint)info->classes);

        append(text, info->variant ? info->variant : info->backbone);
        append(text, classes);
        append(text, info->dataset ? info->dataset
                                   : volo_class_table_name(volo_model_classes(self->model)));
        g_free(classes);
    }
    if (bytes) {
        char *const size = g_format_size(bytes);

        append(text, size);
        g_free(size);
    }
    return g_string_free(text, FALSE);
}

/* --- the object ------------------------------------------------------------------------------- */

static void volo_model_entry_get_property(GObject *object, guint id, GValue *value,
                                          GParamSpec *pspec)
{
    const VoloModelEntry *const self = VOLO_MODEL_ENTRY(object);

    switch (id) {
    case PROP_STATE:
        g_value_set_int(value, (int)self->state);
        break;
    case PROP_TITLE:
        g_value_set_string(value, self->title);
        break;
    case PROP_SUBTITLE:
        g_value_set_string(value, self->subtitle);
        break;
    case PROP_IDLE:
        g_value_set_boolean(value, volo_model_entry_is_idle(VOLO_MODEL_ENTRY(object), NULL));
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
    }
}

static void volo_model_entry_finalize(GObject *object)
{
    VoloModelEntry *const self = VOLO_MODEL_ENTRY(object);

    g_ptr_array_unref(self->waiting);
    volo_model_unref(self->model);
    g_free(self->path);
    g_free(self->title);
    g_free(self->subtitle);
    g_free(self->message);
    G_OBJECT_CLASS(volo_model_entry_parent_class)->finalize(object);
}

static void volo_model_entry_class_init(VoloModelEntryClass *class)
{
    const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

    G_OBJECT_CLASS(class)->get_property = volo_model_entry_get_property;
    G_OBJECT_CLASS(class)->finalize = volo_model_entry_finalize;
    properties[PROP_STATE] = g_param_spec_int("state", NULL, NULL, VOLO_MODEL_CLOSED,
                                              VOLO_MODEL_FAILED, VOLO_MODEL_CLOSED, flags);
    properties[PROP_TITLE] = g_param_spec_string("title", NULL, NULL, "", flags);
    properties[PROP_SUBTITLE] = g_param_spec_string("subtitle", NULL, NULL, "", flags);
    properties[PROP_IDLE] = g_param_spec_boolean("idle", NULL, NULL, FALSE, flags);
    g_object_class_install_properties(G_OBJECT_CLASS(class), PROPS, properties);
}

static void volo_model_entry_init(VoloModelEntry *self)
{
    self->waiting = g_ptr_array_new_with_free_func(g_object_unref);
}

VoloModelEntry *volo_model_entry_new(const char *path, const FileId *id, guint64 bytes)
{
    VoloModelEntry *const self = g_object_new(VOLO_TYPE_MODEL_ENTRY, NULL);

    self->path = g_strdup(path);
    self->title = title_of(path);
    self->bytes = bytes;
    self->has_id = id != NULL;
    if (id)
        self->id = *id;
    self->subtitle = subtitle_of(self);
    return self;
}

void volo_model_entry_set_options(VoloModelEntry *self, const VoloModelOptions *options)
{
    self->options = *options;
}

gboolean volo_model_entry_is(VoloModelEntry *self, const char *path, const FileId *id)
{
    if (self->has_id && id)
        return file_id_compare(&self->id, id) == 0;
    return strcmp(self->path, path) == 0;
}

const char *volo_model_entry_path(VoloModelEntry *self)
{
    return self->path;
}

const char *volo_model_entry_title(VoloModelEntry *self)
{
    return self->title;
}

const char *volo_model_entry_subtitle(VoloModelEntry *self)
{
    return self->subtitle;
}

const char *volo_model_entry_message(VoloModelEntry *self)
{
    return self->message;
}

VoloModelState volo_model_entry_state(VoloModelEntry *self)
{
    return self->state;
}

VoloModel *volo_model_entry_model(VoloModelEntry *self)
{
    return self->state == VOLO_MODEL_OPEN ? self->model : NULL;
}

/* --- use -------------------------------------------------------------------------------------- */

gboolean volo_model_entry_is_idle(VoloModelEntry *self, gint64 *ret_since)
{
    if (ret_since)
        *ret_since = self->idle_since;
    return self->state == VOLO_MODEL_OPEN && self->users == 0;
}

static void notify_idle(VoloModelEntry *self)
{
    self->idle_since = g_get_monotonic_time();
    g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_IDLE]);
}

void volo_model_entry_use(VoloModelEntry *self)
{
    self->users++;
}

void volo_model_entry_unuse(VoloModelEntry *self)
{
    if (--self->users == 0 && self->state == VOLO_MODEL_OPEN)
        notify_idle(self);
}

void volo_model_entry_close(VoloModelEntry *self)
{
    g_clear_pointer(&self->model, volo_model_unref);
    self->state = VOLO_MODEL_CLOSED;
    g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_STATE]);
}

/* --- opening ---------------------------------------------------------------------------------- */

/* What the thread is given and gives back; then the main thread's. */
typedef struct Opening {
    VoloModelEntry *entry; /* a reference; touched by the main thread alone */
    GMainContext *context;
    char *path;
    VoloModelOptions options;
    VoloModel *model;
    VoloError err;
} Opening;

static void opening_free(gpointer data)
{
    Opening *const opening = data;

    g_object_unref(opening->entry);
    g_main_context_unref(opening->context);
    g_free(opening->path);
    g_free(opening);
}

/* Tells all that wait. */
static void answer(VoloModelEntry *self, const VoloError *err)
{
    GPtrArray *const waiting = g_steal_pointer(&self->waiting);

    self->waiting = g_ptr_array_new_with_free_func(g_object_unref);
    for (guint i = 0; i < waiting->len; i++) {
        GTask *const task = g_ptr_array_index(waiting, i);
        GError *error = NULL;

        if (self->state == VOLO_MODEL_OPEN) {
            g_task_return_boolean(task, TRUE);
            continue;
        }
        volo_viewer_error_set(&error, err);
        g_task_return_error(task, error);
    }
    g_ptr_array_unref(waiting);
}

static gboolean on_opened(gpointer data)
{
    Opening *const opening = data;
    VoloModelEntry *const self = opening->entry;

    self->model = opening->model;
    self->state = self->model ? VOLO_MODEL_OPEN : VOLO_MODEL_FAILED;
    if (!self->model)
        self->message = g_strdup(opening->err.message);
    g_free(self->subtitle);
    self->subtitle = subtitle_of(self);
    g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_SUBTITLE]);
    g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_STATE]);
    answer(self, &opening->err);
    if (volo_model_entry_is_idle(self, NULL))
        notify_idle(self);
    return G_SOURCE_REMOVE;
}

static gpointer open_model(gpointer data)
{
    Opening *const opening = data;

    volo_nice_thread(VOLO_NICE_NETWORK);
    if (volo_model_open(opening->path, &opening->options, &opening->model, &opening->err) ==
            VOLO_OK &&
        !volo_model_info(opening->model)->head) {
        volo_fail(&opening->err, VOLO_ERR_UNSUPPORTED,
                  "'%s' has no head for segmentation: it makes no masks", opening->path);
        g_clear_pointer(&opening->model, volo_model_unref);
    }
    GSource *const source = g_idle_source_new();
    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, on_opened, opening, opening_free);
    g_source_attach(source, opening->context);
    g_source_unref(source);
    return NULL;
}

static void start(VoloModelEntry *self)
{
    Opening *const opening = g_new0(Opening, 1);

    opening->entry = g_object_ref(self);
    opening->context = g_main_context_ref_thread_default();
    opening->path = g_strdup(self->path);
    opening->options = self->options;
    g_clear_pointer(&self->message, g_free);
    self->state = VOLO_MODEL_OPENING;
    g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_STATE]);
    g_thread_unref(g_thread_new("volo-model", open_model, opening));
}

void volo_model_entry_open_async(VoloModelEntry *self, GCancellable *cancellable,
                                 GAsyncReadyCallback done, gpointer user)
{
    GTask *const task = g_task_new(self, cancellable, done, user);

    if (self->state == VOLO_MODEL_OPEN) {
        g_task_return_boolean(task, TRUE); /* the callback comes from the main loop */
        g_object_unref(task);
        return;
    }
    g_ptr_array_add(self->waiting, task);
    if (self->state != VOLO_MODEL_OPENING)
        start(self);
}

gboolean volo_model_entry_open_finish(VoloModelEntry *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail(g_task_is_valid(result, self), FALSE);
    return g_task_propagate_boolean(G_TASK(result), error);
}
