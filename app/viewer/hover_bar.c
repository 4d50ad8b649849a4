/* SPDX-License-Identifier: Apache-2.0 */
/* What is under the pointer. Reading a pixel is a few loads. Parts keep their widths whatever they
 * say, so that the bar stands still while the pointer moves; where there is no room for all, the
 * least likely classes are left out first. */
#include "app/viewer/hover_bar.h"

#include "app/viewer/figure_text.h"
#include "app/viewer/panel_style.h"
#include "app/viewer/swatch.h"

#include <glib/gi18n-lib.h>

#include <string.h>

struct _VoloHoverBar {
    GtkWidget parent;
    GtkWidget *best, *second, *third, *truth, *place; /* the parts, from the left */
    GtkWidget *name, *number, *share, *second_name, *second_share, *third_name, *third_share;
    GtkWidget *verdict, *verdict_text, *truth_name, *place_text;
    VoloSwatch *swatch, *second_swatch, *third_swatch, *truth_swatch;
    VoloLook looks[2];
    gboolean has_look[2];
    GString *text;
};

G_DEFINE_FINAL_TYPE(VoloHoverBar, volo_hover_bar, GTK_TYPE_WIDGET)

/* A pixel of one side. */
typedef struct Spot {
    VoloSegmentation *segmentation; /* NULL: nothing is known there */
    int side;                       /* 0, 1 */
    size_t offset;                  /* into arrays [height,width] */
} Spot;

static Spot spot_of(VoloDocument *document, int x, int y, int side)
{
    VoloSegmentation *segmentation =
        side ? volo_document_reference(document) : volo_document_result(document);
    Spot spot = { .side = side };

    if (segmentation) {
        VoloMask *mask = volo_segmentation_mask(segmentation);

        if ((size_t)x < volo_mask_width(mask) && (size_t)y < volo_mask_height(mask)) {
            spot.segmentation = segmentation;
            spot.offset = (size_t)y * volo_mask_width(mask) + (size_t)x;
        }
    }
    return spot;
}

/* NULL: none of the classes. */
static const VoloClass *class_of(const Spot *spot, unsigned label)
{
    const VoloClassTable *classes = volo_segmentation_classes(spot->segmentation);

    return label < volo_class_table_count(classes) ? volo_class_table_get(classes, label) : NULL;
}

static unsigned label_at(const Spot *spot)
{
    return volo_mask_labels(volo_segmentation_mask(spot->segmentation))[spot->offset];
}

/* The caller frees. */
static char *name_of(const VoloClass *class)
{
    return class ? volo_shown_text(class->name) : g_strdup(_("no class"));
}

/* --- parts of the bar --- */

static void show_swatch(VoloHoverBar *self, VoloSwatch *swatch, const Spot *spot, unsigned label)
{
    const VoloClass *class = class_of(spot, label);
    const VoloLook *look = &self->looks[spot->side];
    static const uint8_t none[3];

    if (!class)
        volo_swatch_set(swatch, none, 0, TRUE);
    else if (self->has_look[spot->side])
        volo_swatch_set(swatch, look->colour[label], look->hatch[label], FALSE);
    else
        volo_swatch_set(swatch, class->colour, 0, FALSE);
}

static char *rank_share_text(VoloConfidence *confidence, size_t rank, size_t offset)
{
    return volo_share_text((double)volo_confidence_shares(confidence, rank)[offset] /
                           VOLO_CONFIDENCE_ONE);
}

static void show_best(VoloHoverBar *self, const Spot *spot)
{
    VoloConfidence *confidence = volo_segmentation_confidence(spot->segmentation);
    const unsigned label = label_at(spot);
    const VoloClass *class = class_of(spot, label);
    g_autofree char *name = name_of(class);
    g_autofree char *number = class ? g_strdup_printf("%d", class->id) : g_strdup("");
    g_autofree char *share = confidence ? rank_share_text(confidence, 0, spot->offset) : NULL;

    show_swatch(self, self->swatch, spot, label);
    gtk_label_set_text(GTK_LABEL(self->name), name);
    gtk_label_set_text(GTK_LABEL(self->number), number);
    gtk_label_set_text(GTK_LABEL(self->share), share ? share : "");
    gtk_widget_set_visible(self->share, confidence != NULL);
    g_string_append(self->text, name);
    if (class) /* Translators: the id of a class. */
        g_string_append_printf(self->text, _(" (id %s)"), number);
    if (share)
        g_string_append_printf(self->text, ", %s", share);
}

