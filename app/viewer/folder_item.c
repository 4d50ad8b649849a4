/* SPDX-License-Identifier: Apache-2.0 */
/* VoloFolderItem, and thumbnails: wishes are a stack that one nice thread works off, so that what
 * is on the screen now comes before what was scrolled past. */
#include "app/viewer/folder_item.h"

#include "app/viewer/nice_thread.h"
#include "app/viewer/thumbnail.h"

enum {
    KEPT = 500, /* thumbnails, and wishes */
};

typedef struct Wish {
    GWeakRef item;
    char *path;
    VoloThumbnail made;
} Wish;

struct _VoloFolderItem {
    GObject parent;
    GFile *file;
    char *title;
    Thumbnails *thumbnails;
    GList *place;     /* in thumbnails->asked, or NULL */
    const Wish *wish; /* that is waited for, or NULL; only compared */
    gboolean done;    /* the thumbnail is made, or cannot be */
    GdkTexture *texture;
};

G_DEFINE_FINAL_TYPE(VoloFolderItem, volo_folder_item, G_TYPE_OBJECT)

enum {
    PROP_FILE = 1,
    PROP_TITLE,
    PROP_THUMBNAIL,
    PROPS,
};
static GParamSpec *properties[PROPS];

/* --- the thread ------------------------------------------------------------------------------- */

/* The part that the thread sees. */
typedef struct Stack {
    GMutex lock;
    GCond changed;
    GQueue wishes; /* of Wish; the latest is the head */
    gboolean stopped;
    GMainContext *context;
    GThread *thread; /* NULL: not started yet; main thread */
} Stack;

struct Thumbnails {
    Stack *stack;
    GQueue asked; /* of VoloFolderItem, borrowed; the one asked for last is the head */
};

static void wish_free(gpointer data)
{
    Wish *const wish = data;

    g_weak_ref_clear(&wish->item);
    g_clear_pointer(&wish->made.rgb, g_bytes_unref);
    g_free(wish->path);
    g_free(wish);
}

static void stack_clear(gpointer data)
{
    Stack *const stack = data;

    g_queue_clear_full(&stack->wishes, wish_free);
    g_main_context_unref(stack->context);
    g_mutex_clear(&stack->lock);
    g_cond_clear(&stack->changed);
}

/* Waits for a wish; NULL: the end. */
static Wish *pop(Stack *stack)
{
    Wish *wish = NULL;

    g_mutex_lock(&stack->lock);
    while (!stack->stopped && !(wish = g_queue_pop_head(&stack->wishes)))
        g_cond_wait(&stack->changed, &stack->lock);
    g_mutex_unlock(&stack->lock);
    return wish;
}

static gboolean deliver(gpointer data);

/* The item may go meanwhile, but only the main thread lets the last reference go. */
static gpointer make_thumbnails(gpointer data)
{
    Stack *const stack = data;
    Wish *wish;

    volo_nice_thread(VOLO_NICE_THUMBNAILS);
    while ((wish = pop(stack))) {
        wish->made = volo_thumbnail_load(wish->path);
        GSource *const source = g_idle_source_new();
        g_source_set_callback(source, deliver, wish, wish_free);
        g_source_attach(source, stack->context);
        g_source_unref(source);
    }
    g_atomic_rc_box_release_full(stack, stack_clear);
    return NULL;
}

/* --- which items have one --------------------------------------------------------------------- */

Thumbnails *thumbnails_new(void)
{
    Thumbnails *const thumbnails = g_rc_box_new0(Thumbnails);
    Stack *const stack = g_atomic_rc_box_new0(Stack);

    g_mutex_init(&stack->lock);
    g_cond_init(&stack->changed);
    stack->context = g_main_context_ref_thread_default();
    thumbnails->stack = stack;
    return thumbnails;
}

Thumbnails *thumbnails_ref(Thumbnails *thumbnails)
{
    return g_rc_box_acquire(thumbnails);
}

/* The thread ends by itself, after the picture that it reads. */
static void thumbnails_clear(gpointer data)
{
    Stack *const stack = ((Thumbnails *)data)->stack;

    g_mutex_lock(&stack->lock);
    stack->stopped = TRUE;
    g_cond_broadcast(&stack->changed);
    g_mutex_unlock(&stack->lock);
    g_clear_pointer(&stack->thread, g_thread_unref);
    g_atomic_rc_box_release_full(stack, stack_clear);
}

void thumbnails_unref(Thumbnails *thumbnails)
{
    g_rc_box_release_full(thumbnails, thumbnails_clear);
}

guint thumbnails_kept(const Thumbnails *thumbnails)
{
    return thumbnails->asked.length;
}

static const Wish *push(Stack *stack, VoloFolderItem *item, char *path)
{
    Wish *const wish = g_new0(Wish, 1);

    g_weak_ref_init(&wish->item, item);
    wish->path = path;
    if (!stack->thread)
        stack->thread =
            g_thread_new("volo-thumbnails", make_thumbnails, g_atomic_rc_box_acquire(stack));
    g_mutex_lock(&stack->lock);
    g_queue_push_head(&stack->wishes, wish);
    g_cond_signal(&stack->changed);
    g_mutex_unlock(&stack->lock);
    return wish;
}

