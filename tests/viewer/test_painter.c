/* SPDX-License-Identifier: Apache-2.0 */
/* What the canvas shows, to the pixel. */
#include "painted.h"

#include <volo/render.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    HEIGHT = 24,
    WIDTH = 40,
    CLASSES = 5
};

static const uint8_t colours[CLASSES][3] = {
    { 0, 0, 200 }, { 128, 64, 128 }, { 255, 255, 255 }, { 7, 250, 3 }, { 220, 20, 60 }
};

static uint32_t seed = 2463534242u;

static uint32_t draw(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 17;
    return seed ^= seed << 5;
}

/* A picture with a mask of blobs and stray pixels, class 4 hidden, 255 here and there. */
typedef struct Case {
    VoloImage *image;
    VoloMask *mask, *errors;
    VoloClassTable *table;
    VoloLook look;
    uint16_t shares[HEIGHT * WIDTH], entropy[HEIGHT * WIDTH];
    VoloLevels *levels;
    VoloPainter *painter;
    VoloScene scene;
    uint8_t rgb[3000000]; /* what was painted */
} Case;

static uint8_t draw_label(int x, int y)
{
    if (draw() % 9 == 0)
        return draw() % 4 ? (uint8_t)(draw() % CLASSES) : 255;
    return (uint8_t)((x / 9 + y / 7) % CLASSES);
}

static void make_scene(Case *its)
{
    its->scene = (VoloScene){ .levels = its->levels,
                              .errors = its->errors,
                              .layer = VOLO_LAYER_OVERLAY,
                              .opacity = 0.5,
                              .scale = 1 };
    for (int i = 0; i < VOLO_SIDES; i++)
        its->scene.side[i] = (VoloSceneSide){
            .mask = its->mask, .shares = its->shares, .entropy = its->entropy, .look = &its->look
        };
}

static int setup(void **state)
{
    static const char *const names[CLASSES] = { "a", "b", "c", "d", "e" };
    uint8_t rgb[HEIGHT][WIDTH][3], labels[HEIGHT][WIDTH], errors[HEIGHT][WIDTH];
    Case *its = calloc(1, sizeof *its);

    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            for (int i = 0; i < 3; i++)
                rgb[y][x][i] = (uint8_t)draw();
            labels[y][x] = draw_label(x, y);
            errors[y][x] = (uint8_t)(draw() % 3 ? x / 5 % 2 : 255);
            its->shares[y * WIDTH + x] = (uint16_t)draw();
            its->entropy[y * WIDTH + x] = (uint16_t)draw();
        }
    assert_int_equal(volo_image_new(HEIGHT, WIDTH, &rgb[0][0][0], &its->image, NULL), VOLO_OK);
    assert_int_equal(volo_mask_new(HEIGHT, WIDTH, &labels[0][0], &its->mask, NULL), VOLO_OK);
    assert_int_equal(volo_mask_new(HEIGHT, WIDTH, &errors[0][0], &its->errors, NULL), VOLO_OK);
    assert_int_equal(volo_class_table_new("tiny", CLASSES, names, NULL, colours, &its->table, NULL),
                     VOLO_OK);
    volo_look_init(&its->look, its->table, VOLO_PALETTE_MODEL, false);
    its->look.hidden[4] = true;
    its->levels = volo_levels_new(its->image, true);
    its->painter = volo_painter_new();
    assert_true(its->levels && its->painter);
    make_scene(its);
    *state = its;
    return 0;
}

static int teardown(void **state)
{
    Case *its = *state;

    volo_painter_free(its->painter);
    volo_levels_free(its->levels);
    volo_class_table_free(its->table);
    volo_mask_unref(its->mask);
    volo_mask_unref(its->errors);
    volo_image_unref(its->image);
    free(its);
    return 0;
}

