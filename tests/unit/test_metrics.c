/* SPDX-License-Identifier: Apache-2.0 */
/* Counting: matrices, boundaries and instances against their definitions on random pictures, what
 * is refused, records as bytes, and sums that do not depend on order. */
#include <volo/metrics.h>

#include "eval/record.h"

#include "support/scratch_dir.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

static VoloLabelSpace *space; /* of Cityscapes' ids */

static VoloLabelSpace *open_space(const char *name, VoloLabelKind kind)
{
    VoloClassTable *table = NULL;
    VoloLabelSpace *opened = NULL;

    assert_int_equal(volo_class_table_open(name, &table, NULL), VOLO_OK);
    assert_int_equal(volo_label_space_new(table, kind, &opened, NULL), VOLO_OK);
    volo_class_table_free(table);
    return opened;
}

static int open_cityscapes(void **state)
{
    (void)state;
    space = open_space("cityscapes", VOLO_LABELS_IDS);
    return 0;
}

static int close_cityscapes(void **state)
{
    (void)state;
    volo_label_space_free(space);
    return 0;
}

static uint64_t next_random(uint64_t *seed)
{
    *seed += 0x9e3779b97f4a7c15u;
    uint64_t z = *seed;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static size_t below(uint64_t *seed, size_t limit)
{
    return (size_t)(next_random(seed) % limit);
}

/* A random pair of pictures with areas, dots, and instances. */
typedef struct Pair {
    size_t height, width;
    uint8_t *labels, *predictions;
    uint16_t *instances;
} Pair;

static const uint8_t things[] = { 24, 25, 26, 28, 29, 33 };

static void fill_block(const Pair *p, uint64_t *seed, uint8_t *values, uint8_t value)
{
    const size_t y = below(seed, p->height), x = below(seed, p->width);
    const size_t h = 1 + below(seed, p->height), w = 1 + below(seed, p->width);

    for (size_t i = y; i < y + h && i < p->height; i++) {
        for (size_t j = x; j < x + w && j < p->width; j++)
            values[i * p->width + j] = value;
    }
}

static Pair make_pair(size_t height, size_t width, uint64_t seed)
{
    const size_t pixels = height * width;
    Pair p = { .height = height,
               .width = width,
               .labels = calloc(1, pixels),
               .predictions = calloc(1, pixels),
               .instances = calloc(2, pixels) };

    assert_true(p.labels && p.predictions && p.instances);
    for (size_t i = 0; i < 12; i++) {
        const uint8_t value = (uint8_t)below(&seed, 34);

        fill_block(&p, &seed, p.labels, i % 3 ? value : things[i / 3]);
        fill_block(&p, &seed, p.predictions, i % 3 ? things[i / 3] : value);
    }
    for (size_t i = 0; i < pixels / 20; i++)
        p.predictions[below(&seed, pixels)] = (uint8_t)below(&seed, 34);
    for (size_t i = 0; i < pixels; i++) {
        const bool thing = memchr(things, p.labels[i], sizeof things) != NULL;
        const size_t number = i % width / 5 % 4;

        p.instances[i] =
            thing && number ? (uint16_t)(p.labels[i] * 1000u + number - 1) : p.labels[i];
    }
    return p;
}

static void free_pair(Pair *p)
{
    free(p->labels);
    free(p->predictions);
    free(p->instances);
}

static VoloImagePixels pixels_of(const Pair *p, const char *name)
{
    return (VoloImagePixels){ .name = name,
                              .height = p->height,
                              .width = p->width,
                              .labels = p->labels,
                              .predictions = p->predictions,
                              .instances = p->instances };
}

static VoloImageCounter *new_counter(const VoloLabelSpace *s, double ratio)
{
    const VoloMetricOptions options = { .instances = true,
                                        .boundaries = true,
                                        .boundary_ratio = ratio };
    VoloImageCounter *counter = NULL;

    assert_int_equal(volo_image_counter_new(s, &options, &counter, NULL), VOLO_OK);
    return counter;
}

static VoloImageRecord *new_record(void)
{
    VoloImageRecord *record = NULL;

    assert_int_equal(volo_image_record_new(&record, NULL), VOLO_OK);
    return record;
}

static void count(VoloImageCounter *counter, const Pair *p, VoloImageRecord *record)
{
    const VoloImagePixels pixels = pixels_of(p, "city/a");
    VoloError err;

    if (volo_image_counter_count(counter, &pixels, record, &err))
        fail_msg("%s", err.message);
}

/* --- by definition ---------------------------------------------------------------------------- */

static void check_matrix(const Pair *p, const VoloImageRecord *record)
{
    static uint64_t want[256][256];
    const VoloConfusionCell *cells;

    memset(want, 0, sizeof want);
    for (size_t i = 0; i < p->height * p->width; i++)
        want[p->labels[i]][p->predictions[i]]++;
    const size_t n = volo_image_record_cells(record, &cells);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(cells[i].count, want[cells[i].label][cells[i].prediction]);
        want[cells[i].label][cells[i].prediction] = 0;
    }
    for (size_t i = 0; i < 256 * 256; i++)
        assert_int_equal(want[i / 256][i % 256], 0);
}