/* The class of a rank below the best; its part is empty when the model has no more. */
static void show_rank(VoloHoverBar *self, const Spot *spot, size_t rank)
{
    VoloConfidence *confidence = volo_segmentation_confidence(spot->segmentation);
    GtkWidget *part = rank == 1 ? self->second : self->third;
    const unsigned index = volo_confidence_classes(confidence, rank)[spot->offset];
    const VoloClass *class = class_of(spot, index);
    g_autofree char *name = name_of(class);
    g_autofree char *share = rank_share_text(confidence, rank, spot->offset);

    gtk_widget_set_opacity(part, class ? 1 : 0);
    if (!class)
        return;
    show_swatch(self, rank == 1 ? self->second_swatch : self->third_swatch, spot, index);
    gtk_label_set_text(GTK_LABEL(rank == 1 ? self->second_name : self->third_name), name);
    gtk_label_set_text(GTK_LABEL(rank == 1 ? self->second_share : self->third_share), share);
    g_string_append_printf(self->text, "; %s %s", name, share);
}

static void show_others(VoloHoverBar *self, const Spot *spot)
{
    const gboolean known = volo_segmentation_confidence(spot->segmentation) != NULL;

    gtk_widget_set_visible(self->second, known);
    gtk_widget_set_visible(self->third, known);
    for (size_t rank = 1; known && rank < VOLO_CONFIDENCE_RANKS; rank++)
        show_rank(self, spot, rank);
}

/* --- the other side --- */

static int verdict_at(VoloDocument *document, size_t offset)
{
    VoloComparison *comparison = volo_document_comparison(document);
    VoloMask *errors = comparison ? volo_comparison_errors(comparison) : NULL;

    return errors ? volo_mask_labels(errors)[offset] : VOLO_ERROR_IGNORED;
}

static void show_verdict(VoloHoverBar *self, int verdict)
{
    const gboolean right = verdict == VOLO_ERROR_RIGHT, wrong = verdict == VOLO_ERROR_WRONG;

    gtk_image_set_from_icon_name(GTK_IMAGE(self->verdict), right   ? "object-select-symbolic"
                                                           : wrong ? "volo-differs-symbolic"
                                                                   : "list-remove-symbolic");
    gtk_widget_set_css_classes(self->verdict, (const char *[]){ right   ? "success"
                                                                : wrong ? "error"
                                                                        : "dim-label",
                                                                NULL });
    g_string_append_printf(self->text, " (%s)",
                           right   ? _("agrees")
                           : wrong ? _("differs")
                                   : _("not judged"));
}

/* What the other side is called; only networks are confident. The caller frees. */
static char *side_title(const Spot *spot)
{
    if (spot->side == 0)
        return g_strdup(_("Result"));
    return volo_segmentation_confidence(spot->segmentation)
               ? volo_shown_text(volo_segmentation_source(spot->segmentation))
               : g_strdup(_("Ground Truth"));
}

static void show_other_side(VoloHoverBar *self, VoloDocument *document, const Spot *other)
{
    g_autofree char *title = other->segmentation ? side_title(other) : NULL;
    g_autofree char *name = NULL;

    gtk_widget_set_visible(self->truth, title != NULL);
    if (!title)
        return;
    name = name_of(class_of(other, label_at(other)));
    show_swatch(self, self->truth_swatch, other, label_at(other));
    gtk_label_set_text(GTK_LABEL(self->verdict_text), title);
    gtk_label_set_text(GTK_LABEL(self->truth_name), name);
    g_string_append_printf(self->text, "; %s: %s", title, name);
    show_verdict(self, verdict_at(document, other->offset));
}

/* --- public --- */

static void show_pixel(VoloHoverBar *self, VoloDocument *document, int x, int y, int side)
{
    const Spot spot = spot_of(document, x, y, side);
    const Spot other = spot_of(document, x, y, !side);
    g_autofree char *place = g_strdup_printf("%d, %d", x, y);

    gtk_label_set_text(GTK_LABEL(self->place_text), place);
    if (spot.segmentation) {
        show_best(self, &spot);
        show_others(self, &spot);
        show_other_side(self, document, &other);
        g_string_append(self->text, "; ");
    } else {
        static const uint8_t none[3];

        volo_swatch_set(self->swatch, none, 0, TRUE);
        gtk_label_set_text(GTK_LABEL(self->name), _("not segmented"));
        gtk_label_set_text(GTK_LABEL(self->number), "");
        gtk_widget_set_visible(self->share, FALSE);
        gtk_widget_set_visible(self->second, FALSE);
        gtk_widget_set_visible(self->third, FALSE);
        gtk_widget_set_visible(self->truth, FALSE);
    }
    g_string_append(self->text, place);
}

void volo_hover_bar_show(VoloHoverBar *self, VoloDocument *document, int x, int y, VoloSide side)
{
    const gboolean shown = document && x >= 0 && y >= 0 && volo_document_picture(document);

    g_string_truncate(self->text, 0);
    gtk_widget_set_opacity(GTK_WIDGET(self), shown ? 1 : 0);
    if (shown)
        show_pixel(self, document, x, y, side == VOLO_SIDE_SECOND);
    gtk_accessible_update_state(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_STATE_HIDDEN, !shown, -1);
    gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   self->text->str, -1);
}

