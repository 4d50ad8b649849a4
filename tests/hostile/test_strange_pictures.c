/* SPDX-License-Identifier: Apache-2.0 */
/* What a person sees of strange pictures: `volo-segment` reads those whose every pixel is there,
 * and refuses the others with exit code 4 and one line (docs/formats.md, "Strange files"). */
#include <volo/volo.h>

#include "hostile/program_run.h"
#include "hostile/whole_model.h"
#include "support/picture_maker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define EXIT_DATA 4
#define HEIGHT 32
#define WIDTH 48
#define KIB_ALLOWED 64000 /* above what a small picture takes */

static ScratchDir dir;
static char model[300], out[300];
static long usual_kib;

static int set_up(void **state)
{
    VoloError err;

    (void)state;
    scratch_dir_init(&dir);
    snprintf(model, sizeof model, "%s", scratch_path(&dir, "tiny.safetensors"));
    snprintf(out, sizeof out, "%s", scratch_path(&dir, "out"));
    const VoloModelRecipe recipe = {
        .config_path =
            scratch_write(&dir, "tiny.json", whole_model_config, strlen(whole_model_config)),
        .seed = 1,
    };
    return volo_init(&err) || volo_model_create(&recipe, model, &err) || mkdir(out, 0777) ||
           chmod(out, 0777) || chmod(dir.path, 0755);
}

static int clear(void **state)
{
    (void)state;
    scratch_dir_clear(&dir);
    return 0;
}

static void segment(const char *const *pictures, size_t count, bool unprivileged,
                    ProgramRun *ret_run)
{
    const char *argv[40] = { "volo-segment", "-q", "-m", model, "-o", out };
    const size_t first = 6;

    assert_in_range(count, 1, sizeof argv / sizeof *argv - first - 1);
    memcpy(argv + first, pictures, count * sizeof *pictures);
    program_run(argv, unprivileged, ret_run);
}

static const char *put(const char *name, MadeFile file)
{
    const char *path = scratch_write(&dir, name, file.data, file.bytes);

    free(file.data);
    return path;
}

static MadeFile make_png(const PngKind *kind)
{
    uint8_t *rows = calloc(kind->height, png_maker_stride(kind));

    assert_non_null(rows);
    const MadeFile file = png_maker_make(kind, rows);
    free(rows);
    return file;
}

static MadeFile make_jpeg(const JpegKind *kind)
{
    const size_t bytes = kind->height * kind->width * jpeg_maker_channels(kind);
    uint8_t *samples = malloc(bytes);

    assert_non_null(samples);
    random_bytes(samples, bytes, 3);
    const MadeFile file = jpeg_maker_make(kind, samples);
    free(samples);
    return file;
}

/* Segments the picture alone, and notes the memory that took. */
static void must_work(const char *path)
{
    ProgramRun run;

    segment(&path, 1, false, &run);
    if (run.code != 0 || *run.errors)
        fail_msg("'%s': exit code %d, %s", path, run.code, run.errors);
    usual_kib = run.peak_kib;
}

static void check_refusal(const char *path, const ProgramRun *run, const char *wanted)
{
    const char *end = strchr(run->errors, '\n');

    if (run->code != EXIT_DATA || !strstr(run->errors, wanted))
        fail_msg("'%s': exit code %d, %swanted %s", path, run->code, run->errors, wanted);
    if (!end || end[1])
        fail_msg("'%s': not one line: %s", path, run->errors);
    if (!program_is_sanitized() && run->peak_kib > usual_kib + KIB_ALLOWED)
        fail_msg("'%s' took %ld KiB, a small picture %ld", path, run->peak_kib, usual_kib);
}

static void must_refuse(const char *path, const char *wanted)
{
    ProgramRun run;

    segment(&path, 1, false, &run);
    check_refusal(path, &run, wanted);
}