/* Takes back an item's wish; when it is being worked on, what comes of it is dropped. */
static void take_back(Stack *stack, VoloFolderItem *item)
{
    g_mutex_lock(&stack->lock);
    GList *const place = g_queue_find(&stack->wishes, item->wish);
    Wish *const wish = place ? place->data : NULL;
    if (place)
        g_queue_delete_link(&stack->wishes, place);
    g_mutex_unlock(&stack->lock);
    item->wish = NULL;
    if (wish)
        wish_free(wish);
}

/* --- items ------------------------------------------------------------------------------------ */

static void set_texture(VoloFolderItem *self, GdkTexture *texture)
{
    if (g_set_object(&self->texture, texture))
        g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_THUMBNAIL]);
}

static void accept(VoloFolderItem *self, const VoloThumbnail *made)
{
    self->wish = NULL;
    self->done = TRUE;
    if (!made->rgb)
        return;
    GdkTexture *const texture = gdk_memory_texture_new(
        (int)made->width, (int)made->height, GDK_MEMORY_R8G8B8, made->rgb, 3 * made->width);
    set_texture(self, texture);
    g_object_unref(texture);
}

static gboolean deliver(gpointer data)
{
    Wish *const wish = data;
    VoloFolderItem *const item = g_weak_ref_get(&wish->item);

    if (item && item->wish == wish)
        accept(item, &wish->made);
    if (item)
        g_object_unref(item);
    return G_SOURCE_REMOVE;
}

/* The one that was asked for longest ago goes without. */
static void forget_oldest(Thumbnails *thumbnails)
{
    VoloFolderItem *const item = g_queue_pop_tail(&thumbnails->asked);

    item->place = NULL;
    if (item->wish)
        take_back(thumbnails->stack, item);
    item->done = FALSE;
    set_texture(item, NULL);
}

void volo_folder_item_want_thumbnail(VoloFolderItem *self)
{
    GQueue *const asked = &self->thumbnails->asked;

    if (self->place) {
        g_queue_unlink(asked, self->place);
        g_queue_push_head_link(asked, self->place);
    } else {
        g_queue_push_head(asked, self);
        self->place = asked->head;
    }
    if (asked->length > KEPT)
        forget_oldest(self->thumbnails);
    if (self->wish || self->done)
        return;
    char *const path = g_file_get_path(self->file);
    if (path)
        self->wish = push(self->thumbnails->stack, self, path);
}

GdkTexture *volo_folder_item_thumbnail(VoloFolderItem *self)
{
    return self->texture;
}

GFile *volo_folder_item_file(VoloFolderItem *self)
{
    return self->file;
}

const char *volo_folder_item_title(VoloFolderItem *self)
{
    return self->title;
}

static void volo_folder_item_get_property(GObject *object, guint id, GValue *value,
                                          GParamSpec *pspec)
{
    const VoloFolderItem *const self = VOLO_FOLDER_ITEM(object);

    switch (id) {
    case PROP_FILE:
        g_value_set_object(value, self->file);
        break;
    case PROP_TITLE:
        g_value_set_string(value, self->title);
        break;
    case PROP_THUMBNAIL:
        g_value_set_object(value, self->texture);
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
    }
}

static void volo_folder_item_finalize(GObject *object)
{
    VoloFolderItem *const self = VOLO_FOLDER_ITEM(object);

    if (self->wish)
        take_back(self->thumbnails->stack, self);
    if (self->place)
        g_queue_delete_link(&self->thumbnails->asked, self->place);
    thumbnails_unref(self->thumbnails);
    g_clear_object(&self->texture);
    g_object_unref(self->file);
    g_free(self->title);
    G_OBJECT_CLASS(volo_folder_item_parent_class)->finalize(object);
}

static void volo_folder_item_class_init(VoloFolderItemClass *class)
{
    const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

    G_OBJECT_CLASS(class)->get_property = volo_folder_item_get_property;
    G_OBJECT_CLASS(class)->finalize = volo_folder_item_finalize;
    properties[PROP_FILE] = g_param_spec_object("file", NULL, NULL, G_TYPE_FILE, flags);
    properties[PROP_TITLE] = g_param_spec_string("title", NULL, NULL, "", flags);
    properties[PROP_THUMBNAIL] =
        g_param_spec_object("thumbnail", NULL, NULL, GDK_TYPE_TEXTURE, flags);
    g_object_class_install_properties(G_OBJECT_CLASS(class), PROPS, properties);
}

static void volo_folder_item_init(VoloFolderItem *self)
{
    (void)self;
}

VoloFolderItem *volo_folder_item_new(GFile *file, Thumbnails *thumbnails)
{
    VoloFolderItem *const self = g_object_new(VOLO_TYPE_FOLDER_ITEM, NULL);
    char *const name = g_file_get_basename(file);

    self->file = g_object_ref(file);
    self->title = name ? g_filename_display_name(name) : g_file_get_parse_name(file);
    self->thumbnails = thumbnails_ref(thumbnails);
    g_free(name);
    return self;
}
