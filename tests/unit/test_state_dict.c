/* SPDX-License-Identifier: Apache-2.0 */
#include "support/weights_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define W "tensor:0:FloatStorage:6:0:2,3:3,1"
#define SD "odict ( 'decode_head.w' " W " u"
#define OTHER "odict ( 'decode_head.w' tensor:0:FloatStorage:6:3:3:1 u"

static const float numbers[6] = { 0, 1, 2, 3, 4, 5 };

/* Opens the pickle; its "decode_head.w" must be the whole storage, and the note must be there. */
static void must_take(const char *source, const char *note)
{
    VoloWeights *w = weights_of_pickle(source);

    assert_int_equal(w->count, 1);
    weights_check_tensor(w, "decode_head.w", numbers, 6);
    if (note)
        assert_true(weights_has_note(w, note));
    else
        assert_null(w->note);
    volo_weights_close(w);
}

static void takes_the_object_itself(void **state)
{
    (void)state;
    must_take(SD " .", NULL);
    must_take("} ( 'decode_head.w' " W " u .", NULL);
}

static void takes_the_wrappers_in_their_order(void **state)
{
    (void)state;
    must_take("} ( 'model' " SD " u .", "weights taken from 'model'");
    must_take("} ( 'model' " OTHER " 'state_dict' " SD " u .", "weights taken from 'state_dict'");
    must_take("} ( 'model' " OTHER " 'state_dict' " OTHER " 'model_ema' " SD " u .",
              "weights taken from 'model_ema'");
    must_take("} ( 'state_dict' " OTHER " 'model_ema' " OTHER " 'state_dict_ema' " SD " u .",
              "weights taken from 'state_dict_ema'");
}

static void steps_over_a_wrapper_that_is_none(void **state)
{
    (void)state;
    must_take("} ( 'state_dict_ema' N 'state_dict' " SD " u .", "weights taken from 'state_dict'");
}

static void ignores_other_objects_beside_the_state_dict(void **state)
{
    (void)state;
    must_take("} ( 'optimizer' } ( 'state' } ( 0 tensor:9:DoubleStorage:3:7:3:1 u u 'epoch' 3 "
              "'args' @argparse.Namespace ) #81 } ( 'lr' 1 u b 'state_dict' " SD " u .",
              "the pickle names 'argparse.Namespace', which was not built");
}

static void refuses_unknown_globals_when_strict(void **state)
{
    MakerZip zip = { 0 };
    VoloWeights *w;
    VoloError err;

    (void)state;
    maker_torch(&zip, MAKER_TORCH, "} ( 'args' @argparse.Namespace ) #81 'state_dict' " SD " u .");
    assert_int_equal(weights_open_bytes(&zip.out, true, &w, &err), VOLO_ERR_UNSUPPORTED);
    assert_non_null(strstr(err.message, "': the pickle names 'argparse.Namespace', which is not on "
                                        "the list of known names (strict)"));
    free(zip.out.data);
}

static void opens_a_file_without_unknown_globals_when_strict(void **state)
{
    MakerZip zip = { 0 };
    VoloWeights *w;
    VoloError err;

    (void)state;
    maker_torch(&zip, MAKER_TORCH, SD " .");
    assert_int_equal(weights_open_bytes(&zip.out, true, &w, &err), VOLO_OK);
    volo_weights_close(w);
    free(zip.out.data);
}

static void takes_parameters_for_their_tensors(void **state)
{
    (void)state;
    must_take("odict ( 'decode_head.w' @torch._utils._rebuild_parameter ( " W " true odict t R u .",
              NULL);
}

static void takes_sizes_as_torch_size_and_as_lists(void **state)
{
    (void)state;
    must_take("odict ( 'decode_head.w' @torch._utils._rebuild_tensor_v2 ( "
              "storage:0:FloatStorage:6 0 @torch.Size ( ( 2 3 t t R ] ( 3 1 e false odict t R u .",
              NULL);
}

static void takes_empty_metadata_of_a_tensor(void **state)
{
    (void)state;
    must_take("odict ( 'decode_head.w' @torch._utils._rebuild_tensor_v2 ( "
              "storage:0:FloatStorage:6 0 ( 2 3 t ( 3 1 t false odict N t R u .",
              NULL);
    must_take("odict ( 'decode_head.w' @torch._utils._rebuild_tensor_v2 ( "
              "storage:0:FloatStorage:6 0 ( 2 3 t ( 3 1 t false odict } t R u .",
              NULL);
}

/* Module.state_dict() puts the versions of its modules there. */
static void takes_attributes_of_the_state_dict(void **state)
{
    (void)state;
    must_take(SD " } ( '_metadata' odict ( '' } ( 'version' 1 u u u b .", NULL);
}

static void takes_a_state_dict_as_python_2_wrote_it(void **state)
{
    (void)state;
    must_take("@collections.OrderedDict ( ] ( ] ( #550d6465636f64655f686561642e77 " W " e e t R .",
              NULL);
}

static void takes_a_state_dict_without_tensors(void **state)
{
    VoloWeights *w = weights_of_pickle("odict .");

    (void)state;
    assert_int_equal(w->count, 0);
    volo_weights_close(w);
}

static void m9_reads_scalars(void **state)
{
    VoloWeights *w = weights_of_pickle("odict ( 'decode_head.w' tensor:0:FloatStorage:6:5:: u .");

    (void)state;
    assert_int_equal(w->entry[0].rank, 0);
    weights_check_tensor(w, "decode_head.w", numbers + 5, 1);
    volo_weights_close(w);
}

/* --- class names and colours --- */

