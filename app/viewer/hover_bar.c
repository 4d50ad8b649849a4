/* SPDX-License-Identifier: Apache-2.0 */
/* What is under the pointer. Reading a pixel is a few loads; labels keep their width, so that the
 * bar stands still while the pointer moves. */
#include "app/viewer/hover_bar.h"

#include "app/viewer/figure_text.h"
#include "app/viewer/panel_style.h"
#include "app/viewer/swatch.h"

#include <glib/gi18n-lib.h>

struct _VoloHoverBar {
    GtkWidget parent;
    GtkWidget *content, *name, *number, *share, *others, *second, *second_text, *third, *third_text;
    GtkWidget *truth, *verdict, *verdict_text, *truth_name, *place;
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

/* The class of a rank below the best, if the model has so many. */
static void show_rank(VoloHoverBar *self, const Spot *spot, size_t rank)
{
    VoloConfidence *confidence = volo_segmentation_confidence(spot->segmentation);
    GtkWidget *box = rank == 1 ? self->second : self->third;
    GtkWidget *label = rank == 1 ? self->second_text : self->third_text;
    const unsigned index = volo_confidence_classes(confidence, rank)[spot->offset];
    const VoloClass *class = class_of(spot, index);
    g_autofree char *share = rank_share_text(confidence, rank, spot->offset);
    g_autofree char *name = name_of(class);
    g_autofree char *text = g_strdup_printf("%s %s", name, share);

    gtk_widget_set_visible(box, class != NULL);
    if (!class)
        return;
    show_swatch(self, rank == 1 ? self->second_swatch : self->third_swatch, spot, index);
    gtk_label_set_text(GTK_LABEL(label), text);
    g_string_append_printf(self->text, "; %s", text);
}

static void show_others(VoloHoverBar *self, const Spot *spot)
{
    const gboolean known = volo_segmentation_confidence(spot->segmentation) != NULL;

    gtk_widget_set_visible(self->others, known);
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
               : g_strdup(_("Truth"));
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

    gtk_widget_set_visible(self->content, TRUE);
    gtk_label_set_text(GTK_LABEL(self->place), place);
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
        gtk_widget_set_visible(self->others, FALSE);
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
    gtk_widget_class_bind_template_child(class, VoloHoverBar, content);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, swatch);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, name);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, number);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, share);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, others);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, second);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, second_swatch);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, second_text);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, third);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, third_swatch);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, third_text);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, truth);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, verdict);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, verdict_text);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, truth_swatch);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, truth_name);
    gtk_widget_class_bind_template_child(class, VoloHoverBar, place);
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
    gtk_widget_class_set_layout_manager_type(widget_class, GTK_TYPE_BIN_LAYOUT);
    bind_children(widget_class);
}

static void volo_hover_bar_init(VoloHoverBar *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
    self->text = g_string_new(NULL);
    gtk_widget_add_css_class(GTK_WIDGET(self), "osd");
}

GtkWidget *volo_hover_bar_new(void)
{
    return g_object_new(VOLO_TYPE_HOVER_BAR, NULL);
}
