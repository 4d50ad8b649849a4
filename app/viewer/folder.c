/* SPDX-License-Identifier: Apache-2.0 */
/* VoloFolder: a list of items that is replaced, stretch by stretch, by what a thread has listed. */
#include "app/viewer/folder.h"

#include "app/common/inputs.h"
#include "app/viewer/folder_item.h"
#include "app/viewer/name_order.h"

#include <string.h>

enum {
    MONITORS = 8,   /* folders that are watched, at most */
    SETTLING = 300, /* milliseconds without change before a folder is listed anew */
};

struct _VoloFolder {
    GObject parent;
    Thumbnails *thumbnails;
    GPtrArray *items;    /* of VoloFolderItem */
    GHashTable *by_file; /* GFile to VoloFolderItem; both the items' */
    guint current;
    GPtrArray *asked;      /* of GFile: what is listed; empty: nothing */
    gboolean beside;       /* asked is a picture whose folder is listed */
    GCancellable *listing; /* NULL: nothing is under way */
    GPtrArray *monitors;   /* of GFileMonitor */
    guint settling;        /* source, or 0 */
};

enum {
    PROP_LISTING = 1,
    PROP_CURRENT,
    PROPS,
};
static GParamSpec *properties[PROPS];

/* --- the list --------------------------------------------------------------------------------- */

static GType get_item_type(GListModel *list)
{
    (void)list;
    return VOLO_TYPE_FOLDER_ITEM;
}

static guint get_n_items(GListModel *list)
{
    return VOLO_FOLDER(list)->items->len;
}

static gpointer get_item(GListModel *list, guint position)
{
    const VoloFolder *const self = VOLO_FOLDER(list);

    return position < self->items->len ? g_object_ref(g_ptr_array_index(self->items, position))
                                       : NULL;
}

static void list_model_init(GListModelInterface *list)
{
    list->get_item_type = get_item_type;
    list->get_n_items = get_n_items;
    list->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE(VoloFolder, volo_folder, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(G_TYPE_LIST_MODEL, list_model_init))

static GFile *file_at(const VoloFolder *self, guint position)
{
    return position < self->items->len
               ? volo_folder_item_file(g_ptr_array_index(self->items, position))
               : NULL;
}

static void move_current(VoloFolder *self, guint position)
{
    if (self->current == position)
        return;
    self->current = position;
    g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_CURRENT]);
}

/* The items of files [count]: those there are, or new ones. */
static GPtrArray *items_of(VoloFolder *self, GPtrArray *files)
{
    GPtrArray *const items = g_ptr_array_new_full(files->len, g_object_unref);

    for (guint i = 0; i < files->len; i++) {
        GFile *const file = g_ptr_array_index(files, i);
        VoloFolderItem *const item = g_hash_table_lookup(self->by_file, file);

        g_ptr_array_add(items,
                        item ? g_object_ref(item) : volo_folder_item_new(file, self->thumbnails));
    }
    return items;
}

/* Where the current file is in the new list; when it is gone, what came next after it. */
static guint find_current(const VoloFolder *self, GPtrArray *items)
{
    guint found = items->len ? items->len - 1 : VOLO_FOLDER_NOWHERE;

    if (self->current == VOLO_FOLDER_NOWHERE)
        return items->len ? 0 : VOLO_FOLDER_NOWHERE;
    GHashTable *const places = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < items->len; i++)
        g_hash_table_insert(places, g_ptr_array_index(items, i), GUINT_TO_POINTER(i + 1));
    for (guint i = self->current; i < self->items->len; i++) {
        const guint place =
            GPOINTER_TO_UINT(g_hash_table_lookup(places, g_ptr_array_index(self->items, i)));

        if (place) {
            found = place - 1;
            break;
        }
    }
    g_hash_table_unref(places);
    return found;
}

/* Replaces the items; only the stretch that differs is told of. */
static void replace(VoloFolder *self, GPtrArray *files)
{
    GPtrArray *const items = items_of(self, files);
    GPtrArray *const old = self->items;
    const guint shorter = MIN(items->len, old->len);
    const guint current = find_current(self, items);
    guint head = 0, tail = 0;

    while (head < shorter && items->pdata[head] == old->pdata[head])
        head++;
    while (tail < shorter - head &&
           items->pdata[items->len - 1 - tail] == old->pdata[old->len - 1 - tail])
        tail++;
    g_hash_table_remove_all(self->by_file);
    for (guint i = 0; i < items->len; i++)
        g_hash_table_insert(self->by_file, volo_folder_item_file(items->pdata[i]), items->pdata[i]);
    self->items = items;
    if (old->len != head + tail || items->len != head + tail)
        g_list_model_items_changed(G_LIST_MODEL(self), head, old->len - head - tail,
                                   items->len - head - tail);
    g_ptr_array_unref(old);
    move_current(self, current);
}