static VoloWeights *open_meta(const char *meta)
{
    char source[1000];

    snprintf(source, sizeof source, "} ( 'meta' } ( %s u 'state_dict' " SD " u .", meta);
    return weights_of_pickle(source);
}

static void must_have_classes(const char *meta, bool with_palette)
{
    VoloWeights *w = open_meta(meta);

    assert_int_equal(w->class_count, 2);
    assert_string_equal(w->class_name[0], "road");
    assert_string_equal(w->class_name[1], "sky");
    assert_int_equal(w->palette != NULL, with_palette);
    if (w->palette)
        assert_memory_equal(w->palette, "\1\2\3\377\0\200", 6);
    volo_weights_close(w);
}

static void must_have_no_classes(const char *meta)
{
    VoloWeights *w = open_meta(meta);

    assert_int_equal(w->class_count, 0);
    assert_null(w->class_name);
    assert_null(w->palette);
    volo_weights_close(w);
}

#define PALETTE " 'PALETTE' ] ( ] ( 1 2 3 e ( 255 0 128 t e"

static void takes_classes_and_colours_of_mmsegmentation(void **state)
{
    (void)state;
    must_have_classes("'CLASSES' ( 'road' 'sky' t" PALETTE, true);
    must_have_classes("'CLASSES' ] ( 'road' 'sky' e" PALETTE, true);
    must_have_classes("'CLASSES' } ( '1' 'sky' '0' 'road' u" PALETTE, true);
    must_have_classes("'CLASSES' } ( 1 'sky' 0 'road' u" PALETTE, true);
    must_have_classes("'dataset_meta' } ( 'classes' ( 'road' 'sky' t 'palette' ] ( ] ( 1 2 3 e "
                      "] ( 255 0 128 e e u",
                      true);
}

static void leaves_out_colours_that_are_not_well_formed(void **state)
{
    static const char *const palettes[] = {
        "",
        " 'PALETTE' N",
        " 'PALETTE' ]",
        " 'PALETTE' ] ( ] ( 1 2 3 e e",
        " 'PALETTE' ] ( ] ( 1 2 3 e ] ( 1 2 e e",
        " 'PALETTE' ] ( ] ( 1 2 3 e ] ( 1 2 256 e e",
        " 'PALETTE' ] ( ] ( 1 2 3 e ] ( 1 2 -1 e e",
        " 'PALETTE' ] ( ] ( 1 2 3 e ] ( 1 2 'x' e e",
        " 'PALETTE' @numpy.core.multiarray._reconstruct ) R",
    };

    (void)state;
    for (size_t i = 0; i < sizeof palettes / sizeof *palettes; i++) {
        char meta[400];

        snprintf(meta, sizeof meta, "'CLASSES' ( 'road' 'sky' t%s", palettes[i]);
        must_have_classes(meta, false);
    }
}

static void leaves_out_classes_that_are_not_well_formed(void **state)
{
    (void)state;
    must_have_no_classes("'CLASSES' N" PALETTE);
    must_have_no_classes("'CLASSES' )" PALETTE);
    must_have_no_classes("'CLASSES' 'road'" PALETTE);
    must_have_no_classes("'CLASSES' ( 'road' 1 t" PALETTE);
    must_have_no_classes("'CLASSES' ( 'road' '' t" PALETTE);
    must_have_no_classes("'CLASSES' ( 'road' #5801000000ff t" PALETTE);
    must_have_no_classes("'CLASSES' ( 'road' text:513 t" PALETTE);
    must_have_no_classes("'CLASSES' } ( '0' 'road' '2' 'sky' u" PALETTE);
    must_have_no_classes("'CLASSES' ] =9 ( 'road' ?9 e" PALETTE);
    must_have_no_classes("'CLASSES' ( 256:text:1 t");
    must_have_no_classes("'epoch' 3");
}

static void takes_255_classes_and_no_more(void **state)
{
    VoloWeights *w = open_meta("'CLASSES' ( 255:text:1 t");

    (void)state;
    assert_int_equal(w->class_count, 255);
    volo_weights_close(w);
}

static void a_meta_that_is_no_dict_means_nothing(void **state)
{
    (void)state;
    must_take("} ( 'meta' ] 'state_dict' " SD " u .", "'state_dict'");
    must_take("} ( 'meta' } ( 'dataset_meta' 3 u 'state_dict' " SD " u .", "'state_dict'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_object_itself),
        cmocka_unit_test(takes_the_wrappers_in_their_order),
        cmocka_unit_test(steps_over_a_wrapper_that_is_none),
        cmocka_unit_test(ignores_other_objects_beside_the_state_dict),
        cmocka_unit_test(refuses_unknown_globals_when_strict),
        cmocka_unit_test(opens_a_file_without_unknown_globals_when_strict),
        cmocka_unit_test(takes_parameters_for_their_tensors),
        cmocka_unit_test(takes_sizes_as_torch_size_and_as_lists),
        cmocka_unit_test(takes_empty_metadata_of_a_tensor),
        cmocka_unit_test(takes_attributes_of_the_state_dict),
        cmocka_unit_test(takes_a_state_dict_as_python_2_wrote_it),
        cmocka_unit_test(takes_a_state_dict_without_tensors),
        cmocka_unit_test(m9_reads_scalars),
        cmocka_unit_test(takes_classes_and_colours_of_mmsegmentation),
        cmocka_unit_test(leaves_out_colours_that_are_not_well_formed),
        cmocka_unit_test(leaves_out_classes_that_are_not_well_formed),
        cmocka_unit_test(takes_255_classes_and_no_more),
        cmocka_unit_test(a_meta_that_is_no_dict_means_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
