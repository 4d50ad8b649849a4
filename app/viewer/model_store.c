/* SPDX-License-Identifier: Apache-2.0 */
/* VoloModelStore: three stretches of one list (the default, those used lately, those of folders); a
 * model is in it once. */
#include "app/viewer/model_store.h"

#include "app/viewer/model_entry.h"
#include "app/viewer/name_order.h"

#include <string.h>
#include <sys/stat.h>

enum {
    RECENTS = 10,         /* that are kept */
    IDLE = 2,             /* models that stay open though nobody uses them */
    FOLDER_NAMES = 10000, /* that are looked at in a folder of models */
};

struct _VoloModelStore {
    GObject parent;
    GPtrArray *entries;                /* of VoloModelEntry */
    guint default_count, recent_count; /* the first so many; the next so many */
    GPtrArray *recent;                 /* paths, ended by NULL */
    VoloModelOptions options;
    GCancellable *closed;
};

enum {
    PROP_RECENT = 1,
    PROPS,
};
static GParamSpec *properties[PROPS];

static GType get_item_type(GListModel *list)
{
    (void)list;
    return VOLO_TYPE_MODEL_ENTRY;
}

static guint get_n_items(GListModel *list)
{
    return VOLO_MODEL_STORE(list)->entries->len;
}

static gpointer get_item(GListModel *list, guint position)
{
    const VoloModelStore *const self = VOLO_MODEL_STORE(list);

    return position < self->entries->len ? g_object_ref(g_ptr_array_index(self->entries, position))
                                         : NULL;
}

