/* SPDX-License-Identifier: Apache-2.0 */
/* Exports: the same names and bytes as volo-segment writes; what is refused, what goes on. */
#include "app/viewer/export.h"

#include <volo/dump.h>
#include <volo/registry.h>

#include "support/scratch_dir.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static VoloWorker *worker;
static VoloModelStore *store;
static VoloModelEntry *model;

static int set_up(void **state)
{
    char path[512];

    (void)state;
    if (volo_init(NULL))
        return 1;
    snprintf(path, sizeof path, "%s/tiny/model.safetensors", getenv("VOLO_GOLDEN_DIR"));
    worker = volo_worker_new(2, NULL, NULL);
    store = volo_model_store_new(NULL);
    model = volo_model_store_add(store, path);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    g_object_add_weak_pointer(G_OBJECT(worker), (gpointer *)&worker);
    g_object_unref(worker);
    g_object_unref(store);
    return worker != NULL; /* no job has kept it */
}

/* --- pictures --- */

/* A picture with stripes of its own, as PNG. */
static void write_picture(const char *path, size_t height, size_t width, unsigned seed)
{
    g_autofree guint8 *rgb = g_malloc(3 * height * width);
    g_autofree char *folder = g_path_get_dirname(path);
    VoloError err;

    for (size_t i = 0; i < 3 * height * width; i++)
        rgb[i] = (guint8)(i * (seed + 7) % 253);
    g_mkdir_with_parents(folder, 0777);
    const VoloPng png = {
        .height = height, .width = width, .kind = VOLO_PIXELS_RGB8, .pixels = rgb
    };
    if (volo_png_write(path, &png, &err))
        fail_msg("%s", err.message);
}

static char *below(const ScratchDir *dir, const char *name)
{
    return g_build_filename(dir->path, name, NULL);
}

static GListStore *files_of(const ScratchDir *dir, const char *const *names)
{
    GListStore *const files = g_list_store_new(G_TYPE_FILE);

    for (; *names; names++) {
        g_autofree char *path = below(dir, *names);
        g_autoptr(GFile) file = g_file_new_for_path(path);

        g_list_store_append(files, file);
    }
    return files;
}

/* pictures/: one.png, two.png, in/three.png */
static void write_pictures(const ScratchDir *dir)
{
    static const char *const names[] = { "pictures/one.png", "pictures/two.png",
                                         "pictures/in/three.png" };

    for (unsigned i = 0; i < 3; i++) {
        g_autofree char *path = below(dir, names[i]);

        write_picture(path, 40 + 8 * i, 56, i);
    }
}

/* --- running --- */

typedef struct Run {
    VoloExport *export;
    GMainLoop *loop;
    gboolean ended;
    GError *error;
    guint told[3]; /* notifications of done, name, fraction */
    double fraction;
    GCancellable *cancellable; /* cancelled at the first progress, or NULL */
} Run;

static void on_done(Run *run)
{
    run->told[0]++;
}

static void on_name(Run *run)
{
    run->told[1]++;
    assert_true(g_utf8_strlen(volo_export_name(run->export), -1) > 0);
}

static void on_fraction(Run *run)
{
    const double fraction = volo_export_fraction(run->export);

    run->told[2]++;
    assert_true(fraction >= run->fraction && fraction <= 1);
    run->fraction = fraction;
    if (run->cancellable && fraction > 0.4)
        g_cancellable_cancel(run->cancellable);
}

static void on_end(GObject *object, GAsyncResult *result, gpointer user)
{
    Run *const run = user;

    run->ended = volo_export_run_finish(VOLO_EXPORT(object), result, &run->error);
    g_main_loop_quit(run->loop);
}

