/* SPDX-License-Identifier: Apache-2.0 */
/* scenes: writes painted street scenes with ground truth, as a Cityscapes tree. */
#include "scene_tree.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    EXIT_USAGE = 2,
    EXIT_FOLDER = 4,
    EXIT_MEMORY = 5,
    MIN_SIDE = 16,
    MAX_SIDE = 65500,
    MAX_MEGAPIXELS = 100,
    MAX_COUNT = 999999, /* six digits in the names */
};

static const char help[] =
    "Usage: scenes --out DIR [OPTION]...\n"
    "Writes painted street scenes with ground truth as a Cityscapes tree below DIR.\n"
    "The same options give the same bytes on every machine.\n\n"
    "      --out DIR      folder of the tree; made when it is missing\n"
    "      --count N      scenes to write (default: 1)\n"
    "      --size HxW     size in pixels, a side 16 to 65500, at most 100 megapixels\n"
    "                     (default: 512x1024)\n"
    "      --seed S       another seed, other scenes (default: 1)\n"
    "      --split NAME   name of the split (default: val)\n"
    "      --city NAME    name of the city (default: scenes)\n"
    "      --help         this text\n";

static const struct option options[] = {
    { "out", required_argument, NULL, 'o' },   { "count", required_argument, NULL, 'n' },
    { "size", required_argument, NULL, 's' },  { "seed", required_argument, NULL, 'r' },
    { "split", required_argument, NULL, 'p' }, { "city", required_argument, NULL, 'c' },
    { "help", no_argument, NULL, 'h' },        { NULL, 0, NULL, 0 },
};

/* A whole decimal number up to `high`; *ret_end is where it stops. */
static bool parse_digits(const char *text, uint64_t high, const char **ret_end,
                         uint64_t *ret_number)
{
    char *end;

    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    const uint64_t number = strtoull(text, &end, 10);
    if (errno || number > high)
        return false;
    *ret_end = end;
    *ret_number = number;
    return true;
}

static bool parse_number(const char *text, uint64_t high, uint64_t *ret_number)
{
    const char *end;
    uint64_t number;

    if (!parse_digits(text, high, &end, &number) || *end != '\0')
        return false;
    *ret_number = number;
    return true;
}

/* HxW; one number is a square. */
static bool parse_size(const char *text, SceneTree *tree)
{
    const char *end;
    uint64_t height, width;

    if (!parse_digits(text, MAX_SIDE, &end, &height))
        return false;
    width = height;
    if (*end == 'x' ? !parse_number(end + 1, MAX_SIDE, &width) : *end != '\0')
        return false;
    tree->height = (size_t)height;
    tree->width = (size_t)width;
    return height >= MIN_SIDE && width >= MIN_SIDE &&
           height * width <= (uint64_t)MAX_MEGAPIXELS * 1000000U;
}

/* Part of a file's name, so no slash and no underscore, which separates a name's parts. */
static bool is_name(const char *text)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
    const size_t length = strlen(text);

    return length > 0 && length <= 64 && strspn(text, allowed) == length;
}

static bool parse_option(int letter, const char *text, SceneTree *tree)
{
    uint64_t number = 0;

    switch (letter) {
    case 'o':
        tree->root = text;
        return *text != '\0';
    case 'n':
        if (!parse_number(text, MAX_COUNT, &number))
            return false;
        tree->count = (unsigned)number;
        return number > 0;
    case 's':
        return parse_size(text, tree);
    case 'r':
        return parse_number(text, UINT64_MAX, &tree->seed);
    case 'p':
        tree->split = text;
        return is_name(text);
    case 'c':
        tree->city = text;
        return is_name(text);
    default:
        return false;
    }
}

static const char *option_name(int letter)
{
    for (const struct option *o = options; o->name; ++o) {
        if (o->val == letter)
            return o->name;
    }
    return "?";
}

/* 0, or the exit code; *ret_help: --help was asked for. */
static int parse_arguments(int argc, char **argv, SceneTree *tree, bool *ret_help)
{
    for (int letter; (letter = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (letter == '?')
            return EXIT_USAGE; /* getopt_long has said what is wrong */
        if (letter == 'h') {
            *ret_help = true;
            return 0;
        }
        if (!parse_option(letter, optarg, tree)) {
            fprintf(stderr, "scenes: --%s: '%s' is not accepted, see --help\n", option_name(letter),
                    optarg);
            return EXIT_USAGE;
        }
    }
    if (optind < argc) {
        fprintf(stderr, "scenes: unexpected argument '%s'\n", argv[optind]);
        return EXIT_USAGE;
    }
    if (!tree->root)
        fprintf(stderr, "scenes: --out DIR is missing, see --help\n");
    return tree->root ? 0 : EXIT_USAGE;
}

int main(int argc, char **argv)
{
    SceneTree tree = {
        .split = "val", .city = "scenes", .height = 512, .width = 1024, .seed = 1, .count = 1
    };
    VoloError err;
    bool wants_help = false;

    if (volo_init(&err)) {
        fprintf(stderr, "scenes: %s\n", err.message);
        return EXIT_USAGE;
    }
    const int refused = parse_arguments(argc, argv, &tree, &wants_help);
    if (refused)
        return refused;
    if (wants_help)
        return fputs(help, stdout) < 0 || fflush(stdout) ? EXIT_FOLDER : EXIT_SUCCESS;
    const VoloStatus status = scene_tree_write(&tree, &err);
    if (status) {
        fprintf(stderr, "scenes: %s\n", err.message);
        return status == VOLO_ERR_MEMORY ? EXIT_MEMORY : EXIT_FOLDER;
    }
    return EXIT_SUCCESS;
}