static void list_model_init(GListModelInterface *list)
{
    list->get_item_type = get_item_type;
    list->get_n_items = get_n_items;
    list->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE(VoloModelStore, volo_model_store, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(G_TYPE_LIST_MODEL, list_model_init))

static void volo_model_store_get_property(GObject *object, guint id, GValue *value,
                                          GParamSpec *pspec)
{
    if (id == PROP_RECENT)
        g_value_set_boxed(value, VOLO_MODEL_STORE(object)->recent->pdata);
    else
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
}

static void volo_model_store_dispose(GObject *object)
{
    g_cancellable_cancel(VOLO_MODEL_STORE(object)->closed);
    G_OBJECT_CLASS(volo_model_store_parent_class)->dispose(object);
}

static void on_idle(VoloModelStore *self);

static void volo_model_store_finalize(GObject *object)
{
    VoloModelStore *const self = VOLO_MODEL_STORE(object);

    for (guint i = 0; i < self->entries->len; i++)
        g_signal_handlers_disconnect_by_data(self->entries->pdata[i], self);
    g_ptr_array_unref(self->entries);
    g_ptr_array_unref(self->recent);
    g_object_unref(self->closed);
    G_OBJECT_CLASS(volo_model_store_parent_class)->finalize(object);
}

static void volo_model_store_class_init(VoloModelStoreClass *class)
{
    GObjectClass *const object = G_OBJECT_CLASS(class);

    object->get_property = volo_model_store_get_property;
    object->dispose = volo_model_store_dispose;
    object->finalize = volo_model_store_finalize;
    properties[PROP_RECENT] = g_param_spec_boxed("recent", NULL, NULL, G_TYPE_STRV,
                                                 G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
    g_object_class_install_properties(object, PROPS, properties);
}

static void volo_model_store_init(VoloModelStore *self)
{
    self->entries = g_ptr_array_new_with_free_func(g_object_unref);
    self->recent = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(self->recent, NULL);
    self->closed = g_cancellable_new();
}

/* --- entries ---------------------------------------------------------------------------------- */

/* A model as it lies on disk. */
typedef struct Found {
    char *path;
    FileId id;
    gboolean has_id;
    guint64 bytes;
} Found;

static void found_free(gpointer data)
{
    g_free(((Found *)data)->path);
    g_free(data);
}

/* Looks at a path, which becomes the result's. */
static Found *look_at(char *path)
{
    Found *const found = g_new0(Found, 1);
    struct stat info;

    found->path = path;
    if (stat(path, &info))
        return found;
    found->has_id = TRUE;
    found->id = (FileId){ info.st_dev, info.st_ino };
    found->bytes = S_ISREG(info.st_mode) ? (guint64)info.st_size : 0;
    return found;
}

static gboolean find(const VoloModelStore *self, const Found *found, guint *ret_position)
{
    for (guint i = 0; i < self->entries->len; i++) {
        if (volo_model_entry_is(g_ptr_array_index(self->entries, i), found->path,
                                found->has_id ? &found->id : NULL)) {
            *ret_position = i;
            return TRUE;
        }
    }
    return FALSE;
}

/* Closes the model that was let go longest ago, when more than a few are open in vain. */
static void on_idle(VoloModelStore *self)
{
    VoloModelEntry *oldest = NULL;
    gint64 since, oldest_since = 0;
    guint count = 0;

    for (guint i = 0; i < self->entries->len; i++) {
        VoloModelEntry *const entry = g_ptr_array_index(self->entries, i);

        if (!volo_model_entry_is_idle(entry, &since))
            continue;
        if (count++ == 0 || since < oldest_since) {
            oldest = entry;
            oldest_since = since;
        }
    }
    if (count > IDLE)
        volo_model_entry_close(oldest);
}

static VoloModelEntry *insert(VoloModelStore *self, guint position, const Found *found)
{
    VoloModelEntry *const entry =
        volo_model_entry_new(found->path, found->has_id ? &found->id : NULL, found->bytes);

    volo_model_entry_set_options(entry, &self->options);
    g_signal_connect_swapped(entry, "notify::idle", G_CALLBACK(on_idle), self);
    g_ptr_array_insert(self->entries, (int)position, entry);
    g_list_model_items_changed(G_LIST_MODEL(self), position, 0, 1);
    return entry;
}

VoloModelStore *volo_model_store_new(const char *default_path)
{
    VoloModelStore *const self = g_object_new(VOLO_TYPE_MODEL_STORE, NULL);

    if (default_path) {
        Found *const found = look_at(g_strdup(default_path));

        self->default_count = 1;
        insert(self, 0, found);
        found_free(found);
    }
    return self;
}

void volo_model_store_set_options(VoloModelStore *self, const VoloModelOptions *options)
{
    self->options = *options;
    for (guint i = 0; i < self->entries->len; i++)
        volo_model_entry_set_options(g_ptr_array_index(self->entries, i), options);
}

VoloModelEntry *volo_model_store_default(VoloModelStore *self)
{
    return self->default_count ? g_ptr_array_index(self->entries, 0) : NULL;
}

/* --- used lately ------------------------------------------------------------------------------ */

const char *const *volo_model_store_recent(VoloModelStore *self)
{
    return (const char *const *)self->recent->pdata;
}

static void remember(VoloModelStore *self, const char *path)
{
    if (!g_utf8_validate(path, -1, NULL)) /* settings could not keep it */
        return;
    char *const kept = g_strdup(path);
    for (guint i = 0; i + 1 < self->recent->len; i++) {
        if (strcmp(g_ptr_array_index(self->recent, i), kept) == 0) {
            g_ptr_array_remove_index(self->recent, i);
            break;
        }
    }
    g_ptr_array_insert(self->recent, 0, kept);
    if (self->recent->len > RECENTS + 1)
        g_ptr_array_remove_range(self->recent, RECENTS, self->recent->len - RECENTS - 1);
    g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_RECENT]);
}

/* Moves an entry behind the default one, in front of those used lately. */
static void move_to_front(VoloModelStore *self, guint position)
{
    const guint front = self->default_count;

    if (position < front)
        return;
    if (position >= front + self->recent_count)
        self->recent_count++;
    if (position == front)
        return;
    VoloModelEntry *const entry = g_ptr_array_steal_index(self->entries, position);
    g_list_model_items_changed(G_LIST_MODEL(self), position, 1, 0);
    g_ptr_array_insert(self->entries, (int)front, entry);
    g_list_model_items_changed(G_LIST_MODEL(self), front, 0, 1);
}