static Run run_plan(const VoloExportPlan *plan, GCancellable *cancellable)
{
    Run run = { .export = volo_export_new(worker, plan),
                .loop = g_main_loop_new(NULL, FALSE),
                .cancellable = cancellable };

    g_signal_connect_swapped(run.export, "notify::done", G_CALLBACK(on_done), &run);
    g_signal_connect_swapped(run.export, "notify::name", G_CALLBACK(on_name), &run);
    g_signal_connect_swapped(run.export, "notify::fraction", G_CALLBACK(on_fraction), &run);
    volo_export_run_async(run.export, cancellable, on_end, &run);
    g_main_loop_run(run.loop);
    return run;
}

static void run_clear(Run *run)
{
    VoloExport *last = run->export;

    g_signal_handlers_disconnect_matched(last, G_SIGNAL_MATCH_DATA, 0, 0, NULL, NULL, run);
    g_object_add_weak_pointer(G_OBJECT(last), (gpointer *)&last);
    g_object_unref(last);
    while (last && g_main_context_iteration(NULL, FALSE))
        ; /* a callback that is over lets go of it */
    assert_null(last);
    g_main_loop_unref(run->loop);
    g_clear_error(&run->error);
}

static VoloExportPlan plan_for(GListStore *files, GFile *folder, const char *const *kinds)
{
    return (VoloExportPlan){ .model = model,
                             .files = G_LIST_MODEL(files),
                             .kinds = kinds,
                             .folder = folder,
                             .opacity = 0.5 };
}

/* --- bytes --- */

static const char *every_kind[16];

static void find_kinds(void)
{
    for (size_t i = 0; i < volo_registry_count(VOLO_DUMPS); i++)
        every_kind[i] = volo_registry_entry(VOLO_DUMPS, i).name;
}

/* What the program writes of dir/pictures in every kind, as dir/name. */
static void run_program(const ScratchDir *dir, const char *name)
{
    g_autofree char *kinds = g_strjoinv(",", (char **)every_kind);
    g_autofree char *pictures = below(dir, "pictures"), *out = below(dir, name);
    const char *const argv[] = { getenv("VOLO_SEGMENT"),
                                 "--quiet",
                                 "--model",
                                 volo_model_entry_path(model),
                                 "--write",
                                 kinds,
                                 "--out",
                                 out,
                                 pictures,
                                 NULL };
    int status;

    assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL,
                             &status, NULL));
    assert_int_equal(status, 0);
}

/* Both trees have the same files, at least that many. */
static void check_same_trees(const ScratchDir *dir, const char *a, const char *b, int at_least)
{
    g_autofree char *first = below(dir, a), *second = below(dir, b), *count = NULL;
    const char *const diff[] = { "diff", "-r", first, second, NULL };
    const char *const find[] = { "find", first, "-type", "f", "-printf", "x", NULL };
    int status;

    assert_true(g_spawn_sync(NULL, (char **)diff, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                             &status, NULL));
    assert_int_equal(status, 0);
    assert_true(g_spawn_sync(NULL, (char **)find, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &count,
                             NULL, &status, NULL));
    assert_true((int)strlen(count) >= at_least);
}

static void a_folder_gives_the_bytes_of_the_program(void **state)
{
    static const char *const folder[] = { "pictures", NULL };
    static const char *const single[] = { "pictures/two.png", "pictures/in/three.png",
                                          "pictures/one.png", NULL };
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    write_pictures(&dir);
    find_kinds();
    run_program(&dir, "program");
    for (int one_by_one = 0; one_by_one < 2; one_by_one++) {
        g_autoptr(GListStore) files = files_of(&dir, one_by_one ? single : folder);
        g_autofree char *out = below(&dir, one_by_one ? "b" : "a");
        g_autoptr(GFile) target = g_file_new_for_path(out);
        const VoloExportPlan plan = plan_for(files, target, every_kind);
        Run run = run_plan(&plan, NULL);

        if (!run.ended)
            fail_msg("%s", run.error->message);
        assert_null(volo_export_failures(run.export)[0]);
        assert_int_equal(volo_export_total(run.export), 3);
        assert_int_equal(volo_export_done(run.export), 3);
        assert_int_equal(run.told[0], 3);
        assert_int_equal(run.told[1], 3);
        assert_true(run.told[2] > 3 && run.fraction >= 1);
        run_clear(&run);
        check_same_trees(&dir, one_by_one ? "b" : "a", "program",
                         3 * (int)volo_registry_count(VOLO_DUMPS));
    }
    scratch_dir_clear(&dir);
}