/* All of the picture at a zoom, or as much as there is room for. */
static VoloPatch patch_of(double zoom)
{
    const int width = volo_zoomed_size(WIDTH, zoom), height = volo_zoomed_size(HEIGHT, zoom);

    return (VoloPatch){ .zoom = zoom,
                        .width = width < 1000 ? width : 1000,
                        .height = height < 1000 ? height : 1000 };
}

static const uint8_t *paint(Case *its, VoloSide side, const VoloPatch *patch)
{
    memset(its->rgb, 77, 3 * (size_t)patch->width * (size_t)patch->height);
    paint_rgb(its->painter, &its->scene, side, patch, 0, patch->width, its->rgb);
    return its->rgb;
}

/* The picture alone, as the painter samples it. */
static uint8_t *sample(Case *its, const VoloPatch *patch)
{
    const size_t bytes = 3 * (size_t)patch->width * (size_t)patch->height;
    const VoloLayer layer = its->scene.layer;
    uint8_t *copy = malloc(bytes);

    its->scene.layer = VOLO_LAYER_PICTURE;
    memcpy(copy, paint(its, VOLO_SIDE_FIRST, patch), bytes);
    its->scene.layer = layer;
    return copy;
}

static int label_at(const Case *its, const VoloPatch *patch, int x, int y)
{
    const int column = volo_zoomed_to_picture(patch->x + x, patch->zoom, WIDTH);
    const int row = volo_zoomed_to_picture(patch->y + y, patch->zoom, HEIGHT);

    return volo_mask_labels(its->mask)[row * WIDTH + column];
}

static const double zooms[] = { 0.37, 0.9, 1, 1.7, 3, 5.3, 17 };

enum {
    ZOOMS = sizeof zooms / sizeof *zooms
};

/* --- the picture ----------------------------------------------------------------------------- */

static void shows_the_picture_itself_at_one_to_one(void **state)
{
    Case *its = *state;
    const VoloPatch patch = patch_of(1);

    its->scene.layer = VOLO_LAYER_PICTURE;
    assert_memory_equal(paint(its, VOLO_SIDE_FIRST, &patch), volo_image_pixels(its->image),
                        3 * HEIGHT * WIDTH);
}

static void shows_its_pixels_when_they_are_large(void **state)
{
    Case *its = *state;
    const VoloPatch patch = { .zoom = 17, .x = 100, .y = 50, .width = 300, .height = 200 };
    const uint8_t *pixels = volo_image_pixels(its->image), *rgb;

    its->scene.layer = VOLO_LAYER_PICTURE;
    rgb = paint(its, VOLO_SIDE_FIRST, &patch);
    for (int y = 0; y < 200; y++)
        for (int x = 0; x < 300; x++)
            assert_memory_equal(rgb + 3 * (y * 300 + x),
                                pixels + 3 * ((y + 50) / 17 * WIDTH + (x + 100) / 17), 3);
}

/* --- the mask -------------------------------------------------------------------------------- */

static void blends_as_the_exporter_does(void **state)
{
    static const double opacities[] = { 0, 0.05, 0.1, 0.3, 1.0 / 3, 0.5, 0.7, 0.95, 1 };
    Case *its = *state;
    const VoloPatch patch = patch_of(1);

    its->look.hidden[4] = false;
    for (size_t i = 0; i < sizeof opacities / sizeof *opacities; i++) {
        VoloImage *overlay = NULL;

        assert_int_equal(
            volo_render_overlay(its->image, its->mask, its->table, opacities[i], &overlay, NULL),
            VOLO_OK);
        its->scene.opacity = opacities[i];
        assert_memory_equal(paint(its, VOLO_SIDE_FIRST, &patch), volo_image_pixels(overlay),
                            3 * HEIGHT * WIDTH);
        volo_image_unref(overlay);
    }
}