/* Whether the square of 2d+1 pixels around (y, x) is in the picture and all of one class. */
static bool is_inside(const Pair *p, const uint8_t *values, const int16_t *index, size_t y,
                      size_t x, size_t d)
{
    const int class = index[values[y * p->width + x]];

    if (y < d || x < d || y + d >= p->height || x + d >= p->width)
        return false;
    for (size_t i = y - d; i <= y + d; i++) {
        for (size_t j = x - d; j <= x + d; j++) {
            if (index[values[i * p->width + j]] != class)
                return false;
        }
    }
    return true;
}

static void check_boundaries(const VoloLabelSpace *s, const Pair *p, double ratio,
                             const VoloImageRecord *record)
{
    const int16_t *index = volo_label_space_index(s);
    const size_t d = volo_boundary_distance(p->height, p->width, ratio);
    VoloBoundaryCounts want[255] = { { 0 } };

    for (size_t i = 0; i < p->height * p->width; i++) {
        const size_t y = i / p->width, x = i % p->width;
        const int label = index[p->labels[i]], prediction = index[p->predictions[i]];
        const bool a = !is_inside(p, p->labels, index, y, x, d);
        const bool b = !is_inside(p, p->predictions, index, y, x, d);

        if (label < 0)
            continue;
        want[label].truth += a;
        want[label].both += a && b && label == prediction;
        if (prediction >= 0)
            want[prediction].prediction += b;
    }
    assert_memory_equal(record->boundaries, want, sizeof want);
}

static void check_instances(const Pair *p, const VoloImageRecord *record)
{
    static double tp[256], fn[256], category_tp[256], category_fn[256];

    memset(tp, 0, sizeof tp);
    memset(fn, 0, sizeof fn);
    memset(category_tp, 0, sizeof category_tp);
    memset(category_fn, 0, sizeof category_fn);
    for (unsigned code = 24000; code < 34000; code += code % 1000 == 2 ? 998 : 1) {
        const VoloLabel *label = volo_label_space_label(space, code / 1000);
        uint64_t size = 0, hits = 0, category_hits = 0;

        for (size_t i = 0; i < p->height * p->width; i++) {
            const VoloLabel *got = volo_label_space_label(space, p->predictions[i]);

            if (p->instances[i] != code)
                continue;
            size++;
            hits += p->predictions[i] == code / 1000;
            category_hits += got->category_index == label->category_index;
        }
        if (size == 0 || label->class_index < 0)
            continue;
        const double weight = label->average_size / (double)size;
        tp[label->class_index] += (double)hits * weight;
        fn[label->class_index] += (double)(size - hits) * weight;
        category_tp[label->category_index] += (double)category_hits * weight;
        category_fn[label->category_index] += (double)(size - category_hits) * weight;
    }
    for (size_t i = 0; i < 19; i++) {
        const VoloInstanceSums *s = &record->class_instances[i];

        assert_true(fabs(volo_fixed_sum_value(s->tp) - tp[i]) <= 1e-9);
        assert_true(fabs(volo_fixed_sum_value(s->fn) - fn[i]) <= 1e-9);
    }
    for (size_t i = 0; i < 8; i++) {
        const VoloInstanceSums *s = &record->category_instances[i];

        assert_true(fabs(volo_fixed_sum_value(s->tp) - category_tp[i]) <= 1e-9);
        assert_true(fabs(volo_fixed_sum_value(s->fn) - category_fn[i]) <= 1e-9);
    }
}