/* --- listing, in a thread --------------------------------------------------------------------- */

/* What is to be listed, and what there is. */
typedef struct Listing {
    GPtrArray *asked; /* of GFile */
    gboolean beside;
    GPtrArray *files;   /* of GFile */
    GPtrArray *folders; /* of GFile: to be watched */
} Listing;

static void listing_free(gpointer data)
{
    Listing *const listing = data;

    g_ptr_array_unref(listing->asked);
    g_ptr_array_unref(listing->files);
    g_ptr_array_unref(listing->folders);
    g_free(listing);
}

typedef struct Name {
    char *name, *key;
} Name;

static void name_clear(gpointer data)
{
    g_free(((Name *)data)->name);
    g_free(((Name *)data)->key);
}

static int by_key(gconstpointer a, gconstpointer b)
{
    const Name *const x = a, *const y = b;
    const int order = strcmp(x->key, y->key);

    return order ? order : strcmp(x->name, y->name);
}

static gboolean is_picture(const char *name)
{
    static const char *const endings[] = { ".png", ".jpg", ".jpeg", ".ppm", ".pgm" };
    const char *const dot = strrchr(name, '.');

    for (size_t i = 0; dot && i < G_N_ELEMENTS(endings); i++) {
        if (g_ascii_strcasecmp(dot, endings[i]) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Pictures of a folder by name, as Name; kept is there whatever its ending. Folders that are named
 * like pictures are found out when they are opened: looking at 10,000 files takes long on a
 * network's disk. */
static GArray *list_names(GFile *folder, const char *kept, GCancellable *cancellable)
{
    GArray *const names = g_array_new(FALSE, FALSE, sizeof(Name));
    char *const path = g_file_get_path(folder);
    GDir *const dir = path ? g_dir_open(path, 0, NULL) : NULL;
    const char *name;

    g_array_set_clear_func(names, name_clear);
    while (dir && (name = g_dir_read_name(dir)) && !g_cancellable_is_cancelled(cancellable)) {
        if ((name[0] != '.' && is_picture(name)) || strcmp(name, kept) == 0)
            g_array_append_vals(names, &(Name){ g_strdup(name), volo_name_key(name) }, 1);
    }
    if (dir)
        g_dir_close(dir);
    g_free(path);
    g_array_sort(names, by_key);
    return names;
}

static void list_beside(Listing *listing, GCancellable *cancellable)
{
    GFile *const picture = g_ptr_array_index(listing->asked, 0);
    GFile *const folder = g_file_get_parent(picture);
    char *const kept = g_file_get_basename(picture);

    if (folder && kept) {
        GArray *const names = list_names(folder, kept, cancellable);

        for (guint i = 0; i < names->len; i++)
            g_ptr_array_add(listing->files,
                            g_file_get_child(folder, g_array_index(names, Name, i).name));
        g_array_unref(names);
        g_ptr_array_add(listing->folders, g_object_ref(folder));
    }
    if (listing->files->len == 0)
        g_ptr_array_add(listing->files, g_object_ref(picture));
    if (folder)
        g_object_unref(folder);
    g_free(kept);
}

/* A file as it is; of a folder all pictures below it, by their names from there. */
static void list_argument(GPtrArray *files, const char *path)
{
    const size_t length = strlen(path);
    GArray *const names = g_array_new(FALSE, FALSE, sizeof(Name));
    InputList list = { 0 };
    VoloError err;

    g_array_set_clear_func(names, name_clear);
    if (input_list_add(&list, path, &err) == VOLO_OK) {
        for (size_t i = 0; i < list.count; i++) {
            const char *const found = list.item[i].path;

            if (!list.item[i].problem)
                g_array_append_vals(
                    names,
                    &(Name){ g_strdup(found), volo_name_key(found + MIN(length, strlen(found))) },
                    1);
        }
    }
    input_list_clear(&list);
    g_array_sort(names, by_key);
    for (guint i = 0; i < names->len; i++)
        g_ptr_array_add(files, g_file_new_for_path(g_array_index(names, Name, i).name));
    g_array_unref(names);
}

static void list_files(Listing *listing, GCancellable *cancellable)
{
    for (guint i = 0; i < listing->asked->len && !g_cancellable_is_cancelled(cancellable); i++) {
        GFile *const file = g_ptr_array_index(listing->asked, i);
        char *const path = g_file_get_path(file);

        if (!path) {
            g_ptr_array_add(listing->files, g_object_ref(file));
            continue;
        }
        list_argument(listing->files, path);
        if (g_file_test(path, G_FILE_TEST_IS_DIR))
            g_ptr_array_add(listing->folders, g_object_ref(file));
        g_free(path);
    }
}

/* A file that was given twice is listed once. */
static void drop_repeated(GPtrArray *files)
{
    GHashTable *const seen = g_hash_table_new(g_file_hash, (GEqualFunc)g_file_equal);

    for (guint i = 0; i < files->len; i++) {
        if (!g_hash_table_add(seen, g_ptr_array_index(files, i)))
            g_ptr_array_remove_index(files, i--);
    }
    g_hash_table_unref(seen);
}

static void list(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    Listing *const listing = data;

    (void)source;
    if (listing->beside) {
        list_beside(listing, cancellable);
    } else {
        list_files(listing, cancellable);
        drop_repeated(listing->files);
    }
    g_task_return_boolean(task, TRUE);
}

/* --- listing, in the main thread -------------------------------------------------------------- */

static void relist(VoloFolder *self);

static gboolean on_settled(gpointer data)
{
    VoloFolder *const self = data;

    self->settling = 0;
    relist(self);
    return G_SOURCE_REMOVE;
}

static void on_changed(VoloFolder *self, GFile *file, GFile *other, GFileMonitorEvent event)
{
    (void)file;
    (void)other;
    if (event == G_FILE_MONITOR_EVENT_CHANGED || event == G_FILE_MONITOR_EVENT_ATTRIBUTE_CHANGED ||
        event == G_FILE_MONITOR_EVENT_CHANGES_DONE_HINT)
        return; /* names stay what they are */
    if (self->settling)
        g_source_remove(self->settling);
    self->settling = g_timeout_add(SETTLING, on_settled, self);
}

static void clear_monitors(VoloFolder *self)
{
    for (guint i = 0; i < self->monitors->len; i++)
        g_signal_handlers_disconnect_by_data(g_ptr_array_index(self->monitors, i), self);
    g_ptr_array_set_size(self->monitors, 0);
    if (self->settling)
        g_source_remove(self->settling);
    self->settling = 0;
}

static void watch(VoloFolder *self, GPtrArray *folders)
{
    clear_monitors(self);
    for (guint i = 0; i < MIN(folders->len, MONITORS); i++) {
        GFileMonitor *const monitor = g_file_monitor_directory(
            g_ptr_array_index(folders, i), G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);

        if (!monitor)
            continue;
        g_signal_connect_swapped(monitor, "changed", G_CALLBACK(on_changed), self);
        g_ptr_array_add(self->monitors, monitor);
    }
}

static void stop_listing(VoloFolder *self)
{
    if (!self->listing)
        return;
    g_cancellable_cancel(self->listing);
    g_clear_object(&self->listing);
    g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_LISTING]);
}

static void on_listed(GObject *source, GAsyncResult *result, gpointer user)
{
    VoloFolder *const self = VOLO_FOLDER(source);
    const Listing *const listing = g_task_get_task_data(G_TASK(result));

    (void)user;
    if (self->listing != g_task_get_cancellable(G_TASK(result)))
        return;
    g_clear_object(&self->listing);
    if (self->monitors->len == 0)
        watch(self, listing->folders);
    replace(self, listing->files);
    g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_LISTING]);
}