static void reads_png_of_every_kind(void **state)
{
    static const PngKind kinds[] = {
        { HEIGHT, WIDTH, 0, 1, false, false, 0, NULL, 0 },
        { HEIGHT, WIDTH, 0, 16, false, true, 0, NULL, 0 },
        { HEIGHT, WIDTH, 2, 16, false, true, 0, NULL, 0 },
        { HEIGHT, WIDTH, 2, 8, true, false, 0, NULL, 0 },
        { HEIGHT, WIDTH, 3, 8, false, true, 200, NULL, 0 }, /* a palette with transparency */
        { HEIGHT, WIDTH, 3, 2, true, true, 4, NULL, 0 },
        { HEIGHT, WIDTH, 6, 16, true, true, 0, NULL, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        must_work(put("kind.png", make_png(&kinds[i])));
}

static void reads_jpeg_of_every_kind(void **state)
{
    static const JpegKind kinds[] = {
        { HEIGHT, WIDTH, JPEG_GREY, 80, 1, 1, false, false, 0, NULL, 0 },
        { HEIGHT, WIDTH, JPEG_CMYK, 80, 1, 1, false, false, 0, NULL, 0 },
        { HEIGHT, WIDTH, JPEG_YCCK, 80, 1, 1, false, false, 0, NULL, 0 },
        { HEIGHT, WIDTH, JPEG_YCBCR, 80, 2, 2, true, false, 3, NULL, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        must_work(put("kind.jpg", make_jpeg(&kinds[i])));
}

/* The masks have the size of the picture as it is shown. */
static void turns_masks_as_exif_says(void **state)
{
    (void)state;
    for (unsigned orientation = 1; orientation <= 8; orientation++) {
        uint8_t exif[26];
        char name[32];
        VoloImage *mask = NULL;

        exif_maker_make(exif, true, orientation);
        snprintf(name, sizeof name, "exif%u.jpg", orientation);
        must_work(put(name, make_jpeg(&(JpegKind){ HEIGHT, WIDTH, JPEG_YCBCR, 80, 1, 1, false,
                                                   false, 0, exif, sizeof exif })));
        snprintf(name, sizeof name, "out/color/exif%u.png", orientation);
        assert_int_equal(volo_image_load(scratch_path(&dir, name), NULL, &mask, NULL), VOLO_OK);
        assert_int_equal(volo_image_height(mask), orientation < 5 ? HEIGHT : WIDTH);
        volo_image_unref(mask);
    }
}

static void reads_whatever_the_name(void **state)
{
    static const char *const names[] = { "new\nline.png", "\xff\xfe.png", "-x.png", "%s.png" };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char mask[64];

        must_work(put(names[i],
                      make_png(&(PngKind){
                          .height = HEIGHT, .width = WIDTH, .colour_type = 2, .bit_depth = 8 })));
        snprintf(mask, sizeof mask, "out/color/%s", names[i]);
        assert_int_equal(access(scratch_path(&dir, mask), F_OK), 0);
        must_refuse(scratch_write(&dir, names[i], "P6 no", 5), ".png': ");
    }
}

static void refuses_what_is_no_regular_file(void **state)
{
    const char *fifo = scratch_path(&dir, "fifo.png"), *loop = scratch_path(&dir, "loop.png");

    (void)state;
    assert_int_equal(mkfifo(fifo, 0666), 0);
    assert_int_equal(symlink("loop.png", loop), 0);
    assert_int_equal(mkdir(scratch_path(&dir, "folder.png"), 0777), 0);
    must_refuse(fifo, "is not a regular file");
    must_refuse(loop, "Too many levels of symbolic links");
    must_refuse(scratch_path(&dir, "folder.png"), "no pictures in this folder");
    must_refuse("/dev/zero", "is not a regular file");
    must_refuse(scratch_path(&dir, "none.png"), "No such file or directory");
}

static void refuses_files_without_permission(void **state)
{
    const char *path = scratch_write(&dir, "secret.png", "x", 1);
    ProgramRun run;

    (void)state;
    assert_int_equal(chmod(path, 0), 0);
    segment(&path, 1, true, &run);
    check_refusal(path, &run, "Permission denied");
}

static void refuses_pictures_that_are_not_all_there(void **state)
{
    MadeFile png =
        make_png(&(PngKind){ .height = HEIGHT, .width = WIDTH, .colour_type = 2, .bit_depth = 8 });
    MadeFile jpeg =
        make_jpeg(&(JpegKind){ .height = HEIGHT, .width = WIDTH, .colours = JPEG_YCBCR });

    (void)state;
    png.bytes -= 20;
    jpeg.bytes /= 2;
    must_refuse(put("cut.png", png), "cut.png");
    must_refuse(put("cut.jpg", jpeg), "cut.jpg");
    must_refuse(scratch_write(&dir, "empty.png", "", 0), "the file is empty");
}

static void refuses_sizes_that_no_network_takes(void **state)
{
    static const struct {
        size_t height, width;
    } sizes[] = { { 1, 1 }, { 1, 65500 }, { 65500, 1 } };

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        must_refuse(put("thin.png",
                        make_png(&(PngKind){
                            .height = sizes[i].height, .width = sizes[i].width, .bit_depth = 8 })),
                    "at least 16x16 are needed");
}

static void refuses_jpeg_of_10000_scans(void **state)
{
    (void)state;
    must_work(
        put("scans.jpg",
            make_jpeg(&(JpegKind){
                .height = HEIGHT, .width = WIDTH, .colours = JPEG_YCBCR, .progressive = true })));
    must_refuse(put("scans.jpg", jpeg_maker_repeat_scan(10000, true)), "more than 100 JPEG scans");
    must_refuse(put("scans.jpg", jpeg_maker_repeat_scan(10000, false)), "more than 100 JPEG scans");
}

static void m16_refuses_a_bomb(void **state)
{
    const MadeFile bomb = make_png(&(PngKind){ .height = 30000, .width = 30000, .bit_depth = 1 });

    (void)state;
    assert_in_range(bomb.bytes, 100000, 130000);
    must_refuse(put("bomb.png", bomb), "30000x30000 pixels (HxW), the limit is 100000000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_png_of_every_kind),
        cmocka_unit_test(reads_jpeg_of_every_kind),
        cmocka_unit_test(turns_masks_as_exif_says),
        cmocka_unit_test(reads_whatever_the_name),
        cmocka_unit_test(refuses_what_is_no_regular_file),
        cmocka_unit_test(refuses_files_without_permission),
        cmocka_unit_test(refuses_pictures_that_are_not_all_there),
        cmocka_unit_test(refuses_sizes_that_no_network_takes),
        cmocka_unit_test(refuses_jpeg_of_10000_scans),
        cmocka_unit_test(m16_refuses_a_bomb),
    };

    return cmocka_run_group_tests(tests, set_up, clear);
}