static void counts_by_definition(void **state)
{
    static const size_t sizes[][2] = {
        { 1, 1 },   { 1, 70 },  { 70, 1 },  { 2, 3 },    { 5, 5 },
        { 9, 130 }, { 64, 64 }, { 33, 63 }, { 40, 127 }, { 3, 200 }
    };
    static const double ratios[] = { 0.005, 0.02, 0.08, 0.2, 1 };
    VoloImageRecord *record = new_record();

    (void)state;
    for (size_t r = 0; r < 5; r++) {
        VoloImageCounter *counter = new_counter(space, ratios[r]);

        for (size_t i = 0; i < 20; i++) {
            Pair p = make_pair(sizes[i / 2][0], sizes[i / 2][1], i);

            count(counter, &p, record);
            check_matrix(&p, record);
            check_boundaries(space, &p, ratios[r], record);
            check_instances(&p, record);
            free_pair(&p);
        }
        volo_image_counter_free(counter);
    }
    volo_image_record_free(record);
}

/* Two values of one class have no boundary between them. */
static void folds_values_before_boundaries(void **state)
{
    static const char text[] = "name\tid\ttrainId\tR\tG\tB\n"
                               "a\t0\t0\t1\t1\t1\na\t1\t0\t1\t1\t1\nb\t2\t1\t2\t2\t2\n";
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    VoloLabelSpace *s =
        open_space(scratch_write(&dir, "two.tsv", text, strlen(text)), VOLO_LABELS_IDS);
    scratch_dir_clear(&dir);
    VoloImageCounter *counter = new_counter(s, 0.08);
    VoloImageRecord *record = new_record();
    for (size_t i = 0; i < 6; i++) {
        Pair p = make_pair(30, 41, i);

        for (size_t j = 0; j < 30 * 41; j++) {
            p.labels[j] %= 3;
            p.predictions[j] %= 3;
            p.instances[j] = 0;
        }
        count(counter, &p, record);
        check_boundaries(s, &p, 0.08, record);
        free_pair(&p);
    }
    volo_image_record_free(record);
    volo_image_counter_free(counter);
    volo_label_space_free(s);
}

/* --- what is refused -------------------------------------------------------------------------- */

static void check_refused(Pair *p, const char *message)
{
    VoloImageCounter *counter = new_counter(space, 0.02);
    VoloImageRecord *record = new_record();
    VoloImagePixels pixels = pixels_of(p, "a");
    VoloError err;

    pixels.labels_path = "gt.png";
    pixels.prediction_path = "pred.png";
    pixels.instances_path = "inst.png";
    assert_int_equal(volo_image_counter_count(counter, &pixels, record, &err), VOLO_ERR_FORMAT);
    if (!strstr(err.message, message))
        fail_msg("'%s', wanted '%s'", err.message, message);
    assert_int_equal(volo_image_record_height(record), 0);
    Pair good = make_pair(8, 8, 3); /* nothing of the refused one is left */
    count(counter, &good, record);
    check_matrix(&good, record);
    check_instances(&good, record);
    free_pair(&good);
    volo_image_record_free(record);
    volo_image_counter_free(counter);
}