static void relist(VoloFolder *self)
{
    Listing *const listing = g_new0(Listing, 1);

    listing->asked = g_ptr_array_ref(self->asked); /* replaced as a whole, never changed */
    listing->beside = self->beside;
    listing->files = g_ptr_array_new_with_free_func(g_object_unref);
    listing->folders = g_ptr_array_new_with_free_func(g_object_unref);
    stop_listing(self);
    self->listing = g_cancellable_new();
    GTask *const task = g_task_new(self, self->listing, on_listed, NULL);
    g_task_set_task_data(task, listing, listing_free);
    g_task_run_in_thread(task, list);
    g_object_unref(task);
    g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_LISTING]);
}

static void ask(VoloFolder *self, GPtrArray *files, gboolean beside)
{
    stop_listing(self);
    clear_monitors(self);
    g_ptr_array_unref(self->asked);
    self->asked = files;
    self->beside = beside;
}

void volo_folder_show_beside(VoloFolder *self, GFile *picture)
{
    GPtrArray *const asked = g_ptr_array_new_with_free_func(g_object_unref);
    VoloFolderItem *const known = g_hash_table_lookup(self->by_file, picture);
    guint position;

    g_ptr_array_add(asked, g_object_ref(picture));
    ask(self, asked, TRUE);
    if (known && g_ptr_array_find(self->items, known, &position)) {
        move_current(self, position);
    } else {
        replace(self, asked);
        move_current(self, 0);
    }
    relist(self);
}