/* Half of (200,0,0) and half of (0,0,200). */
static void blends_red_and_blue_to_purple(void **state)
{
    static const uint8_t red[3] = { 200, 0, 0 }, label[1] = { 0 }, purple[3] = { 100, 0, 100 };
    Case *its = *state;
    VoloImage *image = NULL;
    VoloMask *mask = NULL;

    assert_int_equal(volo_image_new(1, 1, red, &image, NULL), VOLO_OK);
    assert_int_equal(volo_mask_new(1, 1, label, &mask, NULL), VOLO_OK);
    its->scene.levels = volo_levels_new(image, true);
    its->scene.side[0].mask = mask;
    for (size_t i = 0; i < ZOOMS; i++) {
        const VoloPatch patch = { .zoom = zooms[i],
                                  .width = volo_zoomed_size(1, zooms[i]),
                                  .height = volo_zoomed_size(1, zooms[i]) };
        const uint8_t *rgb = paint(its, VOLO_SIDE_FIRST, &patch);

        for (int j = 0; j < patch.width * patch.height; j++)
            assert_memory_equal(rgb + 3 * j, purple, 3);
    }
    volo_levels_free((VoloLevels *)its->scene.levels);
    volo_mask_unref(mask);
    volo_image_unref(image);
}

static void shows_the_picture_below_hidden_labels(void **state)
{
    Case *its = *state;

    for (size_t i = 0; i < ZOOMS; i++) {
        const VoloPatch patch = patch_of(zooms[i]);
        uint8_t *picture = sample(its, &patch);

        its->scene.opacity = 1;
        const uint8_t *rgb = paint(its, VOLO_SIDE_FIRST, &patch);

        for (int j = 0; j < patch.width * patch.height; j++) {
            const int label = label_at(its, &patch, j % patch.width, j / patch.width);
            const uint8_t *wanted = label < 4 ? colours[label] : picture + 3 * j;

            assert_memory_equal(rgb + 3 * j, wanted, 3);
        }
        free(picture);
    }
}

/* The definition, looked up one by one: a label across up to so many pixels, or one pixel less
 * diagonally, differs. */
static bool is_edge(const Case *its, const VoloPatch *patch, int x, int y, int radius)
{
    const int own = label_at(its, patch, x, y);

    for (int dy = -radius; dy <= radius; dy++) {
        for (int dx = -radius; dx <= radius; dx++) {
            const bool straight = !dx || !dy, diagonal = abs(dx) == abs(dy) && abs(dx) < radius;

            if ((straight || diagonal) && label_at(its, patch, x + dx, y + dy) != own)
                return true;
        }
    }
    return false;
}

/* What is painted within a region: its line, the casing, or the picture. */
static void outline_pixel(const Case *its, const VoloPatch *patch, int x, int y,
                          const uint8_t *picture, uint8_t *rgb)
{
    const int label = label_at(its, patch, x, y);
    const uint8_t *line = colours[label & 3];
    const double light = 0.299 * line[0] + 0.587 * line[1] + 0.114 * line[2];
    const double casing = light / 255 > 0.45 ? 0 : 255;

    memcpy(rgb, picture, 3);
    if (label > 3 || !is_edge(its, patch, x, y, 3))
        return;
    if (is_edge(its, patch, x, y, 2))
        memcpy(rgb, line, 3);
    else
        for (int i = 0; i < 3; i++)
            rgb[i] = (uint8_t)(0.4 * picture[i] + (0.6 * casing + 0.5));
}

static void outlines_regions_inside_in_their_colours_with_a_casing(void **state)
{
    Case *its = *state;

    its->scene.layer = VOLO_LAYER_OUTLINE;
    for (size_t i = 0; i < ZOOMS; i++) {
        /* Not the whole picture: what lies beyond the window's edge counts too. */
        const VoloPatch all = patch_of(zooms[i]);
        const VoloPatch patch = {
            .zoom = zooms[i], .x = 2, .y = 3, .width = all.width - 5, .height = all.height - 4
        };
        uint8_t *picture = sample(its, &patch);
        const uint8_t *rgb = paint(its, VOLO_SIDE_FIRST, &patch);

        for (int j = 0; j < patch.width * patch.height; j++) {
            uint8_t wanted[3];

            outline_pixel(its, &patch, j % patch.width, j / patch.width, picture + 3 * j, wanted);
            assert_memory_equal(rgb + 3 * j, wanted, 3);
        }
        free(picture);
    }
}