static void refuses_values_without_meaning_and_names_the_file(void **state)
{
    Pair p = make_pair(10, 10, 1);

    (void)state;
    p.labels[5] = 34;
    check_refused(&p, "'gt.png': value 34 (1 pixels) is none of the 34 ids of cityscapes");
    p.labels[5] = 7;
    p.predictions[7] = 255;
    check_refused(&p, "'pred.png': value 255 (1 pixels) is none of");
    p.predictions[7] = 7;
    p.instances[9] = 34001;
    check_refused(&p, "'inst.png': instance 34001 (1 pixels) is of id 34, which is no label in "
                      "cityscapes");
    p.instances[9] = 7001;
    check_refused(&p, "'inst.png': instance 7001 (1 pixels) is of id 7, which has no instances");
    free_pair(&p);
}

static void refuses_impossible_options(void **state)
{
    static const double ratios[] = { 0, -1, 1.5, (double)NAN };
    VoloImageCounter *counter = NULL;
    VoloError err;

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        const VoloMetricOptions options = { .boundary_ratio = ratios[i] };

        assert_int_equal(volo_image_counter_new(space, &options, &counter, &err),
                         VOLO_ERR_ARGUMENT);
    }
    assert_null(counter);
}

/* --- records ---------------------------------------------------------------------------------- */

static size_t write_record(uint8_t *bytes, size_t room)
{
    VoloImageCounter *counter = new_counter(space, 0.05);
    VoloImageRecord *record = new_record();
    Pair p = make_pair(12, 17, 5);

    count(counter, &p, record);
    const size_t length = volo_image_record_write(record, NULL, 0);
    assert_true(length <= room);
    assert_int_equal(volo_image_record_write(record, bytes, length - 1), length);
    assert_int_equal(volo_image_record_write(record, bytes, length), length);
    free_pair(&p);
    volo_image_record_free(record);
    volo_image_counter_free(counter);
    return length;
}

static void reads_back_what_it_writes(void **state)
{
    static uint8_t bytes[1 << 16], again[1 << 16];
    const size_t length = write_record(bytes, sizeof bytes);
    VoloImageRecord *record = new_record();
    uint64_t tp[19], pred[19], gt[19], valid = 0, wrong = 0, right = 0, all = 0;
    size_t used = 0;
    VoloError err;

    (void)state;
    if (volo_image_record_parse(record, bytes, sizeof bytes, &used, &err))
        fail_msg("%s", err.message);
    assert_int_equal(used, length);
    assert_string_equal(volo_image_record_name(record), "city/a");
    assert_int_equal(volo_image_record_height(record), 12);
    assert_int_equal(volo_image_record_width(record), 17);
    assert_true(volo_image_record_has_instances(record));
    assert_int_equal(volo_image_record_write(record, again, sizeof again), length);
    assert_memory_equal(again, bytes, length);
    volo_image_record_classes(record, space, tp, pred, gt);
    volo_image_record_pixels(record, space, &valid, &wrong);
    for (size_t i = 0; i < 19; i++) {
        assert_true(tp[i] <= pred[i] && tp[i] <= gt[i]);
        right += tp[i];
        all += gt[i];
    }
    assert_int_equal(valid, all);
    assert_int_equal(wrong, all - right);
    volo_image_record_free(record);
}

static void refuses_records_cut_short_or_changed(void **state)
{
    static uint8_t bytes[1 << 16];
    const size_t length = write_record(bytes, sizeof bytes);
    VoloImageRecord *record = new_record();
    size_t used = 1;
    VoloError err;

    (void)state;
    for (size_t i = 0; i < length; i++) {
        assert_int_equal(volo_image_record_parse(record, bytes, i, &used, &err), VOLO_ERR_FORMAT);
        assert_int_equal(used, 0);
        for (int bit = 0; bit < 8; bit++) {
            bytes[i] ^= (uint8_t)(1 << bit);
            assert_int_equal(volo_image_record_parse(record, bytes, length, &used, &err),
                             VOLO_ERR_FORMAT);
            assert_int_equal(volo_image_record_height(record), 0);
            bytes[i] ^= (uint8_t)(1 << bit);
        }
    }
    assert_int_equal(volo_image_record_parse(record, bytes, length, &used, &err), VOLO_OK);
    volo_image_record_free(record);
}