/* --- one picture --- */

typedef struct Single {
    GMainLoop *loop;
    gboolean ended;
    GError *error;
} Single;

static void on_written(GObject *object, GAsyncResult *result, gpointer user)
{
    Single *const single = user;

    single->ended = volo_export_picture_finish(VOLO_WORKER(object), result, &single->error);
    g_main_loop_quit(single->loop);
}

static Single export_one(const VoloExportSource *source, const char *kind, const char *original,
                         const char *target)
{
    g_autoptr(GFile) from = g_file_new_for_path(original), to = g_file_new_for_path(target);
    Single single = { .loop = g_main_loop_new(NULL, FALSE) };

    volo_export_picture_async(worker, source, kind, from, to, NULL, on_written, &single);
    g_main_loop_run(single.loop);
    g_main_loop_unref(single.loop);
    return single;
}

/* Labels 0 and 1 in halves, from no network. */
static VoloExportSource make_source(const char *path)
{
    VoloExportSource source = { .opacity = 0.25 };
    VoloSegmentationParts parts = { .source = "a" };
    guint8 labels[40 * 56] = { 0 };

    memset(labels + sizeof labels / 2, 1, sizeof labels / 2);
    assert_int_equal(volo_image_load(path, NULL, &source.image, NULL), VOLO_OK);
    assert_int_equal(volo_mask_new(40, 56, labels, &parts.mask, NULL), VOLO_OK);
    assert_int_equal(volo_class_table_open("cityscapes", &parts.classes, NULL), VOLO_OK);
    source.result = volo_segmentation_new(&parts);
    volo_mask_unref(parts.mask);
    return source;
}

static void check_same_files(const char *a, const char *b)
{
    g_autofree char *x = NULL, *y = NULL;
    gsize x_bytes, y_bytes;

    assert_true(g_file_get_contents(a, &x, &x_bytes, NULL));
    assert_true(g_file_get_contents(b, &y, &y_bytes, NULL));
    assert_int_equal(x_bytes, y_bytes);
    assert_memory_equal(x, y, x_bytes);
}

static void one_picture_is_what_the_library_writes(void **state)
{
    ScratchDir dir;
    VoloClassTable *others = NULL;

    (void)state;
    scratch_dir_init(&dir);
    write_pictures(&dir);
    g_autofree char *picture = below(&dir, "pictures/one.png"), *got = below(&dir, "got.png"),
                    *want = below(&dir, "want.png");
    VoloExportSource source = make_source(picture);
    assert_int_equal(volo_class_table_open("kitti", &others, NULL), VOLO_OK);
    for (int recoloured = 0; recoloured < 2; recoloured++) {
        source.classes = recoloured ? others : NULL;
        const VoloDumpInput input = { source.image, volo_segmentation_mask(source.result),
                                      recoloured ? others
                                                 : volo_segmentation_classes(source.result),
                                      0.25, NULL };
        const Single single = export_one(&source, "legend", picture, got);

        assert_true(single.ended);
        assert_int_equal(volo_dump_write("legend", &input, want, NULL), VOLO_OK);
        check_same_files(got, want);
    }
    volo_class_table_free(others);
    volo_image_unref(source.image);
    g_object_unref(source.result);
    scratch_dir_clear(&dir);
}