static void shows_the_mask_alone(void **state)
{
    static const uint8_t tile[2][3] = { { 44, 44, 48 }, { 56, 56, 61 } };
    Case *its = *state;
    const VoloPatch patch = { .zoom = 17, .x = 3, .y = 5, .width = 600, .height = 390 };

    its->scene.layer = VOLO_LAYER_MASK;
    its->scene.opacity = 0.2; /* means nothing here */
    const uint8_t *rgb = paint(its, VOLO_SIDE_FIRST, &patch);

    for (int i = 0; i < patch.width * patch.height; i++) {
        const int x = i % patch.width, y = i / patch.width, label = label_at(its, &patch, x, y);
        const int odd = ((x + 3) / 8 + (y + 5) / 8) % 2;

        assert_memory_equal(rgb + 3 * i, label < 4 ? colours[label] : tile[odd], 3);
    }
}

/* Some pixels of each hatched class are lines, others are not, and no two hatches look the same. */
static void hatches_in_pixels_of_the_screen(void **state)
{
    static uint8_t seen[VOLO_HATCHES][2][64 * 64];
    Case *its = *state;
    uint8_t labels[HEIGHT * WIDTH] = { 0 };
    VoloMask *mask = NULL;

    assert_int_equal(volo_mask_new(HEIGHT, WIDTH, labels, &mask, NULL), VOLO_OK);
    its->scene.layer = VOLO_LAYER_MASK;
    its->scene.side[0].mask = mask;
    for (int hatch = 0; hatch < VOLO_HATCHES; hatch++)
        for (int dense = 0; dense < 2; dense++) {
            const VoloPatch patch = { .zoom = 10, .x = 16, .y = 32, .width = 64, .height = 64 };
            int lines = 0;

            its->look.hatch[0] = (uint8_t)hatch;
            its->scene.scale = 1 + dense;
            const uint8_t *rgb = paint(its, VOLO_SIDE_FIRST, &patch);

            for (int i = 0; i < 64 * 64; i++) {
                seen[hatch][dense][i] = memcmp(rgb + 3 * i, colours[0], 3) != 0;
                lines += seen[hatch][dense][i];
            }
            assert_true(hatch ? lines > 64 * 64 / 16 && lines < 64 * 64 / 2 : lines == 0);
            for (int other = 0; other < hatch; other++)
                assert_memory_not_equal(seen[hatch][dense], seen[other][dense], 64 * 64);
        }
    /* On dense screens each of their pixels is two wide, two high. */
    for (int i = 0; i < 48 * 48; i++)
        assert_int_equal(seen[1][1][i / 48 * 64 + i % 48],
                         seen[1][0][(i / 48 + 32) / 2 % 16 * 64 + (i % 48 + 16) / 2 % 16]);
    volo_mask_unref(mask);
}

static void moves_hatches_with_the_picture(void **state)
{
    Case *its = *state;
    const VoloPatch all = patch_of(5);
    const VoloPatch part = { .zoom = 5, .x = 37, .y = 21, .width = 90, .height = 70 };
    uint8_t *whole = malloc(3 * (size_t)all.width * (size_t)all.height);

    its->look.hatch[1] = 6;
    its->look.hatch[3] = 2;
    memcpy(whole, paint(its, VOLO_SIDE_FIRST, &all), 3 * (size_t)all.width * (size_t)all.height);
    const uint8_t *rgb = paint(its, VOLO_SIDE_FIRST, &part);

    for (int y = 0; y < part.height; y++)
        assert_memory_equal(rgb + 3 * y * part.width, whole + 3 * ((y + 21) * all.width + 37),
                            3 * (size_t)part.width);
    free(whole);
}