/* Changes one byte and makes the CRC right: what comes of it is refused, or as it says. */
static void trusts_no_number_in_a_record(void **state)
{
    static uint8_t bytes[1 << 16], changed[1 << 16];
    const size_t length = write_record(bytes, sizeof bytes);
    VoloImageRecord *record = new_record();
    size_t refused = 0, used = 0;
    VoloError err;

    (void)state;
    for (size_t i = 12; i < length - 4; i++) {
        for (int value = 0; value < 256; value += 51) {
            const VoloConfusionCell *cells;
            uint64_t pixels = 0;

            memcpy(changed, bytes, length);
            changed[i] = (uint8_t)value;
            const unsigned long crc = crc32(0, changed, (unsigned)length - 4);
            for (size_t j = 0; j < 4; j++)
                changed[length - 4 + j] = (uint8_t)(crc >> (8 * j));
            if (volo_image_record_parse(record, changed, length, &used, &err)) {
                refused++;
                continue;
            }
            const size_t n = volo_image_record_cells(record, &cells);
            for (size_t j = 0; j < n; j++)
                pixels += cells[j].count;
            assert_int_equal(pixels,
                             volo_image_record_height(record) * volo_image_record_width(record));
        }
    }
    assert_true(refused > 100);
    volo_image_record_free(record);
}

/* --- sums ------------------------------------------------------------------------------------- */

enum {
    PICTURES = 30
};

static VoloEvaluation *new_evaluation(void)
{
    VoloEvaluation *e = NULL;

    assert_int_equal(volo_evaluation_new(space, &e, NULL), VOLO_OK);
    return e;
}

static void assert_same_scores(const VoloEvaluation *a, const VoloEvaluation *b)
{
    static VoloScores x, y;

    assert_memory_equal(volo_confusion_cells(volo_evaluation_confusion(a)),
                        volo_confusion_cells(volo_evaluation_confusion(b)),
                        256 * 256 * sizeof(uint64_t));
    for (VoloConvention i = 0; i < VOLO_CONVENTIONS; i++) {
        volo_evaluation_scores(a, i, &x);
        volo_evaluation_scores(b, i, &y);
        assert_memory_equal(&x, &y, sizeof x);
    }
}

static void gives_the_same_bits_in_any_order_and_number_of_shards(void **state)
{
    VoloImageRecord *records[PICTURES];
    VoloImageCounter *counter = new_counter(space, 0.02);
    VoloEvaluation *straight = new_evaluation();

    (void)state;
    for (size_t i = 0; i < PICTURES; i++) {
        Pair p = make_pair(20 + i, 50 - i, i);

        records[i] = new_record();
        count(counter, &p, records[i]);
        assert_int_equal(volo_evaluation_add(straight, records[i], NULL), VOLO_OK);
        free_pair(&p);
    }
    assert_int_equal(volo_evaluation_images(straight), PICTURES);
    for (size_t shards = 1; shards <= 7; shards++) {
        VoloEvaluation *whole = new_evaluation();

        for (size_t s = shards; s-- > 0;) {
            VoloEvaluation *part = new_evaluation();

            for (size_t i = PICTURES; i-- > 0;) {
                const size_t index = i * 7 % PICTURES; /* a permutation */
                if (index % shards == s)
                    assert_int_equal(volo_evaluation_add(part, records[index], NULL), VOLO_OK);
            }
            volo_evaluation_merge(whole, part);
            volo_evaluation_free(part);
        }
        assert_int_equal(volo_evaluation_images(whole), PICTURES);
        assert_same_scores(whole, straight);
        volo_evaluation_free(whole);
    }
    for (size_t i = 0; i < PICTURES; i++)
        volo_image_record_free(records[i]);
    volo_evaluation_free(straight);
    volo_image_counter_free(counter);
}