void volo_hover_bar_set_look(VoloHoverBar *self, VoloSide side, const VoloLook *look)
{
    const int index = side == VOLO_SIDE_SECOND;

    self->has_look[index] = look != NULL;
    if (look)
        self->looks[index] = *look;
}

const char *volo_hover_bar_text(VoloHoverBar *self)
{
    return self->text->str;
}

/* --- room --- */

enum {
    PARTS = 5,
    GAP = 14,
};

static void list_parts(VoloHoverBar *self, GtkWidget *part[PARTS])
{
    GtkWidget *const parts[PARTS] = { self->best, self->second, self->third, self->truth,
                                      self->place };

    memcpy(part, parts, sizeof parts);
}

static int width_of(GtkWidget *part)
{
    int width = 0;

    if (gtk_widget_get_visible(part))
        gtk_widget_measure(part, GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL, NULL);
    return width;
}

static void volo_hover_bar_measure(GtkWidget *widget, GtkOrientation orientation, int for_size,
                                   int *minimum, int *natural, int *minimum_baseline,
                                   int *natural_baseline)
{
    GtkWidget *part[PARTS];

    (void)for_size;
    *minimum = *natural = 0;
    *minimum_baseline = *natural_baseline = -1;
    list_parts(VOLO_HOVER_BAR(widget), part);
    for (int i = 0; i < PARTS; i++) {
        int height = 0;

        if (orientation == GTK_ORIENTATION_HORIZONTAL) {
            *natural += width_of(part[i]) + (i && width_of(part[i]) ? GAP : 0);
            continue;
        }
        gtk_widget_measure(part[i], orientation, -1, NULL, &height, NULL, NULL);
        *minimum = *natural = MAX(*natural, height);
    }
    if (orientation == GTK_ORIENTATION_HORIZONTAL)
        *minimum = width_of(part[0]);
}

/* Those that there is room for, the most wanted first. */
static void choose_parts(GtkWidget *part[PARTS], int width)
{
    static const int wanted[PARTS] = { 0, 4, 3, 1, 2 };

    for (int i = 0; i < PARTS; i++) {
        const int needed = width_of(part[wanted[i]]) + (i ? GAP : 0);
        const gboolean fits = i == 0 || needed <= width;

        gtk_widget_set_child_visible(part[wanted[i]], fits);
        width -= fits && needed > GAP ? needed : 0;
    }
}

static void volo_hover_bar_size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
    GtkWidget *part[PARTS];
    int x = 0;

    list_parts(VOLO_HOVER_BAR(widget), part);
    choose_parts(part, width);
    for (int i = 0; i < PARTS; i++) {
        const int needed = width_of(part[i]);

        if (!needed || !gtk_widget_get_child_visible(part[i]))
            continue;
        if (i == PARTS - 1) /* the place is at the right */
            x = MAX(x, width - needed);
        gtk_widget_allocate(part[i], needed, height, baseline,
                            gsk_transform_translate(NULL, &GRAPHENE_POINT_INIT((float)x, 0)));
        x += needed + GAP;
    }
}

/* --- the object --- */

static void volo_hover_bar_dispose(GObject *object)
{
    volo_panel_dispose(GTK_WIDGET(object), VOLO_TYPE_HOVER_BAR);
    G_OBJECT_CLASS(volo_hover_bar_parent_class)->dispose(object);
}

static void volo_hover_bar_finalize(GObject *object)
{
    g_string_free(VOLO_HOVER_BAR(object)->text, TRUE);
    G_OBJECT_CLASS(volo_hover_bar_parent_class)->finalize(object);
}

static void bind_children(GtkWidgetClass *class)
{
    gtk_widget_class_set_template_from_resource(class, VOLO_RESOURCES "/ui/hover_bar.ui");
    gtk_widget_class_bind_template_child(class, VoloHoverBar, best);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, second);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, third);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, truth);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, place);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, swatch);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, name);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, number);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, share);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, second_swatch);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, second_name);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, second_share);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, third_swatch);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, third_name);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, third_share);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, verdict);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, verdict_text);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, truth_swatch);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, truth_name);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, place_text);
}

static void volo_hover_bar_class_init(VoloHoverBarClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    volo_panel_style_load();
    g_type_ensure(VOLO_TYPE_SWATCH);
    G_OBJECT_CLASS(class)->dispose = volo_hover_bar_dispose;
    G_OBJECT_CLASS(class)->finalize = volo_hover_bar_finalize;
    gtk_widget_class_set_css_name(widget_class, "hoverbar");
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_STATUS);
    widget_class->measure = volo_hover_bar_measure;
    widget_class->size_allocate = volo_hover_bar_size_allocate;
    bind_children(widget_class);
}

static void volo_hover_bar_init(VoloHoverBar *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    self->text = g_string_new(NULL);
    gtk_widget_add_css_class(GTK_WIDGET(self), "osd");
    gtk_accessible_update_state(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
}

GtkWidget *volo_hover_bar_new(void)
{
    return g_object_new(VOLO_TYPE_HOVER_BAR, NULL);
}