/* --- what the network and the truth say ------------------------------------------------------ */

static int brightness(const uint8_t *rgb)
{
    return rgb[0] + rgb[1] + rgb[2];
}

static void set_ramp(uint16_t *values)
{
    for (int i = 0; i < HEIGHT * WIDTH; i++)
        values[i] = (uint16_t)(i % WIDTH * 65535 / (WIDTH - 1));
}

static void white_picture(Case *its)
{
    uint8_t white[HEIGHT * WIDTH * 3];

    memset(white, 240, sizeof white);
    volo_levels_free(its->levels);
    volo_image_unref(its->image);
    assert_int_equal(volo_image_new(HEIGHT, WIDTH, white, &its->image, NULL), VOLO_OK);
    its->scene.levels = its->levels = volo_levels_new(its->image, true);
}

static void veils_what_the_network_is_unsure_of(void **state)
{
    Case *its = *state;
    const VoloPatch patch = patch_of(1);

    white_picture(its);
    set_ramp(its->shares);
    its->scene.layer = VOLO_LAYER_CONFIDENCE;
    const uint8_t *rgb = paint(its, VOLO_SIDE_FIRST, &patch);

    for (int x = 1; x < WIDTH; x++)
        assert_true(brightness(rgb + 3 * x) > brightness(rgb + 3 * x - 3));
    assert_int_equal(brightness(rgb + 3 * (WIDTH - 1)), 3 * 240);
    assert_true(brightness(rgb) < 240);
    its->scene.opacity = 0;
    assert_memory_equal(paint(its, VOLO_SIDE_FIRST, &patch), volo_image_pixels(its->image),
                        3 * HEIGHT * WIDTH);
}

static void glows_where_many_classes_are_likely(void **state)
{
    Case *its = *state;
    const VoloPatch patch = patch_of(1);

    set_ramp(its->entropy);
    its->scene.layer = VOLO_LAYER_ENTROPY;
    its->scene.opacity = 1;
    const uint8_t *rgb = paint(its, VOLO_SIDE_FIRST, &patch);

    assert_memory_equal(rgb + 3 * (WIDTH - 1), "\xfc\xff\xa4", 3); /* the ramp's end */
    for (int i = 0; i < HEIGHT * WIDTH; i += WIDTH)
        assert_true(brightness(rgb + 3 * i) <= 3 * 255 * 0.41); /* the picture, darkened */
}

static void shows_errors_red_and_lined(void **state)
{
    Case *its = *state;
    const VoloPatch patch = patch_of(17);
    int lines = 0, plain = 0;

    white_picture(its);
    its->scene.layer = VOLO_LAYER_ERRORS;
    const uint8_t *rgb = paint(its, VOLO_SIDE_FIRST, &patch);

    for (int i = 0; i < patch.width * patch.height; i++) {
        const int x = i % patch.width / 17, y = i / patch.width / 17;
        const int error = volo_mask_labels(its->errors)[y * WIDTH + x];
        const uint8_t *p = rgb + 3 * i;

        if (error == 1) {
            assert_true(p[0] > p[1] + 60 && p[0] > p[2] + 50);
            lines += p[0] < 180;
            plain += p[0] >= 180;
        } else { /* no hue */
            assert_true(abs(p[0] - p[1]) < 6 && abs(p[1] - p[2]) < 6);
            assert_true(error == 255 ? p[0] < 170 : p[0] > 170);
        }
    }
    assert_true(lines > 100 && plain > lines);
}