static void refuses_records_of_another_data_set(void **state)
{
    VoloLabelSpace *camvid = open_space("camvid", VOLO_LABELS_IDS);
    VoloImageCounter *counter = new_counter(space, 0.02);
    VoloImageRecord *record = new_record();
    VoloEvaluation *e = NULL;
    Pair p = make_pair(8, 8, 1);
    VoloError err;

    (void)state;
    count(counter, &p, record);
    assert_int_equal(volo_evaluation_new(camvid, &e, NULL), VOLO_OK);
    assert_int_equal(volo_evaluation_add(e, record, &err), VOLO_ERR_FORMAT);
    assert_string_equal(err.message, "record of 'city/a': not of the labels of camvid");
    assert_int_equal(volo_evaluation_images(e), 0);
    volo_evaluation_free(e);
    volo_image_record_free(record);
    volo_image_counter_free(counter);
    volo_label_space_free(camvid);
    free_pair(&p);
}

static void has_no_figures_without_pictures(void **state)
{
    static VoloScores s;
    VoloEvaluation *e = new_evaluation();

    (void)state;
    for (VoloConvention i = 0; i < VOLO_CONVENTIONS; i++) {
        volo_evaluation_scores(e, i, &s);
        assert_true(i == VOLO_CONVENTION_CSAIL ? s.miou == 0 : isnan(s.miou));
        assert_true(isnan(s.aacc) && isnan(s.macc) && isnan(s.fwiou) && isnan(s.boundary_miou));
        assert_true(isnan(s.instance_miou) && isnan(s.category_miou) && isnan(s.final_score));
    }
    volo_evaluation_free(e);
}

static void rounds_as_each_tool_does(void **state)
{
    VoloConvention found = VOLO_CONVENTIONS;
    VoloError err;

    (void)state;
    assert_true(volo_convention_report(VOLO_CONVENTION_MMSEG, 0.123456) == 12.35);
    assert_true(volo_convention_report(VOLO_CONVENTION_MMSEG, 0.00125) == 0.12);
    assert_true(volo_convention_report(VOLO_CONVENTION_CSAIL, 0.123456) == 0.1235);
    assert_true(volo_convention_report(VOLO_CONVENTION_CSAIL, 0.00005) == 0.0001);
    assert_true(volo_convention_report(VOLO_CONVENTION_DETECTRON2, 0.5) == 50);
    assert_true(volo_convention_report(VOLO_CONVENTION_HF, 0.123456) == 0.123456);
    assert_true(isnan(volo_convention_report(VOLO_CONVENTION_CSAIL, (double)NAN)));
    assert_int_equal(volo_convention_default("kitti"), VOLO_CONVENTION_CITYSCAPES);
    assert_int_equal(volo_convention_default("camvid"), VOLO_CONVENTION_MMSEG);
    assert_int_equal(volo_convention_default("folder"), VOLO_CONVENTION_MMSEG);
    for (VoloConvention i = 0; i < VOLO_CONVENTIONS; i++) {
        assert_int_equal(volo_convention_find(volo_convention_name(i), &found, NULL), VOLO_OK);
        assert_int_equal(found, i);
        assert_true(strlen(volo_convention_summary(i)) > 10);
    }
    assert_int_equal(volo_convention_find("coco", &found, &err), VOLO_ERR_MISSING);
    assert_string_equal(err.message, "there is no convention 'coco', but cityscapes, mmseg, "
                                     "detectron2, csail and hf");
}

/* --- values of the wrong kind -------------------------------------------------------------------
 */