static VoloModelEntry *add_in_front(VoloModelStore *self, const Found *found)
{
    guint position;

    if (find(self, found, &position)) {
        VoloModelEntry *const entry = g_ptr_array_index(self->entries, position);

        move_to_front(self, position);
        return entry;
    }
    self->recent_count++;
    return insert(self, self->default_count, found);
}

VoloModelEntry *volo_model_store_add(VoloModelStore *self, const char *path)
{
    Found *const found = look_at(g_canonicalize_filename(path, NULL));
    VoloModelEntry *const entry = add_in_front(self, found);

    remember(self, found->path);
    found_free(found);
    return entry;
}

void volo_model_store_set_recent(VoloModelStore *self, const char *const *paths)
{
    g_ptr_array_set_size(self->recent, 0);
    for (size_t i = 0; paths[i] && self->recent->len < RECENTS; i++) {
        Found *const found = look_at(g_strdup(paths[i]));

        if (found->has_id)
            g_ptr_array_add(self->recent, g_strdup(found->path));
        found_free(found);
    }
    for (guint i = self->recent->len; i-- > 0;) {
        Found *const found = look_at(g_strdup(g_ptr_array_index(self->recent, i)));

        add_in_front(self, found);
        found_free(found);
    }
    g_ptr_array_add(self->recent, NULL);
    g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_RECENT]);
}

/* --- folders ---------------------------------------------------------------------------------- */

static gboolean is_model(const char *folder, const char *name)
{
    static const char *const endings[] = { ".safetensors", ".pth", ".pth.tar", ".pt", ".bin" };

    if (name[0] == '.')
        return FALSE;
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        if (g_str_has_suffix(name, endings[i]))
            return TRUE;
    }
    char *const config = g_build_filename(folder, name, "config.json", NULL);
    const gboolean exists = g_file_test(config, G_FILE_TEST_IS_REGULAR);
    g_free(config);
    return exists;
}

static int by_name(gconstpointer a, gconstpointer b)
{
    const Found *const *const x = a, *const *const y = b;
    char *const left = volo_name_key((*x)->path);
    char *const right = volo_name_key((*y)->path);
    const int order = strcmp(left, right);

    g_free(left);
    g_free(right);
    return order;
}

/* In a thread: GPtrArray of Found. */
static void scan(GTask *task, gpointer source, gpointer folder, GCancellable *cancellable)
{
    GPtrArray *const list = g_ptr_array_new_with_free_func(found_free);
    GDir *const dir = g_dir_open(folder, 0, NULL);
    const char *name;

    (void)source;
    for (guint i = 0; dir && i < FOLDER_NAMES && (name = g_dir_read_name(dir)); i++) {
        if (g_cancellable_is_cancelled(cancellable))
            break;
        if (is_model(folder, name))
            g_ptr_array_add(list, look_at(g_build_filename(folder, name, NULL)));
    }
    if (dir)
        g_dir_close(dir);
    g_ptr_array_sort(list, by_name);
    g_task_return_pointer(task, list, (GDestroyNotify)g_ptr_array_unref);
}

static void on_scanned(GObject *source, GAsyncResult *result, gpointer user)
{
    VoloModelStore *const self = VOLO_MODEL_STORE(source);
    GPtrArray *const list = g_task_propagate_pointer(G_TASK(result), NULL);
    guint position;

    (void)user;
    for (guint i = 0; list && i < list->len; i++) {
        if (!find(self, g_ptr_array_index(list, i), &position))
            insert(self, self->entries->len, g_ptr_array_index(list, i));
    }
    if (list)
        g_ptr_array_unref(list);
}

void volo_model_store_add_folder(VoloModelStore *self, const char *folder)
{
    GTask *const task = g_task_new(self, self->closed, on_scanned, NULL);

    g_task_set_task_data(task, g_canonicalize_filename(folder, NULL), g_free);
    g_task_run_in_thread(task, scan);
    g_object_unref(task);
}