static void shows_the_truth_beside_the_errors(void **state)
{
    Case *its = *state;
    const VoloPatch patch = patch_of(3);
    const size_t bytes = 3 * (size_t)patch.width * (size_t)patch.height;
    uint8_t *overlay = malloc(bytes);

    memcpy(overlay, paint(its, VOLO_SIDE_SECOND, &patch), bytes);
    its->scene.layer = VOLO_LAYER_ERRORS;
    assert_memory_equal(paint(its, VOLO_SIDE_SECOND, &patch), overlay, bytes);
    its->scene.layer = VOLO_LAYER_CONFIDENCE;
    its->scene.side[1].shares = NULL;
    assert_memory_equal(paint(its, VOLO_SIDE_SECOND, &patch), overlay, bytes);
    free(overlay);
}

static void shows_the_picture_where_nothing_is_known(void **state)
{
    static const uint8_t labels[4] = { 0, 1, 2, 3 };
    Case *its = *state;
    const VoloPatch patch = patch_of(1);
    VoloMask *small = NULL;

    assert_int_equal(volo_mask_new(2, 2, labels, &small, NULL), VOLO_OK);
    for (int known = 0; known < 2; known++)
        for (int layer = 0; layer < VOLO_LAYERS; layer++) {
            const VoloMask *mask = known ? small : NULL; /* another picture's */

            its->scene.layer = (VoloLayer)layer;
            its->scene.errors = mask;
            its->scene.side[0] = its->scene.side[1] =
                (VoloSceneSide){ .mask = mask, .look = &its->look };
            for (int side = 0; side < VOLO_SIDES; side++)
                assert_memory_equal(paint(its, (VoloSide)side, &patch),
                                    volo_image_pixels(its->image), 3 * HEIGHT * WIDTH);
        }
    volo_mask_unref(small);
}

/* --- the painter ----------------------------------------------------------------------------- */

static void paints_only_the_columns_asked_for(void **state)
{
    Case *its = *state;
    const VoloPatch patch = patch_of(3);
    const size_t row = 3 * (size_t)patch.width;

    for (int layer = 0; layer < VOLO_LAYERS; layer++) {
        uint8_t *first = malloc(row * (size_t)patch.height), *second, *both = its->rgb;

        its->scene.layer = (VoloLayer)layer;
        memcpy(first, paint(its, VOLO_SIDE_FIRST, &patch), row * (size_t)patch.height);
        second = malloc(row * (size_t)patch.height);
        memcpy(second, paint(its, VOLO_SIDE_SECOND, &patch), row * (size_t)patch.height);
        paint_rgb(its->painter, &its->scene, VOLO_SIDE_SECOND, &patch, 31, patch.width + 9, both);
        paint_rgb(its->painter, &its->scene, VOLO_SIDE_FIRST, &patch, -9, 31, both);
        for (size_t y = 0; y < (size_t)patch.height; y++) {
            assert_memory_equal(both + y * row, first + y * row, 3 * 31);
            assert_memory_equal(both + y * row + 3 * 31, second + y * row + 3 * 31, row - 3 * 31);
        }
        free(first);
        free(second);
    }
}

/* Whatever was painted before, the next is as a new painter would paint it. */
static void remembers_nothing_wrong(void **state)
{
    Case *its = *state;
    VoloMask *swapped[2] = { its->mask, its->errors };
    static uint8_t fresh[3 * 1000 * 1000];

    for (int i = 0; i < 100; i++) {
        const VoloPatch all = patch_of(zooms[draw() % ZOOMS]);
        const VoloPatch patch = { .zoom = all.zoom,
                                  .x = (int)(draw() % (unsigned)all.width),
                                  .y = (int)(draw() % (unsigned)all.height),
                                  .width = all.width,
                                  .height = all.height };
        const VoloSide side = (VoloSide)(draw() % VOLO_SIDES);
        VoloPainter *painter = volo_painter_new();

        its->scene.layer = (VoloLayer)(draw() % VOLO_LAYERS);
        its->scene.opacity = draw() % 5 / 4.0;
        its->scene.scale = 1 + (int)(draw() % 2);
        its->look.hatch[draw() % CLASSES] = (uint8_t)(draw() % VOLO_HATCHES);
        its->look.hidden[draw() % CLASSES] = draw() % 2;
        its->scene.side[draw() % 2].mask = swapped[draw() % 2];
        paint_rgb(painter, &its->scene, side, &patch, 0, patch.width, fresh);
        assert_memory_equal(paint(its, side, &patch), fresh,
                            3 * (size_t)patch.width * (size_t)patch.height);
        volo_painter_free(painter);
    }
}