/* A set whose predictions are right but for a tenth; both sides written in values of their own. */
static void check_spaces(const char *set, VoloLabelKind kind, int (*label)(size_t),
                         int (*prediction)(size_t), const char *message)
{
    VoloLabelSpace *s = open_space(set, kind);
    VoloConfusion *confusion = NULL;
    VoloError err = { VOLO_OK, "" };

    assert_int_equal(volo_confusion_new(&confusion, NULL), VOLO_OK);
    for (size_t i = 0; i < 11; i++) {
        volo_confusion_add_cell(confusion, (uint8_t)label(i), (uint8_t)prediction(i), 900);
        volo_confusion_add_cell(confusion, (uint8_t)label(i), (uint8_t)prediction((i + 3) % 11),
                                100);
    }
    assert_int_equal(volo_confusion_check_spaces(confusion, s, &err),
                     message ? VOLO_ERR_FORMAT : VOLO_OK);
    if (message && !strstr(err.message, message))
        fail_msg("'%s', wanted '%s'", err.message, message);
    volo_confusion_free(confusion);
    volo_label_space_free(s);
}

static int as_index(size_t class_index)
{
    return (int)class_index;
}

static int as_city_id(size_t class_index)
{
    return volo_label_space_class(space, class_index)->raw;
}

static int one_more(size_t class_index)
{
    return (int)class_index + 1;
}

static int as_void(size_t class_index)
{
    return (int)class_index % 7; /* unlabeled .. ground */
}

static void names_mix_ups_that_all_values_survive(void **state)
{
    (void)state;
    check_spaces("cityscapes", VOLO_LABELS_IDS, as_city_id, as_city_id, NULL);
    check_spaces("cityscapes", VOLO_LABELS_IDS, as_city_id, as_index,
                 "but 90.00 % would be if the predictions are trainIds, where ids are expected");
    check_spaces("cityscapes", VOLO_LABELS_IDS, as_index, as_city_id,
                 "the label files hold trainIds, where ids are expected");
    check_spaces("cityscapes", VOLO_LABELS_IDS, as_index, as_index,
                 "label files and predictions seem to be trainIds, where ids are expected");
    check_spaces("cityscapes", VOLO_LABELS_IDS, as_void, as_void, NULL);
    check_spaces("cityscapes", VOLO_LABELS_TRAIN_IDS, as_index, as_index, NULL);
    check_spaces("cityscapes", VOLO_LABELS_TRAIN_IDS, as_index, as_city_id,
                 "the predictions are ids, where trainIds are expected");
    check_spaces("ade20k", VOLO_LABELS_IDS, one_more, one_more, NULL);
    check_spaces("ade20k", VOLO_LABELS_IDS, one_more, as_index,
                 "the predictions are trainIds, where ids are expected");
    check_spaces("ade20k", VOLO_LABELS_TRAIN_IDS, as_index, one_more,
                 "the predictions are ids, where trainIds are expected");
    check_spaces("camvid", VOLO_LABELS_IDS, as_index, one_more, "the predictions are one too high");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_by_definition),
        cmocka_unit_test(folds_values_before_boundaries),
        cmocka_unit_test(refuses_values_without_meaning_and_names_the_file),
        cmocka_unit_test(refuses_impossible_options),
        cmocka_unit_test(reads_back_what_it_writes),
        cmocka_unit_test(refuses_records_cut_short_or_changed),
        cmocka_unit_test(trusts_no_number_in_a_record),
        cmocka_unit_test(gives_the_same_bits_in_any_order_and_number_of_shards),
        cmocka_unit_test(refuses_records_of_another_data_set),
        cmocka_unit_test(has_no_figures_without_pictures),
        cmocka_unit_test(rounds_as_each_tool_does),
        cmocka_unit_test(names_mix_ups_that_all_values_survive),
    };

    return cmocka_run_group_tests(tests, open_cityscapes, close_cityscapes);
}
