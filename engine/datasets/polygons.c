/* SPDX-License-Identifier: Apache-2.0 */
/* Cityscapes' polygon files: objects in the order of drawing, each with a label's name and points.
 * The rules are those of cityscapesScripts' json2labelImg. */
#include "base/error.h"
#include "base/json_field.h"
#include "base/limits.h"
#include "base/read_file.h"
#include "datasets/label_space.h"
#include "image/polygon_fill.h"
#include "image/raw_picture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Drawing {
    const char *path;
    const VoloLabelSpace *space;
    VoloPolygonFiller filler;
    int (*points)[2];
    size_t room, drawn; /* points: in memory; of all objects so far */
    size_t height, width;
    uint8_t *labels; /* u8 [height,width] */
    VoloError *err;
} Drawing;

static const VoloLabelName *find_name(const VoloLabelSpace *space, const char *name, size_t length)
{
    for (const VoloLabelName *n = space->names; n; n = n->next) {
        if (strlen(n->name) == length && memcmp(n->name, name, length) == 0)
            return n;
    }
    return NULL;
}

/* "cargroup" is a car, unless the table knows it by that name ("polegroup"). */
static const VoloLabelName *find_label(const VoloLabelSpace *space, const char *name)
{
    static const char group[] = "group";
    const size_t length = strlen(name), tail = sizeof group - 1;
    const VoloLabelName *found = find_name(space, name, length);

    if (!found && length > tail && strcmp(name + length - tail, group) == 0)
        found = find_name(space, name, length - tail);
    return found;
}

/* Coordinates lose their fraction, as Pillow has it. */
static VoloStatus read_coordinate(const VoloField *f, int *ret_value, VoloError *err)
{
    double value = 0;

    VOLO_TRY(volo_field_real(f, -(double)VOLO_LIMIT_POLYGON_COORDINATE - 1,
                             VOLO_LIMIT_POLYGON_COORDINATE, &value, err));
    *ret_value = (int)value;
    return VOLO_OK;
}

static VoloStatus read_point(const VoloField *f, int ret_point[2], VoloError *err)
{
    if (!json_is_array(f->value) || json_array_size(f->value) < 2)
        return volo_field_wrong(f, err, "a list [x, y]");
    for (size_t i = 0; i < 2; i++) {
        const VoloField coordinate = volo_field_at(f, i);

        VOLO_TRY(read_coordinate(&coordinate, &ret_point[i], err));
    }
    return VOLO_OK;
}

static bool make_room(Drawing *d, size_t count)
{
    if (count <= d->room)
        return true;
    free(d->points);
    d->points = malloc(count * sizeof *d->points);
    d->room = d->points ? count : 0;
    return d->points;
}

static VoloStatus read_points(Drawing *d, const VoloField *list)
{
    const size_t count = json_array_size(list->value);

    if (!json_is_array(list->value) || count < 2)
        return volo_field_wrong(list, d->err, "a list of at least 2 points");
    if (count > VOLO_LIMIT_POLYGON_POINTS)
        return volo_fail(d->err, VOLO_ERR_LIMIT, "'%s': a polygon of %zu points, the limit is %u",
                         d->path, count, VOLO_LIMIT_POLYGON_POINTS);
    d->drawn += count;
    if (d->drawn > VOLO_LIMIT_POLYGONS_POINTS)
        return volo_fail(d->err, VOLO_ERR_LIMIT, "'%s': more than %u points in all", d->path,
                         VOLO_LIMIT_POLYGONS_POINTS);
    if (!make_room(d, count))
        return volo_fail_memory(d->err, count * sizeof *d->points);
    for (size_t i = 0; i < count; i++) {
        const VoloField point = volo_field_at(list, i);

        VOLO_TRY(read_point(&point, d->points[i], d->err));
    }
    return VOLO_OK;
}

static bool is_deleted(const VoloField *object)
{
    const json_t *deleted = json_object_get(object->value, "deleted");

    return json_is_true(deleted) || (json_is_number(deleted) && json_number_value(deleted) != 0);
}