static void one_picture_that_cannot_be_written_is_refused(void **state)
{
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    write_pictures(&dir);
    g_autofree char *picture = below(&dir, "pictures/one.png"), *twin = below(&dir, "twin.png"),
                    *out = below(&dir, "out.png"), *nowhere = below(&dir, "none/out.png");
    VoloExportSource source = make_source(picture);
    Single single = export_one(&source, "color", picture, picture);

    assert_false(single.ended);
    assert_int_equal(volo_viewer_error_status(single.error), VOLO_ERR_ARGUMENT);
    g_clear_error(&single.error);
    assert_int_equal(link(picture, twin), 0); /* the same file by another name */
    single = export_one(&source, "color", picture, twin);
    assert_false(single.ended);
    g_clear_error(&single.error);
    single = export_one(&source, "color", picture, nowhere);
    assert_int_equal(volo_viewer_error_status(single.error), VOLO_ERR_IO);
    g_clear_error(&single.error);
    assert_false(volo_export_is_possible("entropy", source.result));
    assert_true(volo_export_is_possible("legend", source.result));
    single = export_one(&source, "entropy", picture, out);
    assert_false(single.ended);
    assert_false(g_file_test(out, G_FILE_TEST_EXISTS));
    g_clear_error(&single.error);
    volo_image_unref(source.image);
    g_object_unref(source.result);
    scratch_dir_clear(&dir);
}

static void names_are_suggested(void **state)
{
    static const char *const rows[][2] = { { "street.jpg", "street_overlay.png" },
                                           { "a.b.png", "a.b_overlay.png" },
                                           { ".hidden", ".hidden_overlay.png" },
                                           { "Pasted", "Pasted_overlay.png" } };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *name = volo_export_suggest_name(rows[i][0], "overlay");

        assert_string_equal(name, rows[i][1]);
    }
}

/* --- what goes wrong with many --- */

static void pictures_that_fail_are_listed(void **state)
{
    static const char *const names[] = { "pictures/broken.png", "pictures/gone.png",
                                         "pictures/tiny.png", "pictures/one.png", NULL };
    static const char *const kinds[] = { "trainid", NULL };
    g_autoptr(GFile) remote = g_file_new_for_uri("sftp://nowhere/street.png");
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    write_pictures(&dir);
    g_autofree char *broken = below(&dir, "pictures/broken.png"),
                    *tiny = below(&dir, "pictures/tiny.png"), *out = below(&dir, "out"),
                    *written = below(&dir, "out/trainid/one.png");
    g_autoptr(GListStore) files = files_of(&dir, names);
    g_autoptr(GFile) target = g_file_new_for_path(out);
    const VoloExportPlan plan = plan_for(files, target, kinds);
    g_list_store_append(files, remote);
    assert_true(g_file_set_contents(broken, "no picture", -1, NULL));
    write_picture(tiny, 8, 8, 1);
    Run run = run_plan(&plan, NULL);
    assert_true(run.ended);
    const char *const *const failures = volo_export_failures(run.export);
    assert_int_equal(g_strv_length((char **)failures), 4);
    assert_non_null(strstr(failures[0], "broken.png'"));
    assert_non_null(strstr(failures[1], "gone.png'"));
    assert_non_null(strstr(failures[2], "tiny.png': "));
    assert_non_null(strstr(failures[3], "sftp://nowhere/street.png"));
    assert_int_equal(volo_export_done(run.export), 5);
    assert_true(g_file_test(written, G_FILE_TEST_EXISTS));
    run_clear(&run);
    scratch_dir_clear(&dir);
}

static void check_refused(const ScratchDir *dir, const char *const *names, const char *out,
                          VoloStatus status, const char *message)
{
    static const char *const kinds[] = { "color", NULL };
    g_autoptr(GListStore) files = files_of(dir, names);
    g_autofree char *path = below(dir, out);
    g_autoptr(GFile) target = g_file_new_for_path(path);
    const VoloExportPlan plan = plan_for(files, target, kinds);
    Run run = run_plan(&plan, NULL);

    assert_false(run.ended);
    assert_int_equal(volo_viewer_error_status(run.error), status);
    if (!strstr(run.error->message, message))
        fail_msg("'%s', expected '%s'", run.error->message, message);
    run_clear(&run);
}