/* Pictures as long and as large as are allowed, without and with levels. */
static void paints_pictures_of_any_size(void **state)
{
    static const int sizes[][2] = { { 1, 1 },       { 1, 65500 }, { 65500, 1 },
                                    { 100, 30000 }, { 9999, 3 },  { 2, 2 } };
    Case *its = *state;

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const int height = sizes[i][0], width = sizes[i][1];
        const size_t pixels = (size_t)height * (size_t)width;
        uint8_t *bytes = calloc(pixels, 3);
        VoloImage *image = NULL;
        VoloMask *mask = NULL;
        VoloView view = { .zoom = 1, .fitting = true };

        assert_int_equal(volo_image_new((size_t)height, (size_t)width, bytes, &image, NULL),
                         VOLO_OK);
        assert_int_equal(volo_mask_new((size_t)height, (size_t)width, bytes, &mask, NULL), VOLO_OK);
        its->scene.levels = volo_levels_new(image, i % 2);
        its->scene.side[0].mask = mask;
        its->scene.opacity = 1;
        volo_painter_forget(its->painter);
        volo_view_resize(&view, 999, 700);
        volo_view_set_picture(&view, width, height, false);
        for (int step = 0; step < 40; step++) {
            int x, y;
            const VoloPatch patch = volo_view_patch(&view, &x, &y);
            const uint8_t *rgb = paint(its, VOLO_SIDE_FIRST, &patch);

            assert_memory_equal(rgb, colours[0], 3);
            assert_memory_equal(rgb + 3 * (patch.width * patch.height - 1), colours[0], 3);
            volo_view_zoom(&view, view.zoom * 1.3, draw() % 999, draw() % 700);
        }
        volo_levels_free((VoloLevels *)its->scene.levels);
        volo_mask_unref(mask);
        volo_image_unref(image);
        free(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(shows_the_picture_itself_at_one_to_one, setup, teardown),
        cmocka_unit_test_setup_teardown(shows_its_pixels_when_they_are_large, setup, teardown),
        cmocka_unit_test_setup_teardown(blends_as_the_exporter_does, setup, teardown),
        cmocka_unit_test_setup_teardown(blends_red_and_blue_to_purple, setup, teardown),
        cmocka_unit_test_setup_teardown(shows_the_picture_below_hidden_labels, setup, teardown),
        cmocka_unit_test_setup_teardown(outlines_regions_inside_in_their_colours_with_a_casing,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(shows_the_mask_alone, setup, teardown),
        cmocka_unit_test_setup_teardown(hatches_in_pixels_of_the_screen, setup, teardown),
        cmocka_unit_test_setup_teardown(moves_hatches_with_the_picture, setup, teardown),
        cmocka_unit_test_setup_teardown(veils_what_the_network_is_unsure_of, setup, teardown),
        cmocka_unit_test_setup_teardown(glows_where_many_classes_are_likely, setup, teardown),
        cmocka_unit_test_setup_teardown(shows_errors_red_and_lined, setup, teardown),
        cmocka_unit_test_setup_teardown(shows_the_truth_beside_the_errors, setup, teardown),
        cmocka_unit_test_setup_teardown(shows_the_picture_where_nothing_is_known, setup, teardown),
        cmocka_unit_test_setup_teardown(paints_only_the_columns_asked_for, setup, teardown),
        cmocka_unit_test_setup_teardown(remembers_nothing_wrong, setup, teardown),
        cmocka_unit_test_setup_teardown(paints_pictures_of_any_size, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