void volo_folder_show_files(VoloFolder *self, GListModel *files)
{
    GPtrArray *const asked = g_ptr_array_new_with_free_func(g_object_unref);
    const guint count = g_list_model_get_n_items(files);

    for (guint i = 0; i < count; i++)
        g_ptr_array_add(asked, g_list_model_get_item(files, i));
    volo_folder_clear(self);
    ask(self, asked, FALSE);
    relist(self);
}

void volo_folder_clear(VoloFolder *self)
{
    GPtrArray *const none = g_ptr_array_new_with_free_func(g_object_unref);

    ask(self, none, FALSE);
    replace(self, none);
}

gboolean volo_folder_listing(VoloFolder *self)
{
    return self->listing != NULL;
}

guint volo_folder_current(VoloFolder *self)
{
    return self->current;
}

void volo_folder_set_current(VoloFolder *self, guint position)
{
    move_current(self, position < self->items->len ? position : VOLO_FOLDER_NOWHERE);
}

GFile *volo_folder_neighbour(VoloFolder *self, int step)
{
    const gint64 position = (gint64)self->current + step;

    if (self->current == VOLO_FOLDER_NOWHERE || position < 0 || position >= self->items->len)
        return NULL;
    return file_at(self, (guint)position);
}

/* --- the object ------------------------------------------------------------------------------- */

static void volo_folder_get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    const VoloFolder *const self = VOLO_FOLDER(object);

    if (id == PROP_LISTING)
        g_value_set_boolean(value, self->listing != NULL);
    else if (id == PROP_CURRENT)
        g_value_set_uint(value, self->current);
    else
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
}

static void volo_folder_set_property(GObject *object, guint id, const GValue *value,
                                     GParamSpec *pspec)
{
    if (id == PROP_CURRENT)
        volo_folder_set_current(VOLO_FOLDER(object), g_value_get_uint(value));
    else
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
}

static void volo_folder_dispose(GObject *object)
{
    VoloFolder *const self = VOLO_FOLDER(object);

    g_cancellable_cancel(self->listing);
    g_clear_object(&self->listing);
    clear_monitors(self);
    G_OBJECT_CLASS(volo_folder_parent_class)->dispose(object);
}

static void volo_folder_finalize(GObject *object)
{
    VoloFolder *const self = VOLO_FOLDER(object);

    g_ptr_array_unref(self->asked);
    g_ptr_array_unref(self->monitors);
    g_hash_table_unref(self->by_file);
    g_ptr_array_unref(self->items);
    thumbnails_unref(self->thumbnails);
    G_OBJECT_CLASS(volo_folder_parent_class)->finalize(object);
}

static void volo_folder_class_init(VoloFolderClass *class)
{
    GObjectClass *const object = G_OBJECT_CLASS(class);

    object->get_property = volo_folder_get_property;
    object->set_property = volo_folder_set_property;
    object->dispose = volo_folder_dispose;
    object->finalize = volo_folder_finalize;
    properties[PROP_LISTING] = g_param_spec_boolean("listing", NULL, NULL, FALSE,
                                                    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
    properties[PROP_CURRENT] =
        g_param_spec_uint("current", NULL, NULL, 0, VOLO_FOLDER_NOWHERE, VOLO_FOLDER_NOWHERE,
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
    g_object_class_install_properties(object, PROPS, properties);
}

static void volo_folder_init(VoloFolder *self)
{
    self->thumbnails = thumbnails_new();
    self->items = g_ptr_array_new_with_free_func(g_object_unref);
    self->by_file = g_hash_table_new(g_file_hash, (GEqualFunc)g_file_equal);
    self->current = VOLO_FOLDER_NOWHERE;
    self->asked = g_ptr_array_new_with_free_func(g_object_unref);
    self->monitors = g_ptr_array_new_with_free_func(g_object_unref);
}

VoloFolder *volo_folder_new(void)
{
    return g_object_new(VOLO_TYPE_FOLDER, NULL);
}