static void nothing_is_written_where_something_clashes(void **state)
{
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    write_pictures(&dir);
    g_autofree char *one = below(&dir, "pictures/one.png"), *twin = below(&dir, "pictures/one.ppm"),
                    *earlier = below(&dir, "out/color/one.png"), *file = below(&dir, "file");
    assert_int_equal(link(one, twin), 0);
    check_refused(&dir, (const char *const[]){ "pictures", NULL }, "out", VOLO_ERR_ARGUMENT,
                  "would give the same output");
    assert_int_equal(unlink(twin), 0);
    write_picture(earlier, 40, 56, 3);
    check_refused(&dir, (const char *const[]){ "out/color/one.png", NULL }, "out", VOLO_ERR_MISSING,
                  "no pictures, but for results");
    assert_int_equal(unlink(one) | link(earlier, one), 0);
    check_refused(&dir, (const char *const[]){ "pictures", NULL }, "out", VOLO_ERR_ARGUMENT,
                  "would overwrite an input");
    assert_true(g_file_set_contents(file, "", 0, NULL));
    check_refused(&dir, (const char *const[]){ "pictures/two.png", NULL }, "file", VOLO_ERR_IO,
                  "file");
    scratch_dir_clear(&dir);
}

static void results_beside_the_pictures_are_no_pictures(void **state)
{
    static const char *const names[] = { "pictures", NULL }, *const kinds[] = { "overlay", NULL };
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    write_pictures(&dir);
    for (int again = 0; again < 2; again++) {
        g_autoptr(GListStore) files = files_of(&dir, names);
        g_autofree char *path = below(&dir, "pictures");
        g_autoptr(GFile) target = g_file_new_for_path(path);
        const VoloExportPlan plan = plan_for(files, target, kinds);
        Run run = run_plan(&plan, NULL);

        assert_true(run.ended);
        assert_int_equal(volo_export_total(run.export), 3);
        run_clear(&run);
    }
    scratch_dir_clear(&dir);
}

static void a_model_that_is_none_ends_the_run(void **state)
{
    static const char *const names[] = { "pictures/one.png", NULL };
    VoloModelEntry *const usual = model;
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    write_pictures(&dir);
    g_autofree char *one = below(&dir, "pictures/one.png");
    model = volo_model_store_add(store, one);
    check_refused(&dir, names, "out", VOLO_ERR_FORMAT, "one.png");
    model = usual;
    scratch_dir_clear(&dir);
}

static void cancelling_keeps_what_is_written(void **state)
{
    static const char *const names[] = { "pictures", NULL }, *const kinds[] = { "trainid", NULL };
    ScratchDir dir;

    (void)state;
    scratch_dir_init(&dir);
    write_pictures(&dir);
    g_autoptr(GListStore) files = files_of(&dir, names);
    g_autofree char *path = below(&dir, "out"), *first = below(&dir, "out/trainid/in/three.png"),
                    *last = below(&dir, "out/trainid/two.png");
    g_autoptr(GFile) target = g_file_new_for_path(path);
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    const VoloExportPlan plan = plan_for(files, target, kinds);
    Run run = run_plan(&plan, cancellable);

    assert_false(run.ended);
    assert_true(g_error_matches(run.error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
    assert_true(volo_export_done(run.export) < 3);
    run_clear(&run);
    assert_true(g_file_test(first, G_FILE_TEST_EXISTS));
    assert_false(g_file_test(last, G_FILE_TEST_EXISTS));
    scratch_dir_clear(&dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_gives_the_bytes_of_the_program),
        cmocka_unit_test(one_picture_is_what_the_library_writes),
        cmocka_unit_test(one_picture_that_cannot_be_written_is_refused),
        cmocka_unit_test(names_are_suggested),
        cmocka_unit_test(pictures_that_fail_are_listed),
        cmocka_unit_test(nothing_is_written_where_something_clashes),
        cmocka_unit_test(results_beside_the_pictures_are_no_pictures),
        cmocka_unit_test(a_model_that_is_none_ends_the_run),
        cmocka_unit_test(cancelling_keeps_what_is_written),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