static VoloStatus draw_object(Drawing *d, const VoloField *object)
{
    VoloField label, polygon;
    const char *name = NULL;

    VOLO_TRY(volo_field_object(object, d->err));
    if (!volo_field_get(object, "label", &label))
        return volo_field_missing(object, "label", "a name", d->err);
    VOLO_TRY(volo_field_text(&label, &name, d->err));
    if (is_deleted(object))
        return VOLO_OK;
    const VoloLabelName *known = find_label(d->space, name);
    if (!known)
        return volo_field_wrong_text(&label, VOLO_ERR_FORMAT, "the name of a label", d->err);
    if (known->id < 0)
        return VOLO_OK;
    if (!volo_field_get(object, "polygon", &polygon))
        return volo_field_missing(object, "polygon", "a list of points", d->err);
    VOLO_TRY(read_points(d, &polygon));
    return volo_polygon_fill(&d->filler, json_array_size(polygon.value), (const int(*)[2])d->points,
                             d->height, d->width, (uint8_t)known->id, d->labels, d->err);
}

static VoloStatus read_side(const VoloField *root, const char *key, size_t *ret_side,
                            VoloError *err)
{
    VoloField side;

    if (!volo_field_get(root, key, &side))
        return volo_field_missing(root, key, "a number of pixels", err);
    return volo_field_size(&side, 1, VOLO_LIMIT_IMAGE_SIDE, ret_side, err);
}

static VoloStatus draw(Drawing *d, VoloRawPicture *picture, const json_t *json)
{
    const VoloField root = volo_field_root(d->path, json);
    VoloField objects;

    VOLO_TRY(volo_field_object(&root, d->err));
    VOLO_TRY(read_side(&root, "imgHeight", &d->height, d->err));
    VOLO_TRY(read_side(&root, "imgWidth", &d->width, d->err));
    if (!volo_field_get(&root, "objects", &objects) || !json_is_array(objects.value))
        return volo_field_missing(&root, "objects", "a list", d->err);
    VOLO_TRY(volo_raw_picture_begin(picture, d->path, d->height, d->width, &d->labels, d->err));
    memset(d->labels, 0, d->height * d->width);
    for (size_t i = 0; i < json_array_size(objects.value); i++) {
        const VoloField object = volo_field_at(&objects, i);

        VOLO_TRY(draw_object(d, &object));
    }
    return VOLO_OK;
}

VoloStatus volo_raw_picture_read_polygons(VoloRawPicture *picture, const VoloInput *input,
                                          const VoloLabelSpace *space, VoloError *err)
{
    const char *const path = input->path;
    Drawing d = { .path = path, .space = space, .err = err };
    json_t *json = NULL;
    char *text = NULL, *quoted = NULL;
    size_t bytes = 0;

    volo_raw_picture_clear(picture);
    VOLO_TRY(volo_input_read(input, VOLO_LIMIT_POLYGON_BYTES, &text, &bytes, err));
    VoloStatus status =
        asprintf(&quoted, "'%s'", path) < 0
            ? volo_fail_memory(err, strlen(path) + 3)
            : volo_json_parse(quoted, text, bytes, VOLO_LIMIT_CONFIG_DEPTH, &json, err);
    free(text);
    free(quoted);
    if (!status)
        status = draw(&d, picture, json);
    if (status)
        volo_raw_picture_clear(picture);
    json_decref(json);
    volo_polygon_filler_clear(&d.filler);
    free(d.points);
    return status;
}

VoloStatus volo_raw_picture_load_polygons(VoloRawPicture *picture, const char *path,
                                          const VoloLabelSpace *space, VoloError *err)
{
    VoloInput input;

    volo_raw_picture_clear(picture);
    VOLO_TRY(volo_input_open(path, &input, err));
    const VoloStatus status = volo_raw_picture_read_polygons(picture, &input, space, err);
    volo_input_close(&input);
    return status;
}
